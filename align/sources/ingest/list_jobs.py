"""Briefings of lists: the entries of one list, or of two, to add, with their other versions."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...errors import N_, FetchError, Message, TextError, UsageError, count_message
from ..extract.list_entries import Entry
from ..web.html import DecodedPage
from .counterparts import Counterparts, PairedLists
from .dated_lists import DatedList
from .open_pairs import OpenPairs


@dataclass(frozen=True, slots=True)
class ListedBriefing:
    """A briefing that lists name: one address or both, or one and the group that it is in."""

    sources: tuple[str, ...]
    group: OpenPairs | None = None


@dataclass(frozen=True, slots=True)
class Days:
    """The first and the last requested day; ``None`` is no limit."""

    since: dt.date | None = None
    until: dt.date | None = None

    def __post_init__(self) -> None:
        """Refuse days in the wrong order."""
        if self.since and self.until and self.since > self.until:
            raise UsageError(
                N_("--since {since} is after --until {until}; swap them"),
                since=self.since,
                until=self.until,
            )


def briefings_of_list(
    lists: Counterparts, address: str, page: DecodedPage, days: Days
) -> tuple[ListedBriefing, ...]:
    """Return the briefings of one list; a list in the other language pairs them if one is known.

    :raises TextError: days are wanted, but the list has none.
    """
    ours = lists.list_at(address)
    ours.enter_first(page)
    entries = lists.entries_between(ours, days.since, days.until)
    if not entries:
        lists.tell(_describe_nothing(ours, days))
        return ()
    _tell_further_pages(lists, ours, days)
    for theirs in lists.find_other_lists(page):
        try:
            paired = lists.pair_lists(ours, theirs, days.since, days.until)
        except (FetchError, TextError):  # no list that helps; the next one may
            continue
        if paired.pairs.certain or paired.pairs.groups:
            return tuple(_briefings_of_pairs(lists, paired, (ours, theirs), days, named=False))
    return tuple(ListedBriefing((entry.item.url,)) for entry in entries)


def briefings_of_two_lists(
    lists: Counterparts, named: Sequence[tuple[str, DecodedPage]], days: Days
) -> tuple[ListedBriefing, ...]:
    """Return the briefings of two lists, one in each language.

    :param named: address and first page of each list.
    :raises TextError: both are in one language, they have no days, or no entry fits another.
    """
    ours, theirs = (lists.list_at(address) for address, _ in named)
    for listed, (_, page) in zip((ours, theirs), named, strict=True):
        listed.enter_first(page)
    paired = lists.pair_lists(ours, theirs, days.since, days.until)
    if not paired.ours:
        lists.tell(_describe_nothing(ours, days))
        return ()
    _tell_further_pages(lists, ours, days)
    if not (paired.pairs.certain or paired.pairs.groups):
        raise TextError(
            N_(
                "{address} and {other}: no entry of one list matches an entry of the other "
                "({days}; {other_days}); check the dates"
            ),
            address=ours.address,
            other=theirs.address,
            days=_describe_days(paired.ours),
            other_days=_describe_days(paired.theirs),
        )
    return tuple(_briefings_of_pairs(lists, paired, (ours, theirs), days, named=True))


def _briefings_of_pairs(
    lists: Counterparts,
    paired: PairedLists,
    both: tuple[DatedList, DatedList],
    days: Days,
    *,
    named: bool,
) -> Iterator[ListedBriefing]:
    """Yield the briefings in the order of our list, and tell which entries are alone.

    :param named: whether the user named the other list, too.
    """
    ours, theirs, pairs = paired.ours, paired.theirs, paired.pairs
    found: dict[int, ListedBriefing] = {}
    for one, two in pairs.certain:
        found[one] = ListedBriefing((ours[one].item.url, theirs[two].item.url))
    for members in pairs.groups:
        group = OpenPairs(
            tuple(ours[place].item.url for place in members.ours),
            tuple(theirs[place].item.url for place in members.theirs),
        )
        for one in members.ours:
            found[one] = ListedBriefing((ours[one].item.url,), group)
    alone = [ours[place] for place in pairs.alone]
    others = [theirs[place] for place in pairs.others_alone]
    others = [entry for entry in others if entry.is_between(days.since, days.until)]
    if alone:
        lists.tell(_describe_alone(alone, len(ours), *both))
    if others and named:
        lists.tell(_describe_alone(others, len(theirs), *reversed(both)))
    yield from (found[place] for place in sorted(found))


def _tell_further_pages(lists: Counterparts, listed: DatedList, days: Days) -> None:
    if days == Days() and listed.has_further_pages:
        lists.tell(
            Message(
                N_("{address} has further pages; use --since DAY to read back to that day"),
                address=listed.address,
            )
        )


def _describe_nothing(listed: DatedList, days: Days) -> str:
    """Return a line about a list without an entry for some days."""
    span = listed.first_page().span
    if span and days.since and days.since > span.newest:
        return Message(
            N_("{address}: no entries for these days; the latest entry is dated {newest}"),
            address=listed.address,
            newest=span.newest,
        )
    return Message(N_("{address}: no entries for these days"), address=listed.address)


def _describe_alone(alone: Sequence[Entry], total: int, listed: DatedList, other: DatedList) -> str:
    return Message(
        N_("{address}: {missing} of {total} entries have no match on {other}, such as {example}"),
        address=listed.address,
        missing=len(alone),
        total=total,
        other=other.address,
        example=alone[0].item.url,
    )


def _describe_days(entries: Sequence[Entry]) -> Message:
    days = [day for entry in entries for day in (entry.oldest, entry.newest) if day]
    total = count_message("{count:,} entry", "{count:,} entries", len(entries))
    if not days:
        return total
    return Message(N_("{total}, {first} to {last}"), total=total, first=min(days), last=max(days))
