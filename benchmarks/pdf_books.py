"""Compare the text read from a PDF with the same book as HTML, in runs of 16 letters.

    python -m benchmarks.pdf_books BOOK.pdf CHAPTER.html...

Debian has such books in both languages: debmake-doc, debian-reference, installation-guide-amd64.
"There" is the share of the PDF's runs that the HTML has; "back" is the reverse, for prose, program
code and tables. Titles in cross-references ("Section 4.2, “Oil”") are ignored: HTML adds them.
"Paragraphs" is the share of the HTML's paragraphs that are one paragraph of the PDF.
"""

import argparse
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from lxml import html  # type: ignore[import-untyped] # lxml ships no types

from align.settings import Settings
from align.sources.readers import pdf

RUN = 16
CUT = "\ue000"  # where code or a table was taken out of the prose
LEAST = 20  # letters of a paragraph that is compared
MENUS = ("navheader", "navfooter", "sphinxsidebar", "related", "footer")
NUMBER = re.compile(
    r"\s*(?:(?:Section|Chapter|Appendix|Table|Figure|Example)\s*[A-Z]?[\d.]*"
    r"|第\s*[A-Z]?[\d.]+\s*[节章節]|[表附图圖]\s*[录錄]?\s*[A-Z]?[\d.]*)"
)
TABLES = '//table[not(parent::div[contains("note tip warning caution important", @class)])]'


def main() -> None:
    """Read both, compare, and print the shares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("book", type=Path)
    parser.add_argument("chapters", type=Path, nargs="+")
    given = parser.parse_args()
    file = pdf.read_blocks(given.book, Settings().max_bytes)
    read = letters_of("\n".join((file.title, *(block.text for block in file.blocks))))
    whole, prose, code, tables, paragraphs = read_chapters(given.chapters)
    print(f"there {measure_share(read, letters_of(whole)):.4f} of {len(read):,} letters")
    for name, text in (("prose", prose), ("code", code), ("tables", tables)):
        letters = letters_of(text)
        share = measure_share(letters, read)
        print(f"back, {name} {share:.4f} of {len(letters):,} letters")
    own = {letters_of(block.text) for block in file.blocks}
    found = sum(paragraph in own for paragraph in paragraphs)
    print(f"paragraphs {found / max(1, len(paragraphs)):.3f} of {len(paragraphs):,}")


def letters_of(text: str) -> str:
    """Return the letters and digits of a text, and the cuts in it."""
    plain = unicodedata.normalize("NFKC", pdf.normalise_characters(text))
    return "".join(letter for letter in plain if letter.isalnum() or letter == CUT)


def measure_share(text: str, other: str) -> float:
    """Return the share of the runs of a text that another one has; runs with a cut do not count."""
    known = set(list_runs(other))
    runs = [run for run in list_runs(text) if CUT not in run]
    return sum(run in known for run in runs) / max(1, len(runs))


def list_runs(text: str) -> Iterator[str]:
    """Yield every run of letters."""
    return (text[at : at + RUN] for at in range(len(text) - RUN + 1))


def read_chapters(paths: Iterable[Path]) -> tuple[str, str, str, str, Sequence[str]]:
    """Return the whole text, prose, code and tables of a book, and the letters of paragraphs."""
    whole, prose, code, tables = [], [], [], []
    paragraphs: list[str] = []
    for path in paths:
        root = html.parse(str(path), html.HTMLParser(encoding="utf-8")).getroot()
        drop_menus(root)
        whole.append(root.text_content())
        code += take_out(root, "//pre")
        tables += take_out(root, TABLES)
        prose.append(root.text_content())
        texts = (letters_of(node.text_content()) for node in root.xpath("//p"))
        paragraphs += (text for text in texts if len(text) >= LEAST and CUT not in text)
    return "\n".join(whole), "\n".join(prose), CUT.join(code), CUT.join(tables), paragraphs


def drop_menus(root: Any) -> None:  # noqa: ANN401 # lxml ships no types
    """Remove what is not text of the book, and the titles in cross-references."""
    menus = " or ".join(f'@class="{name}"' for name in MENUS)
    for node in root.xpath(f"//head|//script|//style|//a[@class='headerlink']|//div[{menus}]"):
        node.drop_tree()
    for link in root.xpath('//a[@class="xref"]'):
        if number := NUMBER.match(link.text_content()):
            for child in list(link):
                child.drop_tree()
            link.text = number[0].rstrip(".")


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
