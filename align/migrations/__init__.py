"""Alembic migrations: how a corpus made by an older version becomes one of this version."""
