"""``align.align_many``: many pairs of texts in one call, with results streamed in order."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, cast

from ...aligner.encoders import DEFAULT, Encoder, require_installed
from ...aligner.encoders.ahead import EncodedAhead
from ...aligner.encoders.base import OneAtATime, Text
from ...aligner.match.lattice import LONGEST
from ...aligner.text.chinese import simplify_sentences
from ...errors import N_, AlignError, Message
from ...sources.ingest.crawl.workers import start_pool, submit
from ...sources.ingest.plain_text import PlainText
from . import AlignmentResult, Texts, align_texts, describe, find_encoder, read_texts
from .calibration import find_calibration
from .progress import ProgressLines

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Progress = Callable[[int, int | None], object]
"""Called with the number of finished pairs, and the number of all pairs if it is known."""

CHUNK = 32
"""Pairs that are read and encoded at a time, here or in a worker.

The results of a pair do not depend on the number of workers, because the chunks do not.
"""

_IN_FLIGHT = 3  # chunks for each worker that are read ahead


def align_many(
    pairs: Iterable[tuple[Texts, Texts] | AlignError],
    *,
    workers: int | str = 1,
    progress: bool | Progress = False,
    encoder: "str | Encoder | SentenceTransformer" = DEFAULT,
) -> Iterator[AlignmentResult]:
    """Align many pairs of texts, Chinese first; yield their results in order.

    Pairs are read a few ahead of the results, so the iterable may be endless. A pair that cannot be
    aligned gives a result with ``error`` and without beads, and the others go on. ``pair`` of a
    result is the number of its pair, from 0.

    :param pairs: each as for :func:`align.align`: two texts, or two lists of sentences. An
        :class:`AlignError` instead of a pair, such as a file that cannot be read, is its error.
    :param workers: the number of processes, each with an encoder of its own; 1 starts none. An
        encoder that is an object is shared by threads of this process instead. ``"local:N"`` and
        ``"tcp://host:port"`` run on Dask, as ``align add --cluster`` does.
    :param progress: report to standard error every ten seconds, or call this function with the
        number of finished pairs and of all pairs (``None`` if ``pairs`` has no length).
    :param encoder: as for :func:`align.align`.
    :raises TypeError: an argument is wrong.
    :raises AlignError: the encoder cannot be loaded; or, after the results of all pairs before it,
        the iterable raised an error, or the cluster was lost.
    """
    source = _Pairs(pairs)
    run = _choose(workers, encoder)
    return _report(_finish(run(source), source), progress, source.total)


@dataclass(frozen=True, slots=True)
class _Item:
    """A pair as the caller gave it, and its number."""

    number: int
    pair: object


class _Pairs:
    """The pairs of the caller; an error of their iterable is kept until all results are out."""

    def __init__(self, pairs: object) -> None:
        if isinstance(pairs, (str, bytes)) or not isinstance(pairs, Iterable):
            raise TypeError(f"pairs is {describe(pairs)}; expected an iterable of pairs of texts")
        self._pairs = pairs
        self.total = len(pairs) if isinstance(pairs, Sized) else None
        self.failure: AlignError | None = None

    def __iter__(self) -> Iterator[_Item]:
        number = 0
        try:
            for number, pair in enumerate(self._pairs, 1):
                yield _Item(number - 1, pair)
        except Exception as error:  # noqa: BLE001 # a generator of the caller may raise anything
            self.failure = _describe_failure(error, number)
            self.failure.__cause__ = error

    def chunks(self) -> Iterator[list[_Item]]:
        """Yield the pairs in lists of up to :data:`CHUNK`."""
        items = iter(self)
        while chunk := [*islice(items, CHUNK)]:
            yield chunk


def _describe_failure(error: Exception, count: int) -> AlignError:
    """Return what to report if an iterable raised an error after ``count`` pairs."""
    reason = _describe_error(error)
    if count == 0:
        return AlignError(N_("the pairs cannot be read: {reason}"), reason=reason)
    return AlignError(
        N_("the pairs ended with an error after pair {number}: {reason}"),
        number=count - 1,
        reason=reason,
    )


Run = Callable[[_Pairs], Iterator[AlignmentResult]]


def _choose(workers: object, encoder: object) -> Run:
    """Return the function that aligns pairs: here, in threads, in processes or on a cluster."""
    if isinstance(workers, str):
        if not isinstance(encoder, str):
            raise TypeError(
                f"encoder is {describe(encoder)}; expected the name of an encoder, which each "
                "worker of the cluster loads"
            )
        return partial(_on_cluster, where=workers, encoder=encoder)
    if not isinstance(workers, int) or isinstance(workers, bool) or workers < 1:
        raise TypeError(
            f"workers is {describe(workers)}; expected a number from 1, or the address of a Dask "
            "scheduler: 'tcp://host:port'"
        )
    if workers == 1:
        return partial(_here, encoder=find_encoder(encoder))
    if isinstance(encoder, str):
        require_installed(encoder)
        return partial(_in_processes, count=workers, encoder=encoder)
    return partial(_in_threads, count=workers, encoder=find_encoder(encoder))


def _finish(results: Iterator[AlignmentResult], source: _Pairs) -> Iterator[AlignmentResult]:
    """Yield the results, then raise the error of the caller's iterable, if there was one."""
    yield from results
    if source.failure is not None:
        raise source.failure


def _here(source: _Pairs, encoder: Encoder) -> Iterator[AlignmentResult]:
    for chunk in source.chunks():
        yield from _align_items(chunk, encoder)


def _in_threads(source: _Pairs, count: int, encoder: Encoder) -> Iterator[AlignmentResult]:
    """Align in threads that share an encoder; its calls run one after the other."""
    shared = OneAtATime(encoder)
    with ThreadPoolExecutor(count) as pool:
        work = partial(_align_chunk, encoder=shared)
        running: deque[Future[list[AlignmentResult]]] = deque()
        try:
            for chunk in source.chunks():
                running.append(pool.submit(work, chunk))
                while running and (running[0].done() or len(running) > _IN_FLIGHT * count):
                    yield from running.popleft().result()
            while running:
                yield from running.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def _on_cluster(source: _Pairs, where: str, encoder: str) -> Iterator[AlignmentResult]:
    from ..distributed import connect, map_on_cluster

    work = partial(_align_chunk, encoder=encoder)
    with connect(where) as cluster:
        for _, results in map_on_cluster(cluster, work, source.chunks()):
            yield from results


def _in_processes(
    source: _Pairs,
    count: int,
    encoder: str,
    *,
    start: Callable[[int], ProcessPoolExecutor] = start_pool,
) -> Iterator[AlignmentResult]:
    """Align in processes; on a machine that cannot start any (no semaphores), in this one."""
    try:
        pool = start(count)
    except OSError:
        yield from _here(source, find_encoder(encoder))
        return
    with closing(_Processes(pool, count, encoder)) as processes:
        for chunk in source.chunks():
            processes.send(chunk)
            while processes.has_result:
                yield from processes.take()
        while processes.running:
            yield from processes.take()


class _Processes:
    """A pool of processes, and the chunks that they have, in order.

    If a process dies, all futures of its pool fail. A new pool then gets the unfinished pairs one
    by one, so that the pair over which a process dies again is known.
    """

    def __init__(self, pool: ProcessPoolExecutor, count: int, encoder: str) -> None:
        self._pool, self._count = pool, count
        self._work = partial(_align_chunk, encoder=encoder)
        self.running: deque[tuple[list[_Item], Future[list[AlignmentResult]]]] = deque()

    @property
    def has_result(self) -> bool:
        """Whether the first result is finished, or enough chunks are out to wait for it."""
        full = len(self.running) > _IN_FLIGHT * self._count
        return bool(self.running) and (full or self.running[0][1].done())

    def send(self, chunk: list[_Item]) -> None:
        """Give a chunk to a process."""
        self.running.append((chunk, submit(self._pool, self._work, chunk)))

    def take(self) -> list[AlignmentResult]:
        """Return the results of the first chunk that is out."""
        chunk, future = self.running.popleft()
        try:
            return future.result()
        except BrokenProcessPool:
            self._restart()
            results = [self._align_alone(item) for item in chunk]
            waiting, self.running = self.running, deque()
            for other, _ in waiting:
                self.send(other)
            return results
        except Exception as error:  # noqa: BLE001 # what was given cannot be sent to a process
            return [_failed(item.number, _describe_error(error)) for item in chunk]

    def _align_alone(self, item: _Item) -> AlignmentResult:
        """Align a pair while no other pair is out."""
        try:
            return submit(self._pool, self._work, [item]).result()[0]
        except BrokenProcessPool:
            self._restart()
            died = Message(N_("a process died while it aligned it; memory may be short"))
            return _failed(item.number, died)

    def _restart(self) -> None:
        self._pool.shutdown(cancel_futures=True)
        self._pool = start_pool(self._count)

    def close(self) -> None:
        """End the processes; chunks that no process has begun are dropped."""
        self._pool.shutdown(cancel_futures=True)


def _align_chunk(items: Sequence[_Item], *, encoder: object) -> list[AlignmentResult]:
    """Align pairs in a worker, which loads the encoder once."""
    loaded = find_encoder(encoder) if isinstance(encoder, str) else cast(Encoder, encoder)
    return [*_align_items(items, loaded)]


def _align_items(items: Sequence[_Item], encoder: Encoder) -> Iterator[AlignmentResult]:
    """Yield the results of a chunk, with its short texts encoded in one call."""
    read = [_read(item) for item in items]
    texts = [pair for pair in read if not isinstance(pair, AlignmentResult)]
    align_pair = partial(
        align_texts,
        encoder=EncodedAhead(encoder, _list_sentences(texts), LONGEST),
        calibration=find_calibration(encoder.signature),
    )
    for item, pair in zip(items, read, strict=True):
        if isinstance(pair, AlignmentResult):
            yield pair
        else:
            yield _try(item, pair, align_pair)


def _read(item: _Item) -> tuple[PlainText, PlainText] | AlignmentResult:
    """Return the two texts of a pair, or its result if it cannot be read."""
    pair = item.pair
    if isinstance(pair, AlignError):  # the caller could not read it
        return _failed(item.number, pair.message, type(pair))
    if isinstance(pair, (str, bytes)) or not isinstance(pair, Sequence) or len(pair) != 2:
        expected = Message(N_("expected a pair: a Chinese and an English text"))
        reason = Message(N_("{pair}; {expected}"), pair=describe(pair), expected=expected)
        return _failed(item.number, reason)
    try:
        return read_texts(*pair)
    except AlignError as error:
        return _failed(item.number, error.message, type(error))
    except Exception as error:  # noqa: BLE001 # a text of the caller may raise anything
        return _failed(item.number, _describe_error(error))


def _list_sentences(texts: Iterable[tuple[PlainText, PlainText]]) -> Iterator[Text]:
    """Yield the sentences that the matcher will encode."""
    for zh, en in texts:
        yield simplify_sentences(zh.side.sentences), "zh"
        yield en.side.sentences, "en"


def _try(
    item: _Item,
    pair: tuple[PlainText, PlainText],
    align_pair: Callable[[PlainText, PlainText], AlignmentResult],
) -> AlignmentResult:
    """Return the result of a pair, or its error."""
    try:
        result = align_pair(*pair)
    except AlignError as error:
        return _failed(item.number, error.message, type(error))
    except Exception as error:  # noqa: BLE001 # an encoder of the caller may raise anything
        return _failed(item.number, _describe_error(error))
    return replace(result, pair=item.number)


def _failed(number: int, reason: str, kind: type[AlignError] = AlignError) -> AlignmentResult:
    """Return the result of a pair that failed, with an error of the same class."""
    if kind.__init__ is not AlignError.__init__:  # it takes more than a message
        kind = AlignError
    error = kind(N_("pair {number}: {reason}"), number=number, reason=reason)
    return AlignmentResult((), (), (), pair=number, error=error)


def _describe_error(error: Exception) -> str:
    """Return an error in one line, with the name of its class unless it may be one of ours."""
    line = next(iter(str(error).splitlines()), "")
    if line and isinstance(error, (TypeError, AlignError)):
        return line
    return f"{type(error).__name__}: {line}".rstrip(": ")


def _report(
    results: Iterator[AlignmentResult], progress: bool | Progress, total: int | None
) -> Iterator[AlignmentResult]:
    """Yield the results, and report how many there are."""
    if not progress:
        return results
    report = progress if callable(progress) else ProgressLines()
    return _counted(results, report, total)


def _counted(
    results: Iterator[AlignmentResult], report: Progress, total: int | None
) -> Iterator[AlignmentResult]:
    for done, result in enumerate(results, 1):
        report(done, total)
        yield result
