"""What the user said of a briefing: title, date, source, licence; and the names of its files."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nothing was said of the briefings that are there."""
    column = sa.Column("facts", sa.JSON, nullable=False, server_default="{}")
    op.add_column("briefing", column)
