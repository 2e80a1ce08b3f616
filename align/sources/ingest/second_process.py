"""A second process for one command: it computes one thing while this process does another.

Plain Python runs on one processor, however many threads it has. If no process can be started, or
it dies, the work is done here, so that a command fails only where it would have failed without.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from functools import partial
from importlib import import_module
from typing import Any, Self, TypeVar

from .crawl.workers import start_pool, submit

Result = TypeVar("Result")

# Waits for a result and returns it; raises what the function raised.
Wait = Callable[[], Result]


class SecondProcess:
    """A process that is started at once if it is wanted; a context manager that ends it."""

    def __init__(
        self,
        *modules: str,
        is_wanted: bool,
        start: Callable[[int], ProcessPoolExecutor] = start_pool,
    ) -> None:
        """Start the process if it is wanted.

        :param modules: are imported by the process while it waits.
        """
        self._pool: ProcessPoolExecutor | None = None
        if is_wanted:
            with suppress(OSError):  # the machine has no semaphores
                self._pool = start(1)
                submit(self._pool, _import_all, modules)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def finish(self) -> None:
        """Let the process end after what was begun; nothing more can be begun."""
        if self._pool is not None:
            self._pool.shutdown(wait=False)

    def begin(self, function: Callable[..., Result], *values: Any) -> Wait[Result]:
        """Begin to compute ``function(*values)``, all of which can be pickled."""
        work = partial(function, *values)
        if self._pool is None:
            return work
        future = submit(self._pool, _call, work)

        def wait() -> Result:
            try:
                return future.result()
            except (BrokenProcessPool, MemoryError):
                return work()

        return wait


def _import_all(modules: Sequence[str]) -> None:
    for name in modules:
        import_module(name)


def _call(work: Callable[[], Result]) -> Result:
    return work()
