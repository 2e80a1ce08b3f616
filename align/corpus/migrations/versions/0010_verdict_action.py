"""Add an index over the actions of verdicts, so that notes are counted without reading the log."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Create the index on ``verdict``."""
    op.create_index("ix_verdict_action_briefing_id", "verdict", ["action", "briefing_id"])
