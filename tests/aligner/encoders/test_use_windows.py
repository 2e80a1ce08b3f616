"""Equal windows have one number, and gaps have none."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from align.aligner.encoders.use.pieces import BRANCHES
from align.aligner.encoders.use.windows import GAP, find_windows

texts = st.lists(st.integers(0, 3), min_size=1, max_size=40)


@given(middle=texts, chosen=st.data())
def test_two_positions_have_the_same_window_if_its_pieces_are_equal(middle, chosen):
    pieces = np.array([0] * GAP + middle + [0] * GAP)
    inner = st.sampled_from(range(GAP, GAP + len(middle)))
    rows = np.array(sorted(chosen.draw(st.sets(inner))), np.int64)
    near = {row + away for row in rows for away in range(-GAP, GAP + 1) if pieces[row + away]}
    for (order, left), windows in zip(BRANCHES, find_windows(pieces, rows), strict=True):
        content = {at: tuple(pieces[at - left : at - left + order]) for at in near}
        assert {*np.flatnonzero(windows.number >= 0)} == near
        assert len(windows.firsts) == len({*content.values()})
        for at in near:
            assert content[windows.firsts[windows.number[at]]] == content[at]
