"""Addresses that earlier runs read, so that the next run need not fetch them again.

Keys are those of ``sites.page_key``. Whether an address led to a briefing is asked by
:meth:`.Store.has_address`.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from . import Store
from .read import utc
from .schema import VISIT
from .write import insert, now

FRESH = dt.timedelta(hours=24)
"""How long a list page that was read is used again by a resumed run."""


@dataclass(frozen=True, slots=True)
class ListEntry:
    """An entry of a list page: the address, and the date where the list states one."""

    url: str
    date: dt.date | None = None


def remember_briefing(store: Store, key: str, briefing_id: str) -> None:
    """Store to which briefing an address led that is not the address of its documents."""
    _put(store, key, {"briefing_id": briefing_id, "entries": []})


def remember_list(store: Store, key: str, entries: Iterable[ListEntry]) -> None:
    """Store the entries of a list page until the run is over."""
    rows = [[entry.url, entry.date.isoformat() if entry.date else None] for entry in entries]
    _put(store, key, {"briefing_id": None, "entries": rows})


def recent_list(
    store: Store, key: str, *, at: dt.datetime | None = None
) -> tuple[ListEntry, ...] | None:
    """Return the entries of a list page that was read in the last 24 hours, else ``None``.

    :param at: the time now.
    """
    query = sa.select(VISIT.c.entries, VISIT.c.at).where(
        VISIT.c.address == key, VISIT.c.briefing_id.is_(None)
    )
    with store.reading() as connection:
        row = connection.execute(query).first()
    if row is None or abs((at or now()) - utc(row.at)) > FRESH:  # the clock may be set back
        return None
    return tuple(
        ListEntry(url, dt.date.fromisoformat(date) if date else None) for url, date in row.entries
    )


def forget_lists(store: Store, keys: Sequence[str]) -> None:
    """Forget list pages at the end of a run, so that the next one sees what is new there."""
    if keys:
        with store.writing() as connection:
            connection.execute(
                VISIT.delete().where(VISIT.c.address.in_(keys), VISIT.c.briefing_id.is_(None))
            )


def _put(store: Store, key: str, values: dict[str, object]) -> None:
    with store.writing() as connection:
        values = {"at": now(), **values}
        connection.execute(
            insert(connection, VISIT)
            .values(address=key, **values)
            .on_conflict_do_update(index_elements=["address"], set_=values)
        )
