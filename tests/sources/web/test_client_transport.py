"""Contract with httpx: the private pool of its transport, which our client replaces."""

import httpcore
import httpx
import pytest

from align.sources.web.client import _GuardedTransport


class NoNetwork(httpcore.NetworkBackend):
    """Records the hosts that a connection is asked for, and connects to none."""

    def __init__(self):
        self.asked = []

    def connect_tcp(self, host, port, *_args, **_options):
        self.asked.append((host, port))
        raise httpcore.ConnectError("no network")


def test_the_transport_of_httpx_has_a_pool_of_httpcore():
    with httpx.HTTPTransport() as transport:
        assert isinstance(transport._pool, httpcore.ConnectionPool)


def test_requests_connect_through_the_backend_of_the_pool():
    backend = NoNetwork()
    with (
        httpx.Client(transport=_GuardedTransport(backend), trust_env=False) as client,
        pytest.raises(httpx.ConnectError),
    ):
        client.get("https://press.example/1.htm")
    assert backend.asked == [("press.example", 443)]
