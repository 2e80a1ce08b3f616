"""An edited table comes back into its own corpus: what was changed in it becomes decisions.

Each row that was changed is one decision of a :class:`~align.review.ReviewSession`, as if it were
made in the page: with history, undo and the same rights. Rows that nobody touched ask for nothing.
A row that somebody changed in the corpus after the export is a conflict: it is reported, and
nothing is overwritten. Each decision is a transaction, so an update that was stopped is continued
by starting it again.
"""

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from ...errors import AlignError, FormatError, StoreError
from ...review import InvalidEditError, ReviewSession
from ...review.history import reverted_entries
from ...review.session import name_action, revert_decision, update_row
from ...store import ConnectionLostError, Store
from . import ImportStep, Progress
from .changed_rows import EditedRow, read_changed_rows
from .file_kind import TABLES, find_format
from .row_diff import RowChange, SkipError, SkippedRow, SkipReason, diff_row, find_row
from .table import EditedTable

_OP = re.compile(r"(?P<run>[0-9a-f]{16})-\d+")
"""The key of a decision of an update: the run, and the line of the file."""


@dataclass(frozen=True, slots=True)
class Editor:
    """Whose decisions these are.

    :param named: whether a name that was written into the column ``reviewer`` counts.
    :param login: whether a login vouches for the name.
    """

    name: str
    named: bool = True
    login: bool = False


@dataclass(frozen=True, slots=True)
class TableDecision:
    """One decision, made or to be made. ``was`` is another id that the file has for the row."""

    line: int
    briefing: str
    row: str
    action: str
    says: str
    reviewer: str
    was: str = ""


@dataclass(frozen=True, slots=True)
class UpdateReport:
    """What an update did, or with ``dry`` would do; its fields are named as in ``--json``.

    ``missing`` counts rows of the file's briefings that it has not, ``redated`` its rows with
    changes in the columns ``passed_over``, which are never taken, ``others`` rows that name another
    reviewer where that does not count; ``unknown`` are columns that are none of ours.
    """

    file: Path
    format: str
    run: str
    dry: bool
    rows: int
    made: tuple[TableDecision, ...] = ()
    left: tuple[SkippedRow, ...] = ()
    missing: int = 0
    redated: int = 0
    passed_over: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    others: int = 0

    @property
    def same(self) -> int:
        """How many rows ask for nothing: nobody changed them, or the corpus has the change."""
        return self.rows - len(self.made) - len(self.left)

    def count(self, reason: SkipReason) -> int:
        """Count the rows that were left for a reason."""
        return sum(row.kind == reason for row in self.left)


def update(
    store: Store,
    path: Path,
    editor: Editor,
    *,
    form: str | None = None,
    dry: bool = False,
    progress: Progress | None = None,
) -> UpdateReport:
    """Make decisions of what was changed in a table that was exported from this corpus.

    :param form: the name of its format; found by its name and first line when left out.
    :param dry: only say what would be done.
    :raises FormatError: when the file is no table, cannot be read, or has no ids.
    :raises StoreError: when the corpus cannot be read or written.
    """
    name = _table_format(path, form)
    if store.reads_only and not dry:
        raise StoreError(f"{store.name}: {store.reads_only}")
    report: Progress = progress or (lambda _step: None)
    table = EditedTable(path, name)
    sizes = {summary.id: summary.beads for summary in store.briefings()}
    found = read_changed_rows(store, table, lambda rows: report(ImportStep(rows)))
    run = _Run(store, path.name, editor, dry, skipped=found.skipped)
    edited = sorted(found.edited, key=lambda row: (row.briefing, row.line.number))
    for done, row in enumerate(edited, start=1):
        run.decide(row, present=row.briefing in sizes)
        report(ImportStep(done, len(edited)))
    return UpdateReport(
        file=path,
        format=name,
        run=run.id,
        dry=dry,
        rows=found.rows,
        made=tuple(run.made),
        left=tuple(sorted(run.skipped, key=lambda row: row.line)),
        missing=sum(max(sizes.get(name, 0) - count, 0) for name, count in found.present.items()),
        redated=found.redated,
        passed_over=table.ignored,
        unknown=tuple(table.unknown),
        others=run.others,
    )


def _table_format(path: Path, form: str | None) -> str:
    """Return the format of a table; a file with tabs and no header may have lost its texts."""
    name = find_format(path, form).name
    if form is None and name == "lfaligner":
        name = "tsv"
    if name not in TABLES:
        known = ", ".join(sorted(TABLES))
        raise FormatError(f"{path}: {name} cannot update a corpus; formats that can: {known}")
    return name


def _source(file: str) -> str:
    """Return what the history says of a decision that came from a file."""
    return f"from {file}"[:200]


@dataclass(slots=True)
class _Run:
    """One update while it runs, with a session for each reviewer of the briefing at hand."""

    store: Store
    file: str
    editor: Editor
    dry: bool
    skipped: list[SkippedRow]
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:16])
    made: list[TableDecision] = field(default_factory=list)
    others: int = 0
    briefing: str = ""
    sessions: dict[str, ReviewSession] = field(default_factory=dict)

    def decide(self, edited: EditedRow, *, present: bool) -> None:
        """Make the decision that a row asks for, or report why it is not made."""
        try:
            if not present:
                raise SkipError("gone", "the corpus has no such row and no such briefing")
            self._decide(edited)
        except SkipError as error:
            self.skipped.append(edited.skip(error.kind, str(error), error.asked))
        except InvalidEditError as error:
            self.skipped.append(edited.skip("refused", str(error)))

    def _decide(self, edited: EditedRow) -> None:
        name = edited.reviewer if self.editor.named else ""
        if len(name) > 120 or not name.isprintable():
            raise InvalidEditError("its reviewer is no name; give 1 to 120 printable characters")
        session = self._session(edited.briefing, name or self.editor.name)
        change = diff_row(edited.line, session, edited.reviewer, _source(self.file))
        if change is None:
            return
        if change.update.confirm and edited.reviewer != session.reviewer:
            raise InvalidEditError(
                f"only its reviewer was changed; decisions here are {session.reviewer}'s"
            )
        if session.refusal:
            raise SkipError("refused", session.refusal, change.summary)
        decision = TableDecision(
            line=edited.line.number,
            briefing=edited.briefing,
            row=change.row.id,
            action=name_action(session.state, change.row.id, change.update),
            says=change.summary,
            reviewer=session.reviewer,
            was=change.old_id,
        )
        if self.dry or self._write(session, change, edited.line.number):
            self.made.append(decision)
            self.others += edited.reviewer not in ("", session.reviewer)

    def _session(self, briefing: str, name: str) -> ReviewSession:
        if briefing != self.briefing:
            self.briefing, self.sessions = briefing, {}
        if name not in self.sessions:
            self.sessions[name] = ReviewSession(self.store, briefing, name, login=self.editor.login)
        elif len(self.sessions) > 1:  # another reviewer of the file may have decided since
            self.sessions[name].refresh()
        return self.sessions[name]

    def _write(self, session: ReviewSession, change: RowChange, line: int) -> bool:
        """Write a decision, and say whether there was one to make.

        :raises SkipError: when somebody was faster.
        """
        row, op = change.row, f"{self.id}-{line}"
        try:
            done = update_row(session, row.id, change.update, op=op, source=_source(self.file))
        except ConnectionLostError:
            raise
        except AlignError as error:
            now = find_row(session, row.id)
            if now is not None and now.revision == row.revision:
                raise
            raise SkipError("conflict", str(error), change.summary) from error
        return done.entry is not None


def undo_update(
    store: Store, done: UpdateReport, *, login: bool = False
) -> tuple[int, tuple[SkippedRow, ...]]:
    """Undo the decisions of an update, the last one first; return how many, and which ones stay.

    A row that somebody changed since stays as it is.
    """
    sessions = {(decision.briefing, decision.reviewer) for decision in done.made}
    return _undo_run(store, done.run, sessions, login=login)


def undo_last_update(store: Store, file: str) -> tuple[int, tuple[SkippedRow, ...]]:
    """Undo what the last update from a file of this name decided, as :func:`undo_update` does.

    Decisions of an independent review that is not finished are not found.

    :raises FormatError: when the history knows of none.
    """
    log = store.history()
    undone = reverted_entries(log)
    runs: dict[str, set[tuple[str, str]]] = {}  # the newest first
    for entry in reversed(log):
        key = _OP.fullmatch(entry.decision.op)
        if key and entry.decision.note == _source(file) and entry.seq not in undone:
            runs.setdefault(key["run"], set()).add((entry.briefing, entry.decision.reviewer))
    if not runs:
        raise FormatError(f"{file}: the history has no decision from a file of this name to undo")
    run, sessions = next(iter(runs.items()))
    return _undo_run(store, run, sessions, login=False)


def _undo_run(
    store: Store, run: str, sessions: Iterable[tuple[str, str]], *, login: bool
) -> tuple[int, tuple[SkippedRow, ...]]:
    op, count, stay = uuid.uuid4().hex[:16], 0, list[SkippedRow]()
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
                stay.append(SkippedRow(line, briefing, row, "conflict", str(error)))
    return count, tuple(stay)
