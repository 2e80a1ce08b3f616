"""The position of old sentences in a new version of a text.

The two versions are compared character by character without blanks, so a sentence is found again
however the text around it is cut. The comparison keeps the order: matches never cross.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate, pairwise

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
    diff = SentenceMap.between(old, new)
    return tuple(diff.locate([number]) for number in range(len(old)))


@dataclass(frozen=True, slots=True)
class SentenceMap:
    """A diff of two lists of sentences; offsets count characters without blanks."""

    spans: Sequence[tuple[int, int]]  # of each old sentence
    new_offsets: Mapping[int, int]  # old character -> new character
    starts: Mapping[int, int]  # first character of a new sentence -> its number
    ends: Mapping[int, int]  # the character behind it -> its number

    @classmethod
    def between(cls, old: Sequence[str], new: Sequence[str]) -> "SentenceMap":
        """Compare the sentences of one side before and after."""
        before, after = (["".join(text.split()) for text in texts] for texts in (old, new))
        spans = list(enumerate(pairwise(_offsets(after))))
        return cls(
            list(pairwise(_offsets(before))),
            _new_offsets(before, after),
            {start: number for number, (start, end) in spans if end > start},
            {end: number for number, (start, end) in spans if end > start},
        )

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
