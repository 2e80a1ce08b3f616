"""Entries of list pages: their days, and the evidence that two headings are one event.

An entry is dated by the day in its title, else by the day printed with it, else by its neighbours.
"""

import datetime as dt
import functools
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ...aligner.text.chinese import HAN_RUN, detect_language, has_han
from ...aligner.text.dates import chinese_value, find_dates
from ...aligner.text.pinyin import is_same_name
from ...records import Document, Language
from .site import ListItem

_DAY = dt.timedelta(days=1)
# Points of evidence. A contradiction outweighs everything else.
_CONTRADICTION = -9
_NAMED_DAY, _SAME_LISTED_DAY, _NEAR_LISTED_DAY = 4, 3, 2
_QUESTION, _PERSON, _SERIES = 6, 3, 2
# A list is dated if at least this share of its dated entries is in order, the newest first.
_IN_ORDER = 0.8

_QUESTION_NUMBER = re.compile(
    r"LCQ\s*(\d+)|立法[會会]([一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])[題题]",
    re.I,
)
_CONFERENCE = re.compile(
    r"press conference|briefing|[记記]者[会會]|[发發][布佈][会會]|吹[风風][会會]", re.I
)
_REMARKS = re.compile(
    r"\bremarks?\b|\banswers?\b|\bstatement\b|答[记記]者[问問]|[谈談][话話]|[声聲]明", re.I
)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a list: the day that its title names, and the days between which it lies."""

    item: ListItem
    named: dt.date | None = None
    oldest: dt.date | None = None
    newest: dt.date | None = None

    def is_between(self, since: dt.date | None, until: dt.date | None) -> bool:
        """Return whether the entry may lie between two days; an undated entry may."""
        too_old = since is not None and self.newest is not None and self.newest < since
        too_new = until is not None and self.oldest is not None and self.oldest > until
        return not too_old and not too_new


@dataclass(frozen=True, slots=True)
class PageSpan:
    """The days between which the entries of a list page lie."""

    newest: dt.date
    oldest: dt.date


def date_entries(items: Sequence[ListItem]) -> tuple[Entry, ...]:
    """Return the entries of a list page with their days, in page order.

    A title such as "on September 28" gets its year from its neighbours. An entry without any day
    lies between its dated neighbours.
    """
    entries = [_date_entry(item) for item in items]
    places = _in_order(entries)
    for place, entry in enumerate(entries):
        if entry.newest is None:
            entries[place] = _date_by_neighbours(entry, *_neighbours(entries, places, place))
    return tuple(entries)


def _date_entry(item: ListItem) -> Entry:
    named = next(iter(find_dates(item.title)), None)
    day = named or item.date
    return Entry(item, named, day, day)


def _in_order(entries: Sequence[Entry]) -> list[int]:
    """Return the places of the longest run of dated entries that never becomes newer.

    An announcement that is pinned to the top of every page is not part of it.
    """
    ends: list[int] = []  # the last place of the best run of each length
    keys: list[int] = []
    before: dict[int, int] = {}
    for place, entry in enumerate(entries):
        if entry.oldest is None:
            continue
        key = -entry.oldest.toordinal()
        length = bisect_right(keys, key)
        if length:
            before[place] = ends[length - 1]
        ends[length:] = [place]
        keys[length:] = [key]
    places: list[int] = []
    place = ends[-1] if ends else -1
    while place >= 0:
        places.append(place)
        place = before.get(place, -1)
    return places[::-1]


def _neighbours(
    entries: Sequence[Entry], places: Sequence[int], place: int
) -> tuple[dt.date | None, dt.date | None]:
    """Return the days of the nearest entries in order above and below a place."""
    split = bisect_right(places, place)
    above = entries[places[split - 1]].oldest if split else None
    below = entries[places[split]].newest if split < len(places) else None
    return above or below, below or above


def _date_by_neighbours(entry: Entry, above: dt.date | None, below: dt.date | None) -> Entry:
    if above is None or below is None:
        return entry
    for year in (above.year, below.year):
        for day in find_dates(entry.item.title, year=year):
            if below - _DAY <= day <= above + _DAY:
                return Entry(entry.item, day, day, day)
    return replace(entry, oldest=min(above, below), newest=max(above, below))


def span_of(entries: Sequence[Entry]) -> PageSpan | None:
    """Return the days of a list page, or ``None`` if its entries are not in the order of days."""
    places = _in_order(entries)
    dated = [entry for entry in entries if entry.oldest is not None]
    if not places or len(places) < _IN_ORDER * len(dated):
        return None
    newest, oldest = entries[places[0]].newest, entries[places[-1]].oldest
    return PageSpan(newest, oldest) if newest and oldest else None


def language_of_items(items: Iterable[ListItem]) -> Language:
    """Return the language of the titles of a list."""
    return detect_language(item.title for item in items)


@dataclass(frozen=True, slots=True)
class Heading:
    """The evidence in a heading: of an entry of a list, or of a document that was read."""

    title: str
    named: dt.date | None
    oldest: dt.date | None
    newest: dt.date | None
    people: tuple[str, ...] = ()

    @classmethod
    def of_entry(cls, entry: Entry) -> "Heading":
        """Return the evidence in an entry; its people are looked for in an English title."""
        title = entry.item.title
        people = () if has_han(title) else _names(title)
        return cls(title, entry.named, entry.oldest, entry.newest, people)

    @classmethod
    def of_document(cls, document: Document) -> "Heading":
        """Return the evidence in a document: its day and the people who are not of the press."""
        people = tuple(person.name for person in document.participants if person.role != "media")
        return cls(document.title, document.date, document.date, document.date, people)


def compare(one: Heading, two: Heading) -> int:
    """Return the points for two headings of one event; 0 or less if they are of different ones."""
    points = _compare_days(one, two)
    question, other = question_number(one.title), question_number(two.title)
    if question and other:
        points += _QUESTION if question == other else _CONTRADICTION
    elif not (one.newest and two.newest):
        return 0  # names alone do not distinguish two events of one person
    if points <= 0:
        return points
    series, others = _series(one.title), _series(two.title)
    if series and others:
        points += _SERIES if series & others else _CONTRADICTION
    if _share_a_person(one, two):
        points += _PERSON
    return points + len(_long_figures(one.title) & _long_figures(two.title))


def names_one_event(one: Heading, two: Heading) -> bool:
    """Return whether two headings explicitly name the same day or the same question."""
    named = one.named is not None and one.named == two.named
    question = question_number(one.title)
    return named or bool(question and question == question_number(two.title))


def _compare_days(one: Heading, two: Heading) -> int:
    if one.named and two.named:
        return _NAMED_DAY if one.named == two.named else _CONTRADICTION
    if not (one.oldest and one.newest and two.oldest and two.newest):
        return 0
    apart = max((one.oldest - two.newest).days, (two.oldest - one.newest).days)
    if apart > 1:
        return _CONTRADICTION
    days = {one.oldest, one.newest, two.oldest, two.newest}
    return _SAME_LISTED_DAY if len(days) == 1 else _NEAR_LISTED_DAY


def question_number(title: str) -> int:
    """Return the number of a question in Hong Kong's council ("LCQ5", 立法會五題), or 0."""
    match = _QUESTION_NUMBER.search(title)
    return int(chinese_value(match[1] or match[2]) or 0) if match else 0


def _series(title: str) -> frozenset[str]:
    kinds = (("conference", _CONFERENCE), ("remarks", _REMARKS))
    return frozenset(name for name, pattern in kinds if pattern.search(title))


def _long_figures(title: str) -> set[str]:
    return {figure for figure in re.findall(r"\d+(?:\.\d+)?", title) if len(figure) > 1}


def _names(title: str) -> tuple[str, ...]:
    """Return each two neighbouring capitalised words of an English title: names are among them."""
    runs = [run.split() for run in re.findall(r"[A-Z][a-z]+(?: [A-Z][a-z]+)+", title)]
    pairs = (" ".join(run[place : place + 2]) for run in runs for place in range(len(run) - 1))
    return tuple(pair[-40:] for pair in pairs)


def _share_a_person(one: Heading, two: Heading) -> bool:
    in_two = any(_is_named(name, two.title) for name in one.people)
    return in_two or any(_is_named(name, one.title) for name in two.people)


@functools.lru_cache(maxsize=4096)
def _is_named(name: str, title: str) -> bool:
    """Return whether a title names a person, also if it is in the other language."""
    if name in title:
        return True
    if has_han(name):
        return any(is_same_name(name, pair) for pair in _names(title))
    return any(is_same_name(span, name) for span in _possible_names(title))


def _possible_names(title: str) -> Iterator[str]:
    """Yield each two and three neighbouring characters of a Chinese title: names are among them."""
    for run in HAN_RUN.findall(title):
        for size in (2, 3):
            yield from (run[start : start + size] for start in range(len(run) - size + 1))


def best_items(document: Document, items: Sequence[ListItem]) -> list[tuple[int, ListItem]]:
    """Rank entries by date, series, spokesperson, question number and numbers, best first.

    The dates in titles decide if both titles have one; the date next to a link is the date of
    publication.
    """
    heading = Heading.of_document(document)
    ranked = [
        (compare(heading, Heading.of_entry(entry)), entry.item) for entry in date_entries(items)
    ]
    return sorted((pair for pair in ranked if pair[0] > 0), key=lambda pair: -pair[0])
