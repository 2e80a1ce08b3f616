"""Read a database of an older version as if it had the tables of this one, and change nothing.

In: an engine. Out: the same engine, whose queries see an empty table, or a column of nulls, where
the database has none. The queries say so themselves (``WITH person AS (...)``), so that neither
rights nor temporary tables are needed, and a standby server will do.
"""

import re
from collections.abc import Iterator, Mapping

import sqlalchemy as sa

from ..errors import StoreError
from .schema import ASSIGNMENT, DOUBLE_REVIEW, METADATA, PERSON, PRESENCE, PRIVATE_VERDICT, VISIT

EMPTY = frozenset(
    table.name for table in (PERSON, ASSIGNMENT, PRESENCE, VISIT, DOUBLE_REVIEW, PRIVATE_VERDICT)
)
"""Tables that mean the same empty as missing. What a search index holds would not be among them."""


def hide_gaps(engine: sa.Engine, why: str) -> None:
    """Let every query see what the database lacks as empty.

    :param why: what to raise, where something is missing that readers cannot do without.
    :raises StoreError: with those words.
    """
    found = dict(_gaps(engine, why))

    def before(
        _connection: object, _cursor: object, statement: str, parameters: object, *_: object
    ) -> tuple[str, object]:
        return _with(found, statement), parameters

    sa.event.listen(engine, "before_cursor_execute", before, retval=True)


def _gaps(engine: sa.Engine, why: str) -> Iterator[tuple[str, str]]:
    """Yield what is missing: the name of a table, and a query that stands for it."""
    inspector = sa.inspect(engine)
    for table in METADATA.sorted_tables:
        there = (
            {column["name"] for column in inspector.get_columns(table.name)}
            if (inspector.has_table(table.name))
            else set()
        )
        lost = [column for column in table.columns if column.name not in there]
        if not lost:
            continue
        if not there and table.name not in EMPTY:
            raise StoreError(why)
        if there and not all(column.nullable for column in lost):
            raise StoreError(why)
        made = sa.select(*(sa.cast(sa.null(), column.type).label(column.name) for column in lost))
        query = made.where(sa.false()) if not there else made.add_columns(sa.text("old.*"))
        text = str(query.compile(engine))
        yield table.name, text if not there else f"{text} FROM {table.name} AS old"


def _with(found: Mapping[str, str], statement: str) -> str:
    """Put the queries that stand for missing tables before a query that names them."""
    used = [
        f"{name} AS ({query})"
        for name, query in found.items()
        if re.search(rf"\b{name}\b", statement)
    ]
    if not used or not statement.lstrip().upper().startswith("SELECT"):
        return statement
    return f"WITH {', '.join(used)} {statement}"
