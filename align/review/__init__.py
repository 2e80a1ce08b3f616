"""Review: everything that a reviewer can do to an alignment, without a page.

:mod:`.moves` changes rows, :mod:`.history` takes changes back, :mod:`.queue` says where to look
first, :mod:`.agreement` compares two reviewers, :mod:`.carry` keeps decisions when texts change,
and :mod:`.desk` binds them to the store.
"""

from .agreement import Agreement, Difference, agreement, reviewers
from .carry import Carried, Placed, carry, keep_cuts, placed
from .desk import ACTIONS, Aligner, Desk, Done, Request
from .keys import COMMANDS, Command
from .queue import Filter, Progress, chosen, expected_share, progress, risk, worst_first
from .sheet import Change, Refused, Sheet

__all__ = [
    "ACTIONS",
    "COMMANDS",
    "Agreement",
    "Aligner",
    "Carried",
    "Change",
    "Command",
    "Desk",
    "Difference",
    "Done",
    "Filter",
    "Placed",
    "Progress",
    "Refused",
    "Request",
    "Sheet",
    "agreement",
    "carry",
    "chosen",
    "expected_share",
    "keep_cuts",
    "placed",
    "progress",
    "reviewers",
    "risk",
    "worst_first",
]
