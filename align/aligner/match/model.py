"""The trained model: the weights of the features, which score an edge.

Weights trained on texts without omissions join an omitted sentence to its neighbours. Weights
trained on texts with many omissions find omissions in free translations. Therefore both scores are
mixed by the share of omitted sentences nearby. ``training/train.py`` writes the file
``model.json``; its signature is part of every alignment.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path

import numpy as np

from ..arrays import F64, I32
from .features import Columns
from .features.columns import Sums, running_sums
from .lattice import Edges, Lattice

FILE = Path(__file__).with_name("model.json")

AROUND = 20
"""Number of sentences on either side over which the share is computed."""

FEW, MANY = 0.05, 0.15
"""Share of omitted sentences up to which only the usual weights count, and from which only the
weights for omissions count."""

SOME = 0.02
"""Share up to which the word table does not count; from :data:`FEW` on it counts fully."""


@dataclass(frozen=True)
class Weights:
    """A weight per feature; the score of an edge is the weighted sum of its features."""

    by_name: Mapping[str, float]

    def score(self, columns: Columns) -> F64:
        """Return the part of the score of each edge from these columns, float64 (edges,)."""
        size = len(next(iter(columns.values()))) if columns else 0
        total = np.zeros(size, np.float64)
        for name, column in columns.items():
            weight = self.by_name.get(name, 0.0)
            if weight:
                total += weight * column
        return total


@dataclass(frozen=True)
class Model:
    """The weights of both passes; the second pass has word pairs learned from the first.

    ``gappy`` replaces ``second`` near omissions. There, ``explained`` is added: the weights of a
    word table learned from the second pass. ``small`` replaces all of them for small pairs.
    """

    first: Weights
    second: Weights
    gappy: Weights
    small: Weights
    explained: Weights

    @cached_property
    def signature(self) -> str:
        """Name and checksum of the weights, which identify the model."""
        text = json.dumps(self.as_json(), sort_keys=True)
        return f"lattice@{sha256(text.encode()).hexdigest()[:8]}"

    def as_json(self) -> dict[str, dict[str, float]]:
        """Return the content of the model file."""
        return {
            field.name: {
                key: round(float(weight), 5)
                for key, weight in getattr(self, field.name).by_name.items()
            }
            for field in fields(self)
        }


@cache
def default_model() -> Model:
    """Return the model of the package."""
    content = json.loads(FILE.read_text(encoding="utf-8"))
    return Model(**{name: Weights(weights) for name, weights in content.items()})


@dataclass(frozen=True, eq=False)
class OmissionPrior:
    """Running sums of the probability that a sentence is omitted, (sentences + 1,) per text."""

    zh: Sums
    en: Sums

    @staticmethod
    def of(lattice: Lattice, zh_count: int, en_count: int) -> "OmissionPrior":
        """Return the sums of the posteriors of skips."""
        posterior = lattice.posterior(lattice.sums())
        edges = lattice.edges
        omitted, added = edges.en_size == 0, edges.zh_size == 0
        return OmissionPrior(
            _left_over(edges.zh_start[omitted], posterior[omitted], zh_count),
            _left_over(edges.en_start[added], posterior[added], en_count),
        )

    def mix(self, edges: Edges, usual: F64, gappy: F64) -> F64:
        """Return the mix of two scores; ``gappy`` counts more where more sentences are omitted."""
        trust = np.clip((self._share(edges) - FEW) / (MANY - FEW), 0.0, 1.0)
        return (1 - trust) * usual + trust * gappy

    def trust_table(self, edges: Edges) -> F64:
        """Return how much the word table counts at each edge, 0 to 1."""
        trust: F64 = np.clip((self._share(edges) - SOME) / (FEW - SOME), 0.0, 1.0)
        return trust

    def _share(self, edges: Edges) -> F64:
        """Return the share of omitted sentences around each edge."""
        a, b, c, d = edges.parts
        zh_low, zh_high = np.maximum(a - AROUND, 0), np.minimum(b + AROUND, len(self.zh) - 1)
        en_low, en_high = np.maximum(c - AROUND, 0), np.minimum(d + AROUND, len(self.en) - 1)
        left_over = self.zh[zh_high] - self.zh[zh_low] + self.en[en_high] - self.en[en_low]
        share: F64 = left_over / np.maximum(zh_high - zh_low + en_high - en_low, 1)
        return share


def _left_over(index: I32, posterior: F64, count: int) -> Sums:
    return running_sums(np.minimum(np.bincount(index, posterior, count), 1.0))
