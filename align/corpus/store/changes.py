"""Log of what people changed about a briefing apart from its rows: facts and settled conflicts."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

import sqlalchemy as sa

from ...errors import N_, AbsentError
from . import Store, transact
from .read import utc
from .schema import BRIEFING_CHANGE, CONFLICT
from .write import log_change

ChangeAction = Literal["describe", "settle-conflict", "reopen-conflict"]


@dataclass(frozen=True, slots=True)
class BriefingChange:
    """One change: who made it, when, and the values before and after.

    Facts are listed by name, with an empty value for one that was or is unset. A conflict is
    ``{"conflict": id}`` in ``after``. ``reviewer`` is empty if a program made the change.
    """

    id: int
    briefing: str
    reviewer: str
    at: dt.datetime
    action: ChangeAction
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def _read_changes(
    connection: sa.Connection, where: sa.ColumnElement[bool]
) -> tuple[BriefingChange, ...]:
    query = sa.select(BRIEFING_CHANGE).where(where).order_by(BRIEFING_CHANGE.c.id.desc())
    return tuple(
        BriefingChange(
            row.id,
            row.briefing_id,
            row.reviewer,
            utc(row.at),
            cast("ChangeAction", row.action),
            row.before,
            row.after,
        )
        for row in connection.execute(query)
    )


_read_some = transact(_read_changes)


def list_changes(store: Store, briefing: str = "") -> tuple[BriefingChange, ...]:
    """Return the changes of a briefing, or of all, the newest first."""
    where = BRIEFING_CHANGE.c.briefing_id == briefing if briefing else sa.true()
    return _read_some(store, where)


def find_change(store: Store, number: int) -> BriefingChange:
    """Return a change; raise if there is none of this number."""
    for change in _read_some(store, BRIEFING_CHANGE.c.id == number):
        return change
    raise AbsentError(N_("{number}: no such change"), number=number)


def _briefing_of(connection: sa.Connection, conflict: int) -> str:
    query = sa.select(CONFLICT.c.briefing_id).where(CONFLICT.c.id == conflict)
    briefing = connection.execute(query).scalar()
    if briefing is None:
        raise AbsentError(N_("{conflict}: no such conflict"), conflict=conflict)
    return str(briefing)


find_briefing_of_conflict = transact(_briefing_of)


def _mark_conflict(
    connection: sa.Connection, conflict: int, reviewer: str, *, settled: bool
) -> None:
    mine = (CONFLICT.c.id == conflict) & (CONFLICT.c.settled != settled)
    if connection.execute(CONFLICT.update().where(mine).values(settled=settled)).rowcount:
        action: ChangeAction = "settle-conflict" if settled else "reopen-conflict"
        briefing = _briefing_of(connection, conflict)
        log_change(connection, briefing, reviewer, action, {}, {"conflict": conflict})


mark_conflict = transact(_mark_conflict, "writing")
