"""One decision about a whole row: texts, verdict and note of an edited table.

On the page these are several operations. A line of a table asks for all of them, so they are
stored, and undone, as one.
"""

from dataclasses import dataclass, replace

from ..records import Status
from ..store import HistoryEntry
from . import history, operations
from .requests import Request
from .session import RequestResult, ReviewSession
from .state import Edit, ReviewState

_ACTIONS: dict[Status, str] = {
    "accepted": "accept",
    "rejected": "reject",
    "flagged": "flag",
    "unreviewed": "reopen",
}


@dataclass(frozen=True, slots=True)
class RowUpdate:
    """The wanted content of a row; ``None`` leaves a field as it is.

    ``confirm`` makes it a decision even if nothing changes: somebody vouches for the row.
    """

    zh: str | None = None
    en: str | None = None
    status: Status | None = None
    note: str | None = None
    confirm: bool = False


def update_edit(state: ReviewState, row_id: str, wanted: RowUpdate) -> Edit:
    """Return the edit that makes a row as wanted.

    :raises InvalidEditError: when the row is not there, or a side that has text would become empty.
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
    """Make a row as wanted.

    :param op: unique, as in :class:`.requests.Request`; the same one twice is done once.
    :param source: where the update comes from, for the history.
    :raises InvalidEditError: as :func:`update_edit`, when this person may not decide, or when
        somebody changed the row since the session was last refreshed.
    """
    action = name_action(session.state, row_id, wanted)
    request = Request(op, action, (row_id,), seen=session.seq, note=source)
    return session.do(request, lambda context: update_edit(context.state, row_id, wanted))


def name_action(state: ReviewState, row_id: str, wanted: RowUpdate) -> str:
    """Return the action under which an update is stored: the verdict where there is one."""
    row = state.row(row_id)
    status = wanted.status or row.status
    if status != row.status or (wanted.confirm and status != "unreviewed"):
        return _ACTIONS[status]
    return "edit" if wanted.zh is not None or wanted.en is not None else "note"


def revert_decision(session: ReviewSession, entry: HistoryEntry, *, op: str) -> RequestResult:
    """Undo one decision of this reviewer, which need not be the last one.

    :raises InvalidEditError: when somebody changed one of its rows since.
    """
    request = Request(op, history.UNDO, seen=session.seq)
    return session.do(request, lambda context: history.revert(context.state, entry))
