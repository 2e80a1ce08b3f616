"""Two people review a briefing independently: nobody sees their verdicts until both are done."""

from dataclasses import replace

import pytest
from review_cases import briefing
from reviewer import Reviewer

from align.corpus.review import InvalidEditError, Request, ReviewSession, ReviewState
from align.corpus.review.double_review import (
    find_settlement,
    measure_agreement,
    open_double_review,
    read_answers,
    start_double_review,
)
from align.corpus.review.permissions import active_double_review, assign, give_role
from align.corpus.review.session import settle
from align.corpus.store import Decision, Store, people
from align.corpus.store.check import find_problems
from align.corpus.store.copy import copy, table_sums
from align.corpus.store.people import assignments
from align.corpus.store.schema import DOUBLE_REVIEW
from align.errors import AlignError, StoreError

ADDRESS = "https://news.example/water"


@pytest.fixture
def store(place):
    with Store.open(place, create=True) as opened:
        opened.save(briefing(), address=ADDRESS)
        roles = {"boss": "admin", "judge": "adjudicator", "ann": "reviewer", "bob": "reviewer"}
        for name, role in roles.items():
            give_role(opened, name, role)
        start_double_review(opened, "water", ["bob", "ann"])
        yield opened


@pytest.fixture
def two(store):
    return Reviewer(store, "ann", "t1"), Reviewer(store, "bob", "t2")


def finish(one: Reviewer, action: str = "accept") -> None:
    for place_, row in enumerate(one.session.state.rows):
        if row.status == "unreviewed":
            one.do(action, place_)


def seen(session: ReviewSession) -> list[tuple[str, str]]:
    return [(row.kind, row.status) for row in session.state.rows]


def test_neither_of_the_two_nor_anybody_else_sees_what_the_other_decided(store, two):
    ann, bob = two
    untouched = seen(bob.session)
    ann.do("merge", 0, 1)
    ann.do("accept", 0)
    assert seen(ann.session)[0] == ("2-2", "accepted")
    bob.session.refresh()
    for session in (
        bob.session,
        *(ReviewSession(store, "water", name) for name in ("bob", "judge", "boss")),
    ):
        assert seen(session) == untouched
        assert session.log == []
    assert store.history() == ()
    assert {row.status for row in store.rows("water")} == {"unreviewed"}
    assert read_answers(store, "water") == ()


def test_one_of_the_two_finds_their_own_decisions_again_and_can_take_them_back(store, two):
    ann, bob = two
    ann.do("merge", 0, 1)
    bob.do("reject", 0)
    again = Reviewer(store, "ann", "t3")
    assert seen(again.session) == seen(ann.session)
    again.do("undo")
    ann.session.refresh()
    assert seen(ann.session)[:2] == [("1-1", "unreviewed")] * 2
    assert seen(bob.session)[0] == ("1-1", "rejected")


def test_a_sentence_that_one_of_the_two_cuts_is_no_matter_to_the_other(store, two):
    ann, bob = two
    ann.do("cut", 2, side="en", at=0, offset=5)
    bob.do("accept", 2)
    assert (
        seen(ReviewSession(store, "water", "ann"))[2][0]
        != seen(ReviewSession(store, "water", "bob"))[2][0]
    )
    assert find_problems(store) == ()


def test_two_tabs_of_one_person_do_not_double_text_in_a_double_review(store):
    """Both looked before either wrote: the second one is refused, as in an open review."""
    one, two = ReviewState.read(store, "water").rows[:2]
    joined = replace(one, zh=one.zh + two.zh, en=one.en + two.en)
    merge = Decision("t1-1", "ann", "merge")
    first = store.decide("water", merge, [one, two], [joined], private=True)
    with pytest.raises(StoreError, match="changed by ann at"):
        store.decide("water", Decision("t2-1", "ann", "accept"), [one], [one], private=True)
    with pytest.raises(StoreError, match="merged, split or moved"):
        store.decide("water", Decision("t2-2", "ann", "accept"), [two], [two], private=True)
    assert store.decide("water", merge, [one, two], [joined], private=True) == first
    bobs = store.decide("water", Decision("t3-1", "bob", "accept"), [two], [two], private=True)
    assert store.history("water", names=("ann", "bob")) == (first, bobs)
    assert store.history("water", names=("bob",)) == (bobs,)


def test_no_private_verdict_is_written_once_the_review_is_open_or_cancelled(store):
    row = store.rows("water")[0]
    open_double_review(store, "water")
    for op in ("t1-1", "t1-2"):
        with pytest.raises(StoreError, match="opened a moment ago"):
            store.decide("water", Decision(op, "ann", "accept"), [row], [row], private=True)
        people.start_double_review(store, "water", ("ann", "bob"))
        people.assign(store, "water", [])  # ends it


def test_a_decision_that_arrives_twice_is_stored_once(store):
    session = ReviewSession(store, "water", "ann")
    request = Request("t1-1", "accept", (session.state.rows[0].id,))
    first = session.do(request)
    assert (
        session.do(request).entry
        == ReviewSession(store, "water", "ann").do(request).entry
        == first.entry
    )
    assert len(ReviewSession(store, "water", "ann").log) == 1


def test_nobody_else_decides_or_settles_before_it_opens(store, two):
    finish(two[0])
    for name in ("judge", "boss"):
        with pytest.raises(
            InvalidEditError, match="ann and bob are reviewing this briefing independently"
        ):
            Reviewer(store, name, name).do("accept", 0)
        assert "ann and bob" in ReviewSession(store, "water", name).refusal
    assert ReviewSession(store, "water", "ann").refusal == ""


def test_it_opens_when_both_are_done_with_what_they_agree_on(store, two):
    ann, bob = two
    ann.do("edit", 3, en_text="Last year 12,000 mu of trees were planted.")
    ann.do("merge", 6, 7)
    finish(ann)
    assert store.history() == ()
    bob.do("edit", 3, en_text="Last year 12,000 mu of trees were planted.")
    bob.do("reject", 1)
    finish(bob)
    (entry,) = store.history()
    assert (entry.decision.action, entry.decision.reviewer) == ("open", "ann and bob")
    rows = store.rows("water")
    assert [row.status for row in rows] == [
        *("accepted", "unreviewed", "accepted", "accepted", "accepted", "accepted"),
        *("unreviewed", "accepted", "accepted"),
    ]
    assert rows[3].en_final == "Last year 12,000 mu of trees were planted."
    assert rows[6].kind == "2-2"
    for session in (ann.session, bob.session):
        session.refresh()
        assert session.state.rows == rows
        assert not session.private
    assert find_problems(store) == ()


def test_after_the_opening_a_third_person_settles_what_they_differ_in(store, two):
    ann, bob = two
    ann.do("merge", 6, 7)
    finish(ann)
    bob.do("reject", 1)
    finish(bob)
    both = read_answers(store, "water")
    assert {entry.decision.reviewer for entry in both} == {"ann", "bob"}
    found = measure_agreement(both, "ann", "bob")
    assert [one.why for one in found.differences] == ["verdict", "boundaries"]
    verdict, boundaries = found.differences
    assert find_settlement(store.history(), verdict) is None
    settle(ReviewSession(store, "water", "judge"), verdict, "theirs", "t3-1")
    settle(ReviewSession(store, "water", "judge"), boundaries, "theirs", "t3-2")
    assert [find_settlement(store.history(), one).decision.op for one in found.differences] == [
        "t3-1",
        "t3-2",
    ]
    rows = store.rows("water")
    assert [row.status for row in rows].count("rejected") == 1
    assert {row.status for row in rows} == {"accepted", "rejected"}
    assert {row.kind for row in rows} == {"1-1"}
    with pytest.raises(InvalidEditError, match="cannot resolve"):
        settle(ReviewSession(store, "water", "ann"), verdict, "mine", "t4-1")
    assert measure_agreement(read_answers(store, "water"), "ann", "bob") == found
    assert find_problems(store) == ()


def test_an_answer_that_was_lost_before_the_opening_is_given_again_and_nothing_is_done_twice(store):
    session = ReviewSession(store, "water", "ann")
    request = Request("t1-1", "accept", (session.state.rows[0].id,))
    first = session.do(request)
    open_double_review(store, "water")
    assert ReviewSession(store, "water", "ann").do(request).entry == first.entry
    assert [entry.decision.action for entry in store.history()] == ["open"]


def test_a_review_whose_opening_was_cut_off_opens_with_the_next_look(store, two):
    ann, bob = two
    finish(ann)
    finish(bob)
    with store.writing() as connection:
        connection.execute(DOUBLE_REVIEW.update().values(opened_at=None))
    session = ReviewSession(store, "water", "bob")
    assert not session.private
    assert active_double_review(store, "water") is None
    assert [entry.decision.action for entry in store.history()] == ["open"]


def test_a_session_that_was_there_before_a_double_review_becomes_private(store):
    store.save(briefing(name="lake"), address="https://news.example/lake")
    ann, bob = Reviewer(store, "ann", "t1"), Reviewer(store, "bob", "t2")
    ann.session, bob.session = (
        ReviewSession(store, "lake", "ann"),
        ReviewSession(store, "lake", "bob"),
    )
    ann.do("accept", 0)
    start_double_review(store, "lake", ["ann", "bob"])
    bob.do("reject", 1)
    assert seen(bob.session)[:2] == [("1-1", "accepted"), ("1-1", "rejected")]
    assert seen(ReviewSession(store, "lake", "ann"))[:2] == [
        ("1-1", "accepted"),
        ("1-1", "unreviewed"),
    ]


def test_an_admin_opens_early_and_only_what_both_decided_alike_counts(store, two):
    ann, bob = two
    for one in (ann, bob):
        one.do("accept", 0)
    ann.do("accept", 1)
    bob.do("reject", 2)
    open_double_review(store, "water")
    assert [row.status for row in store.rows("water")] == ["accepted"] + ["unreviewed"] * 9
    assert len(read_answers(store, "water")) == 4
    with pytest.raises(AlignError, match="no independent review is in progress"):
        open_double_review(store, "water")
    with pytest.raises(AlignError, match="its independent review is already complete"):
        start_double_review(store, "water", ["ann", "bob"])


def test_a_double_review_that_nobody_began_is_cancelled_by_another_assignment(store):
    assign(store, "water", ["ann"])
    assert active_double_review(store, "water") is None
    assert assignments(store) == {"water": ("ann",)}


def test_a_review_that_has_begun_is_not_taken_from_the_two(store, two):
    two[0].do("accept", 0)
    for change in (
        lambda: assign(store, "water", ["judge"]),
        lambda: start_double_review(store, "water", ["ann", "judge"]),
    ):
        with pytest.raises(
            AlignError, match=r"ann and bob are reviewing .*: align people open water"
        ):
            change()
    with pytest.raises(StoreError, match="ann and bob review water independently"):
        store.save(briefing(), address=ADDRESS)


@pytest.mark.parametrize("names", [["ann"], ["ann", "ann"], ["ann", "bob", "judge"]])
def test_it_takes_two(store, names):
    with pytest.raises(AlignError, match="exactly two people"):
        start_double_review(store, "water", names)


def test_a_reader_cannot_be_one_of_the_two(store):
    give_role(store, "eve", "reader")
    with pytest.raises(AlignError, match="eve: not a reviewer"):
        start_double_review(store, "water", ["ann", "eve"])


def test_private_verdicts_are_copied_with_the_corpus(store, two, tmp_path):
    two[0].do("accept", 0)
    with Store.open(tmp_path / "copy", create=True) as target:
        copy(store, target)
        assert table_sums(target) == table_sums(store)
        assert seen(ReviewSession(target, "water", "ann")) == seen(two[0].session)
