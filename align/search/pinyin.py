"""How Chinese names look in English: characters in, their spellings in pinyin out."""

from functools import lru_cache

_SYLLABLES = 4
"""Characters of the longest name that is written as one word in pinyin."""


@lru_cache(maxsize=1 << 14)
def spellings(zh: str) -> frozenset[str]:
    """Return the pinyin of every two to four characters of a passage, and of its first (a surname).

    >>> "qingyu" in spellings("青屿县")
    True
    """
    syllables = _syllables(zh)
    names = {
        "".join(syllables[start : start + size])
        for size in range(2, _SYLLABLES + 1)
        for start in range(len(syllables) - size + 1)
    }
    return frozenset(names | {*syllables[:1]})


@lru_cache(maxsize=1 << 16)
def whole(zh: str) -> str:
    """Return the pinyin of a passage as one word.

    >>> whole("汀澜")
    'tinglan'
    """
    return "".join(_syllables(zh))


@lru_cache(maxsize=1 << 16)
def initials(character: str) -> frozenset[str]:
    """Return the letter with which each reading of a character begins; none for other signs.

    To ask for these first spares most passages the look-up of their :func:`whole` pinyin, which
    takes 20 µs.

    >>> sorted(initials("重"))
    ['c', 't', 'z']
    """
    from pypinyin import Style, pinyin

    (readings,) = pinyin(character, Style.FIRST_LETTER, heteronym=True, errors="ignore") or ([],)
    return frozenset(readings)


def _syllables(zh: str) -> list[str]:
    from pypinyin import lazy_pinyin

    return lazy_pinyin(zh, errors="ignore")
