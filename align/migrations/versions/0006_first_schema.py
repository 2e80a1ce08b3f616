"""First schema. Numbers 0001 to 0005 belong to versions before the first release.

New corpora are made from :mod:`align.store.schema`; migrations carry older ones over. A corpus of
before may have a table ``presence``, which nobody reads.
"""

revision = "0006"
down_revision = None


def upgrade() -> None:
    """Change nothing: no corpus is older."""
