"""Words and their dictionary translations: which words of a span are found again in the other."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...lexicon import translations, words
from ..lattice import Edges
from ..results import Side
from .group import Columns, Floats
from .units import Match, Units, Window, columns

Ints = NDArray[np.int32]

UNKNOWN = 0.3
"""Share of its weight that a word without any translation in the other text keeps."""

SCALE = 0.25
"""Brings the weight of a whole sentence's words near 1."""


@dataclass(frozen=True, eq=False)
class Places:
    """Where each word is translated: ``sentence[start[w]:start[w + 1]]``, rising, for word w."""

    start: Ints
    sentence: Ints
    value: Floats

    @staticmethod
    def of(places: Iterable[Iterable[int]]) -> "Places":
        """Sort the sentences of each word."""
        rows = [sorted(set(row)) for row in places]
        start = np.concatenate([[0], np.cumsum([len(row) for row in rows], dtype=np.int32)])
        sentence = np.array([place for row in rows for place in row], np.int32)
        return Places(start.astype(np.int32), sentence, np.ones(len(sentence), np.float32))


@dataclass(frozen=True, eq=False)
class SideWords:
    """The words of one side as numbers, and where the other side translates them."""

    units: Units
    word: Ints
    places: Places

    def match(self, window: Window) -> Match:
        """Look up the sentences of the window."""
        from ..kernels import match_words

        places = self.places
        value = match_words(
            self.word, self.units.start, places.sentence, places.start, places.value,
            window.low, window.width, window.base,
        )  # fmt: skip
        return Match(self.units, window, value, 0.0)


@dataclass(frozen=True, eq=False)
class Words:
    """The words of both sides."""

    zh: SideWords
    en: SideWords

    @staticmethod
    def of(zh: Side, en: Side) -> "Words":
        """Cut both sides into words and look all of them up."""
        zh_words = [words(text, "zh") for text in zh.sentences]
        en_words = [words(text, "en") for text in en.sentences]
        zh_to_en = {word: translations(word) for word in _vocabulary(zh_words)}
        en_to_zh: dict[str, set[str]] = defaultdict(set)
        for word, found in zh_to_en.items():
            for stem in found:
                en_to_zh[stem].add(word)
        return Words(
            _side(zh_words, zh_to_en, _index(en_words)), _side(en_words, en_to_zh, _index(zh_words))
        )


def lexicon(words: Words, edges: Edges) -> Columns:
    """Say how well the words of each span are translated in the other one and beside it."""
    zh_window = Window.of(edges, "zh", words.zh.units, len(words.en.units.start) - 1)
    en_window = Window.of(edges, "en", words.en.units, len(words.zh.units.start) - 1)
    return columns("words", words.zh.match(zh_window), words.en.match(en_window), edges)


def _vocabulary(sentences: list[tuple[str, ...]]) -> dict[str, int]:
    """Give each word a number, in the order of first occurrence."""
    return {
        word: number
        for number, word in enumerate(dict.fromkeys(w for text in sentences for w in text))
    }


def _index(sentences: list[tuple[str, ...]]) -> dict[str, list[int]]:
    """Return the sentences of each word."""
    index: dict[str, list[int]] = defaultdict(list)
    for number, text in enumerate(sentences):
        for word in dict.fromkeys(text):
            index[word].append(number)
    return index


def _side(
    sentences: list[tuple[str, ...]],
    known: Mapping[str, Iterable[str]],
    other: Mapping[str, list[int]],
) -> SideWords:
    numbers = _vocabulary(sentences)
    frequency = Counter(word for text in sentences for word in dict.fromkeys(text))
    rows = [
        [place for found in known.get(word, ()) for place in other.get(found, ())]
        for word in numbers
    ]
    rarity = np.array(
        [
            SCALE * np.log((len(sentences) + 1) / frequency[word]) * (1.0 if row else UNKNOWN)
            for word, row in zip(numbers, rows, strict=True)
        ],
        np.float32,
    )
    word = np.array([numbers[word] for text in sentences for word in text], np.int32)
    units = Units.of([len(text) for text in sentences], rarity[word])
    return SideWords(units, word, Places.of(rows))
