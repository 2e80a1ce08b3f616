"""A reviewer's request, and the operation that answers it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from ...errors import N_
from ...records import Language, Status
from ..store import BeadRow, HistoryEntry
from ..store.records import CLOSE_NOTE, NOTE_ACTIONS, PUT_BACK
from . import history, operations, realign, realign_after
from .history import find_row
from .state import Edit, InvalidEditError, ReviewState, content

NEAR_ROWS = 3
"""A row and its neighbours: the most rows that a plain key may change."""


class TooManyRowsError(InvalidEditError):
    """An operation would change more rows than its author may have meant; nothing was changed."""

    code = "edit.too-many-rows"


@dataclass(frozen=True, slots=True)
class Request:
    """One operation that the page requests.

    ``seen`` is the number of the last verdict that the reviewer had on the screen; ``op`` begins
    with the name of the browser tab and a dash. The fields from ``side`` on are arguments of some
    operations. ``count`` is the number of sentences that a shift moves. ``zh`` and ``en`` of a
    split count sentences, or characters with ``inside``; -1 means the best split. ``zh_base`` and
    ``en_base`` are the texts that an edit began with. ``target`` is the position of a row, from 0,
    or the number of a verdict; a second row names the row at that position. An undo or redo with a
    ``target`` reverts this verdict only. ``across`` lets a move of text leave its turn. ``option``
    is the key of an alternative. With ``accept``, an edited row is also accepted. With ``near``,
    the operation may change at most :data:`NEAR_ROWS` rows.
    """

    op: str
    action: str
    rows: tuple[str, ...] = ()
    seen: int = 0
    side: Language = "zh"
    up: bool = False
    count: int = 1
    at: int = 0
    offset: int = 0
    inside: bool = False
    zh: int = -1
    en: int = -1
    zh_text: str | None = None
    en_text: str | None = None
    zh_base: str | None = None
    en_base: str | None = None
    target: int = 0
    across: bool = False
    option: str = ""
    reason: str = ""
    note: str = ""
    accept: bool = False
    near: bool = False

    @property
    def tab(self) -> str:
        """The browser tab that sent it."""
        return self.op.partition("-")[0]


@dataclass(frozen=True, slots=True)
class ReviewContext:
    """The read-only input of operations."""

    state: ReviewState
    log: Sequence[HistoryEntry]
    reviewer: str
    aligner: realign.Aligner


def make_edit(context: ReviewContext, request: Request) -> Edit:
    """Return the edit that a request asks for."""
    operation = OPERATIONS.get(request.action)
    if operation is None:
        raise InvalidEditError(N_("{action}: unknown action"), action=request.action)
    if not request.rows and request.action not in WITHOUT_ROWS:
        raise InvalidEditError(N_("{action}: choose a row first"), action=request.action)
    edit = operation(context, request)
    if request.near and (count := count_changed(edit)) > NEAR_ROWS:
        raise TooManyRowsError(N_("{count} rows would change; confirm first"), count=count)
    if not request.accept or request.action not in MENDS:
        return edit
    accepted = (
        replace(row, status="accepted") if row.status == "unreviewed" else row for row in edit.after
    )
    return replace(edit, after=tuple(accepted))


def count_changed(edit: Edit) -> int:
    """Return how many rows an edit changes, before or after it, whichever are more."""
    after = {row.id: row for row in edit.after}
    same = {row.id for row in edit.before if is_same(row, after.get(row.id))}
    return max(len(edit.before), len(edit.after)) - len(same)


def is_same(row: BeadRow, later: BeadRow | None) -> bool:
    """Return whether an edit leaves a row with the same content."""
    return later is not None and content(row) == content(later)


Operation = Callable[[ReviewContext, Request], Edit]


def _judge(status: Status) -> Operation:
    def judge(context: ReviewContext, request: Request) -> Edit:
        state, rows, who = context.state, request.rows, context.reviewer
        why = {"reason": request.reason, "note": request.note}
        return operations.judge(state, rows, status, who=who, **why)

    return judge


def _merge(context: ReviewContext, request: Request) -> Edit:
    state, rows = context.state, request.rows
    if len(rows) == 1:
        place = state.place(rows[0]) + (-1 if request.up else 1)
        rows += tuple(row.id for row in state.rows[max(place, 0) : place + 1])
    return operations.merge(state, rows)


def _split(context: ReviewContext, request: Request) -> Edit:
    state, (row_id, *_) = context.state, request.rows
    zh, en = request.zh, request.en
    if request.inside:
        return operations.split_text(state, row_id, zh, en)
    if zh < 0 or en < 0:
        zh, en = realign.best_split(state, state.row(row_id), context.aligner)
    return operations.split(state, row_id, zh, en)


def _send(context: ReviewContext, request: Request) -> Edit:
    state, (row_id, *to) = context.state, request.rows
    target = state.place(to[0]) if to else request.target
    return operations.send(state, row_id, request.side, target, across=request.across)


def _link(context: ReviewContext, request: Request) -> Edit:
    one = context.state.row(request.rows[0])
    # A request with another number of rows is refused as a link of a row with itself.
    two = context.state.row(request.rows[1]) if len(request.rows) == 2 else one
    zh, en = (one, two) if one.zh and two.en else (two, one)
    return operations.link(context.state, zh.id, en.id)


def _write_note(context: ReviewContext, request: Request) -> Edit:
    """Return an edit that leaves the row as it is; a row that is gone is found by its text."""
    if request.action != CLOSE_NOTE and not request.note.strip():
        raise InvalidEditError(N_("the note is empty; enter some text"))
    state, row_id = context.state, request.rows[0]
    log = (row for entry in reversed(context.log) for row in entry.before if row.id == row_id)
    removed = None if row_id in state.places else next(log, None)
    row = find_row(state, removed) if removed else state.row(row_id)
    return Edit((row,), (row,))


def _edit(context: ReviewContext, request: Request) -> Edit:
    row_id, zh, en = request.rows[0], request.zh_text, request.en_text
    return operations.edit(context.state, row_id, zh=zh, en=en)


def _shift(context: ReviewContext, request: Request) -> Edit:
    state, (row_id, *_), count = context.state, request.rows, request.count
    return operations.shift(state, row_id, request.side, up=request.up, count=count)


def _mark_untranslated(context: ReviewContext, request: Request) -> Edit:
    return operations.mark_untranslated(context.state, request.rows[0], request.side)


def _unlink(context: ReviewContext, request: Request) -> Edit:
    return operations.unlink(context.state, request.rows[0])


def _split_sentence(context: ReviewContext, request: Request) -> Edit:
    place = (request.at, request.offset)
    return operations.split_sentence(context.state, request.rows[0], request.side, *place)


def _join_sentences(context: ReviewContext, request: Request) -> Edit:
    return operations.join_sentences(context.state, request.rows[0], request.side, request.at)


def _realign(context: ReviewContext, request: Request) -> Edit:
    return realign.realign(context.state, request.rows, context.aligner)


def _choose_alternative(context: ReviewContext, request: Request) -> Edit:
    """Return an edit that also accepts the new rows: the reviewer saw them before taking them."""
    row_id, aligner = request.rows[0], context.aligner
    edit = realign.choose_alternative(context.state, row_id, request.option, aligner)
    return replace(edit, after=tuple(replace(row, status="accepted") for row in edit.after))


def _take_back(context: ReviewContext, request: Request) -> Edit:
    edit = history.take_back(context.state, context.log, context.reviewer, request.action)
    if request.target and edit.undoes != request.target:
        raise InvalidEditError(N_("your last decision is a different one now; try again"))
    return edit


def _put_back(context: ReviewContext, request: Request) -> Edit:
    return realign_after.put_back(context.state, context.log, request.target)


def _restore(context: ReviewContext, request: Request) -> Edit:
    return history.restore(context.state, context.log, request.target, *request.rows[:1])


WITHOUT_ROWS = (history.UNDO, history.REDO, "restore")  # actions that may name no row

OPERATIONS: Mapping[str, Operation] = {
    "accept": _judge("accepted"),
    "accept-many": _judge("accepted"),  # logged separately: the rows were not checked one by one
    "reject": _judge("rejected"),
    "flag": _judge("flagged"),
    "reopen": _judge("unreviewed"),
    "edit": _edit,
    "merge": _merge,
    "split": _split,
    "shift": _shift,
    "send": _send,
    "alone": _mark_untranslated,
    "link": _link,
    "unlink": _unlink,
    "cut": _split_sentence,
    "join": _join_sentences,
    "resolve": _realign,
    "choose": _choose_alternative,
    **{action: _write_note for action in NOTE_ACTIONS},
    history.UNDO: _take_back,
    history.REDO: _take_back,
    "restore": _restore,
    PUT_BACK: _put_back,
}

MENDS = ("edit", "merge", "split")  # actions after which a reviewer may count the rows as accepted
ACTIONS = tuple(OPERATIONS)  # the actions that a request can name
