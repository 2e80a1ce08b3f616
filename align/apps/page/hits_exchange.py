"""Exchange with the hits of the search page: decisions of the reviewer in, answers out.

It answers as :mod:`.exchange` does for the table, but sends no rows: the page searches again once
something was decided.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...corpus.review import InvalidEditError, ReviewSession
from ...corpus.store import ConnectionLostError, Store
from ...errors import N_
from .language import speak, translate_message
from .open_views import OpenView, Operation, read_operations, take_operations
from .protocol import Json, decode_request


@dataclass
class HitsView(OpenView):
    """The hits that one reviewer sees, of any number of briefings.

    ``login`` tells whether the name is verified by a login.
    """

    store: Store
    name: str
    login: bool

    @property
    def reviewer(self) -> str:
        """The name that decisions of this view carry."""
        return self.name


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
        }


def _carry_out(view: HitsView, op: Operation) -> str:
    """Accept or edit the row of a hit.

    :raises InvalidEditError: if the edit is invalid, or the row changed since it was shown.
    """
    session = ReviewSession(view.store, str(op.get("briefing")), view.name, login=view.login)
    request = decode_request({**op, "seen": session.seq})
    _check_shown(session, request.rows, op.get("shown"), request.tab, request.op)
    session.do(request)
    return ""


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
