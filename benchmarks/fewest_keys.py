"""The fewest keys of the review page that make rows right.

In: rows as spans of sentence numbers, and the rows they should be. Out: the commands to press, with
the rows after each. Counted are the cursor, merge, split, shift, "no translation", accept and the
alternatives shown below a row (``align/corpus/review/keys.py``); left out are moves that reach
beyond the rows given (move text, align again).
"""

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

from align.aligner.evaluate import Link
from align.records import Language


@dataclass(frozen=True, order=True)
class Place:
    """Rows under review, which of them are accepted, and where the cursor stands."""

    rows: tuple[Link, ...]
    done: tuple[bool, ...]
    cursor: int
    side: Language

    def put(self, start: int, stop: int, rows: Sequence[Link], cursor: int) -> "Place":
        """Replace rows; the new ones are not accepted, and one without text goes away."""
        kept = tuple(row for row in rows if row[0] or row[1])
        done = (*self.done[:start], *(False for _ in kept), *self.done[stop:])
        return Place((*self.rows[:start], *kept, *self.rows[stop:]), done, cursor, self.side)


@dataclass(frozen=True, order=True)
class Stroke:
    """One command: the keys it takes, and what the desk is asked for (nothing for the cursor)."""

    keys: int
    action: str = ""
    up: bool = False
    zh: int = -1
    en: int = -1
    option: str = ""


Step = tuple[Stroke, Place]
Cut = Callable[[Link], tuple[int, int] | None]
"""Where ``s`` would split a row; ``None`` where it refuses."""
Ways = Mapping[str, tuple[Link, ...]]
"""All ways to align one uncertain part, the most probable first, by the keys that the page uses."""

SHOWN = 3
"""Number of alternatives below a row."""

LETTER = 2
"""Keys to a row in view: ``v`` and its letter."""


def walks(here: Place) -> Iterator[Step]:
    """Move the cursor by a row, to a row by its letter, or to the other side."""
    for cursor in (here.cursor - 1, here.cursor + 1):
        if 0 <= cursor <= len(here.rows):  # behind the last one the next right row begins
            yield Stroke(1), replace(here, cursor=cursor)
    for cursor in range(len(here.rows)):
        if abs(cursor - here.cursor) > LETTER:
            yield Stroke(LETTER), replace(here, cursor=cursor)
    yield Stroke(1), replace(here, side="zh" if here.side == "en" else "en")


def merges(here: Place) -> Iterator[Step]:
    """Merge with a neighbour: ``m``, ``Shift+M``."""
    for up in (False, True):
        at = here.cursor - up
        if 0 <= at < len(here.rows) - 1 and not any(here.done[at : at + 2]):
            one, two = here.rows[at : at + 2]
            whole = (one[0] + two[0], one[1] + two[1])
            yield Stroke(1, "merge", up), here.put(at, at + 2, [whole], at)


def shifts(here: Place) -> Iterator[Step]:
    """Push the first sentence up or the last one down: ``[``, ``]``."""
    side = 0 if here.side == "zh" else 1
    for up in (False, True):
        at = here.cursor - up
        inside = 0 <= at < len(here.rows) - 1 and not any(here.done[at : at + 2])
        if not inside or not here.rows[here.cursor][side]:
            continue
        rows = [list(row) for row in here.rows[at : at + 2]]
        own = rows[up][side]
        if up:
            rows[0][side], rows[1][side] = (*rows[0][side], own[0]), own[1:]
        else:
            rows[0][side], rows[1][side] = own[:-1], (own[-1], *rows[1][side])
        cells = [(row[0], row[1]) for row in rows]
        cursor = here.cursor if any(cells[up]) else at
        yield Stroke(1, "shift", up), here.put(at, at + 2, cells, cursor)


def splits(here: Place, cut: Cut) -> Iterator[Step]:
    """Split where the aligner would (``s``), or with the arrows (``Shift+S`` … ``Enter``)."""
    at = here.cursor
    zh, en = here.rows[at]
    best = cut((zh, en)) if max(len(zh), len(en)) > 1 else None
    for a in range(len(zh) + 1):
        for b in range(len(en) + 1):
            if not 0 < a + b < len(zh) + len(en):
                continue
            rows = [(zh[:a], en[:b]), (zh[a:], en[b:])]
            after = here.put(at, at + 1, rows, at)
            # the page begins with the last sentence of each side below
            far = [abs(n - max(1, len(x) - 1)) if x else 0 for n, x in ((a, zh), (b, en))]
            other: Language = "en" if here.side == "zh" else "zh"
            turn = far[0 if other == "zh" else 1] > 0
            chosen = replace(after, side=other if turn else here.side)
            yield Stroke(2 + sum(far) + turn, "split", zh=a, en=b), chosen
            if (a, b) == best:
                yield Stroke(1, "split"), after


def judgements(here: Place, right: frozenset[Link], accepting: bool) -> Iterator[Step]:
    """Give a side a row of its own (``0``); accept a right row and go on (``a``)."""
    at = here.cursor
    zh, en = here.rows[at]
    alone: Link = (zh, ()) if here.side == "zh" else ((), en)
    if zh and en and alone in right:
        after = here.put(at, at + 1, [(zh, ()), ((), en)], at)
        first = at + (here.side == "en")
        done = tuple(flag or n == first for n, flag in enumerate(after.done))
        yield Stroke(1, "alone"), replace(after, done=done)
    if accepting and (zh, en) in right:
        done = tuple(flag or n == at for n, flag in enumerate(here.done))
        yield Stroke(1, "accept"), replace(here, done=done, cursor=at + 1)


def alternatives(here: Place, right: frozenset[Link], parts: Sequence[Ways]) -> Iterator[Step]:
    """Take and accept an alternative that is right: ``1``, ``2``, ``3``."""
    row = here.rows[here.cursor]
    for part in parts:
        whole = _sentences(next(iter(part.values())))
        if not whole & _sentences([row]):
            continue
        places = [at for at, one in enumerate(here.rows) if whole & _sentences([one])]
        start, stop = places[0], places[-1] + 1
        present = here.rows[start:stop]
        if _sentences(present) != whole or any(here.done[start:stop]):
            return
        others = [(key, rows) for key, rows in part.items() if {*rows} != {*present}]
        for key, rows in others[:SHOWN]:
            if right.issuperset(rows):
                yield _take(here, range(start, stop), key, rows)
        return


def _take(here: Place, run: range, key: str, rows: Sequence[Link]) -> Step:
    """Put an alternative in the place of the present rows; those that change are accepted."""
    after = here.put(run.start, run.stop, rows, min(here.cursor, run.start + len(rows) - 1))
    present = {*here.rows[run.start : run.stop]}
    changed = {*rows} - present
    done = tuple(flag or row in changed for flag, row in zip(after.done, after.rows, strict=True))
    return Stroke(1, "choose", option=key), replace(after, done=done)


def _sentences(rows: Sequence[Link]) -> set[tuple[int, int]]:
    """Return the sentences of rows, each with its side."""
    return {(side, n) for row in rows for side in (0, 1) for n in row[side]}


def steps(
    here: Place, right: frozenset[Link], cut: Cut, parts: Sequence[Ways], accepting: bool
) -> Iterator[Step]:
    """Return everything that one command can do."""
    yield from walks(here)
    if here.cursor < len(here.rows) and not here.done[here.cursor]:
        yield from merges(here)
        yield from shifts(here)
        yield from splits(here, cut)
        yield from judgements(here, right, accepting)
        yield from alternatives(here, right, parts)


def cheapest(
    start: Place,
    right: frozenset[Link],
    cut: Cut,
    parts: Sequence[Ways] = (),
    *,
    accepting: bool,
) -> list[Step]:
    """Find the fewest keys (Dijkstra) to rows that are all right.

    :param parts: the uncertain parts of the text, with their alternatives.
    :param accepting: every row must be accepted too, with the cursor behind the last one.
    """
    tie = count()
    seen: set[Place] = set()
    heap: list[tuple[int, int, Place, list[Step]]] = [(0, next(tie), start, [])]
    while heap:
        keys, _, here, way = heapq.heappop(heap)
        if here in seen:
            continue
        seen.add(here)
        finished = all(here.done) and here.cursor == len(here.rows)
        if finished if accepting else set(here.rows) == right:
            return way
        for stroke, after in steps(here, right, cut, parts, accepting):
            if after not in seen:
                heapq.heappush(
                    heap, (keys + stroke.keys, next(tie), after, [*way, (stroke, after)])
                )
    raise ValueError("these rows cannot be made gold by the moves that are counted")


def knot(rows: Sequence[Link], gold: Sequence[Link], at: int) -> tuple[range, frozenset[Link]]:
    """Return the rows around a wrong one that hold whole gold beads, and these beads."""
    run = range(at, at + 1)
    while True:
        inside = [{n for row in rows[run.start : run.stop] for n in row[side]} for side in (0, 1)]
        beads = [one for one in gold if inside[0] & set(one[0]) or inside[1] & set(one[1])]
        wanted = [{n for one in beads for n in one[side]} for side in (0, 1)]
        touched = [
            n
            for n, row in enumerate(rows)
            if wanted[0] & set(row[0]) or wanted[1] & set(row[1]) or n in run
        ]
        grown = range(touched[0], touched[-1] + 1)
        if grown == run:
            return run, frozenset(beads)
        run = grown
