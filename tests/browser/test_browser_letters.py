"""Letters on the rows in view: one key shows them, a letter goes to its row."""

import pytest
from playwright.sync_api import expect
from review_cases import briefing

pytestmark = pytest.mark.browser


def letters(table) -> list[str]:
    """Return the letters shown, from the top."""
    return table.page.locator(".review .row[data-letter]").evaluate_all(
        "rows => rows.map(row => row.dataset.letter)"
    )


def place(table) -> int:
    """Return the place of the row at the cursor."""
    return table.state("S.place.get(S.cur)")


def test_a_letter_goes_to_its_row_and_is_no_command(water):
    kept, table = water
    table.press("v")
    shown = letters(table)
    assert shown == list("abcdefghijklmnopqrstuvwxyz")[: len(shown)]
    assert len(shown) >= 5
    assert "type the letter of a row" in table.state("S.info.textContent")
    table.press("d")
    assert (place(table), letters(table)) == (3, [])
    table.press("v", "a")
    assert place(table) == 0
    assert kept.log == ()


@pytest.mark.parametrize("key", ["Escape", "ArrowDown", "Enter", "Control+z", "?"])
def test_any_other_key_ends_the_choice_and_does_nothing_else(water, key):
    kept, table = water
    table.do("a")
    table.press("v", key)
    assert (place(table), letters(table)) == (1, [])
    assert not table.state("S.layer || S.editing")
    assert [entry.decision.action for entry in kept.log] == ["accept"]
    table.press("ArrowDown")
    assert place(table) == 2


def test_a_click_ends_the_choice(water):
    _, table = water
    table.press("v")
    table.page.locator(".review .row").nth(2).locator(".en").click()
    assert (place(table), letters(table)) == (2, [])


def test_rows_that_a_search_hides_get_no_letter(water):
    kept, table = water
    table.press("/")
    table.page.keyboard.type("水")
    table.wait("S.data.q === '水' && S.shown.size === 4")
    table.press("Enter", "v")
    seen = table.page.locator(".review .row:visible")
    assert seen.count() < len(kept.rows)
    assert len(letters(table)) == seen.count()
    last = seen.last.get_attribute("data-id")
    table.press(letters(table)[-1])
    assert table.state("S.cur") == last


def test_scrolled_rows_are_reached_and_stay_where_they_are_seen(opened):
    _, table = opened(briefing(), height=500)
    table.wait("S.settled")
    table.state("void (S.grid.scrollTop = S.grid.scrollHeight)")
    table.press("v")
    last = letters(table)[-1]
    table.press(last)
    assert place(table) == table.state("S.order.length") - 1


def test_the_reading_view_gives_way_to_the_rows(water):
    _, table = water
    table.press("t", "v", "b")
    assert place(table) == 1
    expect(table.page.locator(".review .prose")).to_be_hidden()
