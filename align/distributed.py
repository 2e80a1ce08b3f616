"""Many briefings with Dask: jobs in, what became of each of them out, as they are finished.

One process, the client, reads the sources politely, plans, and is the only writer. Workers run
the middle (cut, encode, match), which touches no store and can be repeated: when a worker dies,
Dask gives its tasks to another one, and the result is the same.
"""

import functools
import logging
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from . import __version__, encoders
from .errors import AlignError
from .ingest.documents import DocumentPair
from .ingest.inputs import Job
from .pipeline import (
    TRIES,
    AddedBriefing,
    AddOutcome,
    AlignedBriefing,
    AlignmentJob,
    finish,
    load_encoder,
    plan,
    run,
)
from .review import TransferResult
from .settings import Settings
from .store import ConflictError, Store

if TYPE_CHECKING:
    from distributed import Client, Future

logger = logging.getLogger(__name__)

IN_FLIGHT = 4
"""Briefings sent out for each thread of a worker: enough that none waits for the client."""

DEATHS = 3
"""Workers that may die over one briefing before it is given up: it may be what kills them."""

WAIT_SECONDS = 30
"""How long a scheduler, and its first worker, may take to answer, and how long none may be left."""

LOOK_SECONDS = 2.0
"""How often it is looked whether there are workers still, while none has finished anything."""

TAKE_SECONDS = 30.0
"""How long a finished briefing may be under way from its worker: it is done again if that died."""

CLOSE_SECONDS = 2.0
"""How long to wait for a scheduler's goodbye: one that is gone says none."""

_LOCAL = re.compile(r"local:([1-9]\d{0,2})")


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster that answers: how many threads its workers have, and what runs them.

    ``where`` is what the user calls it; ``wait`` is how many seconds it may be without workers,
    ``take`` how many a finished briefing may be under way.
    """

    client: "Client"
    threads: int
    where: str = ""
    wait: float = WAIT_SECONDS
    take: float = TAKE_SECONDS


@dataclass(frozen=True, slots=True)
class ClusterOptions:
    """How briefings are added; ``encoder`` is loaded once in each worker process."""

    encoder: str = encoders.DEFAULT
    force: bool = False
    realign: bool = False


@contextmanager
def connect(where: str, *, wait: float = WAIT_SECONDS) -> Iterator[Cluster]:
    """Open a cluster: ``local:N`` starts N processes here, ``tcp://host:port`` joins a scheduler.

    :param wait: seconds that the scheduler, and its first worker, may take to answer.
    :raises AlignError: Dask is not installed, the address is wrong or does not answer, no worker
        comes, or the workers have another version of this package.
    """
    distributed = _dask()
    local = _LOCAL.fullmatch(where)
    if local:
        with (
            distributed.LocalCluster(
                n_workers=int(local[1]),
                threads_per_worker=1,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",  # None would take port 8787 on every interface
                silence_logs=logging.CRITICAL,
            ) as cluster,
            distributed.Client(cluster) as client,
        ):
            yield _crew(client, where, wait)
        return
    if not re.fullmatch(r"(?:tcp|tls)://[^/\s]+:\d+", where):
        raise AlignError(f"--cluster {where}: say local:N, or tcp://host:port of a Dask scheduler")
    with distributed.utils.silence_logging_cmgr(logging.CRITICAL):  # what matters is said by us
        try:
            client = distributed.Client(where, timeout=wait)
        except (OSError, TimeoutError) as error:
            raise AlignError(
                f"--cluster {where}: no Dask scheduler answers there; start one with "
                "'dask scheduler'"
            ) from error
        try:
            yield _crew(client, where, wait)
        finally:
            client.close(timeout=CLOSE_SECONDS)


def _dask() -> Any:  # noqa: ANN401 # a module
    try:
        import distributed
    except ImportError:
        raise AlignError("--cluster needs Dask: pip install 'briefing-align[cluster]'") from None
    return distributed


def _crew(client: "Client", where: str, wait: float) -> Cluster:
    """Wait for the first worker, and see that all of them have this version of the package."""
    try:
        client.wait_for_workers(1, timeout=wait)
    except TimeoutError as error:
        raise AlignError(
            f"--cluster {where}: the scheduler has no worker; start some with 'dask worker {where}'"
        ) from error
    for worker, version in client.run(_version, on_error="return").items():
        if version != __version__:
            has = f"briefing-align {version}" if isinstance(version, str) else "no briefing-align"
            raise AlignError(
                f"--cluster {where}: worker {worker} has {has}, this is {__version__}; "
                "install the same version on both"
            )
    threads = sum(client.nthreads().values())  # type: ignore[no-untyped-call] # Dask types only part of itself
    return Cluster(client, threads, where, wait)


def _version() -> str:
    return __version__


# -- what runs in a worker -----------------------------------------------------------------------

_LOADING = threading.Lock()


@functools.cache
def _load(name: str) -> encoders.Encoder:
    return load_encoder(replace(Settings.from_environment(), encoder=name))


def align_in_worker(work: AlignmentJob, encoder: str) -> AlignedBriefing:
    """Run the middle of the pipeline with an encoder that is loaded once in this process."""
    with _LOADING:
        model = _load(encoder)
    return run(work, model)


# -- what runs in the client ---------------------------------------------------------------------


@dataclass(slots=True)
class _Out:
    """A briefing that a worker has."""

    name: str
    work: AlignmentJob
    tries: int = 1


@dataclass(slots=True)
class _Desk:
    """The client's desk: what is out with workers, and how it is taken back and stored."""

    store: Store
    crew: Cluster
    options: ClusterOptions
    out: "dict[Future[AlignedBriefing], _Out]" = field(default_factory=dict)

    def begin(self, name: str, pair: DocumentPair, tries: int = 1) -> AddOutcome | None:
        """Send a pair out; give the outcome at once when there is nothing to be done."""
        work = plan(self.store, pair, force=self.options.force, realign=self.options.realign)
        if isinstance(work, AddedBriefing):
            return AddOutcome(name, work)
        future = self.crew.client.submit(
            align_in_worker, _light(work), self.options.encoder, pure=False
        )
        self.out[future] = _Out(name, work, tries)
        return None

    def ready(self, *, wait: bool) -> Iterator[AddOutcome]:
        """Store what workers have finished.

        :param wait: wait until at least one is finished, if any is out.
        :raises AlignError: the scheduler is gone, or no worker is left.
        """
        if wait and self.out:
            self._wait()
        done = [future for future in self.out if future.done()]  # type: ignore[no-untyped-call] # Dask types only part of itself
        for future in done:
            if future.cancelled():  # type: ignore[no-untyped-call] # Dask types only part of itself
                raise self._lost("the Dask scheduler is gone")
            task = self.out.pop(future)
            outcome = self._take(future, task)
            if outcome is not None:
                yield outcome

    def _wait(self) -> None:
        """Wait until something is finished, as long as there is somebody who could finish it."""
        from distributed import wait as wait_for

        alone = 0.0
        while True:
            try:
                with self.crew.client.as_current():  # else it asks the newest client there is
                    wait_for(list(self.out), timeout=LOOK_SECONDS, return_when="FIRST_COMPLETED")  # type: ignore[no-untyped-call] # Dask types only part of itself
            except TimeoutError:
                there = self.crew.client.scheduler_info()["workers"]
                alone = 0.0 if there else alone + LOOK_SECONDS
                if alone >= self.crew.wait:
                    raise self._lost("no worker is left") from None
            except CancelledError:  # told by who asks for its result
                return
            else:
                return

    def _lost(self, what: str) -> AlignError:
        """Say that the cluster is lost, and that its work is not."""
        return AlignError(
            f"--cluster {self.crew.where}: {what}, with {len(self.out)} briefings out; what was "
            "finished is stored: run it again to go on"
        )

    def _take(self, future: "Future[AlignedBriefing]", task: _Out) -> AddOutcome | None:
        """Store what a worker made; give nothing where somebody has to make it once more."""
        if future.status == "error":
            failed = future.exception()  # type: ignore[no-untyped-call] # Dask types only part of itself
            return AddOutcome(task.name, why=_reason(failed))
        try:
            built = future.result(timeout=self.crew.take)
        except TimeoutError:  # its worker died with it: Dask has another one make it again
            self.out[future] = task
            return None
        except (CancelledError, OSError) as error:  # an OSError: the line to it
            self.out[future] = task
            raise self._lost("the Dask scheduler is gone") from error
        except Exception as error:  # noqa: BLE001 # the second try failed, of whatever kind
            return AddOutcome(task.name, why=_reason(error))
        try:
            return AddOutcome(task.name, finish(self.store, task.work, built))
        except ConflictError as error:
            if task.tries == TRIES:
                return AddOutcome(task.name, why=str(error))
            return self.begin(task.name, task.work.pair, task.tries + 1)
        except AlignError as error:
            return AddOutcome(task.name, why=str(error))


def add_many(
    jobs: Iterable[Job],
    read: Callable[[Job], DocumentPair],
    store: Store,
    crew: Cluster,
    options: ClusterOptions,
) -> Iterator[AddOutcome]:
    """Add every job; one that fails does not stop the others.

    No more than ``IN_FLIGHT`` briefings for each worker thread are in memory at a time, however
    many jobs there are.

    :param read: gives the documents of a job; called in this process, one after the other.
    :return: the outcomes in the order in which they are finished.
    :raises AlignError: the cluster is lost in the middle; what was yielded before is stored.
    """
    desk = _Desk(store, crew, options)
    for job in jobs:
        yield from desk.ready(wait=len(desk.out) >= IN_FLIGHT * crew.threads)
        try:
            outcome = desk.begin(job.name, read(job))
        except AlignError as error:
            outcome = AddOutcome(job.name, why=str(error))
        if outcome is not None:
            yield outcome
    while desk.out:
        yield from desk.ready(wait=True)


def _light(work: AlignmentJob) -> AlignmentJob:
    """Leave out what a worker has no use for: pages and the old state."""
    return replace(work, pair=replace(work.pair, pages=()), old=None, carried=TransferResult())


def _reason(error: BaseException) -> str:
    """Say why a task failed, in one line."""
    if isinstance(error, AlignError):
        return str(error)
    logger.error("a task failed", exc_info=error)
    kind = type(error).__name__
    if kind == "KilledWorker":
        return f"{DEATHS + 1} workers died while they aligned it; memory may be short"
    return f"unexpected {kind}: {str(error).splitlines()[0] if str(error) else 'no message'}"
