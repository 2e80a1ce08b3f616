"""Contract with httpx: the pool of its transport, which we replace, and its decompression."""

import gzip
import zlib

import httpcore
import httpx
import pytest

from align.sources.web.client import _GuardedTransport, is_cut_off


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


TEXT = b"A fictional briefing about apples. " * 50


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(TEXT)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", zlib.compress(TEXT, wbits=-zlib.MAX_WBITS)),
    ],
    ids=["gzip", "deflate", "raw deflate"],
)
def test_compressed_data_without_its_end_is_noticed(encoding, packed):
    def answer(body):
        sent = {"headers": {"Content-Encoding": encoding}, "stream": httpx.ByteStream(body)}
        response = httpx.Response(200, **sent)
        response.read()
        return response

    assert not is_cut_off(answer(packed))
    assert is_cut_off(answer(packed[:-20]))
    assert not is_cut_off(answer(b""))  # as redirects have it


def test_a_body_that_is_not_compressed_is_not_cut_off():
    assert not is_cut_off(httpx.Response(200, content=TEXT[:-20]))
