"""The features of candidate beads: groups of named columns, one row per edge."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ....records import Bead
from ..lattice import BEAD_TYPES, Edges
from ..results import Side
from . import rare, similarity, surface, words
from .columns import Columns, Floats
from .similarity import Similarity

__all__ = ["ANEW", "FIRST", "GROUPS", "RARE", "SECOND", "SMALL", "Columns", "Features", "Floats"]


@dataclass(frozen=True, eq=False)
class Features:
    """What is computed once for two texts, to describe any edge.

    ``pairs`` are the words that a first alignment of the texts put together; None before it.
    """

    similarity: Similarity
    surface: surface.Surface
    tokens: words.Tokenised
    dictionary: words.WordFeatures
    facts: words.WordFeatures
    pairing: rare.Pairing
    pairs: words.WordFeatures | None = None

    @staticmethod
    def prepare(zh: Side, en: Side, scale: Similarity, *, small: bool = False) -> "Features":
        """Compute what the groups need.

        :param small: whether the texts are too small to have a ratio of lengths of their own.
        """
        tokens = words.Tokenised.of(zh, en)
        return Features(
            scale,
            surface.Surface.of(zh, en, surface.LETTERS if small else 0.0, scale.anchors),
            tokens,
            tokens.by_dictionary(),
            words.match_facts(zh, en),
            rare.Pairing.of(zh, en, scale),
        )

    def with_pairs(self, beads: Sequence[Bead]) -> "Features":
        """Return the features of the second pass, which knows the beads of the first."""
        pairs, lengths = self.tokens.by_beads(beads), self.surface.measured_on(beads)
        return replace(self, pairs=pairs, surface=lengths)

    def of(self, edges: Edges, groups: Iterable[str]) -> Columns:
        """Return the columns of the groups, float32 (edges,)."""
        columns: Columns = {}
        for name in groups:
            columns |= GROUPS[name](self, edges)
        return columns


def _types(features: Features, edges: Edges) -> Columns:
    """Return one column per bead type."""
    return {
        f"type {zh}-{en}": ((edges.tall == zh) & (edges.broad == en)).astype(np.float32)
        for zh, en in BEAD_TYPES
    }


GROUPS: dict[str, Callable[[Features, Edges], Columns]] = {
    "type": _types,
    "similarity": lambda features, edges: similarity.cosine_features(features.similarity, edges),
    "long": lambda features, edges: similarity.long_features(features.similarity, edges),
    "asides": lambda features, edges: rare.aside_features(features.surface, edges),
    "roles": lambda features, edges: rare.role_features(features.surface, edges),
    "pairing": lambda features, edges: rare.pairing_features(features.pairing, edges),
    "small": lambda features, edges: similarity.small_text_features(features.similarity, edges),
    "margin": lambda features, edges: similarity.margin_features(features.similarity, edges),
    "gain": lambda features, edges: similarity.gain_features(features.similarity, edges),
    "loss": lambda features, edges: similarity.loss_features(features.similarity, edges),
    "fit": lambda features, edges: similarity.fit_features(features.similarity, edges),
    "skipped": lambda features, edges: similarity.omission_features(features.similarity, edges),
    "lengths": lambda features, edges: surface.length_features(features.surface, edges),
    "punctuation": lambda features, edges: surface.punctuation_features(features.surface, edges),
    "quotes": lambda features, edges: surface.quote_features(features.surface, edges),
    "borders": lambda features, edges: surface.border_features(features.surface, edges),
    "words": lambda features, edges: features.dictionary.columns("words", edges),
    "facts": lambda features, edges: features.facts.columns("facts", edges, words.FEW),
    "pairs": lambda features, edges: (
        features.pairs.columns("pairs", edges, words.FEW) if features.pairs else {}
    ),
}
"""Group name to what computes it; the ablation of docs/method.md leaves one out at a time."""

RARE = ("long", "asides", "roles", "pairing")
"""Groups about what is rare in gold: their weights are trained last, with all others given."""

SMALL = tuple(name for name in GROUPS if name != "pairs")
"""The groups for small texts, which have one pass."""

FIRST = tuple(name for name in SMALL if name != "small")
"""The groups of the first pass."""

SECOND = ("pairs",)
"""What the second pass knows besides."""

ANEW = ("lengths", *SECOND)
"""What the second pass knows otherwise than the first."""
