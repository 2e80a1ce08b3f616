"""Vectors of the spans of a text, of which those of equal spans are kept once.

A text of 20,000 sentences has 250 MB of vectors. If it repeats one sentence, a few rows are enough.
"""

from dataclasses import dataclass

import numpy as np

from ..arrays import I32, I64
from .results import Vectors


@dataclass(frozen=True, eq=False)
class SpanVectors:
    """The vectors of all spans of up to ``longest`` sentences of a text.

    ``different[k, rows[i]]`` is the vector of the k + 1 sentences that end with sentence i, and
    zero if i < k. ``different`` is float32 (longest, at most sentences, width), ``rows`` int32
    (sentences,).
    """

    different: Vectors
    rows: I32

    @staticmethod
    def of(vectors: Vectors, rows: I64 | None = None) -> "SpanVectors":
        """Return the vectors of a text.

        :param rows: the row of each sentence; by default each has its own.
        """
        if rows is None:
            rows = np.arange(vectors.shape[1])
        return SpanVectors(np.ascontiguousarray(vectors, np.float32), rows.astype(np.int32))

    def __len__(self) -> int:
        """Return the number of sentences."""
        return len(self.rows)

    @property
    def longest(self) -> int:
        """The maximum number of sentences in a span."""
        return len(self.different)

    def sentences(self) -> Vectors:
        """Return the vector of each sentence, (sentences, width)."""
        one: Vectors = self.different[0][self.rows]
        return one

    def span(self, start: int, end: int) -> Vectors:
        """Return the vector of the sentences [start, end), (width,)."""
        one: Vectors = self.different[end - start - 1, self.rows[end - 1]]
        return one

    def spans(self, sizes: I32, ends: I32) -> Vectors:
        """Return the vectors of spans of some sizes before their ends, (spans, width)."""
        many: Vectors = self.different[sizes - 1, self.rows[ends - 1]]
        return many
