"""Log records of the tool's own work, never with corpus text, and seconds by stage.

Quiet by default: nothing but a plug-in that cannot be used is shown, unless ``align --verbose``
(lines for people) or ``align --log-json`` (one JSON object a line) asks for it. All go to stderr.
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
"""What a record may carry beside its message: names, numbers and addresses."""

_RUN: contextvars.ContextVar[str] = contextvars.ContextVar("run", default="")


@contextmanager
def show_records(form: Form, stream: TextIO | None = None) -> Iterator[None]:
    """Show the package's records on a stream or stderr, and nothing of other libraries.

    Every record carries the id of this run: its time and six letters.
    """
    _RUN.set(f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:6]}")
    logger = logging.getLogger("align")
    handler = logging.StreamHandler(stream or sys.stderr)
    level, propagate = logger.level, logger.propagate
    if form == "quiet":
        handler.addFilter(logging.Filter("align.extras"))
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


class _Formatter(logging.Formatter):
    """One line a record: a JSON object, or time, event and fields for a person."""

    def __init__(self, *, as_json: bool) -> None:
        super().__init__()
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        at = dt.datetime.fromtimestamp(record.created, dt.UTC)
        level, event = record.levelname.lower(), record.getMessage()
        fields = {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if _RUN.get():
            fields = {"run": _RUN.get(), **fields}
        if not self._as_json:
            shown = " ".join(f"{name}={_short(value)}" for name, value in fields.items())
            return f"{at:%H:%M:%S} {level:7} {event}  {shown}".rstrip()
        head = {"at": at.isoformat(timespec="milliseconds"), "level": level}
        line = {**head, "logger": record.name, "event": event, **fields}
        return json.dumps(line, ensure_ascii=False, default=str)


def _short(value: object) -> str:
    if isinstance(value, dict):
        return ",".join(f"{key}:{_short(item)}" for key, item in value.items())
    return f"{value:.3f}" if isinstance(value, float) else str(value)


tick: Callable[[], float] = time.perf_counter
"""What a clock reads. ``benchmarks/stages.py`` counts the processor's seconds instead."""

STAGES = ("fetch", "extract", "segment", "encode", "match", "store")
"""The stages of a briefing whose time is taken, in their order; of local files nothing is fetched.

``fetch`` holds the waiting that politeness asks for; ``store`` holds the look at what is there.
"""


@dataclass(slots=True)
class Clock:
    """Seconds by stage, of one thread. Nested time is excluded from the outer stage."""

    seconds: dict[str, float] = field(default_factory=dict)
    _running: str = ""
    _since: float = 0.0

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the time that the block takes, or each call of a function, to a stage."""
        outer = self._switch(name)
        try:
            yield
        finally:
            self._switch(outer)

    def now(self) -> dict[str, float]:
        """Return the seconds so far, those of a stage that still runs among them."""
        self._switch(self._running)
        return dict(self.seconds)

    def _switch(self, name: str) -> str:
        """Start another stage, or none where the name is empty; return the one that ran so far."""
        before, now = self._running, tick()
        if before:
            self.seconds[before] = self.seconds.get(before, 0.0) + now - self._since
        self._running, self._since = name, now
        return before


@dataclass(frozen=True, slots=True)
class StageTime:
    """What a stage took over many briefings, in seconds; ``slowest`` names the slowest one."""

    stage: str
    briefings: int
    total: float
    median: float
    p95: float
    most: float
    slowest: str


def sum_by_stage(seconds: Mapping[str, Mapping[str, float]]) -> tuple[StageTime, ...]:
    """Sum up the seconds of each briefing's stages; stages come in their order, others last.

    The 95th percentile is that of the nearest rank: one briefing in twenty took longer.

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
