"""Passages that recur in Chinese texts.

A passage is a run of jieba's words that recurs, begins and ends as a term does (no particle,
number, measure or pronoun at either end), and stands beside different words on either side: what
is always followed by the same word is part of something longer.
"""

from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ...text.chinese import HAN_RUN, simplify
from ...text.dictionary import STOP_ZH

SHORTEST, LONGEST = 3, 14
"""Characters of a passage: titles, institutions and slogans; shorter ones are plain words."""

MOST_WORDS = 6

_NOT_FIRST = frozenset("ucpdmqrefoyhk")
_NOT_LAST = frozenset("ucpdmqrefoyh")
"""First letters of jieba's tags: particles, conjunctions, prepositions, adverbs, numbers, measures,
pronouns, interjections, directions, sounds and modal words."""

NAME = "nz"
"""jieba's tag of a name: a word that it does not know is taken for one."""

Run = tuple[str, ...]
Stretches = Sequence[Sequence[str]]
"""The words of each stretch of Chinese characters of a text."""
Places = NDArray[np.int32]


class _Corpus:
    """The words of all texts in one array of numbers; 0 stands between two stretches."""

    def __init__(self, texts: Iterable[Stretches]) -> None:
        known = {"": 0}
        line, starts = array("i", [0]), array("i")
        for stretches in texts:
            starts.append(len(line))
            for words in stretches:
                line.extend(known.setdefault(word, len(known)) for word in words)
                line.append(0)
        line.append(0)
        self.words = list(known)
        self._tags = _read_tags(known)
        self.line: Places = np.frombuffer(line, np.int32)
        self._starts: Places = np.frombuffer(starts, np.int32)

    def texts(self, places: Places) -> Places:
        """Return the text of each place."""
        return np.asarray(np.searchsorted(self._starts, places, "right") - 1, np.int32)

    def run(self, place: int, size: int) -> Run:
        """Return the words from a place on."""
        return tuple(self.words[number] for number in self.line[place : place + size])

    def is_term(self, run: Run) -> bool:
        """Return whether a run is of the right length and begins and ends as a term does."""
        if not SHORTEST <= sum(map(len, run)) <= LONGEST:
            return False
        first, last = self._tags.get(run[0], NAME), self._tags.get(run[-1], NAME)
        plain = {run[0], run[-1]} & STOP_ZH
        return not plain and first[0] not in _NOT_FIRST and last[0] not in _NOT_LAST


def find_recurring(texts: Iterable[Stretches], least: int) -> dict[str, Sequence[int]]:
    """Return the texts of each passage that stands in at least ``least`` of them.

    :param texts: as :func:`make_cutter` cuts them.
    :returns: ascending positions in ``texts``, by passage in simplified characters. A passage that
        always stands inside one longer passage is left out.
    """
    corpus = _Corpus(texts)
    found: dict[str, Sequence[int]] = {}
    for size, places in _frequent(corpus, least):
        run = corpus.run(int(places[0]), size)
        if corpus.is_term(run) and _varied(places, size, corpus.line):
            found["".join(run)] = array("I", np.unique(corpus.texts(places)).tobytes())
    inner = {
        part
        for passage in found
        for part in _parts(passage)
        if part in found and len(found[part]) <= len(found[passage])
    }
    return {passage: where for passage, where in found.items() if passage not in inner}


def _frequent(corpus: _Corpus, least: int) -> Iterator[tuple[int, Places]]:
    """Yield the size and the places of every run of words in at least ``least`` texts (Apriori).

    A run of n words recurs only where its first n - 1 do, so each level looks only there. Runs come
    in the order of those of the level before, then of the texts.
    """
    places = np.flatnonzero(corpus.line).astype(np.int32)
    groups = np.zeros(len(places), np.int32)
    for size in range(1, MOST_WORDS + 1):
        nexts = corpus.line[places + size - 1]
        places, groups = places[nexts > 0], groups[nexts > 0]
        groups = _numbered(groups, nexts[nexts > 0], len(corpus.words))
        order = np.argsort(groups, kind="stable")
        places, groups = places[order], groups[order]
        kept = _counts(groups, corpus.texts(places))[groups] >= least
        places, groups = places[kept], groups[kept]
        ends = np.flatnonzero(np.diff(groups, append=-1)) + 1
        for start, end in zip([0, *ends[:-1].tolist()], ends.tolist(), strict=False):
            yield size, places[start:end]


def _numbered(groups: Places, nexts: Places, words: int) -> Places:
    """Give a number to each pair of a run and its next word, in the order of their first places."""
    pairs = groups.astype(np.int64) * words + nexts
    _, first, found = np.unique(pairs, return_index=True, return_inverse=True)
    ranks = np.empty(len(first), np.int32)
    ranks[np.argsort(first)] = np.arange(len(first), dtype=np.int32)
    return np.asarray(ranks[found])


def _counts(groups: Places, texts: Places) -> NDArray[np.int64]:
    """Return the number of different texts of each group; places of a group stand together."""
    new = (np.diff(groups, prepend=-1) != 0) | (np.diff(texts, prepend=-1) != 0)
    return np.bincount(groups[new])


def _varied(places: Places, size: int, line: Places) -> bool:
    """Return whether a run has at least two different neighbours on either side.

    The accessor variety of Feng, Chen, Deng and Zheng (2004): the border of a stretch counts as a
    new neighbour each time.
    """
    enough = min(2, len(places))
    beside = (line[places - 1], line[places + size])
    return all(int((n == 0).sum()) + len(np.unique(n[n > 0])) >= enough for n in beside)


def _parts(passage: str) -> Iterator[str]:
    for start in range(len(passage)):
        for end in range(start + SHORTEST, len(passage) + 1):
            if end - start < len(passage):
                yield passage[start:end]


def make_cutter() -> Callable[[str], Stretches]:
    """Return a function that cuts into words; what it has loaded, 80 MB, goes when it goes."""
    import jieba  # type: ignore[import-untyped] # has no types

    jieba.setLogLevel(60)  # its notices would go to the terminal of whoever asked
    tokenizer = jieba.Tokenizer()

    @lru_cache(maxsize=1 << 14)  # greetings and transitions recur
    def cut(stretch: str) -> Run:
        return tuple(tokenizer.cut(stretch))

    return lambda text: [cut(stretch) for stretch in HAN_RUN.findall(simplify(text))]


def _read_tags(words: Collection[str]) -> dict[str, str]:
    """Return jieba's tags of those words that it knows."""
    import jieba

    with jieba.get_dict_file() as file:
        rows = (line.decode().split() for line in file)
        return {word: tag for word, _, tag in rows if word in words}
