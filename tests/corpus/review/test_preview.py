"""What a move of many rows would change, before anything does."""

import pytest
from review_cases import ZH, briefing, stored, texts
from reviewer import Reviewer

from align.corpus.review import InvalidEditError, Request
from align.records import Bead


@pytest.fixture
def ann(tmp_path):
    with stored(tmp_path / "corpus") as store:
        yield Reviewer(store, "ann", "t1")


def foresee(ann, place, **more):
    row = ann.session.state.rows[place].id
    return ann.session.foresee(Request("t1-p", "send", (row,), side="zh", **more))


def test_a_move_is_foreseen_within_its_turn_and_across_turns(ann):
    before = ann.session.state
    within, across = foresee(ann, 3, target=4)
    assert (within.places, within.turns, within.request.across) == ((3, 4, 5), 0, False)
    assert (across.places, across.turns, across.request.across) == ((3, 4, 5, 6, 7, 8, 9), 2, True)
    assert texts(within.after)[:2] == [
        ("", before.rows[3].en_text),
        (ZH[1][2], "The lake is clearer."),
    ]
    assert (ann.session.state, ann.session.log) == (before, [])


def test_what_is_foreseen_is_what_comes(ann):
    across = foresee(ann, 3, target=4)[-1]
    ann.session.do(across.request)
    changed = [ann.session.state.rows[place] for place in range(3, 3 + len(across.after))]
    assert texts(changed) == texts(across.after)


def test_a_move_that_can_only_leave_its_turn_has_one_way(ann):
    (only,) = foresee(ann, 5, target=6)
    assert (only.request.across, only.turns) == (True, 2)


def test_a_move_to_the_row_where_the_text_is_has_no_way(ann):
    with pytest.raises(InvalidEditError, match="already in that row"):
        foresee(ann, 5, target=5)


def test_rows_that_stay_as_they_are_are_not_counted(tmp_path):
    class Problem:
        def solve(self, fixed):
            beads = [Bead((0, 1), (0, 1), 0.8), *(Bead((n,), (n,), 0.9) for n in range(2, 10))]
            return type("Solved", (), {"alignment": type("Alignment", (), {"beads": beads})})

        def probability(self, beads):
            return [0.9 for _ in beads]

    with stored(tmp_path / "corpus", briefing()) as store:
        bo = Reviewer(store, "bo", "t", lambda *_: Problem())
        row = bo.session.state.rows[4].id
        (way,) = bo.session.foresee(Request("t-p", "resolve", (row,)))
        assert (way.places, len(way.after), bo.session.log) == ((0, 1), 1, [])
