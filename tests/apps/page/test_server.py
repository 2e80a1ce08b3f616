"""The server of the page against other programs, ports and sites: token, origin, frame, metrics."""

import gc
import re
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
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
from align.apps.page.allowed_hosts import AllowedHosts
from align.apps.page.background_words import BackgroundWords
from align.apps.page.elements import SCRIPTS, SCRIPTS_VERSION
from align.apps.page.hits_exchange import HitsView
from align.apps.page.open_views import opening
from align.apps.page.server import ROUTES
from align.apps.page.session_state import BriefingView
from align.corpus.review import ReviewSession
from align.corpus.review.permissions import give_role
from align.errors import StoreError


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
        assert '<meta name="viewport" content="width=device-width">' in page


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


FOREIGN = ("evil.example", "evil.example:{port}", "127.0.0.1.evil.example", "203.0.113.7", "[::2")


@pytest.mark.parametrize("path", ["/", "/_stcore/health", "/review/operations"])
def test_a_foreign_host_is_answered_nothing_with_a_token_and_without(site, open_site, path):
    for running in (site, open_site):
        for host in FOREIGN:
            own = host.format(port=running.port)
            for method in ("GET", "POST"):
                headers = {"Cookie": running.cookie, "Host": own, "Origin": f"http://{own}"}
                with running.ask(path, method, **headers) as answer:
                    assert answer.code == 421, host
    for host in ("localhost", "127.0.0.1:1", "[::1]:8501", "LOCALHOST."):
        with open_site.ask("/", Host=host) as answer:
            assert answer.code == 200, host


def test_a_page_opens_under_the_names_that_were_given(tmp_path):
    with started(
        tmp_path, "--no-token", "--allow-host", "Align.example.org", "--allow-host", "b.example"
    ) as running:
        for host, code in (("align.example.org:443", 200), ("b.example", 200), ("c.example", 421)):
            with running.ask("/", Host=host) as answer:
                assert answer.code == code


def test_the_host_of_the_login_and_of_the_option_are_allowed():
    secrets = {"redirect_uri": "https://align.example.org/oauth2callback"}
    hosts = AllowedHosts.of("192.0.2.3", ["Other.example"], secrets)
    for name in ("192.0.2.3:8501", "align.example.org", "other.example.", "localhost", "[::1]:1"):
        assert hosts.allows(name), name
    for name in ("192.0.2.4", "example.org", "x.align.example.org", "", "[", "a b"):
        assert not hosts.allows(name), name
    everywhere = AllowedHosts.of("0.0.0.0", [], {})
    assert everywhere.allows("192.0.2.4:8501")
    assert not everywhere.allows("align.example.org")


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
        ({**own, "Origin": "http://[a"}, 403),
    ):
        with site.ask("/review/operations", "POST", **headers) as answer:
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
        view = BriefingView(session, store.current_documents("water"), BackgroundWords(store))
        headers = {"X-Align-View": view.key}
        for path in ("review", "below/a/path/review"):
            answer = client.post(f"/{path}/operations", json={}, headers=headers)
            assert len(answer.json()["rows"]) == 10
        assert client.get("/review/operations", headers=headers).status_code == 405
        for nonsense in (b"{", b"[1]", b"\xff", b""):
            answer = client.post("/review/operations", content=nonsense, headers=headers)
            assert answer.status_code == 400
        for other in ({}, {"X-Align-View": "none"}):
            assert client.post("/review/operations", json={}, headers=other).status_code == 404
        del view
        gc.collect()
        assert client.post("/review/operations", json={}, headers=headers).status_code == 404


def test_a_request_waits_while_its_view_is_being_opened(tmp_path):
    with (
        stored(tmp_path / "corpus") as store,
        TestClient(Starlette(routes=[*ROUTES])) as client,
        ThreadPoolExecutor(1) as browser,
    ):

        def ask():
            return client.post("/review/operations", json={}, headers={"X-Align-View": "key"})

        with opening("key"):
            asked = browser.submit(ask)
            session = ReviewSession(store, "water", "ann")
            documents = store.current_documents("water")
            view = BriefingView(session, documents, BackgroundWords(store), key="key")
            view.queue = True
        assert asked.result(60).json()["queue"] is True
        with pytest.raises(StoreError), opening("other"):
            raise StoreError("out of reach")
        answer = client.post("/review/operations", json={}, headers={"X-Align-View": "other"})
        assert answer.status_code == 404


def test_requests_that_wait_for_the_corpus_keep_no_other_from_its_answer(tmp_path):
    """More requests wait than the server has threads for everything else (40)."""
    with (
        stored(tmp_path / "corpus") as store,
        TestClient(Starlette(routes=[*ROUTES])) as client,
        ThreadPoolExecutor(61) as people,
    ):
        waiting, free = HitsView(store, "ann", False), HitsView(store, "bob", False)

        def ask(view, ops):
            headers = {"X-Align-View": view.key}
            return client.post("/review/operations", json={"ops": ops}, headers=headers).json()

        with waiting.lock:
            asked = [people.submit(ask, waiting, [{"seq": 1, "op": "t-1"}]) for _ in range(60)]
            assert ask(free, [])["ack"] == 0
            script = people.submit(client.get, f"/scripts/{SCRIPTS_VERSION}/table.js")
            assert script.result(60).status_code == 200
            assert not any(one.done() for one in asked)
        assert {one.result(60)["ack"] for one in asked} == {1}


def test_the_key_of_a_view_is_in_no_address(tmp_path):
    """The logs of servers before the page hold addresses."""
    client = TestClient(Starlette(routes=[*ROUTES]))
    with stored(tmp_path / "corpus") as store:
        session = ReviewSession(store, "water", "ann")
        view = BriefingView(session, store.current_documents("water"), BackgroundWords(store))
        assert client.post(f"/review/{view.key}", json={}).status_code == 404
        assert client.post(f"/review/operations?view={view.key}", json={}).status_code == 404


def test_hits_are_answered_each_operation_once(tmp_path):
    client = TestClient(Starlette(routes=[*ROUTES]))
    with stored(tmp_path / "corpus") as store:
        view = HitsView(store, "ann", False)
        row = store.rows()[0]
        op = {
            "seq": 7,
            "op": "t-7",
            "action": "edit",
            "rows": [row.id],
            "briefing": "water",
            "shown": [row.zh_final, row.en_final],
            "en_text": "The lake is clean.",
        }
        after = {**op, "seq": 8, "op": "t-8", "action": "accept", "en_text": None}
        unseen = {**op, "seq": 9, "op": "u-9", "en_text": "Unseen."}
        sent = [op, after, unseen]
        for _ in range(2):
            headers = {"X-Align-View": view.key}
            answer = client.post("/review/operations", json={"ops": sent}, headers=headers).json()
            assert (answer["ack"], answer["refused"], answer["msg"]) == (9, [9], "")
            assert "someone changed this row" in answer["messages"]["9"]
        assert [entry.decision.action for entry in store.history()] == ["edit", "accept"]
        kept = store.rows()[0]
        assert (kept.en_final, kept.status, kept.reviewer) == (
            "The lake is clean.",
            "accepted",
            "ann",
        )


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
