"""Round trips through LibreOffice: what a real program writes is read letter by letter."""

import datetime as dt
import shutil
import subprocess
from itertools import zip_longest
from pathlib import Path

import openpyxl
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


SOFFICE = Path(shutil.which("soffice") or "").resolve()
needs_calc = pytest.mark.skipif(
    not SOFFICE.with_name("libsclo.so").exists(),
    reason="LibreOffice Calc is not installed (Debian: libreoffice-calc-nogui)",
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
    convert(pages, folder, FORMATS["docx"], profile=profile)
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
        convert(again, folder, FORMATS[form], WORD, profile)
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


EXCEL = "Calc MS Excel 2007 XML"
SIGNS_OF_SHEETS = {"utf-8": "44,34,76", "gbk": "44,34,67", "utf-16": "9,34,65535"}
"""Separator, quotation mark and encoding of CSV files, as numbers of LibreOffice."""


def texts_of(name: str) -> list[str]:
    return [text for _, text in readers.read(TEXTS / f"{name}.txt").paragraphs()]


def write_workbook(path: Path) -> Path:
    """Write the texts of the demo on two sheets, with formulas, formats and a hidden row."""
    book = openpyxl.Workbook()
    first, second = book.active, book.create_sheet("第二页")
    first.append(["中文", "English"])
    for sheet, names in ((first, ("zh", "en")), (second, ("zh2", "en2"))):
        for row in zip_longest(*map(texts_of, names)):
            sheet.append(row)
    for chinese, english, form in (
        (0.085, 0.085, "0.0%"),
        (dt.datetime(2031, 3, 6), dt.datetime(2031, 3, 6), 'yyyy"年"m"月"d"日"'),
        ('="灯塔"&"港"', '="Harbour "&TEXT(0.5,"0%")', "General"),
    ):
        second.append([chinese, english])
        for cell in second[second.max_row]:
            cell.number_format = form
    first.row_dimensions[2].hidden = True
    second.merge_cells(start_row=1, end_row=1, start_column=3, end_column=4)
    book.save(path)
    return path


@pytest.fixture(scope="module")
def sheets(tmp_path_factory) -> Path:
    """Return a folder with a workbook that Calc wrote, and one for each kind of CSV files."""
    folder, profile = tmp_path_factory.mktemp("sheets"), tmp_path_factory.mktemp("profile")
    source = [write_workbook(folder / "demo.xlsx")]
    convert(source, folder / "xlsx", f"xlsx:{EXCEL}", EXCEL, profile)
    for encoding, signs in SIGNS_OF_SHEETS.items():
        every_sheet = f"{signs},1,,0,false,true,false,false,false,-1"
        outfilter = f"csv:Text - txt - csv (StarCalc):{every_sheet}"
        convert(source, folder / encoding, outfilter, EXCEL, profile)
    return folder


@needs_calc
def test_a_workbook_by_calc_comes_back_letter_by_letter(sheets):
    zh, en = readers.read_parts(sheets / "xlsx" / "demo.xlsx")
    assert [text for _, text in zh.document.paragraphs()] == [
        *texts_of("zh"), *texts_of("zh2"), "8.5%", "2031年3月6日", "灯塔港",
    ]  # fmt: skip
    assert [text for _, text in en.document.paragraphs()] == [
        *texts_of("en"), *texts_of("en2"), "8.5%", "2031年3月6日", "Harbour 50%",
    ]  # fmt: skip
    assert any("1 hidden row read like the others" in note for note in zh.document.notes)
    assert UNREAD not in [part.reason for part in zh.left_out]


@needs_calc
@pytest.mark.parametrize("encoding", SIGNS_OF_SHEETS)
def test_csv_files_by_calc_come_back_letter_by_letter(sheets, encoding):
    (first,) = (sheets / encoding).glob("demo-Sheet*.csv")
    zh, en = readers.read_parts(first)
    assert [text for _, text in zh.document.paragraphs()] == texts_of("zh")
    assert [text for _, text in en.document.paragraphs()] == texts_of("en")
    assert UNREAD not in [part.reason for part in zh.left_out]
