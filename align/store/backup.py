"""Backups of a corpus in a folder, taken while it is in use, and their restoration.

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
from .corpus_file import unused
from .engine import DATABASE, database_url

SUFFIXES = (".db", ".sqlite")
"""Suffixes of a backup that is one file; any other name is a folder, itself a corpus."""


def backup(store: Store, target: Path) -> tuple[TableSum, ...]:
    """Copy a corpus into ``target``, a new or empty folder or a new file ending in ``.db``.

    :return: how many rows the copy has in each table.
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
    _check_integrity(file)
    engine = sa.create_engine(sa.URL.create("sqlite", database=str(file.resolve())))
    with Store(engine, str(file)) as copy:
        return table_sums(copy)


def restore(saved: Path, target: Path) -> tuple[TableSum, ...]:
    """Make a corpus of a backup in the folder ``target``.

    :return: how many rows the corpus has in each table.
    :raises StoreError: there is no backup, it is damaged or of another version, or the target
        holds something.
    """
    file = saved if saved.is_file() else saved / DATABASE
    if not file.is_file():
        raise StoreError(f"{saved}: no backup there (no {DATABASE})")
    if _is_taken(target):
        raise StoreError(f"{target}: there already; a backup is restored into a new folder")
    _check_integrity(file)
    with unused(target / DATABASE):
        database_url(target, create=True)
        with closing(_reader(file)) as source:
            _copy_database(source, target / DATABASE)
    if saved.is_dir():
        copy_card(saved, target)
    with Store.open(target) as store:
        return table_sums(store)


def _new_file(target: Path) -> Path:
    """Return the file of a new backup, its folder made.

    :raises StoreError: the target holds something, or cannot be made.
    """
    try:
        if target.suffix in SUFFIXES:
            if target.exists():
                raise StoreError(f"{target}: there already; name a new file")
            target.parent.mkdir(parents=True, exist_ok=True)
            return target
        if _is_taken(target):
            raise StoreError(f"{target}: there already and not empty; name a new folder or file")
        target.mkdir(parents=True, exist_ok=True)
        return target / DATABASE
    except OSError as error:
        raise StoreError(
            f"{target}: cannot be made ({error.strerror or error}); name another place"
        ) from error


def _is_taken(folder: Path) -> bool:
    return folder.exists() and (not folder.is_dir() or any(folder.iterdir()))


def _copy_database(source: sqlite3.Connection, file: Path) -> None:
    """Copy a database into a new file, which gets its name when it is complete.

    :raises StoreError: the disk is full, or the file cannot be written.
    """
    half = file.with_name(f"{file.name}.half")
    try:
        half.unlink(missing_ok=True)
        with closing(sqlite3.connect(half)) as copy:
            source.backup(copy, pages=1000)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, with no log beside it
            copy.execute("PRAGMA user_version=0")  # a corpus of its own, once it is opened
        half.replace(file)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"{file}: the copy cannot be written: {error}") from error
    finally:
        with suppress(OSError):  # the error above says more
            half.unlink(missing_ok=True)


def _reader(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)


def _check_integrity(file: Path) -> None:
    """Let SQLite check a file.

    :raises StoreError: it is damaged, or no database.
    """
    try:
        with closing(_reader(file)) as opened:
            answers = [row[0] for row in opened.execute("PRAGMA integrity_check")]
    except sqlite3.DatabaseError as error:
        answers = [str(error)]
    if answers != ["ok"]:
        raise StoreError(f"{file}: damaged ({answers[0]}); use another backup")
