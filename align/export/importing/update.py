"""Take an edited table back into its own corpus: what was changed in it becomes decisions.

A file in, decisions through :class:`align.review.Desk` out, one for each row that was changed, as
if they were made in the page: with history, undo and the same rights. Rows that nobody touched ask
for nothing. A row that somebody changed in the corpus after the export is a conflict: it is told,
and nothing is overwritten.

Each decision is a transaction, so an update that was stopped is gone on with by starting it again:
what is done already asks for nothing.
"""

import re
import uuid
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from ...errors import AlignError, FormatError, StoreError
from ...review import InvalidEditError, ReviewSession
from ...review.history import reverted_entries
from ...review.row_update import name_action, revert_decision, update_row
from ...store import ConnectionLostError, Store
from . import ImportStep, Progress
from .changed_rows import EditedRow, read_changed_rows
from .file_kind import TABLES, find_format
from .row_diff import RowChange, RowSkippedError, SkippedRow, SkipReason, diff_row, row_of
from .table import EditedTable

__all__ = [
    "Editor",
    "SkippedRow",
    "TableDecision",
    "UpdateReport",
    "SkipReason",
    "undo_update",
    "undo_last_update",
    "update",
]

_OP = re.compile(r"(?P<run>[0-9a-f]{16})-\d+")
"""The number of a decision of an update: the run, and the line of the file."""


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
    """What an update did, or with ``dry`` would do.

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

    def count(self, why: SkipReason) -> int:
        """Count the rows that were left for a reason."""
        return sum(one.kind == why for one in self.left)


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
    name = _table(path, form)
    if store.reads_only and not dry:
        raise StoreError(f"{store.name}: {store.reads_only}")
    tell: Progress = progress or (lambda _step: None)
    table = EditedTable(path, name)
    sizes = {summary.id: summary.beads for summary in store.briefings()}
    read = read_changed_rows(store, table, lambda rows: tell(ImportStep(rows)))
    run = _Run(store, path.name, editor, uuid.uuid4().hex[:16], dry, left=read.left)
    run.take(read.edited, sizes, tell)
    return UpdateReport(
        file=path,
        format=name,
        run=run.name,
        dry=dry,
        rows=read.rows,
        made=tuple(run.made),
        left=tuple(sorted(run.left, key=lambda one: one.line)),
        missing=sum(max(sizes.get(name, 0) - count, 0) for name, count in read.found.items()),
        redated=read.redated,
        passed_over=table.passed_over,
        unknown=tuple(table.unknown),
        others=run.others,
    )


def source_of(file: str) -> str:
    """Give what the history says of a decision that came from a file."""
    return f"from {file}"[:200]


def _table(path: Path, form: str | None) -> str:
    """Name the format of a table: a text with tabs may be one that lost its texts."""
    name = find_format(path, form).name
    if form is None and name == "lfaligner":
        name = "tsv"
    if name not in TABLES:
        known = ", ".join(sorted(TABLES))
        raise FormatError(f"{path}: {name} cannot update a corpus; formats that can: {known}")
    return name


@dataclass(slots=True)
class _Run:
    """One update: what it made, and what it left."""

    store: Store
    file: str
    editor: Editor
    name: str
    dry: bool
    made: list[TableDecision] = field(default_factory=list)
    left: list[SkippedRow] = field(default_factory=list)
    others: int = 0
    sessions: dict[str, ReviewSession] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """What the history says of these decisions."""
        return source_of(self.file)

    def take(self, edited: Sequence[EditedRow], known: Container[str], tell: Progress) -> None:
        """Take the lines, briefing by briefing; ``known`` are those that the corpus has."""
        ordered = sorted(edited, key=lambda one: (one.briefing, one.line.number))
        done = 0
        for briefing, lines in groupby(ordered, key=lambda one: one.briefing):
            self.sessions.clear()
            for one in lines:
                try:
                    self._one(one, there=briefing in known)
                except InvalidEditError as error:
                    stop = (
                        error
                        if isinstance(error, RowSkippedError)
                        else RowSkippedError("refused", str(error))
                    )
                    where = (one.line.number, briefing, one.line.id)
                    self.left.append(SkippedRow(*where, stop.kind, str(stop), stop.asked))
                done += 1
                tell(ImportStep(done, len(ordered)))

    def _one(self, one: EditedRow, *, there: bool) -> None:
        """Do what one line asks for.

        :raises Refused: with the reason, when it is not done.
        """
        if not there:
            raise RowSkippedError("gone", "the corpus has no such row and no such briefing")
        name = self._name(one)
        session = self._session(one.briefing, name)
        asked = diff_row(one.line, session, one.reviewer, self.source)
        if asked is None:
            return
        if asked.wanted.confirm and one.reviewer != name:
            raise RowSkippedError(
                "refused", f"only its reviewer was changed; decisions here are {name}'s"
            )
        if session.refusal:
            raise RowSkippedError("refused", session.refusal, asked.says)
        made = TableDecision(
            line=one.line.number,
            briefing=one.briefing,
            row=asked.row.id,
            action=name_action(session.state, asked.row.id, asked.wanted),
            says=asked.says,
            reviewer=name,
            was=asked.was,
        )
        if self.dry or self._decided(session, asked, one.line.number):
            self.made.append(made)
            self.others += one.reviewer not in ("", name)

    def _name(self, one: EditedRow) -> str:
        name = one.reviewer if self.editor.named else ""
        if len(name) > 120 or not name.isprintable():
            raise RowSkippedError(
                "refused", "its reviewer is no name; give 1 to 120 printable characters"
            )
        return name or self.editor.name

    def _session(self, briefing: str, name: str) -> ReviewSession:
        if name not in self.sessions:
            self.sessions[name] = ReviewSession(self.store, briefing, name, login=self.editor.login)
        elif len(self.sessions) > 1:  # another one may have decided since
            self.sessions[name].refresh()
        return self.sessions[name]

    def _decided(self, session: ReviewSession, asked: RowChange, line: int) -> bool:
        """Make the decision; say whether there was one to make.

        :raises Refused: when somebody was faster, or it may not be made.
        """
        row = asked.row
        try:
            done = update_row(
                session, row.id, asked.wanted, op=f"{self.name}-{line}", source=self.source
            )
        except ConnectionLostError:
            raise
        except AlignError as error:
            now = row_of(session, row.id)
            if now is not None and now.revision == row.revision:
                raise
            raise RowSkippedError("conflict", str(error), asked.says) from error
        return done.entry is not None


def undo_update(
    store: Store, done: UpdateReport, *, login: bool = False
) -> tuple[int, tuple[SkippedRow, ...]]:
    """Take the decisions of an update back, the last one first: how many, and which ones stay.

    A row that somebody changed since stays as it is.
    """
    return _undone(
        store, done.run, {(one.briefing, one.reviewer) for one in done.made}, login=login
    )


def undo_last_update(store: Store, file: str) -> tuple[int, tuple[SkippedRow, ...]]:
    """Take back what the last update from a file of this name decided, as :func:`undo` does.

    What is decided under a seal is not found here.

    :raises FormatError: when the history knows of none.
    """
    log = store.history()
    undone = reverted_entries(log)
    found: dict[str, set[tuple[str, str]]] = {}
    for entry in reversed(log):
        ours = _OP.fullmatch(entry.decision.op)
        if ours and entry.decision.note == source_of(file) and entry.seq not in undone:
            found.setdefault(ours["run"], set()).add((entry.briefing, entry.decision.reviewer))
    if not found:
        raise FormatError(f"{file}: the history has no decision from a file of this name to undo")
    run = next(iter(found))  # the newest
    return _undone(store, run, found[run], login=False)


def _undone(
    store: Store, run: str, where: Iterable[tuple[str, str]], *, login: bool
) -> tuple[int, tuple[SkippedRow, ...]]:
    back, count, left = uuid.uuid4().hex[:16], 0, list[SkippedRow]()
    for briefing, name in sorted(where):
        session = ReviewSession(store, briefing, name, login=login)
        undone = reverted_entries(session.log)
        for entry in reversed(session.log.copy()):
            mine = entry.decision.op.startswith(f"{run}-")
            if not mine or entry.decision.reviewer != name or entry.seq in undone:
                continue
            try:
                revert_decision(session, entry, op=f"{back}-{entry.seq}")
                count += 1
            except InvalidEditError as error:
                line = int(entry.decision.op.rpartition("-")[2])
                row = entry.after[0].id
                left.append(SkippedRow(line, briefing, row, "conflict", str(error)))
    return count, tuple(left)
