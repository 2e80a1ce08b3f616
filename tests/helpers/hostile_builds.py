"""Hostile files: a few kilobytes that ask for gigabytes or for hours, one build a trick.

Each build writes its files into a folder and returns the words of the ``align`` command that a
person would give. ``tests/test_hostile_builds.py`` runs them within limits.
"""

import bz2
import gzip
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from office_files import paragraph, wrap, write_docx

Words = list[str]
Build = Callable[[Path], Words]

MB = 1_000_000
ZH, EN = "今天上午好。", "Good morning to all of you."
_SHEET = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def _read(path: Path) -> Words:
    return ["read", str(path)]


def _import(path: Path) -> Words:
    return ["import", str(path), "--corpus", str(path.parent / "corpus")]


# -- Word, OpenDocument ----------------------------------------------------------------------------


def _table(properties: str, row: str = "") -> str:
    cell = f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(EN)}</w:tc>"
    return f"<w:tbl><w:tr>{row}{cell}</w:tr></w:tbl>" + paragraph(ZH)


def word_grid_span(folder: Path) -> Words:
    """Span 400 million columns with one cell."""
    span = '<w:gridSpan w:val="400000000"/>'
    return _read(write_docx(folder / "a.docx", _table(span)))


def word_grid_before(folder: Path) -> Words:
    """Leave 400 million columns empty before a cell, and 400 million rows high."""
    row = '<w:trPr><w:gridBefore w:val="400000000"/><w:trHeight w:val="400000000"/></w:trPr>'
    return _read(write_docx(folder / "a.docx", _table('<w:hMerge w:val="restart"/>', row)))


def word_spaces(folder: Path) -> Words:
    """Pack 300 MB of spaces into a document."""
    return _read(write_docx(folder / "a.docx", paragraph(EN) + " " * 300 * MB))


def word_text(folder: Path) -> Words:
    """Pack 50 MB of text into one paragraph."""
    return _read(write_docx(folder / "a.docx", paragraph(f"{EN} " * (50 * MB // 28))))


def word_runs(folder: Path) -> Words:
    """Begin a paragraph with a million empty runs."""
    return _read(
        write_docx(folder / "a.docx", paragraph("<w:r/>" * MB + f"<w:r><w:t>{EN}</w:t></w:r>"))
    )


def word_labels(folder: Path) -> Words:
    """Number 5,000 paragraphs by labels of megabytes each."""
    level = (
        '<w:lvl w:ilvl="0"><w:start w:val="99999"/><w:numFmt w:val="lowerLetter"/>'
        f'<w:lvlText w:val="{"%1" * 1000}"/></w:lvl>'
    )
    numbering = wrap(
        "numbering",
        f'<w:abstractNum w:abstractNumId="1">{level}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>',
    )
    listed = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    body = paragraph(EN, listed) * 5000
    return _read(write_docx(folder / "a.docx", body, {"word/numbering.xml": numbering}))


def word_styles(folder: Path) -> Words:
    """Base each of 20,000 styles on the one before it."""
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="s{n}"><w:basedOn w:val="s{n - 1}"/></w:style>'
        for n in range(20_000)
    )
    body = paragraph(EN, '<w:pStyle w:val="s19999"/>') * 2000
    return _read(write_docx(folder / "a.docx", body, {"word/styles.xml": wrap("styles", styles)}))


def word_members(folder: Path) -> Words:
    """Give a document 8,000 headers."""
    parts = {f"word/header{n}.xml": "<w/>" for n in range(8000)}
    return _read(write_docx(folder / "a.docx", paragraph(EN), parts))


def word_nested(folder: Path) -> Words:
    """Nest 200 tables, 500 times."""
    deep = "<w:tbl><w:tr><w:tc>" * 60 + paragraph(EN) + "</w:tc></w:tr></w:tbl>" * 60
    return _read(write_docx(folder / "a.docx", deep * 3000))


def _odt(folder: Path, body: str) -> Words:
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "text", "table", "style")
    )
    path = folder / "a.odt"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr(
            "content.xml",
            f"<office:document-content{names}><office:body><office:text>{body}</office:text>"
            "</office:body></office:document-content>",
        )
    return _read(path)


def odt_repeats(folder: Path) -> Words:
    """Repeat a cell, a row and a space 400 million times."""
    many = 400_000_000
    return _odt(
        folder,
        f'<table:table><table:table-column table:number-columns-repeated="{many}"/>'
        f'<table:table-row table:number-rows-repeated="{many}">'
        f'<table:table-cell table:number-columns-repeated="{many}" '
        f'table:number-columns-spanned="{many}"><text:p>{EN}<text:s text:c="{many}"/>b</text:p>'
        "</table:table-cell></table:table-row></table:table>",
    )


def odt_nested(folder: Path) -> Words:
    """Nest 200 spans in each of 3,000 paragraphs."""
    deep = "<text:span>" * 200 + EN + "</text:span>" * 200
    return _odt(folder, f"<text:p>{deep}</text:p>" * 3000)


# -- workbooks -------------------------------------------------------------------------------------


def write_workbook(path: Path, sheet: Iterator[str], shared: str = "", more: str = "") -> Path:
    """Write a workbook whose sheet has these rows, and its shared texts."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    package = "http://schemas.openxmlformats.org/package/2006"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/>'
            f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}.sharedStrings+xml"/>'
            "</Types>",
        )
        book.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships">'
            f'<Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="r2" Type="{office}/sharedStrings" Target="sharedStrings.xml"/>'
            "</Relationships>",
        )
        book.writestr(
            "xl/workbook.xml",
            f'<workbook {_SHEET} xmlns:r="{office}"><sheets><sheet name="a" sheetId="1" '
            'r:id="r1"/></sheets></workbook>',
        )
        book.writestr("xl/sharedStrings.xml", f"<sst {_SHEET}>{shared}</sst>")
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(f"<worksheet {_SHEET}><sheetData>".encode())
            for piece in sheet:
                part.write(piece.encode())
            part.write(f"</sheetData>{more}</worksheet>".encode())
    return path


def _cell(text: str, place: str = "") -> str:
    named = f' r="{place}"' if place else ""
    return f'<c{named} t="inlineStr"><is><t>{text}</t></is></c>'


def _row(*cells: str, number: int = 0) -> str:
    return f"<row{f' r={chr(34)}{number}{chr(34)}' if number else ''}>{''.join(cells)}</row>"


_HEAD = _row(_cell("zh"), _cell("en"))


def _wide(path: Path) -> Path:
    cells = ("<c><v>1</v></c>" * 100_000 for _ in range(50))
    return write_workbook(path, iter([_HEAD, "<row>", *cells, "</row>"]))


def book_wide_row_read(folder: Path) -> Words:
    """Put 5 million cells into a row."""
    return _read(_wide(folder / "a.xlsx"))


def book_wide_row_import(folder: Path) -> Words:
    """Import a row of 5 million cells."""
    return _import(_wide(folder / "a.xlsx"))


def _corners(path: Path) -> Path:
    rows = (_row(_cell(ZH, f"A{n}"), _cell(EN, f"XFD{n}"), number=n) for n in range(1, 45_001))
    return write_workbook(path, rows)


def book_corners_read(folder: Path) -> Words:
    """Fill columns A and XFD of 45,000 rows."""
    return _read(_corners(folder / "a.xlsx"))


def book_corners_import(folder: Path) -> Words:
    """Import columns A and XFD of 45,000 rows."""
    return _import(_corners(folder / "a.xlsx"))


def _shared(path: Path) -> Path:
    text = f"{ZH}" * 150_000
    cells = '<c t="s"><v>0</v></c>' * 2
    shared = f"<si><t>{text}</t></si>"
    return write_workbook(path, iter([_HEAD, *[_row(cells)] * 20_000]), shared)


def book_shared_read(folder: Path) -> Words:
    """Show one text of 900,000 characters in 40,000 cells."""
    return _read(_shared(folder / "a.xlsx"))


def book_shared_import(folder: Path) -> Words:
    """Import one text of 900,000 characters in 40,000 cells."""
    return _import(_shared(folder / "a.xlsx"))


def book_row_number(folder: Path) -> Words:
    """Number the second row 2,000,000,000."""
    rows = [_HEAD, _row(_cell(ZH), _cell(EN), number=2_000_000_000)]
    return _import(write_workbook(folder / "a.xlsx", iter(rows)))


def book_row_number_read(folder: Path) -> Words:
    """Number the second row 2,000,000,000."""
    rows = [_HEAD, _row(_cell(ZH), _cell(EN), number=2_000_000_000)]
    return _read(write_workbook(folder / "a.xlsx", iter(rows)))


def book_many_rows(folder: Path) -> Words:
    """Write 30 million empty rows."""
    rows = ["<row/>" * 1_000_000] * 30
    return _read(write_workbook(folder / "a.xlsx", iter([_HEAD, *rows])))


def book_many_rows_import(folder: Path) -> Words:
    """Import 30 million empty rows."""
    rows = ["<row/>" * 1_000_000] * 30
    return _import(write_workbook(folder / "a.xlsx", iter([_HEAD, *rows])))


def book_merged(folder: Path) -> Words:
    """Merge the whole sheet, 100,000 times."""
    merged = '<mergeCell ref="A1:XFD1048576"/>' * 100_000
    rows = [_HEAD, *[_row(_cell(ZH), _cell(EN))] * 5]
    more = f"<mergeCells>{merged}</mergeCells>"
    return _read(write_workbook(folder / "a.xlsx", iter(rows), more=more))


def book_long_cell(folder: Path) -> Words:
    """Put 200 MB of text into a cell, in an element that never ends a row."""
    pieces = ["<row><c t='inlineStr'><is><t>", *["a" * MB] * 200, "</t></is></c></row>"]
    return _import(write_workbook(folder / "a.xlsx", iter([_HEAD, *pieces])))


# -- pages, text, tables ---------------------------------------------------------------------------


def _write(folder: Path, name: str, body: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    return path


def _page(folder: Path, body: str) -> Words:
    return _read(_write(folder, "a.html", f"<html><body>{body}</body></html>"))


def page_spans(folder: Path) -> Words:
    """Span 400 million rows and columns."""
    span = 'colspan="400000000" rowspan="400000000"'
    return _page(folder, f"<table><tr><td {span}>{EN}</td></tr></table><p>{EN}</p>" * 100)


def page_deep(folder: Path) -> Words:
    """Nest 180,000 elements."""
    return _page(folder, "<div>" * 180_000 + EN)


def page_deep_bold(folder: Path) -> Words:
    """Nest 180,000 inline elements, which browsers would close."""
    return _page(folder, "<b>" * 180_000 + EN)


def page_deep_tables(folder: Path) -> Words:
    """Nest 30,000 tables."""
    return _page(folder, f"<table><tr><td>{EN}" * 30_000)


def page_wide(folder: Path) -> Words:
    """Write 190,000 elements one after the other."""
    return _page(folder, "<p>a" * 190_000)


def page_links(folder: Path) -> Words:
    """Link to 60,000 pages."""
    return _page(
        folder, f"<p>{EN}</p>" * 5 + "".join(f'<a href="{n}.html">a</a>' for n in range(60_000))
    )


def page_markers(folder: Path) -> Words:
    """Open a megabyte of comments, scripts and tags."""
    return _page(folder, "<!--" * 100_000 + "<script" * 50_000 + "<" * 300_000)


def page_one_line(folder: Path) -> Words:
    """Write a paragraph of a megabyte without a space."""
    return _page(folder, "<p>" + "a" * MB)


def page_entities(folder: Path) -> Words:
    """Write 150,000 entities."""
    return _page(folder, "<p>" + "&nbsp;" * 150_000 + EN)


def _charset(folder: Path, name: str) -> Words:
    body = b"".join(bytes((0x80 + n % 120, 0x41 + n % 26)) for n in range(MB // 2))
    head = f"<html><head><meta charset={name}></head><body><p>".encode()
    return _read(_write(folder, "a.html", head + body))


def charset_punycode(folder: Path) -> Words:
    """Name a codec that takes square time."""
    return _charset(folder, "punycode")


def charset_idna(folder: Path) -> Words:
    """Name a codec that takes square time."""
    return _charset(folder, "idna")


def charset_bz2(folder: Path) -> Words:
    """Name a codec that unpacks 1 GB."""
    packed = bz2.compress(bytes(500 * MB))
    return _read(_write(folder, "a.html", b"<meta charset=bz2_codec>" + packed))


def charset_in_mhtml(folder: Path) -> Words:
    """Name such a codec in a header of a saved page, and in an encoded word."""
    high = "=80=41" * 150_000
    text = (
        "MIME-Version: 1.0\r\nSubject: =?punycode?q?" + "=80A" * 2000 + "?=\r\n"
        "Content-Type: text/html; charset=punycode\r\nContent-Transfer-Encoding: quoted-printable"
        "\r\nContent-Location: http://press.example/a.html\r\n\r\n<p>" + high
    )
    return _read(_write(folder, "a.mhtml", text))


def text_one_line(folder: Path) -> Words:
    """Write a megabyte in one line."""
    return _read(_write(folder, "a.txt", "a" * MB))


def text_han_line(folder: Path) -> Words:
    """Write a megabyte of Chinese characters in one line."""
    return _read(_write(folder, "a.txt", "好" * (MB // 3)))


def text_labels(folder: Path) -> Words:
    """Let 45,000 speakers say nothing."""
    return _read(
        _write(
            folder,
            "a.txt",
            "".join(f"方禾{chr(0x4E00 + n % 9000)}：\n好。\n" for n in range(22_000)),
        )
    )


def text_marks(folder: Path) -> Words:
    """Write a megabyte of quotation marks, brackets and full stops."""
    return _read(
        _write(folder, "a.txt", "“(".encode() * 100_000 + b"." * 300_000 + "：".encode() * 100_000)
    )


def text_numbers(folder: Path) -> Words:
    """Write a megabyte of digits, dates and numerals."""
    return _read(_write(folder, "a.txt", "1" * 300_000 + "二" * 100_000 + "2031年5月" * 20_000))


def markdown_brackets(folder: Path) -> Words:
    """Open 500,000 brackets."""
    return _read(_write(folder, "a.md", "[" * 500_000 + "a\n\n" + EN))


def markdown_stars(folder: Path) -> Words:
    """Emphasise half a million times."""
    return _read(_write(folder, "a.md", "*a **b " * 140_000))


def markdown_quotes(folder: Path) -> Words:
    """Nest quotations and lists."""
    return _read(_write(folder, "a.md", "> " * 400_000 + "a\n" + "- " * 100_000 + "a\n"))


def markdown_backticks(folder: Path) -> Words:
    """Open code of each length."""
    return _read(_write(folder, "a.md", " ".join("`" * n for n in range(1, 1400))))


def markdown_links(folder: Path) -> Words:
    """Use and define 40,000 references."""
    return _read(
        _write(folder, "a.md", "[a](" * 100_000 + "\n\n" + "[a][b]\n\n[b]: x\n\n" * 30_000)
    )


def table_wide(folder: Path) -> Words:
    """Write a row of 500,000 cells."""
    return _read(_write(folder, "a.tsv", "a\t" * 500_000))


def table_cells(folder: Path) -> Words:
    """Write 45,000 rows as long as one of 199 cells."""
    return _read(_write(folder, "a.tsv", "a\t" * 198 + "a\n" + f"{ZH}\t{EN}\n" * 22_000))


def table_quotes(folder: Path) -> Words:
    """Write a megabyte of quotation marks."""
    return _read(_write(folder, "a.csv", '"' * MB))


def subtitles(folder: Path) -> Words:
    """Show 20,000 cues, with open tags."""
    cue = "1\n00:00:01,000 --> 00:00:02,000\n<i<i<i{\\{\\ a 好\n\n"
    return _read(_write(folder, "a.srt", cue * 20_000))


# -- PDF, EPUB -------------------------------------------------------------------------------------


def _pdf(objects: Mapping[int, bytes]) -> bytes:
    made, places = bytearray(b"%PDF-1.4\n"), {}
    for number, body in objects.items():
        places[number] = len(made)
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (max(objects) + 1)
    for number in range(1, max(objects) + 1):
        made += b"%010d 00000 n \n" % places.get(number, 0)
    made += b"trailer\n<< /Root 1 0 R /Size %d >>\nstartxref\n%d\n%%%%EOF" % (
        max(objects) + 1,
        start,
    )
    return bytes(made)


def _stream(body: bytes, words: bytes = b"") -> bytes:
    packed = zlib.compress(body, 9)
    return b"<< /Filter /FlateDecode /Length %d %s >>\nstream\n%s\nendstream" % (
        len(packed),
        words,
        packed,
    )


_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
_SAY = b"BT /F1 12 Tf 72 700 Td (Good morning to all of you today.) Tj ET "


def pdf_bomb(folder: Path) -> Words:
    """Draw a page by 1 GB of spaces."""
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        3: b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> "
        b"/MediaBox [0 0 612 792] >>",
        4: _stream(_SAY + b" " * 1000 * MB),
        5: _FONT,
    }
    return _read(_write(folder, "a.pdf", _pdf(objects)))


def pdf_twice_packed(folder: Path) -> Words:
    """Pack a page twice, so that 1 GB is a kilobyte."""
    inner = zlib.compress(_SAY + b" " * 1000 * MB, 9)
    outer = zlib.compress(inner, 9)
    page = b"<< /Filter [/FlateDecode /FlateDecode] /Length %d >>\nstream\n%s\nendstream"
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        3: b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> "
        b"/MediaBox [0 0 612 792] >>",
        4: page % (len(outer), outer),
        5: _FONT,
    }
    return _read(_write(folder, "a.pdf", _pdf(objects)))


def pdf_forms(folder: Path) -> Words:
    """Draw a form that draws ten forms, nine deep."""
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        3: b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /MediaBox [0 0 612 792] /Resources "
        b"<< /Font << /F1 5 0 R >> /XObject << /X 6 0 R >> >> >>",
        4: _stream(_SAY + b"/X Do " * 10),
        5: _FONT,
    }
    for number in range(6, 15):
        inner = b"/XObject << /X %d 0 R >>" % (number + 1) if number < 14 else b""
        words = (
            b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] "
            b"/Resources << /Font << /F1 5 0 R >> %s >>"
        )
        objects[number] = _stream(_SAY + b"/X Do " * 10 * (number < 14), words % inner)
    return _read(_write(folder, "a.pdf", _pdf(objects)))


def pdf_pages(folder: Path) -> Words:
    """Show one page of 8 kB 100,000 times."""
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Count 100000 /Kids [%s] >>" % (b"3 0 R " * 100_000),
        3: b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> "
        b"/MediaBox [0 0 612 792] >>",
        4: _stream(_SAY * 130),
        5: _FONT,
    }
    return _read(_write(folder, "a.pdf", _pdf(objects)))


def pdf_drawn(folder: Path) -> Words:
    """Draw 100 pages by 7 MB each, one stream for all."""
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Count 100 /Kids [%s] >>" % (b"3 0 R " * 100),
        3: b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> "
        b"/MediaBox [0 0 612 792] >>",
        4: _stream(_SAY * 110_000),
        5: _FONT,
    }
    return _read(_write(folder, "a.pdf", _pdf(objects)))


def pdf_kids(folder: Path) -> Words:
    """Make a tree of pages the child of itself."""
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Count 2000000000 /Kids [2 0 R 2 0 R 2 0 R] >>",
    }
    return _read(_write(folder, "a.pdf", _pdf(objects)))


def _epub(folder: Path, parts: Mapping[str, str | bytes], spine: str, items: str) -> Words:
    path = folder / "a.epub"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr(
            "META-INF/container.xml",
            '<container><rootfiles><rootfile full-path="a.opf"/></rootfiles></container>',
        )
        book.writestr(
            "a.opf",
            f"<package><metadata/><manifest>{items}</manifest><spine>{spine}</spine></package>",
        )
        for name, body in parts.items():
            book.writestr(name, body)
    return _read(path)


def epub_bomb(folder: Path) -> Words:
    """Pack 500 MB into a chapter."""
    item = '<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>'
    body = f"<html><body><p>{EN}</p>".encode() + b" " * 500 * MB
    return _epub(folder, {"a.xhtml": body}, '<itemref idref="a"/>', item)


def epub_package(folder: Path) -> Words:
    """Pack 500 MB into the description of a book."""
    item = '<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>'
    parts = {"a.xhtml": f"<html><body><p>{EN}</p></body></html>"}
    return _epub(folder, parts, '<itemref idref="a"/>' + " " * 500 * MB, item)


def epub_parts(folder: Path) -> Words:
    """Read 1,999 chapters of 25 kB, which a few kilobytes pack."""
    names = [f"c{n}.xhtml" for n in range(1999)]
    items = "".join(
        f'<item id="{n}" href="{n}" media-type="application/xhtml+xml"/>' for n in names
    )
    spine = "".join(f'<itemref idref="{n}"/>' for n in names)
    body = "<html><body>" + f"<p>{EN}</p>" * 24 + " " * 24_000
    return _epub(folder, dict.fromkeys(names, body), spine, items)


# -- captures --------------------------------------------------------------------------------------


def _record(head: bytes, body: bytes, length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    return (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://press.example/a.html\r\n"
        b"WARC-Date: 2031-05-14T00:00:00Z\r\nContent-Type: application/http; msgtype=response\r\n"
        + head
        + b"Content-Length: %d\r\n\r\n" % size
        + body
        + b"\r\n\r\n"
    )


_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def _capture(folder: Path, body: bytes, name: str = "a.warc.gz") -> Words:
    path = _write(folder, name, gzip.compress(body, 9) if name.endswith(".gz") else body)
    return [
        "add",
        "http://press.example/a.html",
        "--from",
        str(path),
        "--corpus",
        str(folder / "c"),
    ]


def _crawl(folder: Path, body: bytes, name: str = "a.warc.gz") -> Words:
    path = _write(folder, name, gzip.compress(body, 9) if name.endswith(".gz") else body)
    return ["add", str(path), "--dry-run", "--corpus", str(folder / "c")]


def _endless_line() -> bytes:
    return _record(b"X-Long: " + b"a" * 400 * MB + b"\r\n", _ANSWER + b"\r\n<p>a")


def _endless_lines() -> bytes:
    return _record(b"X-A: b\r\n" * 40_000_000, _ANSWER + b"\r\n<p>a")


def _endless_http() -> bytes:
    return _record(b"", _ANSWER + b"X-A: b\r\n" * 40_000_000 + b"\r\n<p>a")


def warc_header_line(folder: Path) -> Words:
    """Begin a record by a header line of 400 MB."""
    return _capture(folder, _endless_line())


def warc_header_lines(folder: Path) -> Words:
    """Begin a record by 40 million header lines."""
    return _capture(folder, _endless_lines())


def warc_http_headers(folder: Path) -> Words:
    """Begin an answer by 40 million header lines."""
    return _capture(folder, _endless_http())


def warc_body(folder: Path) -> Words:
    """Pack a page of 1 GB into an answer that is packed itself."""
    packed = gzip.compress(bytes(1000 * MB), 9)
    return _capture(folder, _record(b"", _ANSWER + b"Content-Encoding: gzip\r\n\r\n" + packed))


def warc_chunks(folder: Path) -> Words:
    """Announce a chunk of 4 GB."""
    head = _ANSWER + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n"
    return _capture(folder, _record(b"", head + b"a" * 600 * MB))


def crawl_header_line(folder: Path) -> Words:
    """Index a record with a header line of 400 MB."""
    return _crawl(folder, _endless_line())


def crawl_header_lines(folder: Path) -> Words:
    """Index a record with 40 million header lines."""
    return _crawl(folder, _endless_lines())


def crawl_http_headers(folder: Path) -> Words:
    """Index an answer with 40 million header lines."""
    return _crawl(folder, _endless_http())


def crawl_member(folder: Path) -> Words:
    """Index a ZIP of which a page unpacks to 1 GB, and one with 400 MB of header."""
    path = folder / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.html", bytes(1000 * MB))
        archive.writestr("b.warc", _endless_line())
        archive.writestr("b.warc.gz", gzip.compress(_endless_lines(), 9))
    return ["add", str(path), "--dry-run", "--corpus", str(folder / "c")]


def crawl_members(folder: Path) -> Words:
    """Index a ZIP of 9,000 pages that are all one."""
    path = folder / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(9000):
            archive.writestr(f"{number}.html", f"<p>{EN}")
    return ["add", str(path), "--dry-run", "--corpus", str(folder / "c")]


def crawl_copies(folder: Path) -> Words:
    """Index a ZIP of 800 copies of a long page that links to its Chinese version."""
    path = folder / "a.zip"
    text = "".join(f"<p>{EN} Last year {number} ships called." for number in range(400))
    link = '<link rel="alternate" hreflang="zh" href="/zh.html">'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(800):
            archive.writestr(f"{number}.html", f"{link}<title>Briefing</title>{text}")
    return ["add", str(path), "--dry-run", "--corpus", str(folder / "c")]


def mhtml_nested(folder: Path) -> Words:
    """Nest 500 multiparts in a saved page, and write 20,000 headers."""
    head = "".join(
        f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(500)
    )
    many = "X-A: b\r\n" * 60_000
    return _read(_write(folder, "a.mhtml", f"MIME-Version: 1.0\r\n{many}{head}"))


# -- imports ---------------------------------------------------------------------------------------


def _packed(folder: Path, name: str, pieces: Iterator[bytes]) -> Words:
    path = folder / name
    with gzip.open(path, "wb", compresslevel=9) as file:
        for piece in pieces:
            file.write(piece)
    return _import(path)


def jsonl_line(folder: Path) -> Words:
    """Pack a line of 600 MB."""
    pieces = (b'{"translation": {"zh": "', *[b"a" * MB] * 600, b'", "en": "a"}}\n')
    return _packed(folder, "a.jsonl.gz", iter(pieces))


def tsv_line(folder: Path) -> Words:
    """Pack a line of 600 MB."""
    return _packed(folder, "a.tsv.gz", iter([b"zh\ten\n", *[b"a" * MB] * 600]))


def tsv_wide_line(folder: Path) -> Words:
    """Pack lines of UTF-16 that never end."""
    head = "\ufeffzh\ten\n".encode("utf-16-le")
    return _packed(folder, "a.tsv.gz", iter([head, *["a".encode("utf-16-le") * MB] * 300]))


def csv_cell(folder: Path) -> Words:
    """Open a quotation that 300 MB of lines never close."""
    return _packed(folder, "a.csv.gz", iter([b'zh,en\n"', *[b"a\n" * 500_000] * 300]))


def moses_line(folder: Path) -> Words:
    """Pack a line of 600 MB into a Moses pair."""
    (folder / "a.en.gz").write_bytes(gzip.compress(b"a\n"))
    return _packed(folder, "a.zh.gz", iter([b"a" * MB] * 600))


def json_numbers(folder: Path) -> Words:
    """Write numbers of 100,000 digits and lists 100,000 deep."""
    lines = [
        b'{"zh": "a", "en": "b", "probability": ' + b"9" * 100_000 + b"}\n",
        b'{"zh": "a", "en": "b", "x": ' + b"[" * 100_000 + b"}\n",
    ]
    return _packed(folder, "a.jsonl.gz", iter(lines))


def json_cells(folder: Path) -> Words:
    """Write an object of 60 MB in a line."""
    return _packed(
        folder, "a.jsonl.gz", iter([b'{"zh": "a", "x": [', *[b"[]," * 500_000] * 40, b"1]}\n"])
    )


def tmx_unit(folder: Path) -> Words:
    """Write a unit of 200 MB that never ends."""
    head = b'<tmx version="1.4"><header/><body><tu>'
    note = b"<note>a</note>" * 100_000
    return _packed(folder, "a.tmx.gz", iter([head, *[note] * 150]))


def tmx_segment(folder: Path) -> Words:
    """Write a segment of 600 MB."""
    head = b'<tmx version="1.4"><header/><body><tu><tuv xml:lang="zh"><seg>'
    return _packed(folder, "a.tmx.gz", iter([head, *[b"a" * MB] * 600]))


def tmx_between(folder: Path) -> Words:
    """Write 30 million elements that are no unit."""
    head = b'<tmx version="1.4"><header/><body>'
    return _packed(folder, "a.tmx.gz", iter([head, *[b"<x/>" * 500_000] * 60]))


def tmx_deep(folder: Path) -> Words:
    """Nest segments 100,000 deep."""
    head = b'<tmx version="1.4"><header/><body><tu><tuv xml:lang="zh"><seg>'
    return _packed(folder, "a.tmx.gz", iter([head, b"<hi>" * 100_000]))


def tmx_attribute(folder: Path) -> Words:
    """Write an attribute of 300 MB, and 100,000 attributes."""
    head = b'<tmx version="1.4"><header/><body><tu x="'
    return _packed(folder, "a.tmx.gz", iter([head, *[b"a" * MB] * 300]))


def xml_entities(folder: Path) -> Words:
    """Define entities that multiply."""
    lines = "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    unit = '<tu><tuv xml:lang="zh"><seg>&i;</seg></tuv></tu>'
    text = f'<!DOCTYPE tmx [<!ENTITY a "aaaaaaaaaa">{lines}]><tmx><body>{unit}</body></tmx>'
    return _import(_write(folder, "a.tmx", text))


def xliff_unit(folder: Path) -> Words:
    """Write 10 million segments into a unit."""
    head = b'<xliff version="2.1" srcLang="zh" trgLang="en"><file id="f"><unit id="u">'
    one = b"<segment><source>a</source><target>b</target></segment>" * 50_000
    return _packed(folder, "a.xliff.gz", iter([head, *[one] * 60]))


def parquet_dictionary(folder: Path) -> Words:
    """Name one text of a megabyte in 20,000 rows."""
    import pyarrow as pa  # type: ignore[import-untyped]
    import pyarrow.parquet as pq  # type: ignore[import-untyped]

    text = pa.array(["好" * 330_000])
    rows = pa.DictionaryArray.from_arrays(pa.array([0] * 20_000, pa.int32()), text)
    path = folder / "a.parquet"
    pq.write_table(pa.table({"zh": rows, "en": rows}), path, compression="zstd")
    return _import(path)


def zip_moses(folder: Path) -> Words:
    """Pack a Moses pair of 600 MB lines as OPUS does."""
    path = folder / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.zh", b"a" * 600 * MB)
        archive.writestr("a.en", b"a\n")
    return _import(path)


def ladder_numbers(folder: Path) -> Words:
    """Give a ladder whose numbers and lines are long."""
    (folder / "zh").write_text(f"{ZH}\n" * 10)
    (folder / "en").write_text(f"{EN}\n" * 10)
    numbers = ", ".join(str(n) for n in range(150_000))
    path = _write(
        folder, "a.ladder", f"[{numbers}]:[{numbers[:10]}]\n" + "[" + "9" * 5000 + "]:[]\n"
    )
    return [*_import(path), "--texts", str(folder / "zh"), str(folder / "en")]


def tei_numbers(folder: Path) -> Words:
    """Align by links of 400,000 targets."""
    place = folder / "tei"
    place.mkdir()
    for side, text in (("zh", ZH), ("en", EN)):
        body = "".join(f'<s id="{n}">{text}</s>' for n in range(2000))
        (place / f"b.{side}.xml").write_text(f"<text><body><p>{body}</p></body></text>")
    targets = " ".join(str(n % 2000) for n in range(200_000))
    link = f"<link type='1-1' xtargets='{targets};{targets}'/>"
    grp = f"<linkGrp toDoc='b.zh.xml' fromDoc='b.en.xml'>{link}</linkGrp>"
    (place / "b.zh.en.xml").write_text(grp)
    return _import(place)


# -- two texts -------------------------------------------------------------------------------------


def _texts(folder: Path, zh: str, en: str, *options: str) -> Words:
    one, two = _write(folder, "zh.txt", zh), _write(folder, "en.txt", en)
    return ["texts", str(one), str(two), "-o", str(folder / "out"), *options]


def texts_equal_sentences(folder: Path) -> Words:
    """Say one sentence 20,000 times in one paragraph."""
    return _texts(folder, "好。" * 20_000, "Good. " * 20_000)


def texts_equal_lines(folder: Path) -> Words:
    """Say one line 5,000 times."""
    return _texts(folder, f"{ZH}\n" * 5000, f"{EN}\n" * 5000, "--presegmented")


def texts_two_lines(folder: Path) -> Words:
    """Say two lines 5,000 times in turns."""
    zh, en = "谢谢大家。\n今天下雨。\n", "Thank you.\nIt rains today.\n"
    return _texts(folder, zh * 5000, en * 5000, "--presegmented")


def texts_one_long(folder: Path) -> Words:
    """Align two texts of 300 kB without the end of a sentence."""
    return _texts(folder, "好" * 100_000, "good " * 60_000)


def texts_one_of_many_words(folder: Path) -> Words:
    """Align 300 Chinese sentences with one English sentence of 200,000 words."""
    words = " ".join(f"w{'abcdefghij'[n % 10]}{'klmnopqrst'[n // 10 % 10]}" for n in range(200_000))
    return _texts(folder, ZH * 300, f"The {words}.")


def texts_one_of_many_names(folder: Path) -> Words:
    """Align 300 Chinese sentences with one English sentence of 300,000 names."""
    return _texts(folder, ZH * 300, "Aa " * 300_000)


def texts_numbers(folder: Path) -> Words:
    """Align two lines of 20,000 equal numbers."""
    return _texts(folder, "35人，" * 20_000 + "好。", "35 people, " * 20_000 + "good.")


def texts_commas(folder: Path) -> Words:
    """Align two lines of 160,000 numbers with commas between them."""
    return _texts(folder, "好" + "1,234," * 80_000, "a " + "1,234," * 80_000)


def export_numbers(folder: Path) -> Words:
    """Import a row of 40,000 equal numbers."""
    row = {"zh": "35人，" * 40_000 + "好。", "en": "35 people, " * 40_000 + "good."}
    return _import(_write(folder, "a.jsonl", json.dumps(row) + "\n"))


BUILDS: Mapping[str, Build] = {
    name: build
    for name, build in globals().items()
    if callable(build)
    and getattr(build, "__module__", "") == __name__
    and not name.startswith("_")
    and name not in ("write_workbook",)
}
"""All builds by name."""
