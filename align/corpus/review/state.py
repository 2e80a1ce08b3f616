"""The rows of one briefing as a reviewer sees them, edits, and rows regrouped by an edit."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate, pairwise

from ...errors import N_, AlignError
from ...records import GAP, LANGUAGES, Bead, Language, Sentence, join_text
from ..store import BeadRow, HistoryEntry, Store, sentence_id
from ..store.records import replay, sentence_ids, text_coverage


class InvalidEditError(AlignError):
    """An edit that cannot be made here; nothing was changed."""

    code = "edit.refused"


@dataclass(frozen=True, slots=True)
class Edit:
    """Rows to replace, the rows that replace them, and sentences that are new, by side.

    ``undoes`` is the number of the verdict that the edit reverts.
    """

    before: tuple[BeadRow, ...] = ()
    after: tuple[BeadRow, ...] = ()
    sentences: Mapping[Language, Sequence[Sentence]] = field(default_factory=dict)
    undoes: int | None = None


@dataclass(frozen=True)
class ReviewState:
    """The rows of a briefing in order, with every sentence of both sides by id."""

    briefing: str
    rows: tuple[BeadRow, ...]
    zh: Mapping[str, Sentence] = field(repr=False)
    en: Mapping[str, Sentence] = field(repr=False)

    @classmethod
    def read(cls, store: Store, briefing: str) -> "ReviewState":
        """Read a briefing's rows and sentences."""
        rows, sentences = store.rows_with_sentences(briefing)
        return cls(briefing, rows, **sentences)

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The place of each row, from 0, by its id."""
        return {row.id: place for place, row in enumerate(self.rows)}

    def place(self, row_id: str) -> int:
        """Return the place of a row; raise when it is not there."""
        if row_id not in self.places:
            raise InvalidEditError(
                N_("this row has been merged, split or moved since; check the rows and try again")
            )
        return self.places[row_id]

    def row(self, row_id: str) -> BeadRow:
        """Return a row by its id."""
        return self.rows[self.place(row_id)]

    def row_range(self, row_ids: Iterable[str]) -> range:
        """Return the places of neighbouring rows as a half-open range; raise when they are not."""
        places = sorted({self.place(row_id) for row_id in row_ids})
        if not places or places[-1] - places[0] != len(places) - 1:
            raise InvalidEditError(N_("the rows are not consecutive; choose adjacent rows"))
        return range(places[0], places[-1] + 1)

    def sentences(self, language: Language) -> Mapping[str, Sentence]:
        """Return every sentence of one side by id, in the order of the text."""
        return self.zh if language == "zh" else self.en

    def join_text(self, names: Sequence[str], language: Language) -> str:
        """Return the text of a cell with these sentences."""
        known = self.sentences(language)
        return join_text((known[name] for name in names), language)

    def sentence_numbers(self, language: Language) -> dict[str, int]:
        """Return the number of each sentence that occurs in a row, in text order from 0."""
        used = {name for row in self.rows for name in sentence_ids(row, language)}
        in_rows = (name for name in self.sentences(language) if name in used)
        return {name: number for number, name in enumerate(in_rows)}

    def ordered_sentences(self) -> tuple[list[Sentence], list[Sentence]]:
        """Return the sentences of both sides in the order of their numbers, zh first."""
        zh, en = self.sentence_numbers("zh"), self.sentence_numbers("en")
        return [self.zh[name] for name in zh], [self.en[name] for name in en]

    def turn_of(self, row: BeadRow, language: Language) -> int:
        """Return the turn that a row belongs to on one side, -1 where that side is empty."""
        names = sentence_ids(row, language)
        return self.sentences(language)[names[0]].turn if names else -1

    def apply(self, edit: Edit) -> "ReviewState":
        """Return the state after an edit."""
        gone = {row.id for row in edit.before}
        kept = [row for row in self.rows if row.id not in gone]
        rows = tuple(sorted([*kept, *edit.after], key=lambda row: row.position))
        new = edit.sentences
        sides = (add_sentences(self.sentences(side), new.get(side, ())) for side in LANGUAGES)
        return ReviewState(self.briefing, rows, *sides)

    def replay(self, entries: Iterable[HistoryEntry]) -> "ReviewState":
        """Return the state after verdicts of the history.

        The sentences stay those known so far: see :attr:`complete`.
        """
        return replace(self, rows=replay(self.rows, entries))

    @property
    def complete(self) -> bool:
        """Whether every sentence that a row names is known; if not, read them again."""
        return all(name in self.sentences(side) for side, name in sentence_keys(self.rows))

    def to_beads(self, rows: Iterable[BeadRow]) -> tuple[Bead, ...]:
        """Return rows as beads of sentence numbers (:meth:`sentence_numbers`)."""
        zh, en = self.sentence_numbers("zh"), self.sentence_numbers("en")
        return tuple(row.to_bead(zh, en) for row in rows)


def check_coverage(state: ReviewState, edit: Edit) -> None:
    """Raise when an edit would lose or double text; ``state`` is the one after it."""
    before, after = (text_coverage(rows, state.sentences) for rows in (edit.before, edit.after))
    if before != after:
        raise InvalidEditError(N_("this would drop or duplicate text; nothing was changed"))


def add_sentences(known: Mapping[str, Sentence], new: Iterable[Sentence]) -> Mapping[str, Sentence]:
    """Return the sentences of a side in the order of the text, with new ones among them."""
    added = {sentence_id(sentence): sentence for sentence in new}
    if not added:
        return known
    named = {**known, **added}.items()
    return dict(sorted(named, key=lambda item: (item[1].paragraph, item[1].start, item[1].end)))


def sentence_keys(rows: Iterable[BeadRow]) -> set[tuple[Language, str]]:
    """Return the sentences of rows, each with its language."""
    keys = set[tuple[Language, str]]()
    for row in rows:
        for language in LANGUAGES:
            keys.update((language, name) for name in sentence_ids(row, language))
    return keys


def correction(row: BeadRow, language: Language) -> str | None:
    """Return the edit of one text of a row, if there is one."""
    return row.zh_edit if language == "zh" else row.en_edit


def content(row: BeadRow) -> BeadRow:
    """Return a row without reviewer, time, revision and probability, for comparison."""
    return replace(row, revision=0, changed_at=None, reviewer="", probability=None)


Names = tuple[str, ...]  # sentence ids in order


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


def _cut_to_changes(
    state: ReviewState, run: range, cells: list[Cells]
) -> tuple[int, int, list[Cells]]:
    """Return the part of a run that changes, as start, stop and its cells."""
    start, stop = run.start, run.stop
    while start < stop and cells and cells_of(state.rows[start]) == cells[0]:
        start += 1
        cells = cells[1:]
    while stop > start and cells and cells_of(state.rows[stop - 1]) == cells[-1]:
        stop -= 1
        cells = cells[:-1]
    return start, stop, cells


def regroup(state: ReviewState, run: range, wanted: Sequence[Cells]) -> Edit:
    """Replace the rows of a run by rows with these cells; rows with the same cells are kept.

    A row that changes is unreviewed again, and has no probability until it is scored.
    """
    start, stop, cells = _cut_to_changes(state, run, list(filter(None, wanted)))
    before = state.rows[start:stop]
    positions = new_positions(state, start, stop, [len(row.zh) + len(row.en) for row in cells])
    corrections = {language: read_corrections(state, before, language) for language in LANGUAGES}
    after: list[BeadRow] = []
    for at, (position, row) in enumerate(zip(positions, cells, strict=True)):
        old = before[at] if at < len(before) else None
        after.append(
            BeadRow(
                id=old.id if old else new_id(),
                briefing=state.briefing,
                position=position,
                zh=row.zh,
                en=row.en,
                zh_text=state.join_text(row.zh, "zh"),
                en_text=state.join_text(row.en, "en"),
                zh_edit=compose_text(state, row.zh, "zh", corrections["zh"]),
                en_edit=compose_text(state, row.en, "en", corrections["en"]),
                note=old.note if old else "",
                crossing=row.crossing,
                revision=old.revision if old else 0,
            )
        )
    if after:  # the last row gets the notes of rows that disappear
        notes = [after[-1].note, *(row.note for row in before[len(after) :])]
        after[-1] = replace(after[-1], note="; ".join(filter(None, notes)))
    return Edit(before, tuple(after))


def new_positions(state: ReviewState, start: int, stop: int, sizes: Sequence[int]) -> list[float]:
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
    if any(low >= high for low, high in pairwise([*positions, high])):
        raise InvalidEditError(
            N_("no room for another row here; merge with the row below, then split")
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


Correction = tuple[Names, str]
"""Sentences whose text was corrected as one, which can move only together, and that text."""


def read_corrections(
    state: ReviewState, rows: Sequence[BeadRow], language: Language
) -> dict[str, Correction]:
    """Return the correction of each sentence that has one."""
    found: dict[str, Correction] = {}
    for row in rows:
        text = correction(row, language)
        names = sentence_ids(row, language)
        if text is None:
            continue
        if not names:
            raise InvalidEditError(
                N_("text was added to an empty cell of this row; revert that edit first")
            )
        narrowed = narrow_correction(state.sentences(language), names, text, GAP[language])
        found |= dict.fromkeys(narrowed[0], narrowed)
    return found


def narrow_correction(
    known: Mapping[str, Sentence], names: Names, text: str, gap: str
) -> Correction:
    """Leave out the sentences at the start and at the end that a correction did not change.

    At least one stays, also where the correction took it out: its text needs a row.
    """
    start = known[names[0]].clean + gap
    while len(names) > 1 and text.startswith(start) and text != start:
        names, text = names[1:], text[len(start) :]
        start = known[names[0]].clean + gap
    end = gap + known[names[-1]].clean
    while len(names) > 1 and text.endswith(end) and text != end:
        names, text = names[:-1], text[: len(text) - len(end)]
        end = gap + known[names[-1]].clean
    return names, text


def compose_text(
    state: ReviewState, names: Names, language: Language, corrections: Mapping[str, Correction]
) -> str | None:
    """Return the text of a cell with its corrections, or ``None`` if it has none.

    :raises InvalidEditError: if a correction is only partly in the cell.
    """
    if corrections.keys().isdisjoint(names):
        return None
    known = state.sentences(language)
    parts: list[str] = []
    while names:
        run, text = corrections.get(names[0], (names[:1], known[names[0]].clean))
        if names[: len(run)] != run:
            raise InvalidEditError(
                N_(
                    "this row has an edit that cannot be split; revert it first, or edit both "
                    "rows afterwards"
                )
            )
        parts.append(text)
        names = names[len(run) :]
    return GAP[language].join(parts)
