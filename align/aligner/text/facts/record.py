"""The record of a fact, what finders of both languages share, and the comparison of two texts."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from string import ascii_letters
from typing import Literal

Kind = Literal[
    "number", "percent", "points", "times", "ordinal", "vague",
    "year", "month", "day", "quarter", "decade", "time", "name",
]  # fmt: skip
"""``points`` are percentage points, ``times`` multiples (三倍), ``vague`` is 数十 or "dozens"."""

# The value of a year, month or day that is relative to today: 去年, "last year".
RELATIVE = "relative"

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


# A function for each named group of a pattern; the first group that matched decides.
Handlers = Mapping[str, Callable[[re.Match[str]], Iterable[Fact]]]


def scan(pattern: re.Pattern[str], handlers: Handlers, text: str) -> Iterator[Fact]:
    """Find the tokens of a text and read each by the handler of its group, in order."""
    for token in pattern.finditer(text):
        for name, read in handlers.items():
            if token[name] is not None:
                yield from read(token)
                break


def read_code(token: re.Match[str], *, strong: bool) -> Fact:
    """Read Latin letters with digits: a number with its unit (``3km``), or a name (``5G``)."""
    value = token["code"]
    digits = value.rstrip(ascii_letters)
    if digits.isdecimal() and value[len(digits) :].lower() in LATIN_UNITS:
        return Fact("number", Decimal(digits), token.start(), token.start() + len(digits))
    return Fact("name", value.lower(), token.start(), token.end(), strong)


def day_facts(token: re.Match[str], group: str) -> Iterator[Fact]:
    """Read a day in digits, year first: ``2023-03-05``."""
    kinds: tuple[Kind, ...] = ("year", "month", "day")
    for kind, part in zip(kinds, re.finditer(r"\d+", token[group]), strict=True):
        start = token.start() + part.start()
        yield Fact(kind, Decimal(part.group()), start, start + len(part.group()))


@dataclass(frozen=True, slots=True)
class FactComparison:
    """Pairs of a zh and an en fact that mean the same, and the facts without a partner."""

    matched: tuple[tuple[Fact, Fact], ...]
    zh_missing: tuple[Fact, ...]
    en_missing: tuple[Fact, ...]


_COUNTS: frozenset[Kind] = frozenset(
    ["number", "ordinal", "quarter", "times", "year", "month", "day", "decade"]
)
_SHARES: frozenset[Kind] = frozenset(["percent", "points", "number"])
_DATES: frozenset[Kind] = frozenset(["year", "month", "day"])


def compare_facts(zh: Sequence[Fact], en: Sequence[Fact]) -> FactComparison:
    """Pair the facts of both sides, exact ones first.

    A value that one side repeats may stand once on the other. Kinds are compared as a
    translator would: 三 is "third" and "3", 50% is "half", 去年 is "2022".
    """
    zh_partner: dict[int, Fact] = {}
    en_partner: dict[int, Fact] = {}
    matched: list[tuple[Fact, Fact]] = []
    for same in (lambda zh, en: zh.kind == en.kind and zh.value == en.value, _is_alike):
        for i, left in enumerate(zh):
            for j, right in enumerate(en):
                if (i in zh_partner and j in en_partner) or not same(left, right):
                    continue
                if RELATIVE in (left.value, right.value) and (i in zh_partner or j in en_partner):
                    continue  # "today" that stands for 今天 does not stand for 4月5日 as well
                if i not in zh_partner and j not in en_partner:
                    matched.append((left, right))
                zh_partner.setdefault(i, right)
                en_partner.setdefault(j, left)
    return FactComparison(
        tuple(matched),
        tuple(fact for i, fact in enumerate(zh) if i not in zh_partner),
        tuple(fact for j, fact in enumerate(en) if j not in en_partner),
    )


def _is_alike(zh: Fact, en: Fact) -> bool:
    """Return whether two facts of different kinds, or told from today, can mean the same."""
    if RELATIVE in (zh.value, en.value):
        return zh.kind == en.kind and zh.kind in _DATES
    if isinstance(zh.value, str) or isinstance(en.value, str):
        if not zh.kind == en.kind == "time":
            return False  # of a clock of twelve hours: 下午3:30 is "15:30"
        (zh_hour, zh_minute), (en_hour, en_minute) = (str(t.value).split(":") for t in (zh, en))
        return zh_minute == en_minute and (int(zh_hour) - int(en_hour)) % 12 == 0
    if zh.kind == en.kind == "times":
        return abs(zh.value - en.value) == 1
    kinds, (low, high) = {zh.kind, en.kind}, sorted([zh.value, en.value])
    if low == high:
        return kinds <= _COUNTS or kinds <= _SHARES
    if kinds == {"percent", "number"}:  # 50% is "half"
        percent, number = (zh.value, en.value) if zh.kind == "percent" else (en.value, zh.value)
        return percent == number * 100
    # 数十 is "dozens" or "fifty": the same power of ten, or the next
    return "vague" in kinds and kinds <= {"vague", "number"} and low > 0 and high / low <= 20
