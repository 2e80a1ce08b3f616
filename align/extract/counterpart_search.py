"""Search for a document's counterpart on the lists of the other language."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..records import Document
from ..text.chinese import HAN_RUN, has_han
from ..text.numerals import chinese_value
from ..text.pinyin import is_same_name
from .site import ListItem
from .transcript import find_dates

_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_QUESTION = re.compile(
    r"LCQ\s*(\d+)|立法[會会]([一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])[題题]",
    re.I,
)
# A list has 20 entries a page and about a week of them; ten pages are two months.
MOST_LISTS = 10


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list: its entries, and the addresses of its further pages."""

    items: tuple[ListItem, ...]
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RankedItem:
    """An entry with its points; entries without a reason to be the counterpart are left out."""

    item: ListItem
    points: int


def best_items(document: Document, items: Sequence[ListItem]) -> tuple[RankedItem, ...]:
    """Rank entries by date, spokesperson, question number and the figures in the title.

    Dates in titles decide where both have one; the date beside a link is that of publication and
    only has to be near.
    """
    ranked = [RankedItem(item, _points(document, item)) for item in items]
    return tuple(sorted((r for r in ranked if r.points > 0), key=lambda r: -r.points))


def _points(document: Document, item: ListItem) -> int:
    points = _date_points(document, item)
    if points < 0:
        return points
    ours, theirs = _question(document.title), _question(item.title)
    if ours and theirs:
        points += 6 if ours == theirs else -6
    points += 3 * any(
        _same_person(person.name, item.title)
        for person in document.participants
        if person.role != "media"
    )
    return points + len(_figures(document.title) & _figures(item.title))


def _date_points(document: Document, item: ListItem) -> int:
    if document.date is None:
        return 0
    titled = find_dates(item.title)
    if titled:
        return 4 if titled[0] == document.date else -9
    if item.date is None:
        return 0
    return 2 if abs((item.date - document.date).days) <= 1 else -9


def _question(title: str) -> int:
    """Return the number of a question in the legislature, 0 for other titles."""
    match = _QUESTION.search(title)
    return int(chinese_value(match[1] or match[2]) or 0) if match else 0


def _figures(title: str) -> frozenset[str]:
    return frozenset(figure for figure in _FIGURE.findall(title) if len(figure) > 1)


def _same_person(name: str, title: str) -> bool:
    """Say whether a title names a person, in either script."""
    if name in title:
        return True
    if has_han(name):
        runs = [run.split() for run in re.findall(r"[A-Z][a-z]+(?: [A-Z][a-z]+)+", title)]
        pairs = (" ".join(run[i : i + 2]) for run in runs for i in range(len(run) - 1))
        return any(is_same_name(name, pair[-40:]) for pair in pairs)
    spans = (
        run[i : i + size]
        for run in HAN_RUN.findall(title)
        for size in (2, 3)
        for i in range(len(run) - size + 1)
    )
    return any(is_same_name(span, name) for span in spans)


def search_lists(document: Document, lists: Sequence[str], read: Callable[[str], ListPage]) -> str:
    """Return the address of a document's counterpart from lists in the other language, or ''.

    Further pages of a list are read until one holds the counterpart or only older entries.

    :param read: takes the address of a list; errors that it raises pass through.
    """
    waiting = list(lists)
    for _ in range(MOST_LISTS):
        if not waiting:
            break
        found = read(waiting.pop(0))
        ranked = best_items(document, found.items)
        if ranked and (len(ranked) == 1 or ranked[0].points > ranked[1].points):
            return ranked[0].item.url
        if not _is_past(document, found.items):
            waiting += [url for url in found.more if url not in waiting]
    return ""


def _is_past(document: Document, items: Sequence[ListItem]) -> bool:
    """Say whether a list, newest first, has come to entries before the document's day."""
    days = [(find_dates(item.title) or (item.date,))[0] for item in items]
    dated = [day for day in days if day is not None]
    return bool(document.date and dated and max(dated) < document.date)
