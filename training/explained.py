"""Train the weights of the word table, with all other weights of the package's model given.

    python -m training.explained GOLD... --folds   leave out one text with its copies, print scores
    python -m training.explained GOLD... --write   train on all, write the weights into model.json

The table counts only near omissions, so the texts are copies with sentences cut out
(:mod:`training.cuts`). Each is scored by the model of the package; the new weights are fitted on
top. ``training.train --write`` runs this last, because it changes the scores below.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from align.aligner import encoders, evaluate
from align.aligner.match.engine import WordPass, best_beads, describe, second_pass
from align.aligner.match.features import Columns
from align.aligner.match.lattice import Lattice
from align.aligner.match.model import FILE, Model, Weights, default_model
from align.records import Bead
from training.copies import COPIED
from training.crf import TrainingExample, fit_weights, mark_allowed
from training.cuts import CUTS, Cut, cut
from training.gold_texts import Found, beads, count_wrong, options, sides

PENALTY = 5.0
"""Small, for there are few weights."""

TAUGHT = CUTS[:3]
"""The cuts of the copies to learn from: three weights need fewer copies than all others."""

TESTED = (Cut(3, 0.15, "en"), Cut(1, 0.15, "en"), Cut(10, 0.45, "en"))
"""Cuts that no weight has seen."""


@dataclass(frozen=True, eq=False)
class Copy:
    """A copy with omissions, scored by all other weights.

    ``columns`` are those of the word table times their share in the score; ``origin`` is the number
    of the text that was copied.
    """

    gold: evaluate.Gold
    folder: str
    origin: int
    what: str
    lattice: Lattice
    columns: Columns
    allowed: NDArray[np.bool_]

    @staticmethod
    def of(
        gold: evaluate.Gold, name: tuple[str, int, str], model: Model, encoder: encoders.Encoder
    ) -> "Copy":
        """Describe a copy and score it in two passes.

        :param name: its folder, the number of the text that was copied, and what was cut out.
        """
        features, edges = describe(*sides(gold), encoder)
        counts = len(gold.zh), len(gold.en)
        informed, _, lattice = second_pass(features, edges, model, counts)
        told = informed.with_table(best_beads(lattice))
        columns = replace(WordPass.of(informed, lattice, counts), features=told).columns(
            lattice.edges
        )
        allowed = mark_allowed(lattice.edges, [Bead(*link) for link in gold.beads], *counts)
        return Copy(gold, *name, lattice, columns, allowed)

    def found(self, weights: Weights | None) -> Found:
        """Return the beads with some weights of the word table, or without it."""
        if weights is None:
            return beads(self.lattice)
        score = self.lattice.score + weights.score(self.columns)
        return beads(replace(self.lattice, score=score))


def copies(
    golds: Sequence[tuple[evaluate.Gold, str]],
    cuts: Sequence[Cut],
    model: Model,
    encoder: encoders.Encoder,
) -> Iterator[Copy]:
    """Yield the copies of all texts that are not short.

    :param golds: each gold text with its folder.
    """
    for what in cuts:
        for number, (gold, folder) in enumerate(golds):
            if min(len(gold.zh), len(gold.en)) > COPIED:
                shorter = cut(gold, what.mirrored() if number % 2 else what)
                yield Copy.of(shorter, (folder, number, what.name), model, encoder)


def fit(taught: Iterable[Copy]) -> Weights:
    """Return the weights of the word table."""
    chosen = list(taught)
    examples = [
        TrainingExample(copy.lattice, np.stack([*copy.columns.values()], 1), copy.allowed)
        for copy in chosen
    ]
    names = tuple(chosen[0].columns)
    known = [copy.lattice.score for copy in chosen]
    return fit_weights(examples, names, penalty=PENALTY, known=known)


def cross_validate(taught: Sequence[Copy], tested: Sequence[Copy]) -> list[Found]:
    """Return the beads of copies by weights that saw no copy of the same text."""
    weights: Mapping[int, Weights] = {
        out: fit(copy for copy in taught if copy.origin != out)
        for out in dict.fromkeys(copy.origin for copy in tested)
    }
    return [copy.found(weights[copy.origin]) for copy in tested]


def report(tested: Sequence[Copy], after: Sequence[Found]) -> None:
    """Print a row per kind of text and cut: without the word table, and with it."""
    before = [copy.found(None) for copy in tested]
    print("| texts | cut out | strict F1 | lax F1 | calibration error | expected wrong : wrong |")
    print("|---|---|---|---|---|---|")
    kinds = dict.fromkeys((copy.folder, copy.what) for copy in tested)
    kinds |= dict.fromkeys((copy.folder, "all") for copy in tested)
    for folder, what in kinds:
        chosen = [
            place
            for place, copy in enumerate(tested)
            if copy.folder == folder and what in (copy.what, "all")
        ]
        cells: list[list[str]] = []
        for found in (before, after):
            runs = [(tested[place].gold.beads, found[place]) for place in chosen]
            scores = evaluate.score(runs)
            expected, wrong = count_wrong(runs)
            error = scores.calibration.error if scores.calibration else float("nan")
            cells.append([
                f"{scores.strict.f1:.3f}", f"{scores.lax.f1:.3f}", f"{error:.3f}",
                f"{expected:.0f}:{wrong}",
            ])  # fmt: skip
        pairs = [f"{old} to {new}" for old, new in zip(*cells, strict=True)]
        print("|", folder, "|", what, "|", " | ".join(pairs), "|", flush=True)


def write(
    golds: Sequence[tuple[evaluate.Gold, str]], model: Model, encoder: encoders.Encoder
) -> None:
    """Train the weights of the word table on all texts and write the model file."""
    model = replace(model, explained=fit(copies(golds, TAUGHT, model, encoder)))
    content = json.dumps(model.as_json(), indent=1, ensure_ascii=False)
    FILE.write_text(content + "\n", encoding="utf-8")
    print(f"{FILE}: {model.signature}")


def read(paths: Sequence[Path]) -> list[tuple[evaluate.Gold, str]]:
    """Return the gold texts with the names of their folders."""
    return [(evaluate.read_gold(path), path.parent.name) for path in paths]


def main() -> None:
    """Do what the options say."""
    parser = options(__doc__)
    parser.add_argument("--folds", action="store_true", help="leave out one text at a time")
    parser.add_argument("--write", action="store_true", help="write the weights")
    arguments = parser.parse_args()
    encoder = encoders.load(arguments.encoder)
    model, golds = default_model(), read(arguments.gold)
    if arguments.folds:
        taught = list(copies(golds, TAUGHT, model, encoder))
        tested = [copy for copy in copies(golds, TESTED, model, encoder) if copy.folder != "demo"]
        report(tested, cross_validate(taught, tested))
    if arguments.write:
        write(golds, model, encoder)


if __name__ == "__main__":
    main()
