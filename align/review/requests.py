"""What each move of a request does to a state: the session and the request in, the change out."""

from collections.abc import Callable, Mapping
from itertools import product
from typing import TYPE_CHECKING

from ..records import LANGUAGES, Bead, Status
from ..store import BeadRow
from . import history, operations
from .alternatives import alternative_key, find_alternatives
from .state import Edit, InvalidEditError, ReviewState

if TYPE_CHECKING:  # the session looks its moves up here
    from .session import Aligner, Request, ReviewSession


def best_cut(state: ReviewState, row: BeadRow, aligner: "Aligner | None") -> tuple[int, int]:
    """Choose how many zh and en sentences stay when a row is split.

    With an aligner the cut whose two rows are most probable; without one the cut at which both
    sides are divided in like shares of their length.
    """
    cuts = [
        (zh, en)
        for zh, en in product(range(len(row.zh) + 1), range(len(row.en) + 1))
        if 0 < zh + en < len(row.zh) + len(row.en)
    ]
    full = [(zh, en) for zh, en in cuts if 0 < zh < len(row.zh) and 0 < en < len(row.en)]
    cuts = full or cuts
    if max(len(row.zh), len(row.en)) < 2:
        raise InvalidEditError("this row has one sentence; split the sentence itself first")
    if aligner is None or len(cuts) == 1:
        return min(cuts, key=lambda cut: _unevenness(state, row, cut))
    numbered = state.to_beads([row])[0]
    beads = [
        Bead(zh, en)
        for at in cuts
        for zh, en in (
            (numbered.zh[: at[0]], numbered.en[: at[1]]),
            (numbered.zh[at[0] :], numbered.en[at[1] :]),
        )
    ]
    values = [value or 0.0 for value in aligner.probability(*state.ordered_sentences(), beads)]
    totals = [values[at] * values[at + 1] for at in range(0, len(values), 2)]
    return cuts[totals.index(max(totals))]


def _unevenness(state: ReviewState, row: BeadRow, cut: tuple[int, int]) -> float:
    shares = [
        len(state.join_text(names[:stay], language)) / max(len(state.join_text(names, language)), 1)
        for names, stay, language in (
            (row.zh, cut[0], LANGUAGES[0]),
            (row.en, cut[1], LANGUAGES[1]),
        )
    ]
    return abs(shares[0] - shares[1])


Maker = Callable[["ReviewSession", "Request"], tuple[Edit, int | None]]
"""Makes the change of a request, and names the verdict that it takes back, if it does."""


def _judge(status: Status) -> Maker:
    def make(session: "ReviewSession", request: "Request") -> tuple[Edit, None]:
        reason, note = request.reason, request.note
        return operations.judge(session.state, request.rows, status, reason=reason, note=note), None

    return make


def _edit(session: "ReviewSession", request: "Request") -> tuple[Edit, None]:
    return (
        operations.edit(session.state, request.rows[0], zh=request.zh_text, en=request.en_text),
        None,
    )


def _merge(session: "ReviewSession", request: "Request") -> tuple[Edit, None]:
    rows = request.rows
    if len(rows) == 1:
        neighbour = session.state.place(rows[0]) + (-1 if request.up else 1)
        if not 0 <= neighbour < len(session.state.rows):
            raise InvalidEditError("there is no row to merge with on that side")
        rows = (*rows, session.state.rows[neighbour].id)
    return operations.merge(session.state, rows), None


def _split(session: "ReviewSession", request: "Request") -> tuple[Edit, None]:
    zh, en = request.zh, request.en
    if zh < 0 or en < 0:
        zh, en = best_cut(session.state, session.state.row(request.rows[0]), session.aligner)
    return operations.split(session.state, request.rows[0], zh, en), None


def _shift(session: "ReviewSession", request: "Request") -> tuple[Edit, None]:
    direction: operations.Direction = "up" if request.up else "down"
    return operations.shift(session.state, request.rows[0], request.side, direction), None


def _send(session: "ReviewSession", request: "Request") -> tuple[Edit, None]:
    row, *to = request.rows
    target = session.state.place(to[0]) if to else request.target
    return operations.send(session.state, row, request.side, target), None


def _alone(session: "ReviewSession", request: "Request") -> tuple[Edit, None]:
    return operations.mark_untranslated(session.state, request.rows[0], request.side), None


def _link(session: "ReviewSession", request: "Request") -> tuple[Edit, None]:
    if len(request.rows) != 2:
        raise InvalidEditError(
            "choose two rows: one with the Chinese and one with the English text"
        )
    rows = [session.state.row(row_id) for row_id in request.rows]
    zh, en = rows if rows[0].zh and rows[1].en else reversed(rows)
    return operations.link(session.state, zh.id, en.id), None


def _unlink(session: "ReviewSession", request: "Request") -> tuple[Edit, None]:
    return operations.unlink(session.state, request.rows[0]), None


def _cut(session: "ReviewSession", request: "Request") -> tuple[Edit, None]:
    row = request.rows[0]
    return operations.split_sentence(
        session.state, row, request.side, request.at, request.offset
    ), None


def _join(session: "ReviewSession", request: "Request") -> tuple[Edit, None]:
    return operations.join_sentences(session.state, request.rows[0], request.side, request.at), None


def _resolve(session: "ReviewSession", request: "Request") -> tuple[Edit, None]:
    if session.aligner is None:
        raise InvalidEditError("the aligner is still being loaded; try again in a moment")
    state = session.state
    run = (
        state.row_range(request.rows)
        if len(request.rows) > 1
        else operations.run_between_confirmed(state, request.rows[0])
    )
    beads = resolved(state, run, session.aligner)
    return operations.resolve(state, run, beads), None


def resolved(state: ReviewState, run: range, aligner: "Aligner") -> tuple[Bead, ...]:
    """Align the text of a run of rows anew, with every row around it as it stands."""
    outside = [row for place, row in enumerate(state.rows) if place not in run]
    fixed = state.to_beads(row for row in outside if not row.crossing)
    inside = state.to_beads(state.rows[run.start : run.stop])
    zh = {number for bead in inside for number in bead.zh}
    en = {number for bead in inside for number in bead.en}
    return tuple(
        bead
        for bead in aligner.solve(*state.ordered_sentences(), fixed)
        if set(bead.zh) <= zh and set(bead.en) <= en
    )


def _choose(session: "ReviewSession", request: "Request") -> tuple[Edit, None]:
    found = find_alternatives(session.state, request.rows[0], session.aligner)
    for option in found.options:
        if alternative_key(session.state, option) == request.option:
            return operations.resolve(session.state, found.run, option.beads), None
    raise InvalidEditError("this alternative is no longer there; look again")


def _undo(session: "ReviewSession", request: "Request") -> tuple[Edit, int]:
    done = history.undo_stack(session.log, session.reviewer).done
    if not done:
        raise InvalidEditError("nothing to undo")
    return history.revert(session.state, done[-1]), done[-1].seq


def _redo(session: "ReviewSession", request: "Request") -> tuple[Edit, int]:
    undone = history.undo_stack(session.log, session.reviewer).undone
    if not undone:
        raise InvalidEditError("nothing to redo")
    return history.revert(session.state, undone[-1]), undone[-1].seq


def _restore(session: "ReviewSession", request: "Request") -> tuple[Edit, None]:
    row = request.rows[0] if request.rows else None
    return history.restore(session.state, session.log, request.target, row), None


WITHOUT_ROWS = ("undo", "redo", "restore")
"""Moves that may name no row."""
COMPARES = ("undo", "redo")
"""Moves that find out themselves whether somebody changed a row since, by what it holds."""

MAKERS: Mapping[str, Maker] = {
    "accept": _judge("accepted"),
    "reject": _judge("rejected"),
    "flag": _judge("flagged"),
    "reopen": _judge("unreviewed"),
    "edit": _edit,
    "merge": _merge,
    "split": _split,
    "shift": _shift,
    "send": _send,
    "alone": _alone,
    "link": _link,
    "unlink": _unlink,
    "cut": _cut,
    "join": _join,
    "resolve": _resolve,
    "choose": _choose,
    "undo": _undo,
    "redo": _redo,
    "restore": _restore,
}

ACTIONS = tuple(MAKERS)
"""The moves that a request can name."""
