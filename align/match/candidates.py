"""Where to look: anchors between similar sentences, a monotone chain of them, cells around it.

In: the vectors of single sentences, rows of length 1. Out: the cells of the lattice, as sorted
keys. The number of cells grows with the length of the texts, not with its square.
"""

import itertools

import numpy as np
from numpy.typing import NDArray

from .results import Vectors

NEIGHBOURS = 6
"""Counterparts looked up per sentence and direction."""

NARROW = 7
"""Half the width of the band, in sentences, where anchors are dense."""

WIDE = 40
"""The most that the band widens between two anchors that are far from each other."""

Keys = NDArray[np.int64]


Chain = NDArray[np.int64]
"""A monotone chain of anchors: pairs of sentences (n, 2)."""


def cells(chain: Chain, zh_count: int, en_count: int) -> Keys:
    """Return keys ``zh * (en_count + 1) + en`` of every position the lattice may pass, sorted."""
    inner = chain[(chain > 0).all(axis=1)]
    corners = np.concatenate([[[0, 0]], inner, [[zh_count, en_count]]]).astype(np.int64)
    return band(corners, en_count)


def anchors(zh: Vectors, en: Vectors) -> Chain:
    """Return the heaviest monotone chain of similar sentences, (n, 2) indices.

    The weight of a pair is its cosine above the mean of both sentences' nearest counterparts, so
    that sentences similar to everything weigh nothing.
    """
    from .kernels import heaviest_chain

    if not len(zh) or not len(en):
        return np.empty((0, 2), np.int64)
    ahead, near = _nearest(zh, en)
    back, near_back = _nearest(en, zh)
    level = (ahead.mean(1), back.mean(1))
    rows = np.concatenate([np.repeat(np.arange(len(zh)), near.shape[1]), near_back.ravel()])
    columns = np.concatenate([near.ravel(), np.repeat(np.arange(len(en)), near_back.shape[1])])
    cosine = np.concatenate([ahead.ravel(), back.ravel()])
    weight = cosine - (level[0][rows] + level[1][columns]) / 2
    keep = weight > 0
    if not keep.any():
        return np.empty((0, 2), np.int64)
    rows, columns, weight = rows[keep], columns[keep], weight[keep]
    order = np.lexsort((-columns, rows))
    rows, columns = rows[order].astype(np.int32), columns[order].astype(np.int32)
    before, last = heaviest_chain(rows, columns, weight[order].astype(np.float64), len(en))
    chain = []
    while last >= 0:
        chain.append(last)
        last = int(before[last])
    chain.reverse()
    return np.stack([rows[chain], columns[chain]], 1).astype(np.int64)


def _nearest(these: Vectors, those: Vectors) -> tuple[Vectors, NDArray[np.int64]]:
    """Return cosine and index of the nearest rows of ``those`` for each of ``these``."""
    import faiss

    index = faiss.IndexFlatIP(those.shape[1])
    index.add(np.ascontiguousarray(those))
    many = min(NEIGHBOURS, len(those))
    cosine, near = index.search(np.ascontiguousarray(these), many)
    return cosine, near


def band(corners: NDArray[np.int64], columns: int) -> Keys:
    """Return the cells near the line through the corners, within the rectangle they span.

    Between two corners the band is as wide as they are far apart, up to ``WIDE``. The border of
    the rectangle between them belongs to it too: a stretch that is missing on one side runs there.

    :param corners: positions (n, 2), neither column falling.
    :param columns: the en sentences of the whole text.
    """
    first, last = corners[0], corners[-1]
    rows = np.arange(first[0], last[0] + 1)
    low = np.full(len(rows), last[1], np.int64)
    high = np.full(len(rows), first[1], np.int64)
    extra = [np.empty(0, np.int64)]
    for start, stop in itertools.pairwise(corners):
        reach = min(NARROW + int((stop - start).max()) // 2, WIDE)
        at = rows[max(0, start[0] - first[0] - NARROW) : stop[0] - first[0] + NARROW + 1]
        slope = (stop[1] - start[1]) / max(stop[0] - start[0], 1)
        middle = np.clip(start[1] + (at - start[0]) * slope, start[1], stop[1])
        np.minimum.at(low, at - first[0], np.floor(middle).astype(np.int64) - reach)
        np.maximum.at(high, at - first[0], np.ceil(middle).astype(np.int64) + reach)
        if (stop - start).max() > WIDE or start[0] == stop[0]:
            extra.append(_border(start, stop, columns + 1))
    low, high = np.maximum(low, first[1]), np.minimum(high, last[1])
    lengths = high - low + 1
    offset = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    keys = np.repeat(rows * (columns + 1) + low, lengths) + offset
    return np.unique(np.concatenate([keys, *extra]))


def _border(start: NDArray[np.int64], stop: NDArray[np.int64], width: int) -> Keys:
    """Return the cells on the border of a rectangle."""
    down = np.arange(start[0], stop[0] + 1) * width
    across = np.arange(start[1], stop[1] + 1)
    return np.concatenate(
        [down + start[1], down + stop[1], start[0] * width + across, stop[0] * width + across]
    )
