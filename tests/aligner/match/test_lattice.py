from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.aligner.match.candidates import edges_between
from align.aligner.match.lattice import BEAD_TYPES, Edges, Lattice


def every_cell(zh, en):
    return np.arange((zh + 1) * (en + 1), dtype=np.int64)


def lattice_of(zh, en, seed, keep=1.0):
    edges = edges_between(every_cell(zh, en), en + 1)
    random = np.random.default_rng(seed)
    if keep < 1:
        edges = edges.take(random.random(len(edges)) < keep)
    return Lattice.build(edges, random.normal(0, 2, len(edges)), en + 1, (zh, en))


def all_paths(lattice, node=0):
    """Every path from a node to the last, as tuples of edges: what the kernels sum over."""
    if node == len(lattice.nodes) - 1:
        yield ()
        return
    for edge in np.flatnonzero(lattice.source == node):
        for rest in all_paths(lattice, int(lattice.target[edge])):
            yield (int(edge), *rest)


sizes = st.tuples(st.integers(0, 3), st.integers(0, 3)).filter(any)


def test_every_bead_type_between_two_corners_is_an_edge():
    edges = edges_between(every_cell(6, 6), 7)
    whole = (edges.zh_start == 0) & (edges.en_start == 0)
    found = set(zip(edges.zh_size[whole].tolist(), edges.en_size[whole].tolist(), strict=True))
    assert found == set(BEAD_TYPES)


def test_an_edge_needs_both_its_cells():
    edges = edges_between(np.array([0, 3], np.int64), 2)
    assert [(int(a), int(b)) for a, b in zip(edges.zh_end, edges.en_end, strict=True)] == [(1, 1)]


@settings(deadline=None)
@given(sizes, st.integers(0, 1000))
def test_the_best_path_is_the_best_of_all(size, seed):
    lattice = lattice_of(*size, seed)
    best = max(lattice.score[list(path)].sum() for path in all_paths(lattice))
    assert lattice.score[lattice.best_path()].sum() == pytest.approx(best)


@settings(deadline=None)
@given(sizes, st.integers(0, 1000), st.sampled_from([1.0, 0.7]))
def test_posteriors_are_the_shares_of_all_paths(size, seed, keep):
    lattice = lattice_of(*size, seed, keep)
    paths = list(all_paths(lattice))
    if not paths:
        assert len(lattice.best_path()) == 0
        return
    weights = np.array([np.exp(lattice.score[list(path)].sum()) for path in paths])
    share = np.zeros(len(lattice.edges))
    for path, weight in zip(paths, weights, strict=True):
        share[list(path)] += weight / weights.sum()
    sums = lattice.sums()
    assert sums.total == pytest.approx(np.log(weights.sum()))
    assert lattice.posterior(sums) == pytest.approx(share)


@settings(deadline=None)
@given(sizes, st.integers(0, 1000))
def test_the_three_best_paths_are_the_three_best_of_all(size, seed):
    lattice = lattice_of(*size, seed)
    found = lattice.within(0, len(lattice.nodes) - 1, 3)
    scores = sorted((lattice.score[list(p)].sum() for p in all_paths(lattice)), reverse=True)
    assert [score for _, score in found] == pytest.approx(scores[:3])
    assert all(lattice.score[edges].sum() == pytest.approx(score) for edges, score in found)


@given(sizes, st.integers(0, 1000))
@settings(deadline=None)
def test_a_path_passes_each_sentence_once(size, seed):
    lattice = lattice_of(*size, seed)
    places = lattice.positions(lattice.best_path())
    assert places[0].tolist() == [0, 0]
    assert places[-1].tolist() == list(size)
    assert all((two >= one).all() for one, two in pairwise(places))


def test_edges_have_different_keys():
    edges = edges_between(every_cell(7, 7), 8)
    assert len(np.unique(edges.keys())) == len(edges)


def test_edges_of_beads_are_half_open():
    from align.records import Bead

    edges = Edges.of([Bead((2, 3), (5,))])
    assert [int(part[0]) for part in edges.parts] == [2, 4, 5, 6]


def test_a_sentence_left_over_anywhere_is_left_over_for_certain():
    edges = edges_between(every_cell(1, 2), 3)
    edges = edges.take(~edges.full)
    lattice = Lattice.build(edges, np.zeros(len(edges)), 3, (1, 2))
    posterior = lattice.posterior(lattice.sums())
    omitted = lattice.edges.en_size == 0
    assert posterior[omitted].tolist() == pytest.approx([1 / 3] * 3)
    assert lattice.certainty(posterior)[omitted].tolist() == pytest.approx([1.0] * 3)


@given(sizes, st.integers(0, 10))
def test_a_bead_with_two_sides_is_as_certain_as_its_edge(size, seed):
    lattice = lattice_of(*size, seed)
    posterior = lattice.posterior(lattice.sums())
    full = lattice.edges.full
    assert (lattice.certainty(posterior)[full] == posterior[full]).all()
    assert (lattice.certainty(posterior) >= posterior - 1e-12).all()
