"""Review: what a reviewer can do to an alignment, without a page.

``session`` binds everything to the store. ``requests`` finds the operation for a request:
``operations`` change rows and sentences, ``realign`` asks the aligner, ``realign_after`` finds rows
to realign after a decision, ``history`` undoes and restores. ``preview`` shows what a move of many
rows would change. ``queue`` orders rows by doubt.
``double_review`` is for two reviewers and a third person, ``permissions`` for roles. ``transfer``
keeps decisions when a text changes.
"""

from .queue import worst_first
from .requests import Request
from .session import ReviewSession
from .state import InvalidEditError, ReviewState

__all__ = ["InvalidEditError", "Request", "ReviewSession", "ReviewState", "worst_first"]
