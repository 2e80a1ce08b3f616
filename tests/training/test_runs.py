"""Small texts drawn for training and measuring, as training/runs.py makes them."""

from collections import Counter

import pytest

from align.aligner.evaluate import Gold
from training import runs


@pytest.fixture
def drawn():
    sentences = [str(n) for n in range(40)]
    beads = tuple(((n,), (n,)) for n in range(40))
    return list(runs.draw(Gold("text", tuple(sentences), tuple(sentences), beads), 3, 1))


def test_every_kind_and_size_is_drawn_as_often_as_asked(drawn):
    found = Counter((run.kind, run.size) for run in drawn)
    kinds = {(kind, size) for kind in runs.KINDS for size in runs.SIZES} - {("partly", 1)}
    assert found == {kind: 3 * runs.MORE if kind[0] == "true" else 3 for kind in kinds}


def test_each_sentence_is_in_one_gold_bead_in_order(drawn):
    for run in drawn:
        for side, texts in enumerate((run.gold.zh, run.gold.en)):
            assert [n for bead in run.gold.beads for n in bead[side]] == list(range(len(texts)))


def test_what_is_joined_is_a_translation_and_what_is_not_is_none(drawn):
    for run in drawn:
        joined = [bead for bead in run.gold.beads if all(bead)]
        assert all(run.gold.zh[zh[0]] == run.gold.en[en[0]] for zh, en in joined)
        assert len(joined) == len(set(run.gold.zh) & set(run.gold.en))
        assert (len(joined) == run.size) == (run.kind == "true")
        assert (not joined) == (run.kind == "unrelated")
