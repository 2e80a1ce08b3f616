"""Lists of a site whose pages are in the order of days: a day is found by a few of its pages.

The place of a day is guessed from the days of the pages that were read, of this run or an earlier
one, and the guess is verified. A list that is not in the order of days is read from its first
page on.
"""

import datetime as dt
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from ...errors import N_, ExtractError, FetchError, Message
from ..extract.list_entries import Entry, PageSpan, date_entries, span_of
from ..extract.page_links import ListNumbering, page_key, read_list_items
from ..web.html import DecodedPage

log = logging.getLogger(__name__)

ReadPage = Callable[[str], DecodedPage]
Tell = Callable[[str], None]

MOST_PAGES = 400  # list pages read for one range: about eight years of conferences
MOST_UNORDERED = 10  # list pages read for one day if a list is not in the order of days
_MOST_GUESSES = 3  # guesses before every second page is the middle of those left
_MOST_SEARCHED = 24  # list pages read to find one day
_SLACK = dt.timedelta(days=2)  # by which neighbouring pages may overlap
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page of a list: its place, 0 for the newest, its address, its entries and their days."""

    place: int
    url: str
    entries: tuple[Entry, ...]
    span: PageSpan | None


@dataclass(frozen=True, slots=True)
class ListRecord:
    """The stored hints of a list.

    ``spans`` has the days of the pages that were read, by position. New entries shift the
    positions, so they are only hints. ``other`` is the list in the other language, ``shapes`` are
    the shapes of the URLs of its entries.
    """

    numbering: ListNumbering
    spans: Mapping[int, PageSpan] = field(default_factory=dict)
    other: str = ""
    shapes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the record as plain JSON values."""
        numbers = self.numbering
        return {
            "first": numbers.first,
            "numbering": [numbers.start, numbers.base, numbers.end, numbers.count],
            "spans": {
                str(place): [span.newest.isoformat(), span.oldest.isoformat()]
                for place, span in sorted(self.spans.items())
            },
            "other": self.other,
            "shapes": list(self.shapes),
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "ListRecord":
        """Return a record from its JSON values."""
        spans = {
            int(place): PageSpan(*(dt.date.fromisoformat(day) for day in days))
            for place, days in values["spans"].items()
        }
        numbering = ListNumbering(values["first"], *values["numbering"])
        return cls(numbering, spans, values["other"], tuple(values["shapes"]))


class DatedList:
    """A list of a site, whose pages are read when they are needed and once only."""

    def __init__(
        self, address: str, read: ReadPage, tell: Tell = log.info, known: ListRecord | None = None
    ) -> None:
        self.address = address
        self._read = read
        self._tell = tell
        self._known = known or ListRecord(ListNumbering(address, count=0))
        self._numbering = self._known.numbering
        self._pages: dict[int, ListPage] = {}
        self._gone: set[int] = set()
        self._shift = 0  # by how many places the pages have moved since they were recorded
        self._by_date = True
        self._pinned: set[str] = set()  # entries that pages far apart share

    @property
    def has_further_pages(self) -> bool:
        """Whether the pages that were read show more pages than the first."""
        return bool(self._pages) and self._numbering.count > 1

    def record(self) -> ListRecord:
        """Return the hints to store: the earlier hints, shifted, and those of the pages read."""
        spans = {place + self._shift: span for place, span in self._known.spans.items()}
        spans |= {place: page.span for place, page in self._pages.items() if page.span}
        kept = {place: span for place, span in spans.items() if place >= 0}
        return replace(self._known, numbering=self._numbering, spans=kept)

    def first_page(self) -> ListPage:
        """Return the first page.

        :raises FetchError: it cannot be read.
        """
        if 0 not in self._pages:
            self._enter(0, self._read(self.address))
        return self._pages[0]

    def enter_first(self, page: DecodedPage) -> None:
        """Take the first page from a caller who has read it."""
        self._enter(0, page)

    def pages_between(self, since: dt.date | None, until: dt.date | None) -> Iterator[ListPage]:
        """Yield the pages that may have entries from one day to another, the newest first.

        :raises FetchError: the list cannot be read.
        """
        place = self._locate(until) if until else 0
        if not self._by_date:
            place = 0
        last = place + MOST_PAGES
        while place < last:
            page = self._page(place) or self._page_behind_a_gap(place)
            if page is None:
                return
            yield page
            past = since and page.span and page.span.oldest < since
            if self._by_date and past:
                return
            place = page.place + 1
        self._tell(
            Message(
                N_("{address}: read up to page {last} of the list; use --until to continue"),
                address=self.address,
                last=last,
            )
        )

    def pages_around(self, day: dt.date) -> Iterator[ListPage]:
        """Yield the pages that may name an event of a day, the likeliest first.

        :raises FetchError: the list cannot be read.
        """
        place = self._locate(day)
        if not self._by_date:
            yield from self._first_pages()
            return
        page = self._page(place)
        if page is None:
            return
        yield page
        neighbours = []
        if page.span is None or page.span.newest <= day + _DAY:
            neighbours.append(place - 1)
        if page.span is None or page.span.oldest >= day - _DAY:
            neighbours.append(place + 1)
        for neighbour in neighbours:
            if neighbour >= 0 and (page := self._page(neighbour)) is not None:
                yield page

    def count_pages(self, since: dt.date | None, until: dt.date | None) -> int:
        """Estimate how many pages have the entries between two days, from those that were read."""
        newest = self._estimate(until) if until else 0
        oldest = self._estimate(since) if since else self._numbering.count - 1
        return max(1, oldest - newest + 1)

    def _first_pages(self) -> Iterator[ListPage]:
        for place in range(MOST_UNORDERED):
            page = self._page(place)
            if page is None:
                return
            yield page

    def _locate(self, day: dt.date) -> int:
        """Return the place of the newest page that may have entries of a day or older ones.

        It is the number of pages if all entries are newer.
        """
        newer = -1  # this page and those before it are newer than the day
        older: int | None = None  # this page and those behind it are not
        for step in range(_MOST_SEARCHED):
            end = self._count() if older is None else older
            if end is not None and end - newer <= 1:
                return end
            place = self._guess(day, newer, end, step)
            page = self._page(place) or self._page_behind_a_gap(place, end)
            if not self._by_date:
                return 0
            if page is None:
                older = place
            elif page.span is None or page.span.oldest > day:
                newer = page.place
            elif page.span.newest > day:
                return page.place
            else:
                older = page.place
        return newer + 1

    def _count(self) -> int | None:
        """Return the number of pages, or ``None`` if no page that was read says it."""
        return self._numbering.count if self._pages and self._numbering.count else None

    def _guess(self, day: dt.date, newer: int, end: int | None, step: int) -> int:
        """Return an unread place between two places, near the one where a day should be."""
        if not self._pages and not self._known.spans:
            return 0
        if end is not None and step > _MOST_GUESSES and step % 2:
            return (newer + end) // 2
        place = max(self._estimate(day), newer + 1)
        return place if end is None else min(place, end - 1)

    def _estimate(self, day: dt.date) -> int:
        """Return the place where a day should be by the days of the pages that are known."""
        anchors = sorted(
            (place, span.oldest.toordinal(), span.newest.toordinal())
            for place, span in self.record().spans.items()
        )
        if not anchors:
            return 0
        wanted = day.toordinal()
        newer = [anchor for anchor in anchors if anchor[1] > wanted]
        older = [anchor for anchor in anchors if anchor[1] <= wanted]
        if newer and older:
            (above, its_oldest, _), (below, _, its_newest) = newer[-1], older[0]
            if wanted <= its_newest:
                return below
            share = (its_oldest - wanted) / max(1, its_oldest - its_newest)
            return above + max(1, round(share * (below - above)))
        first, last = anchors[0], anchors[-1]
        # Days of a page: over all known pages, else of the one.
        days = max(1.0, (first[2] - last[1]) / (last[0] - first[0] + 1))
        if newer:
            return last[0] + max(1, round((last[1] - wanted) / days))
        return first[0] - max(0, round((wanted - first[2]) / days))

    def _page(self, place: int) -> ListPage | None:
        """Return the page at a place; ``None`` if there is none.

        :raises FetchError: no page of the list can be read.
        """
        if place in self._pages:
            return self._pages[place]
        count = self._count()
        if place in self._gone or place < 0 or (count is not None and place >= count):
            return None
        if place and not self._numbering.start:
            self.first_page()  # shows the addresses of the others
            if not self._numbering.start:
                return None
        try:
            self._enter(place, self._read(self._numbering.address(place)))
        except (FetchError, ExtractError) as error:
            if place == 0:
                raise
            self._gone.add(place)
            self._first_page_if_nothing_is_read()
            if place < (self._count() or 0):
                self._tell(Message(N_("a page of the list is missing: {error}"), error=error))
        return self._pages.get(place)

    def _first_page_if_nothing_is_read(self) -> None:
        """Learn the extent of a list whose recorded extent is no longer right."""
        if not self._pages:
            self._numbering = ListNumbering(self.address, count=0)
            self.first_page()

    def _page_behind_a_gap(self, place: int, end: int | None = None) -> ListPage | None:
        """Return the page after a missing one, if there should be one before an end."""
        count = self._count() if end is None else end
        if place not in self._gone or count is None or place + 1 >= count:
            return None
        return self._page(place + 1)

    def _enter(self, place: int, page: DecodedPage) -> None:
        """Enter a page that was read, unless it repeats another one."""
        entries = date_entries(read_list_items(page))
        keys = _keys(entries)
        # A server may repeat a page behind the last one; the first of them is the page.
        repeated = [other for other in self._pages.values() if _keys(other.entries) == keys]
        for other in repeated:
            self._gone.add(max(place, other.place))
            if other.place < place:
                return
            del self._pages[other.place]
        numbering = ListNumbering.of_page(self.address, page)
        if numbering.start or place == 0:
            self._numbering = numbering
        self._pages[place] = ListPage(place, page.url, entries, span_of(entries))
        self._leave_out_pinned(place)
        if len(self._pages) == 1:
            self._shift = self._find_shift(self._pages[place])
        self._check_order()

    def _leave_out_pinned(self, place: int) -> None:
        """Take the days of pages without the entries that other pages have, too.

        Neighbours may share entries, as an entry that came meanwhile moves one to the next page.
        """
        keys = _keys(self._pages[place].entries)
        for other in self._pages.values():
            if abs(other.place - place) > 1:
                self._pinned |= keys & _keys(other.entries)
        if not self._pinned:
            return
        for listed in self._pages.values():
            own = [entry for entry in listed.entries if not _keys([entry]) & self._pinned]
            self._pages[listed.place] = replace(listed, span=span_of(own))

    def _find_shift(self, page: ListPage) -> int:
        """Return by how many places the pages have moved since they were recorded."""
        if page.span is None or not self._known.spans:
            return 0
        middle = page.span.oldest + (page.span.newest - page.span.oldest) / 2
        apart = {
            place: abs(span.oldest + (span.newest - span.oldest) / 2 - middle)
            for place, span in self._known.spans.items()
        }
        nearest = min(apart, key=lambda place: apart[place])
        span = self._known.spans[nearest]
        is_same = span.newest >= page.span.oldest and span.oldest <= page.span.newest
        return page.place - nearest if is_same else 0

    def _check_order(self) -> None:
        """Find out whether the pages are in the order of days, and tell if they are not."""
        pages = [self._pages[place] for place in sorted(self._pages)]
        spans = [page.span for page in pages if page.span is not None]
        in_order = all(above.oldest + _SLACK >= below.newest for above, below in pairwise(spans))
        if self._by_date and (not in_order or len(spans) < len(pages)):
            self._by_date = False
            if self._numbering.count != 1:
                self._tell(
                    Message(
                        N_("{address}: the entries are not in date order; reading every page"),
                        address=self.address,
                    )
                )


def _keys(entries: Iterable[Entry]) -> set[str]:
    return {page_key(entry.item.url) for entry in entries}
