"""First-come queue of the writers of one SQLite file within this process.

SQLite lets a waiting writer ask again every tenth of a second, and whoever asks at the right moment
is next: with twenty reviewers some wait for many seconds while others pass them. Here they queue
before they take a connection, so that readers find one. Other processes do not see the queue; they
wait for SQLite's lock.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakValueDictionary

import sqlalchemy as sa


class WriteQueue:
    """A queue of writers; the first in it may write."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._line: deque[threading.Event] = deque()

    @property
    def length(self) -> int:
        """How many are in the queue, the one who writes included."""
        return len(self._line)

    @contextmanager
    def turn(self, seconds: float) -> Iterator[bool]:
        """Wait for the turn to write, and keep it while the block runs.

        Yield whether it came within this time. Not re-entrant: a second request by the holder
        times out.
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


_QUEUES: WeakValueDictionary[str, WriteQueue] = WeakValueDictionary()
_LOCK = threading.Lock()


def write_queue_of(url: sa.URL) -> WriteQueue | None:
    """Return the queue of a SQLite file, shared while in use; ``None`` for a server."""
    if url.get_backend_name() != "sqlite":
        return None
    with _LOCK:
        return _QUEUES.setdefault(str(url.database), WriteQueue())
