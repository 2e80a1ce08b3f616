"""The batch plan of the network: token sequences, and which of their features enter which sum.

A plan collects sequences, padded with gaps as the network expects, and sums over stretches of
their rows. It is turned into arrays once, when it is complete.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array  # type: ignore[import-untyped] # scipy ships no types

Ints = NDArray[np.int64]

GAP = 2
"""Empty places between two sequences: what one layer of the network can reach."""


@dataclass(slots=True)
class BatchPlan:
    """Sequences and sums, in the order in which they were added."""

    _ids: list[Ints] = field(default_factory=list)
    _rows: list[Ints] = field(default_factory=list)
    _terms: list[tuple[int, int, int, int]] = field(default_factory=list)
    _length: int = GAP
    _count: int = 0

    def place(self, ids: Ints, first: int, last: int) -> int:
        """Add a sequence of which the features of ``ids[first:last]`` are wanted.

        :return: the row of the first wanted feature; the others follow it.
        """
        self._ids.append(ids)
        self._rows.append(np.arange(self._length + first, self._length + last))
        self._length += len(ids) + GAP
        self._count += last - first
        return self._count - (last - first)

    def add(self, target: int, row: int, count: int, sign: int = 1) -> None:
        """Add ``count`` rows from ``row`` on to sum number ``target``."""
        if count > 0:
            self._terms.append((target, row, count, sign))

    def ids(self) -> Ints:
        """Return all sequences in a row, with gaps of -1 before, between and behind them."""
        out = np.full(self._length, -1, dtype=np.int64)
        place = GAP
        for ids in self._ids:
            out[place : place + len(ids)] = ids
            place += len(ids) + GAP
        return out

    def rows(self) -> Ints:
        """Return the places in :meth:`ids` whose features are wanted."""
        return np.concatenate([np.zeros(0, dtype=np.int64), *self._rows])

    def weights(self, sums: int) -> csc_array:
        """Return how often each wanted row enters each sum: (sums, rows)."""
        terms = np.asarray(self._terms, dtype=np.int64).reshape(-1, 4)
        target, row, count, sign = terms.T
        within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        columns = np.repeat(row, count) + within
        data = np.repeat(sign, count).astype(np.float32)
        return csc_array((data, (np.repeat(target, count), columns)), shape=(sums, self._count))
