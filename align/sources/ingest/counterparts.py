"""The search on lists for the other language version of a page, or of a whole list.

The lists of the other language are those of the capture, the one that the corpus remembers, and
those that the site's rules name, in this order.
"""

import datetime as dt
import functools
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Protocol

from ...errors import N_, FetchError, Message, TextError, join_messages
from ...records import LANGUAGE_NAMES, Document, Language, Page
from ..extract import classify_page
from ..extract.list_entries import Entry, best_items, language_of_items
from ..extract.list_pairs import EntryPairs, pair_entries
from ..extract.page_links import (
    counterpart_lists,
    language_links,
    page_key,
    read_list_items,
)
from ..web.html import DecodedPage, decode_page
from ..web.urls import make_url_key
from .dated_lists import DatedList, ListPage, ListRecord
from .known_pages import KnownPages, NoPages, is_same_site

FetchPage = Callable[[str], Page]
Say = Callable[[str], None]

_MOST_SHAPES = 20  # shapes of addresses kept of a list
_MOST_LINKED = 3  # links to another language that are followed to see whether they are a list
_LONG = 60.0  # seconds that are announced
_DAY = dt.timedelta(days=1)


class ListMemory(Protocol):
    """The storage of lists in a corpus."""

    def list_records(self) -> dict[str, ListRecord]:
        """Return the stored hints of each list, by the key of its URL."""

    def keep_list(self, key: str, record: ListRecord) -> None:
        """Store the hints of a list."""


class NoMemory:
    """Nothing is kept."""

    def list_records(self) -> dict[str, ListRecord]:
        """Return nothing."""
        return {}

    def keep_list(self, key: str, record: ListRecord) -> None:
        """Keep nothing."""


@dataclass(frozen=True, slots=True)
class FoundCounterpart:
    """The address of the other language version, or why none was found."""

    address: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PairedLists:
    """The entries of two lists between two days, and how they pair."""

    ours: tuple[Entry, ...]
    theirs: tuple[Entry, ...]
    pairs: EntryPairs


@dataclass(slots=True)
class Counterparts:
    """Finds counterparts on lists; each page of a list is read once in a run."""

    fetch: FetchPage
    known: KnownPages = field(default_factory=NoPages)
    memory: ListMemory = field(default_factory=NoMemory)
    say: Say = lambda _text: None
    tell: Say = lambda _text: None
    pace: Callable[[str], float] = lambda _address: 0.0  # seconds between requests to a host
    _lists: dict[str, DatedList] = field(default_factory=dict)
    _records: dict[str, ListRecord] | None = None

    def list_at(self, address: str) -> DatedList:
        """Return the list at a URL, with its stored hints."""
        key = _key(address)
        if key not in self._lists:
            # The places of pages in a capture say nothing of those on the site.
            hints = None if self.known.lists() else self._remembered().get(key)
            self._lists[key] = DatedList(address, self._read, self.tell, hints)
        return self._lists[key]

    def _read(self, address: str) -> DecodedPage:
        self.say(Message(N_("reading the list {address}"), address=address))
        return decode_page(self.fetch(address))

    def _remembered(self) -> dict[str, ListRecord]:
        if self._records is None:
            self._records = self.memory.list_records()
        return self._records

    # -- one page --------------------------------------------------------------------------------

    def find(self, document: Document, page: DecodedPage) -> FoundCounterpart:
        """Return the counterpart of a document by the lists of the other language."""
        language: Language = "en" if document.language == "zh" else "zh"
        reasons: list[Message] = []
        for address in self._lists_for(page.url, language, counterpart_lists(page)):
            try:
                found = self._find_on(self.list_at(address), document)
            except FetchError as error:  # it is in no capture, or the site does not answer
                reasons.append(error.message.without_advice())
                continue
            if found:
                return FoundCounterpart(found)
            reasons.append(Message(N_("{address} lists no matching page"), address=address))
        return FoundCounterpart(reason=join_messages(reasons[:2]) if reasons else "")

    def _find_on(self, listed: DatedList, document: Document) -> str:
        pages = listed.pages_around(document.date) if document.date else [listed.first_page()]
        found = ""
        for page in pages:
            ranked = best_items(document, [entry.item for entry in page.entries])
            if ranked and (len(ranked) == 1 or ranked[0][0] > ranked[1][0]):
                found = ranked[0][1].url
                break
        self._keep(listed)
        return found

    # -- lists -----------------------------------------------------------------------------------

    def find_other_lists(self, page: DecodedPage) -> Iterator[DatedList]:
        """Yield the lists in the other language that may belong to a list, the likeliest first."""
        ours = language_of_items(read_list_items(page))
        language: Language = "en" if ours == "zh" else "zh"
        linked = language_links(page, to_chinese=language == "zh")
        named = (*counterpart_lists(page), *linked[:_MOST_LINKED])
        for address in self._lists_for(page.url, language, named):
            try:
                other = decode_page(self.fetch(address))
            except FetchError:
                continue
            items = read_list_items(other)
            if classify_page(other).kind == "list" and language_of_items(items) == language:
                listed = self.list_at(address)
                listed.enter_first(other)
                yield listed

    def pair_lists(
        self,
        ours: DatedList,
        theirs: DatedList,
        since: dt.date | None,
        until: dt.date | None,
    ) -> PairedLists:
        """Pair the entries of two lists between two days.

        :raises TextError: both lists are in one language, or neither has days.
        :raises FetchError: a list cannot be read.
        """
        entries = self.entries_between(ours, since, until)
        languages = [
            language_of_items(entry.item for entry in listed.first_page().entries)
            for listed in (ours, theirs)
        ]
        if languages[0] == languages[1]:
            raise TextError(
                N_(
                    "{address} and {other}: both lists are {language}; give the list of the "
                    "other language with --zh"
                ),
                address=ours.address,
                other=theirs.address,
                language=Message(LANGUAGE_NAMES[languages[0]]),
            )
        oldest = min((entry.oldest for entry in entries if entry.oldest), default=None)
        newest = max((entry.newest for entry in entries if entry.newest), default=None)
        if oldest is None or newest is None:
            others: tuple[Entry, ...] = ()
        else:  # a day more at either end: languages may be published a day apart
            others = self.entries_between(theirs, oldest - _DAY, newest + _DAY)
        for listed, other, held in ((ours, theirs, entries), (theirs, ours, others)):
            self._keep(listed, other=other.address, entries=held)
        return PairedLists(entries, others, pair_entries(entries, others))

    def entries_between(
        self, listed: DatedList, since: dt.date | None, until: dt.date | None
    ) -> tuple[Entry, ...]:
        """Return the entries of a list between two days, each once.

        :raises TextError: a day is named, but no entry has one.
        """
        self._announce(listed, since, until)
        entries: dict[str, Entry] = {}
        dated = False
        for page in self._pages(listed, since, until):
            dated = dated or any(entry.oldest for entry in page.entries)
            for entry in page.entries:
                if entry.is_between(since, until):
                    entries.setdefault(same_page_key(entry.item.url), entry)
        if entries and not dated and (since or until):
            raise TextError(
                N_(
                    "{address}: its entries have no dates; omit --since and --until to take all "
                    "entries of this page"
                ),
                address=listed.address,
            )
        self._keep(listed)
        return tuple(entries.values())

    def _announce(self, listed: DatedList, since: dt.date | None, until: dt.date | None) -> None:
        """Tell how long the pages of a list take, if that is long."""
        if since is None and until is None:
            return
        listed.first_page()
        wait = describe_wait(listed.count_pages(since, until), self.pace(listed.address))
        if wait:
            self.tell(Message(N_("{address}: {wait}"), address=listed.address, wait=wait))

    def _pages(
        self, listed: DatedList, since: dt.date | None, until: dt.date | None
    ) -> Iterator[ListPage]:
        if since is None and until is None:
            yield listed.first_page()
        else:
            yield from listed.pages_between(since, until)

    # -- where to look ---------------------------------------------------------------------------

    def _lists_for(self, url: str, language: Language, named: tuple[str, ...]) -> Iterator[str]:
        """Yield the addresses of lists in a language that may name the counterpart of a page.

        :param named: the addresses that the page or the site's rules name.
        """
        seen = {_key(url)}
        captured = (
            known.address
            for known in self.known.lists()
            if known.language == language and is_same_site(known.address, url)
        )
        for address in (*captured, *self._remembered_others(url), *named):
            if _key(address) not in seen:
                seen.add(_key(address))
                yield address

    def _remembered_others(self, url: str) -> Iterator[str]:
        """Yield the lists that named the counterparts of such a page, or of this list, before."""
        key, shape = _key(url), address_shape(url)
        for known, record in self._remembered().items():
            if record.other and (known == key or shape in record.shapes):
                yield record.other

    def _keep(self, listed: DatedList, *, other: str = "", entries: tuple[Entry, ...] = ()) -> None:
        """Store the hints of a list if they are new."""
        key = _key(listed.address)
        known = self._remembered().get(key)
        record = listed.record()
        if self.known.lists():  # a capture's places are not those of the site
            record = replace(record, spans=known.spans if known else {})
        counts = Counter(address_shape(entry.item.url) for entry in entries)
        shapes = [shape for shape, _ in counts.most_common(_MOST_SHAPES)]
        if known:
            shapes += known.shapes
            other = other or known.other
        record = replace(record, other=other, shapes=tuple(dict.fromkeys(shapes))[:_MOST_SHAPES])
        if record != known:
            self._remembered()[key] = record
            self.memory.keep_list(key, record)


def _key(url: str) -> str:
    """Return the key of a list, or the URL itself if it is invalid."""
    try:
        return make_url_key(url)
    except ValueError:
        return url


@functools.lru_cache(maxsize=4096)
def address_shape(url: str) -> str:
    """Return an address with its numbers made equal, which the pages of a series have in common.

    >>> address_shape("https://press.example/en/2031/t12_7.html")
    'press.example/en/0/t0_0.html'
    """
    return re.sub(r"\d+", "0", page_key(url))


def same_page_key(url: str) -> str:
    """Return a key that is equal for the URLs of one page, with or without ``www.``.

    >>> same_page_key("http://www.press.example/1.htm") == same_page_key("https://press.example/1.shtml")
    True
    """
    return page_key(url).removeprefix("www.")


def describe_wait(count: int, pace: float) -> str:
    """Return how long a number of requests takes, or '' if that is less than a minute.

    >>> describe_wait(120, 5.0)
    'about 120 pages to fetch, one every 5 s: about 10 min'
    """
    seconds = count * pace
    if seconds < _LONG:
        return ""
    minutes = round(seconds / 60)
    duration = f"{minutes} min" if minutes < 120 else f"{round(minutes / 60)} h"
    return Message(
        N_("about {pages:,} pages to fetch, one every {pace:g} s: about {duration}"),
        pages=count,
        pace=pace,
        duration=duration,
    )
