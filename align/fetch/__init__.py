"""The network door: an address in, a page out, politely, within limits, or a plain error.

Importing this package loads no network client; opening a :class:`Fetcher` does.
"""

from .fetcher import Fetcher
from .guard import resolve
from .settings import HTTP_HOSTS, FetchSettings

__all__ = ["HTTP_HOSTS", "FetchSettings", "Fetcher", "resolve"]
