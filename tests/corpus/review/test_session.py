import pytest
from review_cases import briefing, stored
from reviewer import Reviewer

from align.aligner.match import Alternative, Matching
from align.corpus.review import InvalidEditError, Request, ReviewSession, worst_first
from align.corpus.review.double_review import final_rows, measure_agreement
from align.corpus.review.history import restore, undo_stack
from align.corpus.review.keys import KeyClashError, bind_keys, check_keys
from align.corpus.review.queue import (
    RowFilter,
    expected_share,
    filter_rows,
    first_verdicts,
    risk,
)
from align.corpus.review.realign import AlternativeRows, alternative_key, find_alternatives
from align.corpus.review.row_history import history_of_row
from align.corpus.review.state import content
from align.records import Alignment, Bead


class Ruler:
    """An aligner that likes beads of as many sentences on both sides."""

    ways = ()

    def __call__(self, zh, en):
        self.count = len(zh)
        return self

    def probability(self, beads):
        return [0.9 if len(bead.zh) == len(bead.en) else 0.2 for bead in beads]

    def solve(self, fixed):
        taken = {n for bead in fixed for n in bead.zh}
        free = [Bead((n,), (n,), 0.95) for n in range(self.count) if n not in taken]
        ways = tuple(Alternative(way, 0.5) for way in self.ways)
        return Matching(Alignment((*fixed, *free), ""), (ways,) if ways else ())


class Proposer(Ruler):
    """An aligner that knows other ways to divide the first four sentences, in any order."""

    def __init__(self, *ways):
        self.ways = ways


@pytest.fixture
def ann(store):
    return Reviewer(store, "ann", "t1", Ruler())


def test_a_verdict_is_in_the_store_at_once(store, ann):
    ann.do("accept", 0)
    row = store.rows("water")[0]
    assert (row.status, row.reviewer, row.revision) == ("accepted", "ann", 1)
    (entry,) = store.history("water")
    assert (entry.decision.action, entry.before[0].status) == ("accept", "unreviewed")


def test_a_request_that_arrives_twice_is_done_once(store, ann):
    request = Request("t1-9", "merge", (ann.session.state.rows[0].id,), seen=0)
    first = ann.session.do(request)
    again = ReviewSession(store, "water", "ann").do(request)
    assert again.entry.seq == first.entry.seq
    assert len(store.rows("water")) == 9


def test_two_tabs_of_one_reviewer_do_not_overwrite_each_other(store, ann):
    other = Reviewer(store, "ann", "t2")
    seen = other.session.seq
    ann.do("reject", 3)
    with pytest.raises(
        InvalidEditError, match=r"ann changed this row at .* \(rejected: unreviewed → rejected\)"
    ):
        other.do("accept", 3, seen=seen)
    other.do("accept", 4, seen=seen)
    assert [row.status for row in store.rows("water")][3:5] == ["rejected", "accepted"]


@pytest.mark.parametrize(
    ("action", "more"),
    [
        ("shift", {"side": "en"}),
        ("merge", {}),
        ("send", {"side": "en", "target": 6, "across": True}),
        ("restore", {"target": 1}),
    ],
)
def test_a_move_does_not_take_along_a_row_that_somebody_judged_unseen(store, ann, action, more):
    ann.do("accept", 8)
    other = Reviewer(store, "bob", "t2")
    seen = ann.session.seq
    other.do("flag", 5, note="Nobody but Bob has read this.")
    here = 8 if action == "restore" else 4
    places = () if action == "restore" else (here,)
    with pytest.raises(
        InvalidEditError, match=r"bob changed a row that this would change at .* \(flag"
    ):
        ann.do(action, *places, seen=seen, **more)
    assert store.rows("water")[5].note == "Nobody but Bob has read this."
    ann.do("accept", 3, seen=seen)
    ann.do(action, *places, **more)  # now it was seen


def test_text_goes_to_the_row_that_was_meant_although_rows_above_were_joined(store, ann):
    other = Reviewer(store, "bob", "t2")
    seen, rows = ann.session.seq, ann.session.state.rows
    other.do("merge", 0, 1)
    pair, where = (rows[5].id, rows[6].id), {"side": "en", "target": 6, "across": True}
    ann.session.do(Request("t1-9", "send", pair, seen=seen, **where))
    there = {row.id: row for row in store.rows("water")}
    assert there[rows[6].id].en_final.endswith(rows[5].en_final)
    assert there[rows[5].id].en == ()
    with pytest.raises(InvalidEditError, match="merged, split or moved"):
        ann.session.do(Request("t1-10", "send", (rows[5].id, rows[1].id), seen=9, side="zh"))


def test_fast_requests_of_one_tab_need_no_answer_between_them(ann):
    seen = ann.session.seq
    ann.do("merge", 2, seen=seen)
    ann.do("accept", 2, seen=seen)
    assert (ann.kinds[2], ann.statuses[2]) == ("2-2", "accepted")


def test_rows_that_a_move_touched_are_scored_anew(ann):
    ann.do("shift", 3, side="en", up=True)
    assert [row.probability for row in ann.session.state.rows[2:4]] == [0.2, 0.2]
    ann.do("shift", 2, side="en")
    assert [row.probability for row in ann.session.state.rows[2:4]] == [0.9, 0.9]


def test_a_split_without_a_choice_takes_the_most_probable_cut(ann):
    ann.do("merge", 3, 4, 5)
    ann.do("split", 3)
    assert ann.kinds[3:5] == ["1-1", "2-2"]


def test_a_split_without_an_aligner_divides_by_length(store):
    bo = Reviewer(store, "bo", "b")
    bo.do("merge", 3, 4)
    bo.do("split", 3)
    assert bo.kinds[3:5] == ["1-1", "1-1"]


@pytest.mark.parametrize(
    ("en", "zh", "kinds"),
    [
        ((2, 3), (3,), ["0-1", "1-1"]),
        ((3, 4), (3,), ["1-1", "0-1"]),
        ((3,), (3, 4), ["1-1", "1-0"]),
    ],
)
def test_a_single_sentence_keeps_the_longer_text_when_its_row_is_split_without_an_aligner(
    tmp_path, zh, en, kinds
):
    beads = [
        Bead(tuple(range(zh[0])), tuple(range(en[0]))),
        Bead(zh, en),
        Bead(tuple(range(zh[-1] + 1, 10)), tuple(range(en[-1] + 1, 10))),
    ]
    with stored(tmp_path / "corpus", briefing(beads=beads)) as store:
        bo = Reviewer(store, "bo", "b")
        bo.do("split", 1)
        assert bo.kinds[1:3] == kinds


def test_a_move_that_changes_nothing_writes_nothing_and_stays_at_its_row(store, ann):
    ann.do("accept", 1)
    again = ann.do("accept", 1)
    assert (again.entry, again.row) == (None, ann.session.state.rows[1].id)
    assert len(store.history()) == 1


def test_probabilities_found_later_are_in_the_state_and_in_the_store(store, ann):
    row = ann.session.state.rows[2]
    new = ann.session.take_probabilities({row.id: 0.25})
    ann.session.store.set_probabilities("water", new)
    assert [one.probability for one in ann.session.state.rows[1:4]] == [0.9, 0.25, 0.9]
    assert [one.probability for one in store.rows("water")[1:4]] == [0.9, 0.25, 0.9]
    assert store.history() == ()


PAIRS = (Bead((0,), (0,)), Bead((1,), (1,)))
BOTH = (Bead((0, 1), (0, 1), 0.5),)
APART = (Bead((0,), ()), Bead((1,), (0, 1)))


def test_an_alternative_is_taken_by_what_it_is_although_they_come_in_another_order(store):
    cy = Reviewer(store, "cy", "t3", Proposer(PAIRS, BOTH, APART))
    state = cy.session.state
    found = find_alternatives(state, state.rows[1].id, cy.session.aligner)
    assert (found.run, [one.beads for one in found.alternatives]) == (range(2), [BOTH, APART])
    both, apart = (alternative_key(state, one) for one in found.alternatives)
    cy.session.aligner = Proposer(PAIRS, APART, BOTH)
    cy.do("choose", 1, option=both)
    assert cy.kinds[:2] == ["2-2", "1-1"]
    assert cy.session.state.rows[0].probability == 0.5
    assert cy.statuses[:2] == ["accepted", "unreviewed"]  # who takes one has seen it
    cy.do("undo")
    cy.do("choose", 0, option=apart)
    assert cy.kinds[:2] == ["1-0", "1-2"]


def test_an_alternative_that_is_there_no_longer_is_refused(store):
    cy = Reviewer(store, "cy", "t3", Proposer(PAIRS, BOTH, APART))
    state = cy.session.state
    apart = alternative_key(state, Alternative(APART, 0.5))
    cy.session.aligner = Proposer(PAIRS, BOTH)
    for name in (apart, ""):
        with pytest.raises(InvalidEditError, match="this alternative is no longer available"):
            cy.do("choose", 0, option=name)
    assert cy.kinds[:2] == ["1-1", "1-1"]


def test_there_is_no_alternative_where_none_is_proposed_or_it_cuts_through_rows(store, ann):
    row = ann.session.state.rows[0].id
    assert find_alternatives(ann.session.state, row, ann.session.aligner) == AlternativeRows()
    assert find_alternatives(ann.session.state, row, Proposer(PAIRS, BOTH)).alternatives
    assert (
        find_alternatives(ann.session.state, ann.session.state.rows[4].id, Proposer(PAIRS, BOTH))
        == AlternativeRows()
    )
    ann.do("merge", 1, 2)
    assert find_alternatives(ann.session.state, row, Proposer(PAIRS, BOTH)) == AlternativeRows()


def test_moves_that_are_impossible_say_why(ann):
    with pytest.raises(InvalidEditError, match="accept: choose a row first"):
        ann.do("accept")
    with pytest.raises(InvalidEditError, match="no row to merge with"):
        ann.do("merge", 0, up=True)
    with pytest.raises(InvalidEditError, match="one sentence"):
        ann.do("split", 0)
    with pytest.raises(InvalidEditError, match="unknown action"):
        ann.do("dance", 0)
    with pytest.raises(InvalidEditError, match="nothing to undo"):
        ann.do("undo")


def test_the_text_between_confirmed_rows_is_aligned_anew(ann):
    ann.do("accept", 1, 6)
    ann.do("merge", 3, 4)
    ann.do("resolve", 4)
    assert ann.kinds == ["1-1"] * 10
    assert ann.session.state.rows[3].probability == 0.95
    assert ann.statuses[1] == ann.statuses[6] == "accepted"


def test_without_an_aligner_rows_are_not_aligned_anew(store):
    with pytest.raises(InvalidEditError, match="still loading"):
        Reviewer(store, "bo", "b").do("resolve", 1)


def test_undo_and_redo_go_on_in_another_session(store, ann):
    start = [content(row) for row in ann.session.state.rows]
    ann.do("accept", 1)
    ann.do("merge", 1, 2)
    ann.do("edit", 1, en_text="Thank you all.")
    end = [content(row) for row in ann.session.state.rows]
    later = Reviewer(store, "ann", "t7")
    for _ in range(3):
        later.do("undo")
    assert [content(row) for row in later.session.state.rows] == start
    for _ in range(3):
        later.do("redo")
    assert [content(row) for row in later.session.state.rows] == end
    later.do("undo")
    later.do("accept", 5)
    with pytest.raises(InvalidEditError, match="nothing to redo"):
        later.do("redo")
    assert len(store.history("water")) == 3 + 3 + 3 + 2


def test_undo_takes_back_only_ones_own_decisions(store, ann):
    bo = Reviewer(store, "bo", "b")
    ann.do("accept", 1)
    bo.do("accept", 2)
    ann.do("undo")
    assert [row.status for row in store.rows("water")][1:3] == ["unreviewed", "accepted"]
    ann.do("accept", 1)
    bo.session.refresh()
    bo.do("reject", 1)
    with pytest.raises(InvalidEditError, match="bo changed this row"):
        ann.do("undo")


def test_the_history_of_a_row_includes_the_rows_it_was_made_of(ann):
    ann.do("accept", 2)
    ann.do("accept", 8)
    ann.do("merge", 1, 2)
    row = ann.session.state.rows[1].id
    changes = history_of_row(ann.session.state, ann.session.log, row)
    assert [change.entry.decision.action for change in changes] == ["accept", "merge"]
    assert "Thank you." in str(changes[1].description)


def test_a_move_of_many_rows_and_its_undo_are_one_line_of_each_row(ann):
    ann.do("send", 0, side="en", target=1, across=True)
    ann.do("accept", 9)
    ann.do("undo")
    ann.do("undo")
    for row in ann.session.state.rows[:9]:
        (change,) = history_of_row(ann.session.state, ann.session.log, row.id)
        assert (change.entry.decision.action, change.undone_by.seq) == ("send", 4)
        assert str(change.description).startswith("English: ")
    ann.do("redo")
    (change,) = history_of_row(ann.session.state, ann.session.log, ann.session.state.rows[4].id)
    assert (change.undone_by, change.restores) == (None, 1)


def test_what_was_undone_is_restored_from_the_history_of_a_row(ann):
    ann.do("merge", 1, 2)
    ann.do("undo")
    row = ann.session.state.rows[1].id
    (change,) = history_of_row(ann.session.state, ann.session.log, row)
    ann.do("restore", 1, target=change.restores)
    assert ann.kinds[1] == "2-2"


def test_a_move_that_leaves_a_row_as_it_was_is_not_in_its_history(ann):
    ann.do("shift", 3, side="en", up=True)
    lines = [
        len(history_of_row(ann.session.state, ann.session.log, row.id))
        for row in ann.session.state.rows
    ]
    assert lines == [0, 0, 1, 1, 0, 0, 0, 0, 0, 0]


def test_any_earlier_state_of_a_row_comes_back_with_its_neighbours_only(ann):
    before = [content(row) for row in ann.session.state.rows]
    first = ann.do("merge", 1, 2).entry.seq
    ann.do("shift", 1, side="en")
    ann.do("accept", 7)
    ann.do("restore", 1, target=first)
    after = [content(row) for row in ann.session.state.rows]
    assert after[:8] == before[:8]
    assert ann.statuses[8] == "accepted"


def test_the_whole_briefing_can_be_restored_and_that_undone(ann):
    before = [content(row) for row in ann.session.state.rows]
    first = ann.do("merge", 1, 2).entry.seq
    ann.do("accept", 7)
    change = restore(ann.session.state, ann.session.log, first)
    assert len(change.before) == 2
    ann.do("restore", target=first)
    assert [content(row) for row in ann.session.state.rows] == before
    ann.do("undo")
    assert ann.kinds[1] == "2-2"


def test_one_undo_takes_back_a_split_inside_of_sentences(ann):
    before = [content(row) for row in ann.session.state.rows]
    ann.do("split", 3, inside=True, zh=14, en=46)
    assert ann.session.state.rows[3].zh_text == "去年全市新增造林1.2万亩，"
    ann.do("undo")
    assert [content(row) for row in ann.session.state.rows] == before
    ann.do("redo")
    row = ann.session.state.rows[4]
    assert (row.zh_text, row.en_text) == ("增长3.5%。", "up 3.5 percent.")


def test_a_sentence_that_another_session_cut_is_read(store, ann):
    bo = Reviewer(store, "bo", "b")
    bo.do("cut", 3, side="zh", at=0, offset=5)
    ann.session.refresh()
    ann.do("accept", 3)
    assert ann.session.state.rows[3].kind == "2-1"
    assert (
        ann.session.state.join_text(ann.session.state.rows[3].zh, "zh")
        == "去年全市新增造林1.2万亩，增长3.5%。"
    )


def test_what_others_did_since_is_in_the_log_and_not_undone(store, ann):
    bo = Reviewer(store, "bo", "b")
    ann.do("accept", 0)
    bo.do("reject", 1)
    ann.do("accept", 2)
    actions = [entry.decision.action for entry in ann.session.log]
    assert actions == ["accept", "reject", "accept"]
    assert len(undo_stack(ann.session.log, "ann").done) == 2


def test_rows_of_another_corpus_state_are_refused_and_read_again(store, ann):
    store.save(briefing(), address="https://news.example/water")
    with pytest.raises(InvalidEditError, match="check the rows"):
        ann.do("accept", 1)
    ann.do("accept", 1)
    assert store.rows("water")[1].status == "accepted"


def test_the_most_doubtful_row_comes_first(tmp_path):
    beads = [Bead((n,), (n,), p) for n, p in enumerate([0.9, 0.4, None, 0.99, 0.8])]
    beads += [Bead((n,), (n,), 0.9999) for n in range(5, 10)]
    with stored(tmp_path / "c", briefing(beads=beads)) as store:
        rows = store.rows("water")
    queue = worst_first(rows)
    assert [row.probability for row in queue[:4]] == [0.4, None, 0.8, 0.9]
    assert expected_share(queue, 2) == pytest.approx(1.1 / (0.6 + 0.5 + 0.2 + 0.1 + 0.01 + 0.0005))
    assert expected_share((), 5) == 1.0
    checked_rows = worst_first(rows, {rows[0].id: ["number", "name", "length"]})
    assert checked_rows[2].probability == 0.9
    assert risk(rows[0], 1) == pytest.approx(2 / 11)


def test_filters_narrow_the_rows(store, ann):
    ann.do("merge", 3, 4)
    ann.do("flag", 6, reason="name")
    rows = ann.session.state.rows

    def pick(**wanted):
        found = filter_rows(
            rows,
            RowFilter(**wanted),
            speaker=lambda row: "高远" if ann.session.state.turn_of(row, "zh") in (1, 3) else "",
            checks={rows[0].id: ["length"]},
        )
        return [rows.index(row) for row in found]

    assert pick() == list(range(9))
    assert pick(text="the  LAKE") == [3]
    assert pick(text="水价") == [5, 7]
    assert pick(speakers=frozenset({"高远"})) == [2, 3, 4, 6, 7, 8]
    assert pick(kinds=frozenset({"2-2"})) == [3]
    assert pick(below=0.5) == []
    assert pick(checks=frozenset({"length"})) == [0]
    assert pick(statuses=frozenset({"flagged"})) == [6]
    assert pick(reviewers=frozenset({"ann"})) == [3, 6]
    assert pick(statuses=frozenset({"flagged"}), text="湖") == []


def test_promises_are_checked_against_verdicts(ann):
    for place in (0, 1, 2):
        ann.do("accept", place)
    ann.do("reject", 3)
    ann.do("accept", 4)
    ann.do("undo")
    found = first_verdicts(ann.session.log)
    assert [one.right for one in found] == [True, True, True, False]
    assert {one.probability for one in found} == {0.9}


def test_rows_accepted_in_bulk_say_nothing_about_the_aligner(ann):
    ann.do("accept-many", 0, 1, 2)
    assert [row.status for row in ann.session.state.rows[:4]] == ["accepted"] * 3 + ["unreviewed"]
    assert first_verdicts(ann.session.log) == ()
    ann.do("undo")
    assert {row.status for row in ann.session.state.rows} == {"unreviewed"}


@pytest.mark.parametrize("action", ["edit", "merge", "split"])
def test_mending_accepts_open_rows_where_that_is_wanted(ann, action):
    ann.do("merge", 0, 1)
    ann.do(action, 0, en_text="Else.", zh=1, en=1, accept=True)
    assert ann.session.state.rows[0].status == "accepted"
    assert ann.session.log[-1].after[-1].status == "accepted"


def test_mending_leaves_a_flag_where_it_is(ann):
    ann.do("flag", 0)
    ann.do("edit", 0, en_text="Else.", accept=True)
    assert ann.session.state.rows[0].status == "flagged"


def test_a_verdict_that_was_undone_once_more_than_redone_does_not_count(ann):
    ann.do("reject", 3)
    for step, counted in (("undo", 0), ("redo", 1), ("undo", 0), ("redo", 1)):
        ann.do(step)
        assert len(first_verdicts(ann.session.log)) == counted


def test_the_verdict_of_somebody_else_is_confirmed_ones_own_is_not_given_twice(store, ann):
    bo = Reviewer(store, "bo", "b")
    ann.do("alone", 0, side="zh")
    marked = ann.session.state.rows[0]
    assert ann.do("accept", 0).entry is None
    bo.session.refresh()
    assert bo.do("accept", 0).entry.after[0].reason == marked.reason == "omission"
    assert bo.session.state.rows[0].reviewer == "bo"
    assert bo.do("accept", 0).entry is None
    bo.do("undo")
    assert bo.session.state.rows[0].status == "accepted"
    assert final_rows(bo.session.log, "bo") == ()
    assert bo.do("reopen", 2).entry is None


def test_two_reviewers_are_compared_on_what_both_reviewed(store, ann):
    bo = Reviewer(store, "bo", "b")
    for place in range(4):
        ann.do("accept", place)
    ann.do("merge", 4, 5)
    ann.do("accept", 4)
    bo.session.refresh()
    for place in range(3):
        bo.do("accept", place)
    bo.do("reject", 3)
    bo.do("split", 4, zh=1, en=1)
    bo.do("accept", 4)
    bo.do("accept", 5)
    both = measure_agreement(bo.session.log, "ann", "bo")
    assert both.common == 4
    assert both.strict == pytest.approx(2 * 4 / (5 + 6))
    assert both.lax == 1.0
    assert both.kappa == pytest.approx(0.0)
    assert [one.why for one in both.differences] == ["verdict", "boundaries"]
    assert measure_agreement(bo.session.log, "ann", "cy").differences == ()


def test_keys_can_be_changed_but_not_shared():
    stored_keys = check_keys({"accept": ("y",), "next": ("ArrowDown", "j")})
    assert stored_keys == {"accept": ["y"]}
    table = {command.name: command.keys for command in bind_keys(stored_keys)}
    assert (table["accept"], table["reject"]) == (("y",), ("x",))
    with pytest.raises(KeyClashError, match="Reject and continue"):
        check_keys({"accept": ("x",)})
    with pytest.raises(KeyClashError, match="unknown command"):
        check_keys({"dance": ("y",)})
    assert bind_keys("nonsense") == bind_keys({})


def test_no_two_defaults_share_a_key():
    assert check_keys({}) == {}
