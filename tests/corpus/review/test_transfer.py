from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from review_cases import EN, ZH, briefing, cut, stored

from align.corpus.review.transfer import assign_rows, keep_reviewed_segmentation, transfer_decisions
from align.records import Bead, Sentence


@pytest.fixture
def water(tmp_path):
    with stored(tmp_path / "corpus") as store:
        yield store.briefing("water"), store.rows("water")


def decided(result):
    return tuple((bead.zh, bead.en) for bead in result.anchors.decided)


def accepted(rows, *numbers, **changes):
    return [replace(rows[n], status="accepted", **changes) for n in numbers]


def test_rows_that_nobody_decided_about_need_not_stand_in_another_alignment(water):
    old, rows = water
    result = transfer_decisions(old, rows, old.zh_sentences, old.en_sentences)
    assert decided(result) == ()
    assert result.lost == ()


def test_a_confirmed_row_becomes_a_bead_that_must_be(water):
    old, rows = water
    kept = accepted(rows, 3, en_edit="Last year 12,000 mu were planted.")
    result = transfer_decisions(old, kept, old.zh_sentences, old.en_sentences)
    assert decided(result) == (((3,), (3,)),)
    assert result.rows[(3,), (3,)].en_edit == "Last year 12,000 mu were planted."


@pytest.mark.parametrize(
    "left",
    [
        {"status": "flagged"},
        {"note": "who says this?"},
        {"zh_edit": "谢谢。"},
        {"en_edit": "Thanks."},
        {"crossing": True},
    ],
)
def test_whatever_somebody_left_on_a_row_is_transferred_or_named_as_lost(water, left):
    old, rows = water
    row = replace(rows[2], **left)
    result = transfer_decisions(old, [row], old.zh_sentences, old.en_sentences)
    assert (result.rows, result.lost) == ({((2,), (2,)): row}, ())
    assert assign_rows(result, [Bead((2,), (2,))])[1] == ()
    assert assign_rows(result, [Bead((2,), (1, 2))])[1] == (
        (row, "the order of the text around it has changed"),
    )
    other = (EN[0], ("Gao Yuan:", "Thanks to all.", *EN[1][2:]), *EN[2:])
    result = transfer_decisions(old, [row], old.zh_sentences, cut("en", other))
    assert (result.rows, result.lost) == ({}, ((row, "its text has changed"),))


def test_of_undecided_rows_only_those_that_the_change_left_alone_are_kept(water):
    old, rows = water
    other = (*EN[:3], ("Gao Yuan:", "No.", "It stays for six years.", "Thank you."))
    result = transfer_decisions(old, rows, old.zh_sentences, cut("en", other))
    assert result.rows == {((n,), (n,)): rows[n] for n in range(7)}
    assert assign_rows(result, [])[1] == ()


def test_a_decision_follows_its_text_when_sentences_are_added_before_it(water):
    old, rows = water
    longer = (
        ("主持人 林可：", "请各位就座。", "大家上午好。", "欢迎来到澄湖市新闻发布会。"),
        *ZH[1:],
    )
    result = transfer_decisions(old, accepted(rows, 0, 5), cut("zh", longer), old.en_sentences)
    assert decided(result) == (((1,), (0,)), ((6,), (5,)))


def test_a_decision_survives_other_cuts_around_its_text(water):
    old, rows = water
    joined = (ZH[0], ("市长 高远：", "谢谢主持人。", ZH[1][2] + ZH[1][3], ZH[1][4]), *ZH[2:])
    result = transfer_decisions(old, accepted(rows, 2, 3, 5), cut("zh", joined), old.en_sentences)
    assert decided(result) == (((2,), (2,)), ((4,), (5,)))
    assert [(row.id, why) for row, why in result.lost] == [
        (rows[3].id, "its sentences are now split differently")
    ]


def test_a_row_may_hold_more_sentences_than_before(water):
    old, rows = water
    finer = (
        ZH[0],
        ("市长 高远：", "谢谢主持人。", "去年全市新增造林1.2万亩，", "增长3.5%。", *ZH[1][3:]),
        *ZH[2:],
    )
    result = transfer_decisions(old, accepted(rows, 3), cut("zh", finer), old.en_sentences)
    assert decided(result) == (((3, 4), (3,)),)


def test_a_row_whose_text_changed_is_lost_with_the_reason(water):
    old, rows = water
    other = (*EN[:3], ("Gao Yuan:", "No.", "It stays for six years.", "Thank you."))
    result = transfer_decisions(old, accepted(rows, 7, 8), old.zh_sentences, cut("en", other))
    assert decided(result) == (((7,), (7,)),)
    assert result.lost == ((accepted(rows, 8)[0], "its text has changed"),)


def test_a_rejected_row_is_kept_but_is_no_constraint(water):
    old, rows = water
    no = replace(rows[1], status="rejected")
    result = transfer_decisions(old, [no], old.zh_sentences, old.en_sentences)
    assert decided(result) == ()
    assert assign_rows(result, [Bead((0,), (0,)), Bead((1,), (1,))])[0] == {1: no}
    lost = (no, "the new alignment does not contain this rejected row")
    assert assign_rows(result, [Bead((0, 1), (0, 1))])[1] == (lost,)


def test_a_link_across_is_kept_as_an_empty_side_twice_and_put_together_again(water):
    old, rows = water
    link = replace(rows[1], en=rows[7].en, status="accepted", crossing=True, probability=None)
    left = replace(rows[7], en=())
    others = [row for row in rows if row not in (rows[1], rows[7])]
    more = (("主持人 林可：", "请各位就座。", *ZH[0][1:]), *ZH[1:])
    result = transfer_decisions(old, [*others, link, left], cut("zh", more), old.en_sentences)
    assert result.lost == ()
    assert [(bead.zh, bead.en) for bead in result.anchors.constraints("another")] == [
        ((2,), ()),
        ((), (7,)),
    ]
    found = [Bead((0, 1), (0,)), Bead((2,), ()), Bead((), (7,)), Bead((8,), ())]
    filled = result.anchors.fill("another", found)
    assert [(bead.zh, bead.en) for bead in filled] == [((0, 1), (0,)), ((2,), (7,)), ((8,), ())]
    assert assign_rows(result, filled)[0][1] == link


def test_a_link_across_that_was_rejected_binds_the_matcher_all_the_same(water):
    old, rows = water
    link = replace(rows[1], en=rows[7].en, status="rejected", crossing=True)
    result = transfer_decisions(old, [link], old.zh_sentences, old.en_sentences)
    assert [(bead.zh, bead.en) for bead in result.anchors.crossings] == [((1,), (7,))]
    assert decided(result) == ()


def test_a_link_across_is_lost_when_one_of_its_texts_changed(water):
    old, rows = water
    link = replace(rows[1], en=rows[8].en, crossing=True)
    other = (*EN[:3], ("Gao Yuan:", "No.", "It stays for six years.", "Thank you."))
    result = transfer_decisions(old, [link], old.zh_sentences, cut("en", other))
    assert result.lost == ((link, "its text has changed"),)
    assert result.anchors.crossings == ()


def test_an_omission_is_transferred(water):
    old, rows = water
    alone = replace(rows[4], en=(), en_text="", status="accepted")
    result = transfer_decisions(old, [alone], old.zh_sentences, old.en_sentences)
    assert decided(result) == (((4,), ()),)


def test_cuts_of_a_decided_paragraph_stay(water):
    old, rows = water
    coarse = (ZH[0], ("市长 高远：", "".join(ZH[1][1:])), *ZH[2:])
    new = keep_reviewed_segmentation(old.zh_sentences, accepted(rows, 3), cut("zh", coarse), "zh")
    assert new == old.zh_sentences
    assert keep_reviewed_segmentation(old.zh_sentences, rows, cut("zh", coarse), "zh") == cut(
        "zh", coarse
    )


@given(
    st.lists(st.sampled_from(["甲乙。", "丙。", "丁戊己。", "甲乙。 "]), min_size=1, max_size=8),
    st.data(),
)
def test_every_decided_row_is_transferred_or_lost_and_beads_stay_in_order(said, data):
    zh = (("甲：", *said),)
    en = (("A:", *(f"Number {n}." for n in range(len(said)))),)
    old = briefing(zh, en)
    rows = [replace(row, status="accepted") for row in _rows(old)]
    text = "".join(sentence.text for sentence in old.zh_sentences)
    cuts = sorted({0, len(text), *data.draw(st.lists(st.integers(0, len(text)), max_size=6))})
    new = [Sentence(text[start:end], 0, 0, start, end) for start, end in pairwise(cuts)]
    result = transfer_decisions(old, rows, new, old.en_sentences)
    assert len(result.rows) + len(result.lost) == len(rows)
    flat = [n for zh_span, _ in decided(result) for n in zh_span]
    assert flat == sorted(set(flat))
    for (zh_span, _), row in result.rows.items():
        assert "".join(new[n].text for n in zh_span).split() == row.zh_text.split()


def _rows(old):
    from align.corpus.store import BeadRow, sentence_id

    return [
        BeadRow(
            str(n),
            old.id,
            float(n),
            tuple(sentence_id(old.zh_sentences[i]) for i in bead.zh),
            tuple(sentence_id(old.en_sentences[i]) for i in bead.en),
            "".join(old.zh_sentences[i].clean for i in bead.zh),
            " ".join(old.en_sentences[i].clean for i in bead.en),
        )
        for n, bead in enumerate(old.alignment.beads)
    ]


def test_a_decision_about_a_sentence_that_the_briefing_does_not_have_is_lost(water):
    old, rows = water
    (row,) = accepted(rows, 3, zh=("9.0-4",))
    result = transfer_decisions(old, [row], old.zh_sentences, old.en_sentences)
    assert (result.rows, result.lost) == ({}, ((row, "its text has changed"),))
