"""Re-import of an edited export into its corpus: changes become decisions.

Each changed row is one decision of a :class:`~align.corpus.review.ReviewSession`, as if it were
made on the page: with history, undo and the same permissions. A row that was changed in the corpus
after the export is a conflict: it is reported and not overwritten. Each decision is one
transaction; rerun an interrupted update to resume it.
"""

import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ....aligner.text.strings import collapse_spaces
from ....errors import N_, AlignError, FormatError, Message, ReadOnlyError
from ....records import STATUSES
from ...review import InvalidEditError, ReviewSession
from ...review.history import reverted_entries
from ...review.session import RowUpdate, name_action, revert_decision, update_edit, update_row
from ...store import BeadRow, ConnectionLostError, HistoryEntry, Store
from ...store.records import describe_changes
from ..formats.values import digest_part
from . import UPDATING, Progress, find_format
from .build import is_storable_id
from .table import SkippedRow, SkipReason, TableRow, decided_cells, read_rows

_WHEN = "%d %b %H:%M UTC"
# The key of a decision of an update: the run, and the line of the file.
_OP = re.compile(r"(?P<run>[0-9a-f]{16})-\d+")


@dataclass(frozen=True, slots=True)
class Editor:
    """Whose decisions these are."""

    name: str
    named: bool = True  # whether a name that was written into the column ``reviewer`` counts
    login: bool = False  # whether a login vouches for the name


@dataclass(frozen=True, slots=True)
class TableDecision:
    """One decision, made or to be made."""

    line: int
    briefing: str
    row: str
    action: str
    says: str
    reviewer: str


@dataclass(frozen=True, slots=True)
class UpdateReport:
    """The result of an update, or its preview with ``dry``; fields are named as in ``--json``."""

    file: Path
    format: str
    run: str
    dry: bool
    rows: int
    made: tuple[TableDecision, ...] = ()
    left: tuple[SkippedRow, ...] = ()
    redated: int = 0  # rows with changes in columns that are never taken

    @property
    def same(self) -> int:
        """Number of rows without a change to apply: unedited, or already changed in the corpus."""
        return self.rows - len(self.made) - len(self.left)


def update(
    store: Store,
    path: Path,
    editor: Editor,
    *,
    form: str | None = None,
    dry: bool = False,
    progress: Progress = lambda *_: None,
    read: Callable[[Path, str], Iterable[TableRow]] = read_rows,
) -> UpdateReport:
    """Turn the changes in an edited export into decisions; with ``dry``, only report them.

    :param read: reads the rows of a file in a format.
    """
    name = find_format(path, form).name
    if form is None and name == "lfaligner":  # it has tabs and no header: its texts may be gone
        name = "tsv"
    if name not in UPDATING:
        known = sorted(UPDATING)
        raise FormatError(
            N_("{path}: {name} cannot update a corpus; formats that can: {known}"),
            path=path,
            name=name,
            known=known,
        )
    if store.reads_only and not dry:
        raise ReadOnlyError(
            N_("{name}: {reads_only}"), name=store.name, reads_only=store.reads_only
        )
    run = _Run(store, _source(path.name), editor, dry)
    edited = run.take_rows(read(path, name), progress)
    for done, line in enumerate(edited, 1):
        run.take(line)
        progress(done, len(edited))
    left = tuple(sorted(run.left, key=lambda row: row.line))
    return UpdateReport(path, name, run.id, dry, run.rows, tuple(run.made), left, run.redated)


def _source(file: str) -> str:
    return f"from {file}"[:200]


class _Run:
    """One update while it runs, with a session for each reviewer of the briefing at hand."""

    def __init__(self, store: Store, source: str, editor: Editor, dry: bool) -> None:
        self._store, self._source, self._editor, self._dry = store, source, editor, dry
        self.id = uuid.uuid4().hex[:16]
        self.made: list[TableDecision] = []
        self.left: list[SkippedRow] = []
        self.rows = 0
        self.redated = 0
        self._known = {summary.id for summary in store.briefings()}
        self._briefing = ""
        self._sessions: dict[str, ReviewSession] = {}

    def take_rows(self, rows: Iterable[TableRow], progress: Progress) -> list[TableRow]:
        """Return the rows that may have a change, or are of an unknown briefing; each id once."""
        edited: list[TableRow] = []
        for line in rows:
            self.rows += 1
            if line.fault or not line.id:
                why = line.fault or Message(N_("it has no id: added rows cannot be applied"))
                self.left.append(line.skip("refused", why))
            else:
                if line.is_changed("rest"):
                    self.redated += 1
                is_elsewhere = line.briefing and line.briefing not in self._known
                if is_elsewhere or line.may_ask():
                    edited.append(line)
            if self.rows % 500 == 0:
                progress(self.rows, 0)
        there = self._store.rows_by_id([line.id for line in edited if is_storable_id(line.id)])
        asked: dict[str, list[TableRow]] = {}
        for line in edited:
            if row := there.get(line.id):
                line.briefing = row.briefing
            asked.setdefault(line.id, []).append(line)
        once = (self._choose(lines) for lines in asked.values())
        return sorted(filter(None, once), key=lambda line: (line.briefing, line.number))

    def _choose(self, lines: Sequence[TableRow]) -> TableRow | None:
        """Return one of the rows with the same id, or ``None`` if their cells differ."""
        if all(line.cells == lines[0].cells for line in lines):
            return lines[0]
        numbers = [line.number for line in lines[:4]]
        why = Message(
            N_("its id appears on lines {numbers} with different values"), numbers=numbers
        )
        self.left += [line.skip("refused", why) for line in lines]
        return None

    def take(self, line: TableRow) -> None:
        """Make the decision that a row asks for, or keep why it is left."""
        try:
            self._decide(line)
        except _SkipError as error:
            self.left.append(line.skip(error.kind, error.message, error.asked))
        except InvalidEditError as error:
            self.left.append(line.skip("refused", error.message))

    def _decide(self, line: TableRow) -> None:
        if line.briefing not in self._known:
            raise _SkipError(
                Message(N_("neither this row nor its briefing is in the corpus")), "gone"
            )
        name = line.reviewer if self._editor.named else ""
        if len(name) > 120 or not name.isprintable():
            raise InvalidEditError(
                N_("its reviewer is not a valid name; use 1 to 120 printable characters")
            )
        session = self._session(line.briefing, name or self._editor.name)
        if line.id not in session.state.places:
            raise _SkipError(_explain_loss(line.id, session), "gone")
        row = session.state.row(line.id)
        wanted = _diff_row(line, row)
        edit = update_edit(session.state, row.id, wanted)
        if not edit.after:
            return
        says = describe_changes(row, edit.after[0])
        _check_conflict(line, row, session, self._source, says)
        if session.refusal:
            raise _SkipError(session.refusal, "refused", says)
        action, who = name_action(session.state, row.id, wanted), session.reviewer
        decision = TableDecision(line.number, line.briefing, row.id, action, says, who)
        if self._dry or self._write(session, decision, row, wanted):
            self.made.append(decision)

    def _session(self, briefing: str, name: str) -> ReviewSession:
        if briefing != self._briefing:
            self._briefing, self._sessions = briefing, {}
        if name not in self._sessions:
            session = ReviewSession(self._store, briefing, name, login=self._editor.login)
            self._sessions[name] = session
        elif len(self._sessions) > 1:  # another reviewer of the file may have decided since
            self._sessions[name].refresh()
        return self._sessions[name]

    def _write(
        self, session: ReviewSession, decision: TableDecision, row: BeadRow, wanted: RowUpdate
    ) -> bool:
        """Write a decision; return whether one was needed.

        :raises _SkipError: the row changed meanwhile.
        """
        op = f"{self.id}-{decision.line}"
        try:
            done = update_row(session, row.id, wanted, op=op, source=self._source)
        except ConnectionLostError:
            raise
        except AlignError as error:
            state = session.state
            if row.id in state.places and state.row(row.id).revision == row.revision:
                raise
            raise _SkipError(error.message, "conflict", decision.says) from error
        return done.entry is not None


def undo_update(
    store: Store, done: UpdateReport, *, login: bool = False
) -> tuple[int, tuple[SkippedRow, ...]]:
    """Undo an update, the last decision first; return how many, and the rows that changed since."""
    sessions = {(decision.briefing, decision.reviewer) for decision in done.made}
    return _undo_run(store, done.run, sessions, login=login)


def undo_last_update(store: Store, file: str) -> tuple[int, tuple[SkippedRow, ...]]:
    """Undo the last update from a file of this name, but for an unfinished independent review."""
    log = store.history()
    undone = reverted_entries(log)
    runs: dict[str, set[tuple[str, str]]] = {}  # the newest first
    for entry in reversed(log):
        key = _OP.fullmatch(entry.decision.op)
        if key and entry.decision.note == _source(file) and entry.seq not in undone:
            runs.setdefault(key["run"], set()).add((entry.briefing, entry.decision.reviewer))
    if not runs:
        raise FormatError(N_("{file}: no decisions from a file of this name to undo"), file=file)
    run, sessions = next(iter(runs.items()))
    return _undo_run(store, run, sessions, login=False)


def _undo_run(
    store: Store, run: str, sessions: Iterable[tuple[str, str]], *, login: bool
) -> tuple[int, tuple[SkippedRow, ...]]:
    op = uuid.uuid4().hex[:16]
    count = 0
    stay: list[SkippedRow] = []
    for briefing, name in sorted(sessions):
        session = ReviewSession(store, briefing, name, login=login)
        undone = reverted_entries(session.log)
        for entry in reversed(session.log.copy()):
            ours = entry.decision.op.startswith(f"{run}-") and entry.decision.reviewer == name
            if not ours or entry.seq in undone:
                continue
            try:
                revert_decision(session, entry, op=f"{op}-{entry.seq}")
                count += 1
            except InvalidEditError as error:
                line = int(entry.decision.op.rpartition("-")[2])
                row = entry.after[0].id
                stay.append(SkippedRow(line, briefing, row, "conflict", error.message))
    return count, tuple(stay)


class _SkipError(InvalidEditError):
    code = "edit.left-out"

    def __init__(self, why: str, kind: SkipReason, asked: str = "") -> None:
        super().__init__(why)
        self.kind: SkipReason = kind
        self.asked = asked


def _diff_row(line: TableRow, row: BeadRow) -> RowUpdate:
    """Return the changes that a row of the table makes to the row of the corpus."""
    if line.is_changed("place"):
        raise InvalidEditError(
            N_(
                "briefing, zh_index and en_index identify the text of a row and cannot be "
                "changed in a table; move sentences on the review page"
            )
        )
    current = decided_cells(row)
    wanted = {name: line.text(name, text) for name, text in current.items()}
    wanted["status"] = collapse_spaces(wanted["status"]).lower()
    changed = {name: text for name, text in wanted.items() if text != current[name]}
    if not changed or digest_part("decided", wanted) == line.checksum.get("decided"):
        return RowUpdate()
    for name, text in changed.items():
        if name == "status" and text not in STATUSES:
            status = repr(text) if text else Message(N_("empty"))
            raise InvalidEditError(
                N_("its status is {status}; use one of {names}"), status=status, names=STATUSES
            )
        if "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text):
            raise InvalidEditError(
                N_("{name} contains a character that cannot be stored; remove it"), name=name
            )
    return RowUpdate(**changed)  # type: ignore[arg-type] # the status was checked above


def _check_conflict(
    line: TableRow, row: BeadRow, session: ReviewSession, source: str, asked: str
) -> None:
    """Raise a conflict if the row was changed in the corpus after the file was written.

    A translator may continue in the same file and re-import it, so changes that came from this
    file and this reviewer are not a conflict. A row without a checksum comes from a file that we
    did not write; it may only change a bead without decisions.
    """
    exported = line.checksum.get("decided", "")
    states = list(_earlier_states(session, row.id))
    if _digest(row) == exported or not (exported or states):
        return
    changes = Message("")
    only_own = True  # whether all decisions since then came from this file and this reviewer
    for entry, before in states:
        if entry.decision.note != source or entry.decision.reviewer != session.reviewer:
            only_own = False
        if _digest(before) == exported:
            if only_own:
                return
            changes = describe_changes(before, row)
            break
    why = _explain_conflict(row, changes, has_checksum=bool(exported))
    raise _SkipError(why, "conflict", asked)


def _explain_conflict(row: BeadRow, changes: Message, *, has_checksum: bool) -> Message:
    """Return who changed a row of the corpus, when and, if it is known, what."""
    who = row.reviewer or Message(N_("someone"))
    at = f"{row.changed_at:{_WHEN}}" if row.changed_at else ""
    if at and not has_checksum:
        return Message(
            N_("{who} changed this row on {at}, and the file has no checksum"), who=who, at=at
        )
    if not has_checksum:
        return Message(N_("{who} changed this row, and the file has no checksum"), who=who)
    if at and changes:
        return Message(
            N_("{who} changed this row on {at} ({changes}) after the file was written"),
            who=who,
            at=at,
            changes=changes,
        )
    if at:
        return Message(
            N_("{who} changed this row on {at} after the file was written"), who=who, at=at
        )
    if changes:
        return Message(
            N_("{who} changed this row ({changes}) after the file was written"),
            who=who,
            changes=changes,
        )
    return Message(N_("{who} changed this row after the file was written"), who=who)


def _earlier_states(session: ReviewSession, row_id: str) -> Iterator[tuple[HistoryEntry, BeadRow]]:
    """Yield the decisions that replaced a row, the last first, each with the row before it."""
    for entry in reversed(session.log):
        for row in entry.before:
            if row.id == row_id:
                yield entry, row


def _digest(row: BeadRow) -> str:
    return digest_part("decided", decided_cells(row))


def _explain_loss(row_id: str, session: ReviewSession) -> Message:
    for entry, _ in _earlier_states(session, row_id):
        return Message(
            N_("{who} turned it into other rows ({action}, {at})"),
            who=entry.decision.reviewer,
            action=Message(entry.decision.action),
            at=f"{entry.at:{_WHEN}}",
        )
    return Message(N_("no row with this id; the text was realigned, or this is a different text"))
