"""Limits of the fetcher, and the URLs it may fetch: schemes, ports, names, IP addresses.

This package resolves a host name itself, checks every IP address, and connects only to a checked
address. A name server that changes its answer in between therefore has no effect.
"""

import ipaddress
import re
import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from ...errors import N_, FetchError, Message, MovedError
from ...settings import Settings
from .urls import MAX_LENGTH, get_host, is_web_address, split_url

# Hosts that only work with http, because they have no valid certificate or their https does not
# serve the pages (sources in docs/explanation/fetching.md). Certificate checks are never disabled.
HTTP_HOSTS = (
    "english.scio.gov.cn",
    "www.scio.gov.cn",
    "www.mod.gov.cn",
    "eng.mod.gov.cn",
    "www.china.com.cn",
    "news.china.com.cn",
)

# Least seconds between two requests to a host without robots.txt, as other crawlers use.
_LEAST_DELAYS = {"www.mod.gov.cn": 6.0, "eng.mod.gov.cn": 6.0}
_DEFAULTS = Settings()
PRODUCT = "briefing-align"  # the name to use in robots.txt to keep this tool out


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchSettings:
    """Limits of fetching; times in seconds, sizes in decompressed bytes."""

    timeout: float = _DEFAULTS.timeout  # for one step: connecting, or one read
    deadline: float = _DEFAULTS.deadline  # for one whole answer
    delay: float = _DEFAULTS.delay
    max_wait: float = 120.0
    max_bytes: int = _DEFAULTS.max_bytes
    max_pages: int = 1000
    max_redirects: int = 5
    retries: int = int(_DEFAULTS.retries)
    contact: str = ""
    allow_private: bool = False  # loopback and private networks, any port, and http
    private_hosts: frozenset[str] | None = None  # private hosts with ports; ``None`` allows all
    http_hosts: tuple[str, ...] = HTTP_HOSTS

    def __post_init__(self) -> None:
        """Raise for a contact that no header can contain; ``Settings`` checks the numbers."""
        if not re.fullmatch(r"[\x20-\x7e]*", self.contact):
            raise FetchError(N_("setting contact: only plain ASCII on one line can be sent"))

    @classmethod
    def from_settings(cls, chosen: Settings, named: Iterable[str] = ()) -> Self:
        """Return the limits that a user has set, with the user's http hosts added.

        :param named: URLs that the user named, whose hosts may be private.
        """
        http_hosts = (name.strip().lower() for name in chosen.http_hosts.split(","))
        same = ("timeout", "deadline", "delay", "max_bytes", "contact", "allow_private")
        return cls(
            **{name: getattr(chosen, name) for name in same},
            retries=int(chosen.retries),
            private_hosts=frozenset(map(get_host, filter(is_web_address, named))),
            http_hosts=(*HTTP_HOSTS, *filter(None, http_hosts)),
        )

    def may_be_private(self, host: str) -> bool:
        """Return whether a host, with its port, may be inside the user's network."""
        return self.allow_private and (self.private_hosts is None or host in self.private_hosts)

    def delay_for(self, host: str) -> float:
        """Return the seconds between two requests to a host, without its robots.txt."""
        return max(self.delay, _LEAST_DELAYS.get(host, 0.0))

    @property
    def user_agent(self) -> str:
        """The name that servers see."""
        from ... import __version__

        contact = f" (+{self.contact})" if self.contact else ""
        return f"{PRODUCT}/{__version__}{contact}"


# Returns the IP addresses of a host and port; raises :exc:`OSError` for an unknown name.
Resolve = Callable[[str, int], Sequence[str]]

_OPENED_BY = Message(N_("--allow-private allows the hosts of URLs that you name"))
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})

# The metadata service of Azure, outside the private ranges; the IPv6 prefix of IPv4 addresses.
_AZURE = ipaddress.ip_address("168.63.129.16")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# Special ranges that Python 3.11 takes for public: service continuity and the relays of 6to4 (the
# registry of IANA lists both), the addresses of protocols, and those for documentation (RFC 9637).
_SPECIAL = tuple(
    map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20", "5f00::/16"))
)


def check_url(url: str, settings: FetchSettings, *, redirected: bool = False) -> str:
    """Return the URL to fetch, with the scheme that its host needs.

    :param redirected: whether a server redirected to this URL; https is then kept.
    :raises FetchError: if the URL is invalid or not allowed.
    """
    cleaned = url.strip()
    if len(cleaned) > MAX_LENGTH:
        raise FetchError(
            N_("{cleaned}…: the URL is longer than {max_length} characters"),
            cleaned=cleaned[:80],
            max_length=MAX_LENGTH,
        )
    try:
        parts = split_url(cleaned)
    except ValueError as error:
        raise FetchError(
            N_("{cleaned}: not a URL ({error})"), cleaned=cleaned, error=error
        ) from error
    if parts.scheme.lower() not in ("http", "https"):
        raise FetchError(N_("{cleaned}: only http and https URLs can be fetched"), cleaned=cleaned)
    if not parts.hostname or any(c in cleaned for c in "\\\t\r\n\x00 ") or "@" in parts.netloc:
        raise FetchError(
            N_("{cleaned}: not a plain URL of the form http://host/path"), cleaned=cleaned
        )
    if parts.port not in (None, 80, 443) and not settings.may_be_private(get_host(cleaned)):
        raise FetchError(
            N_("{cleaned}: port {port} is not a port of a public web site (80, 443); {opened_by}"),
            cleaned=cleaned,
            port=parts.port,
            opened_by=_OPENED_BY,
        )
    scheme, host = parts.scheme.lower(), get_host(cleaned)
    if host in settings.http_hosts and not (scheme == "https" and redirected):
        scheme = "http"
    elif not settings.may_be_private(host):
        scheme = "https"
    netloc = parts.netloc.removesuffix(":80").removesuffix(":443")
    return parts._replace(scheme=scheme, netloc=netloc, fragment="").geturl()


def check_redirect(source: str, target: str) -> None:
    """Raise :exc:`MovedError` for a redirect to another host."""
    if get_host(source) != get_host(target):
        raise MovedError(
            N_(
                "{source}: redirects to another host, {host}; if the page has moved there, add "
                "this URL instead: {address}"
            ),
            source=source,
            host=get_host(target) or Message(N_("none")),
            address=target[:300],
            target=target,
        )


def resolve(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host from the system's resolver."""
    entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in entries))


def check_address(host: str, address: str) -> None:
    """Raise :exc:`FetchError` if an IP address of a host is not public."""
    if not is_public(address):
        where = Message(N_("this"))
        if address != host:
            where = Message(N_("it resolves to {address}, which"), address=address)
        raise FetchError(
            N_("{host}: {where} is not on a public web site; {opened_by}"),
            host=host,
            where=where,
            opened_by=_OPENED_BY,
        )


def is_public(address: str) -> bool:
    """Return whether an IP address is public; for IPv6, check an IPv4 address inside it.

    >>> is_public("::ffff:169.254.169.254"), is_public("8.8.8.8")
    (False, True)
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.is_site_local:
            return False
        carried = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None
        ip = ip.ipv4_mapped or ip.sixtofour or carried or ip
    special = ip.is_multicast or ip.is_reserved or any(ip in network for network in _SPECIAL)
    return ip.is_global and not special and ip != _AZURE
