"""The network door: an address in, a page out, politely, within limits, or a plain error.

Importing this package loads no network client; opening a :class:`Fetcher` does.
"""

from .address_guard import resolve
from .fetch_settings import HTTP_HOSTS, FetchSettings
from .fetcher import Fetcher

__all__ = ["HTTP_HOSTS", "FetchSettings", "Fetcher", "resolve"]
