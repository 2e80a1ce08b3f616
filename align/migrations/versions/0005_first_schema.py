"""First schema. Numbers 0001 to 0004 belong to versions before the first release.

New corpora are made from :mod:`align.store.schema`; migrations carry older ones over.
"""

revision = "0005"
down_revision = None


def upgrade() -> None:
    """Change nothing: no corpus is older."""
