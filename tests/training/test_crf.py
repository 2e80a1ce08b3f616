from dataclasses import replace

import numpy as np
import pytest

from align.aligner.match.candidates import edges_between
from align.aligner.match.lattice import Lattice
from align.records import Bead
from training.crf import TrainingExample, fit_weights, mark_allowed, negative_log_likelihood


def full_lattice(zh, en):
    edges = edges_between(np.arange((zh + 1) * (en + 1), dtype=np.int64), en + 1)
    return Lattice.build(edges, np.zeros(len(edges)), en + 1, (zh, en))


def allowed_beads(gold, zh, en):
    edges = full_lattice(zh, en).edges
    right = mark_allowed(edges, [Bead(*bead) for bead in gold], zh, en)
    return {(edges.bead(int(n)).zh, edges.bead(int(n)).en) for n in np.flatnonzero(right)}


def test_gold_allows_its_own_beads_only():
    gold = [((0,), (0, 1)), ((1,), ()), ((2,), (2,))]
    full = {bead for bead in allowed_beads(gold, 3, 3) if bead[0] and bead[1]}
    assert full == {((0,), (0, 1)), ((2,), (2,))}
    assert ((1,), ()) in allowed_beads(gold, 3, 3)


def test_beads_that_cross_teach_nothing_about_their_sentences():
    gold = [((0,), (0,)), ((1,), (2,)), ((2,), (1,)), ((3,), (3,))]
    found = allowed_beads(gold, 4, 4)
    assert {((1,), (1,)), ((1, 2), (1, 2)), ((1,), ())} <= found
    assert ((0, 1), (0,)) not in found


def test_the_slope_of_the_loss_is_that_of_small_steps():
    lattice = full_lattice(2, 3)
    random = np.random.default_rng(0)
    score = random.normal(size=len(lattice.edges))
    gold = [Bead((0,), (0, 1)), Bead((1,), (2,))]
    example = TrainingExample(
        lattice, np.zeros((len(score), 1)), mark_allowed(lattice.edges, gold, 2, 3)
    )
    loss, slope = negative_log_likelihood(example, score)
    assert loss > 0
    for edge in range(0, len(score), 5):
        step = np.zeros(len(score))
        step[edge] = 1e-5
        rise = (
            negative_log_likelihood(example, score + step)[0]
            - negative_log_likelihood(example, score - step)[0]
        ) / 2e-5
        assert slope[edge] == pytest.approx(rise, abs=1e-6)


def test_training_prefers_the_gold_path():
    lattice = full_lattice(2, 3)
    gold = [Bead((0,), (0, 1)), Bead((1,), (2,))]
    right = mark_allowed(lattice.edges, gold, 2, 3)
    rows = np.stack([right, np.ones(len(right))], 1).astype(np.float32)
    weights = fit_weights([TrainingExample(lattice, rows, right)], ("right", "bead"), penalty=0.1)
    assert weights.by_name["right"] > 1
    columns = {"right": rows[:, 0], "bead": rows[:, 1]}
    best = replace(lattice, score=weights.score(columns)).best_path()
    assert [lattice.edges.bead(int(n)) for n in best] == gold
