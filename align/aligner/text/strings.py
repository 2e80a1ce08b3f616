"""White space, character counts, digests, and short texts for messages."""

import difflib
import hashlib
import re
from collections.abc import Iterable, Sequence

from ...errors import N_, Message
from .chinese import CJK

_ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_CONTROLS = "".join(chr(code) for code in range(32) if chr(code) not in "\t\n\r\f")
_INVISIBLE = str.maketrans("\u00a0\u2028\u2029", " \n\n", _ZERO_WIDTH + _CONTROLS)
_BREAK_IN_CHINESE = re.compile(rf"(?<=[{CJK}])[ \t]*[\r\n]+[ \t]*(?=[{CJK}])")
_LETTER = re.compile(r"[^\W_]")
_BLANKS = re.compile(r"[ \t\r\n\f]+")


def collapse_spaces(text: str) -> str:
    """Return a text with single spaces between its words and none around it.

    Any space counts, also a line break or an ideographic one.
    """
    return " ".join(text.split())


def normalise_space(text: str) -> str:
    """Return a text with spaces collapsed as in a browser and without invisible characters.

    A line break between two Chinese characters is removed, elsewhere it becomes a space.
    Ideographic spaces are kept inside the text and removed at its ends.
    """
    if not text.isprintable():  # most lines are, and the test is 40 times faster than translate
        text = text.translate(_INVISIBLE)
        if "\n" in text or "\r" in text:
            text = _BREAK_IN_CHINESE.sub("", text)
        text = _BLANKS.sub(" ", text)
    elif "  " in text:
        text = _BLANKS.sub(" ", text)
    return text.strip()


def count_letters(text: str) -> int:
    """Count the characters that are not white space: the measure of the length of texts."""
    return len("".join(text.split()))


def keep_letters(text: str) -> str:
    """Return the letters and digits of a text, case-folded.

    >>> keep_letters("Port 3: Open!")
    'port3open'
    """
    return "".join(filter(str.isalnum, text.casefold()))


def has_letters(text: str) -> bool:
    """Return whether a text contains a letter or a digit."""
    return bool(_LETTER.search(text))


def digest(text: str) -> int:
    """Return 64 bits of BLAKE2b; two of a million texts collide with a probability of 3e-8."""
    data = text.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest())


def shorten(text: str, longest: int) -> str:
    """Return a text of at most ``longest`` characters; a truncated one ends in an ellipsis.

    >>> shorten("a long title", 7)
    'a long…'
    """
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def count_noun(count: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun.

    >>> count_noun(1, "row"), count_noun(1200, "row"), count_noun(2, "person", "people")
    ('1 row', '1,200 rows', '2 people')
    """
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def describe_unknown(given: Iterable[str], known: Sequence[str]) -> Message:
    """Return a line about the unknown names, each with the most similar known one, or ''.

    >>> describe_unknown(["license", "name"], ["name", "licence"])
    "unknown: 'license' (did you mean licence?); available: name, licence"
    """
    unknown: list[Message] = []
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            shown = Message("{name!r}", name=name)
            if near:
                shown = Message(N_("{name!r} (did you mean {near}?)"), name=name, near=near[0])
            unknown.append(shown)
    if not unknown:
        return Message("")
    return Message(N_("unknown: {unknown}; available: {known}"), unknown=unknown, known=known)
