"""Give a run of rows other cells: the one place where rows get sentences, ids and positions.

In: a state, a run of rows and the cells that shall stand there. Out: the change. Corrections move
with their text; where a correction would have to be divided, the change is refused.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from ..records import GAP, LANGUAGES, Language
from ..store import BeadRow
from ..store.records import sentence_ids
from .state import Edit, InvalidEditError, ReviewState, correction

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cells:
    """The sentence ids of both sides of a row to be."""

    zh: Names = ()
    en: Names = ()
    crossing: bool = False

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)


def cells_of(row: BeadRow) -> Cells:
    """Give the cells of a row."""
    return Cells(row.zh, row.en, row.crossing)


def new_id() -> str:
    """Make the id of a new row."""
    return uuid.uuid4().hex


def regroup(
    state: ReviewState,
    run: range,
    wanted: Sequence[Cells],
    *,
    make_id: Callable[[], str] = new_id,
) -> Edit:
    """Replace the rows of a run by rows with these cells; rows that stay as they are keep all.

    A row that changes is unreviewed again, and has no probability until it is scored.

    :raises Refused: when a correction would have to be divided, or no number is left between two
        positions.
    """
    cells = [one for one in wanted if one]
    start, stop = run.start, run.stop
    while start < stop and cells and cells_of(state.rows[start]) == cells[0]:
        start, cells = start + 1, cells[1:]
    while stop > start and cells and cells_of(state.rows[stop - 1]) == cells[-1]:
        stop, cells = stop - 1, cells[:-1]
    before = state.rows[start:stop]
    positions = _positions(state, start, stop, [len(one.zh) + len(one.en) for one in cells])
    blocks = {language: _blocks(state, before, language) for language in LANGUAGES}
    after = tuple(
        _row(
            state,
            before[at] if at < len(before) else None,
            make_id,
            position,
            one,
            blocks,
        )
        for at, (position, one) in enumerate(zip(positions, cells, strict=True))
    )
    return Edit(before, _with_notes(before, after))


def _positions(state: ReviewState, start: int, stop: int, sizes: Sequence[int]) -> list[float]:
    """Give each row to be a position: those of the run first, then some before the next row.

    The room up to the next row is shared out by the sentences that a row holds: a row of sixty
    that is split from one end to the other, one sentence at a time, has room for every split.
    Halving it would leave none after fifty.
    """
    own = [row.position for row in state.rows[start:stop]]
    if len(sizes) <= len(own):
        return own[: len(sizes)]
    low = own[-1]
    high = state.rows[stop].position if stop < len(state.rows) else low + len(sizes)
    reached = [*accumulate(sizes[len(own) - 1 :])]
    positions = [*own, *(low + (high - low) * held / reached[-1] for held in reached[:-1])]
    if any(one >= two for one, two in pairwise([*positions, high])):
        raise InvalidEditError(
            "these rows lie too close together; merge with the row below, then divide"
        )
    return positions


def position_in_text(state: ReviewState, name: str) -> float:
    """Give the position of a row to be that holds an English sentence, in the order of the text."""
    order = state.sentence_numbers("en")
    before = [
        place
        for place, one in enumerate(state.rows)
        if one.en and not one.crossing and order[one.en[0]] < order[name]
    ]
    place = before[-1] + 1 if before else 0
    low = state.rows[place - 1].position if place else state.rows[0].position - 1.0
    high = state.rows[place].position if place < len(state.rows) else low + 1.0
    return (low + high) / 2


def _row(
    state: ReviewState,
    old: BeadRow | None,
    make_id: Callable[[], str],
    position: float,
    cells: Cells,
    blocks: Mapping[Language, Mapping[str, "_Block"]],
) -> BeadRow:
    return BeadRow(
        id=old.id if old else make_id(),
        briefing=state.briefing,
        position=position,
        zh=cells.zh,
        en=cells.en,
        zh_text=state.join_text(cells.zh, "zh"),
        en_text=state.join_text(cells.en, "en"),
        zh_edit=_overlay(state, cells.zh, "zh", blocks["zh"]),
        en_edit=_overlay(state, cells.en, "en", blocks["en"]),
        note=old.note if old else "",
        crossing=cells.crossing,
        revision=old.revision if old else 0,
    )


def _with_notes(before: Sequence[BeadRow], after: tuple[BeadRow, ...]) -> tuple[BeadRow, ...]:
    """Give the notes of rows that go to the last row that stays."""
    notes = [row.note for row in before[len(after) :] if row.note]
    if not notes or not after:
        return after
    last = after[-1]
    kept = [last.note] if last.note else []
    return (*after[:-1], replace(last, note="; ".join([*kept, *notes])))


@dataclass(frozen=True, slots=True)
class _Block:
    """Sentences whose text was corrected as one: they can move only together."""

    names: Names
    text: str


def _blocks(state: ReviewState, rows: Sequence[BeadRow], language: Language) -> dict[str, _Block]:
    """Find the corrected part of each row's cell, by each of its sentences."""
    found: dict[str, _Block] = {}
    for row in rows:
        text = correction(row, language)
        names = sentence_ids(row, language)
        if text is None:
            continue
        if not names:
            raise InvalidEditError(
                "text was written into an empty side of this row; take it back first"
            )
        block = _corrected(state, names, text, language)
        found.update((name, block) for name in block.names)
    return found


def _corrected(state: ReviewState, names: Names, text: str, language: Language) -> _Block:
    """Cut the sentences off that a correction left alone at the start and at the end.

    What is left is never empty: a sentence that was taken out cannot stand in a row by itself.
    """
    gap = GAP[language]
    known = state.sentences(language)
    first, last = 0, len(names)
    while last - first > 1 and text.startswith(start := known[names[first]].clean + gap):
        if text == start:
            break
        text = text[len(start) :]
        first += 1
    while last - first > 1 and text.endswith(end := gap + known[names[last - 1]].clean):
        if text == end:
            break
        text = text[: len(text) - len(end)]
        last -= 1
    return _Block(names[first:last], text)


def _overlay(
    state: ReviewState, names: Names, language: Language, blocks: Mapping[str, _Block]
) -> str | None:
    """Give the correction of a cell made of these sentences, or ``None``."""
    if not any(name in blocks for name in names):
        return None
    known = state.sentences(language)
    parts: list[str] = []
    at = 0
    while at < len(names):
        block = blocks.get(names[at])
        if block is None:
            parts.append(known[names[at]].clean)
            at += 1
        elif names[at : at + len(block.names)] == block.names:
            parts.append(block.text)
            at += len(block.names)
        else:
            raise InvalidEditError(
                "the text of this row was corrected, and the correction cannot be divided; "
                "take it back first, or edit both rows after the move"
            )
    return GAP[language].join(parts)
