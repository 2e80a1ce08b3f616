"""Which addresses may be fetched: schemes, ports, names and the IP addresses behind them.

A name is resolved here, every address behind it is checked, and the connection goes to a checked
address and nowhere else, so a name server that changes its answer in between changes nothing.
"""

import ipaddress
import socket
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from ..errors import FetchError, MovedError
from .fetch_settings import FetchSettings
from .urls import get_host, split_url

Resolve = Callable[[str, int], Sequence[str]]
"""Returns the IP addresses of a host and port; raises :exc:`OSError` for an unknown name."""

_MAX_URL = 2048
_OPENED_BY = "--allow-private opens the hosts of addresses that you name"
_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})

# Written out, because what Python calls private has changed between its versions.
_CLOSED = tuple(
    (ipaddress.ip_network(network), kind)
    for kind, networks in {
        "an unspecified": "0.0.0.0/8 ::/128",
        "a private": "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 64:ff9b:1::/48 fc00::/7 fec0::/10",
        "a carrier's internal": "100.64.0.0/10",
        "a loopback": "127.0.0.0/8 ::1/128",
        "a cloud metadata": "168.63.129.16/32",
        "a link-local or metadata": "169.254.0.0/16",
        "a link-local": "fe80::/10",
        "a reserved": "192.0.0.0/24 240.0.0.0/4 2001::/23 5f00::/16",
        "a documentation": "192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 2001:db8::/32 3fff::/20",
        "a relay": "192.88.99.0/24",
        "a test network": "198.18.0.0/15",
        "a multicast": "224.0.0.0/4 ff00::/8",
        "a discard": "100::/64",
    }.items()
    for network in networks.split()
)
# IPv6 addresses that carry an IPv4 address: the inner one decides.
_CARRIERS = (
    (ipaddress.IPv6Network("::ffff:0:0/96"), 0),  # mapped
    (ipaddress.IPv6Network("::ffff:0:0:0/96"), 0),  # translated
    (ipaddress.IPv6Network("::/96"), 0),  # compatible
    (ipaddress.IPv6Network("64:ff9b::/96"), 0),  # NAT64
    (ipaddress.IPv6Network("2002::/16"), 80),  # 6to4 puts it right behind the prefix
)


def check_url(url: str, settings: FetchSettings, *, redirected: bool = False) -> str:
    """Return the address to ask for: cleaned, with http or https as its host needs it.

    :param redirected: the host itself named this address, so its https is used.
    :raises FetchError: when it is no web address that may be fetched.
    """
    cleaned = url.strip()
    if len(cleaned) > _MAX_URL:
        raise FetchError(f"{cleaned[:80]}…: the address is longer than {_MAX_URL} characters")
    try:
        parts = split_url(cleaned)
    except ValueError as error:
        raise FetchError(f"{cleaned}: not a web address ({error})") from error
    if parts.scheme.lower() not in ("http", "https"):
        raise FetchError(f"{cleaned}: only http and https addresses can be fetched")
    if not parts.hostname or any(c in cleaned for c in "\\\t\r\n\x00 ") or "@" in parts.netloc:
        raise FetchError(f"{cleaned}: not a plain web address of the form http://host/path")
    if parts.port not in (None, 80, 443) and not settings.may_be_private(get_host(cleaned)):
        raise FetchError(
            f"{cleaned}: port {parts.port} is not one of a public web site (80, 443); {_OPENED_BY}"
        )
    scheme = parts.scheme.lower()
    if not (scheme == "https" and redirected):
        scheme = _scheme(scheme, get_host(cleaned), settings)
    netloc = parts.netloc.removesuffix(":80").removesuffix(":443")
    return parts._replace(scheme=scheme, netloc=netloc, fragment="").geturl()


def _scheme(scheme: str, host: str, settings: FetchSettings) -> str:
    """Return http for the hosts named for it, https for others; as given when all is open."""
    if host in settings.http_hosts:
        return "http"
    return scheme if settings.may_be_private(host) else "https"


def check_redirect(source: str, target: str) -> None:
    """Raise :exc:`MovedError` for a redirect to another host."""
    if get_host(source) != get_host(target):
        raise MovedError(
            f"{source}: leads to another host, {get_host(target) or 'none'}; if that is where the "
            f"page lives now, add this address instead: {target[:300]}",
            target,
        )


def is_loopback(url: str) -> bool:
    """Return whether an address names this machine literally."""
    return (split_url(url).hostname or "") in _LOOPBACK_NAMES


def resolve(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host, as the system knows them."""
    entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in entries))


def resolve_checked(
    host: str, port: int, *, resolver: Resolve, seconds: float, allow_private: bool
) -> Sequence[str]:
    """Return the IP addresses of a host.

    :raises FetchError: when one of them is not public.
    :raises TimeoutError: when the resolver needs more than so many seconds.
    """
    addresses = _resolve_in_time(resolver, host, port, seconds)
    if not addresses:
        raise OSError(f"no address for {host}")
    for address in addresses:
        kind = describe_closed_range(address)
        if kind and not allow_private:
            where = "this" if address == host else f"it leads to {address}, which"
            raise FetchError(
                f"{host}: {where} is {kind} address, not one of a public web site; {_OPENED_BY}"
            )
    return addresses


def _resolve_in_time(resolver: Resolve, host: str, port: int, seconds: float) -> Sequence[str]:
    # The system's own look-up cannot be stopped: it goes on in a daemon thread.
    answer: Future[Sequence[str]] = Future()

    def look_up() -> None:
        try:
            answer.set_result(resolver(host, port))
        except BaseException as error:  # noqa: BLE001 # handed over to whoever waits
            answer.set_exception(error)

    threading.Thread(target=look_up, name=f"look up {host}", daemon=True).start()
    return answer.result(seconds)


def describe_closed_range(address: str) -> str:
    """Return which closed range an IP address lies in; "" for a public one.

    >>> describe_closed_range("::ffff:169.254.169.254")
    'a link-local or metadata'
    >>> describe_closed_range("8.8.8.8")
    ''
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "an unreadable"
    for network, kind in _CLOSED:
        if ip.version == network.version and ip in network:
            return kind
    if isinstance(ip, ipaddress.IPv6Address):
        for carrier, shift in _CARRIERS:
            if ip in carrier:
                inner = ipaddress.IPv4Address((int(ip) >> shift) & 0xFFFFFFFF)
                return describe_closed_range(str(inner))
    return ""
