"""Text in either language, in; the calendar days that it names, out."""

import datetime as dt
import re
from collections.abc import Iterator

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<m>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|"
    r"Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_HAN_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
_HAN_NUMBER = r"[〇零○一二三四五六七八九十]"

_FULL = (
    re.compile(_MONTH + r"\s*(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y>(?:19|20)\d\d)\b", re.I),
    re.compile(
        r"\b(?P<d>\d{1,2})(?:st|nd|rd|th)?\s+" + _MONTH + r",?\s+(?P<y>(?:19|20)\d\d)", re.I
    ),
    re.compile(r"(?P<y>(?:19|20)\d\d)\s*年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*日"),
    re.compile(
        rf"(?P<y>[一二]{_HAN_NUMBER}{{3}})年(?P<m>{_HAN_NUMBER}{{1,2}})月"
        rf"(?P<d>{_HAN_NUMBER}{{1,3}})日"
    ),
    re.compile(r"\b(?P<y>(?:19|20)\d\d)[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)"),
)
_YEARLESS = (
    re.compile(_MONTH + r"\s*(?P<d>\d{1,2})(?:st|nd|rd|th)?\b(?!,?\s*(?:19|20)\d\d)", re.I),
    re.compile(r"(?<![年\d])(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*日"),
    re.compile(
        rf"(?<![年〇零○一二三四五六七八九十])(?P<m>{_HAN_NUMBER}{{1,2}})月(?P<d>{_HAN_NUMBER}{{1,3}})日"
    ),
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
    return tuple(day for _, _, day in sorted(_found(text, year)))


def only_date(text: str) -> dt.date | None:
    """Return the day when a text is nothing but a day (weekday and hour may stand with it)."""
    if len(text) > 60:
        return None
    text = text.translate(_FULL_WIDTH)
    found = next(iter(_found(text, None)), None)
    if found is None:
        return None
    start, end, day = found
    return None if _AROUND.sub("", text[:start] + text[end:]) else day


def _found(text: str, year: int | None) -> Iterator[tuple[int, int, dt.date]]:
    for pattern in _FULL:
        for match in pattern.finditer(text):
            day = _day(int(match["y"].translate(_HAN_DIGITS)), match)
            if day:
                yield match.start(), match.end(), day
    if year is None:
        return
    for pattern in _YEARLESS:
        for match in pattern.finditer(text):
            day = _day(year, match)
            if day:
                yield match.start(), match.end(), day


def _day(year: int, match: re.Match[str]) -> dt.date | None:
    try:
        return dt.date(year, _month(match["m"]), han_number(match["d"]))
    except ValueError:
        return None


def _month(text: str) -> int:
    lowered = text[:3].lower()
    return _MONTHS.index(lowered) + 1 if lowered in _MONTHS else han_number(text)


def han_number(text: str) -> int:
    """Return the value of digits or of a Chinese number below 100.

    >>> han_number("二十三"), han_number("十"), han_number("7")
    (23, 10, 7)
    """
    if "十" in text:
        tens, _, ones = text.partition("十")
        return 10 * han_number(tens or "一") + (han_number(ones) if ones else 0)
    return int(text.translate(_HAN_DIGITS))
