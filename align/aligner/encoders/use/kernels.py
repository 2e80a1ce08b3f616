"""Compiled loops of the encoder. Imports numba, so import this module in functions."""

import numpy as np

from ...arrays import F32, I64
from ...text.compiled import compile_loop
from .pieces import BRANCHES


@compile_loop(nogil=True)
def add_windows(
    kept: F32, others: F32, bias: F32, places: I64, positions: I64, branch: int, out: F32
) -> None:
    """Write the output of one branch of the first layer at some positions to ``out``.

    :param kept: the product of each piece and each slot of each window, then what a position adds
        to its own output in each branch, (pieces, slots + branches, width).
    :param others: the same for other pieces.
    :param bias: of the branch, (width,).
    :param places: the piece at each position: a row of ``kept``, or of ``others`` counted from the
        end of ``kept``, or -1 for a gap. No window reaches beyond the positions.
    :param positions: positions without a gap.
    :param out: a row for each of them, (positions, width).
    """
    known, width = len(kept), kept.shape[2]
    order, left = BRANCHES[branch]
    first = 0  # slot of the branch
    for before in range(branch):
        first += BRANCHES[before][0]
    for n in range(len(positions)):
        position, row = positions[n], out[n]
        row[:] = 0.0
        for slot in range(order):
            near = places[position - left + slot]
            if near < 0:
                continue
            products = kept[near] if near < known else others[near - known]
            part = products[first + slot]
            for column in range(width):
                row[column] += part[column]
        own = places[position]
        piece = kept[own] if own < known else others[own - known]
        added = piece[len(piece) - len(BRANCHES) + branch]
        for column in range(width):
            row[column] = max(row[column] + bias[column], np.float32(0.0)) + added[column]


@compile_loop(nogil=True)
def add_rows(rows: F32, chosen: I64, out: F32) -> None:
    """Add the chosen rows to the rows of ``out``; -1 chooses none."""
    for n in range(len(chosen)):
        if chosen[n] >= 0:
            row = rows[chosen[n]]
            for column in range(rows.shape[1]):
                out[n, column] += row[column]


@compile_loop(nogil=True, fastmath=True)
def add_features(
    outputs: F32,
    embedding: F32,
    inputs: tuple[F32, ...],
    own: I64,
    pieces: I64,
    entries: I64,
    sums: I64,
    times: F32,
    eps: float,
    total: F32,
) -> None:
    """Compute the features of some rows, and add them to their sums in ``total``, (sums, features).

    The features of a row are its embedding and the outputs of the second layer, scaled together to
    mean 0 and variance 1.

    :param outputs: the outputs of the second layer, (branches, rows, width).
    :param embedding: the embedding of each piece.
    :param inputs: the different outputs of the first layer for each branch, (outputs, width).
    :param own: which of them each row has, (branches, rows).
    :param pieces: the piece of each row.
    :param entries: the entries of row n are ``sums[entries[n]:entries[n + 1]]``, with their
        ``times``.
    :param eps: is added to the variance.
    """
    size, width = total.shape[1], outputs.shape[2]
    embedded = embedding.shape[1]
    row = np.empty(size, np.float32)
    for n in range(len(pieces)):
        row[:embedded] = embedding[pieces[n]]
        for branch in range(len(BRANCHES)):
            output, added = outputs[branch, n], inputs[branch][own[branch, n]]
            first = embedded + branch * width
            for column in range(width):
                row[first + column] = max(output[column], np.float32(0.0)) + added[column]
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
