"""The page behind nginx with TLS, by the configuration in deploy/nginx.conf."""

import importlib.util
import ssl
import urllib.error
import urllib.request

import pytest
from browser_page import PATIENCE, Table, free_port
from review_cases import stored
from websocket_client import NGINX, SECRETS, nginx, provider, view

from align.corpus.review.permissions import give_role

pytestmark = [
    pytest.mark.faults,
    pytest.mark.browser,
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed"),
]
LOGIN = importlib.util.find_spec("oidc_provider_mock") is not None
ANN = {"sub": "17", "email": "ann@example.org"}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The page behind nginx, without a login."""
    folder = tmp_path_factory.mktemp("nginx")
    port = free_port()
    with (
        stored(folder / "corpus") as store,
        view(folder / "service", folder / "corpus", "--no-token", port=port),
        nginx(folder, page=port) as doors,
    ):
        yield store, doors


@pytest.fixture
def context(browser):
    opened = browser.new_context(viewport={"width": 1400, "height": 900}, ignore_https_errors=True)
    opened.set_default_timeout(PATIENCE)
    yield opened
    opened.close()


def asked(address: str, data: bytes | None = None):
    """Ask as a program does; an error status is an answer too."""
    anyone = ssl.create_default_context()
    anyone.check_hostname, anyone.verify_mode = False, ssl.CERT_NONE
    try:
        return urllib.request.urlopen(address, data=data, context=anyone, timeout=20)
    except urllib.error.HTTPError as error:
        return error


def test_a_decision_reaches_the_store_through_tls_and_the_websocket(context, site):
    store, doors = site
    context.on("page", lambda page: page.on("console", lambda line: said.append(line.text)))
    said: list[str] = []
    table = Table(context, doors.tls, briefing="water")
    table.do("a", "a")
    assert [entry.decision.action for entry in store.history("water")] == ["accept", "accept"]
    table.page.get_by_role("button", name="Download").click()
    with table.page.expect_download() as download:
        table.page.get_by_role("button", name="TMX", exact=True).click()
    assert download.value.path().read_bytes().startswith(b"<?xml")
    for path in ("search", "corpus", "people", "settings"):
        table.page.goto(f"{doors.tls}/{path}")
        table.page.get_by_test_id("stApp").wait_for()
        table.page.wait_for_load_state("networkidle")
        if path == "corpus":
            plots = table.page.get_by_test_id("stVegaLiteChart")
            plots.first.locator("canvas, svg").first.wait_for()
    assert table.errors == []
    assert [line for line in said if "Content Security Policy" in line] == []


def test_plain_http_leads_to_tls(site):
    _, doors = site

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_args):
            return None

    with pytest.raises(urllib.error.HTTPError) as answer:
        urllib.request.build_opener(Stay).open(f"{doors.plain}/?briefing=water", timeout=20)
    assert answer.value.code == 301
    assert answer.value.headers["Location"] == "https://localhost/?briefing=water"
    answer.value.close()


def test_every_answer_carries_the_headers_of_safety(site):
    _, doors = site
    for path in ("/", "/_stcore/health", "/none.js"):
        with asked(doors.tls + path) as answer:
            for name, value in (
                ("Strict-Transport-Security", "max-age=31536000"),
                ("X-Content-Type-Options", "nosniff"),
                ("X-Frame-Options", "SAMEORIGIN"),
                ("Referrer-Policy", "same-origin"),
                ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
            ):
                assert answer.headers.get_all(name) == [value], (path, name)
            assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
            assert "nginx/" not in answer.headers["Server"]


def test_what_is_sent_to_the_page_is_small(site):
    _, doors = site
    with asked(f"{doors.tls}/", data=bytes(1_100_000)) as answer:
        assert answer.code == 413
    upload = f"{doors.tls}/_stcore/upload_file/session/file"
    with asked(upload, data=bytes(1_100_000)) as answer:
        assert answer.code != 413
    with asked(upload, data=bytes(52_500_000)) as answer:
        assert answer.code != 413  # a capture
    with asked(upload, data=bytes(210_000_000)) as answer:
        assert answer.code == 413


@pytest.mark.skipif(not LOGIN, reason="oidc-provider-mock, of the extra dev, is not installed")
def test_people_log_in_behind_nginx_and_their_cookie_is_for_tls_only(context, tmp_path):
    port = free_port()
    with (
        stored(tmp_path / "corpus") as store,
        provider(tmp_path / "provider.txt", ANN) as issuer,
        nginx(tmp_path, page=port) as doors,
        view(
            tmp_path / "service",
            tmp_path / "corpus",
            port=port,
            secrets=SECRETS.format(address=doors.tls, provider=issuer),
        ),
    ):
        give_role(store, "boss", "admin")
        give_role(store, "ann@example.org", "reviewer")
        page = context.new_page()
        page.goto(doors.tls)
        page.get_by_role("button", name="Log in").click()
        page.get_by_role("button", name="17", exact=True).click()
        page.get_by_text("Press conference on Chenghu's water").first.wait_for()
        cookies = {one["name"]: one for one in context.cookies() if one["domain"] == "localhost"}
        assert cookies["_streamlit_user"]["httpOnly"]
        ours = [one for name, one in cookies.items() if name.startswith("_streamlit")]
        assert all(one["secure"] for one in ours)
        page.close()
        table = Table(context, doors.tls, briefing="water")
        table.do("a")
        (last,) = store.history("water")
        assert last.decision.reviewer == "ann@example.org"
