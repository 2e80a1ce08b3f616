"""White space and invisible characters of a line of text, and counts of its letters."""

import re

from .chinese import CJK

_INVISIBLE = {
    **dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad")),
    **dict.fromkeys(code for code in range(32) if chr(code) not in "\t\n\r\f"),
    0x00A0: " ",
    0x2028: "\n",
    0x2029: "\n",
}
_BREAK_IN_CHINESE = re.compile(rf"(?<=[{CJK}])[ \t]*[\r\n]+[ \t]*(?=[{CJK}])")
_LETTER = re.compile(r"[^\W_]")
_BLANKS = re.compile(r"[ \t\r\n\f]+")


def normalise_space(text: str) -> str:
    """Collapse blanks as a browser does and drop invisible characters.

    A line break between two Chinese characters disappears, elsewhere it becomes a blank.
    Ideographic blanks inside the text stay, those at its ends go.
    """
    if not text.isprintable():  # true of most lines, and forty times quicker than looking
        text = text.translate(_INVISIBLE)
        if "\n" in text or "\r" in text:
            text = _BREAK_IN_CHINESE.sub("", text)
        text = _BLANKS.sub(" ", text)
    elif "  " in text:
        text = _BLANKS.sub(" ", text)
    return text.strip()


def count_letters(text: str) -> int:
    """Count the characters that are no blanks: the measure by which text is compared with text."""
    return len("".join(text.split()))


def has_letters(text: str) -> bool:
    """Return whether a text holds a letter or a digit."""
    return bool(_LETTER.search(text))
