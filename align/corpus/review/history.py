"""The history of a briefing: undo and redo, notes, earlier states."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from ...errors import N_, Message
from ...records import LANGUAGES, Language
from ..store import BeadRow, HistoryEntry
from ..store.records import (
    ANNOTATE,
    CLOSE_NOTE,
    NOTE_ACTIONS,
    PUT_BACK,
    REALIGN,
    sentence_ids,
)
from .state import Edit, InvalidEditError, ReviewState, content, sentence_keys

UNDO, REDO = "undo", "redo"

_ACTION_LABELS = {
    "accept": N_("accepted"),
    "accept-many": N_("accepted in bulk"),
    "reject": N_("rejected"),
    "flag": N_("flagged"),
    "reopen": N_("reopened"),
    "edit": N_("edited"),
    "merge": N_("merged"),
    "split": N_("split"),
    "shift": N_("sentence moved"),
    "send": N_("text moved"),
    "alone": N_("marked untranslated"),
    "link": N_("cross-linked"),
    "unlink": N_("cross-link removed"),
    "cut": N_("sentence split"),
    "join": N_("sentences joined"),
    "resolve": N_("realigned"),
    "choose": N_("alternative applied"),
    "annotate": N_("note added"),
    "reply": N_("reply added"),
    "close-note": N_("note resolved"),
    UNDO: N_("undone"),
    REDO: N_("redone"),
    "restore": N_("restored"),
    "settle": N_("disagreement resolved"),
    "open": N_("independent review ended"),
    "note": N_("note changed"),
    REALIGN: N_("realigned after a decision"),
    PUT_BACK: N_("realigned rows put back"),
}


@dataclass(frozen=True, slots=True)
class UndoStack:
    """The verdicts that one reviewer can undo and redo, the next one last."""

    done: tuple[HistoryEntry, ...] = ()
    undone: tuple[HistoryEntry, ...] = ()


def label_action(action: str) -> Message:
    """Return an action in words, as what was done: ``shift`` is "sentence moved"."""
    return Message(_ACTION_LABELS.get(action, action))


def name_author(entry: HistoryEntry) -> str:
    """Return the name of who made a decision; the aligner has a name in each language."""
    return Message(N_("aligner")) if entry.decision.action == REALIGN else entry.decision.reviewer


def undo_stack(entries: Iterable[HistoryEntry], reviewer: str) -> UndoStack:
    """Return the verdicts of one reviewer that can be undone and redone, from all sessions."""
    mine = [entry for entry in entries if entry.decision.reviewer == reviewer]
    decided = [entry for entry in mine if entry.decision.action not in (UNDO, REDO)]
    last = decided[-1].seq if decided else 0
    standing = standing_entries(mine)
    done = [entry for entry in standing if entry.decision.action not in (UNDO, REDO)]
    # A decision ends the chance to redo what was undone before it.
    undone = [entry for entry in standing if entry.decision.action == UNDO and entry.seq > last]
    return UndoStack(tuple(done), tuple(undone))


def take_back(state: ReviewState, log: Iterable[HistoryEntry], reviewer: str, action: str) -> Edit:
    """Return the edit that undoes (``UNDO``) or redoes a reviewer's last decision.

    Rows that the aligner realigned because of an undone decision go back with it.
    """
    log = tuple(log)
    stack = undo_stack(log, reviewer)
    if action == UNDO:
        if not stack.done:
            raise InvalidEditError(N_("nothing to undo"))
        return _revert_with_realignments(state, log, stack.done[-1])
    if not stack.undone:
        raise InvalidEditError(N_("nothing to redo"))
    return revert(state, stack.undone[-1])


def revert(state: ReviewState, entry: HistoryEntry) -> Edit:
    """Return the edit that reverts a verdict.

    The rows must still have the content that the verdict gave them, except if the verdict is about
    a note. Revisions increase with each undo in a chain.
    """
    if leaves_rows(entry):
        row = find_row(state, entry.after[0])
        return Edit((row,), (row,), undoes=entry.seq)
    rows: list[BeadRow] = []
    for row in entry.after:
        now = state.rows[state.places[row.id]] if row.id in state.places else None
        if now is None or content(now) != content(row):
            who = (now.reviewer if now else "") or Message(N_("someone else"))
            raise InvalidEditError(
                N_(
                    "{who} changed this row after “{action}”; restore an earlier state from the "
                    "row's history"
                ),
                who=who,
                action=label_action(entry.decision.action),
            )
        rows.append(now)
    return Edit(tuple(rows), entry.before, undoes=entry.seq)


def _revert_with_realignments(
    state: ReviewState, log: Sequence[HistoryEntry], entry: HistoryEntry
) -> Edit:
    """Return the edit that reverts a decision, and the realignments that followed from it alone.

    A realignment stays if one of its rows was changed since.
    """
    edit = Edit()
    standing = {one.seq for one in standing_entries(log)}
    for realignment in reversed(group_realignments(log).get(entry.seq, ())):
        if realignment.seq in standing:
            with suppress(InvalidEditError):
                edit = join_edits(edit, revert(state, realignment))
    return replace(join_edits(edit, revert(state.apply(edit), entry)), undoes=entry.seq)


def join_edits(first: Edit, second: Edit) -> Edit:
    """Return the edit that does what two edits, neither with sentences, do one after the other."""
    made = {row.id for row in first.after}
    gone = {row.id for row in second.before}
    before = (*first.before, *(row for row in second.before if row.id not in made))
    after = (*(row for row in first.after if row.id not in gone), *second.after)
    return Edit(before, after)


def leaves_rows(entry: HistoryEntry) -> bool:
    """Return whether a verdict left its rows as they were: it is about a note."""
    before = [replace(row, revision=0) for row in entry.before]
    after = [replace(row, revision=0) for row in entry.after]
    return bool(after) and before == after


def standing_entries(log: Sequence[HistoryEntry]) -> tuple[HistoryEntry, ...]:
    """Return the verdicts that were not undone."""
    reverted = reverted_entries(log)
    return tuple(entry for entry in log if entry.seq not in reverted)


def reverted_entries(log: Sequence[HistoryEntry]) -> set[int]:
    """Return the numbers of verdicts that were undone and not redone since.

    An undo that was itself reverted has no effect.
    """
    realignments = group_realignments(log)
    reverted: set[int] = set()
    for entry in reversed(log):
        if entry.seq not in reverted:
            reverted.update(list_undone(entry, realignments))
    return reverted


def group_realignments(log: Sequence[HistoryEntry]) -> dict[int, list[HistoryEntry]]:
    """Return what the aligner realigned because of a decision, by the number of the decision."""
    realignments = [entry for entry in log if entry.decision.action == REALIGN]
    numbers = {entry.decision.op: entry.seq for entry in log} if realignments else {}
    grouped: dict[int, list[HistoryEntry]] = {}
    for entry in realignments:
        grouped.setdefault(numbers.get(entry.decision.reason, 0), []).append(entry)
    return grouped


def list_undone(
    undo: HistoryEntry, realignments: Mapping[int, Sequence[HistoryEntry]]
) -> Iterator[int]:
    """Yield the numbers of the verdict that an undo reverts and of what was realigned with it.

    :param realignments: as :func:`group_realignments` returns them.
    """
    undone = undo.decision.undoes
    if undone is None:
        return
    yield undone
    taken = {row.id for row in undo.before}
    for entry in realignments.get(undone, ()):
        if taken >= {row.id for row in entry.after}:
            yield entry.seq


def rows_before(
    state: ReviewState, entries: Sequence[HistoryEntry], seq: int
) -> tuple[BeadRow, ...]:
    """Return the rows in their state before verdict ``seq``; raise if they were realigned since."""
    rows = dict(zip(state.places, state.rows, strict=True))
    for entry in reversed(entries):
        if entry.seq < seq:
            break
        for row in entry.after:
            later = rows.pop(row.id, None)
            if later is None or content(later) != content(row):
                raise InvalidEditError(
                    N_("the briefing has been realigned since; those rows no longer exist")
                )
        rows.update((row.id, row) for row in entry.before)
    return tuple(sorted(rows.values(), key=lambda row: row.position))


def restore(
    state: ReviewState, entries: Sequence[HistoryEntry], seq: int, row_id: str | None = None
) -> Edit:
    """Return the edit that brings back the state before a verdict.

    :param row_id: only this row, and those that share text with it then or now; ``None`` for
        the whole briefing.
    """
    then = rows_before(state, entries, seq)
    now = {row.id: row for row in state.rows}
    same = {row.id for row in then if row.id in now and content(now[row.id]) == content(row)}
    old = [row for row in then if row.id not in same]
    new = [row for row in state.rows if row.id not in same]
    if row_id is not None:
        reached = _connected_rows(state, [*old, *new], row_id)
        old = [row for row in old if row.id in reached]
        new = [row for row in new if row.id in reached]
    return Edit(tuple(new), tuple(old))


def _connected_rows(state: ReviewState, rows: Iterable[BeadRow], row_id: str) -> set[str]:
    """Return the ids of the rows, old and new, that are connected with one row by common text.

    A row of the same id is the same row: both states of it go together.
    """
    texts: dict[str, frozenset[tuple[Language, int, int]]] = {}
    for row in rows:
        texts[row.id] = texts.get(row.id, frozenset()) | _characters(state, row)
    reached = {row_id}
    text = texts.get(row_id, frozenset())
    while more := {name for name in texts.keys() - reached if texts[name] & text}:
        reached |= more
        text = text.union(*(texts[name] for name in more))
    return reached


def _characters(state: ReviewState, row: BeadRow) -> frozenset[tuple[Language, int, int]]:
    """Return the characters of a row: side, paragraph, offset."""
    places = set[tuple[Language, int, int]]()
    for language in LANGUAGES:
        sentences = state.sentences(language)
        for name in sentence_ids(row, language):
            sentence = sentences[name]
            for at in range(sentence.start, sentence.end):
                places.add((language, sentence.paragraph, at))
    return frozenset(places)


@dataclass(frozen=True, slots=True)
class NoteThread:
    """A note with the replies to it, oldest first; ``row`` is the row on which it was begun."""

    key: str
    row: BeadRow
    messages: tuple[HistoryEntry, ...]
    is_open: bool


def list_threads(entries: Iterable[HistoryEntry]) -> tuple[NoteThread, ...]:
    """Return the note threads in a log of valid verdicts, in log order."""
    groups: dict[str, list[HistoryEntry]] = {}
    for entry in entries:
        decision = entry.decision
        if decision.action in NOTE_ACTIONS:
            key = decision.op if decision.action == ANNOTATE else decision.reason
            groups.setdefault(key, []).append(entry)
    threads: list[NoteThread] = []
    for key, group in groups.items():
        messages = tuple(entry for entry in group if entry.decision.action != CLOSE_NOTE)
        if messages:
            is_open = group[-1].decision.action != CLOSE_NOTE
            threads.append(NoteThread(key, messages[0].after[0], messages, is_open))
    return tuple(threads)


def place_threads(
    state: ReviewState, threads: Iterable[NoteThread]
) -> Mapping[str, tuple[NoteThread, ...]]:
    """Return the threads of each row that has some, by its id."""
    placed: dict[str, tuple[NoteThread, ...]] = {}
    for thread in threads:
        row_id = find_row(state, thread.row).id
        placed[row_id] = (*placed.get(row_id, ()), thread)
    return placed


def find_row(state: ReviewState, then: BeadRow) -> BeadRow:
    """Return the row with most of the sentences of an earlier row, or the most similar row."""
    same = state.rows[state.places[then.id]] if then.id in state.places else None
    if same is not None and (same.zh_text, same.en_text) == (then.zh_text, then.en_text):
        return same
    names = sentence_keys([then])
    if all(name in state.sentences(language) for language, name in names) and (
        state.join_text(then.zh, "zh") == then.zh_text
        and state.join_text(then.en, "en") == then.en_text
    ):
        sizes = {(side, name): len(state.sentences(side)[name].clean) for side, name in names}
        common = [sum(sizes.get(key, 0) for key in sentence_keys([row])) for row in state.rows]
        if any(common):
            return state.rows[common.index(max(common))]
    return max(
        state.rows,
        key=lambda row: (
            fuzz.ratio(row.zh_text, then.zh_text) + fuzz.ratio(row.en_text, then.en_text),
            row.id == then.id,
            -abs(row.position - then.position),
        ),
    )
