"""Train the matcher's model, and measure it on texts that were left out.

    python scripts/train.py GOLD... --folds          cross-validation: one group left out at a time
    python scripts/train.py GOLD... --ablate         the same without each group of features
    python scripts/train.py GOLD... --write          train on everything, write align/match/model.json

A group is one mac-dev chapter, or a third of the short texts.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from align import encoders, evaluate
from align.match import Side
from align.match.engine import describe
from align.match.features import GROUPS
from align.match.lattice import Lattice
from align.match.model import FILE, Model
from align.match.training import Example, allowed, fit
from align.records import Bead

SHIPPED = ("labse",)
PENALTY = 10.0
"""Of 3, 10, 20 and 30, the best mean over the folds."""


@dataclass(frozen=True, eq=False)
class Text:
    """A gold text, described once; ``columns`` by feature name."""

    gold: evaluate.Gold
    group: str
    lattice: Lattice
    columns: dict[str, np.ndarray]
    allowed: np.ndarray

    def example(self, names: Sequence[str]) -> Example:
        """Choose features."""
        rows = np.stack([self.columns[name] for name in names], 1)
        return Example(self.gold.id, self.lattice, rows, self.allowed, ())


def read(path: Path, encoder: encoders.Encoder) -> Text:
    """Read and describe one gold file."""
    gold = evaluate.read_gold(path)
    zh = Side(gold.zh, gold.zh_paragraphs, gold.zh_turns)
    en = Side(gold.en, gold.en_paragraphs, gold.en_turns)
    described = describe(zh, en, encoder)
    counts = len(gold.zh), len(gold.en)
    edges = described.edges
    lattice = Lattice.build(edges, np.zeros(len(edges)), counts[1] + 1, counts)
    beads = [Bead(*link) for link in gold.beads]
    return Text(
        gold,
        path.parent.name,
        lattice,
        described.features.of(lattice.edges),
        allowed(lattice.edges, beads, *counts),
    )


def folds(texts: Sequence[Text]) -> list[list[int]]:
    """Return the texts of each fold: one long text, or a third of the short ones of a folder."""
    long = [[n] for n, text in enumerate(texts) if len(text.gold.zh) > 100]
    short = [n for n, text in enumerate(texts) if len(text.gold.zh) <= 100]
    return long + [short[k::3] for k in range(3) if short[k::3]]


def solve(text: Text, model: Model) -> tuple[Bead, ...]:
    """Return the best beads of a described text."""
    score = model.score(text.columns)
    old = text.lattice
    lattice = Lattice(old.edges, score, old.nodes, old.source, old.target)
    posterior = lattice.posterior(lattice.sums())
    return tuple(
        Bead(
            tuple(range(old.edges.zh_start[e], old.edges.zh_end[e])),
            tuple(range(old.edges.en_start[e], old.edges.en_end[e])),
            float(posterior[e]),
        )
        for e in lattice.best_path()
    )


def cross_validate(texts: Sequence[Text], names: Sequence[str], penalty: float) -> list[tuple[Bead, ...]]:
    """Return for each text the beads of a model that has not seen it."""
    found: list[tuple[Bead, ...]] = [()] * len(texts)
    for held_out in folds(texts):
        rest = [text.example(names) for n, text in enumerate(texts) if n not in held_out]
        model = fit(rest, tuple(names), penalty=penalty)
        for n in held_out:
            found[n] = solve(texts[n], model)
    return found


def report(title: str, texts: Sequence[Text], found: Sequence[tuple[Bead, ...]]) -> None:
    """Print the scores by folder."""
    for group in dict.fromkeys(text.group for text in texts):
        runs = [(t.gold.beads, f) for t, f in zip(texts, found, strict=True) if t.group == group]
        scores = evaluate.score(runs)
        worst = scores.calibration
        print(
            f"{title:24s} {group:9s} strict {scores.strict.f1:.4f} lax {scores.lax.f1:.4f} "
            f"ece {worst.error:.4f} worst fifth {worst.worst_fifth:.3f}", flush=True,
        )
        if len(runs) < 10:
            print(" " * 35, *(f"{evaluate.score([run]).strict.f1:.3f}" for run in runs))


def names_of(texts: Sequence[Text], groups: Sequence[str], encoder: object) -> list[str]:
    raise NotImplementedError


def main() -> None:
    """Do what the options say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--encoder", default=encoders.DEFAULT)
    parser.add_argument("--penalty", type=float, default=PENALTY)
    parser.add_argument("--folds", action="store_true")
    parser.add_argument("--ablate", action="store_true")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    encoder = encoders.load(arguments.encoder)
    texts = [read(path, encoder) for path in arguments.gold]
    everything = list(texts[0].columns)
    if arguments.folds:
        report("all", texts, cross_validate(texts, everything, arguments.penalty))
    if arguments.write:
        model = fit([text.example(everything) for text in texts], tuple(everything), penalty=arguments.penalty)
        FILE.write_text(json.dumps(model.as_json(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"{FILE}: {model.signature}")


if __name__ == "__main__":
    main()
