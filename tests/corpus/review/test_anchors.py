"""Which rows a changed text opens, and how what the matcher found is put between the others."""

from dataclasses import replace

import pytest
from review_cases import EN, ZH, cut, stored

from align.corpus.review.transfer import assign_rows, transfer_decisions
from align.records import Bead

SAME = "test|1"


@pytest.fixture
def water(tmp_path):
    with stored(tmp_path / "corpus") as store:
        yield store.briefing("water"), store.rows("water")


def keys(beads):
    return [(bead.zh, bead.en) for bead in beads]


def pairs(*numbers):
    return [((number,), (number,)) for number in numbers]


def beads(*numbers):
    return [Bead(zh, en, 0.5) for zh, en in pairs(*numbers)]


def test_only_rows_of_the_changed_paragraph_are_opened(water):
    old, rows = water
    other = (ZH[0], (*ZH[1][:3], "湖水清得见底。", ZH[1][4]), *ZH[2:])
    result = transfer_decisions(old, rows, cut("zh", other), old.en_sentences)
    assert keys(result.anchors.unchanged) == pairs(0, 1, 6, 7, 8, 9)
    assert keys(result.anchors.constraints(SAME)) == pairs(0, 1, 6, 7, 8, 9)
    assert keys(result.anchors.constraints("another")) == []
    assert result.lost == ()


def test_what_stays_keeps_its_probability_and_what_is_open_takes_the_matchers(water):
    old, rows = water
    other = (ZH[0], (*ZH[1][:3], "湖水清得见底。", ZH[1][4]), *ZH[2:])
    anchors = transfer_decisions(old, rows, cut("zh", other), old.en_sentences).anchors
    filled = anchors.fill(SAME, beads(*range(10)))
    assert keys(filled) == pairs(*range(10))
    assert [bead.probability for bead in filled] == [0.9] * 2 + [0.5] * 4 + [0.9] * 4
    assert [bead.probability for bead in anchors.fill("another", beads(*range(10)))] == [0.5] * 10


def test_a_paragraph_put_in_on_one_side_opens_the_place_between_two_rows(water):
    old, rows = water
    more = (*ZH[:1], ("主持人 林可：", "请高市长介绍。"), *ZH[1:])
    result = transfer_decisions(old, rows, cut("zh", more), old.en_sentences)
    stay = result.anchors.unchanged
    assert keys(stay)[1:3] == [((1,), (1,)), ((3,), (2,))]
    found = [*stay[:2], Bead((2,), (), 0.4), *stay[2:]]
    filled = result.anchors.fill(SAME, found)
    assert filled[2] == Bead((2,), (), 0.4)
    assert assign_rows(result, filled)[0] == {
        place: row for place, row in zip([0, 1, *range(3, 11)], rows, strict=True)
    }


def test_what_is_beside_a_paragraph_put_in_at_the_start_or_the_end_stays(water):
    old, rows = water
    for zh, en, first in (
        ((("林可：", "请坐。"), *ZH), EN, ((1,), (0,))),
        (ZH, (("Lin Ke:", "Be seated."), *EN), ((0,), (1,))),
        (ZH, (*EN, ("Lin Ke:", "Goodbye.")), ((0,), (0,))),
    ):
        stay = transfer_decisions(old, rows, cut("zh", zh), cut("en", en)).anchors.unchanged
        assert keys(stay)[0] == first
        assert len(stay) == len(rows)


def test_a_row_without_a_counterpart_binds_nobody_and_keeps_its_probability(water):
    old, rows = water
    alone = replace(rows[2], id="x", zh=(), probability=0.7)
    apart = [*rows[:2], replace(rows[2], en=()), alone, *rows[3:]]
    other = (*ZH[:3], ("市长 高远：", "不会变。", *ZH[3][2:]))
    anchors = transfer_decisions(old, apart, cut("zh", other), old.en_sentences).anchors
    assert keys(anchors.constraints(SAME)) == pairs(0, 1, 3, 4, 5, 6)
    again = anchors.fill(SAME, [*beads(0, 1), Bead((2,), (), 1.0), Bead((), (2,), 1.0)])
    assert [bead.probability for bead in again] == [0.9, 0.9, 0.9, 0.7]
    assert keys(anchors.fill(SAME, beads(*range(10)))) == pairs(*range(10))


def test_a_decision_inside_the_changed_paragraph_must_stand_and_keeps_its_probability(water):
    old, rows = water
    decided = [replace(row, status="accepted") if n == 3 else row for n, row in enumerate(rows)]
    other = (ZH[0], (*ZH[1][:3], "湖水清得见底。", ZH[1][4]), *ZH[2:])
    result = transfer_decisions(old, decided, cut("zh", other), old.en_sentences)
    assert keys(result.anchors.constraints("another")) == pairs(3)
    assert keys(result.anchors.constraints(SAME)) == pairs(0, 1, 6, 7, 8, 9, 3)
    filled = result.anchors.fill(SAME, beads(*range(10)))
    assert [bead.probability for bead in filled][2:6] == [0.5, 0.9, 0.5, 0.5]


def test_a_rejected_row_away_from_the_change_stays_as_it_is(water):
    old, rows = water
    rejected = [replace(rows[0], status="rejected"), *rows[1:]]
    other = (*ZH[:3], ("市长 高远：", "不会变。", *ZH[3][2:]))
    result = transfer_decisions(old, rejected, cut("zh", other), old.en_sentences)
    assert keys(result.anchors.constraints(SAME))[0] == ((0,), (0,))
    assert assign_rows(result, result.anchors.fill(SAME, beads(*range(10))))[0][0] == rejected[0]


def test_a_sentence_that_a_reviewer_cut_otherwise_opens_its_paragraph(water):
    old, rows = water
    finer = (ZH[0], (*ZH[1][:2], "去年全市新增造林1.2万亩，", "增长3.5%。", *ZH[1][3:]), *ZH[2:])
    stay = transfer_decisions(old, rows, cut("zh", finer), old.en_sentences).anchors.unchanged
    assert keys(stay)[:3] == [*pairs(0, 1), ((7,), (6,))]


def test_a_link_across_away_from_the_change_stays_where_it_is(water):
    old, rows = water
    link = replace(rows[1], en=rows[4].en, crossing=True, probability=None)
    left = replace(rows[1], id="x", zh=())
    there = replace(rows[4], en=())
    crossed = [rows[0], link, left, *rows[2:4], there, *rows[5:]]
    other = (*ZH[:3], ("市长 高远：", "不会变。", *ZH[3][2:]))
    result = transfer_decisions(old, crossed, cut("zh", other), old.en_sentences)
    must = keys(result.anchors.constraints(SAME))
    assert ((1,), ()) in must
    assert ((), (4,)) in must
    found = [
        *beads(0),
        *(Bead((1,), ()), Bead((), (1,))),
        *beads(2, 3),
        *(Bead((4,), ()), Bead((), (4,))),
        *beads(5, 6, 7, 8, 9),
    ]
    filled = keys(result.anchors.fill(SAME, found))
    assert filled == [
        *pairs(0),
        *(((1,), (4,)), ((), (1,))),
        *pairs(2, 3),
        ((4,), ()),
        *pairs(5, 6, 7, 8, 9),
    ]
