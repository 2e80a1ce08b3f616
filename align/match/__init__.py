"""The matcher: finds the most probable beads of two sides with the vectors of an encoder.

>>> from align.match import Side, match
>>> matching = match(Side(("你好。",)), Side(("Hello.",)), encoder)  # doctest: +SKIP
>>> matching.alignment.beads  # doctest: +SKIP
(Bead(zh=(0,), en=(0,), probability=0.99...),)

``prepare`` returns a problem that is solved again under a reviewer's decisions without the encoder,
in milliseconds.
"""

from .engine import match, prepare
from .model import Model
from .problem import AlignmentProblem
from .results import Alternative, Crossing, Matching, Side

__all__ = [
    "AlignmentProblem",
    "Alternative",
    "Crossing",
    "Matching",
    "Model",
    "Side",
    "match",
    "prepare",
]
