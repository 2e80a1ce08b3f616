"""What a session reads from the store and writes to it: transactions, others' decisions, memory."""

import pytest
import sqlalchemy as sa
from review_cases import briefing

from align.corpus.review import Request, ReviewSession
from align.corpus.review.double_review import start_double_review
from align.corpus.review.permissions import give_role
from align.corpus.store import Store

ADDRESS = "https://news.example/water"


class Interrupted(Store):
    """A store in which somebody else is faster once: between a session's read and its decision."""

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


@pytest.fixture
def begun(store):
    """Every transaction that begins: whether it reads or writes."""
    seen = []

    def begin(connection):
        seen.append("write" if connection.get_execution_options().get("write") else "read")

    sa.event.listen(store.engine, "begin", begin)
    return seen


def accept(session: ReviewSession, place: int, op: str):
    return session.do(Request(op, "accept", (session.state.rows[place].id,))).entry


# -- transactions ----------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["accept", "merge", "edit", "cut"])
def test_a_key_costs_one_read_and_one_write(store, begun, action):
    session = ReviewSession(store, "water", "ann")
    row = session.state.rows[3].id
    begun.clear()
    request = Request("t1-1", action, (row,), en_text="Trees.", side="zh", offset=5)
    assert session.do(request).entry.decision.action == action
    assert begun == ["read", "write"]
    assert session.state.rows == store.rows("water")


def test_rows_and_sentences_are_of_one_moment(store):
    other = ReviewSession(store, "water", "bob")
    cut = Request("t2-1", "cut", (other.state.rows[3].id,), side="zh", offset=5)

    def decide_meanwhile(_connection, _cursor, statement, *_more):
        if "FROM sentence" in statement and cut.op not in done:
            done.append(cut.op)
            other.do(cut)

    done = []
    sa.event.listen(store.engine, "after_cursor_execute", decide_meanwhile)
    state = ReviewSession(store, "water", "ann").state
    assert done
    named = [
        (side, name) for row in state.rows for side in ("zh", "en") for name in getattr(row, side)
    ]
    assert all(name in state.sentences(side) for side, name in named)


def test_undo_costs_one_read_and_one_write(store, begun):
    session = ReviewSession(store, "water", "ann")
    accept(session, 0, "t1-1")
    begun.clear()
    session.do(Request("t1-2", "undo"))
    assert begun == ["read", "write"]


def test_what_changes_nothing_or_was_done_before_is_only_read(store, begun):
    session = ReviewSession(store, "water", "ann")
    first = accept(session, 0, "t1-1")
    begun.clear()
    assert accept(session, 0, "t1-1") == first
    assert accept(session, 0, "t1-2") is None
    assert begun == ["read", "read"]


def test_a_look_for_others_decisions_is_one_read(store, begun):
    ann, bob = ReviewSession(store, "water", "ann"), ReviewSession(store, "water", "bob")
    accept(bob, 0, "t2-1")
    begun.clear()
    assert [entry.decision.op for entry in ann.refresh()] == ["t2-1"]
    assert ann.refresh() == ()
    assert begun == ["read", "read"]


def test_a_key_of_a_double_review_costs_one_read_and_one_write(store, begun):
    for name, role in (("boss", "admin"), ("ann", "reviewer"), ("bob", "reviewer")):
        give_role(store, name, role)
    start_double_review(store, "water", ["ann", "bob"])
    session = ReviewSession(store, "water", "ann")
    begun.clear()
    accept(session, 0, "t1-1")
    assert begun == ["read", "write"]


# -- others ----------------------------------------------------------------------------------------


def test_what_somebody_else_wrote_a_moment_before_is_taken_in_with_the_next_look(store):
    ann, bob = ReviewSession(store, "water", "ann"), ReviewSession(store, "water", "bob")
    store.faster = lambda: accept(bob, 1, "t2-1")
    accept(ann, 0, "t1-1")
    assert ann.seq == 0  # complete up to nothing: the verdict of t2-1 is still to be read
    assert [entry.decision.op for entry in ann.refresh()] == ["t2-1"]
    assert [entry.decision.op for entry in ann.log] == ["t2-1", "t1-1"]
    assert ann.state.rows == store.rows("water")
    assert ann.seq == ann.log[-1].seq
    assert ann.refresh() == ()


def test_the_rows_are_whole_while_a_sentence_that_somebody_else_cut_is_read(store):
    ann, bob = ReviewSession(store, "water", "ann"), ReviewSession(store, "water", "bob")
    bob.do(Request("t2-1", "cut", (bob.state.rows[3].id,), side="zh", offset=5))
    seen = []  # by another thread, which draws the filters

    def look(_connection, _cursor, statement, *_more):
        if "FROM sentence" in statement:
            seen.append(ann.state.complete)

    sa.event.listen(store.engine, "before_cursor_execute", look)
    ann.refresh()
    assert seen == [True, True]
    assert ann.state.rows == store.rows("water")


def test_rows_that_changed_are_named_once_whoever_changed_them(store):
    ann, bob = ReviewSession(store, "water", "ann"), ReviewSession(store, "water", "bob")
    rows = [row.id for row in ann.state.rows]
    assert ann.take_changed_rows() == set()
    accept(bob, 5, "t2-1")
    accept(ann, 0, "t1-1")
    store.faster = lambda: accept(bob, 6, "t2-2")
    accept(ann, 1, "t1-2")
    assert ann.take_changed_rows() == {rows[0], rows[1], rows[5]}
    ann.refresh()
    assert ann.take_changed_rows() == {rows[6]}


def test_a_briefing_that_was_removed_and_added_again_is_read_anew(store):
    old = ReviewSession(store, "water", "ann")
    accept(old, 0, "t1-1")
    old.refresh()
    store.remove("water")
    store.save(briefing(), address=ADDRESS)
    assert (old.refresh(), old.log, old.loads) == ((), [], 2)
    entry = accept(old, 1, "t1-2")
    assert store.history() == (entry,)
    assert old.state.rows == store.rows("water")


# -- memory ----------------------------------------------------------------------------------------
