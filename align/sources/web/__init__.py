"""Pages from the network, captures and saved files: fetched politely, checked, decoded.

A page that cannot be fetched raises :exc:`FetchError`, an invalid file :exc:`FormatError`.
"""
