"""Alembic environment: migrations run on the connection that the store passes."""

from alembic import context

from align.corpus.store.schema import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
