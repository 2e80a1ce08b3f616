"""People: roles, assignments, and the private verdicts of double reviews.

:mod:`align.corpus.review` defines the rights of a role, and who may see and open private verdicts.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from ...errors import N_, StoreError
from . import Store, read, transact
from .read import utc
from .records import HistoryEntry
from .schema import ALIGNMENT, ASSIGNMENT, DOUBLE_REVIEW, PERSON, PRIVATE_VERDICT
from .write import lock, now, upsert


@dataclass(frozen=True, slots=True)
class PersonAccess:
    """The stored access of one person to one briefing, read in one transaction.

    ``listed`` tells whether any person has a role; ``role`` is empty if this person has no role.
    ``assigned`` are the names of all people assigned to the briefing, sorted.
    """

    listed: bool
    role: str
    assigned: tuple[str, ...]


def roles(store: Store) -> dict[str, str]:
    """Return the role of everyone who has one, by name."""
    query = sa.select(PERSON.c.name, PERSON.c.role).order_by(PERSON.c.name)
    with store.reading() as connection:
        return {name: role for name, role in connection.execute(query)}


def put_person(store: Store, name: str, role: str) -> None:
    """Give a person a role, in place of the one that they have."""
    with store.writing() as connection:
        upsert(connection, PERSON, {"name": name}, role=role, added_at=now())


def drop_person(store: Store, name: str) -> None:
    """Take a person's role and assignments away; the verdicts stay."""
    with store.writing() as connection:
        gone = connection.execute(PERSON.delete().where(PERSON.c.name == name))
        connection.execute(ASSIGNMENT.delete().where(ASSIGNMENT.c.person == name))
        if not gone.rowcount:
            raise StoreError(
                N_("{name}: no person of this name has a role; run 'align people list' for a list"),
                name=name,
            )


def read_access(connection: sa.Connection, name: str, briefing_id: str = "") -> PersonAccess:
    """Return the access of a person to a briefing, read within a transaction."""
    assigned = sa.select(ASSIGNMENT.c.person).where(ASSIGNMENT.c.briefing_id == briefing_id)
    role = connection.execute(sa.select(PERSON.c.role).where(PERSON.c.name == name)).scalar()
    listed = role is not None or connection.execute(sa.select(PERSON.c.name).limit(1)).first()
    names = connection.execute(assigned.order_by(ASSIGNMENT.c.person)).scalars()
    return PersonAccess(bool(listed), role or "", tuple(names))


person_access = transact(read_access)


def assign(store: Store, briefing_id: str, names: Iterable[str]) -> None:
    """Make these people the only reviewers of a briefing; without names, anyone can review it.

    This ends a closed double review of the briefing.
    """
    rows = [{"briefing_id": briefing_id, "person": name, "at": now()} for name in sorted({*names})]
    with store.writing() as connection:
        lock(connection, briefing_id)
        read.documents(connection, briefing_id)
        connection.execute(ASSIGNMENT.delete().where(ASSIGNMENT.c.briefing_id == briefing_id))
        connection.execute(DOUBLE_REVIEW.delete().where(read.is_closed(briefing_id)))
        if rows:
            connection.execute(ASSIGNMENT.insert(), rows)


def assignments(store: Store) -> dict[str, tuple[str, ...]]:
    """Return the people that each briefing is assigned to, by name."""
    names: dict[str, tuple[str, ...]] = {}
    query = sa.select(ASSIGNMENT).order_by(ASSIGNMENT.c.briefing_id, ASSIGNMENT.c.person)
    with store.reading() as connection:
        for row in connection.execute(query):
            names[row.briefing_id] = (*names.get(row.briefing_id, ()), row.person)
    return names


@dataclass(frozen=True, slots=True)
class DoubleReview:
    """Who reviews a briefing independently, since when, and whether they do not see each other."""

    names: tuple[str, str]
    at: dt.datetime
    closed: bool


def _double_review(connection: sa.Connection, briefing_id: str) -> DoubleReview | None:
    """Return the double review of a briefing, open or closed, if there is one."""
    query = sa.select(DOUBLE_REVIEW).where(DOUBLE_REVIEW.c.briefing_id == briefing_id)
    if (row := connection.execute(query).first()) is None:
        return None
    return DoubleReview((row.first, row.second), utc(row.at), closed=row.opened_at is None)


read_double_review = transact(_double_review)


@dataclass(frozen=True, slots=True)
class ReviewSnapshot:
    """The data that a review session reads before it acts, in one transaction.

    ``entries`` are the verdicts of the briefing; while a double review is closed, its two
    reviewers get their own private verdicts instead, and ``private`` is true. ``answered`` is the
    private verdict that the same request produced before. ``aligned_at`` changes if the briefing
    is re-added or realigned, and is ``None`` if it was removed.
    """

    double_review: DoubleReview | None
    access: PersonAccess
    entries: tuple[HistoryEntry, ...]
    private: bool
    answered: HistoryEntry | None
    aligned_at: dt.datetime | None


def read_snapshot(
    store: Store, briefing_id: str, reviewer: str, *, since: int = 0, op: str = ""
) -> ReviewSnapshot:
    """Read reviewers and verdicts of a briefing and a person's rights, in one transaction.

    :param since: only verdicts after this number.
    :param op: the key of a request that a private verdict may have answered already.
    """
    with store.reading() as connection:
        double = _double_review(connection, briefing_id)
        private = double is not None and double.closed and reviewer in double.names
        entries = read.history(connection, briefing_id, since, (reviewer,) if private else ())
        access = read_access(connection, reviewer, briefing_id)
        known = read.entry_of(connection, op, PRIVATE_VERDICT) if double and op else None
        mine = (ALIGNMENT.c.briefing_id == briefing_id) & ALIGNMENT.c.current
        at = connection.execute(sa.select(ALIGNMENT.c.made_at).where(mine)).scalar()
        return ReviewSnapshot(double, access, entries, private, known, at)


def start_double_review(store: Store, briefing_id: str, names: tuple[str, str]) -> None:
    """Start a double review; private decisions of an earlier pair are deleted."""
    with store.writing() as connection:
        lock(connection, briefing_id)
        for table in (PRIVATE_VERDICT, DOUBLE_REVIEW):
            connection.execute(table.delete().where(table.c.briefing_id == briefing_id))
        values = {"briefing_id": briefing_id, "first": names[0], "second": names[1], "at": now()}
        connection.execute(DOUBLE_REVIEW.insert().values(**values))


def mark_opened(store: Store, briefing_id: str) -> None:
    """Mark a double review as opened, if it is closed."""
    opened = DOUBLE_REVIEW.update().where(read.is_closed(briefing_id)).values(opened_at=now())
    with store.writing() as connection:
        lock(connection, briefing_id)
        connection.execute(opened)
