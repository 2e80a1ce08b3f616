"""Tokens of the word model: single Chinese characters, English stems, acronyms, numbers."""

import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from ..chinese import HAN, has_han, simplify
from ..dictionary import STOP_EN, Token, stem

_TOKEN = re.compile(
    r"(?:[A-Z]\.){1,5}[A-Z]\b\.?"  # U.S.
    rf"|([{HAN}])"  # one Chinese character
    r"|\d+(?:[.,]\d+)*"  # 1,200.5
    rf"|[^\W\d_{HAN}]+"  # a word in another script
)
_ACRONYM = re.compile("[A-Z]{2,6}")
_ACRONYMS = re.compile("([A-Z]{2,6})s")  # NGOs
_NAME_BEFORE = re.compile(r"\b[A-Z][a-z]+ $")
_WIDE = str.maketrans({code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)})


class ModelToken(NamedTuple):
    """One token: the key under which it is counted, its offsets, whether it is a stop word."""

    key: str
    start: int
    end: int
    stop: bool


@lru_cache(maxsize=4096)
def cut_tokens(text: str) -> tuple[ModelToken, ...]:
    """Return the tokens of a text in either language.

    >>> [token.key for token in cut_tokens("The U.S. quit WHO, whose 1,200 staff met 世卫")]
    ['the', 'US', 'quit', 'WHO', 'whose', '1200', 'staff', 'met', '世', '卫']
    """
    plain = text.translate(_WIDE)
    folded = simplify(plain)
    if len(folded) != len(plain):  # OpenCC replaced a word by one of another length
        folded = plain
    shouted = folded.isupper() and not has_han(folded)  # a headline in capitals has no acronyms
    found: list[ModelToken] = []
    for match in _TOKEN.finditer(folded):
        start, end = match.span()
        character = match[1]
        if character:
            found.append(ModelToken(character, start, end, stop=False))
            continue
        key = _token_key(match[0], shouted=shouted)
        stop = key in STOP_EN and not _is_part_of_word(folded, start, end)
        found.append(ModelToken(key, start, end, stop))
    return tuple(found)


def _is_part_of_word(text: str, start: int, end: int) -> bool:
    """Return whether a stop word is part of a compound or a name: opening-up, Liu He."""
    if text[start - 1 : start] == "-" or text[end : end + 1] == "-":
        return True
    return (
        text[start].isupper() and _NAME_BEFORE.search(text[max(0, start - 30) : start]) is not None
    )


@lru_cache(maxsize=1 << 16)
def _token_key(written: str, *, shouted: bool) -> str:
    if written[0].isdigit():
        return written.replace(",", "")
    plain = written.replace(".", "")
    plural = _ACRONYMS.fullmatch(plain)
    if plural:
        return plural[1]
    if _ACRONYM.fullmatch(plain) and (not shouted or "." in written):
        return plain
    lower = plain.lower()
    if lower in STOP_EN or not (lower.isascii() and lower.isalpha()):
        return lower
    return stem(lower)


@lru_cache(maxsize=1 << 17)
def token_number(key: str) -> int:
    """Return the number of a token: 32 bits of its digest, never 0.

    It is the same in every corpus, without a word list. Among 30,000 words, two share a number with
    a probability of 0.1; they then share their counts.
    """
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=4).digest(), "little") or 1


def tokens_between(tokens: Sequence[ModelToken | Token], start: int, end: int) -> list[int]:
    """Return the indices of the tokens that overlap the characters from start to end."""
    return [at for at, token in enumerate(tokens) if token.start < end and token.end > start]
