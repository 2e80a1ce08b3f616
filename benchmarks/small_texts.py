"""Score the matcher, held out, on texts of a few sentences, some or all of them unrelated.

    python -m benchmarks.small_texts GOLD...   draw small texts from long gold texts and align them

Small texts are those of :mod:`training.runs`, others than are trained on. The models are those of
``training/train.py --folds``: they have seen neither the text nor what else was drawn from it.
"""

from collections.abc import Sequence

from align.aligner import encoders
from align.aligner.evaluate import score
from training.copies import small_texts
from training.gold_texts import Found, Text, options
from training.runs import KINDS, SIZES
from training.train import PENALTY, Collection

EACH = 6
"""Texts of each kind and size that are drawn from a chapter."""


def joined(found: Found) -> float:
    """Return the largest probability of a bead with two sides, 0 when there is none."""
    return max((bead.probability or 0.0 for bead in found if bead.zh and bead.en), default=0.0)


def row(name: str, texts: Sequence[tuple[Text, Found]]) -> None:
    """Print the scores of one kind and size."""
    scores = score([(text.gold.beads, found) for text, found in texts])
    most = [joined(found) for _, found in texts]
    shares = [sum(value > least for value in most) / len(most) for least in (0.0, 0.5, 0.9)]
    error = scores.calibration.error if scores.calibration else float("nan")
    figures = (scores.strict.f1, scores.lax.f1, error, *shares, sum(most) / len(most))
    print("|", name, "|", " | ".join(f"{value:.3f}" for value in figures), "|", flush=True)


def main() -> None:
    """Draw, train, align, score and print."""
    arguments = options(__doc__).parse_args()
    encoder = encoders.load(arguments.encoder)
    texts = Collection.read(arguments.gold, encoder)
    drawn = [text for text in small_texts(texts.texts, EACH, encoder, seed=2) if "," in text.folder]
    tested = list(zip(drawn, texts.small_found(PENALTY, drawn), strict=True))
    print("| texts | strict F1 | lax F1 | ECE | joined | over .5 | over .9 | mean most |")
    print("|---|---|---|---|---|---|---|---|")
    for kind in KINDS:
        for size in SIZES:
            chosen = [one for one in tested if one[0].folder == f"{kind}, {size}"]
            if chosen:
                row(f"{kind}, {size}", chosen)
    row("all", tested)


if __name__ == "__main__":
    main()
