"""What was decided, when and by whom: undo, redo, the history of a row, any earlier state.

In: the verdicts of a briefing, oldest first, and its state. Out: changes that take decisions
back, which are new verdicts themselves, and lists for people to read.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..records import LANGUAGES, Language
from ..store import BeadRow, HistoryEntry
from ..store.records import sentence_ids
from ..store.row_diff import describe_changes
from .state import Edit, InvalidEditError, ReviewState, content

if TYPE_CHECKING:  # the session imports this module
    from .session import Request

UNDO, REDO = "undo", "redo"


@dataclass(frozen=True, slots=True)
class UndoStack:
    """What one reviewer can take back and make again, the next one last."""

    done: tuple[HistoryEntry, ...] = ()
    undone: tuple[HistoryEntry, ...] = ()


def undo_stack(entries: Iterable[HistoryEntry], reviewer: str) -> UndoStack:
    """Follow the verdicts of one reviewer through undo and redo, in any number of sessions."""
    done: list[HistoryEntry] = []
    undone: list[HistoryEntry] = []
    for entry in entries:
        if entry.decision.reviewer != reviewer:
            continue
        if entry.decision.action == UNDO:
            done = [one for one in done if one.seq != entry.decision.undoes]
            undone.append(entry)
        elif entry.decision.action == REDO:
            undone = [one for one in undone if one.seq != entry.decision.undoes]
            done.append(entry)
        else:
            done.append(entry)
            undone = []
    return UndoStack(tuple(done), tuple(undone))


def check_seen(log: Sequence[HistoryEntry], request: "Request", row_ids: Iterable[str]) -> None:
    """Refuse a move on rows that somebody else changed since the reviewer saw them.

    What the browser tab that asks did itself it knows.

    :param row_ids: the rows that the move changes: those it names, and neighbours.
    :raises Refused: naming who changed a row, when, and how.
    """
    wanted = set(row_ids)
    for entry in reversed(log):
        if entry.seq <= request.seen:
            return
        touched = {row.id for row in (*entry.before, *entry.after)}
        if touched & wanted and not entry.decision.op.startswith(request.tab + "-"):
            which = "this row" if touched & {*request.rows} else "a row that this would change"
            raise InvalidEditError(
                f"{entry.decision.reviewer} changed {which} at {entry.at:%H:%M:%S} UTC "
                f"({_how(entry, wanted)}); look again"
            )


def _how(entry: HistoryEntry, row_ids: set[str]) -> str:
    """Say what a verdict did: the difference in a row that stayed, else the name of the move."""
    after = {row.id: row for row in entry.after}
    for row in entry.before:
        if row.id in row_ids and row.id in after:
            return f"{entry.decision.action}: {describe_changes(row, after[row.id])}"
    return entry.decision.action


def revert(state: ReviewState, entry: HistoryEntry) -> Edit:
    """Make the change that takes a verdict back.

    The rows are compared by what they hold: a chain of undos passes rows whose revision rose.

    :raises Refused: when somebody changed one of its rows since.
    """
    current: list[BeadRow] = []
    for row in entry.after:
        there = state.rows[state.places[row.id]] if row.id in state.places else None
        if there is None or content(there) != content(row):
            who = (there.reviewer if there else "") or "somebody"
            raise InvalidEditError(
                f"{who} changed this row after “{entry.decision.action}”; "
                "the row's history can restore any earlier state"
            )
        current.append(there)
    return Edit(tuple(current), entry.before)


def reverted_entries(log: Sequence[HistoryEntry]) -> set[int]:
    """Give the numbers of verdicts that do not hold: undone, and not made again since.

    The last word counts: an undo that was itself taken back takes nothing back.
    """
    back: set[int] = set()
    for entry in reversed(log):
        if entry.decision.undoes is not None and entry.seq not in back:
            back.add(entry.decision.undoes)
    return back


def history_of_row(entries: Iterable[HistoryEntry], row_id: str) -> tuple[HistoryEntry, ...]:
    """Give the verdicts that led to a row, oldest first: also of rows it was made of."""
    names = {row_id}
    found: list[HistoryEntry] = []
    for entry in reversed(tuple(entries)):
        if names & {row.id for row in entry.after}:
            found.append(entry)
            names |= {row.id for row in entry.before}
    return tuple(reversed(found))


def rows_before(
    state: ReviewState, entries: Sequence[HistoryEntry], seq: int
) -> tuple[BeadRow, ...]:
    """Give the rows as they were before verdict number ``seq``.

    :param entries: the verdicts of the briefing, oldest first, up to now.
    :raises Refused: when the briefing was aligned anew since, so that the rows are others.
    """
    rows = dict(zip(state.places, state.rows, strict=True))
    for entry in reversed(entries):
        if entry.seq < seq:
            break
        for row in entry.after:
            there = rows.pop(row.id, None)
            if there is None or content(there) != content(row):
                raise InvalidEditError(
                    "the briefing was aligned anew since then; its rows are others now"
                )
        rows.update((row.id, row) for row in entry.before)
    return tuple(sorted(rows.values(), key=lambda row: row.position))


def restore(
    state: ReviewState, entries: Sequence[HistoryEntry], seq: int, row_id: str | None = None
) -> Edit:
    """Make the change that brings back the state before a verdict.

    :param row_id: only this row, and those that share text with it then or now; ``None`` for
        the whole briefing.
    """
    then = rows_before(state, entries, seq)
    now = {row.id: row for row in state.rows}
    same = {row.id for row in then if row.id in now and content(now[row.id]) == content(row)}
    old = [row for row in then if row.id not in same]
    new = [row for row in state.rows if row.id not in same]
    if row_id is not None:
        old, new = _around(state, old, new, row_id)
    return Edit(tuple(new), tuple(old))


def _around(
    state: ReviewState, old: Sequence[BeadRow], new: Sequence[BeadRow], row_id: str
) -> tuple[list[BeadRow], list[BeadRow]]:
    """Keep the rows that are connected with one row by common text."""
    reached = {("new", row_id)}
    texts = {("old", row.id): _extent(state, row) for row in old}
    texts |= {("new", row.id): _extent(state, row) for row in new}
    waiting = [key for key in reached if key in texts]
    while waiting:
        here = waiting.pop()
        for key, extent in texts.items():
            # A row of the same id is the same row: both states of it go together.
            if key not in reached and (extent & texts[here] or key[1] == here[1]):
                reached.add(key)
                waiting.append(key)
    return (
        [row for row in old if ("old", row.id) in reached],
        [row for row in new if ("new", row.id) in reached],
    )


def _extent(state: ReviewState, row: BeadRow) -> frozenset[tuple[Language, int, int]]:
    """Give the characters of a row: side, paragraph, offset."""
    return frozenset(
        (language, sentence.paragraph, at)
        for language in LANGUAGES
        for sentence in (state.sentences(language)[name] for name in sentence_ids(row, language))
        for at in range(sentence.start, sentence.end)
    )


def text_coverage(
    state: ReviewState, rows: Iterable[BeadRow]
) -> Mapping[tuple[Language, int], list[range]]:
    """Give the stretches of text that rows hold, by side and paragraph, neighbours joined.

    Two sets of rows hold the same text when this is equal. A stretch held twice shows as two.
    """
    found: dict[tuple[Language, int], list[range]] = {}
    for row in rows:
        for language in LANGUAGES:
            for name in sentence_ids(row, language):
                one = state.sentences(language)[name]
                found.setdefault((language, one.paragraph), []).append(range(one.start, one.end))
    return {key: _joined(ranges) for key, ranges in found.items()}


def _joined(ranges: Iterable[range]) -> list[range]:
    out: list[range] = []
    for one in sorted(ranges, key=lambda one: (one.start, one.stop)):
        if out and out[-1].stop == one.start:
            out[-1] = range(out[-1].start, one.stop)
        else:
            out.append(one)
    return out


def decisions_by_others(
    entries: Iterable[HistoryEntry], reviewer: str, since: int
) -> tuple[HistoryEntry, ...]:
    """Give what others decided after verdict ``since``, oldest first."""
    return tuple(
        entry for entry in entries if entry.seq > since and entry.decision.reviewer != reviewer
    )
