"""Addresses of two language versions: what is left without the language, and their numbers."""

import math
import re

# Parts of an address that name a language: /eng/, zh-CN, _en, english.press.example, p12c.htm.
_LANGUAGE = re.compile(
    r"(?<![a-z0-9])(?:mfa_)?(?:zh|cn|chn|chs|cht|zho|chi|chinese|zh[-_]?(?:cn|hans|hant|tw|hk|sg)|"
    r"en|eng|english|en[-_]?(?:us|gb|uk)|sc|tc|gb|big5|www|web)(?![a-z0-9])"
)
_LETTER = re.compile(r"(?<=\d)[ce](?=\.\w+$|$)")
_MARKS = re.compile(r"[-_./]+")
_NUMBER = re.compile(r"\d{3,18}")


def bare_address(key: str) -> str:
    """Return the key of an address without its language.

    >>> bare_address("press.example/zh-CN/a/12.html") == bare_address("press.example/en/a/12.html")
    True
    """
    text = _LETTER.sub("", key.casefold())
    return _MARKS.sub("/", _LANGUAGE.sub("", text)).strip("/")


def last_number(key: str) -> int:
    """Return the last number of three digits or more in an address, or 0."""
    numbers = _NUMBER.findall(key.rpartition("/")[2])
    return int(numbers[-1]) if numbers else 0


def number_nearness(one: str, two: str) -> float:
    """Return how near the numbers of two addresses are: 1 for the same, 0 from 1,000 on.

    >>> number_nearness("p.example/t1001.html", "p.example/en/t1001.html")
    1.0
    """
    ours, theirs = last_number(one), last_number(two)
    if not ours or not theirs:
        return 0.0
    return max(0.0, 1 - math.log10(1 + abs(ours - theirs)) / 3)
