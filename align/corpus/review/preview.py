"""Previews of moves that change many rows: what would change, before anything does."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...records import LANGUAGES
from ..store import BeadRow
from ..store.records import sentence_ids
from .history import REDO, UNDO
from .requests import Request, ReviewContext, is_same, make_edit
from .state import Edit, InvalidEditError, ReviewState


@dataclass(frozen=True, slots=True)
class Preview:
    """One way to carry out an operation that changes many rows.

    ``places`` are those of the rows that change, from 0. ``after`` contains the rows that replace
    them, ``moves_text`` tells whether any text is then in another row. ``turns`` is the number of
    borders between turns that the rows contain.
    """

    request: Request
    places: tuple[int, ...]
    after: tuple[BeadRow, ...]
    moves_text: bool
    turns: int


def foresee(context: ReviewContext, request: Request) -> tuple[Preview, ...]:
    """Return the ways to carry out an operation, the one that changes fewest rows first.

    :raises InvalidEditError: if the operation is impossible.
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
    changed = [row for row in edit.before if not is_same(row, after.get(row.id))]
    kept = {row.id for row in edit.before} - {row.id for row in changed}
    if request.action in (UNDO, REDO):  # confirmed for this verdict only
        request = replace(request, target=edit.undoes or 0)
    return Preview(
        request,
        tuple(state.places[row.id] for row in changed),
        tuple(row for row in edit.after if row.id not in kept),
        any(_has_other_text(row, after.get(row.id)) for row in changed),
        _count_borders(state, edit.before),
    )


def _has_other_text(row: BeadRow, later: BeadRow | None) -> bool:
    return later is None or (row.zh_final, row.en_final) != (later.zh_final, later.en_final)


def _count_borders(state: ReviewState, rows: Sequence[BeadRow]) -> int:
    """Return the most borders between turns that the rows contain on one side."""
    counts = [0]
    for language in LANGUAGES:
        turns = {state.turn_of(row, language) for row in rows if sentence_ids(row, language)}
        counts.append(len(turns) - 1)
    return max(counts)
