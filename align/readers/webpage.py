"""A saved page, in; its document, out, with the further pages of the article that lie beside it."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from .. import sites
from ..errors import ExtractError, TextError
from ..html import DecodedPage, original_address
from ..records import Document, Language
from ..transcript import Sides
from .load import load_text


@dataclass(frozen=True, slots=True)
class PageReader:
    """Reads HTML through the site adapters; the address is that which the browser noted."""

    def document(self, path: Path, language: Language | None, max_bytes: int) -> Document:
        """Read the page, and the pages beside it that continue it, as one document."""
        pages = saved_pages(path, max_bytes)
        try:
            return sites.extract(pages, language=language)
        except ExtractError as error:
            raise ExtractError(f"{path}: {error}") from error

    def both(self, path: Path, max_bytes: int) -> Sides:
        """Read a page that holds both languages.

        :raises TextError: when it holds one only.
        """
        pages = saved_pages(path, max_bytes)
        if not sites.holds_both(pages[0]):
            raise TextError(
                f"{path} is in one language. Add it together with the page of the other language."
            )
        zh, en = sites.extract(pages, language="zh"), sites.extract(pages, language="en")
        return Sides(zh, en)

    def documents(self, path: Path, max_bytes: int) -> tuple[Document, ...]:
        """Read the page as what it is: in one language, or in both."""
        if not sites.holds_both(_page(path, max_bytes)):
            return (self.document(path, None, max_bytes),)
        both = self.both(path, max_bytes)
        return both.zh, both.en


def saved_pages(path: Path, max_bytes: int) -> list[DecodedPage]:
    """Return a saved page and those of its further pages that lie in the same folder, in order."""
    pages = [_page(path, max_bytes)]
    seen = [pages[0].url]
    for page in pages:
        for url in sites.more_pages(page, seen):
            seen.append(url)
            beside = path.parent / (unquote(urlsplit(url).path).rpartition("/")[2] or "index.html")
            if beside.is_file() and beside != path:
                pages.append(_page(beside, max_bytes))
    return sites.in_order(pages, lambda page: page.url)


def _page(path: Path, max_bytes: int) -> DecodedPage:
    text = load_text(path, max_bytes=max_bytes).text
    return DecodedPage(original_address(path.resolve().as_uri(), text), text)
