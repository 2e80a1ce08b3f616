"""Workers: a function applied to pages on all processors, with results streamed in order."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from itertools import chain
from multiprocessing import get_context
from typing import TypeVar

from ....settings import count_processors
from ...processes import end_with_parent, without_main

Item = TypeVar("Item")
Result = TypeVar("Result")

# Returns the result of an item to which the function need not be applied, else None.
FindKnown = Callable[[Item], Result | None]

# Applies a function to items, in other processes, and yields each item with its result, in order.
MapItems = Callable[
    [Callable[[Item], Result], Iterable[Item], FindKnown[Item, Result]],
    Iterator[tuple[Item, Result]],
]

_FEWEST = 24
"""Least number of items for which processes are started; each process loads the encoder."""

_IN_FLIGHT = 4  # items for each process that are read ahead
_MOST_PROCESSES = 16


def find_nothing(_item: object) -> None:
    """Return ``None``: no result is known."""
    return


def map_here(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    find_known: FindKnown[Item, Result] = find_nothing,
) -> Iterator[tuple[Item, Result]]:
    """Apply a function in this process."""
    for item in items:
        known = find_known(item)
        yield item, function(item) if known is None else known


def start_pool(processes: int) -> ProcessPoolExecutor:
    """Return a pool of processes that end with this one.

    :raises OSError: the machine has no semaphores, as a container without ``/dev/shm``.
    """
    return ProcessPoolExecutor(processes, get_context("spawn"), initializer=end_with_parent)


def map_on_processors(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    find_known: FindKnown[Item, Result] = find_nothing,
    *,
    start: Callable[[int], ProcessPoolExecutor] = start_pool,
) -> Iterator[tuple[Item, Result]]:
    """Apply a function on all processors; few items, or a single processor, stay in this process.

    No more than a few items for each process are in memory, however many there are. An item whose
    result is known is not sent to a process. A machine that cannot start a pool does all the work
    in this process.
    """
    waiting = iter(items)
    first = [item for _, item in zip(range(_FEWEST), waiting, strict=False)]
    processes = min(_MOST_PROCESSES, count_processors())
    pool = None
    if len(first) == _FEWEST and processes > 1:
        with suppress(OSError):
            pool = start(processes)
    if pool is None:
        yield from map_here(function, chain(first, waiting), find_known)
        return
    running: deque[tuple[Item, Future[Result]]] = deque()
    with pool:
        try:
            for item in chain(first, waiting):
                known = find_known(item)
                future = submit(pool, function, item) if known is None else finished(known)
                running.append((item, future))
                if len(running) >= _IN_FLIGHT * processes:
                    yield _first_result(running, function)
            while running:
                yield _first_result(running, function)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def submit(
    pool: ProcessPoolExecutor, function: Callable[[Item], Result], item: Item
) -> Future[Result]:
    """Give an item to a process; in a broken pool the future has its error."""
    try:
        with without_main():
            return pool.submit(function, item)
    except BrokenProcessPool as error:
        failed: Future[Result] = Future()
        failed.set_exception(error)
        return failed


def finished(result: Result) -> Future[Result]:
    """Return a future that has its result."""
    future: Future[Result] = Future()
    future.set_result(result)
    return future


def _first_result(
    running: deque[tuple[Item, Future[Result]]], function: Callable[[Item], Result]
) -> tuple[Item, Result]:
    item, future = running.popleft()
    try:
        return item, future.result()
    except BrokenProcessPool:  # a worker died, perhaps for lack of memory; this process takes over
        return item, function(item)
