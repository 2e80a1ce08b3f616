"""Search: by words (:mod:`.concordance`), by meaning (:mod:`.semantic`), and terms that vary."""

from .concordance import (
    SORTS,
    Concordance,
    FacetCount,
    FacetCounts,
    Hit,
    HitSide,
    Results,
    Where,
)
from .highlight import Mark
from .semantic import SemanticHit, SemanticSearch

__all__ = [
    "SORTS",
    "Concordance",
    "FacetCount",
    "FacetCounts",
    "Hit",
    "HitSide",
    "Mark",
    "Results",
    "SemanticHit",
    "SemanticSearch",
    "Where",
]
