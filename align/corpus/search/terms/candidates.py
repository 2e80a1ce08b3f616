"""Chinese passages that may be terms: runs of words that recur with different neighbours.

docs/explanation/search.md ("Terms") describes which runs are candidates.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import log

import numpy as np

from ....aligner.arrays import I32
from ....aligner.text.chinese import HAN_RUN, simplify
from ....aligner.text.dictionary import STOP_ZH, is_entry
from ...store.index.cut_rows import CutRows, Cutter

SHORTEST, LONGEST = 2, 14
"""Characters of a passage."""

MOST_WORDS = 6

COHERENT = 0.15
"""Share of its rarer end from which a run of words is a candidate, regardless of its ends."""

# First letters of jieba's tags: particles, conjunctions, prepositions, adverbs, numbers, measures,
# pronouns, interjections, directions, sounds and modal words.
_NOT_FIRST = frozenset("ucpdmqrefoyhk")
_NOT_LAST = frozenset("ucpdmqrefoyh")
_NEVER_FIRST, _NEVER_LAST = frozenset("ucpreoyhk"), frozenset("ucpreoyh")
"""Those that no candidate begins or ends with."""

NAME = "nz"  # jieba's tag of a name: a word that it does not know is taken for one

ORDINARY = 60_101_967
"""Words of the text from which jieba's frequencies were counted."""

Run = tuple[str, ...]
Places = I32


@dataclass(frozen=True, slots=True, eq=False)
class TermCandidate:
    """A passage, the rows that have it, rising, and how far it is a term by its counts.

    ``weight`` grows with how often it occurs outside longer candidates (C-value, Frantzi et al.
    2000), and with how much more often than in ordinary text.
    """

    zh: str
    rows: I32
    weight: float


class _Corpus:
    """The words of all rows with their tags and counts."""

    def __init__(self, rows: CutRows) -> None:
        self.words = rows.words
        ends: Places = np.zeros(1, np.int32)
        self.line: Places = np.concatenate([np.maximum(rows.line, 0), ends])
        """The number of the word at each place; 0 between two stretches."""
        self.texts: Places = np.cumsum(rows.line < 0, dtype=np.int32) - 1
        """The row of each place."""
        self.ordinary, tags = _read_dictionary(set(rows.words))
        """How often each word occurs in ordinary text."""
        self._tags = [tags.get(word, NAME)[0] for word in rows.words]
        self._counts = np.bincount(self.line, minlength=len(rows.words))

    def is_term(self, numbers: Sequence[int], count: int) -> bool:
        """Return whether a run is of the right length and begins and ends as a term does."""
        first, last = self._tags[numbers[0]], self._tags[numbers[-1]]
        if first in _NEVER_FIRST or last in _NEVER_LAST:
            return False
        run = [self.words[number] for number in numbers]
        passage = "".join(run)
        if not SHORTEST <= len(passage) <= LONGEST or {run[0], run[-1]} & STOP_ZH:
            return False
        if len(run) == 1:
            return first != "d"
        if first not in _NOT_FIRST and last not in _NOT_LAST:
            return True
        rarer = min(self._counts[numbers[0]], self._counts[numbers[-1]])
        return is_entry(passage) or count >= COHERENT * rarer


def _read_dictionary(words: set[str]) -> tuple[dict[str, int], dict[str, str]]:
    """Return how often each word of jieba occurs in ordinary text, and the tags of some words."""
    import jieba  # type: ignore[import-untyped] # has no types

    counts: dict[str, int] = {}
    tags: dict[str, str] = {}
    with jieba.get_dict_file() as file:
        for row in file:
            word, count, tag = row.decode().split()
            counts[word] = int(count)
            if word in words:
                tags[word] = tag
    return counts, tags


def find_candidates(rows: CutRows, least: int) -> list[TermCandidate]:
    """Return the passages that occur in at least ``least`` rows, in simplified characters.

    A passage that always occurs inside a longer one is left out.
    """
    from .kernels import is_varied

    corpus = _Corpus(rows)
    found: dict[str, I32] = {}
    for size, places in _frequent(corpus, least):
        numbers = corpus.line[places[0] : places[0] + size].tolist()
        if corpus.is_term(numbers, len(places)) and is_varied(places, size, corpus.line):
            passage = "".join(corpus.words[number] for number in numbers)
            where = corpus.texts[places]  # rising, as the places are
            first = np.ones(len(where), bool)
            first[1:] = where[1:] != where[:-1]
            found[passage] = where[first]
    inside, longer = _count_nested(found)
    words = int(np.count_nonzero(corpus.line))
    return [
        TermCandidate(zh, where, _weigh(zh, where, inside[zh], longer[zh], words, corpus.ordinary))
        for zh, where in found.items()
        if len(where) > inside[zh]
    ]


def _count_nested(found: Mapping[str, I32]) -> tuple[dict[str, int], Counter[str]]:
    """Return the texts of the most frequent longer passage of each, and how many are longer."""
    inside = dict.fromkeys(found, 0)
    longer: Counter[str] = Counter()
    for passage, where in found.items():
        parts = {
            passage[start:end]
            for start in range(len(passage))
            for end in range(start + SHORTEST, len(passage) + 1)
        }
        for part in parts - {passage}:
            if part in found:
                inside[part] = max(inside[part], len(where))
                longer[part] += 1
    return inside, longer


def _weigh(
    zh: str,
    where: I32,
    inside: int,
    longer: int,
    words: int,
    ordinary: Mapping[str, int],
) -> float:
    """Return the weight of a candidate.

    :param inside: texts in which the most frequent longer candidate has it.
    :param longer: how many longer candidates have it.
    :param words: of the corpus.
    """
    alone = len(where) - (inside / longer if longer else 0)
    rarity = log(len(where) / words * ORDINARY / max(ordinary.get(zh, 0), 1))
    return log(1 + log(1 + len(zh), 2) * alone) * (1 + 0.15 * min(max(rarity, 0.0), 8.0))


def _frequent(corpus: _Corpus, least: int) -> Iterator[tuple[int, Places]]:
    """Yield the size and the places of every run of words in at least ``least`` texts (Apriori).

    A run of n words recurs only where its first n - 1 do, so each level looks only there.
    """
    from .kernels import split_groups

    places = np.flatnonzero(corpus.line).astype(np.int32)
    groups = np.zeros(len(places), np.int32)
    for size in range(1, MOST_WORDS + 1):
        nexts = corpus.line[places + size - 1]
        there = nexts > 0
        places, ends = split_groups(
            places[there], groups[there], nexts[there], corpus.texts, len(corpus.words), least
        )
        borders = [0, *ends.tolist()]
        for start, end in pairwise(borders):
            yield size, places[start:end]
        groups = np.repeat(np.arange(len(ends), dtype=np.int32), np.diff(borders))


def make_cutter() -> Cutter:
    """Return a function that cuts into words; its data (80 MB) is freed with the function."""
    import jieba

    jieba.setLogLevel(60)  # its notices would go to the user's terminal
    tokenizer = jieba.Tokenizer()

    @lru_cache(maxsize=1 << 14)  # greetings and transitions recur
    def cut(stretch: str) -> Run:
        return tuple(tokenizer.cut(stretch))

    return lambda text: [cut(stretch) for stretch in HAN_RUN.findall(simplify(text))]
