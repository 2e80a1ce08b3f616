"""Constructs that WPS, Pages, Google Docs and web editors write into Word files."""

import pytest
from office_files import paragraph, run, wrap, write_docx

from align.errors import TextError
from align.sources import readers

MORNING = "Good morning, ladies and gentlemen."
DROP_CAP = '<w:framePr w:dropCap="drop" w:lines="3"/>'
WORD_ART = '<w:pict><v:shape><v:textpath string="On lamps"/></v:shape></w:pict>'
BOX = f"<w:pict><v:textbox><w:txbxContent>{paragraph('In a box.')}</w:txbxContent></v:textbox>"
CHOICES = (
    '<w:r><mc:AlternateContent><mc:Choice Requires="cx"><w:drawing/></mc:Choice>'
    f'<mc:Choice Requires="wps"><w:drawing>{BOX}</w:pict></w:drawing></mc:Choice>'
    f"<mc:Fallback>{BOX}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)
DROP_DOWN = (
    '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:result w:val="{chosen}"/>'
    '<w:listEntry w:val="red"/><w:listEntry w:val="green"/></w:ddList></w:ffData></w:fldChar>'
    "</w:r><w:r><w:instrText>FORMDROPDOWN</w:instrText></w:r>"
    '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
CONTENTS = (
    '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj>'
    f"</w:sdtPr><w:sdtContent>{paragraph('Lamps 3')}</w:sdtContent></w:sdt>"
)
DELETED_ROW = f"<w:tr><w:trPr><w:del/></w:trPr><w:tc>{paragraph('Old row.')}</w:tc></w:tr>"
DELETED_CELL = f"<w:tc><w:tcPr><w:cellDel/></w:tcPr>{paragraph('Old cell.')}</w:tc>"


def symbol(font: str, char: str) -> str:
    return f'<w:r><w:sym w:font="{font}" w:char="{char}"/></w:r>'


@pytest.mark.parametrize(
    ("body", "texts", "left_out"),
    [
        (paragraph(run("Over") + symbol("Symbol", "F0B3") + run("5")), ["Over≥5"], {}),
        (paragraph(run("5") + symbol("Symbol", "B0")), ["5°"], {}),
        (paragraph(run("Lamps") + symbol("Arial", "2014") + run("new")), ["Lamps—new"], {}),
        (
            paragraph(run("Call") + symbol("Wingdings", "F028") + symbol("Arial", "none")),
            ["Call"],
            {"symbols": "Wingdings F028"},
        ),
        (paragraph(f"<w:r>{WORD_ART}</w:r>"), ["On lamps"], {}),
        (paragraph(CHOICES), ["In a box."], {"copies for old programs": "In a box."}),
        (paragraph("G", DROP_CAP) + paragraph("ood evening."), ["Good evening."], {}),
        (paragraph(run("A ") + DROP_DOWN.format(chosen=1) + run(" lamp.")), ["A green lamp."], {}),
        (paragraph(run("A lamp.") + DROP_DOWN.format(chosen=9)), ["A lamp."], {}),
        (CONTENTS, [], {"table of contents": "Lamps 3"}),
        (f"<w:tbl>{DELETED_ROW}</w:tbl>", [], {"deletions": "Old row."}),
        (f"<w:tbl><w:tr>{DELETED_CELL}</w:tr></w:tbl>", [], {"deletions": "Old cell."}),
        (paragraph('<w:subDoc r:id="rId4"/>'), [], {"embedded files": "rId4"}),
    ],
)
def test_text_outside_runs_is_read_or_left_out_for_a_reason(tmp_path, body, texts, left_out):
    path = write_docx(tmp_path / "a.docx", paragraph(MORNING) + body)
    (reading,) = readers.read_parts(path)
    assert [text for _, text in reading.document.paragraphs()] == [MORNING, *texts]
    assert {part.reason: part.first for part in reading.left_out} == left_out


PARTS = {
    "word/_rels/document.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId4" Type="x/aFChunk" Target="page.mht"/></Relationships>'
    ),
    "word/page.mht": "<p>Good evening.</p>",
}
CHUNK = '<w:altChunk r:id="rId4"/>'


def test_a_document_inside_the_document_is_named(tmp_path):
    path = write_docx(tmp_path / "a.docx", paragraph(MORNING) + CHUNK, PARTS)
    assert readers.read(path).notes == ("Skipped: 1 embedded file.",)
    (reading,) = readers.read_parts(path)
    assert [(part.reason, part.first) for part in reading.left_out] == [
        ("embedded files", "page.mht")
    ]
    path = write_docx(tmp_path / "b.docx", CHUNK, PARTS)
    with pytest.raises(TextError, match=r"its text in a file inside it \(page\.mht\); open it in"):
        readers.read(path)


def test_names_of_a_newer_chart_and_fields_of_a_form_are_counted(tmp_path):
    parts = {
        "word/charts/chartEx1.xml": "<c:chartSpace xmlns:c='c'><c:pt>Lamps</c:pt></c:chartSpace>",
        "word/activeX/activeX1.xml": '<a:ocx xmlns:a="a" a:value="typed"/>',
        "word/activeX/activeX1.bin": "x",
    }
    (reading,) = readers.read_parts(write_docx(tmp_path / "a.docx", paragraph(MORNING), parts))
    assert {part.reason: (part.lines, part.first) for part in reading.left_out} == {
        "charts": (1, "Lamps"),
        "embedded files": (1, "word/activeX/activeX1.xml"),
    }


@pytest.mark.parametrize(
    ("form", "numbers"),
    [("decimalEnclosedCircle", ["①", "②"]), ("ideographTraditional", ["甲、", "乙、"])],
)
def test_numbers_in_circles_and_stems_are_written_as_shown(tmp_path, form, numbers):
    text = "%1、" if "、" in numbers[0] else "%1"
    level = (
        f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )
    numbering = (
        f'<w:abstractNum w:abstractNumId="7">{level}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
    )
    listed = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    body = paragraph("港口扩建完成。", listed) + paragraph("灯塔修缮完成。", listed)
    parts = {"word/numbering.xml": wrap("numbering", numbering)}
    document = readers.read(write_docx(tmp_path / "a.docx", body, parts))
    read = [text for _, text in document.paragraphs()]
    assert [text[: len(number)] for text, number in zip(read, numbers, strict=True)] == numbers
