"""Ingest: from what the user names to pairs of documents."""
