"""Tables as spreadsheets open them and save them again."""

import datetime as dt
import warnings

import openpyxl
import pandas as pd
import pytest
from bead_strategy import bead

from align.errors import FormatError
from align.export.formats import ExportHeader, tsv, xlsx


def _sheet(path, pairs, *, raw=False):
    xlsx.write(pairs, path, ExportHeader(raw=raw))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return openpyxl.load_workbook(path)


def test_a_workbook_opens_with_a_header_and_texts_only(tmp_path):
    book = _sheet(tmp_path / "out.xlsx", [bead(zh="=1+1", en="a\nb", id="0012")])
    sheet = book["beads"]
    assert [cell.value for cell in sheet[1]][:3] == ["id", "zh", "en"]
    assert sheet.freeze_panes == "A2"
    assert [cell.value for cell in sheet[2]][:3] == ["0012", "=1+1", "a\nb"]
    assert {cell.data_type for cell in sheet[2] if cell.value is not None} <= {"s", "inlineStr"}


def test_pandas_reads_the_same_beads(tmp_path):
    xlsx.write([bead(), bead(id="b2", zh="好。")], tmp_path / "out.xlsx", ExportHeader())
    frame = pd.read_excel(tmp_path / "out.xlsx", dtype=str)
    assert list(frame["zh"]) == [bead().zh, "好。"]


def test_a_workbook_that_was_edited_and_saved_is_read(tmp_path):
    path = tmp_path / "out.xlsx"
    book = _sheet(path, [bead(), bead(id="b2", status="unreviewed")])
    sheet = book["beads"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(3, columns["en"]).value = "Corrected."
    sheet.cell(3, columns["status"]).value = "Accepted "
    sheet.cell(3, columns["date"]).value = dt.datetime(2026, 3, 1)
    sheet.cell(3, columns["zh_index"]).value = 7.0
    book.save(path)
    first, second = xlsx.read(path)
    assert first.en == bead().en
    assert (second.en, second.status) == ("Corrected.", "accepted")
    assert (second.date, second.zh_index) == (dt.date(2026, 3, 1), (7,))


def test_a_text_longer_than_a_cell_is_left_out(tmp_path):
    header = ExportHeader()
    assert xlsx.project_bead(bead(zh="长" * 32_768), header) is None
    assert xlsx.project_bead(bead(zh="长" * 32_767), header) is not None


@pytest.mark.parametrize("data", [b"", b"nothing", b"PK\x03\x04 nothing"])
def test_what_is_no_workbook_is_refused(tmp_path, data):
    (tmp_path / "in.xlsx").write_bytes(data)
    with pytest.raises(FormatError, match=r"in\.xlsx: no workbook"):
        list(xlsx.read(tmp_path / "in.xlsx"))


def test_a_column_that_is_unknown_is_refused(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["zh", "en", "colour"])
    book.save(tmp_path / "in.xlsx")
    with pytest.raises(FormatError, match="unknown column 'colour'"):
        list(xlsx.read(tmp_path / "in.xlsx"))


@pytest.mark.parametrize("divider", [";", ",", "\t"])
@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-8"])
def test_what_excel_saves_as_text_is_read(tmp_path, divider, codec):
    rows = [["EN", "zh-CN", "Speaker"], ['"One; two,"', "一二", "Lin"], ['"a\nb"', "三", ""]]
    text = "".join(divider.join(row) + "\r\n" for row in rows)
    (tmp_path / "in.csv").write_bytes(text.encode(codec))
    first, second = tsv.read(tmp_path / "in.csv")
    assert (first.zh, first.en, first.speaker) == ("一二", "One; two,", "Lin")
    assert (second.zh, second.en) == ("三", "a\nb")


def test_a_blank_row_at_the_end_is_passed_over(tmp_path):
    (tmp_path / "in.csv").write_text("zh;en\n一;One\n;\n\n", "utf-8")
    assert len(list(tsv.read(tmp_path / "in.csv"))) == 1


def test_half_a_quotation_is_refused_with_its_line(tmp_path):
    (tmp_path / "in.csv").write_text('zh,en\n一,"One"x\n', "utf-8")
    with pytest.raises(FormatError, match=r"in\.csv, line 2: .*quotation mark"):
        list(tsv.read(tmp_path / "in.csv"))


def test_utf_16_that_is_cut_off_is_refused(tmp_path):
    (tmp_path / "in.csv").write_bytes("zh,en\n一,One\n".encode("utf-16") + b"\x00\xd8")
    with pytest.raises(FormatError, match=r"in\.csv, after line \d: not UTF-16"):
        list(tsv.read(tmp_path / "in.csv"))
