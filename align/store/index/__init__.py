"""Indexes derived from the corpus: full text and vectors. Safe to delete."""
