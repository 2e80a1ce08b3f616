"""The fewest keys that make rows right, as benchmarks/review_keys.py counts them."""

import pytest

from align.aligner.evaluate import Link
from benchmarks.fewest_keys import Place, cheapest, knot


def no_cut(row: Link) -> None:
    """Refuse ``s``: only a chosen split is left."""


def keys(rows, right, *, cursor=0, side="en", cut=no_cut, parts=(), accepting=False):
    start = Place(tuple(rows), (False,) * len(rows), cursor, side)
    way = cheapest(start, frozenset(right), cut, parts, accepting=accepting)
    return sum(stroke.keys for stroke, _ in way), [stroke.action for stroke, _ in way]


def test_two_rows_that_belong_together_take_one_key_from_either():
    rows, right = [((0,), (0,)), ((1,), (1, 2))], [((0, 1), (0, 1, 2))]
    assert keys(rows, right) == (1, ["merge"])
    assert keys(rows, right, cursor=1) == (1, ["merge"])


def test_a_split_takes_one_key_where_the_aligner_finds_it_and_one_more_by_the_arrows():
    rows, right = [((0, 1), (0, 1))], [((0,), (0,)), ((1,), (1,))]
    assert keys(rows, right, cut=lambda row: (1, 1)) == (1, ["split"])
    assert keys(rows, right) == (2, ["split"])


def test_the_arrows_of_a_split_begin_with_the_last_sentence_below():
    rows = [((0, 1, 2), (0, 1, 2))]
    right = [((0,), (0, 1)), ((1, 2), (2,))]
    assert keys(rows, right, side="zh") == (3, ["split"])
    assert keys(rows, right, side="en") == (4, ["split"])


def test_a_sentence_in_the_wrong_row_is_shifted_on_the_side_of_the_cursor():
    rows, right = [((0,), (0, 1)), ((1,), (2,))], [((0,), (0,)), ((1,), (1, 2))]
    assert keys(rows, right) == (1, ["shift"])
    assert keys(rows, right, side="zh") == (2, ["", "shift"])


def test_text_without_translation_gets_a_row_that_needs_no_accepting():
    rows, right = [((0,), (0,)), ((1,), (1,))], [((0,), ()), ((), (0,)), ((1,), (1,))]
    taken, actions = keys(rows, right, side="zh", accepting=True)
    assert taken == 4
    assert actions == ["alone", "", "accept", "accept"]


def test_a_right_alternative_takes_one_key_and_is_accepted():
    rows, right = [((0,), (0, 1, 2)), ((1, 2), (3,))], [((0, 1), (0,)), ((2,), (1, 2, 3))]
    parts = [{"now": tuple(rows), "other": tuple(right)}]
    assert keys(rows, right, parts=parts) == (1, ["choose"])
    taken, actions = keys(rows, right, parts=parts, accepting=True)
    assert taken == 3
    assert sorted(actions) == ["", "", "choose"]
    wrong = [{"now": tuple(rows), "other": (((0,), (0,)), ((1, 2), (1, 2, 3)))}]
    assert "choose" not in keys(rows, right, parts=wrong)[1]


def test_right_rows_are_accepted_one_key_each():
    rows = [((0,), (0,)), ((1,), (1,))]
    assert keys(rows, rows, accepting=True) == (2, ["accept", "accept"])


def test_rows_of_other_sentences_are_refused():
    with pytest.raises(ValueError, match="cannot be made gold"):
        keys([((0,), (0,))], [((0,), (1,))])


def test_a_knot_reaches_as_far_as_beads_cross_rows():
    rows = [((0,), (0,)), ((1,), (1, 2)), ((2,), (3,)), ((3,), (4,))]
    gold = [((0,), (0,)), ((1,), (1,)), ((2,), (2, 3)), ((3,), (4,))]
    assert knot(rows, gold, 2) == (range(1, 3), frozenset(gold[1:3]))
