"""Pages from archives and saved files instead of the network, and archives written."""

from .capture import Capture
from .saved import find_saved_address, read_saved, walk_files
from .warc import read_warc, write_warc

__all__ = [
    "Capture",
    "find_saved_address",
    "read_saved",
    "read_warc",
    "walk_files",
    "write_warc",
]
