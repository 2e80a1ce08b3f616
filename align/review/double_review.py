"""Two people review a briefing independently of each other; it opens when both are done.

In: a store, a briefing, two names. While the briefing is sealed each of the two sees the aligner's
rows and what they decided themselves; their verdicts lie apart, and nobody sees them. When both
have decided about every row it opens: rows that the two left alike are the briefing's, all others
wait for a third person (:mod:`.adjudication`). An admin can open it early.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ..errors import AlignError
from ..records import Status
from ..store import BeadRow, Decision, HistoryEntry, Store, sealed_verdicts
from .agreement import answer
from .permissions import assign, closed, listed
from .state import ReviewState, content

OPEN = "open"
"""The action under which the common answer of the two is written."""


def seal(store: Store, briefing: str, names: Sequence[str]) -> None:
    """Let exactly two people review a briefing independently.

    :raises AlignError: when it is not two, when one of them has no role that decides, when the
        briefing is not there, or when two others have begun.
    """
    two = sorted({*names})
    if len(two) != 2:
        raise AlignError(f"{len(two)} people cannot review a briefing independently; name two")
    if answers(store, briefing):
        raise AlignError(f"{briefing}: two people have reviewed it independently already")
    assign(store, briefing, two)
    sealed_verdicts.put_seal(store, briefing, (two[0], two[1]))


def answers(store: Store, briefing: str) -> tuple[HistoryEntry, ...]:
    """Read what the two decided; nothing as long as the briefing is sealed."""
    found = sealed_verdicts.seal_of(store, briefing)
    if found is None or found.opened_at is None:
        return ()
    return sealed_verdicts.history(store, briefing, found.names)


def sheet_of(store: Store, briefing: str, name: str) -> ReviewState:
    """Read the rows as one of the two left them."""
    entries = sealed_verdicts.history(store, briefing, (name,))
    return ReviewState.read(store, briefing).followed(entries)


def done(rows: Iterable[BeadRow]) -> bool:
    """Say whether every row has a verdict."""
    return all(row.status != "unreviewed" for row in rows)


def open_when_done(store: Store, briefing: str) -> bool:
    """Open a briefing when both have decided about every row; say whether it was."""
    found = closed(store, briefing)
    if found is None:
        return False
    if all(done(sheet_of(store, briefing, name).rows) for name in found.names):
        open_up(store, briefing)
        return True
    return False


def open_up(store: Store, briefing: str) -> None:
    """Write what two people agree on into the briefing, and let everybody see their answers.

    The boundaries of rows that differ are those of the first, by name, and wait for a verdict.

    :raises AlignError: when the briefing is not sealed.
    """
    found = closed(store, briefing)
    if found is None:
        raise AlignError(f"{briefing}: nobody reviews it independently now")
    base = ReviewState.read(store, briefing)
    first, second = (sheet_of(store, briefing, name).rows for name in found.names)
    after = [_common(row, {*map(answer, second)}) for row in first]
    kept = {row.id for row in base.rows if content(row) in {*map(content, after)}}
    op = f"{OPEN}-{int(found.at.timestamp() * 1e6)}-{briefing}"[:64]
    store.decide(
        briefing,
        Decision(op, listed(found.names), OPEN),
        [row for row in base.rows if row.id not in kept],
        [row for row in after if row.id not in kept],
    )
    sealed_verdicts.open_seal(store, briefing)


def _common(row: BeadRow, others: set[tuple[object, ...]]) -> BeadRow:
    """Give a row as it stands where the other left it alike, else without a verdict."""
    if answer(row) in others:
        return row
    waiting: Status = "unreviewed"
    return replace(row, status=waiting, zh_edit=None, en_edit=None, reason="", note="")


__all__ = ["OPEN", "answers", "closed", "done", "open_up", "open_when_done", "seal"]
