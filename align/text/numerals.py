"""Values of numerals: Chinese ones, with Arabic digits mixed in, and English number words."""

import re
from decimal import Context, Decimal
from math import prod

_DIGITS = {character: index for index, character in enumerate("零一二三四五六七八九")}
_DIGITS |= {"〇": 0, "○": 0, "两": 2}
DIGITS = "零〇○一二三四五六七八九"
"""Chinese digits, for use inside ``[...]``."""

PLAIN_NUMBER = r"(?:\d{1,3}(?:,\d{3})++(?!\d)|\d++)(?:\.\d++)?+"
"""A pattern: Arabic digits, with commas and a decimal point."""

_UNITS = {"十": 10, "百": 100, "千": 1000}
_BIG = {"万": 10**4, "亿": 10**8}
_PART = re.compile(r"\d[\d,]*(?:\.\d+)?|.", re.DOTALL)

LONGEST = 40
"""Characters; 10 to the 12 with four decimals has 17."""


def quotient(above: Decimal, below: Decimal) -> Decimal:
    """Divide to six digits, so that a third is the same number in both languages."""
    return Context(prec=6).divide(above, below).normalize()


def chinese_value(numeral: str) -> Decimal | None:
    """Read a Chinese numeral such as 两千三百万, 1.2万亿, 三点五亿, 二〇二三; else give ``None``.

    Two digits in a row before a unit (二三十, "twenty or thirty") are no number, and nothing
    longer than ``LONGEST`` characters is.
    """
    if len(numeral) > LONGEST:
        return None
    whole, point, rest = numeral.replace(" ", "").partition("点")
    if all(character in _DIGITS for character in whole) and len(whole) > 1:
        pair = len(whole) == 2 and not set(whole) & set("零〇○")  # 七八 means "seven or eight"
        value = None if pair else Decimal("".join(str(_DIGITS[digit]) for digit in whole))
    else:
        value = _Reading().read(whole)
    if value is None or not point:
        return value
    fraction = rest.rstrip("万亿")
    if not fraction or not set(fraction) <= set(_DIGITS):
        return None
    value += Decimal("0." + "".join(str(_DIGITS[digit]) for digit in fraction))
    return value * prod(_BIG[unit] for unit in rest[len(fraction) :])


class _Reading:
    """The state of reading one numeral from left to right."""

    def __init__(self) -> None:
        self.total, self.section = Decimal(0), Decimal(0)
        self.digit: Decimal | None = None
        self.unit, self.smallest, self.gap = 1, 10**20, False

    def read(self, numeral: str) -> Decimal | None:
        for part in _PART.findall(numeral):
            if not self._take(part):
                return None
        last = self.digit or Decimal(0)
        # 一万二 is 12,000, 一万零二 is 10,002.
        if self.unit >= 100 and not self.gap and last < 10 and last == int(last):
            last *= self.unit // 10
        return self.total + self.section + last

    def _take(self, part: str) -> bool:
        if part in _UNITS:
            self.section += (Decimal(1) if self.digit is None else self.digit) * _UNITS[part]
            self.digit, self.unit, self.gap = None, _UNITS[part], False
        elif part in _BIG:
            self._close_section(_BIG[part])
        elif part in ("零", "〇", "○"):
            self.gap = True
        elif self.digit is not None or not (part in _DIGITS or part[0].isdecimal()):
            return False
        else:
            self.digit = Decimal(_DIGITS[part] if part in _DIGITS else part.replace(",", ""))
        return True

    def _close_section(self, unit: int) -> None:
        section = self.section + (self.digit or 0)
        if unit >= self.smallest:  # 万亿 and 万万 multiply all that stands before them
            self.total = (self.total + section) * unit
        else:
            self.total += section * unit
        self.section, self.digit, self.smallest = Decimal(0), None, unit
        self.unit, self.gap = unit, False


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
    """Read number words such as "two hundred and five thousand" or "1.2 trillion"."""
    total, section = Decimal(0), Decimal(0)
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
