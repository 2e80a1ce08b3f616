import numpy as np
import pytest

from align.aligner.evaluate import Gold
from align.aligner.match.candidates import edges_between
from align.aligner.match.lattice import Edges, Lattice
from align.aligner.match.model import OmissionPrior
from training.cuts import Cut, cut


def diagonal(count):
    """Edges 1-1 only, so that nothing can be left over."""
    row = np.arange(count, dtype=np.int32)
    return Edges(row, row + 1, row, row + 1)


def steps(zh, en):
    """Edges of one omission or addition only, so that everything is left over."""
    cells = np.arange((zh + 1) * (en + 1), dtype=np.int64)
    edges = edges_between(cells, en + 1)
    return edges.take(~edges.full)


def missing_in(edges, zh, en):
    return OmissionPrior.of(Lattice.build(edges, np.zeros(len(edges)), en + 1, (zh, en)), zh, en)


def test_where_nothing_is_left_over_the_usual_scores_stay():
    edges = diagonal(5)
    usual, gappy = np.arange(5.0), -np.arange(5.0)
    assert missing_in(edges, 5, 5).mix(edges, usual, gappy).tolist() == usual.tolist()


def test_where_all_is_left_over_the_other_scores_count():
    edges = steps(3, 4)
    usual, gappy = np.zeros(len(edges)), np.ones(len(edges))
    assert missing_in(edges, 3, 4).mix(edges, usual, gappy).tolist() == gappy.tolist()


def test_a_gap_is_felt_around_it_and_not_far_away():
    gap = np.arange(100, 120, dtype=np.int32)
    row = np.concatenate([np.arange(100), np.arange(120, 200)]).astype(np.int32)
    column = np.arange(180, dtype=np.int32)
    left_out = Edges(gap, gap + 1, np.full_like(gap, 100), np.full_like(gap, 100))
    edges = Edges.join([Edges(row, row + 1, column, column + 1), left_out])
    trust = missing_in(edges, 200, 180).mix(edges, np.zeros(1), np.ones(1))
    assert trust[[99, 100]].tolist() == [1.0, 1.0]
    assert trust[[0, 50, 150, 179]].tolist() == [0.0] * 4


@pytest.mark.parametrize(("zh", "en"), [(0, 3), (3, 0)])
def test_an_empty_side_is_missing_altogether(zh, en):
    edges = steps(zh, en)
    assert missing_in(edges, zh, en).mix(edges, np.zeros(1), np.ones(1)).tolist() == [1.0] * 3


GOLD = Gold(
    "water",
    tuple("一二三四五六七八"),
    ("a", "b", "c", "d", "e", "f", "g", "h", "i"),
    (
        ((0,), (0,)),
        ((1,), (1, 2)),
        ((2,), (3,)),
        ((3, 4), (4,)),
        ((5,), (5,)),
        ((6,), (6,)),
        ((7,), (7, 8)),
    ),
    zh_paragraphs=(0, 0, 0, 1, 1, 1, 2, 2),
)


@pytest.mark.parametrize("side", ["zh", "en"])
@pytest.mark.parametrize("run", [1, 2])
def test_what_is_cut_leaves_its_counterpart_over(side, run):
    shorter = cut(GOLD, Cut(run, 0.3, side))
    assert len(shorter.en if side == "zh" else shorter.zh) in (8, 9)
    for n, sentences in enumerate((shorter.zh, shorter.en)):
        covered = sorted(index for link in shorter.beads for index in link[n])
        assert covered == list(range(len(sentences)))
    whole = {
        ("".join(GOLD.zh[n] for n in zh), "".join(GOLD.en[n] for n in en)) for zh, en in GOLD.beads
    }
    for zh, en in shorter.beads:
        if zh and en:
            found = "".join(shorter.zh[n] for n in zh), "".join(shorter.en[n] for n in en)
            assert found in whole
    assert any(not (zh and en) for zh, en in shorter.beads)
    assert len(shorter.zh_paragraphs) == len(shorter.zh)


def test_the_same_cut_is_the_same_again():
    assert cut(GOLD, Cut(1, 0.3, "en")) == cut(GOLD, Cut(1, 0.3, "en"))
