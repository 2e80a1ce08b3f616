"""A limit of processor time for what this process reads itself, as commands and programs do.

The page reads in a process that it can end (:mod:`align.sources.processes`). A command has only
itself: a timer of the system interrupts the reader, as Ctrl-C does.
"""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from ..errors import N_
from .processes import TooCostlyError, allowed_seconds

AGAIN = 1.0
"""Seconds after which a reader that continued is interrupted again."""


class _TimeUp(BaseException):  # like KeyboardInterrupt: readers catch Exception
    """The time is up."""


@contextmanager
def limit_reading(name: str, size: int) -> Iterator[None]:
    """Stop the block when it has used the processor time for an input of a size in bytes.

    It does so in the main thread of systems with such timers, all but Windows, unless another
    limit or a profiler uses the timer.

    :param name: the input, for the message.
    :raises TooCostlyError: if the time is up.
    """
    if sys.platform == "win32" or not _is_timer_free():
        yield
        return
    seconds = allowed_seconds(size)
    armed = True

    def stop(_number: int, _frame: FrameType | None) -> None:
        if armed:
            raise _TimeUp

    before = signal.signal(signal.SIGPROF, stop)
    try:
        signal.setitimer(signal.ITIMER_PROF, seconds, AGAIN)
        yield
    except _TimeUp:
        raise TooCostlyError(
            N_(
                "{name}: reading takes over {seconds:.0f} s of processor time; split it, or save "
                "it as text"
            ),
            name=name,
            seconds=seconds,
        ) from None
    finally:
        armed = False
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _is_timer_free() -> bool:
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        return False
    return (
        signal.getitimer(signal.ITIMER_PROF)[0] == 0
        and signal.getsignal(signal.SIGPROF) == signal.SIG_DFL
    )
