"""A reviewer's decisions as constraints on the lattice: beads that the alignment must contain."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...errors import N_, MatchError
from ...records import Bead
from ..arrays import I64
from .lattice import Edges


@dataclass(frozen=True, eq=False)
class Gaps:
    """The rectangles between fixed beads, half-open positions (zh, en), int64 (beads + 1, 2).

    Gap g is before fixed bead g; the last gap is after the last bead.
    """

    starts: I64
    stops: I64

    def hold(self, edges: Edges) -> NDArray[np.bool_]:
        """Return whether each edge is inside one gap, so it touches no fixed bead."""
        place = np.minimum(
            np.searchsorted(self.starts[:, 0], edges.zh_start, "right"),
            np.searchsorted(self.starts[:, 1], edges.en_start, "right"),
        )
        place = np.maximum(place - 1, 0)
        inside: NDArray[np.bool_] = edges.zh_end <= self.stops[place, 0]
        inside &= edges.en_end <= self.stops[place, 1]
        return inside


def order_full(beads: Sequence[Bead]) -> tuple[Bead, ...]:
    """Return the beads without an empty side, in order.

    :raises MatchError: if a bead crosses or overlaps another one.
    """
    full = sorted((bead for bead in beads if bead.zh and bead.en), key=lambda bead: bead.zh)
    for bead, following in itertools.pairwise(full):
        if bead.zh[-1] >= following.zh[0] or bead.en[-1] >= following.en[0]:
            raise MatchError(
                N_("{bead} and {other} contradict each other: they overlap or cross"),
                bead=format_bead(bead),
                other=format_bead(following),
            )
    for skip in beads:
        if skip.zh and skip.en:
            continue
        for bead in full:
            if {*skip.zh} & {*bead.zh} or {*skip.en} & {*bead.en}:
                raise MatchError(
                    N_("{bead} and {other} contradict each other"),
                    bead=format_bead(bead),
                    other=format_bead(skip),
                )
    return tuple(full)


def gaps_between(beads: tuple[Bead, ...], zh_count: int, en_count: int) -> Gaps:
    """Return the gaps between fixed beads, which are in order and have no empty side."""
    starts = [(0, 0), *((bead.zh[-1] + 1, bead.en[-1] + 1) for bead in beads)]
    stops = [*((bead.zh[0], bead.en[0]) for bead in beads), (zh_count, en_count)]
    return Gaps(np.array(starts, np.int64), np.array(stops, np.int64))


def respect_skips(edges: Edges, beads: Sequence[Bead]) -> NDArray[np.bool_]:
    """Return whether each edge agrees with the omissions and additions among the beads.

    An edge agrees if it contains no sentence of them, or is a skip at their start.
    """
    keep = np.ones(len(edges), bool)
    for bead in beads:
        if bead.zh and bead.en:
            continue
        span = bead.zh or bead.en
        start, end = (edges.zh_start, edges.zh_end) if bead.zh else (edges.en_start, edges.en_end)
        same = (end - start == len(span)) & (start == span[0]) & ~edges.full
        keep &= same | (start > span[-1]) | (end <= span[0])
    return keep


def omission_edges(beads: Sequence[Bead], known: Edges, width: int) -> Edges:
    """Return the edges of the omissions and additions of several sentences among the beads.

    Such a bead may be at any position of the other text that a known edge touches.
    """
    nodes = np.unique(np.concatenate(known.to_keys(width)))
    parts = [Edges.of([])]
    for bead in beads:
        span = bead.zh or bead.en
        if (bead.zh and bead.en) or len(span) == 1:
            continue
        step = len(span) * (width if bead.zh else 1)
        at = nodes // width if bead.zh else nodes % width
        tails = nodes[at == span[0]]
        tails = tails[np.isin(tails + step, nodes)]
        parts.append(Edges.from_keys(tails, tails + step, width))
    return Edges.join(parts)


def format_bead(bead: Bead) -> str:
    """Return a bead as written in a ladder file: ``[0, 1]:[0]``."""
    return f"{list(bead.zh)}:{list(bead.en)}"
