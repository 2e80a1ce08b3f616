"""EPUB books: the order of the spine, what is left out and counted, and hostile books."""

import datetime as dt
import zipfile

import pytest

from align.errors import TextError
from align.sources import readers

CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="book/lamps.opf"/></rootfiles></container>'
)
CHAPTERS = {
    "one.xhtml": "<h1>1. The lamp</h1><p>The lamp is lit at dusk.</p>"
    "<pre>lamp --light\n  --height 40</pre>",
    "two.xhtml": "<h1>2. The oil</h1><p>The oil comes by boat<br/>once a month.</p>",
}


def page(body, attributes=""):
    return (
        '<?xml version="1.0" encoding="UTF-8"?><html xmlns="http://www.w3.org/1999/xhtml" '
        'xmlns:epub="http://www.idpf.org/2007/ops"><head><title/><script src="a.js"/></head>'
        f"<body {attributes}>{body}</body></html>"
    )


def package(names, *, metadata="<dc:title>On lamps</dc:title>", guide="", properties=""):
    items = "".join(
        f'<item id="i{number}" href="{name}" media-type="application/xhtml+xml" '
        f'properties="{properties if name == "nav.xhtml" else ""}"/>'
        for number, name in enumerate(names)
    )
    spine = "".join(f'<itemref idref="i{number}"/>' for number, _ in enumerate(names))
    return (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/">{metadata}</metadata>'
        f"<manifest>{items}</manifest><spine>{spine}</spine><guide>{guide}</guide></package>"
    )


def book(path, parts, opf=None, **others):
    files = {"META-INF/container.xml": CONTAINER}
    files["book/lamps.opf"] = package(parts) if opf is None else opf
    files |= {f"book/{name}": text for name, text in parts.items()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (files | others).items():
            archive.writestr(name, text)
    return path


def pages(chapters=CHAPTERS):
    return {name: page(body) for name, body in chapters.items()}


def texts(document):
    return [text for _, text in document.paragraphs()]


def test_the_parts_are_read_in_the_order_of_the_spine(tmp_path):
    metadata = (
        "<dc:title>On lamps</dc:title><dc:language>en-GB</dc:language><dc:date>2031-05</dc:date>"
        "<dc:date>2031-05-14T08:00:00Z</dc:date>"
    )
    opf = package(["two.xhtml", "one.xhtml", "two.xhtml"], metadata=metadata)
    (document,) = readers.read_documents(book(tmp_path / "a.epub", pages(), opf))
    assert (document.title, document.language, document.source) == ("On lamps", "en", "epub")
    assert texts(document) == [
        "2. The oil",
        "The oil comes by boat",
        "once a month.",
        "1. The lamp",
        "The lamp is lit at dusk.",
        "lamp --light",
        "--height 40",
    ]
    assert document.notes == ()


def test_the_date_is_that_of_the_metadata(tmp_path):
    metadata = "<dc:title>On lamps</dc:title><dc:date>2031-05-14T08:00:00Z</dc:date>"
    opf = package(CHAPTERS, metadata=metadata)
    assert readers.read(book(tmp_path / "a.epub", pages(), opf)).date == dt.date(2031, 5, 14)


def test_cover_and_contents_are_left_out_and_counted(tmp_path):
    links = "".join(f'<li><a href="{name}">Chapter {name}</a></li>' for name in CHAPTERS)
    parts = {
        "cover.xhtml": page("<p>On lamps, with pictures</p>"),
        "title.xhtml": page("<section epub:type='cover'><p>On lamps</p></section>"),
        "nav.xhtml": page(f"<p>Contents</p><ol>{links}</ol>"),
        "list.xhtml": page(f"<p>Here</p><ol>{links}</ol>"),
        **pages(),
    }
    guide = '<reference type="cover" href="cover.xhtml"/>'
    opf = package(parts, guide=guide, properties="nav")
    document = readers.read(book(tmp_path / "a.epub", parts, opf))
    assert texts(document)[0] == "1. The lamp"
    assert document.notes == ("Skipped: 8 lines of cover, table of contents and index.",)


@pytest.mark.parametrize(("said", "language"), [("zh-CN", "zh"), ("en", "en"), ("fr", "en")])
def test_the_language_is_the_one_that_the_book_names_if_it_has_text_in_it(tmp_path, said, language):
    told = "<p>灯塔每晚点亮，看守人住在塔下的小屋里。</p>"
    english = "<p>The oil comes by boat once a month, if the weather allows it.</p>" * 2
    opf = package(["one.xhtml"], metadata=f"<dc:language>{said}</dc:language>")
    parts = {"one.xhtml": page(told + english * 1)}
    assert readers.read(book(tmp_path / "a.epub", parts, opf)).language == language


def test_a_book_in_both_languages_is_a_briefing_by_itself(tmp_path):
    told = "<p>灯塔每晚点亮，看守人住在塔下。</p><p>The lighthouse is lit every night.</p>" * 5
    path = book(tmp_path / "a.epub", {"one.xhtml": page(told)})
    assert [side.language for side in readers.read_documents(path)] == ["zh", "en"]


ENCRYPTED = (
    '<encryption xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData><enc:CipherData>'
    '<enc:CipherReference URI="{}"/></enc:CipherData></enc:EncryptedData></encryption>'
)


def test_encrypted_fonts_do_no_harm(tmp_path):
    encryption = {"META-INF/encryption.xml": ENCRYPTED.format("book/font.otf")}
    assert readers.read(book(tmp_path / "a.epub", pages(), **encryption)).title == "On lamps"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"META-INF/encryption.xml": ENCRYPTED.format("book/one.xhtml")}, "is encrypted"),
        ({"META-INF/container.xml": "<container/>"}, "package document is missing"),
        ({"META-INF/container.xml": "<contai"}, "is not a valid EPUB book"),
        ({"META-INF/container.xml": CONTAINER.replace("book/", "../../")}, "document is missing"),
        ({"book/lamps.opf": "<package/>"}, "its spine is empty"),
        ({"book/lamps.opf": package(["../../etc/passwd"])}, r"part \.\./etc/passwd is missing"),
        ({"book/lamps.opf": package(["three.xhtml"])}, "part book/three.xhtml is missing"),
        ({"book/one.xhtml": b"\0\1\2" * 900}, "is a binary file"),
        ({"book/one.xhtml": page("<p>a</p>" * 50_001)}, "has 50,001 paragraphs"),
        ({"book/one.xhtml": page(" " * 61_000_000)}, "unpacks to 61 MB, which is over the limit"),
        ({"book/one.xhtml": page(""), "book/two.xhtml": page("")}, "contains no text"),
    ],
)
def test_a_hostile_book_is_refused_in_one_line(tmp_path, change, expected):
    path = book(tmp_path / "a.epub", pages(), **change)
    with pytest.raises(TextError, match=expected) as caught:
        readers.read_documents(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_archive_is_refused(tmp_path):
    path = tmp_path / "a.epub"
    path.write_text("On lamps", encoding="utf-8")
    with pytest.raises(TextError, match="is not a valid EPUB book"):
        readers.read(path)


def test_entities_of_a_package_are_not_expanded(tmp_path):
    bomb = '<!DOCTYPE package [<!ENTITY a "lamp"><!ENTITY b "&a;&a;">]>' + package(
        CHAPTERS, metadata="<dc:title>On &b;</dc:title>"
    )
    assert readers.read(book(tmp_path / "a.epub", pages(), bomb)).title == "On"


def test_an_old_encoding_is_read_as_the_part_names_it(tmp_path):
    text = page("<p>灯塔每晚点亮，看守人住在塔下的小屋里。</p>").replace("UTF-8", "GB18030")
    parts = {"one.xhtml": text.encode("gb18030")}
    assert texts(readers.read(book(tmp_path / "a.epub", parts, package(parts)))) == [
        "灯塔每晚点亮，看守人住在塔下的小屋里。"
    ]


def test_note_marks_are_not_text_and_notes_are(tmp_path):
    body = (
        "<p>The oil comes by boat.<sup><a epub:type='noteref' href='#n1'>1</a></sup></p>"
        "<aside epub:type='footnote' id='n1'><p>Once a month.</p></aside>"
    )
    path = book(tmp_path / "a.epub", {"one.xhtml": page(body)})
    (reading,) = readers.read_parts(path)
    assert texts(reading.document) == ["The oil comes by boat.", "Once a month."]
    marks = [part for part in reading.left_out if part.reason == "note marks"]
    assert [(part.lines, part.first) for part in marks] == [(1, "1")]
    assert not any("could not be read" in note for note in reading.document.notes)


@pytest.mark.parametrize("title", ["Unknown Title", "Unknown"])
def test_a_title_that_a_program_made_up_is_not_the_title(tmp_path, title):
    opf = package(["one.xhtml"], metadata=f"<dc:title>{title}</dc:title>")
    path = book(tmp_path / "a.epub", {"one.xhtml": pages()["one.xhtml"]}, opf)
    assert readers.read(path).title == "1. The lamp"
