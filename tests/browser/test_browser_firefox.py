"""The rows in a real Firefox: keys, and the caret in a text that is edited."""

import os
from dataclasses import replace

import pytest
from firefox_page import firefox, open_firefox
from review_cases import briefing

from align.corpus.review import Request, ReviewSession
from align.records import Sides

pytestmark = pytest.mark.browser


@pytest.fixture
def name(request):
    """Give each test a briefing of its own, because the server is shared."""
    return request.node.name[:40].replace("_", "-")


@pytest.fixture
def tab(site, name, tmp_path):
    if not firefox() and not os.environ.get("CI"):
        pytest.skip("no Firefox found")
    site.store.save(replace(briefing(), id=name), address=f"https://news.example/{name}")
    with open_firefox(tmp_path) as tab:
        tab.open(f"{site.address}/?briefing={name}")
        yield tab
    site.store.remove(name)


def test_rows_are_decided_and_texts_edited_where_the_caret_is(tab, site, name):
    def texts():
        return [row.en_final for row in site.store.rows(name)]

    tab.do("a", "a")
    assert [row.status for row in site.store.rows(name)][:3] == ["accepted"] * 2 + ["unreviewed"]
    tab.press("e", " ", "O")
    tab.do("K", "Enter")  # at the end of the text
    assert texts()[2] == "Thank you. OK"
    tab.do("u")
    tab.click(3, "en", "planted")
    tab.press("e", *"re")
    tab.do("Enter")
    assert texts()[3] == "Last year the city replanted 12,000 mu of trees, up 3.5 percent."
    tab.do("u")
    tab.press("e", *["Left"] * len("percent."))
    tab.do("Alt+Enter")
    assert [len(row.en) for row in site.store.rows(name)][3] == 2
    tab.do("u", "m", "u", "u", "u")
    assert not any(row.status == "accepted" for row in site.store.rows(name))
    assert texts()[3] == "Last year the city planted 12,000 mu of trees, up 3.5 percent."


def test_a_letter_goes_to_its_row(tab, site, name):
    tab.press("v", "x", "v", "c")
    tab.wait("S.place.get(S.cur) === 2")
    assert not any(row.status == "rejected" for row in site.store.rows(name))


def test_words_marked_on_both_sides_are_linked(tab, site, name):
    tab.mark(3, "zh", "全市")
    tab.mark(3, "en", "the city")
    tab.press("i")
    tab.wait("!!S.layer")
    tab.do("Enter")
    (link,) = site.store.link_decisions([name])
    assert (link.verdict, link.words) == ("right", Sides("全市", "the city"))


def test_a_move_of_many_rows_is_shown_and_then_done(tab, site, name):
    before = [row.kind for row in site.store.rows(name)]
    tab.wait("performance.now() - S.opened > 1000")
    tab.press("Down", "Down", "Down", "Left", "Alt+Down")
    tab.wait("S.layer?.classList.contains('preview')")
    tab.do("Escape")
    assert [row.kind for row in site.store.rows(name)] == before
    tab.press("Alt+Down")
    tab.wait("S.layer?.classList.contains('preview')")
    tab.choose("Change 3 rows")
    tab.do()
    assert [row.kind for row in site.store.rows(name)][3:8] == ["0-1", "1-1", "1-1", "1-0", "1-1"]


def test_two_edits_of_the_same_words_are_shown_in_a_dialog(tab, site, name):
    bob = ReviewSession(site.store, name, "bob")
    row = bob.state.rows[0]
    tab.press("e", " ", "O", "K")
    bob.do(Request("other-1", "edit", (row.id,), bob.seq, en_text=f"{row.en_text} Hello"))
    tab.press("Enter")
    tab.wait("S.layer?.textContent.includes('Hello')")
    assert tab.state("S.layer.textContent.includes('OK')")


def test_a_sentence_is_dragged_a_row_split_by_a_click_and_two_rows_merged(tab, site, name):
    def kinds():
        return [row.kind for row in site.store.rows(name)][:4]

    tab.drag_handle(1, "sentence", 0)
    assert kinds() == ["2-1", "0-1", "1-1", "1-1"]
    tab.drag_handle(1, "row", 0)
    assert kinds() == ["2-2", "1-1", "1-1", "1-1"]
    tab.click_handle(0, "cut")
    assert kinds() == ["1-1"] * 4
    tab.drag_handle(1, "sentence", 3)  # no neighbour
    tab.drag_handle(2, "border", 2)
    assert kinds() == ["1-1", "1-1", "0-1", "2-1"]
    tab.do("u", "u", "u", "u")
    assert [entry.decision.action for entry in site.store.history(name)][:4] == [
        "shift",
        "merge",
        "split",
        "shift",
    ]
