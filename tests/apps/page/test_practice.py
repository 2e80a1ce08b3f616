"""The practice has planted errors, and its steps are done by mending them."""

import pytest

from align.aligner.checks import failed_checks
from align.apps.page.practice import BRIEFING, is_finished, list_steps, open_practice, restart
from align.corpus.review import Request, ReviewSession
from align.records import Pair, Sides


@pytest.fixture
def practice(tmp_path, monkeypatch):
    monkeypatch.setenv("ALIGN_CACHE", str(tmp_path))
    with open_practice("ann") as store:
        yield store, ReviewSession(store, BRIEFING, "ann")


def ticked(session, looked=frozenset()):
    """Name the steps that are done."""
    return [one.title for one in list_steps(session.state.rows, session.log, looked) if one.is_done]


def row_with(session, words):
    return next(row for row in session.state.rows if words in row.zh_final + row.en_final)


def test_each_step_is_done_by_the_command_that_it_names(practice):
    store, session = practice
    assert ticked(session) == []
    worst = min(session.state.rows, key=lambda row: row.probability)
    assert ticked(session, frozenset({worst.id})) == ["Find"]
    steps = iter(list_steps(session.state.rows, session.log, frozenset()))
    assert next(steps).command == "next-worst"
    session.do(Request("a-1", "shift", (worst.id,), side="en", up=True))
    assert ticked(session) == ["Find", "Move"]
    cut = row_with(session, "开幕式")
    below = session.state.rows[session.state.places[cut.id] + 1]
    session.do(Request("a-2", "merge", (cut.id, below.id)))
    wrong = row_with(session, "130 artists")
    mended = wrong.en_final.replace("130", "310")
    session.do(Request("a-3", "edit", (wrong.id,), en_text=mended))
    assert ticked(session) == ["Find", "Move", "Merge", "Edit"]
    session.do(Request("a-4", "accept", (wrong.id,)))
    session.do(Request("a-5", "undo", ()))
    assert ticked(session) == ["Find", "Move", "Merge", "Edit", "Accept", "Undo"]
    assert is_finished("ann")
    restart(store)
    assert not is_finished("ann")
    assert ticked(ReviewSession(store, BRIEFING, "ann")) == []


def test_rows_that_were_merged_otherwise_are_led_back(practice):
    _, session = practice
    worst = min(session.state.rows, key=lambda row: row.probability)
    session.do(Request("a-1", "shift", (worst.id,), side="en", up=True))
    cut = session.state.places[row_with(session, "开幕式").id]
    above, here = (session.state.rows[at].id for at in (cut - 1, cut))
    for command in ("merge-down", "undo", "merge-down"):
        steps = list_steps(session.state.rows, session.log, frozenset())
        following = next(one for one in steps if not one.is_done)
        assert (following.title, following.command) == ("Merge", command)
        if command == "merge-down":
            session.do(Request(f"b-{len(session.log)}", "merge", (above, here)))
        else:
            session.do(Request(f"b-{len(session.log)}", "undo", ()))


def test_the_wrong_number_is_found_by_the_check(practice):
    _, session = practice
    wrong = row_with(session, "130 artists")
    right = row_with(session, "136支渔歌队")
    checks = [failed_checks(pair) for pair in map(make_pair, (wrong, right))]
    assert ["number" in one for one in checks] == [True, False]


def make_pair(row):
    return Pair(Sides(row.zh_final, row.en_final), probability=row.probability)


def test_a_practice_is_the_same_each_time_and_one_for_each_person(practice, tmp_path):
    store, _ = practice
    rows = [(row.zh_text, row.en_text) for row in store.rows(BRIEFING)]
    with open_practice("bo") as other:
        assert other.name != store.name
        assert [(row.zh_text, row.en_text) for row in other.rows(BRIEFING)] == rows
