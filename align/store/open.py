"""Open the database of a corpus: for writing where that can be, else for reading, however old.

In: where it is. Out: :class:`OpenedDatabase`. A corpus on a medium that cannot be written is read
where it lies; one that an older version made is read from a copy in the temporary folder,
brought up to date. A server that lets nobody change its tables is read as it is, as far as what this version
added may be missing (:mod:`.older`).
"""

import logging
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from ..errors import StoreError
from .engine import READ_ONLY, make_engine, make_reader, reads_only
from .migrate import due, revision, upgrade
from .older import hide_gaps

logger = logging.getLogger(__name__)

LOG = "-wal"
"""What SQLite adds to the name of a database for what is committed but not in the file yet."""

_DENIED = ("42501", "25006")  # SQLSTATE: no right to do so; a transaction that only reads
_OLD_FOLDER = (
    "the corpus is read-only and of an older version, so a copy is read that was brought up to "
    "date in the temporary folder; to write, copy the corpus to a folder that you can write"
)
_OLD_SERVER = (
    "the corpus is read-only for you: its tables are of an older version, and your account may not "
    "change them; whoever owns the database brings them up to date by any command of this "
    "version, such as 'align stats'"
)


def _nothing() -> None:
    """Take nothing away."""


@dataclass(frozen=True, slots=True)
class OpenedDatabase:
    """A database to use. ``reads_only`` says why it cannot be written, and what to do about it.

    ``note`` is what a user should know at once; ``clear`` takes away what was made for reading.
    """

    engine: sa.Engine
    reads_only: str = ""
    note: str = ""
    clear: Callable[[], None] = _nothing


def open_database(url: sa.URL, name: str, *, create: bool) -> OpenedDatabase:
    """Open a database and bring its schema up to date where that can be.

    :param create: it is opened to be written, and made when it is not there.
    :raises StoreError: it is no corpus, of a newer version, or so old that it cannot be read; or
        ``create`` is asked for and it can only be read.
    """
    if url.get_backend_name() != "sqlite":
        opened = _on_server(url, name, create=create)
    elif reads_only(path := Path(str(url.database))):
        opened = _in_folder(path, name)
    else:
        engine = make_engine(url)
        with _given_back(engine):
            upgrade(engine, name, create=create)
        opened = OpenedDatabase(engine)
    if create and opened.reads_only:
        opened.engine.dispose()
        opened.clear()
        raise StoreError(f"{name}: {opened.reads_only}")
    return opened


def _in_folder(path: Path, name: str) -> OpenedDatabase:
    """Open a file that cannot be written; where something has to be done first, a copy of it."""
    log = path.with_name(path.name + LOG)
    engine = make_reader(path, alone=not (log.exists() and log.stat().st_size))
    with _given_back(engine):
        try:
            if not due(engine, name):
                return OpenedDatabase(engine, READ_ONLY)
        except DBAPIError as error:
            if "unable to open" not in str(error.orig):
                raise
            logger.info("%s: there is a log and nobody to read it with; a copy is read", name)
    engine.dispose()
    return _copied(path, name)


def _copied(path: Path, name: str) -> OpenedDatabase:
    """Open a copy of a database, with what its log holds, brought up to date."""
    folder = Path(tempfile.mkdtemp(prefix="align-reading-"))
    clear = partial(shutil.rmtree, folder, ignore_errors=True)
    copy = folder / path.name
    try:
        _copy(path, copy)
        engine = make_engine(sa.URL.create("sqlite", database=str(copy)))
        try:
            old = due(engine, name)
            upgrade(engine, name, create=False)
        finally:
            engine.dispose()
    except OSError as error:
        clear()
        raise StoreError(
            f"{name}: read-only and of an older version, and there is no room for a copy in "
            f"{folder.parent} ({error.strerror}); make room, or name another folder in TMPDIR"
        ) from error
    except BaseException:
        clear()
        raise
    said = _OLD_FOLDER if old else READ_ONLY
    return OpenedDatabase(
        make_reader(copy, alone=True), said, f"{name}: {said}" if old else "", clear
    )


def _copy(path: Path, copy: Path) -> None:
    """Copy a database as it is at one moment; by its files where SQLite cannot open it."""
    try:
        with (
            closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
    except sqlite3.OperationalError:  # a log, and no right to make the index that reads it
        for ending in ("", LOG):
            part = path.with_name(path.name + ending)
            if part.exists():
                shutil.copyfile(part, copy.with_name(copy.name + ending))


def _on_server(url: sa.URL, name: str, *, create: bool) -> OpenedDatabase:
    """Open a database on a server; where its tables may not be changed, read them as they are."""
    engine = make_engine(url)
    with _given_back(engine):
        try:
            upgrade(engine, name, create=create)
        except DBAPIError as error:
            denied = getattr(error.orig, "sqlstate", None) in _DENIED
            if not denied or revision(engine) is None:
                raise
            hide_gaps(engine, f"{name}: {_OLD_SERVER}")
            return OpenedDatabase(engine, _OLD_SERVER, f"{name}: {_OLD_SERVER}")
    return OpenedDatabase(engine)


@contextmanager
def _given_back(engine: sa.Engine) -> Iterator[None]:
    """Give an engine's connections back when the block raises."""
    try:
        yield
    except BaseException:
        engine.dispose()
        raise
