"""The fetcher against a real server that misbehaves."""

import gzip
import socket
from contextlib import ExitStack

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st
from web_server import (
    Site,
    drip,
    drip_headers,
    drop,
    gzip_bomb,
    page,
    redirect,
    reply,
    serve,
    wrong_length,
)

from align.errors import FetchError
from align.settings import Settings
from align.sources.web.address_guard import HTTP_HOSTS, FetchSettings
from align.sources.web.fetcher import Fetcher


class Clock:
    """Time that passes only by sleeping, and a little with every look at it."""

    def __init__(self, step=0.0):
        self.now = 1000.0
        self.step = step
        self.slept = []

    def __call__(self):
        self.now += self.step
        return self.now

    def sleep(self, seconds):
        self.slept.append(round(seconds, 3))
        self.now += seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def lines():
    return []


@pytest.fixture
def opened(clock, lines):
    """Open a fetcher with settings for tests; all are closed at the end."""
    stack = ExitStack()

    def opened(resolver=None, clock=clock, **changes):
        settings = FetchSettings(**{"allow_private": True, **changes})
        extra = {"resolver": resolver} if resolver else {}
        return stack.enter_context(
            Fetcher(settings, progress=lines.append, sleep=clock.sleep, clock=clock, **extra)
        )

    with stack:
        yield opened


def refused(fetcher, url):
    with pytest.raises(FetchError) as caught:
        fetcher.get(url)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_page_comes_with_its_bytes_addresses_status_and_headers(opened):
    body = page("果园里的苹果熟了。", encoding="gb18030")
    with Site({"/a": reply(body, headers=[("X-Mark", "7")])}).running() as site:
        got = opened().get(site.url("/a"))
        assert got.body == body
        assert (got.url, got.final_url, got.status) == (site.url("/a"), site.url("/a"), 200)
        assert ("X-Mark", "7") in got.headers
        assert got.fetched_at.tzinfo is not None


def test_a_folder_can_be_served(opened, tmp_path):
    (tmp_path / "a.html").write_bytes(page())
    with serve(tmp_path) as address:
        assert opened().get(f"{address}/a.html").body == page()
        assert "404" in refused(opened(), f"{address}/")


def test_the_user_agent_is_honest_and_carries_the_contact(opened):
    with Site({"/a": page()}).running() as site:
        opened(contact="mailto:lab@example.org").get(site.url("/a"))
        agent = site.headers[-1]["User-Agent"]
        assert agent.startswith("briefing-align/")
        assert "mailto:lab@example.org" in agent


def test_no_cookie_is_sent_back(opened):
    routes = {"/a": reply(page(), headers=[("Set-Cookie", "id=1")]), "/b": page("Pears.")}
    with Site(routes).running() as site:
        fetcher = opened()
        fetcher.get(site.url("/a"))
        fetcher.get(site.url("/b"))
        assert all("Cookie" not in headers for headers in site.headers)


# -- robots ------------------------------------------------------------------------------------


def test_robots_txt_is_asked_for_once_and_obeyed(opened):
    site = Site(
        {"/open": page(), "/closed/a": page(), "/also": page("Pears.")},
        robots="User-agent: *\nDisallow: /closed/*\n",
    )
    with site.running():
        fetcher = opened()
        fetcher.get(site.url("/open"))
        fetcher.get(site.url("/also"))
        assert "forbids this page" in refused(fetcher, site.url("/closed/a"))
        assert site.asked == ["/robots.txt", "/open", "/also"]


def test_rules_for_our_name_come_before_those_for_all(opened):
    robots = "User-agent: briefing-align\nDisallow: /\n\nUser-agent: *\nDisallow:\n"
    with Site({"/a": page()}, robots=robots).running() as site:
        assert "forbids this page" in refused(opened(), site.url("/a"))


def test_a_missing_robots_txt_means_no_rules_and_is_said(opened, lines):
    with Site({"/a": page()}).running() as site:
        opened().get(site.url("/a"))
        assert any("no robots.txt (404)" in line for line in lines)


@pytest.mark.parametrize("status", [500, 503, 429, 521, 412])
def test_a_robots_txt_with_a_server_fault_means_stay_out(opened, status):
    site = Site({"/a": page(), "/robots.txt": reply("x", status=status)})
    with site.running():
        message = refused(opened(retries=1), site.url("/a"))
        assert "not fetched" in message
        assert str(status) in message
        assert "/a" not in site.asked


def test_an_unreachable_robots_txt_means_stay_out(opened):
    with Site({"/a": page(), "/robots.txt": drop}).running() as site:
        assert "not fetched" in refused(opened(), site.url("/a"))
        assert "/a" not in site.asked


def test_html_in_place_of_robots_txt_allows_everything(opened):
    with Site({"/a": page(), "/robots.txt": page("A system page.")}).running() as site:
        assert opened().get(site.url("/a")).status == 200


def test_a_robots_txt_that_redirects_within_the_host_is_followed(opened):
    routes = {
        "/a": page(),
        "/robots.txt": redirect("/rules.txt"),
        "/rules.txt": reply("User-agent: *\nDisallow: /a\n", type="text/plain"),
    }
    with Site(routes).running() as site:
        assert "forbids" in refused(opened(), site.url("/a"))


def test_a_robots_txt_that_redirects_to_another_host_is_followed_there(opened):
    rules = "User-agent: *\nDisallow: /a\n"
    with (
        Site({"/rules.txt": reply(rules, type="text/plain")}).running() as other,
        Site({"/a": page(), "/b": page("Pears.")}).running() as site,
    ):
        site.routes["/robots.txt"] = redirect(other.url("/rules.txt"))
        fetcher = opened()
        assert "forbids" in refused(fetcher, site.url("/a"))
        assert fetcher.get(site.url("/b")).status == 200
        assert other.asked == ["/rules.txt"]


@pytest.mark.parametrize(
    "target", ["http://10.0.0.1/robots.txt", "https://elsewhere.example/", "http://["]
)
def test_a_robots_txt_whose_redirect_cannot_be_followed_means_stay_out(opened, target):
    def resolver(host, port):
        return [host] if host != "elsewhere.example" else []

    with Site({"/a": page(), "/robots.txt": redirect(target)}).running() as site:
        hosts = frozenset({site.address.removeprefix("http://")})
        message = refused(opened(resolver, private_hosts=hosts), site.url("/a"))
        assert "not fetched from 127.0.0.1" in message
        assert site.asked == ["/robots.txt"]


def test_a_robots_txt_that_redirects_without_end_means_no_rules(opened):
    with Site({"/a": page(), "/robots.txt": redirect("/robots.txt")}).running() as site:
        assert opened().get(site.url("/a")).status == 200
        assert len(site.asked) == 7


# -- delay -------------------------------------------------------------------------------------


def hosted(site):
    """Give an address whose host is a name, and the resolver that leads it to the site."""
    port = site.address.rpartition(":")[2]
    return f"http://press.example:{port}", lambda host, port: ["127.0.0.1"]


def test_two_requests_to_a_host_lie_the_delay_apart(opened, clock, lines):
    with Site({"/a": page(), "/b": page("Pears.")}).running() as site:
        base, resolver = hosted(site)
        fetcher = opened(resolver, delay=7.0)
        fetcher.get(f"{base}/a")
        fetcher.get(f"{base}/b")
        assert clock.slept == [7.0, 7.0]  # after robots.txt, after /a
        assert any("waiting 7 s" in line for line in lines)


def test_the_delay_is_never_below_the_crawl_delay(opened, clock):
    robots = "User-agent: *\nCrawl-delay: 11\n"
    with Site({"/a": page()}, robots=robots).running() as site:
        base, resolver = hosted(site)
        opened(resolver, delay=7.0).get(f"{base}/a")
        assert clock.slept == [11.0]


def test_a_host_known_to_need_more_is_given_more():
    assert FetchSettings(delay=1.0).delay_for("www.mod.gov.cn") == 6.0
    assert FetchSettings(delay=9.0).delay_for("www.mod.gov.cn") == 9.0
    assert FetchSettings(delay=1.0).delay_for("press.example") == 1.0


def test_the_fetcher_takes_all_that_the_user_set():
    chosen = Settings(
        delay=7.0, timeout=4.0, deadline=9.0, retries=1.0, max_mb=0.5, contact="me@press.example",
        allow_private=True, http_hosts="Press.example, ,news.example",
    )  # fmt: skip
    named = ["http://Intra.example:8080/a", "http://intra.example/", "list.txt", ""]
    assert FetchSettings.from_settings(chosen, named) == FetchSettings(
        delay=7.0, timeout=4.0, deadline=9.0, retries=1, max_bytes=500_000,
        contact="me@press.example", allow_private=True,
        private_hosts=frozenset({"intra.example:8080", "intra.example"}),
        http_hosts=(*HTTP_HOSTS, "press.example", "news.example"),
    )  # fmt: skip


def test_a_request_rate_counts_as_a_delay(opened, clock):
    robots = "User-agent: *\nRequest-rate: 1/20\n"
    with Site({"/a": page()}, robots=robots).running() as site:
        opened().get(site.url("/a"))
        assert clock.slept == [20.0]


def test_a_host_that_asks_for_more_patience_than_set_is_left(opened):
    with Site({"/a": page()}, robots="User-agent: *\nCrawl-delay: 3600\n").running() as site:
        assert "requires 3600 s" in refused(opened(), site.url("/a"))


def test_this_machine_needs_no_delay(opened, clock):
    with Site({"/a": page(), "/b": page("Pears.")}).running() as site:
        fetcher = opened(delay=5.0)
        fetcher.get(site.url("/a"))
        fetcher.get(site.url("/b"))
        assert clock.slept == []


# -- failures that may pass ------------------------------------------------------------------


def test_a_429_is_repeated_after_the_time_that_the_server_asks_for(opened, clock, lines):
    busy = reply("slow down", status=429, headers=[("Retry-After", "9")])
    with Site({"/a": [busy, page()]}).running() as site:
        assert opened().get(site.url("/a")).status == 200
        assert clock.slept == [9.0]
        assert any("429" in line and "retrying in 9 s" in line for line in lines)


def test_a_retry_after_beyond_our_patience_ends_the_try(opened, clock):
    busy = reply("later", status=503, headers=[("Retry-After", "86400")])
    with Site({"/a": busy}).running() as site:
        assert "retry after 86400 s" in refused(opened(), site.url("/a"))
        assert clock.slept == []


def test_a_server_fault_is_repeated_so_many_times_and_no_more(opened, clock):
    with Site({"/a": reply("oh", status=502)}).running() as site:
        assert "server error (502)" in refused(opened(retries=2), site.url("/a"))
        assert site.asked.count("/a") == 3
        assert len(clock.slept) == 2


def test_a_dropped_connection_is_repeated(opened):
    with Site({"/a": [drop, drop, page()]}).running() as site:
        assert opened().get(site.url("/a")).body == page()


def test_a_connection_dropped_every_time_is_said(opened):
    with Site({"/a": drop}).running() as site:
        assert "cut off its response" in refused(opened(retries=1), site.url("/a"))


def test_a_page_shorter_than_its_declared_length_is_refused(opened):
    with Site({"/a": wrong_length(page(), 9999)}).running() as site:
        assert "cut off its response" in refused(opened(retries=1), site.url("/a"))


def test_a_port_where_nobody_listens_is_said(opened):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    message = refused(opened(retries=0), f"http://127.0.0.1:{port}/a")
    assert "cannot be reached" in message


@pytest.mark.parametrize("slow", [drip, drip_headers])
def test_a_server_that_drips_bytes_is_left_at_the_deadline(opened, slow):
    clock = Clock(step=0.5)  # every look at the clock costs half a second
    with Site({"/a": slow}).running() as site:
        message = refused(opened(clock=clock, deadline=20.0, retries=0), site.url("/a"))
        assert "did not respond in time" in message
        assert "20 s in total" in message


# -- challenges and shells ---------------------------------------------------------------------

CHALLENGE = (
    b"<script>document.cookie='__jsl_clearance_s=1';location.href=location.pathname</script>"
)


@pytest.mark.parametrize(
    "answer",
    [
        reply(CHALLENGE, status=521),
        reply("precondition", status=412),
        reply(CHALLENGE, status=503),
        reply(CHALLENGE),
        reply(b"<html><script src='/app.js'></script><div id=app></div></html>"),
    ],
)
def test_a_challenge_is_not_repeated_and_ways_round_are_offered(opened, answer):
    with Site({"/a": answer}).running() as site:
        message = refused(opened(), site.url("/a"))
        assert "WARC" in message
        assert "china.com.cn" in message
        assert site.asked.count("/a") == 1


def test_a_link_content_shell_is_one_more_hop(opened):
    routes = {"/a": b"<script>var linkContent = '/b.htm';</script>", "/b.htm": page()}
    with Site(routes).running() as site:
        got = opened().get(site.url("/a"))
        assert (got.url, got.final_url) == (site.url("/a"), site.url("/b.htm"))
        assert got.body == page()


def test_a_page_that_refreshes_itself_is_a_page(opened):
    body = b"<meta http-equiv='refresh' content='300; url=/a'><p>Live soon.</p>"
    with Site({"/a": body}).running() as site:
        assert opened().get(site.url("/a")).body == body


def test_shells_that_lead_to_each_other_end(opened):
    routes = {
        "/a": b"<script>var linkContent = '/b';</script>",
        "/b": b"<script>var linkContent = '/a';</script>",
    }
    with Site(routes).running() as site:
        assert "still redirected after 3 redirects" in refused(
            opened(max_redirects=3), site.url("/a")
        )


def test_a_shell_that_leads_to_another_host_names_it(opened):
    shell = b"<script>var linkContent = 'http://zh.example/b';</script>"
    with Site({"/a": shell}).running() as site:
        assert "http://zh.example/b" in refused(opened(), site.url("/a"))


# -- redirects ---------------------------------------------------------------------------------


def test_a_redirect_within_the_host_is_followed_and_recorded(opened):
    with Site({"/a": redirect("/b"), "/b": page()}).running() as site:
        got = opened().get(site.url("/a"))
        assert (got.url, got.final_url) == (site.url("/a"), site.url("/b"))


def test_a_redirect_to_another_host_is_refused_naming_it(opened):
    with Site({"/a": redirect("https://mirror.example/x")}).running() as site:
        message = refused(opened(), site.url("/a"))
        assert "another host, mirror.example" in message
        assert "https://mirror.example/x" in message


def test_a_redirect_to_another_port_is_another_host(opened):
    with Site({}).running() as inner, Site({}).running() as site:
        site.routes["/a"] = redirect(inner.url("/secret"))
        assert "another host" in refused(opened(), site.url("/a"))
        assert inner.asked == []


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "//", "http://["])
def test_a_redirect_to_something_else_than_a_web_page_is_refused(opened, target):
    with Site({"/a": redirect(target)}).running() as site:
        assert site.url("/a") in refused(opened(), site.url("/a"))


def test_a_redirect_to_itself_ends_at_once(opened):
    with Site({"/a": redirect("/a#top")}).running() as site:
        assert "redirects to itself" in refused(opened(), site.url("/a"))
        assert site.asked.count("/a") == 1


def test_a_redirect_loop_ends(opened):
    with Site({"/a": redirect("/b"), "/b": redirect("/a")}).running() as site:
        assert "still redirected after 5 redirects" in refused(opened(), site.url("/a"))


def test_a_redirect_without_a_target_is_said(opened):
    with Site({"/a": reply("", status=302)}).running() as site:
        assert "without a target" in refused(opened(), site.url("/a"))


@pytest.mark.parametrize("home", ["/", "/index.htm", "/index.html"])
def test_a_redirect_to_the_home_page_is_refused(opened, home):
    with Site({"/2022/a.htm": redirect(home), home: page("Home.")}).running() as site:
        assert "redirects to the home page" in refused(opened(), site.url("/2022/a.htm"))


def test_the_home_page_itself_can_be_fetched(opened):
    with Site({"/": page("Home.")}).running() as site:
        assert opened().get(site.url("/")).status == 200


def test_a_home_page_with_status_200_in_place_of_a_page_is_refused(opened):
    home = b"<html><head><link rel='canonical' href='/'></head><p>Welcome.</p></html>"
    with Site({"/2022/a.htm": home}).running() as site:
        assert "sent its home page" in refused(opened(), site.url("/2022/a.htm"))


def test_a_missing_page_is_said(opened):
    with Site({}).running() as site:
        assert "page not found (404)" in refused(opened(), site.url("/a"))


@pytest.mark.parametrize(("asked", "there"), [("htm", "html"), ("html", "htm")])
def test_the_other_extension_is_tried(opened, lines, asked, there):
    with Site({f"/content_1.{there}": page()}).running() as site:
        got = opened().get(site.url(f"/content_1.{asked}"))
        assert got.url == site.url(f"/content_1.{asked}")
        assert got.final_url == site.url(f"/content_1.{there}")
        assert any("trying" in line for line in lines)


@pytest.mark.parametrize("status", [401, 403, 451])
def test_a_refusal_is_said_with_the_ways_round(opened, status):
    with Site({"/a": reply("no", status=status)}).running() as site:
        message = refused(opened(), site.url("/a"))
        assert f"denies access ({status})" in message
        assert "--from" in message


@pytest.mark.parametrize("body", [b"", b"  \r\n"])
def test_an_empty_page_is_refused(opened, body):
    with Site({"/a": reply(body)}).running() as site:
        assert "empty page" in refused(opened(), site.url("/a"))


def test_a_pdf_is_refused_with_what_to_do(opened):
    with Site({"/a": reply(b"%PDF-1.7 ...")}).running() as site:
        message = refused(opened(), site.url("/a"))
        assert "a PDF" in message
        assert "add the file" in message


@given(
    st.one_of(
        st.binary(max_size=200),
        st.binary(max_size=200).map(lambda rest: b"HTTP/1.1 200 OK\r\n" + rest),
        st.binary(max_size=99).map(
            lambda rest: b"HTTP/1.1 302 X\r\nLocation: " + rest + b"\r\n\r\n"
        ),
        st.binary(max_size=99).map(lambda rest: b"HTTP/1.0 200 X\r\n\r\n" + rest),
    )
)
@hypothesis.settings(deadline=None, max_examples=60)
def test_whatever_a_server_sends_gives_a_page_or_one_plain_line(sent):
    def raw(handler):
        handler.wfile.write(sent)
        handler.close_connection = True

    settings = FetchSettings(allow_private=True, retries=0, timeout=5)
    with Site({"/a": raw}).running() as site, Fetcher(settings) as fetcher:
        try:
            answer = fetcher.get(site.url("/a")).url
        except FetchError as error:
            answer = str(error)
        assert "\n" not in answer
        assert site.address in answer


# -- sizes ---------------------------------------------------------------------------------------


def test_a_page_over_the_limit_is_refused_before_it_is_read(opened):
    big = page("apple " * 5_000_000)  # 30 MB
    with Site({"/a": big}).running() as site:
        assert "more than the limit of 20,000,000" in refused(opened(), site.url("/a"))
        assert len(opened(max_bytes=40_000_000).get(site.url("/a")).body) == len(big)


def test_a_page_of_unknown_length_is_left_at_the_limit(opened):
    def endless(handler):
        handler.send_response(200)
        handler.end_headers()
        handler.close_connection = True
        while True:
            handler.wfile.write(b"apple " * 10_000)

    with Site({"/a": endless}).running() as site:
        assert "more than the limit" in refused(opened(max_bytes=500_000), site.url("/a"))


def test_a_gzip_bomb_is_refused(opened):
    with Site({"/a": gzip_bomb(100)}).running() as site:
        assert "more than the limit" in refused(opened(), site.url("/a"))


def test_compressed_pages_are_read(opened):
    packed = reply(gzip.compress(page()), headers=[("Content-Encoding", "gzip")])
    with Site({"/a": packed}).running() as site:
        assert opened().get(site.url("/a")).body == page()


def test_half_a_compressed_page_is_not_a_page(opened):
    def cut(handler):  # nothing but the compression tells that the rest is missing
        handler.send_response(200)
        handler.send_header("Content-Encoding", "gzip")
        handler.end_headers()
        handler.wfile.write(gzip.compress(page())[:-20])
        handler.close_connection = True

    with Site({"/a": cut}).running() as site:
        assert "its compressed data has no end" in refused(opened(retries=0), site.url("/a"))


@pytest.mark.parametrize(
    ("encoding", "body", "words"),
    [
        ("gzip", b"not gzip at all", "could not be read"),
        ("gzip, gzip", b"x", "which was not requested"),
        ("br", b"x", "which was not requested"),
    ],
)
def test_a_body_that_cannot_be_decompressed_is_said(opened, encoding, body, words):
    with Site({"/a": reply(body, headers=[("Content-Encoding", encoding)])}).running() as site:
        assert words in refused(opened(), site.url("/a"))


def test_a_run_has_a_limit_of_requests(opened):
    with Site({"/a": page(), "/b": page("Pears.")}).running() as site:
        fetcher = opened(max_pages=2)  # robots.txt and one page
        fetcher.get(site.url("/a"))
        assert "limit of 2 requests" in refused(fetcher, site.url("/b"))
