"""Text that moved: unmatched spans of both sides that are each other's best counterpart.

In: span vectors and the beads of an alignment. Out: crossing links, as proposals.
"""

import numpy as np

from ..records import Bead
from .results import Crossing, Vectors

ALIKE = 0.5
"""Least cosine of a proposal. With `use`, translations lie near .7 and other pairs near .2."""


def crossings(zh: Vectors, en: Vectors, beads: tuple[Bead, ...]) -> tuple[Crossing, ...]:
    """Return the links between unmatched spans, the most similar first, none overlapping.

    :param zh: vectors of spans, (longest, sentences, width), as ``encode_spans`` gives them.
    """
    left = _spans([index for bead in beads if not bead.en for index in bead.zh], len(zh))
    right = _spans([index for bead in beads if not bead.zh for index in bead.en], len(en))
    if not left or not right:
        return ()
    ours = np.stack([zh[len(span) - 1, span[-1]] for span in left])
    theirs = np.stack([en[len(span) - 1, span[-1]] for span in right])
    cosine = ours @ theirs.T
    found: list[Crossing] = []
    used: tuple[set[int], set[int]] = (set(), set())
    for place in np.argsort(-cosine, axis=None):
        one, two = left[int(place) // len(right)], right[int(place) % len(right)]
        value = float(cosine.flat[place])
        if value < ALIKE:
            break
        if used[0].isdisjoint(one) and used[1].isdisjoint(two):
            found.append(Crossing(one, two, value))
            used[0].update(one)
            used[1].update(two)
    return tuple(found)


def _spans(indices: list[int], longest: int) -> list[tuple[int, ...]]:
    """Return all runs of neighbours among the indices, up to ``longest`` sentences."""
    free = set(indices)
    spans = []
    for start in indices:
        for length in range(1, longest + 1):
            span = tuple(range(start, start + length))
            if free.isdisjoint(span[-1:]):
                break
            spans.append(span)
    return spans
