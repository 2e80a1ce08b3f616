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
