"""Transfer of decisions to a changed text, and the changes of a publisher's pages.

The two versions are compared character by character without spaces, so a sentence is found again
however the text around it is segmented; matches never cross. A change opens the rows of the
paragraphs that changed, on either side; every other row with two sides stays as it is, with its
probability, as an anchor of the new alignment.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from itertools import accumulate, pairwise

from ...errors import N_, Message
from ...records import (
    LANGUAGE_NAMES,
    LANGUAGES,
    OTHER,
    Bead,
    Briefing,
    Document,
    Language,
    Sentence,
)
from ..store import BeadRow, sentence_id
from ..store.records import has_decision, sentence_ids

Span = tuple[int, ...]

GONE = Message(N_("its text has changed"))
CUT = Message(N_("its sentences are now split differently"))

LARGEST_GAP = 20_000
"""Characters of a changed stretch that are compared one by one: the comparison is quadratic, and
a stretch of this length takes about a second. A longer one counts as new text."""


@dataclass(frozen=True, slots=True)
class FoundSentence:
    """The numbers of the new sentences; if empty, ``why`` contains the reason."""

    sentences: Span = ()
    why: str = ""


class SentenceMap:
    """The new positions of sentences in one language, and whether their paragraph changed.

    Texts are compared without spaces.
    """

    def __init__(self, old: Sequence[Sentence], new: Sequence[Sentence]) -> None:
        before, after = _without_spaces(old), _without_spaces(new)
        self.numbers = {sentence_id(sentence): number for number, sentence in enumerate(old)}
        self.spans = list(pairwise(_offsets(before)))  # offsets of each old sentence
        self.new_offsets = _new_offsets(before, after)  # old character -> new character
        self.starts: dict[int, int] = {}  # offset -> new sentence that starts there
        self.ends: dict[int, int] = {}  # offset -> new sentence that ends there
        for number, (start, end) in enumerate(pairwise(_offsets(after))):
            if end > start:
                self.starts[start] = number
                self.ends[end] = number
        self.before, self.after = _in_paragraphs(old), _in_paragraphs(new)

    def locate(self, names: Sequence[str]) -> FoundSentence:
        """Return the new sentences with exactly the text of these old sentences."""
        if not names:
            return FoundSentence()
        if not self.numbers.keys() >= set(names):
            return FoundSentence(why=GONE)
        old = [at for name in names for at in range(*self.spans[self.numbers[name]])]
        new = [self.new_offsets.get(at, -1) for at in old]
        if not new or new[0] < 0 or new != list(range(new[0], new[0] + len(new))):
            return FoundSentence(why=GONE)
        if new[0] not in self.starts or new[-1] + 1 not in self.ends:
            return FoundSentence(why=CUT)
        return FoundSentence(tuple(range(self.starts[new[0]], self.ends[new[-1] + 1] + 1)))

    def is_unchanged(self, names: Sequence[str], new: Sequence[int]) -> bool:
        """Return whether sentences and their paragraphs are segmented as they were."""
        return len(names) == len(new) and all(
            self.before[self.numbers[name]] == self.after[number]
            for name, number in zip(names, new, strict=True)
        )


def _without_spaces(sentences: Sequence[Sentence]) -> list[str]:
    return ["".join(sentence.text.split()) for sentence in sentences]


def _offsets(texts: Sequence[str]) -> list[int]:
    """Return where each text begins in all of them joined, and where the last one ends."""
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
            for a, b, size in _common(old_text, new_text):
                mapping.update((old_start + a + at, new_start + b + at) for at in range(size))
    return mapping


def _common(old: str, new: str) -> Sequence[tuple[int, int, int]]:
    if old == new:
        return [(0, 0, len(old))]
    if max(len(old), len(new)) > LARGEST_GAP:
        return []
    return SequenceMatcher(None, old, new, False).get_matching_blocks()


BeadKey = tuple[Span, Span]  # a bead by its sentence numbers, zh first


@dataclass(frozen=True, slots=True)
class Anchors:
    """Beads of the new sentences that existed before, with the probability they had.

    ``decided`` are part of any new alignment, ``crossings`` are decided cross-links. ``unchanged``
    count only if the alignment keeps its signature; those with one side keep their probability if
    the matcher makes them again.
    """

    signature: str = ""
    decided: tuple[Bead, ...] = ()
    crossings: tuple[Bead, ...] = ()
    unchanged: tuple[Bead, ...] = ()

    def constraints(self, signature: str) -> tuple[Bead, ...]:
        """Return the beads that the matcher must keep; a cross-link is two beads with one side."""
        beads: list[Bead] = []
        if signature == self.signature:
            beads += (bead for bead in self.unchanged if bead.zh and bead.en)
        beads += self.decided
        for bead in self.crossings:
            beads += (replace(bead, en=()), replace(bead, zh=()))
        by_key = {bead_key(bead): bead for bead in beads}
        return tuple(by_key.values())

    def fill(self, signature: str, beads: Sequence[Bead]) -> tuple[Bead, ...]:
        """Return the matcher's beads, with kept beads restored and cross-links joined.

        A cross-link is at the position of its Chinese.
        """
        stay = (*self.unchanged, *self.decided) if signature == self.signature else ()
        known = {bead_key(bead): bead for bead in stay}
        known |= {(bead.zh, ()): bead for bead in self.crossings}
        linked = {((), bead.en) for bead in self.crossings}
        rest = (bead for bead in beads if bead_key(bead) not in linked)
        return tuple(known.get(bead_key(bead), bead) for bead in rest)


def bead_key(bead: Bead) -> BeadKey:
    """Return the key of a bead: its sentences."""
    return bead.zh, bead.en


Lost = tuple[tuple[BeadRow, str], ...]
"""Decided rows that could not be transferred, each with the reason."""

ORDER = Message(N_("the order of the text around it has changed"))
REJECTED = Message(N_("the new alignment does not contain this rejected row"))


@dataclass(frozen=True, slots=True)
class TransferResult:
    """The outcome of the transfer for each row.

    ``anchors`` constrain the new alignment. ``rows`` gives the old row of each bead that may keep
    it, also of rejected ones, which are no constraint.
    """

    anchors: Anchors = field(default_factory=Anchors)
    rows: Mapping[BeadKey, BeadRow] = field(default_factory=dict)
    lost: Lost = ()


def transfer_decisions(
    old: Briefing, rows: Sequence[BeadRow], zh: Sequence[Sentence], en: Sequence[Sentence]
) -> TransferResult:
    """Find the rows of a briefing, given in order, again among new sentences.

    Every decided row is in ``rows`` or in ``lost`` of the answer.
    """
    zh_side, en_side = SentenceMap(old.zh_sentences, zh), SentenceMap(old.en_sentences, en)
    unchanged: list[Bead] = []
    found: dict[BeadKey, BeadRow] = {}
    lost: list[tuple[BeadRow, str]] = []
    for row in rows:
        zh_now, en_now = zh_side.locate(row.zh), en_side.locate(row.en)
        bead = Bead(zh_now.sentences, en_now.sentences, row.probability)
        same = zh_side.is_unchanged(row.zh, bead.zh) and en_side.is_unchanged(row.en, bead.en)
        if same and not row.crossing:
            unchanged.append(bead)
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
    made_by = old.alignment.signature
    anchors = Anchors(made_by, tuple(decided), tuple(crossings), tuple(unchanged))
    return TransferResult(anchors, found, tuple(lost))


def assign_rows(transfer: TransferResult, beads: Sequence[Bead]) -> tuple[dict[int, BeadRow], Lost]:
    """Return the rows to keep by place in a new alignment, and all that were lost.

    :param beads: the new alignment, which keeps the anchors of the transfer.
    """
    places = {bead_key(bead): place for place, bead in enumerate(beads)}
    kept = {places[key]: row for key, row in transfer.rows.items() if key in places}
    lost = [
        (row, REJECTED if row.status == "rejected" else ORDER)
        for key, row in transfer.rows.items()
        if key not in places and has_decision(row)
    ]
    return kept, (*transfer.lost, *lost)


def keep_reviewed_segmentation(
    old: Sequence[Sentence], rows: Sequence[BeadRow], new: Sequence[Sentence], language: Language
) -> tuple[Sentence, ...]:
    """Return the new sentences, with the old segmentation of reviewed paragraphs.

    A paragraph keeps its old sentences if its text did not change and it contains a sentence of a
    decided row. So sentences that a reviewer split or joined stay that way.
    """
    reviewed = {name for row in rows if has_decision(row) for name in sentence_ids(row, language)}
    segmented = {
        "".join(sentence.text for sentence in group): group
        for group in _paragraphs(old).values()
        if any(sentence_id(sentence) in reviewed for sentence in group)
    }
    out: list[Sentence] = []
    for group in _paragraphs(new).values():
        kept = segmented.get("".join(sentence.text for sentence in group), group)
        out += (replace(s, paragraph=group[0].paragraph, turn=group[0].turn) for s in kept)
    return tuple(out)


def _paragraphs(sentences: Sequence[Sentence]) -> dict[int, list[Sentence]]:
    groups: dict[int, list[Sentence]] = {}
    for sentence in sentences:
        groups.setdefault(sentence.paragraph, []).append(sentence)
    return groups


def _in_paragraphs(sentences: Sequence[Sentence]) -> list[tuple[int, str]]:
    """Return each sentence's offset in its paragraph, and the sentences of that paragraph."""
    segmented = {
        number: "\n".join(sentence.text for sentence in group)
        for number, group in _paragraphs(sentences).items()
    }
    return [(sentence.start, segmented[sentence.paragraph]) for sentence in sentences]


@dataclass(frozen=True, slots=True)
class PageChange:
    """Adjacent paragraphs removed in one language, and their replacement.

    The title counts as the first paragraph; a label precedes the first paragraph of its turn.
    ``rows`` are row numbers from 1, as the page shows them. ``followed`` tells whether the
    other language changed in the same rows.
    """

    language: Language
    before: tuple[str, ...]
    after: tuple[str, ...]
    rows: tuple[int, ...]
    followed: bool

    @property
    def headline(self) -> str:
        """The language and rows that changed, and a remark if the other language did not follow."""
        rows = "–".join(map(str, sorted({*self.rows[:1], *self.rows[-1:]}))) or Message(N_("none"))
        other = Message(LANGUAGE_NAMES[OTHER[self.language]])
        missing = "" if self.followed else Message(N_("; {other} was not updated"), other=other)
        return Message(
            N_("{language}, row {rows}{missing}"),
            language=Message(LANGUAGE_NAMES[self.language]),
            rows=rows,
            missing=missing,
        )

    @property
    def lines(self) -> tuple[str, ...]:
        """The removed paragraphs, marked ``-``, and the added ones, marked ``+``."""
        return (*(f"- {line}" for line in self.before), *(f"+ {line}" for line in self.after))


def find_changes(before: Mapping[Language, Document], now: Briefing) -> tuple[PageChange, ...]:
    """Return how a briefing differs from older texts of its documents, in the order of its rows."""
    edits = {language: list(_edits(before[language], now, language)) for language in LANGUAGES}
    found: list[tuple[range, PageChange]] = []
    for language in LANGUAGES:
        others = [run for run, _ in edits[OTHER[language]]]
        for run, change in edits[language]:
            is_followed = any(_touch(run, other) for other in others)
            found.append((run, replace(change, followed=is_followed)))
    found.sort(key=lambda edit: edit[0].start)  # it is stable: Chinese before English
    return tuple(change for _, change in found)


def _touch(one: range, two: range) -> bool:
    """Return whether two edits are in the same rows; a pure removal lies between two rows."""
    start, end = max(one.start, two.start), min(one.stop, two.stop)
    return start < end if one and two else start <= end


def _edits(old: Document, now: Briefing, language: Language) -> Iterator[tuple[range, PageChange]]:
    """Yield each change of a document with its run of rows, which is empty for a removal."""
    before, after = _lines(old), _lines(now.zh if language == "zh" else now.en)
    rows = _rows_of_lines(now, language, len(after))
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if kind == "equal":
            continue
        touched = [row for line in rows[new_from:new_to] for row in line]
        if touched:
            run = range(min(touched), max(touched) + 1)
        else:  # the row of the next line
            place = next((line[0] for line in rows[new_to:] if line), len(now.alignment.beads))
            run = range(place, place)
        shown = tuple(range(max(0, run.start) + 1, run.stop + 1))
        removed, added = tuple(before[old_from:old_to]), tuple(after[new_from:new_to])
        yield run, PageChange(language, removed, added, shown, followed=False)


def _lines(document: Document) -> list[str]:
    lines = [document.title]
    for turn in document.turns:
        for number, text in enumerate(turn.paragraphs):
            lines.append(f"{turn.label} {text}" if turn.label and not number else text)
    return lines


def _rows_of_lines(now: Briefing, language: Language, count: int) -> list[list[int]]:
    """Return the rows that contain sentences of each line; lines count from 0, -1 is the title."""
    rows: list[list[int]] = [[-1], *([] for _ in range(count - 1))]
    sentences = now.zh_sentences if language == "zh" else now.en_sentences
    for row, bead in enumerate(now.alignment.beads):
        for index in bead.zh if language == "zh" else bead.en:
            rows[sentences[index].paragraph + 1].append(row)
    return rows
