"""Exports with their data cards, and imports.

If something cannot be read or written, :exc:`FormatError` names the file and the line in it.
"""
