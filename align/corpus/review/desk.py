"""The desk: the list of briefings with notes and owners, its columns as orders, its filters.

The list is kept in memory, and only briefings that changed are read again: counting the rows of
10,000 briefings takes half a second, reading their stamps a tenth of it.
"""

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from ...aligner.text.strings import digest
from ..store import BriefingSummary, HistoryEntry, Store
from ..store.people import assignments
from ..store.records import ANNOTATE, CLOSE_NOTE, NOTE_ACTIONS
from .history import standing_entries

MOST_SINGLE = 200
"""Most changed briefings that are read one by one; more are read with all others."""

DeskColumn = Literal["date", "en", "zh", "rows", "done", "wrong", "notes", "owners", "changed"]
DESK_COLUMNS: tuple[DeskColumn, ...] = get_args(DeskColumn)


@dataclass(frozen=True, slots=True)
class DeskLine:
    """A briefing in the list, with its open notes and the people it is assigned to."""

    summary: BriefingSummary
    notes: int
    owners: tuple[str, ...]


class DeskList:
    """The briefings of a corpus, the newest first, for all sessions of a process."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._lock = threading.Lock()
        self._version = ""
        self._stamps: dict[str, str] = {}
        self._summaries: dict[str, BriefingSummary] = {}
        self._notes: Counter[str] = Counter()
        self._ordered: tuple[BriefingSummary, ...] = ()

    def refresh(self) -> tuple[BriefingSummary, ...]:
        """Return the briefings as they are now, the newest first."""
        with self._lock:
            version = self.store.version()
            if version != self._version:
                self._read_changed(self.store.stamps())
                self._ordered = tuple(sorted(self._summaries.values(), key=_age))
                self._version = version
            return self._ordered

    def lines(self) -> tuple[str, tuple[DeskLine, ...]]:
        """Return the lines, the newest briefing first, and a text that changes with them."""
        summaries = self.refresh()
        owners = assignments(self.store)
        lines = tuple(
            DeskLine(one, self._notes[one.id], owners.get(one.id, ())) for one in summaries
        )
        return f"{self._version}/{digest(repr(owners))}", lines

    def _read_changed(self, stamps: dict[str, str]) -> None:
        changed = [name for name, stamp in stamps.items() if self._stamps.get(name) != stamp]
        wanted = changed if len(changed) <= MOST_SINGLE else None
        found = {one.id: one for one in self.store.briefings(wanted)}
        kept = self._summaries if wanted is not None else {}
        self._summaries = {name: one for name, one in kept.items() if name in stamps} | found
        notes = count_open_notes(self.store.note_log(wanted))
        for name in changed:
            self._notes[name] = notes[name]
        self._stamps = stamps


def _age(summary: BriefingSummary) -> tuple[int, float]:
    """Return a key that sorts the newest event first, and events without a date last."""
    day = summary.date.toordinal() if summary.date else 0
    return -day, -summary.added_at.timestamp()


def count_open_notes(log: Sequence[HistoryEntry]) -> Counter[str]:
    """Return the number of open notes by briefing, from a log of verdicts about notes."""
    last: dict[tuple[str, str], str] = {}
    begun: set[tuple[str, str]] = set()
    for entry in standing_entries(log):
        decision = entry.decision
        if decision.action in NOTE_ACTIONS:
            key = decision.op if decision.action == ANNOTATE else decision.reason
            last[entry.briefing, key] = decision.action
            if decision.action != CLOSE_NOTE:
                begun.add((entry.briefing, key))
    return Counter(briefing for briefing, key in begun if last[briefing, key] != CLOSE_NOTE)


def _share_done(line: DeskLine) -> float:
    return line.summary.reviewed / line.summary.beads if line.summary.beads else 1.0


_ORDERS: Mapping[DeskColumn, Callable[[DeskLine], object]] = {
    "date": lambda line: line.summary.date or dt.date.min,
    "en": lambda line: line.summary.en_title.casefold(),
    "zh": lambda line: line.summary.zh_title,
    "rows": lambda line: line.summary.beads,
    "done": _share_done,
    "wrong": lambda line: line.summary.expected_wrong,
    "notes": lambda line: line.notes,
    "owners": lambda line: line.owners,
    "changed": lambda line: line.summary.changed_at,
}


def sort_lines(lines: Iterable[DeskLine], order: str) -> list[DeskLine]:
    """Return lines in the order of a column, descending if the order begins with a minus sign.

    The sort is stable; an unknown order means the newest first.
    """
    descending, name = order.startswith("-"), order.removeprefix("-")
    column = next((one for one in DESK_COLUMNS if one == name), None)
    if column is None:
        descending, column = True, "date"
    return sorted(lines, key=_ORDERS[column], reverse=descending)  # type: ignore[arg-type] # comparable within a column
