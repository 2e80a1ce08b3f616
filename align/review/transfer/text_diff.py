"""Where the sentences of a document went when its text, or the way it is cut, changed.

In: the sentences of one side as they were and as they are. Out: for old sentences the new ones
that hold exactly their text, or why there are none.

The two texts are compared character by character, blanks left out, so that a sentence counts as
the same when its words are, however they are cut around it. The comparison never crosses: what was
in order stays in order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from ...records import Sentence
from ...store import sentence_id

Span = tuple[int, ...]

GONE = "its text is no longer there as it was"
CUT = "its sentences are cut differently now"

LARGEST_GAP = 20_000
"""Characters of a changed stretch that are compared one by one: the comparison is quadratic, and
a stretch of this length takes about a second. A longer one counts as new text."""


@dataclass(frozen=True, slots=True)
class FoundSentence:
    """The numbers of the new sentences; where there are none, ``why`` says it."""

    sentences: Span = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class SentenceMap:
    """Where the characters of one side went: offsets without blanks."""

    spans: Mapping[str, tuple[int, int]]  # old sentence id -> its characters
    moved: Mapping[int, int]  # old character -> new character
    starts: Mapping[int, int]  # first new character of a sentence -> its number
    ends: Mapping[int, int]  # the character behind it -> its number

    @classmethod
    def between(cls, old: Sequence[Sentence], new: Sequence[Sentence]) -> "SentenceMap":
        """Compare the sentences of one side before and after."""
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

    def span(self, names: Sequence[str]) -> FoundSentence:
        """Find the new sentences that hold exactly the text of these old ones."""
        if not names:
            return FoundSentence()
        if any(name not in self.spans for name in names):
            return FoundSentence(why=GONE)
        old = [at for name in names for at in range(*self.spans[name])]
        new = [self.moved.get(at, -1) for at in old]
        if not new or new[0] < 0 or new != list(range(new[0], new[0] + len(new))):
            return FoundSentence(why=GONE)
        if new[0] not in self.starts or new[-1] + 1 not in self.ends:
            return FoundSentence(why=CUT)
        return FoundSentence(tuple(range(self.starts[new[0]], self.ends[new[-1] + 1] + 1)))


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
