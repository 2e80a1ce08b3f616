"""Names under which the page may be opened, so that another site cannot use a name of its own.

A site can let its name lead to this machine after a browser has opened it (DNS rebinding); the
requests of its scripts then carry that name in the header ``Host``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

EVERYWHERE = ("0.0.0.0", "::")
"""Addresses to listen on that stand for all addresses of this machine."""


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """The hosts that requests may name: those given, those of this machine, and an address.

    :param names: lower-case names.
    :param any_address: allow every IP address, not only those of loopback: a page that listens on
        all addresses does not know them, and no site can have an address as its name.
    """

    names: frozenset[str] = frozenset()
    any_address: bool = False

    @classmethod
    def of(cls, host: str, named: Iterable[str], secrets: Mapping[str, object]) -> "AllowedHosts":
        """Return the hosts of a page that listens on ``host``.

        :param named: further names, as the user gave them.
        :param secrets: Streamlit's section ``[auth]``; people come back from a login to its host.
        """
        back = urlsplit(str(secrets.get("redirect_uri", ""))).hostname or ""
        names = {name.lower().rstrip(".") for name in (host, back, *named)} - {""}
        return cls(frozenset(names), host in EVERYWHERE)

    def allows(self, header: str) -> bool:
        """Return whether a request with this header ``Host`` may be answered.

        >>> AllowedHosts().allows("localhost:8501"), AllowedHosts().allows("evil.example:8501")
        (True, False)
        """
        try:
            name = (urlsplit(f"//{header}").hostname or "").rstrip(".")
        except ValueError:  # half an IPv6 address
            return False
        if name == "localhost" or name in self.names:
            return True
        try:
            address = ip_address(name)
        except ValueError:
            return False
        return self.any_address or address.is_loopback
