"""The list of briefings reads again only what changed, and counts open notes."""

import pytest
from review_cases import briefing, stored

from align.corpus.review import Request, ReviewSession
from align.corpus.review.desk import DESK_COLUMNS, DeskLine, DeskList, count_open_notes, sort_lines
from align.corpus.store.people import assign, put_person


class Counting:
    """A store that records for which briefings its list was read."""

    def __init__(self, store):
        self.store, self.read = store, []

    def briefings(self, wanted=None):
        self.read.append(wanted)
        return self.store.briefings(wanted)

    def __getattr__(self, name):
        return getattr(self.store, name)


@pytest.fixture
def store(tmp_path):
    with stored(tmp_path / "corpus", *(briefing(name=f"day-{n}") for n in range(3))) as opened:
        yield opened


def test_only_a_briefing_that_changed_is_read_again(store):
    counting = Counting(store)
    desk = DeskList(counting)
    assert [one.unreviewed for one in desk.refresh()] == [10, 10, 10]
    session = ReviewSession(store, "day-1", "bo")
    session.do(Request("b-1", "accept", (session.state.rows[0].id,)))
    assert {one.id: one.unreviewed for one in desk.refresh()} == {
        one.id: one.unreviewed for one in store.briefings()
    }
    assert counting.read[1:] == [["day-1"]]
    desk.refresh()
    store.remove("day-0")
    store.save(briefing(name="day-9"), address="https://news.example/day-9")
    assert {one.id for one in desk.refresh()} == {"day-1", "day-2", "day-9"}
    assert desk.refresh() == store.briefings()


def test_open_notes_are_counted(store):
    session = ReviewSession(store, "day-1", "bo")
    first, second = session.state.rows[:2]
    session.do(Request("b-1", "annotate", (first.id,), note="Which lake?"))
    session.do(Request("b-2", "annotate", (second.id,), note="Price?"))
    session.do(Request("b-3", "reply", (first.id,), note="Chenghu.", reason="b-1"))
    assert count_open_notes(store.note_log()) == {"day-1": 2}
    session.do(Request("b-4", "close-note", (first.id,), reason="b-1"))
    assert count_open_notes(store.note_log(["day-1", "day-2"])) == {"day-1": 1}
    session.do(Request("b-5", "undo", ()))
    assert count_open_notes(store.note_log()) == {"day-1": 2}
    assert store.note_log(["day-2"]) == ()


def test_lines_name_the_people_and_change_their_version(store):
    desk = DeskList(store)
    before, _ = desk.lines()
    put_person(store, "bo", "reviewer")
    assign(store, "day-2", ["bo"])
    after, lines = desk.lines()
    assert before != after
    assert {line.summary.id: line.owners for line in lines}["day-2"] == ("bo",)


@pytest.mark.parametrize("column", DESK_COLUMNS)
def test_every_column_sorts_both_ways(store, column):
    lines = [DeskLine(one, n, (f"p{n}",)) for n, one in enumerate(store.briefings())]
    up, down = sort_lines(lines, column), sort_lines(lines, f"-{column}")
    assert {line.summary.id for line in up} == {line.summary.id for line in down}
    if column in ("notes", "owners"):
        assert up == down[::-1]


def test_an_unknown_order_is_the_newest_first(store):
    lines = [DeskLine(one, 0, ()) for one in store.briefings()]
    assert sort_lines(lines, "; drop") == sort_lines(lines, "-date")
