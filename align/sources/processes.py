"""Functions that run in a process of their own, within limits of memory and time.

This is how the page parses and aligns what people upload and what sites answer: a function that
hangs, fills the memory or crashes ends its process, and nothing else. One process is kept ready,
since importing the parsers takes a second. It needs no semaphores and no shared memory.

What the function needs of this process, such as the network or the store, it asks for by name;
the answer is given here. Both sides send pickles; this one takes only records and errors of ours.
"""

import atexit
import io
import os
import pickle
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import is_dataclass
from importlib import import_module
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import Any, Self, TypeVar

from ..errors import N_, AlignError, Message
from .limits import APART_MEMORY, APART_SECONDS

PARSERS = (
    "align.sources.ingest.apart",
    "align.corpus.exchange.importing.table",
    "align.corpus.apart",
    "openpyxl",
    "pypdf",
)
"""Modules that a process imports while it waits."""

_MEGABYTE = 1_000_000
_START = 120.0  # seconds that a process may take to start
_PLAIN = frozenset(
    {
        ("align.errors", "_restore_error"),
        ("align.errors", "_restore_message"),
        ("builtins", "frozenset"),
        ("builtins", "set"),
        ("collections", "Counter"),
        ("datetime", "date"),
        ("datetime", "datetime"),
        ("datetime", "timedelta"),
        ("datetime", "timezone"),
        ("decimal", "Decimal"),
        ("pathlib", "PosixPath"),
        ("pathlib", "WindowsPath"),
        ("pathlib._local", "PosixPath"),
        ("pathlib._local", "WindowsPath"),
    }
)

Result = TypeVar("Result")
# What a function may ask its starter for, by name.
Services = Mapping[str, Callable[..., Any]]
# Asks for a service; an error of it is raised.
Ask = Callable[..., Any]


class TooCostlyError(AlignError):
    """Reading takes more memory or time than allowed."""

    code = "file.too-costly"


def allowed_seconds(size: int) -> float:
    """Return the time limit to read an input, which grows with its size in bytes."""
    return scale_seconds(APART_SECONDS, size)


def scale_seconds(seconds: float, size: int) -> float:
    """Return seconds times the megabytes of an input, but at least once; ``size`` is in bytes."""
    return seconds * max(1.0, size / _MEGABYTE)


class ApartProcess:
    """A process that runs functions one after another; after a failure, the next has a new one.

    It is a context manager, and ends with the block. Use it from one thread at a time.
    """

    def __init__(self) -> None:
        self._worker: _Worker | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """End the process; a further function starts another."""
        if self._worker is not None:
            self._worker.end()
            self._worker = None

    def run(
        self,
        function: Callable[..., Result],
        *values: Any,  # the arguments of the function
        name: str,
        seconds: float = APART_SECONDS,
        memory: int | None = APART_MEMORY,
        services: Services | None = None,
    ) -> Result:
        """Return what a function returns; it is called with an :data:`Ask` and the values.

        The results are records, errors and plain values.

        :param function: a function of a module; it and the values are pickled.
        :param name: the input, for messages.
        :param seconds: how long the process may be silent; asking for a service is a sign of life.
        :param memory: additional bytes that the process may take; ``None`` sets no limit.
        :raises TooCostlyError: if the process was ended at a limit, or crashed.
        :raises AlignError: what the function or a service raises.
        """
        try:
            if self._worker is None:
                self._worker = _STANDBY.take()
                self._worker.wait_until_ready()
            self._worker.send((function, values, memory))
            result: Result = _serve(self._worker, name, seconds, memory or 0, services or {})
        except (EOFError, OSError) as error:  # the process is gone
            self.end()
            raise TooCostlyError(
                N_("{name}: reading it broke off; save its text in another format and add that"),
                name=name,
            ) from error
        except BaseException:
            self.end()
            raise
        return result


def run_apart(function: Callable[..., Result], *values: Any, name: str, **limits: Any) -> Result:
    """Run a function in a process of its own and return its result.

    :param limits: those of :meth:`ApartProcess.run`.
    """
    with ApartProcess() as process:
        return process.run(function, *values, name=name, **limits)


def warm_up() -> None:
    """Start the process that the next call of :func:`run_apart` uses."""
    _STANDBY.fill()


def _serve(worker: "_Worker", name: str, seconds: float, memory: int, services: Services) -> Any:  # noqa: ANN401 # as the function
    """Answer what a process asks for until it has a result."""
    while True:
        if not worker.pipe.poll(seconds):
            raise TooCostlyError(
                N_("{name}: reading takes over {seconds:.0f} s; split it, or save it as text"),
                name=name,
                seconds=seconds,
            )
        kind, *rest = _restore(worker.pipe.recv_bytes())
        if kind == "result":
            return rest[0]
        if kind == "error":
            raise rest[0]
        if kind == "memory":
            raise TooCostlyError(
                N_("{name}: reading takes over {memory:.0f} MB; split it, or save it as text"),
                name=name,
                memory=memory / _MEGABYTE,
            )
        if kind == "fault":
            raise RuntimeError(rest[0])
        service, values = rest
        try:
            worker.send(("answer", services[service](*values)))
        except AlignError as error:
            worker.send(("error", error))


class _Records(pickle.Unpickler):
    """Restores records, errors and plain values; a damaged process can make nothing else here."""

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401 # as pickle has it
        """Return a record or an error of ours, or a plain class of Python that they use."""
        if (module, name) in _PLAIN:
            return super().find_class(module, name)
        found = super().find_class(module, name) if module.startswith("align.") else None
        is_error = isinstance(found, type) and issubclass(found, (AlignError, Message))
        if is_error or (isinstance(found, type) and is_dataclass(found)):
            return found
        raise pickle.UnpicklingError(f"{module}.{name}")


def _restore(data: bytes) -> Any:  # noqa: ANN401 # any record
    return _Records(io.BytesIO(data)).load()


# -- the process ---------------------------------------------------------------------------------


class _Worker:
    """A process that waits for functions and runs them, until it is ended."""

    def __init__(self) -> None:
        context = get_context("spawn")
        self.pipe, other = context.Pipe()
        # Not a daemon, since it may start processes itself to read the pages of a capture.
        self._process = context.Process(target=_work, args=(other,), daemon=False)
        with without_main():
            self._process.start()
        other.close()
        _RUNNING.add(self)

    @property
    def is_alive(self) -> bool:
        """Whether the process is there."""
        return self._process.is_alive()

    def wait_until_ready(self) -> None:
        """Wait until the process has imported its modules; the time is not that of an input."""
        if not self.pipe.poll(_START):
            raise EOFError
        self.pipe.recv_bytes()

    def send(self, message: object) -> None:
        """Send a function, or an answer."""
        self.pipe.send_bytes(pickle.dumps(message))

    def end(self) -> None:
        """End the process, whatever it does."""
        if self in _RUNNING:
            _RUNNING.discard(self)
            self.pipe.close()
            self._process.kill()
            self._process.join()


_RUNNING: set[_Worker] = set()


@atexit.register
def _end_all() -> None:
    """End the processes before this one ends, which would wait for them."""
    for worker in [*_RUNNING]:
        worker.end()


class _Standby:
    """The process that is kept ready."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ready: _Worker | None = None

    def take(self) -> _Worker:
        """Return the process that is ready, or a new one, and start the next."""
        with self._lock:
            worker, self._ready = self._ready, None
        if worker is not None and not worker.is_alive:
            worker.end()
            worker = None
        worker = worker or _Worker()
        threading.Thread(target=self.fill, daemon=True).start()
        return worker

    def fill(self) -> None:
        """Start a process unless one is ready."""
        with self._lock:
            if self._ready is None:
                with suppress(OSError, RuntimeError):  # no memory, or the program is ending
                    self._ready = _Worker()


_STANDBY = _Standby()


_MAIN = threading.Lock()


@contextmanager
def without_main() -> Iterator[None]:
    """Hide the program's main file, so that a process started here does not run it again."""
    with _MAIN:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main


def _work(pipe: Connection) -> None:
    """Run the functions that are sent."""
    end_with_parent()
    for name in PARSERS:
        import_module(name)
    with suppress(EOFError, OSError):  # the starter has ended us
        pipe.send_bytes(b"ready")
        while True:
            function, values, memory = pickle.loads(pipe.recv_bytes())  # from our starter
            limit_memory(memory)
            pipe.send_bytes(_run(function, values, pipe))


def _run(function: Callable[..., object], values: tuple[Any, ...], pipe: Connection) -> bytes:
    """Return the pickled result of a function, or the reason for none."""

    def ask(service: str, *asked: object) -> object:
        pipe.send_bytes(pickle.dumps(("ask", service, asked)))
        kind, answer = pickle.loads(pipe.recv_bytes())  # from our starter
        if kind == "error":
            raise answer
        return answer

    try:
        return pickle.dumps(("result", function(ask, *values)))
    except MemoryError:
        return pickle.dumps(("memory",))
    except AlignError as error:
        if _has_memory_error(error):
            return pickle.dumps(("memory",))
        return pickle.dumps(("error", error))
    except Exception as error:  # noqa: BLE001 # our fault: the starter raises it again
        import traceback

        return pickle.dumps(("fault", "".join(traceback.format_exception(error))))


def _has_memory_error(error: BaseException | None) -> bool:
    """Return whether a lack of memory is behind an error; readers turn all errors into theirs."""
    while error is not None:
        if isinstance(error, MemoryError):
            return True
        error = error.__cause__ or error.__context__
    return False


_DATA = 5  # the place of the size of data and stack in /proc/self/statm, in pages (proc(5))


def limit_memory(memory: int | None) -> None:
    """Limit what this process may take from now on, on systems that can; ``None`` is no limit."""
    if sys.platform == "linux":
        with suppress(ImportError, OSError, ValueError):
            import resource

            pages = int(Path("/proc/self/statm").read_text("ascii").split()[_DATA])
            _, most = resource.getrlimit(resource.RLIMIT_DATA)
            wanted = most if memory is None else pages * resource.getpagesize() + memory
            resource.setrlimit(resource.RLIMIT_DATA, (wanted, most))


def end_with_parent() -> None:
    """End this process as soon as its starter is gone, killed or not."""
    parent = parent_process()
    if parent is not None:

        def watch() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=watch, daemon=True).start()
