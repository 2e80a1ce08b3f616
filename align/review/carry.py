"""Carry decisions over to a new text: a page fetched again, other sentences, another encoder.

In: the briefing as it stood, its rows, and the sentences as they are now. Out: the beads that the
new alignment must contain, the row that each of them keeps, and what could not be carried over.

The two texts are compared character by character, blanks left out, so that a sentence counts as
the same when its words are, however they are cut around it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from ..records import Bead, Briefing, Language, Sentence
from ..store import BeadRow, sentence_id

Span = tuple[int, ...]
Key = tuple[Span, Span]
"""A bead by its sentence numbers, zh first."""

GONE = "its text is no longer there as it was"
CUT = "its sentences are cut differently now"
CROSSED = "it links text across the order of the two sides"
ORDER = "the order of the text changed around it"
REJECTED = "the new alignment does not make this rejected row again"

LARGEST_GAP = 20_000
"""Characters of a changed stretch that are compared one by one: the comparison is quadratic, and
a stretch of this length takes about a second. A longer one counts as new text."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of the decisions.

    ``beads`` must stand in the new alignment, in order. ``rows`` gives the old row of each bead
    that may keep it, also of rejected ones, which are no constraint. ``lost`` says why a row
    could not be carried over.
    """

    beads: tuple[Key, ...] = ()
    rows: Mapping[Key, BeadRow] = field(default_factory=dict)
    lost: tuple[tuple[BeadRow, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """The rows to keep by place in the new alignment, and what was lost in all."""

    rows: Mapping[int, BeadRow]
    lost: tuple[tuple[BeadRow, str], ...]


def decided(row: BeadRow) -> bool:
    """Say whether somebody left something on a row that must not be lost."""
    return (
        row.status != "unreviewed"
        or row.zh_edit is not None
        or row.en_edit is not None
        or bool(row.note)
        or row.crossing
    )


def carry(
    old: Briefing, rows: Sequence[BeadRow], zh: Sequence[Sentence], en: Sequence[Sentence]
) -> Carried:
    """Find the decided rows again among new sentences.

    Every decided row is in ``rows`` or in ``lost`` of the answer. The comparison never crosses, so
    beads that were in order stay in order.
    """
    zh_map = _Mapping.between(old.zh_sentences, zh)
    en_map = _Mapping.between(old.en_sentences, en)
    found: dict[Key, BeadRow] = {}
    lost: list[tuple[BeadRow, str]] = []
    for row in rows:
        if not decided(row):
            continue
        here, there = zh_map.span(row.zh), en_map.span(row.en)
        why = CROSSED if row.crossing else here.why or there.why
        if why:
            lost.append((row, why))
        else:
            found[here.sentences, there.sentences] = row
    firm = tuple(key for key, row in found.items() if row.status != "rejected")
    return Carried(firm, found, tuple(lost))


def placed(carried: Carried, beads: Sequence[Bead]) -> Placed:
    """Say which bead of the new alignment keeps which row.

    :param beads: the new alignment, made with ``carried.beads`` as constraints.
    """
    places = {(bead.zh, bead.en): place for place, bead in enumerate(beads)}
    kept = {places[key]: row for key, row in carried.rows.items() if key in places}
    lost = [
        (row, REJECTED if row.status == "rejected" else ORDER)
        for key, row in carried.rows.items()
        if key not in places
    ]
    return Placed(kept, (*carried.lost, *lost))


def keep_cuts(
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
    touched = {
        name for row in rows if decided(row) for name in (row.zh if language == "zh" else row.en)
    }
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
class _Found:
    sentences: Span = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Mapping:
    """Where the characters of one side went: offsets without blanks."""

    spans: Mapping[str, tuple[int, int]]  # old sentence id -> its characters
    moved: Mapping[int, int]  # old character -> new character
    starts: Mapping[int, int]  # first new character of a sentence -> its number
    ends: Mapping[int, int]  # the character behind it -> its number

    @classmethod
    def between(cls, old: Sequence[Sentence], new: Sequence[Sentence]) -> "_Mapping":
        before, after = [_bare(one) for one in old], [_bare(one) for one in new]
        spans = {
            sentence_id(sentence): edges
            for sentence, edges in zip(old, _edges(before), strict=True)
        }
        edges = _edges(after)
        return cls(
            spans,
            _moved(before, after),
            {start: number for number, (start, end) in enumerate(edges) if end > start},
            {end: number for number, (start, end) in enumerate(edges) if end > start},
        )

    def span(self, names: Sequence[str]) -> _Found:
        """Find the new sentences that hold exactly the text of these old ones."""
        if not names:
            return _Found()
        if any(name not in self.spans for name in names):
            return _Found(why=GONE)
        old = [at for name in names for at in range(*self.spans[name])]
        new = [self.moved.get(at, -1) for at in old]
        if not new or new[0] < 0 or new != list(range(new[0], new[0] + len(new))):
            return _Found(why=GONE)
        if new[0] not in self.starts or new[-1] + 1 not in self.ends:
            return _Found(why=CUT)
        return _Found(tuple(range(self.starts[new[0]], self.ends[new[-1] + 1] + 1)))


def _bare(sentence: Sentence) -> str:
    return "".join(sentence.text.split())


def _edges(texts: Sequence[str]) -> list[tuple[int, int]]:
    edges = []
    at = 0
    for text in texts:
        edges.append((at, at + len(text)))
        at += len(text)
    return edges


def _moved(before: Sequence[str], after: Sequence[str]) -> dict[int, int]:
    """Say for each old character which new one it is: whole sentences first, then the gaps."""
    moved: dict[int, int] = {}
    old_at, new_at = [0], [0]
    for text in before:
        old_at.append(old_at[-1] + len(text))
    for text in after:
        new_at.append(new_at[-1] + len(text))
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        shift = new_at[new_from] - old_at[old_from]
        if tag == "equal":
            moved.update((at, at + shift) for at in range(old_at[old_from], old_at[old_to]))
        elif tag == "replace":
            old_text = "".join(before[old_from:old_to])
            new_text = "".join(after[new_from:new_to])
            for one, two, size in _common(old_text, new_text):
                first = old_at[old_from] + one
                moved.update((first + at, new_at[new_from] + two + at) for at in range(size))
    return moved


def _common(old: str, new: str) -> list[tuple[int, int, int]]:
    if old == new:
        return [(0, 0, len(old))]
    if max(len(old), len(new)) > LARGEST_GAP:
        return []
    blocks = SequenceMatcher(None, old, new, False).get_matching_blocks()
    return [(block.a, block.b, block.size) for block in blocks]
