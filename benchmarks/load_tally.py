"""What simulated reviewers saw, in; the comparison with the history of the corpus, out."""

import os
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from align.corpus.store import BeadRow, HistoryEntry, Store

LATE = 60.0
"""Seconds after which an acknowledgement counts as late."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one decision: its operations, how long it took, and what the page said.

    ``answered`` is false where the page said nothing as long as the reviewer waited.
    """

    ops: tuple[str, ...]
    milliseconds: float
    said: str = ""
    answered: bool = True


State = tuple[int, str, str | None, str | None]
"""A row as far as decisions of the load change it: revision, status, corrections."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a tab shows of a briefing in the end, by row."""

    who: str
    briefing: str
    rows: dict[str, State]


@dataclass
class Tally:
    """What the tabs saw."""

    outcomes: list[Outcome] = field(default_factory=list)
    steps: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)
    load: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    reconnected: int = 0
    resent: int = 0

    def step(self, name: str, seconds: float) -> None:
        """Note how long something other than a decision took."""
        self.steps.setdefault(name, []).append(seconds * 1000)

    def sample(self, megabytes: float) -> None:
        """Note the memory of the server, and the load of the machine, now."""
        self.memory.append((time.monotonic(), megabytes))
        self.load.append(os.getloadavg()[0])


def report(tally: Tally, location: str, reviewers: int) -> dict[str, Any]:
    """Compare what the tabs saw with the history."""
    with Store.open(location) as store:
        return counted(tally, store.history(), store.rows(), reviewers)


def counted(
    tally: Tally, history: Sequence[HistoryEntry], rows: Sequence[BeadRow], reviewers: int
) -> dict[str, Any]:
    """Compare what the tabs saw with all decisions, the oldest first, and the rows they led to."""
    stored = [entry.decision.op for entry in history]
    answered = [one for one in tally.outcomes if one.answered]
    saved = [op for one in answered if not one.said for op in one.ops]
    open_ones = [op for one in tally.outcomes if not one.answered for op in one.ops]
    refused = [one for one in answered if one.said]
    wrong = [one for tab in tally.shown for one in _shown_wrongly(rows, tab)]
    return {
        "reviewers": reviewers,
        "names in the history": len({entry.decision.reviewer for entry in history}),
        **_course(tally),
        "decisions": len(tally.outcomes),
        "saved": len(saved),
        "refused in words": len(refused),
        "in the history": len(stored),
        "lost": sorted(set(saved) - set(stored)),
        "doubled": len(stored) - len(set(stored)),
        "stored without being saved": sorted(set(stored) - {*saved, *open_ones}),
        "overwritten": list(_overwritten(history, rows)),
        "tabs compared with the store in the end": len(tally.shown),
        "rows shown otherwise than stored": wrong,
        f"answered later than {LATE:.0f} s": sum(
            one.milliseconds > LATE * 1000 for one in answered
        ),
        "never answered": len(open_ones),
        "sent again": tally.resent,
        "lines that dropped": tally.reconnected,
        **_times("decision", [one.milliseconds for one in answered]),
        **{
            key: value
            for name in tally.steps
            for key, value in _times(name, tally.steps[name]).items()
        },
        "errors": len(tally.errors),
        "first errors": tally.errors[:8],
        "messages": _messages(refused),
        "load of the machine, median": round(statistics.median(tally.load), 1),
        "load of the machine, highest": round(max(tally.load), 1),
    }


def _state(row: BeadRow) -> State:
    return row.revision, row.status, row.zh_edit, row.en_edit


def _overwritten(history: Sequence[HistoryEntry], rows: Sequence[BeadRow]) -> Iterator[str]:
    """Name decisions that did not begin where the last one about a row ended, and such rows.

    Whatever is written over something that its writer had not seen breaks this chain.
    """
    left: dict[str, State] = {}
    for entry in history:
        begins = [(left.pop(row.id, _state(row)), _state(row)) for row in entry.before]
        if any(was != seen for was, seen in begins):
            yield entry.decision.op
        left.update((row.id, _state(row)) for row in entry.after)
    for row in rows:
        if left.get(row.id, _state(row)) != _state(row):
            yield row.id


def _shown_wrongly(rows: Sequence[BeadRow], tab: Shown) -> Iterator[str]:
    """Name the rows of a tab that the store has not, or otherwise, or that the tab has not."""
    stored = {row.id: _state(row) for row in rows if row.briefing == tab.briefing}
    for row in sorted({*stored, *tab.rows}):
        if stored.get(row) != tab.rows.get(row):
            yield f"{tab.who} at {tab.briefing}: {row}"


def faults(found: dict[str, Any]) -> list[str]:
    """Name what makes a run a failed one: decisions lost, doubled or unasked, wrong rows.

    A run in which nothing was saved has shown nothing.
    """
    names = (
        "lost",
        "doubled",
        "stored without being saved",
        "overwritten",
        "rows shown otherwise than stored",
    )
    return [name for name in names if found[name]] + ["saved"] * (not found["saved"])


def _course(tally: Tally) -> dict[str, Any]:
    """Say what the server needed, and how its memory went."""
    start, first = tally.memory[0]
    end, last = tally.memory[-1]
    hours = max(end - start, 1.0) / 3600
    after_ten = next((mb for at, mb in tally.memory if at - start >= 600), last)
    after_one = next((mb for at, mb in tally.memory if at - start >= 60), last)
    settled = 600 if end - start > 1200 else 60
    grown = last - (after_ten if settled == 600 else after_one)
    left = max(hours - settled / 3600, 1 / 3600)
    return {
        "minutes": round(hours * 60, 1),
        "server MB at the start": round(first),
        "server MB after 1 minute": round(after_one),
        "server MB after 10 minutes": round(after_ten),
        "server MB at the end": round(last),
        "server MB every 5 minutes": [round(mb) for mb in _every(tally.memory, 300)],
        f"growth per hour, from minute {settled // 60} on, MB": round(grown / left),
        "server's share of a core": round(
            (tally.processor[-1] - tally.processor[0]) / (hours * 3600), 2
        ),
    }


def _every(samples: Sequence[tuple[float, float]], seconds: float) -> Iterator[float]:
    """Return the first sample of each stretch of time."""
    start, turn = samples[0][0], 0
    for at, value in samples:
        if at - start >= turn * seconds:
            yield value
            turn = int((at - start) // seconds) + 1


def _times(name: str, milliseconds: Sequence[float]) -> dict[str, Any]:
    times = sorted(milliseconds)
    if not times:
        return {}
    at = {part: times[min(int(len(times) * part / 100), len(times) - 1)] for part in (95, 99)}
    return {
        f"{name}: count": len(times),
        f"{name}: median ms": round(statistics.median(times)),
        f"{name}: p95 ms": round(at[95]),
        f"{name}: p99 ms": round(at[99]),
        f"{name}: longest ms": round(times[-1]),
    }


def _messages(refused: Sequence[Outcome]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for one in refused:
        words = "".join(" " if letter.isdigit() else letter for letter in one.said)[:60]
        counted[words] = counted.get(words, 0) + 1
    return counted


def as_table(found: dict[str, Any]) -> str:
    """Return the report as the rows of a Markdown table."""
    rows = [f"| {name} | {value} |" for name, value in found.items()]
    return "\n".join(["| measured | |", "|---|---|", *rows])
