"""Values of Chinese and English numerals, and the calendar days that a text names."""

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import suppress
from decimal import Context, Decimal
from math import prod

_DIGITS = {character: index for index, character in enumerate("零一二三四五六七八九")}
_DIGITS |= {"〇": 0, "○": 0, "两": 2}
DIGITS = "零〇○一二三四五六七八九"  # Chinese digits, for use inside ``[...]``
# A pattern: Arabic digits, with commas and a decimal point.
PLAIN_NUMBER = r"(?:\d{1,3}(?:,\d{3})++(?!\d)|\d++)(?:\.\d++)?+"

_UNITS = {"十": 10, "百": 100, "千": 1000}
_BIG = {"万": 10**4, "亿": 10**8}
_PART = re.compile(r"\d[\d,]*(?:\.\d+)?|.", re.DOTALL)

LONGEST = 40  # maximum characters of a numeral; 10**12 with four decimals has 17


def quotient(above: Decimal, below: Decimal) -> Decimal:
    """Return a quotient of six significant digits, so a third is equal in both languages."""
    return Context(prec=6).divide(above, below).normalize()


def chinese_value(numeral: str) -> Decimal | None:
    """Return the value of a Chinese numeral such as 两千三百万, 1.2万亿, 三点五亿 or 二〇二三.

    :return: ``None`` if it is not a number: also for two digits before a unit (二三十, "twenty or
        thirty") and for more than ``LONGEST`` characters.
    """
    if len(numeral) > LONGEST:
        return None
    whole, point, rest = numeral.replace(" ", "").partition("点")
    if all(character in _DIGITS for character in whole) and len(whole) > 1:
        if len(whole) == 2 and not set(whole) & set("零〇○"):  # 七八 means "seven or eight"
            return None
        value: Decimal | None = Decimal("".join(str(_DIGITS[digit]) for digit in whole))
    else:
        value = _read_units(whole)
    if value is None or not point:
        return value
    fraction = rest.rstrip("万亿")
    if not fraction or not set(fraction) <= set(_DIGITS):
        return None
    value += Decimal("0." + "".join(str(_DIGITS[digit]) for digit in fraction))
    return value * prod(_BIG[unit] for unit in rest[len(fraction) :])


def _read_units(numeral: str) -> Decimal | None:
    """Return the value of a numeral with units, such as 两千三百万; ``None`` if it has none.

    ``section`` is the number before the next 万 or 亿, ``total`` the sum of finished sections, and
    ``digit`` a number that waits for its unit.
    """
    total = Decimal(0)
    section = Decimal(0)
    digit: Decimal | None = None
    unit = 1
    smallest = 10**20  # the smallest of 万 and 亿 so far
    for part in _PART.findall(numeral):
        if part in _UNITS:
            unit = _UNITS[part]
            section += (Decimal(1) if digit is None else digit) * unit
            digit = None
        elif part in _BIG:
            unit = _BIG[part]
            section += digit or 0
            if unit >= smallest:  # 万亿 and 万万 multiply everything before them
                total = (total + section) * unit
            else:
                total += section * unit
            section = Decimal(0)
            digit = None
            smallest = unit
        elif part in "零〇○":
            unit = 1
        elif digit is not None:
            return None
        else:
            digit = _read_digits(part)
            if digit is None:
                return None
    return total + section + _scale_last(digit or Decimal(0), unit)


def _read_digits(part: str) -> Decimal | None:
    if part in _DIGITS:
        return Decimal(_DIGITS[part])
    if part[0].isdecimal():
        return Decimal(part.replace(",", ""))
    return None


def _scale_last(last: Decimal, unit: int) -> Decimal:
    """Return the value of a last digit without unit: 一万二 is 12,000, 一万零二 is 10,002."""
    if unit >= 100 and last < 10 and last == int(last):
        return last * (unit // 10)
    return last


ONES = "one two three four five six seven eight nine".split()  # noqa: SIM905 # words
TEENS = [
    *("ten eleven twelve thirteen fourteen fifteen".split()),  # noqa: SIM905 # words
    *("sixteen seventeen eighteen nineteen".split()),  # noqa: SIM905 # words
]
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()  # noqa: SIM905 # words
SCALES = {
    "dozen": Decimal(12), "hundred": Decimal(100), "thousand": Decimal(1000),
    "million": Decimal(10**6), "billion": Decimal(10**9), "trillion": Decimal(10**12),
    "mln": Decimal(10**6), "bn": Decimal(10**9), "bln": Decimal(10**9), "trn": Decimal(10**12),
    "tn": Decimal(10**12),
}  # fmt: skip
_WORDS = {word: index for index, word in enumerate(ONES + TEENS, 1)}
_WORDS |= {word: 10 * index for index, word in enumerate(TENS, 2)}
_WORDS |= {"a": 1, "an": 1, "zero": 0}


def english_value(words: str) -> Decimal:
    """Return the value of number words such as "two hundred and five thousand", "1.2 trillion"."""
    total = Decimal(0)
    section = Decimal(0)
    for word in re.findall(r"[a-z]+|\d[\d,]*(?:\.\d+)?", words.lower()):
        if word[0].isdigit():
            section += Decimal(word.replace(",", ""))
        elif word in _WORDS:
            section += _WORDS[word]
        elif word in ("hundred", "dozen"):
            section = (section or 1) * SCALES[word]
        elif word in SCALES:
            total += (section or 1) * SCALES[word]
            section = Decimal(0)
    return total + section


MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
ISO_DATE = r"(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}(?!\d)"  # a day in digits, year first

_YEAR = r"(?P<y>(?:19|20)\d\d)"
_DAY = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?"
_MONTH = (
    r"(?P<m>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|"
    r"Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
_NUMERAL = f"[{DIGITS}十]"

_FULL = (
    re.compile(rf"{_MONTH}\s*{_DAY},?\s+{_YEAR}\b", re.I),
    re.compile(rf"\b{_DAY}\s+{_MONTH},?\s+{_YEAR}", re.I),
    re.compile(rf"{_YEAR}\s*年\s*(?P<m>\d{{1,2}})\s*月\s*(?P<d>\d{{1,2}})\s*日"),
    re.compile(
        rf"(?P<y>[一二]{_NUMERAL}{{3}})年(?P<m>{_NUMERAL}{{1,2}})月(?P<d>{_NUMERAL}{{1,3}})日"
    ),
    re.compile(rf"\b{_YEAR}[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}})(?!\d)"),
)
_YEARLESS = (
    re.compile(rf"{_MONTH}\s*{_DAY}\b(?!,?\s*(?:19|20)\d\d)", re.I),
    re.compile(r"(?<![年\d])(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*日"),
    re.compile(rf"(?<![年{DIGITS}十])(?P<m>{_NUMERAL}{{1,2}})月(?P<d>{_NUMERAL}{{1,3}})日"),
)
# Text that may surround a lone date: weekday, hour, punctuation.
_AROUND = re.compile(
    r"[\s,，.()（）|:：;]|星期.|周[一二三四五六日]|上午|下午|[ap]\.?m\.?|\d{1,2}[:：]\d\d|\d{1,2}[时時点點]|"
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day",
    re.I,
)


def find_dates(text: str, *, year: int | None = None) -> tuple[dt.date, ...]:
    """Return the days that a text names, in order.

    :param year: the year of days without one; without it, such days are skipped.

    >>> find_dates("Beijing | 11:30 a.m. March 5, 2024")
    (datetime.date(2024, 3, 5),)
    >>> find_dates("会议于3月5日举行", year=2024)
    (datetime.date(2024, 3, 5),)
    """
    text = text.translate(_FULL_WIDTH)
    return tuple(day for _, _, day in sorted(_days(text, year)))


# 20310412 as part of a file name
_EIGHT_DIGITS = re.compile(r"(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)")


def find_name_date(name: str) -> dt.date | None:
    """Return the day in a file name without its suffix; ``None`` if it names none or several.

    >>> find_name_date("20310412 新闻稿"), find_name_date("report_2031-04-12_final")
    (datetime.date(2031, 4, 12), datetime.date(2031, 4, 12))
    """
    days = set(find_dates(_EIGHT_DIGITS.sub(r"\1-\2-\3", name).replace("_", " ")))
    return days.pop() if len(days) == 1 else None


def parse_lone_date(text: str) -> dt.date | None:
    """Return the day if a text is only a day, with or without weekday and hour; else ``None``."""
    if len(text) > 60:
        return None
    text = text.translate(_FULL_WIDTH)
    for start, end, day in _days(text, None):
        return None if _AROUND.sub("", text[:start] + text[end:]) else day
    return None


def month_number(name: str) -> int | None:
    """Return the number of an English month by its first three letters, or ``None``.

    >>> month_number("Sept."), month_number("9")
    (9, None)
    """
    starts = [month[:3].lower() for month in MONTHS]
    start = name[:3].lower()
    return starts.index(start) + 1 if start in starts else None


def _days(text: str, year: int | None) -> Iterator[tuple[int, int, dt.date]]:
    """Yield start, end and day of each date, by pattern; skip days that do not exist."""
    for pattern in _FULL if year is None else (*_FULL, *_YEARLESS):
        for match in pattern.finditer(text):
            named = match.groupdict()
            month = month_number(named["m"]) or chinese_value(named["m"])
            parts = chinese_value(named.get("y") or str(year)), month, chinese_value(named["d"])
            with suppress(TypeError, ValueError):  # a part is not a number, or the day is invalid
                day = dt.date(*(int(part) for part in parts if part is not None))
                yield match.start(), match.end(), day
