"""The server of the page against other programs, ports and sites: token, origin, frame, metrics."""

import gc
import re
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from browser_page import free_port
from click.testing import CliRunner
from review_cases import stored
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit import config
from streamlit.testing.v1 import AppTest
from websocket_client import run_view
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from align.apps.cli.serve import view_command as command
from align.apps.page.background_words import BackgroundWords
from align.apps.page.elements import SCRIPTS, SCRIPTS_VERSION
from align.apps.page.server import ROUTES
from align.apps.page.session_state import BriefingView
from align.corpus.review import ReviewSession
from align.corpus.review.permissions import give_role


@dataclass(frozen=True)
class Site:
    """A running page: its port and token, and what ``align view`` was started with."""

    port: int
    token: str
    process: object

    @property
    def cookie(self):
        return f"align_token_{self.port}={self.token}"

    def ask(self, path="/", method="GET", host="127.0.0.1", **headers):
        """Return the answer to a request; it is not followed to another address."""

        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *_args):
                return None

        request = urllib.request.Request(f"http://{host}:{self.port}{path}", method=method)
        for name, value in headers.items():
            request.add_header(name, value)
        try:
            return urllib.request.build_opener(Stay).open(request, timeout=60)
        except urllib.error.HTTPError as error:
            return error

    def connect(self, origin, cookie=""):
        """Open the websocket as a page of this origin does; return the status of the answer."""
        headers = {"Cookie": cookie} if cookie else {}
        address = f"ws://127.0.0.1:{self.port}/_stcore/stream"
        try:
            with connect(
                address, origin=origin, additional_headers=headers, subprotocols=["streamlit"]
            ):
                return 101
        except InvalidStatus as refusal:
            return refusal.response.status_code


@contextmanager
def started(folder, *options):
    port = free_port()
    with (
        stored(folder / "corpus"),
        run_view(folder / "service", folder / "corpus", *options, port=port) as process,
    ):
        printed = (folder / "service" / "page.txt").read_text("utf-8")
        address, token = re.search(
            r"Review page: (http://[\w.:]+/)(?:\?token=(\S+))?", printed
        ).groups()
        assert address == f"http://127.0.0.1:{port}/"
        yield Site(port, token or "", process)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with started(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture(scope="module")
def open_site(tmp_path_factory):
    with started(tmp_path_factory.mktemp("open"), "--no-token") as running:
        yield running


def test_without_the_token_nothing_is_shown(site):
    assert len(site.token) == 32
    for path in ("/", "/?briefing=water", "/search", "/?token=wrong", "/static/none.js"):
        with site.ask(path) as answer:
            assert answer.code == 403, path
    with site.ask(Cookie=site.cookie[:-1]) as answer:
        assert answer.code == 403
        page = answer.read().decode()
        assert site.token not in page
        assert "Access token required" in page
    with site.ask("/", **{"Accept-Language": "zh-CN,zh"}) as answer:
        assert '<html lang="zh-Hans">' in (page := answer.read().decode())
        assert "This page" not in page


def test_the_token_of_the_address_becomes_a_cookie_that_no_script_and_no_site_gets(site):
    with site.ask(f"/?briefing=w%26%20x&token={site.token}&row=1") as answer:
        assert (answer.code, answer.headers["Location"]) == (303, "/?briefing=w%26+x&row=1")
        cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{site.cookie}; ")
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    with site.ask("/?briefing=water", Cookie=f"a@b=1; {site.cookie}") as answer:
        assert answer.code == 200
        assert b"<title>" in answer.read()


def test_the_way_from_the_token_leads_to_no_other_host(site):
    for path in ("//evil.example/", "/\\evil.example/"):
        with site.ask(f"{path}?token={site.token}") as answer:
            assert answer.headers["Location"] == "/evil.example/"


def test_the_websocket_is_for_pages_of_this_host_and_port_with_the_token(site):
    own = f"http://127.0.0.1:{site.port}"
    assert site.connect(own, site.cookie) == 101
    assert site.connect(own) == 403
    for origin in (f"http://127.0.0.1:{site.port + 1}", "http://localhost:1", "null",
                   "https://evil.example", "http://127.0.0.1"):  # fmt: skip
        assert site.connect(origin, site.cookie) == 403, origin


def test_another_address_to_listen_on_keeps_the_token(tmp_path):
    with started(tmp_path, "--host", "0.0.0.0") as running:
        for words, code in (("", 403), (f"?token={running.token}", 303)):
            with running.ask(f"/{words}", host="127.0.0.2") as answer:
                assert answer.code == code


def test_beyond_this_machine_the_token_stays():
    done = CliRunner().invoke(command, ["--no-token", "--host", "0.0.0.0"])
    assert done.exit_code == 2
    assert "--no-token gives everyone access" in done.output


def test_without_a_token_another_port_is_refused_all_the_same(open_site):
    assert open_site.token == ""
    with open_site.ask() as answer:
        assert answer.code == 200
    assert open_site.connect(f"http://127.0.0.1:{open_site.port}") == 101
    assert open_site.connect(f"http://127.0.0.1:{open_site.port + 1}") == 403


def test_no_file_is_taken_from_another_origin(site):
    path = "/_stcore/upload_file/session/file"
    headers = {"Cookie": site.cookie, "Origin": f"http://127.0.0.1:{site.port + 1}"}
    with site.ask(path, "PUT", **headers) as answer:
        assert (answer.code, answer.read()) == (403, b"another origin")
    with site.ask(path, "PUT", **headers | {"Origin": f"http://127.0.0.1:{site.port}"}) as answer:
        assert answer.read() != b"another origin"  # Streamlit's own check comes next


def test_no_table_is_answered_to_another_origin_or_without_the_token(site):
    own = {"Cookie": site.cookie, "Origin": f"http://127.0.0.1:{site.port}"}
    for headers, code in (
        (own, 404),
        ({**own, "Cookie": ""}, 403),
        ({**own, "Origin": "https://evil.example"}, 403),
    ):
        with site.ask("/review/none", "POST", **headers) as answer:
            assert answer.code == code


@pytest.mark.parametrize("base", ["/", "/briefings/"])
def test_scripts_are_modules_that_browsers_keep_until_the_next_version(base):
    client = TestClient(Starlette(routes=[*ROUTES]))
    for name, path in SCRIPTS.items():
        answer = client.get(f"{base}scripts/{SCRIPTS_VERSION}/{name}")
        assert answer.headers["Content-Type"].startswith("text/javascript"), name
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.content == path.read_bytes()


@pytest.mark.parametrize(
    "address",
    [
        "0123456789abcdef/table.js",
        "{version}/none.js",
        "{version}/types.d.ts",
        "{version}/../app.py",
    ],
)
def test_no_other_file_and_no_other_version_is_served_as_a_script(address):
    client = TestClient(Starlette(routes=[*ROUTES]))
    assert client.get(f"/scripts/{address.format(version=SCRIPTS_VERSION)}").status_code == 404


def test_scripts_are_for_those_who_have_the_token(site):
    with site.ask(f"/scripts/{SCRIPTS_VERSION}/table.js") as answer:
        assert answer.code == 403
    with site.ask(f"/scripts/{SCRIPTS_VERSION}/table.js", Cookie=site.cookie) as answer:
        assert answer.code == 200


def test_a_table_is_answered_under_the_key_of_its_view_while_that_is_open(tmp_path):
    client = TestClient(Starlette(routes=[*ROUTES]))
    with stored(tmp_path / "corpus") as store:
        session = ReviewSession(store, "water", "ann")
        view = BriefingView(session, store.briefing("water"), BackgroundWords(store))
        for path in ("review", "below/a/path/review"):
            assert len(client.post(f"/{path}/{view.key}", json={}).json()["rows"]) == 10
        assert client.get(f"/review/{view.key}").status_code == 405
        for nonsense in (b"{", b"[1]", b"\xff", b""):
            assert client.post(f"/review/{view.key}", content=nonsense).status_code == 400
        key = view.key
        del view
        gc.collect()
        assert client.post(f"/review/{key}", json={}).status_code == 404


@pytest.mark.parametrize("path", ["/", "/_stcore/health", "/none", "/?token=wrong"])
def test_every_answer_forbids_other_sites_to_frame_it(site, path):
    for headers in ({}, {"Cookie": site.cookie}):
        with site.ask(path, **headers) as answer:
            assert answer.headers.get_all("X-Frame-Options") == ["SAMEORIGIN"]
            assert answer.headers["Content-Security-Policy"] == "frame-ancestors 'self'"


def test_metrics_are_closed_and_health_is_open(site):
    with site.ask("/_stcore/metrics", Cookie=site.cookie) as answer:
        assert answer.code == 404
    with site.ask("/_stcore/health") as answer:
        assert answer.read() == b"ok"


def test_the_page_ends_while_a_tab_is_open(tmp_path):
    with started(tmp_path) as site:
        headers = {"Cookie": site.cookie}
        address = f"ws://127.0.0.1:{site.port}/_stcore/stream"
        with connect(
            address,
            origin=f"http://127.0.0.1:{site.port}",
            additional_headers=headers,
            subprotocols=["streamlit"],
        ):
            site.process.terminate()
            assert site.process.wait(60) == 143


@pytest.mark.parametrize(("address", "allowed"), [("127.0.0.1", True), ("0.0.0.0", False)])
def test_a_typed_name_is_no_admin_on_a_server_for_others(tmp_path, monkeypatch, address, allowed):
    monkeypatch.setenv("ALIGN_CORPUS", str(tmp_path / "corpus"))
    monkeypatch.setenv("ALIGN_REVIEWER", "boss")
    before = config.get_option("server.address")
    config.set_option("server.address", address)
    try:
        with stored(tmp_path / "corpus") as store:
            for roles in ((), ("boss", "admin")):
                if roles:
                    give_role(store, *roles)
                script = "from align.apps.page.app import draw_page\ndraw_page('people')"
                app = AppTest.from_string(script, default_timeout=60).run()
                assert not app.exception
                labels = [one.label for one in app.expander]
                assert ("Roles and assignments" in labels) is allowed
    finally:
        config.set_option("server.address", before)
