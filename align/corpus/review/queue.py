"""Review queues: uncertain rows first, filters, and briefings by remaining work."""

import datetime as dt
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil
from typing import Literal

from ...records import Status
from ...sources.web.urls import get_host, is_web_address
from ..store import BeadRow, BriefingSummary, HistoryEntry
from ..store.records import UNKNOWN_RISK
from .history import standing_entries

CHECK_ODDS = 2.0
"""By how much each failed check raises the odds that a row is wrong. Chosen by hand: the order
needs only that a failed check moves a row up among those of like probability."""

Checks = Mapping[str, Sequence[str]]  # the kinds of failed checks by row id


def risk(row: BeadRow, failed: int = 0) -> float:
    """Return the chance that a row is wrong, from 0 to 1.

    >>> round(risk(BeadRow("a", "b", 0.0, (), (), "", "", probability=0.9)), 3)
    0.1
    """
    wrong = UNKNOWN_RISK if row.probability is None else 1.0 - row.probability
    wrong = min(max(wrong, 1e-6), 1.0 - 1e-6)
    odds = wrong / (1.0 - wrong) * CHECK_ODDS**failed
    return odds / (1.0 + odds)


def late_risk(row: BeadRow, late: Mapping[str, float], checks: Checks) -> float:
    """Return the risk of a row by another probability, if it has one, and its failed checks."""
    judged = replace(row, probability=late.get(row.id, row.probability))
    return risk(judged, len(checks.get(row.id, ())))


def worst_first(
    rows: Iterable[BeadRow],
    checks: Checks | None = None,
    late: Mapping[str, float] | None = None,
) -> tuple[BeadRow, ...]:
    """Return the unreviewed rows, the least certain first.

    :param late: probabilities by row id that count instead of those of the rows.
    """
    failed = checks or {}

    def order(row: BeadRow) -> tuple[float, str, float]:
        return -late_risk(row, late or {}, failed), row.briefing, row.position

    return tuple(sorted((row for row in rows if row.status == "unreviewed"), key=order))


def expected_share(queue: Sequence[BeadRow], count: int, checks: Checks | None = None) -> float:
    """Return the expected share of the remaining errors that the first rows of a queue contain."""
    failed = checks or {}
    risks = [risk(row, len(failed.get(row.id, ()))) for row in queue]
    return sum(risks[:count]) / sum(risks) if risks else 1.0


@dataclass(frozen=True, slots=True)
class FirstVerdict:
    """The probability of a row as the aligner made it, and whether its first reviewer agreed."""

    probability: float
    right: bool


_CORRECTED = frozenset(
    {"reject", "merge", "split", "shift", "send", "alone", "link", "resolve", "choose"}
)


def first_verdicts(entries: Iterable[HistoryEntry]) -> tuple[FirstVerdict, ...]:
    """Return for each reviewed row whether the aligner was right.

    An accepted row was right; one that was rejected or got other sentences was wrong. Only the
    first such verdict counts, and none that was undone.
    """
    seen: dict[str, FirstVerdict] = {}
    for entry in standing_entries(tuple(entries)):
        action = entry.decision.action
        if action not in {*_CORRECTED, "accept"}:
            continue
        for row in entry.before:
            if row.probability is not None and row.status == "unreviewed":
                seen.setdefault(row.id, FirstVerdict(row.probability, action == "accept"))
    return tuple(seen.values())


CURVE_POINTS = 200
"""Maximum points of a curve of errors; more than the pixels of a plot tell apart."""


def error_curve(verdicts: Sequence[FirstVerdict]) -> tuple[tuple[int, float, int], ...]:
    """Return triples: a number of rows, and the errors expected and found in the first rows.

    Each row adds the chance that it is wrong, and one if its reviewer found it wrong.

    >>> error_curve((FirstVerdict(0.5, False), FirstVerdict(0.75, True)))
    ((0, 0.0, 0), (1, 0.5, 1), (2, 0.75, 1))
    """
    expected = 0.0
    found = 0
    curve = [(0, expected, found)]
    for count, one in enumerate(verdicts, 1):
        expected += 1.0 - one.probability
        found += not one.right
        curve.append((count, expected, found))
    step = ceil(len(curve) / CURVE_POINTS)
    return (*curve[:-1:step], curve[-1])


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Which rows to show; an empty field lets all pass."""

    text: str = ""
    speakers: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    below: float | None = None
    checks: frozenset[str] = frozenset()
    statuses: frozenset[Status] = frozenset()
    reviewers: frozenset[str] = frozenset()
    odd: bool = False  # only beads that are not 1-1
    failed: bool = False  # only rows with a failed check
    noted: bool = False  # only rows with an open note

    @property
    def empty(self) -> bool:
        """Whether every row passes."""
        return self == RowFilter()


def filter_rows(
    rows: Iterable[BeadRow],
    wanted: RowFilter,
    *,
    speaker: Callable[[BeadRow], str],
    checks: Checks | None = None,
    noted: Collection[str] = (),
) -> tuple[BeadRow, ...]:
    """Return the rows that pass a filter; text is searched in both languages, ignoring case.

    :param noted: the ids of rows with an open note.
    """
    needle = _fold(wanted.text)
    passed = []
    for row in rows:
        failed = set((checks or {}).get(row.id, ()))
        if not (_has_fields(row, wanted) and _has_checks(failed, wanted)):
            continue
        if wanted.speakers and speaker(row) not in wanted.speakers:
            continue
        if wanted.noted and row.id not in noted:
            continue
        texts = (row.zh_final, row.en_final, row.zh_text, row.en_text)
        if any(needle in _fold(text) for text in texts):
            passed.append(row)
    return tuple(passed)


def _fold(text: str) -> str:
    """Return a text in lower case with single spaces."""
    return " ".join(text.casefold().split())


def _has_fields(row: BeadRow, wanted: RowFilter) -> bool:
    if wanted.kinds and row.kind not in wanted.kinds:
        return False
    if wanted.below is not None and (row.probability or 0.0) >= wanted.below:
        return False
    if wanted.statuses and row.status not in wanted.statuses:
        return False
    if wanted.reviewers and row.reviewer not in wanted.reviewers:
        return False
    return not wanted.odd or row.kind != "1-1"


def _has_checks(failed: set[str], wanted: RowFilter) -> bool:
    if wanted.failed and not failed:
        return False
    return not wanted.checks or not wanted.checks.isdisjoint(failed)


ReviewFilter = Literal["all", "to review", "reviewed"]
REVIEW_FILTERS: tuple[ReviewFilter, ...] = ("all", "to review", "reviewed")


def list_briefings(
    summaries: Iterable[BriefingSummary],
    *,
    part: ReviewFilter = "all",
    words: str = "",
    speaking: Callable[[str], Collection[str]] | None = None,
) -> tuple[BriefingSummary, ...]:
    """Return the matching briefings, newest first and those without a date last; a stable sort.

    :param words: all of them must be found: in a title, the date, the site or address, a speaker.
    :param speaking: returns the ids of the briefings in which a speaker's label contains a word.
    """
    fitting = [summary for summary in summaries if _is_part(summary, part)]
    for word in _normalise(words).split():
        spoken = speaking(word) if speaking else ()
        fitting = [
            summary
            for summary in fitting
            if summary.id in spoken or word in _searchable_text(summary)
        ]
    return tuple(sorted(fitting, key=lambda one: one.date or dt.date.min, reverse=True))


def _is_part(summary: BriefingSummary, part: ReviewFilter) -> bool:
    if part == "to review":
        return summary.unreviewed > 0
    if part == "reviewed":
        return summary.unreviewed == 0
    return True


def _normalise(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


@lru_cache(maxsize=20_000)
def _searchable_text(summary: BriefingSummary) -> str:
    """Return the text of a briefing that is searched, normalised."""
    day = summary.date
    days = f"{day}\n{day.day} {day:%B %Y}\n{day.year}年{day.month}月{day.day}日" if day else ""
    titles = (summary.en_title, summary.zh_title)
    return _normalise("\n".join((*titles, days, *_addresses(summary), summary.id)))


def _addresses(summary: BriefingSummary) -> tuple[str, ...]:
    return (summary.address, summary.zh_url, summary.en_url)


def site_name(summary: BriefingSummary) -> str:
    """Return the web site of a briefing, without www; empty if it was added from files."""
    for address in _addresses(summary):
        start = "/".join(address.split("/", 3)[:3])  # scheme and host, of many addresses the same
        if name := _name_site(start):
            return name
    return ""


@lru_cache(maxsize=1_000)
def _name_site(address: str) -> str:
    return get_host(address).removeprefix("www.") if is_web_address(address) else ""
