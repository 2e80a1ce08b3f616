import datetime as dt
import math
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from review_cases import briefing, stored, texts

from align.corpus.review import InvalidEditError, ReviewState, operations
from align.corpus.review.realign import replace_run
from align.corpus.review.state import Edit
from align.corpus.store.records import sentence_ids, text_coverage
from align.records import LANGUAGES, Bead


@pytest.fixture
def state(tmp_path):
    with stored(tmp_path / "corpus") as store:
        yield ReviewState.read(store, "water")


@pytest.fixture
def wide(tmp_path):
    beads = [
        Bead((0,), (0,)),
        Bead((1, 2), (1, 2, 3)),
        Bead((3,), ()),
        Bead((), (4,)),
        *(Bead((n - 1,), (n,)) for n in range(5, 10)),
        Bead((9,), ()),
    ]
    with stored(tmp_path / "corpus", briefing(beads=beads)) as store:
        yield ReviewState.read(store, "water")


def ids(state, *places):
    return [state.rows[place].id for place in places]


def shape(state):
    zh, en = state.sentence_numbers("zh"), state.sentence_numbers("en")
    return [([zh[n] for n in row.zh], [en[n] for n in row.en]) for row in state.rows]


def test_accepting_rows_keeps_their_text(state):
    change = operations.judge(state, ids(state, 1, 2), "accepted")
    after = state.apply(change)
    assert [row.status for row in after.rows[:4]] == [
        "unreviewed",
        "accepted",
        "accepted",
        "unreviewed",
    ]
    assert texts(after.rows) == texts(state.rows)


def test_accepting_an_accepted_row_changes_nothing(state):
    once = state.apply(operations.judge(state, ids(state, 1), "accepted"))
    assert operations.judge(once, ids(state, 1), "accepted").before == ()


def test_a_flag_without_a_note_keeps_the_note(state):
    noted = state.apply(
        operations.judge(state, ids(state, 1), "flagged", reason="name", note="who?")
    )
    again = noted.apply(operations.judge(noted, ids(state, 1), "accepted"))
    assert again.rows[1].note == "who?"


def test_merging_joins_both_sides_in_order(state):
    after = state.apply(operations.merge(state, ids(state, 7, 6, 8)))
    assert shape(after)[6:] == [([6, 7, 8], [6, 7, 8]), ([9], [9])]
    assert after.rows[6].zh_text == "请问水价会变吗？不会。水价五年不变。"
    assert after.rows[6].en_text == "Will the price of water change? No. It stays for five years."
    assert after.rows[6].status == "unreviewed"
    assert after.rows[6].probability is None


def test_the_notes_of_rows_that_are_merged_stay_each_once(state):
    for place, note in ((2, "two"), (4, "four")):
        change = operations.judge(state, ids(state, place), "unreviewed", note=note)
        state = state.apply(change)
    after = state.apply(operations.merge(state, ids(state, 2, 3, 4)))
    assert after.rows[2].note == "two; four"
    assert state.apply(operations.merge(state, ids(state, 1, 2))).rows[1].note == "two"


def test_text_written_into_an_empty_side_is_taken_back_before_the_row_is_merged(wide):
    edited = wide.apply(operations.edit(wide, wide.rows[2].id, en="Not said."))
    with pytest.raises(InvalidEditError, match="added to an empty cell"):
        operations.merge(edited, ids(edited, 1, 2))


def test_rows_that_are_no_neighbours_are_not_merged(state):
    with pytest.raises(InvalidEditError, match="are not consecutive"):
        operations.merge(state, ids(state, 1, 3))


def test_splitting_sends_the_last_sentences_down(wide):
    after = wide.apply(operations.split(wide, wide.rows[1].id, 1, 2))
    assert shape(after)[1:3] == [([1], [1, 2]), ([2], [3])]
    assert after.rows[1].id == wide.rows[1].id


@pytest.mark.parametrize("upper", [1, -1])
def test_a_long_row_is_split_sentence_by_sentence_from_either_end(upper):
    state = _fresh(["第一句。"] * 70)
    state = state.apply(operations.merge(state, [row.id for row in state.rows[:69]]))
    for turn in range(68):
        row = state.rows[turn if upper > 0 else 0]
        parts = operations.split(state, row.id, upper, upper)
        state = state.apply(parts)
    assert shape(state) == [([n], [n]) for n in range(70)]
    assert all(one.position < two.position for one, two in pairwise(state.rows))


def test_rows_without_a_number_between_their_positions_are_not_split(wide):
    one, two, *rest = wide.rows
    close = replace(two, position=math.nextafter(rest[0].position, 0))
    state = replace(wide, rows=(one, close, *rest))
    with pytest.raises(InvalidEditError, match="no room for another row"):
        operations.split(state, close.id, 1, 1)


def test_a_split_that_leaves_an_empty_row_is_refused(wide):
    with pytest.raises(InvalidEditError, match="would be empty"):
        operations.split(wide, wide.rows[1].id, 2, 3)


def test_the_first_sentence_goes_up_and_the_last_one_down(wide):
    up = wide.apply(operations.shift(wide, wide.rows[1].id, "en", up=True))
    assert shape(up)[:2] == [([0], [0, 1]), ([1, 2], [2, 3])]
    down = wide.apply(operations.shift(wide, wide.rows[1].id, "zh", up=False))
    assert shape(down)[1:3] == [([1], [1, 2, 3]), ([2, 3], [])]


def test_a_row_that_a_shift_leaves_empty_goes_away(wide):
    after = wide.apply(operations.shift(wide, wide.rows[2].id, "zh", up=False))
    assert shape(after)[1:3] == [([1, 2], [1, 2, 3]), ([3], [4])]


def test_at_the_end_a_sentence_gets_a_row_of_its_own(wide):
    after = wide.apply(operations.shift(wide, wide.rows[1].id, "en", up=False))
    assert len(after.rows) == len(wide.rows)
    last = state_of_one(wide)
    change = operations.shift(last, last.rows[0].id, "en", up=False)
    assert shape(last.apply(change)) == [([0, 1], [0, 1]), ([], [2])]
    change = operations.shift(last, last.rows[0].id, "en", up=True)
    assert shape(last.apply(change)) == [([], [0]), ([0, 1], [1, 2])]


def state_of_one(wide):
    return replace(wide, rows=(wide.rows[1],))


def test_text_moves_down_and_makes_room_until_a_row_has_an_empty_side(wide):
    change = operations.send(wide, wide.rows[1].id, "zh", 2, across=True)
    assert shape(wide.apply(change))[:5] == [
        ([0], [0]),
        ([], [1, 2, 3]),
        ([1, 2], []),
        ([3], [4]),
        ([4], [5]),
    ]


def test_text_moves_down_over_a_missing_chapter(state):
    after = state.apply(operations.send(state, state.rows[1].id, "en", 3, across=True))
    assert shape(after)[:5] == [([0], [0]), ([1], []), ([2], []), ([3], [1]), ([4], [2])]
    assert shape(after)[-2:] == [([], [8]), ([], [9])]


def test_text_moves_up_into_the_rows_it_passes(wide):
    after = wide.apply(operations.send(wide, wide.rows[3].id, "en", 2, across=True))
    assert shape(after)[2:4] == [([3], [4]), ([4], [5])]


def test_text_moves_up_to_the_first_row_and_no_further(state):
    for target in (0, -3):
        after = state.apply(operations.send(state, state.rows[2].id, "zh", target, across=True))
        assert shape(after)[:4] == [([0, 1, 2], [0]), ([3], [1]), ([4], [2]), ([5], [3])]


def test_text_moves_down_to_the_last_row_and_no_further(state):
    after = state.apply(operations.send(state, state.rows[8].id, "zh", 99, across=True))
    assert shape(after)[8:] == [([], [8]), ([8], [9]), ([9], [])]


def test_a_confirmed_row_stops_text_that_moves(state):
    held = state.apply(operations.judge(state, ids(state, 4), "accepted"))
    after = held.apply(operations.send(held, held.rows[1].id, "zh", 2, across=True))
    assert shape(after)[1:6] == [([], [1]), ([1], [2]), ([2], [3]), ([3], []), ([4], [4])]
    with pytest.raises(InvalidEditError, match="confirmed row"):
        operations.send(held, held.rows[1].id, "zh", 5, across=True)
    with pytest.raises(InvalidEditError, match="confirmed row"):
        operations.send(held, held.rows[6].id, "zh", 3, across=True)


def test_text_that_moves_stays_in_its_turn_unless_it_is_said_otherwise(state):
    """The rows are those of turns with 2, 4, 1 and 3 sentences."""
    within = state.apply(operations.send(state, state.rows[3].id, "zh", 4))
    assert shape(within)[3:8] == [([], [3]), ([3], [4]), ([4], [5]), ([5], []), ([6], [6])]
    up = state.apply(operations.send(state, state.rows[3].id, "en", 2))
    assert shape(up)[2:7] == [([2], [2, 3]), ([3], [4]), ([4], [5]), ([5], []), ([6], [6])]
    for place, target in ((5, 6), (2, 1), (0, 9)):
        with pytest.raises(InvalidEditError, match="would leave its turn"):
            operations.send(state, state.rows[place].id, "en", target)


@pytest.mark.parametrize(
    ("confirmed", "linked", "place", "run"),
    [((0, 4), (), 2, [1, 2, 3]), ((1,), (), 1, [0, 1]), ((), (2,), 0, [0, 1])],
)
def test_rows_are_realigned_between_confirmed_ones(state, confirmed, linked, place, run):
    rows = [
        replace(
            row,
            status="accepted" if at in confirmed else "unreviewed",
            crossing=at in linked,
        )
        for at, row in enumerate(state.rows[:5])
    ]
    some = replace(state, rows=tuple(rows))
    assert [*operations.run_between_confirmed(some, rows[place].id)] == run


def test_a_side_without_translation_gets_a_confirmed_row(state):
    after = state.apply(operations.mark_untranslated(state, state.rows[3].id, "zh"))
    assert shape(after)[3:5] == [([3], []), ([], [3])]
    assert (after.rows[3].status, after.rows[3].reason) == ("accepted", "omission")
    assert after.rows[4].status == "unreviewed"
    again = after.apply(operations.mark_untranslated(after, after.rows[4].id, "en"))
    assert (again.rows[4].status, again.rows[4].reason) == ("accepted", "addition")


def test_text_that_moved_is_linked_across_and_can_be_unlinked(wide):
    change = operations.link(wide, wide.rows[2].id, wide.rows[3].id)
    linked = wide.apply(change)
    assert shape(linked)[2] == ([3], [4])
    assert linked.rows[2].crossing
    back = linked.apply(operations.unlink(linked, linked.rows[2].id))
    assert shape(back)[:5] == [*shape(wide)[:2], ([], [4]), ([3], []), *shape(wide)[4:5]]
    assert not any(row.crossing for row in back.rows)


@pytest.mark.parametrize("there", [0, 5, 9])
def test_text_that_is_unlinked_returns_to_its_place_wherever_that_is(state, there):
    linked = state.apply(operations.link(state, state.rows[2].id, state.rows[there].id))
    back = linked.apply(operations.unlink(linked, state.rows[2].id))
    names = {
        language: [n for row in back.rows for n in sentence_ids(row, language)]
        for language in LANGUAGES
    }
    assert names == {language: list(state.sentence_numbers(language)) for language in LANGUAGES}
    assert len({row.position for row in back.rows}) == len(back.rows)


def test_a_note_of_a_row_that_a_link_empties_goes_with_the_text(state):
    alone = state.apply(operations.split(state, state.rows[5].id, 1, 0))
    noted = alone.apply(
        operations.judge(alone, [alone.rows[6].id], "unreviewed", note="see the footnote")
    )
    linked = noted.apply(operations.link(noted, noted.rows[1].id, noted.rows[6].id))
    assert len(linked.rows) == len(noted.rows)
    assert linked.rows[1].note == "see the footnote"


@pytest.mark.parametrize("typed", ["zh", "en"])
def test_a_link_that_would_remove_a_typed_translation_is_rejected(state, typed):
    alone = state.apply(
        operations.split(state, state.rows[5].id, *((0, 1) if typed == "en" else (1, 0)))
    )
    row = next(row for row in alone.rows if not sentence_ids(row, typed))
    done = alone.apply(operations.edit(alone, row.id, **{typed: "手写的译文 typed"}))
    rows = (row.id, done.rows[1].id)
    with pytest.raises(InvalidEditError, match="would remove a translation that was typed"):
        operations.link(done, *(rows if typed == "en" else rows[::-1]))


def test_linking_leaves_the_other_sides_where_they_are(state):
    linked = state.apply(operations.link(state, state.rows[1].id, state.rows[5].id))
    assert shape(linked)[1:3] == [([1], [5]), ([], [1])]
    assert ([5], []) in shape(linked)
    with pytest.raises(InvalidEditError, match="cross-linked"):
        operations.merge(linked, ids(linked, 0, 1))


def test_a_sentence_is_cut_and_joined_again(state):
    row = state.rows[3]
    change = operations.split_sentence(
        state, row.id, "en", 0, len("Last year the city planted 12,000 mu of trees,")
    )
    after = state.apply(change)
    assert [sentence.clean for sentence in change.sentences["en"]] == [
        "Last year the city planted 12,000 mu of trees,",
        "up 3.5 percent.",
    ]
    assert after.rows[3].kind == "1-2"
    assert after.rows[3].en_text == row.en_text
    back = after.apply(operations.join_sentences(after, row.id, "en", 0))
    assert back.rows[3].en == row.en


def test_a_cut_at_the_edge_of_a_sentence_is_refused(state):
    for offset in (0, len(state.rows[3].en_text)):
        with pytest.raises(InvalidEditError, match="inside a sentence"):
            operations.split_sentence(state, state.rows[3].id, "en", 0, offset)


def test_both_texts_are_cut_inside_of_their_sentences_and_the_row_is_split(state):
    row = state.rows[3]
    zh, en = "去年全市新增造林1.2万亩，", "Last year the city planted 12,000 mu of trees,"
    change = operations.split_text(state, row.id, len(zh), len(en))
    after = state.apply(change)
    assert change.before == (row,)
    assert texts(after.rows[3:5]) == [(zh, en), ("增长3.5%。", "up 3.5 percent.")]
    assert text_coverage(after.rows, after.sentences) == text_coverage(state.rows, state.sentences)


def test_a_sentence_that_ends_at_the_place_is_not_cut(wide):
    row = wide.rows[1]
    first = [len(wide.sentences(side)[sentence_ids(row, side)[0]].clean) for side in LANGUAGES]
    change = operations.split_text(wide, row.id, *first)
    assert (change.sentences, shape(wide.apply(change))[1:3]) == ({}, [([1], [1]), ([2], [2, 3])])
    behind = operations.split_text(wide, row.id, first[0], first[1] + 1)  # the blank
    assert shape(wide.apply(behind)) == shape(wide.apply(change))


def test_texts_are_not_cut_where_a_row_would_be_empty_or_a_correction_lies(state):
    row = state.rows[3]
    for places in ((0, 0), (len(row.zh_text), len(row.en_text)), (-1, -1)):
        with pytest.raises(InvalidEditError, match="would be empty"):
            operations.split_text(state, row.id, *places)
    edited = state.apply(operations.edit(state, row.id, en="Last year trees were planted."))
    with pytest.raises(InvalidEditError, match="has been edited"):
        operations.split_text(edited, row.id, 5, 5)


def test_sentences_of_two_paragraphs_are_not_joined(state):
    both = state.apply(operations.merge(state, ids(state, 1, 2)))
    with pytest.raises(InvalidEditError, match="a new paragraph"):
        operations.join_sentences(both, both.rows[1].id, "zh", 0)


def test_an_edit_lies_over_the_text_and_the_published_text_takes_it_away(state):
    row = state.rows[4]
    after = state.apply(operations.edit(state, row.id, en="The lake\nis  clearer now. "))
    assert after.rows[4].en_final == "The lake is clearer now."
    assert after.rows[4].en_text == "The lake is clearer."
    back = after.apply(operations.edit(after, row.id, en="The lake is clearer. "))
    assert back.rows[4].en_edit is None
    with pytest.raises(InvalidEditError, match="cannot be empty"):
        operations.edit(state, row.id, en="  ")


def test_a_correction_moves_with_its_text(state):
    edited = state.apply(operations.edit(state, state.rows[4].id, en="The lake is clearer now."))
    merged = edited.apply(operations.merge(edited, ids(edited, 3, 4)))
    assert merged.rows[3].en_edit == (
        "Last year the city planted 12,000 mu of trees, up 3.5 percent. The lake is clearer now."
    )
    again = merged.apply(operations.split(merged, merged.rows[3].id, 1, 1))
    assert again.rows[3].en_edit is None
    assert again.rows[4].en_edit == "The lake is clearer now."


def test_sentences_before_and_behind_a_correction_go_without_it(state):
    merged = state.apply(operations.merge(state, ids(state, 2, 3, 4, 5)))
    edited = merged.apply(
        operations.edit(
            merged,
            merged.rows[2].id,
            en="Thank you. The lake is clearer now. Two waterworks will be built.",
        )
    )
    upper = edited.apply(operations.split(edited, edited.rows[2].id, 1, 1))
    assert (upper.rows[2].en_edit, upper.rows[2].en_final) == (None, "Thank you.")
    lower = edited.apply(operations.split(edited, edited.rows[2].id, 3, 3))
    assert (lower.rows[3].en_edit, lower.rows[3].en_final) == (
        None,
        "Two waterworks will be built.",
    )
    assert lower.rows[2].en_edit == "Thank you. The lake is clearer now."
    with pytest.raises(InvalidEditError, match="cannot be split"):
        operations.split(edited, edited.rows[2].id, 2, 2)


@pytest.mark.parametrize(
    ("said", "parts"),
    [
        ("Well. The lake is clearer.", ("Well. The lake is clearer.", None)),
        ("The lake is clearer. Really.", (None, "Really. Two waterworks will be built.")),
    ],
)
def test_a_correction_that_adds_words_around_a_sentence_is_kept_whole(state, said, parts):
    edited = state.apply(operations.edit(state, state.rows[4].id, en=said))
    merged = edited.apply(operations.merge(edited, ids(edited, 4, 5)))
    assert merged.rows[4].en_edit == f"{said} Two waterworks will be built."
    again = merged.apply(operations.split(merged, merged.rows[4].id, 1, 1))
    assert (again.rows[4].en_edit, again.rows[5].en_edit) == parts


def test_a_correction_is_not_divided(state):
    merged = state.apply(operations.merge(state, ids(state, 3, 4)))
    edited = merged.apply(operations.edit(merged, merged.rows[3].id, en="All is new here."))
    with pytest.raises(InvalidEditError, match="cannot be split"):
        operations.split(edited, edited.rows[3].id, 1, 1)


@pytest.mark.parametrize("kept", ["湖水更清了。", "今年再建两座水厂。"])
def test_a_sentence_that_a_correction_took_out_gets_no_row_without_words(state, kept):
    merged = state.apply(operations.merge(state, ids(state, 4, 5)))
    edited = merged.apply(operations.edit(merged, merged.rows[4].id, zh=kept))
    with pytest.raises(InvalidEditError, match="cannot be split"):
        operations.split(edited, edited.rows[4].id, 1, 1)
    more = edited.apply(operations.merge(edited, ids(edited, 3, 4)))
    assert more.rows[3].zh_edit == f"去年全市新增造林1.2万亩，增长3.5%。{kept}"


def test_a_correction_of_one_side_leaves_that_of_the_other(state):
    row = state.rows[4].id
    edited = state.apply(operations.edit(state, row, zh="湖水清了。"))
    edited = edited.apply(operations.edit(edited, row, en="The lake is clear."))
    assert (edited.rows[4].zh_edit, edited.rows[4].en_edit) == ("湖水清了。", "The lake is clear.")
    back = edited.apply(operations.edit(edited, row, zh="湖水更清了。"))
    assert (back.rows[4].zh_edit, back.rows[4].en_edit) == (None, "The lake is clear.")


def test_blanks_in_a_side_without_text_are_no_correction(wide):
    assert operations.edit(wide, wide.rows[2].id, en="  ") == Edit()


def test_of_three_sentences_the_last_two_are_joined_and_the_first_stays(state):
    row = state.apply(operations.merge(state, ids(state, 3, 4, 5)))
    change = operations.join_sentences(row, row.rows[3].id, "zh", 1)
    after = row.apply(change)
    assert [sentence.clean for sentence in change.sentences["zh"]] == [
        "湖水更清了。今年再建两座水厂。"
    ]
    assert after.rows[3].kind == "2-3"
    assert after.rows[3].zh[0] == row.rows[3].zh[0]
    first = row.apply(operations.join_sentences(row, row.rows[3].id, "zh", 0))
    assert first.rows[3].zh[1] == row.rows[3].zh[2]
    assert first.rows[3].zh_text == after.rows[3].zh_text == row.rows[3].zh_text


def test_a_correction_of_the_english_goes_with_it_when_a_link_is_taken_back(state):
    edited = state.apply(operations.edit(state, state.rows[5].id, en="Two are being built."))
    edited = edited.apply(operations.edit(edited, edited.rows[2].id, zh="谢谢。"))
    linked = edited.apply(operations.link(edited, edited.rows[2].id, edited.rows[5].id))
    assert linked.rows[2].en_final == "Two are being built."
    back = linked.apply(operations.unlink(linked, linked.rows[2].id))
    (home,) = (row for row in back.rows if row.en == edited.rows[5].en)
    left = back.rows[back.places[edited.rows[2].id]]
    assert (home.zh_edit, home.en_edit) == (None, "Two are being built.")
    assert (home.zh, home.status) == ((), "unreviewed")
    assert (left.en, left.en_text, left.en_edit, left.zh_edit) == ((), "", None, "谢谢。")


def test_what_cannot_be_done_to_a_row_is_said(state, wide):
    zh_only, en_only = ids(wide, 2, 3)
    for move, says in (
        (lambda: operations.shift(wide, zh_only, "en", up=True), "has no text to move"),
        (
            lambda: operations.mark_untranslated(wide, zh_only, "en"),
            "has no text; choose the other language",
        ),
        (lambda: operations.send(wide, zh_only, "zh", 2, across=True), "already in that row"),
        (lambda: operations.link(wide, en_only, zh_only), "no text to link"),
        (lambda: operations.link(wide, wide.rows[0].id, zh_only), "no text to link"),
        (lambda: operations.link(wide, zh_only, zh_only), "choose two rows"),
        (
            lambda: operations.join_sentences(state, state.rows[3].id, "zh", 0),
            "no following sentence",
        ),
        (
            lambda: operations.split_sentence(state, state.rows[3].id, "zh", -1, 2),
            "does not contain that sentence",
        ),
    ):
        with pytest.raises(InvalidEditError, match=says):
            move()


def test_a_row_that_is_linked_across_stops_text_that_moves_and_an_answer_of_the_aligner(state):
    linked = state.apply(operations.link(state, state.rows[4].id, state.rows[7].id))
    with pytest.raises(InvalidEditError, match="confirmed row"):
        operations.send(linked, linked.rows[2].id, "zh", 6, across=True)
    assert operations.run_between_confirmed(linked, linked.rows[2].id) == range(4)


def test_an_answer_of_the_aligner_replaces_the_rows_between_confirmed_ones(state):
    held = state.apply(operations.judge(state, ids(state, 2, 5), "accepted"))
    run = operations.run_between_confirmed(held, held.rows[4].id)
    assert run == range(3, 5)
    after = held.apply(replace_run(held, run, [Bead((3, 4), (3, 4), 0.75)]))
    assert shape(after)[3] == ([3, 4], [3, 4])
    assert after.rows[3].probability == 0.75


def test_rows_that_an_answer_leaves_as_they_are_keep_all(state):
    held = state.apply(operations.judge(state, ids(state, 2, 5), "flagged"))
    beads = [Bead((2,), (2,), 0.9), Bead((3, 4), (3, 4), 0.75), Bead((5,), (5,), 0.9)]
    change = replace_run(held, range(2, 6), beads)
    assert [row.id for row in change.before] == ids(state, 3, 4)
    assert [(row.id, row.kind) for row in change.after] == [(state.rows[3].id, "2-2")]


def test_the_last_english_text_returns_to_the_end_when_its_link_is_taken_back(state):
    alone = state.apply(operations.shift(state, state.rows[9].id, "zh", up=True))
    linked = alone.apply(operations.link(alone, alone.rows[2].id, alone.rows[9].id))
    assert linked.rows[-1].en == state.rows[8].en
    back = linked.apply(operations.unlink(linked, linked.rows[2].id))
    assert back.rows[-1].en == state.rows[9].en
    assert shape(back)[2] == ([2], [])


def test_the_first_english_text_returns_to_the_start_when_its_link_is_taken_back(state):
    alone = state.apply(operations.shift(state, state.rows[0].id, "zh", up=False))
    linked = alone.apply(operations.link(alone, alone.rows[2].id, alone.rows[0].id))
    assert linked.rows[0].en == state.rows[1].en
    back = linked.apply(operations.unlink(linked, linked.rows[1].id))
    assert back.rows[0].en == state.rows[0].en


MOVES = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "judge",
                "merge",
                "split",
                "split-inside",
                "shift",
                "send",
                "alone",
                "link",
                "unlink",
                "cut",
                "join",
                "edit",
            ]
        ),
        st.integers(0, 30),
        st.integers(0, 30),
        st.sampled_from(LANGUAGES),
        st.booleans(),
    ),
    max_size=12,
)


def applied(state, kind, one, two, side, flag):
    row = state.rows[one % len(state.rows)]
    after = state.rows[two % len(state.rows)]
    made = {
        "judge": lambda: operations.judge(state, [row.id], "accepted" if flag else "rejected"),
        "merge": lambda: operations.merge(state, [row.id, after.id]),
        "split": lambda: operations.split(state, row.id, two % 3, one % 3),
        "split-inside": lambda: operations.split_text(state, row.id, one, two),
        "shift": lambda: operations.shift(state, row.id, side, up=flag),
        "send": lambda: operations.send(state, row.id, side, two % len(state.rows), across=flag),
        "alone": lambda: operations.mark_untranslated(state, row.id, side),
        "link": lambda: operations.link(state, row.id, after.id),
        "unlink": lambda: operations.unlink(state, row.id),
        "cut": lambda: operations.split_sentence(state, row.id, side, one % 2, two),
        "join": lambda: operations.join_sentences(state, row.id, side, two % 2),
        "edit": lambda: operations.edit(state, row.id, **{side: f"words {two}"}),
    }
    try:
        return state.apply(made[kind]())
    except InvalidEditError:
        return state


def in_order(state, language):
    numbers = state.sentence_numbers(language)
    kept = [row for row in state.rows if not row.crossing]
    said = [numbers[name] for row in kept for name in sentence_ids(row, language)]
    return said == sorted(said)


@settings(max_examples=150, deadline=None)
@given(MOVES)
def test_rows_hold_the_text_exactly_once_and_in_order_whatever_is_done(steps):
    state = _fresh()
    whole = text_coverage(state.rows, state.sentences)
    for step in steps:
        state = applied(state, *step)
        assert text_coverage(state.rows, state.sentences) == whole
        assert all(in_order(state, language) for language in LANGUAGES)
        assert len(state.places) == len(state.rows)
        assert len({row.position for row in state.rows}) == len(state.rows)
        assert all(row.zh or row.en for row in state.rows)
        for row in state.rows:
            assert (row.zh_text, row.en_text) == (
                state.join_text(row.zh, "zh"),
                state.join_text(row.en, "en"),
            )


def _fresh(said=None):
    from align.corpus.store import BeadRow, sentence_id

    one = briefing([["甲：", *said]], [["A:", *said]]) if said else briefing()
    zh = {sentence_id(sentence): sentence for sentence in one.zh_sentences}
    en = {sentence_id(sentence): sentence for sentence in one.en_sentences}
    rows = tuple(
        BeadRow(
            str(n),
            one.id,
            float(n),
            (z,),
            (e,),
            zh[z].clean,
            en[e].clean,
            changed_at=dt.datetime.now(dt.UTC),
        )
        for n, (z, e) in enumerate(zip(zh, en, strict=True))
    )
    return ReviewState(one.id, rows, zh, en)
