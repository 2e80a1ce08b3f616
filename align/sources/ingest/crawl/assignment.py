"""Assignment: the one-to-one choice of pairs with the largest sum of weights.

Each connected component of the graph is solved alone, with successive shortest augmenting paths
and potentials: the Hungarian method on a sparse graph (Ahuja, Magnanti and Orlin, *Network Flows*,
section 12.4). Greedy choice is not enough: the best pair of one page may take away the only pair of
another.
"""

import heapq
import itertools
import math
from collections.abc import Mapping

Edges = Mapping[int, Mapping[int, float]]
"""Weight of each pair, by its left and its right end."""

_TINY = 1e-9


def assign(edges: Edges) -> dict[int, int]:
    """Return the right end of each left end in the choice with the largest sum.

    Pairs whose weight is not above 0 are never chosen: an end may stay without partner. Takes
    about (pairs x ends) steps for each component.
    """
    chosen: dict[int, int] = {}
    for lefts in _components(edges):
        solver = _Component({left: edges[left] for left in lefts})
        chosen |= solver.solve()
    return chosen


def _components(edges: Edges) -> list[list[int]]:
    """Return the left ends of each connected component."""
    lefts_of: dict[int, list[int]] = {}
    for left, rights in edges.items():
        for right in _worthwhile(rights):
            lefts_of.setdefault(right, []).append(left)
    seen: set[int] = set()
    components: list[list[int]] = []
    for start in edges:
        if start not in seen:
            seen.add(start)
            components.append([start])
            for left in components[-1]:  # grows as its neighbours are found
                near = {other for right in _worthwhile(edges[left]) for other in lefts_of[right]}
                components[-1] += sorted(near - seen)
                seen |= near
    return components


def _worthwhile(rights: Mapping[int, float]) -> list[int]:
    return [right for right, weight in rights.items() if weight > 0]


class _Component:
    """A component; its costs are weights below the largest one, so that none is negative.

    Each left end has a right end of its own for "no partner", at the cost of the largest weight.
    """

    def __init__(self, edges: Edges) -> None:
        largest = max((w for rights in edges.values() for w in rights.values()), default=0.0)
        self._costs: dict[int, dict[object, float]] = {}
        for left, rights in edges.items():
            costs: dict[object, float] = {
                right: largest - weight for right, weight in rights.items() if weight > 0
            }
            costs[("alone", left)] = max(largest, 0.0)
            self._costs[left] = costs
        self._partner: dict[object, int] = {}  # of a right end
        self._choice: dict[int, object] = {}  # of a left end
        self._left_price: dict[int, float] = dict.fromkeys(edges, 0.0)
        self._right_price: dict[object, float] = {}

    def solve(self) -> dict[int, int]:
        for left in self._costs:
            self._augment(left)
        return {left: right for right, left in self._partner.items() if isinstance(right, int)}

    def _augment(self, start: int) -> None:
        """Give a left end a partner, along the shortest path to a right end that has none."""
        path = _Path(start)
        left, length = start, 0.0
        while True:
            self._extend(path, left, length)
            length, end = path.nearest()
            if end not in self._partner:
                break
            left = self._partner[end]
            path.lefts[left] = length
        for right, so_far in path.done.items():
            self._right_price[right] = self._right_price.get(right, 0.0) + so_far - length
        for other, so_far in path.lefts.items():
            self._left_price[other] += length - so_far
        while True:
            left = path.before[end]
            previous = self._choice.get(left)
            self._partner[end], self._choice[left] = left, end
            if left == start:
                return
            end = previous

    def _extend(self, path: "_Path", left: int, length: float) -> None:
        for right, cost in self._costs[left].items():
            price = self._left_price[left] + self._right_price.get(right, 0.0)
            path.reach(right, length + cost - price, left)


class _Path:
    """Shortest paths from a left end: Dijkstra's algorithm on reduced costs."""

    def __init__(self, start: int) -> None:
        self.lefts = {start: 0.0}  # the length of the path to each left end
        self.done: dict[object, float] = {}  # the same of right ends, final
        self.before: dict[object, int] = {}  # the left end before a right one
        self._length: dict[object, float] = {}
        self._heap: list[tuple[float, int, object]] = []
        self._count = itertools.count()  # ends of different kinds cannot be compared

    def reach(self, right: object, length: float, left: int) -> None:
        """Note a path to a right end, if it is the shortest so far."""
        if right not in self.done and length < self._length.get(right, math.inf) - _TINY:
            self._length[right], self.before[right] = length, left
            heapq.heappush(self._heap, (length, next(self._count), right))

    def nearest(self) -> tuple[float, object]:
        """Return the nearest right end that was not returned, and the length of its path."""
        while True:
            length, _, right = heapq.heappop(self._heap)
            if right not in self.done:
                self.done[right] = length
                return length, right
