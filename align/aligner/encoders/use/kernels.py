"""Compiled loops of the encoder. Imports numba, so import this module in functions."""

import numpy as np

from ...arrays import F32, I64
from ...text.compiled import compile_loop
from .pieces import BRANCHES


@compile_loop(nogil=True)
def add_windows(
    kept: F32, others: F32, bias: F32, places: I64, start: int, stop: int, out: F32
) -> None:
    """Write the output of the first layer for some positions to ``out``.

    ``out[:, n]`` are the branches of position ``start + n``, (branches, positions, width); it is
    zero at a gap.

    :param kept: the product of each piece and each slot of each window, then what a position adds
        to its own output in each branch, (pieces, slots + branches, width).
    :param others: the same for other pieces.
    :param bias: (branches x width,).
    :param places: the piece at each position: a row of ``kept``, or of ``others`` counted from the
        end of ``kept``, or -1 for a gap. No window reaches beyond the positions.
    """
    known, width = len(kept), kept.shape[2]
    for position in range(start, stop):
        out[:, position - start] = 0.0
        own = places[position]
        if own < 0:
            continue
        piece = kept[own] if own < known else others[own - known]
        first = 0  # slot of the branch
        for branch in range(len(BRANCHES)):
            order, left = BRANCHES[branch]
            row = out[branch, position - start]
            for slot in range(order):
                near = places[position - left + slot]
                if near < 0:
                    continue
                products = kept[near] if near < known else others[near - known]
                part = products[first + slot]
                for column in range(width):
                    row[column] += part[column]
            first += order
            added = piece[len(piece) - len(BRANCHES) + branch]
            shift = bias[branch * width : (branch + 1) * width]
            for column in range(width):
                row[column] = max(row[column] + shift[column], np.float32(0.0)) + added[column]


@compile_loop(nogil=True)
def join_rows(rows: F32, firsts: I64, out: F32) -> None:
    """Write consecutive rows next to each other: ``out[n]`` are those from ``firsts[n]`` on."""
    width = rows.shape[1]
    count = out.shape[1] // width
    for n in range(len(firsts)):
        for place in range(count):
            row = rows[firsts[n] + place]
            for column in range(width):
                out[n, place * width + column] = row[column]


@compile_loop(nogil=True, fastmath=True)
def add_features(
    products: F32,
    bias: F32,
    embedding: F32,
    hidden: F32,
    pieces: I64,
    positions: I64,
    entries: I64,
    sums: I64,
    times: F32,
    eps: float,
    total: F32,
) -> None:
    """Compute the features of some rows, and add them to their sums in ``total``, (sums, features).

    The features of a row are its embedding and the outputs of the second layer, scaled together to
    mean 0 and variance 1.

    :param products: the products of the second layer, (rows, branches x width).
    :param bias: (branches x width,).
    :param embedding: the embedding of each piece.
    :param hidden: the output of the first layer, (branches, positions, width).
    :param pieces: the piece of each row; ``positions`` likewise.
    :param entries: the entries of row n are ``sums[entries[n]:entries[n + 1]]``, with their
        ``times``.
    :param eps: is added to the variance.
    """
    inputs, width = embedding.shape[1], hidden.shape[2]
    size = total.shape[1]
    row = np.empty(size, np.float32)
    for n in range(len(pieces)):
        row[:inputs] = embedding[pieces[n]]
        for branch in range(hidden.shape[0]):
            own, first = hidden[branch, positions[n]], branch * width
            for column in range(width):
                output = products[n, first + column] + bias[first + column]
                row[inputs + first + column] = max(output, np.float32(0.0)) + own[column]
        mean = np.float32(0.0)
        for column in range(size):
            mean += row[column]
        mean /= np.float32(size)
        square = np.float32(0.0)
        for column in range(size):
            row[column] -= mean
            square += row[column] * row[column]
        scale = 1.0 / np.sqrt(square / size + eps)
        for entry in range(entries[n], entries[n + 1]):
            factor, target = np.float32(times[entry] * scale), total[sums[entry]]
            for column in range(size):
                target[column] += factor * row[column]
