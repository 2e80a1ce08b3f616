"""Find beads: by their words (:mod:`.concordance`), by their meaning, and terms that vary."""

from .concordance import SORTS, Concordance, Context, Count, Counts, Hit, Results, Side, Where
from .highlight import Mark
from .semantic import Meaning, Near

__all__ = [
    "SORTS",
    "Concordance",
    "Context",
    "Count",
    "Counts",
    "Hit",
    "Mark",
    "Meaning",
    "Near",
    "Results",
    "Side",
    "Where",
]
