"""Settled conflicts and changed facts: who may, what is logged, and how it is undone."""

import pytest
from review_cases import briefing, stored

from align.corpus.review import InvalidEditError
from align.corpus.review.changes import describe_briefing, settle_conflict, undo_change
from align.corpus.review.permissions import Author, assign, give_role
from align.corpus.store import Store
from align.corpus.store.changes import list_changes
from align.corpus.store.copy import backup
from align.errors import AbsentError, StoreError

ADDRESS = "https://news.example/water"


@pytest.fixture
def store(tmp_path):
    """A briefing with a decision that could not be transferred; it is assigned to ann."""
    with stored(tmp_path / "corpus") as opened:
        for name, role in {"boss": "admin", "ann": "reviewer", "bob": "reviewer"}.items():
            give_role(opened, name, role)
        give_role(opened, "eve", "reader")
        row = opened.rows()[0]
        opened.save(briefing(), address=ADDRESS, lost=[(row, "its text is gone")])
        assign(opened, "water", ["ann"])
        yield opened


REFUSED = {
    "eve": "eve has the role reader",
    "bob": "assigned to ann",
    "nobody": "nobody has the role reader",
}


@pytest.mark.parametrize("name", REFUSED)
def test_who_may_not_decide_about_a_briefing_settles_and_describes_nothing(store, name):
    (conflict,) = store.conflicts()
    with pytest.raises(InvalidEditError, match=REFUSED[name]):
        settle_conflict(store, Author(name), conflict.id)
    with pytest.raises(InvalidEditError, match=REFUSED[name]):
        describe_briefing(store, Author(name), "water", {"title": "Mine"})
    settle_conflict(store, Author("ann"), conflict.id)
    (change,) = list_changes(store)
    with pytest.raises(InvalidEditError, match=REFUSED[name]):
        undo_change(store, Author(name), change.id)
    assert store.conflicts() == ()
    assert store.facts("water") == {}


def test_a_settled_conflict_carries_a_name_and_is_undone(store):
    (conflict,) = store.conflicts()
    settle_conflict(store, Author("ann"), conflict.id)
    settle_conflict(store, Author("boss"), conflict.id)  # it is settled already
    (settled,) = list_changes(store, "water")
    assert (settled.reviewer, settled.action) == ("ann", "settle-conflict")
    undo_change(store, Author("boss"), settled.id)
    assert store.conflicts() == (conflict,)
    reopened, _ = list_changes(store)
    assert (reopened.reviewer, reopened.action) == ("boss", "reopen-conflict")
    undo_change(store, Author("ann"), reopened.id)
    assert store.conflicts() == ()
    with pytest.raises(AbsentError, match="99: no such conflict"):
        settle_conflict(store, Author("boss"), 99)


def test_changed_facts_carry_a_name_and_are_undone(store):
    describe_briefing(store, Author("ann"), "water", {"title": "Water", "licence": "CC0"})
    describe_briefing(store, Author("ann"), "water", {"title": "Water"})  # changes nothing
    describe_briefing(store, Author("boss"), "water", {"title": "Lakes", "source": ""})
    second, first = list_changes(store, "water")
    assert (first.reviewer, first.before) == ("ann", {"title": "", "licence": ""})
    assert (second.reviewer, second.before, second.after) == (
        "boss",
        {"title": "Water"},
        {"title": "Lakes"},
    )
    with pytest.raises(StoreError, match="water: these facts were changed again since"):
        undo_change(store, Author("ann"), first.id)
    undo_change(store, Author("ann"), second.id)
    undo_change(store, Author("ann"), first.id)
    assert store.facts("water") == {}
    assert [one.reviewer for one in list_changes(store)] == ["ann", "ann", "boss", "ann"]


def test_facts_that_come_with_adding_again_are_logged(store):
    store.save(briefing(), address=ADDRESS, facts={"source": "Harbour"}, reviewer="boss")
    (change,) = list_changes(store)
    assert (change.reviewer, change.after) == ("boss", {"source": "Harbour"})


def test_the_log_goes_into_a_backup(store, tmp_path):
    describe_briefing(store, Author("ann"), "water", {"title": "Water"})
    backup(store, tmp_path / "backup")
    with Store.open(tmp_path / "backup") as copied:
        assert list_changes(copied) == list_changes(store)
