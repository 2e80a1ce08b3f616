"""Numbers and dates of a workbook, written as a spreadsheet shows them.

Only the parts of a number format that change what is read are applied: digits, percent, literal
text, and the parts of a date. A value whose format has anything else (fractions, exponents, scaled
thousands, conditions, Chinese month names) is written in full. The libraries tested leave quotation
marks of literals in the text, or write numbers in HTML.
"""

import datetime as dt
import math
import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[\$(?P<currency>[^\]-]*)[^\]]*\]'
    r"|(?P<space>_.)|(?P<ignored>\*.|\[(?:black|blue|cyan|green|magenta|red|white|yellow)\])"
    r"|(?P<digits>general|[#0?][#0?,]*(?:\.[#0?,]*)?|\.[#0?,]+)|(?P<percent>%)"
    r"|(?P<date>AM/PM|y+|m+|d+|h+|s+)|(?P<plain>[-+ $¥￥€£():/,.年月日时分秒])",
    re.I,
)
_GENERAL = re.compile(r"general|@|", re.I)
_SCALED = re.compile(r",(?![#0?])|\..*,")  # a comma behind the digits divides by a thousand
_SECTION_END = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')  # a semicolon outside quotation marks
_FOREIGN = re.compile(r"\[\$[^\]-]*-(?!(?:\w*?0?409)\])")  # a locale other than American English
_GENERAL_DIGITS = 10  # significant digits of a number without a format
_LARGEST = 10**15  # from here on, spreadsheets write exponents
_LONGEST_FORMAT = 255  # characters
# Dates in these formats are shown as the settings of the machine want them: 2031-03-06 is clear.
_LOCAL_DATES = ("mm-dd-yy", "m/d/yy", "m/d/yyyy", "m/d/yy h:mm")
_Part = tuple[str, str]  # the kind of a token, and its text


_MONTH, _DAY = 'yyyy"年"m"月"', 'm"月"d"日"'
CHINESE_DATES = {
    27: _MONTH,
    28: _DAY,
    29: _DAY,
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"',
    36: _MONTH,
    50: _MONTH,
    51: _DAY,
    52: _MONTH,
    53: _DAY,
    54: _DAY,
    57: _MONTH,
    58: _DAY,
}
"""Formats that a Chinese spreadsheet has by these ids, without an entry in the file (ECMA-376)."""


def show_value(value: object, form: str) -> str:
    """Return the value of a cell as a spreadsheet shows it.

    :param form: the number format of the cell, as in ``#,##0.00``.

    >>> [show_value(value, "General") for value in (None, True, 8.0, 0.1 + 0.2, "text")]
    ['', 'TRUE', '8', '0.3', 'text']
    >>> show_value(0.08, "0%"), show_value(-1234.5, "#,##0.00;(#,##0.00)")
    ('8%', '(1,234.50)')
    >>> show_value(dt.datetime(2031, 3, 6), 'yyyy"年"m"月"d"日"')
    '2031年3月6日'
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (int, float)):
        return _show_number(value, form)
    if isinstance(value, (dt.datetime, dt.time)):
        return _show_date(value, form)
    return str(value)


def _show_number(number: float, form: str) -> str:
    if not math.isfinite(number):
        return str(number)
    section, size = _choose_section(number, form)
    parts = _split_parts(section)
    if not _is_number_format(parts):
        return _show_plain(number)
    percents = sum(1 for kind, _ in parts if kind == "percent")
    size *= 100**percents
    if abs(size) >= _LARGEST:
        return _show_plain(number)
    written = "".join(
        _fill_digits(abs(size), text) if kind == "digits" else text for kind, text in parts
    )
    return ("-" if size < 0 else "") + written.strip()


def _choose_section(number: float, form: str) -> tuple[str, Decimal]:
    """Return the section of a format that a number is written by, and the number to write."""
    sections = _split_sections(form)
    size = Decimal(repr(number))
    if number < 0 and len(sections) > 1:  # the section writes the sign itself
        return sections[1], -size
    if number == 0 and len(sections) > 2:
        return sections[2], size
    return sections[0], size


def _is_number_format(parts: Sequence[_Part]) -> bool:
    """Return whether the tokens write one number, neither a date nor thousands."""
    digits = [text for kind, text in parts if kind == "digits"]
    is_date = any(kind == "date" for kind, _ in parts)
    is_scaled = any(map(_SCALED.search, digits))
    return bool(parts) and len(digits) <= 1 and not is_date and not is_scaled


def _show_plain(number: float) -> str:
    """Return a number without a format: up to ten digits, and all of a whole number."""
    if isinstance(number, int) or (number.is_integer() and abs(number) < _LARGEST):
        return str(int(number))
    return f"{number:.{_GENERAL_DIGITS}G}"


def _fill_digits(size: Decimal, places: str) -> str:
    """Return the digits of a number that is not negative in places such as ``#,##0.00``."""
    if places.lower() == "general":
        return _show_plain(float(size))
    whole, _, fraction = places.partition(".")
    rounded = size.quantize(Decimal(1).scaleb(-len(fraction)), ROUND_HALF_UP)
    before, _, after = f"{rounded:f}".partition(".")
    before = before.lstrip("0").rjust(whole.count("0"), "0")
    if "," in whole:
        before = f"{int(before):,}" if before else ""
    optional = len(fraction) - len(fraction.rstrip("#?"))
    kept = len(fraction) - optional
    after = after[:kept] + after[kept:].rstrip("0")
    return f"{before}.{after}" if after else before


def _show_date(value: dt.datetime | dt.time, form: str) -> str:
    section = _split_sections(form)[0]
    parts = _name_parts_of_date(_split_parts(section))
    if section.lower() in _LOCAL_DATES or not _is_date_format(parts):
        return _show_iso(value)
    names = {text for kind, text in parts if kind == "date"}
    is_foreign = bool(names.intersection(_WORDS)) and bool(_FOREIGN.search(section))
    needs_day = bool(names.intersection(_DAY_PARTS))
    if is_foreign or (needs_day and isinstance(value, dt.time)):
        return _show_iso(value)
    written = (_write_part(value, text) if kind == "date" else text for kind, text in parts)
    return "".join(written).strip()


def _is_date_format(parts: Sequence[_Part]) -> bool:
    """Return whether the tokens write parts of a date or time that are known, and no number."""
    names = [text for kind, text in parts if kind == "date"]
    is_known = all(name in _NUMBERS or name in _OTHERS for name in names)
    has_number = any(kind in ("digits", "percent") for kind, _ in parts)
    return bool(names) and is_known and not has_number


def _show_iso(value: dt.datetime | dt.time) -> str:
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return str(value)


def _name_parts_of_date(parts: Sequence[_Part]) -> list[_Part]:
    """Return the tokens in small letters, with "n" for minutes and "i" for hours from 1 to 12.

    An "m" is minutes behind hours and before seconds; elsewhere it is the month.
    """
    places = [at for at, (kind, _) in enumerate(parts) if kind == "date"]
    names = [parts[at][1].lower() for at in places]
    named = list(parts)
    for before, at, after in zip(["", *names], places, [*names[1:], ""], strict=False):
        name = parts[at][1].lower()
        if name in ("m", "mm") and (before.startswith("h") or after.startswith("s")):
            name = name.replace("m", "n")
        elif name in ("h", "hh") and "am/pm" in names:
            name = name.replace("h", "i")
        named[at] = "date", name
    return named


_NUMBERS = {
    "yyyy": ("year", 4),
    "mm": ("month", 2),
    "m": ("month", 1),
    "dd": ("day", 2),
    "d": ("day", 1),
    "hh": ("hour", 2),
    "h": ("hour", 1),
    "nn": ("minute", 2),
    "n": ("minute", 1),
    "ss": ("second", 2),
    "s": ("second", 1),
}
"""Parts of a date that are numbers, with their least digits, by their names in a format."""
_WORDS = {"mmmm": "%B", "mmm": "%b", "dddd": "%A", "ddd": "%a"}
_OTHERS = {**_WORDS, "yy": "%y", "ii": "%I", "i": "%I", "am/pm": "%p"}
_DAY_PARTS = ("yyyy", "yy", "mm", "m", "dd", "d", *_WORDS)


def _write_part(value: dt.datetime | dt.time, name: str) -> str:
    """Return a part of a date or time, by its name in a format."""
    if name in _NUMBERS:
        attribute, digits = _NUMBERS[name]
        return str(getattr(value, attribute)).zfill(digits)
    written = value.strftime(_OTHERS[name])
    return written.lstrip("0") if name == "i" else written


def _split_sections(form: str) -> list[str]:
    """Return the sections of a format: for positive numbers, negative numbers, zero and text."""
    return _SECTION_END.split(form) if len(form) <= _LONGEST_FORMAT else [""]


def _split_parts(section: str) -> list[_Part]:
    """Return the tokens of a section; none if it is general, or has one that is not supported."""
    parts: list[_Part] = []
    at = 0
    if _GENERAL.fullmatch(section):
        return []
    while at < len(section):
        token = _TOKEN.match(section, at)
        if token is None:
            return []
        at = token.end()
        kind = token.lastgroup or ""
        text = token[kind]
        if kind == "space":
            text = " "
        elif kind == "ignored":
            text = ""
        parts.append((kind, text))
    return parts
