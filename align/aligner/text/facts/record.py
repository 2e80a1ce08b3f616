"""The record of a fact, helpers of the finders of both languages, and the comparison of facts."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from string import ascii_letters
from typing import Literal

from ....records import Sides

Kind = Literal[
    "number", "percent", "points", "times", "ordinal", "vague",
    "year", "month", "day", "quarter", "decade", "time", "name",
]  # fmt: skip
"""``points`` are percentage points, ``times`` multiples (三倍), ``vague`` is 数十 or "dozens"."""

# Value of a year, month or day that is relative to today: 去年, "last year".
RELATIVE = "relative"

LATIN_UNITS = frozenset(
    "km kg m cm mm mw gw kw kwh gb tb mb mbps ha k v w hz ghz mhz teu".split()  # noqa: SIM905 # words
)
"""Units that directly follow a number in both languages: ``3km`` is a number, ``5G`` a name."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A number, date or name: ``text[start:end]`` means ``value``.

    The value is a ``Decimal`` for a number (4000亿 and "400 billion" are equal), a text such as
    ``"15:30"`` for a time, and lower-case text for a name. A good translation often omits or
    rephrases a fact that is not ``strong``: small numbers in words, vague numbers, "first".
    """

    kind: Kind
    value: Decimal | str
    start: int
    end: int
    strong: bool = True


# A function per named group of a pattern; the first group that matched is used.
Handlers = Mapping[str, Callable[[re.Match[str]], Iterable[Fact]]]


def scan(pattern: re.Pattern[str], handlers: Handlers, text: str) -> Iterator[Fact]:
    """Yield the facts of a text in order, each token read by the handler of its group."""
    for token in pattern.finditer(text):
        for name, read in handlers.items():
            if token[name] is not None:
                yield from read(token)
                break


def read_code(token: re.Match[str], *, strong: bool) -> Fact:
    """Return the fact in Latin letters with digits: a number with unit (``3km``), or a name."""
    value = token["code"]
    digits = value.rstrip(ascii_letters)
    if digits.isdecimal() and value[len(digits) :].lower() in LATIN_UNITS:
        return Fact("number", Decimal(digits), token.start(), token.start() + len(digits))
    return Fact("name", value.lower(), token.start(), token.end(), strong)


def day_facts(token: re.Match[str], group: str) -> Iterator[Fact]:
    """Yield year, month and day of a date in digits, year first: ``2023-03-05``.

    :param group: the group of the pattern that matched the date.
    """
    kinds: tuple[Kind, ...] = ("year", "month", "day")
    for kind, part in zip(kinds, re.finditer(r"\d+", token[group]), strict=True):
        start = token.start() + part.start()
        yield Fact(kind, Decimal(part.group()), start, start + len(part.group()))


@dataclass(frozen=True, slots=True)
class FactComparison:
    """Pairs of facts with the same meaning, Chinese first; and those missing in the other text."""

    matched: tuple[tuple[Fact, Fact], ...]
    missing: Sides[tuple[Fact, ...]]


MOST_ALIKE = 300
"""Facts of a text that are compared with all of the other; a row of a briefing has under ten."""

_COUNTS: frozenset[Kind] = frozenset(
    ["number", "ordinal", "quarter", "times", "year", "month", "day", "decade"]
)
_SHARES: frozenset[Kind] = frozenset(["percent", "points", "number"])
_DATES: frozenset[Kind] = frozenset(["year", "month", "day"])


def compare_facts(zh: Sequence[Fact], en: Sequence[Fact]) -> FactComparison:
    """Pair the facts of both texts, first the equal ones, then those that can mean the same.

    A value that one text repeats may occur once in the other. Kinds are compared as a translator
    would: 三 matches "third" and "3", 50% matches "half", 去年 matches "2022". Equal facts take
    linear time; of those without an equal one, only the first :data:`MOST_ALIKE` are compared.
    """
    partners = _Partners({}, {}, [])
    _pair_equal(zh, en, partners)
    left = [i for i in range(len(zh)) if i not in partners.zh]
    right = [j for j in range(len(en)) if j not in partners.en]
    if left or right:
        candidates = _add_known(zh, left), _add_known(en, right)
        for i, j in product(*candidates):
            if _is_alike(zh[i], en[j]):
                partners.join(i, zh[i], j, en[j])
    missing = Sides(
        tuple(fact for i, fact in enumerate(zh) if i not in partners.zh),
        tuple(fact for j, fact in enumerate(en) if j not in partners.en),
    )
    return FactComparison(tuple(partners.matched), missing)


@dataclass(frozen=True, slots=True)
class _Partners:
    """The partner of each fact that has one, by its number, and the pairs."""

    zh: dict[int, Fact]
    en: dict[int, Fact]
    matched: list[tuple[Fact, Fact]]

    def join(self, i: int, left: Fact, j: int, right: Fact) -> None:
        """Make two facts partners, unless both have one."""
        if i not in self.zh and j not in self.en:
            self.matched.append((left, right))
        elif RELATIVE in (left.value, right.value):
            return  # a "today" that translates 今天 does not translate 4月5日 as well
        self.zh.setdefault(i, right)
        self.en.setdefault(j, left)


def _pair_equal(zh: Sequence[Fact], en: Sequence[Fact], partners: _Partners) -> None:
    """Pair the facts of one kind and value: the first of both texts, the others with these."""
    places: dict[tuple[Kind, Decimal | str], list[int]] = {}
    for j, fact in enumerate(en):
        places.setdefault((fact.kind, fact.value), []).append(j)
    seen: Counter[tuple[Kind, Decimal | str]] = Counter()
    for i, fact in enumerate(zh):
        key = fact.kind, fact.value
        equal, number = places.get(key, []), seen[key]
        seen[key] += 1
        if fact.value == RELATIVE:  # each one time
            equal = equal[number : number + 1]
        elif number:
            equal = equal[:1]
        for j in equal:
            partners.join(i, fact, j, en[j])


def _add_known(facts: Sequence[Fact], left: Sequence[int]) -> list[int]:
    """Return the first facts without a partner, and the first with each kind and value, in order.

    Another fact of the same kind and value that has a partner cannot give a partner to any fact to
    which the first one gives none.
    """
    first = {(fact.kind, fact.value): i for i, fact in reversed([*enumerate(facts)])}
    return sorted({*left[:MOST_ALIKE], *sorted(first.values())[:MOST_ALIKE]})


def _is_alike(zh: Fact, en: Fact) -> bool:
    """Return whether two facts can mean the same although kind or value differ."""
    if RELATIVE in (zh.value, en.value):
        return zh.kind == en.kind and zh.kind in _DATES
    if isinstance(zh.value, str) or isinstance(en.value, str):
        return zh.kind == en.kind == "time" and _is_half_a_day_apart(str(zh.value), str(en.value))
    if zh.kind == en.kind == "times":
        return abs(zh.value - en.value) == 1
    kinds = {zh.kind, en.kind}
    low, high = sorted([zh.value, en.value])
    if low == high:
        return kinds <= _COUNTS or kinds <= _SHARES
    if kinds == {"percent", "number"}:  # 50% is "half"
        percent, number = (zh.value, en.value) if zh.kind == "percent" else (en.value, zh.value)
        return percent == number * 100
    # 数十 is "dozens" or "fifty": the same power of ten, or the next
    return "vague" in kinds and kinds <= {"vague", "number"} and low > 0 and high / low <= 20


def _is_half_a_day_apart(one: str, other: str) -> bool:
    """Return whether two times are equal on a 12-hour clock: 下午3:30 is "15:30"."""
    hour, minute = one.split(":")
    other_hour, other_minute = other.split(":")
    return minute == other_minute and (int(hour) - int(other_hour)) % 12 == 0
