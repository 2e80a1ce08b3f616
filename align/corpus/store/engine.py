"""Location of a corpus, engines and writers of its database, and SQL errors in plain words."""

import os
import sqlite3
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ...errors import N_, AbsentError, Message, ReadOnlyError, StoreError
from ...extras import require
from ...files import is_left_over, sqlite_uri

DATABASE = "corpus.db"
CARD = "corpus.toml"
CARD_KEYS = (
    "name",
    "created_by",
    "title",
    "description",
    "statement",
    "licence",
    "licence_url",
    "citation",
    "version",
    "published",
    "terms",
)
BUSY_SECONDS = 30  # how long a writer waits for another one before it gives up
FULL_DISK = Message(
    N_(
        "its disk is full or reports an error, so the corpus is only read; make room, or back it "
        "up to another disk"
    )
)
STATEMENT_SECONDS = 600  # how long one statement of PostgreSQL may run
READ_ONLY = Message(N_("the corpus is read-only; copy it to a folder that you can write"))


def database_url(location: str | Path) -> sa.URL:
    """Return the database URL of a corpus, given its folder or the URL of a PostgreSQL database.

    :raises AbsentError: no corpus has been created there yet.
    :raises StoreError: the folder is not a corpus.
    """
    if "://" in str(location):
        return _server_url(str(location))
    folder = Path(location)
    database = folder / DATABASE
    if not database.exists():
        if not is_free(folder):
            other = Message(
                N_("(no {database} in it); name another folder with --corpus"), database=DATABASE
            )
            raise StoreError(N_("{folder}: not a corpus {other}"), folder=folder, other=other)
        none = Message(N_("corpus not found"))
        if folder.exists():
            none = Message(N_("contains no corpus yet"))
        raise AbsentError(
            N_("{folder}: {problem}; create one with 'align add SOURCE --corpus {folder}'"),
            folder=folder,
            problem=none,
        )
    return sa.URL.create("sqlite", database=str(database.resolve()))


def has_corpus(folder: Path) -> bool:
    """Return whether a folder contains the database of a corpus."""
    return (folder / DATABASE).exists()


def is_free(folder: Path) -> bool:
    """Return whether a folder is missing, or contains only a card and files of killed programs."""
    try:
        return all(path.name == CARD or is_left_over(path) for path in folder.iterdir())
    except FileNotFoundError:
        return True
    except NotADirectoryError:
        return not folder.exists()


def _server_url(location: str) -> sa.URL:
    try:
        url = sa.make_url(location)
    except ArgumentError as error:
        raise StoreError(
            N_("the corpus URL cannot be read; docs/howto/server.md has its form")
        ) from error
    if url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername="postgresql+psycopg")
    if "password" in url.query:  # where nothing would hide it
        password = sa.util.to_list(url.query["password"])[-1]
        url = url.difference_update_query(["password"]).set(password=password)
    if url.drivername != "postgresql+psycopg":
        right = Message(
            N_("a folder or a PostgreSQL URL (postgresql+psycopg://user@host/database)")
        )
        raise StoreError(
            N_("{drivername}: not supported; a corpus is {right}"),
            drivername=url.drivername,
            right=right,
        )
    require("postgres", "a corpus in PostgreSQL", error=StoreError)
    return url


def corpus_card(folder: Path) -> dict[str, Any]:
    """Return the content of ``corpus.toml``, or an empty dictionary if the file is missing."""
    path = folder / CARD
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig")) if path.exists() else {}
    except (OSError, ValueError) as error:
        raise StoreError(
            N_("{path}: not readable as TOML: {error}"), path=path, error=error
        ) from error


class SelfClosingConnection(sqlite3.Connection):
    """A connection that is closed with the last reference to it; Python 3.13 warns of others."""

    def __del__(self) -> None:
        self.close()


def make_engine(url: sa.URL, *, reads_only: bool = False) -> sa.Engine:
    """Return an engine whose writers take the lock at the start of their transaction.

    SQLite runs in WAL mode, so that readers never wait for a writer. It syncs to disk at each
    commit, so that a confirmed decision survives a power cut. A read-only file without a log is
    opened as immutable, without locks: no process is writing to it.
    """
    if url.get_backend_name() != "sqlite":
        engine = sa.create_engine(url, pool_pre_ping=True)
        sa.event.listen(engine, "connect", _limit_waits)
        return engine
    if reads_only:
        path = Path(str(url.database)).resolve()
        options = {"mode": "ro", "uri": "true", **({} if has_log(path) else {"immutable": "1"})}
        url = sa.URL.create("sqlite", database=sqlite_uri(path), query=options)
    arguments = {"timeout": BUSY_SECONDS, "factory": SelfClosingConnection}
    engine = sa.create_engine(url, connect_args=arguments)
    pragmas = () if reads_only else ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")

    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # _begin starts transactions
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    sa.event.listen(engine, "connect", prepare)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _limit_waits(connection: Any, _record: object) -> None:  # noqa: ANN401 # psycopg is optional
    """Let PostgreSQL end a statement that waits for a lock, or runs, for too long."""
    limits = {"lock_timeout": BUSY_SECONDS, "statement_timeout": STATEMENT_SECONDS}
    with connection.cursor() as cursor:
        for name, seconds in limits.items():
            cursor.execute(f"SET SESSION {name} = '{seconds}s'")
    connection.commit()  # else the rollback that ends a transaction would end the setting


def has_log(path: Path) -> bool:
    """Return whether SQLite's log exists next to a database file and is not empty."""
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0


def is_read_only(path: Path) -> bool:
    """Return whether a database file exists and cannot be written by us."""
    ours = {"effective_ids": os.access in os.supports_effective_ids}
    return path.exists() and not all(os.access(p, os.W_OK, **ours) for p in (path, path.parent))


def _begin(connection: sa.Connection) -> None:
    write = connection.get_execution_options().get("write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def advisory_lock(connection: sa.Connection, name: str) -> None:
    """Hold a lock of this name until the transaction ends; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        number = sa.func.hashtextextended(name, 0)
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))


class WriteQueue:
    """First-come queue of the writers of one SQLite file within this process.

    SQLite does not queue writers: with twenty reviewers, some would wait for many seconds. Writers
    queue here before they take a connection, so that connections remain for readers.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._line: list[object] = []

    @property
    def length(self) -> int:
        """How many are in the queue, the one who writes included."""
        return len(self._line)

    @contextmanager
    def turn(self, seconds: float) -> Iterator[bool]:
        """Hold the turn to write while the block runs; yield whether it came within this time.

        Not re-entrant: a second request by the holder times out.
        """
        mine = object()
        self._line.append(mine)
        try:
            with self._changed:
                came = self._changed.wait_for(lambda: self._line[0] is mine, seconds)
            yield came
        finally:
            with self._changed:
                self._line.remove(mine)
                self._changed.notify_all()


_QUEUES: dict[str, WriteQueue] = {}


def write_queue_of(url: sa.URL) -> WriteQueue | None:
    """Return the queue of a SQLite file, shared by all its stores, or ``None`` for a server."""
    if url.get_backend_name() != "sqlite":
        return None
    return _QUEUES.setdefault(str(url.database), WriteQueue())


class ConnectionLostError(StoreError):
    """The server is silent or cut the connection, or others lock the corpus; ask the same again."""

    code = "corpus.unreachable"


class FullDiskError(StoreError):
    """The disk is full: this write failed, and later writes would fail too."""

    code = "corpus.disk-full"


class DiskFaultError(StoreError):
    """The disk cannot be read or written; it may be full."""

    code = "corpus.disk-fault"


@contextmanager
def translate_errors(name: str) -> Iterator[None]:
    """Translate any SQL error into one plain line that names the corpus."""
    try:
        yield
    except DBAPIError as error:
        reason = _explain(str(error.orig))
        if error.connection_invalidated or reason in (LOCKED, _GONE, _SILENT, _SLOW, _STARTING):
            kind: type[StoreError] = ConnectionLostError
        else:
            kind = _KINDS.get(reason, StoreError)
        raise kind(N_("{name}: {reason}"), name=name, reason=reason) from error
    except PoolTimeout as error:  # all connections are in use
        raise ConnectionLostError(N_("{name}: {locked}"), name=name, locked=LOCKED) from error
    except SQLAlchemyError as error:
        raise StoreError(N_("{name}: {error}"), name=name, error=error) from error
    except UnicodeEncodeError as error:
        half = Message(
            N_("an unpaired surrogate (U+{code:04X}), which cannot be stored"),
            code=ord(error.object[error.start]),
        )
        raise StoreError(
            N_("{name}: a text contains {half}; remove it"), name=name, half=half
        ) from error


LOCKED = Message(
    N_(
        "another program kept the corpus locked; nothing was written, so try again or stop that "
        "program"
    )
)
_FULL = Message(N_("the disk is full; nothing was written"))
_GONE = Message(
    N_("the connection to the database server was lost; this step may not be saved, so try again")
)
_SILENT = Message(N_("the database server does not respond; start it and try again"))
_SLOW = Message(N_("the database took too long; nothing was written, so try again"))
_STARTING = Message(N_("the database server does not respond yet; try again in a moment"))

_NO_RIGHT = Message(
    N_("your account has no write access; ask the database owner for it (docs/howto/server.md)")
)

_DAMAGED = Message(
    N_("its {database} is damaged or not a database; restore a backup"), database=DATABASE
)
_DISK_FAULT = Message(N_("the disk reports an error; nothing was written"))
_UNOPENED = Message(
    N_(
        "its {database} cannot be opened, or has a log left by a killed program; check the "
        "folder's permissions, or copy the folder to a writable place"
    ),
    database=DATABASE,
)

_KINDS: dict[str, type[StoreError]] = {
    _FULL: FullDiskError,
    _DISK_FAULT: DiskFaultError,
    READ_ONLY: ReadOnlyError,
}

_EXPLANATIONS = {
    "database or disk is full": _FULL,
    "no space left": _FULL,
    "readonly database": READ_ONLY,
    "read-only transaction": _NO_RIGHT,
    "permission denied": _NO_RIGHT,
    "database is locked": LOCKED,
    "lock timeout": LOCKED,
    "statement timeout": _SLOW,
    "file is not a database": _DAMAGED,
    "malformed": _DAMAGED,
    "unable to open": _UNOPENED,
    "disk I/O error": _DISK_FAULT,
    "terminating connection": _GONE,
    "server closed the connection": _GONE,
    "the connection is lost": _GONE,
    "connection refused": _SILENT,
    "the database system is": _STARTING,
}


def _explain(message: str) -> str:
    for fragment, explanation in _EXPLANATIONS.items():
        if fragment.lower() in message.lower():
            return explanation
    return (
        message.strip().splitlines()[0]
        if message.strip()
        else Message(N_("the database gave no reason"))
    )
