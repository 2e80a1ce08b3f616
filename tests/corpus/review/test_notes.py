"""Notes: threads that leave their rows as they are, follow their text, and are lost by nothing."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from review_cases import EN, ZH, briefing, stored
from reviewer import Reviewer

from align.corpus.review import InvalidEditError, ReviewSession
from align.corpus.review.double_review import (
    find_settlement,
    measure_agreement,
    open_double_review,
    read_answers,
    start_double_review,
)
from align.corpus.review.permissions import give_role
from align.corpus.review.queue import RowFilter, filter_rows
from align.corpus.review.state import content, sentence_keys
from align.corpus.store.check import find_problems
from align.records import Bead


def threads(session: ReviewSession) -> dict[int, list[tuple[bool, list[str]]]]:
    """Give what is said on each row that has a note, and whether it is open."""
    session.refresh()
    return {
        session.state.places[row_id]: [
            (
                one.is_open,
                [f"{said.decision.reviewer}: {said.decision.note}" for said in one.messages],
            )
            for one in some
        ]
        for row_id, some in session.notes.items()
    }


def key(session: ReviewSession, at: int = 0) -> str:
    session.refresh()
    return [one.key for some in session.notes.values() for one in some][at]


def test_a_note_leaves_its_row_as_it_is_whoever_writes_it(store, ann, bob):
    ann.do("flag", 2, reason="name", note="who is this?")
    flagged = store.rows("water")
    bob.do("annotate", 2, note="see page 4")
    bob.do("annotate", 3, note="and this?")
    assert [*map(content, store.rows("water"))] == [*map(content, flagged)]
    assert store.rows("water")[2].reviewer == "ann"
    assert [one.verdict.note for one in store.pairs(["water"])][2] == "who is this?"
    assert threads(ann.session) == {
        2: [(True, ["bob: see page 4"])],
        3: [(True, ["bob: and this?"])],
    }
    assert find_problems(store) == ()


def test_a_thread_is_resolved_and_a_reply_opens_it_again(ann, bob):
    ann.do("annotate", 4, note="12,000 or 1,200?")
    first = key(ann.session)
    bob.do("reply", 4, reason=first, note="12,000")
    ann.do("close-note", 4, reason=first)
    assert threads(bob.session) == {4: [(False, ["ann: 12,000 or 1,200?", "bob: 12,000"])]}
    bob.do("reply", 4, reason=first, note="no, wait")
    assert [one[0] for one in threads(ann.session)[4]] == [True]
    ann.do("annotate", 4, note="another matter")
    assert len(threads(ann.session)[4]) == 2


def test_an_empty_note_is_refused(store, ann):
    with pytest.raises(InvalidEditError, match="the note is empty"):
        ann.do("annotate", 1, note=" ")
    assert store.history() == ()


def test_a_note_is_taken_back_and_made_again_whatever_became_of_its_row(store, ann, bob):
    ann.do("annotate", 1, note="late")
    bob.do("merge", 0, 1)
    bob.do("accept", 0)
    ann.do("undo")
    assert (threads(bob.session), store.rows("water")[0].reviewer) == ({}, "bob")
    ann.do("redo")
    assert threads(bob.session) == {0: [(True, ["ann: late"])]}
    first = key(ann.session)
    bob.do("reply", 0, reason=first, note="why?")
    ann.do("undo")
    assert threads(ann.session) == {0: [(True, ["bob: why?"])]}
    assert (store.rows("water")[0].status, find_problems(store)) == ("accepted", ())


def test_a_note_of_somebody_else_refuses_no_decision(ann, bob):
    seen = ann.session.seq
    bob.do("annotate", 1, note="hm")
    ann.do("accept", 1, seen=seen)
    bob.do("annotate", 1, note="fine", seen=seen)
    assert ann.statuses[1] == "accepted"
    ann.do("undo")
    assert ann.statuses[1] == "unreviewed"


def test_a_note_on_a_row_that_was_joined_meanwhile_comes_to_the_row_with_its_text(ann, bob):
    bob.do("merge", 0, 1)
    ann.do("annotate", 1, note="typed long ago")  # ann's screen still shows both rows
    assert threads(ann.session) == {0: [(True, ["ann: typed long ago"])]}


def test_rows_with_open_notes_are_found(ann):
    ann.do("annotate", 1, note="one")
    ann.do("annotate", 5, note="two")
    ann.do("close-note", 1, reason=key(ann.session))
    rows = ann.session.state.rows
    noted = [
        row_id for row_id, some in ann.session.notes.items() if any(one.is_open for one in some)
    ]
    found = filter_rows(rows, RowFilter(noted=True), speaker=lambda _: "", noted=noted)
    assert found == (rows[5],)


MOVES = st.lists(
    st.tuples(
        st.sampled_from(
            ["merge", "split", "shift", "send", "alone", "cut", "join", "link", "unlink", "undo"]
        ),
        st.integers(0, 11),
        st.integers(0, 11),
        st.booleans(),
    ),
    max_size=8,
)


@given(place=st.integers(0, 11), moves=MOVES)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_moves_rows_a_note_stays_with_text_that_it_was_written_on(
    tmp_path_factory, place, moves
):
    with stored(tmp_path_factory.mktemp("corpus")) as store:
        ann, bob = Reviewer(store, "ann", "t1"), Reviewer(store, "bob", "t2")
        place %= len(ann.session.state.rows)
        row = ann.session.state.rows[place]
        ann.do("annotate", place, note="here")
        for action, at, target, up in moves:
            count = len(bob.session.state.rows)
            more = {"target": target, "up": up, "offset": 2, "side": "zh" if up else "en"}
            rows = [at % count, target % count] if action == "link" else [at % count]
            try:
                bob.do(action, *([] if action == "undo" else rows), **more)
            except InvalidEditError:
                continue
        ann.session.refresh()
        ((row_id, (thread,)),) = ann.session.notes.items()
        now = ann.session.state.row(row_id)
        assert thread.messages[0].decision.note == "here"
        held = f"{now.zh_text} {now.en_text}"
        shared = sentence_keys([row]) & sentence_keys([now])
        assert shared or row.zh_text[:2] in held or row.en_text[:2] in held
        assert find_problems(store) == ()


def test_a_note_follows_its_text_when_the_page_changes(store, ann):
    ann.do("annotate", 4, note="stays with the figure")
    ann.do("annotate", 7, note="its row goes")
    mine = ann.session.state.rows[4]
    zh = [
        ("主持人 林可：", "先说一句。", *ZH[0][1:]),
        (*ZH[1][:3], "另外，湖面更大了。", *ZH[1][3:5]),
    ]
    en = [
        ("Lin Ke:", "A word first.", *EN[0][1:]),
        (*EN[1][:3], "The lake is larger.", *EN[1][3:5]),
    ]
    new = briefing([*zh, ZH[3]], [*en, EN[3]])
    store.save(new, address="https://news.example/water")
    session = ReviewSession(store, "water", "ann")
    said = threads(session)
    where = next(at for at, some in said.items() if "figure" in some[0][1][0])
    now = session.state.rows[where]
    assert now.id != mine.id
    assert (now.zh_text, now.en_text) == (mine.zh_text, mine.en_text)
    assert sum(map(len, said.values())) == 2


def test_people_who_review_independently_see_their_own_notes_until_it_is_open(store):
    roles = {"boss": "admin", "ann": "reviewer", "bob": "reviewer"}
    for name, role in roles.items():
        give_role(store, name, role)
    start_double_review(store, "water", ["ann", "bob"])
    ann, bob = Reviewer(store, "ann", "t1"), Reviewer(store, "bob", "t2")
    ann.do("annotate", 0, note="mine")
    bob.do("annotate", 0, note="his")
    assert threads(ann.session) == {0: [(True, ["ann: mine"])]}
    assert threads(bob.session) == {0: [(True, ["bob: his"])]}
    assert threads(ReviewSession(store, "water", "boss")) == {}
    open_double_review(store, "water")
    boss = Reviewer(store, "boss", "t3")
    assert threads(boss.session) == {0: [(True, ["ann: mine"]), (True, ["bob: his"])]}
    boss.do("reply", 0, reason=key(boss.session), note="both right")
    assert threads(ann.session)[0][0] == (True, ["ann: mine", "boss: both right"])
    assert len(read_answers(store, "water")) == 2


def test_a_note_is_no_verdict_when_two_are_compared(store, ann, bob):
    cy = Reviewer(store, "cy", "t3")
    ann.do("accept", 0)
    bob.do("annotate", 0, note="sure?")
    assert measure_agreement(store.history(), "ann", "bob").common == 0
    bob.do("reject", 0)
    (difference,) = measure_agreement(store.history(), "ann", "bob").differences
    cy.session.refresh()
    cy.do("annotate", 0, note="I do not know")
    assert find_settlement(store.history(), difference) is None


def test_a_reader_writes_no_note(store):
    give_role(store, "boss", "admin")
    give_role(store, "eve", "reader")
    with pytest.raises(InvalidEditError):
        Reviewer(store, "eve", "t1").do("annotate", 0, note="hello")
    assert store.history() == ()


def test_a_row_without_probability_gets_none_by_a_note(tmp_path):
    class Sure:
        def __call__(self, zh, en):
            return self

        def probability(self, beads):
            return [0.5 for _ in beads]

    beads = [Bead((n,), (n,), None) for n in range(10)]
    with stored(tmp_path / "corpus", briefing(beads=beads)) as store:
        before = store.rows("water")[0]
        Reviewer(store, "ann", "t1", Sure()).do("annotate", 0, note="hm")
        after = store.rows("water")[0]
    assert (after.probability, after.reviewer, after.changed_at) == (None, "", before.changed_at)
