"""Write ``align/aligner/encoders/use/frequent_pieces.json``: the most frequent pieces of texts.

    python -m training.frequent_pieces GOLD...

A piece counts once per sentence. The encoder keeps what its first layer computes from these pieces.
"""

import argparse
import json
from collections import Counter
from pathlib import Path

from align.aligner.encoders.use.pieces import FREQUENT_PIECES
from align.aligner.encoders.use.tables import load_tables
from align.aligner.encoders.use.tokenizer import Tokenizer
from align.aligner.evaluate import read_gold
from align.records import Language

KEPT = 4_096
"""Number of pieces; the products of one take 13 kB of memory."""


def main() -> None:
    """Count the pieces of gold texts, and write the most frequent ones, best first."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "gold", nargs="+", type=Path, metavar="GOLD", help="a gold alignment (JSON)"
    )
    golds = parser.parse_args().gold
    tokenizer = Tokenizer(load_tables()[0])
    found: Counter[int] = Counter()

    def count(sentences: tuple[str, ...], language: Language) -> None:
        for sentence in sentences:
            found.update({*tokenizer.cut(sentence, language).inside.tolist()})

    for path in golds:
        gold = read_gold(path)
        count(gold.zh, "zh")
        count(gold.en, "en")
    best = sorted(found, key=lambda piece: (-found[piece], piece))[:KEPT]
    FREQUENT_PIECES.write_text(json.dumps(best) + "\n", encoding="utf-8")
    share = sum(found[piece] for piece in best) / found.total()
    print(f"{len(best):,} of {len(found):,} pieces, {share:.1%} of their occurrences")


if __name__ == "__main__":
    main()
