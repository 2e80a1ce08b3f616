"""Measure ``align.align_many`` on a thousand pairs of two and three sentences.

    python -m benchmarks.many_pairs GOLD...

Pairs are drawn from gold alignments without repetition, so that no text is encoded twice. Printed
are the processor seconds after a first pair, those of the encoder, and a checksum of all beads and
probabilities: two versions with the same checksum give the same results.
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import islice
from pathlib import Path

import align
from align.aligner.encoders import load
from align.aligner.encoders.ahead import SHORT
from align.aligner.encoders.base import Text, encode_texts
from align.aligner.evaluate import Gold, read_gold
from align.aligner.match.lattice import LONGEST
from align.aligner.text.chinese import simplify_sentences
from align.corpus.api.many import CHUNK

COUNT = 1_000

SIZES = range(2, 4)
"""Sentences of each text of a pair."""

TextPair = tuple[Sequence[str], Sequence[str]]


def draw(gold: Gold) -> Iterator[TextPair]:
    """Yield consecutive beads that have two or three sentences in both languages."""
    first = 0
    while first < len(gold.beads):
        for count in (3, 2, 1):
            beads = gold.beads[first : first + count]
            zh = [gold.zh[index] for bead in beads for index in bead[0]]
            en = [gold.en[index] for bead in beads for index in bead[1]]
            if len(zh) in SIZES and len(en) in SIZES:
                yield zh, en
                break
        first += count


def measure_encoder(pairs: Sequence[TextPair]) -> float:
    """Return the processor seconds for the vectors that ``align_many`` asks for."""
    encoder = load("use")
    begin = time.process_time()
    for first in range(0, len(pairs), CHUNK):
        texts: list[Text] = []
        for zh, en in pairs[first : first + CHUNK]:
            texts += [(simplify_sentences(zh), "zh"), (en, "en")]
        encode_texts(encoder, texts, LONGEST)
    return time.process_time() - begin


def main() -> None:
    """Draw the pairs, align them, and print what that took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "gold", nargs="+", type=Path, metavar="GOLD", help="a gold alignment (JSON)"
    )
    golds = [read_gold(path) for path in parser.parse_args().gold]
    pairs = [*islice((pair for gold in golds for pair in draw(gold)), COUNT)]
    if not pairs:
        parser.error(
            f"no pair of {SIZES.start} to {SIZES.stop - 1} sentences in the {len(golds)} gold "
            "file(s); name more or longer ones"
        )
    assert all(len(text) <= SHORT for pair in pairs for text in pair)
    list(align.align_many(pairs[:1]))
    encoding = measure_encoder(pairs)
    begin = time.process_time()
    results = [*align.align_many(pairs)]
    seconds = time.process_time() - begin
    found = [
        [(*bead.zh_index, *bead.en_index, bead.probability) for bead in one] for one in results
    ]
    checksum = sha256(repr(found).encode()).hexdigest()[:12]
    per_thousand = COUNT / len(pairs)
    print(
        f"{len(pairs)} pairs: {seconds * per_thousand:.1f} processor seconds for {COUNT:,}, "
        f"{encoding * per_thousand:.1f} of them encoding; {checksum}"
    )


if __name__ == "__main__":
    main()
