"""The header of a table from another tool: where it is, and what is done without one."""

import openpyxl
import pytest

from align.corpus.exchange.formats import tsv, xlsx
from align.corpus.exchange.formats.header import find_header
from align.corpus.exchange.importing import guess_format, parse_columns
from align.errors import FormatError

ROWS = [
    ["1", "打开阀门，然后等待。", "Open the valve, then wait."],
    ["2", "压力不得超过3.5巴。", "The pressure must not exceed 3.5 bar."],
    ["3", "盖上盖子。", "Close the lid."],
]
PAIRS = [(row[1], row[2]) for row in ROWS]
TITLE = ["Valve manual", "", ""]


def texts(beads):
    return [(bead.zh, bead.en) for bead in beads]


@pytest.mark.parametrize(
    "above",
    [
        [["No.", "zh", "en"]],
        [TITLE, ["", "", ""], ["No.", "中文", "English"]],
        [TITLE, ["No.", "Text", ""], ["", "zh-CN", "en-GB"]],
        [["Please leave column A.", "", ""], ["No.", "原文 (中文)", "译文 (英文)"]],
        [["No.", "Source", "Target"]],
        [["编号", "源文", "译稿"]],
        [],
    ],
)
def test_the_header_of_a_workbook_is_found_below_a_title_or_not_needed(tmp_path, above):
    book = openpyxl.Workbook()
    for row in (*above, *ROWS):
        book.active.append([cell or None for cell in row])
    book.save(tmp_path / "a.xlsx")
    assert texts(xlsx.read(tmp_path / "a.xlsx")) == PAIRS


@pytest.mark.parametrize("delimiter", ["\t", ",", ";"])
@pytest.mark.parametrize("above", [[], [["No.", "中文", "English"]], [["Valve manual: 2"], ["zh"]]])
def test_the_header_of_a_text_table_is_found_below_a_title_or_not_needed(
    tmp_path, delimiter, above
):
    header = [["No.", "zh", "en"]] if above[1:] else []
    quoted = [[f'"{cell}"' for cell in row] for row in ROWS] if delimiter == "," else ROWS
    lines = [delimiter.join(row) for row in (*above[:1], *header, *quoted)]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines), "utf-8")
    assert texts(tsv.read(path)) == PAIRS


def test_a_tab_file_with_a_title_is_a_table(tmp_path):
    path = tmp_path / "a.tsv"
    path.write_text("Valve manual\n\nzh\ten\n盖上盖子。\tClose the lid.\n", "utf-8")
    assert guess_format(path) == "tsv"
    assert texts(tsv.read(path)) == [("盖上盖子。", "Close the lid.")]


def test_what_was_guessed_or_skipped_is_noted():
    names = ["No.", "zh", "en"]
    assert find_header([names, *ROWS], None).note == ""
    assert find_header([TITLE, names, *ROWS], None).note == "skipped above the header: Valve manual"
    assert find_header(ROWS, None).note == (
        "no header; by its text, column 2 is Chinese and column 3 English"
    )
    assert find_header([["No.", "Source", "Target"], *ROWS], None).note == (
        "by its text, column 'Source' is Chinese and 'Target' English"
    )


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("原文", "译文"),
        ("Chinese (Simplified)", "English (UK)"),
        ("Chinese text", "English translation"),
        ("中文稿", "英文稿"),
    ],
)
def test_a_column_of_chinese_remarks_does_not_hide_the_two_named_columns(tmp_path, zh, en):
    remarks = ["阀门的术语见第十二条，请项目经理确认后再定稿。", "", "已核对。"]
    rows = [[*row, remark] for row, remark in zip(ROWS, remarks, strict=True)]
    found = find_header([["阀门说明书", "", "", ""], ["序号", zh, en, "备注"], *rows], None)
    assert found.names == ("序号", "zh", "en", "备注")
    assert (found.rows, found.note) == (
        2,
        f"by its text, column '{zh}' is Chinese and '{en}' English; "
        "skipped above the header: 阀门说明书",
    )
    assert not find_header(rows, None).has_texts


def test_the_keys_of_strings_are_not_taken_for_english():
    rows = [["menu.open", "打开文件", "Open the file"], ["menu.close", "关闭窗口", "Close it"]]
    assert find_header(rows, None).names == ("column 1", "zh", "en")


def test_columns_without_a_name_are_given_by_number(tmp_path):
    path = tmp_path / "a.csv"
    rows = [[*row, f"Another wording of {row[2]}"] for row in ROWS]
    path.write_text("\n".join(";".join(row) for row in rows), "utf-8")
    with pytest.raises(FormatError, match="by number: zh=1,en=2"):
        list(tsv.read(path))
    assert texts(tsv.read(path, parse_columns("zh=2,en=3"))) == PAIRS


def test_a_number_of_no_column_is_an_error(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("\n".join(";".join(row) for row in ROWS), "utf-8")
    with pytest.raises(FormatError, match="no column '2', only '1'"):
        list(tsv.read(path, parse_columns("zh=2,en=9")))
