"""Transfer of decisions to a changed text: a page fetched again, other sentences, another encoder.

``text_diff`` finds old sentences in the new text, ``anchors`` are what the new alignment keeps.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ...records import Bead, Briefing, Language, Sentence
from ...store import BeadRow, sentence_id
from ...store.records import has_decision, sentence_ids
from .anchors import AlignmentGaps, Anchors, BeadKey, UnchangedRow, bead_key, find_gaps
from .text_diff import GONE, FoundSentence, SentenceMap

ORDER = "the order of the text changed around it"
REJECTED = "the new alignment does not make this rejected row again"


@dataclass(frozen=True, slots=True)
class TransferResult:
    """What became of the rows.

    ``anchors`` constrain the new alignment. ``rows`` gives the old row of each bead that may keep
    it, also of rejected ones, which are no constraint; ``lost`` holds the decided rows that could
    not be transferred, each with the reason.
    """

    anchors: Anchors = field(default_factory=Anchors)
    rows: Mapping[BeadKey, BeadRow] = field(default_factory=dict)
    lost: tuple[tuple[BeadRow, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PlacedDecisions:
    """The rows to keep by place in the new alignment, and all that were lost."""

    rows: Mapping[int, BeadRow]
    lost: tuple[tuple[BeadRow, str], ...]


def transfer_decisions(
    old: Briefing, rows: Sequence[BeadRow], zh: Sequence[Sentence], en: Sequence[Sentence]
) -> TransferResult:
    """Find the rows of a briefing again among new sentences.

    Every decided row is in ``rows`` or in ``lost`` of the answer.

    :param rows: those of the briefing, in order.
    """
    zh_side, en_side = _Side.between(old.zh_sentences, zh), _Side.between(old.en_sentences, en)
    unchanged: list[UnchangedRow | None] = []
    found: dict[BeadKey, BeadRow] = {}
    lost: list[tuple[BeadRow, str]] = []
    for row in rows:
        zh_now, en_now = zh_side.locate(row.zh), en_side.locate(row.en)
        bead = Bead(zh_now.sentences, en_now.sentences, row.probability)
        same = zh_side.is_unchanged(row.zh, bead.zh) and en_side.is_unchanged(row.en, bead.en)
        unchanged.append(UnchangedRow(row, bead) if same else None)
        why = zh_now.why or en_now.why
        if not why and (same or has_decision(row)):
            found[bead_key(bead)] = row
        elif has_decision(row):
            lost.append((row, why))
    anchors = _anchors(old.alignment.signature, found, find_gaps(unchanged, zh, en))
    return TransferResult(anchors, found, tuple(lost))


def _anchors(signature: str, found: Mapping[BeadKey, BeadRow], gaps: AlignmentGaps) -> Anchors:
    """Return the anchors: the decided rows, rejected ones left out, and the unchanged ones."""
    decided, crossings = [], []
    for (zh, en), row in found.items():
        bead = Bead(zh, en, row.probability)
        if row.crossing:
            crossings.append(bead)
        elif has_decision(row) and row.status != "rejected":
            decided.append(bead)
    return Anchors(signature, tuple(decided), tuple(crossings), gaps)


def assign_rows(transfer: TransferResult, beads: Sequence[Bead]) -> PlacedDecisions:
    """Return which bead of the new alignment keeps which row.

    :param beads: the new alignment, which keeps the anchors of the transfer.
    """
    places = {bead_key(bead): place for place, bead in enumerate(beads)}
    kept = {places[key]: row for key, row in transfer.rows.items() if key in places}
    lost = [
        (row, REJECTED if row.status == "rejected" else ORDER)
        for key, row in transfer.rows.items()
        if key not in places and has_decision(row)
    ]
    return PlacedDecisions(kept, (*transfer.lost, *lost))


def keep_reviewed_segmentation(
    old: Sequence[Sentence], rows: Sequence[BeadRow], new: Sequence[Sentence], language: Language
) -> tuple[Sentence, ...]:
    """Return the new sentences, but reviewed paragraphs segmented as they were.

    A paragraph whose text did not change and that holds a sentence of a decided row keeps its old
    sentences, so that a sentence that a reviewer split or joined stays so.
    """
    reviewed = {name for row in rows if has_decision(row) for name in sentence_ids(row, language)}
    segmented = {
        "".join(sentence.text for sentence in group): group
        for group in _paragraphs(old).values()
        if any(sentence_id(sentence) in reviewed for sentence in group)
    }
    out: list[Sentence] = []
    for group in _paragraphs(new).values():
        kept = segmented.get("".join(sentence.text for sentence in group))
        head = group[0]
        out.extend(
            group
            if kept is None
            else (Sentence(one.text, head.paragraph, head.turn, one.start, one.end) for one in kept)
        )
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
    before: Sequence[tuple[int, str]]  # offset, and segmented paragraph, of each old sentence
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

    def is_unchanged(self, names: Sequence[str], new: Sequence[int]) -> bool:
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
