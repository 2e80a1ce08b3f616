"""Numbers of list items, as they are written in documents."""

_LAST_LATIN = "\u2e7f"  # behind it begin Chinese characters and marks, which need no space
_DIGITS = "〇一二三四五六七八九"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_STEMS = "甲乙丙丁戊己庚辛壬癸"


def chinese_number(number: int) -> str:
    """Return a number below one hundred as Chinese counts it.

    >>> [chinese_number(number) for number in (1, 10, 12, 20, 35)]
    ['一', '十', '十二', '二十', '三十五']
    """
    if number >= 100:
        return "".join(_DIGITS[int(digit)] for digit in str(number))
    tens, ones = divmod(number, 10)
    unit = _DIGITS[ones] if ones or not tens else ""
    if not tens:
        return unit
    return f"{_DIGITS[tens] if tens > 1 else ''}十{unit}"


def letter_number(number: int) -> str:
    """Return a number as a small letter, doubled after the last one.

    >>> [letter_number(number) for number in (1, 26, 27)]
    ['a', 'z', 'aa']
    """
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def roman_number(number: int) -> str:
    """Return a number in small Roman numerals.

    >>> [roman_number(number) for number in (1, 4, 9, 14)]
    ['i', 'iv', 'ix', 'xiv']
    """
    numerals = {100: "c", 90: "xc", 50: "l", 40: "xl", 10: "x", 9: "ix", 5: "v", 4: "iv", 1: "i"}
    text = ""
    for value, numeral in numerals.items():
        count, number = divmod(number, value)
        text += numeral * count
    return text


def circled_number(number: int) -> str:
    """Return ① to ⑳, and digits beyond.

    >>> circled_number(1), circled_number(21)
    ('①', '21')
    """
    return _CIRCLED[number - 1] if 1 <= number <= len(_CIRCLED) else str(number)


def stem_number(number: int) -> str:
    """Return 甲 to 癸, and digits beyond.

    >>> stem_number(2), stem_number(11)
    ('乙', '11')
    """
    return _STEMS[number - 1] if 1 <= number <= len(_STEMS) else str(number)


def end_label(label: str) -> str:
    """Return the label of an item as it is read before its text: a Latin one with a space."""
    return label if label[-1] > _LAST_LATIN else f"{label} "
