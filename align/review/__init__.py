"""Review: what a reviewer can do to an alignment, without a page.

``session`` binds everything to the store. ``requests`` finds the operation for a request:
``operations`` change rows and sentences, ``realign`` asks the aligner, ``history`` undoes and
restores. ``queue`` orders rows by doubt. ``agreement``, ``double_review`` and ``adjudication`` are
for two reviewers and a third person, ``permissions`` for roles. ``transfer`` keeps decisions when
a text changes.
"""

from .adjudication import find_settlement, settle
from .agreement import Agreement, Difference, list_reviewers, measure_agreement
from .keys import COMMANDS, Command
from .permissions import ROLES, Permission, Presence, Role, read_permission
from .queue import (
    Progress,
    RowFilter,
    count_progress,
    expected_share,
    filter_rows,
    risk,
    worst_first,
)
from .realign import Aligner
from .requests import ACTIONS, Request, ReviewContext
from .session import RequestResult, ReviewSession
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
    "ReviewContext",
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
    "read_permission",
    "risk",
    "settle",
    "transfer_decisions",
    "worst_first",
]
