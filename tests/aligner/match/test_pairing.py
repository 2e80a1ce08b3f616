"""Paragraphs in pairs."""

import numpy as np
import pytest

from align.aligner import encoders
from align.aligner.match import Side, match
from align.aligner.match.features.rare import Pairing, pairing_features
from align.aligner.match.features.similarity import Similarity
from align.aligner.match.lattice import LONGEST, Edges
from align.aligner.match.spans import SpanVectors

ROLES = ("media", "media", "speaker", "speaker", "media", "speaker", "speaker", "media", "speaker")
TURNS = (0, 0, 1, 1, 2, 3, 3, 4, 5)
PARAGRAPHS = (0, 0, 1, 2, 3, 4, 5, 6, 7)
COUNT = len(TURNS)


def similarity(en=range(COUNT)):
    """Sentences of both sides that are like the one with the same number, and like no other."""
    vectors = np.broadcast_to(np.eye(COUNT, dtype=np.float32), (LONGEST, COUNT, COUNT))
    return Similarity(SpanVectors.of(vectors), SpanVectors.of(vectors[:, list(en)]), 0.0, 1.0)


def side(paragraphs=PARAGRAPHS, turns=TURNS, roles=ROLES):
    return Side(("x",) * COUNT, paragraphs, turns, roles)


def test_as_many_paragraphs_are_in_pairs():
    pairing = Pairing.of(side(), side(turns=(), roles=()), similarity())
    assert pairing.zh.tolist() == pairing.en.tolist() == list(PARAGRAPHS)


def test_paragraphs_that_are_not_alike_are_in_no_pair():
    pairing = Pairing.of(side(), side(), similarity(en=[*range(1, COUNT), 0]))
    assert set(pairing.zh.tolist()) == {-1}


def test_one_paragraph_or_none_is_no_pair():
    for paragraphs in ((), (0,) * COUNT):
        one = side(paragraphs, (), ())
        assert set(Pairing.of(one, one, similarity()).zh.tolist()) == {-1}
    empty = Side(())
    none = SpanVectors.of(np.zeros((LONGEST, 0, COUNT), np.float32))
    pairing = Pairing.of(empty, side(), Similarity(none, similarity().en, 0.0, 1.0))
    assert pairing.en.tolist() == [-1] * COUNT


def test_turns_are_in_pairs_where_paragraphs_are_not_as_many():
    fewer = side(paragraphs=(0, 0, 1, 1, 3, 4, 5, 6, 7))
    pairing = Pairing.of(side(), fewer, similarity())
    assert pairing.zh.tolist() == pairing.en.tolist() == [0, 0, 1, 1, 2, 3, 4, 5, 6]


def test_where_a_label_is_missing_turns_are_in_pairs_before_and_behind_it():
    missing = side(
        (0, 0, 1, 1, 1, 4, 5, 6, 7),
        (0, 0, 1, 1, 1, 2, 2, 3, 4),
        (*ROLES[:4], "speaker", *ROLES[5:]),
    )
    pairing = Pairing.of(side(), missing, similarity())
    assert pairing.zh.tolist() == pairing.en.tolist() == [0, 0, -1, -1, -1, -1, -1, 1, 2]


def test_a_bead_leaves_its_pair_at_either_end():
    pairing = Pairing(np.array([0, 0, 1, -1], np.int32), np.array([0, 1, 1], np.int32))
    rows = [(0, 1, 0, 1), (0, 2, 0, 1), (1, 2, 1, 2), (1, 2, 0, 2), (1, 3, 0, 2), (3, 4, 2, 2)]
    found = pairing_features(pairing, Edges(*np.array(rows, np.int32).T))
    assert found["leaves its pair"].tolist() == [0, 0, 1, 1, 0, 0]


@pytest.fixture(scope="module")
def encoder():
    return encoders.load()


def test_a_greeting_that_any_neighbour_could_have_stays_in_its_paragraph(encoder):
    zh = ("港口今天重新开放。", "好的。", "渔业局将修两座码头。", "谢谢。", "天气一直很好。")
    en = ("The port reopened today.", "Fine.", "The fisheries bureau will repair two piers.")
    en += ("Thank you.", "The weather has been fine.")
    paragraphs = (0, 1, 2, 2, 3)
    beads = match(Side(zh, paragraphs), Side(en, paragraphs), encoder).alignment.beads
    assert [(bead.zh, bead.en) for bead in beads] == [((n,), (n,)) for n in range(5)]
