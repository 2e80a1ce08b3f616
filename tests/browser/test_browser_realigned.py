"""Rows that fall into place after one of a shifted run was mended: marks, and putting back."""

import os
from dataclasses import replace

import pytest
from firefox_page import firefox, open_firefox
from playwright.sync_api import expect
from review_cases import briefing

from align.records import Bead

pytestmark = pytest.mark.browser


def shifted():
    """Return a briefing whose English, from row 4 to row 9, is one row too far down."""
    beads = [Bead((n,), (n,)) for n in range(10)]
    beads[3:9] = [
        Bead((3,), ()),
        *(Bead((n,), (n - 1,)) for n in range(4, 8)),
        Bead((8,), (7, 8)),
    ]
    return briefing(beads=beads)


SHIFTED = ["1-1"] * 3 + ["1-0"] + ["1-1"] * 4 + ["1-2", "1-1"]
MENDED = ["1-1"] * 3 + ["1-0", "1-2", "1-1", "1-0", "1-1", "1-2", "1-1"]
MEND = ["ArrowDown"] * 6 + ["Control+ArrowUp", "ArrowUp", "Control+ArrowUp"]
"""Keys that give row 6 its English text: from row 7, and the other one to row 5."""


def test_the_rows_around_a_mended_one_fall_into_place_and_are_put_back(opened):
    kept, table = opened(shifted(), height=360)  # the rows above the cursor are scrolled away
    info, chips = table.page.locator(".review .info"), table.page.locator(".review .chip.realigned")
    assert [row.kind for row in kept.rows] == SHIFTED
    table.do(*MEND)
    where = "[S.cur, S.els.get(S.cur).getBoundingClientRect().top, S.grid.scrollTop > 0]"
    table.state("S.grid.scrollTop = 60")
    cursor, top, _ = table.state(where)
    table.wait("Object.keys(S.data.realigned).length === 5", 120_000)
    assert table.state(where) == [cursor, pytest.approx(top, abs=1), True]
    assert [row.kind for row in kept.rows] == ["1-1"] * 10
    assert [texts[1] for texts in table.texts] == [row.en_text for row in kept.rows]
    expect(info).to_contain_text(
        "5 rows realigned after your decision, between rows 4 and 9; press r to put back"
    )
    expect(chips).to_have_count(5)
    expect(chips.first).to_have_accessible_name("realigned after the decision by ann: put back")
    number = table.page.locator(".review .row .n").nth(3)
    assert number.get_attribute("aria-label").endswith(", realigned after the decision by ann")

    table.do("r")  # the cursor is on none of them: what was realigned last
    assert [row.kind for row in kept.rows] == MENDED[:3] + ["1-1"] * 3 + MENDED[6:]
    expect(chips).to_have_count(2)
    assert table.state("S.cur") == cursor
    chips.first.click()
    table.saved()
    assert [row.kind for row in kept.rows] == MENDED
    expect(chips).to_have_count(0)
    table.do("r")
    expect(info).to_contain_text("no row was realigned after a decision")
    assert table.errors == []


def test_an_accepted_row_that_was_realigned_loses_its_mark(opened):
    kept, table = opened(shifted())
    table.do(*MEND)
    table.wait("Object.keys(S.data.realigned).length === 5", 120_000)
    table.do("a", "a")
    expect(table.page.locator(".review .chip.realigned")).to_have_count(4)
    assert [row.status for row in kept.rows[4:8]] == [
        "unreviewed",
        "accepted",
        "accepted",
        "unreviewed",
    ]
    assert table.errors == []


def toggle_realigning(table):
    table.press("Control+k")
    table.page.keyboard.type("realign rows after")
    table.press("Enter")


def test_rows_stay_as_they_are_where_that_is_switched_off(opened):
    kept, table = opened(shifted())
    toggle_realigning(table)
    table.wait("!S.ui.realigning && !S.layer")
    table.do(*MEND)
    table.wait("!S.data.judging")
    assert [row.kind for row in kept.rows] == MENDED
    assert {entry.decision.reviewer for entry in kept.log} == {"ann"}
    toggle_realigning(table)  # the browser keeps it for other briefings
    table.wait("S.ui.realigning && !S.layer")
    assert table.errors == []


def test_rows_fall_into_place_and_are_put_back_in_firefox(site, tmp_path):
    if not firefox() and not os.environ.get("CI"):
        pytest.skip("no Firefox found")
    site.store.save(replace(shifted(), id="run"), address="https://news.example/run")
    with open_firefox(tmp_path) as tab:
        tab.open(f"{site.address}/?briefing=run")
        tab.do(*"jjjjjj[k[")
        tab.wait("Object.keys(S.data.realigned).length === 5")
        assert [row.kind for row in site.store.rows("run")] == ["1-1"] * 10
        tab.do("j", "r")
        assert [row.kind for row in site.store.rows("run")][6:] == MENDED[6:]
        assert tab.state("S.place.get(S.cur)") == 6
    site.store.remove("run")
