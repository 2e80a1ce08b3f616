"""Measure the review queue: which share of the aligner's errors its first rows hold.

    python -m benchmarks.review_queue GOLD ...

Each gold file is aligned, its rows are put in the order of the queue (probability and failed
checks), and a row counts as an error when it is not a bead of the gold. "From the top" is the same
share in the order of the text: what somebody finds who begins with the first row.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from align.aligner.checks import check
from align.aligner.encoders import Encoder, load
from align.aligner.evaluate import Gold, read_gold
from align.aligner.match import Side, match
from align.corpus.review import worst_first
from align.corpus.store import BeadRow

SHARES = (0.1, 0.2, 0.3)


def rows_of(gold: Gold, encoder: Encoder) -> list[BeadRow]:
    """Align the two texts of a gold file; give its beads as rows."""
    zh = Side(gold.zh, gold.zh_paragraphs, gold.zh_turns)
    en = Side(gold.en, gold.en_paragraphs, gold.en_turns)
    beads = match(zh, en, encoder).alignment.beads
    return [
        BeadRow(
            id=str(place),
            briefing=gold.id,
            position=float(place),
            zh=tuple(map(str, bead.zh)),
            en=tuple(map(str, bead.en)),
            zh_text="".join(gold.zh[n] for n in bead.zh),
            en_text=" ".join(gold.en[n] for n in bead.en),
            probability=bead.probability,
        )
        for place, bead in enumerate(beads)
    ]


def found(rows: Sequence[BeadRow], wrong: set[str], share: float) -> float:
    """Return the share of the wrong rows among the first rows."""
    first = rows[: round(len(rows) * share)]
    return sum(row.id in wrong for row in first) / len(wrong) if wrong else 1.0


def main() -> None:
    """Print one line per gold file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "gold", nargs="+", type=Path, metavar="GOLD", help="a gold alignment (JSON)"
    )
    paths = parser.parse_args().gold
    encoder = load()
    print("| text | rows | errors | first 10 % | 20 % | 30 % | from the top: 10 % | 20 % | 30 % |")
    print("|---|---|---|---|---|---|---|---|---|")
    for path in paths:
        gold = read_gold(path)
        rows = rows_of(gold, encoder)
        right = {(tuple(map(str, zh)), tuple(map(str, en))) for zh, en in gold.beads}
        wrong = {row.id for row in rows if (row.zh, row.en) not in right}
        checks = {
            row.id: [issue.kind for issue in check(row.zh_text, row.en_text)]
            for row in rows
            if row.zh and row.en
        }
        queue = worst_first(rows, checks)
        figures = [found(order, wrong, share) for order in (queue, rows) for share in SHARES]
        cells = " | ".join(f"{figure:.0%}" for figure in figures)
        print(f"| {gold.id} | {len(rows)} | {len(wrong)} | {cells} |")


if __name__ == "__main__":
    main()
