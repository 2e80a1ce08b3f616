"""Features of coverage: which units (words, numbers, names) of a span the other span has.

They say how much of a span is covered, what its neighbours would cover better, and what each end
of the other span is needed for.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...records import Language
from ..lattice import Edges
from .columns import Columns, Floats

Ints = NDArray[np.int32]

NAMES = (
    "covered",
    "covered by size",
    "left to a neighbour",
    "left to neighbours by size",
    "end needed",
    "least covered",
    "skipped but covered",
)
"""Both ends and both neighbours share a column: fewer weights, and .002 F1 better held out."""

FEW = ("covered", "left to a neighbour", "left to neighbours by size", "end needed")
"""For units that are few in a sentence."""


@dataclass(frozen=True, eq=False)
class Units:
    """The units of one side: ``weight`` (units,), those of sentence i are start[i]:start[i + 1]."""

    start: Ints
    weight: Floats

    @staticmethod
    def of(counts: list[int], weight: Floats | None = None) -> "Units":
        """Count the units of each sentence; all weigh 1 by default."""
        start = np.concatenate([[0], np.cumsum(counts, dtype=np.int32)]).astype(np.int32)
        return Units(start, np.ones(start[-1], np.float32) if weight is None else weight)


@dataclass(frozen=True, eq=False)
class Window:
    """Which sentences of the other side are near each sentence: [low, low + width), int32.

    ``base`` says where the values of a sentence's units begin in the flat array of matches.
    """

    low: Ints
    width: Ints
    base: NDArray[np.int64]

    @staticmethod
    def of(edges: Edges, side: Language, units: Units, others: int) -> "Window":
        """Measure which sentences meet in some edge, with one more on either side.

        :param others: sentences of the other side.
        """
        a, b, c, d = edges.parts
        start, end, first, last = (a, b, c, d) if side == "zh" else (c, d, a, b)
        count = len(units.start) - 1
        low = np.full(count, 1 << 30, np.int32)
        high = np.zeros(count, np.int32)
        for ahead in range(int((end - start).max(initial=0))):
            inside = start + ahead < end
            np.minimum.at(low, start[inside] + ahead, first[inside] - 1)
            np.maximum.at(high, start[inside] + ahead, last[inside] + 1)
        low = np.maximum(low, 0).astype(np.int32)
        width = np.maximum(np.minimum(high, others) - low, 0).astype(np.int32)
        sizes = np.diff(units.start).astype(np.int64) * width
        return Window(low, width, np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64))


@dataclass(frozen=True, eq=False)
class Match:
    """How well the units of one side are matched: ``value`` is flat, ``window`` says where."""

    units: Units
    window: Window
    value: Floats


def coverage_features(
    name: str, zh: Match, en: Match, edges: Edges, wanted: tuple[str, ...] = NAMES
) -> Columns:
    """Return the columns of both sides."""
    a, b, c, d = edges.parts
    covered: Columns = {}
    for side, match, parts in (("zh", zh, (a, b, c, d)), ("en", en, (c, d, a, b))):
        values = _covered(match, *parts)
        covered |= {
            f"{side} {name} {what}": values[:, n] for n, what in enumerate(NAMES) if what in wanted
        }
    return covered


def _covered(match: Match, start: Ints, end: Ints, first: Ints, last: Ints) -> Floats:
    from ..kernels import cover_units

    window, units = match.window, match.units
    values: Floats = cover_units(
        match.value, units.weight, units.start, window.low, window.width, window.base,
        start, end, first, last,
    )  # fmt: skip
    return values
