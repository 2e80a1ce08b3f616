"""An alignment problem, which can be solved under different constraints without the encoder."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from ...errors import N_, MatchError
from ...records import Alignment, Bead
from ..arrays import F64, I32, I64
from . import candidates
from . import constraints as rules
from .lattice import Edges, Lattice, LatticeSums
from .results import Alternative, Crossing, Matching, Side

Scorer = Callable[[Edges], F64]
"""The score of each edge, float64 (n,)."""

CERTAIN = 0.95
"""Least share of the paths through a certain position; an uncertain part ends there."""

SHOWN = 0.9
"""A part with a bead below this probability gets alternatives."""

ALTERNATIVES = 3
"""Number of alternatives of an uncertain part."""

LIKELY = 1e-3
"""New edges are scored around a position with a smaller share of the paths."""

AROUND = 12
"""Number of sentences around an unexpected decision in which every bead becomes a candidate."""

CLOSE = 3
"""Number of beads on either side of a forbidden bead between which all beads become candidates."""


@dataclass(frozen=True, eq=False)
class AlignmentProblem:
    """Two texts and their scored candidate beads.

    ``expect_omissions`` scores as if both texts had omissions. ``crossings`` proposes cross-links
    for the beads of an alignment.
    """

    zh: Side
    en: Side
    signature: str
    lattice: Lattice = field(repr=False)
    scorer: Scorer = field(repr=False)
    expect_omissions: Scorer = field(repr=False)
    crossings: Callable[[tuple[Bead, ...]], tuple[Crossing, ...]] = field(repr=False)

    def solve(self, must: Sequence[Bead] = ()) -> Matching:
        """Return the most probable alignment that contains some beads.

        :param must: the beads that it contains.
        :raises MatchError: if they contradict each other or leave no alignment.
        """
        if not self.zh.sentences and not self.en.sentences:
            return Matching(Alignment((), self.signature))
        lattice = self._constrain(must) if must else self.lattice
        sums = lattice.sums()
        if sums.total == -np.inf:
            raise MatchError(N_("no alignment satisfies the constraints; remove one of them"))
        certainty = lattice.certainty(lattice.posterior(sums))
        path = lattice.best_path()
        beads = tuple(lattice.edges.bead(int(edge), float(certainty[edge])) for edge in path)
        ways = tuple(_divide_stretches(lattice, sums, certainty, path))
        return Matching(Alignment(beads, self.signature), ways, self.crossings(beads))

    @cached_property
    def best_links(self) -> frozenset[tuple[tuple[int, ...], tuple[int, ...]]]:
        """The Chinese and English sentences of each bead of the most probable alignment."""
        return frozenset((bead.zh, bead.en) for bead in self.solve().alignment.beads)

    def given(self, must: Sequence[Bead]) -> "AlignmentProblem":
        """Return the problem in which some beads are certain.

        :raises MatchError: if they contradict each other or leave no alignment.
        """
        return replace(self, lattice=self._constrain(must)) if must else self

    @cached_property
    def with_omissions(self) -> "AlignmentProblem":
        """The problem as if both texts had omissions.

        It doubts short additions that are otherwise joined to a neighbour.
        """
        score = self.expect_omissions(self.lattice.edges)
        lattice = replace(self.lattice, score=score)
        return replace(self, lattice=lattice, scorer=self.expect_omissions)

    def probability(self, beads: Iterable[Bead]) -> tuple[float, ...]:
        """Return the posterior probability of each bead, including beads outside the best path.

        It is 0 for a bead that no alignment can contain, for instance if it is not contiguous. The
        probability of an omission or addition is summed over all positions in the other text.
        """
        sums = self.lattice.sums()
        return tuple(self._probability(bead, sums) for bead in beads)

    def _probability(self, bead: Bead, sums: LatticeSums) -> float:
        lattice = self.lattice
        if not bead.zh or not bead.en:
            return _skip_probability(bead, lattice, sums)
        if not _contiguous(bead.zh) or not _contiguous(bead.en):
            return 0.0
        edges = Edges.of([bead])
        width = len(self.en.sentences) + 1
        start = lattice.node(bead.zh[0] * width + bead.en[0])
        end = lattice.node((bead.zh[-1] + 1) * width + bead.en[-1] + 1)
        if min(start, end) < 0:
            return 0.0
        known = (lattice.source == start) & (lattice.target == end)
        score = lattice.score[known][0] if known.any() else self.scorer(edges)[0]
        log = sums.forward[start] + score + sums.backward[end] - sums.total
        return float(np.exp(min(log, 0.0)))

    def _constrain(self, beads: Sequence[Bead]) -> Lattice:
        """Return the lattice of all alignments that contain some beads."""
        counts = len(self.zh.sentences), len(self.en.sentences)
        width = counts[1] + 1
        fixed = rules.order_full(beads)
        gaps = rules.gaps_between(fixed, *counts)
        new = self._bridges(gaps, beads)
        known = Edges.join([self.lattice.edges, new])
        score = np.concatenate([self.lattice.score, self.scorer(new)])
        keep = gaps.hold(known) & rules.respect_skips(known, beads)
        must = Edges.join([Edges.of(fixed), rules.omission_edges(beads, known, width)])
        edges = Edges.join([known.take(keep), must])
        lattice = Lattice.build(
            edges, np.concatenate([score[keep], np.zeros(len(must))]), width, counts
        )
        if not len(lattice.best_path()):
            raise MatchError(N_("no alignment satisfies the constraints; remove one of them"))
        return lattice

    def _bridges(self, gaps: rules.Gaps, beads: Sequence[Bead]) -> Edges:
        """Return new edges near the beads that are away from the likely path."""
        width = len(self.en.sentences) + 1
        share = self.lattice.shares(self.lattice.sums())
        chosen = self.lattice.best_path()
        path = self.lattice.positions(chosen)
        ways = []
        for start, stop in zip(gaps.starts, gaps.stops, strict=True):
            for corner, way in ((start, 1), (stop, -1)):
                node = self.lattice.node(int(corner[0]) * width + int(corner[1]))
                if node < 0 or share[node] < LIKELY:
                    ways.append(_way_back(corner, way, path, (start, stop)))
        allowed = rules.respect_skips(self.lattice.edges.take(chosen), beads)
        for place in np.flatnonzero(~allowed):
            around = path[max(0, place - CLOSE) : place + 2 + CLOSE]
            ways.append(np.stack([around[0], around[-1]]))
        if not ways:
            return Edges.of([])
        keys = np.unique(np.concatenate([candidates.band_cells(way, width - 1) for way in ways]))
        edges = candidates.edges_between(keys, width)
        return edges.take(~np.isin(edges.keys(), self.lattice.edges.keys()))


def _way_back(corner: I64, way: int, path: I64, gap: tuple[I64, I64]) -> I64:
    """Return two corners of a band from a fixed bead to the path, at least ``AROUND`` away.

    :param way: 1 for the path after the corner, -1 for the path before it.
    """
    far = (way * (path - corner) >= AROUND).all(axis=1)
    if way > 0:
        end = path[far][0] if far.any() else gap[1]
        return np.stack([corner, np.clip(end, corner, gap[1])])
    start = path[far][-1] if far.any() else gap[0]
    return np.stack([np.clip(start, gap[0], corner), corner])


def _contiguous(span: tuple[int, ...]) -> bool:
    return span == tuple(range(span[0], span[0] + len(span)))


def _skip_probability(bead: Bead, lattice: Lattice, sums: LatticeSums) -> float:
    """Return the probability of an omission or addition, over all positions of the other text.

    For several sentences without an edge of their own, it is the least probability of any of them.
    """
    span = bead.zh or bead.en
    if not span or not _contiguous(span):
        return 0.0
    edges = lattice.edges
    start, end = (edges.zh_start, edges.zh_end) if bead.zh else (edges.en_start, edges.en_end)
    other = (edges.en_end - edges.en_start) if bead.zh else (edges.zh_end - edges.zh_start)
    posterior = lattice.posterior(sums)
    whole = (other == 0) & (start == span[0]) & (end == span[-1] + 1)
    if whole.any() or len(span) == 1:
        return float(min(posterior[whole].sum(), 1.0))
    single = ((other == 0) & (start == index) & (end > index) for index in span)
    return float(min(posterior[skip].sum() for skip in single))


def _divide_stretches(
    lattice: Lattice, sums: LatticeSums, certainty: F64, path: I32
) -> Iterator[tuple[Alternative, ...]]:
    """Yield the alternatives of each part between certain positions that has an uncertain bead."""
    share = lattice.shares(sums)
    cuts = [0, *(n + 1 for n, edge in enumerate(path) if share[lattice.target[edge]] >= CERTAIN)]
    for first, last in zip(cuts, [*cuts[1:], len(path)], strict=True):
        part = path[first:last]
        if len(part) and np.min(certainty[part]) < SHOWN:
            start, end = int(lattice.source[part[0]]), int(lattice.target[part[-1]])
            outside = sums.forward[start] + sums.backward[end] - sums.total
            yield tuple(
                Alternative(
                    tuple(lattice.edges.bead(int(edge), float(certainty[edge])) for edge in edges),
                    float(np.exp(min(outside + score, 0.0))),
                )
                for edges, score in lattice.within(start, end, ALTERNATIVES)
            )
