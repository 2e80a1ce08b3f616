import numpy as np
import pytest
from bag_encoder import Bag, covers, shape, texts

from align.aligner.match import Side, match
from align.aligner.match.candidates import edges_between
from align.aligner.match.engine import WordPass, describe, second_pass
from align.aligner.match.features.explained import Explained
from align.aligner.match.lattice import Edges
from align.aligner.match.model import default_model
from align.records import Bead

ZH = ("茶和马。", "雨和桥。", "灯和船。", "马和雨。", "桥和茶。", "船和灯。") * 3
EN = (
    "Tea and a horse.", "Rain and a bridge.", "A lamp and a boat.",
    "A horse and rain.", "A bridge and tea.", "A boat and a lamp.",
) * 3  # fmt: skip
ONE_TO_ONE = [Bead((n,), (n,)) for n in range(18)]


def edges(*rows):
    return Edges(*np.array(rows, np.int32).T)


def explained(zh, en, beads):
    return Explained.of(Side(tuple(zh)), Side(tuple(en)), beads)


def ratios(found, *rows):
    columns = found.columns(edges(*rows))
    return columns["explained zh"] + columns["explained en"]


def test_translations_explain_each_other_better_than_neighbours():
    found = explained(ZH, EN, ONE_TO_ONE)
    right, wrong = ratios(found, (4, 5, 4, 5), (4, 5, 5, 6))
    assert right > 0 > wrong


def test_a_wrong_bead_is_no_evidence_for_itself():
    zh, en = [*ZH, "雪花飘落山谷。"], [*EN, "Nothing of that."]
    found = explained(zh, en, [*ONE_TO_ONE, Bead((18,), (18,))])
    assert ratios(found, (18, 19, 18, 19))[0] < 0


def test_an_edge_is_the_sum_of_its_sentences_given_the_same_span():
    found = explained(ZH, EN, ONE_TO_ONE)
    both, first, second = (
        found.columns(edges(row))["explained en"][0]
        for row in ((3, 5, 3, 5), (3, 5, 3, 4), (3, 5, 4, 5))
    )
    assert both == pytest.approx(first + second, abs=1e-5)


def test_columns_do_not_depend_on_the_edges_beside_them():
    found = explained(ZH, EN, ONE_TO_ONE)
    all_edges = edges_between(np.arange(19 * 19, dtype=np.int64), 19)
    whole = found.columns(all_edges)
    part = np.arange(0, len(all_edges), 7)
    for name, column in found.columns(all_edges.take(part)).items():
        assert column == pytest.approx(whole[name][part], abs=1e-5)


def test_edges_with_an_empty_side_have_no_columns():
    found = explained(ZH, EN, ONE_TO_ONE)
    columns = found.columns(edges((2, 3, 2, 2), (2, 2, 2, 3)))
    assert all(not column.any() for column in columns.values())


def test_parts_of_a_long_text_are_explained_by_their_own_table():
    zh, en = ZH * 2, EN * 2
    found = explained(zh, en, [Bead((n,), (n,)) for n in range(36)])
    assert ratios(found, (30, 31, 30, 31))[0] > 0


def test_where_nothing_is_left_out_there_is_no_table():
    whole = tuple(texts(20))
    features, candidates = describe(Side(whole), Side(whole), Bag())
    informed, _, lattice = second_pass(features, candidates, default_model(), (20, 20))
    assert WordPass.of(informed, lattice, (20, 20)).features.explained is None


BAD = {
    "one word everywhere": (["雨。"] * 30, ["Rain."] * 20),
    "repeated sentences": (["茶和马。", "雨。"] * 15, ["Tea and a horse.", "Rain."] * 10),
    "other scripts": (["Чай и лошадь."] * 12, ["שלום עולם"] * 12),
    "marks only": (["……"] * 12, ["---"] * 15),
    "one side": (["茶和马。"] * 60, ["Tea."] * 9),
    "an empty side": (["茶和马。"] * 12, []),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_texts_are_aligned_completely(kind):
    zh, en = BAD[kind]
    matching = match(Side(tuple(zh)), Side(tuple(en)), Bag())
    assert covers(matching, len(zh), len(en))
    assert all(0 <= bead.probability <= 1 for bead in matching.alignment.beads)


def test_the_result_is_the_same_every_time():
    whole = texts(40)
    sides = Side(tuple(whole)), Side(tuple(whole[:10] + whole[22:]))
    assert match(*sides, Bag()) == match(*sides, Bag())


def test_omitted_sentences_are_found_beside_their_neighbours():
    whole = texts(40)
    found = shape(match(Side(tuple(whole)), Side(tuple(whole[:10] + whole[22:])), Bag()))
    assert [zh for zh, en in found if not en] == [(n,) for n in range(10, 22)]
