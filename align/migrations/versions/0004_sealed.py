"""Two people review a briefing independently: their verdicts lie apart until both are done."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.create_table(
        "seal",
        sa.Column("briefing_id", sa.String(length=40), nullable=False),
        sa.Column("first", sa.Text(), nullable=False),
        sa.Column("second", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["briefing_id"],
            ["briefing.id"],
            name=op.f("fk_seal_briefing_id_briefing"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("briefing_id", name=op.f("pk_seal")),
    )
    op.create_table(
        "sealed_verdict",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("op", sa.String(length=64), nullable=False),
        sa.Column("briefing_id", sa.String(length=40), nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["briefing_id"],
            ["briefing.id"],
            name=op.f("fk_sealed_verdict_briefing_id_briefing"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_sealed_verdict")),
        sa.UniqueConstraint("op", name=op.f("uq_sealed_verdict_op")),
    )
    with op.batch_alter_table("sealed_verdict", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sealed_verdict_briefing_id_sealed_verdict_reviewer_sealed_verdict_seq"),
            ["briefing_id", "reviewer", "seq"],
            unique=False,
        )


def downgrade() -> None:
    """Take the schema back to the revision before."""
    for name in ("sealed_verdict", "seal"):
        op.drop_table(name)
