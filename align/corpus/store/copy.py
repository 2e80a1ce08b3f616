"""Copies of a corpus: backups, their restoration, a folder to PostgreSQL and back.

A backup is SQLite's own, of one unchanging view of a database in use. From database to database
rows are streamed in one transaction on either side and compared, by number and checksum, before
the copy becomes visible.
"""

import datetime as dt
import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ...errors import N_, Message, StoreError
from ...files import hidden_folder
from . import Store
from .engine import CARD, DATABASE, database_url, has_corpus, is_free, make_engine
from .open import (
    is_new,
    make_tables,
    new_corpus_id,
    place_finished,
    take_lock,
    translate_opening,
    write_card,
)
from .read import utc
from .schema import METADATA
from .write import check_storable

BATCH = 64  # rows in memory at a time: pages may have 20 MB each, but nearly all have less than 0.2


@dataclass(frozen=True, slots=True)
class TableSum:
    """How many rows a table has, and a checksum over them in any order."""

    table: str
    rows: int
    checksum: str


def copy(source: Store, target: Store) -> tuple[TableSum, ...]:
    """Copy every row; return the sums of every table, which are equal in source and target.

    :raises StoreError: the target is not empty, cannot store a text of the source (PostgreSQL does
        not support U+0000), or the copied rows differ from the source.
    """
    with source.reading() as reader, target.writing() as writer:
        make_tables(writer)  # those of a new database become visible with the rows
        for table in METADATA.sorted_tables:
            if writer.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first():
                raise StoreError(
                    N_("{name}: already contains a corpus; name an empty folder or database"),
                    name=target.name,
                )
        sums = tuple(table_sum(reader, table, writer) for table in METADATA.sorted_tables)
        for sent in sums:
            arrived = table_sum(writer, METADATA.tables[sent.table])
            if sent != arrived:
                raise StoreError(
                    N_(
                        "{name}: table {table} was not copied exactly ({rows} of {expected} "
                        "rows); nothing was kept"
                    ),
                    name=target.name,
                    rows=arrived.rows,
                    table=sent.table,
                    expected=sent.rows,
                )
        _set_sequences(writer)
    return sums


def copy_to(source: Store, location: str) -> tuple[TableSum, ...]:
    """Copy every row to a folder or a PostgreSQL URL, which holds nothing if it is interrupted.

    :raises StoreError: as :func:`copy`.
    """
    if "://" in location:
        url = database_url(location)
        name = url.render_as_string(hide_password=True)
        engine = make_engine(url)
        with Store(engine, name) as new, translate_opening(name, folder=None):
            if is_new(engine):
                return copy(source, new)
    folder = Path(location)
    if "://" in location or has_corpus(folder):
        with Store.open(location, create=True) as target:
            return copy(source, target)
    if not is_free(folder):
        raise StoreError(N_("{target}: already exists; name a new folder"), target=folder)
    with _new_corpus(folder) as made:
        with Store.open(made, create=True) as target:
            sums = copy(source, target)
        write_card(made, folder.name)
        if source.engine.dialect.name == "sqlite":
            copy_card(Path(source.name), made)
    return sums


def copy_card(source: Path, target: Path) -> None:
    """Copy the corpus' card from folder to folder."""
    card = source / CARD
    if card.is_file():
        (target / CARD).write_bytes(card.read_bytes())


def table_sums(store: Store) -> tuple[TableSum, ...]:
    """Return the checksums of a corpus: equal ones mean equal corpora."""
    with store.reading() as connection:
        return tuple(table_sum(connection, table) for table in METADATA.sorted_tables)


def table_sum(
    connection: sa.Connection, table: sa.Table, copy_to: sa.Connection | None = None
) -> TableSum:
    """Return the checksum of one table, whose rows may be copied on the way."""
    total = 0
    count = 0
    query = sa.select(table).execution_options(yield_per=BATCH)
    for part in connection.execute(query).mappings().partitions(BATCH):
        rows = [_with_utc(row) for row in part]
        if copy_to is not None:
            for row in rows:
                _check_row(table, row)
            copy_to.execute(table.insert(), rows)
        total += sum(map(_row_sum, rows))
        count += len(rows)
    return TableSum(table.name, count, f"{total % (1 << 256):064x}")


def _with_utc(row: sa.RowMapping) -> dict[str, Any]:
    """Return the values of a row by column, with times in UTC."""
    values = dict(row)
    for column, value in row.items():
        if isinstance(value, dt.datetime):
            values[column] = utc(value)
    return values


def _check_row(table: sa.Table, row: dict[str, Any]) -> None:
    """Raise if a row holds a character that PostgreSQL cannot store, with its place."""
    key = "/".join(str(row[column.name]) for column in table.primary_key.columns)
    briefing = row.get("briefing_id", "")
    place = " ".join(filter(None, (str(briefing), table.name, key)))
    check_storable(place, *(value for value in row.values() if isinstance(value, str)))


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


def backup(store: Store, target: Path) -> tuple[TableSum, ...]:
    """Copy a corpus into a new folder, itself a corpus; return the rows of its tables."""
    if store.engine.dialect.name != "sqlite":
        others = Message(N_("pg_dump (docs/howto/server.md), or 'align copy' into a folder"))
        raise StoreError(
            N_("{name}: a PostgreSQL corpus is not backed up this way; use {others}"),
            name=store.name,
            others=others,
        )
    if not is_free(target):
        raise StoreError(N_("{target}: already exists; name a new folder"), target=target)
    if target.resolve().is_relative_to(Path(store.name).resolve()):
        raise StoreError(
            N_(
                "{target}: is inside the corpus folder and would be lost with it; name "
                "another folder"
            ),
            target=target,
        )
    with _new_corpus(target) as made, store.reading() as connection:
        _copy_database(connection.connection.driver_connection, made / DATABASE, store.name, target)
        copy_card(Path(store.name), made)
    with Store.open(target) as copied:
        return table_sums(copied)


def restore(saved: Path, target: Path) -> tuple[TableSum, ...]:
    """Make a corpus of a backup in a new or empty folder; return the rows of its tables."""
    if not saved.exists():
        raise StoreError(N_("{saved}: folder not found; check the name"), saved=saved)
    if saved.is_file():
        raise StoreError(
            N_("{saved}: a backup is a folder, not a file; unpack it first"), saved=saved
        )
    if not (saved / DATABASE).is_file():
        raise StoreError(
            N_("{saved}: not a backup (no {database})"), saved=saved, database=DATABASE
        )
    engine = make_engine(database_url(saved), reads_only=True)
    with take_lock(target / DATABASE, alone=True), Store(engine, str(saved)) as store:
        return backup(store, target)


@contextmanager
def _new_corpus(folder: Path) -> Iterator[Path]:
    """Yield where to write card and database; they get their names when the block ends."""
    try:
        with hidden_folder(folder, DATABASE) as made:
            yield made
            place_finished(made, folder)
    except OSError as error:
        file, why = folder / DATABASE, error.strerror or error
        raise StoreError(
            N_("{file}: cannot be created ({why}); name another folder"), file=file, why=why
        ) from error


def _copy_database(source: Any, file: Path, name: str, target: Path) -> None:  # noqa: ANN401 # SQLAlchemy types it so
    """Copy a database into a new file, and let SQLite check it; two names are for messages."""
    try:
        with closing(sqlite3.connect(file)) as copy:
            source.backup(copy, pages=1000)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file without a log
            copy.execute(f"PRAGMA user_version={new_corpus_id()}")  # a corpus of its own
            (answer, *_) = copy.execute("PRAGMA integrity_check").fetchone()
    except sqlite3.Error as error:
        raise StoreError(
            N_("{name}: cannot be copied to {target}: {error}"),
            name=name,
            target=target,
            error=error,
        ) from error
    if answer != "ok":
        raise StoreError(
            N_("{name}: damaged ({answer}); use an earlier backup"), name=name, answer=answer
        )
