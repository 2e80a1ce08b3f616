"""Backups of a corpus in a folder, taken while it is in use, and their restoration.

SQLite's online backup copies the database page by page from one unchanging view of it. A corpus in
PostgreSQL is saved by ``pg_dump`` (``docs/server.md``), or copied into a folder.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import sqlalchemy as sa

from ..errors import StoreError
from ..staging import hidden_folder
from . import Store
from .copy import TableSum, copy_card, table_sums
from .corpus_file import unused
from .engine import DATABASE, is_free
from .open import place_finished, write_card

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
    is_file = target.suffix in SUFFIXES
    if target.exists() if is_file else not is_free(target):
        raise StoreError(f"{target}: there already; name a new folder or file")
    with _new_database(target if is_file else target / DATABASE) as file:
        with store.reading() as connection:
            raw = connection.connection.driver_connection
            if not isinstance(raw, sqlite3.Connection):  # another driver of SQLite
                raise StoreError(f"{store.name}: not a corpus in a folder")
            _copy_database(raw, file)
        if not is_file:
            copy_card(Path(store.name), file.parent)
        _check_integrity(file)
        engine = sa.create_engine(sa.URL.create("sqlite", database=str(file.resolve())))
        with Store(engine, str(target)) as copy:
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
    if not is_free(target):
        raise StoreError(f"{target}: there already; a backup is restored into a new folder")
    _check_integrity(file)
    with unused(target / DATABASE), _new_database(target / DATABASE) as made:
        with closing(_reader(file)) as source:
            _copy_database(source, made)
        if saved.is_dir():
            copy_card(saved, made.parent)
        else:
            write_card(made.parent, target.name)
    with Store.open(target) as store:
        return table_sums(store)


@contextmanager
def _new_database(file: Path) -> Iterator[Path]:
    """Yield where to write a new database; it gets its name, on the disk, when the block ends.

    :raises StoreError: it cannot be made, or another program made one of this name meanwhile.
    """
    try:
        with hidden_folder(file.parent, file.name) as folder:
            yield folder / file.name
            place_finished(folder, file.parent, file.name)
    except OSError as error:
        raise StoreError(
            f"{file}: cannot be made ({error.strerror or error}); name another place"
        ) from error


def _copy_database(source: sqlite3.Connection, file: Path) -> None:
    """Copy a database into a new file.

    :raises StoreError: the disk is full, or the file cannot be written.
    """
    try:
        with closing(sqlite3.connect(file)) as copy:
            source.backup(copy, pages=1000)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, with no log beside it
            copy.execute("PRAGMA user_version=0")  # a corpus of its own, once it is opened
    except sqlite3.Error as error:
        raise StoreError(f"{file.name}: the copy cannot be written: {error}") from error


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
