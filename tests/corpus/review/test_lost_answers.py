"""A line to the database that breaks within a decision: told, sent again, and stored once."""

import pytest
import sqlalchemy as sa
from corpus_places import own_database
from database_faults import cut_connections
from review_cases import briefing

from align.apps.page.background_words import BackgroundWords
from align.apps.page.exchange import exchange
from align.apps.page.session_state import BriefingView
from align.corpus.review import Request, ReviewSession
from align.corpus.store import ConnectionLostError, Store

ADDRESS = "https://news.example/water"


class Shaky(Store):
    """A store whose line breaks so many times: about a decision, or when all rows are read."""

    before = after = busy = unread = 0

    def rows_with_sentences(self, *what):
        if self.unread:
            self.unread -= 1
            raise ConnectionLostError("corpus: the database server went away")
        return super().rows_with_sentences(*what)

    def decide(self, *what, **more):
        if self.busy:
            self.busy -= 1
            raise ConnectionLostError("corpus: others kept the corpus locked")
        if self.before:
            self.before -= 1
            raise ConnectionLostError("corpus: the database server went away")
        entry = super().decide(*what, **more)
        if self.after:
            self.after -= 1
            raise ConnectionLostError("corpus: the database server went away")
        return entry


@pytest.fixture
def store(tmp_path):
    with Shaky.open(tmp_path / "corpus", create=True) as opened:
        opened.save(briefing(), address=ADDRESS)
        yield opened


def open_view(session: ReviewSession) -> BriefingView:
    return BriefingView(
        session, session.store.current_documents("water"), BackgroundWords(session.store)
    )


def accept(session: ReviewSession, place: int = 0, op: str = "t1-1") -> Request:
    return Request(op, "accept", (session.state.rows[place].id,))


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_line_that_breaks_is_told_and_what_is_sent_again_is_stored_once(store, when):
    session = ReviewSession(store, "water", "ann")
    setattr(store, when, 1)
    with pytest.raises(ConnectionLostError, match="went away"):
        session.do(accept(session))
    done = session.do(accept(session))
    assert store.history() == (done.entry,)
    assert session.state.rows[0].status == "accepted"


def test_a_corpus_that_was_locked_for_long_is_told_and_the_tab_asks_again(store):
    session = ReviewSession(store, "water", "ann")
    view = open_view(session)
    row = session.state.rows[0].id
    ops = {"ops": [{"seq": 1, "op": "t1-1", "action": "accept", "rows": [row]}]}
    store.busy = 2
    for left in (1, 0):
        answer = exchange(view, ops)
        assert (store.busy, answer["ack"], answer["refused"]) == (left, 0, [])
        assert "kept the corpus locked" in answer["msg"]
    answer = exchange(view, ops)
    assert (answer["ack"], answer["msg"]) == (1, "")
    assert [entry.decision.op for entry in store.history()] == ["t1-1"]


def test_what_the_server_did_not_answer_stays_in_the_tab_and_what_was_refused_does_not(store):
    session = ReviewSession(store, "water", "ann")
    view = open_view(session)
    rows = [row.id for row in session.state.rows]
    ops = {
        "ops": [
            {"seq": 1, "op": "t1-1", "action": "accept", "rows": rows[:1]},
            {"seq": 2, "op": "t1-2", "action": "nonsense", "rows": rows[1:2]},
            {"seq": 3, "op": "t1-3", "action": "reject", "rows": rows[2:3]},
        ]
    }
    store.before = 1
    answer = exchange(view, ops)
    assert (answer["ack"], "went away" in answer["msg"]) == (0, True)
    answer = exchange(view, ops)
    assert (answer["ack"], answer["msg"]) == (3, "nonsense: unknown action")
    assert [entry.decision.op for entry in store.history()] == ["t1-1", "t1-3"]


def test_a_line_that_breaks_while_a_sentence_of_somebody_else_is_read_hides_nothing(store):
    ann, bob = ReviewSession(store, "water", "ann"), ReviewSession(store, "water", "bob")
    bob.do(Request("t2-1", "cut", (bob.state.rows[3].id,), side="zh", offset=5))
    store.unread = 1
    with pytest.raises(ConnectionLostError):
        ann.refresh()
    assert (ann.seq, ann.state.complete) == (0, True)
    assert [entry.decision.op for entry in ann.refresh()] == ["t2-1"]
    assert (ann.state.rows, ann.state.complete) == (store.rows("water"), True)


def test_a_line_that_breaks_while_all_is_read_anew_hides_nothing(store):
    session = ReviewSession(store, "water", "ann")
    view = open_view(session)
    names = [row.id for row in session.state.rows]
    ops = [{"seq": n, "op": f"t1-{n}", "action": "accept", "rows": [names[n]]} for n in (1, 2)]
    told = exchange(view, {})
    rows, decide = session.state.rows, store.decide

    def change_meanwhile(*what, **more):
        if what[1].op == "t1-2":
            store.decide = decide
            ReviewSession(store, "water", "bob").do(Request("t2-1", "flag", (rows[2].id,)))
            store.unread = 1
        return decide(*what, **more)

    store.decide = change_meanwhile
    answer = exchange(view, {**told, "ops": ops})
    assert (answer["ack"], "went away" in answer["msg"]) == (1, True)
    told |= {"version": answer["version"]}
    answer = exchange(view, {**told, "ops": ops[1:]})
    assert (answer["ack"], answer["refused"]) == (2, [2])
    assert "bob changed this row" in answer["msg"]
    assert session.state.rows == store.rows("water")
    changed = {**(answer.get("patch") or {}), **{row["id"]: row for row in answer.get("rows", ())}}
    assert [changed[name]["status"] for name in names[1:3]] == ["accepted", "flagged"]


@pytest.fixture
def server():
    with own_database() as url, Store.open(url, create=True) as opened:
        opened.save(briefing(), address=ADDRESS)
        yield url, opened


def cut_at(store: Store, url: str, words: str) -> list[str]:
    """Cut every connection when a statement that begins with these words is sent for once."""
    done: list[str] = []

    def cut(connection, cursor, statement, *_):
        if statement.startswith(words) and not done:
            done.append(statement)
            cut_connections(url)

    sa.event.listen(store.engine, "before_cursor_execute", cut)
    return done


@pytest.mark.postgres
@pytest.mark.faults
@pytest.mark.parametrize("words", ["SELECT", "DELETE FROM bead", "INSERT INTO verdict", "UPDATE"])
def test_postgresql_cuts_the_line_within_a_decision_and_it_is_stored_once(server, words):
    url, store = server
    session = ReviewSession(store, "water", "ann")
    cut = cut_at(store, url, words)
    with pytest.raises(ConnectionLostError):
        session.do(accept(session))
    done = session.do(accept(session))
    assert len(cut) == 1
    assert store.history() == (done.entry,)
    assert [row.status for row in session.state.rows[:2]] == ["accepted", "unreviewed"]


@pytest.mark.postgres
@pytest.mark.faults
def test_postgresql_cuts_the_line_at_the_commit_and_the_decision_is_stored_once(server):
    url, store = server
    session = ReviewSession(store, "water", "ann")
    done: list[bool] = []

    def cut(connection):
        if connection.get_execution_options().get("write") and not done:
            done.append(True)
            cut_connections(url)

    sa.event.listen(store.engine, "commit", cut)
    with pytest.raises(ConnectionLostError):
        session.do(accept(session))
    entry = session.do(accept(session)).entry
    assert done == [True]
    assert store.history() == (entry,)
