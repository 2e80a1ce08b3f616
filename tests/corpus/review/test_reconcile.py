"""Two people decide about the same rows: both changes stand, or the second person is asked."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from review_cases import EN, ZH, briefing, stored
from reviewer import Reviewer

from align.corpus.review import InvalidEditError, Request, ReviewState
from align.corpus.review.merge_texts import merge_texts, split_words
from align.corpus.review.reconcile import TextConflictError, reconcile
from align.corpus.review.requests import ReviewContext, make_edit
from align.corpus.review.state import check_coverage
from align.corpus.store import Decision, HistoryEntry
from align.corpus.store.records import sentence_ids
from align.records import LANGUAGES, Bead


@pytest.fixture
def people(tmp_path):
    with stored(tmp_path / "corpus") as store:
        yield Reviewer(store, "ann", "t1"), Reviewer(store, "bob", "t2")


def test_an_edit_and_a_merge_of_the_same_row_both_stand(people):
    ann, bob = people
    seen = ann.session.seq
    bob.do("merge", 3, 4)
    done = ann.do("edit", 3, en_text=EN[1][2].replace("planted", "replanted"), seen=seen)
    row = ann.session.state.rows[3]
    assert row.en_final == f"{EN[1][2].replace('planted', 'replanted')} {EN[1][3]}"
    assert (row.zh_final, done.others) == (ZH[1][2] + ZH[1][3], ("bob",))


def test_an_edit_of_a_row_that_was_merged_into_another_one_follows_its_text(people):
    ann, bob = people
    row, seen = ann.session.state.rows[4], ann.session.seq
    bob.do("merge", 3, 4)
    text = "The lake is much clearer."
    ann.session.do(Request("t1-9", "edit", (row.id,), seen=seen, en_text=text))
    assert ann.session.state.rows[3].en_final == f"{EN[1][2]} {text}"


def test_an_edit_and_a_split_of_the_same_row_both_stand(people):
    ann, bob = people
    ann.do("merge", 3, 4)
    bob.session.refresh()
    seen = ann.session.seq
    bob.do("split", 3, zh=1, en=1)
    text = f"{EN[1][2]} The lake is much clearer."
    ann.do("edit", 3, en_text=text, seen=seen)
    assert [row.en_final for row in ann.session.state.rows[3:5]] == [
        EN[1][2],
        "The lake is much clearer.",
    ]


@pytest.mark.parametrize(
    ("action", "places", "more"),
    [("merge", (3, 4), {}), ("shift", (3,), {"side": "en"}), ("split", (3,), {"zh": 1, "en": 0})],
)
def test_a_move_takes_the_edit_of_a_colleague_along(people, action, places, more):
    ann, bob = people
    seen = ann.session.seq
    bob.do("edit", 3, en_text="Nobody but Bob has read this.")
    done = ann.do(action, *places, seen=seen, **more)
    texts = [row.en_final for row in ann.session.state.rows]
    assert sum("Nobody but Bob has read this." in text for text in texts) == 1
    assert done.others == ("bob",)


def test_two_edits_of_other_words_both_stand(people):
    ann, bob = people
    seen = ann.session.seq
    bob.do("edit", 3, en_text=EN[1][2].replace("the city", "our city"))
    ann.do("edit", 3, en_text=EN[1][2].replace("planted", "replanted"), seen=seen)
    assert ann.session.state.rows[3].en_final == (
        "Last year our city replanted 12,000 mu of trees, up 3.5 percent."
    )


def test_two_edits_of_the_same_words_are_asked_about_and_what_each_answer_removes_is_said(people):
    ann, bob = people
    seen = ann.session.seq
    bob.do("edit", 3, en_text=EN[1][2].replace("planted", "seeded"))
    with pytest.raises(TextConflictError, match="bob changed this row at") as told:
        ann.do("edit", 3, en_text=EN[1][2].replace("planted", "replanted"), seen=seen)
    both, mine, theirs = told.value.choices
    assert (both.name, both.removes, both.is_draft) == ("both", (), True)
    assert both.edits[0][2].startswith("Last year the city seeded replanted 12,000")
    assert (mine.name, mine.removes) == ("mine", ("seeded",))
    assert (theirs.name, theirs.removes, theirs.edits) == ("theirs", ("replanted",), ())
    assert "seeded" in ann.session.state.rows[3].en_final


def test_an_edit_of_a_row_that_a_colleague_accepted_is_asked_about(people):
    ann, bob = people
    seen = ann.session.seq
    bob.do("accept", 3)
    with pytest.raises(TextConflictError, match="accepted: unreviewed → accepted") as told:
        ann.do("edit", 3, en_text="Trees were planted.", seen=seen)
    mine, theirs = told.value.choices
    assert (mine.name, mine.removes, mine.edits[0][2]) == ("mine", (), "Trees were planted.")
    assert (theirs.name, theirs.edits) == ("theirs", ())
    assert theirs.removes


def test_an_accept_of_a_text_that_changed_unseen_is_asked_about(people):
    ann, bob = people
    seen = ann.session.seq
    bob.do("edit", 3, en_text="Nobody but Bob has read this.")
    for action in ("accept", "alone"):
        with pytest.raises(InvalidEditError, match="check the new version"):
            ann.do(action, 3, seen=seen)


def test_an_edit_begins_with_the_text_that_the_browser_showed(people):
    ann, bob = people
    bob.do("edit", 3, en_text="Trees were planted.")
    ann.session.refresh()
    seen = ann.session.seq
    bob.do("edit", 3, en_text="Many trees were planted.")
    ann.do("edit", 3, en_base="Trees were planted.", en_text="Trees were seeded.", seen=seen)
    assert ann.session.state.rows[3].en_final == "Many trees were seeded."


def test_an_edit_of_a_sentence_that_was_cut_meanwhile_says_so_and_changes_nothing(people):
    ann, bob = people
    seen = ann.session.seq
    bob.do("cut", 3, side="en", at=0, offset=20)
    with pytest.raises(InvalidEditError, match="your text is kept here"):
        ann.do("edit", 3, en_text="Trees were planted.", seen=seen)
    assert ann.session.state.rows[3].en_edit is None


@given(
    st.lists(st.sampled_from(["湖", "水", " ", "lake", "is", "clear", "."]), max_size=6).map(
        "".join
    )
)
def test_a_change_of_one_person_alone_is_their_text(base):
    for text in ("", "x", base + " x", "x" + base):
        assert merge_texts(base, text, base).text == text
        assert merge_texts(base, base, text).text == text
        assert merge_texts(base, text, text) == merge_texts(base, text, base)


# -- any two operations ----------------------------------------------------------------------------
PLACES = st.integers(0, 9)
SIDES = st.sampled_from(LANGUAGES)
CHANGES = st.tuples(st.sampled_from(["insert", "replace", "delete", "all"]), st.integers(0, 40))


def operation(word):
    """Return a strategy for operations as data; ``word`` is typed into texts and notes."""
    texts = st.tuples(st.just("edit"), PLACES, SIDES, CHANGES, st.booleans())
    flags = st.tuples(st.sampled_from(["flag", "reject", "annotate"]), PLACES)
    judges = st.tuples(st.sampled_from(["accept", "reopen"]), PLACES)
    moves = st.tuples(
        st.sampled_from(["shift", "send", "alone"]), PLACES, SIDES, PLACES, st.booleans()
    )
    splits = st.tuples(
        st.sampled_from(["split", "split-inside", "cut"]), PLACES, SIDES, st.integers(0, 12)
    )
    rows = st.tuples(st.sampled_from(["merge", "link", "join", "unlink"]), PLACES, PLACES)
    return st.tuples(
        st.just(word), st.one_of(texts, texts, flags, judges, moves, splits, rows, rows)
    )


def change_text(text, how, at, word):
    tokens = split_words(text)
    at %= len(tokens) + 1
    made = {
        "insert": [*tokens[:at], " ", word, " ", *tokens[at:]],
        "replace": [*tokens[:at], word, *tokens[at + 1 :]],
        "delete": [*tokens[:at], *tokens[at + 2 :]],
        "all": [word],
    }
    return "".join(made[how])


def request_of(state, seq, who, word, given):
    """Return an operation as a request on the rows of a state."""
    kind, one, *more = given
    row = state.rows[one % len(state.rows)]
    usual = {"op": f"{who}-{len(word)}", "rows": (row.id,), "seen": seq}
    if kind == "edit":
        side, (how, at), with_base = more
        text = row.zh_final if side == "zh" else row.en_final
        values = {f"{side}_text": change_text(text, how, at, word)}
        if with_base:
            values[f"{side}_base"] = text
        return Request(action="edit", **usual, **values)
    if kind in ("flag", "reject", "annotate"):
        return Request(action=kind, note=word, **usual)
    if kind in ("shift", "send", "alone"):
        side, target, flag = more
        return Request(action=kind, side=side, up=flag, target=target, across=flag, **usual)
    if kind in ("split", "split-inside", "cut"):
        side, at = more
        places = {"zh": at % 4, "en": at % 3} if kind == "split" else {"zh": at, "en": 2 * at}
        if kind == "cut":
            return Request(action="cut", side=side, at=at % 2, offset=at, **usual)
        return Request(action="split", inside=kind == "split-inside", **usual, **places)
    if kind in ("merge", "link"):
        other = state.rows[more[0] % len(state.rows)]
        usual["rows"] = tuple(dict.fromkeys((row.id, other.id))) if kind == "link" else (row.id,)
    return Request(action=kind, **usual)


def decide(state, log, who, request):
    """Carry out a request as a session does, without a store; return the state and the log."""
    context = ReviewContext(state, log, who, lambda *_: None)
    edit = reconcile(context, request, lambda known: make_edit(known, request))
    if not edit.before:
        return state, log
    revised = tuple(replace(row, revision=row.revision + 1, reviewer=who) for row in edit.after)
    edit = replace(edit, after=revised)
    after = state.apply(edit)
    check_coverage(after, edit)
    decision = Decision(request.op, who, request.action, request.reason, request.note)
    at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    entry = HistoryEntry(len(log) + 1, "water", at, decision, edit.before, edit.after)
    return after, [*log, entry]


def all_words(state, log):
    words = [word for row in state.rows for word in (row.zh_final, row.en_final, row.note)]
    return "\n".join([*words, *(entry.decision.note for entry in log)])


def is_typed(request, word):
    return word in (request.zh_text or "") + (request.en_text or "") + request.note


def prepare(state, prepared):
    """Return a state and a log after some operations of a third person."""
    log = []
    for number, (word, made) in enumerate(prepared):
        request = request_of(state, len(log), f"c{number}", word, made)
        try:
            state, log = decide(state, log, "cy", request)
        except InvalidEditError:
            continue
    return state, log


def check_pair(state, prepared, first, second):
    """Carry out two operations that were made on the same rows; check what became of them."""
    state, log = prepare(state, prepared)
    requests = [
        (who, word, request_of(state, len(log), tab, word, made))
        for who, tab, (word, made) in (("ann", "a", first), ("bob", "b", second))
    ]
    before, done = state, []
    for who, word, request in requests:
        typed = [word] if is_typed(request, word) else []
        try:
            state, log = decide(state, log, who, request)
            done += typed
        except TextConflictError as conflict:
            check_choices(state, conflict, [*done, *typed])
        except InvalidEditError:
            pass  # the author is told, and nothing was changed
    words = all_words(state, log)
    assert [word for word in done if word not in words] == []
    check_sentences(before, state, [request for *_, request in requests])


def check_sentences(before, after, requests):
    """Check that the words of each sentence that nobody edited are in the text of a row."""
    for side in LANGUAGES:
        finals = [getattr(row, f"{side}_final") for row in after.rows]
        kept = {name for row in after.rows for name in sentence_ids(row, side)}
        edited = {
            row_id
            for one in requests
            if getattr(one, f"{side}_text") is not None
            for row_id in one.rows
        }
        for row in before.rows:
            if row.id in edited or getattr(row, f"{side}_edit") is not None:
                continue
            for name in kept.intersection(sentence_ids(row, side)):
                assert any(before.sentences(side)[name].clean in text for text in finals)


def check_choices(state, conflict, words):
    """Check that no answer removes a typed word unsaid, and that the first removes none."""
    assert conflict.choices[0].removes == ()
    for choice in conflict.choices:
        texts = {
            (row.id, side): getattr(row, f"{side}_final")
            for row in state.rows
            for side in LANGUAGES
        }
        texts |= {(row_id, side): text for row_id, side, text in choice.edits}
        notes = [row.note for row in state.rows]
        shown = "\n".join([*texts.values(), *notes, *choice.removes])
        assert [word for word in words if word not in shown] == [], choice.name


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    beads = [
        Bead((0,), (0,)),
        Bead((1, 2), (1, 2, 3)),
        Bead((3,), ()),
        *(Bead((n,), (n,)) for n in range(4, 9)),
        Bead((9,), (9,)),
    ]
    with stored(tmp_path_factory.mktemp("pairs") / "corpus", briefing(beads=beads)) as store:
        return ReviewState.read(store, "water")


PAIRS = (
    st.lists(operation("Qcy"), max_size=3),
    operation("Qann"),
    operation("Qbob"),
)
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@given(*PAIRS)
@settings(max_examples=150, deadline=None, suppress_health_check=QUIET)
def test_two_operations_lose_no_sentence_and_no_typed_word_unsaid(start, prepared, one, two):
    check_pair(start, prepared, one, two)
    check_pair(start, prepared, two, one)


@pytest.mark.faults
@given(*PAIRS)
@settings(max_examples=5000, deadline=None, suppress_health_check=QUIET)
def test_ten_thousand_pairs_of_operations_lose_nothing_unsaid(start, prepared, one, two):
    check_pair(start, prepared, one, two)
    check_pair(start, prepared, two, one)
