"""Review: everything that a reviewer can do to an alignment, without a page.

:mod:`.moves` changes rows, :mod:`.history` takes changes back, :mod:`.queue` says where to look
first, :mod:`.agreement` compares two reviewers, :mod:`.adjudication` settles what they differ in,
:mod:`.people` says who may do what, :mod:`.carry` keeps decisions when texts change,
and :mod:`.desk` binds them to the store.
"""

from .adjudication import settle, settled_by
from .agreement import Agreement, Difference, agreement, reviewers
from .keys import COMMANDS, Command
from .permissions import ROLES, Permission, Presence, Role, permission
from .queue import Filter, Progress, chosen, expected_share, progress, risk, worst_first
from .session import ACTIONS, Aligner, Desk, Done, Request
from .state import Change, Refused, Sheet
from .transfer import Carried, Placed, carry, keep_cuts, placed
from .transfer.anchors import Frame, Spaces

__all__ = [
    "ACTIONS",
    "COMMANDS",
    "ROLES",
    "Agreement",
    "Aligner",
    "Carried",
    "Change",
    "Command",
    "Desk",
    "Difference",
    "Done",
    "Filter",
    "Frame",
    "Permission",
    "Placed",
    "Presence",
    "Progress",
    "Refused",
    "Request",
    "Role",
    "Sheet",
    "Spaces",
    "agreement",
    "carry",
    "chosen",
    "expected_share",
    "keep_cuts",
    "permission",
    "placed",
    "progress",
    "reviewers",
    "risk",
    "settle",
    "settled_by",
    "worst_first",
]
