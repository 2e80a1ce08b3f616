"""Training of the conditional random field whose weights score the edges of the lattice.

The likelihood of the gold path among all paths of the lattice is maximised with L-BFGS and an L2
penalty. Gold that no monotone lattice holds (beads that cross or are not contiguous, types that
are not in the table) is not invented: around it every path counts as right that respects the gold
beads outside, so that those sentences teach nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from align.aligner.arrays import F32, F64
from align.aligner.match.lattice import BEAD_TYPES, Edges, Lattice
from align.aligner.match.long_beads import MOST
from align.aligner.match.model import Weights
from align.records import Bead

Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class TrainingExample:
    """One text: its lattice (scores unused), a row of features per edge, the edges gold allows."""

    lattice: Lattice
    rows: F32
    allowed: Flags
    weight: float = 1.0

    @cached_property
    def right(self) -> Lattice:
        """The edges that gold allows: a twentieth, so that their paths cost little."""
        return take_edges(self.lattice, self.allowed)


def take_edges(lattice: Lattice, which: Flags) -> Lattice:
    """Return the lattice with some of its edges, between the same nodes."""
    return Lattice(
        lattice.edges.take(which), lattice.score[which], lattice.nodes,
        lattice.source[which], lattice.target[which],
    )  # fmt: skip


def join_examples(examples: Sequence[TrainingExample]) -> TrainingExample:
    """Return many texts as one, its last place the first of the next: many small ones cost little.

    Their weights are not kept; all count 1.
    """
    source, target, first = [], [], 0
    for example in examples:
        lattice = example.lattice
        source.append(lattice.source + np.int32(first))
        target.append(lattice.target + np.int32(first))
        first += len(lattice.nodes) - 1
    lattice = Lattice(
        Edges.join([example.lattice.edges for example in examples]),
        np.concatenate([example.lattice.score for example in examples]),
        np.arange(first + 1),
        np.concatenate(source),
        np.concatenate(target),
    )
    return TrainingExample(
        lattice,
        np.concatenate([example.rows for example in examples]),
        np.concatenate([example.allowed for example in examples]),
    )


def fit_weights(
    examples: Sequence[TrainingExample],
    names: tuple[str, ...],
    *,
    penalty: float,
    steps: int = 250,
    known: Sequence[F64] = (),
) -> Weights:
    """Return the weights with the best penalised likelihood.

    :param penalty: half of it times the squared weights of standardised features is subtracted.
    :param known: scores of the edges by other features, whose weights stay.
    """
    from scipy.optimize import minimize  # type: ignore[import-untyped] # scipy has no types

    spread = np.concatenate([example.rows for example in examples]).std(0) + 1e-6
    spread[spread < 2e-6] = 1.0
    scaled = [(example.rows / spread).astype(np.float32) for example in examples]

    def objective(weights: F64) -> tuple[float, F64]:
        value = penalty / 2 * float(weights @ weights)
        slope = penalty * weights
        for n, (example, rows) in enumerate(zip(examples, scaled, strict=True)):
            score = (rows @ weights.astype(np.float32)).astype(np.float64)
            loss, by_edge = negative_log_likelihood(example, score + known[n] if known else score)
            value += example.weight * loss
            slope = slope + rows.T @ (example.weight * by_edge).astype(np.float32)
        return value, slope

    best = minimize(
        objective, np.zeros(len(names)), jac=True, method="L-BFGS-B",
        options={"maxiter": steps, "ftol": 1e-7},
    )  # fmt: skip
    return Weights(dict(zip(names, (best.x / spread).tolist(), strict=True)))


def fit_sharpness(pairs: Sequence[tuple[TrainingExample, F64]]) -> float:
    """Return the factor on held-out scores that makes their gold most probable.

    The penalty keeps weights small, so that probabilities of unseen texts come out too timid; one
    number, fitted on texts that were left out, sets that right and changes no best path.
    """
    from scipy.optimize import minimize_scalar

    def loss(factor: float) -> float:
        return sum(
            example.weight * negative_log_likelihood(example, factor * score)[0]
            for example, score in pairs
        )

    return float(minimize_scalar(loss, bounds=(0.5, 2.0), method="bounded").x)


def scale(weights: Weights, factor: float) -> Weights:
    """Return the weights times a factor: the same best path, other probabilities."""
    return Weights({name: factor * weight for name, weight in weights.by_name.items()})


def negative_log_likelihood(example: TrainingExample, score: F64) -> tuple[float, F64]:
    """Return the negative log likelihood of the gold and its slope by each edge's score."""
    everything, slope = _total(example.lattice, score)
    right, wanted = _total(example.right, score[example.allowed])
    slope[example.allowed] -= wanted
    return everything - right, slope


def _total(lattice: Lattice, score: F64) -> tuple[float, F64]:
    scored = replace(lattice, score=score)
    sums = scored.sums()
    return sums.total, scored.posterior(sums)


def mark_allowed(edges: Edges, gold: Sequence[Bead], zh_count: int, en_count: int) -> Flags:
    """Return which edges the gold allows; see the module for beads that no lattice holds."""
    usable = _usable(gold)
    keys = dict.fromkeys(edges.keys().tolist())
    usable = [
        bead
        for bead in usable
        if not (bead.zh and bead.en) or int(Edges.of([bead]).keys()[0]) in keys
    ]
    full = Edges.of([bead for bead in usable if _full(bead)])
    zh_free, en_free = np.ones(zh_count, bool), np.ones(en_count, bool)
    for bead in usable:
        zh_free[list(bead.zh)] = False
        en_free[list(bead.en)] = False
    zh_left = np.concatenate([[0], np.cumsum(zh_free)])
    en_left = np.concatenate([[0], np.cumsum(en_free)])
    a, b, c, d = edges.parts
    free = (zh_left[b] - zh_left[a] == b - a) & (en_left[d] - en_left[c] == d - c)
    omitted = [bead.zh[0] for bead in usable if not bead.en]
    added = [bead.en[0] for bead in usable if not bead.zh]
    skips = (np.isin(a, omitted) & (c == d)) | (np.isin(c, added) & (a == b))
    right: Flags = free | skips | np.isin(edges.keys(), full.keys())
    return right


def _usable(gold: Sequence[Bead]) -> list[Bead]:
    """Return the gold beads that a monotone lattice can hold."""
    plain = [bead for bead in gold if _is_plain(bead)]
    full = [bead for bead in gold if _full(bead)]
    crossed = {
        bead
        for one, two in ((one, two) for n, one in enumerate(full) for two in full[n + 1 :])
        if two.zh[0] <= one.zh[-1] or two.en[0] <= one.en[-1]
        for bead in (one, two)
    }
    return [bead for bead in plain if bead not in crossed]


def _is_plain(bead: Bead) -> bool:
    runs = all(
        span == tuple(range(span[0], span[0] + len(span))) for span in (bead.zh, bead.en) if span
    )
    sizes = sorted((len(bead.zh), len(bead.en)))
    return runs and ((len(bead.zh), len(bead.en)) in BEAD_TYPES or sizes[0] == 1 < sizes[1] <= MOST)


def _full(bead: Bead) -> bool:
    return bool(bead.zh and bead.en)
