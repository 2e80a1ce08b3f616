"""Double review: two people review a briefing independently of each other.

Until it opens each of the two sees the aligner's rows and their own decisions, which nobody else
sees. It opens when both have decided about every row, or when an admin opens it early. Rows that
the two left alike become the briefing's; all others wait for a third person (:mod:`.adjudication`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ..errors import AlignError
from ..records import Status
from ..store import BeadRow, Decision, HistoryEntry, Store, private_verdicts
from .agreement import answer_key
from .permissions import active_double_review, assign, join_names
from .state import ReviewState, content

OPEN = "open"
"""The action under which the common answer of the two is written."""


def start_double_review(store: Store, briefing: str, names: Sequence[str]) -> None:
    """Begin a double review by exactly two people.

    :raises AlignError: when it is not two, when one of them has no role that decides, when the
        briefing is not there, or when two others have begun.
    """
    two = sorted({*names})
    if len(two) != 2:
        raise AlignError(f"{len(two)} people cannot review a briefing independently; name two")
    if read_answers(store, briefing):
        raise AlignError(f"{briefing}: two people have reviewed it independently already")
    assign(store, briefing, two)
    private_verdicts.start_double_review(store, briefing, (two[0], two[1]))


def read_answers(store: Store, briefing: str) -> tuple[HistoryEntry, ...]:
    """Return what the two decided; nothing before their double review is open."""
    double = private_verdicts.read_double_review(store, briefing)
    if double is None or double.closed:
        return ()
    return private_verdicts.read_private_history(store, briefing, double.names)


def _state_of(store: Store, briefing: str, name: str) -> ReviewState:
    """Return the rows as one of the two left them."""
    entries = private_verdicts.read_private_history(store, briefing, (name,))
    return ReviewState.read(store, briefing).replay(entries)


def all_judged(rows: Iterable[BeadRow]) -> bool:
    """Return whether every row has a verdict."""
    return all(row.status != "unreviewed" for row in rows)


def open_when_done(store: Store, briefing: str) -> bool:
    """Open a double review if both have decided about every row; return whether it was opened."""
    double = active_double_review(store, briefing)
    if double is None:
        return False
    if all(all_judged(_state_of(store, briefing, name).rows) for name in double.names):
        open_double_review(store, briefing)
        return True
    return False


def open_double_review(store: Store, briefing: str) -> None:
    """Write what two people agree on into the briefing, and let everybody see their answers.

    The boundaries of rows that differ are those of the first, by name, and wait for a verdict.

    :raises AlignError: when there is no closed double review.
    """
    double = active_double_review(store, briefing)
    if double is None:
        raise AlignError(f"{briefing}: nobody reviews it independently now")
    base = ReviewState.read(store, briefing)
    first, second = (_state_of(store, briefing, name).rows for name in double.names)
    after = [_common(row, {*map(answer_key, second)}) for row in first]
    kept = {row.id for row in base.rows if content(row) in {*map(content, after)}}
    op = f"{OPEN}-{int(double.at.timestamp() * 1e6)}-{briefing}"[:64]
    store.decide(
        briefing,
        Decision(op, join_names(double.names), OPEN),
        [row for row in base.rows if row.id not in kept],
        [row for row in after if row.id not in kept],
    )
    private_verdicts.mark_opened(store, briefing)


def _common(row: BeadRow, others: set[tuple[object, ...]]) -> BeadRow:
    """Return a row unchanged if the other person left it alike, else without a verdict."""
    if answer_key(row) in others:
        return row
    waiting: Status = "unreviewed"
    return replace(row, status=waiting, zh_edit=None, en_edit=None, reason="", note="")
