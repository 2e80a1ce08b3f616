"""Add the log of changed facts and settled conflicts."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create the table ``briefing_change``."""
    op.create_table(
        "briefing_change",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("briefing_id", sa.String(40), nullable=False),
        sa.Column("reviewer", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(24), nullable=False),
        sa.Column("before", sa.JSON, nullable=False),
        sa.Column("after", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_briefing_change"),
        sa.ForeignKeyConstraint(
            ["briefing_id"],
            ["briefing.id"],
            name="fk_briefing_change_briefing_id_briefing",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_briefing_change_briefing_id", "briefing_change", ["briefing_id"])
