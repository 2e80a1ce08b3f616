"""The features of candidate beads: groups of named columns, one row per edge."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ....records import Bead
from ...arrays import F32
from ..lattice import BEAD_TYPES, Edges
from ..results import Side
from . import rare, similarity, surface, words
from .columns import Columns
from .explained import Explained
from .similarity import Similarity

__all__ = [
    "ANEW",
    "F32",
    "FIRST",
    "GROUPS",
    "OMISSIONS",
    "RARE",
    "SECOND",
    "SMALL",
    "Columns",
    "Features",
    "TextFeatures",
]


@dataclass(frozen=True, eq=False)
class TextFeatures:
    """The data of two texts that can be computed before their vectors are known."""

    surface: surface.Surface
    tokens: words.Tokenised
    dictionary: words.WordFeatures
    facts: words.WordFeatures

    @staticmethod
    def of(zh: Side, en: Side, *, small: bool = False) -> "TextFeatures":
        """Count and look up what is in both texts.

        :param small: whether the texts are too small to measure their ratio of lengths.
        """
        tokens = words.Tokenised.of(zh, en)
        return TextFeatures(
            surface.Surface.of(zh, en, surface.LETTERS if small else 0.0),
            tokens,
            tokens.by_dictionary(),
            words.match_facts(zh, en),
        )


@dataclass(frozen=True, eq=False)
class Features:
    """The data of two texts from which the features of any edge are computed.

    ``pairs`` are word pairs learned from a first alignment of the texts, ``explained`` the word
    table learned from a second one; ``None`` before it.
    """

    zh: Side
    en: Side
    similarity: Similarity
    surface: surface.Surface
    tokens: words.Tokenised
    dictionary: words.WordFeatures
    facts: words.WordFeatures
    pairing: rare.Pairing
    pairs: words.WordFeatures | None = None
    explained: Explained | None = None

    @staticmethod
    def prepare(zh: Side, en: Side, scale: Similarity, known: TextFeatures) -> "Features":
        """Compute the rest of the data that the groups need."""
        return Features(
            zh,
            en,
            scale,
            known.surface.measured_at(scale.anchors),
            known.tokens,
            known.dictionary,
            known.facts,
            rare.Pairing.of(zh, en, scale),
        )

    def with_pairs(self, beads: Sequence[Bead]) -> "Features":
        """Return the features of the second pass, given the beads of the first."""
        pairs = self.tokens.by_beads(beads)
        surface_on_beads = self.surface.measured_on(beads)
        return replace(self, pairs=pairs, surface=surface_on_beads)

    def with_table(self, beads: Sequence[Bead]) -> "Features":
        """Return the features with a word table, given the beads of the second pass."""
        return replace(self, explained=Explained.of(self.zh, self.en, beads))

    def of(self, edges: Edges, groups: Iterable[str]) -> Columns:
        """Return the columns of the groups, float32 (edges,)."""
        columns: Columns = {}
        for name in groups:
            columns |= GROUPS[name](self, edges)
        return columns


def _types(features: Features, edges: Edges) -> Columns:
    """Return one column per bead type."""
    return {
        f"type {zh}-{en}": ((edges.zh_size == zh) & (edges.en_size == en)).astype(np.float32)
        for zh, en in BEAD_TYPES
    }


def _pairing(features: Features, edges: Edges) -> Columns:
    return rare.pairing_features(features.pairing, edges)


def _words(features: Features, edges: Edges) -> Columns:
    return features.dictionary.columns("words", edges)


def _facts(features: Features, edges: Edges) -> Columns:
    return features.facts.columns("facts", edges, words.FEW)


def _pairs(features: Features, edges: Edges) -> Columns:
    if features.pairs is None:
        return {}
    return features.pairs.columns("pairs", edges, words.FEW)


def _explained(features: Features, edges: Edges) -> Columns:
    return {} if features.explained is None else features.explained.columns(edges)


Group = Callable[[Features, Edges], Columns]


def _by_similarity(compute: Callable[[Similarity, Edges], Columns]) -> Group:
    """Return the group that is computed from the similarity of spans."""
    return lambda features, edges: compute(features.similarity, edges)


def _by_surface(compute: Callable[[surface.Surface, Edges], Columns]) -> Group:
    """Return the group that is computed from the surface of the texts."""
    return lambda features, edges: compute(features.surface, edges)


GROUPS: dict[str, Group] = {
    "type": _types,
    "similarity": _by_similarity(similarity.cosine_features),
    "long": _by_similarity(similarity.long_features),
    "asides": _by_surface(rare.aside_features),
    "roles": _by_surface(rare.role_features),
    "pairing": _pairing,
    "small": _by_similarity(similarity.small_text_features),
    "margin": _by_similarity(similarity.margin_features),
    "gain": _by_similarity(similarity.gain_features),
    "loss": _by_similarity(similarity.loss_features),
    "fit": _by_similarity(similarity.fit_features),
    "skipped": _by_similarity(similarity.omission_features),
    "lengths": _by_surface(surface.length_features),
    "punctuation": _by_surface(surface.punctuation_features),
    "quotes": _by_surface(surface.quote_features),
    "borders": _by_surface(surface.border_features),
    "words": _words,
    "facts": _facts,
    "pairs": _pairs,
    "explained": _explained,
}
"""Function by group name; the ablation of training/README.md omits one group each time."""

RARE = ("long", "asides", "roles", "pairing")
"""Groups that are rare in gold; their weights are trained last, with all others fixed."""

SMALL = tuple(name for name in GROUPS if name not in ("pairs", "explained"))
"""The groups for small pairs, which have one pass."""

FIRST = tuple(name for name in SMALL if name != "small")
"""The groups of the first pass."""

SECOND = ("pairs",)
"""The groups that only the second pass has."""

OMISSIONS = ("explained",)
"""The groups that only places near omissions have; their weights are trained last."""

ANEW = ("lengths", *SECOND)
"""The groups that the second pass computes again, because they differ from the first pass."""
