"""Text that moves across many rows: it is shown before it happens, and no plain key does it."""

import pytest
from playwright.sync_api import expect
from review_cases import briefing

from align.corpus.review.keys import PREFERENCE

pytestmark = pytest.mark.browser


def settled(table) -> None:
    """Wait until keys that move many rows are taken."""
    table.wait("performance.now() - S.opened > 1000")


def test_enter_pressed_twice_on_opening_and_later_changes_nothing(water):
    kept, table = water
    table.open(briefing=kept.id)
    table.do("Enter", "Enter")
    settled(table)
    table.press("Enter")
    table.wait("S.editing")
    table.do("Enter", "Backspace")
    assert kept.log == ()


def test_what_a_move_changes_is_shown_before_it_happens(water):
    kept, table = water
    settled(table)
    table.press("ArrowDown", "ArrowDown", "ArrowDown", "ArrowLeft", "Alt+ArrowDown")
    box = table.page.locator(".review .preview")
    expect(box.locator("p")).to_have_text(
        [
            "3 rows change: rows 4 to 6, within one turn",
            "7 rows change: rows 4 to 10, across the starts of 2 turns",
        ]
    )
    assert box.locator(".after").first.locator("span").all_inner_texts()[:2] == [
        "—",
        kept.rows[3].en_text,
    ]
    assert table.page.locator(".review .row.foreseen").count() == 3
    table.press("Escape")
    assert (kept.log, table.page.locator(".review .row.foreseen").count()) == ((), 0)
    table.press("Alt+ArrowDown")
    box.wait_for()
    table.do("Enter")
    assert [row.zh_text for row in kept.rows[3:6]] == ["", *(row[0] for row in table.texts[4:6])]
    assert [row.kind for row in kept.rows[3:8]] == ["0-1", "1-1", "1-1", "1-0", "1-1"]
    table.press("Control+z")  # four rows change, which is more than a row and its neighbours
    box.wait_for()
    table.do("Enter")
    assert [row.kind for row in kept.rows] == ["1-1"] * 10


def move_seven_rows(table):
    """Move the Chinese text of row 4 down across its turn; seven rows change."""
    settled(table)
    table.press("ArrowDown", "ArrowDown", "ArrowDown", "ArrowLeft", "Alt+ArrowDown")
    table.page.locator(".review .preview").wait_for()
    table.page.get_by_role("button", name="Change 7 rows").click()
    table.saved()


def test_undo_and_redo_of_many_rows_say_how_many_and_ask(water):
    kept, table = water
    before = table.texts
    move_seven_rows(table)
    moved, box = table.texts, table.page.locator(".review .preview")
    assert moved != before
    table.do("u", "u", "u")
    expect(box.locator("h2")).to_have_text("Undo “text moved”: what will change")
    expect(box.locator("p")).to_have_text(
        ["8 rows change: rows 4 to 11, across the starts of 2 turns"]
    )
    table.do("Enter")  # a plain key confirms nothing: the focus is on Cancel
    assert (table.texts, box.count(), len(kept.log)) == (moved, 0, 1)

    table.press("Control+z")
    expect(table.page.get_by_role("button", name="Change 8 rows")).to_be_focused()
    table.do("Enter")
    assert table.texts == before
    assert "undone: text moved" in table.page.locator(".review .info").inner_text()
    table.press("Shift+Z")
    expect(box.locator("h2")).to_have_text("Redo “text moved”: what will change")
    table.do("Escape")
    assert table.texts == before
    table.press("Control+y")
    expect(table.page.get_by_role("button", name="Change 7 rows")).to_be_focused()
    table.do("Enter")
    assert (table.texts, [row.kind for row in kept.rows][3]) == (moved, "0-1")


def test_undo_of_rows_accepted_together_asks_and_says_that_texts_stay(water):
    kept, table = water
    settled(table)
    table.press("Shift+Enter")
    table.page.locator(".review .ask input").fill("0")
    table.do("Enter")
    assert {row.status for row in kept.rows} == {"accepted"}
    table.press("u")
    box = table.page.locator(".review .preview")
    expect(box.locator("p")).to_have_text(
        ["10 rows change: rows 1 to 10; all texts stay where they are"]
    )
    table.page.get_by_role("button", name="Change 10 rows").click()
    table.saved()
    assert {row.status for row in kept.rows} == {"unreviewed"}


def test_undo_pressed_before_a_move_of_many_rows_is_answered_asks_all_the_same(water):
    kept, table = water
    move_seven_rows(table)
    moved = table.texts
    table.page.evaluate(
        f"""() => {{ const S = ({table.FIND})().__state;
            S.act("accept", {{ rows: [S.order[0].id] }}, row => row);
            S.run("undo");
            S.run("undo"); }}"""
    )
    box = table.page.locator(".review .preview")
    expect(box.locator("h2")).to_have_text("Undo “text moved”: what will change")
    table.do("Escape")
    assert (table.texts, kept.rows[0].status) == (moved, "unreviewed")


def test_a_move_that_leaves_its_turn_is_not_the_first_answer(water):
    kept, table = water
    settled(table)
    table.press(*["ArrowDown"] * 5, "Alt+ArrowDown")
    box = table.page.locator(".review .preview")
    expect(box.locator("p")).to_have_text(
        ["5 rows change: rows 6 to 10, across the starts of 2 turns"]
    )
    table.do("Enter")
    assert kept.log == ()


def test_a_plain_key_that_a_person_bound_to_a_shift_shows_it_and_confirms_nothing(opened):
    kept, table = opened(briefing())
    kept.store.set_preference("ann", PREFERENCE, {"text-down": ["Enter"], "edit": ["e"]})
    try:
        table.open(briefing=kept.id)
        settled(table)
        table.press("Enter")
        table.page.locator(".review .preview").wait_for()
        table.do("Enter")
        expect(table.page.locator(".review .preview")).to_have_count(0)
        assert kept.log == ()
    finally:
        kept.store.set_preference("ann", PREFERENCE, {})


def test_rows_that_a_filter_hides_are_shown_with_the_preview(water):
    kept, table = water
    table.press("/")
    table.page.keyboard.type("waterworks")
    table.wait("S.data.q === 'waterworks' && S.shown.size === 1")
    table.press("Enter")
    settled(table)
    table.press("j", "Alt+ArrowUp")
    table.page.locator(".review .preview").wait_for()
    assert table.state("S.shown.size") > 1
    assert kept.log == ()


def test_a_sentence_that_cannot_end_at_the_caret_leaves_the_text_open(water):
    kept, table = water
    settled(table)
    table.press("e", "End", "Alt+Enter")
    table.wait("S.info.textContent.includes('inside a sentence')")
    assert table.state("S.editing.cell.textContent") == "Good morning, everyone."
    table.press("Enter", "Enter")
    assert kept.log == ()


def test_an_end_of_sentence_that_python_refuses_opens_the_text_again(water):
    kept, table = water
    row = kept.rows[1].id
    table.page.evaluate(
        f"""() => ({table.FIND})().__state.act(
            "cut", {{ rows: ["{row}"], side: "en", at: 0, offset: 0 }})"""
    )
    table.wait("S.editing")
    assert table.state("[S.editing.id, S.editing.caret]") == [row, 0]
    assert "inside a sentence" in table.state("S.info.textContent")
    assert kept.log == ()
