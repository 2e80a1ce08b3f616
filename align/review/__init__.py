"""Review: everything that a reviewer can do to an alignment, without a page.

:mod:`.moves` changes rows, :mod:`.history` takes changes back, :mod:`.queue` says where to look
first, :mod:`.agreement` compares two reviewers, :mod:`.adjudication` settles what they differ in,
:mod:`.people` says who may do what, :mod:`.carry` keeps decisions when texts change,
and :mod:`.session` binds them to the store.
"""

from .adjudication import find_settlement, settle
from .agreement import Agreement, Difference, list_reviewers, measure_agreement
from .keys import COMMANDS, Command
from .permissions import ROLES, Permission, Presence, Role, permission
from .queue import (
    Progress,
    RowFilter,
    count_progress,
    expected_share,
    filter_rows,
    risk,
    worst_first,
)
from .session import ACTIONS, Aligner, Request, RequestResult, ReviewSession
from .state import Edit, InvalidEditError, ReviewState
from .transfer import (
    PlacedDecisions,
    TransferResult,
    assign_rows,
    keep_reviewed_segmentation,
    transfer_decisions,
)
from .transfer.anchors import AlignmentGaps, Anchors

__all__ = [
    "ACTIONS",
    "COMMANDS",
    "ROLES",
    "Agreement",
    "Aligner",
    "AlignmentGaps",
    "Anchors",
    "Command",
    "Difference",
    "Edit",
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
    "assign_rows",
    "count_progress",
    "expected_share",
    "filter_rows",
    "find_settlement",
    "keep_reviewed_segmentation",
    "list_reviewers",
    "measure_agreement",
    "permission",
    "risk",
    "settle",
    "transfer_decisions",
    "worst_first",
]
