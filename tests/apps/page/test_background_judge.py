"""Probabilities of unreviewed rows follow from the accepted ones, in the background."""

import time
from dataclasses import replace

import pytest
from review_cases import briefing, stored

from align.apps.page.background_judge import judge_again, present
from align.apps.page.background_words import BackgroundWords
from align.apps.page.exchange import exchange
from align.apps.page.session_state import BriefingView
from align.corpus.review import Request, ReviewSession
from align.errors import N_, MatchError
from align.records import Alignment, Bead


class Judge:
    """A problem in which each certain bead lowers the probability of the last row.

    ``late`` judges where omissions are expected.
    """

    def __init__(self, *, contradictory=False, others=0.9, last=0.5, late=None):
        self.contradictory = contradictory
        self.certain = ()
        self.others, self.last = others, last
        self.with_omissions = late or self

    def given(self, must):
        if self.contradictory:
            raise MatchError(N_("no alignment satisfies the constraints; remove one of them"))
        problem = Judge(others=self.others, last=self.last)
        problem.certain = must
        return problem

    def probability(self, beads):
        doubtful = max(bead.zh for bead in beads)
        low = self.last - 0.1 * len(self.certain)
        return [self.others if bead.zh != doubtful else low for bead in beads]


@pytest.fixture
def view(place):
    with stored(place, briefing(name="water")) as store:
        session = ReviewSession(store, "water", "ann")
        session.aligner = lambda *_: Judge()
        view = BriefingView(session, store.current_documents("water"), BackgroundWords(store))
        view.queue = True
        yield view


def decide(view, action, row):
    view.session.do(Request(f"tab-{action}-{row.id}", action, (row.id,), view.session.seq))


def last_chinese(view):
    """Return the row with the last Chinese sentence, which the judge doubts."""
    rows = [row for row in view.session.state.rows if not row.crossing]
    beads = view.session.state.to_beads(rows)
    return max(zip(beads, rows, strict=True), key=lambda pair: pair[0].zh)[1]


def judge(view):
    judge_again(view)
    while view.judging:
        time.sleep(0.01)


def test_an_accepted_row_changes_what_is_thought_of_the_others(view):
    first, last = view.session.state.rows[0], last_chinese(view)
    judge(view)
    assert present(view, last) is last
    decide(view, "accept", first)
    before = view.version
    judge(view)
    assert present(view, last) == replace(last, probability=0.4)
    assert view.changed[last.id] == view.version == before + 1
    accepted = view.session.state.rows[0]
    assert present(view, accepted) is accepted
    assert last in view.session.store.rows("water")


def test_rows_that_look_as_before_are_not_sent_again(view):
    last = last_chinese(view)
    decide(view, "accept", view.session.state.rows[0])
    judge(view)
    assert view.changed.keys() == {last.id}


def test_without_accepted_rows_the_stored_probabilities_count_again(view):
    first, last = view.session.state.rows[0], last_chinese(view)
    decide(view, "accept", first)
    judge(view)
    decide(view, "reopen", view.session.state.rows[0])
    judge(view)
    assert view.judged == {}
    assert present(view, last) is last


def test_accepted_rows_that_contradict_each_other_change_nothing(view):
    view.session.aligner = lambda *_: Judge(contradictory=True)
    decide(view, "accept", view.session.state.rows[0])
    judge(view)
    assert view.judged == {}


def test_once_no_row_is_doubtful_the_rest_is_ordered_where_omissions_are_expected(view):
    last = last_chinese(view)
    view.session.aligner = lambda *_: Judge(others=0.95, last=1.05, late=Judge(last=0.8))
    decide(view, "accept", view.session.state.rows[0])
    decide(view, "accept", view.session.state.rows[1])
    judge(view)
    assert (view.judged[last.id], view.late) == (pytest.approx(0.85), {})
    assert exchange(view, {})["late"] is None
    decide(view, "accept", view.session.state.rows[2])
    view.session.aligner = lambda *_: Judge(others=0.95, last=1.25, late=Judge(last=0.8))
    judge(view)
    assert (view.judged[last.id], view.late[last.id]) == pytest.approx((0.95, 0.5))
    assert present(view, last).probability == pytest.approx(0.95)
    told = exchange(view, {})
    assert told["worst"] == last.id
    assert told["late"][last.id] >= 0.5
    assert told["risks"].get(last.id, 0.05) < 0.5
    view.queue = False
    judge(view)
    assert (view.late, exchange(view, {})["late"]) == ({}, None)


def test_nothing_is_judged_until_the_aligner_is_loaded(view):
    view.session.aligner = lambda *_: None
    decide(view, "accept", view.session.state.rows[0])
    judge_again(view)
    assert (view.judging, view.judged_at) == (False, 0)


def test_rows_are_judged_only_while_the_queue_is_on(view):
    last = last_chinese(view)
    decide(view, "accept", view.session.state.rows[0])
    judge(view)
    assert present(view, last) is not last
    view.queue = False
    judge(view)
    assert (present(view, last), view.changed[last.id]) == (last, view.version)
    view.queue = True
    judge(view)
    assert present(view, last) is not last


class Sure(Judge):
    """A problem whose best alignment gives each Chinese sentence the English one of its number."""

    best_links = frozenset(((n,), (n,)) for n in range(10))

    def solve(self, must):
        return self

    @property
    def alignment(self):
        return Alignment(tuple(Bead((n,), (n,), 0.99) for n in range(10)), "test")

    def given(self, must):
        return self

    def probability(self, beads):
        return [0.99 if bead.zh == bead.en else 0.01 for bead in beads]


@pytest.fixture
def shifted(place):
    """A view of ten rows; the English of the fourth and of the fifth is in the fifth."""
    beads = [Bead((n,), (n,), 0.5) for n in range(10)]
    beads[3:5] = [Bead((3,), ()), Bead((4,), (3, 4))]
    with stored(place, briefing(name="water", beads=beads)) as store:
        session = ReviewSession(store, "water", "ann", lambda *_: Sure())
        yield BriefingView(session, store.current_documents("water"), BackgroundWords(store))


def ask(view, *ops, at=0, **more):
    """Answer the table and wait until what follows is known; ``at`` is the place of the cursor."""
    rows = view.session.state.rows
    sent = [
        {
            "seq": view.acknowledged + n,
            "op": f"tab-{view.acknowledged + n}",
            "seen": view.session.seq,
        }
        | {"action": action, "rows": [rows[place].id], **more}
        for n, (action, place) in enumerate(ops, 1)
    ]
    told = exchange(view, {"ops": sent, "at": rows[at].id, "key": f"{view.key}/"})
    while view.judging:
        time.sleep(0.01)
    return told


@pytest.mark.parametrize("queue", [True, False])
def test_rows_next_to_a_decision_are_realigned_marked_and_put_back(shifted, queue):
    shifted.queue = queue
    told = ask(shifted, ("accept", 5))
    assert (told["judging"], told["realigned_msg"], told["realigned"]) == (True, "", {})
    told = ask(shifted)
    assert (told["judging"], told["msg"]) == (queue, "")  # the change is judged as well
    assert told["realigned_msg"] == "2 rows realigned after your decision, between rows 4 and 5"
    rows = shifted.session.state.rows
    seq = shifted.session.seq
    assert told["seq"] == seq
    assert told["realigned"] == {row.id: {"seq": seq, "who": "ann"} for row in rows[3:5]}
    assert told["focus"] == {"n": 0, "row": ""}
    assert [row.kind for row in rows] == ["1-1"] * 10
    told = ask(shifted, ("put-back", 3), target=seq)
    assert (told["realigned_msg"], told["realigned"], told["focus"]["n"]) == ("", {}, 0)
    assert [row.kind for row in shifted.session.state.rows[3:5]] == ["1-0", "1-2"]
    ask(shifted, ("accept", 2))
    assert ask(shifted)["realigned_msg"] == ""


def test_rows_that_someone_came_to_meanwhile_stay(shifted):
    ask(shifted, ("accept", 5))
    assert ask(shifted, at=4)["realigned_msg"] == ""
    assert [row.kind for row in shifted.session.state.rows[3:5]] == ["1-0", "1-2"]


def test_the_row_at_the_cursor_of_someone_else_stays(shifted):
    store = shifted.session.store
    session = ReviewSession(store, "water", "bob")
    other = BriefingView(session, shifted.documents, shifted.words)
    ask(other, at=3)
    ask(shifted, ("accept", 5))
    assert ask(shifted)["realigned_msg"] == ""


def test_nothing_is_realigned_once_the_decision_is_undone(shifted):
    ask(shifted, ("accept", 5))
    assert ask(shifted, ("undo", 5))["realigned_msg"] == ""
    assert ask(shifted)["realigned_msg"] == ""


def test_others_see_the_realigned_rows_and_count_no_decision_of_the_aligner(shifted):
    session = ReviewSession(shifted.session.store, "water", "bob")
    other = BriefingView(session, shifted.documents, shifted.words)
    told = ask(other)
    version, key = told["version"], told["key"]
    ask(shifted, ("accept", 5))
    ask(shifted)
    told = exchange(other, {"key": key, "version": version})
    assert {*told["patch"]} >= {row.id for row in session.state.rows[3:6]}
    assert told["news"]["words"] == "1 decision by ann since your last visit"
    assert told["realigned_msg"] == ""
