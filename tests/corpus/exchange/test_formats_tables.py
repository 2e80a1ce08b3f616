"""Tables as spreadsheets open them and save them again."""

import datetime as dt
import warnings
import zipfile

import openpyxl
import pandas as pd
import pytest
from bead_strategy import bead

from align.corpus.exchange.formats import ExportHeader, jsonl, moses, tmx, tsv, xlsx
from align.errors import FormatError


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
    assert (second.en, second.verdict.status) == ("Corrected.", "accepted")
    assert (second.provenance.date, second.pair.index.zh) == (dt.date(2026, 3, 1), (7,))


def test_a_text_longer_than_a_cell_is_left_out(tmp_path):
    header = ExportHeader()
    assert xlsx.project_bead(bead(zh="长" * 32_768), header) is None
    assert xlsx.project_bead(bead(zh="长" * 32_767), header) is not None


@pytest.mark.parametrize("data", [b"", b"nothing", b"PK\x03\x04 nothing"])
def test_what_is_no_workbook_is_refused(tmp_path, data):
    (tmp_path / "in.xlsx").write_bytes(data)
    with pytest.raises(FormatError, match=r"in\.xlsx: not a workbook"):
        list(xlsx.read(tmp_path / "in.xlsx"))


@pytest.mark.parametrize("method", [None, b"\x63"], ids=["bytes", "method"])
def test_a_workbook_with_damaged_compression_is_refused(tmp_path, method):
    path = tmp_path / "in.xlsx"
    xlsx.write([bead()], path, ExportHeader())
    with zipfile.ZipFile(path) as book:
        entry = book.getinfo("[Content_Types].xml")
        directory = book.start_dir
    data = bytearray(path.read_bytes())
    start = entry.header_offset + 30 + len(entry.filename)
    if method is None:
        data[start : start + 4] = b"\x04\0\0\0"  # a stored block whose lengths do not agree
    else:
        data[directory + 10 : directory + 11] = method
        data[entry.header_offset + 8 : entry.header_offset + 9] = method
    path.write_bytes(data)
    with pytest.raises(FormatError, match=r"in\.xlsx: not a workbook"):
        list(xlsx.read(path))


def test_a_column_that_is_unknown_and_a_blank_row_stop_nothing(tmp_path):
    book = openpyxl.Workbook()
    for row in (["zh", "en", "colour", "id"], ["水", "Water", "blue", 7], [], ["火", "Fire"]):
        book.active.append(row)
    book.save(tmp_path / "in.xlsx")
    found = list(xlsx.read(tmp_path / "in.xlsx"))
    assert [(one.zh, one.id, one.aside) for one in found] == [
        ("水", "7", {"colour": "blue"}),
        ("火", None, {"colour": ""}),
    ]


def test_an_object_with_a_third_language_and_a_number_as_its_id_is_read(tmp_path):
    (tmp_path / "in.jsonl").write_text(
        '{"id": 7, "translation": {"zh": "水", "en": "Water", "fr": "Eau"}, "probability": ".5"}\n',
        "utf-8",
    )
    (found,) = jsonl.read(tmp_path / "in.jsonl")
    assert (found.id, found.zh, found.pair.probability) == ("7", "水", 0.5)


@pytest.mark.parametrize("divider", [";", ",", "\t"])
@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-8"])
def test_what_excel_saves_as_text_is_read(tmp_path, divider, codec):
    rows = [["EN", "zh-CN", "Speaker"], ['"One; two,"', "一二", "Lin"], ['"a\nb"', "三", ""]]
    text = "".join(divider.join(row) + "\r\n" for row in rows)
    (tmp_path / "in.csv").write_bytes(text.encode(codec))
    first, second = tsv.read(tmp_path / "in.csv")
    assert (first.zh, first.en, first.provenance.speaker) == ("一二", "One; two,", "Lin")
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
    with pytest.raises(FormatError, match=r"in\.csv, line \d: not UTF-16"):
        list(tsv.read(tmp_path / "in.csv"))


def test_a_workbook_shows_texts_without_escapes(tmp_path):
    header = ExportHeader()
    pair = bead(zh="a\\b\r\nc\x07", en="_x000D_ and _x41_")
    kept = xlsx.project_bead(pair, header)
    assert (kept.zh, kept.en) == ("a\\b\nc\ufffd", pair.en)
    xlsx.write([kept], tmp_path / "out.xlsx", header)
    with zipfile.ZipFile(tmp_path / "out.xlsx") as book:
        text = book.read("xl/worksheets/sheet1.xml").decode()
    assert "a\\b\nc" in text
    assert "_x005F_x000D_ and _x41_" in text
    assert [one.en for one in xlsx.read(tmp_path / "out.xlsx")] == [pair.en]


@pytest.mark.parametrize(
    "text", ['"All of it."', 'He said "yes"', "=1+1", "'tis", '"', '""', "a,b"]
)
def test_a_plain_table_has_texts_as_they_are(tmp_path, text):
    tsv.write([bead(en=text, id="b1")], tmp_path / "out.tsv", ExportHeader())
    line = (tmp_path / "out.tsv").read_text("utf-8").splitlines()[1]
    assert line.split("\t")[2] == text
    assert [one.en for one in tsv.read(tmp_path / "out.tsv")] == [text]


@pytest.mark.parametrize(
    "table",
    [
        'zh\ten\n一\t"He said ""yes"""\n',  # of an older version, or saved by LibreOffice
        '"zh"\t"en"\n"一"\t"He said ""yes"""\n',
        'zh\ten\r\n一\t"He said ""yes"""\r\n',
    ],
)
def test_a_quoted_table_is_told_from_a_plain_one(tmp_path, table):
    (tmp_path / "in.tsv").write_text(table, "utf-8", newline="")
    (pair,) = tsv.read(tmp_path / "in.tsv")
    assert pair.en == 'He said "yes"'


def test_moses_has_ids_and_probabilities_beside_it(tmp_path):
    header = ExportHeader()
    beads = [moses.project_bead(one, header) for one in (bead(), bead(id=None, probability=None))]
    moses.write(beads, tmp_path / "out", header)
    assert (tmp_path / "out.ids").read_text("utf-8") == f"b1\t{bead().pair.probability}\n\t\n"
    assert list(moses.read(tmp_path / "out")) == beads
    (tmp_path / "out.ids").unlink()
    assert [one.id for one in moses.read(tmp_path / "out")] == [None, None]
    (tmp_path / "out.ids").write_text("b1\thigh\nb2\t\n", "utf-8")
    with pytest.raises(FormatError, match=r"out\.ids, line 1: probability is 'high'"):
        list(moses.read(tmp_path / "out"))
    (tmp_path / "out.ids").write_text("b1\t\n", "utf-8")
    with pytest.raises(FormatError, match=r"out\.ids: ends before line 2"):
        list(moses.read(tmp_path / "out"))


def test_a_memory_says_when_a_reviewer_changed_a_unit(tmp_path):
    at = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)
    beads = [bead(reviewer="mei", changed=at), bead(id="b2")]
    tmx.write(beads, tmp_path / "out.tmx", ExportHeader())
    text = (tmp_path / "out.tmx").read_text("utf-8")
    assert '<tu tuid="b1" changedate="20260302T080000Z" changeid="mei">' in text
    assert '<tu tuid="b2">' in text
