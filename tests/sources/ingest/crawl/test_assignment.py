"""The assignment: one to one, never worse than greedy, and the best there is."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from align.sources.ingest.crawl.assignment import assign

WEIGHTS = st.one_of(st.sampled_from([1.0, 2.0, 3.0]), st.floats(-3, 9, width=32))


def graphs(most: int):
    ends = st.integers(0, most)
    return st.dictionaries(ends, st.dictionaries(ends, WEIGHTS, max_size=most), max_size=most)


def total(edges, chosen) -> float:
    return sum(edges[left][right] for left, right in chosen.items())


def best_by_trying(edges) -> float:
    lefts = sorted(edges)
    rights = sorted({right for others in edges.values() for right in others})
    places = [*rights, *([None] * len(lefts))]
    return max(
        sum(
            max(0.0, edges[left].get(right, 0.0))
            for left, right in zip(lefts, choice, strict=True)
            if right is not None
        )
        for choice in set(permutations(places, len(lefts)))
    )


def greedy(edges) -> float:
    pairs = sorted(
        ((weight, left, right) for left in edges for right, weight in edges[left].items()),
        reverse=True,
    )
    lefts, rights, summed = set(), set(), 0.0
    for weight, left, right in pairs:
        if weight > 0 and left not in lefts and right not in rights:
            lefts.add(left)
            rights.add(right)
            summed += weight
    return summed


@given(graphs(3))
def test_the_choice_is_the_best_there_is(edges):
    assert abs(total(edges, assign(edges)) - best_by_trying(edges)) < 1e-4


@given(graphs(30))
def test_the_choice_is_one_to_one_and_never_worse_than_greedy(edges):
    chosen = assign(edges)
    assert len(set(chosen.values())) == len(chosen)
    assert all(edges[left][right] > 0 for left, right in chosen.items())
    assert total(edges, chosen) >= greedy(edges) - 1e-4


def test_a_page_gives_up_its_best_partner_where_another_has_no_other():
    assert assign({0: {0: 5.0, 1: 4.0}, 1: {0: 4.5}}) == {0: 1, 1: 0}
