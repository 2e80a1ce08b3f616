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
from .queue import Progress, RowFilter, chosen, expected_share, progress, risk, worst_first
from .session import ACTIONS, Aligner, Request, RequestResult, ReviewSession
from .state import Edit, InvalidEditError, ReviewState
from .transfer import PlacedDecisions, TransferResult, carry, keep_cuts, placed
from .transfer.anchors import Anchors, FreeSpaces

__all__ = [
    "ACTIONS",
    "COMMANDS",
    "ROLES",
    "Agreement",
    "Aligner",
    "Anchors",
    "Command",
    "Difference",
    "Edit",
    "FreeSpaces",
    "InvalidEditError",
    "Permission",
    "PlacedDecisions",
    "Presence",
    "Progress",
    "Request",
    "RequestResult",
    "ReviewSession",
    "ReviewState",
    "Role",
    "RowFilter",
    "TransferResult",
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
