"""Compiled loops of the encoder. Imports numba, so import this module in functions."""

import numpy as np
from numpy.typing import NDArray

from ...arrays import F32, I64
from ...text.compiled import compile_loop


@compile_loop(nogil=True)
def add_windows(
    slots: F32, own: F32, bias: F32, empty: NDArray[np.bool_], places: I64, left: int
) -> F32:
    """Return the output of one branch of the first layer for each position, (positions, width).

    :param slots: the product of each piece and each slot of the window, (pieces, order, width).
    :param own: what a position adds to its own output, (pieces, width).
    :param empty: whether a piece is a gap, whose output is 0, (pieces,).
    :param places: the piece at each position. The first and the last position are gaps, so a window
        may be clipped there.
    :param left: the number of positions of the window before its own position.
    """
    count = len(places)
    _pieces, order, width = slots.shape
    out = np.zeros((count, width), np.float32)
    for position in range(count):
        piece = places[position]
        if empty[piece]:
            continue
        row, input_row = out[position], own[piece]
        row[:] = slots[places[max(position - left, 0)], 0]
        for slot in range(1, order):
            part = slots[places[min(max(position - left + slot, 0), count - 1)], slot]
            for column in range(width):
                row[column] += part[column]
        for column in range(width):
            row[column] = max(row[column] + bias[column], np.float32(0.0)) + input_row[column]
    return out
