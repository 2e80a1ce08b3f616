"""Products of pieces: frequent ones are read, rare ones computed, in any order of the texts."""

import numpy as np
import pytest

from align.aligner.encoders.use.pieces import FirstLayer, PieceProducts, embed
from align.aligner.encoders.use.tables import load_tables


@pytest.fixture(scope="module")
def weights():
    return load_tables()[1]


def find(products: PieceProducts, weights, pieces):
    """Return the products of some pieces, none of them a gap."""
    places, others = products.find(pieces, embed(weights, pieces))
    return np.concatenate([products.kept, others])[places]


def test_the_products_of_frequent_pieces_are_the_stored_ones_in_any_order(weights):
    pieces = weights.frequent[[70, 3, 900]]
    products = PieceProducts(weights)
    find(products, weights, weights.frequent[[5, 900, 64]])
    assert np.array_equal(find(products, weights, pieces), weights.products[np.array([70, 3, 900])])


def test_the_stored_products_are_those_of_the_first_layer(weights):
    pieces = weights.frequent[:64]
    computed = FirstLayer(weights).products(embed(weights, pieces))
    np.testing.assert_allclose(weights.products[np.arange(64)], computed, atol=1e-4)


def test_a_gap_has_no_place_and_a_rare_piece_is_computed(weights):
    rare = next(piece for piece in range(1_000, 100_000) if piece not in weights.frequent)
    pieces = np.array([-1, rare, weights.frequent[0]])
    products = PieceProducts(weights)
    places, others = products.find(pieces, embed(weights, np.maximum(pieces, 0)))
    assert places.tolist() == [-1, len(products.kept), 0]
    expected = FirstLayer(weights).products(embed(weights, np.array([rare])))
    assert np.array_equal(others, expected)
