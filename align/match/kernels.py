"""Compiled loops over lattice edges. This module is the door for numba: import it inside functions.

Edges come sorted by the node they end in; nodes are sorted by (zh position, en position), so that
an edge always leads from a lower node to a higher one.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@njit(cache=True)
def viterbi(source: Ints, target: Ints, score: Floats, nodes: int) -> tuple[Floats, Ints]:
    """Return for each node the score of the best path to it and that path's last edge (-1)."""
    best = np.full(nodes, -np.inf)
    back = np.full(nodes, -1, np.int32)
    best[0] = 0.0
    for edge in range(source.shape[0]):
        value = best[source[edge]] + score[edge]
        if value > best[target[edge]]:
            best[target[edge]] = value
            back[target[edge]] = edge
    return best, back


@njit(cache=True)
def forward(source: Ints, target: Ints, score: Floats, nodes: int) -> Floats:
    """Return for each node the log of the summed weights of all paths from the first node."""
    total = np.full(nodes, -np.inf)
    total[0] = 0.0
    for edge in range(source.shape[0]):
        value = total[source[edge]] + score[edge]
        have = total[target[edge]]
        if value > have:
            total[target[edge]] = value + np.log1p(np.exp(have - value))
        elif value > -np.inf:
            total[target[edge]] = have + np.log1p(np.exp(value - have))
    return total


@njit(cache=True)
def backward(source: Ints, target: Ints, score: Floats, nodes: int) -> Floats:
    """Return for each node the log of the summed weights of all paths to the last node."""
    total = np.full(nodes, -np.inf)
    total[nodes - 1] = 0.0
    for edge in range(source.shape[0] - 1, -1, -1):
        value = total[target[edge]] + score[edge]
        have = total[source[edge]]
        if value > have:
            total[source[edge]] = value + np.log1p(np.exp(have - value))
        elif value > -np.inf:
            total[source[edge]] = have + np.log1p(np.exp(value - have))
    return total


@njit(cache=True)
def k_best(
    source: Ints, target: Ints, score: Floats, nodes: int, many: int
) -> tuple[Floats, Ints, Ints]:
    """Return the ``many`` best path scores per node, each with its last edge and its rank there."""
    best = np.full((nodes, many), -np.inf)
    edge_back = np.full((nodes, many), -1, np.int32)
    rank_back = np.full((nodes, many), -1, np.int32)
    best[0, 0] = 0.0
    for edge in range(source.shape[0]):
        node = target[edge]
        for rank in range(many):
            value = best[source[edge], rank] + score[edge]
            if not value > best[node, many - 1]:
                break
            place = many - 1
            while place > 0 and best[node, place - 1] < value:
                best[node, place] = best[node, place - 1]
                edge_back[node, place] = edge_back[node, place - 1]
                rank_back[node, place] = rank_back[node, place - 1]
                place -= 1
            best[node, place] = value
            edge_back[node, place] = edge
            rank_back[node, place] = rank
    return best, edge_back, rank_back


@njit(cache=True, fastmath=True)
def dots(
    left: NDArray[np.float32], left_row: Ints, right: NDArray[np.float32], right_row: Ints
) -> NDArray[np.float32]:
    """Return the dot product of ``left[left_row[n]]`` and ``right[right_row[n]]`` for each n."""
    width = left.shape[1]
    out = np.empty(left_row.shape[0], np.float32)
    for n in range(left_row.shape[0]):
        total = np.float32(0.0)
        one = left_row[n]
        two = right_row[n]
        for column in range(width):
            total += left[one, column] * right[two, column]
        out[n] = total
    return out


@njit(cache=True)
def heaviest_chain(rows: Ints, columns: Ints, weights: Floats, width: int) -> Ints:
    """Return the indices of the strictly increasing chain of points with the largest weight.

    Points come sorted by row, then by falling column, so that two points of one row never chain.
    A Fenwick tree keeps the best chain that ends left of each column: O(n log width).
    """
    count = rows.shape[0]
    tree = np.full(width + 1, -1, np.int32)
    total = np.zeros(count)
    back = np.full(count, -1, np.int32)
    last = -1
    for n in range(count):
        best = -1
        place = columns[n]
        while place > 0:
            if tree[place] >= 0 and (best < 0 or total[tree[place]] > total[best]):
                best = tree[place]
            place -= place & -place
        total[n] = weights[n] + (total[best] if best >= 0 else 0.0)
        back[n] = best
        place = columns[n] + 1
        while place <= width:
            if tree[place] < 0 or total[tree[place]] < total[n]:
                tree[place] = n
            place += place & -place
        if last < 0 or total[n] > total[last]:
            last = n
    return _follow(back, last)


@njit(cache=True)
def _follow(back: Ints, last: int) -> Ints:
    """Return the chain that ends at ``last``, in order."""
    length = 0
    at = last
    while at >= 0:
        length += 1
        at = back[at]
    chain = np.empty(length, np.int32)
    at = last
    while at >= 0:
        length -= 1
        chain[length] = at
        at = back[at]
    return chain
