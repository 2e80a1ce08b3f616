"""The compiled loops of the encoder give the numbers of plain numpy, bit by bit."""

import numpy as np
import pytest

from align.aligner.encoders.use.kernels import add_windows


@pytest.mark.parametrize(("order", "left"), [(2, 0), (3, 1), (5, 2)])
def test_windows_are_added_in_the_order_of_their_slots(order: int, left: int):
    random = np.random.default_rng(order)
    pieces, width, count = 12, 20, 40
    slots = random.normal(size=(pieces, order, width)).astype(np.float32)
    own = random.normal(size=(pieces, width)).astype(np.float32)
    bias = random.normal(size=width).astype(np.float32)
    places = random.integers(1, pieces, count)
    places[[0, 1, 17, count - 1]] = 0
    empty = np.arange(pieces) == 0

    expected = np.zeros((count, width), np.float32)
    for slot in range(order):
        near = np.clip(np.arange(count) - left + slot, 0, count - 1)
        expected += slots[places[near], slot]
    expected = np.maximum(expected + bias, np.float32(0)) + own[places]
    expected[empty[places]] = 0

    found = add_windows(slots, own, bias, empty, places, left)
    assert found.tobytes() == expected.tobytes()
