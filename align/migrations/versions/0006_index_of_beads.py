"""An index of beads from which the list of briefings and the figures of a corpus are counted."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Count beads by briefing and status without reading their texts."""
    op.drop_index("ix_bead_status", "bead")
    columns = ["briefing_id", "status", "probability", "kind"]
    op.create_index("ix_bead_counts", "bead", columns)
