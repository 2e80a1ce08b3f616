"""Recurring passages of Chinese: texts in, passages with the texts they stand in out.

A passage is a run of jieba's words that recurs, begins and ends as a term does (no particle,
number, measure or pronoun at either end), and stands beside different words on either side: what
is always followed by the same word is part of something longer.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from ...lexicon import STOP_ZH, fold

SHORTEST, LONGEST = 3, 14
"""Characters of a passage: titles, institutions and slogans; shorter ones are plain words."""

MOST_WORDS = 6

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]+")

_NOT_FIRST = frozenset("ucpdmqrefoyhk")
_NOT_LAST = frozenset("ucpdmqrefoyh")
"""First letters of jieba's tags: particles, conjunctions, prepositions, adverbs, numbers, measures,
pronouns, interjections, directions, sounds and modal words."""

Run = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a run of words stands: text, stretch of characters within it, first word."""

    text: int
    stretch: int
    word: int


def recurring(texts: Sequence[str], least: int) -> dict[str, list[int]]:
    """Give the texts of each passage that stands in at least ``least`` of them.

    :returns: ascending positions in ``texts``, by passage in simplified characters. A passage that
        always stands inside one longer passage is left out.
    """
    cut = [_stretches(text) for text in texts]
    found: dict[str, list[int]] = {}
    for run, places in _frequent(cut, least):
        passage = "".join(run)
        if _is_term(run) and _varied(run, places, cut):
            found[passage] = sorted({place.text for place in places})
    inner = {
        part
        for passage in found
        for part in _parts(passage)
        if part in found and len(found[part]) <= len(found[passage])
    }
    return {passage: where for passage, where in found.items() if passage not in inner}


def _frequent(cut: Sequence[Sequence[Run]], least: int) -> Iterator[tuple[Run, list[_Place]]]:
    """Yield every run of words in at least ``least`` texts, level by level (Apriori).

    A run of n words recurs only where its first n - 1 do, so each level looks only there; this
    keeps the runs of a large corpus out of memory.
    """
    level: dict[Run, list[_Place]] = defaultdict(list)
    for text, stretches in enumerate(cut):
        for stretch, words in enumerate(stretches):
            for at, word in enumerate(words):
                level[(word,)].append(_Place(text, stretch, at))
    for size in range(1, MOST_WORDS + 1):
        kept = {
            run: places
            for run, places in level.items()
            if len({place.text for place in places}) >= least
        }
        yield from kept.items()
        level = defaultdict(list)
        for run, places in kept.items():
            for place in places:
                words = cut[place.text][place.stretch]
                if place.word + size < len(words):
                    level[(*run, words[place.word + size])].append(place)


def _is_term(run: Run) -> bool:
    """Say whether a run is of the right length and begins and ends as a term does."""
    if not SHORTEST <= sum(map(len, run)) <= LONGEST:
        return False
    first, last = _tag(run[0]), _tag(run[-1])
    plain = {run[0], run[-1]} & STOP_ZH
    return not plain and first[0] not in _NOT_FIRST and last[0] not in _NOT_LAST


def _varied(run: Run, places: Sequence[_Place], cut: Sequence[Sequence[Run]]) -> bool:
    """Say whether a run has at least two different neighbours on either side.

    The accessor variety of Feng, Chen, Deng and Zheng (2004): the border of a stretch counts as a
    new neighbour each time.
    """
    before, after = set(), set()
    for place in places:
        words = cut[place.text][place.stretch]
        end = place.word + len(run)
        before.add(words[place.word - 1] if place.word else place)
        after.add(words[end] if end < len(words) else place)
    enough = min(2, len(places))
    return len(before) >= enough and len(after) >= enough


def _parts(passage: str) -> Iterator[str]:
    for start in range(len(passage)):
        for end in range(start + SHORTEST, len(passage) + 1):
            if end - start < len(passage):
                yield passage[start:end]


def _stretches(text: str) -> list[Run]:
    """Cut a text into words, divided where anything but Chinese characters stands."""
    return [_words(found[0]) for found in _HAN.finditer(fold(text))]


@lru_cache(maxsize=1 << 14)  # greetings and transitions recur
def _words(stretch: str) -> Run:
    return tuple(_tagger().cutter.cut(stretch))


@lru_cache(maxsize=1 << 16)
def _tag(word: str) -> str:
    """Give jieba's tag of a word; a word that it does not know is taken for a name."""
    return _tagger().tags.get(word) or "nz"


@dataclass(frozen=True, slots=True)
class _Tagger:
    cutter: Any  # jieba has no types
    tags: dict[str, str]


@cache
def _tagger() -> _Tagger:
    import jieba  # type: ignore[import-untyped] # has no types
    import jieba.posseg  # type: ignore[import-untyped] # has no types

    jieba.setLogLevel(60)  # its notices would go to the terminal of whoever asked
    jieba.posseg.initialize()
    return _Tagger(jieba, jieba.posseg.dt.word_tag_tab)
