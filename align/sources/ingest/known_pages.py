"""Pages that are known without a request: those of a capture.

:class:`KnownPages` is the interface that the search for other language versions needs;
:class:`ReadCapture` implements it by reading the pages.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ...errors import AlignError
from ...records import Document, Language, Page
from .. import extract
from ..extract.list_entries import language_of_items
from ..extract.page_links import list_number, page_number, read_list_items
from ..extract.sites import SITES, is_host
from ..web.html import decode_page
from ..web.urls import host_of, make_url_key, path_of

# Addresses that may be lists; the page is read to find out. A node of SCIO may be either.
MAYBE_LIST = re.compile(r"(?:/|node_\d+(?:_\d+)?\.s?html?|(?:index|default)(?:_\d+)?\.s?html?)$")

_NUMBER = re.compile(r"_\d{1,3}(?=\.s?html?$)")
_LANGUAGE_LABELS = ("www", "en", "eng", "english", "zh", "cn", "chinese", "m")


@dataclass(frozen=True, slots=True)
class KnownList:
    """A list whose pages are known: the address of its first page and its language."""

    address: str
    language: Language


class KnownPages(Protocol):
    """Facts about some pages."""

    def lists(self) -> Sequence[KnownList]:
        """Return the lists among the pages."""

    def find(self, language: Language, day: dt.date) -> Sequence[Document]:
        """Return the documents in a language that are dated a day, or a day apart."""


class NoPages:
    """No page is known."""

    def lists(self) -> Sequence[KnownList]:
        """Return nothing."""
        return ()

    def find(self, language: Language, day: dt.date) -> Sequence[Document]:
        """Return nothing."""
        del language, day
        return ()


@dataclass(slots=True)
class ReadCapture:
    """Facts about a capture, by reading its pages, each once and only if needed."""

    addresses: Sequence[str]
    get: Callable[[str], Page]
    _lists: tuple[KnownList, ...] | None = None
    _days: dict[str, tuple[Language, dt.date | None]] | None = None
    _documents: dict[str, Document] = field(default_factory=dict)

    def lists(self) -> Sequence[KnownList]:
        """Return the lists of the capture; those of its pages count that look like one."""
        if self._lists is None:
            self._lists = tuple(self._read_lists())
        return self._lists

    def _read_lists(self) -> Iterator[KnownList]:
        for address in first_pages(filter(_may_be_list, self.addresses)):
            try:
                page = decode_page(self.get(address))
                if extract.classify_page(page).kind == "list" and (items := read_list_items(page)):
                    yield KnownList(address, language_of_items(items))
            except AlignError:  # a page that cannot be read is not a list
                continue

    def find(self, language: Language, day: dt.date) -> Sequence[Document]:
        """Return the documents in a language that are dated a day, or a day apart.

        The first call reads every page of the capture.
        """
        if self._days is None:
            self._days = dict(self._read_days())
        near = (
            self._document(address)
            for address, (other, dated) in self._days.items()
            if other == language and dated is not None and abs((dated - day).days) <= 1
        )
        return tuple(document for document in near if document is not None)

    def _read_days(self) -> Iterator[tuple[str, tuple[Language, dt.date | None]]]:
        for address in self.addresses:
            if page_number(address) == 1 and (document := self._document(address, keep=False)):
                yield address, (document.language, document.date)

    def _document(self, address: str, *, keep: bool = True) -> Document | None:
        """Return the document of a page; ``None`` for a list, a gallery and the like."""
        if address in self._documents:
            return self._documents[address]
        try:
            document = extract.read_document([decode_page(self.get(address))])
        except AlignError:
            return None
        if keep:
            self._documents[address] = document
        return document


def _may_be_list(address: str) -> bool:
    path = path_of(address)
    patterns = (
        pattern
        for site in SITES.values()
        if is_host(site, host_of(address))
        for pattern in site.lists
    )
    return bool(MAYBE_LIST.search(path)) or any(re.search(pattern, path) for pattern in patterns)


def first_pages(addresses: Iterable[str]) -> tuple[str, ...]:
    """Return the first page of each list among the addresses of list pages."""
    first: dict[str, str] = {}
    for address in sorted(addresses, key=list_number):
        first.setdefault(make_url_key(_NUMBER.sub("", address)), address)
    return tuple(first.values())


def is_same_site(one: str, two: str) -> bool:
    """Return whether two URLs are of one site, in any languages.

    >>> is_same_site("http://english.scio.gov.cn/a.htm", "http://www.scio.gov.cn/b.htm")
    True
    """
    hosts = host_of(one), host_of(two)
    if _main_name(hosts[0]) == _main_name(hosts[1]):
        return True
    return any(all(is_host(site, host) for host in hosts) for site in SITES.values())


def _main_name(host: str) -> str:
    first, _, rest = host.partition(".")
    return rest if first in _LANGUAGE_LABELS and "." in rest else host
