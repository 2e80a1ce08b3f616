"""Opening of a corpus' database, and the watch over its file while it is open."""

import ctypes
import hashlib
import json
import os
import secrets
import sqlite3
import sys
import threading
import weakref
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from importlib.resources import files
from pathlib import Path

import sqlalchemy as sa

from ...errors import N_, AbsentError, AlignError, Message, StoreError
from ...files import can_lock, clear_left_overs, hidden_folder, lock_file, place_new, sqlite_uri
from ...settings import Settings
from .engine import (
    BUSY_SECONDS,
    CARD,
    DATABASE,
    ConnectionLostError,
    SelfClosingConnection,
    advisory_lock,
    has_log,
    is_free,
    make_engine,
    translate_errors,
)
from .records import HistoryEntry
from .schema import METADATA

_MIGRATIONS = files("align.corpus") / "migrations"
_ALEMBIC = threading.Lock()  # its context is one for the process
_NEWEST_VERDICT = """
SELECT verdict.op, briefing.id, briefing.added_at
FROM verdict JOIN briefing ON briefing.id = verdict.briefing_id
ORDER BY verdict.seq DESC LIMIT 1
"""
"""Op of the newest verdict, and id and time of addition of its briefing."""
_SAME_BRIEFING = "SELECT 1 FROM briefing WHERE id = ? AND added_at = ?"
_NO_VERDICT = ("", "", "")
_CARD = """\
# A corpus of briefing-align. The texts are in corpus.db; keep the two together.
name = {name}
created_by = "briefing-align"
"""


class CorpusReplacedError(ConnectionLostError):
    """The corpus at the path is not the one that is open: it was moved, removed or replaced."""

    code = "corpus.replaced"


class CorpusFile:
    """The files of an open corpus, as this process knows them.

    SQLite writes to its log first. The log is emptied into the file after a write, so that a file
    that replaces this one never meets the log of another file. Only SQLite opens the file: if
    other code closed it, SQLite's locks on it would be dropped.

    :param named: the path of the file as the user gave it; a link in it may be changed later.
    """

    def __init__(self, engine: sa.Engine, name: str, named: Path) -> None:
        self.path = Path(str(engine.url.database))
        self.name = name
        self._named = named.absolute()
        # Until it is closed, this lock stops others from restoring a backup to this path.
        self._unlock = weakref.finalize(self, take_lock(self.path).close)
        # While this connection is open, SQLite itself deletes neither log nor shared memory.
        self._held = open_file(self.path, timeout=BUSY_SECONDS, check_same_thread=False)
        self._let_go = weakref.finalize(self, self._held.close)
        (mode,) = self._held.execute("PRAGMA journal_mode").fetchone()
        (self._corpus_id,) = self._held.execute("PRAGMA user_version").fetchone()
        self._inode, self._stamp = _look_at(self.path)
        self._logs = _find_logs(self.path) if mode == "wal" else None  # some drives have none
        self._newest = _NO_VERDICT

    def close(self) -> None:
        """Close the file and release the lock."""
        self._logs = None  # SQLite deletes the log now
        self._let_go()
        self._unlock()

    def check(self) -> None:
        """Raise if the path now leads to another file, to other content, or the log is gone."""
        with suppress(OSError):
            inode, stamp = _look_at(self._named)
            if inode == self._inode:
                if self._logs is not None and _find_logs(self.path) != self._logs:
                    self._save_log(stamp)
                    raise self._explain_deleted_log()
                if stamp == self._stamp or self._is_ours():
                    self._stamp = stamp
                    return
        raise CorpusReplacedError(
            N_(
                "{name}: the corpus was moved or replaced while it was open, so nothing more is "
                "written; move it back or restart this program"
            ),
            name=self.name,
        )

    def confirm(self, table: str, entry: HistoryEntry) -> None:
        """Read a decision through a connection of its own; raise unless it is the one written."""
        query = f"SELECT op, briefing_id, reviewer, action, after FROM {table} WHERE seq = ?"
        there = "SELECT 1 FROM briefing WHERE id = ?"
        kept: tuple[str, ...] | None = None
        removed = False
        with suppress(sqlite3.Error), closing(open_file(self._named, "mode=ro", 5)) as own:
            kept = own.execute(query, (entry.seq,)).fetchone()
            removed = own.execute(there, (entry.briefing,)).fetchone() is None
        if removed:  # together with its decisions, a moment after this one
            return
        said = entry.decision
        written = (said.op, entry.briefing, said.reviewer, said.action)
        rows = json.dumps([row.to_json() for row in entry.after])
        if kept is None or kept[:4] != written or json.loads(kept[4]) != json.loads(rows):
            raise CorpusReplacedError(
                N_(
                    "{name}: the decision was written but cannot be read back, so it does not "
                    "count as saved; start this program again"
                ),
                name=self.name,
            )

    def empty_log(self) -> None:
        """Move the content of the log into the file, unless it is being read or written."""
        with suppress(sqlite3.Error, OSError), closing(open_file(self.path)) as file:
            busy, *_ = file.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if not busy:
                self._newest = file.execute(_NEWEST_VERDICT).fetchone() or _NO_VERDICT
                _, self._stamp = _look_at(self.path)

    def _is_ours(self) -> bool:
        """Return whether a file written since is still this corpus, with its newest verdict.

        The verdict may be gone only with its briefing. A briefing that was removed and then added
        again has the same id, but another time of addition.
        """
        op, briefing, added_at = self._newest
        try:
            with closing(open_file(self.path, "mode=ro&immutable=1")) as file:  # without the log
                (corpus_id,) = file.execute("PRAGMA user_version").fetchone()
                kept = file.execute("SELECT 1 FROM verdict WHERE op = ?", (op,)).fetchone()
                there = file.execute(_SAME_BRIEFING, (briefing, added_at)).fetchone()
        except sqlite3.Error:  # not a database, or incomplete without its log
            return has_log(self.path)
        return corpus_id == self._corpus_id and (not op or kept is not None or there is None)

    def _save_log(self, stamp: tuple[int, int]) -> None:
        """Move the content of a deleted log, which is open here, into the file.

        Nothing is moved, now or later, if another program may have written the file since, or has
        it open: two programs with two logs would damage it.
        """
        _, shared = _find_logs(self.path)
        known = self._logs and self._logs[1]
        if has_log(self.path) or shared not in (None, known) or stamp != self._stamp:
            if self._let_go.detach():
                # SQLite moves the log when the last connection closes, so one stays open.
                ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._held))
            return
        with suppress(sqlite3.Error, OSError):
            self._held.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            _, self._stamp = _look_at(self.path)

    def _explain_deleted_log(self) -> CorpusReplacedError:
        return CorpusReplacedError(
            N_(
                "{name}: the log of its database was deleted while it was open, so nothing more is "
                "written; start this program again, and let no cleaner into the folder"
            ),
            name=self.name,
        )


def new_corpus_id() -> int:
    """Return a random number that tells a corpus from its copies: its ``user_version``."""
    return secrets.randbelow(2**31 - 1) + 1


def open_file(
    path: Path, options: str = "mode=rw", timeout: float = 0, *, check_same_thread: bool = True
) -> sqlite3.Connection:
    """Open a database file past the store.

    :param timeout: seconds to wait for others.
    """
    uri = f"{sqlite_uri(path.resolve())}?{options}"
    return sqlite3.connect(
        uri,
        uri=True,
        timeout=timeout,
        check_same_thread=check_same_thread,
        factory=SelfClosingConnection,
    )


def _find_logs(path: Path) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
    """Return which files are the log and the shared memory of a database, if they exist."""
    return _find_file(f"{path}-wal"), _find_file(f"{path}-shm")


def _find_file(path: str) -> tuple[int, int] | None:
    try:
        state = Path(path).stat()
    except OSError:
        return None
    return state.st_dev, state.st_ino


def _look_at(path: Path) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return which file it is, and numbers that change when it is written."""
    state = path.stat()
    return (state.st_dev, state.st_ino), (state.st_size, state.st_mtime_ns)


def take_lock(path: Path, *, alone: bool = False) -> ExitStack:
    """Return a lock that marks the corpus at a path as in use; closing it releases the lock.

    The locked file is in the user's cache, so that it exists even if the folder of the corpus
    does not. Without a cache that can be written, nothing is locked.

    :param alone: refuse if another program has the corpus open.
    :raises StoreError: another program has it open, or the drive of the cache cannot lock files.
    """
    try:
        folder = Settings.from_environment().cache_folder() / "in-use"
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / hashlib.sha256(_path_key(path)).hexdigest()[:16]
        file.touch()
    except (AlignError, OSError):
        return ExitStack()
    try:
        lock = lock_file(file, shared=not alone)
    except OSError as error:
        raise StoreError(
            N_(
                "{file}: cannot be locked ({strerror}); set ALIGN_CACHE to a folder on a local "
                "drive"
            ),
            file=file,
            strerror=error.strerror,
        ) from error
    if lock is None and alone:
        other = Message(N_("another program has the corpus at this path open"))
        end = Message(N_("close it (for example 'align view') and try again"))
        raise StoreError(N_("{parent}: {other}; {end}"), parent=path.parent, other=other, end=end)
    return lock or ExitStack()


def is_log_deleted(path: Path) -> bool:
    """Return whether another program has a corpus open whose log is not in the folder.

    A program that has a corpus open keeps its log there; without it, decisions would be lost.
    """
    if not path.exists() or Path(f"{path}-wal").exists():
        return False
    try:
        take_lock(path, alone=True).close()
    except StoreError:
        return not Path(f"{path}-wal").exists()
    return False


def _path_key(path: Path) -> bytes:
    """Return the same bytes for every way to write a path, also where case does not count."""
    whole = os.path.normcase(path.resolve())
    return os.fsencode(whole.casefold() if sys.platform == "darwin" else whole)


def create_corpus(folder: Path) -> None:
    """Create an empty corpus in a folder that is new, empty or has only a card, unless one exists.

    The database gets its name when it is complete. If two programs create it at once, the second
    one uses the database of the first.
    """
    if not is_free(folder):
        if (folder / DATABASE).exists():  # asked second: another program may just have made it
            clear_left_overs(folder)
            return
        what = Message(N_("a file, not a corpus folder"))
        if folder.is_dir():
            what = Message(N_("not a corpus, and not empty"))
        raise StoreError(
            N_("{folder}: {what}; name another one with --corpus"), folder=folder, what=what
        )
    try:
        with translate_errors(str(folder)), hidden_folder(folder, DATABASE) as made:
            refuse_without_locks(made, str(folder))
            engine = make_engine(sa.URL.create("sqlite", database=str((made / DATABASE).resolve())))
            with ExitStack() as opened:
                opened.callback(engine.dispose)
                upgrade(engine, str(folder), create=True)
                with engine.begin() as connection:
                    connection.exec_driver_sql(f"PRAGMA user_version={new_corpus_id()}")
            write_card(made, folder.name)
            with suppress(FileExistsError):
                place_finished(made, folder)
    except OSError as error:
        raise StoreError(
            N_("{folder}: cannot create a corpus: {strerror}"),
            folder=folder,
            strerror=error.strerror,
        ) from error


def write_card(folder: Path, name: str) -> None:
    """Write the card of a new corpus."""
    quoted = json.dumps(name.encode("utf-8", "replace").decode(), ensure_ascii=False)
    (folder / CARD).write_text(_CARD.format(name=quoted), encoding="utf-8", newline="\n")


def refuse_without_locks(folder: Path, name: str) -> None:
    """Raise if files in a folder cannot be locked: SQLite would only say that others lock them."""
    if not can_lock(folder):
        raise StoreError(
            N_(
                "{name}: its drive, like some network drives, does not support file locks; "
                "choose a folder on a local drive with --corpus"
            ),
            name=name,
        )


@contextmanager
def translate_opening(name: str, folder: Path | None) -> Iterator[None]:
    """Translate errors of a corpus that is opened, also of a folder that cannot be locked."""
    try:
        with translate_errors(name):
            yield
    except ConnectionLostError:
        if folder is not None:
            refuse_without_locks(folder, name)
        raise


def place_finished(made: Path, folder: Path) -> None:
    """Give a database its name, unless one has it; raise then. Its card goes before."""
    if (made / CARD).exists():
        with suppress(FileExistsError):
            place_new(made / CARD, folder / CARD)
    place_new(made / DATABASE, folder / DATABASE)


def upgrade(engine: sa.Engine, name: str, *, create: bool) -> None:
    """Make the tables of a new corpus, or run the migrations that an older one needs."""
    known = _known_revisions()
    current = revision(engine)
    if current == known[-1]:
        return
    if current not in known and not (current is None and create):
        raise _refusal(engine, current, name)
    with engine.connect().execution_options(write=True) as connection, connection.begin():
        advisory_lock(connection, "schema")  # a second program waits, and finds nothing left to do
        if current is None:
            make_tables(connection)
        else:
            _migrate(connection)


def make_tables(connection: sa.Connection) -> None:
    """Make the tables of a new corpus, or those that are missing, within a transaction."""
    METADATA.create_all(connection)
    _enter_revision(connection, _known_revisions()[-1])


def is_new(engine: sa.Engine) -> bool:
    """Return whether a database has no tables at all."""
    return not sa.inspect(engine).get_table_names()


def _known_revisions() -> list[str]:
    """Return the revisions of the schema, the newest last."""
    names = (path.name for path in (_MIGRATIONS / "versions").iterdir())
    return sorted(name.split("_")[0] for name in names if name[:4].isdigit())


def _enter_revision(connection: sa.Connection, newest: str) -> None:
    """Enter the revision of a new schema, as ``alembic stamp`` does, without importing Alembic."""
    _REVISION.create(connection, checkfirst=True)
    if connection.execute(sa.select(_REVISION)).first() is None:
        connection.execute(sa.insert(_REVISION).values(version_num=newest))


_REVISION = sa.Table(
    "alembic_version",
    sa.MetaData(),
    sa.Column("version_num", sa.String(32), nullable=False),
    sa.PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


def _migrate(connection: sa.Connection) -> None:
    from alembic import command  # half a second, and seldom needed
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    with _ALEMBIC:
        command.upgrade(config, "head")


def _refusal(engine: sa.Engine, current: str | None, name: str) -> StoreError:
    if current is None and is_new(engine):
        return AbsentError(
            N_("{name}: contains no corpus yet; create one with 'align add SOURCE --corpus'"),
            name=name,
        )
    if current is None:
        return StoreError(
            N_("{name}: its database contains no corpus; name another one with --corpus"), name=name
        )
    return StoreError(
        N_(
            "{name}: made by another version of briefing-align (schema {current}); export "
            "it with that version (align export --format jsonl) and import the file here "
            "(align import)"
        ),
        name=name,
        current=current,
    )


def revision(engine: sa.Engine) -> str | None:
    """Return the schema revision of a database, or ``None`` if it does not contain a corpus."""
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
