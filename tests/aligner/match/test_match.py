import numpy as np
import pytest
from bag_encoder import Bag, covers, shape, texts
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from opencc import OpenCC

from align.aligner.match import (
    Side,
    match,
    prepare,
)
from align.aligner.match.model import default_model
from align.errors import EncoderError, MatchError
from align.records import Bead


def side(*sentences, **marks):
    return Side(sentences, **marks)


@pytest.fixture(scope="module")
def twenty():
    sentences = texts(20)
    return prepare(Side(tuple(sentences)), Side(tuple(sentences)), Bag())


def test_equal_texts_align_one_to_one(twenty):
    matching = twenty.solve()
    assert shape(matching) == [((n,), (n,)) for n in range(20)]
    assert min(bead.probability for bead in matching.alignment.beads) > 0.5


def test_a_sentence_cut_in_two_is_a_one_two_bead():
    whole = texts(8)
    first, second = whole[4].split()[:3], whole[4].split()[3:]
    cut = [*whole[:4], " ".join(first) + ".", " ".join(second), *whole[5:]]
    assert ((4,), (4, 5)) in shape(match(Side(tuple(whole)), Side(tuple(cut)), Bag()))


def test_a_missing_sentence_is_an_omission():
    whole = texts(9)
    matching = match(Side(tuple(whole)), Side(tuple(whole[:4] + whole[5:])), Bag())
    assert [bead.zh for bead in matching.alignment.beads if not bead.en] == [(4,)]
    assert all(bead.zh for bead in matching.alignment.beads)


def test_a_long_stretch_missing_on_one_side_is_crossed():
    whole = texts(150)
    matching = match(Side(tuple(whole)), Side(tuple(whole[:20] + whole[120:])), Bag())
    assert shape(matching)[-1] == ((149,), (49,))
    assert sum(not bead.en for bead in matching.alignment.beads) >= 80


def test_text_that_moved_is_proposed_as_a_crossing():
    whole = texts(12)
    moved = [*whole[1:10], whole[0], *whole[10:]]
    matching = match(Side(tuple(whole)), Side(tuple(moved)), Bag())
    assert [(link.zh, link.en) for link in matching.crossings] == [((0,), (9,))]
    assert covers(matching, 12, 12)


@pytest.mark.parametrize(
    ("zh", "en", "beads"),
    [
        ([], [], []),
        (["一"], [], [((0,), ())]),
        ([], ["one", "two"], [((), (0,)), ((), (1,))]),
        (["同"], ["同"], [((0,), (0,))]),
    ],
)
def test_sides_of_one_or_no_sentence(zh, en, beads):
    assert shape(match(Side(tuple(zh)), Side(tuple(en)), Bag())) == beads


ODD = ["", " ", "😀😀", "12,345", "。！？", "a" * 5000, "中" * 5000, "Mixed 中文 text 3%", "“", "'"]


@settings(deadline=None, max_examples=30)
@given(st.lists(st.sampled_from(ODD), max_size=8), st.lists(st.sampled_from(ODD), max_size=8))
def test_odd_sentences_are_each_in_one_bead_and_in_order(zh, en):
    matching = match(Side(tuple(zh)), Side(tuple(en)), Bag())
    assert covers(matching, len(zh), len(en))
    assert all(0 <= bead.probability <= 1 for bead in matching.alignment.beads)


WORDS = ["经济", "发展", "看着", "卫生", "里面", "“叙述”", "台湾", "著名", "三万", "，", "说"]
CHINESE = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=1).map(lambda words: "".join(words) + "。"),
    min_size=1, max_size=6,
)  # fmt: skip
CORNERS = str.maketrans("“”", "「」")


@settings(deadline=None, max_examples=30)
@given(CHINESE, st.sampled_from(["s2t", "s2tw", "s2hk"]), st.data())
def test_traditional_characters_have_the_beads_and_probabilities_of_simplified_ones(
    zh, direction, data
):
    en = data.draw(st.permutations([*zh, "经济。", "3"]))
    there = OpenCC(direction)
    traditional = [there.convert(text).translate(CORNERS) for text in zh]
    assume("經" in "".join(traditional))  # 著 alone may be meant
    assert match(side(*traditional), side(*en), Bag()) == match(side(*zh), side(*en), Bag())


def test_a_side_repeated_twice_is_covered():
    once = texts(10)
    assert covers(match(Side(tuple(once * 2)), Side(tuple(once)), Bag()), 20, 10)


def test_the_signature_names_model_and_encoder(twenty):
    assert twenty.solve().alignment.signature == f"{default_model().signature}|bag@1"


def test_a_bead_that_must_be_is_kept_with_certainty(twenty):
    fixed = Bead((5, 6), (5,))
    matching = twenty.solve([fixed])
    assert [bead.probability for bead in matching.alignment.beads if bead.zh == (5, 6)] == [
        pytest.approx(1.0)
    ]
    assert covers(matching, 20, 20)


def test_a_decision_far_from_the_band_finds_the_way_back(twenty):
    matching = twenty.solve([Bead((2,), (9,)), Bead((10,), (10,))])
    found = shape(matching)
    assert ((2,), (9,)) in found
    assert ((15,), (15,)) in found
    assert covers(matching, 20, 20)


def test_an_omission_of_several_sentences_can_be_fixed(twenty):
    matching = twenty.solve([Bead((4, 5), ())])
    assert ((4, 5), ()) in shape(matching)


@pytest.mark.parametrize(
    ("beads", "message"),
    [
        ([Bead((1,), (2,)), Bead((2,), (1,))], "overlap or cross"),
        ([Bead((1,), (1,)), Bead((1,), ())], "contradict"),
        ([Bead((1,), (1,)), Bead((), (1,))], "contradict"),
    ],
)
def test_contradictory_beads_are_named(twenty, beads, message):
    with pytest.raises(MatchError, match=message):
        twenty.solve(beads)


def test_probability_of_chosen_beads_is_what_the_alignment_says(twenty):
    beads = twenty.solve().alignment.beads
    assert twenty.probability(beads) == pytest.approx([bead.probability for bead in beads])


def test_what_is_certain_changes_the_probability_of_the_rest(twenty):
    given = twenty.given([Bead((3, 4), (3, 4))])
    assert given.probability([Bead((3,), (3,)), Bead((2,), (2,))]) == pytest.approx(
        [0.0, 1.0], abs=0.2
    )
    assert twenty.given([]) is twenty
    with pytest.raises(MatchError, match="overlap or cross"):
        twenty.given([Bead((1,), (2,)), Bead((2,), (1,))])


@pytest.mark.parametrize("added", ["z9.", "Look at y9 x9!", "c5 d5.", "a5 b5 c5 d5 e5."])
def test_where_omissions_are_expected_an_addition_is_more_probable(added):
    whole = texts(20)
    problem = prepare(side(*whole), side(*whole[:6], added, *whole[6:]), Bag())
    alone = Bead((), (6,))
    assert problem.with_omissions.probability([alone]) > problem.probability([alone])
    given = problem.with_omissions.given([alone])
    assert given.probability([Bead((5,), (5,))]) == pytest.approx([1.0], abs=0.01)


def test_small_texts_have_no_other_weights_for_omissions():
    small = prepare(side("一二。", "三四。"), side("一二。", "三四。"), Bag())
    beads = [Bead((0,), (0,)), Bead((0,), ())]
    assert small.with_omissions.probability(beads) == small.probability(beads)


def test_probability_of_beads_made_by_hand(twenty):
    impossible = [Bead((3,), (18,)), Bead((0, 2), (0,)), Bead((), ())]
    assert twenty.probability(impossible) == pytest.approx([0.0, 0.0, 0.0], abs=1e-6)
    assert twenty.probability([Bead((3, 4), (3, 4))])[0] < 0.5


def test_an_uncertain_stretch_has_alternatives_best_first():
    whole = texts(10)
    blurred = [*whole[:4], "x y z.", "u v w.", *whole[6:]]
    matching = match(Side(tuple(whole)), Side(tuple(blurred)), Bag())
    assert matching.alternatives
    for ways in matching.alternatives:
        chances = [way.probability for way in ways]
        assert chances == sorted(chances, reverse=True)
        assert sum(chances) <= 1 + 1e-9
        held = [[index for bead in way.beads for index in bead.zh] for way in ways]
        assert all(indices == held[0] for indices in held)
        assert set(ways[0].beads) <= set(matching.alignment.beads)


class Broken(Bag):
    def encode_spans(self, sentences, longest, language):
        spans = super().encode_spans(sentences, longest, language)
        if language == "en":
            spans[0, 1] = np.nan
        return spans


def test_a_vector_that_is_no_number_names_its_sentence():
    with pytest.raises(EncoderError, match="en sentence 1: 'two'"):
        match(side("一", "二"), side("one", "two"), Broken())


def test_texts_that_have_nothing_in_common_propose_no_crossing():
    zh = Side(tuple(f"x{n} y{n} z{n}." for n in range(3)))
    assert match(zh, Side(tuple(texts(20))), Bag()).crossings == ()
