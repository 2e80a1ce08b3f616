"""Add the row of the table that a sentence is in, so that realigning respects it."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Create the column ``sentence.table_row``, empty."""
    op.add_column("sentence", sa.Column("table_row", sa.JSON))
