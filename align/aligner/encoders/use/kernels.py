"""Compiled loops of the encoder. Imports numba, so import this module in functions."""

import numpy as np

from ...arrays import F32, I64
from ...text.compiled import compile_loop
from .tables import BRANCHES


@compile_loop(nogil=True)
def add_windows(products: F32, bias: F32, places: I64) -> F32:
    """Return the output of the first layer for each position, (branches, positions, width).

    :param products: the product of each piece and each slot of each window, then what a position
        adds to its own output in each branch, (pieces, slots + branches, width). Piece 0 is a gap.
    :param bias: (branches x width,).
    :param places: the piece at each position. The first and the last position are gaps, so a window
        may be clipped there.
    """
    count = len(places)
    width = products.shape[2]
    out = np.zeros((len(BRANCHES), count, width), np.float32)
    first = 0  # slot of the branch
    for branch in range(len(BRANCHES)):
        order, left = BRANCHES[branch]
        own = products.shape[1] - len(BRANCHES) + branch
        for position in range(count):
            piece = places[position]
            if piece == 0:
                continue
            row = out[branch, position]
            row[:] = products[places[max(position - left, 0)], first]
            for slot in range(1, order):
                near = places[min(max(position - left + slot, 0), count - 1)]
                part = products[near, first + slot]
                for column in range(width):
                    row[column] += part[column]
            added, shift = products[piece, own], bias[branch * width : (branch + 1) * width]
            for column in range(width):
                row[column] = max(row[column] + shift[column], np.float32(0.0)) + added[column]
        first += order
    return out


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
