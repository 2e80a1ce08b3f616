"""Somebody else decides about the same rows at the same moment: nothing is overwritten unseen."""

from dataclasses import replace

import pytest
from browser_page import find_line
from playwright.sync_api import expect

from align.corpus.review import Request, ReviewSession

pytestmark = pytest.mark.browser

BOBS = "Bob was faster."


@pytest.fixture
def bob(water):
    kept, table = water
    session = ReviewSession(kept.store, kept.id, "bob")

    def edit(place: int) -> None:
        row = session.state.rows[place].id
        session.do(Request(f"{kept.id}-{place}", "edit", (row,), seen=session.seq, en_text=BOBS))
        table.wait(f"S.data.news.rows.includes('{row}')")

    return edit


def said(table) -> str:
    return table.page.locator(".review .info").inner_text()


MINE = "Ann was slower."


def write(table, words: str) -> None:
    """Replace the text of the row at the cursor, without saving it."""
    table.press("e", "Control+a")
    table.page.keyboard.type(words)


def test_changes_of_other_words_by_two_people_both_stand(water, bob):
    kept, table = water
    table.press("e")
    table.page.keyboard.type(" Welcome.")
    bob(0)
    table.do("Control+Enter")
    assert kept.rows[0].en_edit == f"{BOBS} Welcome."
    assert "combined with the change by bob" in said(table)


def test_an_edit_and_a_merge_by_two_people_both_stand_whatever_enter_is_pressed(water):
    kept, table = water
    table.press("e")
    table.page.keyboard.type(" And welcome.")
    bob = ReviewSession(kept.store, kept.id, "bob")
    bob.do(Request(f"{kept.id}-1", "merge", (kept.rows[0].id, kept.rows[1].id), seen=bob.seq))
    table.do("Enter")
    table.press("Enter", "Enter")
    table.saved()
    assert kept.rows[0].en_final == (
        "Good morning, everyone. And welcome. Welcome to the press conference of Chenghu."
    )


def test_a_row_that_somebody_changed_while_it_was_edited_is_not_overwritten(water, bob):
    kept, table = water
    write(table, MINE)
    bob(0)
    table.do("Control+Enter")
    assert kept.rows[0].en_edit == BOBS
    box = table.page.locator(".review .conflict")
    assert "bob changed this row at" in box.locator("h2").inner_text()
    assert "UTC" not in box.inner_text()
    assert box.locator("> span").all_inner_texts() == [MINE, BOBS]
    assert box.locator("mark").all_inner_texts() == ["Ann was slow", "Bob was fast"]
    assert box.locator("del").all_inner_texts() == ["Bob", "faster", "Ann", "slower"]
    expect(box.get_by_role("button").first).to_be_focused()
    table.press("Escape")
    assert table.texts[0][1] == BOBS
    table.page.reload()  # the text is kept in the browser, not in the page
    table.ready()
    assert table.texts[0][1] == BOBS
    table.press("e")
    assert "your rejected edit has been restored" in said(table)
    table.do("Control+Enter")
    assert kept.rows[0].en_edit == MINE
    table.press("e")
    assert table.state("S.editing.cell.textContent") == MINE


@pytest.mark.parametrize("choice", ["Save my text", "Keep their text"])
def test_of_two_texts_one_is_chosen(water, bob, choice):
    kept, table = water
    write(table, MINE)
    bob(0)
    table.do("Control+Enter")
    table.page.get_by_role("button", name=choice).click()
    table.saved()
    assert kept.rows[0].en_edit == (MINE if choice == "Save my text" else BOBS)
    table.press("e")
    assert table.state("S.editing.cell.textContent") == kept.rows[0].en_edit


def test_enter_to_whatever_is_asked_keeps_the_words_of_both(water, bob):
    kept, table = water
    write(table, MINE)
    bob(0)
    table.do("Enter")
    table.page.locator(".review .conflict").wait_for()
    table.press("Enter")
    table.wait("S.editing")
    table.do("Enter")
    words = kept.rows[0].en_edit.replace(".", "").split()
    assert {"Bob", "faster", "Ann", "slower"} <= {*words}


def test_two_texts_are_shown_again_when_the_table_was_built_anew_before_one_was_chosen(water, bob):
    kept, table = water
    write(table, MINE)
    bob(0)
    table.do("Control+Enter")
    table.page.locator(".review .conflict").wait_for()
    table.page.locator(".st-key-leave button").click()
    find_line(table.page, kept.id).click()
    table.ready()
    table.page.get_by_role("button", name="Save my text").click()
    table.saved()
    assert kept.rows[0].en_edit == MINE
    table.wait("!S.layer && !S.conflicts.size")


def test_an_edit_that_outlived_a_reload_is_not_saved_over_what_it_never_showed(water, bob):
    kept, table = water
    write(table, MINE)
    bob(0)
    table.page.reload()
    table.ready()
    table.wait(f"S.editing?.cell.textContent === '{MINE}'")
    table.do("Control+Enter")
    assert kept.rows[0].en_edit == BOBS
    assert "bob changed this row" in said(table)


def test_a_split_is_of_the_row_as_it_was_when_it_was_chosen(water, bob):
    kept, table = water
    table.do("m")
    table.press("Shift+S")
    table.wait("S.splitting")
    bob_at = ReviewSession(kept.store, kept.id, "bob")
    done = bob_at.do(Request(f"{kept.id}-9", "merge", (bob_at.state.rows[0].id,), seen=bob_at.seq))
    table.wait(f"S.data.seq === {done.entry.seq}")
    table.do("Enter")
    assert [row.kind for row in kept.rows][:2] == ["3-3", "1-1"]
    assert "bob changed this row" in said(table)


def test_a_split_whose_row_is_gone_splits_no_other_row(water, bob):
    kept, table = water
    table.do("m")
    table.press("ArrowDown", "ArrowDown", "ArrowDown", "Shift+S")
    table.wait("S.splitting")
    bob_at = ReviewSession(kept.store, kept.id, "bob")
    done = bob_at.do(Request(f"{kept.id}-9", "merge", (bob_at.state.rows[2].id,), seen=bob_at.seq))
    table.wait(f"S.data.seq === {done.entry.seq} && S.place.get(S.cur) === 0")
    table.do("Enter")
    assert [row.kind for row in kept.rows][:3] == ["2-2", "1-1", "2-2"]
    assert "This row no longer exists" in said(table)


def test_a_flag_whose_row_is_gone_is_set_on_no_other_row(water, bob):
    kept, table = water
    table.press("ArrowDown", "f")
    bob_at = ReviewSession(kept.store, kept.id, "bob")
    done = bob_at.do(Request(f"{kept.id}-9", "merge", (bob_at.state.rows[0].id,), seen=bob_at.seq))
    table.wait(f"S.data.seq === {done.entry.seq} && S.place.get(S.cur) === 0")
    table.do("Enter")
    assert {row.status for row in kept.rows} == {"unreviewed"}
    assert "check the rows" in said(table)


def test_text_is_sent_to_the_row_that_was_meant(water):
    kept, table = water
    table.wait("performance.now() - S.opened > 1000")
    table.press("Alt+ArrowDown")
    table.page.locator(".review .preview").wait_for()
    table.do("Enter")
    (entry,) = kept.log
    rows = {row.id: row for row in entry.before}
    assert entry.decision.action == "send"
    assert table.texts[0] == ["大家上午好。", ""]
    assert len(rows) > 1


def test_a_row_number_means_the_row_that_had_it_when_it_was_asked_for(water):
    kept, table = water
    ids = [row.id for row in kept.rows]
    table.wait("performance.now() - S.opened > 1000")
    table.press("ArrowDown", "ArrowDown", "g", "5")
    bob_at = ReviewSession(kept.store, kept.id, "bob")
    done = bob_at.do(Request(f"{kept.id}-9", "merge", (ids[0],), seen=bob_at.seq))
    table.wait(f"S.data.seq === {done.entry.seq}")
    table.press("Enter")
    table.page.get_by_role("button", name="Change 4 rows").click()
    table.saved()
    assert table.texts[1:4] == [
        ["谢谢主持人。", ""],
        [table.texts[2][0], ""],
        ["湖水更清了。", "Thank you."],
    ]


@pytest.mark.parametrize("key", ["g", "Shift+L", "Shift+G"])
def test_a_row_number_whose_row_is_gone_means_no_other_row(water, key):
    kept, table = water
    ids = [row.id for row in kept.rows]
    table.wait("performance.now() - S.opened > 1000")
    table.press(key, "5")
    bob_at = ReviewSession(kept.store, kept.id, "bob")
    done = bob_at.do(Request(f"{kept.id}-9", "merge", (ids[3],), seen=bob_at.seq))
    table.wait(f"S.data.seq === {done.entry.seq}")
    table.do("Enter")
    assert "This row no longer exists" in said(table)
    assert table.state("S.cur") == ids[0]
    assert [entry.decision.action for entry in kept.log] == ["merge"]


def test_what_stands_above_the_rows_is_drawn_anew_with_them(water):
    kept, table = water
    kept.store.describe(kept.id, {"title": "Water, corrected"})
    old = kept.store.briefing(kept.id)
    anew = replace(old, alignment=replace(old.alignment, signature="test|2"))
    kept.store.save(anew, address=f"https://news.example/{kept.id}")
    expect(table.page.locator("h1")).to_have_text("Water, corrected")


def test_a_clock_that_is_set_back_loses_no_decision(water):
    """A table that is built anew numbers its operations by the clock; the session remembers."""
    kept, table = water
    table.do("a")
    table.page.wait_for_url(f"**row={kept.rows[1].id}")
    table.page.evaluate("() => { const now = Date.now; Date.now = () => now() - 86_400_000 }")
    table.page.get_by_role("link", name="Settings").first.click()
    table.page.get_by_role("textbox", name="Your name").wait_for()
    table.page.wait_for_function(f"() => !({table.FIND})()")  # what was there is gone
    table.page.go_back()
    table.ready()
    table.press("x")
    table.wait("S.order[1].status === 'rejected' && !S.pend.length")
    assert [row.status for row in kept.rows][:2] == ["accepted", "rejected"]
