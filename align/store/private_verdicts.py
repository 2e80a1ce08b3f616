"""Briefings that two people review independently: the rows, and no rules.

In: an open store, a briefing, names. Out: :class:`DoubleReview` and entries. The verdicts of the two lie
apart from the rows under review and from each other; who may see and open them is decided in
:mod:`align.review.blind`.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from ..errors import StoreError
from ..records import Language, Sentence
from . import Store, read, write
from .records import BeadRow, Decision, HistoryEntry
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


def double_review_of(store: Store, briefing_id: str) -> DoubleReview | None:
    """Read the seal of a briefing, if it has one."""
    with store.reading() as connection:
        return _seal(connection, briefing_id)


def _seal(connection: sa.Connection, briefing_id: str) -> DoubleReview | None:
    row = connection.execute(
        sa.select(DOUBLE_REVIEW).where(DOUBLE_REVIEW.c.briefing_id == briefing_id)
    ).first()
    if row is None:
        return None
    opened = read.utc(row.opened_at) if row.opened_at else None
    return DoubleReview((row.first, row.second), read.utc(row.at), opened)


def start_double_review(store: Store, briefing_id: str, names: tuple[str, str]) -> None:
    """Seal a briefing for two people; what an earlier pair decided under a seal is dropped."""
    with store.writing() as connection:
        write.lock(connection, briefing_id)
        _drop(connection, briefing_id)
        connection.execute(
            DOUBLE_REVIEW.insert().values(
                briefing_id=briefing_id, first=names[0], second=names[1], at=write.now()
            )
        )


def cancel_double_review(store: Store, briefing_id: str) -> None:
    """Take a seal away with all that was decided under it."""
    with store.writing() as connection:
        write.lock(connection, briefing_id)
        _drop(connection, briefing_id)


def _drop(connection: sa.Connection, briefing_id: str) -> None:
    for table in (PRIVATE_VERDICT, DOUBLE_REVIEW):
        connection.execute(table.delete().where(table.c.briefing_id == briefing_id))


def mark_opened(store: Store, briefing_id: str) -> bool:
    """Mark a briefing as opened; say whether it was closed until now."""
    closed = (DOUBLE_REVIEW.c.briefing_id == briefing_id) & DOUBLE_REVIEW.c.opened_at.is_(None)
    with store.writing() as connection:
        write.lock(connection, briefing_id)
        opened = connection.execute(
            DOUBLE_REVIEW.update().where(closed).values(opened_at=write.now())
        )
        return bool(opened.rowcount)


def history(
    store: Store, briefing_id: str, names: Sequence[str], since: int = 0
) -> tuple[HistoryEntry, ...]:
    """Read what people decided under a seal after number ``since``, oldest first."""
    query = sa.select(PRIVATE_VERDICT).where(
        PRIVATE_VERDICT.c.briefing_id == briefing_id,
        PRIVATE_VERDICT.c.reviewer.in_(names),
        PRIVATE_VERDICT.c.seq > since,
    )
    with store.reading() as connection:
        rows = connection.execute(query.order_by(PRIVATE_VERDICT.c.seq))
        return tuple(map(read.entry, rows))


def find_entry(store: Store, op: str) -> HistoryEntry | None:
    """Find a decision under a seal by its key."""
    with store.reading() as connection:
        row = connection.execute(
            sa.select(PRIVATE_VERDICT).where(PRIVATE_VERDICT.c.op == op)
        ).first()
    return None if row is None else read.entry(row)


def _left(connection: sa.Connection, briefing_id: str, reviewer: str) -> dict[str, BeadRow]:
    """Give the rows as one of the two left them, by id."""
    rows = {row.id: row for row in read.bead_rows(connection, BEAD.c.briefing_id == briefing_id)}
    mine = sa.select(PRIVATE_VERDICT).where(
        PRIVATE_VERDICT.c.briefing_id == briefing_id, PRIVATE_VERDICT.c.reviewer == reviewer
    )
    for one in map(read.entry, connection.execute(mine.order_by(PRIVATE_VERDICT.c.seq))):
        for row in one.before:
            rows.pop(row.id, None)
        rows.update((row.id, row) for row in one.after)
    return rows


def decide(
    store: Store,
    briefing_id: str,
    decision: Decision,
    before: Sequence[BeadRow],
    after: Sequence[BeadRow],
    sentences: Mapping[Language, Sequence[Sentence]],
) -> HistoryEntry:
    """Write a decision under the seal; the rows under review stay as they are.

    A decision whose ``op`` is known was stored before, and its entry is given back.

    :raises StoreError: when the briefing is not sealed any more, or this person changed one of the
        rows in another tab.
    """
    with store.writing() as connection:
        write.lock(connection, briefing_id)
        known = sa.select(PRIVATE_VERDICT).where(PRIVATE_VERDICT.c.op == decision.op)
        for row in connection.execute(known):
            return read.entry(row)
        seal = _seal(connection, briefing_id)
        if seal is None or not seal.closed:
            raise StoreError("this briefing was opened a moment ago; look again")
        stored = _left(connection, briefing_id, decision.reviewer)
        write.check_unchanged(before, stored)
        at = write.now()
        for language, new in sentences.items():
            document_id = read.documents(connection, briefing_id)[language]
            write.put_sentences(connection, document_id, new)
        stamped = write.stamped(after, stored, decision.reviewer, at)
        seq = write.put_verdict(
            connection, briefing_id, decision, before, stamped, at, table=PRIVATE_VERDICT
        )
    return HistoryEntry(seq, briefing_id, at, decision, tuple(before), stamped)
