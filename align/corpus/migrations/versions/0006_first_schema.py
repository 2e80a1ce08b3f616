"""First schema. Numbers 0001 to 0005 belong to versions before the first release.

New corpora are made from :mod:`align.corpus.store.schema`; migrations carry older ones over. An
older corpus may have a table ``presence``, which nobody reads.
"""

revision = "0006"
down_revision = None


def upgrade() -> None:
    """Change nothing: no corpus is older."""
