"""The record of a fact, and what finders of both languages share."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Kind = Literal[
    "number", "percent", "points", "times", "ordinal", "vague",
    "year", "month", "day", "quarter", "decade", "time", "name",
]  # fmt: skip
"""``points`` are percentage points, ``times`` multiples (三倍), ``vague`` is 数十 or "dozens"."""

RELATIVE = "relative"
"""The value of a year, month or day that is relative to today: 去年, "last year"."""

LATIN_UNITS = frozenset(
    "km kg m cm mm mw gw kw kwh gb tb mb mbps ha k v w hz ghz mhz teu".split()  # noqa: SIM905 # words
)
"""Units that stand right behind a number in both languages: ``3km`` is a number, ``5G`` a name."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A number, date or name: ``text[start:end]`` means ``value``.

    The value is a ``Decimal`` for numbers (4000亿 and "400 billion" are equal), ``"15:30"`` for a
    time, small letters for a name. A fact that is not ``strong`` is often left out or
    put in other words by a good translation: small numbers in words, vague ones, "first".
    """

    kind: Kind
    value: Decimal | str
    start: int
    end: int
    strong: bool = True


Handlers = Mapping[str, Callable[[re.Match[str]], Iterator[Fact]]]
"""A function for each named group of a pattern; the first group that matched decides."""


def scan(pattern: re.Pattern[str], handlers: Handlers, text: str) -> Iterator[Fact]:
    """Find the tokens of a text and read each by the handler of its group, in order."""
    for token in pattern.finditer(text):
        for name, read in handlers.items():
            if token[name] is not None:
                yield from read(token)
                break


def day_facts(token: re.Match[str], group: str) -> Iterator[Fact]:
    """Read a day in digits, year first: ``2023-03-05``."""
    kinds: tuple[Kind, ...] = ("year", "month", "day")
    for kind, part in zip(kinds, re.finditer(r"\d+", token[group]), strict=True):
        start = token.start() + part.start()
        yield Fact(kind, Decimal(part.group()), start, start + len(part.group()))
