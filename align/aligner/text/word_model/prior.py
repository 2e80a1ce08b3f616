"""Pseudo-counts of token pairs: by dictionary, by sound, for equal numbers and for acronyms."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from math import sqrt

from ..chinese import HAN_CHARACTER
from ..dictionary import STOP_EN, find_entries, senses
from ..pinyin import READ, cut_syllables, latin_key, readings
from .tokens import ModelToken

SINGLE = 0.5
"""Pseudo-count of a sense of a single character."""

SOUND = 0.5
"""Pseudo-count of a name in pinyin and each of its characters."""

SAME = 2.0
"""Pseudo-count of a number or a Latin word that occurs in both texts."""

INITIALS = 0.7
"""Pseudo-count of an acronym and a character of the word whose sense it abbreviates."""

Row = tuple[Sequence[ModelToken], Sequence[ModelToken]]
Weighted = tuple[str, str, float]  # Chinese token, English token, pseudo-count


def find_prior(rows: Iterable[Row], english: Collection[str]) -> Iterator[Weighted]:
    """Yield token pairs that may be translations, with their weights; a pair may be repeated.

    :param english: the keys of the English tokens for which dictionary senses are wanted.
    """
    words: set[str] = set()
    sounds: set[tuple[str, str]] = set()
    same: set[str] = set()
    for zh, en in rows:
        words.update(token.key for token in zh)
        for run in _character_runs(zh):
            words |= find_entries(run)
        sounds |= _find_sounds(zh, en)
        same |= {token.key for token in zh} & {token.key for token in en}
    yield from ((key, key, SAME) for key in same if not HAN_CHARACTER.match(key))
    yield from ((character, key, SOUND) for character, key in sounds)
    for word in words:
        share = SINGLE if len(word) == 1 else 1.0
        for key, weight in _sense_weights(word):
            if key in english:
                yield from ((character, key, share * weight) for character in word)


def _character_runs(zh: Sequence[ModelToken]) -> Iterator[str]:
    """Yield the unbroken sequences of Chinese characters."""
    run, end = "", -1
    for token in zh:
        if len(token.key) != 1 or not HAN_CHARACTER.match(token.key):
            continue
        if token.start != end and run:
            yield run
            run = ""
        run, end = run + token.key, token.end
    if run:
        yield run


@lru_cache(maxsize=1 << 16)
def _sense_weights(word: str) -> tuple[tuple[str, float], ...]:
    """Return the English tokens of the senses of a word, each with its highest weight."""
    weights: dict[str, float] = defaultdict(float)
    share = sqrt(len(word))
    for sense in senses(word):
        content = [part for part in sense if part not in STOP_EN]
        for part in content:
            weight = 1 / sqrt(len(content)) / share
            weights[part] = max(weights[part], weight)
            if 2 <= len(part) <= 6:
                weights[part.upper()] = max(weights[part.upper()], weight)
        for parts in (sense, content):
            if 2 <= len(parts) <= 6:
                initials = "".join(part[0] for part in parts).upper()
                weights[initials] = max(weights[initials], INITIALS)
    return tuple(weights.items())


def _find_sounds(zh: Sequence[ModelToken], en: Sequence[ModelToken]) -> set[tuple[str, str]]:
    """Return pairs of a character and the English token that spells it in pinyin."""
    names: dict[str, tuple[str, ...]] = {}
    for token in en:
        syllables = _syllables(token.key)
        if syllables:
            names[token.key] = syllables
    if not names:
        return set()
    spoken = [_spoken(token.key) for token in zh]
    heard: set[str] = set().union(*spoken)
    found: set[tuple[str, str]] = set()
    for key, syllables in names.items():
        if not heard.issuperset(syllables):
            continue
        size = len(syllables)
        for start in range(len(spoken) - size + 1):
            if all(one in spoken[start + at] for at, one in enumerate(syllables)):
                found.update((token.key, key) for token in zh[start : start + size])
    return found


@lru_cache(maxsize=1 << 15)
def _syllables(key: str) -> tuple[str, ...]:
    return cut_syllables(latin_key(key)) if key not in STOP_EN and key.isascii() else ()


@lru_cache(maxsize=1 << 14)
def _spoken(key: str) -> frozenset[str]:
    return frozenset(readings(key)[:READ]) if len(key) == 1 else frozenset()


def strongest(weighted: Iterable[Weighted]) -> Mapping[tuple[str, str], float]:
    """Return the highest pseudo-count of each pair."""
    best: dict[tuple[str, str], float] = {}
    for zh, en, weight in weighted:
        if weight > best.get((zh, en), 0.0):
            best[zh, en] = weight
    return best
