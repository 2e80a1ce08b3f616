"""Lines of progress on standard error, one every ten seconds."""

import sys
import time
from collections.abc import Callable
from typing import TextIO

_EVERY_SECONDS = 10.0


class ProgressLines:
    """Writes a line every ten seconds: how much is finished, the rate, the time left.

    :param what: the things that are counted and what happens to them, as the line says it.
    """

    def __init__(
        self,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
        what: str = "pairs aligned",
    ) -> None:
        self._stream = stream or sys.stderr
        self._clock = clock
        self._what = what
        self._start = clock()
        self._last = self._start  # when the last line was written

    def __call__(self, done: int, total: int | None) -> None:
        """Write a line if ten seconds have passed since the last one, or the work is finished."""
        now = self._clock()
        if now - self._last < _EVERY_SECONDS and done != total:
            return
        self._last = now
        rate = done / max(now - self._start, 1e-9)
        of_all = f" of {total:,}" if total is not None else ""
        left = f", {(total - done) / rate:,.0f} s left" if total is not None and done else ""
        self._stream.write(f"{done:,}{of_all} {self._what}, {rate:.1f}/s{left}\n")
        self._stream.flush()


class StageLines:
    """Writes the lines of :class:`ProgressLines` for each stage of a long text."""

    def __init__(
        self, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._stream = stream
        self._clock = clock
        self._stage = ""
        self._lines: ProgressLines | None = None

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Write a line if ten seconds have passed since the last one, or the stage is finished."""
        if self._lines is None or stage != self._stage:
            self._stage = stage
            self._lines = ProgressLines(self._stream, self._clock, f"sentences {stage}")
        self._lines(done, total)
