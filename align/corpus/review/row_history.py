"""The history of one row: the decisions that changed it, and what each did to it."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from ...errors import Message
from ...records import Language
from ..store import BeadRow, HistoryEntry
from ..store.records import PUT_BACK, describe_changes
from .history import REDO, UNDO, group_realignments, leaves_rows, list_undone, reverted_entries
from .state import ReviewState, content, sentence_keys

_VERDICTS = frozenset({"accept", "accept-many", "reject", "flag", "reopen"})


@dataclass(frozen=True, slots=True)
class RowChange:
    """One line of a row's history.

    ``undone_by`` is the undo of the decision, if it was undone. Restoring the state before
    verdict ``restores`` brings back what the row was before the decision, or, if the decision was
    undone, what it was after it.
    """

    entry: HistoryEntry
    description: Message | None
    undone_by: HistoryEntry | None = None

    @property
    def restores(self) -> int:
        """The number of the verdict before which the row had the state to restore."""
        return (self.undone_by or self.entry).seq


def history_of_row(
    state: ReviewState, log: Sequence[HistoryEntry], row_id: str
) -> tuple[RowChange, ...]:
    """Return what led to a row, oldest first: decisions about the text that is now in it.

    A decision and its undo are one line. Notes are not listed, nor what left the row as it was.
    """
    keys = sentence_keys([state.row(row_id)])
    undoing = _undoing_entries(log)
    names = {row_id}
    changes: list[RowChange] = []
    for entry in reversed(log):
        if entry.decision.action in (UNDO, REDO, PUT_BACK) or leaves_rows(entry):
            continue
        if undo := undoing.get(entry.seq):
            if names & {row.id for row in entry.before}:
                changes.append(RowChange(entry, _describe(entry, names, keys), undo))
            continue
        mine = [row for row in entry.after if row.id in names]
        if not mine:
            continue
        if _changes_row(entry, mine):
            changes.append(RowChange(entry, _describe(entry, names, keys)))
        names -= {row.id for row in entry.after}
        names |= _sources_of(mine, entry, keys)
    return tuple(reversed(changes))


def _sources_of(
    rows: Sequence[BeadRow], entry: HistoryEntry, keys: Set[tuple[Language, str]]
) -> set[str]:
    """Return the ids of the rows that a decision changed into others, and of those with ``keys``.

    :param keys: sentences, each with its language.
    """
    ids = {row.id for row in rows}
    return {row.id for row in entry.before if row.id in ids or keys & sentence_keys([row])}


def _undoing_entries(log: Sequence[HistoryEntry]) -> dict[int, HistoryEntry]:
    """Return the last undo of each decision that is undone, by the number of the decision."""
    reverted, realignments = reverted_entries(log), group_realignments(log)
    undoing: dict[int, HistoryEntry] = {}
    for entry in log:
        if entry.decision.undoes is not None and entry.seq not in reverted:
            for undone in list_undone(entry, realignments):
                if undone in reverted:
                    undoing[undone] = entry
    return undoing


def _changes_row(entry: HistoryEntry, mine: Iterable[BeadRow]) -> bool:
    """Return whether a decision changed rows, or judged them again."""
    before = {row.id: content(row) for row in entry.before}
    return entry.decision.action in _VERDICTS or any(
        before.get(row.id) != content(row) for row in mine
    )


def _describe(
    entry: HistoryEntry, names: set[str], keys: set[tuple[Language, str]]
) -> Message | None:
    """Return what a decision did to the rows of these names, or ``None`` if it only made them."""

    def shared(row: BeadRow) -> tuple[bool, int]:
        return row.id in names, len(keys & sentence_keys([row]))

    after = max(entry.after, key=shared, default=None)
    if after is None:
        return None
    same = next((row for row in entry.before if row.id == after.id), None)
    before = same or max(entry.before, key=shared, default=None)
    return describe_changes(before, after) if before else None
