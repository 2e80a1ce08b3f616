"""Double reviews: the verdicts of two people who review a briefing independently of each other.

Their verdicts lie apart from the rows under review and from each other;
:mod:`align.review.double_review` decides who may see and open them.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from ..errors import StoreError
from ..records import Language, Sentence
from . import Store, read, write
from .people import PersonAccess, read_access
from .records import BeadRow, Decision, HistoryEntry, replay
from .schema import BEAD, DOUBLE_REVIEW, PRIVATE_VERDICT


@dataclass(frozen=True, slots=True)
class DoubleReview:
    """Who reviews a briefing independently, since when, and when it was opened, if it was."""

    names: tuple[str, str]
    at: dt.datetime
    opened_at: dt.datetime | None = None

    @property
    def closed(self) -> bool:
        """Whether the two do not see each other yet."""
        return self.opened_at is None


def read_double_review(store: Store, briefing_id: str) -> DoubleReview | None:
    """Return the double review of a briefing, open or closed, if there is one."""
    with store.reading() as connection:
        return _double_review(connection, briefing_id)


def _double_review(connection: sa.Connection, briefing_id: str) -> DoubleReview | None:
    row = connection.execute(
        sa.select(DOUBLE_REVIEW).where(DOUBLE_REVIEW.c.briefing_id == briefing_id)
    ).first()
    if row is None:
        return None
    opened = read.utc(row.opened_at) if row.opened_at else None
    return DoubleReview((row.first, row.second), read.utc(row.at), opened)


@dataclass(frozen=True, slots=True)
class ReviewSnapshot:
    """What a review session reads before it acts, in one view of the corpus.

    ``entries`` are the verdicts of the briefing; while a double review is closed, its two
    reviewers get their own private verdicts instead, and ``private`` is true. ``answered`` is the
    private verdict that a request led to before.
    """

    double_review: DoubleReview | None
    access: PersonAccess
    entries: tuple[HistoryEntry, ...]
    private: bool
    answered: HistoryEntry | None = None


def read_snapshot(
    store: Store, briefing_id: str, reviewer: str, *, since: int = 0, op: str = ""
) -> ReviewSnapshot:
    """Read who reviews a briefing, what a person may do, and what was decided: one transaction.

    :param since: only verdicts after this number.
    :param op: the key of a request that may have been answered with a private verdict.
    """
    with store.reading() as connection:
        double = _double_review(connection, briefing_id)
        private = double is not None and double.closed and reviewer in double.names
        entries = (
            _history(connection, briefing_id, (reviewer,), since)
            if private
            else read.history(connection, briefing_id, since)
        )
        return ReviewSnapshot(
            double,
            read_access(connection, reviewer, briefing_id),
            entries,
            private,
            read.entry_of(connection, op, PRIVATE_VERDICT) if double and op else None,
        )


def start_double_review(store: Store, briefing_id: str, names: tuple[str, str]) -> None:
    """Begin a double review; what an earlier pair decided privately is dropped."""
    with store.writing() as connection:
        write.lock(connection, briefing_id)
        _drop(connection, briefing_id)
        connection.execute(
            DOUBLE_REVIEW.insert().values(
                briefing_id=briefing_id, first=names[0], second=names[1], at=write.now()
            )
        )


def cancel_double_review(store: Store, briefing_id: str) -> None:
    """Take a double review away with all of its private verdicts."""
    with store.writing() as connection:
        write.lock(connection, briefing_id)
        _drop(connection, briefing_id)


def _drop(connection: sa.Connection, briefing_id: str) -> None:
    for table in (PRIVATE_VERDICT, DOUBLE_REVIEW):
        connection.execute(table.delete().where(table.c.briefing_id == briefing_id))


def mark_opened(store: Store, briefing_id: str) -> None:
    """Mark a double review as opened, if it is closed."""
    closed = (DOUBLE_REVIEW.c.briefing_id == briefing_id) & DOUBLE_REVIEW.c.opened_at.is_(None)
    opened = DOUBLE_REVIEW.update().where(closed).values(opened_at=write.now())
    with store.writing() as connection:
        write.lock(connection, briefing_id)
        connection.execute(opened)


def read_private_history(
    store: Store, briefing_id: str, names: Sequence[str]
) -> tuple[HistoryEntry, ...]:
    """Return the private verdicts of people, oldest first."""
    with store.reading() as connection:
        return _history(connection, briefing_id, names)


def _history(
    connection: sa.Connection, briefing_id: str, names: Sequence[str], since: int = 0
) -> tuple[HistoryEntry, ...]:
    query = sa.select(PRIVATE_VERDICT).where(
        PRIVATE_VERDICT.c.briefing_id == briefing_id,
        PRIVATE_VERDICT.c.reviewer.in_(names),
        PRIVATE_VERDICT.c.seq > since,
    )
    return tuple(map(read.entry, connection.execute(query.order_by(PRIVATE_VERDICT.c.seq))))


def decide(
    store: Store,
    briefing_id: str,
    decision: Decision,
    before: Sequence[BeadRow],
    after: Sequence[BeadRow],
    sentences: Mapping[Language, Sequence[Sentence]],
) -> HistoryEntry:
    """Write a private verdict; the rows under review stay as they are.

    A decision whose ``op`` is known was stored before; its entry is returned.

    :raises StoreError: when the double review is no longer closed, or this person changed one of
        the rows in another tab.
    """
    with store.writing() as connection:
        write.lock(connection, briefing_id)
        if known := read.entry_of(connection, decision.op, PRIVATE_VERDICT):
            return known
        double = _double_review(connection, briefing_id)
        if double is None or not double.closed:
            raise StoreError("this briefing was opened a moment ago; look again")
        rows = read.bead_rows(connection, BEAD.c.briefing_id == briefing_id)
        own = replay(rows, _history(connection, briefing_id, (decision.reviewer,)))
        return write.put_decision(
            connection,
            briefing_id,
            decision,
            before,
            after,
            sentences,
            stored={row.id: row for row in own},
            table=PRIVATE_VERDICT,
        )
