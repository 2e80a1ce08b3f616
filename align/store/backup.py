"""Back up a corpus in a folder while it is in use, check the copy, and restore it.

SQLite's online backup copies the database page by page from one unchanging view of it. A corpus in
PostgreSQL is saved by ``pg_dump`` (``docs/server.md``), or copied into a folder.
"""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import sqlalchemy as sa

from ..errors import StoreError
from . import Store
from .copy import TableSum, copy_card, table_sums
from .engine import DATABASE, database_url

SUFFIXES = (".db", ".sqlite")
"""Endings by which a backup is one file; any other name is a folder, itself a corpus."""


def backup(store: Store, target: Path) -> tuple[TableSum, ...]:
    """Copy a corpus into ``target``, a new or empty folder or a new file ending in ``.db``.

    :return: what the copy holds, a line a table.
    :raises StoreError: the corpus is no folder, the target is there, or the copy is damaged.
    """
    if store.engine.dialect.name != "sqlite":
        raise StoreError(
            f"{store.name}: PostgreSQL is saved with pg_dump (docs/server.md), or copied into a "
            "folder with 'align copy'"
        )
    file = _new_file(target)
    with store.reading() as connection:
        raw = connection.connection.driver_connection
        if not isinstance(raw, sqlite3.Connection):  # another driver of SQLite
            raise StoreError(f"{store.name}: not a corpus in a folder")
        _copy_database(raw, file)
    if target != file:
        copy_card(Path(store.name), target)
    return _checked(file)


def restore(saved: Path, target: Path) -> tuple[TableSum, ...]:
    """Make a corpus in the folder ``target`` of a backup, and bring its schema up to date.

    :return: what the corpus holds, a line a table.
    :raises StoreError: there is no backup, it is damaged, or the target holds something.
    """
    file = saved if saved.is_file() else saved / DATABASE
    if not file.is_file():
        raise StoreError(f"{saved}: no backup there (no {DATABASE})")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise StoreError(f"{target}: there already; a backup is restored into a new folder")
    _sound(file)
    database_url(target, create=True)
    with closing(_reader(file)) as source:
        _copy_database(source, target / DATABASE)
    if saved.is_dir():
        copy_card(saved, target)
    with Store.open(target) as store:
        return table_sums(store)


def _new_file(target: Path) -> Path:
    """Give the file of a new backup, its folder made.

    :raises StoreError: the target holds something, or cannot be made.
    """
    try:
        return _made(target)
    except OSError as error:
        raise StoreError(
            f"{target}: cannot be made ({error.strerror or error}); name another place"
        ) from error


def _made(target: Path) -> Path:
    if target.suffix in SUFFIXES:
        if target.exists():
            raise StoreError(f"{target}: there already; name a new file")
        target.parent.mkdir(parents=True, exist_ok=True)
        return target
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise StoreError(f"{target}: there already and not empty; name a new folder or file")
    target.mkdir(parents=True, exist_ok=True)
    return target / DATABASE


def _copy_database(source: sqlite3.Connection, file: Path) -> None:
    """Copy a whole database into a new file, which gets its name when it is whole.

    :raises StoreError: the disk is full, or the file cannot be written.
    """
    half = file.with_name(f"{file.name}.half")
    try:
        half.unlink(missing_ok=True)
        with closing(sqlite3.connect(half)) as copy:
            source.backup(copy, pages=1000)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, with no log beside it
        half.replace(file)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"{file}: the copy cannot be written: {error}") from error
    finally:
        with suppress(OSError):  # the error above says more
            half.unlink(missing_ok=True)


def _reader(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)


def _sound(file: Path) -> None:
    """Let SQLite look through a file.

    :raises StoreError: it is damaged, or no database.
    """
    try:
        with closing(_reader(file)) as opened:
            said = [row[0] for row in opened.execute("PRAGMA integrity_check")]
    except sqlite3.DatabaseError as error:
        said = [str(error)]
    if said != ["ok"]:
        raise StoreError(f"{file}: damaged ({said[0]}); use another backup")


def _checked(file: Path) -> tuple[TableSum, ...]:
    """Check a finished copy and count what it holds."""
    _sound(file)
    engine = sa.create_engine(sa.URL.create("sqlite", database=str(file.resolve())))
    with Store(engine, str(file)) as copy:
        return table_sums(copy)
