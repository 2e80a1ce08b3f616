"""Chinese passages that may be terms: runs of words that recur with different neighbours.

docs/explanation/search.md ("Terms") describes which runs are candidates.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import log

import numpy as np

from ....aligner.arrays import I32
from ....aligner.text.chinese import HAN_RUN, simplify
from ....aligner.text.dictionary import STOP_ZH, is_entry

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
Stretches = Sequence[Sequence[str]]  # the words of each stretch of Chinese characters of a text
Cutter = Callable[[str], Stretches]
Places = I32


@dataclass(frozen=True, slots=True)
class TermCandidate:
    """A passage, the texts that have it, rising, and how far it is a term by its counts.

    ``weight`` grows with how often it occurs outside longer candidates (C-value, Frantzi et al.
    2000), and with how much more often than in ordinary text.
    """

    zh: str
    texts: Sequence[int]
    weight: float


class _Corpus:
    """The words of all texts in one array of numbers; 0 is between two stretches."""

    def __init__(self, texts: Iterable[Stretches]) -> None:
        known = {"": 0}
        line, starts = array("i", [0]), array("i")
        for stretches in texts:
            starts.append(len(line))
            for words in stretches:
                line.extend(known.setdefault(word, len(known)) for word in words)
                line.append(0)
        line.append(0)
        import jieba  # type: ignore[import-untyped] # has no types

        self._tags: dict[str, str] = {}
        self.ordinary: dict[str, int] = {}
        """How often each word occurs in ordinary text."""
        with jieba.get_dict_file() as file:
            for row in file:
                word, count, tag = row.decode().split()
                self.ordinary[word] = int(count)
                if word in known:
                    self._tags[word] = tag
        self.words = list(known)
        self.line: Places = np.frombuffer(line, np.int32)
        borders: Places = np.array([0, *starts, len(line)], np.int32)
        numbers = np.arange(-1, len(starts), dtype=np.int32)
        self.texts: Places = np.repeat(numbers, borders[1:] - borders[:-1])
        """The text of each place."""
        self._counts = np.bincount(self.line, minlength=len(known))

    def numbers(self, place: int, size: int) -> list[int]:
        """Return the numbers of the words from a place on."""
        return [int(number) for number in self.line[place : place + size]]

    def is_term(self, numbers: Sequence[int], count: int) -> bool:
        """Return whether a run is of the right length and begins and ends as a term does."""
        run = [self.words[number] for number in numbers]
        passage = "".join(run)
        if not SHORTEST <= len(passage) <= LONGEST or {run[0], run[-1]} & STOP_ZH:
            return False
        first, last = self._tags.get(run[0], NAME)[0], self._tags.get(run[-1], NAME)[0]
        if first in _NEVER_FIRST or last in _NEVER_LAST:
            return False
        if len(run) == 1:
            return first != "d"
        if first not in _NOT_FIRST and last not in _NOT_LAST:
            return True
        rarer = min(self._counts[numbers[0]], self._counts[numbers[-1]])
        return is_entry(passage) or count >= COHERENT * rarer


def find_candidates(texts: Iterable[Stretches], least: int) -> list[TermCandidate]:
    """Return the passages that occur in at least ``least`` texts, in simplified characters.

    A passage that always occurs inside a longer one is left out.
    """
    from .kernels import is_varied

    corpus = _Corpus(texts)
    found: dict[str, Sequence[int]] = {}
    for size, places in _frequent(corpus, least):
        numbers = corpus.numbers(int(places[0]), size)
        if corpus.is_term(numbers, len(places)) and is_varied(places, size, corpus.line):
            passage = "".join(corpus.words[number] for number in numbers)
            where = corpus.texts[places]  # rising, as the places are
            found[passage] = array("i", where[np.diff(where, prepend=-1) > 0].tobytes())
    inside, longer = _count_nested(found)
    words = int(np.count_nonzero(corpus.line))
    return [
        TermCandidate(zh, where, _weigh(zh, where, inside[zh], longer[zh], words, corpus.ordinary))
        for zh, where in found.items()
        if len(where) > inside[zh]
    ]


def _count_nested(found: Mapping[str, Sequence[int]]) -> tuple[dict[str, int], Counter[str]]:
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
    where: Sequence[int],
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
