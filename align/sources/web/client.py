"""The HTTP client: one request, with a deadline, to checked IP addresses only.

The only module that uses httpx; it maps its errors to :exc:`FetchError`. The fetcher handles
redirects, robots.txt and retries.
"""

import datetime as dt
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import httpcore
import httpx

from ...errors import N_, FetchError, Message
from ...records import Page
from .address_guard import FetchSettings, Resolve, check_address
from .page_checks import find_header
from .urls import join_host, split_url

_MAX_ADDRESSES = 4  # IP addresses per host that are tried one after the other
# httpx decompresses 64 KiB at a time, which these encodings enlarge by at most 1000 times.
_ENCODINGS = ("", "identity", "gzip", "deflate")


class TransientError(FetchError):
    """A temporary failure; the same request can be retried."""

    code = "page.unavailable"

    def __init__(
        self, template: str, /, *, retry_after: float | None = None, **values: object
    ) -> None:
        super().__init__(template, **values)
        self.retry_after = retry_after


_TRANSIENT = {
    httpx.TimeoutException: Message(N_("the server did not respond in time")),
    httpx.RemoteProtocolError: Message(
        N_("the server cut off its response or does not follow HTTP")
    ),
    httpx.NetworkError: Message(N_("the server cannot be reached, or dropped the connection")),
}
CLIENT_ERRORS = (
    httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, httpx.CookieConflict, UnicodeError,
)  # fmt: skip
"""All errors that the client raises; a test compares them with those that httpx defines."""


class HttpClient:
    """Connections to web servers, one at a time."""

    def __init__(
        self,
        settings: FetchSettings,
        *,
        resolver: Resolve,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._backend = GuardedBackend(settings, resolver, clock)
        self._client = httpx.Client(
            transport=_GuardedTransport(self._backend),
            timeout=settings.timeout,
            follow_redirects=False,
            trust_env=False,  # a proxy would resolve names without our check
            headers={
                "User-Agent": settings.user_agent,
                "Accept": "text/html,application/xhtml+xml,*/*;q=0.5",
                "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8",
                "Accept-Encoding": "gzip, deflate",
            },
        )

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def ask(self, url: str) -> Page:
        """Send one GET and read the whole answer."""
        self._backend.start_deadline(self._settings.deadline)
        try:
            with self._client.stream("GET", url) as response:
                return self._read(url, response)
        except CLIENT_ERRORS as error:
            raise map_error(error, url) from error
        finally:
            self._client.cookies.clear()  # so that servers cannot link two visits

    def _read(self, url: str, response: httpx.Response) -> Page:
        headers = tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in response.headers.raw)
        encoding = response.headers.get("content-encoding", "").strip().lower()
        if encoding not in _ENCODINGS:
            raise FetchError(
                N_("{url}: sent with the encoding {encoding!r}, which was not requested"),
                url=url,
                encoding=encoding[:40],
            )
        limit, body = self._settings.max_bytes, bytearray()
        too_large = FetchError(
            N_("{url}: more than the limit of {limit:,} bytes"), url=url, limit=limit
        )
        declared = find_header(headers, "content-length")
        if declared.isdecimal() and int(declared) > limit:
            raise too_large
        for piece in response.iter_bytes():
            self._backend.limit_step(None)
            body += piece
            # A packed answer may go on after its end; what follows counts, too.
            if max(len(body), response.num_bytes_downloaded) > limit:
                raise too_large
        if is_cut_off(response):
            raise httpx.RemoteProtocolError("its compressed data has no end")
        now = dt.datetime.now(dt.UTC)
        return Page(url, url, response.status_code, headers, now, bytes(body))


def is_cut_off(response: httpx.Response) -> bool:
    """Return whether the compressed body of a response that was read ended too early.

    httpx does not tell; if nothing else gives the length, half a page would count as a whole one.
    """
    unpacking = getattr(response._get_content_decoder(), "decompressor", None)
    return unpacking is not None and response.num_bytes_downloaded > 0 and not unpacking.eof


def map_error(error: Exception, url: str) -> FetchError:
    """Return our error for an error of the client, in plain words."""
    host = split_url(url).hostname or url
    detail = str(error).strip()[:200] or type(error).__name__
    if error.args and isinstance(error.args[0], Message):  # one of ours
        detail = error.args[0]
    if "CERTIFICATE_VERIFY_FAILED" in detail or isinstance(error.__cause__, ssl.SSLError):
        return FetchError(
            N_(
                "{url}: {host} has no valid certificate ({detail}); if the host is known to "
                "serve the page over plain http, add it to the setting http_hosts"
            ),
            url=url,
            host=host,
            detail=detail,
        )
    for kind, words in _TRANSIENT.items():
        if isinstance(error, kind):
            return TransientError(
                N_("{url}: {reason} ({detail})"), url=url, reason=words, detail=detail
            )
    return FetchError(N_("{url}: could not be read ({detail})"), url=url, detail=detail)


class _GuardedTransport(httpx.HTTPTransport):
    """The transport of httpx, over a pool of httpcore that connects with the guarded backend.

    httpx has no public parameter for a network backend, so this replaces its private ``_pool``;
    ``tests/sources/web/test_client_transport.py`` checks that it exists and is used. Host header,
    certificate check and SNI still use the host name.
    """

    def __init__(self, backend: "GuardedBackend") -> None:
        certificates = httpx.create_ssl_context()
        super().__init__(verify=certificates)
        self._pool.close()
        self._pool = httpcore.ConnectionPool(
            ssl_context=certificates,
            max_connections=1,
            keepalive_expiry=30.0,
            network_backend=backend,
        )


class GuardedBackend(httpcore.NetworkBackend):
    """Opens sockets to checked IP addresses only, and ends every step at the deadline."""

    def __init__(
        self,
        settings: FetchSettings,
        resolver: Resolve,
        clock: Callable[[], float],
        inner: httpcore.NetworkBackend | None = None,
    ) -> None:
        self._settings = settings
        self._resolver = resolver
        self._clock = clock
        self._inner = inner or httpcore.SyncBackend()
        self._end = 0.0

    def start_deadline(self, seconds: float) -> None:
        """Start the time limit of a request, in seconds."""
        self._end = self._clock() + seconds

    def limit_step(self, timeout: float | None) -> float:
        """Return the seconds that the next step may take; raise if the time is over."""
        left = self._end - self._clock()
        if left <= 0:
            raise httpx.ReadTimeout(
                Message(N_("more than {deadline:g} s in total"), deadline=self._settings.deadline)
            )
        return left if timeout is None else min(timeout, left)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve the host, check its IP addresses, connect to the first that answers."""
        problem: Exception = httpcore.ConnectError("no address")
        for address in self._resolve(host, port)[:_MAX_ADDRESSES]:
            try:
                stream = self._inner.connect_tcp(
                    address, port, self.limit_step(timeout), local_address, socket_options
                )
                return _TimedStream(stream, self.limit_step)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
        raise problem

    def _resolve(self, host: str, port: int) -> Sequence[str]:
        try:
            addresses = self._resolver(host, port)
        except (OSError, UnicodeError) as error:
            busy = isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN
            kind = TransientError if busy else FetchError
            raise kind(
                N_("{host}: unknown host; check the URL and the connection"), host=host
            ) from error
        if not self._settings.may_be_private(join_host(host, port)):
            for address in addresses:
                check_address(host, address)
        return addresses


class _TimedStream(httpcore.NetworkStream):
    """A connection whose reads end at the deadline of the request."""

    def __init__(
        self, inner: httpcore.NetworkStream, limit: Callable[[float | None], float]
    ) -> None:
        self._inner, self._limit = inner, limit
        # A request is one small write, which needs no time limit.
        self.write, self.close = inner.write, inner.close  # type: ignore[method-assign]
        self.get_extra_info = inner.get_extra_info  # type: ignore[method-assign]

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return the bytes that have arrived, at most ``max_bytes``."""
        return self._inner.read(max_bytes, self._limit(timeout))

    def start_tls(self, *args: Any, **options: Any) -> httpcore.NetworkStream:
        """Start encryption; the certificate is checked for the host name, not the IP address."""
        return _TimedStream(self._inner.start_tls(*args, **options), self._limit)
