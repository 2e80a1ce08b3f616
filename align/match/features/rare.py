"""Features of what is rare in gold: separators, stage directions, and who speaks.

A separator has no letters; a stage direction stands in brackets, as "(Laughter)" does. Both often
have no counterpart. A bead seldom joins what one asks to what another answers.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...records import Role
from ..lattice import Edges
from ..results import Side
from .columns import Columns, Sums, running_sums, to_floats

_SEPARATOR = re.compile(r"[\W_]*\Z")
_ASIDE = re.compile(r"\s*[（(\[【][^（）()\[\]【】]{1,80}[）)\]】][。.]?\s*\Z")


@dataclass(frozen=True, eq=False)
class SideMarks:
    """Running sums over the sentences of one side."""

    separators: Sums
    asides: Sums
    asked: Sums
    answered: Sums

    @staticmethod
    def of(side: Side) -> "SideMarks":
        """Mark each sentence."""
        return SideMarks(
            running_sums([bool(_SEPARATOR.match(text)) for text in side.sentences]),
            running_sums([bool(_ASIDE.match(text)) for text in side.sentences]),
            _speaks(side, ("media",)),
            _speaks(side, ("speaker", "chair")),
        )


@dataclass(frozen=True, eq=False)
class Marks:
    """Both sides."""

    zh: SideMarks
    en: SideMarks


def _speaks(side: Side, roles: Sequence[Role]) -> Sums:
    return running_sums([role in roles for role in side.roles] or [0] * len(side.sentences))


def aside_features(marks: Marks, edges: Edges) -> Columns:
    """Return whether separators and stage directions are left out, or stand in one span only."""
    a, b, c, d = edges.parts
    one_sided = ~edges.full
    columns: Columns = {}
    for name, zh, en in (
        ("separator", marks.zh.separators, marks.en.separators),
        ("aside", marks.zh.asides, marks.en.asides),
    ):
        ours, theirs = zh[b] - zh[a], en[d] - en[c]
        columns[f"{name} left out"] = to_floats((ours + theirs) * one_sided)
        columns[f"{name} in one"] = to_floats(np.minimum(np.abs(ours - theirs), 2) * edges.full)
        columns[f"{name} in both"] = to_floats(np.minimum(ours, theirs) * edges.full)
    return columns


def role_features(marks: Marks, edges: Edges) -> Columns:
    """Return whether one span asks and the other answers, and whether a span does both."""
    a, b, c, d = edges.parts
    zh_asks, zh_answers = _says(marks.zh.asked, a, b), _says(marks.zh.answered, a, b)
    en_asks, en_answers = _says(marks.en.asked, c, d), _says(marks.en.answered, c, d)
    differ = (zh_asks & ~zh_answers & en_answers & ~en_asks) | (
        zh_answers & ~zh_asks & en_asks & ~en_answers
    )
    both = (zh_asks & zh_answers) | (en_asks & en_answers)
    return {"roles differ": to_floats(differ), "roles joined": to_floats(both)}


def _says(sums: Sums, start: NDArray[np.int32], end: NDArray[np.int32]) -> NDArray[np.bool_]:
    says: NDArray[np.bool_] = sums[end] > sums[start]
    return says
