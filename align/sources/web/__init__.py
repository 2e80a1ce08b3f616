"""Pages from the network, captures and saved files: fetched politely, checked, decoded.

What cannot be fetched raises :exc:`FetchError`, a file that breaks its format :exc:`FormatError`.
"""
