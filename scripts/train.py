"""Train the matcher's model, and measure it on texts that were left out.

    python scripts/train.py GOLD... --folds          leave out one long text or a third of the short
    python scripts/train.py GOLD... --ablate         the same without each group of features
    python scripts/train.py GOLD... --write          train on all, write align/match/model.json

The files that made the model of the package, in this order:
../shared/data/mac-dev/*.json ../shared/data/scio-dev/*.json corpora/demo/gold*.json
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from align import encoders, evaluate
from align.match import Side
from align.match.engine import describe, first_beads
from align.match.features import FIRST, SECOND, Columns, Features
from align.match.lattice import Lattice
from align.match.model import FILE, Model, Weights
from align.match.training import Example, allowed, fit, sharpness
from align.records import Bead

PENALTY = 20.0
"""Of 10 and 20 with all groups, and 3 to 40 with some, the best mean over the folds."""

LONG = 100
"""A text with more sentences is a fold of its own."""

Found = tuple[Bead, ...]

NO_ROWS = np.zeros((0, 0), np.float32)


@dataclass(frozen=True, eq=False)
class Text:
    """A gold text, described once; the columns of each group by feature name."""

    gold: evaluate.Gold
    folder: str
    lattice: Lattice
    features: Features
    columns: dict[str, Columns]
    allowed: NDArray[np.bool_]
    weight: float = 1.0

    def names(self, groups: Sequence[str]) -> tuple[str, ...]:
        """Name the features of some groups."""
        return tuple(name for group in groups for name in self.columns[group])

    def example(self, groups: Sequence[str]) -> Example:
        """Choose features for training."""
        rows = [column for group in groups for column in self.columns[group].values()]
        return Example(self.lattice, np.stack(rows, 1), self.allowed, self.weight)

    def solve(self, weights: Weights, groups: Sequence[str]) -> Lattice:
        """Score the lattice."""
        return self.lattice.rescored(
            np.sum([weights.score(self.columns[group]) for group in groups], axis=0)
        )

    def after(self, beads: Found) -> "Text":
        """Add what the second pass knows."""
        features = self.features.after(beads)
        more = {group: features.of(self.lattice.edges, [group]) for group in SECOND}
        return replace(self, features=features, columns=self.columns | more)


def describe_gold(gold: evaluate.Gold, folder: str, encoder: encoders.Encoder) -> Text:
    """Encode and describe one gold text."""
    zh = Side(gold.zh, gold.zh_paragraphs, gold.zh_turns)
    en = Side(gold.en, gold.en_paragraphs, gold.en_turns)
    described = describe(zh, en, encoder)
    counts = len(gold.zh), len(gold.en)
    edges = described.edges
    lattice = Lattice.build(edges, np.zeros(len(edges)), counts[1] + 1, counts)
    columns = {group: described.features.of(lattice.edges, [group]) for group in FIRST}
    beads = [Bead(*link) for link in gold.beads]
    right = allowed(lattice.edges, beads, *counts)
    return Text(gold, folder, lattice, described.features, columns, right)


@dataclass(frozen=True, eq=False)
class Collection:
    """Texts with gold, and how they are left out in turn."""

    texts: list[Text]

    @staticmethod
    def read(paths: Sequence[Path], encoder: encoders.Encoder) -> "Collection":
        """Read and describe."""
        golds = [(evaluate.read_gold(path), path.parent.name) for path in paths]
        return Collection([describe_gold(gold, folder, encoder) for gold, folder in golds])

    def folds(self) -> list[list[int]]:
        """Return what is left out together: one long text, or a third of the short ones."""
        long = [[n] for n, text in enumerate(self.texts) if len(text.gold.zh) > LONG]
        short = [n for n, text in enumerate(self.texts) if len(text.gold.zh) <= LONG]
        return long + [short[k::3] for k in range(3) if short[k::3]]

    def train(self, groups: Sequence[str], penalty: float, out: Sequence[int] = ()) -> Weights:
        """Train on all but some texts and their copies."""
        inside = [text.example(groups) for n, text in enumerate(self.texts) if n not in out]
        return fit(inside, self.texts[0].names(groups), penalty=penalty)

    def with_pairs(self, groups: Sequence[str], penalty: float) -> "Collection":
        """Add the second pass, each text by a first pass that was not trained on it."""
        texts = list(self.texts)
        for out in self.folds():
            weights = self.train(groups, penalty, out)
            for n in out:
                texts[n] = texts[n].after(first_beads(texts[n].solve(weights, groups)))
        return Collection(texts)

    def held_out(self, groups: Sequence[str], penalty: float) -> list[Lattice]:
        """Score each text by weights that have not seen it."""
        scored = [text.lattice for text in self.texts]
        for out in self.folds():
            weights = self.train(groups, penalty, out)
            for n in out:
                scored[n] = self.texts[n].solve(weights, groups)
        return scored

    def sharpness(self, scored: Sequence[Lattice], out: Sequence[int] = ()) -> float:
        """Fit the factor on the scores of all texts but some."""
        return sharpness(
            [
                (Example(text.lattice, NO_ROWS, text.allowed, text.weight), lattice.score)
                for n, (text, lattice) in enumerate(zip(self.texts, scored, strict=True))
                if n not in out
            ]
        )

    def cross_validate(self, groups: Sequence[str], penalty: float) -> list[Found]:
        """Return for each text the beads of a model, and of a sharpness, that have not seen it."""
        scored = self.held_out(groups, penalty)
        found: list[Found] = [()] * len(self.texts)
        for out in self.folds():
            factor = self.sharpness(scored, out)
            for n in out:
                found[n] = beads(scored[n].rescored(factor * scored[n].score))
        return found

    def report(self, title: str, found: Sequence[Found]) -> None:
        """Print the scores by folder, and those of each long text."""
        for folder in dict.fromkeys(text.folder for text in self.texts):
            chosen = [n for n, text in enumerate(self.texts) if text.folder == folder]
            runs = [(self.texts[n].gold.beads, found[n]) for n in chosen]
            scores = evaluate.score(runs)
            line = f"{title:22s} {folder:9s} strict {scores.strict.f1:.4f} lax {scores.lax.f1:.4f}"
            if scores.calibration:
                line += (
                    f" ece {scores.calibration.error:.4f} errors in the worst tenth"
                    f" {scores.calibration.worst_tenth:.3f} fifth"
                    f" {scores.calibration.worst_fifth:.3f}"
                )
            single = [f"{evaluate.score([run]).strict.f1:.3f}" for run in runs]
            print(line, *(single if len(single) < 10 else ()), flush=True)


def beads(lattice: Lattice) -> Found:
    """Return the best beads with their posterior."""
    posterior = lattice.posterior(lattice.sums())
    return tuple(
        lattice.edges.bead(int(edge), float(posterior[edge])) for edge in lattice.best_path()
    )


def ablate(texts: Collection, groups: Sequence[str], penalty: float) -> None:
    """Leave each group out of both passes, one at a time."""
    texts.report("all", texts.cross_validate(groups, penalty))
    for group in groups:
        rest = [name for name in groups if name != group]
        texts.report(f"without {group}", texts.cross_validate(rest, penalty))


def write(texts: Collection, penalty: float) -> None:
    """Train on everything and write the model file."""
    both = FIRST + SECOND
    factor = texts.sharpness(texts.held_out(both, penalty))
    model = Model(texts.train(FIRST, penalty), texts.train(both, penalty).times(factor))
    content = json.dumps(model.as_json(), indent=1, ensure_ascii=False)
    FILE.write_text(content + "\n", encoding="utf-8")
    print(f"{FILE}: {model.signature}, sharpness {factor:.3f}")


def main() -> None:
    """Do what the options say."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--encoder", default=encoders.DEFAULT)
    parser.add_argument("--penalty", type=float, default=PENALTY)
    parser.add_argument("--folds", action="store_true", help="cross-validate")
    parser.add_argument("--ablate", action="store_true", help="leave each group of features out")
    parser.add_argument("--write", action="store_true", help="write the model file")
    arguments = parser.parse_args()
    texts = Collection.read(arguments.gold, encoders.load(arguments.encoder))
    if arguments.folds:
        texts.report("first pass", texts.cross_validate(FIRST, arguments.penalty))
    texts = texts.with_pairs(FIRST, arguments.penalty)
    if arguments.folds:
        texts.report("both passes", texts.cross_validate(FIRST + SECOND, arguments.penalty))
    if arguments.ablate:
        ablate(texts, FIRST + SECOND, arguments.penalty)
    if arguments.write:
        write(texts, arguments.penalty)


if __name__ == "__main__":
    main()
