"""Chinese characters: their ranges, both scripts, and the language of a text by their share."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from ...records import Language

if TYPE_CHECKING:
    from opencc import OpenCC

# Chinese characters, for use inside ``[...]``; without 〇, which most rules read as a digit.
HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
# Chinese and Japanese characters, punctuation and full-width forms, for use inside ``[...]``.
CJK = f"\u2e80-\u303f{HAN}\u3040-\u33ff\uff00-\uffef"

HAN_CHARACTER = re.compile(f"[{HAN}]")
HAN_RUN = re.compile(f"[{HAN}]+")

_QUOTES = str.maketrans("「」『』", "“”‘’")


def has_han(text: str) -> bool:
    """Return whether a text contains a Chinese character."""
    return HAN_CHARACTER.search(text) is not None


def count_han(text: str) -> int:
    """Count the Chinese characters of a text."""
    return len(HAN_CHARACTER.findall(text))


def simplify(text: str) -> str:
    """Convert traditional characters to simplified ones; a lone surrogate becomes "?".

    >>> simplify("經濟學")
    '经济学'
    """
    if not has_han(text):
        return text
    simplified: str = load_converter("t2s").convert(text.encode(errors="replace").decode())
    return simplified


def simplify_sentences(sentences: Sequence[str]) -> tuple[str, ...]:
    """Convert the sentences of a text to simplified characters and quotation marks.

    Taiwan writes 着 as 著, which also has other meanings. Therefore 著 is converted only in a
    text that contains traditional characters.

    >>> simplify_sentences(["他看著「經濟學」。", "真好。"])
    ('他看着“经济学”。', '真好。')
    """
    from_taiwan, from_hong_kong = load_converter("tw2t"), load_converter("hk2s")
    converted = tuple(from_hong_kong.convert(text) if has_han(text) else text for text in sentences)
    if converted != tuple(sentences):
        converted = tuple(from_hong_kong.convert(from_taiwan.convert(text)) for text in sentences)
    return tuple(text.translate(_QUOTES) for text in converted)


@cache
def load_converter(direction: str) -> "OpenCC":
    """Load OpenCC's tables once: ``t2s`` to simplified, ``s2t`` to traditional characters."""
    from opencc import OpenCC

    return OpenCC(direction)


_LATIN_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")


def han_share(texts: Iterable[str]) -> float:
    """Return the share of Chinese characters among Chinese characters and Latin words.

    Only the first 4000 of them are counted; the share of an empty text is 0.
    """
    han = 0
    latin = 0
    for text in texts:
        han += count_han(text)
        latin += len(_LATIN_WORD.findall(text))
        if han + latin > 4000:
            break
    if not han + latin:
        return 0.0
    return han / (han + latin)


def tells_language(text: str) -> bool:
    """Return whether a text shows its language; a time, a number or an acronym does not."""
    return has_han(text) or sum(map(str.isalpha, text)) > len("GDP")


def detect_language(texts: Iterable[str]) -> Language:
    """Return the language of most of the text.

    The share of Chinese characters stays above 0.9 in Chinese with many Latin names, and below 0.1
    in English with Chinese names.

    >>> detect_language(["记者：请问GDP增长多少？"])
    'zh'
    """
    return "zh" if han_share(texts) >= 0.5 else "en"
