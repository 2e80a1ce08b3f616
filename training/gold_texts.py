"""Gold texts described for training: lattice, features, the edges that gold allows."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from align.aligner import encoders, evaluate
from align.aligner.match import Side
from align.aligner.match.engine import describe
from align.aligner.match.features import ANEW, FIRST, RARE, SMALL, Columns, Features
from align.aligner.match.lattice import Lattice
from align.aligner.match.model import Weights
from align.records import Bead, Language, Role
from training.crf import TrainingExample, mark_allowed, take_edges

Found = tuple[Bead, ...]

LIKELY = 1e-4
"""Copies keep the edges with at least this posterior at half the score: training takes a third."""


def options(about: str | None) -> argparse.ArgumentParser:
    """Return a parser of the options that all programs on gold files share."""
    parser = argparse.ArgumentParser(
        description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--encoder", default=encoders.DEFAULT)
    return parser


@dataclass(frozen=True, eq=False)
class Text:
    """A gold text, described once; the columns of each group by feature name.

    ``origin`` is the place of the text of which it is a copy, -1 when it is none. A copy of weight
    0 is aligned, and never trained on. A copy with what is ``rare`` teaches only that.
    """

    gold: evaluate.Gold
    folder: str
    lattice: Lattice
    features: Features
    columns: dict[str, Columns]
    allowed: NDArray[np.bool_]
    weight: float = 1.0
    origin: int = -1
    rare: bool = False

    @property
    def kind(self) -> str:
        """The folder, and what its texts are where it holds several kinds: ``mfa``, ``report``."""
        several = self.origin < 0 and self.folder == "briefings-dev"
        return f"{self.folder}, {self.gold.id.partition('-')[0]}" if several else self.folder

    def names(self, groups: Sequence[str]) -> tuple[str, ...]:
        """Return the names of the features of some groups."""
        return tuple(name for group in groups for name in self.columns[group])

    def example(self, groups: Sequence[str]) -> TrainingExample:
        """Return the training example with the features of some groups."""
        rows = [column for group in groups for column in self.columns[group].values()]
        return TrainingExample(self.lattice, np.stack(rows, 1), self.allowed, self.weight)

    def has_rare(self) -> bool:
        """Return whether any edge has a feature of what is rare."""
        return any(column.any() for group in RARE for column in self.columns[group].values())

    def without_long(self) -> "Text":
        """Return the text without the edges of long beads."""
        long = self.columns["long"]["long"] > 0
        if not long.any():
            return self
        text = self.take(~long)
        beads = [Bead(*link) for link in self.gold.beads]
        right = mark_allowed(text.lattice.edges, beads, len(self.gold.zh), len(self.gold.en))
        return replace(text, allowed=right)

    def take(self, keep: NDArray[np.bool_]) -> "Text":
        """Return the text with some of its edges."""
        columns = {
            group: {name: column[keep] for name, column in found.items()}
            for group, found in self.columns.items()
        }
        lattice = take_edges(self.lattice, keep)
        return replace(self, lattice=lattice, columns=columns, allowed=self.allowed[keep])

    def solve(self, weights: Weights, groups: Sequence[str]) -> Lattice:
        """Return the scored lattice."""
        scores = [weights.score(self.columns[group]) for group in groups]
        return replace(self.lattice, score=np.sum(scores, axis=0))

    def pruned(self, weights: Weights, groups: Sequence[str]) -> "Text":
        """Return the text without unlikely edges; gold stays."""
        solved = self.solve(weights, groups)
        mild = replace(solved, score=solved.score / 2)
        return self.take(self.allowed | (mild.posterior(mild.sums()) > LIKELY))

    def after(self, beads: Found) -> "Text":
        """Return the text as the second pass knows it."""
        features = self.features.with_pairs(beads)
        more = {group: features.of(self.lattice.edges, [group]) for group in ANEW}
        return replace(self, features=features, columns=self.columns | more)


NO_ROLES: Mapping[Language, tuple[Role, ...]] = {"zh": (), "en": ()}


def sides(gold: evaluate.Gold) -> tuple[Side, Side]:
    """Return the two sides of a gold text."""
    zh = Side(gold.zh, gold.zh_paragraphs, gold.zh_turns)
    return zh, Side(gold.en, gold.en_paragraphs, gold.en_turns)


def describe_gold(
    gold: evaluate.Gold,
    folder: str,
    encoder: encoders.Encoder,
    *,
    small: bool = False,
    roles: Mapping[Language, tuple[Role, ...]] = NO_ROLES,
) -> Text:
    """Encode and describe one gold text."""
    zh, en = sides(gold)
    zh, en = replace(zh, roles=roles["zh"]), replace(en, roles=roles["en"])
    features, edges = describe(zh, en, encoder, small=small)
    counts = len(gold.zh), len(gold.en)
    lattice = Lattice.build(edges, np.zeros(len(edges)), counts[1] + 1, counts)
    groups = SMALL if small else FIRST
    columns = {group: features.of(lattice.edges, [group]) for group in groups}
    beads = [Bead(*link) for link in gold.beads]
    right = mark_allowed(lattice.edges, beads, *counts)
    return Text(gold, folder, lattice, features, columns, right)


def beads(lattice: Lattice) -> Found:
    """Return the best beads with their posterior."""
    certainty = lattice.certainty(lattice.posterior(lattice.sums()))
    return tuple(
        lattice.edges.bead(int(edge), float(certainty[edge])) for edge in lattice.best_path()
    )


def count_wrong(runs: Sequence[tuple[Sequence[evaluate.Link], Found]]) -> tuple[float, int]:
    """Return how many beads are wrong by their probabilities, and how many are."""
    expected, wrong = 0.0, 0
    for gold, found in runs:
        expected += sum(1 - (bead.probability or 0.0) for bead in found)
        wrong += len(set(evaluate.links(found)) - set(gold))
    return expected, wrong
