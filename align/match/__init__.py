"""The matcher: two sides and an encoder in, the most probable beads out.

>>> from align.match import Side, match
>>> matching = match(Side(("你好。",)), Side(("Hello.",)), encoder)  # doctest: +SKIP
>>> matching.alignment.beads  # doctest: +SKIP
(Bead(zh=(0,), en=(0,), probability=0.99...),)

``prepare`` keeps what one matching needs, so that a reviewer's decisions are solved again without
the encoder, in milliseconds.
"""

from .engine import Progress, match, prepare
from .model import Model
from .problem import AlignmentProblem
from .results import Alternative, Apart, Constraints, Crossing, Matching, Side, SideEncoder, Stretch

__all__ = [
    "AlignmentProblem",
    "Alternative",
    "Apart",
    "Constraints",
    "Crossing",
    "Matching",
    "Model",
    "Progress",
    "Side",
    "SideEncoder",
    "Stretch",
    "match",
    "prepare",
]
