"""Store of a corpus; the only package that speaks SQL.

A corpus is a folder with ``corpus.db`` (SQLite) and ``corpus.toml``, or a PostgreSQL database.
Each method is one transaction.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, Literal, ParamSpec, Self, TypeVar

import sqlalchemy as sa

from ...aligner.text.strings import describe_unknown
from ...errors import N_, AbsentError, ReadOnlyError
from ...logs import Clock
from ...records import BeadRecord, Briefing, Language, Page, Sentence
from ...settings import Settings
from . import overview, read, write
from .engine import (
    BUSY_SECONDS,
    CARD_KEYS,
    DATABASE,
    FULL_DISK,
    LOCKED,
    READ_ONLY,
    ConnectionLostError,
    DiskFaultError,
    FullDiskError,
    corpus_card,
    database_url,
    has_log,
    is_read_only,
    make_engine,
    translate_errors,
    write_queue_of,
)
from .link_decisions import put_decision, read_decisions
from .open import (
    CorpusFile,
    CorpusReplacedError,
    create_corpus,
    translate_opening,
    upgrade,
)
from .records import (
    BeadRow,
    BriefingSummary,
    Conflict,
    ConflictError,
    Decision,
    HistoryEntry,
    sentence_id,
)
from .schema import ALIGNMENT, BEAD, BRIEFING, CONFLICT, PREFERENCE, PRIVATE_VERDICT, VERDICT

__all__ = [
    "BeadRow",
    "BriefingSummary",
    "ConflictError",
    "ConnectionLostError",
    "CorpusReplacedError",
    "Decision",
    "FullDiskError",
    "HistoryEntry",
    "Store",
    "sentence_id",
]


Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def transact(
    function: Callable[Concatenate[sa.Connection, Given], Answer],
    kind: Literal["reading", "writing"] = "reading",
) -> Callable[Concatenate["Store", Given], Answer]:
    """Return a method of a store that calls a function in a transaction of its own."""

    @wraps(function)
    def method(store: "Store", /, *given: Given.args, **named: Given.kwargs) -> Answer:
        with getattr(store, kind)() as connection:
            return function(connection, *given, **named)

    return method


class Store(AbstractContextManager["Store"]):
    """One corpus, open for reading and writing, safe to use from several threads.

    ``reads_only`` is the reason why the corpus cannot be written, with advice; empty if it can.
    """

    patience: float = BUSY_SECONDS
    """Seconds that a writer waits for those before it in this process."""

    def __init__(
        self,
        engine: sa.Engine,
        name: str,
        card: Mapping[str, Any] | None = None,
        reads_only: str = "",
    ) -> None:
        self.engine = engine
        self.name = name
        self.card = dict(card or {})
        self.reads_only = reads_only
        self._writers = write_queue_of(engine.url)  # a server queues its writers itself
        self._file: CorpusFile | None = None

    @property
    def card_doubts(self) -> str:
        """A line that lists unknown keys of ``corpus.toml``, or an empty string."""
        unknown = describe_unknown(self.card, CARD_KEYS)
        return f"{self.name}/corpus.toml: {unknown}" if unknown else ""

    @classmethod
    def open(cls, location: str | Path, *, create: bool = False) -> Self:
        """Open a corpus; one that cannot be written is only read.

        A corpus on a full disk is only read, too, because SQLite needs room to open it for writing.

        :param location: the folder of the corpus, or a PostgreSQL URL.
        :param create: open it for writing, and create it if it does not exist.
        :raises StoreError: it does not exist, is not a corpus, is damaged, or was made by another
            version; with ``create`` also if it can only be read.
        """
        server = "://" in str(location)
        if create and not server:
            create_corpus(Path(location))
        url = database_url(location)
        name = url.render_as_string(hide_password=True) if server else str(location)
        reads_only = READ_ONLY if not server and is_read_only(Path(str(url.database))) else ""
        if reads_only and create:
            raise ReadOnlyError(N_("{name}: {read_only}"), name=name, read_only=READ_ONLY)
        folder = None if server else Path(location)
        try:
            return cls._open(url, name, folder, reads_only, create=create)
        except (DiskFaultError, FullDiskError):
            if server or create or reads_only:
                raise
            if has_log(Path(str(url.database))):  # it can only be read where there is room
                raise FullDiskError(
                    N_(
                        "{name}: its disk is full or reports an error, and a killed program left "
                        "a log; copy the folder to another disk"
                    ),
                    name=name,
                ) from None
            return cls._open(url, name, folder, FULL_DISK, create=False)

    @classmethod
    def _open(
        cls, url: sa.URL, name: str, folder: Path | None, reads_only: str, *, create: bool
    ) -> Self:
        with translate_opening(name, folder), ExitStack() as undone:
            engine = make_engine(url, reads_only=bool(reads_only))
            undone.callback(engine.dispose)
            upgrade(engine, name, create=create)
            card = corpus_card(folder) if folder else {}
            store = cls(engine, name, card, reads_only)
            if folder and not reads_only:
                store._file = CorpusFile(engine, name, folder / DATABASE)
            undone.pop_all()
        return store

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()
        if self._file:
            self._file.close()

    def __exit__(self, *_error: object) -> None:
        self.close()

    def reading(self) -> AbstractContextManager[sa.Connection]:
        """Open a read transaction: one unchanging view of the corpus."""
        server = self.engine.dialect.name != "sqlite"
        return self._transaction(**{"isolation_level": "REPEATABLE READ"} if server else {})

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Open a write transaction; it is rolled back if the block raises.

        The changes are stored when the block ends without an error.

        :raises ConnectionLostError: other processes kept the corpus locked for too long.
        :raises StoreError: the corpus is read-only, or another corpus is now at its path.
        """
        if self.reads_only:
            raise ReadOnlyError(
                N_("{name}: {reads_only}"), name=self.name, reads_only=self.reads_only
            )
        with self._writers.turn(self.patience) if self._writers else nullcontext(True) as came:
            if not came:
                raise ConnectionLostError(N_("{name}: {locked}"), name=self.name, locked=LOCKED)
            with self._transaction(write=True) as connection:
                yield connection
            if self._file:
                self._file.check()
                if self._writers and self._writers.length == 1:
                    self._file.empty_log()

    @contextmanager
    def _transaction(self, **options: Any) -> Iterator[sa.Connection]:
        if self._file:
            self._file.check()
        with (
            translate_errors(self.name),
            self.engine.connect().execution_options(**options) as connection,
            connection.begin(),
        ):
            yield connection

    # -- pages -------------------------------------------------------------------------------

    add_pages = transact(write.put_pages, "writing")

    def pages(self) -> Iterator[Page]:
        """Yield every stored page, every version, the oldest first."""
        with self.reading() as connection:
            yield from read.read_pages(connection, sa.true())

    # -- briefings ---------------------------------------------------------------------------

    find_briefing = transact(overview.find_briefing)
    has_address = transact(overview.has_address)
    has_page = transact(overview.has_page)
    is_empty = transact(overview.is_empty)
    add_address = transact(write.put_address, "writing")
    kept_lists = transact(overview.kept_lists)
    keep_list = transact(write.put_list, "writing")
    state = transact(overview.state)

    def save(
        self,
        briefing: Briefing,
        *,
        address: str,
        seconds: Mapping[str, float] | None = None,
        carried: Mapping[int, BeadRow] | None = None,
        lost: Iterable[tuple[BeadRow, str]] = (),
        pages: Iterable[Page] = (),
        facts: Mapping[str, str] | None = None,
        seen: str | None = None,
        reviewer: str = "",
    ) -> None:
        """Store a new briefing, or the new state of an existing one, with its pages.

        :param address: identifies the briefing when it is added again.
        :param seconds: how long each stage took; the time to write this is added, as ``store``.
        :param carried: for a bead's place in the alignment, the row whose verdict it keeps.
        :param lost: decisions that could not be transferred, each with the reason.
        :param facts: the user's facts about it, as in :meth:`describe`.
        :param seen: the :meth:`state` before the work began; ``None`` skips the check.
        :param reviewer: who adds it, for the log of changed facts.
        :raises ConflictError: the briefing is now in another state; nothing is written.
        """
        conflict = ConflictError(
            N_("{address}: changed by another program meanwhile; add it again"), address=address
        )
        clock = Clock(dict(seconds or {}))
        with clock.stage("store"), self.writing() as connection:
            write.lock(connection, briefing.id)
            write.check_open(connection, briefing.id)
            if seen is not None and overview.state(connection, briefing.id) != seen:
                raise conflict
            try:
                write.put_pages(connection, pages)
                taken = clock if seconds else None
                given = (carried or {}, facts or {}, reviewer)
                write.put_briefing(connection, briefing, address, taken, *given)
            except sa.exc.IntegrityError as error:  # another process has just added it
                raise conflict from error
            write.put_conflicts(connection, briefing.id, lost)

    link_decisions = transact(read_decisions)
    put_link_decision = transact(put_decision, "writing")

    facts = transact(read.facts)

    def describe(self, briefing_id: str, facts: Mapping[str, str], *, reviewer: str = "") -> None:
        """Store the user's facts about a briefing; an empty fact is removed.

        :param reviewer: who changes them; empty for a program.
        """
        with self.writing() as connection:
            write.lock(connection, briefing_id)
            read.documents(connection, briefing_id)
            write.put_facts(connection, briefing_id, facts, reviewer)

    def remove(self, briefing_id: str) -> None:
        """Delete a briefing with all that was decided about it."""
        with self.writing() as connection:
            gone = connection.execute(BRIEFING.delete().where(BRIEFING.c.id == briefing_id))
        if not gone.rowcount:
            raise AbsentError(
                N_("{briefing_id}: unknown briefing; run 'align show' for a list"),
                briefing_id=briefing_id,
            )

    briefings = transact(overview.summaries)
    urls = transact(overview.urls)
    find_speaker = transact(overview.find_speaker)
    note_log = transact(overview.note_log)
    stamps = transact(overview.stamps)
    version = transact(overview.version)
    count = transact(overview.count_corpus)
    count_beads = transact(overview.count_beads)
    count_decisions = transact(overview.count_decisions)
    most_doubtful = transact(overview.most_doubtful)

    def index_folder(self) -> Path:
        """Return the folder of this corpus's indices: within the corpus, or in the user's cache."""
        if self._writers:
            return Path(self.name) / "index"
        name = hashlib.sha256(self.engine.url.render_as_string().encode()).hexdigest()[:16]
        return Settings.from_environment().cache_folder() / "index" / name

    briefing = transact(read.briefing)

    current_documents = transact(read.current_documents)
    first_documents = transact(read.first_documents)

    def pairs(self, briefing_ids: Iterable[str] | None = None) -> Iterator[BeadRecord]:
        """Yield every bead as it is exported, a briefing at a time."""
        if briefing_ids is None:
            briefing_ids = sorted(summary.id for summary in self.briefings())
        licence = str(self.card.get("licence", ""))
        for briefing_id in briefing_ids:
            with self.reading() as connection:
                yield from read.pairs(connection, briefing_id, licence)

    def stage_seconds(self) -> dict[str, dict[str, float]]:
        """Return the seconds of each stage of the current alignments, by briefing."""
        query = sa.select(ALIGNMENT.c.briefing_id, ALIGNMENT.c.seconds).where(ALIGNMENT.c.current)
        with self.reading() as connection:
            return {row.briefing_id: row.seconds for row in connection.execute(query)}

    # -- review ------------------------------------------------------------------------------

    def rows(self, briefing_id: str | None = None) -> tuple[BeadRow, ...]:
        """Read the rows of one briefing, or of all, in order."""
        where = sa.true() if briefing_id is None else BEAD.c.briefing_id == briefing_id
        with self.reading() as connection:
            return read.bead_rows(connection, where)

    rows_with_sentences = transact(read.rows_with_sentences)
    rows_by_id = transact(read.rows_by_id)

    def decide(
        self,
        briefing_id: str,
        decision: Decision,
        before: Sequence[BeadRow],
        after: Sequence[BeadRow],
        sentences: Mapping[Language, Sequence[Sentence]] | None = None,
        *,
        private: bool = False,
    ) -> HistoryEntry:
        """Store a decision as :func:`.write.put_decision` does, and read it back.

        :raises CorpusReplacedError: it cannot be read back, so it does not count as saved.
        """
        given = (briefing_id, decision, before, after, sentences)
        with self.writing() as connection:
            entry = write.put_decision(connection, *given, private=private)
        if self._file:
            self._file.confirm((PRIVATE_VERDICT if private else VERDICT).name, entry)
        return entry

    set_probabilities = transact(write.put_probabilities, "writing")
    history = transact(read.history)

    def conflicts(self) -> tuple[Conflict, ...]:
        """Read the decisions that could not be transferred and are not settled."""
        query = sa.select(CONFLICT).where(~CONFLICT.c.settled).order_by(CONFLICT.c.id)
        with self.reading() as connection:
            return tuple(
                Conflict(row.id, row.briefing_id, BeadRow.from_json(row.bead), row.why)
                for row in connection.execute(query)
            )

    def preference(self, reviewer: str, name: str, default: object = None) -> object:
        """Read a reviewer's setting."""
        query = sa.select(PREFERENCE.c.value).where(
            PREFERENCE.c.reviewer == reviewer, PREFERENCE.c.name == name
        )
        with self.reading() as connection:
            row = connection.execute(query).first()
        return default if row is None else row.value

    set_preference = transact(write.put_preference, "writing")
