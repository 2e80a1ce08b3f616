"""The search page: hits in lines, decisions about them, conditions, counts and files."""

import json

import pytest
from bead_strategy import bead
from beads_in_memory import MemoryStore
from review_cases import stored
from streamlit.testing.v1 import AppTest

from align.apps.page import hits
from align.apps.page.downloads import export_bytes
from align.apps.page.hits_exchange import exchange_hits
from align.apps.page.open_views import VIEWS
from align.apps.page.search import PAGE
from align.corpus.review import Request, ReviewSession
from align.corpus.review.keys import PREFERENCE
from align.corpus.search import Concordance, Where

BODY = "from align.apps.page.app import draw_page\ndraw_page('search')"


def asked(query, address=(), **state):
    app = AppTest.from_string(BODY, default_timeout=60)
    for name, value in {"words": query, **state}.items():
        app.session_state[name] = value
    for name, value in dict(address).items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def shown(app):
    return " ".join(
        str(one.value) for kind in ("caption", "info", "error") for one in app.get(kind)
    )


def sent(app, part):
    """Give what the browser is sent for the component that has this part."""
    found = [json.loads(one.proto.json)[0] for one in app.get("bidi_component")]
    return next(data for data in found if part in data)


def lines(app):
    """Give what the browser is sent of the hits."""
    return sent(app, "rows")


def view_of(app):
    """Give the view to which the page sends its decisions."""
    return VIEWS[sent(app, "commands")["view"]]


def encoded(query, **fields):
    (found,) = Concordance(MemoryStore(bead(**fields))).search(query).hits
    return hits.encode_hit(found)


def test_a_hit_stands_in_its_line_with_its_counterpart_marked():
    row = encoded("船只", zh="新的船只<b>来了。", en="The new ship & its crew came.")
    assert (row["side"], row["line"]) == ("zh", ["新的", "船只", "<b>来了。"])
    assert row["other"] == [("The new ", ""), ("ship", "i"), (" & its crew came.", "")]
    assert row["zh"] == [("新的", ""), ("船只", "mark"), ("<b>来了。", "")]
    assert row["from"] == [0, 0]


def test_a_counterpart_that_stands_late_is_brought_into_sight():
    zh, en = f"{'水价不变。' * 9}船只来了。", f"{'Water prices stay. ' * 9}Then the ship came."
    row = encoded("船只", zh=zh, en=en)
    assert row["other"][0] == ("…", "")
    assert row["other"][2] == ("ship", "i")
    assert len(row["other"][1][0]) < 20
    whole = "".join(text for text, _ in row["en"])
    assert whole[row["from"][1] + 1 :] == "".join(text for text, _ in row["other"])[1:]
    assert "".join(text for text, _ in row["en"]).startswith("Water prices stay.")


def test_a_side_that_is_empty_has_no_pieces():
    assert encoded("港口", zh="港口。", en="")["other"] == []


def test_a_hit_is_accepted_and_mended_where_it_stands(corpus):
    with stored(corpus) as store:
        app = asked("湖水")
        (row,) = lines(app)["rows"]
        assert (row["status"], lines(app)["decides"]) == ("unreviewed", True)
        shown_texts = ["".join(text for text, _ in row[side]) for side in ("zh", "en")]
        view = view_of(app)
        ask = {"rows": [row["id"]], "briefing": "water", "shown": shown_texts}
        edited = {**ask, "action": "edit", "en_text": "The lake is clean."}
        ops = [
            {**ask, "seq": 1, "op": "t-1", "action": "accept"},
            {**edited, "seq": 2, "op": "t-2"},
            {**edited, "seq": 3, "op": "other-3", "en_text": "Unseen."},
        ]
        answer = exchange_hits(view, {"ops": ops})
        kept = next(one for one in store.rows() if one.id == row["id"])
        assert (kept.en_final, kept.reviewer) == ("The lake is clean.", "ann")
        assert [entry.decision.action for entry in store.history()] == ["accept", "edit"]
        assert "someone changed this row" in answer["messages"]["3"]
        assert (answer["ack"], answer["refused"]) == (3, [3])
        bo = ReviewSession(store, "water", "bo")
        bo.do(Request("b-1", "flag", (row["id"],), seen=bo.seq))
        assert lines(asked("湖水"))["rows"][0]["status"] == "flagged"


def take_back(view, number, action="undo", **more):
    """Undo or redo; give the message and whether it was refused."""
    op = {"seq": number, "op": f"t-{number}", "action": action, "rows": [], **more}
    answer = exchange_hits(view, {"ops": [op]})
    return answer["messages"].get(str(number), ""), answer["refused"] == [number]


def test_decisions_on_hits_are_undone_and_redone_one_by_one(corpus):
    with stored(corpus) as store:
        app = asked("湖水")
        (row,) = lines(app)["rows"]
        view, before = view_of(app), store.rows()
        texts = ["".join(text for text, _ in row[side]) for side in ("zh", "en")]
        ask = {"rows": [row["id"]], "briefing": "water", "shown": texts}
        accept = {**ask, "seq": 1, "op": "t-1", "action": "accept"}
        edit = {**ask, "seq": 2, "op": "t-2", "action": "edit", "en_text": "The lake is clean."}
        assert exchange_hits(view, {"ops": [accept, edit]})["sizes"] == {"undo": 1, "redo": 0}

        def now():
            found = next(one for one in store.rows() if one.id == row["id"])
            return found.en_edit, found.status

        done = now()
        assert done == ("The lake is clean.", "accepted")
        assert take_back(view, 3, near=True) == ("undone: edited", False)
        assert now() == (None, "accepted")
        assert take_back(view, 4, "redo", near=True) == ("redone: edited", False)
        assert now() == done
        assert take_back(view, 5) == ("undone: edited", False)
        assert take_back(view, 6) == ("undone: accepted", False)
        assert [one.en_final for one in store.rows()] == [one.en_final for one in before]
        assert take_back(view, 7) == ("nothing to undo", True)
        exchange_hits(view, {"ops": [{**accept, "seq": 8, "op": "t-8"}]})
        assert take_back(view, 9, "redo") == ("nothing to redo", True)

        bo = ReviewSession(store, "water", "bo")
        bo.do(Request("b-1", "edit", (row["id"],), seen=bo.seq, en_text="Bo was here."))
        words, refused = take_back(view, 10)
        assert (refused, "bo changed this row after" in words) == (True, True)
        assert now() == ("Bo was here.", "accepted")


def test_the_keys_of_a_reviewer_and_the_words_of_the_review_are_those_of_the_toolbar(corpus):
    with stored(corpus) as store:
        store.set_preference("ann", PREFERENCE, {"accept": ["Enter", "y"], "undo": ["z"]})
        found = {one["name"]: one for one in sent(asked("湖水"), "commands")["commands"]}
        assert (found["accept"]["keys"], found["accept"]["label"]) == (["y"], "Accept and continue")
        assert (found["undo"]["keys"], found["open"]["keys"]) == (["z"], ["Enter"])
        assert {"keys", "palette", "redo", "edit", "next"} <= found.keys()


def test_what_fits_nothing_says_what_to_do(corpus):
    with stored(corpus):
        nothing = asked("zebra")
        assert "No matches. Try fewer words" in shown(nothing)
        assert not nothing.get("download_button")
        assert asked("lake").get("download_button")


def test_a_query_that_cannot_be_read_is_one_line(corpus):
    with stored(corpus):
        assert "unmatched quotation mark" in shown(asked('"unclosed'))
        assert "contains no word to search for" in shown(asked("water & | ! : *"))


def test_conditions_narrow_the_hits_and_stand_in_the_address(corpus):
    with stored(corpus):
        everything = asked("water OR lake OR prices")
        assert "matches" in shown(everything)
        assert set(everything.query_params) <= {"words"}
        assert "No matches" in shown(asked("water OR lake OR prices", s_speaker="nobody"))
        narrowed = asked("water OR lake OR prices", {"below": "0.05", "order": "left"})
        assert "No matches" in shown(narrowed)
        assert narrowed.selectbox(key="s_order").value == "left"
        assert "Filters (1)" in [one.proto.popover.label for one in narrowed.get("popover")]
        narrowed.multiselect(key="s_status").set_value(["accepted", "flagged"]).run()
        narrowed.date_input(key="s_from").set_value("2031-01-01").run()
        assert narrowed.query_params["status"] == "accepted,flagged"
        assert narrowed.query_params["from"] == "2031-01-01"
        assert narrowed.query_params["below"] == "0.05"


@pytest.mark.parametrize(
    "address", [{"order": "x"}, {"status": "y,"}, {"from": "31"}, {"below": "z"}, {"page": "-9"}]
)
def test_an_address_that_somebody_wrote_by_hand_opens_the_page(corpus, address):
    with stored(corpus):
        assert "match" in shown(asked("water OR lake", address))


def test_an_empty_page_offers_examples_and_says_what_can_be_written(corpus):
    with stored(corpus):
        app = asked("")
        assert "develop" in " ".join(one.value for one in app.markdown)
        app.button(key="example-发展").click().run()
        assert app.text_input(key="words").value == "发展"


def test_counts_are_plotted_when_they_are_asked_for(corpus):
    with stored(corpus):
        assert not asked("water").get("vega_lite_chart")
        assert len(asked("water", hits_counts=True).get("vega_lite_chart")) == 2


def test_a_new_question_starts_at_its_first_page(corpus):
    assert PAGE == 50
    with stored(corpus):
        app = asked("water", s_page=3)
        assert app.session_state["s_page"] == 1


def test_the_page_of_hits_is_chosen_and_stands_in_the_address(corpus, monkeypatch):
    monkeypatch.setattr("align.apps.page.search.PAGE", 1)
    with stored(corpus):
        app = asked("water OR lake")
        first = lines(app)
        app.get("pagination")[0].set_value(2).run()
        assert app.query_params["page"] == "2"
        assert [one["id"] for one in lines(app)["rows"]] != [one["id"] for one in first["rows"]]
        again = asked("water OR lake", {"page": "2"})
        assert [one["id"] for one in lines(again)["rows"]] == [
            one["id"] for one in lines(app)["rows"]
        ]


def test_the_file_of_hits_holds_all_of_them_and_nothing_else(corpus):
    with stored(corpus) as store:
        concordance = Concordance(store)
        found = dict(concordance.beads("湖水", where=Where()))
        made = export_bytes(store, "tsv", found, set(found.values())).decode()
        _, *rows = made.splitlines()
        assert len(rows) == concordance.search("湖水").total == 1
        assert "湖水" in rows[0]
        concordance.close()


def test_by_meaning_the_nearest_rows_come_first_and_say_how_near_they_are(corpus):
    with stored(corpus):
        app = asked("the lake is cleaner", {"by": "meaning"})
        first = lines(app)["rows"][0]
        assert first["zh"][0][0].startswith("湖水更清了")
        assert "similarity" in first["note"]
