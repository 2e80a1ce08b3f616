"""Entries of two lists, paired one to one by their headings.

The title of a press conference names its day, so two such titles decide a pair. Weaker evidence
only makes a group of candidates, and the pages themselves decide.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .list_entries import Entry, Heading, compare, names_one_event

_DAY = dt.timedelta(days=1)

EntryPair = tuple[int, int]
"""The place of an entry in each of the two lists."""

_Points = Mapping[EntryPair, int]


@dataclass(frozen=True, slots=True)
class OpenGroup:
    """Entries of either list, by their places, that may be pairs among themselves."""

    ours: tuple[int, ...]
    theirs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class EntryPairs:
    """The pairs that headings decide, the groups that they do not, and the entries left alone."""

    certain: tuple[EntryPair, ...]
    groups: tuple[OpenGroup, ...]
    alone: tuple[int, ...]  # entries of the first list
    others_alone: tuple[int, ...]  # entries of the second list


def pair_entries(ours: Sequence[Entry], theirs: Sequence[Entry]) -> EntryPairs:
    """Pair the entries of two lists one to one.

    A pair is certain if both titles name the same day or question, and neither fits another entry
    as well.
    """
    our_headings = [Heading.of_entry(entry) for entry in ours]
    their_headings = [Heading.of_entry(entry) for entry in theirs]
    points = _compare_all(our_headings, their_headings)
    certain: list[EntryPair] = []
    while chosen := _certain_pairs(points, our_headings, their_headings):
        certain += chosen
        points = _without(points, chosen)
    groups = _connected(points)
    known = {one for one, _ in certain}.union(*(group.ours for group in groups))
    others = {two for _, two in certain}.union(*(group.theirs for group in groups))
    return EntryPairs(
        tuple(sorted(certain)),
        groups,
        tuple(place for place in range(len(ours)) if place not in known),
        tuple(place for place in range(len(theirs)) if place not in others),
    )


def _compare_all(ours: Sequence[Heading], theirs: Sequence[Heading]) -> dict[EntryPair, int]:
    """Return the points of each pair for which there is evidence."""
    by_day: defaultdict[dt.date, list[int]] = defaultdict(list)
    undated: list[int] = []
    for place, heading in enumerate(theirs):
        if heading.oldest is None or heading.newest is None:
            undated.append(place)
            continue
        for day in _days_between(heading.oldest, heading.newest):
            by_day[day].append(place)
    points: dict[EntryPair, int] = {}
    for place, heading in enumerate(ours):
        near: Iterable[int] = range(len(theirs))
        if heading.oldest is not None and heading.newest is not None:
            days = _days_between(heading.oldest - _DAY, heading.newest + _DAY)
            near = {other for day in days for other in by_day[day]}.union(undated)
        for other in sorted(near):
            if (value := compare(heading, theirs[other])) > 0:
                points[place, other] = value
    return points


def _days_between(oldest: dt.date, newest: dt.date) -> list[dt.date]:
    return [oldest + number * _DAY for number in range((newest - oldest).days + 1)]


def _certain_pairs(
    points: _Points, ours: Sequence[Heading], theirs: Sequence[Heading]
) -> list[EntryPair]:
    """Return the pairs whose entries fit each other better than any other entry."""
    best_of_ours = _best_alone(points, 0)
    best_of_theirs = _best_alone(points, 1)
    certain: list[EntryPair] = []
    for one, two in points:
        is_best = best_of_ours.get(one) == (one, two) and best_of_theirs.get(two) == (one, two)
        if is_best and names_one_event(ours[one], theirs[two]):
            certain.append((one, two))
    return certain


def _best_alone(points: _Points, side: int) -> dict[int, EntryPair]:
    """Return the best pair of each entry of one side, unless two are equally good."""
    ranked: defaultdict[int, list[tuple[int, EntryPair]]] = defaultdict(list)
    for pair, value in points.items():
        ranked[pair[side]].append((value, pair))
    best: dict[int, EntryPair] = {}
    for place, pairs in ranked.items():
        pairs.sort(reverse=True)
        if len(pairs) == 1 or pairs[0][0] > pairs[1][0]:
            best[place] = pairs[0][1]
    return best


def _without(points: _Points, chosen: Iterable[EntryPair]) -> dict[EntryPair, int]:
    """Return the points of pairs that share no entry with those chosen."""
    ours = {one for one, _ in chosen}
    theirs = {two for _, two in chosen}
    return {
        (one, two): value
        for (one, two), value in points.items()
        if one not in ours and two not in theirs
    }


def _connected(pairs: Iterable[EntryPair]) -> tuple[OpenGroup, ...]:
    """Return the groups of entries that pairs connect."""
    groups: list[tuple[set[int], set[int]]] = []
    for one, two in pairs:
        joined = ({one}, {two})
        apart = []
        for group in groups:
            if one in group[0] or two in group[1]:
                joined = (joined[0] | group[0], joined[1] | group[1])
            else:
                apart.append(group)
        groups = [*apart, joined]
    return tuple(OpenGroup(tuple(sorted(ours)), tuple(sorted(theirs))) for ours, theirs in groups)
