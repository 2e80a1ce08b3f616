"""The ladder: what is written is read back, and what is broken is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.corpus.exchange.formats.ladder import check_coverage, format_bead, read_ladder
from align.errors import FormatError
from align.records import Bead

indices = st.lists(st.integers(0, 99_999), max_size=6).map(tuple)
beads = st.builds(
    Bead,
    zh=indices,
    en=indices,
    probability=st.none() | st.integers(0, 10_000).map(lambda count: count / 10_000),
)


@given(st.lists(beads, max_size=20))
def test_a_written_ladder_is_read_back(rows):
    assert read_ladder(map(format_bead, rows), name="x") == tuple(rows)


@pytest.mark.parametrize("text", ["[0]", "0:0", "[a]:[0]", "[0]:[0]:high", "<b>[0]:[0]"])
def test_a_line_that_is_no_bead_is_named(text):
    with pytest.raises(FormatError, match=r"beads\.txt, line 2: not a bead"):
        read_ladder(["[0]:[0]", text], name="beads.txt")


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (["[0]:[0]", "[0, 1]:[1]"], "zh sentence 0 occurs twice"),
        (["[0]:[0]", "[2]:[1]"], "zh sentence 2 occurs although the text has only 2"),
        (["[0]:[0]", "[]:[1]"], "zh sentence 1 is in no bead"),
        (["[0]:[0]", "[1]:[]"], "en sentence 1 is in no bead"),
    ],
)
def test_a_ladder_must_cover_each_sentence_once(rows, says):
    with pytest.raises(FormatError, match=says):
        check_coverage(read_ladder(rows, name="x"), 2, 2, name="x")


def test_a_whole_ladder_passes():
    check_coverage(read_ladder(["[0]:[0]", "[1]:[]", "[]:[1]"], name="x"), 2, 2, name="x")


@pytest.mark.parametrize("cost", ["1.2", "-0.1", "1e999"])
def test_numbers_that_are_no_probabilities_are_not_taken_for_some(cost):
    found = read_ladder(["[0]:[0]:0.3", f"[1]:[1]:{cost}"], name="x")
    assert [bead.probability for bead in found] == [None, None]
