"""Add many briefings with Dask: one process reads and stores them, many align them.

The client process reads the sources politely, plans the work, and is the only writer. Workers run
the middle of the pipeline (segment, encode, match). This part does not touch the store and can be
repeated: if a worker dies, Dask gives its tasks to another worker, with the same result.
"""

import asyncio
import functools
import logging
import queue
import re
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from .. import __version__
from ..aligner import encoders
from ..errors import N_, AlignError, Message, UsageError
from ..extras import require
from ..settings import Settings
from ..sources.ingest.crawl.workers import FindKnown, find_nothing, finished
from ..sources.ingest.documents import DocumentPair
from ..sources.ingest.inputs import Job
from .pipeline import (
    AddedBriefing,
    AlignedBriefing,
    AlignmentJob,
    plan_alignment,
    run_alignment,
    store_alignment,
)
from .review.transfer import TransferResult
from .store import ConflictError, Store

if TYPE_CHECKING:
    from distributed import Client, Future

logger = logging.getLogger(__name__)

Item = TypeVar("Item")
Result = TypeVar("Result")

IN_FLIGHT = 4
"""Briefings submitted per worker thread: enough that no thread waits for the client."""

WAIT_SECONDS = 30.0
"""Seconds to wait for a first worker, and for a finished result in transit."""

ANSWER_SECONDS = 8.0  # time limit for a scheduler to identify itself
TASK_SECONDS = 900.0  # time limit per briefing; most take a thousandth of it
POLL_SECONDS = 2.0  # interval of checks that workers exist, while no task finishes
CLOSE_SECONDS = 2.0  # time limit for closing; a scheduler that is gone does not answer

_LOCAL = re.compile(r"local:([1-9]\d{0,2})")
_ADDRESS = re.compile(r"(?:tcp|tls)://[^/\s]+:\d+")

WorkerResult = AlignedBriefing | AlignError

Outcome = tuple[Job, AddedBriefing | AlignError]
"""The outcome of a job: the added briefing, or the error."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A connected cluster: its client, the number of worker threads, and its name for messages."""

    client: "Client"
    threads: int
    where: str = ""
    wait: float = WAIT_SECONDS


@dataclass(frozen=True, slots=True)
class ClusterOptions:
    """How briefings are added; ``limit`` is the time limit in seconds to align one."""

    encoder: str = encoders.DEFAULT
    force: bool = False
    realign: bool = False
    limit: float = TASK_SECONDS


@contextmanager
def connect(
    where: str, *, wait: float = WAIT_SECONDS, answer: float = ANSWER_SECONDS
) -> Iterator[Cluster]:
    """Open a cluster: ``local:N`` starts N processes here, ``tcp://host:port`` joins a scheduler.

    :param wait: time limit in seconds for the first worker to appear.
    :param answer: time limit in seconds for the scheduler to answer.
    :raises AlignError: Dask is not installed, the address is wrong or does not answer, no worker
        comes, or the workers have another version of this package.
    """
    require("cluster", "--cluster")
    distributed: Any = import_module("distributed")
    with ExitStack() as held:
        if local := _LOCAL.fullmatch(where):
            cluster = distributed.LocalCluster(
                n_workers=int(local[1]),
                threads_per_worker=1,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",  # None would take port 8787 on every interface
                silence_logs=logging.CRITICAL,
            )
            client = held.enter_context(distributed.Client(held.enter_context(cluster)))
        elif _ADDRESS.fullmatch(where):
            held.enter_context(distributed.utils.silence_logging_cmgr(logging.CRITICAL))
            try:
                with ThreadPoolExecutor(1) as pool:  # a notebook already runs an event loop here
                    pool.submit(asyncio.run, _ask_scheduler(where, answer)).result()
                client = distributed.Client(where, timeout=wait)
            except Exception as error:  # another kind of server may answer anything
                none = Message(N_("no Dask scheduler responds; start one with 'dask scheduler'"))
                raise AlignError(
                    N_("--cluster {where}: {problem}"), where=where, problem=none
                ) from error
            held.callback(client.close, timeout=CLOSE_SECONDS)
        else:
            right = Message(N_("use local:N, or the tcp://host:port of a Dask scheduler"))
            raise UsageError(N_("--cluster {where}: {right}"), where=where, right=right)
        yield _check_workers(client, where, wait)


async def _ask_scheduler(where: str, seconds: float) -> None:
    """Raise if no scheduler answers; a Dask client would try any other server for minutes."""
    from distributed import rpc

    async with asyncio.timeout(seconds), rpc(where) as server:  # type: ignore[no-untyped-call] # Dask types only part of itself
        if (await server.identity())["type"] != "Scheduler":
            raise TimeoutError


def _check_workers(client: "Client", where: str, wait: float) -> Cluster:
    """Wait for the first worker, and check that all workers have this version of the package."""
    try:
        client.wait_for_workers(1, timeout=wait)
    except TimeoutError as error:
        raise AlignError(
            N_(
                "--cluster {where}: the scheduler has no workers; start some with 'dask worker "
                "{where}'"
            ),
            where=where,
        ) from error
    for worker, version in client.run(_version, on_error="return").items():
        if version != __version__:
            has: str = Message(N_("no briefing-align"))
            if isinstance(version, str):
                has = f"briefing-align {version}"
            raise AlignError(
                N_(
                    "--cluster {where}: worker {worker} has {has}, but this machine has "
                    "{version}; install the same version on both"
                ),
                where=where,
                worker=worker,
                has=has,
                version=__version__,
            )
    threads = sum(client.nthreads().values())  # type: ignore[no-untyped-call] # Dask types only part of itself
    return Cluster(client, threads, where, wait)


def _version() -> str:
    return __version__


# -- code that runs in a worker ------------------------------------------------------------------

_LOADING = threading.Lock()


@functools.cache
def _load(name: str) -> encoders.Encoder:
    return encoders.load_configured(replace(Settings.from_environment(), encoder=name))


def align_in_worker(job: AlignmentJob, encoder: str, seconds: float) -> WorkerResult:
    """Run the middle of the pipeline within a time limit; return the result or the error.

    Errors are returned, not raised: if an exception cannot be pickled, the client waits forever.
    """
    results: queue.SimpleQueue[WorkerResult] = queue.SimpleQueue()

    def align() -> None:
        try:
            with _LOADING:
                model = _load(encoder)
            results.put(run_alignment(job, model))
        except Exception as error:  # noqa: BLE001 # every error goes to the client
            results.put(_explain(error))

    threading.Thread(target=align, daemon=True).start()
    try:
        return results.get(timeout=seconds)
    except queue.Empty:  # a thread cannot be killed; the worker continues with the next briefing
        return AlignError(
            N_("stopped after {seconds:g} seconds; try again without --cluster"), seconds=seconds
        )


# -- code that runs in the client ----------------------------------------------------------------


@dataclass(slots=True)
class _Tasks:
    """The briefings that workers have; results are stored as they arrive."""

    store: Store
    cluster: Cluster
    options: ClusterOptions
    running: "dict[Future[WorkerResult], tuple[Job, AlignmentJob]]" = field(default_factory=dict)

    def submit(self, job: Job, pair: DocumentPair) -> Iterator[Outcome]:
        """Send a pair to a worker; yield the outcome at once when there is nothing to do."""
        work = plan_alignment(self.store, pair, realign=self.options.realign)
        if isinstance(work, AddedBriefing):
            yield job, work
            return
        pair = replace(pair, pages=())  # a worker has no use for pages and the old state
        sent = replace(work, pair=pair, old=None, transfer=TransferResult())
        options = (self.options.encoder, self.options.limit)
        future = self.cluster.client.submit(align_in_worker, sent, *options, pure=False)
        self.running[future] = (job, work)

    def collect(self, *, wait: bool) -> Iterator[Outcome]:
        """Store the finished results of the workers.

        :param wait: wait until at least one briefing is finished, if a worker has any.
        :raises AlignError: the scheduler is gone, or no worker is left.
        """
        if wait and self.running:
            self._wait()
        for future in [future for future in self.running if future.done()]:  # type: ignore[no-untyped-call] # Dask types only part of itself
            try:
                result = future.result(timeout=self.cluster.wait)
            except TimeoutError:  # it was lost with its worker; Dask runs it on another one
                continue
            except (CancelledError, OSError) as error:
                raise self._lost(
                    Message(N_("the connection to the Dask scheduler was lost"))
                ) from error
            except Exception as error:  # noqa: BLE001 # it killed workers, or it cannot be sent
                result = _explain(error)
            yield from self._store(*self.running.pop(future), result)

    def _wait(self) -> None:
        """Wait until something is finished, as long as there is a worker that could finish it."""
        from distributed import wait

        alone = 0.0
        with self.cluster.client.as_current(), suppress(CancelledError):  # collect() reports it
            while alone < self.cluster.wait:
                try:
                    wait(list(self.running), timeout=POLL_SECONDS, return_when="FIRST_COMPLETED")  # type: ignore[no-untyped-call] # Dask types only part of itself
                except TimeoutError:
                    workers = self.cluster.client.scheduler_info()["workers"]
                    alone = 0.0 if workers else alone + POLL_SECONDS
                else:
                    return
            raise self._lost(Message(N_("all workers are lost")))

    def _store(self, job: Job, work: AlignmentJob, result: WorkerResult) -> Iterator[Outcome]:
        """Store a result; yield nothing if it has to be made again."""
        if isinstance(result, AlignError):
            yield job, result
            return
        try:
            yield job, store_alignment(self.store, work, result, force=self.options.force)
        except ConflictError:  # another process changed the briefing
            yield from self.submit(job, work.pair)
        except AlignError as error:
            yield job, error

    def _lost(self, what: Message) -> AlignError:
        return AlignError(
            N_(
                "--cluster {where}: {what}, {count} briefings are unfinished; finished ones are "
                "stored, so rerun to resume"
            ),
            where=self.cluster.where,
            what=what,
            count=len(self.running),
        )


def map_on_cluster(
    cluster: Cluster,
    function: Callable[[Item], Result],
    items: Iterable[Item],
    find_known: FindKnown[Item, Result] = find_nothing,
) -> Iterator[tuple[Item, Result]]:
    """Apply a function to items on a cluster; yield each item with its result, in order.

    At most ``IN_FLIGHT`` items per worker thread are in memory at a time. An item whose result is
    known is not sent to the cluster.

    :raises AlignError: a worker or the scheduler is lost.
    """
    running: deque[tuple[Item, Callable[[], Result]]] = deque()

    def next_result() -> tuple[Item, Result]:
        item, wait = running.popleft()
        try:
            return item, wait()
        except Exception as error:  # Dask may raise any type
            raise AlignError(
                N_("--cluster {where}: {reason}"), where=cluster.where, reason=_explain(error)
            ) from error

    for item in items:
        known = find_known(item)
        if known is None:
            wait = cluster.client.submit(function, item, pure=False).result
        else:
            wait = finished(known).result
        running.append((item, wait))
        if len(running) >= IN_FLIGHT * cluster.threads:
            yield next_result()
    while running:
        yield next_result()


def add_many(
    jobs: Iterable[Job],
    read: Callable[[Job], DocumentPair],
    store: Store,
    cluster: Cluster,
    options: ClusterOptions,
) -> Iterator[Outcome]:
    """Run every job and yield its outcome; a failed job does not stop the others.

    At most ``IN_FLIGHT`` briefings per worker thread are in memory at a time, regardless of the
    number of jobs.

    :param read: returns the documents of a job; called in this process, one job at a time.
    :return: the outcomes in order of completion.
    :raises AlignError: the cluster is lost; outcomes yielded before that are stored.
    """
    tasks = _Tasks(store, cluster, options)
    for job in jobs:
        yield from tasks.collect(wait=len(tasks.running) >= IN_FLIGHT * cluster.threads)
        try:
            yield from tasks.submit(job, read(job))
        except AlignError as error:
            yield job, error
    while tasks.running:
        yield from tasks.collect(wait=True)


def _explain(error: BaseException) -> AlignError:
    """Return why a task failed, in one line."""
    if isinstance(error, AlignError):
        return AlignError(error.message)
    logger.error("a task failed", exc_info=error)
    kind = type(error).__name__
    if kind == "KilledWorker":  # Dask gives a task up when four workers have died over it
        return AlignError(N_("4 workers died while aligning it; they may be short of memory"))
    reason = str(error).splitlines()[0] if str(error) else Message(N_("no message"))
    return AlignError(N_("unexpected {kind}: {reason}"), kind=kind, reason=reason)
