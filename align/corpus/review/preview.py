"""Previews of moves that change many rows: what would change, before anything does."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...records import LANGUAGES
from ..store import BeadRow
from ..store.records import sentence_ids
from .requests import Request, ReviewContext, make_edit
from .state import Edit, InvalidEditError, ReviewState

PREVIEWED = ("send", "resolve")
"""Actions that can change many rows: the page asks for a preview and for a confirmation."""


@dataclass(frozen=True, slots=True)
class Preview:
    """One way to carry out a move.

    ``places`` are those of the rows that change, from 0. ``after`` contains the rows that replace
    them. ``turns`` is the number of borders between turns that the move crosses.
    """

    request: Request
    places: tuple[int, ...]
    after: tuple[BeadRow, ...]
    turns: int


def foresee(context: ReviewContext, request: Request) -> tuple[Preview, ...]:
    """Return the ways to carry out a move, the one that changes fewest rows first.

    :raises InvalidEditError: if the move is impossible, or is not one of :data:`PREVIEWED`.
    """
    wanted = [request]
    if request.action == "send":
        wanted = [replace(request, across=False), replace(request, across=True)]
    ways: list[Preview] = []
    refusals: list[InvalidEditError] = []
    for one in wanted:
        try:
            way = _preview(context.state, one, make_edit(context, one))
        except InvalidEditError as refusal:
            refusals.append(refusal)
            continue
        if way.places and way.places not in [known.places for known in ways]:
            ways.append(way)
    if not ways and refusals:
        raise refusals[-1]
    return tuple(ways)


def _preview(state: ReviewState, request: Request, edit: Edit) -> Preview:
    after = {row.id: row for row in edit.after}
    changed = [row for row in edit.before if _has_other_text(row, after.get(row.id))]
    kept = {row.id for row in edit.before} - {row.id for row in changed}
    return Preview(
        request,
        tuple(state.places[row.id] for row in changed),
        tuple(row for row in edit.after if row.id not in kept),
        _count_borders(state, edit.before),
    )


def _has_other_text(row: BeadRow, later: BeadRow | None) -> bool:
    return later is None or (row.zh, row.en) != (later.zh, later.en)


def _count_borders(state: ReviewState, rows: Sequence[BeadRow]) -> int:
    """Return the most borders between turns that the rows contain on one side."""
    counts = [0]
    for language in LANGUAGES:
        turns = {state.turn_of(row, language) for row in rows if sentence_ids(row, language)}
        counts.append(len(turns) - 1)
    return max(counts)
