"""The matcher: finds the most probable beads of two texts with the vectors of an encoder.

``prepare`` returns a problem. It can be solved again under a reviewer's decisions in milliseconds,
without the encoder.
"""

from .engine import LookUp, match, prepare
from .model import Model
from .problem import AlignmentProblem
from .results import Alternative, Crossing, Matching, Side

__all__ = [
    "AlignmentProblem",
    "Alternative",
    "Crossing",
    "LookUp",
    "Matching",
    "Model",
    "Side",
    "match",
    "prepare",
]
