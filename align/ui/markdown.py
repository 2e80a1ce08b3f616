"""Escaping of corpus text for Streamlit's elements, which read Markdown."""

import datetime as dt
import re
from html import escape

from ..text.wording import count_noun

_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|~>$:<&])")


_TURNING = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), 0xFFFD)


def straight(text: str) -> str:
    """Put U+FFFD where a text would turn its letters, and those around it, round."""
    return text.translate(_TURNING)


def escaped(text: str) -> str:
    """Escape text for HTML, its letters in their order."""
    return escape(straight(text))


def plain(text: str) -> str:
    r"""Escape text so that Markdown shows it as it is, and its letters in their order.

    >>> plain("3*4*5 costs $2")
    '3\\*4\\*5 costs \\$2'
    """
    return _MARKS.sub(r"\\\1", " ".join(straight(text).split()))


def ago(at: dt.datetime, now: dt.datetime) -> str:
    """Say how long ago something was.

    >>> now = dt.datetime(2031, 5, 14, 12, tzinfo=dt.UTC)
    >>> ago(now - dt.timedelta(hours=3), now), ago(now - dt.timedelta(days=2), now)
    ('3 hours ago', '2 days ago')
    """
    seconds = max((now - at).total_seconds(), 0.0)
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        count = int(seconds // size)
        if count:
            return f"{count_noun(count, name)} ago"
    return "just now"
