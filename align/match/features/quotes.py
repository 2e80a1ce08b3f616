"""Features of quotations: a border of beads is inside one on both sides or on neither."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..lattice import Edges
from ..results import Side
from .columns import Columns, to_floats

Ints = NDArray[np.int64]

_OPENING = r"[“「『‘]|(?:(?<=\s)|(?<=^)|(?<=[(—–\-'\"‘“]))['\"](?=\S)"
_CLOSING = r"[”」』]|(?<=\S)['\"](?=\s|$|[)\]—–,.;:!?'\"])|(?<!\w)’|’(?!\w)"
_MARK = re.compile(f"(?P<opening>{_OPENING})|(?P<closing>{_CLOSING})")
_FIRST = re.compile(r"[“「『‘'\"]")

RARE = 0.03
"""Quotations say nothing in a text where fewer sentences than this share open one."""


@dataclass(frozen=True, eq=False)
class SideQuotes:
    """One side: each array has a row per sentence and one for the end of the text.

    ``inside`` says whether the text before a sentence left a quotation open, ``opens`` whether the
    sentence opens one, ``first`` whether it begins with one.
    """

    inside: Ints
    opens: Ints
    first: Ints

    @staticmethod
    def of(sentences: Sequence[str]) -> "SideQuotes":
        """Read the marks; the last one decides, so a missing mark does no harm for long."""
        inside, opens, first = [0], [], []
        for sentence in sentences:
            text = sentence.strip()
            marks = [match.lastgroup for match in _MARK.finditer(text)]
            opens.append(int("opening" in marks))
            first.append(int(bool(_FIRST.match(text))))
            inside.append(int(marks[-1] == "opening") if marks else inside[-1])
        return SideQuotes(np.array(inside), np.array([*opens, 0]), np.array([*first, 0]))


@dataclass(frozen=True, eq=False)
class Quotes:
    """Both sides, and whether both have quotations at all."""

    zh: SideQuotes
    en: SideQuotes
    used: bool

    @staticmethod
    def of(zh: Side, en: Side) -> "Quotes":
        """Read the marks of both sides."""
        sides = SideQuotes.of(zh.sentences), SideQuotes.of(en.sentences)
        return Quotes(*sides, all(float(side.opens.mean()) > RARE for side in sides))


def quote_features(quotes: Quotes, edges: Edges) -> Columns:
    """Compare whether the spans end inside a quotation, and where speech begins."""
    a, b, c, d = edges.parts
    zh, en = quotes.zh, quotes.en
    inner_zh, inner_en = _inner(zh.opens, a, b), _inner(en.first, c, d)
    columns = {
        "ends inside quotes in both": zh.inside[b] & en.inside[d],
        "ends inside quotes in zh only": zh.inside[b] & (1 - en.inside[d]),
        "ends inside quotes in en only": (1 - zh.inside[b]) & en.inside[d],
        "speech next in both": zh.opens[b] & en.first[d],
        "speech next in zh only": zh.opens[b] & (1 - en.first[d]),
        "speech next in en only": (1 - zh.opens[b]) & en.first[d],
        "speech begins inside zh": inner_zh * edges.full,
        "speech begins inside en": inner_en * edges.full,
    }
    return {name: to_floats(values * quotes.used) for name, values in columns.items()}


def _inner(flags: Ints, start: NDArray[np.int32], end: NDArray[np.int32]) -> Ints:
    """Count the flagged sentences behind the first of each span, up to 2."""
    count = np.concatenate([[0], np.cumsum(flags)])
    inner: Ints = np.minimum(count[end] - count[np.minimum(start + 1, end)], 2)
    return inner
