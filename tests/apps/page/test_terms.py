"""The terms page: renderings by passage, and the rows that a glossary finds."""

import csv
import io
import json
import os
import shutil

import pytest
from streamlit.testing.v1 import AppTest

from align.apps.page.hits_exchange import exchange_hits
from align.apps.page.open_views import VIEWS
from align.apps.page.term_base import write_bytes
from align.apps.page.terms import bar_html, find_rare
from align.corpus.exchange.importing import import_file
from align.corpus.search.terms import Rendering, Term, write_tsv
from align.corpus.store import Store
from align.corpus.store.term_base import TermEntry, put_terms

ROWS = [
    "briefing\tzh_index\ten_index\tzh\ten",
    "b\t0\t0\t我们推进高质量发展。\tWe promote high-quality development.",
    "b\t1\t1\t高质量发展是<首要>任务。\tHigh-quality development <b>comes</b> first.",
    "b\t2\t2\t要坚持高质量发展。\tWe need development of high quality.",
    "b\t3\t3\t人工智能很重要。\tArtificial intelligence matters.",
    "b\t4\t4\t发展人工智能。\tDevelop artificial intelligence!",
    "b\t5\t5\t人工智能来了。\tArtificial intelligence is here.",
]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """A corpus that tests only read; the first page that is drawn counts its terms for all."""
    folder = tmp_path_factory.mktemp("terms")
    (folder / "b.tsv").write_text("\n".join(ROWS) + "\n", "utf-8")
    with Store.open(folder / "corpus", create=True) as store:
        import_file(store, folder / "b.tsv")
    return folder / "corpus"


@pytest.fixture
def app(corpus, monkeypatch):
    monkeypatch.setenv("ALIGN_CORPUS", str(corpus))
    monkeypatch.setenv("ALIGN_REVIEWER", "ann")
    app = AppTest.from_string(
        "from align.apps.page.app import draw_page\ndraw_page('terms')", default_timeout=60
    )
    app.run()
    assert not app.exception
    return app


def cards(app):
    return [one.value for one in app.get("html") if one.value.startswith('<div class="term">')]


def test_terms_are_lines_of_a_table_the_surest_first(app):
    table = app.dataframe[0].value
    assert list(table["Chinese"]) == ["人工智能", "高质量发展", "发展"]
    assert list(table["Most common rendering"])[:2] == [
        "artificial intelligence",
        "high-quality development",
    ]
    assert [round(share) for share in table["Share"]][:2] == [100, 67]
    assert all(sure > 90 for sure in table["Reliability"])
    (first,) = cards(app)
    assert "人工智能" in first
    assert "--share: 100%" in first
    assert "3 of 3 terms" in app.caption[0].value


def test_a_rendering_that_is_hardly_used_beside_a_usual_one_is_marked():
    term = Term("水价", 9, (Rendering("water price", 8, ()), Rendering("price of water", 1, ())))
    assert [one.en for one in find_rare(term)] == ["price of water"]
    even = Term("水价", 4, (Rendering("water price", 2, ()), Rendering("price of water", 2, ())))
    assert find_rare(even) == []


def test_one_list_or_the_terms_that_hold_something_are_shown(app):
    def shown():
        return [list(one.value["Chinese"]) for one in app.dataframe]

    app.segmented_control(key="terms_list").set_value("missing").run()
    assert shown() == []
    app.segmented_control(key="terms_list").set_value("certain")
    app.text_input(key="terms_part").set_value("Artificial").run()
    assert shown() == [["人工智能"]]
    app.text_input(key="terms_part").set_value("no such thing").run()
    assert shown() == []


def test_a_line_that_was_chosen_and_is_gone_leaves_the_first_one_chosen(app):
    app.session_state["terms_table"] = {"selection": {"rows": [1], "columns": [], "cells": []}}
    app.run()
    assert "高质量发展" in cards(app)[0]
    app.text_input(key="terms_part").set_value("人工").run()
    assert not app.exception
    assert "人工智能" in cards(app)[0]


def test_the_chosen_term_has_a_button_for_all_rows_and_one_for_each_example(app):
    keys = [button.key for button in app.button]
    assert sum(key.startswith("term-all-") for key in keys) == 1
    assert sum(button.label.startswith("Open") for button in app.button) == 3


@pytest.fixture
def base(tmp_path, monkeypatch, corpus):
    """The terms page at its term base, on a corpus of its own."""
    shutil.copytree(corpus, tmp_path / "corpus")
    monkeypatch.setenv("ALIGN_CORPUS", str(tmp_path / "corpus"))
    monkeypatch.setenv("ALIGN_REVIEWER", "ann")
    app = AppTest.from_string(
        "from align.apps.page.app import draw_page\ndraw_page('terms')", default_timeout=60
    ).run()
    app.segmented_control(key="terms_view").set_value("Term base").run()
    assert not app.exception
    return app


def upload(app, data, name="g.tsv"):
    app.file_uploader(key="term_base_file").set_value((name, data, "text/plain")).run()
    assert not app.exception


def test_terms_of_a_file_are_kept_and_rows_that_contradict_them_are_shown(base):
    text = "高质量发展\thigh-quality development\n人工智能\tartificial intelligence\n"
    upload(base, text.encode())
    base.button(key="term_base_add").click().run()
    assert not base.exception
    (row,) = sent(base, "rows")["rows"]
    assert row["note"].startswith("高质量发展 requires “high-quality development”")
    assert row["zh"] == [["要坚持", ""], ["高质量发展", "mark"], ["。", ""]]
    assert row["en"] == [["We need development of high quality.", ""]]
    again = AppTest.from_string(
        "from align.apps.page.app import draw_page\ndraw_page('terms')", default_timeout=60
    ).run()
    again.segmented_control(key="terms_view").set_value("Term base").run()
    assert list(again.dataframe[0].value["zh"]) == ["人工智能", "高质量发展"]


def sent(app, part):
    """Give what the browser is sent for the component that has this part."""
    found = [json.loads(one.proto.json)[0] for one in app.get("bidi_component")]
    return next(data for data in found if part in data)


def entries(app):
    return app.run().dataframe[0].value.values.tolist()


def take_back(app, number, action="undo", **more):
    view = VIEWS[sent(app, "commands")["view"]]
    op = {"seq": number, "op": f"t-{number}", "action": action, "rows": [], **more}
    answer = exchange_hits(view, {"ops": [op]})
    return answer["messages"].get(str(number), ""), answer["refused"]


def test_a_change_of_the_term_base_is_undone_and_redone(base):
    upload(base, "人工智能\tartificial intelligence\n水价\twater price\n".encode())
    base.button(key="term_base_add").click().run()
    assert sent(base, "news")["news"]["words"] == "term base: 2 added, 0 changed, 0 removed"
    added = entries(base)
    assert take_back(base, 1, near=True) == ("undone: terms changed", [])
    assert [list(one) for one in entries(base)] == []
    assert take_back(base, 2, "redo", near=True) == ("redone: terms changed", [])
    assert entries(base) == added
    with Store.open(os.environ["ALIGN_CORPUS"]) as store:
        put_terms(store, [TermEntry("水价", "water price", "forbidden")], "bo")
    words, refused = take_back(base, 3)
    assert ("someone changed these terms since" in words, refused) == (True, [3])


def test_a_plain_key_does_not_undo_many_terms(base):
    upload(base, "".join(f"词{n}\tterm {n}\n" for n in range(5)).encode())
    base.button(key="term_base_add").click().run()
    assert sent(base, "sizes")["sizes"]["undo"] == 5
    assert take_back(base, 1, near=True) == ("5 entries would change; confirm first", [1])
    assert len(entries(base)) == 5
    assert take_back(base, 2) == ("undone: terms changed", [])


def test_a_rendering_of_the_list_is_added_to_the_term_base(base):
    base.segmented_control(key="terms_view").set_value("Renderings").run()
    base.button(key="term-save-人工智能").click().run()
    assert not base.exception
    base.segmented_control(key="terms_view").set_value("Term base").run()
    table = base.dataframe[0].value
    assert table.values.tolist() == [["人工智能", "artificial intelligence", "approved", ""]]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\x89PNG\0\0", "g.tsv"),
        (b"\xff\xfe", "g.tsv: contains no terms"),
        ("湖区\n".encode(), "g.tsv, line 1: "),
    ],
)
def test_a_term_file_that_cannot_be_read_is_told_in_one_line(base, data, says):
    base.file_uploader(key="term_base_file").set_value(("g.tsv", data, "text/plain")).run()
    assert base.error[0].value.replace("\\", "").startswith(says)
    assert base.text_input(key="term_base_part").value == ""  # the term base is still shown


def test_a_rendering_is_escaped():
    assert "<b>" not in bar_html(Rendering("<b>x</b>", 1, ()), 1)


def test_a_download_is_the_list_itself():
    data = write_bytes(lambda path: write_tsv((), path), ".tsv")
    assert list(csv.reader(io.StringIO(data.decode()), delimiter="\t")) == [
        ["list", "zh", "count", "en", "en_count", "variants", "sure", "examples"]
    ]
