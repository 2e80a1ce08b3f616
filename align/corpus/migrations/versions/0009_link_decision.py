"""Add the links between words that people confirmed or rejected."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create the table ``link_decision``."""
    op.create_table(
        "link_decision",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("briefing_id", sa.String(40), nullable=False),
        sa.Column("bead", sa.String(32), nullable=False),
        sa.Column("zh_start", sa.Integer, nullable=False),
        sa.Column("zh_end", sa.Integer, nullable=False),
        sa.Column("en_start", sa.Integer, nullable=False),
        sa.Column("en_end", sa.Integer, nullable=False),
        sa.Column("zh", sa.Text, nullable=False),
        sa.Column("en", sa.Text, nullable=False),
        sa.Column("verdict", sa.String(10), nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_link_decision"),
        sa.ForeignKeyConstraint(
            ["briefing_id"],
            ["briefing.id"],
            name="fk_link_decision_briefing_id_briefing",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_link_decision_briefing_id", "link_decision", ["briefing_id"])
