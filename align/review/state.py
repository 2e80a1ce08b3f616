"""The rows of one briefing as a reviewer sees them, and the edits that lead to the next state."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from ..errors import AlignError
from ..records import LANGUAGES, Bead, Language, Sentence, join_text
from ..store import BeadRow, HistoryEntry, Store, sentence_id
from ..store.records import replay, sentence_ids, text_coverage


class InvalidEditError(AlignError):
    """An edit that cannot be made here; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Rows to replace, the rows that replace them, and sentences that are new.

    ``undoes`` is the number of the verdict that the edit reverts.
    """

    before: tuple[BeadRow, ...] = ()
    after: tuple[BeadRow, ...] = ()
    zh: tuple[Sentence, ...] = ()
    en: tuple[Sentence, ...] = ()
    undoes: int | None = None

    @property
    def sentences(self) -> dict[Language, tuple[Sentence, ...]]:
        """The new sentences by side, as the store takes them."""
        return {"zh": self.zh, "en": self.en}


@dataclass(frozen=True)
class ReviewState:
    """The rows of a briefing in order, with every sentence of both sides by id."""

    briefing: str
    rows: tuple[BeadRow, ...]
    zh: Mapping[str, Sentence] = field(repr=False)
    en: Mapping[str, Sentence] = field(repr=False)

    @classmethod
    def read(cls, store: Store, briefing: str) -> "ReviewState":
        """Read a briefing's rows and sentences.

        :raises StoreError: when there is no such briefing.
        """
        zh, en = (store.sentences(briefing, language) for language in LANGUAGES)
        return cls(briefing, store.rows(briefing), zh, en)

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The place of each row, from 0, by its id."""
        return {row.id: place for place, row in enumerate(self.rows)}

    def place(self, row_id: str) -> int:
        """Return the place of a row.

        :raises InvalidEditError: when it is not there.
        """
        if row_id not in self.places:
            raise InvalidEditError(
                "this row was joined, split or moved in the meantime; look again"
            )
        return self.places[row_id]

    def row(self, row_id: str) -> BeadRow:
        """Return a row by its id."""
        return self.rows[self.place(row_id)]

    def row_range(self, row_ids: Iterable[str]) -> range:
        """Return the places of neighbouring rows as a half-open range.

        :raises InvalidEditError: when there are none, or another row lies between them.
        """
        places = sorted({self.place(row_id) for row_id in row_ids})
        if not places or places[-1] - places[0] != len(places) - 1:
            raise InvalidEditError("the rows do not follow each other; choose neighbours")
        return range(places[0], places[-1] + 1)

    def sentences(self, language: Language) -> Mapping[str, Sentence]:
        """Return every sentence of one side by id."""
        return self.zh if language == "zh" else self.en

    def join_text(self, names: Sequence[str], language: Language) -> str:
        """Return the text of a cell with these sentences."""
        known = self.sentences(language)
        return join_text((known[name] for name in names), language)

    def sentence_numbers(self, language: Language) -> dict[str, int]:
        """Return the number in the text, from 0, of each sentence that stands in a row."""
        used = [name for row in self.rows for name in sentence_ids(row, language)]
        known = self.sentences(language)
        ordered = sorted(used, key=lambda name: (known[name].paragraph, known[name].start))
        return {name: number for number, name in enumerate(ordered)}

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
        zh, en = add_sentences(self.zh, edit.zh), add_sentences(self.en, edit.en)
        return ReviewState(self.briefing, rows, zh, en)

    def replay(self, entries: Iterable[HistoryEntry]) -> "ReviewState":
        """Return the state after verdicts of the history.

        The sentences stay those known so far: see :attr:`complete`.
        """
        return replace(self, rows=replay(self.rows, entries))

    @property
    def complete(self) -> bool:
        """Whether every sentence that a row names is known; if not, read them again."""
        return all(
            name in self.sentences(language)
            for row in self.rows
            for language in LANGUAGES
            for name in sentence_ids(row, language)
        )

    def to_beads(self, rows: Iterable[BeadRow]) -> tuple[Bead, ...]:
        """Return rows as beads of sentence numbers (:meth:`sentence_numbers`)."""
        zh, en = self.sentence_numbers("zh"), self.sentence_numbers("en")
        return tuple(
            Bead(
                tuple(zh[name] for name in row.zh),
                tuple(en[name] for name in row.en),
                row.probability,
                row.status,
            )
            for row in rows
        )


def check_coverage(state: ReviewState, edit: Edit) -> None:
    """Raise when an edit would lose or double text.

    :param state: the one after the edit.
    :raises InvalidEditError: when the rows before and after do not hold the same text.
    """
    before, after = (text_coverage(rows, state.sentences) for rows in (edit.before, edit.after))
    if before != after:
        raise InvalidEditError("this would lose or double text; nothing was changed")


def add_sentences(known: Mapping[str, Sentence], new: Iterable[Sentence]) -> Mapping[str, Sentence]:
    """Return the sentences of a side, by id, with new ones among them."""
    added = {sentence_id(sentence): sentence for sentence in new}
    return {**known, **added} if added else known


def sentence_keys(rows: Iterable[BeadRow]) -> set[tuple[Language, str]]:
    """Return the sentences that rows hold, each with its side."""
    return {
        (language, name)
        for row in rows
        for language in LANGUAGES
        for name in sentence_ids(row, language)
    }


def correction(row: BeadRow, language: Language) -> str | None:
    """Return the correction that lies over one side of a row, if there is one."""
    return row.zh_edit if language == "zh" else row.en_edit


def other_language(language: Language) -> Language:
    """Return the other side."""
    return "en" if language == "zh" else "zh"


def content(row: BeadRow) -> BeadRow:
    """Return a row without what changes by itself: who touched it, when, and the revision."""
    return replace(row, revision=0, changed_at=None, reviewer="", probability=None)
