"""Writes that no reader waits for: up to which decision somebody has read, and probabilities.

They are made one after the other in a thread of their own, so that a briefing opens while another
program keeps the corpus locked. A write that fails is left out: both are made again.
"""

import logging
import threading
from collections.abc import Callable
from queue import SimpleQueue

from ...errors import StoreError

logger = logging.getLogger(__name__)


class BackgroundWrites:
    """A queue of writes, and the thread that makes them."""

    def __init__(self) -> None:
        self._waiting: SimpleQueue[Callable[[], object]] = SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def put(self, write: Callable[[], object]) -> None:
        """Make a write as soon as those before it are made."""
        self._waiting.put(write)
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="writes", daemon=True)
                self._thread.start()

    def wait(self) -> None:
        """Wait until everything that was put here before is written."""
        done = threading.Event()
        self.put(done.set)
        done.wait()

    def _run(self) -> None:
        while True:
            write = self._waiting.get()
            try:
                write()
            except StoreError as error:
                logger.warning("not written: %s", error)


WRITES = BackgroundWrites()
"""The writes of this process."""
