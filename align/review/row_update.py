"""Decide about a row all at once: texts, verdict and note of an edited table in, one verdict out.

On the page these are several moves. A table that comes back asks for all of them in one line, so
they are one decision: it is done whole, and taken back whole.
"""

from dataclasses import dataclass, replace

from ..records import Status
from ..store import HistoryEntry
from . import history, operations
from .session import Request, RequestResult, ReviewSession
from .state import Edit, ReviewState

_VERBS: dict[Status, str] = {
    "accepted": "accept",
    "rejected": "reject",
    "flagged": "flag",
    "unreviewed": "reopen",
}


@dataclass(frozen=True, slots=True)
class RowUpdate:
    """What a row shall be; ``None`` leaves a field as it is.

    ``confirm`` makes it a decision also where nothing changes: somebody stands behind the row.
    """

    zh: str | None = None
    en: str | None = None
    status: Status | None = None
    note: str | None = None
    confirm: bool = False


def update_edit(state: ReviewState, row_id: str, wanted: RowUpdate) -> Edit:
    """Make the change that a revision asks for.

    :raises Refused: when the row is not there, or a side that has text would become empty.
    """
    edit = operations.edit(state, row_id, zh=wanted.zh, en=wanted.en)
    row = state.row(row_id)
    new = edit.after[0] if edit.after else row
    if wanted.status is not None and wanted.status != row.status:
        new = replace(new, status=wanted.status, reason="")
    if wanted.note is not None:
        new = replace(new, note=" ".join(wanted.note.split()))
    return Edit() if new == row and not wanted.confirm else Edit((row,), (new,))


def update_row(
    session: ReviewSession, row_id: str, wanted: RowUpdate, *, op: str, source: str = ""
) -> RequestResult:
    """Let a row be what a revision asks for.

    :param op: unique, as in :class:`.session.Request`; the same one twice is done once.
    :param source: where the revision comes from, for the history.
    :raises Refused: as :func:`revised`, when this person may not decide, or when somebody changed
        the row since the session was last refreshed.
    """
    action = name_action(session.state, row_id, wanted)
    request = Request(op, action, (row_id,), seen=session.seq, note=source)
    return session.do(request, lambda at, _: (update_edit(at.state, row_id, wanted), None))


def name_action(state: ReviewState, row_id: str, wanted: RowUpdate) -> str:
    """Name the move that a revision comes to: the verdict where there is one."""
    row = state.row(row_id)
    status = wanted.status or row.status
    if status != row.status or (wanted.confirm and status != "unreviewed"):
        return _VERBS[status]
    return "edit" if wanted.zh is not None or wanted.en is not None else "note"


def revert_decision(session: ReviewSession, entry: HistoryEntry, *, op: str) -> RequestResult:
    """Undo one decision of this reviewer, which need not be the last one.

    :raises Refused: when somebody changed one of its rows since.
    """
    request = Request(op, history.UNDO, seen=session.seq)
    return session.do(request, lambda at, _: (history.revert(at.state, entry), entry.seq))
