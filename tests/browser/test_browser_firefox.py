"""The rows in a real Firefox: keys, and the caret in a text that is edited."""

import os
from dataclasses import replace

import pytest
from firefox_page import firefox, open_firefox
from review_cases import briefing

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


def test_words_marked_on_both_sides_are_linked(tab, site, name):
    tab.mark(3, "zh", "全市")
    tab.mark(3, "en", "the city")
    tab.press("i")
    tab.wait("!!S.layer")
    tab.do("Enter")
    (link,) = site.store.link_decisions([name])
    assert (link.verdict, link.words) == ("right", Sides("全市", "the city"))
