"""Carry decisions over to a new text: a page fetched again, other sentences, another encoder.

In: the briefing as it stood, its rows, and the sentences as they are now. Out: the frame that the
new alignment must fill, the row that each of its beads keeps, and what could not be carried over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ...records import Bead, Briefing, Language, Sentence
from ...store import BeadRow, sentence_id
from ...store.records import has_decision, sentence_ids
from .anchors import AlignmentGaps, Anchors, Key, UnchangedRow, find_gaps, key
from .text_diff import GONE, FoundSentence, SentenceMap

ORDER = "the order of the text changed around it"
REJECTED = "the new alignment does not make this rejected row again"


@dataclass(frozen=True, slots=True)
class TransferResult:
    """What became of the rows.

    ``frame`` is what the new alignment must hold. ``rows`` gives the old row of each bead that
    may keep it, also of rejected ones, which are no constraint; ``lost`` says why a decided row
    could not be carried over.
    """

    frame: Anchors = field(default_factory=Anchors)
    rows: Mapping[Key, BeadRow] = field(default_factory=dict)
    lost: tuple[tuple[BeadRow, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PlacedDecisions:
    """The rows to keep by place in the new alignment, and what was lost in all."""

    rows: Mapping[int, BeadRow]
    lost: tuple[tuple[BeadRow, str], ...]


def transfer_decisions(
    old: Briefing, rows: Sequence[BeadRow], zh: Sequence[Sentence], en: Sequence[Sentence]
) -> TransferResult:
    """Find the rows of a briefing again among new sentences.

    Every decided row is in ``rows`` or in ``lost`` of the answer.

    :param rows: those of the briefing, in order.
    """
    sides = _Side.between(old.zh_sentences, zh), _Side.between(old.en_sentences, en)
    stayed: list[UnchangedRow | None] = []
    found: dict[Key, BeadRow] = {}
    lost: list[tuple[BeadRow, str]] = []
    for row in rows:
        here, there = (
            side.locate(names) for side, names in zip(sides, (row.zh, row.en), strict=True)
        )
        bead = Bead(here.sentences, there.sentences, row.probability)
        untouched = all(
            side.untouched(names, span)
            for side, names, span in zip(sides, (row.zh, row.en), key(bead), strict=True)
        )
        stayed.append(UnchangedRow(row, bead) if untouched else None)
        why = here.why or there.why
        if not why and (untouched or has_decision(row)):
            found[key(bead)] = row
        elif has_decision(row):
            lost.append((row, why))
    return TransferResult(
        _frame(old.alignment.signature, found, find_gaps(stayed, zh, en)), found, tuple(lost)
    )


def _frame(signature: str, found: Mapping[Key, BeadRow], spaces: AlignmentGaps) -> Anchors:
    """Make the frame of the decided rows, rejected ones left out, and of those that stayed."""
    fixed = [
        (Bead(*spans, row.probability), row.crossing)
        for spans, row in found.items()
        if has_decision(row) and (row.crossing or row.status != "rejected")
    ]
    return Anchors(
        signature,
        tuple(bead for bead, crossing in fixed if not crossing),
        tuple(bead for bead, crossing in fixed if crossing),
        spaces,
    )


def assign_rows(carried: TransferResult, beads: Sequence[Bead]) -> PlacedDecisions:
    """Say which bead of the new alignment keeps which row.

    :param beads: the new alignment, which fills ``carried.frame``.
    """
    places = {key(bead): place for place, bead in enumerate(beads)}
    kept = {places[one]: row for one, row in carried.rows.items() if one in places}
    lost = [
        (row, REJECTED if row.status == "rejected" else ORDER)
        for one, row in carried.rows.items()
        if one not in places and has_decision(row)
    ]
    return PlacedDecisions(kept, (*carried.lost, *lost))


def keep_reviewed_segmentation(
    old: Sequence[Sentence],
    rows: Sequence[BeadRow],
    new: Sequence[Sentence],
    language: Language,
) -> tuple[Sentence, ...]:
    """Cut paragraphs as they were cut when somebody decided about them.

    A paragraph whose text did not change and that holds a sentence of a decided row keeps its old
    sentences, so that a sentence that a reviewer split or joined stays so. All others are as in
    ``new``.
    """
    touched = {name for row in rows if has_decision(row) for name in sentence_ids(row, language)}
    before = _paragraphs(old)
    cuts = {
        "".join(sentence.text for sentence in group): group
        for group in before.values()
        if any(sentence_id(sentence) in touched for sentence in group)
    }
    out: list[Sentence] = []
    for group in _paragraphs(new).values():
        kept = cuts.get("".join(sentence.text for sentence in group), ())
        head = group[0]
        out.extend(
            Sentence(one.text, head.paragraph, head.turn, one.start, one.end) for one in kept
        )
        out.extend(() if kept else group)
    return tuple(out)


def _paragraphs(sentences: Sequence[Sentence]) -> dict[int, list[Sentence]]:
    groups: dict[int, list[Sentence]] = {}
    for sentence in sentences:
        groups.setdefault(sentence.paragraph, []).append(sentence)
    return groups


@dataclass(frozen=True, slots=True)
class _Side:
    """One side before and after: where its sentences went, and whether their paragraph changed."""

    diff: SentenceMap
    numbers: Mapping[str, int]  # old sentence id -> its number
    before: Sequence[tuple[int, str]]  # offset and segmented paragraph of each old sentence
    after: Sequence[tuple[int, str]]  # the same of each new sentence

    @classmethod
    def between(cls, old: Sequence[Sentence], new: Sequence[Sentence]) -> "_Side":
        return cls(
            SentenceMap.between([one.text for one in old], [one.text for one in new]),
            {sentence_id(sentence): number for number, sentence in enumerate(old)},
            _in_paragraphs(old),
            _in_paragraphs(new),
        )

    def locate(self, names: Sequence[str]) -> FoundSentence:
        if any(name not in self.numbers for name in names):
            return FoundSentence(why=GONE)
        return self.diff.locate([self.numbers[name] for name in names])

    def untouched(self, names: Sequence[str], new: Sequence[int]) -> bool:
        """Return whether sentences and their paragraphs are segmented as they were."""
        return len(names) == len(new) and all(
            self.before[self.numbers[name]] == self.after[number]
            for name, number in zip(names, new, strict=True)
        )


def _in_paragraphs(sentences: Sequence[Sentence]) -> list[tuple[int, str]]:
    """Return each sentence's offset in its paragraph, and the sentences of that paragraph."""
    segmented = {
        number: "\n".join(sentence.text for sentence in group)
        for number, group in _paragraphs(sentences).items()
    }
    return [(sentence.start, segmented[sentence.paragraph]) for sentence in sentences]
