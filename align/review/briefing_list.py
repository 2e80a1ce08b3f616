"""The list of briefings: search, filter, order, and how much is left to review."""

import unicodedata
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from ..store import BriefingSummary

ReviewFilter = Literal["all", "to review", "reviewed"]
REVIEW_FILTERS: tuple[ReviewFilter, ...] = ("all", "to review", "reviewed")

ListOrder = Literal["newest", "oldest", "doubtful", "most", "fewest"]
LIST_ORDERS: tuple[ListOrder, ...] = ("newest", "oldest", "doubtful", "most", "fewest")


@dataclass(frozen=True, slots=True)
class ReviewLeft:
    """What is still to be reviewed in some briefings."""

    briefings: int
    rows: int
    wrong: float  # rows among them that are expected to be wrong


def review_left(summaries: Iterable[BriefingSummary]) -> ReviewLeft:
    """Add up what is left to review."""
    found = [one for one in summaries if one.unreviewed]
    return ReviewLeft(
        len(found), sum(one.unreviewed for one in found), sum(one.expected_wrong for one in found)
    )


def doubtful_share(summary: BriefingSummary) -> float:
    """Return the share of the rows left that is expected to be wrong, from 0 to 1."""
    return summary.expected_wrong / summary.unreviewed if summary.unreviewed else 0.0


def list_briefings(
    summaries: Iterable[BriefingSummary],
    *,
    part: ReviewFilter = "all",
    words: str = "",
    speaking: Callable[[str], Collection[str]] | None = None,
    order: ListOrder = "newest",
) -> tuple[BriefingSummary, ...]:
    """Return the briefings that fit, in order; those that are equal stay as they came.

    :param words: all of them must be found: in a title, the date, the site or address, a speaker.
    :param speaking: gives the ids of the briefings in which a speaker's label holds a word.
    """
    found = [
        one for one in summaries if part == "all" or (part == "to review") == bool(one.unreviewed)
    ]
    for word in _normalise(words).split():
        spoken = speaking(word) if speaking else ()
        found = [
            one for one in found if one.id in spoken or word in _normalise(_searchable_text(one))
        ]
    return tuple(_sorted(found, order))


def _normalise(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _searchable_text(summary: BriefingSummary) -> str:
    day = summary.date
    days = (
        (f"{day}", f"{day.day} {day:%B %Y}", f"{day.year}年{day.month}月{day.day}日") if day else ()
    )
    return "\n".join((summary.en_title, summary.zh_title, *days, *_addresses(summary), summary.id))


def _addresses(summary: BriefingSummary) -> tuple[str, ...]:
    return (summary.address, summary.zh_url, summary.en_url)


def site_name(summary: BriefingSummary) -> str:
    """Return the web site that a briefing is from, without www; empty where it came from files."""
    for address in _addresses(summary):
        if address.startswith(("http://", "https://")):
            return urlsplit(address).netloc.rpartition("@")[2].removeprefix("www.")
    return ""


def _sorted(found: list[BriefingSummary], order: ListOrder) -> list[BriefingSummary]:
    if order in ("newest", "oldest"):
        dated = [one for one in found if one.date]
        dated.sort(key=lambda one: one.date or one.added_at.date(), reverse=order == "newest")
        return dated + [one for one in found if not one.date]
    if order == "doubtful":
        return sorted(found, key=lambda one: (-doubtful_share(one), -one.unreviewed))
    if order == "most":
        return sorted(found, key=lambda one: (-one.unreviewed, -doubtful_share(one)))
    return sorted(found, key=lambda one: (not one.unreviewed, one.unreviewed, -doubtful_share(one)))
