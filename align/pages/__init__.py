"""Saved pages and archives."""
