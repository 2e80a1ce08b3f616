"""Features of coverage: the words, numbers and names of one span that occur in the other.

They measure how much of a span is covered, how much its neighbours would cover better, and how much
only an end of the other span covers. Words are translated by the dictionary, or by pairs that occur
together repeatedly in a first alignment of the same texts.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

import numpy as np

from ....records import Bead, Language
from ...arrays import F32, I32
from ...text.dictionary import content_words, translations
from ...text.facts import Fact, find_facts, find_latin_names
from ...text.pinyin import find_spelt
from ..lattice import Edges
from ..results import Side
from .columns import Columns

Tokens = Sequence[Sequence[str]]
Known = Mapping[str, Mapping[str, float]]
"""Word to its translations and how good each is, 0 to 1."""

UNKNOWN = 0.3
"""Factor of the weight of a word that has no translation in the other text."""

SCALE = 0.25
"""Factor that brings the weight of all words of a sentence near 1."""

NAMES = (
    "covered",
    "covered by size",
    "left to a neighbour",
    "left to neighbours by size",
    "end needed",
    "least covered",
    "skipped but covered",
)
"""The columns. Both ends share one, and both neighbours: F1 is 0.002 better on held-out texts."""

OFTEN, PAIRED = 3, 0.4
"""Least number of beads in which two words occur together, and their least Dice coefficient.

They are the best of 2, 3, 4 beads and 0.25 to 0.5 on held-out texts.
"""

FEW = ("covered", "left to a neighbour", "left to neighbours by size", "end needed")
"""The columns for units that are rare in a sentence."""


@dataclass(frozen=True, eq=False)
class SideWords:
    """The words of one text as numbers, and the sentences of the other text that translate them.

    The words of sentence i are ``word[start[i]:start[i + 1]]``. The sentences that translate word w
    are ``where[where_start[w]:where_start[w + 1]]`` in ascending order, with ``value`` for quality.
    """

    start: I32
    word: I32
    weight: F32
    where_start: I32
    where: I32
    value: F32

    @staticmethod
    def of(sentences: Tokens, known: Known, others: Tokens) -> "SideWords":
        """Look up every word in the sentences of the other text.

        :param known: the translations of words.
        """
        index = _index_words(others)
        frequency = Counter(word for text in sentences for word in dict.fromkeys(text))
        numbers = {word: number for number, word in enumerate(frequency)}
        where: list[int] = []
        value: list[float] = []
        found: list[int] = []
        for word in numbers:
            places = _places(known.get(word, {}), index)
            ordered = sorted(places)
            where += ordered
            value += map(places.__getitem__, ordered)
            found.append(len(ordered))
        rarity = [
            SCALE * np.log((len(sentences) + 1) / count) * (1.0 if many else UNKNOWN)
            for count, many in zip(frequency.values(), found, strict=True)
        ]
        units = np.array([numbers[word] for text in sentences for word in text], np.int32)
        return SideWords(
            _starts([len(text) for text in sentences]),
            units,
            np.array(rarity, np.float32)[units],
            _starts(found),
            np.array(where, np.int32),
            np.array(value, np.float32),
        )

    def cover(self, start: I32, end: I32, first: I32, last: I32, others: int) -> F32:
        """Return how the other sentences [first, last) cover [start, end), (edges, names).

        Words are looked up in the sentences that share an edge with theirs, and in one more on
        either side.

        :param others: number of sentences of the other text.
        """
        from ..kernels import cover_units, match_words

        low = np.full(len(self.start) - 1, 1 << 30, np.int32)
        high = np.zeros(len(self.start) - 1, np.int32)
        for ahead in range(int(np.max(end - start, initial=0))):
            inside = start + ahead < end
            np.minimum.at(low, start[inside] + ahead, first[inside] - 1)
            np.maximum.at(high, start[inside] + ahead, last[inside] + 1)
        low = np.maximum(low, 0).astype(np.int32)
        width = np.maximum(np.minimum(high, others) - low, 0).astype(np.int32)
        base = np.concatenate([[0], np.cumsum(np.diff(self.start).astype(np.int64) * width)])
        near = low, width, base.astype(np.int64)
        matched = match_words(
            self.word, self.start, self.where, self.where_start, self.value, *near
        )
        covered: F32 = cover_units(matched, self.weight, self.start, *near, start, end, first, last)
        return covered


def _starts(counts: list[int]) -> I32:
    return np.concatenate([[0], np.cumsum(counts, dtype=np.int32)]).astype(np.int32)


def _index_words(sentences: Tokens) -> dict[str, list[int]]:
    """Return the numbers of the sentences that contain each word."""
    index: dict[str, list[int]] = defaultdict(list)
    for number, text in enumerate(sentences):
        for word in dict.fromkeys(text):
            index[word].append(number)
    return index


def _places(known: Mapping[str, float], others: Mapping[str, Sequence[int]]) -> dict[int, float]:
    """Return the sentences that contain a translation, with the quality of the best one."""
    places: dict[int, float] = {}
    for word, value in sorted(known.items(), key=itemgetter(1)):  # a better one overwrites others
        places.update(dict.fromkeys(others.get(word, ()), value))
    return places


@dataclass(frozen=True, eq=False)
class WordFeatures:
    """The words of both texts with their translations."""

    zh: SideWords
    en: SideWords

    @staticmethod
    def of(zh: Tokens, en: Tokens, known: Known) -> "WordFeatures":
        """Look up the words of both texts, given the translations of zh words."""
        reverse: dict[str, dict[str, float]] = defaultdict(dict)
        for word, found in known.items():
            for other, value in found.items():
                reverse[other][word] = value
        return WordFeatures(SideWords.of(zh, known, en), SideWords.of(en, reverse, zh))

    def columns(self, name: str, edges: Edges, wanted: tuple[str, ...] = NAMES) -> Columns:
        """Return how much of each span the other span and its neighbours cover.

        :param name: the kind of units, which is part of the names of the columns.
        :param wanted: the columns to return.
        """
        a, b, c, d = edges.parts
        zh_count, en_count = len(self.zh.start) - 1, len(self.en.start) - 1
        sides = (
            ("zh", self.zh.cover(a, b, c, d, en_count)),
            ("en", self.en.cover(c, d, a, b, zh_count)),
        )
        return {
            f"{side} {name} {what}": values[:, n]
            for side, values in sides
            for n, what in enumerate(NAMES)
            if what in wanted
        }


@dataclass(frozen=True, eq=False)
class Tokenised:
    """The words of every sentence of both texts."""

    zh: Tokens
    en: Tokens

    @staticmethod
    def of(zh: Side, en: Side) -> "Tokenised":
        """Return the content words of both texts."""
        return Tokenised(_cut_words(zh.beginnings, "zh"), _cut_words(en.beginnings, "en"))

    def by_dictionary(self) -> WordFeatures:
        """Return the words with their translations in CC-CEDICT."""
        vocabulary = dict.fromkeys(word for text in self.zh for word in text)
        present = {word for text in self.en for word in text}
        known = {word: dict.fromkeys(translations(word) & present, 1.0) for word in vocabulary}
        return WordFeatures.of(self.zh, self.en, known)

    def by_beads(self, beads: Iterable[Bead]) -> WordFeatures:
        """Return the words with translations learned from beads, by the Dice coefficient."""
        rows: list[tuple[list[str], list[str]]] = []
        for bead in beads:
            zh_words = [word for at in bead.zh for word in self.zh[at]]
            en_words = [word for at in bead.en for word in self.en[at]]
            if zh_words and en_words:
                rows.append((zh_words, en_words))
        known: dict[str, dict[str, float]] = defaultdict(dict)
        for (zh, en), dice in pair_words(rows).items():
            known[zh][en] = dice
        return WordFeatures.of(self.zh, self.en, known)


def _cut_words(sentences: Sequence[str], language: Language) -> Tokens:
    """Return the content words of each sentence; equal sentences are cut once."""
    words = {text: content_words(text, language) for text in dict.fromkeys(sentences)}
    return [words[text] for text in sentences]


def pair_words(
    rows: Iterable[tuple[Iterable[str], Iterable[str]]],
) -> dict[tuple[str, str], float]:
    """Return the pairs of words that occur together repeatedly, with their Dice coefficients.

    One is subtracted from the counts, so that a wrong bead is no evidence for itself.
    """
    numbers: tuple[dict[str, int], dict[str, int]] = ({}, {})
    found = [[np.empty(0, np.int64)], [np.empty(0, np.int64)]]
    pairs = [np.empty(0, np.int64)]
    for row in rows:
        for words, number, side in zip(row, numbers, found, strict=True):
            known = [number.setdefault(word, len(number)) for word in dict.fromkeys(words)]
            side.append(np.array(known, np.int64))
        pairs.append(np.add.outer(found[0][-1] << 32, found[1][-1]).ravel())
    pair, count = np.unique(np.concatenate(pairs), return_counts=True)
    pair, count = pair[count >= OFTEN], count[count >= OFTEN]
    zh, en = pair >> 32, pair & 0xFFFFFFFF
    ours, theirs = (np.bincount(np.concatenate(side)) for side in found)
    dice = 2 * (count - 1) / (ours[zh] + theirs[en] - 1)
    left, right = [*numbers[0]], [*numbers[1]]
    return {(left[zh[n]], right[en[n]]): float(dice[n]) for n in np.flatnonzero(dice > PAIRED)}


def match_facts(zh: Side, en: Side) -> WordFeatures:
    """Return the numbers, dates and names of both texts; names match by pinyin."""
    zh_texts, en_texts = zh.beginnings, en.beginnings
    names = [[str(fact.value) for fact in find_latin_names(text)] for text in en_texts]
    wanted = frozenset(name for found in names for name in found)
    zh_facts = {text: _keys(find_facts(text, "zh")) for text in dict.fromkeys(zh_texts)}
    en_facts = {text: _keys(find_facts(text, "en")) for text in dict.fromkeys(en_texts)}
    ours = [[*zh_facts[text], *sorted(find_spelt(text, wanted))] for text in zh_texts]
    theirs = [[*en_facts[text], *found] for text, found in zip(en_texts, names, strict=True)]
    known = {key: {key: 1.0} for keys in ours for key in keys}
    return WordFeatures.of(ours, theirs, known)


def _keys(found: Iterable[Fact]) -> list[str]:
    """Return the keys of facts, which are equal for equal facts of both languages."""
    kinds = {"points": "percent", "times": "number", "vague": "number", "ordinal": "number"}
    return [
        f"{kinds.get(fact.kind, fact.kind)} {fact.value}"
        for fact in found
        if fact.kind != "name" and fact.value != "relative"
    ]
