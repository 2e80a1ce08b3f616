"""People: what a role allows, who is assigned, who is here, and how differences are settled."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from corpus_places import until_somebody_waits
from review_cases import briefing
from reviewer import Reviewer

from align.corpus.review import InvalidEditError, Request, ReviewSession
from align.corpus.review.double_review import (
    Difference,
    find_settlement,
    measure_agreement,
    settlement_edit,
)
from align.corpus.review.permissions import (
    PERSON_ROLES,
    assign,
    give_role,
    join_names,
    read_permission,
    remove_role,
)
from align.corpus.review.session import settle
from align.corpus.store import Decision, Store
from align.corpus.store.check import find_problems
from align.corpus.store.people import assignments, roles
from align.corpus.store.records import describe_changes
from align.corpus.store.schema import ASSIGNMENT
from align.corpus.store.write import lock
from align.errors import AlignError, StoreError
from align.records import Bead

NOW = dt.datetime(2031, 5, 14, 9, 30, tzinfo=dt.UTC)


@pytest.fixture
def store(place):
    with Store.open(place, create=True) as opened:
        opened.save(briefing(), address="https://news.example/water")
        yield opened


def listed_people(store: Store, **roles: str) -> None:
    for name, role in roles.items():
        give_role(store, name, role)


# -- roles -----------------------------------------------------------------------------------------


def test_where_nobody_has_a_role_everyone_is_an_admin(store):
    assert read_permission(store, "anyone").role == "admin"
    Reviewer(store, "anyone", "t1").do("accept", 0)


def test_once_somebody_has_a_role_all_others_only_read(store):
    listed_people(store, ann="admin")
    assert read_permission(store, "stranger").role == "reader"
    assert read_permission(store, "ann").may("manage")


def test_with_a_login_whoever_has_no_role_only_reads_even_in_a_new_corpus(store):
    assert read_permission(store, "ann@example.org", login=True).role == "reader"
    session = ReviewSession(store, "water", "ann@example.org", login=True)
    with pytest.raises(InvalidEditError, match="has the role reader and cannot review rows"):
        session.do(Request("t1-1", "accept", (session.state.rows[0].id,)))


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        ("reader", ()),
        ("reviewer", ("decide",)),
        ("adjudicator", ("decide", "settle")),
        ("admin", ("decide", "settle", "manage")),
    ],
)
def test_each_role_may_do_what_the_ones_before_it_may(store, role, rights):
    listed_people(store, boss="admin", ann=role)
    found = read_permission(store, "ann")
    assert tuple(right for right in ("decide", "settle", "manage") if found.may(right)) == rights


def test_a_reader_is_refused_every_move_and_nothing_is_written(store):
    listed_people(store, boss="admin", ann="reader")
    ann = Reviewer(store, "ann", "t1")
    for action in ("accept", "merge", "undo", "reopen", "restore"):
        with pytest.raises(InvalidEditError, match="align people add ann --role reviewer"):
            ann.do(action, 0)
    assert store.history() == ()


def test_a_role_that_is_taken_away_counts_at_once(store):
    listed_people(store, boss="admin", ann="reviewer")
    ann = Reviewer(store, "ann", "t1")
    ann.do("accept", 0)
    give_role(store, "ann", "reader")
    with pytest.raises(InvalidEditError, match="ann has the role reader"):
        ann.do("accept", 1)


def test_a_request_that_was_done_is_answered_after_the_role_is_gone(store):
    listed_people(store, boss="admin", ann="reviewer")
    session = ReviewSession(store, "water", "ann")
    request = Request("t1-1", "accept", (session.state.rows[0].id,))
    first = session.do(request)
    give_role(store, "ann", "reader")
    assert session.do(request).entry == first.entry


def test_a_role_that_does_not_exist_is_named_with_those_that_do(store):
    with pytest.raises(
        AlignError, match=f"boss: not a role; choose from {', '.join(PERSON_ROLES)}"
    ):
        give_role(store, "ann", "boss")


@pytest.mark.parametrize("name", ["", "  ", "a" * 121, "ann\u202e", "ann\x00", "a\u200bnn"])
def test_a_name_that_cannot_be_read_on_a_screen_is_refused(store, name):
    with pytest.raises(AlignError, match="not a valid name"):
        give_role(store, name, "reviewer")


def test_people_are_listed_changed_and_removed(store):
    assert give_role(store, "boss", "admin")
    assert give_role(store, "ann", "reviewer")
    assert not give_role(store, "ann", "adjudicator")
    assert list(roles(store).items()) == [("ann", "adjudicator"), ("boss", "admin")]
    remove_role(store, "ann")
    with pytest.raises(StoreError, match="ann: no person of this name has a role"):
        remove_role(store, "ann")


def test_somebody_stays_admin_until_the_last_one_leaves(store):
    with pytest.raises(AlignError, match="a corpus with roles needs an admin"):
        give_role(store, "ann", "reviewer")
    listed_people(store, boss="admin", ann="reviewer")
    for change in (lambda: give_role(store, "boss", "reader"), lambda: remove_role(store, "boss")):
        with pytest.raises(AlignError, match="a corpus with roles needs an admin"):
            change()
    remove_role(store, "ann")
    remove_role(store, "boss")
    assert read_permission(store, "anyone").role == "admin"


# -- assignments -----------------------------------------------------------------------------------


def test_a_briefing_that_is_assigned_is_read_by_other_reviewers_and_decided_by_these(store):
    listed_people(store, boss="admin", judge="adjudicator", ann="reviewer", bob="reviewer")
    assign(store, "water", ["ann"])
    with pytest.raises(InvalidEditError, match="assigned to ann; you can only read it"):
        Reviewer(store, "bob", "t1").do("accept", 0)
    for name in ("ann", "judge", "boss"):
        Reviewer(store, name, name).do("accept", 0)
        Reviewer(store, name, name + "2").do("reopen", 0)


def test_an_assignment_is_replaced_and_taken_back(store):
    listed_people(store, boss="admin", ann="reviewer", bob="reviewer")
    assign(store, "water", ["bob", "ann", "ann"])
    assert assignments(store) == {"water": ("ann", "bob")}
    assign(store, "water", [])
    assert assignments(store) == {}


def test_of_two_assignments_at_once_the_later_one_stands(store):
    listed_people(store, boss="admin", ann="reviewer", bob="reviewer")
    with ThreadPoolExecutor(1) as pool:
        with store.writing() as connection:
            lock(connection, "water")
            values = {"briefing_id": "water", "person": "ann", "at": NOW}
            connection.execute(ASSIGNMENT.insert().values(**values))
            later = pool.submit(assign, store, "water", ["ann", "bob"])
            until_somebody_waits(store)
        later.result()
    assert assignments(store) == {"water": ("ann", "bob")}


def test_only_reviewers_of_this_corpus_and_briefings_of_it_can_be_assigned(store):
    listed_people(store, boss="admin", ann="reviewer", eve="reader")
    for name in ("eve", "stranger"):
        with pytest.raises(AlignError, match=f"{name}: not a reviewer"):
            assign(store, "water", [name])
    with pytest.raises(StoreError, match="nope: unknown briefing"):
        assign(store, "nope", ["ann"])


def test_assignments_leave_with_the_person_and_with_the_briefing(store):
    listed_people(store, boss="admin", ann="reviewer", bob="reviewer")
    assign(store, "water", ["ann", "bob"])
    remove_role(store, "bob")
    assert assignments(store) == {"water": ("ann",)}
    store.remove("water")
    assert assignments(store) == {}
    assert find_problems(store) == ()


# -- what changed ----------------------------------------------------------------------------------


def test_whoever_comes_second_is_told_what_the_first_one_changed(store):
    ann, bob = Reviewer(store, "ann", "t1"), Reviewer(store, "bob", "t2")
    ann.do("edit", 5, en_text="Two new waterworks will be built.")
    with pytest.raises(
        InvalidEditError, match=r"ann changed this row at \d\d:\d\d:\d\d UTC \(edited: "
    ) as told:
        bob.do("accept", 5, seen=0)
    assert "English: “Two waterworks w…” → “Two new waterworks w…”); check the new version" in str(
        told.value
    )


def test_the_store_says_what_changed_when_two_write_at_the_same_moment(store):
    row = store.rows()[0]
    flagged = replace(row, status="flagged", reason="other", note="see page 3")
    store.decide("water", Decision("a-1", "ann", "flag"), [row], [flagged])
    with pytest.raises(StoreError, match="unreviewed → flagged; reason: “other”; note: “see page"):
        store.decide("water", Decision("b-1", "bob", "accept"), [row], [row])


def test_a_long_text_is_shown_only_around_the_change(store):
    row = replace(store.rows()[0], en_text="word " * 500, zh_text="水" * 900)
    new = replace(row, en_edit="word " * 250 + "other " + "word " * 250, zh_edit="")
    said = describe_changes(row, new)
    assert "other" in said
    assert "→ nothing" in said
    assert len(said) < 260


# -- two reviewers and a third ---------------------------------------------------------------------


@pytest.fixture
def differ(store):
    """Ann joined two rows that bob, who came later, cut apart again, and accepted as they were."""
    listed_people(store, boss="admin", judge="adjudicator", ann="reviewer", bob="reviewer")
    ann = Reviewer(store, "ann", "t1")
    ann.do("merge", 1, 2)
    ann.do("accept", 1)
    bob = Reviewer(store, "bob", "t2")
    bob.do("split", 1, zh=1, en=1)
    bob.do("accept", 1, 2)
    (difference,) = measure_agreement(store.history("water"), "ann", "bob").differences
    assert difference.why == "boundaries"
    return difference


@pytest.mark.parametrize(("choice", "kinds"), [("mine", ["2-2"]), ("theirs", ["1-1", "1-1"])])
def test_a_third_person_lets_one_of_two_answers_stand(store, differ, choice, kinds):
    session = ReviewSession(store, "water", "judge")
    done = settle(session, differ, choice, "t3-1", note="see the style guide")
    rows = [row for row in store.rows("water") if row.reviewer == "judge"]
    assert [row.kind for row in rows] == kinds
    assert {row.status for row in rows} == {"accepted"}
    assert [row.id for row in session.state.rows] == [row.id for row in store.rows("water")]
    names = [name for row in store.rows("water") for name in row.zh]
    assert names == [
        name for row in ReviewSession(store, "water", "x").state.rows for name in row.zh
    ]
    assert len(names) == len(set(names)) == len(briefing().zh_sentences)
    assert find_problems(store) == ()
    log = store.history("water")
    assert find_settlement(log, differ) == done.entry == log[-1]
    assert (log[-1].decision.action, log[-1].decision.note) == ("settle", "see the style guide")
    assert measure_agreement(log, "ann", "bob").differences == (differ,)


def test_an_answer_around_a_row_that_is_linked_across_is_left_to_the_hand(store):
    ann = Reviewer(store, "ann", "t1")
    ann.do("link", 2, 6)
    state = ann.session.state
    one, crossing, three = state.rows[1], state.rows[2], state.rows[4]
    assert (crossing.crossing, three.kind) == (True, "1-1")
    merged = replace(one, zh=(*one.zh, *three.zh), en=(*one.en, *three.en))
    with pytest.raises(InvalidEditError, match="no longer fits between"):
        settlement_edit(state, Difference((merged,), (one, three)), "mine", "judge")


def test_settling_twice_with_one_op_writes_one_verdict(store, differ):
    session = ReviewSession(store, "water", "judge")
    first = settle(session, differ, "mine", "t3-1")
    assert (
        settle(ReviewSession(store, "water", "judge"), differ, "mine", "t3-1").entry == first.entry
    )
    assert store.history()[-1] == first.entry


def test_of_two_adjudicators_at_one_difference_the_later_one_is_refused(store, differ):
    give_role(store, "umpire", "adjudicator")
    judge, umpire = ReviewSession(store, "water", "judge"), ReviewSession(store, "water", "umpire")
    seen = umpire.seq
    first = settle(judge, differ, "mine", "t3-1")
    with pytest.raises(InvalidEditError, match="judge"):
        settle(umpire, differ, "theirs", "t4-1", seen=seen)
    assert store.history("water")[-1] == first.entry
    assert [row.kind for row in store.rows("water") if row.reviewer == "judge"] == ["2-2"]


def test_a_settlement_can_be_taken_back_and_is_open_again(store, differ):
    session = ReviewSession(store, "water", "judge")
    before = [(row.zh, row.en, row.status) for row in session.state.rows]
    settle(session, differ, "mine", "t3-1")
    session.do(Request("t3-2", "undo"))
    assert [(row.zh, row.en, row.status) for row in store.rows("water")] == before
    assert find_settlement(store.history("water"), differ) is None


def test_a_reviewer_does_not_settle_and_neither_does_one_of_the_two(store, differ):
    give_role(store, "cy", "reviewer")
    with pytest.raises(InvalidEditError, match="cy has the role reviewer and cannot resolve"):
        settle(ReviewSession(store, "water", "cy"), differ, "mine", "t3-1")
    give_role(store, "ann", "admin")
    with pytest.raises(InvalidEditError, match="an adjudicator must be a third person"):
        settle(ReviewSession(store, "water", "ann"), differ, "mine", "t3-2")


def test_an_answer_whose_rows_were_cut_otherwise_since_is_decided_by_hand(store, differ):
    Reviewer(store, "judge", "t3").do("merge", 0, 1)
    with pytest.raises(InvalidEditError, match="resolve it by hand"):
        settle(ReviewSession(store, "water", "judge"), differ, "mine", "t4-1")


def test_a_decision_by_hand_settles_too(store, differ):
    assert find_settlement(store.history("water"), differ) is None
    Reviewer(store, "judge", "t3").do("reject", 2)
    found = find_settlement(store.history("water"), differ)
    assert found is not None
    assert found.decision.action == "reject"


def test_verdicts_that_differ_are_settled_like_boundaries(store):
    Reviewer(store, "ann", "t1").do("accept", 0)
    Reviewer(store, "bob", "t2").do("reject", 0)
    (difference,) = measure_agreement(store.history("water"), "ann", "bob").differences
    settle(ReviewSession(store, "water", "cy"), difference, "mine", "t3-1")
    row = store.rows("water")[0]
    assert (row.status, row.reviewer, row.kind) == ("accepted", "cy", Bead((0,), (0,)).kind)


def test_names_are_joined_as_in_a_sentence():
    assert [join_names(["a"]), join_names(["a", "b"]), join_names(["a", "b", "c"])] == [
        "a",
        "a and b",
        "a, b and c",
    ]
