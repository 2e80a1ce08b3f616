"""The compiled loops of the encoder give the numbers of plain numpy."""

import numpy as np
import pytest

from align.aligner.encoders.use.kernels import add_features, add_rows, add_windows
from align.aligner.encoders.use.pieces import BRANCHES, SLOTS

WIDTH = 20


def draw(random, *shape):
    return random.normal(size=shape).astype(np.float32)


@pytest.mark.parametrize("branch", range(len(BRANCHES)))
def test_windows_are_added_in_the_order_of_their_slots_bit_by_bit(branch):
    random = np.random.default_rng(1)
    pieces, count, kept = 12, 40, 7
    products = draw(random, pieces, SLOTS + len(BRANCHES), WIDTH)
    bias = draw(random, WIDTH)
    places = random.integers(0, pieces, count)
    places[[0, 1, 17, count - 2, count - 1]] = -1
    positions = np.flatnonzero(places >= 0)[::-2]

    found = np.full((len(positions), WIDTH), np.nan, np.float32)
    add_windows(products[:kept], products[kept:], bias, places, positions, branch, found)

    products = np.concatenate([products, np.zeros_like(products[:1])])  # the last row is a gap
    order, left = BRANCHES[branch]
    first = sum(order for order, _ in BRANCHES[:branch])
    expected = np.zeros((len(positions), WIDTH), np.float32)
    for slot in range(order):
        expected += products[places[positions - left + slot], first + slot]
    expected = (
        np.maximum(expected + bias, np.float32(0)) + products[places[positions], SLOTS + branch]
    )
    assert found.tobytes() == expected.tobytes()


def test_chosen_rows_are_added_to_others():
    rows, out = np.array([[1, 2], [10, 20]], np.float32), np.ones((4, 2), np.float32)
    add_rows(rows, np.array([1, -1, 0, 1]), out)
    assert out.tolist() == [[11, 21], [1, 1], [2, 3], [11, 21]]


def test_features_are_scaled_and_added_to_their_sums():
    random = np.random.default_rng(2)
    rows, embedded = 5, 30
    outputs, embedding = draw(random, len(BRANCHES), rows, WIDTH), draw(random, 7, embedded)
    inputs = tuple(draw(random, 6 + branch, WIDTH) for branch in range(len(BRANCHES)))
    own = random.integers(0, 6, (len(BRANCHES), rows))
    pieces = np.array([3, 6, 0, 3, 1])
    entries = np.array([0, 1, 3, 3, 4, 5])  # row 1 is part of two sums, row 2 of none
    sums, times = np.array([0, 0, 2, 2, 1]), np.array([1, 1, 1, -1, 2], np.float32)
    total = np.zeros((3, embedded + len(BRANCHES) * WIDTH), np.float32)

    add_features(outputs, embedding, inputs, own, pieces, entries, sums, times, 1e-3, total)

    added = [part[chosen] for part, chosen in zip(inputs, own, strict=True)]
    x = np.concatenate([embedding[pieces], *(np.maximum(outputs, 0) + added)], axis=1)
    x -= x.mean(axis=1, keepdims=True)
    x /= np.sqrt((x**2).mean(axis=1, keepdims=True) + 1e-3)
    np.testing.assert_allclose(total, [x[0] + x[1], 2 * x[4], x[1] - x[3]], atol=1e-5)
