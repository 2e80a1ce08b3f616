"""Settings of the fetcher: how politely, how long and how much is fetched."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from ..errors import FetchError
from ..settings import Settings
from .urls import get_host, is_web_address

# Hosts that have no valid certificate, or whose https does not reach the pages, so that http is
# the only way that works (docs/fetching.md says how this is known). Certificate checks are never
# switched off instead: a name here says openly what is given up.
HTTP_HOSTS = (
    "english.scio.gov.cn",
    "www.scio.gov.cn",
    "www.mod.gov.cn",
    "eng.mod.gov.cn",
    "www.china.com.cn",
    "news.china.com.cn",
)

# Seconds that crawlers leave between two requests to a host which has no robots.txt to say so.
_LEAST_DELAYS = {"www.mod.gov.cn": 6.0, "eng.mod.gov.cn": 6.0}

PRODUCT = "briefing-align"
"""The name to use in robots.txt to keep this tool out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchSettings:
    """Limits and manners. Times in seconds, sizes in bytes.

    ``timeout`` is for one step (connecting, one read), ``deadline`` for one answer in all, so a
    server that drips bytes is left too. ``delay`` lies between two requests to a host, and is
    raised to what its robots.txt asks; a host that asks for more than ``max_wait`` is left.
    ``max_bytes`` counts decompressed bytes. ``contact`` goes into the user agent: an address or
    page at which a site can reach you. ``allow_private`` opens loopback and private networks,
    any port, and http; it is for tests, the demo and intranets. ``private_hosts`` limits it to
    some hosts and ports, so that no page leads to others; ``None`` is no limit.
    """

    timeout: float = 20.0
    deadline: float = 120.0
    delay: float = 5.0
    max_wait: float = 120.0
    max_bytes: int = 16 * 1024 * 1024
    max_pages: int = 1000
    max_redirects: int = 5
    retries: int = 3
    contact: str = ""
    allow_private: bool = False
    private_hosts: frozenset[str] | None = None
    http_hosts: tuple[str, ...] = HTTP_HOSTS

    def __post_init__(self) -> None:
        """Raise for a contact that no header can hold; numbers have bounds in ``Settings``."""
        if not re.fullmatch(r"[\x20-\x7e]*", self.contact):
            raise FetchError("setting contact: only plain ASCII on one line can be sent")

    @classmethod
    def from_settings(cls, chosen: Settings, named: Iterable[str] = ()) -> Self:
        """Return what a user set; hosts named there are added to those that are known.

        :param named: the addresses that the user named, whose hosts may be private if any.
        """
        http_hosts = (name.strip().lower() for name in chosen.http_hosts.split(","))
        return cls(
            timeout=chosen.timeout,
            deadline=chosen.deadline,
            delay=chosen.delay,
            max_bytes=chosen.max_bytes,
            retries=int(chosen.retries),
            contact=chosen.contact,
            allow_private=chosen.allow_private,
            private_hosts=frozenset(map(get_host, filter(is_web_address, named))),
            http_hosts=(*HTTP_HOSTS, *filter(None, http_hosts)),
        )

    def may_be_private(self, host: str) -> bool:
        """Return whether a host, with its port, may be inside the user's network."""
        return self.allow_private and (self.private_hosts is None or host in self.private_hosts)

    def delay_for(self, host: str) -> float:
        """Return the seconds between two requests to a host, before it asks for more itself."""
        return max(self.delay, _LEAST_DELAYS.get(host, 0.0))

    @property
    def user_agent(self) -> str:
        """The honest name that servers see."""
        from .. import __version__

        contact = f" (+{self.contact})" if self.contact else ""
        return f"{PRODUCT}/{__version__}{contact}"
