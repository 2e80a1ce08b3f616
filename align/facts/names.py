"""Names across scripts: Latin words of an English text against the pinyin of a Chinese one.

``romanised`` and ``latin_names`` give keys that are equal when the name is the same: 赵志国 has
the keys ``zhao``, ``zhiguo``, ``zhaozhiguo`` and more, "Zhao Zhiguo" has ``zhao`` and ``zhiguo``.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import product

from .record import Fact

LONGEST = 4
"""Syllables in a key; longer Chinese words hardly stand as one word in English."""

_CAPITAL = re.compile(r"\b[A-ZÀ-Þ][\wÀ-ÿ]*+(?:['’-][\wÀ-ÿ]++)*+")
_CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")
_SPELLINGS = (("shaanxi", "shanxi"), ("lyu", "lu"), ("nyu", "nu"), ("lv", "lu"), ("nv", "nu"))
_POSSESSIVE = re.compile(r"['’]s\b")


@dataclass(frozen=True, slots=True)
class Syllables:
    """The readings of the Chinese characters ``text[start:start + len(readings)]``."""

    start: int
    readings: tuple[tuple[str, ...], ...]


def romanised(zh_text: str) -> tuple[Syllables, ...]:
    """Read every run of Chinese characters aloud, without tones; a character may have several."""
    return tuple(
        Syllables(run.start(), tuple(_readings(character) for character in run.group()))
        for run in _CHINESE.finditer(zh_text)
    )


def pinyin_keys(zh_text: str) -> frozenset[str]:
    """Give all runs of one to four syllables, joined."""
    return frozenset(
        "".join(parts)
        for run in romanised(zh_text)
        for start in range(len(run.readings))
        for length in range(1, LONGEST + 1)
        for parts in _combinations(run.readings[start : start + length], length)
    )


def _combinations(readings: tuple[tuple[str, ...], ...], length: int) -> list[tuple[str, ...]]:
    if len(readings) < length:
        return []
    return list(product(*(choice[:2] for choice in readings)))


def latin_names(en_text: str) -> tuple[Fact, ...]:
    """Find the words with a capital that can be read as pinyin, sentence starts included.

    The value is the word in small letters without hyphens, apostrophes and the ending ``'s``.
    """
    return tuple(
        Fact("name", key, word.start(), word.end(), strong=len(_syllables(key)) > 1)
        for word in _CAPITAL.finditer(en_text)
        if _syllables(key := _key(word.group()))
    )


@cache
def _key(word: str) -> str:
    bare = _without_marks(_POSSESSIVE.sub("", word).lower())
    key = re.sub(r"[^a-z]", "", bare)
    for variant, usual in _SPELLINGS:
        key = key.replace(variant, usual)
    return key


def _without_marks(text: str) -> str:
    return "".join(
        character
        for character in unicodedata.normalize("NFD", text)
        if not unicodedata.combining(character)
    )


@cache
def _syllables(key: str) -> tuple[str, ...]:
    """Cut a key into pinyin syllables, or give nothing where that cannot be done."""
    if not key or len(key) > 6 * LONGEST:
        return ()
    if key in _inventory():
        return (key,)
    for end in range(min(6, len(key) - 1), 0, -1):
        if key[:end] in _inventory() and (rest := _syllables(key[end:])):
            return (key[:end], *rest)
    return ()


@cache
def _readings(character: str) -> tuple[str, ...]:
    from pypinyin.constants import PINYIN_DICT

    readings = PINYIN_DICT.get(ord(character), "")
    return tuple(dict.fromkeys(_without_marks(reading) for reading in readings.split(",")))


@cache
def _inventory() -> frozenset[str]:
    """Give all pinyin syllables, without tones and marks."""
    from pypinyin.constants import PINYIN_DICT

    common = (chr(code) for code in PINYIN_DICT if 0x4E00 <= code <= 0x9FFF)
    return frozenset(
        reading
        for character in common
        for reading in _readings(character)[:1]
        if len(reading) > 1 or reading in "aeo"
    )
