"""The facts that a translation must keep (numbers, dates, names), and conversion of numbers."""

import re
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files

from ....records import Language
from ..chinese import HAN
from ..dates import MONTHS
from ..pinyin import cut_syllables, latin_key
from . import en, zh
from .record import RELATIVE, Fact, compare_facts

__all__ = ["RELATIVE", "Fact", "compare_facts", "convert_numbers", "find_facts"]

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
    """A number in both languages: ``source`` is ``text[start:end]``, ``target`` its translation."""

    start: int
    end: int
    source: str
    target: str


def convert_numbers(text: str, language: Language) -> tuple[Conversion, ...]:
    """Return each number, percentage and month of a text, written in the other language.

    >>> [c.target for c in convert_numbers("总额达1.2万亿元，增长3.5%。", "zh")]
    ['1.2 trillion yuan', '3.5 percent']
    >>> [c.target for c in convert_numbers("It reached 400 billion yuan.", "en")]
    ['4000亿元']
    """
    convert = _write_in_english if language == "zh" else _write_in_chinese
    conversions = (convert(text, fact) for fact in _FINDERS[language](text))
    return tuple(c for c in conversions if c is not None and c.source != c.target)


def _write_in_english(text: str, fact: Fact) -> Conversion | None:
    if not isinstance(fact.value, Decimal):
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
    number = _scaled(value, _ENGLISH_SCALES, " ", grouped=True)
    return _conversion(text, fact.start, end, f"{number} {currency}".strip())


def _write_in_chinese(text: str, fact: Fact) -> Conversion | None:
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
    number = _scaled(fact.value, _CHINESE_SCALES, "", grouped=False)
    return _conversion(text, start, end, number + (_SIGNS[sign["sign"]] if sign else currency))


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
    """Return a number without exponent and without trailing zeros."""
    return f"{value.normalize():f}"


_CAPITAL = re.compile(r"\b[A-ZÀ-Þ][\wÀ-ÿ]*+(?:(?!['’]s\b)['’-][\wÀ-ÿ]++)*+")


def find_latin_names(en_text: str) -> tuple[Fact, ...]:
    """Return the capitalised words that are valid pinyin; the value is the word's key."""
    names: list[Fact] = []
    for word in _CAPITAL.finditer(en_text):
        key = latin_key(word.group())
        syllables = cut_syllables(key)
        if syllables:
            names.append(Fact("name", key, *word.span(), strong=len(syllables) > 1))
    return tuple(names)


def find_full_names(en_text: str) -> tuple[Fact, ...]:
    """Return the names of two or more words that are valid pinyin: "Lin Ruolan".

    The value joins the keys of the words. A name begins or ends with a surname of one syllable
    ("China Sea" does not), and does not begin with a common English word such as "He".
    """
    groups: list[list[Fact]] = []
    for word in find_latin_names(en_text):
        if groups and en_text[groups[-1][-1].end : word.start] == " ":
            groups[-1].append(word)
        elif word.value not in _NO_SURNAMES:
            groups.append([word])
    names = (
        Fact("name", " ".join(str(word.value) for word in group), group[0].start, group[-1].end)
        for group in groups
        if len(group) > 1 and not (group[0].strong and group[-1].strong)
    )
    return tuple(name for name in names if name.value != "hong kong")


_NO_SURNAMES = frozenset("he she me a an can man men you ran o e me long song".split())  # noqa: SIM905 # words


_SURNAMES = "".join(files(__package__).joinpath("surnames.txt").read_text("utf-8").split())
_TITLES = (
    "先生|女士|同志|总理|總理|主席|书记|書記|主任|委员|委員|国务委员|發言人|发言人|记者|記者|总裁|總裁|经理|經理"
    "|教授|博士|老师|老師|大使|副?[部局司省市县縣外院校会會站所处處科船馆館][长長]|秘书长|秘書長|副主任|副主席"
)
_PERSON = re.compile(
    rf"""(?:(?<=先生|女士|同志|总理|總理|主席|书记|書記|主任|委员|委員|大使)|(?<=[长長人])
      |(?<=[、，。：:；！？“”,\s（(和与與向对對把被让讓叫给給跟是请請由])|\A)
    [{_SURNAMES}][{HAN}]{{1,2}}?
    (?={_TITLES}|[、，。：:；！？“”,.\s（()）说說道问問笑答喊想看听聽站走坐来來去在将將会會已也又就还還却卻是的和与與及等表
      指介强強认認对對向把被让讓给給出同有摇搖点點一]|\Z)""",
    re.VERBOSE,
)
_NO_PERSON = re.compile(
    r"[的了是在我他她你它们不有个这那就来去里么也都上下会可一二三四五六七八九十年月日大小人者反姑且此其些因所然先]"
)


def find_chinese_names(zh_text: str) -> tuple[Fact, ...]:
    """Return the probable personal names of a Chinese text, by surname and surrounding words."""
    return tuple(
        Fact("name", person.group(), person.start(), person.end(), strong=False)
        for person in _PERSON.finditer(zh_text)
        if not _NO_PERSON.search(person.group())
    )
