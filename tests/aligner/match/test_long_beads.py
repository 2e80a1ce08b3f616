"""One sentence against seven and more: candidates only where the lengths ask for them."""

import numpy as np
import pytest

from align.aligner import encoders
from align.aligner.encoders.base import join
from align.aligner.match import Side, match
from align.aligner.match.features.similarity import Similarity
from align.aligner.match.lattice import LONGEST, Edges
from align.aligner.match.long_beads import NO_SPANS, LongSpans, compose_long, find_long, long_edges
from align.aligner.match.spans import SpanVectors

NO_ANCHORS = np.empty((0, 2), np.int64)

LIST_ZH = (
    "访问团一月五日到达北港，一月九日参观造船厂和灯塔，二月三日同渔业局签署协议，二月二十日出席新图书馆的开馆仪式，"
    "三月一日在大学演讲，三月十二日会见岛上的教师代表，四月六日考察苹果园，四月十八日乘船回国。"
)
LIST_EN = (
    "The delegation arrived in Northport on January 5.",
    "It toured the shipyard and the lighthouse on January 9.",
    "An agreement with the fisheries bureau was signed on February 3.",
    "On February 20 it attended the opening of the new library.",
    "A lecture at the university followed on March 1.",
    "It met teachers from the island on March 12.",
    "On April 6 it inspected the apple orchards.",
    "It sailed home on April 18.",
)
AROUND_ZH = (
    "女士们、先生们，下午好。",
    "港务局今天发布了春季报告。",
    "报告共有四十页。",
    "请看第一部分。",
    "天气一直很好。",
    "今年的预算增加了百分之三。",
    "道路维修将在夏天开始。",
    "谢谢大家。",
    "下面请记者提问。",
)
AROUND_EN = (
    "Good afternoon, ladies and gentlemen.",
    "The port authority released its spring report today.",
    "The report has forty pages.",
    "Please look at the first part.",
    "The weather has been fine throughout.",
    "This year's budget grew by 3 percent.",
    "Road repairs will begin in summer.",
    "Thank you all.",
    "The floor is now open for questions.",
)


@pytest.fixture(scope="module")
def encoder():
    return encoders.load()


def test_a_sentence_as_long_as_eight_is_a_candidate_between_the_anchors():
    letters = np.array([10.0] * 5 + [80.0] + [10.0] * 5)
    others = np.full(18, 10.0)
    anchors = np.array([[n, n] for n in range(5)] + [[n + 6, n + 13] for n in range(5)])
    found = find_long(letters, others, anchors, 1.0)
    assert set(found[:, 0]) == {5}
    assert [5, 5, 13] in found.tolist()
    assert min(found[:, 1]) >= 4
    assert max(found[:, 2]) <= 15


@pytest.mark.parametrize("letters", [[10.0] * 20, [], [30.0] * 20])
def test_sentences_of_usual_length_are_none(letters):
    assert find_long(np.array(letters), np.full(20, 10.0), NO_ANCHORS, 1.0).tolist() == []


def test_a_side_of_few_sentences_has_none():
    assert find_long(np.array([100.0]), np.full(6, 10.0), NO_ANCHORS, 1.0).tolist() == []


def test_long_spans_are_composed_to_nearly_the_vector_of_the_joined_text(encoder):
    found = find_long(np.array([80.0]), np.full(8, 10.0), NO_ANCHORS, 1.0)
    letters = np.array([len(text) for text in LIST_EN], float)
    vectors = SpanVectors.of(encoder.encode_spans(LIST_EN, LONGEST, "en"))
    spans = compose_long(found, vectors, letters)
    row = spans.find(np.array([0], np.int32), np.array([8], np.int32))
    whole = encoder.encode([join(LIST_EN, "en")])[0]
    assert np.linalg.norm(spans.vectors[row[0]]) == pytest.approx(1.0)
    assert spans.vectors[row[0]] @ whole > 0.85


def test_spans_that_were_not_encoded_are_not_found():
    nothing = NO_SPANS.find(np.array([0, 3], np.int32), np.array([8, 11], np.int32))
    assert nothing.tolist() == [-1, -1]


def test_similarity_of_a_long_bead_is_that_of_its_vectors():
    zh, en = np.eye(2, dtype=np.float32)[:1], np.eye(2, dtype=np.float32)
    known = LongSpans(np.array([0 * 64 + 8]), en[:1])
    spans = SpanVectors.of(zh[None]), SpanVectors.of(np.zeros((6, 8, 2), np.float32))
    similarity = Similarity(*spans, 0.0, 1.0, long_en=known)
    edges = Edges(*np.array([[0, 1, 0, 8], [0, 1, 1, 8]], np.int32).T)
    assert similarity.of_edges(edges).tolist() == [1.0, 0.0]


def test_edges_of_both_sides_stand_below_each_other():
    zh = find_long(np.array([80.0]), np.full(8, 10.0), NO_ANCHORS, 1.0)
    edges = long_edges(zh, zh[:0])
    assert set(edges.zh_size.tolist()) == {1}
    assert long_edges(zh[:0], zh).en_size.tolist() == edges.zh_size.tolist()
    assert len(long_edges(zh[:0], zh[:0])) == 0


@pytest.mark.parametrize("around", [4, 9])
def test_a_list_of_dates_is_one_bead(encoder, around):
    half = around // 2
    zh = (*AROUND_ZH[:half], LIST_ZH, *AROUND_ZH[half:around])
    en = (*AROUND_EN[:half], *LIST_EN, *AROUND_EN[half:around])
    beads = match(Side(zh), Side(en), encoder).alignment.beads
    found = {(bead.zh, bead.en): bead.probability for bead in beads}
    assert found[((half,), tuple(range(half, half + 8)))] > 0.5
    assert all(len(zh) == len(en) == 1 for zh, en in found if len(en) != 8)


def test_the_reverse_is_one_bead_too(encoder):
    parts = LIST_ZH.rstrip("。").split("，")
    listed = [f"访问团{parts[0].removeprefix('访问团')}。", *(f"{part}。" for part in parts[1:])]
    zh = (*AROUND_ZH[:4], *listed, *AROUND_ZH[4:])
    en = (*AROUND_EN[:4], " ".join(LIST_EN).replace(". ", "; "), *AROUND_EN[4:])
    beads = match(Side(zh), Side(en), encoder).alignment.beads
    assert (tuple(range(4, 12)), (4,)) in {(bead.zh, bead.en) for bead in beads}
