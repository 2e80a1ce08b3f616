"""Saved pages, with the further pages of an article that lie beside them.

HTML, alone or with the folder of its parts, and MHTML, the one file that Chrome and Edge save.
"""

import functools
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from .. import extract
from ..errors import AlignError, ExtractError
from ..records import LANGUAGES, Document, Language
from ..web.captures import find_saved_address, read_saved
from ..web.html import DecodedPage, check_markup
from ..web.urls import strip_archive
from .load import decode_text, load_bytes, load_text

HTML = (".html", ".htm", ".shtml", ".xhtml")
PACKED = (".mhtml", ".mht")


def read_page(path: Path, max_bytes: int) -> Document:
    """Read a page, and the pages beside it that continue it, as one document."""
    return _extract(path, list(read_article(path, max_bytes).values()), None)


def read_pages(path: Path, max_bytes: int) -> tuple[Document, ...]:
    """Read a page, and those that continue it, as what it is: in one language, or in both."""
    pages = list(read_article(path, max_bytes).values())
    languages = LANGUAGES if extract.holds_both(pages[0]) else (None,)
    return tuple(_extract(path, pages, language) for language in languages)


def _extract(path: Path, pages: Sequence[DecodedPage], language: Language | None) -> Document:
    try:
        return extract.read_document(pages, language=language)
    except ExtractError as error:
        raise ExtractError(f"{path}: {error}") from error


def read_article(path: Path, max_bytes: int) -> dict[Path, DecodedPage]:
    """Return a saved page and its further pages in the same folder, in order, by their files."""
    pages = [(path, _read_page(path, max_bytes))]
    seen = [pages[0][1].url]
    for _, page in pages:
        for url in extract.more_pages(page, seen):
            seen.append(url)
            beside = _beside(path, url)
            if beside is not None:
                pages.append((beside, _read_page(beside, max_bytes)))
    return dict(extract.in_order(pages, lambda pair: pair[1].url))


def _beside(path: Path, url: str) -> Path | None:
    """Return the file beside another one that holds a page: by its name, or the address in it."""
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
    """Return the file of each address in a folder; browsers name files by the titles of pages."""
    files: dict[str, str] = {}
    for file in sorted(p for p in folder.iterdir() if p.suffix.lower() in (*HTML, *PACKED)):
        try:
            address = find_saved_address(file)
        except AlignError:  # it is not what is looked for
            continue
        if address:
            files.setdefault(extract.page_key(address), file.name)
    return files


def _read_page(path: Path, max_bytes: int) -> DecodedPage:
    own = path.absolute().as_uri()
    if path.suffix.lower() not in PACKED:
        text = load_text(path, max_bytes=max_bytes).text
        address = find_saved_address(path) or own
    else:
        if not path.is_file() or not path.stat().st_size:
            load_bytes(path, max_bytes=max_bytes)  # says what is wrong
        page = next(iter(read_saved(path, address=own, max_body=max_bytes)))
        text = decode_text(path, page.body, page.headers, page.final_url).text
        address = page.final_url
    check_markup(path, text)
    return DecodedPage(strip_archive(address), text)
