"""Copies of a corpus between databases: a folder to PostgreSQL and back.

Rows are streamed inside one transaction on either side and compared, by number and checksum,
before the copy becomes visible. A copy that does not agree is rolled back.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ..errors import StoreError
from . import Store
from .engine import CARD
from .read import utc
from .schema import METADATA

BATCH = 64
"""Rows in memory at a time: pages may have 20 MB each, but nearly all have less than 0.2."""

_BITS = 1 << 256


@dataclass(frozen=True, slots=True)
class TableSum:
    """How many rows a table has, and a checksum over them in any order."""

    table: str
    rows: int
    checksum: str


def copy(source: Store, target: Store) -> tuple[TableSum, ...]:
    """Copy every row and compare.

    :return: the sums of every table, the same for source and target.
    :raises StoreError: the target holds something, a database cannot hold a text of the other
        (PostgreSQL knows no zero character), or what arrived is not what was sent.
    """
    with source.snapshot() as reader, target.writing() as writer:
        for table in METADATA.sorted_tables:
            if writer.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first():
                raise StoreError(f"{target.name}: holds a corpus already; name an empty place")
        sums = tuple(_copy_table(reader, writer, table) for table in METADATA.sorted_tables)
        for sent in sums:
            arrived = table_sum(writer, METADATA.tables[sent.table])
            if sent != arrived:
                raise StoreError(
                    f"{target.name}: {arrived.rows} rows of table {sent.table} arrived of "
                    f"{sent.rows}, or with other values; nothing was kept"
                )
        _set_sequences(writer)
    return sums


def copy_card(source: Path, target: Path) -> None:
    """Copy the corpus' card from folder to folder."""
    card = source / CARD
    if card.is_file():
        (target / CARD).write_bytes(card.read_bytes())


def table_sums(store: Store) -> tuple[TableSum, ...]:
    """Return the checksums of a corpus: equal ones mean equal corpora."""
    with store.snapshot() as connection:
        return tuple(table_sum(connection, table) for table in METADATA.sorted_tables)


def table_sum(connection: sa.Connection, table: sa.Table) -> TableSum:
    """Return the checksum of one table."""
    return _sum_of(table, _batches(connection, table))


def _copy_table(reader: sa.Connection, writer: sa.Connection, table: sa.Table) -> TableSum:
    def copied() -> Iterator[list[dict[str, Any]]]:
        for rows in _batches(reader, table):
            writer.execute(table.insert(), rows)
            yield rows

    return _sum_of(table, copied())


def _sum_of(table: sa.Table, batches: Iterable[list[dict[str, Any]]]) -> TableSum:
    total, count = 0, 0
    for rows in batches:
        total, count = total + sum(map(_row_sum, rows)), count + len(rows)
    return TableSum(table.name, count, f"{total % _BITS:064x}")


def _batches(connection: sa.Connection, table: sa.Table) -> Iterator[list[dict[str, Any]]]:
    query = sa.select(table).execution_options(yield_per=BATCH)
    for part in connection.execute(query).mappings().partitions(BATCH):
        yield [
            {
                name: utc(value) if isinstance(value, dt.datetime) else value
                for name, value in row.items()
            }
            for row in part
        ]


def _row_sum(row: dict[str, Any]) -> int:
    """Return a row as a number: databases sort rows differently, and a sum has no order."""
    line = json.dumps([row[name] for name in sorted(row)], sort_keys=True, default=_as_text)
    return int.from_bytes(hashlib.sha256(line.encode()).digest())


def _as_text(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, (bytes, memoryview)):
        return hashlib.sha256(value).hexdigest()
    return str(value)


def _set_sequences(connection: sa.Connection) -> None:
    """Let PostgreSQL number new rows after the copied ones, as SQLite does."""
    if connection.dialect.name != "postgresql":
        return
    for table in METADATA.sorted_tables:
        keys = list(table.primary_key.columns)
        if len(keys) == 1 and isinstance(keys[0].type, sa.Integer) and not keys[0].foreign_keys:
            sequence = sa.func.pg_get_serial_sequence(table.name, keys[0].name)
            last = connection.execute(sa.select(sa.func.max(keys[0]))).scalar()
            connection.execute(sa.select(sa.func.setval(sequence, last or 1, last is not None)))
