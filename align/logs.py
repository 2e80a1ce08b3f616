"""Log records of the program's work, never with corpus text, and the seconds of each stage.

By default only two things are shown: a plug-in that cannot be used, and that the aligner is being
compiled, because both would otherwise look like a fault. ``align --verbose`` writes readable lines,
and ``align --log-json`` writes one JSON object per line. All go to stderr.
"""

import contextvars
import datetime as dt
import json
import logging
import math
import statistics
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal, TextIO

Form = Literal["quiet", "lines", "json"]

FIELDS = ("run", "briefing", "stage", "seconds", "beads", "state", "source", "done", "failed")
"""The fields that a record may have besides its message: names, numbers and URLs."""

_ALWAYS_SHOWN = ("align.extras", "align.aligner.text.compiled")
"""The loggers whose records are shown by default."""

_RUN: contextvars.ContextVar[str] = contextvars.ContextVar("run", default="")


@contextmanager
def show_records(form: Form, stream: TextIO | None = None) -> Iterator[None]:
    """Show the records of this package, and of no other library, on a stream (default: stderr).

    Every record carries the id of this run: its start time and six hexadecimal digits.
    """
    _RUN.set(f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:6]}")
    logger = logging.getLogger("align")
    handler = logging.StreamHandler(stream) if stream else _StderrHandler()
    level, propagate = logger.level, logger.propagate
    if form == "quiet":
        handler.addFilter(lambda record: record.name in _ALWAYS_SHOWN)
    else:
        handler.setFormatter(_Formatter(as_json=form == "json"))
        logger.setLevel(logging.INFO)
        logger.propagate = False
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = propagate


class _StderrHandler(logging.StreamHandler[TextIO]):
    """Handler that writes to the current ``sys.stderr``, which a progress bar replaces."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record, above the bar if one is visible."""
        self.setStream(sys.stderr)
        super().emit(record)


class _Formatter(logging.Formatter):
    """Writes one line per record: a JSON object, or time, level, event and fields."""

    def __init__(self, *, as_json: bool) -> None:
        super().__init__()
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        at = dt.datetime.fromtimestamp(record.created, dt.UTC)
        level, event = record.levelname.lower(), record.getMessage()
        traceback = self.formatException(record.exc_info) if record.exc_info else ""
        fields = {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if _RUN.get():
            fields = {"run": _RUN.get(), **fields}
        if not self._as_json:
            shown = " ".join(f"{name}={_short(value)}" for name, value in fields.items())
            line = f"{at:%H:%M:%S} {level:7} {event}  {shown}".rstrip()
            return f"{line}\n{traceback}" if traceback else line
        if traceback:
            fields["traceback"] = traceback
        head = {"at": at.isoformat(timespec="milliseconds"), "level": level}
        entry = {**head, "logger": record.name, "event": event, **fields}
        return json.dumps(entry, ensure_ascii=False, default=str)


def _short(value: object) -> str:
    if isinstance(value, dict):
        return ",".join(f"{key}:{_short(item)}" for key, item in value.items())
    return f"{value:.3f}" if isinstance(value, float) else str(value)


tick: Callable[[], float] = time.perf_counter
"""The time source of clocks, in seconds; ``benchmarks/stages.py`` sets it to processor time."""

STAGES = ("fetch", "extract", "segment", "encode", "match", "store")
"""The timed stages of a briefing, in order; local files have no ``fetch``.

``fetch`` includes the delays between requests; ``store`` covers the lookup and the write.
"""


@dataclass(slots=True)
class Clock:
    """Seconds by stage, for one thread. An outer stage excludes the time of nested stages."""

    seconds: dict[str, float] = field(default_factory=dict)
    _running: str = ""
    _since: float = 0.0

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the time of a block, or of each call if used as a decorator, to a stage."""
        outer = self._switch(name)
        try:
            yield
        finally:
            self._switch(outer)

    def now(self) -> dict[str, float]:
        """Return the seconds so far, including those of a stage that is still running."""
        self._switch(self._running)
        return dict(self.seconds)

    def _switch(self, name: str) -> str:
        """Start a stage, or stop the clock if the name is empty; return the previous stage."""
        before = self._running
        now = tick()
        if before:
            self.seconds[before] = self.seconds.get(before, 0.0) + now - self._since
        self._running, self._since = name, now
        return before


@dataclass(frozen=True, slots=True)
class StageTime:
    """The time of one stage over many briefings, in seconds; ``slowest`` names a briefing."""

    stage: str
    briefings: int
    total: float
    median: float
    p95: float
    most: float
    slowest: str


def sum_by_stage(seconds: Mapping[str, Mapping[str, float]]) -> tuple[StageTime, ...]:
    """Sum the seconds of each stage over all briefings, in the order of stages, unknown ones last.

    :param seconds: briefing to stage to seconds.
    :return: the stages that ran; the 95th percentile is by nearest rank.

    >>> sum_by_stage({"a": {"match": 1.0}, "b": {"match": 3.0, "store": 0.5}})[0]
    StageTime(stage='match', briefings=2, total=4.0, median=2.0, p95=3.0, most=3.0, slowest='b')
    """
    taken: dict[str, list[tuple[float, str]]] = {stage: [] for stage in STAGES}
    for briefing, stages in seconds.items():
        for stage, value in stages.items():
            taken.setdefault(stage, []).append((value, briefing))
    sums: list[StageTime] = []
    for stage, values in taken.items():
        if times := sorted(value for value, _ in values):
            total, median = math.fsum(times), statistics.median(times)
            p95 = times[math.ceil(0.95 * len(times)) - 1]
            sums.append(StageTime(stage, len(times), total, median, p95, *max(values)))
    return tuple(sums)
