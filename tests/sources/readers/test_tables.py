"""Tables in documents: the row of each cell, and no title made of a cell."""

import zipfile

import docx
import pytest

from align.sources import readers

PROSE = "灯亮着，门关着。" * 20
TABLE = [["灯", "价格"], ["台灯。白色。", "四十"], ["", "无货"]]
CELLS = ["灯", "价格", "台灯。白色。", "四十", "无货"]
_ODT = "urn:oasis:names:tc:opendocument:xmlns"
_NAMES = " ".join(f'xmlns:{name}="{_ODT}:{name}:1.0"' for name in ("office", "text", "table"))


def write_docx(path, before):
    document = docx.Document()
    if before:
        document.add_heading("价目表", 0)
    table = document.add_table(len(TABLE), len(TABLE[0]))
    for row, texts in zip(table.rows, TABLE, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    document.add_paragraph("价格含税。")
    document.core_properties.title = ""
    document.save(path)


def write_odt(path, before):
    rows = ""
    for row in TABLE:
        cells = (f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in row)
        rows += f"<table:table-row>{''.join(cells)}</table:table-row>"
    head = "<text:h>价目表</text:h>" if before else ""
    text = f"{head}<table:table>{rows}</table:table><text:p>价格含税。</text:p>"
    body = f"<office:body><office:text>{text}</office:text></office:body>"
    with zipfile.ZipFile(path, "w") as archive:
        content = f"<office:document-content {_NAMES}>{body}</office:document-content>"
        archive.writestr("content.xml", content)


def html_table(rows):
    lines = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def write_html(path, before):
    text = f"<h1>价目表</h1>{html_table(TABLE)}<p>价格含税。</p><p>{PROSE}</p>"
    path.write_text(f"<html><body>{text}</body></html>", "utf-8")


def write_markdown(path, before):
    rows = [f"| {' | '.join(row)} |" for row in TABLE]
    lines = ["# 价目表", "", rows[0], "|---|---|", *rows[1:], "", "价格含税。"]
    path.write_text("\n".join(lines), "utf-8")


WRITERS = {".docx": write_docx, ".odt": write_odt, ".html": write_html, ".md": write_markdown}


@pytest.mark.parametrize("suffix", WRITERS)
def test_each_cell_has_its_row(tmp_path, suffix):
    path = tmp_path / f"prices.zh{suffix}"
    WRITERS[suffix](path, before=True)
    document = readers.read(path)
    texts = [text for _, text in document.paragraphs()]
    first = texts.index("灯")
    last = first + len(CELLS)
    assert texts[first : last + 1] == [*CELLS, "价格含税。"]
    places = document.tables[first:last]
    assert [place.row for place in places] == [0, 0, 1, 1, 2]
    assert {(place.rows, place.columns) for place in places} == {(3, 2)}
    assert not any(document.tables[:first])
    assert not any(document.tables[last:])


@pytest.mark.parametrize("suffix", [".docx", ".odt"])
@pytest.mark.parametrize("side", [".zh", "_zh", ".zh-CN", "_cn", "-CHS", "_Chinese"])
def test_the_first_cell_of_a_table_is_no_title(tmp_path, suffix, side):
    path = tmp_path / f"prices{side}{suffix}"
    WRITERS[suffix](path, before=False)
    assert readers.read(path).title == "prices"


def test_a_line_above_a_table_is_a_title_without_the_line_below(tmp_path):
    rows = "价目表\n单位：元\n灯,价格\n台灯,四十\n手电筒,无货\n"
    (tmp_path / "a.csv").write_text(rows, "utf-8")
    assert readers.read(tmp_path / "a.csv").title == "价目表"


def test_a_column_of_numbers_or_units_is_not_a_translation(tmp_path):
    rows = [["流量", "40", "m³/h"], ["扬程", "32", "m"], ["功率", "7.5", "kW"]]
    lines = "".join(",".join(row) + "\n" for row in rows)
    (tmp_path / "a.csv").write_text(lines, "utf-8")
    (document,) = readers.read_documents(tmp_path / "a.csv")
    assert [text for _, text in document.paragraphs()] == [cell for row in rows for cell in row]


def test_the_layout_of_a_page_is_no_table(tmp_path):
    layout = html_table([["菜单", f"<p>{PROSE}</p>{html_table(TABLE)}"], ["", f"<p>{PROSE}</p>"]])
    (tmp_path / "a.html").write_text(f"<html><body>{layout}</body></html>", "utf-8")
    document = readers.read(tmp_path / "a.html")
    texts = (text for _, text in document.paragraphs())
    places = dict(zip(texts, document.tables, strict=True))
    assert places["四十"].row == 1
    assert places[PROSE] is None


def test_the_last_rows_of_a_table_are_part_of_a_page(tmp_path):
    rows = [*TABLE, ["手电筒", "十二"], ["蜡烛", "三"]]
    (tmp_path / "a.html").write_text(f"<h1>价目表</h1><p>{PROSE}</p>{html_table(rows)}", "utf-8")
    document = readers.read(tmp_path / "a.html")
    assert [text for _, text in document.paragraphs()][-2:] == ["蜡烛", "三"]


def test_tables_of_an_article_in_parts_are_counted_on(tmp_path):
    page = f"<body><p>{PROSE}</p>{html_table(TABLE)}</body>"
    kind = "application/xhtml+xml"
    items = "".join(f'<item id="i{n}" href="{n}.xhtml" media-type="{kind}"/>' for n in range(2))
    spine = "".join(f'<itemref idref="i{n}"/>' for n in range(2))
    with zipfile.ZipFile(tmp_path / "a.epub", "w") as archive:
        archive.writestr(
            "META-INF/container.xml", '<container><rootfile full-path="a.opf"/></container>'
        )
        package = f"<package><manifest>{items}</manifest><spine>{spine}</spine></package>"
        archive.writestr("a.opf", package)
        for number in range(2):
            archive.writestr(f"{number}.xhtml", f"<html>{page}</html>")
    document = readers.read(tmp_path / "a.epub")
    numbers = [place.table for place in document.tables if place]
    assert numbers == [0] * len(CELLS) + [1] * len(CELLS)


def test_a_contract_in_columns_is_bilingual_though_cells_are_empty(tmp_path):
    rows = [
        ("1", "定义", "Definitions"),
        ("1.1", "货物指附件一所列设备。", "Goods means the equipment listed in Annex 1."),
        ("2", "交货", ""),
        ("2.1", "卖方应于五月一日前交货。", "The Seller shall deliver by 1 May."),
        ("2.2", "", "The Buyer shall pay 30 percent in advance."),
        ("3", "争议", "Disputes"),
    ]
    document = docx.Document()
    table = document.add_table(len(rows), 3)
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    document.save(tmp_path / "contract.docx")
    zh, en = readers.read_documents(tmp_path / "contract.docx")
    assert [text for _, text in zh.paragraphs()] == [row[1] for row in rows if row[1]]
    assert [text for _, text in en.paragraphs()] == [row[2] for row in rows if row[2]]
    assert [place.row for place in en.tables] == [0, 1, 3, 4, 5]
    (reading, _) = readers.read_parts(tmp_path / "contract.docx")
    reasons = {part.reason: part.lines for part in reading.left_out}
    assert reasons["numbers in a bilingual table"] == 6
