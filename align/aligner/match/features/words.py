"""Features of coverage: which words, numbers and names of one span are found in the other.

They say how much of a span is covered, what its neighbours would cover better, and what each end
of the other span is needed for. Words are translated by the dictionary, or by what stands together
again and again in a first alignment of the same two texts.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ....records import Bead
from ...text.dictionary import content_words, translations
from ...text.facts import Fact, find_facts, find_latin_names
from ...text.pinyin import find_spelt
from ..lattice import Edges
from ..results import Side
from .columns import Columns, Floats

Ints = NDArray[np.int32]
Tokens = Sequence[Sequence[str]]
Known = Mapping[str, Mapping[str, float]]
"""Word to its translations and how good each is, 0 to 1."""

UNKNOWN = 0.3
"""Share of its weight that a word without any translation in the other text keeps."""

SCALE = 0.25
"""Brings the weight of a whole sentence's words near 1."""

NAMES = (
    "covered",
    "covered by size",
    "left to a neighbour",
    "left to neighbours by size",
    "end needed",
    "least covered",
    "skipped but covered",
)
"""Both ends and both neighbours share a column: fewer weights, and .002 F1 better held out."""

OFTEN, PAIRED = 3, 0.4
"""Rows in which two words must occur together before they count as translations, and the least
Dice coefficient. Of 2, 3, 4 rows and .25 to .5, the best on held-out texts."""

FEW = ("covered", "left to a neighbour", "left to neighbours by size", "end needed")
"""For units that are few in a sentence."""


@dataclass(frozen=True, eq=False)
class SideWords:
    """The words of one side as numbers, and where the other side translates them.

    Those of sentence i are start[i]:start[i + 1]. Word w is translated in the sentences
    ``where[where_start[w]:where_start[w + 1]]``, rising, each as well as ``value`` says.
    """

    start: Ints
    word: Ints
    weight: Floats
    where_start: Ints
    where: Ints
    value: Floats

    @staticmethod
    def of(sentences: Tokens, known: Known, others: Tokens) -> "SideWords":
        """Look up every word in the sentences of the other side."""
        index: dict[str, list[int]] = defaultdict(list)
        for number, text in enumerate(others):
            for word in dict.fromkeys(text):
                index[word].append(number)
        frequency = Counter(word for text in sentences for word in dict.fromkeys(text))
        numbers = {word: number for number, word in enumerate(frequency)}
        places = [sorted(_places(known.get(word, {}), index).items()) for word in numbers]
        rarity = [
            SCALE * np.log((len(sentences) + 1) / count) * (1.0 if found else UNKNOWN)
            for count, found in zip(frequency.values(), places, strict=True)
        ]
        units = np.array([numbers[word] for text in sentences for word in text], np.int32)
        flat = [pair for found in places for pair in found]
        return SideWords(
            _starts([len(text) for text in sentences]),
            units,
            np.array(rarity, np.float32)[units],
            _starts([len(found) for found in places]),
            np.array([place for place, _ in flat], np.int32),
            np.array([value for _, value in flat], np.float32),
        )

    def cover(self, start: Ints, end: Ints, first: Ints, last: Ints, others: int) -> Floats:
        """Return what other sentences [first, last) cover of [start, end): (edges, names).

        Words are looked up in the sentences that meet theirs in some edge, and one more on either
        side.

        :param others: sentences of the other side.
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
        covered: Floats = cover_units(
            matched, self.weight, self.start, *near, start, end, first, last
        )
        return covered


def _starts(counts: list[int]) -> Ints:
    return np.concatenate([[0], np.cumsum(counts, dtype=np.int32)]).astype(np.int32)


def _places(known: Mapping[str, float], others: Mapping[str, Sequence[int]]) -> dict[int, float]:
    """Return the sentences that hold a translation, and how good the best one is."""
    places: dict[int, float] = {}
    for word, value in known.items():
        for place in others.get(word, ()):
            places[place] = max(places.get(place, 0.0), value)
    return places


@dataclass(frozen=True, eq=False)
class WordFeatures:
    """The words of both sides."""

    zh: SideWords
    en: SideWords

    @staticmethod
    def of(zh: Tokens, en: Tokens, known: Known) -> "WordFeatures":
        """Look up both sides by the translations of zh words."""
        reverse: dict[str, dict[str, float]] = defaultdict(dict)
        for word, found in known.items():
            for other, value in found.items():
                reverse[other][word] = value
        return WordFeatures(SideWords.of(zh, known, en), SideWords.of(en, reverse, zh))

    def columns(self, name: str, edges: Edges, wanted: tuple[str, ...] = NAMES) -> Columns:
        """Return how much of each span is found in the other one and beside it."""
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
    """The words of every sentence of both sides."""

    zh: Tokens
    en: Tokens

    @staticmethod
    def of(zh: Side, en: Side) -> "Tokenised":
        """Cut both sides into words."""
        return Tokenised(
            [content_words(text, "zh") for text in zh.sentences],
            [content_words(text, "en") for text in en.sentences],
        )

    def by_dictionary(self) -> WordFeatures:
        """Translate by CC-CEDICT."""
        vocabulary = dict.fromkeys(word for text in self.zh for word in text)
        known = {word: dict.fromkeys(translations(word), 1.0) for word in vocabulary}
        return WordFeatures.of(self.zh, self.en, known)

    def by_beads(self, beads: Iterable[Bead]) -> WordFeatures:
        """Translate by what stands together in these beads, as the Dice coefficient says."""
        spans = (
            (
                [word for at in bead.zh for word in self.zh[at]],
                [word for at in bead.en for word in self.en[at]],
            )
            for bead in beads
        )
        known: dict[str, dict[str, float]] = defaultdict(dict)
        for (zh, en), dice in pair_words(span for span in spans if all(span)).items():
            known[zh][en] = dice
        return WordFeatures.of(self.zh, self.en, known)


def pair_words(
    rows: Iterable[tuple[Iterable[str], Iterable[str]]],
) -> dict[tuple[str, str], float]:
    """Return the pairs of words that occur together again and again, by their Dice coefficient.

    A row does not count for itself: one is subtracted, or a wrong row would prove itself.
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
    """Match equal numbers and dates, and Latin names with the pinyin of Chinese characters."""
    names = [[str(fact.value) for fact in find_latin_names(text)] for text in en.sentences]
    wanted = {name for found in names for name in found}
    ours = [
        [*_keys(find_facts(text, "zh")), *sorted(find_spelt(text, wanted))] for text in zh.sentences
    ]
    theirs = [
        [*_keys(find_facts(text, "en")), *found]
        for text, found in zip(en.sentences, names, strict=True)
    ]
    known = {key: {key: 1.0} for keys in ours for key in keys}
    return WordFeatures.of(ours, theirs, known)


def _keys(found: Iterable[Fact]) -> list[str]:
    """Return what equal facts of both languages share."""
    kinds = {"points": "percent", "times": "number", "vague": "number", "ordinal": "number"}
    return [
        f"{kinds.get(fact.kind, fact.kind)} {fact.value}"
        for fact in found
        if fact.kind != "name" and fact.value != "relative"
    ]
