"""Round trips through LibreOffice: what a real program writes is read letter by letter."""

import shutil
import subprocess
from pathlib import Path

import pytest
from office_files import control, deleted, field, inserted, paragraph, run, text_box, write_docx

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


@pytest.mark.parametrize("form", FORMATS)
def test_the_texts_of_the_demo_come_back_letter_by_letter(tmp_path, form):
    documents = {}
    for text in sorted(TEXTS.glob("*.txt")):
        document = readers.read(text)
        if form == "pdf" and document.language == "zh" and not has_chinese_font():
            continue
        page = tmp_path / f"{text.stem}.html"
        page.write_text(write_page(document), encoding="utf-8")
        documents[page] = document
    convert(documents, tmp_path, form)
    for page, document in documents.items():
        (reading,) = readers.read_parts(page.with_suffix(f".{form}"))
        assert letters_of(reading.document) == letters_of(document)
        assert UNREAD not in [part.reason for part in reading.left_out]


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


@pytest.mark.parametrize("form", ["docx", "odt"])
def test_changes_notes_boxes_fields_and_tables_come_back(tmp_path, form):
    parts = {"word/footnotes.xml": NOTE, "word/_rels/document.xml.rels": LINKS}
    source = write_docx(tmp_path / "revised.docx", REVISED, parts)
    (tmp_path / "out").mkdir()
    convert([source], tmp_path / "out", form, WORD)
    for path in (source, tmp_path / "out" / f"revised.{form}"):
        (reading,) = readers.read_parts(path)
        assert {text for _, text in reading.document.paragraphs()} == READ
        reasons = {part.reason: part.first for part in reading.left_out}
        assert "ten" in reasons["deletions"]
        assert "Only in summer." in reasons["footnotes"]
        assert UNREAD not in reasons
        assert any("Tracked changes are read as accepted" in n for n in reading.document.notes)
