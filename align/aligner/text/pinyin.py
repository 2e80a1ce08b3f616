"""Pinyin without tones: readings of Chinese characters, and recognition of pinyin words."""

import importlib.util
import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import filterfalse, product
from pathlib import Path
from typing import cast

from .chinese import HAN_RUN

READ = 2  # readings per character that keys use, the most frequent first
LONGEST = 4  # maximum syllables of a key; English rarely writes longer Chinese words as one

_VARIANTS = (("shaanxi", "shanxi"), ("lyu", "lu"), ("nyu", "nu"), ("lv", "lu"), ("nv", "nu"))


@cache
def readings(character: str) -> tuple[str, ...]:
    """Return the readings of a Chinese character without tones, the most frequent first.

    >>> readings("吕"), readings("重")
    (('lu',), ('zhong', 'chong', 'tong'))
    """
    plain = _strip_tones(_pinyin_table().get(ord(character), ""))
    return tuple(dict.fromkeys(plain.split(",")))


def _strip_tones(text: str) -> str:
    letters = unicodedata.normalize("NFD", text)
    return "".join(filterfalse(unicodedata.combining, letters))


def pinyin_keys(zh_text: str) -> frozenset[str]:
    """Return the pinyin of every sequence of one to four Chinese characters, as one word each.

    >>> sorted(pinyin_keys("赵志"))
    ['zhao', 'zhaozhi', 'zhi']
    """
    return frozenset(_joined(zh_text, range(1, LONGEST + 1)))


def find_spelt(zh_text: str, names: frozenset[str]) -> set[str]:
    """Return the names that are in ``pinyin_keys(zh_text)``, in a third of the time.

    >>> find_spelt("赵志说", frozenset({"zhaozhi", "zhishuo", "li"})) == {"zhaozhi", "zhishuo"}
    True
    """
    beginnings = _beginnings(names)
    found: set[str] = set()
    for run in HAN_RUN.findall(zh_text):
        syllables = [readings(character)[:READ] for character in run]
        for start, first in enumerate(syllables):
            begun = beginnings.intersection(first)
            for following in syllables[start + 1 : start + LONGEST]:
                if not begun:
                    break
                found |= begun & names
                begun = beginnings & {old + new for old in begun for new in following}
            found |= begun & names
    return found


@lru_cache(maxsize=4)
def _beginnings(names: frozenset[str]) -> frozenset[str]:
    return frozenset(name[:end] for name in names for end in range(len(name) + 1))


@lru_cache(maxsize=1 << 16)
def whole_spellings(zh: str) -> frozenset[str]:
    """Return all spellings of Chinese characters as one word of pinyin.

    >>> sorted(whole_spellings("重庆"))
    ['chongqing', 'tongqing', 'zhongqing']
    """
    return frozenset(_joined(zh, [len(zh)], most=None))


def _joined(zh_text: str, sizes: Sequence[int], most: int | None = READ) -> set[str]:
    """Return the spellings of all sequences of characters with one of the given sizes.

    :param most: maximum number of readings per character; ``None`` for all.
    """
    joined: set[str] = set()
    for run in HAN_RUN.findall(zh_text):
        syllables = [readings(character)[:most] for character in run]
        for size in sizes:
            for start in range(len(run) - size + 1):
                joined.update(map("".join, product(*syllables[start : start + size])))
    return joined


def is_same_name(han: str, latin: str) -> bool:
    """Return whether a Latin name spells a Chinese name, with the surname first or last.

    >>> is_same_name("方禾乔", "Fang Heqiao"), is_same_name("方禾乔", "Heqiao Fang")
    (True, True)
    """
    key = latin_key(latin)
    if not key or not 2 <= len(han) <= 4:
        return False
    names = whole_spellings(han) | whole_spellings(han[1:] + han[0])
    return key in map(latin_key, names)


@lru_cache(maxsize=1 << 16)
def latin_key(word: str) -> str:
    """Return a Latin word in lower case, without diacritics, with ``lu`` for ``lyu`` and ``lv``.

    >>> latin_key("Lyu'an")
    'luan'
    """
    decomposed = unicodedata.normalize("NFD", word.lower())
    key = re.sub(r"[^a-z]", "", decomposed)
    for variant, usual in _VARIANTS:
        key = key.replace(variant, usual)
    return key


@lru_cache(maxsize=1 << 16)
def cut_syllables(key: str) -> tuple[str, ...]:
    """Return the pinyin syllables of a key, or nothing if it is not pinyin."""
    if not key or len(key) > 6 * LONGEST:
        return ()
    if key in _syllables():
        return (key,)
    for end in range(min(6, len(key) - 1), 0, -1):
        if key[:end] in _syllables() and (rest := cut_syllables(key[end:])):
            return (key[:end], *rest)
    return ()


@cache
def _syllables() -> frozenset[str]:
    """Return the syllables of pinyin: the first readings of the common Chinese characters."""
    with_tones: set[str] = set()
    for code, of_character in _pinyin_table().items():
        if 0x4E00 <= code <= 0x9FFF:
            with_tones.add(of_character.partition(",")[0])
    syllables = map(_strip_tones, with_tones)
    return frozenset(one for one in syllables if len(one) > 1 or one in "aeo")


@cache
def _pinyin_table() -> dict[int, str]:
    """Return the readings of single characters by code point, with tones, separated by commas.

    Importing pypinyin would also load 47,000 phrases, which takes 0.8 s. So this loads only its
    file ``pinyin_dict.py``; ``tests/aligner/text/test_pinyin.py`` checks that the file is as
    expected. Python keeps the compiled file, as it does for an import.
    """
    package = importlib.util.find_spec("pypinyin")
    assert package is not None
    assert package.origin is not None
    path = Path(package.origin).with_name("pinyin_dict.py")
    spec = importlib.util.spec_from_file_location("pypinyin.pinyin_dict", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return cast("dict[int, str]", module.pinyin_dict)
