"""Compare the text read from a PDF with the same book as HTML, in runs of 16 characters.

    python -m benchmarks.pdf_books BOOK.pdf CHAPTER.html...

Debian has such books in both languages: debmake-doc, debian-reference, installation-guide-amd64.
"There" is the share of the runs of the PDF's prose that the HTML has, "back" is the reverse, for
prose, program code and tables. Code and tables that the PDF has character by character are cut out
of its prose, because typesetting moves tables to other pages. "Paragraphs" is the share of the
HTML's paragraphs that are one paragraph of the PDF.

Where the two editions differ by intent, both are changed alike before the comparison:

* the numbers of list items, which a browser draws, are written into the HTML;
* titles in cross-references ("Section 4.2, “Oil”") are removed from the HTML, which adds them;
* the contents of each chapter, which only the HTML has, are removed from it;
* URLs of links, which only the PDF prints, and captions of tables, which the PDF prints below the
  table and in English, are removed from both; their shares are printed apart;
* the words in front of the title of a chapter ("Chapter 1", "第 1 章", "Appendix A"), which the
  PDF prints in English in the Chinese edition too, are removed from both;
* the "b''" around each Chinese character of program code, which dblatex prints by mistake, is
  removed from the PDF;
* the marks of footnotes, which are counted by chapter or by book, are cut out of both, so that no
  run crosses them. The notes themselves are compared.

Case is ignored, because a PDF may print "NOTE" in capitals.
"""

import argparse
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import html  # type: ignore[import-untyped] # lxml ships no types

from align.settings import Settings
from align.sources.readers import pdf

RUN = 16
CUT = "\ue000"  # where code, a table or the mark of a note was taken out
LEAST = 20  # letters of a paragraph that is compared
MENUS = ("navheader", "navfooter", "sphinxsidebar", "related", "footer")
NUMBER = re.compile(
    r"\s*(?:(?:Section|Chapter|Appendix|Table|Figure|Example)\s*[A-Z]?[\d.]*"
    r"|第\s*[A-Z]?[\d.]+\s*[节章節]|[表附图圖]\s*[录錄]?\s*[A-Z]?[\d.]*)"
)
CAPTION = re.compile(NUMBER.pattern + r"[.\s]*(.*)", re.DOTALL)
CHAPTER = re.compile(r"\s*(?:(?:Chapter|Appendix|附录)\s*(?:[A-Z]|\d{1,2})\b|第\s*\d+\s*章)[.\s]*")
MISPRINT = re.compile("b[’']{2}")
TABLES = '//table[not(parent::div[contains("note tip warning caution important", @class)])]'
NOTE_MARKS = '//a[@class="footnote"][sup]'
NOTES = '//div[@class="footnote"]'


@dataclass(slots=True)
class Book:
    """The parts of a book as HTML; all but the addresses and captions are whole texts."""

    whole: list[str] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)  # only their letters
    urls: set[str] = field(default_factory=set)  # only their letters
    captions: set[str] = field(default_factory=set)  # only their letters, without numbers
    before_notes: set[str] = field(default_factory=set)  # the letters before each mark
    notes: set[str] = field(default_factory=set)  # the first letters of each note


def main() -> None:
    """Read both, compare, and print the shares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("book", type=Path)
    parser.add_argument("chapters", type=Path, nargs="+")
    given = parser.parse_args()
    file = pdf.read_blocks(given.book, Settings().max_bytes)
    for line in compare((file.title, *(block.text for block in file.blocks)), given.chapters):
        print(line)


def compare(blocks: Iterable[str], chapters: Iterable[Path]) -> Iterator[str]:
    """Yield the shares in words; ``blocks`` are the paragraphs of the PDF."""
    blocks = [MISPRINT.sub("", remove_chapter(block)) for block in blocks]
    book = read_chapters(chapters)
    everything = letters_of("\n".join(blocks))
    read = remove_marks(remove_apart(everything, book), book)
    whole = remove_apart(letters_of("\n".join(book.whole)), book)
    prose = remove_apart(letters_of(CUT.join(book.prose)), book)
    without = take_out_of_pdf(read, (*book.code, *book.tables))
    there = measure_share(without, CUT.join((whole, prose.replace(CUT, ""))))
    yield f"there {there:.4f} of {len(without):,} letters"
    for name, texts in (("prose", book.prose), ("code", book.code), ("tables", book.tables)):
        letters = remove_apart(letters_of(CUT.join(texts)), book)
        yield f"back, {name} {measure_share(letters, read):.4f} of {len(letters):,} letters"
    for name, parts in (("URLs", book.urls), ("captions", book.captions)):
        printed = sum(part in everything for part in parts)
        yield f"{name} {printed:,} of {len(parts):,}"
    own = {letters_of(block) for block in blocks}
    found = sum(paragraph in own for paragraph in book.paragraphs)
    yield f"paragraphs {found / max(1, len(book.paragraphs)):.3f} of {len(book.paragraphs):,}"


def remove_chapter(text: str) -> str:
    """Return a text without "Chapter 1" or "附录 A" at its start."""
    chapter = CHAPTER.match(text)
    return text[chapter.end() :] if chapter else text


def letters_of(text: str) -> str:
    """Return the letters and digits of a text in small letters, and the cuts in it."""
    plain = unicodedata.normalize("NFKC", pdf.normalise_characters(text)).casefold()
    return "".join(letter for letter in plain if letter.isalnum() or letter == CUT)


def measure_share(text: str, other: str) -> float:
    """Return the share of the runs of a text that another one has; runs with a cut do not count."""
    known = set(list_runs(other))
    runs = [run for run in list_runs(text) if CUT not in run]
    return sum(run in known for run in runs) / max(1, len(runs))


def list_runs(text: str) -> Iterator[str]:
    """Yield every run of letters."""
    return (text[at : at + RUN] for at in range(len(text) - RUN + 1))


def remove_apart(letters: str, book: Book) -> str:
    """Return a text without the URLs of links and the captions of tables."""
    for url in sorted(book.urls, key=len, reverse=True):
        letters = letters.replace(url, "")
    for caption in sorted(book.captions, key=len, reverse=True):
        numbered = rf"(?:table|表)[a-z]?\d{{1,4}}{re.escape(caption)}"
        letters = re.sub(numbered, "", letters)
    return letters


def take_out_of_pdf(letters: str, texts: Iterable[str]) -> str:
    """Return the text of a PDF with a cut for each of these texts that it has as a whole."""
    for text in sorted(map(letters_of, texts), key=len, reverse=True):
        if len(text) >= RUN:
            letters = letters.replace(text, CUT)
    return letters


def remove_marks(letters: str, book: Book) -> str:
    """Return the text of a PDF with a cut for each mark of a footnote."""
    for before in book.before_notes:
        letters = re.sub(rf"({re.escape(before)})\d{{1,2}}", rf"\1{CUT}", letters)
    for note in book.notes:
        letters = re.sub(rf"\d{{1,2}}(?={re.escape(note)})", CUT, letters)
    return letters


def read_chapters(paths: Iterable[Path]) -> Book:
    """Return the parts of a book."""
    book = Book()
    for path in paths:
        root = html.parse(str(path), html.HTMLParser(encoding="utf-8")).getroot()
        drop_menus(root)
        number_items(root)
        cut_notes(root, book)
        for title in root.xpath('//h1[@class="title"]'):
            for anchor in title.xpath("a"):
                anchor.tail = remove_chapter(anchor.tail or "")
        book.urls.update(letters_of(link) for link in root.xpath("//a/@href") if "://" in link)
        for title in root.xpath('//div[@class="table"]/p[@class="title"]'):
            if caption := CAPTION.match(title.text_content()):
                book.captions.add(letters_of(caption[1]))
        book.whole.append(root.text_content())
        book.code += take_out(root, "//pre")
        book.tables += take_out(root, TABLES)
        book.prose.append(root.text_content())
        texts = (letters_of(node.text_content()) for node in root.xpath("//p"))
        book.paragraphs += (text for text in texts if len(text) >= LEAST and CUT not in text)
    book.captions.discard("")
    return book


def drop_menus(root: Any) -> None:  # noqa: ANN401 # lxml ships no types
    """Remove what is not text of the book, and the titles in cross-references."""
    menus = " or ".join(f'@class="{name}"' for name in MENUS)
    is_book = root.xpath('//div[@class="book"]')  # its contents are printed in the PDF, too
    contents = "" if is_book else '|//div[@class="toc"]'
    path = f"//head|//script|//style|//a[@class='headerlink']|//div[{menus}]{contents}"
    for node in root.xpath(path):
        node.drop_tree()
    for link in root.xpath('//a[@class="xref"]'):
        if number := NUMBER.match(link.text_content()):
            for child in list(link):
                child.drop_tree()
            link.text = number[0].rstrip(".")


def number_items(root: Any) -> None:  # noqa: ANN401 # lxml ships no types
    """Write the numbers of list items into their texts, as a browser draws them."""
    for items in root.xpath("//ol"):
        first = int(items.get("start") or 1)
        for number, item in enumerate(items.findall("li"), first):
            written = chr(ord("a") + number - 1) if items.get("type") == "a" else number
            item.text = f"{written}. {item.text or ''}"


def cut_notes(root: Any, book: Book) -> None:  # noqa: ANN401 # lxml ships no types
    """Replace the marks of footnotes by cuts, and enter their surroundings into the book."""
    for mark in root.xpath(NOTE_MARKS):
        for child in list(mark):
            child.drop_tree()
        mark.text = CUT
    pieces = letters_of(root.text_content()).split(CUT)
    book.before_notes.update(piece[-RUN:] for piece in pieces[:-1] if piece)
    for note in root.xpath(NOTES):
        for mark in note.xpath(".//sup[1]"):
            mark.drop_tree()
        book.notes.add(letters_of(note.text_content())[:RUN])
        note.text = CUT + (note.text or "")


def take_out(root: Any, path: str) -> list[str]:  # noqa: ANN401 # lxml ships no types
    """Remove elements, leave a cut in their places, and return their texts."""
    texts = []
    for node in root.xpath(path):
        if node.getparent() is not None:
            texts.append(node.text_content())
            node.tail = CUT + (node.tail or "")
            node.drop_tree()
    return texts


if __name__ == "__main__":
    main()
