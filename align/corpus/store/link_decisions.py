"""Links between words that people confirmed or rejected, one row of a briefing at a time.

Each decision is a new row with its author and time; the newest one about the same places of a bead
is valid.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, cast

import sqlalchemy as sa

from ...errors import N_, AlignError
from ...records import CharSpan, Sides
from .read import utc
from .schema import LINK_DECISION
from .write import check_storable, now

LinkVerdict = Literal["right", "wrong", "withdrawn"]

LONGEST_WORDS = 200
"""Maximum characters of the words of a link."""


@dataclass(frozen=True, slots=True)
class LinkDecision:
    """A decision about the link between some words of a bead.

    ``places`` are the spans of the words in the final texts of the bead, ``words`` the texts that
    were there. A withdrawn decision no longer has an effect.
    """

    briefing: str
    bead: str
    places: Sides[CharSpan]
    words: Sides[str]
    verdict: LinkVerdict
    author: str = ""
    at: dt.datetime | None = None

    @property
    def key(self) -> tuple[str, Sides[CharSpan], Sides[str]]:
        """What identifies the link that was decided about."""
        return self.bead, self.places, self.words


def put_decision(connection: sa.Connection, decision: LinkDecision) -> bool:
    """Store a decision; return false if the valid one about this link says the same.

    :raises AlignError: a side has no words, or too many.
    """
    for words in decision.words:
        if not words.strip() or len(words) > LONGEST_WORDS:
            raise AlignError(
                N_("a link needs 1 to {most} characters of each language"), most=LONGEST_WORDS
            )
    check_storable(decision.bead, *decision.words)
    valid = {one.key: one for one in _read(connection, [decision.briefing])}
    known = valid.get(decision.key)
    if (known.verdict if known else "withdrawn") == decision.verdict:
        return False
    row = {
        "briefing_id": decision.briefing,
        "bead": decision.bead,
        "zh_start": decision.places.zh[0],
        "zh_end": decision.places.zh[1],
        "en_start": decision.places.en[0],
        "en_end": decision.places.en[1],
        "zh": decision.words.zh,
        "en": decision.words.en,
        "verdict": decision.verdict,
        "author": decision.author,
        "at": now(),
    }
    connection.execute(LINK_DECISION.insert(), [row])
    return True


def read_decisions(
    connection: sa.Connection, briefings: Iterable[str] | None = None
) -> tuple[LinkDecision, ...]:
    """Return the valid decisions in some briefings, or in all; withdrawn ones are not valid."""
    found = _read(connection, briefings)
    return tuple(one for one in found if one.verdict != "withdrawn")


def _read(connection: sa.Connection, briefings: Iterable[str] | None) -> list[LinkDecision]:
    """Return the newest decision about each link."""
    query = sa.select(LINK_DECISION).order_by(LINK_DECISION.c.id)
    if briefings is not None:
        query = query.where(LINK_DECISION.c.briefing_id.in_([*briefings]))
    newest: dict[tuple[str, Sides[CharSpan], Sides[str]], LinkDecision] = {}
    for row in connection.execute(query):
        decision = LinkDecision(
            row.briefing_id,
            row.bead,
            Sides((row.zh_start, row.zh_end), (row.en_start, row.en_end)),
            Sides(row.zh, row.en),
            cast("LinkVerdict", row.verdict),
            row.author,
            utc(row.at),
        )
        newest[decision.key] = decision
    return list(newest.values())
