"""Exchange with the toolbar of search and terms: decisions of the reviewer in, answers out.

It answers as :mod:`.exchange` does for the table, but sends no rows: the page searches again once
something was decided. Undo and redo revert what this session decided on these pages.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...corpus.review import InvalidEditError, Request, ReviewSession
from ...corpus.review.history import REDO, UNDO, revert
from ...corpus.review.permissions import read_permission
from ...corpus.review.requests import NEAR_ROWS, TooManyRowsError
from ...corpus.store import ConnectionLostError, Store
from ...corpus.store.term_base import TermChanges, TermEntry, put_terms, read_terms
from ...errors import N_
from .exchange import describe_undo
from .language import gettext as _
from .language import speak, translate_message
from .open_views import OpenView, Operation, read_operations, take_operations
from .protocol import Json, decode_request


class Undoable(ABC):
    """Something that was decided on a page and can be undone."""

    @property
    @abstractmethod
    def size(self) -> int:
        """Number of rows or terms that it changed."""

    @abstractmethod
    def revert(self, view: "HitsView", action: str, op: str) -> tuple["Undoable", str]:
        """Revert it under a name; return the change that this makes, and a message."""


@dataclass
class HitsView(OpenView):
    """What one reviewer decides on search and terms, in any number of briefings.

    ``login`` tells whether the name is verified by a login. ``done`` and ``undone`` are the changes
    that can be undone and redone, the next one last. ``news`` is a message for the toolbar with
    its number.
    """

    store: Store
    name: str
    login: bool
    done: list[Undoable] = field(default_factory=list)
    undone: list[Undoable] = field(default_factory=list)
    news: tuple[int, str] = (0, "")

    @property
    def reviewer(self) -> str:
        """The name that decisions of this view carry."""
        return self.name

    @property
    def sizes(self) -> Json:
        """How many rows or terms the next undo and redo change."""
        stacks = {UNDO: self.done, REDO: self.undone}
        return {action: stack[-1].size if stack else 0 for action, stack in stacks.items()}

    def note(self, change: Undoable) -> None:
        """Remember a change that was just made."""
        self.done.append(change)
        self.undone.clear()

    def change_terms(
        self, entries: Iterable[TermEntry], removed: Iterable[tuple[str, str]] = ()
    ) -> TermChanges:
        """Undoable the term base so that it can be undone; return what really changed."""
        with self.lock:
            change, changes = _change_terms(self, entries, removed)
            if change.size:
                self.note(change)
        return changes


@dataclass(frozen=True)
class DecidedRow(Undoable):
    """A decision on a row, by the name of its operation."""

    briefing: str
    op: str

    @property
    def size(self) -> int:
        """One row."""
        return 1

    def revert(self, view: HitsView, action: str, op: str) -> tuple[Undoable, str]:
        """Revert the decision, unless someone changed the row since."""
        session = ReviewSession(view.store, self.briefing, view.name, login=view.login)
        entry = next((one for one in session.log if one.decision.op == self.op), None)
        if entry is None:
            raise InvalidEditError(N_("the briefing was added again; there is nothing to undo"))
        request = Request(op, action, seen=session.seq)
        done = session.do(request, lambda context: revert(context.state, entry)).entry
        return DecidedRow(self.briefing, op), describe_undo(session.log, done) if done else ""


@dataclass(frozen=True)
class DecidedTerms(Undoable):
    """Entries of the term base before and after a change; an entry in only one was not in both."""

    before: Mapping[tuple[str, str], TermEntry]
    after: Mapping[tuple[str, str], TermEntry]

    @property
    def size(self) -> int:
        """Number of entries that changed."""
        return len(self.before.keys() | self.after.keys())

    def revert(self, view: HitsView, action: str, _op: str) -> tuple[Undoable, str]:
        """Put the entries back, unless someone changed them since."""
        now = {one.texts: one for one in read_terms(view.store)}
        names = self.before.keys() | self.after.keys()
        if any(now.get(name) != self.after.get(name) for name in names):
            raise InvalidEditError(N_("someone changed these terms since; see the history"))
        removed = self.after.keys() - self.before.keys()
        change, _changes = _change_terms(view, self.before.values(), removed)
        verb = _("undone: {action}") if action == UNDO else _("redone: {action}")
        return change, verb.format(action=_("terms changed"))


def _change_terms(
    view: HitsView, entries: Iterable[TermEntry], removed: Iterable[tuple[str, str]]
) -> tuple[DecidedTerms, TermChanges]:
    right = read_permission(view.store, view.name, login=view.login)
    if refusal := right.refusal("decide"):
        raise InvalidEditError(refusal)
    before = {one.texts: one for one in read_terms(view.store)}
    changes = put_terms(view.store, entries, view.name, removed=removed)
    after = {one.texts: one for one in read_terms(view.store)}
    names = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    old = {name: before[name] for name in names & before.keys()}
    new = {name: after[name] for name in names & after.keys()}
    return DecidedTerms(old, new), changes


def exchange_hits(view: HitsView, message: Mapping[str, Any]) -> Json:
    """Carry out the operations in a request; return which are answered, and what was refused."""
    operations = read_operations(message.get("ops"))
    lost = ""
    with view.lock, speak(view.language):
        try:
            take_operations(view, operations, lambda op: _carry_out(view, op))
        except ConnectionLostError as error:  # the browser sends them again
            lost = translate_message(error.message)
        return {
            "ack": view.acknowledged,
            "msg": lost,
            "refused": sorted(view.refused),
            "messages": {str(seq): words for seq, words in view.messages.items() if words},
            "sizes": view.sizes,
        }


def _carry_out(view: HitsView, op: Operation) -> str:
    """Accept or edit the row of a hit, or take a change back; return a message about it.

    :raises InvalidEditError: if the operation is impossible, or the row changed since it was shown.
    """
    if op.get("action") in (UNDO, REDO):
        return _take_back(view, op)
    session = ReviewSession(view.store, str(op.get("briefing")), view.name, login=view.login)
    request = decode_request({**op, "seen": session.seq})
    _check_shown(session, request.rows, op.get("shown"), request.tab, request.op)
    if session.do(request).entry is not None:
        view.note(DecidedRow(session.briefing, request.op))
    return ""


def _take_back(view: HitsView, op: Operation) -> str:
    """Undo or redo the last change.

    :raises TooManyRowsError: if a plain key asks for it and it changes many rows or terms.
    """
    action = str(op["action"])
    taken, given = (view.done, view.undone) if action == UNDO else (view.undone, view.done)
    if not taken:
        raise InvalidEditError(N_("nothing to undo") if action == UNDO else N_("nothing to redo"))
    count = taken[-1].size
    if op.get("near") is True and count > NEAR_ROWS:
        raise TooManyRowsError(N_("{count} entries would change; confirm first"), count=count)
    change, words = taken[-1].revert(view, action, str(op.get("op")))
    taken.pop()
    given.append(change)
    return words


def _check_shown(
    session: ReviewSession, rows: tuple[str, ...], shown: object, tab: str, op: str
) -> None:
    """Raise if the row is not as it was shown, unless this tab has changed it since."""
    name = rows[0] if rows else ""
    if name in session.state.places:
        row = session.state.row(name)
        if [row.zh_final, row.en_final] == shown:
            return
    log = (entry for entry in reversed(session.log) if name in {row.id for row in entry.after})
    newest = next(log, None)
    known = any(entry.decision.op == op for entry in session.log)
    if known or (newest is not None and newest.decision.op.startswith(f"{tab}-")):
        return
    raise InvalidEditError(N_("someone changed this row after the search; search again"))
