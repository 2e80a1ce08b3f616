"""A Chinese and a Latin name, in; whether the one spells the other, out."""

import re
from collections.abc import Iterator
from itertools import product

# Characters with several readings multiply; four characters of three readings make 81.
_MOST_READINGS = 100
_UMLAUT = {"lv": ("lv", "lu", "lyu", "lü"), "nv": ("nv", "nu", "nyu", "nü")}


def is_same_name(han: str, latin: str) -> bool:
    """Say whether a Latin name spells a Chinese one, surname first or last.

    >>> is_same_name("方禾乔", "Fang Heqiao"), is_same_name("方禾乔", "Heqiao Fang")
    (True, True)
    """
    letters = re.sub(r"[^a-zü]", "", latin.lower())
    if not letters or not 2 <= len(han) <= 4:
        return False
    return any(
        letters in ("".join(reading), "".join((*reading[1:], reading[0])))
        for reading in _readings(han)
    )


def _readings(han: str) -> Iterator[tuple[str, ...]]:
    """Yield the spellings of a name in pinyin without tones."""
    from pypinyin import Style, pinyin

    syllables = pinyin(han, style=Style.NORMAL, heteronym=True, errors="ignore")
    spelt = [[s for one in group for s in _UMLAUT.get(one, (one,))] for group in syllables]
    for number, reading in enumerate(product(*spelt)):
        if number >= _MOST_READINGS or len(reading) < 2:
            return
        yield reading
