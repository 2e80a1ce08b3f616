"""First schema. Numbers 0001 to 0005 belong to versions before the first release.

New corpora are created from :mod:`align.corpus.store.schema`; migrations upgrade older ones. An
older corpus may have an unused table ``presence``.
"""

revision = "0006"
down_revision = None


def upgrade() -> None:
    """Change nothing: no corpus is older."""
