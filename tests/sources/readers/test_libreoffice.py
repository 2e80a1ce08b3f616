"""Round trips through LibreOffice: what a real program writes is read letter by letter."""

import shutil
import subprocess
from pathlib import Path

import pytest
from office_files import (
    control,
    deleted,
    field,
    inserted,
    paragraph,
    run,
    text_box,
    wrap,
    write_docx,
)

from align.sources import readers
from align.sources.readers.account import UNREAD
from benchmarks.documents import FORMATS, convert, letters_of, write_page

TEXTS = Path(__file__).resolve().parents[3] / "corpora" / "demo" / "texts"
WORD = "MS Word 2007 XML"

pytestmark = pytest.mark.skipif(
    shutil.which("soffice") is None,
    reason="LibreOffice is not installed (Debian: libreoffice-writer-nogui)",
)


def has_chinese_font() -> bool:
    """Return whether a PDF can show Chinese here."""
    if shutil.which("fc-list") is None:
        return False
    done = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True, check=False)
    return bool(done.stdout.strip())


NOTE = (
    '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    f'<w:footnote w:id="2">{paragraph("Only in summer.")}</w:footnote></w:footnotes>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LINKS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{OFFICE}/footnotes" Target="footnotes.xml"/></Relationships>'
)
CELLS = "".join(
    f"<w:tc><w:tcPr/>{paragraph(text)}</w:tc>" for text in ("Left cell.", "Right cell.")
)
REVISED = (
    paragraph(run("We renewed ") + inserted("twelve ") + deleted("ten ") + run("lamps."))
    + paragraph(run("The port grew.") + '<w:r><w:footnoteReference w:id="2"/></w:r>')
    + control(paragraph("A paragraph in a control."))
    + paragraph(run("Rain is ") + field("QUOTE near", "near") + run(" tonight."))
    + paragraph(run("Here hangs a box.") + text_box("A text in the box."))
    + f"<w:tbl><w:tblPr/><w:tblGrid/><w:tr>{CELLS}</w:tr></w:tbl>"
    + paragraph("Thank you all.")
)
READ = {
    "We renewed twelve lamps.",
    "The port grew.",
    "A paragraph in a control.",
    "Rain is near tonight.",
    "Here hangs a box.",
    "A text in the box.",
    "Left cell.",
    "Right cell.",
    "Thank you all.",
}
NUMBERED = "".join(
    paragraph(text, f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="1"/></w:numPr>')
    for text, depth in (("港口扩建", 0), ("灯塔修缮", 1), ("海浪", 1), ("总结", 0))
)
NUMBERING = wrap(
    "numbering",
    '<w:abstractNum w:abstractNumId="7">'
    + "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for depth, form, text in ((0, "chineseCounting", "%1、"), (1, "decimal", "%2)"))
    )
    + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>',
)
PARTS = {"word/footnotes.xml": NOTE, "word/_rels/document.xml.rels": LINKS}
# LibreOffice prints deletions, and leaves content controls and text boxes out of EPUB.
PLAIN = (
    paragraph("On lamps.")
    + paragraph(run("The port grew.") + '<w:r><w:footnoteReference w:id="2"/></w:r>')
    + paragraph(run("Rain is ") + field("QUOTE near", "near") + run(" tonight."))
    + f"<w:tbl><w:tblPr/><w:tblGrid/><w:tr>{CELLS}</w:tr></w:tbl>"
    + paragraph("Thank you all.")
)


@pytest.fixture(scope="module")
def converted(tmp_path_factory) -> Path:
    """Return a folder of documents in each format; one start of LibreOffice makes each format."""
    folder, sources = tmp_path_factory.mktemp("documents"), tmp_path_factory.mktemp("sources")
    profile = tmp_path_factory.mktemp("profile")
    pages = []
    for text in sorted(TEXTS.glob("*.txt")):
        pages.append(sources / f"{text.stem}.html")
        pages[-1].write_text(write_page(readers.read(text)), encoding="utf-8")
    convert(pages, folder, "docx", profile=profile)
    made = [
        write_docx(sources / "revised.docx", REVISED, PARTS),
        write_docx(sources / "plain.docx", PLAIN, PARTS),
        write_docx(
            sources / "numbered.docx",
            NUMBERED,
            {
                "word/numbering.xml": NUMBERING,
                "word/_rels/document.xml.rels": LINKS.replace("footnotes", "numbering"),
            },
        ),
    ]
    texts = [folder / f"{page.stem}.docx" for page in pages]
    for form in FORMATS:
        again = made if form == "docx" else [*texts, *made]
        convert(again, folder, form, WORD, profile)
    return folder


@pytest.mark.parametrize("form", FORMATS)
def test_the_texts_of_the_demo_come_back_letter_by_letter(converted, form):
    for text in sorted(TEXTS.glob("*.txt")):
        document = readers.read(text)
        if form == "pdf" and document.language == "zh" and not has_chinese_font():
            continue
        (reading,) = readers.read_parts(converted / f"{text.stem}.{form}")
        assert letters_of(reading.document) == letters_of(document)
        assert UNREAD not in [part.reason for part in reading.left_out]


@pytest.mark.parametrize("form", ["docx", "odt"])
def test_changes_notes_boxes_fields_and_tables_come_back(tmp_path, converted, form):
    source = write_docx(tmp_path / "revised.docx", REVISED, PARTS)
    for path in (source, converted / f"revised.{form}"):
        (reading,) = readers.read_parts(path)
        assert {text for _, text in reading.document.paragraphs()} == READ
        reasons = {part.reason: part.first for part in reading.left_out}
        assert "ten" in reasons["deletions"]
        assert "Only in summer." in reasons["footnotes"]
        assert UNREAD not in reasons
        assert any("Tracked changes are read as accepted" in n for n in reading.document.notes)


@pytest.mark.parametrize("form", ["docx", "odt"])
def test_numbers_of_lists_come_back(converted, form):
    document = readers.read(converted / f"numbered.{form}")
    assert [text for _, text in document.paragraphs()] == [
        "一、港口扩建", "1) 灯塔修缮", "2) 海浪", "二、总结",
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["pdf", "epub"])
def test_notes_fields_and_tables_of_printed_formats_are_read(converted, form):
    (reading,) = readers.read_parts(converted / f"plain.{form}")
    texts = [reading.document.title, *(text for _, text in reading.document.paragraphs())]
    read = " ".join(texts)
    for text in ("On lamps.", "Rain is near tonight.", "Left cell.", "Right cell."):
        assert read.count(text) == 1
    assert read.count("Thank you all.") == read.count("Only in summer.") == 1
    assert "The port grew." in texts if form == "epub" else "The port grew." in read
    assert UNREAD not in [part.reason for part in reading.left_out]
