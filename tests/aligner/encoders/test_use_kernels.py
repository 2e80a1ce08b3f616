"""The compiled loops of the encoder give the numbers of plain numpy."""

import numpy as np

from align.aligner.encoders.use.kernels import add_features, add_windows
from align.aligner.encoders.use.pieces import BRANCHES, SLOTS

WIDTH = 20


def draw(random, *shape):
    return random.normal(size=shape).astype(np.float32)


def test_windows_are_added_in_the_order_of_their_slots_bit_by_bit():
    random = np.random.default_rng(1)
    pieces, count, kept, start, stop = 12, 40, 7, 2, 35
    products = draw(random, pieces, SLOTS + len(BRANCHES), WIDTH)
    bias = draw(random, len(BRANCHES) * WIDTH)
    places = random.integers(0, pieces, count)
    places[[0, 1, 17, count - 2, count - 1]] = -1

    found = np.full((len(BRANCHES), stop - start, WIDTH), np.nan, np.float32)
    add_windows(products[:kept], products[kept:], bias, places, start, stop, found)

    products = np.concatenate([products, np.zeros_like(products[:1])])  # the last row is a gap
    positions = np.arange(start, stop)
    first = 0
    for branch, (order, left) in enumerate(BRANCHES):
        expected = np.zeros((len(positions), WIDTH), np.float32)
        for slot in range(order):
            expected += products[places[positions - left + slot], first + slot]
        expected += bias[branch * WIDTH : (branch + 1) * WIDTH]
        own = products[places[positions], SLOTS + branch]
        expected = np.maximum(expected, np.float32(0)) + own
        expected[places[positions] < 0] = 0
        assert found[branch].tobytes() == expected.tobytes()
        first += order


def test_features_are_scaled_and_added_to_their_sums():
    random = np.random.default_rng(2)
    rows, inputs, width = 5, 30, len(BRANCHES) * WIDTH
    products, bias = draw(random, rows, width), draw(random, width)
    embedding, hidden = draw(random, 7, inputs), draw(random, len(BRANCHES), 9, WIDTH)
    pieces, positions = np.array([3, 6, 0, 3, 1]), np.array([2, 3, 4, 7, 8])
    entries = np.array([0, 1, 3, 3, 4, 5])  # row 1 is part of two sums, row 2 of none
    sums, times = np.array([0, 0, 2, 2, 1]), np.array([1, 1, 1, -1, 2], np.float32)
    total = np.zeros((3, inputs + width), np.float32)

    add_features(
        products, bias, embedding, hidden, pieces, positions, entries, sums, times, 1e-3, total
    )

    own = np.concatenate([*hidden[:, positions]], axis=1)
    x = np.concatenate([embedding[pieces], np.maximum(products + bias, 0) + own], axis=1)
    x -= x.mean(axis=1, keepdims=True)
    x /= np.sqrt((x**2).mean(axis=1, keepdims=True) + 1e-3)
    np.testing.assert_allclose(total, [x[0] + x[1], 2 * x[4], x[1] - x[3]], atol=1e-5)
