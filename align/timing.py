"""Seconds by stage: a clock for the work on one briefing, and sums over many."""

import math
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

Asked = ParamSpec("Asked")
Given = TypeVar("Given")

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
    _running: list[tuple[str, float]] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the time that the block takes to a stage."""
        self._settle()
        self._running.append((name, tick()))
        try:
            yield
        finally:
            self._settle()
            self._running.pop()
            if self._running:
                self._running[-1] = (self._running[-1][0], tick())

    def now(self) -> dict[str, float]:
        """Return the seconds so far, those of a stage that still runs among them."""
        self._settle()
        return dict(self.seconds)

    def timed(self, name: str, function: Callable[Asked, Given]) -> Callable[Asked, Given]:
        """Return a function whose every call counts as a stage."""

        def call(*words: Asked.args, **named: Asked.kwargs) -> Given:
            with self.stage(name):
                return function(*words, **named)

        return call

    def _settle(self) -> None:
        """Count what passed since the last look to the innermost stage that runs."""
        if self._running:
            name, since = self._running[-1]
            now = tick()
            self.seconds[name] = self.seconds.get(name, 0.0) + now - since
            self._running[-1] = (name, now)


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
    found: list[StageTime] = []
    for stage, values in taken.items():
        if times := sorted(value for value, _ in values):
            total, median = math.fsum(times), statistics.median(times)
            p95 = times[math.ceil(0.95 * len(times)) - 1]
            found.append(StageTime(stage, len(times), total, median, p95, *max(values)))
    return tuple(found)
