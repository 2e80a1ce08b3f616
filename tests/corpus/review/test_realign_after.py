"""Rows that fall into place after a decision: the rule, the history, putting them back."""

from contextlib import suppress
from dataclasses import replace
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from review_cases import briefing, stored
from reviewer import Reviewer

from align.corpus.review import InvalidEditError, ReviewState
from align.corpus.review.history import name_author
from align.corpus.review.realign_after import find_realigned_rows, find_realignments
from align.corpus.review.row_history import history_of_row
from align.corpus.review.state import content
from align.corpus.store.records import has_decision, sentence_ids
from align.errors import N_, MatchError
from align.records import Alignment, Bead, TablePlace

COUNT = 10  # sentences of each language


class Judge:
    """A problem whose best alignment is known: by default, sentence n belongs to sentence n."""

    def __init__(self, beads=None, sure=0.99, *, contradictory=False):
        pairs = beads or [Bead((n,), (n,)) for n in range(COUNT)]
        self.beads = tuple(Bead(bead.zh, bead.en, sure) for bead in pairs)
        self.contradictory = contradictory

    def given(self, must):
        if self.contradictory:
            raise MatchError(N_("no alignment satisfies the constraints; remove one of them"))
        return self

    def solve(self, must):
        self.given(must)
        return self

    @property
    def best_links(self):
        return {(bead.zh, bead.en) for bead in self.beads}

    @property
    def alignment(self):
        return Alignment(self.beads, "test")

    def probability(self, beads):
        right = {(bead.zh, bead.en) for bead in self.beads}
        return [0.99 if (bead.zh, bead.en) in right else 0.01 for bead in beads]


def shifted():
    """Return a briefing whose English, from row 4 to row 9, is one row too far down."""
    beads = [Bead((n,), (n,)) for n in range(COUNT)]
    beads[3:9] = [
        Bead((3,), ()),
        *(Bead((n,), (n - 1,)) for n in range(4, 8)),
        Bead((8,), (7, 8)),
    ]
    return briefing(beads=beads)


@pytest.fixture
def store(tmp_path):
    with stored(tmp_path / "corpus", shifted()) as opened:
        yield opened


@pytest.fixture
def ann(store):
    return Reviewer(store, "ann", "t1")


def pairs(person):
    """Return the rows as pairs of sentence numbers."""
    state = person.session.state
    return [(bead.zh, bead.en) for bead in state.to_beads(state.rows)]


RIGHT = [((n,), (n,)) for n in range(COUNT)]


def look(person, cause, problem=None, at=""):
    """Store what follows from a decision; return the entries."""
    session = person.session
    session.refresh()
    found = find_realignments(session.state, session.log, cause, problem or Judge(), {at})
    entries = [entry for entry in map(session.store_realignment, found) if entry]
    session.refresh()
    return entries


def mend(person):
    """Give row 6, in the middle of the run, its English text; return its id and the decision."""
    person.do("shift", 6, side="en", up=True)
    person.do("shift", 5, side="en", up=True)
    return person.session.state.rows[5].id, person.session.log[-1]


# -- the rule --------------------------------------------------------------------------------------


def test_the_rest_of_a_shifted_run_falls_into_place_once_a_row_is_mended(ann, bob, store):
    row, cause = mend(ann)
    assert pairs(ann) != RIGHT
    entries = look(ann, cause, at=row)
    assert pairs(ann) == RIGHT
    assert [len(entry.after) for entry in entries] == [2, 3]
    assert {row.probability for entry in entries for row in entry.after} == {0.99}
    assert [row.reviewer for entry in entries for row in entry.after] == [""] * 5
    bob.session.refresh()
    assert pairs(bob) == RIGHT
    assert store.rows("water") == ann.session.state.rows


def test_it_also_does_once_a_row_is_accepted(ann):
    mend(ann)
    look(ann, ann.do("accept", 5).entry)
    assert pairs(ann) == RIGHT


class Unsolved(Judge):
    """A problem that must not be solved again, because that takes long."""

    def solve(self, must):
        raise AssertionError("solved again")


def test_rows_that_the_aligner_prefers_anyway_are_not_looked_at_again(ann):
    accepted = ann.do("accept", 0).entry
    stored_rows = ann.session.state.to_beads(ann.session.state.rows)
    assert look(ann, accepted, Unsolved(stored_rows)) == []
    with pytest.raises(AssertionError, match="solved again"):
        look(ann, accepted, Unsolved())


def test_nothing_follows_while_the_mended_row_is_neither_accepted_nor_at_a_cursor(ann):
    _, cause = mend(ann)
    assert look(ann, cause) == []


def test_nothing_follows_from_a_row_that_its_author_has_yet_to_mend(ann):
    entry = ann.do("shift", 6, side="en", up=True).entry  # row 6 has two English sentences now
    assert look(ann, entry, at=ann.session.state.rows[5].id) == []


@pytest.mark.parametrize(
    "problem", [Judge(sure=0.94), Judge(contradictory=True)], ids=["unsure", "contradictory"]
)
def test_rows_stay_unless_the_new_ones_are_nearly_certain(ann, problem):
    row, cause = mend(ann)
    assert look(ann, cause, problem, at=row) == []


def test_rows_away_from_every_decision_stay(ann):
    assert look(ann, ann.do("accept", 0).entry) == []


@pytest.mark.parametrize("action", ["flag", "reopen", "annotate", "undo"])
def test_nothing_follows_from_a_decision_that_says_nothing_about_texts(ann, action):
    mend(ann)
    ann.do("accept", 5)
    assert look(ann, ann.do(action, 5, note="why?").entry) == []


def test_the_row_at_a_cursor_stays_with_all_rows_that_would_change_with_it(ann):
    mend(ann)
    cause = ann.do("accept", 5).entry
    rows = ann.session.state.rows
    (entry,) = look(ann, cause, at=rows[7].id)
    assert {row.id for row in entry.before} == {rows[3].id, rows[4].id}
    assert ann.session.state.rows[6:] == rows[6:]


@pytest.mark.parametrize(
    ("action", "more"),
    [
        ("accept", {}),
        ("reject", {}),
        ("flag", {}),
        ("edit", {"en_text": "Seven."}),
        ("annotate", {"note": "look here"}),
    ],
)
def test_a_row_that_someone_decided_or_annotated_stays(ann, bob, action, more):
    mend(ann)
    bob.session.refresh()
    bob.do(action, 7, **more)
    rows = bob.session.state.rows
    ann.session.refresh()
    look(ann, ann.do("accept", 5).entry)
    assert ann.session.state.rows[7] == rows[7]
    assert pairs(ann)[3:5] == RIGHT[3:5]


def test_a_cross_link_stays_and_the_rows_beside_it_are_realigned(ann):
    ann.do("link", 0, 9)
    linked = [row for row in ann.session.state.rows if row.crossing]
    ends = [Bead((0,), ()), Bead((), (0,))], [Bead((9,), ()), Bead((), (9,))]
    problem = Judge([*ends[0], *(Bead((n,), (n,)) for n in range(1, 9)), *ends[1]])
    at = next(at for at, pair in enumerate(pairs(ann)) if pair == ((5,), (4,)))
    ann.do("shift", at + 1, side="en", up=True)
    ann.do("shift", at, side="en", up=True)
    look(ann, ann.do("accept", at).entry, problem)
    assert {*RIGHT[1:9]} <= {*pairs(ann)}
    assert [row for row in ann.session.state.rows if row.crossing] == linked


def test_rows_that_a_person_regrouped_and_left_undecided_stay(ann, bob):
    bob.do("merge", 7, 8)
    ann.session.refresh()
    mend(ann)
    look(ann, ann.do("accept", 5).entry)
    assert ((7, 8), (6, 7, 8)) in pairs(ann)


def test_a_row_of_a_table_stays(tmp_path):
    made = shifted()
    place = TablePlace(table=1, row=0, rows=1, columns=1)
    zh = [*made.zh_sentences]
    zh[7] = replace(zh[7], table_row=place)
    with stored(tmp_path / "table", replace(made, zh_sentences=tuple(zh))) as store:
        ann = Reviewer(store, "ann", "t1")
        row, cause = mend(ann)
        (entry,) = look(ann, cause, at=row)
        assert pairs(ann)[3:6] == RIGHT[3:6]
        assert len(entry.after) == 2


# -- the history -----------------------------------------------------------------------------------


def test_the_change_is_the_aligners_and_names_the_decision(ann, store):
    row, cause = mend(ann)
    first, second = look(ann, cause, at=row)
    decision = first.decision
    assert (decision.reviewer, decision.action) == ("aligner", "realign")
    assert (decision.reason, decision.note) == (cause.decision.op, "ann")
    assert name_author(first) == "aligner"
    assert store.history("water")[-2:] == (first, second)
    assert find_realigned_rows(ann.session.state, ann.session.log) == {
        row.id: entry for entry in (first, second) for row in entry.after
    }
    (*_, last) = history_of_row(ann.session.state, ann.session.log, second.after[0].id)
    assert last.entry == second


def test_people_are_counted_without_the_aligner(ann, store):
    row, cause = mend(ann)
    look(ann, cause, at=row)
    assert store.count()["reviewers"] == {"ann": 2}


def test_two_who_find_the_same_store_it_once(ann, store):
    row, cause = mend(ann)
    other = Reviewer(store, "ann", "t2")
    found = find_realignments(ann.session.state, ann.session.log, cause, Judge(), {row})
    for session in (ann.session, other.session):
        for realignment in found:
            session.store_realignment(realignment)
    assert [one.decision.action for one in store.history("water")].count("realign") == 2


def test_a_row_that_was_changed_meanwhile_stays_as_its_author_left_it(ann, bob):
    row, cause = mend(ann)
    session = ann.session
    found = find_realignments(session.state, session.log, cause, Judge(), {row})
    bob.session.refresh()
    bob.do("accept", 7)
    assert session.store_realignment(found[1]) is None  # not read yet: the store refuses it
    session.refresh()
    assert session.store_realignment(found[1]) is None
    assert session.store_realignment(found[0])
    assert session.state.rows[7].status == "accepted"


def test_nothing_is_stored_for_a_person_who_may_only_read(ann, store):
    row, cause = mend(ann)
    found = find_realignments(ann.session.state, ann.session.log, cause, Judge(), {row})
    reader = Reviewer(store, "eve", "t3")
    reader.session.login = True  # without a role
    assert [reader.session.store_realignment(realignment) for realignment in found] == [None, None]


# -- putting back, undo ----------------------------------------------------------------------------


def test_rows_that_are_put_back_stay_as_they_were(ann):
    row, cause = mend(ann)
    before = ann.session.state.rows
    first, second = look(ann, cause, at=row)
    ann.do("put-back", 6, target=second.seq)
    cells = [(row.id, row.zh, row.en) for row in ann.session.state.rows[6:]]
    assert cells == [(row.id, row.zh, row.en) for row in before[6:]]
    assert {*find_realigned_rows(ann.session.state, ann.session.log).values()} == {first}
    (*_, change) = history_of_row(ann.session.state, ann.session.log, before[6].id)
    assert (change.entry, change.undone_by.decision.reviewer) == (second, "ann")
    assert look(ann, ann.do("accept", 5).entry) == []
    with pytest.raises(InvalidEditError, match="already been put back"):
        ann.do("put-back", 6, target=second.seq)
    with pytest.raises(InvalidEditError, match="already been put back"):
        ann.do("put-back", 5, target=cause.seq)


def test_undo_takes_back_the_putting_back_and_then_the_decision_before(ann):
    row, cause = mend(ann)
    first, second = look(ann, cause, at=row)
    ann.do("put-back", 6, target=second.seq)
    ann.do("undo")
    assert pairs(ann) == RIGHT
    assert {*find_realigned_rows(ann.session.state, ann.session.log).values()} == {first, second}


def test_undo_takes_back_ones_own_last_step_with_what_followed_from_it(ann):
    start = ann.session.state.rows
    row, cause = mend(ann)
    mended = pairs(ann)
    look(ann, cause, at=row)
    ann.do("accept", 5)
    ann.do("undo")
    assert (pairs(ann), ann.session.state.rows[5].status) == (RIGHT, "unreviewed")
    ann.do("undo")
    assert find_realigned_rows(ann.session.state, ann.session.log) == {}
    ann.do("redo")
    assert pairs(ann) == RIGHT
    assert len(find_realigned_rows(ann.session.state, ann.session.log)) == 5
    ann.do("undo")
    ann.do("undo")
    assert [(row.zh, row.en) for row in ann.session.state.rows] == [
        (row.zh, row.en) for row in start
    ]
    assert mended != RIGHT
    with pytest.raises(InvalidEditError, match="nothing to undo"):
        ann.do("undo")


def test_what_followed_stays_where_someone_has_decided_about_it(ann, bob):
    row, cause = mend(ann)
    look(ann, cause, at=row)
    accepted = ann.do("accept", 5).entry
    look(ann, accepted)
    bob.session.refresh()
    bob.do("accept", 7)
    ann.session.refresh()
    ann.do("undo")
    assert pairs(ann) == RIGHT
    assert ann.statuses[5:8] == ["unreviewed", "unreviewed", "accepted"]


# -- whatever is decided ---------------------------------------------------------------------------


def divide(sizes):
    """Return beads of these sizes, then pairs, until both texts end."""
    beads, zh, en = [], 0, 0
    for zh_size, en_size in [*sizes, *[(1, 1)] * COUNT]:
        zh_numbers = range(zh, min(zh + zh_size, COUNT))
        en_numbers = range(en, min(en + en_size, COUNT))
        bead = Bead(tuple(zh_numbers), tuple(en_numbers))
        if bead.zh or bead.en:
            beads.append(bead)
        zh, en = zh + len(bead.zh), en + len(bead.en)
    return beads


places = st.integers(0, 30)
beads = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=9).map(divide)
actions = st.sampled_from(["accept", "reject", "flag", "annotate", "merge", "shift", "link"])
decisions = st.lists(st.tuples(actions, places, places), max_size=6)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("cases")


@settings(max_examples=60)
@given(old=beads, found=beads, steps=decisions, at=places)
def test_no_sentence_is_lost_and_no_decided_row_changed(folder, old, found, steps, at):
    with stored(folder / uuid4().hex, briefing(beads=old)) as store:
        ann = Reviewer(store, "ann", "t1")
        for action, *numbers in steps:
            count = len(ann.session.state.rows)
            places = dict.fromkeys(number % count for number in numbers)
            with suppress(InvalidEditError):
                rows = [*places] if action in ("merge", "link") else [*places][:1]
                ann.do(action, *rows, note="?")
        before = ann.session.state
        looked = before.rows[at % len(before.rows)]
        decided = {row for row in before.rows if has_decision(row)} | {looked}
        with suppress(InvalidEditError):
            ann.do("accept", (at + 1) % len(before.rows))
        accepted = {row.id for row in ann.session.log[-1].after} if ann.session.log else set()
        if ann.session.log:
            look(ann, ann.session.log[-1], Judge(found), at=looked.id)
        after = ReviewState.read(store, "water")
        assert after.rows == ann.session.state.rows
        known = {row.id: content(row) for row in after.rows}
        assert all(known[row.id] == content(row) for row in decided if row.id not in accepted)
        for language in ("zh", "en"):
            names = [name for row in after.rows for name in sentence_ids(row, language)]
            assert sorted(names) == sorted(before.sentence_numbers(language))
