"""Notes on rows: threads of notes and replies, read from the log of verdicts.

A thread belongs to the text on which it was begun, and follows it through merges, splits and
changes of the page.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz

from ..store import BeadRow, HistoryEntry
from ..store.records import ANNOTATE, CLOSE_NOTE, NOTE_ACTIONS
from .state import ReviewState, sentence_keys


@dataclass(frozen=True, slots=True)
class NoteThread:
    """A note with the replies to it, oldest first; ``row`` is the row on which it was begun."""

    key: str
    row: BeadRow
    messages: tuple[HistoryEntry, ...]
    is_open: bool


def list_threads(entries: Iterable[HistoryEntry]) -> tuple[NoteThread, ...]:
    """Return the threads of notes in a log, in the order in which they were begun.

    :param entries: verdicts that hold, oldest first.
    """
    groups: dict[str, list[HistoryEntry]] = {}
    for entry in entries:
        decision = entry.decision
        if decision.action in NOTE_ACTIONS:
            key = decision.op if decision.action == ANNOTATE else decision.reason
            groups.setdefault(key, []).append(entry)
    found: list[NoteThread] = []
    for key, group in groups.items():
        said = tuple(entry for entry in group if entry.decision.action != CLOSE_NOTE)
        if said:
            last = group[-1].decision.action
            found.append(NoteThread(key, said[0].after[0], said, last != CLOSE_NOTE))
    return tuple(found)


def place_threads(
    state: ReviewState, threads: Iterable[NoteThread]
) -> Mapping[str, tuple[NoteThread, ...]]:
    """Return the threads of each row that has some, by its id."""
    placed: dict[str, tuple[NoteThread, ...]] = {}
    for thread in threads:
        row = find_row(state, thread.row)
        placed[row.id] = (*placed.get(row.id, ()), thread)
    return placed


def find_row(state: ReviewState, then: BeadRow) -> BeadRow:
    """Return the row that holds most of the sentences of an earlier one, or is most like it."""
    there = state.rows[state.places[then.id]] if then.id in state.places else then
    if there is not then and (there.zh_text, there.en_text) == (then.zh_text, then.en_text):
        return there
    names = sentence_keys([then])
    if all(name in state.sentences(language) for language, name in names) and (
        state.join_text(then.zh, "zh") == then.zh_text
        and state.join_text(then.en, "en") == then.en_text
    ):
        held = [
            sum(
                len(state.sentences(side)[name].clean)
                for side, name in sentence_keys([row]) & names
            )
            for row in state.rows
        ]
        if any(held):
            return state.rows[held.index(max(held))]
    return max(
        state.rows,
        key=lambda row: (
            fuzz.ratio(row.zh_text, then.zh_text) + fuzz.ratio(row.en_text, then.en_text),
            row.id == then.id,
            -abs(row.position - then.position),
        ),
    )
