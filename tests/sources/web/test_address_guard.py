"""Addresses that are not fetched, whoever asks and however the name resolves."""

import gzip
import inspect
import ipaddress
import socket
import ssl
import subprocess
import sys
import time
import zlib

import httpcore
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from web_server import CERTIFICATE, Site, page, reply

from align.errors import FetchError
from align.sources.web.address_guard import (
    FetchSettings,
    check_redirect,
    check_url,
    is_public,
    resolve,
)
from align.sources.web.client import CLIENT_ERRORS, GuardedBackend, TransientError, map_error
from align.sources.web.fetcher import Fetcher

PUBLIC = FetchSettings(delay=0, retries=0)


def refused(resolver, url, settings=PUBLIC):
    with (
        Fetcher(settings, resolver=resolver, sleep=lambda s: None) as fetcher,
        pytest.raises(FetchError) as caught,
    ):
        fetcher.get(url)
    return str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "100.100.100.200",
        "168.63.129.16",
        "169.254.169.254",
        "192.0.0.192",  # public to Python 3.11, as the next two are
        "192.88.99.1",
        "3fff::1",
        "172.31.255.255",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:0:7f00:1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::a9fe:a9fe",
        "2002:7f00:1::",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "not an address",
    ],
)
def test_a_name_that_leads_to_a_closed_range_is_refused(address):
    message = refused(lambda host, port: [address], "https://press.example/a")
    assert address in message
    assert "--allow-private" in message


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "100.128.0.1", "172.32.0.1", "2606:4700::1", "::ffff:8.8.8.8", "64:ff9b::808:808"],
)
def test_public_addresses_are_open(address):
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_what_python_calls_private_is_closed_in_every_disguise(ip):
    if not ip.is_global:
        assert not is_public(str(ip))
    number = int(ip)
    disguises = (number | 0xFFFF << 32, number | 0x64FF9B << 96, (0x2002 << 112) | number << 80)
    for disguise in disguises:
        assert is_public(str(ipaddress.IPv6Address(disguise))) == is_public(str(ip))


def test_one_closed_address_among_open_ones_is_enough():
    message = refused(lambda host, port: ["8.8.8.8", "10.0.0.1"], "https://press.example/a")
    assert "10.0.0.1" in message


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("https://press.example/a", "10.0.0.1, which is not on a public"),
        ("http://10.0.0.1/a", "this is not on a public"),
        ("http://intra.example:9200/a", "port 9200 is not a port of a public web site"),
        ("https://intra.example.press.example/a", "10.0.0.1, which is not on a public"),
    ],
)
def test_of_hosts_in_ones_own_network_only_those_named_are_open(address, says):
    named = FetchSettings(
        delay=0, retries=0, allow_private=True,
        private_hosts=frozenset({"intra.example", "intra.example:8080"}),
    )  # fmt: skip
    assert says in refused(lambda host, port: ["10.0.0.1"], address, named)


@pytest.mark.parametrize("port", [80, 8080])
def test_a_named_host_in_ones_own_network_is_connected_to(port):
    sockets = Sockets()
    hosts = frozenset({"intra.example", "intra.example:8080"})
    settings = FetchSettings(allow_private=True, private_hosts=hosts)
    backend = GuardedBackend(settings, lambda host, port: ["10.0.0.1"], lambda: 0.0, sockets)
    backend.start_deadline(9.0)
    backend.connect_tcp("Intra.example.", port)
    assert sockets.led_to == ["10.0.0.1"]


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "[::1]"]
)
def test_this_machine_is_refused_however_it_is_written(host):
    with Fetcher(PUBLIC) as fetcher, pytest.raises(FetchError, match="not on a public web site"):
        fetcher.get(f"http://{host}/")


class Sockets(httpcore.MockBackend):
    """Opens nothing, and remembers where it should have led."""

    def __init__(self):
        super().__init__([])
        self.led_to = []

    def connect_tcp(self, host, *args, **kwargs):
        self.led_to.append(host)
        return super().connect_tcp(host, *args, **kwargs)


SPELT = [
    "0177.0.0.1",
    "017700000001",
    "0x7f000001",
    "0x7f.0x0.0x0.0x1",
    "127.0.1",
    "127.0.0.1.",
    "localhost.",
    "LOCALHOST",
    "127。0。0。1",
    "127．0．0．1",
    "１２７.0.0.1",
    "①②⑦.⓪.⓪.①",
    "ⓛocalhost",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:0:0:1]",
    "[64:ff9b::7f00:1]",
    "[fe80::1%25lo]",
    "169.254.169.254",
    "2852039166",
    "0xa9fea9fe",
    "0251.0376.0251.0376",
    "169.254.43518",
    "[::ffff:a9fe:a9fe]",
    "[fd00:ec2::254]",
    "metadata.press.example",
]


def spelt(host, port):
    """The system's look-up; the name that leads to metadata is made up."""
    if host == "metadata.press.example":
        return ["169.254.169.254"]
    return resolve(host, port)


@pytest.mark.parametrize("host", SPELT)
def test_closed_addresses_are_refused_however_they_are_spelt(host):
    """Refused by the guard, or known to no system; never connected to."""
    sockets = Sockets()
    backend = GuardedBackend(PUBLIC, spelt, time.monotonic, sockets)
    backend.start_deadline(9.0)
    try:
        url = check_url(f"http://{host}/", PUBLIC)
        name = httpx.URL(url).raw_host.decode("ascii")
    except (FetchError, httpx.InvalidURL, UnicodeError):
        return
    with pytest.raises(FetchError, match=r"not on a public web site|unknown host"):
        backend.connect_tcp(name, 80)
    assert sockets.led_to == []


def test_a_name_server_that_fails_in_its_own_way_is_said():
    def odd(host, port):
        raise UnicodeError("label too long")

    assert "unknown host" in refused(odd, "https://press.example/a")


@pytest.mark.parametrize("name", ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy"])
def test_a_proxy_in_the_environment_is_not_asked(name, monkeypatch):
    with Site({"/a": page()}).running() as site, Site({}).running() as proxy:
        monkeypatch.setenv(name, proxy.address)
        settings = FetchSettings(delay=0, retries=0, allow_private=True)
        with Fetcher(settings) as fetcher:
            assert fetcher.get(site.url("/a")).body == page()
        assert proxy.asked == []


def bomb(layers):
    data = bytes(3_000_000)
    for _ in range(layers):
        data = gzip.compress(data)
    return data


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("br", b"\x8b\x80\x80" + bytes(99)),
        ("zstd", b"\x28\xb5\x2f\xfd" + bytes(99)),
        ("gzip, gzip", bomb(2)),
        ("gzip,br", bomb(1)),
        ("deflate, gzip", gzip.compress(zlib.compress(bytes(3_000_000)), mtime=0)),
        ("x-gzip", bomb(1)),
        ("gzip", bomb(1) * 3),
        ("gzip", gzip.compress(page()) + b"x" * 3_000_000),
        ("deflate", zlib.compress(bytes(3_000_000))),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_unfolds_to_more_than_the_limit_is_refused(encoding, body):
    """Brotli and zstd are not asked for and not read; the others stop at the limit."""
    answer = reply(body, headers=[("Content-Encoding", encoding)], type="text/html")
    with Site({"/a": answer}).running() as site:
        settings = FetchSettings(delay=0, retries=0, allow_private=True, max_bytes=1_000_000)
        with (
            Fetcher(settings) as fetcher,
            pytest.raises(FetchError, match=r"limit|which was not requested"),
        ):
            fetcher.get(site.url("/a"))


def endless(write):
    """Send for ever, until the other side leaves."""

    def answer(handler):
        while True:
            write(handler)

    return answer


def begun(write):
    def answer(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.send_header("Connection", "close")
        handler.end_headers()
        endless(write)(handler)

    return answer


def one_header(handler):
    handler.wfile.write(b"X-More: " + b"a" * 1000 + b"\r\n")


def headers_first(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    endless(one_header)(handler)


@pytest.mark.parametrize(
    "answer",
    [
        begun(lambda handler: handler.wfile.write(b"<p>" + b"a" * 9000)),
        begun(lambda handler: (handler.wfile.write(b"a"), time.sleep(0.05))),
        headers_first,
        endless(lambda handler: handler.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")),
    ],
    ids=["body", "slow", "headers", "continue"],
)
def test_an_answer_without_end_is_left(answer):
    with Site({"/robots.txt": reply("", status=404), "/a": answer}).running() as site:
        settings = FetchSettings(
            delay=0, retries=0, allow_private=True, max_bytes=100_000, deadline=1.0
        )
        with Fetcher(settings) as fetcher, pytest.raises(FetchError):
            fetcher.get(site.url("/a"))


def test_a_name_is_looked_up_once_for_a_connection_and_the_socket_goes_there():
    with Site({"/robots.txt": page(), "/a": page()}).running() as site:
        port = int(site.address.rpartition(":")[2])
        settings = FetchSettings(delay=0, retries=0, allow_private=True)
        asked = []

        def resolver(host, port):
            asked.append(host)
            return ["127.0.0.1"]

        with Fetcher(settings, resolver=resolver) as fetcher:
            fetcher.get(f"http://press.example:{port}/a")
        assert asked == ["press.example"]
        assert site.headers[-1]["Host"] == f"press.example:{port}"


def test_a_name_that_changes_its_address_is_refused_at_the_next_connection():
    """DNS rebinding: the name is open when first looked up, closed when looked up again."""
    lookups = iter([["8.8.8.8"], ["169.254.169.254"]])
    sockets = Sockets()
    backend = GuardedBackend(PUBLIC, lambda host, port: next(lookups), lambda: 0.0, sockets)
    backend.start_deadline(9.0)
    backend.connect_tcp("press.example", 80)
    with pytest.raises(FetchError, match=r"169\.254\.169\.254, which is not on a public"):
        backend.connect_tcp("press.example", 80)
    assert sockets.led_to == ["8.8.8.8"]


def test_a_connection_reused_goes_where_the_checked_one_went():
    with Site({"/a": page(), "/b": page("Pears.")}).running() as site:
        port = site.address.rpartition(":")[2]
        asked = []

        def resolver(host, port):
            asked.append(host)
            return ["127.0.0.1"]

        settings = FetchSettings(delay=0, allow_private=True)
        with Fetcher(settings, resolver=resolver) as fetcher:
            fetcher.get(f"http://press.example:{port}/a")
            fetcher.get(f"http://press.example:{port}/b")
        assert asked == ["press.example"]


def test_a_second_address_is_tried_when_the_first_does_not_answer():
    with Site({"/a": page()}).running() as site:
        port = site.address.rpartition(":")[2]
        settings = FetchSettings(delay=0, retries=0, allow_private=True)
        # 127.0.0.2 is this machine too, but the site listens on 127.0.0.1 alone.
        with Fetcher(settings, resolver=lambda h, p: ["127.0.0.2", "127.0.0.1"]) as fetcher:
            assert fetcher.get(f"http://press.example:{port}/a").status == 200


def test_an_unknown_name_is_said():
    def resolver(host, port):
        raise OSError(host)

    assert "unknown host" in refused(resolver, "https://press.example/a")


def test_a_name_server_that_is_busy_is_asked_again():
    def resolver(host, port):
        asked.append(host)
        raise socket.gaierror(socket.EAI_AGAIN, "try again")

    asked = []
    settings = FetchSettings(delay=0, retries=2)
    message = refused(resolver, "https://press.example/a", settings)
    assert "unknown host" in message
    assert len(asked) == 3


def test_a_name_too_long_for_the_name_system_is_said():
    message = refused(socket.getaddrinfo, f"https://{'a' * 70}.example/")
    assert "a" * 70 in message


def test_an_error_that_no_client_defines_is_ours_too():
    assert "could not be read (odd)" in str(map_error(RuntimeError("odd"), "http://a.example/"))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "press",
        "/a",
        "file:///etc/passwd",
        "ftp://press.example/a",
        "gopher://press.example/",
        "javascript:alert(1)",
        "http://",
        "http://user:word@press.example/",
        "http://press.example\\@127.0.0.1/",
        "http://press.example/a b",
        "http://press.example/a\r\nHost: x",
        "http://[::1",
        "http://press.example:99999/",
        "http://press.example:8080/",
        "http://press.example:22/",
        "http://press.example/" + "a" * 3000,
    ],
)
def test_what_is_not_a_plain_public_web_address_is_refused(url):
    with pytest.raises(FetchError):
        check_url(url, PUBLIC)


@pytest.mark.parametrize(
    ("asked", "used"),
    [
        ("http://english.scio.gov.cn/a.htm", "http://english.scio.gov.cn/a.htm"),
        ("https://english.scio.gov.cn/a.htm", "http://english.scio.gov.cn/a.htm"),
        ("http://press.example/a.htm#top", "https://press.example/a.htm"),
        ("HTTPS://press.example/a.htm", "https://press.example/a.htm"),
    ],
)
def test_http_is_used_for_the_hosts_named_for_it_and_https_for_all_others(asked, used):
    assert check_url(asked, PUBLIC) == used


def test_https_is_kept_when_a_host_named_for_http_asks_for_it():
    url = "https://english.scio.gov.cn/a.htm"
    assert check_url(url, PUBLIC, redirected=True) == url


def test_a_redirect_from_http_to_https_of_the_same_host_is_followed():
    check_redirect("http://press.example/a", "https://PRESS.example:443/b")
    with pytest.raises(FetchError, match="another host"):
        check_redirect("http://press.example/a", "http://press.example.evil.example/a")


@given(st.text(max_size=60))
def test_no_text_breaks_the_check_of_addresses(text):
    for url in (text, f"http://{text}", f"http://press.example/{text}"):
        try:
            cleaned = check_url(url, PUBLIC)
        except FetchError:
            continue
        assert cleaned.startswith(("http://", "https://"))


def test_every_error_of_the_client_becomes_ours():
    errors = [
        kind
        for _, kind in inspect.getmembers(httpx, inspect.isclass)
        if issubclass(kind, Exception)
    ]
    assert len(errors) > 20
    for kind in errors:
        assert issubclass(kind, CLIENT_ERRORS), kind
        error = kind.__new__(kind)
        error.args = ("detail",)
        mapped = map_error(error, "http://press.example/a")
        assert isinstance(mapped, FetchError)
        assert "http://press.example/a: " in str(mapped)


def test_failures_that_may_pass_are_told_from_those_that_will_not():
    assert isinstance(map_error(httpx.ReadTimeout("x"), "http://a.example/"), TransientError)
    assert isinstance(map_error(httpx.ConnectError("x"), "http://a.example/"), TransientError)
    assert not isinstance(map_error(httpx.InvalidURL("x"), "http://a.example/"), TransientError)


def test_a_bad_certificate_is_explained_and_not_repeated():
    error = httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed")
    mapped = map_error(error, "https://press.example/a")
    assert not isinstance(mapped, TransientError)
    assert "http_hosts" in str(mapped)


@pytest.mark.parametrize("contact", ["a\nb", "名"])
def test_a_contact_that_no_header_can_hold_is_refused(contact):
    with pytest.raises(FetchError, match="setting contact"):
        FetchSettings(contact=contact)


def test_checks_and_captures_load_no_network_client():
    code = (
        "import sys, align.sources.web.address_guard, align.sources.web.captures;"
        " sys.exit('httpx' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# -- certificates: the socket goes to the checked address, the name is what is verified ---------


@pytest.fixture
def secure():
    """Run a site over TLS with the certificate of press.example; give its port."""
    names = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    context.sni_callback = lambda socket, name, context: names.append(name)
    with Site({"/a": page()}).running(tls=context) as site:
        site.names = names
        yield site


def over_tls(site, host):
    port = site.address.rpartition(":")[2]
    settings = FetchSettings(delay=0, retries=0, allow_private=True)
    with Fetcher(settings, resolver=lambda host, port: ["127.0.0.1"]) as fetcher:
        return fetcher.get(f"https://{host}:{port}/a")


def test_a_certificate_is_checked_against_the_name_not_the_address(secure, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    assert over_tls(secure, "press.example").body == page()
    assert set(secure.names) == {"press.example"}


def test_a_certificate_of_another_name_is_refused(secure, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with pytest.raises(FetchError, match="no valid certificate"):
        over_tls(secure, "other.example")
    assert secure.asked == []


def test_a_certificate_that_nobody_vouches_for_is_refused(secure):
    with pytest.raises(FetchError, match="http_hosts"):
        over_tls(secure, "press.example")
    assert secure.asked == []
