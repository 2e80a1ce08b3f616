"""Bilingual tables in Word and LibreOffice: two columns are text, remarks and numbers are not."""

import zipfile

import pytest
from office_files import paragraph, run, write_docx

from align.sources import readers
from align.sources.readers.tables import find_unread_cells

ZH = ["大家下午好。", "守塔人每天傍晚都点灯。", "谢谢大家。"]
EN = ["Good afternoon, everyone.", "The keepers light the lamps every evening.", "Thank you all."]
REMARKS = ["已核", "", "术语待定"]
HEADS = [
    ["序号", "原文", "译文", "备注"],
    ["ID", "Chinese (PRC)", "English (United States)", "Comment"],  # memoQ
    ["Segment ID", "Source segment", "Target segment", "Comment"],  # Trados
]
_ODT = "urn:oasis:names:tc:opendocument:xmlns"
_NAMES = " ".join(f'xmlns:{name}="{_ODT}:{name}:1.0"' for name in ("office", "text", "table"))


def rows_below(head):
    return [head, *([str(at), *row] for at, row in enumerate(zip(ZH, EN, REMARKS, strict=True), 1))]


def save_word(path, rows):
    cells = ("".join(f"<w:tc>{paragraph(run(cell))}</w:tc>" for cell in row) for row in rows)
    span = '<w:tcPr><w:gridSpan w:val="4"/></w:tcPr>'
    title = f"<w:tr><w:tc>{span}{paragraph(run('灯塔发布会对照稿'))}</w:tc></w:tr>"
    table = title + "".join(f"<w:tr>{row}</w:tr>" for row in cells)
    write_docx(path, f"<w:tbl>{table}</w:tbl>" + paragraph(run("完。")))


def save_odt(path, rows):
    lines = ""
    for row in rows:
        cells = (f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in row)
        lines += f"<table:table-row>{''.join(cells)}</table:table-row>"
    body = f"<table:table>{lines}</table:table><text:p>完。</text:p>"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr(
            "content.xml",
            f"<office:document-content {_NAMES}><office:body><office:text>{body}</office:text>"
            "</office:body></office:document-content>",
        )


@pytest.mark.parametrize("save", [save_word, save_odt])
@pytest.mark.parametrize("head", HEADS)
def test_only_the_two_columns_that_the_head_names_are_text(tmp_path, save, head):
    path = tmp_path / ("a.docx" if save is save_word else "a.odt")
    save(path, rows_below(head))
    zh_side, en_side = readers.read_documents(path)
    assert [text for _, text in zh_side.paragraphs()] == [*ZH, "完。"]
    assert [text for _, text in en_side.paragraphs()] == EN
    reading, *_ = readers.read_parts(path)
    skipped = {part.reason: (part.lines, part.first) for part in reading.left_out}
    assert skipped.pop("header", (1, "灯塔发布会对照稿")) == (1, "灯塔发布会对照稿")
    assert skipped == {"column names": (4, head[0]), "other columns": (5, "1")}


def test_all_cells_of_a_table_without_such_a_head_are_text():
    assert find_unread_cells(rows_below(["序号", "内容", "说明", "备注"])) == {}
    assert find_unread_cells([["中文", "备注"], ["大家下午好。", "已核"]]) == {}
    assert find_unread_cells([]) == {}
