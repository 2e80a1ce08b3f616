"""Adjudication: a third person settles what two reviewers differ in.

The answer of one of the two becomes the rows of the briefing, as a decision of the third person.
The decisions of the two stay in the history, so their agreement stays as it was.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

from ..store import BeadRow, HistoryEntry
from ..store.records import in_order
from .double_review import OPEN, Difference
from .history import undo_stack
from .requests import Request
from .session import RequestResult, ReviewSession
from .state import Edit, InvalidEditError, ReviewState, cells_of, new_id, sentence_keys

SettledSide = Literal["mine", "theirs"]
"""Which of the two answers of a :class:`.double_review.Difference` is taken."""

ACTION = "settle"


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

    :param op: unique, as in :class:`.requests.Request`; the same one twice is done once.
    :param seen: the number of the last verdict on the screen; by default the session's last one.
    :raises InvalidEditError: when this person may not settle or is one of the two, when the rows
        cover other text by now, or when somebody changed them since they were seen.
    """
    request = Request(op, ACTION, note=note, seen=session.seq if seen is None else seen)
    return session.do(
        request,
        lambda context: settlement_edit(context.state, difference, choice, context.reviewer),
        "settle",
    )


def settlement_edit(
    state: ReviewState, difference: Difference, choice: SettledSide, who: str
) -> Edit:
    """Return the edit that makes one answer the rows of the briefing.

    :param who: the third person, who decides.
    :raises InvalidEditError: as :func:`settle`.
    """
    both = (*difference.mine, *difference.theirs)
    if who in {row.reviewer for row in both}:
        raise InvalidEditError(
            "an adjudicator is a third person; you are one of the two who differ"
        )
    wanted = difference.mine if choice == "mine" else difference.theirs
    names = sentence_keys(wanted)
    before = tuple(row for row in state.rows if sentence_keys([row]) & names)
    if sentence_keys(before) != names:
        raise InvalidEditError(
            "this answer does not cover the same text as the rows do now; "
            "open the briefing and decide by hand"
        )
    free = {row.id for row in before} | ({row.id for row in wanted} - set(state.places))
    placed = zip(wanted, _positions(state, before, wanted), strict=True)
    after = tuple(
        replace(row, id=row.id if row.id in free else new_id(), position=position)
        for row, position in placed
    )
    edit = Edit(before, after)
    if in_order(state.rows) and not in_order(state.apply(edit).rows):
        raise InvalidEditError(
            "this answer does not fit between the rows that stand there now; "
            "open the briefing and decide by hand"
        )
    return edit


def _positions(
    state: ReviewState, before: Sequence[BeadRow], wanted: Sequence[BeadRow]
) -> Iterable[float]:
    """Return a position for each new row: of the rows that go, or steps up to the next row.

    The last rows with the same text keep theirs: other rows may stand among those that go.
    """
    if len(before) == len(wanted):
        return [row.position for row in before]
    if cells_of(before[-1]) == cells_of(wanted[-1]):
        return [*_positions(state, before[:-1], wanted[:-1]), before[-1].position]
    low = before[0].position
    later = (row.position for row in state.rows if row.position > low and row not in before)
    high = next(later, low + len(wanted))
    return [low + at * (high - low) / len(wanted) for at in range(len(wanted))]


def find_settlement(entries: Sequence[HistoryEntry], difference: Difference) -> HistoryEntry | None:
    """Return the decision of a third person that came after both answers, if there is one."""
    both = {*difference.mine, *difference.theirs}
    two = {row.reviewer for row in both}
    names = sentence_keys(both)
    latest = max((entry.seq for entry in entries if both & {*entry.after}), default=0)
    thirds = {entry.decision.reviewer for entry in entries} - two
    kept = (entry for third in thirds for entry in undo_stack(entries, third).done)
    later = (
        entry
        for entry in kept
        if entry.seq > latest
        and entry.decision.action != OPEN
        and sentence_keys(entry.after) & names
    )
    return max(later, key=lambda entry: entry.seq, default=None)
