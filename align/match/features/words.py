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

from ...records import Bead, Language
from ...text.dictionary import content_words, translations
from ...text.facts import Fact, find_facts, find_latin_names
from ...text.pinyin import pinyin_keys
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

OFTEN = 3
"""Beads in which two words must stand together before they are taken for translations."""

ALIKE = 0.4
"""Least Dice coefficient of such a pair. Of 2, 3, 4 beads and .25 to .5, the best held out."""

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

FEW = ("covered", "left to a neighbour", "left to neighbours by size", "end needed")
"""For units that are few in a sentence."""


@dataclass(frozen=True, eq=False)
class Units:
    """The units of one side: ``weight`` (units,), those of sentence i are start[i]:start[i + 1]."""

    start: Ints
    weight: Floats

    @staticmethod
    def of(counts: list[int], weight: Floats | None = None) -> "Units":
        """Count the units of each sentence; all weigh 1 by default."""
        start = np.concatenate([[0], np.cumsum(counts, dtype=np.int32)]).astype(np.int32)
        return Units(start, np.ones(start[-1], np.float32) if weight is None else weight)


@dataclass(frozen=True, eq=False)
class Window:
    """Which sentences of the other side are near each sentence: [low, low + width), int32.

    ``base`` says where the values of a sentence's units begin in the flat array of matches.
    """

    low: Ints
    width: Ints
    base: NDArray[np.int64]

    @staticmethod
    def of(edges: Edges, side: Language, units: Units, others: int) -> "Window":
        """Measure which sentences meet in some edge, with one more on either side.

        :param others: sentences of the other side.
        """
        a, b, c, d = edges.parts
        start, end, first, last = (a, b, c, d) if side == "zh" else (c, d, a, b)
        count = len(units.start) - 1
        low = np.full(count, 1 << 30, np.int32)
        high = np.zeros(count, np.int32)
        for ahead in range(int(np.max(end - start, initial=0))):
            inside = start + ahead < end
            np.minimum.at(low, start[inside] + ahead, first[inside] - 1)
            np.maximum.at(high, start[inside] + ahead, last[inside] + 1)
        low = np.maximum(low, 0).astype(np.int32)
        width = np.maximum(np.minimum(high, others) - low, 0).astype(np.int32)
        sizes = np.diff(units.start).astype(np.int64) * width
        return Window(low, width, np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64))


@dataclass(frozen=True, eq=False)
class Match:
    """How well the units of one side are matched: ``value`` is flat, ``window`` says where."""

    units: Units
    window: Window
    value: Floats


def coverage_features(
    name: str, zh: Match, en: Match, edges: Edges, wanted: tuple[str, ...] = NAMES
) -> Columns:
    """Return the columns of both sides."""
    a, b, c, d = edges.parts
    covered: Columns = {}
    for side, match, parts in (("zh", zh, (a, b, c, d)), ("en", en, (c, d, a, b))):
        values = _covered(match, *parts)
        covered |= {
            f"{side} {name} {what}": values[:, n] for n, what in enumerate(NAMES) if what in wanted
        }
    return covered


def _covered(match: Match, start: Ints, end: Ints, first: Ints, last: Ints) -> Floats:
    from ..kernels import cover_units

    window, units = match.window, match.units
    values: Floats = cover_units(
        match.value, units.weight, units.start, window.low, window.width, window.base,
        start, end, first, last,
    )  # fmt: skip
    return values


@dataclass(frozen=True, eq=False)
class WordPlaces:
    """Where each word is translated: ``sentence[start[w]:start[w + 1]]``, rising, for word w."""

    start: Ints
    sentence: Ints
    value: Floats

    @staticmethod
    def of(rows: Sequence[Mapping[int, float]]) -> "WordPlaces":
        """Sort the sentences of each word."""
        start = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int32)
        pairs = [pair for row in rows for pair in sorted(row.items())]
        return WordPlaces(
            start,
            np.array([place for place, _ in pairs], np.int32),
            np.array([value for _, value in pairs], np.float32),
        )


@dataclass(frozen=True, eq=False)
class SideWords:
    """The words of one side as numbers, and where the other side translates them."""

    units: Units
    word: Ints
    places: WordPlaces

    @staticmethod
    def of(sentences: Tokens, known: Known, other: Mapping[str, Sequence[int]]) -> "SideWords":
        """Look up every word.

        :param other: the sentences of each word of the other side.
        """
        numbers = {w: n for n, w in enumerate(dict.fromkeys(w for text in sentences for w in text))}
        frequency = Counter(word for text in sentences for word in dict.fromkeys(text))
        rows = [_places(known.get(word, {}), other) for word in numbers]
        rarity = np.array(
            [
                SCALE * np.log((len(sentences) + 1) / frequency[word]) * (1.0 if row else UNKNOWN)
                for word, row in zip(numbers, rows, strict=True)
            ],
            np.float32,
        )
        word = np.array([numbers[word] for text in sentences for word in text], np.int32)
        return SideWords(
            Units.of([len(text) for text in sentences], rarity[word]), word, WordPlaces.of(rows)
        )

    def match(self, window: Window) -> Match:
        """Look up the sentences of the window."""
        from ..kernels import match_words

        places = self.places
        value = match_words(
            self.word, self.units.start, places.sentence, places.start, places.value,
            window.low, window.width, window.base,
        )  # fmt: skip
        return Match(self.units, window, value)


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
        return WordFeatures(
            SideWords.of(zh, known, _index(en)), SideWords.of(en, reverse, _index(zh))
        )

    def columns(self, name: str, edges: Edges, wanted: tuple[str, ...] = NAMES) -> Columns:
        """Return how much of each span is found in the other one and beside it."""
        zh, en = self.zh.units, self.en.units
        zh_window = Window.of(edges, "zh", zh, len(en.start) - 1)
        en_window = Window.of(edges, "en", en, len(zh.start) - 1)
        return coverage_features(
            name, self.zh.match(zh_window), self.en.match(en_window), edges, wanted
        )


@dataclass(frozen=True, eq=False)
class _Numbered:
    """The different words of one side, and those of each sentence as numbers."""

    words: list[str]
    sentences: list[NDArray[np.int64]]

    @staticmethod
    def of(sentences: Tokens) -> "_Numbered":
        number = {w: n for n, w in enumerate(dict.fromkeys(w for text in sentences for w in text))}
        rows = [np.array([number[word] for word in text], np.int64) for text in sentences]
        return _Numbered(list(number), rows)

    def of_span(self, span: Sequence[int]) -> NDArray[np.int64]:
        """Return the different words of some sentences."""
        empty = np.empty(0, np.int64)
        return np.unique(np.concatenate([empty, *(self.sentences[index] for index in span)]))


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
        """Translate by what stands together in these beads, as the Dice coefficient says.

        A bead does not count for itself: one is taken off, or a wrong bead would prove itself.
        """
        ours, theirs = _Numbered.of(self.zh), _Numbered.of(self.en)
        size = len(theirs.words)
        pairs = [np.empty(0, np.int64)]
        zh_count, en_count = np.zeros(len(ours.words)), np.zeros(size)
        for bead in beads:
            zh, en = ours.of_span(bead.zh), theirs.of_span(bead.en)
            if len(zh) and len(en):
                zh_count[zh] += 1
                en_count[en] += 1
                pairs.append(np.add.outer(zh * size, en).ravel())
        pair, count = np.unique(np.concatenate(pairs), return_counts=True)
        pair, count = pair[count >= OFTEN], count[count >= OFTEN]
        zh, en = pair // max(size, 1), pair % max(size, 1)
        dice = 2 * (count - 1) / (zh_count[zh] + en_count[en] - 1)
        known: dict[str, dict[str, float]] = defaultdict(dict)
        for row in np.flatnonzero(dice > ALIKE):
            known[ours.words[zh[row]]][theirs.words[en[row]]] = min(float(dice[row]), 1.0)
        return WordFeatures.of(self.zh, self.en, known)


def match_facts(zh: Side, en: Side) -> WordFeatures:
    """Match equal numbers and dates, and Latin names with the pinyin of Chinese characters."""
    names = [[str(fact.value) for fact in find_latin_names(text)] for text in en.sentences]
    wanted = {name for found in names for name in found}
    ours = [
        [*_keys(find_facts(text, "zh")), *sorted(pinyin_keys(text) & wanted)]
        for text in zh.sentences
    ]
    theirs = [
        [*_keys(find_facts(text, "en")), *found]
        for text, found in zip(en.sentences, names, strict=True)
    ]
    known = {key: {key: 1.0} for keys in ours for key in keys}
    return WordFeatures.of(ours, theirs, known)


def fact_features(found: WordFeatures, edges: Edges) -> Columns:
    """Return which numbers, dates and names of each span are found again."""
    return found.columns("facts", edges, FEW)


def _keys(found: Iterable[Fact]) -> list[str]:
    """Return what equal facts of both languages share."""
    kinds = {"points": "percent", "times": "number", "vague": "number", "ordinal": "number"}
    return [
        f"{kinds.get(fact.kind, fact.kind)} {fact.value}"
        for fact in found
        if fact.kind != "name" and fact.value != "relative"
    ]


def _places(known: Mapping[str, float], other: Mapping[str, Sequence[int]]) -> dict[int, float]:
    """Return the sentences that hold a translation, and how good the best one is."""
    places: dict[int, float] = {}
    for word, value in known.items():
        for place in other.get(word, ()):
            places[place] = max(places.get(place, 0.0), value)
    return places


def _index(sentences: Tokens) -> dict[str, list[int]]:
    """Return the sentences of each word."""
    index: dict[str, list[int]] = defaultdict(list)
    for number, text in enumerate(sentences):
        for word in dict.fromkeys(text):
            index[word].append(number)
    return index
