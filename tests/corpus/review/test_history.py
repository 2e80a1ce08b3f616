"""What the log of a briefing says: who changed what since, earlier states, what text rows hold."""

import datetime as dt
from dataclasses import replace

import pytest

from align.corpus.review import InvalidEditError, Request, ReviewState
from align.corpus.review.history import restore, rows_before
from align.corpus.review.requests import check_seen
from align.corpus.review.state import Edit
from align.corpus.store import Decision, HistoryEntry
from align.corpus.store.records import text_coverage


def entry(seq, before, after, action="accept", reviewer="bob", op="t2-1"):
    at = dt.datetime(2031, 5, 14, 9, seq, tzinfo=dt.UTC)
    decision = Decision(op, reviewer, action)
    return HistoryEntry(seq, "water", at, decision, tuple(before), tuple(after))


def asked(seen, rows, tab="t1"):
    """A request of a tab about rows, which saw the log up to a number."""
    return Request(f"{tab}-1", "accept", tuple(rows), seen)


def test_the_stretches_that_rows_hold_are_joined_and_doubles_show(store):
    state = ReviewState.read(store, "water")
    rows = state.rows
    assert text_coverage(rows[:2], state.sentences) == {
        ("zh", 0): [range(19)],
        ("en", 0): [range(67)],
    }
    assert text_coverage([rows[3], rows[1]], state.sentences) == {
        ("zh", 0): [range(6, 19)],
        ("en", 0): [range(24, 67)],
        ("zh", 1): [range(6, 27)],
        ("en", 1): [range(11, 74)],
    }
    assert text_coverage([rows[0], rows[0]], state.sentences)["zh", 0] == [range(6), range(6)]
    assert text_coverage([rows[2], rows[4]], state.sentences)["zh", 1] == [range(6), range(27, 33)]


def test_a_move_that_would_lose_or_double_text_is_refused(store, ann):
    state = ann.session.state
    one, two = state.rows[:2]
    lossy = Edit((one, two), (replace(one, zh=one.zh + two.zh),))
    double = Edit((one,), (one, replace(one, id="again", position=0.5)))
    for change in (lossy, double):
        with pytest.raises(InvalidEditError, match="would drop or duplicate text"):
            ann.session.do(Request("t1-1", "settle"), lambda _, change=change: change)
    assert store.rows("water") == state.rows


def test_the_latest_change_of_a_row_is_named_by_what_it_did_to_that_row(store):
    one, two, three = ReviewState.read(store, "water").rows[:3]
    taken = replace(one, status="accepted")
    log = [
        entry(1, [one], [replace(one, status="rejected")], "reject"),
        entry(2, [three, one], [replace(three, status="flagged"), taken]),
        entry(3, [two], [replace(two, status="flagged")], "flag"),
    ]
    with pytest.raises(InvalidEditError) as told:
        check_seen(log, asked(0, [one.id], "t1"), [one.id])
    assert str(told.value) == (
        "bob changed this row at 09:02:00 UTC (accepted: unreviewed → accepted); "
        "check the new version"
    )
    check_seen(log, asked(2, [one.id], "t1"), [one.id])
    check_seen(log, asked(0, [one.id], "t2"), [one.id])
    with pytest.raises(InvalidEditError):
        check_seen(log, asked(0, [one.id], "t"), [one.id])


def test_a_row_that_was_joined_away_is_named_by_the_move(store):
    one, two = ReviewState.read(store, "water").rows[:2]
    joined = replace(one, zh=one.zh + two.zh, en=one.en + two.en)
    with pytest.raises(InvalidEditError, match=r"09:01:00 UTC \(merged\); check the new version"):
        check_seen([entry(1, [two, one], [joined], "merge")], asked(0, [two.id], "t1"), [two.id])


def test_the_state_before_a_verdict_is_given_and_none_where_rows_are_others_now(store, ann):
    start = ann.session.state.rows
    first = ann.do("merge", 1, 2).entry.seq
    middle = ann.session.state.rows
    second = ann.do("accept", 5).entry.seq
    state, log = ann.session.state, ann.session.log
    assert rows_before(state, log, first) == start
    assert rows_before(state, log, second) == middle
    assert rows_before(state, log, second + 1) == state.rows
    changed = [
        replace(row, note="another") if row.id == middle[5].id else row for row in state.rows
    ]
    gone = [row for row in state.rows if row.id != middle[5].id]
    for rows in (changed, gone):
        with pytest.raises(InvalidEditError, match="has been realigned since"):
            restore(replace(state, rows=tuple(rows)), log, second)


def test_only_what_shares_text_with_a_row_is_restored_and_both_its_states_go_together(ann):
    start = ann.session.state.rows
    ann.do("accept", 2)
    first = ann.do("shift", 3, side="zh", up=True).entry.seq  # row 2 takes the text of row 3
    ann.do("reject", 8)
    change = restore(ann.session.state, ann.session.log, first, start[3].id)
    assert {row.id for row in change.before} == {row.id for row in change.after}
    assert {row.id for row in change.after} == {start[2].id, start[3].id}
    assert [row.status for row in change.after] == ["accepted", "unreviewed"]


def test_a_row_that_is_as_it_was_needs_no_restoring(ann):
    first = ann.do("reject", 8).entry.seq
    row = ann.session.state.rows[0].id
    assert restore(ann.session.state, ann.session.log, first, row) == Edit()
