"""Watch over the file of an open corpus: whether its path still leads to the open database."""

import hashlib
import os
import secrets
import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa

from ..errors import AlignError, StoreError
from ..settings import Settings
from .engine import ConnectionLostError

try:
    import fcntl
except ImportError:  # Windows, where an open file can be neither moved nor removed
    fcntl = None  # type: ignore[assignment] # it is asked for before it is used


class CorpusReplacedError(ConnectionLostError):
    """The corpus at the path is not the one that is open: it was moved, removed or replaced."""


class CorpusFile:
    """The file of an open corpus, as this process knows it.

    What is written lies in SQLite's log first. The log is emptied into the file after a write, so
    that a file that is put in its place never meets the log of another one. The file is never
    opened but by SQLite: closing it otherwise would drop the locks that SQLite has on it.
    """

    def __init__(self, engine: sa.Engine, name: str) -> None:
        self.path = Path(str(engine.url.database))
        self.name = name
        self._corpus_id = _read_id(engine)
        self._inode = _inode(self.path)
        self._stamp = _stamp(self.path)
        self._newest = ("", "")  # op and briefing of the newest verdict that lies in the file
        self.close = weakref.finalize(self, _release, _take_lock(self.path))
        """Let others restore a backup to this path."""

    def check(self) -> None:
        """Raise when the path leads to another file by now, or to one with other content.

        :raises CorpusReplacedError: then nothing may be written, and nothing counts as stored.
        """
        with suppress(OSError):
            stamp = _stamp(self.path)
            if self._inode == _inode(self.path) and (stamp == self._stamp or self._is_ours()):
                self._stamp = stamp
                return
        raise CorpusReplacedError(
            f"{self.name}: the corpus was moved or replaced while it was open, so nothing more is "
            "written; put it back, or start this program again"
        )

    def _is_ours(self) -> bool:
        """Return whether a file that was written since is this corpus, and holds what it held."""
        op, briefing = self._newest
        try:
            with closing(_open(self.path, "mode=ro&immutable=1")) as file:  # without the log
                (corpus_id,) = file.execute("PRAGMA user_version").fetchone()
                kept = file.execute("SELECT 1 FROM verdict WHERE op = ?", (op,)).fetchone()
                there = file.execute("SELECT 1 FROM briefing WHERE id = ?", (briefing,)).fetchone()
        except sqlite3.Error:  # no database, or one that is whole with its log alone
            return _has_log(self.path)
        return corpus_id == self._corpus_id and (not op or kept is not None or there is None)

    def empty_log(self) -> None:
        """Move what the log holds into the file, unless somebody reads or writes just now."""
        with suppress(sqlite3.Error, OSError), closing(_open(self.path)) as file:
            busy, *_ = file.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if not busy:
                query = "SELECT op, briefing_id FROM verdict ORDER BY seq DESC LIMIT 1"
                self._newest = file.execute(query).fetchone() or ("", "")
                self._stamp = _stamp(self.path)


def _read_id(engine: sa.Engine) -> int:
    """Return the random number that tells this corpus from its copies; give it one at first."""
    query = "PRAGMA user_version"
    with engine.connect() as connection:
        known = connection.exec_driver_sql(query).scalar_one()
    if known:
        return int(known)
    with engine.connect().execution_options(write=True) as connection, connection.begin():
        if not (known := connection.exec_driver_sql(query).scalar_one()):
            known = secrets.randbelow(2**31 - 1) + 1
            connection.exec_driver_sql(f"{query} = {known}")
    return int(known)


def _open(path: Path, options: str = "mode=rw") -> sqlite3.Connection:
    return sqlite3.connect(f"{path.as_uri()}?{options}", uri=True, timeout=0)


def _inode(path: Path) -> tuple[int, int]:
    state = path.stat()
    return state.st_dev, state.st_ino


def _has_log(path: Path) -> bool:
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0


def _stamp(path: Path) -> tuple[int, int]:
    state = path.stat()
    return state.st_size, state.st_mtime_ns


def _take_lock(path: Path, *, alone: bool = False) -> int | None:
    """Return a lock that says that the corpus at a path is in use; ``None`` where there is none.

    It lies in the user's cache, so that it is there also when the corpus' folder is not.

    :raises BlockingIOError: when others hold it, and this process asks to hold it alone.
    """
    name = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:16]
    try:
        folder = Settings.from_environment().cache_folder() / "in-use"
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / name, os.O_CREAT | os.O_RDWR, 0o600)
    except (AlignError, OSError):  # a home that cannot be written
        return None
    try:
        if fcntl:
            fcntl.flock(lock, fcntl.LOCK_NB | (fcntl.LOCK_EX if alone else fcntl.LOCK_SH))
    except BlockingIOError:
        os.close(lock)
        if alone:
            raise
        return None
    return lock


def _release(lock: int | None) -> None:
    if lock is not None:
        os.close(lock)


@contextmanager
def unused(path: Path) -> Iterator[None]:
    """Keep the corpus at a path from being opened by others while the block runs.

    :raises StoreError: when another program has it open, even if it is not there any more.
    """
    try:
        lock = _take_lock(path, alone=True)
    except BlockingIOError:
        raise StoreError(
            f"{path.parent}: another program has the corpus of this path open; end it "
            "('align view', for example), and try again"
        ) from None
    try:
        yield
    finally:
        _release(lock)
