"""Review: everything that a reviewer can do to an alignment, without a page."""

from .carry import Carried, Placed, carry, keep_cuts, placed

__all__ = ["Carried", "Placed", "carry", "keep_cuts", "placed"]
