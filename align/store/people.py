"""Roles, assignments and presence of people; what a role allows is up to the review."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from ..errors import AbsentError, StoreError
from . import Store
from .engine import advisory_lock
from .read import utc
from .schema import ASSIGNMENT, BRIEFING, PERSON, PRESENCE
from .write import insert, lock, now


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom an admin gave a role."""

    name: str
    role: str
    added_at: dt.datetime


@dataclass(frozen=True, slots=True)
class PersonAccess:
    """What the store knows about one person at one briefing, in one view of the corpus.

    ``listed`` says whether anybody has a role at all; ``role`` is empty where this person has
    none; ``assigned`` are all people that the briefing is assigned to, by name.
    """

    listed: bool
    role: str
    assigned: tuple[str, ...]


Check = Callable[[Sequence[Person]], None]
"""Called with everyone as they would be after a change; raises where that may not be."""

PEOPLE = "people"
"""The lock under which one admin at a time changes roles."""


def people(store: Store) -> tuple[Person, ...]:
    """Return everyone who has a role, by name."""
    with store.reading() as connection:
        return _everyone(connection)


def _everyone(connection: sa.Connection) -> tuple[Person, ...]:
    rows = connection.execute(sa.select(PERSON).order_by(PERSON.c.name))
    return tuple(Person(row.name, row.role, utc(row.added_at)) for row in rows)


def put_person(store: Store, name: str, role: str, check: Check) -> bool:
    """Give a person a role; return whether the person is new."""
    with store.writing() as connection:
        advisory_lock(connection, PEOPLE)
        added = connection.execute(
            insert(connection, PERSON)
            .values(name=name, role=role, added_at=now())
            .on_conflict_do_nothing(index_elements=["name"])
            .returning(PERSON.c.name)
        )
        new = added.first() is not None
        if not new:
            connection.execute(PERSON.update().where(PERSON.c.name == name).values(role=role))
        check(_everyone(connection))
        return new


def drop_person(store: Store, name: str, check: Check) -> None:
    """Take a person's role and assignments away; the verdicts stay."""
    with store.writing() as connection:
        advisory_lock(connection, PEOPLE)
        gone = connection.execute(PERSON.delete().where(PERSON.c.name == name))
        connection.execute(ASSIGNMENT.delete().where(ASSIGNMENT.c.person == name))
        if not gone.rowcount:
            raise StoreError(
                f"{name}: nobody of that name has a role; 'align people list' shows all"
            )
        check(_everyone(connection))


def person_access(store: Store, name: str, briefing_id: str = "") -> PersonAccess:
    """Read what is known about a person at a briefing."""
    with store.reading() as connection:
        return read_access(connection, name, briefing_id)


def read_access(connection: sa.Connection, name: str, briefing_id: str) -> PersonAccess:
    """Read what is known about a person at a briefing, within a transaction."""
    assigned = sa.select(ASSIGNMENT.c.person).where(ASSIGNMENT.c.briefing_id == briefing_id)
    role = connection.execute(sa.select(PERSON.c.role).where(PERSON.c.name == name)).scalar()
    listed = role is not None or connection.execute(sa.select(PERSON.c.name).limit(1)).first()
    names = connection.execute(assigned.order_by(ASSIGNMENT.c.person)).scalars()
    return PersonAccess(bool(listed), role or "", tuple(names))


def assign(store: Store, briefing_id: str, names: Iterable[str]) -> None:
    """Make these people, and nobody else, the reviewers of a briefing; none: everybody.

    :raises AbsentError: when there is no such briefing.
    """
    rows = [{"briefing_id": briefing_id, "person": name, "at": now()} for name in sorted({*names})]
    with store.writing() as connection:
        lock(connection, briefing_id)
        there = sa.select(BRIEFING.c.id).where(BRIEFING.c.id == briefing_id)
        if connection.execute(there).first() is None:
            raise AbsentError(f"{briefing_id}: no such briefing; 'align show' lists them")
        connection.execute(ASSIGNMENT.delete().where(ASSIGNMENT.c.briefing_id == briefing_id))
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


def record_presence(store: Store, briefing_id: str, name: str, at: dt.datetime) -> None:
    """Store that a person is at a briefing."""
    with store.writing() as connection:
        connection.execute(
            insert(connection, PRESENCE)
            .values(briefing_id=briefing_id, person=name, at=at)
            .on_conflict_do_update(index_elements=["briefing_id", "person"], set_={"at": at})
        )


def present_since(
    store: Store, briefing_id: str, at: dt.datetime, until: dt.datetime
) -> tuple[str, ...]:
    """Return the people who were at a briefing at a time or later.

    :param until: and not after: a clock that was ahead would keep people here for ever.
    """
    query = sa.select(PRESENCE.c.person).where(
        PRESENCE.c.briefing_id == briefing_id, PRESENCE.c.at.between(at, until)
    )
    with store.reading() as connection:
        return tuple(sorted(connection.scalars(query)))
