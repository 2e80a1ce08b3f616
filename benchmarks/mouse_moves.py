"""Count the moves of the mouse that correct the aligner's wrong rows.

    python -m benchmarks.mouse_moves GOLD ...

Each text is aligned, and each run of wrong rows is corrected with the fewest moves: a drag of a
sentence or of a border (it moves any number of sentences to the neighbouring row), a row dropped on
its neighbour, a click between two sentences (the other text is split at the like share). A run is
the wrong rows that share sentences with the same gold beads; one in the middle of a chapter may be
several rows long. Texts whose gold beads cross or have a gap are left out, as in ``review_keys``.
The weights have seen most gold files: there are fewer errors than in a new text.
"""

import argparse
import heapq
from collections import Counter
from collections.abc import Iterator
from itertools import count, pairwise
from pathlib import Path

from align.aligner.encoders import load
from align.aligner.evaluate import Gold, Link, read_gold
from align.aligner.match import Side, match
from benchmarks.fewest_keys import knot
from benchmarks.review_keys import whole

Rows = tuple[Link, ...]


def borders(above: Link, below: Link) -> Iterator[Rows]:
    """Move the border between two rows on either side; a row without text goes away."""
    for side in (0, 1):
        text = above[side] + below[side]
        for at in range(len(text) + 1):
            rows = [list(above), list(below)]
            rows[0][side], rows[1][side] = text[:at], text[at:]
            yield tuple((zh, en) for zh, en in rows if zh or en)


def clicks(row: Link, gold: Gold) -> Iterator[Rows]:
    """Split a row before a sentence, and the other text at the like share of its characters."""
    texts = (gold.zh, gold.en)
    for side in (0, 1):
        other = 1 - side
        for at in range(1, len(row[side])):
            share = shares(texts[side], row[side], 0 if side == 0 else 1)[at]
            places = shares(texts[other], row[other], 0 if other == 0 else 1)
            best = min(range(len(places)), key=lambda n: (abs(places[n] - share), -n))
            cut = (at, best) if side == 0 else (best, at)
            yield (row[0][: cut[0]], row[1][: cut[1]]), (row[0][cut[0] :], row[1][cut[1] :])


def shares(texts: tuple[str, ...], span: tuple[int, ...], gap: int) -> list[float]:
    """Return the share of a text before each of its sentences, and before its end."""
    sizes = [len(texts[n]) + gap for n in span]
    return [sum(sizes[:at]) / (sum(sizes) or 1) for at in range(len(sizes) + 1)]


def moves(rows: Rows, gold: Gold) -> Iterator[Rows]:
    """Return the rows after each possible move."""
    for at, row in enumerate(rows):
        for split in clicks(row, gold):
            yield (*rows[:at], *split, *rows[at + 1 :])
    for at, (above, below) in enumerate(pairwise(rows)):
        merged = (above[0] + below[0], above[1] + below[1])
        for made in (*borders(above, below), (merged,)):
            yield (*rows[:at], *made, *rows[at + 2 :])


def fewest(rows: Rows, right: frozenset[Link], gold: Gold) -> int:
    """Return the fewest moves to rows that are all right, breadth first."""
    tie, seen = count(), {rows}
    heap = [(0, next(tie), rows)]
    while heap:
        made, _, here = heapq.heappop(heap)
        if set(here) == right:
            return made
        for after in moves(here, gold):
            if after not in seen:
                seen.add(after)
                heapq.heappush(heap, (made + 1, next(tie), after))
    raise ValueError("these rows cannot be made gold")


def main() -> None:
    """Print one line per gold file, and one for all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "gold", nargs="+", type=Path, metavar="GOLD", help="a gold alignment (JSON)"
    )
    paths = parser.parse_args().gold
    encoder, total = load(), Counter[int]()
    every_row = every_move = 0
    print("| text | wrong rows | moves | runs by moves |")
    print("|---|---|---|---|")
    for path in paths:
        gold = read_gold(path)
        if not whole(gold):
            continue
        zh = Side(gold.zh, gold.zh_paragraphs, gold.zh_turns)
        en = Side(gold.en, gold.en_paragraphs, gold.en_turns)
        rows = tuple((bead.zh, bead.en) for bead in match(zh, en, encoder).alignment.beads)
        right, runs, at, wrong = set(gold.beads), Counter[int](), 0, 0
        while at < len(rows):
            if rows[at] in right:
                at += 1
                continue
            run, beads = knot(rows, gold.beads, at)
            runs[fewest(rows[run.start : run.stop], beads, gold)] += 1
            wrong += sum(row not in right for row in rows[run.start : run.stop])
            at = run.stop
        made = sum(moves * times for moves, times in runs.items())
        print(f"| {gold.id} | {wrong} | {made} | {dict(sorted(runs.items()))} |", flush=True)
        total += runs
        every_row, every_move = every_row + wrong, every_move + made
    print(f"| all | {every_row} | {every_move} | {dict(sorted(total.items()))} |")


if __name__ == "__main__":
    main()
