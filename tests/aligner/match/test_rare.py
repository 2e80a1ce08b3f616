"""Separators, stage directions and roles."""

import numpy as np
import pytest

from align.aligner import encoders
from align.aligner.match import Side, match
from align.aligner.match.features.rare import aside_features, role_features
from align.aligner.match.features.surface import Surface
from align.aligner.match.lattice import Edges
from align.records import Sentence, Turn

ZH = (
    "今年的预算增加了百分之三。",
    "道路维修将在夏天开始。",
    "港务局今天发布了春季报告。",
    "新的图书馆下个月向市民开放。",
    "去年苹果的收成增加了百分之六。",
    "她把信放回抽屉，锁上了门。",
    "灯塔昨晚没有亮。",
    "渔业局将在三个港口设修船站。",
    "报告共有四十页。",
    "天气一直很好。",
)
EN = (
    "This year's budget grew by 3 percent.",
    "Road repairs will begin in summer.",
    "The port authority released its spring report today.",
    "The new library opens to the public next month.",
    "Last year the apple harvest grew by 6 percent.",
    "She put the letter back into the drawer and locked the door.",
    "The lighthouse stayed dark last night.",
    "The fisheries bureau plans repair yards in three ports.",
    "The report has forty pages.",
    "The weather has been fine throughout.",
)


def edges_of(*rows):
    return Edges(*np.array(rows, np.int32).T)


def test_separators_and_asides_are_counted_where_they_are_alone():
    known = Surface.of(Side(("好。", "***", "（笑）")), Side(("Good.", "(Laughter)")))
    edges = edges_of((1, 2, 1, 1), (0, 2, 0, 1), (2, 3, 1, 2), (2, 3, 0, 1))
    found = aside_features(known, edges)
    assert found["separator left out"].tolist() == [1, 0, 0, 0]
    assert found["separator in one"].tolist() == [0, 1, 0, 0]
    assert found["aside in both"].tolist() == [0, 0, 1, 0]
    assert found["aside in one"].tolist() == [0, 0, 0, 1]


def test_a_sentence_with_brackets_inside_is_no_aside():
    known = Surface.of(Side(("（一）加快建设。", "（笑）好。")), Side(("Yes (of course).",)))
    assert not known.zh.asides.any()
    assert not known.en.asides.any()


def test_roles_differ_where_one_asks_and_the_other_answers():
    zh = Side(("甲？", "乙。"), roles=("media", "speaker"))
    en = Side(("A?", "B.", "C."), roles=("media", "chair", ""))
    edges = edges_of((0, 1, 0, 1), (0, 1, 1, 2), (1, 2, 1, 2), (0, 2, 0, 1), (1, 2, 2, 3))
    found = role_features(Surface.of(zh, en), edges)
    assert found["roles differ"].tolist() == [0, 1, 0, 0, 0]
    assert found["roles joined"].tolist() == [0, 0, 0, 1, 0]


def test_without_labels_on_one_side_no_roles_differ():
    zh = Side(("甲？", "乙。"), roles=("media", "speaker"))
    known = Surface.of(zh, Side(("A?", "B.")))
    found = role_features(known, edges_of((0, 1, 0, 1), (0, 1, 1, 2)))
    assert not found["roles differ"].any()


def test_roles_come_from_the_turns_of_the_document():
    sentences = [Sentence("甲？", 0, 0), Sentence("乙。", 1, 1)]
    turns = [Turn("记者：", ("甲？",), "media"), Turn("答：", ("乙。",), "speaker")]
    assert Side.of(sentences, turns).roles == ("media", "speaker")
    assert Side.of(sentences).roles == ()


@pytest.fixture(scope="module")
def encoder():
    return encoders.load()


@pytest.mark.parametrize("text", ["***", "＊＊＊＊", "（记者笑）"])
@pytest.mark.parametrize("at", [3, 5, 10])
def test_what_has_no_counterpart_is_left_out(encoder, text, at):
    zh = (*ZH[:at], text, *ZH[at:])
    beads = match(Side(zh), Side(EN), encoder).alignment.beads
    assert ((at,), ()) in {(bead.zh, bead.en) for bead in beads}
    assert len(beads) == 11


def test_stage_directions_of_both_sides_are_joined(encoder):
    zh, en = (*ZH[:5], "（笑）", *ZH[5:]), (*EN[:5], "(Laughter)", *EN[5:])
    beads = match(Side(zh), Side(en), encoder).alignment.beads
    assert [(bead.zh, bead.en) for bead in beads] == [((n,), (n,)) for n in range(11)]


@pytest.mark.parametrize("wrong", range(10))
def test_a_wrong_role_is_survived(encoder, wrong):
    roles = ["media", "speaker"] * 5
    heard = ["speaker" if n == wrong and n % 2 == 0 else role for n, role in enumerate(roles)]
    heard = ["media" if n == wrong and n % 2 else role for n, role in enumerate(heard)]
    zh, en = Side(ZH, roles=tuple(roles)), Side(EN, roles=tuple(heard))
    beads = match(zh, en, encoder).alignment.beads
    assert [(bead.zh, bead.en) for bead in beads] == [((n,), (n,)) for n in range(10)]
