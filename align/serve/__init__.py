"""Interfaces for other programs, read-only: the translation memory over HTTP, and MCP."""
