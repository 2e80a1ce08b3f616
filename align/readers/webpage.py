"""A saved page, in; its document, out, with the further pages of the article that lie beside it.

HTML, alone or with the folder of its parts, MHTML (one file, as Chrome and Edge save it) and the
web archive of Safari.
"""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from .. import extract
from ..errors import AlignError, ExtractError, TextError
from ..extract.transcript import Sides
from ..records import Document, Language
from ..web.captures import find_saved_address, read_saved
from ..web.html import DecodedPage, original_address
from .load import decode_text, load_bytes, load_text

HTML = (".html", ".htm", ".shtml", ".xhtml")
PACKED = (".mhtml", ".mht", ".webarchive")
# Pages of a folder whose addresses are looked at for the further pages of an article.
_LOOKED_AT = 2000


@dataclass(frozen=True, slots=True)
class PageReader:
    """Reads pages through the site adapters; the address is that which the browser noted."""

    def document(self, path: Path, language: Language | None, max_bytes: int) -> Document:
        """Read the page, and the pages beside it that continue it, as one document."""
        pages = saved_pages(path, max_bytes)
        with _named(path):
            return extract.read_document(pages, language=language)

    def both(self, path: Path, max_bytes: int) -> Sides:
        """Read a page that holds both languages.

        :raises TextError: when it holds one only.
        """
        pages = saved_pages(path, max_bytes)
        if not extract.holds_both(pages[0]):
            raise TextError(
                f"{path} is in one language; add it together with the page of the other language"
            )
        with _named(path):
            zh, en = (
                extract.read_document(pages, language="zh"),
                extract.read_document(pages, language="en"),
            )
        return Sides(zh, en)

    def documents(self, path: Path, max_bytes: int) -> tuple[Document, ...]:
        """Read the page as what it is: in one language, or in both."""
        if not extract.holds_both(saved_pages(path, max_bytes)[0]):
            return (self.document(path, None, max_bytes),)
        both = self.both(path, max_bytes)
        return both.zh, both.en


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Say in which file a page is that holds no transcript."""
    try:
        yield
    except ExtractError as error:
        raise ExtractError(f"{path}: {error}") from error


def saved_pages(path: Path, max_bytes: int) -> list[DecodedPage]:
    """Return a saved page and those of its further pages that lie in the same folder, in order."""
    return [page for _, page in _article(path, max_bytes)]


def article(path: Path, max_bytes: int) -> tuple[Path, ...]:
    """Return the files of the pages of an article of which one is given, in order."""
    return tuple(file for file, _ in _article(path, max_bytes))


def _article(path: Path, max_bytes: int) -> list[tuple[Path, DecodedPage]]:
    pages = [(path, _page(path, max_bytes))]
    seen = [pages[0][1].url]
    for _, page in pages:
        for url in extract.more_pages(page, seen):
            seen.append(url)
            beside = _beside(path, url)
            if beside is not None:
                pages.append((beside, _page(beside, max_bytes)))
    return extract.in_order(pages, lambda pair: pair[1].url)


def _beside(path: Path, url: str) -> Path | None:
    """Give the file beside another one that holds a page: by its name, or the address in it."""
    named = path.parent / (unquote(urlsplit(url).path).rpartition("/")[2] or "index.html")
    if named.suffix.lower() in HTML and named.is_file():
        return named if named != path else None
    try:
        changed = path.parent.stat().st_mtime_ns
    except OSError:
        return None
    name = _addresses(path.parent.absolute(), changed).get(extract.page_key(url), path.name)
    return path.with_name(name) if name != path.name else None


@functools.lru_cache(maxsize=4)
def _addresses(folder: Path, _changed: int) -> dict[str, str]:
    """Give the file of each address in a folder; browsers name files by the titles of pages."""
    found: dict[str, str] = {}
    files = sorted(p for p in folder.iterdir() if p.suffix.lower() in (*HTML, *PACKED))
    for file in files[:_LOOKED_AT]:
        try:
            address = find_saved_address(file)
        except AlignError:  # it is not what is looked for
            continue
        if address:
            found.setdefault(extract.page_key(address), file.name)
    return found


def _page(path: Path, max_bytes: int) -> DecodedPage:
    own = path.absolute().as_uri()
    if path.suffix.lower() in PACKED:
        return _packed(path, own, max_bytes)
    text = load_text(path, max_bytes=max_bytes).text
    return DecodedPage(original_address(find_saved_address(path) or own, text), text)


def _packed(path: Path, own: str, max_bytes: int) -> DecodedPage:
    """Read the page of a file that holds its pictures and frames too."""
    if not path.is_file() or not path.stat().st_size:
        load_bytes(path, max_bytes=max_bytes)  # says what is wrong
    page = next(iter(read_saved(path, address=own, max_body=max_bytes)))
    text = decode_text(path, page.body, page.headers, page.final_url).text
    return DecodedPage(original_address(page.final_url, text), text)
