"""Reading help for a row: words with pinyin and senses (CC-CEDICT), converted numbers."""

import gc
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain
from typing import Literal

from ...aligner.text.chinese import HAN_CHARACTER, load_converter, simplify
from ...aligner.text.dictionary import entries
from ...aligner.text.facts import convert_numbers
from ...aligner.text.strings import shorten

Script = Literal["as written", "simplified", "traditional"]
SCRIPTS: tuple[Script, ...] = ("as written", "simplified", "traditional")

LONGEST_GLOSS = 90
_BEFORE_STOP = re.compile(r" ([，。、；：？！”’）》])")
_NO_SENSE = (
    "surname ",
    "CL:",
    "used in ",
    "variant of ",
    "old variant of ",
    "archaic variant of ",
    "unofficial variant of ",
    "Japanese variant of ",
)
_LOADED = threading.Event()


@dataclass(frozen=True, slots=True)
class GlossedWord:
    """Chinese word at ``text[start:end]``, with pinyin and senses."""

    text: str
    start: int
    end: int
    pinyin: str
    gloss: str


def load_dictionaries() -> bool:
    """Start loading the dictionaries, which takes seconds; return whether they are loaded."""
    if not _LOADED.is_set() and "dictionaries" not in {one.name for one in threading.enumerate()}:
        threading.Thread(target=_load, name="dictionaries", daemon=True).start()
    return _LOADED.is_set()


def _load() -> None:
    gloss_words("词典")
    gc.freeze()  # exclude dictionaries and modules from garbage collection
    _LOADED.set()


@lru_cache(maxsize=512)
def gloss_words(text: str) -> tuple[GlossedWord, ...]:
    """Return the words of a Chinese text with pinyin and senses."""
    return tuple(
        GlossedWord(word, start, start + len(word), write_pinyin(word), look_up(word))
        for word, start in _cut_words(text)
        if HAN_CHARACTER.search(word)
    )


def _cut_words(text: str) -> Iterator[tuple[str, int]]:
    import jieba  # type: ignore[import-untyped] # has no types

    jieba.setLogLevel(60)  # keeps its notices off the server's terminal
    for word, start, _end in jieba.tokenize(text):
        yield word, start


def write_pinyin(text: str) -> str:
    """Return the pinyin of Chinese text, with tone marks; words decide how characters are read.

    >>> write_pinyin("银行行长都会长高")
    'yín háng háng zhǎng dōu huì zhǎng gāo'
    """
    from pypinyin import lazy_pinyin
    from pypinyin.constants import Style

    read = (lazy_pinyin(word, style=Style.TONE) for word, _start in _cut_words(text))
    return _BEFORE_STOP.sub(r"\1", " ".join(chain.from_iterable(read)))


def look_up(word: str) -> str:
    """Return the English senses of a word, or of its characters if the word is unknown.

    >>> [look_up(word).split(";")[0] for word in ("是", "东西", "年")]
    ['to be (followed by substantives only)', 'thing', 'year']
    """
    senses = _senses(word)
    if not senses and len(word) > 1:
        parts = [f"{character} {_senses(character)}" for character in word[:4]]
        return shorten("; ".join(part for part in parts if len(part) > 2), LONGEST_GLOSS)
    return senses


@lru_cache(maxsize=4096)
def _senses(word: str) -> str:
    """Return the senses of a word for its usual reading, from the entry with the most senses.

    CC-CEDICT has no word frequencies, but a common word has more senses than a rare one with the
    same characters and reading.
    """
    from pypinyin import lazy_pinyin
    from pypinyin.constants import Style

    read = lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True)
    found = [senses for _, senses in sorted(entries(word), key=lambda entry: _rank(entry, read))]
    senses = _choose_senses(word, found)
    known = [sense for sense in senses if not sense.startswith(_NO_SENSE)]
    return shorten("; ".join(known or senses), LONGEST_GLOSS)


@cache
def _usual_senses() -> dict[str, str]:
    """Return how the usual sense of a common word begins, if CC-CEDICT does not list it first."""
    text = files(__package__).joinpath("usual_senses.tsv").read_text(encoding="utf-8")
    return dict(line.split("\t") for line in text.splitlines()[1:])


def _choose_senses(word: str, found: Sequence[list[str]]) -> list[str]:
    """Return the senses of the entry that has the usual sense of a word, which comes first.

    If no entry has it, or none is known, return those of the first entry.
    """
    for senses in found:
        usual = _usual_sense(word, senses)
        if usual is not None:
            return senses[usual:] + senses[:usual]
    return found[0] if found else []


def _usual_sense(word: str, senses: Sequence[str]) -> int | None:
    """Return the index of the usual sense of a common word in an entry, or ``None``."""
    begins = _usual_senses().get(simplify(word))
    return next((n for n, one in enumerate(senses) if begins and one.startswith(begins)), None)


def _rank(entry: tuple[str, list[str]], read: Sequence[str]) -> tuple[bool, bool, int]:
    """Return the sort key of an entry: same reading first, then non-names, then most senses."""
    pinyin, senses = entry
    syllables = pinyin.replace("u:", "ü").split()
    pairs = zip(syllables, read, strict=False)
    # Dictionaries differ on marking the neutral tone (5), so it matches any tone.
    alike = all(
        one.lower() == two or (one[:-1].lower() == two[:-1] and "5" in one[-1] + two[-1])
        for one, two in pairs
    )
    known = (sense for sense in senses if "(old)" not in sense)
    counted = [sense for sense in known if sense[:3] == "CL:" or not sense.startswith(_NO_SENSE)]
    return not alike, pinyin[:1].isupper(), -len(counted)


def list_numbers(zh: str, en: str) -> list[dict[str, str]]:
    """Return the numbers of both texts, each with its form in the other language.

    Chinese numbers come first; numbers that agree are listed once.
    """
    left = [(one.source, one.target) for one in convert_numbers(zh, "zh")]
    right = [(one.source, one.target) for one in convert_numbers(en, "en")]
    new = [(source, target) for source, target in right if (target, source) not in left]
    pairs = dict.fromkeys([*left, *new])
    return [{"source": source, "target": target} for source, target in pairs]


def rewrite(text: str, script: Script) -> str:
    """Return Chinese text in simplified or traditional characters, with the same length.

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
