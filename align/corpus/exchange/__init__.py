"""Out and in: exports with their data cards, and imports.

What cannot be read or written raises :exc:`FormatError`, whose line names the file and its line.
"""
