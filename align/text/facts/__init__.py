"""Facts that a translation has to carry (numbers, dates, names), and conversion of numbers."""

import re
from dataclasses import dataclass
from decimal import Decimal

from ...records import Language
from ..dates import MONTHS
from . import en, zh
from .record import RELATIVE, Fact, FactComparison, Kind, compare_facts

__all__ = [
    "RELATIVE",
    "Conversion",
    "Fact",
    "FactComparison",
    "Kind",
    "compare_facts",
    "convert_numbers",
    "find_facts",
]

_FINDERS = {"zh": zh.find, "en": en.find}


def find_facts(text: str, language: Language) -> tuple[Fact, ...]:
    """Return the facts of a text, in the order of the text.

    >>> [(fact.kind, int(fact.value)) for fact in find_facts("增长3%，达到1.2万亿元", "zh")]
    [('percent', 3), ('number', 1200000000000)]
    """
    return tuple(_FINDERS[language](text))


_ENGLISH_SCALES = ((12, "trillion"), (9, "billion"), (6, "million"))
_CHINESE_SCALES = ((12, "万亿"), (8, "亿"), (4, "万"))
_CURRENCIES = {
    "人民币": "yuan", "美元": "US dollars", "欧元": "euros", "日元": "yen",
    "港元": "Hong Kong dollars", "英镑": "pounds", "卢布": "rubles", "韩元": "won", "元": "yuan",
}  # fmt: skip
_ENGLISH_CURRENCIES = {
    "yuan": "元", "RMB": "元", "US dollars": "美元", "U.S. dollars": "美元", "dollars": "美元",
    "euros": "欧元", "yen": "日元", "Hong Kong dollars": "港元", "pounds": "英镑", "rubles": "卢布",
}  # fmt: skip
_SIGNS = {"$": "美元", "€": "欧元", "£": "英镑", "¥": "元"}
_SIGN = re.compile(r"(?:US)?(?P<sign>[$€£¥])\s?\Z")


@dataclass(frozen=True, slots=True)
class Conversion:
    """``text[start:end]``, which is ``source``, and ``target``, the same in the other language."""

    start: int
    end: int
    source: str
    target: str


def convert_numbers(text: str, language: Language) -> tuple[Conversion, ...]:
    """Convert each number, percentage and month of a text to the other language.

    >>> [c.target for c in convert_numbers("总额达1.2万亿元，增长3.5%。", "zh")]
    ['1.2 trillion yuan', '3.5 percent']
    >>> [c.target for c in convert_numbers("It reached 400 billion yuan.", "en")]
    ['4000亿元']
    """
    say = _say_in_english if language == "zh" else _say_in_chinese
    return tuple(
        conversion
        for fact in _FINDERS[language](text)
        if (conversion := say(text, fact)) is not None and conversion.source != conversion.target
    )


def _say_in_english(text: str, fact: Fact) -> Conversion | None:
    if not isinstance(fact.value, Decimal) or fact.value == RELATIVE:
        return None
    end, currency = _unit_behind(text, fact.end, _CURRENCIES)
    value = fact.value
    simple = {
        "percent": f"{_plain(value)} percent",
        "points": f"{_plain(value)} percentage points",
        "month": MONTHS[int(value) - 1] if 1 <= value <= 12 else "",
    }.get(fact.kind)
    if simple:
        return _conversion(text, fact.start, fact.end, simple)
    if fact.kind != "number" or (value < 10 and not currency):
        return None
    said = _scaled(value, _ENGLISH_SCALES, " ", grouped=True)
    return _conversion(text, fact.start, end, f"{said} {currency}".strip())


def _say_in_chinese(text: str, fact: Fact) -> Conversion | None:
    if not isinstance(fact.value, Decimal):
        return None
    if fact.kind in ("percent", "points"):
        unit = "%" if fact.kind == "percent" else "个百分点"
        return _conversion(text, fact.start, fact.end, _plain(fact.value) + unit)
    if fact.kind == "month":
        return _conversion(text, fact.start, fact.end, f"{fact.value}月")
    if fact.kind != "number" or fact.value < 10:
        return None
    end, currency = _unit_behind(text, fact.end, _ENGLISH_CURRENCIES)
    sign = _SIGN.search(text, max(0, fact.start - 4), fact.start)
    start = sign.start() if sign else fact.start
    said = _scaled(fact.value, _CHINESE_SCALES, "", grouped=False)
    return _conversion(text, start, end, said + (_SIGNS[sign["sign"]] if sign else currency))


def _conversion(text: str, start: int, end: int, target: str) -> Conversion:
    return Conversion(start, end, text[start:end].strip(), target)


def _unit_behind(text: str, end: int, units: dict[str, str]) -> tuple[int, str]:
    rest = text[end : end + 24]
    blanks = len(rest) - len(rest.lstrip())
    for word, unit in units.items():
        if rest[blanks:].startswith(word):
            return end + blanks + len(word), unit
    return end, ""


def _scaled(value: Decimal, scales: tuple[tuple[int, str], ...], gap: str, *, grouped: bool) -> str:
    for power, word in scales:
        if value >= Decimal(10) ** power:
            return f"{_plain(value.scaleb(-power))}{gap}{word}"
    return f"{value.normalize():,f}" if grouped else _plain(value)


def _plain(value: Decimal) -> str:
    """Write a number without exponent and without zeros behind the point."""
    return f"{value.normalize():f}"
