"""The views around the table, without a browser."""

import datetime as dt
import gc
import io
import json
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
from review_cases import briefing, stored
from streamlit.testing.v1 import AppTest

from align.aligner.match import Alternative, Matching
from align.apps.page import downloads, glosses, protocol
from align.apps.page.background_words import BackgroundWords
from align.apps.page.background_writes import WRITES
from align.apps.page.desk_table import FIRST_LINES, exchange_desk, prepare_list
from align.apps.page.elements import format_age, plain
from align.apps.page.exchange import PRESENT_FOR, exchange
from align.apps.page.open_views import VIEWS
from align.apps.page.session_state import BriefingView, mark_seen, open_store
from align.apps.page.settings import store_keys
from align.corpus.review import Request, ReviewSession
from align.corpus.review.queue import CURVE_POINTS, FirstVerdict, RowFilter, error_curve
from align.corpus.store import Store, people
from align.errors import StoreError
from align.records import Alignment, Bead

APP = str(Path(__file__).resolve().parents[3] / "align" / "apps" / "page" / "script.py")


@pytest.fixture(autouse=True)
def _no_background(monkeypatch):
    """Keep models and dictionaries from being loaded behind a test."""
    monkeypatch.setattr(
        "align.apps.page.background_aligner.BackgroundAligner.__call__", lambda *_: None
    )
    monkeypatch.setattr("align.apps.page.glosses.load_dictionaries", lambda: False)


def page(name="", **query):
    app = AppTest.from_file(APP, default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    if name:
        app.session_state["reviewer"] = "ann"
    assert not app.exception
    return app


def words(app):
    return " ".join(
        str(element.value)
        for kind in (
            "markdown",
            "caption",
            "subheader",
            "header",
            "text",
            "info",
            "warning",
            "error",
            "success",
        )
        for element in app.get(kind)
    )


def sent(app):
    """Give what the table has: what was drawn, and what it is answered then."""
    drawn = json.loads(app.get("bidi_component")[-1].proto.json)[0]
    return {**drawn, **exchange(VIEWS[drawn["view"]], {})}


def test_an_empty_corpus_teaches(corpus):
    app = page()
    assert "No briefings yet" in words(app)
    assert "Add two files" in words(app)
    assert "align add URL" in words(app)
    assert app.text_input(key="add_address").label.startswith("URL of a briefing")


def test_a_briefing_opens_by_its_address_and_is_left_again(corpus):
    with stored(corpus) as store:
        row = store.rows("water")[0]
        mark_seen(open_view(store))  # a first visit
        WRITES.wait()
        ReviewSession(store, "water", "bo").do(Request("b-1", "flag", (row.id,)))
        app = page(briefing="water")
        data = sent(app)
        assert [one["zh"] for one in data["rows"][:2]] == [
            ["大家上午好。"],
            ["欢迎来到澄湖市新闻发布会。"],
        ]
        assert data["reviewer"] == "ann"
        assert data["news"]["rows"] == [row.id]
        app.button(key="leave").click().run()
        assert not app.exception
        assert "briefing" not in app.query_params
        assert "lines" in exchange_desk(desk(app), {})


def shelf(corpus, count=30):
    """Make a corpus of many briefings, the first two of which are reviewed, the last doubtful."""
    days = [dt.date(2031, 1, 1) + dt.timedelta(days=n) for n in range(count)]
    some = [briefing(name=f"day-{n:02}") for n in range(count)]
    doubtful = [Bead((n,), (n,), 0.5 if n == 3 else 0.9) for n in range(10)]
    some[-1] = briefing(beads=doubtful, name=some[-1].id)
    store = stored(
        corpus,
        *(replace(one, en=replace(one.en, date=day)) for one, day in zip(some, days, strict=True)),
    )
    for one in some[:2]:
        session = ReviewSession(store, one.id, "bo")
        session.do(Request(f"all-{one.id}", "accept", tuple(row.id for row in session.state.rows)))
    return store


def desk(app):
    """Return the view of the list that was drawn."""
    drawn = (json.loads(one.proto.json)[0] for one in app.get("bidi_component"))
    return next(VIEWS[one["view"]] for one in drawn if "actions" in one)


def names(answer):
    """Name the briefings that an answer shows, in order."""
    return [answer["lines"][at]["id"] for at in answer["order"]]


def test_the_list_is_filtered_and_sorted_by_python(corpus):
    with shelf(corpus):
        view = desk(page())
        assert names(exchange_desk(view, {})) == [f"day-{n:02}" for n in range(29, -1, -1)]
        nothing = exchange_desk(view, {"find": "lin 5月"})
        assert (nothing["order"], nothing["words"][:21]) == ([], "No matching briefings")
        found = exchange_desk(view, {"find": "lin 2031-01-0"})
        assert names(found) == [f"day-{n:02}" for n in range(8, -1, -1)]
        words = "9 of 30 briefings · 20 of 90 rows reviewed · 70 to review, about 7 likely wrong"
        assert found["words"] == words
        left = exchange_desk(view, {"part": "to review", "sort": "-wrong"})
        assert names(left)[:2] == ["day-29", "day-28"]
        assert names(exchange_desk(view, {"part": "reviewed", "sort": "date"})) == [
            "day-00",
            "day-01",
        ]


def test_a_long_list_begins_with_its_first_lines_and_all_ids(corpus):
    with shelf(corpus, FIRST_LINES + 1):
        view = desk(page())
        asked = {"begins": True, "sort": "-date"}
        begun, whole = exchange_desk(view, asked), exchange_desk(view, {"sort": "-date"})
        assert begun["ids"] == names(whole)
        assert [line["id"] for line in begun["first"]] == names(whole)[:FIRST_LINES]
        assert begun["words"] == whole["words"]
        assert begun["version"] == ""  # the browser asks for the others
        assert len(names(exchange_desk(view, asked | {"find": "2031-01"}))) == 31


def test_a_list_that_was_prepared_shows_what_changed_since(corpus):
    prepare_list()  # there is no corpus yet
    with shelf(corpus, 3) as store:
        prepare_list()
        store.remove("day-00")
        row = store.rows("day-02")[0]
        ReviewSession(store, "day-02", "bo").do(Request("b-1", "flag", (row.id,)))
        answer = exchange_desk(desk(page()), {})
    assert names(answer) == ["day-02", "day-01"]
    assert answer["lines"][0]["flagged"] == 1


def test_a_list_that_cannot_be_prepared_says_why(corpus):
    corpus.mkdir()
    (corpus / "corpus.db").write_bytes(b"no database")
    with pytest.raises(StoreError):
        prepare_list()


def test_a_browser_gets_the_lines_again_only_if_they_changed(corpus):
    with stored(corpus) as store:
        view = desk(page())
        first = exchange_desk(view, {})
        known = {"known": first["version"], "watches": True}
        assert exchange_desk(view, known) == {"version": first["version"]}
        assert exchange_desk(view, {**known, "watches": False})["lines"] is None
        row = store.rows("water")[0]
        session = ReviewSession(store, "water", "bo")
        session.do(Request("b-1", "flag", (row.id,)))
        session.do(Request("b-2", "annotate", (row.id,), note="Which lake?"))
        people.put_person(store, "bo", "reviewer")
        people.assign(store, "water", ["bo"])
        (line,) = exchange_desk(view, known)["lines"]
        assert (line["rows"], line["done"], line["flagged"]) == (10, 1, 1)
        assert (line["notes"], line["owners"]) == (1, ["bo"])
        session.do(Request("b-3", "undo", ()))
        assert exchange_desk(view, {})["lines"][0]["notes"] == 0


@pytest.mark.parametrize(
    "message", [{"find": 7, "part": [], "sort": {}}, {"known": 1, "watches": 1}, {"sort": "-'; --"}]
)
def test_a_damaged_question_is_answered_with_the_whole_list(corpus, message):
    with stored(corpus):
        assert len(exchange_desk(desk(page()), message)["order"]) == 1


def test_a_briefing_of_those_to_review_opens_at_its_worst_row(corpus):
    with shelf(corpus) as store:
        app = page()
        app.session_state["desk_table"] = {"go": {"n": 1, "id": "day-29", "part": "to review"}}
        app.run()
        assert not app.exception
        data = sent(app)
        assert (data["queue"], data["worst"]) == (True, store.rows("day-29")[3].id)


def test_a_deep_link_opens_a_row_with_its_search(corpus):
    with stored(corpus) as store:
        row = store.rows("water")[5]
        app = page(briefing="water", row=row.id, q="水价")
        data = sent(app)
        assert (data["row"], data["q"], data["show"]) == (row.id, "水价", [6, 8])


def test_filters_narrow_what_the_table_shows(corpus):
    beads = [
        Bead((0, 1), (0,), 0.4),
        *(Bead((n,), (n - 1,), 0.95) for n in range(2, 10)),
        Bead((), (9,), 0.7),
    ]
    with stored(corpus, briefing(beads=beads)) as store:
        ReviewSession(store, "water", "bo").do(
            Request("b-1", "accept", (store.rows("water")[1].id,))
        )
        app = page(briefing="water")
        for choice, places in (
            (["not 1:1"], [0, 9]),
            (["uncertain"], [0, 9]),
            (["unreviewed", "uncertain"], [0, 9]),
            (["flagged"], []),
        ):
            app.pills(key="show").set_value(choice).run()
            assert sent(app)["show"] == places
        app.pills(key="show").set_value([])
        app.multiselect(key="f_speaker").set_value(["Shanlan Daily"]).run()
        assert len(sent(app)["show"]) == 1
        app.multiselect(key="f_speaker").set_value([])
        app.multiselect(key="f_who").set_value(["bo"]).run()
        assert sent(app)["show"] == [1]


def test_the_queue_promises_what_it_will_find(corpus):
    with stored(corpus):
        app = page(briefing="water")
        app.toggle(key="queue").set_value(True).run()
        assert re.fullmatch(
            r"about \d\.\d errors left, 100% of them in the next 10 rows", sent(app)["promise"]
        )
        app.toggle(key="queue").set_value(False).run()
        assert sent(app)["promise"] == ""


def test_what_the_publisher_changed_is_told_with_its_rows(corpus):
    old = briefing(name="water")
    turns = old.zh.turns
    first = replace(turns[0], paragraphs=(f"{turns[0].paragraphs[0]}!", *turns[0].paragraphs[1:]))
    with stored(corpus, replace(old, zh=replace(old.zh, turns=(first, *turns[1:])))) as store:
        store.describe("water", {"title": "Water for all"})  # nothing that the publisher did
        assert "The publisher has since changed" not in str(page(briefing="water").expander)
        store.save(old, address="https://news.example/water")
    app = page(briefing="water")
    (changes,) = [
        one for one in app.expander if one.label == "The publisher has since changed 1 passage"
    ]
    assert changes.markdown[0].value == "**Chinese, row 1–2; English was not updated**"
    assert changes.text[0].value.count("\n") == 1


def test_an_unknown_briefing_is_said_to_be_unknown(corpus):
    with stored(corpus):
        app = page(briefing="no*such*one")
        assert "not a briefing of this corpus" in words(app)


def test_a_folder_that_is_no_corpus_is_one_plain_line(corpus):
    corpus.mkdir()
    (corpus / "notes.txt").write_text("hello")
    app = page()
    assert "not a corpus" in words(app)


@pytest.mark.parametrize("name", ["search", "corpus", "people", "settings"])
def test_every_page_opens_on_an_empty_and_on_a_full_corpus(corpus, name):
    body = f"from align.apps.page.app import draw_page\ndraw_page('{name}')"
    assert not AppTest.from_string(body, default_timeout=60).run().exception
    with stored(corpus) as store:
        for reviewer in ("ann", "bo"):
            session = ReviewSession(store, "water", reviewer)
            for row in session.state.rows[:9]:
                session.do(Request(f"{reviewer}-{row.id}", "reopen", (row.id,), seen=session.seq))
                action = "reject" if reviewer == "bo" and row is session.state.rows[0] else "accept"
                session.do(Request(f"{reviewer}-{row.id}x", action, (row.id,), seen=session.seq))
        store.save(
            briefing(), address="https://news.example/water", lost=[(store.rows()[0], "gone")]
        )
        assert not AppTest.from_string(body, default_timeout=60).run().exception


def test_a_briefing_that_is_taken_out_while_progress_is_read_is_no_error(corpus):
    body = "from align.apps.page.app import draw_page\ndraw_page('corpus')"
    with stored(corpus, briefing(), briefing(name="wood")):
        read = open_store()
        gone = []

        def take_out(_connection, _cursor, statement, *_more):
            if "coalesce" in statement and "LIMIT" in statement and not gone:  # the most doubtful
                gone.append("water")
                with Store.open(corpus) as other:
                    other.remove("water")

        sa.event.listen(read.engine, "after_cursor_execute", take_out)
        app = AppTest.from_string(body, default_timeout=60).run()
        assert gone
        assert not app.exception
        assert any("water" in one.value for one in app.caption)


def bindings(app):
    """Give what the settings show: the keys of each command, and what could not be saved."""
    found = [json.loads(one.proto.json)[0] for one in app.get("bidi_component")]
    data = next(data for data in found if "reserved" in data)
    return {one["name"]: one["keys"] for one in data["commands"]}, data["problem"]


def test_keys_that_were_pressed_are_stored_per_reviewer(corpus):
    with stored(corpus) as store:
        store.set_preference(
            "ann", "keys", {"accept": ["y"], "text-down": ["Enter"], "edit": ["e"]}
        )
        body = "from align.apps.page.app import draw_page\ndraw_page('settings')"
        app = AppTest.from_string(body, default_timeout=60).run()
        keys, _problem = bindings(app)  # those that an earlier version stored
        assert (keys["accept"], keys["text-down"], keys["reject"]) == (["y"], ["Enter"], ["x"])
        assert store_keys(store, "ann", {**keys, "accept": ["z", "Control+Enter"]}) == ""
        kept = {"accept": ["z", "Control+Enter"], "text-down": ["Enter"], "edit": ["e"]}
        assert store.preference("ann", "keys") == kept
        told = store_keys(store, "ann", {**keys, "reject": ["m"]})
        assert told.startswith("Not saved. m is assigned to more than one command")
        told = store_keys(store, "ann", {"reject": ["Hyper+ü"]})
        assert told.startswith("Not saved. Hyper+ü: not a key name")
        app.session_state["key_problem"] = told
        shown, problem = bindings(app.run())
        assert (shown["accept"], problem) == (kept["accept"], told)
        assert store.preference("ann", "keys") == kept
        assert (store_keys(store, "ann", {}), store.preference("ann", "keys")) == ("", {})
        app.text_input(key="reviewer_name").set_value("cy").run()
        assert app.session_state["reviewer"] == "cy"
        assert store.preference("cy", "keys") is None


def test_the_way_back_leads_to_the_page_of_hits_from_which_a_row_was_opened(corpus):
    with stored(corpus):
        app = AppTest.from_file(APP, default_timeout=60)
        app.session_state["came_from"] = ("search", {"words": "water", "page": "2"})
        app.query_params["briefing"] = "water"
        app.run()
        assert app.button(key="leave").label == "Search"
        app.button(key="leave").click().run()
        assert not app.exception
        assert app.text_input(key="words").value == "water"


def test_a_search_marks_hits_and_opens_their_row(corpus):
    with stored(corpus):
        app = AppTest.from_string(
            "from align.apps.page.app import draw_page\ndraw_page('search')", default_timeout=60
        )
        app.session_state["words"] = "湖水"
        app.run()
        assert not app.exception
        assert "1 match" in words(app)
        sent = [json.loads(one.proto.json)[0] for one in app.get("bidi_component")]
        (data,) = [one for one in sent if "rows" in one]
        assert data["rows"][0]["zh"] == [["湖水", "mark"], ["更清了。", ""]]
        app.text_input(key="words").set_value('"unclosed OR').run()
        assert not app.exception


def test_conflicts_wait_until_somebody_settles_them(corpus):
    with stored(corpus) as store:
        row = store.rows("water")[2]
        store.save(
            briefing(), address="https://news.example/water", lost=[(row, "its text is gone")]
        )
        body = "from align.apps.page.app import draw_page\ndraw_page('people')"
        app = AppTest.from_string(body, default_timeout=60).run()
        assert "its text is gone" in words(app)
        (conflict,) = store.conflicts()
        app.button(key=f"settle-{conflict.id}").click().run()
        assert store.conflicts() == ()


def open_view(store, reviewer="ann"):
    session = ReviewSession(store, "water", reviewer)
    return BriefingView(session, store.current_documents("water"), BackgroundWords(store))


def operation(one, seq, action, place, **more):
    row = one.session.state.rows[place].id
    return {
        "seq": seq,
        "op": f"tab-{seq}",
        "action": action,
        "rows": [row],
        "seen": one.session.seq,
        **more,
    }


def ask(one, *ops, having=None):
    """Ask as the table does that has an answer already."""
    return exchange(
        one,
        {"ops": [*ops], **({"key": having["key"], "version": having["version"]} if having else {})},
    )


def test_operations_are_done_once_and_in_order(corpus):
    with stored(corpus) as store:
        one = open_view(store)
        first = operation(one, 1, "merge", 2)
        second = operation(one, 2, "accept", 2)
        ask(one, first, second)
        answer = ask(one, first, second)
        assert [entry.decision.action for entry in store.history("water")] == ["merge", "accept"]
        assert (answer["ack"], answer["focus"]["row"]) == (2, first["rows"][0])


def test_an_answer_holds_what_changed_since_the_version_that_the_table_has(corpus):
    with stored(corpus) as store:
        one = open_view(store)
        begun = ask(one)
        assert [row["id"] for row in begun["rows"]] == [row.id for row in one.session.state.rows]
        assert "patch" not in begun
        merged = ask(one, operation(one, 1, "merge", 2), having=begun)
        assert "rows" not in merged
        assert sorted(row is None for row in merged["patch"].values()) == [False, True]
        later = ask(one, operation(one, 2, "accept", 0), having=merged)
        assert [*later["patch"]] == [one.session.state.rows[0].id]
        assert (
            later["patch"].keys() | merged["patch"].keys() == ask(one, having=begun)["patch"].keys()
        )
        rest = ask(one, having=later)
        assert (rest["patch"], rest["key"], rest["version"]) == ({}, later["key"], later["version"])
        assert rest.keys().isdisjoint({"checks", "notes", "news", "show", "turns"})
        assert len(ask(one, having={"key": "another", "version": 0})["rows"]) == 9


def test_a_table_is_answered_in_words_when_the_corpus_was_moved_away(corpus, monkeypatch):
    monkeypatch.setattr(glosses, "load_dictionaries", lambda: True)
    with stored(corpus) as store:
        one = open_view(store)
        look = {"row": one.session.state.rows[0].id, "whole": True}
        assert exchange(one, {"look": look})["help"]
        corpus.rename(corpus.with_name("away"))
        answer = exchange(one, {"look": look})
        assert "moved or replaced" in answer["msg"]
        assert answer["help"] == {}
        corpus.with_name("away").rename(corpus)
        assert exchange(one, {"look": look})["msg"] == ""


def test_a_table_is_answered_while_rows_are_checked_and_other_views_open(corpus):
    with stored(corpus) as store:
        one = open_view(store)
        one.checks |= dict.fromkeys(map(str, range(1000)), ())
        added = []

        def add(*_):  # what other threads do, in the middle of the answer
            name = f"{len(added)}"
            added.append(BriefingView(one.session, one.documents, one.words, key=name))
            one.checks[f"new {name}"] = ()

        threshold = gc.get_threshold()
        gc.callbacks.append(add)
        gc.set_threshold(1)
        try:
            answer = ask(one)
        finally:
            gc.set_threshold(*threshold)
            gc.callbacks.remove(add)
        assert added
        assert (answer["checks"], answer["people"]) == ({}, [])


def test_a_briefing_that_was_added_anew_is_shown_with_its_own_labels_and_checks(corpus):
    with stored(corpus) as store:
        one = open_view(store)
        answer = ask(one)
        assert (answer["turns"]["en"][1], answer["checks"]) == ("Gao Yuan:", {})
        store.remove("water")
        gone = ask(one, having=answer)
        assert gone["msg"].startswith("water: unknown briefing")
        zh = (("市长 安然：", "去年新增造林1.2万亩。"),)
        en = (("An Ran:", "Last year the city planted 50,000 mu of trees."),)
        store.save(briefing(zh, en), address="https://news.example/water")
        answer = ask(one, having=gone)
        (row,) = store.rows("water")
        assert [told["id"] for told in answer["rows"]] == [row.id]
        assert answer["turns"]["en"] == ["An Ran:"]
        assert answer["checks"].keys() == {row.id}


@pytest.mark.parametrize("decided", [True, False])
def test_rows_that_were_aligned_anew_are_told(corpus, decided):
    with stored(corpus) as store:
        one = open_view(store)
        if decided:
            one.session.do(Request("t1-1", "accept", (store.rows("water")[0].id,)))
        answer = ask(one)
        beads = [Bead((0, 1), (0, 1), 0.9), *(Bead((n,), (n,), 0.9) for n in range(2, 10))]
        store.save(briefing(beads=beads), address="https://news.example/water")
        answer = ask(one, having=answer)
        assert [row["id"] for row in answer["rows"]] == [row.id for row in store.rows("water")]
        assert "rows" not in ask(one, having=answer)


def test_a_filter_and_the_queue_are_told_when_they_change(corpus):
    with stored(corpus) as store:
        one = open_view(store)
        begun = ask(one)
        assert (begun["show"], begun["worst"], begun["promise"]) == (None, "", "")
        one.wanted, one.queue = RowFilter(text="lake"), True
        answer = ask(one, having=begun)
        assert [one.session.state.rows[at].en_text for at in answer["show"]] == [
            "The lake is clearer."
        ]
        assert (answer["q"], answer["queue"]) == ("lake", True)
        assert answer["worst"]
        assert "errors left, " in answer["promise"]
        one.language = "zh"
        assert "处错误" in ask(one, having=answer)["promise"]


def test_what_others_decided_is_told_also_where_an_own_decision_took_it_in(corpus):
    with stored(corpus) as store:
        one, bob = open_view(store), ReviewSession(store, "water", "bob")
        begun = ask(one)
        row = bob.state.rows[5]
        bob.do(Request("b-1", "edit", (row.id,), en_text="Nobody but Bob has read this."))
        answer = ask(one, operation(one, 1, "accept", 0), having=begun)
        assert answer["patch"].keys() == {row.id, one.session.state.rows[0].id}
        words = "1 decision by bob since your last visit"
        assert answer["news"] == {"rows": [row.id], "words": words}
        assert ask(one, having=answer)["patch"] == {}


def test_what_others_decided_before_the_first_visit_is_no_news(corpus):
    with stored(corpus) as store:
        bob = ReviewSession(store, "water", "bob")
        visits = []
        for number, row in enumerate(bob.state.rows[:3]):
            bob.do(Request(f"b-{number}", "accept", (row.id,)))
            one = open_view(store)
            mark_seen(one)
            WRITES.wait()
            visits.append(ask(one)["news"]["rows"])
        _, second, third = bob.state.rows[:3]
        assert visits == [[], [second.id], [third.id]]


def test_a_briefing_opens_while_another_program_keeps_the_corpus_locked(corpus):
    with stored(corpus) as store:
        bob = ReviewSession(store, "water", "bob")
        bob.do(Request("b-1", "accept", (bob.state.rows[0].id,)))
        with closing(sqlite3.connect(corpus / "corpus.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            app = page()
            app.query_params["briefing"] = "water"
            app.run()
            assert not app.exception
            assert len(sent(app)["rows"]) == 10
            other.execute("ROLLBACK")
        WRITES.wait()
        one = open_view(store)
        mark_seen(one)
        assert one.seen == store.history()[-1].seq


def test_people_at_one_briefing_see_each_other_while_their_tables_ask(corpus):
    with stored(corpus) as store:
        one, two = open_view(store), open_view(store, "bob")
        assert (ask(one)["people"], ask(two)["people"]) == ([], ["ann"])
        assert ask(one)["people"] == ["bob"]
        two.asked -= PRESENT_FOR
        assert ask(one)["people"] == []


def test_people_see_at_which_rows_others_are(corpus):
    with stored(corpus) as store:
        one, two = open_view(store), open_view(store, "bob")
        exchange(two, {"at": two.session.state.rows[4].id})
        assert ask(one)["places"] == {"bob": two.session.state.rows[4].id}
        exchange(two, {"at": "gone"})
        assert ask(one)["places"] == {}
        assert ask(one)["people"] == ["bob"]
        exchange(two, {"at": ["hostile"]})
        assert ask(one)["places"] == {}


def test_expected_and_found_errors_are_told_when_they_are_asked_for(corpus):
    with stored(corpus) as store:
        one = open_view(store)
        ask(one, operation(one, 1, "accept", 0), operation(one, 2, "reject", 1))
        assert ask(one)["errors"] is None
        errors = exchange(one, {"errors": True})["errors"]
        assert [(rows, round(expected, 3), found) for rows, expected, found in errors["curve"]] == [
            (0, 0.0, 0),
            (1, 0.1, 0),
            (2, 0.2, 1),
        ]
        assert errors["unreviewed"] == 8
        assert round(errors["left"], 3) == 0.8


def test_a_long_curve_of_errors_keeps_its_last_point():
    curve = error_curve([FirstVerdict(0.5, n % 2 == 0) for n in range(1471)])
    assert len(curve) <= CURVE_POINTS + 1
    assert (curve[0], curve[-1]) == ((0, 0.0, 0), (1471, 735.5, 735))


def test_a_row_that_was_judged_again_tells_its_probability_before(corpus):
    with stored(corpus) as store:
        one = open_view(store)
        first, second = (row.id for row in one.session.state.rows[:2])
        one.queue, one.judged = True, {first: 0.25}
        rows = {row["id"]: row for row in ask(one)["rows"]}
        assert (rows[first]["probability"], rows[first]["was"]) == (0.25, 0.9)
        assert "was" not in rows[second]


def test_a_refused_operation_is_acknowledged_and_explained(corpus):
    with stored(corpus) as store:
        one = open_view(store)
        answer = ask(one, operation(one, 1, "split", 0))
        assert "one sentence" in answer["msg"]
        assert (answer["ack"], answer["refused"]) == (1, [1])
        assert ask(one, operation(one, 2, "accept", 0))["msg"] == ""


def test_a_refusal_is_told_until_the_tab_has_heard_it_however_fast_the_next_keys_come(corpus):
    with stored(corpus) as store:
        one = open_view(store)
        first, second, third = (
            operation(one, 1, "split", 0),
            operation(one, 2, "accept", 1),
            operation(one, 3, "reopen", 2),
        )
        assert "one sentence" in ask(one, first, second)["msg"]
        ask(one)  # a question without operations takes nothing back
        answer = ask(one, first, second, third)  # it has heard nothing yet
        assert (answer["ack"], answer["refused"]) == (3, [1])
        assert answer["msg"] == f"{one.messages[1]}; nothing to change"
        assert ask(one, operation(one, 4, "accept", 2))["msg"] == ""
        assert [entry.decision.op for entry in store.history("water")] == ["tab-2", "tab-4"]


def test_nonsense_from_a_browser_does_no_harm(corpus):
    with stored(corpus) as store:
        one = open_view(store)
        for op in (
            {"seq": "first", "action": "accept"},
            {"seq": 1},
            {"seq": 2, "rows": 7, "action": 3},
            {"seq": 3, "action": "edit", "rows": ["x"]},
        ):
            answer = ask(one, op)
        exchange(one, {"ops": "nothing", "look": 7, "key": [], "version": "x"})
        exchange(
            one, {"ops": [None, 3], "look": {"row": {}}, "key": ask(one)["key"], "version": {}}
        )
        assert store.history("water") == ()
        assert answer["ack"] == 3


def test_a_request_keeps_only_what_has_its_type():
    request = protocol.decode_request(
        {"op": "t-1", "action": "split", "zh": 2, "en": "x", "up": "yes", "side": "fr"}
    )
    assert (request.zh, request.en, request.up, request.side) == (2, -1, False, "en")
    assert request.tab == "t"
    assert request.zh_text is None


def test_what_is_edited_is_the_text_itself_and_not_how_it_is_shown(corpus):
    with stored(corpus) as store:
        session = ReviewSession(store, "water", "ann")
        row = session.state.rows[5]
        assert "raw" not in protocol.encode_row(session.state, row)
        sent_row = protocol.encode_row(session.state, row, script="traditional")
        assert sent_row["zh"] == ["今年再建兩座水廠。"]
        assert sent_row["raw"] == "今年再建两座水厂。"


def test_help_for_a_row_has_words_numbers_history_and_addresses(corpus):
    with stored(corpus) as store:
        one = open_view(store)
        ask(one, operation(one, 1, "accept", 3))
        row = one.session.state.rows[3]
        found = protocol.make_help(one, row.id, whole=True)
        assert {"text": "去年", "start": 0, "end": 2}.items() <= found["words"][0].items()
        assert "last year" in found["words"][0]["gloss"]
        assert "12,000" in " ".join(number["target"] for number in found["numbers"])
        assert [line["action"] for line in found["history"]] == ["accepted"]
        assert found["url_en"].startswith("https://news.example/en/1.html#:~:text=Last%20year")
        assert found["options"] == []


@pytest.mark.parametrize("whole", [False, True])
def test_help_before_aligner_and_words_are_prepared_is_asked_for_again(corpus, whole: bool):
    with stored(corpus) as store:
        one = open_view(store)
        row = one.session.state.rows[3]
        for aligner, is_ready in ((lambda zh, en: None, False), (Proposer(), True)):
            one.session.aligner, one.words = aligner, CountingWords()
            assert not protocol.make_help(one, row.id, whole=whole)["ready"]
            one.words.settled = True
            assert protocol.make_help(one, row.id, whole=whole)["ready"] == is_ready


def test_words_are_counted_in_the_background_and_change_the_links_of_a_row(corpus):
    with stored(corpus) as store:
        one = open_view(store)
        row = one.session.state.rows[3]
        one.words = BackgroundWords(store, fewest=1)
        assert one.words.chances is None
        before = protocol.make_help(one, row.id, whole=False)["links"]
        one.words.wake()
        one.words.wait()
        assert one.words.settled
        assert one.words.chances.rows > 0
        assert before != [] != protocol.make_help(one, row.id, whole=False)["links"]


def test_a_small_corpus_links_words_without_its_counts(corpus):
    with stored(corpus) as store:
        words = BackgroundWords(store)
        words.wake()
        words.wait()
        assert words.settled
        assert words.chances is None


class CountingWords:
    """Words of which nothing is counted yet."""

    chances, settled = None, False


class Proposer:
    """An aligner that would join the first two rows, or leave them as they are."""

    best_links = frozenset({((0, 1), (0, 1)), *(((n,), (n,)) for n in range(10))})

    def __call__(self, zh, en):
        return self

    def probability(self, beads):
        return [0.5 for _ in beads]

    def given(self, must):
        return self

    def solve(self, fixed):
        joined = Alternative((Bead((0, 1), (0, 1)),), 0.5)
        return Matching(Alignment(tuple(fixed), ""), ((joined,),))


def test_an_alternative_that_is_shown_is_taken_by_its_name(corpus):
    with stored(corpus) as store:
        one = open_view(store)
        one.session.aligner = Proposer()
        (option,) = protocol.make_help(one, one.session.state.rows[1].id, whole=True)["options"]
        both = "Good morning, everyone. Welcome to the press conference of Chenghu."
        assert option["rows"] == [["大家上午好。欢迎来到澄湖市新闻发布会。", both]]
        taken = operation(one, 1, "choose", 1, option=option["name"])
        assert (ask(one, taken)["msg"], store.rows("water")[0].en_text) == ("", both)


def test_chinese_text_is_written_as_one_wishes_with_every_character_in_its_place():
    assert glosses.rewrite("发展经济", "traditional") == "發展經濟"
    assert glosses.rewrite("發展經濟", "simplified") == "发展经济"
    assert glosses.rewrite("發展", "as written") == "發展"
    assert len(glosses.rewrite("头发里面的计算机", "traditional")) == len("头发里面的计算机")


@pytest.mark.parametrize(
    ("word", "sense"),
    [
        ("是", "to be"),
        ("了", "(completed action"),
        ("都", "all"),
        ("中", "within"),
        ("长", "chief"),
        ("对", "towards"),
        ("對", "towards"),
        ("会", "can"),
        ("得", "structural particle"),
        ("地", "-ly"),
        ("还", "still"),
        ("要", "to want"),
        ("行", "all right"),
        ("把", "(used to put the object before the verb"),
        ("将", "will"),
        ("为", "for"),
        ("被", "used to indicate passive voice"),
        ("吗", "(question particle"),
        ("才", "then and only then"),
        ("率", "rate"),
        ("等", "and so on"),
        ("作为", "as (in the capacity of)"),
    ],
)
def test_the_sense_of_a_common_word_is_the_one_that_is_met_most(word, sense):
    assert glosses.look_up(word).startswith(sense)


@pytest.mark.parametrize(("word", "begins"), glosses._usual_senses().items())
def test_the_dictionary_has_the_usual_sense_of_each_common_word(word, begins):
    assert glosses.look_up(word).startswith(begins)


def test_pinyin_is_that_of_the_word_in_which_a_character_stands():
    assert glosses.write_pinyin("银行行长都会长高。") == "yín háng háng zhǎng dōu huì zhǎng gāo。"


def test_a_word_that_is_in_no_dictionary_is_explained_by_its_characters():
    assert "lake" in glosses.look_up("澄湖")


@pytest.mark.parametrize("name", ["tmx", "tsv", "jsonl"])
def test_a_download_holds_the_rows_that_are_shown(corpus, name):
    with stored(corpus) as store:
        one = open_view(store)
        whole = downloads.export_bytes(store, name, None, ["water"]).decode("utf-8")
        assert "湖水更清了。" in whole
        assert "谢谢主持人。" in whole
        row = one.session.state.rows[4]
        part = downloads.export_bytes(store, name, frozenset({row.id}), ["water"]).decode("utf-8")
        assert "湖水更清了。" in part
        assert "谢谢主持人。" not in part


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("word", "pill"),
    [
        ("flagged", "flagged"),
        ("已标记", "flagged"),
        ("存疑", "flagged"),  # its label in an earlier version
        ("doubtful", "uncertain"),
        ("not one to one", "not 1:1"),
    ],
)
def test_a_filter_in_an_address_is_read_whatever_the_language_of_who_sent_it(
    corpus, language, word, pill
):
    with stored(corpus):
        app = AppTest.from_file(APP, default_timeout=60)
        app.session_state["language"] = language
        app.query_params["briefing"] = "water"
        app.query_params["show"] = word
        app.run()
        assert app.pills(key="show").value == [pill]


def test_where_no_row_is_shown_there_is_nothing_to_download(corpus):
    with stored(corpus):
        app = page(briefing="water")
        assert not app.get("download_button")  # they come when the box is opened
        app.session_state["download_box"] = True
        app.run()
        buttons = len(app.get("download_button"))
        app.text_input(key="q").set_value("nowhere").run()
        assert not app.exception
        assert (buttons, len(app.get("download_button"))) == (len(downloads.FORMATS_SHOWN), 0)
        assert "No matching rows. Clear the search or a filter." in words(app)


def test_where_all_rows_shown_are_rejected_no_book_can_be_made_of_them(corpus):
    with stored(corpus) as store:
        one = ReviewSession(store, "water", "bo")
        one.do(Request("b-1", "reject", tuple(row.id for row in one.state.rows[:2])))
        app = page(briefing="water")
        app.session_state["download_box"] = True
        app.session_state["show"] = ["rejected"]
        app.run()
        kinds = [one.proto.id.rsplit("_", 1)[1] for one in app.get("download_button")]
        assert kinds == [kind for kind in downloads.FORMATS_SHOWN if kind not in ("html", "epub")]


def test_a_download_has_only_accepted_rows_on_request_and_codes_for_translation_tools(corpus):
    with stored(corpus) as store:
        session = ReviewSession(store, "water", "ann")
        session.do(Request("t-1", "accept", (session.state.rows[3].id,)))
        memory = downloads.export_bytes(store, "tmx", None, ["water"], accepted=True).decode()
    assert memory.count("<tu ") == 1
    assert '<tuv xml:lang="zh-CN">' in memory
    assert '<tuv xml:lang="en-US">' in memory
    assert ' changeid="ann"' in memory


@pytest.mark.parametrize("name", downloads.FORMATS_SHOWN)
def test_every_button_makes_a_file(corpus, name):
    with stored(corpus) as store:
        made = downloads.export_bytes(store, name, None, ["water"])
    if name == "tei":  # a folder, so that a browser is given a zip
        with ZipFile(io.BytesIO(made)) as folder:
            assert "湖水更清了。" in folder.read("water.zh.xml").decode()
    else:
        assert made


def test_the_page_to_read_has_both_sides_no_markup_of_the_text_and_nothing_rejected(corpus):
    said = (("<b>林可</b>：", "一<二。"), ("", "三。"))
    with stored(corpus, briefing(said, (("Lin & Ke:", "One < two."), ("", "Three.")))) as store:
        one = open_view(store)
        html = downloads.export_bytes(store, "html", None, ["water"]).decode()
        assert "&lt;b&gt;林可&lt;/b&gt;" in html
        assert "One &lt; two." in re.sub(r"</?[a-z]+[^>]*>", "", html)  # of the word links
        assert "<script" not in html
        row = one.session.state.rows[1].id
        ReviewSession(store, "water", "bo").do(Request("b-1", "reject", (row,)))
        assert "Three" in html
        assert "Three" not in downloads.export_bytes(store, "html", None, ["water"]).decode()
        assert downloads.export_bytes(store, "epub", None, ["water"]).startswith(b"PK")


def test_text_is_safe_in_markdown():
    assert plain("3*4 :red[x] $y$ <b> #a\nb") == "3\\*4 \\:red\\[x\\] \\$y\\$ \\<b\\> \\#a b"
    now = dt.datetime(2031, 5, 14, tzinfo=dt.UTC)
    assert format_age(now, now) == "just now"
    assert format_age(now - dt.timedelta(minutes=1), now) == "1 minute ago"
