"""Amounts that two languages write in different ways: shares, multiples, durations, times, ages.

"Seven out of ten" is 七成 or 70%, 一刻钟 is "fifteen minutes", 打七折 is "30 percent off". The
checks compare these before they report a number as missing. The aligner does not use them.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Literal

from ....records import Language
from ..dates import ONES, TEENS, TENS, chinese_value, english_value, quotient
from .record import MOST_ALIKE, Fact

AmountKind = Literal["share", "times", "minutes", "months", "hour", "age", "dozens", "count"]


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in ``text[start:end]``: a share of 1, a multiple, a duration, a count.

    ``hour`` is the minutes after twelve on a clock, ``age`` the first of ten years.
    """

    kind: AmountKind
    value: Decimal
    start: int
    end: int


def find_amounts(text: str, facts: Iterable[Fact], language: Language) -> tuple[Amount, ...]:
    """Return the amounts of a text.

    :param facts: the facts of the text; percentages and multiples are amounts, too.

    >>> [(one.kind, float(one.value)) for one in find_amounts("七成半，一个半小时", (), "zh")]
    [('share', 0.75), ('minutes', 90.0)]
    """
    patterns = _CHINESE if language == "zh" else _ENGLISH
    return (*_amounts_of_facts(facts), *_read(patterns, text))


def find_unmatched(
    facts: Sequence[Fact], own: Sequence[Amount], others: Sequence[Amount]
) -> list[Fact]:
    """Return the facts that are part of no amount that the other text has, too.

    :param own: the amounts of the text of the facts.
    """
    known = {(one.kind, one.value) for one in others}
    shared = [one for one in own if (one.kind, one.value) in known]
    return [fact for fact in facts if not any(_overlaps(fact, one) for one in shared)]


def _overlaps(fact: Fact, amount: Amount) -> bool:
    return fact.start < amount.end and amount.start < fact.end


def _amounts_of_facts(facts: Iterable[Fact]) -> Iterator[Amount]:
    for fact in facts:
        for kind, value in _read_fact(fact):
            yield Amount(kind, value, fact.start, fact.end)


def _read_fact(fact: Fact) -> Iterator[tuple[AmountKind, Decimal]]:
    """Yield what a fact means as an amount; growth by 100% doubles."""
    value = fact.value
    if fact.kind == "time":
        yield "hour", _after_twelve(str(value))
    elif not isinstance(value, Decimal):
        return
    elif fact.kind == "percent":
        yield "share", quotient(value, Decimal(100))
        yield "times", quotient(value, Decimal(100)) if value != 100 else Decimal(2)
    elif fact.kind == "times":
        yield "times", value
    elif fact.kind in ("number", "ordinal"):
        yield "share" if 0 < value < 1 else "count", value


def _after_twelve(time: str) -> Decimal:
    hour, minute = map(int, time.split(":"))
    return Decimal(60 * (hour % 12) + minute)


_Reader = Callable[[re.Match[str]], Iterable[tuple[AmountKind, Decimal | None]]]
_Patterns = tuple[tuple[re.Pattern[str], _Reader], ...]


def _read(patterns: _Patterns, text: str) -> Iterator[Amount]:
    for pattern, read in patterns:
        for found in islice(pattern.finditer(text), MOST_ALIKE):
            for kind, value in read(found):
                if value is not None:
                    yield Amount(kind, value, *found.span())


def _share(part: Decimal | None, whole: Decimal | None) -> Iterator[tuple[AmountKind, Decimal]]:
    if part is not None and whole and part <= whole:
        yield "share", quotient(part, whole)
        yield "count", part


# --- Chinese --------------------------------------------------------------------------------------

_ZH_NUMBER = r"\d{1,12}+(?:\.\d{1,6}+)?+|[零〇一二两三四五六七八九十百千万]{1,12}+"
_ZH_MINUTES = {
    "分钟": 1,
    "刻钟": 15,
    "小时": 60,
    "钟头": 60,
    "天": 1440,
    "日": 1440,
    "周": 10080,
    "星期": 10080,
    "礼拜": 10080,
}
_ZH_MONTHS = {"月": 1, "年": 12, "世纪": 1200}
_ZH_UNITS = "|".join(sorted([*_ZH_MINUTES, *_ZH_MONTHS], key=len, reverse=True))


def _tenths(found: re.Match[str]) -> Iterator[tuple[AmountKind, Decimal]]:
    """Yield the share of 七成 (0.7), 六成半 (0.65) or 九成九 (0.99)."""
    whole = chinese_value(found["tenths"])
    rest = Decimal(5) if found["rest"] == "半" else chinese_value(found["rest"] or "零")
    if whole is not None and rest is not None and whole <= 10:
        yield "share", quotient(10 * whole + rest, Decimal(100))


def _discount(found: re.Match[str]) -> Iterator[tuple[AmountKind, Decimal]]:
    """Yield what is paid and what is saved at 打七折 (0.7, 0.3) or 打八五折 (0.85, 0.15)."""
    digits = [chinese_value(digit) for digit in found["paid"] if digit != "."]
    if None in digits or len(digits) > 2:
        return
    paid = sum((digit or 0) * Decimal(10) ** -at for at, digit in enumerate(digits, 1))
    yield "share", quotient(Decimal(paid), Decimal(1))
    yield "share", quotient(1 - Decimal(paid), Decimal(1))


def _of_each(found: re.Match[str]) -> Iterator[tuple[AmountKind, Decimal]]:
    yield from _share(chinese_value(found["part"]), chinese_value(found["whole"]))


def _chinese_duration(found: re.Match[str]) -> Iterator[tuple[AmountKind, Decimal]]:
    count = Decimal("0.5") if found["count"] == "半" else chinese_value(found["count"])
    if count is None:
        return
    if found["half"] or found["half_after"]:
        count += Decimal("0.5")
    yield from _duration(count, found["unit"], _ZH_MINUTES, _ZH_MONTHS)


def _duration(
    count: Decimal, unit: str, minutes: dict[str, int], months: dict[str, int]
) -> Iterator[tuple[AmountKind, Decimal]]:
    if unit in minutes:
        yield "minutes", (count * minutes[unit]).normalize()
    else:
        yield "months", (count * months[unit]).normalize()


def _old_numeral(found: re.Match[str]) -> Iterator[tuple[AmountKind, Decimal]]:
    """Yield the number of 半百 (50), 廿五 (25) or 卅 (30)."""
    if found[0] == "半百":
        yield "count", Decimal(50)
        return
    rest = chinese_value(found["ones"] or "零")
    if rest is not None:
        yield "count", rest + (20 if found["tens"] == "廿" else 30)


def _twelve(_found: re.Match[str]) -> Iterator[tuple[AmountKind, Decimal]]:
    yield "hour", Decimal(0)


def _about(found: re.Match[str]) -> Iterator[tuple[AmountKind, Decimal]]:
    """Yield the ages of 四十来岁, and the dozens near 二十多."""
    value = chinese_value(found["count"])
    if value is None or value % 10:
        return
    if found["age"]:
        yield "age", value
    dozens = (value + 6) // 12
    if abs(12 * dozens - value) <= 6:
        yield "dozens", dozens


_CHINESE: _Patterns = (
    (
        re.compile(r"(?P<tenths>[\d一二两三四五六七八九十])成(?P<rest>[半一二三四五六七八九])?"),
        _tenths,
    ),
    (re.compile(r"打(?P<paid>[\d.一二三四五六七八九]{1,3})折"), _discount),
    (
        re.compile(
            rf"每?(?P<whole>{_ZH_NUMBER})[个名位家户人]\w{{0,6}}?[中里内当](?:中)?(?:就)?有(?P<part>{_ZH_NUMBER})"
        ),
        _of_each,
    ),
    (
        re.compile(
            rf"(?P<count>半|{_ZH_NUMBER})个?(?P<half>半)?(?P<unit>{_ZH_UNITS})(?P<half_after>半(?!年))?"
        ),
        _chinese_duration,
    ),
    (re.compile(r"半百|(?P<tens>[廿卅])(?P<ones>[一二三四五六七八九])?"), _old_numeral),
    (re.compile(r"(?:十二|12)[点时](?!\d)(?:整|钟)?"), _twelve),
    (
        re.compile(
            r"(?P<count>\d{1,6}+|[零一二两三四五六七八九十]{1,6}+)[多余来几]个?(?P<age>岁)?"
        ),
        _about,
    ),
)

# --- English --------------------------------------------------------------------------------------

_EN_ONES = "|".join([*sorted([*TEENS, *ONES], key=len, reverse=True)])
_EN_NUMBER = (
    r"\d+(?:\.\d+)?|(?:(?:an?|one|ten)\s)?(?:hundred|thousand)"
    rf"|(?:{'|'.join(TENS)})(?:[\s-](?:{'|'.join(ONES)}))?|{_EN_ONES}"
)
_PARTS = {
    "half": 2,
    "third": 3,
    "quarter": 4,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
}
_EN_MINUTES = {"minute": 1, "hour": 60, "day": 1440, "week": 10080, "fortnight": 20160}
_EN_MONTHS = {
    "month": 1,
    "year": 12,
    "decade": 120,
    "century": 1200,
    "centurie": 1200,
    "millennium": 12000,
}
_EN_UNITS = "|".join([*_EN_MINUTES, *_EN_MONTHS])
_ARTICLES = ("a", "an", "one", "the", "every", "each", "per")


def _value_of(words: str) -> Decimal | None:
    """Return the value of English number words or digits."""
    words = " ".join(words.lower().replace("-", " ").split())
    if words in ("hundred", "thousand"):
        words = f"one {words}"
    value = english_value(words)
    return value or None


def _out_of(found: re.Match[str]) -> Iterator[tuple[AmountKind, Decimal]]:
    yield from _share(_value_of(found["part"]), _value_of(found["whole"]))


def _part(found: re.Match[str]) -> Iterator[tuple[AmountKind, Decimal]]:
    yield "share", quotient(Decimal(1), Decimal(_PARTS[found["part"].lower()]))


def _saved(found: re.Match[str]) -> Iterator[tuple[AmountKind, Decimal]]:
    value = _value_of(found["saved"])
    if value is not None and value < 100:
        yield "share", quotient(value, Decimal(100))


def _english_duration(found: re.Match[str]) -> Iterator[tuple[AmountKind, Decimal]]:
    words = found["count"].lower()
    if "quarter" in words:
        count: Decimal | None = Decimal("0.75" if words.startswith("three") else "0.25")
    elif words.startswith("half"):
        count = Decimal("0.5")
    else:
        count = Decimal(1) if words in _ARTICLES else _value_of(words)
    if count is None:
        return
    if found["half"] or found["half_after"]:
        count += Decimal("0.5")
    yield from _duration(count, found["unit"].lower(), _EN_MINUTES, _EN_MONTHS)


def _whole_day(_found: re.Match[str]) -> Iterator[tuple[AmountKind, Decimal]]:
    yield "minutes", Decimal(1440)


def _clock(found: re.Match[str]) -> Iterator[tuple[AmountKind, Decimal]]:
    """Yield the time of "half past three" or "a quarter to four"."""
    hour = _value_of(found["hour"])
    if hour is None:
        return
    minutes = Decimal(30 if found["part"].lower() == "half" else 15)
    sign = -1 if found["side"].lower() == "to" else 1
    yield "hour", (60 * hour + sign * minutes) % 720


def _dozens(found: re.Match[str]) -> Iterator[tuple[AmountKind, Decimal]]:
    value = _value_of(found["count"])
    if value is not None:
        yield "dozens", value


def _decade_of_life(found: re.Match[str]) -> Iterator[tuple[AmountKind, Decimal]]:
    tens = found["tens"].lower().removesuffix("ies") + "y"
    yield "age", english_value(tens)


_ENGLISH: _Patterns = (
    (
        re.compile(
            rf"\b(?P<part>{_EN_NUMBER})[\s-](?:out\sof|in|per)[\s-](?:every\s|each\s)?(?P<whole>{_EN_NUMBER})\b",
            re.IGNORECASE,
        ),
        _out_of,
    ),
    (re.compile(rf"\b(?:an?|one)[\s-](?P<part>{'|'.join(_PARTS)})\b", re.IGNORECASE), _part),
    (
        re.compile(
            rf"\b(?P<saved>{_EN_NUMBER})(?:\s?%|\spercent|\sper\scent)\s(?:off|discount)\b",
            re.IGNORECASE,
        ),
        _saved,
    ),
    (
        re.compile(
            rf"\b(?P<count>half\san?|(?:an?|three)\squarters?\sof\san?|{'|'.join(_ARTICLES)}|{_EN_NUMBER})"
            rf"(?P<half>\sand\sa\shalf)?[\s-](?P<unit>{_EN_UNITS})s?\b(?P<half_after>\sand\sa\shalf)?",
            re.IGNORECASE,
        ),
        _english_duration,
    ),
    (re.compile(rf"\b(?P<count>{_EN_NUMBER})\sdozen\b", re.IGNORECASE), _dozens),
    (re.compile(r"\bround\sthe\sclock\b", re.IGNORECASE), _whole_day),
    (re.compile(r"\b(?:noon|midnight)\b", re.IGNORECASE), _twelve),
    (
        re.compile(
            rf"\b(?P<part>half|quarter)\s(?P<side>past|to|after)\s(?P<hour>{_EN_NUMBER})\b",
            re.IGNORECASE,
        ),
        _clock,
    ),
    (
        re.compile(
            r"\b(?P<tens>twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties)\b",
            re.IGNORECASE,
        ),
        _decade_of_life,
    ),
)
