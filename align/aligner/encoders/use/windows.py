"""The different windows of a batch: equal tokens next to each other are computed once.

A briefing repeats its words, and the correction at a border of sentences has the tokens of the
running text. Of 4,000 tokens, half of the pairs are different, and five sixths of the windows of
five tokens.
"""

from dataclasses import dataclass

import numpy as np

from ...arrays import I64
from .pieces import BRANCHES

GAP = 2
"""Number of empty positions between two sequences: the reach of one layer of the network."""


@dataclass(frozen=True, slots=True)
class Windows:
    """The different windows of one branch of the first layer.

    ``firsts`` are the positions at which each occurs first. ``number`` has the window at each
    position, -1 where none is needed.
    """

    firsts: I64
    number: I64


def find_windows(pieces: I64, rows: I64) -> list[Windows]:
    """Return the windows of each branch that the second layer needs for some positions.

    :param pieces: the number of the piece at each position, 0 for a gap.
    :param rows: the positions whose outputs of the second layer are wanted.
    """
    needed = np.zeros(len(pieces), np.bool_)
    for away in range(-GAP, GAP + 1):
        needed[rows + away] = True
    positions = np.flatnonzero(needed & (pieces > 0))
    pairs = _join(pieces[:-1], pieces[1:])
    threes = _join(pairs[:-1], pieces[2:])
    fives = _join(threes[:-2], pairs[3:])
    found = []
    for (_, left), windows in zip(BRANCHES, (pairs, threes, fives), strict=True):
        number = np.full(len(pieces), -1)
        _, first, number[positions] = np.unique(
            windows[positions - left], return_index=True, return_inverse=True
        )
        found.append(Windows(positions[first], number))
    return found


def _join(left: I64, right: I64) -> I64:
    """Return a number for each pair of numbers; equal pairs have the same."""
    joined = left * (np.max(right, initial=0) + 1) + right
    number: I64 = np.unique(joined, return_inverse=True)[1]
    return number
