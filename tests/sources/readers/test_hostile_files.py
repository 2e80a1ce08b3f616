"""Files that are broken, locked, or made to fill the memory: a plain refusal for each reader."""

import csv
import io
import re
import zipfile
import zlib
from functools import partial

import docx
import openpyxl
import pytest
from pdf_pages import page_of

from align.corpus.exchange.formats import xlsx
from align.errors import AlignError
from align.sources import limits, readers
from align.sources.readers import tables

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@pytest.mark.parametrize("suffix", [suffix for suffix in readers.READERS if suffix])
def test_nothing_a_folder_or_a_file_of_zeros_is_refused_by_name(tmp_path, suffix):
    for body in (b"", b" \n", bytes(4096)):
        path = tmp_path / f"a{suffix}"
        path.write_bytes(body)
        for read in (readers.read, readers.read_documents):
            with pytest.raises(AlignError) as caught:
                read(path)
            assert str(path) in str(caught.value)
    (tmp_path / f"b{suffix}").mkdir()
    with pytest.raises(AlignError, match="is a folder"):
        readers.read_documents(tmp_path / f"b{suffix}")


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.odt"])
def test_a_locked_or_old_office_file_is_told_from_a_damaged_one(tmp_path, name):
    (tmp_path / name).write_bytes(OLE)
    with pytest.raises(AlignError, match=rf"{name} has a password, or .* save it as"):
        readers.read_documents(tmp_path / name)


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.odt", "a.epub"])
def test_a_file_with_encrypted_parts_is_rejected_with_what_to_do(tmp_path, name):
    path = tmp_path / name
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    body = bytearray(path.read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        body[body.find(mark) + flags] |= 1
    path.write_bytes(body)
    with pytest.raises(AlignError, match=rf"{name} has a password; save it without one"):
        readers.read_documents(path)


def with_part(whole: bytes, name: str, change) -> bytes:
    """Give an Office file with one of its parts changed."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(whole)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            new.writestr(part, change(old.read(part)) if part == name else old.read(part))
    return made.getvalue()


def word_file() -> bytes:
    made, file = io.BytesIO(), docx.Document()
    file.add_paragraph("Good morning.")
    file.save(made)
    return made.getvalue()


def test_a_word_file_of_countless_paragraphs_is_refused_before_they_are_read(tmp_path):
    more = b"<w:p/>" * (limits.MOST_PARAGRAPHS + 1)
    whole = with_part(
        word_file(), "word/document.xml", lambda xml: xml.replace(b"<w:body>", b"<w:body>" + more)
    )
    (tmp_path / "a.docx").write_bytes(whole)
    with pytest.raises(
        AlignError, match=r"a\.docx has 50,00\d paragraphs, too many for one briefing"
    ):
        readers.read_documents(tmp_path / "a.docx")


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
def test_a_text_or_page_of_countless_paragraphs_is_refused(tmp_path, name):
    mark = "<p>" if name == "a.html" else ""
    path = tmp_path / name
    path.write_text(f"{mark}方禾乔：\n\n" * (limits.MOST_PARAGRAPHS + 1), encoding="utf-8")
    with pytest.raises(AlignError, match=rf"{path}:? .*50,001 (paragraphs, too many|lines)"):
        readers.read_documents(path)


def test_markdown_that_would_be_read_for_minutes_is_refused_at_once(tmp_path):
    (tmp_path / "a.md").write_text("*" * (limits.MOST_MARKDOWN + 1), encoding="utf-8")
    with pytest.raises(AlignError, match=r"a\.md is Markdown of over 2,000,000 characters"):
        readers.read_documents(tmp_path / "a.md")


def test_a_saved_page_with_an_element_of_countless_attributes_is_refused(tmp_path):
    attributes = " ".join(f"a{number}" for number in range(501))
    (tmp_path / "a.html").write_text(f"<p {attributes}>大家好。", encoding="utf-8")
    with pytest.raises(AlignError, match=rf"^{tmp_path / 'a.html'}: an element <p> has 501"):
        readers.read_documents(tmp_path / "a.html")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_an_office_file_that_breaks_off_is_refused(tmp_path, share):
    book, made = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["大家好", "Hello"])
    book.save(made)
    for name, whole in (("a.docx", word_file()), ("a.xlsx", made.getvalue())):
        (tmp_path / name).write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(AlignError, match=f"{name} is not a valid"):
            readers.read_documents(tmp_path / name)


def test_a_workbook_is_read_whatever_size_it_says_it_has(tmp_path):
    book, made = openpyxl.Workbook(), io.BytesIO()
    for row in [("大家好，今天上午好。", "Good morning."), ("谢谢大家。", "Thank you.")] * 2:
        book.active.append(row)
    book.save(made)
    for size in (b"A1", b"A1:XFD1048576"):
        sheet = partial(re.sub, rb'(?<=<dimension ref=")[^"]*', size)
        whole = with_part(made.getvalue(), "xl/worksheets/sheet1.xml", sheet)
        assert size in zipfile.ZipFile(io.BytesIO(whole)).read("xl/worksheets/sheet1.xml")
        (tmp_path / "a.xlsx").write_bytes(whole)
        zh_side, en_side = readers.read_documents(tmp_path / "a.xlsx")
        assert (zh_side.language, en_side.language) == ("zh", "en")
        assert len([*zh_side.paragraphs()]) == len([*en_side.paragraphs()]) == 4


def rewritten(path, change):
    """Save a workbook of two languages with its sheet changed."""
    book, made = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["大家好", "Hello"])
    book.save(made)
    path.write_bytes(with_part(made.getvalue(), "xl/worksheets/sheet1.xml", change))
    return path


def test_a_row_of_countless_cells_is_refused_before_it_fills_the_memory(tmp_path):
    cells = b"<c/>" * (limits.MOST_XML_ELEMENTS + 1)
    path = rewritten(tmp_path / "a.xlsx", lambda xml: xml.replace(b"</row>", cells + b"</row>"))
    for read in (readers.read_documents, lambda path: next(xlsx.read_cells(path))):
        with pytest.raises(AlignError, match=r"sheet1\.xml has a row of over 16,384 cells"):
            read(path)


def test_a_cell_far_to_the_right_is_refused_and_an_empty_one_costs_nothing(tmp_path):
    far = b'<c r="XFD1">%s</c></row>'
    path = rewritten(tmp_path / "a.xlsx", lambda xml: xml.replace(b"</row>", far % b"<v>1</v>"))
    with pytest.raises(AlignError, match=r"sheet1\.xml has over 200 columns"):
        readers.read_documents(path)
    path = rewritten(tmp_path / "b.xlsx", lambda xml: xml.replace(b"</row>", far % b""))
    assert readers.read_documents(path)


def test_a_table_of_countless_rows_is_refused_and_not_cut(tmp_path):
    path = tmp_path / "a.tsv"
    path.write_text("大家好\tHello\n" * (limits.MOST_ROWS + 1), encoding="utf-8")
    with pytest.raises(AlignError, match=r"more than 50,000 rows.*align import"):
        readers.read_documents(path)


def test_a_table_of_countless_columns_is_refused(tmp_path):
    path = tmp_path / "a.tsv"
    path.write_text("大家好\tHello" * 300, encoding="utf-8")
    with pytest.raises(AlignError, match="has over 200 columns"):
        readers.read_documents(path)


def test_a_table_with_an_enormous_cell_is_read(tmp_path, request):
    request.addfinalizer(partial(csv.field_size_limit, csv.field_size_limit(131_072)))
    path = tmp_path / "a.csv"
    path.write_text(f"大家好,{'Hello ' * 100_000}\n你好,Hi\n", encoding="utf-8")
    blocks = tables.read_delimited(path, 10_000_000).blocks
    assert sorted(len(block.text) for block in blocks) == [2, 2, 3, 599_999]


def packed(stream: bytes) -> bytes:
    """Give a PDF whose page is drawn by a stream that is packed."""
    small = zlib.compress(stream, 9)
    whole = page_of("x" * len(small))
    return whole.replace(b"x" * len(small), small).replace(
        b"<< /Length", b"<< /Filter /FlateDecode /Length"
    )


def test_a_pdf_page_that_is_drawn_by_megabytes_is_refused(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(packed(b"BT /F1 9 Tf (Good morning.) Tj ET" + b" " * limits.MOST_DRAWN))
    assert path.stat().st_size < 20_000
    with pytest.raises(AlignError, match=r"a\.pdf: page 1 has 8 MB of drawing"):
        readers.read_documents(path)


def test_a_pdf_packed_in_a_way_that_nobody_knows_is_refused_in_one_line(tmp_path, capsys):
    path = tmp_path / "a.pdf"
    path.write_bytes(packed(b"BT (Good) Tj ET").replace(b"/FlateDecode", b"/SlateDecode"))
    with pytest.raises(AlignError, match=r"a\.pdf is not a valid PDF \(Unsupported filter"):
        readers.read_documents(path)
    assert capsys.readouterr().err == ""


def test_a_pdf_with_a_password_is_refused(tmp_path):
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(PdfReader(io.BytesIO(page_of("BT /F1 9 Tf (Good morning.) Tj ET"))))
    writer.encrypt("secret", algorithm="RC4-128")
    path = tmp_path / "a.pdf"
    writer.write(path)
    with pytest.raises(AlignError, match="has a password"):
        readers.read_documents(path)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_a_pdf_that_breaks_off_is_refused_or_read(tmp_path, share):
    whole = page_of("BT /F1 9 Tf (Good morning to all of you.) Tj ET")
    path = tmp_path / "a.pdf"
    path.write_bytes(whole[: int(len(whole) * share)])
    try:
        said = readers.read_documents(path)[0].title
    except AlignError as error:
        said = str(error)
    assert "Good morning" in said or "a.pdf" in said
