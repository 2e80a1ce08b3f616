"""What the model sees of a candidate bead: groups of named numbers, one row per edge.

In: two sides, their span vectors, the encoder. Out: :class:`Features`, which describes any edge.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..lattice import BEAD_TYPES, Edges
from ..results import Encoder, Side, Vectors
from . import clauses, similarity, surface, words
from .group import Columns, Floats

__all__ = ["GROUPS", "Columns", "Features", "Floats"]


@dataclass(frozen=True, eq=False)
class Features:
    """All that is computed once for two texts; :meth:`of` describes edges by it."""

    similarity: similarity.Similarity
    surface: surface.Surface
    words: words.Words
    clauses: clauses.Clauses

    @staticmethod
    def prepare(
        zh: Side, en: Side, zh_spans: Vectors, en_spans: Vectors, encoder: Encoder
    ) -> "Features":
        """Look up, count and encode what the groups need."""
        return Features(
            similarity.Similarity.of(zh_spans, en_spans),
            surface.Surface.of(zh, en),
            words.Words.of(zh, en),
            clauses.Clauses.of(zh, en, encoder),
        )

    def of(self, edges: Edges, groups: tuple[str, ...] | None = None) -> Columns:
        """Return the columns of the groups, all of them by default, float32 (edges,)."""
        columns: Columns = {}
        for name in groups or tuple(GROUPS):
            columns |= GROUPS[name](self, edges)
        return columns


def _types(features: Features, edges: Edges) -> Columns:
    """Say which type each bead has."""
    return {
        f"type {zh}-{en}": ((edges.tall == zh) & (edges.broad == en)).astype(np.float32)
        for zh, en in BEAD_TYPES
    }


GROUPS: dict[str, Callable[[Features, Edges], Columns]] = {
    "type": _types,
    "similarity": lambda features, edges: similarity.cosine(features.similarity, edges),
    "margin": lambda features, edges: similarity.margin(features.similarity, edges),
    "gain": lambda features, edges: similarity.gain(features.similarity, edges),
    "loss": lambda features, edges: similarity.loss(features.similarity, edges),
    "fit": lambda features, edges: similarity.fit(features.similarity, edges),
    "skipped": lambda features, edges: similarity.skipped(features.similarity, edges),
    "lengths": lambda features, edges: surface.lengths(features.surface, edges),
    "punctuation": lambda features, edges: surface.punctuation(features.surface, edges),
    "borders": lambda features, edges: surface.borders(features.surface, edges),
    "clauses": lambda features, edges: clauses.clauses(
        features.clauses, features.similarity, edges
    ),
    "words": lambda features, edges: words.lexicon(features.words, edges),
}
"""Group name to what computes it; the ablation of docs/method.md leaves one out at a time."""
