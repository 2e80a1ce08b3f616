"""The pages of an index for the search on lists, which reads no page to find one."""

import datetime as dt
from collections.abc import Sequence

from ....aligner.text.chinese import detect_language
from ....errors import AlignError
from ....records import Document, Language
from ... import extract
from ...web.html import decode_page
from ..known_pages import KnownList, first_pages
from .index import CrawlIndex

_AROUND = (-1, 0, 1)  # days by which the two languages may differ


class IndexedCapture:
    """The lists of an indexed capture, and its documents by day."""

    def __init__(self, index: CrawlIndex) -> None:
        self._index = index
        self._lists: tuple[KnownList, ...] | None = None

    def lists(self) -> Sequence[KnownList]:
        """Return the lists of the capture, each by its first page."""
        if self._lists is None:
            pages = {page.url: page.facts for page in self._index.pages_of_kind("list")}
            titles = {url: [entry.title for entry in facts.entries] for url, facts in pages.items()}
            self._lists = tuple(
                KnownList(address, detect_language(titles[address]))
                for address in first_pages(pages)
                if titles[address]
            )
        return self._lists

    def find(self, language: Language, day: dt.date) -> Sequence[Document]:
        """Return the documents in a language that are dated a day, or a day apart."""
        days = (day + dt.timedelta(days=step) for step in _AROUND)
        documents: list[Document] = []
        for page in (page for one in days for page in self._index.pages_of_day(language, one)):
            try:
                found = extract.read_document([decode_page(self._index.get(page.url))])
            except AlignError:  # an older version of the program read it
                continue
            documents.append(found)
        return documents
