"""Limits of connections for the servers of this package: how many, and how long each may wait.

A client that sends half a request, or nothing, occupies a connection and a file. It is disconnected
after some seconds; if all connections are in use, those that have waited longest make room.
"""

import asyncio
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from operator import itemgetter
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEADER_SECONDS = 10.0
"""Seconds in which the head of a request must arrive."""

BODY_SECONDS = 30.0
"""Seconds in which the next bytes of the body of a request must arrive."""

_FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nConnection: close\r\n"
    b"Retry-After: 5\r\nContent-Length: 21\r\n\r\ntoo many connections\n"
)


BACKLOG = 256
"""Connections that wait in the system; asyncio accepts this many before it reads any of them."""

_FILES = 8_192  # files that a server may open, if the system allows
_ROOM = 10  # when all connections are in use, one of this many waiting ones is closed


def raise_file_limit() -> None:
    """Raise the number of files that this process may open; systems start with 256 or 1,024."""
    if sys.platform != "win32":
        with suppress(ImportError, OSError, ValueError):
            import resource

            soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
            most = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
            if soft < most:
                resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    most_connections.cache_clear()


@cache
def most_connections() -> int:
    """Return how many connections a server may have: half of the files that it may open."""
    if sys.platform != "win32":
        with suppress(ImportError):
            import resource

            soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
            return min(_FILES if soft == resource.RLIM_INFINITY else soft, _FILES) // 2
    return _FILES // 16  # select() of Windows


def make_room(connections: Iterable[Any]) -> bool:
    """Close the connections that have waited longest for a request; return whether any waited.

    New connections are closed last, since their requests have not been read.
    """
    waiting: list[tuple[float, LimitedProtocol]] = []
    for one in connections:
        if isinstance(one, LimitedProtocol) and one.waits_since is not None:
            waiting.append((one.waits_since, one))
    waiting.sort(key=itemgetter(0))
    for _since, one in waiting[: max(1, len(waiting) // _ROOM)]:
        one.disconnect()
    return bool(waiting)


class LimitedProtocol(H11Protocol):
    """The HTTP protocol of uvicorn with the limits above; an accepted websocket has none."""

    most = staticmethod(most_connections)
    header_seconds = HEADER_SECONDS
    body_seconds = BODY_SECONDS

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Take a connection, or refuse it if all others are answering requests."""
        if len(self.connections) >= self.most() and not make_room(self.connections):
            self.transport = transport
            transport.write(_FULL)
            transport.close()
            return
        super().connection_made(transport)
        self._since = time.monotonic()
        self._timer = self.loop.call_later(self.header_seconds, self._check)

    def data_received(self, data: bytes) -> None:
        """Take the next bytes of a request."""
        if self not in self.connections:  # it was refused or has just been closed
            return
        was_body = self.conn.their_state is h11.SEND_BODY
        super().data_received(data)
        if was_body or self.conn.their_state is h11.SEND_BODY:
            self._since = time.monotonic()

    def on_response_complete(self) -> None:
        """Wait for the next request of the connection."""
        super().on_response_complete()
        self._since = time.monotonic()

    @property
    def waits_since(self) -> float | None:
        """When the connection began to wait for a request, or for the rest of its body."""
        if self.conn.their_state in (h11.IDLE, h11.SEND_BODY) and not self.flow.read_paused:
            return self._since
        return None

    def disconnect(self) -> None:
        """Close the connection and free its place."""
        self.connections.discard(self)
        self.transport.abort()

    def _check(self) -> None:
        if self not in self.connections or self.transport.is_closing():
            return
        since = self.waits_since
        is_body = self.conn.their_state is h11.SEND_BODY
        limit = self.body_seconds if is_body else self.header_seconds
        waited = 0.0 if since is None else time.monotonic() - since
        if waited >= limit:
            self.disconnect()
        else:
            self._timer = self.loop.call_later(max(limit - waited, 0.1), self._check)
