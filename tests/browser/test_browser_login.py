"""A login through a real OpenID Connect provider, in a real browser."""

import importlib.util
from contextlib import closing

import pytest
from browser_page import Table, free_port
from review_cases import stored
from websocket_client import SECRETS, provider, view

from align.corpus.review.permissions import give_role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        importlib.util.find_spec("oidc_provider_mock") is None,
        reason="oidc-provider-mock, of the extra dev, is not installed",
    ),
]

PEOPLE = (
    {"sub": "17", "name": "Ann Ashe", "email": "Ann@Example.org", "email_verified": True},
    {"sub": "18", "name": "Eve Elm", "email": "eve@example.org"},
    {"sub": "19", "name": "Somebody Else", "email": "else@example.org"},
    {"sub": "20", "email": "boss@example.org", "email_verified": False},
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A corpus with roles, a provider and the page."""
    folder = tmp_path_factory.mktemp("login")
    port = free_port()
    with (
        stored(folder / "corpus") as store,
        provider(folder / "provider.txt", *PEOPLE) as issuer,
        view(
            folder / "service",
            folder / "corpus",
            port=port,
            secrets=SECRETS.format(address=f"http://localhost:{port}", provider=issuer),
        ) as address,
    ):
        give_role(store, "boss@example.org", "admin")
        give_role(store, "ann@example.org", "reviewer")
        give_role(store, "eve@example.org", "reader")
        yield store, address, issuer


@pytest.fixture
def page(tab):
    return tab()


def log_in(page, address: str, sub: str) -> None:
    """Log in as a person does: the button, the provider's page, and back again."""
    page.goto(address)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("button", name=sub, exact=True).click()
    page.get_by_text("Press conference on Chenghu's water").first.wait_for()


def test_nothing_of_the_corpus_is_sent_to_a_browser_that_has_not_logged_in(page, site):
    _, address, _ = site
    page, heard = page.context.new_page(), []
    page.on("websocket", lambda one: one.on("framereceived", lambda data: heard.append(data)))
    for path in ("", "/?briefing=water", "/search", "/corpus", "/people", "/settings"):
        page.goto(address + path)
        page.get_by_role("button", name="Log in").wait_for()
        assert "Chenghu" not in page.content()
    answer = page.request.post(f"{address}/review/operations", data={"ops": []})
    assert answer.status == 403
    sent = b"".join(one if isinstance(one, bytes) else one.encode() for one in heard)
    assert b"Log in" in sent
    for word in ("Chenghu", "澄湖", "ann@example.org"):
        assert word.encode() not in sent


def test_who_logs_in_decides_under_the_address_of_the_login(page, site):
    store, address, _ = site
    log_in(page, address, "17")
    table = Table.on(page, address)
    table.open(briefing="water")
    page.get_by_text("reviewing as ann@example.org").wait_for()
    table.do("a")
    (last,) = store.history("water")[-1:]
    assert (last.decision.action, last.decision.reviewer) == ("accept", "ann@example.org")
    assert table.errors == []
    table.page.goto(f"{address}/settings")
    table.page.get_by_text("Logged in as ann@example.org").wait_for()
    assert table.page.get_by_label("Your name").count() == 0


def test_the_key_of_a_view_decides_nothing_without_the_login_of_its_person(tab, browser, site):
    store, address, _ = site
    ann = tab()
    log_in(ann, address, "17")
    table = Table.on(ann, address)
    table.open(briefing="water")
    key, row = table.state("[S.data.view, S.order[5].id]")
    op = {"seq": 10**6, "op": "stolen-1", "action": "accept", "rows": [row], "seen": 0}
    headers = {"X-Align-View": key, "Origin": address}
    before = store.history("water")
    with closing(browser.new_context(locale="en-US")) as other:
        sent = other.request.post(
            f"{address}/review/operations", data={"ops": [op]}, headers=headers
        )
        assert (sent.status, sent.text()) == (403, "log in")
        log_in(other.new_page(), address, "18")
        sent = other.request.post(
            f"{address}/review/operations", data={"ops": [op]}, headers=headers
        )
        assert (sent.status, sent.text()) == (403, "the view of another person")
    assert store.history("water") == before
    sent = ann.context.request.post(
        f"{address}/review/operations", data={"ops": []}, headers=headers
    )
    assert sent.status == 200


FORGED = """fetch(new URL("review/operations", location.href), { method: "POST",
    headers: { "X-Align-View": S.data.view },
    body: JSON.stringify({ ops: [{ seq: S.seq + 1, op: "forged-NAME", action: "accept",
        seen: S.data.seq, rows: [S.order[3].id] }] }) }).then(answer => answer.json())"""


@pytest.mark.parametrize(
    ("sub", "name", "says"),
    [
        ("18", "eve@example.org", "eve@example.org has the role reader"),
        ("19", "else@example.org", "else@example.org has the role reader"),
        ("20", "20 at ", "20 at http"),  # of an address nobody vouched for
    ],
)
def test_who_may_only_read_cannot_decide_even_by_a_forged_message(page, site, sub, name, says):
    store, address, _ = site
    log_in(page, address, sub)
    table = Table.on(page, address)
    table.open(briefing="water")
    page.get_by_text(f"reviewing as {name}").wait_for()
    table.page.get_by_text(says).first.wait_for()
    before = store.history("water")
    rows = store.rows("water")
    table.do("a")
    table.page.get_by_text("cannot review rows").last.wait_for()
    assert "cannot review rows" in table.state(FORGED.replace("NAME", sub))["msg"]
    assert store.history("water") == before
    assert store.rows("water") == rows
    table.page.goto(f"{address}/people")
    table.page.get_by_text("Agreement").first.wait_for()
    assert table.page.get_by_text("Roles and assignments").count() == 0


def test_a_login_that_expires_while_somebody_types_loses_nothing(page, site):
    store, address, _ = site
    before = len(store.history("water"))
    log_in(page, address, "17")
    table = Table.on(page, address)
    table.open(briefing="water")
    table.press("ArrowDown", "e", "Control+a", "Delete")
    page.evaluate("""() => {
        window.lost = 0;
        document.addEventListener("focusout", () => { window.lost += 1; }, true);
    }""")
    page.keyboard.type("Prices stay ")
    page.context.clear_cookies(name="_streamlit_user")
    table.wait("S.unreachable && S.loggedOut")
    assert "Access expired" in table.page.locator(".review .info").inner_text()
    page.keyboard.type("as they are.")
    assert (table.state("S.editing.cell.textContent"), page.evaluate("window.lost")) == (
        "Prices stay as they are.",
        0,
    )
    table.press("Enter", "a")
    assert len(store.history("water")) == before
    other = page.context.new_page()
    log_in(other, address, "17")
    table.saved()
    done = store.history("water")[before:]
    assert [entry.decision.action for entry in done] == ["edit", "accept"]
    assert done[0].after[0].en_edit == "Prices stay as they are."


def test_after_logging_out_nothing_is_shown(page, site):
    _, address, issuer = site
    log_in(page, address, "17")
    page.goto(f"{address}/settings")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url(lambda url: url.startswith(issuer))  # the provider ends its session too
    page.locator("button").first.click()
    page.wait_for_url(f"{address}/")
    page.get_by_role("button", name="Log in").wait_for()
    assert "Chenghu" not in page.content()
    assert not [one for one in page.context.cookies() if one["name"].startswith("_streamlit_user")]


def test_a_name_in_a_cookie_of_ones_own_making_is_no_login(page, site):
    _, address, _ = site
    log_in(page, address, "18")
    (mine,) = [one for one in page.context.cookies() if one["name"] == "_streamlit_user"]
    forged = {**mine, "value": mine["value"].replace(mine["value"][1:9], "AAAAAAAA")}
    page.context.add_cookies([forged])
    page.goto(address)
    page.get_by_role("button", name="Log in").wait_for()
    assert "Chenghu" not in page.content()
