"""The store of a corpus: records in, records out. No other module writes SQL.

A corpus is a folder with ``corpus.db`` (SQLite) and ``corpus.toml``, or a PostgreSQL database.
Each method is one transaction: it is written whole or not at all.
"""

import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa

from ..errors import AbsentError, StoreError
from ..records import Briefing, ExportedBead, Language, Page, Sentence
from ..timing import Clock
from . import read as reading
from . import write as writing
from .engine import (
    BUSY_SECONDS,
    LOCKED,
    ConnectionLostError,
    LockTimeoutError,
    corpus_card,
    database_url,
    translate_errors,
)
from .engine import index_folder as _index_folder
from .open import OpenedDatabase, open_database
from .records import (
    BeadRow,
    BriefingSummary,
    Conflict,
    ConflictError,
    Decision,
    HistoryEntry,
    PageInfo,
    document_digest,
    sentence_id,
)
from .schema import BEAD, BRIEFING, CONFLICT, DOCUMENT, PAGE, PREFERENCE, VERDICT, VISIT
from .write_queue import write_queue_of

__all__ = [
    "BeadRow",
    "BriefingSummary",
    "Conflict",
    "ConflictError",
    "ConnectionLostError",
    "Decision",
    "HistoryEntry",
    "LockTimeoutError",
    "PageInfo",
    "Store",
    "document_digest",
    "sentence_id",
]


class Store(AbstractContextManager["Store"]):
    """One corpus, open for reading and writing, safe to use from several threads."""

    patience: float = BUSY_SECONDS
    """Seconds that a writer waits for those before it in this process."""

    def __init__(
        self,
        engine: sa.Engine,
        name: str,
        card: Mapping[str, Any] | None = None,
        opened: OpenedDatabase | None = None,
    ) -> None:
        self.engine = engine
        self.name = name
        self.card = dict(card or {})
        self._opened = opened or OpenedDatabase(engine)
        self._clear = weakref.finalize(self, self._opened.clear)
        self._writers = write_queue_of(engine.url)  # a server gives its locks out in turn itself

    @property
    def reads_only(self) -> str:
        """Why this corpus cannot be written, and what to do about it; empty where it can."""
        return self._opened.reads_only

    @property
    def note(self) -> str:
        """What a user should be told when it is opened: that a copy is read; mostly empty."""
        return self._opened.note

    @classmethod
    def open(cls, location: str | Path, *, create: bool = False) -> Self:
        """Open a corpus and bring its schema up to date; one that cannot be written is read.

        :param location: the folder of the corpus, or a PostgreSQL URL.
        :param create: open it to be written, and make it when it is not there.
        :raises StoreError: when it is not there, is no corpus, is damaged, or of a newer version;
            with ``create`` also when it can only be read.
        """
        url = database_url(location, create=create)
        server = "://" in str(location)
        name = url.render_as_string(hide_password=True) if server else str(location)
        with translate_errors(name):
            opened = open_database(url, name, create=create)
        card = {} if server else corpus_card(Path(location))
        return cls(opened.engine, name, card, opened)

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()
        self._clear()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Open a read transaction: one unchanging view of the corpus."""
        with translate_errors(self.name), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[sa.Connection]:
        """Open a long read transaction that sees none of the changes made meanwhile."""
        level = (
            {} if self.engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        )
        with (
            translate_errors(self.name),
            self.engine.connect().execution_options(**level) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Open a write transaction; it is undone when the block raises.

        :raises Busy: when others kept the corpus from being written for too long.
        :raises StoreError: when the corpus can only be read.
        """
        if self.reads_only:
            raise StoreError(f"{self.name}: {self.reads_only}")
        with self._writers.turn(self.patience) if self._writers else nullcontext(True) as came:
            if not came:
                raise LockTimeoutError(f"{self.name}: {LOCKED}")
            with (
                translate_errors(self.name),
                self.engine.connect().execution_options(write=True) as connection,
                connection.begin(),
            ):
                yield connection

    # -- pages -------------------------------------------------------------------------------

    def add_pages(self, pages: Iterable[Page]) -> int:
        """Store pages; one with the same address and bytes is there already. Give the new."""
        with self.writing() as connection:
            return writing.put_pages(connection, pages)

    def page(self, url: str) -> Page | None:
        """Give the newest version of a page, or ``None``."""
        with self.reading() as connection:
            newest = sa.select(sa.func.max(PAGE.c.id)).where(PAGE.c.url == url).scalar_subquery()
            with closing(reading.pages(connection, PAGE.c.id == newest)) as found:
                return next(found, None)

    def pages(self) -> Iterator[Page]:
        """Yield every stored page, every version, the oldest first."""
        with self.reading() as connection:
            yield from reading.pages(connection, sa.true())

    def page_infos(self) -> tuple[PageInfo, ...]:
        """List every stored page without its bytes."""
        with self.reading() as connection:
            return reading.page_infos(connection)

    # -- briefings ---------------------------------------------------------------------------

    def find(self, address: str, zh_digest: str = "", en_digest: str = "") -> str | None:
        """Give the id of the briefing with this address, or with these very texts."""
        with self.reading() as connection:
            by_address = sa.select(BRIEFING.c.id).where(BRIEFING.c.address == address)
            found: str | None = connection.execute(by_address).scalar()
            if found is None and zh_digest and en_digest:
                zh, en = DOCUMENT.alias(), DOCUMENT.alias()
                by_text = (
                    sa.select(zh.c.briefing_id)
                    .join(en, zh.c.briefing_id == en.c.briefing_id)
                    .where(zh.c.language == "zh", zh.c.digest == zh_digest, zh.c.current)
                    .where(en.c.language == "en", en.c.digest == en_digest, en.c.current)
                )
                found = connection.execute(by_text).scalar()
            return found

    def holds(self, *addresses: str) -> bool:
        """Say whether one of these addresses belongs to a briefing that is here already."""
        own = sa.select(BRIEFING.c.id).where(BRIEFING.c.address.in_(addresses))
        of_document = sa.select(DOCUMENT.c.id).where(DOCUMENT.c.url.in_(addresses))
        led_there = sa.select(VISIT.c.address).where(
            VISIT.c.address.in_(addresses), VISIT.c.briefing_id.is_not(None)
        )
        with self.reading() as connection:
            queries = (own, of_document, led_there)
            return any(connection.execute(query).first() for query in queries)

    def state(self, briefing_id: str) -> str:
        """Name the state of a briefing, for :meth:`save`; empty where there is none."""
        with self.reading() as connection:
            return reading.state(connection, briefing_id)

    def save(
        self,
        briefing: Briefing,
        *,
        address: str,
        seconds: Mapping[str, float] | None = None,
        carried: Mapping[int, BeadRow] | None = None,
        lost: Iterable[tuple[BeadRow, str]] = (),
        pages: Iterable[Page] = (),
        seen: str | None = None,
    ) -> None:
        """Store a briefing, or the new state of one that is there, with its pages.

        :param address: what identifies the briefing when it is added again.
        :param seconds: how long each stage took; the time to write this is added, as ``store``.
        :param carried: for a bead's place in the alignment, the row whose verdict it keeps.
        :param lost: decisions that could not be carried over, each with the reason.
        :param seen: what :meth:`state` said before the work began; ``None`` asks for no check.
        :raises Overtaken: when the briefing is in another state by now; nothing is written.
        """
        overtaken = ConflictError(f"{address}: changed by another program meanwhile; add it again")
        clock = Clock(dict(seconds or {}))
        with clock.stage("store"), self.writing() as connection:
            writing.lock(connection, briefing.id)
            writing.check_open(connection, briefing.id)
            if seen is not None and reading.state(connection, briefing.id) != seen:
                raise overtaken
            try:
                writing.put_pages(connection, pages)
                taken = clock if seconds else None
                writing.put_briefing(connection, briefing, address, taken, carried or {})
            except sa.exc.IntegrityError as error:  # somebody else put it there a moment ago
                raise overtaken from error
            writing.put_conflicts(connection, briefing.id, lost)

    def remove(self, briefing_id: str) -> None:
        """Take a briefing and all that was decided about it out of the corpus.

        :raises AbsentError: when there is no such briefing.
        """
        with self.writing() as connection:
            gone = connection.execute(BRIEFING.delete().where(BRIEFING.c.id == briefing_id))
        if not gone.rowcount:
            raise AbsentError(f"{briefing_id}: no such briefing; 'align show' lists them")

    def briefings(self) -> tuple[BriefingSummary, ...]:
        """List the briefings, the newest event first."""
        with self.reading() as connection:
            return reading.summaries(connection)

    def speaking(self, name: str) -> frozenset[str]:
        """Name the briefings in which somebody speaks whose label holds these letters."""
        with self.reading() as connection:
            return reading.speaking(connection, name)

    def stamps(self) -> dict[str, str]:
        """Give something for each briefing that changes with every save and every verdict."""
        with self.reading() as connection:
            return reading.stamps(connection)

    def index_folder(self) -> Path:
        """Say where indices of this corpus are kept: with it, or in the user's cache."""
        return _index_folder(self.engine.url)

    def briefing(self, briefing_id: str) -> Briefing:
        """Read a briefing as it stands now, with what reviewers made of its beads.

        :raises AbsentError: when there is no such briefing.
        """
        with self.reading() as connection:
            return reading.briefing(connection, briefing_id)

    def sentences(self, briefing_id: str, language: Language) -> dict[str, Sentence]:
        """Read every sentence of one side by id, also those a reviewer split or joined."""
        with self.reading() as connection:
            ids = reading.documents(connection, briefing_id)
            return reading.sentences(connection, ids[language])

    def pairs(self, briefing_ids: Iterable[str] | None = None) -> Iterator[ExportedBead]:
        """Yield every bead as it leaves the corpus, a briefing at a time."""
        chosen = briefing_ids
        if chosen is None:
            chosen = sorted(summary.id for summary in self.briefings())
        licence = str(self.card.get("licence", ""))
        for briefing_id in chosen:
            with self.reading() as connection:
                yield from reading.pairs(connection, briefing_id, licence)

    def seconds(self) -> dict[str, dict[str, float]]:
        """Give the seconds of each stage for each briefing, of its current alignment."""
        with self.reading() as connection:
            return reading.seconds(connection)

    # -- review ------------------------------------------------------------------------------

    def rows(self, briefing_id: str | None = None) -> tuple[BeadRow, ...]:
        """Read the rows of one briefing, or of all, in order."""
        where = sa.true() if briefing_id is None else BEAD.c.briefing_id == briefing_id
        with self.reading() as connection:
            return reading.bead_rows(connection, where)

    def row(self, bead_id: str) -> BeadRow:
        """Read one row.

        :raises AbsentError: when there is no such row.
        """
        with self.reading() as connection:
            rows = reading.bead_rows(connection, BEAD.c.id == bead_id)
        if not rows:
            raise AbsentError(f"{bead_id}: no such row; somebody may have joined or split it")
        return rows[0]

    def decide(
        self,
        briefing_id: str,
        decision: Decision,
        before: Sequence[BeadRow],
        after: Sequence[BeadRow],
        sentences: Mapping[Language, Sequence[Sentence]] | None = None,
    ) -> HistoryEntry:
        """Replace rows by others, and write who did it into the history: one transaction.

        A decision whose ``op`` is known was stored before: its entry is given back and nothing
        is written. The rows of ``after`` get the revision, time and reviewer of this decision.

        :param before: the rows as the reviewer saw them.
        :param sentences: sentences that a reviewer made by splitting or joining.
        :raises StoreError: when somebody changed one of the rows in the meantime.
        """
        with self.writing() as connection:
            writing.lock(connection, briefing_id)
            done = sa.select(VERDICT).where(VERDICT.c.op == decision.op)
            for row in connection.execute(done):
                return reading.entry(row)
            ids = [row.id for row in before]
            stored = {row.id: row for row in reading.bead_rows(connection, BEAD.c.id.in_(ids))}
            writing.check_unchanged(before, stored)
            at = writing.now()
            for language, new in (sentences or {}).items():
                document_id = reading.documents(connection, briefing_id)[language]
                writing.put_sentences(connection, document_id, new)
            connection.execute(BEAD.delete().where(BEAD.c.id.in_(ids)))
            stamped = writing.stamped(after, stored, decision.reviewer, at)
            writing.put_rows(connection, stamped)
            seq = writing.put_verdict(connection, briefing_id, decision, before, stamped, at)
            writing.touch(connection, briefing_id, at)
        return HistoryEntry(seq, briefing_id, at, decision, tuple(before), stamped)

    def score(self, briefing_id: str, rows: Iterable[BeadRow]) -> None:
        """Keep the probability that the aligner found later for rows. It is no decision.

        A row that holds other sentences by now keeps what it has.
        """
        with self.writing() as connection:
            writing.lock(connection, briefing_id)
            writing.put_probabilities(connection, briefing_id, rows)

    def history(self, briefing_id: str | None = None, since: int = 0) -> tuple[HistoryEntry, ...]:
        """Read the verdicts after number ``since``, oldest first."""
        with self.reading() as connection:
            return reading.history(connection, briefing_id, since)

    def conflicts(self, briefing_id: str | None = None) -> tuple[Conflict, ...]:
        """Read the decisions that wait to be carried over by hand."""
        with self.reading() as connection:
            return reading.conflicts(connection, briefing_id)

    def settle(self, conflict_id: int) -> None:
        """Say that a conflict has been dealt with."""
        with self.writing() as connection:
            connection.execute(
                CONFLICT.update().where(CONFLICT.c.id == conflict_id).values(settled=True)
            )

    def preference(self, reviewer: str, name: str, default: object = None) -> object:
        """Read a reviewer's setting."""
        query = sa.select(PREFERENCE.c.value).where(
            PREFERENCE.c.reviewer == reviewer, PREFERENCE.c.name == name
        )
        with self.reading() as connection:
            row = connection.execute(query).first()
        return default if row is None else row.value

    def prefer(self, reviewer: str, name: str, value: object) -> None:
        """Store a reviewer's setting: any JSON value."""
        with self.writing() as connection:
            writing.put_preference(connection, reviewer, name, value)
