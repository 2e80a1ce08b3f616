"""The history that all sessions of a process share: read once, in order, with nothing left out."""

import gc
import weakref

import pytest
from review_cases import briefing

from align.review import Request, ReviewSession
from align.review.history_cache import HistoryCache, book_of
from align.store import Store

ADDRESS = "https://news.example/water"


class Interrupted(Store):
    """A store in which somebody else is faster once: between a session's look and its decision."""

    faster = None

    def decide(self, *what, **more):
        other, self.faster = self.faster, None
        if other:
            other()
        return super().decide(*what, **more)


@pytest.fixture
def store(tmp_path):
    with Interrupted.open(tmp_path / "corpus", create=True) as opened:
        opened.save(briefing(), address=ADDRESS)
        yield opened


def accept(session: ReviewSession, place: int, op: str):
    return session.do(Request(op, "accept", (session.state.rows[place].id,))).entry


def test_two_sessions_hold_the_same_entries_and_not_copies(store):
    ann, bob = ReviewSession(store, "water", "ann"), ReviewSession(store, "water", "bob")
    accept(ann, 0, "t1-1")
    bob.refresh()
    assert ann.book is bob.book
    assert [id(one) for one in ann.log] == [id(one) for one in bob.log]
    assert tuple(ann.log) == store.history("water")


def test_what_somebody_else_wrote_a_moment_before_is_not_left_out(store):
    ann, bob = ReviewSession(store, "water", "ann"), ReviewSession(store, "water", "bob")
    store.faster = lambda: accept(bob, 1, "t2-1")
    accept(ann, 0, "t1-1")
    assert [entry.decision.op for entry in ann.log] == ["t2-1", "t1-1"]
    assert ann.state.rows == store.rows("water")
    assert ann.refresh() == ()


def test_a_row_that_did_not_change_is_kept_once(store):
    session = ReviewSession(store, "water", "ann")
    accept(session, 0, "t1-1")
    session.do(Request("t1-2", "reject", (session.state.rows[0].id,)))
    first, second = session.log
    assert second.before[0] is first.after[0]
    assert second.after[0].zh_text is first.before[0].zh_text
    assert tuple(session.log) == store.history("water")


def test_a_briefing_that_was_removed_and_added_again_has_its_new_history(store):
    old = ReviewSession(store, "water", "ann")
    accept(old, 0, "t1-1")
    store.remove("water")
    store.save(briefing(), address=ADDRESS)
    new = ReviewSession(store, "water", "bob")
    assert new.book is old.book
    assert new.log == []
    entry = accept(new, 1, "t2-1")
    assert tuple(new.log) == store.history("water") == (entry,)


def test_a_book_that_nobody_holds_is_forgotten(store):
    book = weakref.ref(book_of(store, "water"))
    gc.collect()
    assert book() is None


def test_what_is_asked_for_begins_after_a_number(store):
    session = ReviewSession(store, "water", "ann")
    entries = [accept(session, place, f"t1-{place}") for place in range(3)]
    book = HistoryCache(store, "water")
    for at, entry in enumerate(entries):
        assert book.since(entry.seq) == tuple(entries[at + 1 :])
    assert book.since(0) == tuple(entries)
