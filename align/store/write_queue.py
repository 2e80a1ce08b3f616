"""The writers of one SQLite file within this process: one at a time, first come, first served.

SQLite lets a writer that waits ask again every tenth of a second, and whoever asks in the right
moment is next: with twenty reviewers some wait for many seconds while others pass them. Here they
stand in line before they take a connection, so that those who read find one. Other processes
know nothing of the line; for them SQLite's own waiting goes on to hold.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakValueDictionary

import sqlalchemy as sa


class WriteQueue:
    """A line of writers; whoever stands first in it may write."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._line: deque[threading.Event] = deque()

    @contextmanager
    def turn(self, seconds: float) -> Iterator[bool]:
        """Wait for the turn to write, and keep it while the block runs.

        Gives whether it came within this time; where not, somebody else is still writing. A
        thread that asks again while it has the turn waits for itself: that it is not given.
        """
        mine = threading.Event()
        with self._lock:
            self._line.append(mine)
            self._line[0].set()
        try:
            yield mine.wait(seconds)
        finally:
            with self._lock:
                self._line.remove(mine)
                if self._line:
                    self._line[0].set()


_LINES: WeakValueDictionary[str, WriteQueue] = WeakValueDictionary()
_LOCK = threading.Lock()


def write_queue_of(url: sa.URL) -> WriteQueue | None:
    """Give the line of a SQLite file: the same one for as long as somebody holds it."""
    if url.get_backend_name() != "sqlite":
        return None
    database = str(url.database)
    with _LOCK:
        line = _LINES.get(database)
        if line is None:
            line = _LINES[database] = WriteQueue()
        return line
