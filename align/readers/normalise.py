"""The characters that a file has, in; those that were meant, out.

A PDF names glyphs, not letters: ligatures, and in Chinese the radicals that share a glyph with a
common character. Chromium writes these for every 行, 人, 月 and 民 of a page that it prints with a
Noto or Source Han font, and whoever copies from such a file has them in Word too.
"""

import re
import unicodedata

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "ft", "ﬆ": "st"}
# Radicals that Unicode calls equal to a character, but for ⼾, which is 户 in mainland fonts.
_KANGXI = {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
# The others that have one glyph with a character in the Noto CJK fonts, read off their tables.
_SUPPLEMENT = dict(
    zip(
        "⺒⺓⺠⺰⻁⻅⻆⻈⻉⻋⻐⻑⻓⻔⻘⻙⻚⻛⻜⻝⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻯⻰⻱⻲⺟⻳",
        "巳幺民纟虎见角讠贝车钅長长门青韦页风飞食饣马骨鬼鱼鸟卤麦黄黾齐齿竜龙龜亀母龟",
        strict=True,
    )
)
_MEANT = str.maketrans({**_LIGATURES, **_KANGXI, "⼾": "户", **_SUPPLEMENT})
_OTHER = re.compile("[\u2e80-\u2fd5\ufb00-\ufb06]")


def normalise_characters(text: str) -> str:
    """Put letters in the place of ligatures, and characters in that of radicals.

    >>> normalise_characters("the ﬁrst oﬀice"), normalise_characters("5⽉14⽇，⼈⺠政府")
    ('the first office', '5月14日，人民政府')
    """
    return text.translate(_MEANT) if _OTHER.search(text) else text
