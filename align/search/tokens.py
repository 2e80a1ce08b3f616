"""The words of a text as the full-text index has them.

Each Chinese character is a word. An index of jieba's words would miss passages that jieba cuts
differently inside a sentence than alone; a phrase of characters misses none.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from ..text.chinese import HAN, simplify
from ..text.dictionary import stem

_TOKEN = re.compile(
    f"[{HAN}]"  # one Chinese character
    r"|\d+(?:[.,]\d+)*"  # 1,200.5
    rf"|[^\W\d_{HAN}]+"  # a word in another script
)
_WIDE = str.maketrans({code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)})


@dataclass(frozen=True, slots=True)
class Token:
    """One word: as written in small letters, its stem, and where it stands."""

    form: str
    stem: str
    start: int
    end: int


@lru_cache(maxsize=4096)  # the texts of a page of hits are looked at several times
def tokenize(text: str) -> tuple[Token, ...]:
    """Return the words of a text in either language.

    >>> [token.stem for token in tokenize("Ports grew 1,200 次")]
    ['port', 'grew', '1200', '次']
    """
    plain = text.translate(_WIDE)
    folded = simplify(plain)
    if len(folded) != len(plain):  # OpenCC replaced a word by one of another length
        folded = plain
    return tuple(_token(found) for found in _TOKEN.finditer(folded))


def _token(found: re.Match[str]) -> Token:
    form = found[0].lower().replace(",", "")
    return Token(form, _stem(form), found.start(), found.end())


@lru_cache(maxsize=1 << 16)
def _stem(form: str) -> str:
    return stem(form) if form.isascii() and form.isalpha() else form
