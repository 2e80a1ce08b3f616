"""Review: what a reviewer can do to an alignment, without a page.

``session`` binds everything to the store. ``requests`` finds the operation for a request:
``operations`` change rows and sentences, ``realign`` asks the aligner, ``history`` undoes and
restores. ``queue`` orders rows by doubt. ``double_review`` is for two reviewers and a third person,
``permissions`` for roles. ``transfer`` keeps decisions when
a text changes.
"""

from .double_review import Difference, find_settlement, measure_agreement
from .permissions import ROLES, Permission, Presence, read_permission
from .queue import RowFilter, expected_share, filter_rows, risk, worst_first
from .realign import Aligner
from .requests import ACTIONS, Request, ReviewContext
from .session import ReviewSession, settle
from .state import Edit, InvalidEditError, ReviewState
from .transfer import (
    Anchors,
    TransferResult,
    assign_rows,
    keep_reviewed_segmentation,
    transfer_decisions,
)

__all__ = [
    "ACTIONS",
    "ROLES",
    "Aligner",
    "Anchors",
    "Difference",
    "Edit",
    "InvalidEditError",
    "Permission",
    "Presence",
    "Request",
    "ReviewContext",
    "ReviewSession",
    "ReviewState",
    "RowFilter",
    "TransferResult",
    "assign_rows",
    "expected_share",
    "filter_rows",
    "find_settlement",
    "keep_reviewed_segmentation",
    "measure_agreement",
    "read_permission",
    "risk",
    "settle",
    "transfer_decisions",
    "worst_first",
]
