"""Briefings that two people review independently: the rows, and no rules.

In: an open store, a briefing, names. Out: :class:`Seal` and entries. The verdicts of the two lie
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
from .schema import BEAD, SEAL, SEALED_VERDICT


@dataclass(frozen=True, slots=True)
class Seal:
    """Who reviews a briefing independently, since when, and when it was opened, if it was."""

    names: tuple[str, str]
    at: dt.datetime
    opened_at: dt.datetime | None = None

    @property
    def closed(self) -> bool:
        """Whether the two do not see each other yet."""
        return self.opened_at is None


def seal_of(store: Store, briefing_id: str) -> Seal | None:
    """Read the seal of a briefing, if it has one."""
    with store.reading() as connection:
        return _seal(connection, briefing_id)


def _seal(connection: sa.Connection, briefing_id: str) -> Seal | None:
    row = connection.execute(sa.select(SEAL).where(SEAL.c.briefing_id == briefing_id)).first()
    if row is None:
        return None
    opened = read.utc(row.opened_at) if row.opened_at else None
    return Seal((row.first, row.second), read.utc(row.at), opened)


def put_seal(store: Store, briefing_id: str, names: tuple[str, str]) -> None:
    """Seal a briefing for two people; what an earlier pair decided under a seal is dropped."""
    with store.writing() as connection:
        write.lock(connection, briefing_id)
        _drop(connection, briefing_id)
        connection.execute(
            SEAL.insert().values(
                briefing_id=briefing_id, first=names[0], second=names[1], at=write.now()
            )
        )


def drop_seal(store: Store, briefing_id: str) -> None:
    """Take a seal away with all that was decided under it."""
    with store.writing() as connection:
        write.lock(connection, briefing_id)
        _drop(connection, briefing_id)


def _drop(connection: sa.Connection, briefing_id: str) -> None:
    for table in (SEALED_VERDICT, SEAL):
        connection.execute(table.delete().where(table.c.briefing_id == briefing_id))


def open_seal(store: Store, briefing_id: str) -> bool:
    """Mark a briefing as opened; say whether it was closed until now."""
    closed = (SEAL.c.briefing_id == briefing_id) & SEAL.c.opened_at.is_(None)
    with store.writing() as connection:
        write.lock(connection, briefing_id)
        opened = connection.execute(SEAL.update().where(closed).values(opened_at=write.now()))
        return bool(opened.rowcount)


def history(
    store: Store, briefing_id: str, names: Sequence[str], since: int = 0
) -> tuple[HistoryEntry, ...]:
    """Read what people decided under a seal after number ``since``, oldest first."""
    query = sa.select(SEALED_VERDICT).where(
        SEALED_VERDICT.c.briefing_id == briefing_id,
        SEALED_VERDICT.c.reviewer.in_(names),
        SEALED_VERDICT.c.seq > since,
    )
    with store.reading() as connection:
        rows = connection.execute(query.order_by(SEALED_VERDICT.c.seq))
        return tuple(map(read.entry, rows))


def entry_of(store: Store, op: str) -> HistoryEntry | None:
    """Find a decision under a seal by its key."""
    with store.reading() as connection:
        row = connection.execute(sa.select(SEALED_VERDICT).where(SEALED_VERDICT.c.op == op)).first()
    return None if row is None else read.entry(row)


def _left(connection: sa.Connection, briefing_id: str, reviewer: str) -> dict[str, BeadRow]:
    """Give the rows as one of the two left them, by id."""
    rows = {row.id: row for row in read.bead_rows(connection, BEAD.c.briefing_id == briefing_id)}
    mine = sa.select(SEALED_VERDICT).where(
        SEALED_VERDICT.c.briefing_id == briefing_id, SEALED_VERDICT.c.reviewer == reviewer
    )
    for one in map(read.entry, connection.execute(mine.order_by(SEALED_VERDICT.c.seq))):
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
        known = sa.select(SEALED_VERDICT).where(SEALED_VERDICT.c.op == decision.op)
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
            connection, briefing_id, decision, before, stamped, at, table=SEALED_VERDICT
        )
    return HistoryEntry(seq, briefing_id, at, decision, tuple(before), stamped)
