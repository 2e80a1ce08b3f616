"""Calendar days that a text of either language names."""

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import suppress

from .numerals import DIGITS, chinese_value

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
ISO_DATE = r"(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}(?!\d)"
"""A day in digits, year first."""

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
_AROUND = re.compile(
    r"[\s,，.()（）|:：;]|星期.|周[一二三四五六日]|上午|下午|[ap]\.?m\.?|\d{1,2}[:：]\d\d|\d{1,2}[时時点點]|"
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day",
    re.I,
)


def find_dates(text: str, *, year: int | None = None) -> tuple[dt.date, ...]:
    """Return the days that a text names, in order; ``year`` completes days without one.

    >>> find_dates("Beijing | 11:30 a.m. March 5, 2024")
    (datetime.date(2024, 3, 5),)
    >>> find_dates("会议于3月5日举行", year=2024)
    (datetime.date(2024, 3, 5),)
    """
    text = text.translate(_FULL_WIDTH)
    return tuple(day for _, _, day in sorted(_days(text, year)))


def parse_lone_date(text: str) -> dt.date | None:
    """Return the day when a text is nothing but a day (weekday and hour may stand with it)."""
    if len(text) > 60:
        return None
    text = text.translate(_FULL_WIDTH)
    for start, end, day in _days(text, None):
        return None if _AROUND.sub("", text[:start] + text[end:]) else day
    return None


def month_number(name: str) -> int | None:
    """Return the number of an English month, of which three letters are enough; else ``None``.

    >>> month_number("Sept."), month_number("9")
    (9, None)
    """
    starts = [month[:3].lower() for month in MONTHS]
    start = name[:3].lower()
    return starts.index(start) + 1 if start in starts else None


def _days(text: str, year: int | None) -> Iterator[tuple[int, int, dt.date]]:
    for pattern in _FULL if year is None else (*_FULL, *_YEARLESS):
        for match in pattern.finditer(text):
            named = match.groupdict()
            month = month_number(named["m"]) or chinese_value(named["m"])
            parts = chinese_value(named.get("y") or str(year)), month, chinese_value(named["d"])
            with suppress(TypeError, ValueError):  # a part that is no number, or no such day
                day = dt.date(*(int(part) for part in parts if part is not None))
                yield match.start(), match.end(), day
