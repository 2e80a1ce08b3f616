"""Other sentences for a run of rows: the one place where rows get sentences, ids and positions.

Corrections move with their text; an edit that would have to divide a correction is refused.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from ..records import GAP, LANGUAGES, Language
from ..store import BeadRow
from ..store.records import sentence_ids
from .state import Edit, InvalidEditError, ReviewState, correction

Names = tuple[str, ...]
"""Sentence ids in order."""


@dataclass(frozen=True, slots=True)
class Cells:
    """The sentence ids of both sides of a row to be."""

    zh: Names = ()
    en: Names = ()
    crossing: bool = False

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)


def cells_of(row: BeadRow) -> Cells:
    """Return the cells of a row."""
    return Cells(row.zh, row.en, row.crossing)


def new_id() -> str:
    """Return the id of a new row."""
    return uuid.uuid4().hex


def regroup(state: ReviewState, run: range, wanted: Sequence[Cells]) -> Edit:
    """Replace the rows of a run by rows with these cells; rows that stay as they are keep all.

    A row that changes is unreviewed again, and has no probability until it is scored.

    :raises InvalidEditError: when a correction would have to be divided, or no number is left
        between two positions.
    """
    cells = [one for one in wanted if one]
    start, stop = run.start, run.stop
    while start < stop and cells and cells_of(state.rows[start]) == cells[0]:
        start, cells = start + 1, cells[1:]
    while stop > start and cells and cells_of(state.rows[stop - 1]) == cells[-1]:
        stop, cells = stop - 1, cells[:-1]
    before = state.rows[start:stop]
    positions = _positions(state, start, stop, [len(one.zh) + len(one.en) for one in cells])
    corrections = {language: _corrections(state, before, language) for language in LANGUAGES}
    after = tuple(
        BeadRow(
            id=before[at].id if at < len(before) else new_id(),
            briefing=state.briefing,
            position=position,
            zh=one.zh,
            en=one.en,
            zh_text=state.join_text(one.zh, "zh"),
            en_text=state.join_text(one.en, "en"),
            zh_edit=_corrected_text(state, one.zh, "zh", corrections["zh"]),
            en_edit=_corrected_text(state, one.en, "en", corrections["en"]),
            note=before[at].note if at < len(before) else "",
            crossing=one.crossing,
            revision=before[at].revision if at < len(before) else 0,
        )
        for at, (position, one) in enumerate(zip(positions, cells, strict=True))
    )
    return Edit(before, _with_notes(before, after))


def _positions(state: ReviewState, start: int, stop: int, sizes: Sequence[int]) -> list[float]:
    """Return a position for each new row: those of the run first, then some before the next row.

    The room up to the next row is shared out by the sentences of each row: halving it would leave
    none after fifty splits.
    """
    own = [row.position for row in state.rows[start:stop]]
    if len(sizes) <= len(own):
        return own[: len(sizes)]
    low = own[-1]
    high = state.rows[stop].position if stop < len(state.rows) else low + len(sizes)
    reached = [*accumulate(sizes[len(own) - 1 :])]
    positions = [*own, *(low + (high - low) * share / reached[-1] for share in reached[:-1])]
    if any(one >= two for one, two in pairwise([*positions, high])):
        raise InvalidEditError(
            "these rows lie too close together; merge with the row below, then divide"
        )
    return positions


def position_in_text(state: ReviewState, name: str) -> float:
    """Return the position, in the order of the text, for a row with this English sentence."""
    order = state.sentence_numbers("en")
    before = [
        place
        for place, row in enumerate(state.rows)
        if row.en and not row.crossing and order[row.en[0]] < order[name]
    ]
    place = before[-1] + 1 if before else 0
    low = state.rows[place - 1].position if place else state.rows[0].position - 1.0
    high = state.rows[place].position if place < len(state.rows) else low + 1.0
    return (low + high) / 2


def _with_notes(before: Sequence[BeadRow], after: tuple[BeadRow, ...]) -> tuple[BeadRow, ...]:
    """Add the notes of rows that disappear to the last row that stays."""
    notes = [row.note for row in before[len(after) :] if row.note]
    if not notes or not after:
        return after
    last = after[-1]
    return (*after[:-1], replace(last, note="; ".join(filter(None, [last.note, *notes]))))


@dataclass(frozen=True, slots=True)
class _Correction:
    """Sentences whose text was corrected as one: they can move only together."""

    names: Names
    text: str


def _corrections(
    state: ReviewState, rows: Sequence[BeadRow], language: Language
) -> dict[str, _Correction]:
    """Return the correction of each sentence that has one."""
    found: dict[str, _Correction] = {}
    for row in rows:
        text = correction(row, language)
        names = sentence_ids(row, language)
        if text is None:
            continue
        if not names:
            raise InvalidEditError(
                "text was written into an empty side of this row; take it back first"
            )
        narrowed = _narrow(state, _Correction(names, text), language)
        found.update((name, narrowed) for name in narrowed.names)
    return found


def _narrow(state: ReviewState, whole: _Correction, language: Language) -> _Correction:
    """Leave out the sentences at the start and at the end that a correction did not change.

    At least one stays: a sentence that was taken out cannot stand in a row by itself.
    """
    gap, known = GAP[language], state.sentences(language)
    names, text = whole.names, whole.text
    while (
        len(names) > 1 and text.startswith(start := known[names[0]].clean + gap) and text != start
    ):
        names, text = names[1:], text[len(start) :]
    while len(names) > 1 and text.endswith(end := gap + known[names[-1]].clean) and text != end:
        names, text = names[:-1], text[: len(text) - len(end)]
    return _Correction(names, text)


def _corrected_text(
    state: ReviewState, names: Names, language: Language, corrections: Mapping[str, _Correction]
) -> str | None:
    """Return the correction of a cell with these sentences, or ``None``."""
    if not any(name in corrections for name in names):
        return None
    known = state.sentences(language)
    parts: list[str] = []
    at = 0
    while at < len(names):
        corrected = corrections.get(names[at])
        if corrected is None:
            parts.append(known[names[at]].clean)
            at += 1
        elif names[at : at + len(corrected.names)] == corrected.names:
            parts.append(corrected.text)
            at += len(corrected.names)
        else:
            raise InvalidEditError(
                "the text of this row was corrected, and the correction cannot be divided; "
                "take it back first, or edit both rows after the move"
            )
    return GAP[language].join(parts)
