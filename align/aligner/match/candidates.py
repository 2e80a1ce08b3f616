"""The candidate beads: a chain of anchors, a band of cells around it, and the likely edges in it.

Anchors are pairs of similar sentences. The number of cells grows linearly with the length of the
texts. All edges of the band are scored by cosine only, and those with a tiny posterior are dropped.
"""

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from ..arrays import F64, I8, I32, I64
from .constraints import Gaps
from .lattice import BEAD_TYPES, Edges, LatticeSums
from .results import Vectors
from .spans import SpanVectors

NEIGHBOURS = 6
"""Nearest sentences of the other text per sentence."""

BLOCK = 256
"""Number of sentences that are compared at a time with all sentences of the other text."""

THREADS = 2
"""Blocks that are compared at the same time."""

NARROW = 7
"""Half the width of the band, in sentences, where anchors are dense."""

MOST_CELLS = 600_000
"""Cells of a band; a text of over 7,500 sentences without any anchor gets a narrower one.

Each cell takes about 1 kB while edges are scored.
"""


@dataclass(frozen=True)
class Bounds:
    """How many candidates are compared.

    ``wide`` is the maximum half width of the band between two distant anchors, ``edges`` how many
    edges per sentence are kept after the first pass, skips not counted.
    """

    wide: int
    edges: int


USUAL = Bounds(wide=40, edges=60)
"""Usual texts keep under half of the edges."""

REPEATED = Bounds(wide=NARROW, edges=5)
"""In a text that repeats itself there are few anchors, and all edges are equally likely."""

HOPELESS = 1e-6
"""Edges with a smaller posterior in this pass are dropped.

One edge in ten remains. No gold bead of mac-dev or scio-dev is lost at 1e-6, nor at 1e-8.
"""

SLOPE, SIZE, SKIP = 15.0, -2.5, -3.0
"""The score of a bead is slope x (cosine - level) + size x sentences, or ``SKIP`` for a skip.

They were chosen by hand; without other features they reach a strict F1 of 0.858 on mac-dev.
"""

ZH_SIZES, EN_SIZES = np.array(BEAD_TYPES, np.int64).T.copy()
"""The numbers of zh and en sentences of each bead type."""

Keys = I64
"""Cells as sorted numbers ``zh * (en sentences + 1) + en``."""

Kinds = I8
"""Rows of the table of bead types."""

Chain = I64
"""A monotone chain of anchors: pairs of sentences (n, 2)."""


def lattice_cells(chain: Chain, gaps: Gaps, bounds: Bounds = USUAL) -> Keys:
    """Return every position that the lattice can pass.

    :param chain: anchors; one that is not inside a gap is ignored.
    :param gaps: the parts of both texts that no bead may leave; the whole texts are one if nothing
        is known.
    """
    zh, en = chain.T.astype(np.int32)
    inner = chain[(chain > 0).all(axis=1) & gaps.hold(Edges(zh, zh + 1, en, en + 1))]
    corners = np.concatenate([gaps.starts, inner, gaps.stops[-1:]]).astype(np.int64)
    corners = corners[np.lexsort((corners[:, 1], corners[:, 0]))]
    return band_cells(corners, gaps.stops[-1, 1], bounds.wide)


Neighbours = tuple[Vectors, I64]
"""The most similar sentences of the other text: cosine and index, (sentences, neighbours)."""


def find_neighbours(zh: Vectors, en: Vectors) -> tuple[Neighbours, Neighbours]:
    """Return the nearest en sentences of each zh sentence, and the reverse.

    The search is exact, by blocks. faiss was not faster at 10,000 sentences, and takes 0.5 s to
    import.
    """

    def compare(start: int) -> tuple[Neighbours, Neighbours]:
        cosine = zh[start : start + BLOCK] @ en.T
        near, index = _nearest(np.ascontiguousarray(cosine.T))
        return _nearest(cosine), (near, index + start)

    starts = range(0, len(zh), BLOCK)
    with ThreadPoolExecutor(THREADS) as pool:
        ahead, back = zip(*pool.map(compare, starts), strict=True)
    near, index = _join(back, 1)
    best, chosen = _nearest(near)
    return _join(ahead, 0), (best, np.take_along_axis(index, chosen, 1))


def _nearest(cosine: Vectors) -> Neighbours:
    """Return the best columns of each row, in any order."""
    many = min(NEIGHBOURS, cosine.shape[1])
    index = np.argpartition(cosine, -many, axis=1)[:, -many:].copy()  # frees the whole array
    return np.take_along_axis(cosine, index, 1), index


def _join(parts: Sequence[Neighbours], axis: int) -> Neighbours:
    cosine, index = zip(*parts, strict=True)
    return np.concatenate(cosine, axis), np.concatenate(index, axis)


def find_anchors(zh: Vectors, en: Vectors) -> Chain:
    """Return the heaviest monotone chain of similar sentences, (n, 2) indices.

    The weight of a pair is its cosine minus the mean cosine of both sentences with their nearest
    ones, so a sentence that is similar to everything has no weight.
    """
    if not len(zh) or not len(en):
        return np.empty((0, 2), np.int64)
    (ahead, to_en), (back, to_zh) = find_neighbours(zh, en)
    level = (ahead.mean(1), back.mean(1))
    rows = np.concatenate([_rows(to_en), to_zh.ravel()])
    columns = np.concatenate([to_en.ravel(), _rows(to_zh)])
    cosine = np.concatenate([ahead.ravel(), back.ravel()])
    weight = cosine - (level[0][rows] + level[1][columns]) / 2
    keep = weight > 0
    rows, columns, weight = rows[keep], columns[keep], weight[keep]
    order = np.lexsort((-columns, rows))
    chain = order[
        find_heaviest_chain(columns[order].tolist(), weight[order].astype(float).tolist())
    ]
    return np.stack([rows[chain], columns[chain]], 1)


def find_heaviest_chain(columns: list[int], weights: list[float]) -> list[int]:
    """Return the points of the strictly increasing chain with the largest weight.

    Points are sorted by row, then by descending column, so two points of one row never form a
    chain. A chain is kept only if it weighs more than every chain that ends further left.
    """
    ends: list[int] = []
    totals: list[float] = []
    last: list[int] = []
    before: list[int] = []
    for point, (column, weight) in enumerate(zip(columns, weights, strict=True)):
        place = bisect_left(ends, column)
        total = weight + (totals[place - 1] if place else 0.0)
        before.append(last[place - 1] if place else -1)
        if place == len(ends) or ends[place] > column or totals[place] < total:
            lighter = slice(place, bisect_right(totals, total, place))
            ends[lighter], totals[lighter], last[lighter] = [column], [total], [point]
    chain = last[-1:]
    while chain and before[chain[-1]] >= 0:
        chain.append(before[chain[-1]])
    return chain[::-1]


def _rows(index: I64) -> I64:
    return np.repeat(np.arange(len(index)), index.shape[1])


def band_cells(corners: I64, columns: int, widest: int = USUAL.wide) -> Keys:
    """Return the cells near the line through the corners, within the rectangle they span.

    The width of the band grows with the distance of its two corners, up to ``widest``. The border
    of the rectangle between them belongs to the band, because long omissions and additions run
    there.

    :param corners: positions (n, 2), both columns in ascending order.
    :param columns: the number of English sentences in the text.
    :param widest: the maximum half width of the band.
    """
    first, last = corners[0], corners[-1]
    rows = np.arange(first[0], last[0] + 1)
    low = np.full(len(rows), last[1], np.int64)
    high = np.full(len(rows), first[1], np.int64)
    extra = [np.empty(0, np.int64)]
    wide = min(widest, max(NARROW, MOST_CELLS // (2 * len(rows))))
    for start, stop in itertools.pairwise(corners):
        reach = min(NARROW + int((stop - start).max()) // 2, wide)
        at = rows[max(0, start[0] - first[0] - NARROW) : stop[0] - first[0] + NARROW + 1]
        slope = (stop[1] - start[1]) / max(stop[0] - start[0], 1)
        middle = np.clip(start[1] + (at - start[0]) * slope, start[1], stop[1])
        np.minimum.at(low, at - first[0], np.floor(middle).astype(np.int64) - reach)
        np.maximum.at(high, at - first[0], np.ceil(middle).astype(np.int64) + reach)
        if (stop - start).max() > widest or start[0] == stop[0]:
            extra.append(_border(start, stop, columns + 1))
    low, high = np.maximum(low, first[1]), np.minimum(high, last[1])
    lengths = high - low + 1
    offset = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    keys = np.repeat(rows * (columns + 1) + low, lengths) + offset
    return np.unique(np.concatenate([keys, *extra]))


def _border(start: I64, stop: I64, width: int) -> Keys:
    """Return the cells on the border of a rectangle."""
    down = np.arange(start[0], stop[0] + 1) * width
    across = np.arange(start[1], stop[1] + 1)
    return np.concatenate(
        [down + start[1], down + stop[1], start[0] * width + across, stop[0] * width + across]
    )


def prune_edges(
    cells: Keys, zh: SpanVectors, en: SpanVectors, level: float, gaps: Gaps, bounds: Bounds = USUAL
) -> Edges:
    """Return the edges between cells that may be part of the alignment.

    All skips between cells on likely paths are kept, so every such cell can be reached under any
    constraint.

    :param level: mean cosine of all pairs of sentences.
    :param gaps: the parts of both texts that no bead may leave.
    """
    source, target, kinds = _join_cells(cells, len(en) + 1)
    if len(gaps.starts) > 1:
        inside = gaps.hold(Edges.from_keys(cells[source], cells[target], len(en) + 1))
        source, target, kinds = source[inside], target[inside], kinds[inside]
    full = ((ZH_SIZES > 0) & (EN_SIZES > 0))[kinds]
    score = _score_beads(cells, target, kinds, zh, en, level)
    sums = LatticeSums.of(source, target, score, len(cells))
    score += sums.forward[source]
    score += sums.backward[target]
    passed = sums.forward + sums.backward
    score[~full] = np.minimum(passed[source[~full]], passed[target[~full]])
    keep = score >= sums.total + np.log(HOPELESS)
    most = bounds.edges * (len(zh) + len(en))
    if np.count_nonzero(keep & full) > most:
        # Skips join all cells, so that any constraint can still be met.
        keep &= ~full | (score >= np.partition(score[full], -most)[-most])
    return Edges.from_keys(cells[source[keep]], cells[target[keep]], len(en) + 1)


def _score_beads(
    cells: Keys, ends: I32, kinds: Kinds, zh: SpanVectors, en: SpanVectors, level: float
) -> F64:
    """Return the scores of beads, given their last cells and their types."""
    from .kernels import score_beads

    zh_end, en_end = np.divmod(cells, len(en) + 1)
    usual = SIZE * (ZH_SIZES + EN_SIZES) - SLOPE * level
    return score_beads(
        ends, kinds, zh_end, en_end, ZH_SIZES, EN_SIZES,
        zh.different, zh.rows, en.different, en.rows, SLOPE, usual, SKIP,
    )  # fmt: skip


def edges_between(cells: Keys, width: int) -> Edges:
    """Return every bead that starts and ends in a cell.

    :param width: the number of English sentences plus one.
    """
    source, target, _ = _join_cells(cells, width)
    return Edges.from_keys(cells[source], cells[target], width)


def _join_cells(cells: Keys, width: int) -> tuple[I32, I32, Kinds]:
    """Return start cell, end cell and type of every bead between two cells, sorted by end."""
    from .kernels import join_cells

    return join_cells(cells, width, ZH_SIZES, EN_SIZES)
