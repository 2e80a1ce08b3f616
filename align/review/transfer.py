"""Transfer of decisions to a changed text: a page fetched again, other sentences, another encoder.

The two versions are compared character by character without blanks, so a sentence is found again
however the text around it is cut; matches never cross. A change opens the rows of the paragraphs
that changed, on either side, and the rows without a counterpart beside them; every other row stays
as it is, with its probability, as an anchor of the new alignment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from itertools import accumulate, groupby, pairwise

from ..records import Bead, Briefing, Language, Sentence
from ..store import BeadRow, sentence_id
from ..store.records import has_decision, sentence_ids

Span = tuple[int, ...]

GONE = "its text is no longer there as it was"
CUT = "its sentences are cut differently now"

LARGEST_GAP = 20_000
"""Characters of a changed stretch that are compared one by one: the comparison is quadratic, and
a stretch of this length takes about a second. A longer one counts as new text."""


@dataclass(frozen=True, slots=True)
class FoundSentence:
    """The numbers of the new sentences; where there are none, ``why`` gives the reason."""

    sentences: Span = ()
    why: str = ""


def locate_sentences(old: Sequence[str], new: Sequence[str]) -> tuple[FoundSentence, ...]:
    """Return, for each old sentence, the new sentences that hold exactly its text.

    Without the old text, pass checksums of whole sentences on both sides: then a sentence is found
    where it is cut as before.
    """
    diff = SentenceMap(old, new)
    return tuple(diff.locate([number]) for number in range(len(old)))


class SentenceMap:
    """A diff of the sentences of one side before and after; offsets count no blanks."""

    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        before, after = (["".join(text.split()) for text in texts] for texts in (old, new))
        self.spans = list(pairwise(_offsets(before)))  # of each old sentence
        self.new_offsets = _new_offsets(before, after)  # old character -> new character
        spans = list(enumerate(pairwise(_offsets(after))))
        self.starts = {start: number for number, (start, end) in spans if end > start}
        self.ends = {end: number for number, (start, end) in spans if end > start}

    def locate(self, numbers: Sequence[int]) -> FoundSentence:
        """Return the new sentences that hold exactly the text of these old ones."""
        if not numbers:
            return FoundSentence()
        old = [at for number in numbers for at in range(*self.spans[number])]
        new = [self.new_offsets.get(at, -1) for at in old]
        if not new or new[0] < 0 or new != list(range(new[0], new[0] + len(new))):
            return FoundSentence(why=GONE)
        if new[0] not in self.starts or new[-1] + 1 not in self.ends:
            return FoundSentence(why=CUT)
        return FoundSentence(tuple(range(self.starts[new[0]], self.ends[new[-1] + 1] + 1)))


def _offsets(texts: Sequence[str]) -> list[int]:
    return [0, *accumulate(map(len, texts))]


def _new_offsets(before: Sequence[str], after: Sequence[str]) -> dict[int, int]:
    """Map old characters to new ones: whole sentences first, then the changed stretches."""
    mapping: dict[int, int] = {}
    old_at, new_at = _offsets(before), _offsets(after)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        old_start, new_start = old_at[old_from], new_at[new_from]
        if tag == "equal":
            size = old_at[old_to] - old_start
            mapping.update((old_start + at, new_start + at) for at in range(size))
        elif tag == "replace":
            old_text, new_text = "".join(before[old_from:old_to]), "".join(after[new_from:new_to])
            for one, two, size in _common(old_text, new_text):
                mapping.update((old_start + one + at, new_start + two + at) for at in range(size))
    return mapping


def _common(old: str, new: str) -> list[tuple[int, int, int]]:
    if old == new:
        return [(0, 0, len(old))]
    if max(len(old), len(new)) > LARGEST_GAP:
        return []
    blocks = SequenceMatcher(None, old, new, False).get_matching_blocks()
    return [(block.a, block.b, block.size) for block in blocks]


BeadKey = tuple[Span, Span]
"""A bead by its sentence numbers, zh first."""


@dataclass(frozen=True, slots=True)
class Anchors:
    """Beads of the new sentences that existed before, with the probability they had.

    ``decided`` are part of any new alignment, ``crossings`` are decided links across the order of
    the text. ``unchanged`` count only where the alignment keeps its signature.
    """

    signature: str = ""
    decided: tuple[Bead, ...] = ()
    crossings: tuple[Bead, ...] = ()
    unchanged: tuple[Bead, ...] = ()

    def constraints(self, signature: str) -> tuple[Bead, ...]:
        """Return the beads that the matcher has to keep; a link across is an empty side twice."""
        fixed = self.unchanged if signature == self.signature else ()
        must: dict[BeadKey, Bead] = {}
        for bead in (*fixed, *self.decided, *self.crossings):
            halves = (replace(bead, en=()), replace(bead, zh=()))
            must |= {bead_key(one): one for one in (halves if self._crosses(bead) else (bead,))}
        return tuple(must.values())

    def fill(self, signature: str, beads: Sequence[Bead]) -> tuple[Bead, ...]:
        """Return the matcher's beads, those that stay as they were, links across put together.

        A link stands at the place of its Chinese. Where rows with an empty side meet, any order is
        right: those that stay keep theirs.
        """
        stay = (*self.unchanged, *self.decided) if signature == self.signature else ()
        known = {
            (bead.zh, ()) if self._crosses(bead) else bead_key(bead): bead
            for bead in (*stay, *self.crossings)
        }
        places = {key: place for place, key in enumerate(known)}
        gone = {((), one.en) for one in self.crossings}
        filled: list[Bead] = []
        there = (bead for bead in beads if bead_key(bead) not in gone)
        for whole, run in groupby(there, key=lambda bead: bool(bead.zh and bead.en)):
            keys = {bead_key(bead): bead for bead in run}
            ordered = (
                keys
                if whole or not keys.keys() <= places.keys()
                else sorted(keys, key=places.__getitem__)
            )
            filled += (known.get(key, keys[key]) for key in ordered)
        return tuple(filled)

    def _crosses(self, bead: Bead) -> bool:
        return bead in self.crossings


def bead_key(bead: Bead) -> BeadKey:
    """Return what makes two beads the same one: their sentences."""
    return bead.zh, bead.en


def _find_unchanged(
    rows: Sequence[tuple[BeadRow, Bead] | None], zh: int, en: int
) -> tuple[Bead, ...]:
    """Return the beads that stay, in order.

    One with an empty side, or a link across, stays where nothing changed up to the next others.

    :param rows: each row with its bead, in order; ``None`` for one that a change touched.
    :param zh: how many sentences there are now.
    """
    zh_kept = {number for one in rows if one for number in one[1].zh}
    en_kept = {number for one in rows if one for number in one[1].en}
    found: list[Bead] = []
    waiting: list[Bead] = []
    start, touched = (0, 0), False
    for row, bead in (*(one or (None, Bead((), ())) for one in rows), (None, Bead((zh,), (en,)))):
        if not (bead.zh and bead.en) or (row and row.crossing):
            touched |= row is None
            waiting.append(bead)
        else:
            text = range(start[0], bead.zh[0]), range(start[1], bead.en[0])
            if not touched and zh_kept.issuperset(text[0]) and en_kept.issuperset(text[1]):
                found += waiting
            found.append(bead)
            waiting, touched = [], False
            start = (bead.zh[-1] + 1, bead.en[-1] + 1)
    return tuple(found[:-1])


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
    zh_side, en_side = _Side(old.zh_sentences, zh), _Side(old.en_sentences, en)
    unchanged: list[tuple[BeadRow, Bead] | None] = []
    found: dict[BeadKey, BeadRow] = {}
    lost: list[tuple[BeadRow, str]] = []
    for row in rows:
        zh_now, en_now = zh_side.locate(row.zh), en_side.locate(row.en)
        bead = Bead(zh_now.sentences, en_now.sentences, row.probability)
        same = zh_side.is_unchanged(row.zh, bead.zh) and en_side.is_unchanged(row.en, bead.en)
        unchanged.append((row, bead) if same else None)
        why = zh_now.why or en_now.why
        if not why and (same or has_decision(row)):
            found[bead_key(bead)] = row
        elif has_decision(row):
            lost.append((row, why))
    decided, crossings = [], []
    for (zh_span, en_span), row in found.items():
        bead = Bead(zh_span, en_span, row.probability)
        if row.crossing:
            crossings.append(bead)
        elif has_decision(row) and row.status != "rejected":
            decided.append(bead)
    stay = _find_unchanged(unchanged, len(zh), len(en))
    anchors = Anchors(old.alignment.signature, tuple(decided), tuple(crossings), stay)
    return TransferResult(anchors, found, tuple(lost))


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


class _Side:
    """One side before and after: where its sentences went, and whether their paragraph changed."""

    def __init__(self, old: Sequence[Sentence], new: Sequence[Sentence]) -> None:
        self.diff = SentenceMap([one.text for one in old], [one.text for one in new])
        self.numbers = {sentence_id(sentence): number for number, sentence in enumerate(old)}
        self.before, self.after = _in_paragraphs(old), _in_paragraphs(new)

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
