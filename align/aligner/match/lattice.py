"""The lattice: positions (zh, en) between sentences as nodes, candidate beads as scored edges.

It computes the best path, the posterior of every edge and the best alternatives of a part.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ...records import Bead
from ..arrays import F64, I32, I64

BEAD_TYPES: tuple[tuple[int, int], ...] = (
    (1, 0),
    (0, 1),
    *((1, n) for n in range(1, 7)),
    *((n, 1) for n in range(2, 7)),
    *((2, n) for n in range(2, 6)),
    *((n, 2) for n in range(3, 6)),
    *((3, n) for n in range(3, 6)),
    *((n, 3) for n in range(4, 6)),
    (4, 4),
)
"""The bead types (zh, en): all types of the development data, and their mirror images."""

LONGEST = 6
"""Maximum number of sentences in a span."""

AT_ONCE = 100_000
"""Edges from which a second thread sums one of the two directions: 7 ms become 5.

With 50,000 edges, starting the thread takes as long as it saves.
"""


@dataclass(frozen=True, eq=False)
class Edges:
    """Candidate beads, one row each: start and end of both spans, half-open, int32 (n,)."""

    zh_start: I32
    zh_end: I32
    en_start: I32
    en_end: I32

    def __len__(self) -> int:
        return len(self.zh_start)

    @property
    def parts(self) -> tuple[I32, I32, I32, I32]:
        """The four arrays: zh start, zh end, en start, en end."""
        return self.zh_start, self.zh_end, self.en_start, self.en_end

    @cached_property
    def zh_size(self) -> I32:
        """Number of sentences in the zh span."""
        return self.zh_end - self.zh_start

    @cached_property
    def en_size(self) -> I32:
        """Number of sentences in the en span."""
        return self.en_end - self.en_start

    @cached_property
    def full(self) -> NDArray[np.bool_]:
        """Whether neither span is empty."""
        full: NDArray[np.bool_] = self.zh_size > 0
        full &= self.en_size > 0
        return full

    def bead(self, edge: int, probability: float | None = None) -> Bead:
        """Return the bead of one edge."""
        return Bead(
            tuple(range(self.zh_start[edge], self.zh_end[edge])),
            tuple(range(self.en_start[edge], self.en_end[edge])),
            probability,
        )

    def take(self, which: NDArray[np.signedinteger] | NDArray[np.bool_]) -> "Edges":
        """Return the chosen rows."""
        return Edges(*(part[which] for part in self.parts))

    def keys(self) -> I64:
        """Return a unique number per edge, int64 (n,)."""
        key = self.zh_start.astype(np.int64)
        for part, base in (
            (self.en_start, 1 << 24),
            (self.zh_end - self.zh_start, 1 << 7),
            (self.en_end - self.en_start, 1 << 7),
        ):
            key = key * base + part
        return key

    @staticmethod
    def from_keys(starts: I64, ends: I64, width: int) -> "Edges":
        """Return edges between cells given as keys ``zh * width + en``."""
        parts = (starts // width, ends // width, starts % width, ends % width)
        return Edges(*(part.astype(np.int32) for part in parts))

    def to_keys(self, width: int) -> tuple[I64, I64]:
        """Return the start and end cells of the edges, as keys for :meth:`from_keys`."""
        a, b, c, d = (part.astype(np.int64) for part in self.parts)
        return a * width + c, b * width + d

    @staticmethod
    def of(beads: Iterable[Bead]) -> "Edges":
        """Return the edges of contiguous beads without an empty side."""
        rows = [(bead.zh[0], bead.zh[-1] + 1, bead.en[0], bead.en[-1] + 1) for bead in beads]
        return Edges(*np.array(rows, np.int32).reshape(-1, 4).T)

    @staticmethod
    def join(parts: "list[Edges]") -> "Edges":
        """Return the rows of all parts, one part after another."""
        columns = zip(*(part.parts for part in parts), strict=True)
        return Edges(*(np.concatenate(column) for column in columns))


@dataclass(frozen=True, eq=False)
class Lattice:
    """Scored edges in the order that the kernels need, and the nodes that they join.

    ``nodes`` are sorted keys; the first is the start of both texts, the last the end of both.
    """

    edges: Edges
    score: F64
    nodes: I64
    source: I32
    target: I32

    @staticmethod
    def build(edges: Edges, score: F64, width: int, counts: tuple[int, int]) -> "Lattice":
        """Return the lattice of edges, which need not be sorted or lead to the last node.

        :param width: the number of English sentences plus one.
        :param counts: the numbers of zh and en sentences: the position of the last node.
        """
        tail, head = edges.to_keys(width)
        ends = np.array([0, counts[0] * width + counts[1]], np.int64)
        nodes = np.unique(np.concatenate([tail, head, ends]))
        order = np.argsort(head, kind="stable")
        return Lattice(
            edges.take(order),
            np.ascontiguousarray(score[order], np.float64),
            nodes,
            np.searchsorted(nodes, tail[order]).astype(np.int32),
            np.searchsorted(nodes, head[order]).astype(np.int32),
        )

    def node(self, key: int) -> int:
        """Return the index of a cell, -1 if no edge touches it."""
        place = int(np.searchsorted(self.nodes, key))
        return place if place < len(self.nodes) and self.nodes[place] == key else -1

    def best_path(self) -> I32:
        """Return the edges of the best path from the first node to the last, in order.

        It is empty if the last node cannot be reached.
        """
        paths = self.within(0, len(self.nodes) - 1, 1)
        return paths[0][0] if paths else np.array([], np.int32)

    def sums(self) -> "LatticeSums":
        """Return the log sums over all paths."""
        return LatticeSums.of(self.source, self.target, self.score, len(self.nodes))

    def posterior(self, sums: "LatticeSums") -> F64:
        """Return the probability of each edge, float64 (edges,)."""
        log = sums.forward[self.source] + self.score + sums.backward[self.target]
        probability: F64 = np.exp(np.minimum(log - sums.total, 0.0))
        return probability

    def certainty(self, posterior: F64) -> F64:
        """Return the probability of the bead of each edge, float64 (edges,).

        The probability of an omitted sentence is summed over all edges that omit it. In a long
        omission these differ only in their position in the other text.
        """
        edges = self.edges
        certainty = posterior.copy()
        for empty, start in (
            (edges.en_size == 0, edges.zh_start),
            (edges.zh_size == 0, edges.en_start),
        ):
            if empty.any():
                total = np.bincount(start[empty], posterior[empty])
                certainty[empty] = np.minimum(total[start[empty]], 1.0)
        return certainty

    def shares(self, sums: "LatticeSums") -> F64:
        """Return the probability that the alignment passes each node, float64 (nodes,)."""
        share: F64 = np.exp(np.minimum(sums.forward + sums.backward - sums.total, 0.0))
        return share

    def positions(self, path: I32) -> I64:
        """Return the positions of a path, from its start to its end, (n, 2)."""
        edges = self.edges.take(path)
        ends = np.stack([edges.zh_end, edges.en_end], 1).astype(np.int64)
        return np.concatenate([np.zeros((1, 2), np.int64), ends])

    def within(self, first: int, last: int, many: int) -> list[tuple[I32, float]]:
        """Return the edges of the ``many`` best paths between two nodes, and their scores."""
        from . import kernels

        inside = np.flatnonzero((self.source >= first) & (self.target <= last))
        best, edge_back, rank_back = kernels.k_best(
            self.source[inside] - np.int32(first),
            self.target[inside] - np.int32(first),
            self.score[inside],
            last - first + 1,
            many,
        )
        paths = []
        for start_rank in range(many):
            if best[last - first, start_rank] == -np.inf:
                break
            node, rank, edges = last - first, start_rank, []
            while node > 0:
                edge = edge_back[node, rank]
                edges.append(inside[edge])
                node, rank = int(self.source[inside[edge]]) - first, rank_back[node, rank]
            paths.append((np.array(edges[::-1], np.int32), float(best[-1, start_rank])))
        return paths


@dataclass(frozen=True, eq=False)
class LatticeSums:
    """Log sums over all paths: from the first node to each node, from each node to the last."""

    forward: F64
    backward: F64

    @staticmethod
    def of(source: I32, target: I32, score: F64, nodes: int) -> "LatticeSums":
        """Return the sums over edges that are sorted by their end node."""
        from .kernels import backward, forward

        values = source, target, score, nodes
        if len(score) < AT_ONCE:
            return LatticeSums(forward(*values), backward(*values))
        with ThreadPoolExecutor(1) as pool:
            other = pool.submit(backward, *values)
            return LatticeSums(forward(*values), other.result())

    @property
    def total(self) -> float:
        """Log of the summed weights of all paths."""
        return float(self.forward[-1])
