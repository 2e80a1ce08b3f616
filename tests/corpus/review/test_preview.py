"""What a move of many rows would change, before anything does."""

import pytest
from review_cases import ZH, briefing, stored, texts
from reviewer import Reviewer

from align.corpus.review import InvalidEditError, Request
from align.corpus.review.requests import TooManyRowsError
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


def test_the_undo_of_a_far_move_is_refused_to_a_plain_key_and_foreseen(ann):
    before = texts(ann.session.state.rows)
    ann.session.do(foresee(ann, 3, target=4)[-1].request)
    moved = ann.session.state
    with pytest.raises(TooManyRowsError, match="8 rows would change"):
        ann.session.do(Request("t1-u", "undo", near=True))
    assert ann.session.state == moved
    (way,) = ann.session.foresee(Request("t1-v", "undo"))
    assert (way.places, way.turns, way.moves_text) == (tuple(range(3, 11)), 2, True)
    ann.session.do(way.request)
    assert texts(ann.session.state.rows) == before


def test_an_undo_that_was_confirmed_undoes_nothing_else(ann):
    rows = [row.id for row in ann.session.state.rows]
    ann.session.do(Request("t1-1", "accept-many", tuple(rows[:5])))
    (way,) = ann.session.foresee(Request("t1-2", "undo"))
    assert (way.places, way.moves_text) == ((0, 1, 2, 3, 4), False)
    ann.session.do(Request("t1-3", "accept", (rows[7],)))
    with pytest.raises(InvalidEditError, match="a different one now"):
        ann.session.do(way.request)
    assert [row.status for row in ann.session.state.rows].count("accepted") == 6


def test_a_plain_key_undoes_and_redoes_what_changed_a_row_and_its_neighbours(ann):
    rows = [row.id for row in ann.session.state.rows]
    ann.session.do(Request("t1-1", "merge", tuple(rows[3:6])))
    ann.session.do(Request("t1-2", "undo", near=True))
    assert [row.id for row in ann.session.state.rows] == rows
    ann.session.do(Request("t1-3", "redo", near=True))
    assert len(ann.session.state.rows) == len(rows) - 2


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
