"""A reviewer's session on one briefing: the rows and the history it shows, and its decisions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from ...aligner.text.strings import collapse_spaces
from ...errors import StoreError
from ...records import Status
from ..store import BeadRow, Decision, HistoryEntry, Store
from ..store.people import ReviewSnapshot, read_snapshot
from ..store.records import NOTE_ACTIONS, REALIGN
from . import history, operations
from .double_review import (
    Difference,
    SettledSide,
    all_judged,
    open_when_done,
    read_answers,
    settlement_edit,
)
from .history import REDO, UNDO, NoteThread, list_threads, place_threads, standing_entries
from .permissions import Permission, Right, outsider_refusal
from .preview import Preview, foresee
from .realign import Aligner, score
from .realign_after import ALIGNER, Realignment, name_operation, renew
from .reconcile import later_entries, reconcile
from .requests import Request, ReviewContext, make_edit
from .state import Edit, InvalidEditError, ReviewState, check_coverage


@dataclass(frozen=True, slots=True)
class RequestResult:
    """The result of a request: the verdict, if one was made, and the row for the cursor.

    ``others`` are the people who changed the same rows after the author looked; both changes stand.
    """

    entry: HistoryEntry | None
    row: str = ""
    others: tuple[str, ...] = ()


class ReviewSession:
    """The rows of a briefing with its history; a decision costs one read and one write transaction.

    ``log`` is the history, oldest first. While two people review independently of each other
    (:mod:`.double_review`), the session of one of them is ``private``: it shows only what this
    reviewer decided. ``loads`` counts how often all rows were reloaded.
    """

    def __init__(
        self,
        store: Store,
        briefing: str,
        reviewer: str,
        aligner: Aligner = lambda *_: None,
        *,
        login: bool = False,
    ) -> None:
        self.store = store
        self.briefing = briefing
        self.reviewer = reviewer
        self.aligner = aligner
        self.login = login
        self.loads = 0
        self.reload()
        self._changed: set[str] = set()

    @property
    def refusal(self) -> str:
        """Why the reviewer may not decide here now; empty if they may."""
        return self._refusal(self._read(), "decide")

    @property
    def seq(self) -> int:
        """The number of the verdict up to which the log is known to be complete."""
        return self._last.seq if self._last else 0

    @property
    def notes(self) -> Mapping[str, tuple[NoteThread, ...]]:
        """The threads of notes on each row that has some, by its id."""
        entries = (*standing_entries(self._answers), *standing_entries(self.log))
        return place_threads(self.state, list_threads(entries))

    def reload(self) -> None:
        """Reload everything; in a private session, load only the reviewer's own decisions."""
        snapshot = read_snapshot(self.store, self.briefing, self.reviewer)
        # After an independent review has opened, its notes are in no other log.
        double = snapshot.double_review
        answers = read_answers(self.store, self.briefing) if double else ()
        state = self._read_state(snapshot.entries if snapshot.private else ())
        # Assign only after all reads: the corpus may become unreachable between them.
        self.private, self.log, self._answers = snapshot.private, [*snapshot.entries], answers
        self._last = self.log[-1] if self.log else None
        self._aligned_at = snapshot.aligned_at
        self.state = state
        self._changed = {row.id for row in state.rows}
        self.loads += 1
        # A process may have been stopped between the last decision and the opening.
        if self.private and self._open_when_done():
            self.reload()

    def refresh(self) -> tuple[HistoryEntry, ...]:
        """Apply and return the decisions made since the last read, in this session or another."""
        return self._take_in(self._read())

    def take_changed_rows(self) -> set[str]:
        """Return the ids of the rows changed, added or removed since the last call."""
        changed, self._changed = self._changed, set()
        return changed

    def do(
        self,
        request: Request,
        operation: Callable[[ReviewContext], Edit] | None = None,
        right: Right = "decide",
    ) -> RequestResult:
        """Execute a request and return its result.

        A repeated request is executed once: the page sends it until it gets an answer.

        :param operation: makes the edit if the action of the request is not one of the page's.
        :raises InvalidEditError: the edit is impossible, not permitted to this person, or someone
            else changed the rows after they were shown.
        :raises StoreError: the corpus cannot be written.
        """
        snapshot = self._read(request.op)
        self._take_in(snapshot)
        same = (entry for entry in reversed(self.log) if entry.decision.op == request.op)
        done = next(same, snapshot.answered)
        if done:
            return RequestResult(done)
        if refusal := self._refusal(snapshot, right):
            raise InvalidEditError(refusal)
        context = ReviewContext(self.state, self.log, self.reviewer, self.aligner)
        if operation is None:
            edit = reconcile(context, request, lambda now: make_edit(now, request))
        else:
            edit = reconcile(context, request, operation, is_strict=True)
        if not edit.before:
            return RequestResult(None, request.rows[0] if request.rows else "")
        place = self.state.places.get(request.rows[0], 0) if request.rows else 0
        others = self._combined_with(request, edit)
        entry = self._write(request, score(edit, self.state, self.aligner))
        return RequestResult(entry, self._focus(request, entry, place), others)

    def _combined_with(self, request: Request, edit: Edit) -> tuple[str, ...]:
        """Return who else changed the rows of an edit after its author looked."""
        rows = {row.id for row in edit.before}
        if request.action in (UNDO, REDO, *NOTE_ACTIONS):
            return ()
        names: list[str] = []
        for entry in later_entries(self.log, request):
            if rows & {row.id for row in (*entry.before, *entry.after)}:
                names.append(entry.decision.reviewer)
        return tuple(dict.fromkeys(names))

    def foresee(self, request: Request) -> tuple[Preview, ...]:
        """Return the ways to carry out a move of many rows, without carrying it out.

        :raises InvalidEditError: if the move is impossible.
        """
        context = ReviewContext(self.state, self.log, self.reviewer, self.aligner)
        return foresee(context, request)

    def store_realignment(self, realignment: Realignment) -> HistoryEntry | None:
        """Store rows that the aligner realigns after a decision, and return the entry.

        Nothing is stored if one of the rows has changed since, or while two people review
        independently: both judge the same rows.
        """
        if self.private or self.refusal:
            return None
        cause = realignment.cause.decision
        words = (ALIGNER, REALIGN, cause.op, cause.reviewer)
        try:
            edit = renew(self.state, realignment)
            return self._store(Decision(name_operation(realignment), *words), edit)
        except (InvalidEditError, StoreError):  # someone was faster; their change counts
            return None

    def take_probabilities(self, probabilities: dict[str, float]) -> list[BeadRow]:
        """Show probabilities that were computed later, by row id; return the rows to be stored."""
        new = {
            row.id: replace(row, probability=probabilities[row.id])
            for row in self.state.rows
            if row.id in probabilities
        }
        self.state = replace(
            self.state, rows=tuple(new.get(row.id, row) for row in self.state.rows)
        )
        return [*new.values()]

    def _write(self, request: Request, edit: Edit) -> HistoryEntry:
        reason = request.reason or next((row.reason for row in edit.after if row.reason), "")
        words = (request.op, self.reviewer, request.action, reason, request.note)
        return self._store(Decision(*words, edit.undoes), edit)

    def _store(self, decision: Decision, edit: Edit) -> HistoryEntry:
        after = self.state.apply(edit)
        check_coverage(after, edit)
        given = (self.briefing, decision, edit.before, edit.after, edit.sentences)
        try:
            entry = self.store.decide(*given, private=self.private)
        except StoreError:
            self.reload()
            raise
        self._add((entry,), replace(self.state, zh=after.zh, en=after.en).replay((entry,)))
        if self.private:
            self._open_when_done()
        return entry

    def _focus(self, request: Request, entry: HistoryEntry, place: int) -> str:
        """Return the row where the cursor belongs: its own, or the one that took its place."""
        if request.rows and request.rows[0] in self.state.places:
            return request.rows[0]
        after = entry.after or self.state.rows[place : place + 1] or self.state.rows[-1:]
        return after[0].id if after else ""

    def _refusal(self, snapshot: ReviewSnapshot, right: Right) -> str:
        permission = Permission.of(self.reviewer, snapshot.access, login=self.login)
        return permission.refusal(right) or outsider_refusal(snapshot.double_review, self.reviewer)

    def _read(self, op: str = "") -> ReviewSnapshot:
        """Read new entries and re-read the last known one, to detect a re-added briefing."""
        since = max(self.seq - 1, 0)
        return read_snapshot(self.store, self.briefing, self.reviewer, since=since, op=op)

    def _read_state(self, private: Sequence[HistoryEntry]) -> ReviewState:
        return ReviewState.read(self.store, self.briefing).replay(private)

    def _take_in(self, snapshot: ReviewSnapshot) -> tuple[HistoryEntry, ...]:
        first = next(iter(snapshot.entries), None)
        replaced = self._last and (first is None or first.decision != self._last.decision)
        kept = (snapshot.private, snapshot.aligned_at) == (self.private, self._aligned_at)
        if replaced or not kept:
            self.reload()
            return ()
        # The log already has the entries of this session, but not earlier ones of other sessions.
        own = {entry.seq for entry in takewhile(lambda e: e.seq > self.seq, reversed(self.log))}
        later = (entry for entry in snapshot.entries if entry.seq > self.seq)
        new = tuple(entry for entry in later if entry.seq not in own)
        if new:
            state = self.state.replay(new)
            if not state.complete:
                state = self._read_state((*self.log, *new) if self.private else ())
            self._add(new, state)
        self._last = snapshot.entries[-1] if snapshot.entries else None
        return new

    def _add(self, entries: tuple[HistoryEntry, ...], state: ReviewState) -> None:
        # A list and a state of its own, each whole: the page reads them in another thread.
        self.log = sorted([*self.log, *entries], key=lambda entry: entry.seq)
        self.state = state
        for entry in entries:
            self._changed |= {row.id for row in (*entry.before, *entry.after)}

    def _open_when_done(self) -> bool:
        return all_judged(self.state.rows) and open_when_done(self.store, self.briefing)


_ACTIONS = {"accepted": "accept", "rejected": "reject", "flagged": "flag", "unreviewed": "reopen"}


@dataclass(frozen=True, slots=True)
class RowUpdate:
    """The wanted content of a row; ``None`` leaves a field as it is."""

    zh: str | None = None
    en: str | None = None
    status: Status | None = None
    note: str | None = None


def update_edit(state: ReviewState, row_id: str, wanted: RowUpdate) -> Edit:
    """Return the edit that makes a row as wanted."""
    edit = operations.edit(state, row_id, zh=wanted.zh, en=wanted.en)
    row = state.row(row_id)
    new = edit.after[0] if edit.after else row
    if wanted.status is not None and wanted.status != row.status:
        new = replace(new, status=wanted.status, reason="")
    if wanted.note is not None:
        new = replace(new, note=collapse_spaces(wanted.note))
    return Edit() if new == row else Edit((row,), (new,))


def update_row(
    session: ReviewSession, row_id: str, wanted: RowUpdate, *, op: str, source: str = ""
) -> RequestResult:
    """Make a row as wanted.

    :param op: unique, as in :class:`.requests.Request`; the same one twice is done once.
    :param source: where the update comes from, for the history.
    """
    action = name_action(session.state, row_id, wanted)
    request = Request(op, action, (row_id,), seen=session.seq, note=source)
    return session.do(request, lambda context: update_edit(context.state, row_id, wanted))


def name_action(state: ReviewState, row_id: str, wanted: RowUpdate) -> str:
    """Return the action under which an update is stored: the verdict if the status changes."""
    row = state.row(row_id)
    status = wanted.status or row.status
    if status != row.status:
        return _ACTIONS[status]
    return "edit" if wanted.zh is not None or wanted.en is not None else "note"


def revert_decision(session: ReviewSession, entry: HistoryEntry, *, op: str) -> RequestResult:
    """Undo one decision of this reviewer, which need not be the last one."""
    request = Request(op, history.UNDO, seen=session.seq)
    return session.do(request, lambda context: history.revert(context.state, entry))


def settle(
    session: ReviewSession,
    difference: Difference,
    choice: SettledSide,
    op: str,
    note: str = "",
    *,
    seen: int | None = None,
) -> RequestResult:
    """Make one of two reviewers' answers the rows of the briefing.

    :param op: unique; the same one twice is done once.
    :param seen: the number of the last verdict on the screen; by default the session's last one.
    """
    request = Request(op, "settle", note=note, seen=session.seq if seen is None else seen)
    return session.do(
        request,
        lambda context: settlement_edit(context.state, difference, choice, context.reviewer),
        "settle",
    )
