"""What the user said of a briefing, and an index of beads from which they are counted."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and change the index; nothing was said of the briefings that are there."""
    column = sa.Column("facts", sa.JSON, nullable=False, server_default="{}")
    op.add_column("briefing", column)
    op.drop_index("ix_bead_status", "bead")
    columns = ["briefing_id", "status", "probability", "kind"]
    op.create_index("ix_bead_counts", "bead", columns)
