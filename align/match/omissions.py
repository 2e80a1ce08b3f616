"""The prior of omissions: a mixture of two sets of weights by the share of text left over nearby.

Weights trained on texts without omissions join what is left over to its neighbours; weights
trained on texts with many find omissions in free translations.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .features.columns import Sums, running_sums
from .lattice import Edges, Lattice

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

AROUND = 20
"""Sentences on either side over which the share is taken."""

FEW, MANY = 0.05, 0.15
"""Up to this share of omitted sentences the usual weights count alone, from that one the others."""


@dataclass(frozen=True, eq=False)
class OmissionPrior:
    """Running sums of the probability that a sentence is left over, (sentences + 1,) each."""

    zh: Sums
    en: Sums

    @staticmethod
    def of(lattice: Lattice, zh_count: int, en_count: int) -> "OmissionPrior":
        """Add up the posterior of the skips."""
        posterior = lattice.posterior(lattice.sums())
        edges = lattice.edges
        omitted, added = edges.broad == 0, edges.tall == 0
        return OmissionPrior(
            _left_over(edges.zh_start[omitted], posterior[omitted], zh_count),
            _left_over(edges.en_start[added], posterior[added], en_count),
        )

    def trust(self, edges: Edges) -> Floats:
        """Return the weight of the scores for texts with omissions, 0 to 1."""
        a, b, c, d = edges.parts
        zh_low, zh_high = np.maximum(a - AROUND, 0), np.minimum(b + AROUND, len(self.zh) - 1)
        en_low, en_high = np.maximum(c - AROUND, 0), np.minimum(d + AROUND, len(self.en) - 1)
        left_over = self.zh[zh_high] - self.zh[zh_low] + self.en[en_high] - self.en[en_low]
        share = left_over / np.maximum(zh_high - zh_low + en_high - en_low, 1)
        trust: Floats = np.clip((share - FEW) / (MANY - FEW), 0.0, 1.0)
        return trust

    def mix(self, edges: Edges, usual: Floats, gappy: Floats) -> Floats:
        """Mix two scores of the edges."""
        trust = self.trust(edges)
        return (1 - trust) * usual + trust * gappy


def _left_over(index: Ints, posterior: Floats, count: int) -> Sums:
    return running_sums(np.minimum(np.bincount(index, posterior, count), 1.0))
