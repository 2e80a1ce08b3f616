"""The page and its people: the login gate, what a reader is shown, roles and assignments."""

import pytest
from review_cases import briefing, stored
from streamlit.testing.v1 import AppTest

from align.apps.page.session_state import read_claims
from align.corpus.review import Request, ReviewSession
from align.corpus.review.double_review import start_double_review
from align.corpus.review.permissions import active_double_review, assign, give_role
from align.corpus.store.changes import list_changes
from align.corpus.store.people import assignments, roles

AUTH = {
    "redirect_uri": "http://127.0.0.1:1/oauth2callback",
    "cookie_secret": "not a secret at all, only a test",
    "client_id": "align",
    "client_secret": "none",
    "server_metadata_url": "http://127.0.0.1:1/none",
}


def page(script: str = "main()") -> AppTest:
    return AppTest.from_string(f"from align.apps.page.app import *\n{script}", default_timeout=60)


def words(app: AppTest) -> str:
    kinds = ("markdown", "caption", "info", "error", "text", "subheader", "header", "title")
    parts = [one.value for kind in kinds for one in app.get(kind)]
    return "\n".join(map(str, parts))


def test_where_a_login_is_configured_nothing_is_shown_before_it(corpus):
    with stored(corpus):
        app = page()
        app.secrets["auth"] = AUTH
        app.run()
        assert not app.exception
        assert [button.label for button in app.button] == ["中文", "Log in"]
        assert "water" not in words(app)


def test_without_a_login_the_list_is_there_at_once(corpus):
    with stored(corpus):
        app = page().run()
        assert not app.exception
        assert "Log in" not in [button.label for button in app.button]
        assert "Add briefings" in [button.label for button in app.button]


def test_a_conflict_is_settled_by_who_is_assigned_and_the_settlement_is_undone(corpus, monkeypatch):
    with stored(corpus) as store:
        lost = [(store.rows()[0], "its text is gone")]
        store.save(briefing(), address="https://news.example/water", lost=lost)
        for name, role in {"boss": "admin", "ann": "reviewer", "bob": "reviewer"}.items():
            give_role(store, name, role)
        assign(store, "water", ["ann"])
        (conflict,) = store.conflicts()
        monkeypatch.setenv("ALIGN_REVIEWER", "bob")
        app = page("draw_page('people')").run()
        assert app.button(key=f"settle-{conflict.id}").disabled
        monkeypatch.setenv("ALIGN_REVIEWER", "ann")
        app = page("draw_page('people')").run()
        app.button(key=f"settle-{conflict.id}").click().run()
        assert store.conflicts() == ()
        (change,) = list_changes(store)
        assert change.reviewer == "ann"
        assert " ann · water" in words(app)
        app.button(key=f"reopen-{change.id}").click().run()
        assert store.conflicts() == (conflict,)
        assert not app.exception


def test_changed_facts_are_listed_with_a_name_and_undone(corpus):
    body = (
        "from align.apps.page.add_briefing import draw_editor\n"
        "from align.apps.page.session_state import open_store\ndraw_editor(open_store(), 'water')"
    )
    with stored(corpus) as store:
        app = AppTest.from_string(body, default_timeout=60).run()
        app.text_input(key="facts-water_title").set_value("Lakes")
        app.button[0].click().run()
        assert store.facts("water") == {"title": "Lakes"}
        assert "“” → “Lakes”" in words(app)
        assert " ann: " in words(app)
        (change,) = list_changes(store)
        app.button(key=f"facts-undo-{change.id}").click().run()
        assert store.facts("water") == {}
        assert not app.exception


@pytest.mark.parametrize("view", ["settings.draw(None)", "briefings.draw_welcome()"])
def test_the_password_of_a_database_is_shown_to_nobody(monkeypatch, view):
    monkeypatch.setenv("ALIGN_CORPUS", "postgresql+psycopg://align:geheim@db.example/align")
    words_of_view = f"from align.apps.page import briefings, settings\n{view}"
    app = AppTest.from_string(words_of_view, default_timeout=60).run()
    assert not app.exception
    assert "postgresql+psycopg://db.example/align" in words(app).replace("\\", "")
    assert "geheim" not in words(app)


def test_the_page_shows_the_corpus_by_either_name_of_the_variable(monkeypatch, tmp_path):
    monkeypatch.setenv("ALIGN_STORE", str(tmp_path / "elsewhere"))
    script = "from align.apps.page import settings\nsettings.draw(None)"
    app = AppTest.from_string(script, default_timeout=60).run()
    assert str(tmp_path / "elsewhere") in words(app).replace("\\", "")


def test_a_reader_cannot_add_briefings_or_give_roles(corpus):
    with stored(corpus) as store:
        give_role(store, "boss", "admin")
        give_role(store, "ann", "reader")
        app = page().run()
        assert not [one for one in app.text_input if one.key == "add_address"]
        app = page("draw_page('people')").run()
        assert not app.exception
        assert not [one for one in app.text_input if one.key == "role_name"]


def test_an_admin_gives_roles_and_assigns_briefings_on_the_page(corpus):
    with stored(corpus) as store:
        app = page("draw_page('people')").run()
        assert "No roles are set" in words(app)
        app.text_input(key="role_name").set_value("ann")
        app.selectbox(key="role_role").set_value("reviewer")
        app.button[0].click().run()
        assert "a corpus with roles needs an admin" in words(app)
        app.text_input(key="role_name").set_value("ann")
        app.selectbox(key="role_role").set_value("admin")
        app.button[0].click().run()
        assert roles(store) == {"ann": "admin"}
        app.multiselect(key="assign-water").set_value(["ann"])
        app.button(key="assign").click().run()
        assert not app.exception
        assert assignments(store) == {"water": ("ann",)}


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({}, ""),
        ({"is_logged_in": False, "email": "a@b.example"}, ""),
        ({"is_logged_in": True, "email": "A@B.example"}, "a@b.example"),
        ({"is_logged_in": True, "email": "A@B.example", "email_verified": True}, "a@b.example"),
        (
            {"is_logged_in": True, "email": "a@b.example", "email_verified": "false", "sub": "7",
             "iss": "https://id.example"},
            "7 at https://id.example",
        ),
        ({"is_logged_in": True, "sub": "7", "iss": "https://id.example"}, "7 at https://id.example"),
    ],
)  # fmt: skip
def test_an_address_that_the_provider_does_not_vouch_for_is_no_name(claims, name):
    assert read_claims(claims) == name


def test_an_admin_lets_two_review_independently_and_opens_it_early(corpus):
    with stored(corpus) as store:
        for name, role in (("ann", "admin"), ("bob", "reviewer"), ("cy", "reviewer")):
            give_role(store, name, role)
        app = page("draw_page('people')").run()
        app.multiselect(key="assign-water").set_value(["bob", "cy"]).run()
        app.checkbox(key="double-water").check()
        app.button(key="assign").click().run()
        assert not app.exception
        assert active_double_review(store, "water").names == ("bob", "cy")
        session = ReviewSession(store, "water", "bob")
        session.do(Request("t1-1", "accept", (session.state.rows[0].id,)))
        app.multiselect(key="assign-water").set_value(["bob"])
        app.button(key="assign").click().run()
        assert "bob and cy are reviewing water independently" in words(app)
        app.button(key="open").click().run()
        assert not app.exception
        assert active_double_review(store, "water") is None


@pytest.mark.parametrize(
    ("me", "told"),
    [
        ("ann", "bob and cy are reviewing this briefing independently"),
        ("bob", "no one else can see your decisions yet"),
    ],
)
def test_the_page_says_who_reviews_a_sealed_briefing(corpus, monkeypatch, me, told):
    monkeypatch.setenv("ALIGN_REVIEWER", me)
    with stored(corpus) as store:
        for name, role in (("ann", "admin"), ("bob", "reviewer"), ("cy", "reviewer")):
            give_role(store, name, role)
        start_double_review(store, "water", ["bob", "cy"])
        app = page()
        app.query_params["briefing"] = "water"
        app.run()
        assert not app.exception
        assert told in words(app)


def test_two_who_reviewed_nothing_in_common_are_given_no_figures(corpus):
    with stored(corpus) as store:
        for place, name in enumerate(("ann", "bo")):
            session = ReviewSession(store, "water", name)
            session.do(Request(f"{name}-1", "accept", (session.state.rows[place].id,)))
        apart = page("draw_page('people')").run()
        assert "no reviewed text in common" in words(apart)
        assert not apart.metric
        again = Request("bo-2", "reject", (session.state.rows[0].id,), seen=session.seq)
        session.do(again)
        assert page("draw_page('people')").run().metric[0].value == "1"


def test_differences_have_pages(corpus):
    said = [tuple(f"第{n}句。" for n in range(21)), tuple(f"Sentence {n}." for n in range(21))]
    with stored(corpus, briefing(*((("", *text),) for text in said))) as store:
        for name, action in (("ann", "accept"), ("bo", "reject")):
            session = ReviewSession(store, "water", name)
            for n, row in enumerate(session.state.rows):
                session.do(Request(f"{name}-{n}", action, (row.id,), seen=session.seq))
        app = page("draw_page('people')").run()
        assert not app.exception
        assert sum(one.label == "Open row" for one in app.button) == 20
        assert app.metric[0].value == "21"
