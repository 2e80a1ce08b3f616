"""Pages that are at hand already: archives and saved files in, pages out, and back.

``Capture`` is the second door: the same ``get`` as ``fetch.Fetcher``, without a network.
"""

from .capture import Capture
from .saved import find_saved_address, read_saved
from .warc import read_warc, write_warc

__all__ = ["Capture", "find_saved_address", "read_saved", "read_warc", "write_warc"]
