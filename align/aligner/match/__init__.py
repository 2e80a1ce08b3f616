"""The matcher: finds the most probable beads of two sides with the vectors of an encoder.

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
