"""Term base of a corpus: which renderings of a Chinese term are approved, forbidden or proposed.

Each change is a new row with its author and time, so the history of a term is never lost, and the
newest row of a pair of texts is valid.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

import sqlalchemy as sa

from . import Store
from .read import utc
from .schema import TERM_DECISION
from .write import check_storable, now

TermStatus = Literal["approved", "forbidden", "proposed"]
TERM_STATUSES: tuple[TermStatus, ...] = get_args(TermStatus)

REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class TermEntry:
    """One English rendering of a Chinese term, and what was decided about it."""

    zh: str
    en: str
    status: TermStatus = "approved"
    note: str = ""

    @property
    def texts(self) -> tuple[str, str]:
        """The Chinese term and its rendering, which identify the entry."""
        return self.zh, self.en


@dataclass(frozen=True, slots=True)
class TermDecision:
    """One entry in the history of a term; ``entry`` is ``None`` if the rendering was removed."""

    zh: str
    en: str
    entry: TermEntry | None
    author: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class TermChanges:
    """How many entries a call added, changed and removed; the others were as they are."""

    added: int = 0
    changed: int = 0
    removed: int = 0


def read_terms(store: Store) -> tuple[TermEntry, ...]:
    """Return the valid entries, sorted by Chinese term and rendering."""
    with store.reading() as connection:
        return tuple(_read(connection).values())


def count_term_decisions(store: Store) -> int:
    """Return how many decisions the term base has; a larger number means a newer state."""
    query = sa.select(sa.func.count()).select_from(TERM_DECISION)
    with store.reading() as connection:
        return int(connection.execute(query).scalar_one())


def read_term_decisions(store: Store, most: int) -> tuple[TermDecision, ...]:
    """Return at most so many decisions about terms, the newest first."""
    query = sa.select(TERM_DECISION).order_by(TERM_DECISION.c.id.desc()).limit(most)
    with store.reading() as connection:
        return tuple(
            TermDecision(row.zh, row.en, _entry(row), row.author, utc(row.at))
            for row in connection.execute(query)
        )


def put_terms(
    store: Store,
    entries: Iterable[TermEntry],
    author: str,
    *,
    removed: Iterable[tuple[str, str]] = (),
) -> TermChanges:
    """Add or change entries, and remove others, in one transaction.

    :param removed: Chinese term and rendering of each entry to remove.
    :return: the numbers of real changes; an entry that is there already adds no row.
    :raises StoreError: a text has a character that no store can hold.
    """
    entries = tuple(entries)
    for entry in entries:
        check_storable(repr(entry.zh), entry.zh, entry.en, entry.note)
    with store.writing() as connection:
        there = _read(connection)
        rows, added, changed = [], 0, 0
        for entry in {one.texts: one for one in entries}.values():
            known = there.get(entry.texts)
            if known == entry:
                continue
            if known is None:
                added += 1
            else:
                changed += 1
            rows.append(_row(entry.texts, entry.status, entry.note, author))
        gone = [texts for texts in dict.fromkeys(removed) if texts in there]
        rows += [_row(texts, REMOVED, "", author) for texts in gone]
        if rows:
            connection.execute(TERM_DECISION.insert(), rows)
    return TermChanges(added, changed, len(gone))


def _row(texts: tuple[str, str], status: str, note: str, author: str) -> dict[str, object]:
    zh, en = texts
    return {"zh": zh, "en": en, "status": status, "note": note, "author": author, "at": now()}


def _read(connection: sa.Connection) -> dict[tuple[str, str], TermEntry]:
    """Return the valid entries by their texts, sorted."""
    valid: dict[tuple[str, str], TermEntry] = {}
    for row in connection.execute(sa.select(TERM_DECISION).order_by(TERM_DECISION.c.id)):
        entry = _entry(row)
        if entry is None:
            valid.pop((row.zh, row.en), None)
        else:
            valid[entry.texts] = entry
    return dict(sorted(valid.items()))


def _entry(row: sa.Row[tuple[object, ...]]) -> TermEntry | None:
    if row.status == REMOVED:
        return None
    return TermEntry(row.zh, row.en, row.status, row.note)
