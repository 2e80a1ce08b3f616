import numpy as np
import pytest

from align.aligner.match import Side
from align.aligner.match.candidates import band_cells, find_anchors, lattice_cells
from align.aligner.match.features import surface, words
from align.aligner.match.features.similarity import EncoderScale, Similarity
from align.aligner.match.lattice import Edges
from align.aligner.match.model import Weights
from align.aligner.match.results import LONGEST_SENTENCE
from align.aligner.match.spans import SpanVectors
from align.aligner.match.tables import gaps_at
from align.records import Bead


def edges_of(*beads):
    return Edges.of([Bead(tuple(zh), tuple(en)) for zh, en in beads])


def unit_vectors(count, seed=0):
    rows = np.random.default_rng(seed).normal(size=(count, 32)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_anchors_of_equal_texts_are_the_diagonal():
    rows = unit_vectors(30)
    assert find_anchors(rows, rows).tolist() == [[n, n] for n in range(30)]


def test_anchors_skip_what_is_missing():
    rows = unit_vectors(30)
    assert find_anchors(rows, np.delete(rows, slice(10, 15), 0)).tolist() == [
        [n, n if n < 10 else n - 5] for n in range(30) if not 10 <= n < 15
    ]


@pytest.mark.parametrize(("zh", "en"), [(0, 5), (5, 0), (0, 0)])
def test_an_empty_side_has_no_anchor_but_a_band(zh, en):
    chain = find_anchors(unit_vectors(zh), unit_vectors(en))
    assert len(chain) == 0
    found = lattice_cells(chain, gaps_at(np.empty((0, 2), np.int64), zh, en))
    assert found[0] == 0
    assert found[-1] == zh * (en + 1) + en


def test_the_band_grows_with_the_length_and_not_with_its_square():
    sizes = [
        len(band_cells(np.array([[0, 0], *([n, n] for n in range(1, size)), [size, size]]), size))
        for size in (100, 200, 400)
    ]
    assert sizes[2] - sizes[1] == pytest.approx(2 * (sizes[1] - sizes[0]), rel=0.01)


def test_a_stretch_missing_on_one_side_is_inside_the_band():
    found = set(band_cells(np.array([[0, 0], [300, 200], [500, 210]]), 210).tolist())
    assert {row * 211 + 200 for row in range(300, 501)} <= found


def test_similarity_is_one_at_the_median_anchor_whatever_the_model():
    rows = unit_vectors(20)
    corner = rows * 0.5 + unit_vectors(1, 9)
    for vectors in (rows, corner / np.linalg.norm(corner, axis=1, keepdims=True)):
        spans = SpanVectors.of(vectors[None])
        chain = find_anchors(vectors, vectors)
        alike = Similarity.of(spans, spans, chain)
        assert alike.of_edges(edges_of(((3,), (3,))))[0] == pytest.approx(1.0, abs=1e-5)
        assert abs(alike.of_edges(edges_of(((3,), (8,))))[0]) < 0.8


def test_a_pair_of_sentences_is_measured_by_the_scale_of_the_encoder():
    one, other = np.eye(2, dtype=np.float32)
    pair = edges_of(((0,), (0,)))

    def alike(cosine):
        en = cosine * one + np.sqrt(1 - cosine**2) * other
        spans = SpanVectors.of(one[None, None]), SpanVectors.of(en[None, None])
        chain = find_anchors(spans[0].sentences(), spans[1].sentences())
        return Similarity.of(*spans, chain, EncoderScale(0.1, 0.7)).of_edges(pair)[0]

    assert abs(alike(0.1)) < 0.05
    assert alike(0.6) == pytest.approx(1.0, abs=0.05)


def test_small_texts_that_have_nothing_in_common_are_not_similar_by_a_scale_of_their_own():
    zh, en = unit_vectors(8), unit_vectors(8, 1)
    chain = find_anchors(zh, en)
    median = np.median(np.einsum("ij,ij->i", zh[chain[:, 0]], en[chain[:, 1]])).astype(np.float32)
    spans = SpanVectors.of(zh[None]), SpanVectors.of(en[None])
    alone = Similarity.of(*spans, chain)
    measured = Similarity.of(*spans, chain, EncoderScale(0.0, 1.0))
    assert alone.scaled(median) == pytest.approx(1.0)
    assert measured.scaled(median) < 0.6


def test_lengths_of_small_texts_are_compared_by_the_usual_ratio_too():
    found = surface.Surface.of(Side(("一二三四",)), Side(("abcdefgh",)), 200)
    ratio = (8 + 200 * surface.USUAL_LETTERS) / (4 + 200)
    column = surface.length_features(found, edges_of(((0,), (0,))))["letters ratio"]
    assert column.tolist() == pytest.approx([np.log((4 * ratio + 3) / 11)])


def test_the_ratio_of_lengths_is_that_of_the_anchors_where_much_is_missing():
    zh, en = Side(("一二三四五六七八九十",) * 20), Side(("abcdefghijklmnopqrstuvwxyzabcdef",) * 10)
    anchors = np.stack([np.arange(0, 20, 2), np.arange(10)], 1)
    plain, bounded = surface.Surface.of(zh, en), surface.Surface.of(zh, en).measured_at(anchors)
    assert plain.ratio(plain.en.letters, 3.6) == pytest.approx(1.6)
    assert bounded.ratio(bounded.en.letters, 3.6) == pytest.approx(3.2, rel=0.06)
    measured = plain.measured_on([Bead((2 * n,), (n,)) for n in range(10)])
    assert measured.ratio(measured.en.letters, 3.6) == pytest.approx(3.2, rel=0.06)
    assert plain.measured_on([Bead((0,), (0,))]) is plain


def test_lengths_are_compared_by_the_ratio_of_the_texts():
    found = surface.Surface.of(Side(("一二三四", "一二三四")), Side(("abcdefgh", "abcdefgh")))
    columns = surface.length_features(found, edges_of(((0,), (0,)), ((0, 1), (0,))))
    assert columns["letters ratio"].tolist() == pytest.approx([0.0, np.log(19 / 11)])


def test_marks_that_survive_are_compared():
    found = surface.Surface.of(Side(("好吗？", "好。")), Side(("Good?", "Good.")))
    columns = surface.punctuation_features(found, edges_of(((0,), (0,)), ((0,), (1,))))
    assert columns["question in both"].tolist() == [1, 0]
    assert columns["question in zh only"].tolist() == [0, 1]
    assert columns["same last mark"].tolist() == [1, 0]


def test_borders_count_when_both_sides_know_theirs():
    zh = Side(("一", "二", "三"), paragraphs=(0, 0, 1))
    en = Side(("a", "b", "c"), paragraphs=(4, 4, 5))
    asked = edges_of(((2,), (2,)), ((1, 2), (1, 2)), ((1,), (2,)))
    columns = surface.border_features(surface.Surface.of(zh, en), asked)
    assert columns["paragraph begins in both"].tolist() == [1, 0, 0]
    assert columns["paragraph inside zh"].tolist() == [0, 1, 0]
    assert columns["paragraph begins in one"].tolist() == [0, 0, 1]
    unknown = surface.border_features(surface.Surface.of(Side(zh.sentences), en), asked)
    assert not any(column.any() for column in unknown.values())


def test_a_quotation_runs_on_over_sentences():
    found = surface.SideQuotes.of(["他说：“好。", "再来。”", "走了。"])
    assert found.inside.tolist() == [0, 1, 0, 0]
    assert found.opens.tolist() == [1, 0, 0, 0]


def test_an_apostrophe_is_no_quotation():
    found = surface.SideQuotes.of(["It's the dogs' dinner, isn't it.", "'Yes,' he said. 'It is."])
    assert found.inside.tolist() == [0, 0, 1]


def test_words_learned_from_beads_need_three_of_them():
    zh = Side(tuple(f"山，{other}" for other in "狗猫牛马"))
    en = Side(tuple(f"Foo {other}" for other in ("rat", "ox", "tiger", "hare")))
    tokens = words.Tokenised.of(zh, en)
    beads = [Bead((n,), (n,)) for n in range(4)]
    few = tokens.by_beads(beads[:2]).columns("pairs", edges_of(((3,), (3,))))
    many = tokens.by_beads(beads).columns("pairs", edges_of(((3,), (3,))))
    assert few["en pairs covered"][0] == 0
    assert many["en pairs covered"][0] > 0


def test_of_a_very_long_sentence_only_the_begin_is_looked_up():
    en = Side(("lake " * LONGEST_SENTENCE,))
    tokens = words.Tokenised.of(Side(("湖。",)), en)
    assert [len(text) for text in tokens.en] == [LONGEST_SENTENCE // len("lake ")]
    numbers = words.match_facts(Side(("7年。",)), Side(("9 of " * LONGEST_SENTENCE,)))
    assert numbers.en.start.tolist() == [0, LONGEST_SENTENCE // len("9 of ")]


def test_numbers_and_names_are_found_again():
    zh = Side(("2019年增长了3.5%。", "赵志国说。"))
    en = Side(("It grew by 3.5% in 2019.", "Zhao Zhiguo said."))
    found = words.match_facts(zh, en)
    columns = found.columns("facts", edges_of(((0,), (0,)), ((1,), (1,)), ((0,), (1,))))
    assert columns["en facts covered"].tolist() == pytest.approx([1, 1, 0])


def test_a_feature_without_a_weight_counts_nothing():
    assert Weights({"known": 2.0}).score({"known": np.ones(2), "new": np.ones(2)}).tolist() == [
        2,
        2,
    ]
