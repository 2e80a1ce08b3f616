"""Background threads for uploaded captures: one reads and pairs pages, one adds pairs.

The page reads the plain attributes of a worker, which only the worker's thread writes.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Literal

from ...corpus.apart import ApartAligner
from ...corpus.pipeline import State, add_aligned
from ...corpus.review.permissions import Author
from ...corpus.store import FullDiskError, Store
from ...errors import N_, AlignError, Message, join_messages
from ...settings import Settings
from ...sources.ingest.apart import CAPTURE_MEMORY, index_files, read_pairs
from ...sources.ingest.crawl.index import CrawlIndex, index_capture
from ...sources.ingest.crawl.jobs import make_jobs
from ...sources.ingest.crawl.pairing import PagePair, pair_pages
from ...sources.ingest.documents import DocumentPair
from ...sources.ingest.inputs import CrawlMemory, Job, KnownAs
from ...sources.ingest.same_briefing import UnlikeSidesError
from ...sources.processes import TooCostlyError, run_apart
from .capture_files import CaptureFiles, CaptureNames
from .capture_pairs import CaptureRow, PairChoices

Stage = Literal["waiting", "reading", "pairing", "done"]

UNEXPECTED = Message(N_("stopped by an internal error; see the server log"))

SECONDS = 60.0
"""Seconds that a capture may be read without a further page."""

_READING = threading.Lock()  # one capture at a time, because reading uses all processors
_WAIT = 0.5  # seconds between checks for a stop request while waiting


class _StoppedError(Exception):
    """The session that requested the work has ended."""


class CaptureReader:
    """Worker that reads and pairs the pages of captures; ``choices`` are set once it succeeds.

    :param store: the corpus, to find rows already in it; ``None`` if it does not exist yet.
    """

    def __init__(self, files: CaptureFiles, settings: Settings, store: Store | None) -> None:
        self.stage: Stage = "waiting"
        self.pages = 0
        self.share = 0.0  # share of the captures' bytes that was read
        self.choices: PairChoices | None = None
        self.error: str = ""
        self._files = files
        self._settings = settings
        self._store = store
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end soon."""
        self._stop.set()

    def wait(self) -> None:
        """Wait until the thread has ended."""
        self._thread.join()

    def _run(self) -> None:
        error: str = UNEXPECTED
        try:
            with _one_at_a_time(self._stop):
                self.choices = self._read()
            error = ""
        except AlignError as fault:
            error = fault.message
        except _StoppedError:
            error = ""
        except RuntimeError as fault:
            if "shutdown" not in str(fault):  # the server is stopping, so no process starts
                raise
        finally:
            self.error = error
            self.stage = "done"

    def _read(self) -> PairChoices:
        self.stage = "reading"
        run_apart(
            index_files,
            self._files.paths,
            self._settings,
            name=" ".join(path.name for path in self._files.paths),
            seconds=SECONDS,
            memory=CAPTURE_MEMORY,
            services={"counted": self._count, "passed": self._pass},
        )
        with index_capture(self._files.paths, settings=self._settings) as index:
            self.stage = "pairing"
            choices = PairChoices(pair_pages(index))
            if self._store is not None:
                memory = CrawlMemory(self._store)
                names = self._files.names
                pairs = [row for row in choices.rows if row.is_pair]
                choices.known = {
                    row.key for row in pairs if memory.has_job(make_job(index, row, names))
                }
        return choices

    def _count(self, done: int) -> None:
        self.pages = done

    def _pass(self, share: float) -> None:
        """Record progress, and end if a stop is requested."""
        if self._stop.is_set():
            raise _StoppedError
        self.share = max(self.share, share)


@contextmanager
def _one_at_a_time(stop: threading.Event) -> Iterator[None]:
    """Hold the lock that lets one capture be read at a time.

    :raises _StoppedError: if a stop is requested while waiting.
    """
    while not _READING.acquire(timeout=_WAIT):
        if stop.is_set():
            raise _StoppedError
    try:
        yield
    finally:
        _READING.release()


def make_job(index: CrawlIndex, row: CaptureRow, names: CaptureNames) -> Job:
    """Return the job that adds a row; the corpus recognises it if the file is uploaded again."""
    if row.zh is not None and row.zh is row.en:
        (job,) = make_jobs(index, (), (row.zh,))
    else:
        (job,) = make_jobs(index, (row.pair,))
    known = job.known_as.pages if job.known_as else ()
    stable = KnownAs(tuple((names.stable(address), checksum) for address, checksum in known))
    return replace(job, known_as=stable)


def _pair_of(row: CaptureRow) -> PagePair:
    """Return the pages of a row; a bilingual page is paired with itself."""
    if row.zh is not None and row.zh is row.en:
        return PagePair(row.zh, row.zh, 0.0)
    return row.pair


@dataclass(frozen=True, slots=True)
class PairResult:
    """Result of adding a row: the id of its briefing, or an error."""

    row: CaptureRow
    briefing: str = ""
    state: State | None = None
    error: str = ""
    unlike: bool = False  # the two texts do not look like one briefing


class CaptureAdder:
    """Worker that adds rows to the corpus one by one; ``results`` grow while it runs.

    :param align: aligns the texts of each row; its process ends with the work.
    :param facts: metadata that applies to all rows.
    :param force: also add texts that do not look like one briefing.
    :param author: who adds them, with their rights; without one no rights are asked for.
    """

    def __init__(
        self,
        files: CaptureFiles,
        rows: Sequence[CaptureRow],
        settings: Settings,
        align: ApartAligner,
        facts: Mapping[str, str],
        *,
        force: bool = False,
        author: Author | None = None,
    ) -> None:
        self.rows = tuple(rows)
        self.results: list[PairResult] = []
        self.current: CaptureRow | None = None
        self.done = False
        self.error: str = ""
        self._files = files
        self._settings = settings
        self._align = align
        self.facts = facts
        self._force = force
        self._author = author
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def names(self) -> CaptureNames:
        """Names of the files as shown on the page."""
        return self._files.names

    @property
    def stopped(self) -> bool:
        """Whether a stop was requested."""
        return self._stop.is_set()

    def stop(self) -> None:
        """Ask the thread to end after the current briefing."""
        self._stop.set()

    def wait(self) -> None:
        """Wait until the thread has ended."""
        self._thread.join()

    def _run(self) -> None:
        error: str = UNEXPECTED
        try:
            with self._align:
                self._add_all()
            error = ""
        except AlignError as fault:
            error = fault.message
        finally:
            self.error = error
            self.current = None
            self.done = True

    def _add_all(self) -> None:
        with Store.open(self._settings.corpus, create=True) as store, suppress(_StoppedError):
            while len(self.results) < len(self.rows):
                try:
                    self._add_from(len(self.results), store)
                except TooCostlyError as fault:  # of the row at hand; the others have their turn
                    row = self.rows[min(len(self.results), len(self.rows) - 1)]
                    self.results.append(self._explain(row, fault))

    def _add_from(self, start: int, store: Store) -> None:
        """Add the rows from a number on, each as soon as it was read in another process."""
        rows = self.rows[start:]

        def begin(number: int) -> None:
            if self.stopped:
                raise _StoppedError
            self.current = rows[number]

        def take(number: int, pair: DocumentPair) -> None:
            try:
                result = self._add(store, rows[number], pair)
            except FullDiskError:
                raise
            except AlignError as fault:
                result = self._explain(rows[number], fault)
            self.results.append(result)

        def refuse(number: int, fault: AlignError) -> None:
            self.results.append(self._explain(rows[number], fault))

        run_apart(
            read_pairs,
            self._files.paths,
            self._settings,
            [_pair_of(row) for row in rows],
            name=" ".join(path.name for path in self._files.paths),
            seconds=SECONDS,
            memory=CAPTURE_MEMORY,
            services={"next": begin, "take": take, "refuse": refuse},
        )

    def _add(self, store: Store, row: CaptureRow, read: DocumentPair) -> PairResult:
        pair = self._files.names.rename(replace(read, facts={**read.facts, **self.facts}))
        added = add_aligned(store, pair, self._align, force=self._force, author=self._author)
        return PairResult(row, added.id, added.state)

    def _explain(self, row: CaptureRow, fault: AlignError) -> PairResult:
        if isinstance(fault, UnlikeSidesError):
            return PairResult(row, error=join_messages(fault.reasons), unlike=True)
        return PairResult(row, error=fault.message)
