"""What the network computes from one piece alone: its embedding and its part of the first layer."""

import json
from pathlib import Path
from threading import Lock
from types import SimpleNamespace

import numpy as np

from ...arrays import F32, I64

BRANCHES = ((2, 0), (3, 1), (5, 2))
"""Tokens in the window of each branch of a layer, and the tokens of it before its own token."""

SLOTS = sum(order for order, _ in BRANCHES)

CONV = 256
"""Width of the output of each branch."""

FREQUENT_PIECES = Path(__file__).with_name("frequent_pieces.json")
"""File of the pieces whose products are stored, most frequent first: 4,096, which take 54 MB.

``training/frequent_pieces.py`` writes it.
"""

_GROUP = 64
"""Frequent pieces whose products are computed together.

The last bits of a product depend on the other rows of the matrix, so these groups are fixed.
"""


def embed(weights: SimpleNamespace, pieces: I64) -> F32:
    """Return the embedding of some pieces, (pieces, 512)."""
    chunk = pieces % len(weights.scale)
    rows = weights.table[pieces].astype(np.float32)
    rows *= weights.scale[chunk, None]
    rows += weights.lo[chunk, None]
    return np.asarray(rows)


class FirstLayer:
    """The part of the first layer that depends on one piece."""

    def __init__(self, weights: SimpleNamespace) -> None:
        self._w = weights
        self._slots = [
            slots.reshape(order, CONV, CONV).transpose(1, 0, 2).reshape(CONV, order * CONV)
            for slots, (order, _) in zip(weights.w1, BRANCHES, strict=True)
        ]

    def products(self, embedding: F32) -> F32:
        """Return a row for each piece, (pieces, slots + branches, 256).

        It has the products with each slot of each branch, then the input of each branch.
        """
        w = self._w
        x = embedding @ w.proj_W + w.proj_b
        _standardise(x, w.eps)
        x *= w.ln_g_all
        x += w.ln_b_all
        branches = np.split(x, len(BRANCHES), axis=1)
        slots = [part @ weights for part, weights in zip(branches, self._slots, strict=True)]
        return np.concatenate([*slots, x], axis=1).reshape(-1, SLOTS + len(BRANCHES), CONV)


def frequent_products(weights: SimpleNamespace) -> tuple[I64, F32]:
    """Return the frequent pieces and their products."""
    pieces = np.asarray(json.loads(FREQUENT_PIECES.read_text(encoding="utf-8")), np.int64)
    layer = FirstLayer(weights)
    groups = [pieces[start : start + _GROUP] for start in range(0, len(pieces), _GROUP)]
    return pieces, np.concatenate([layer.products(embed(weights, group)) for group in groups])


class PieceProducts:
    """The products of pieces: those of frequent pieces are read once, the others computed."""

    def __init__(self, weights: SimpleNamespace) -> None:
        self._stored = weights.products
        self._layer = FirstLayer(weights)
        self._stored_row = np.full(len(weights.table), -1, np.int64)
        self._stored_row[weights.frequent] = np.arange(len(weights.frequent))
        self.kept = np.empty(self._stored.shape, np.float32)
        self._kept_row = np.full(len(weights.table), -1, np.int64)
        self._count = 0
        self._turn = Lock()

    def find(self, pieces: I64, embedding: F32) -> tuple[I64, F32]:
        """Return where the products of some pieces are, and those that are not kept.

        :param pieces: ids, -1 for a gap.
        :param embedding: the embedding of each piece.
        :return: a row of ``kept``, or of the other products counted from the end of ``kept``, or -1
            for a gap; and the other products.
        """
        self._keep(pieces[pieces >= 0])
        places = np.where(pieces < 0, -1, self._kept_row[pieces])
        new = np.flatnonzero((places < 0) & (pieces >= 0))
        places[new] = len(self.kept) + np.arange(len(new))
        return places, self._layer.products(embedding[new])

    def _keep(self, pieces: I64) -> None:
        """Read the products of frequent pieces, unless they are kept already."""
        wanted = pieces[self._stored_row[pieces] >= 0]
        if (self._kept_row[wanted] >= 0).all():
            return
        with self._turn:
            wanted = wanted[self._kept_row[wanted] < 0]
            rows = self._count + np.arange(len(wanted))
            self.kept[rows] = self._stored[self._stored_row[wanted]]
            self._kept_row[wanted] = rows
            self._count += len(wanted)


def _standardise(x: F32, eps: float) -> None:
    """Scale every row to mean 0 and variance 1, in place."""
    x -= x.mean(axis=1, keepdims=True)
    variance = np.einsum("ij,ij->i", x, x) / x.shape[1]
    x *= np.reciprocal(np.sqrt(variance + eps))[:, None]
