"""Shortcuts are set by pressing them, and conflicts are told where they are."""

import pytest
from browser_page import Table, rest
from playwright.sync_api import expect
from review_cases import briefing

from align.corpus.review.keys import PREFERENCE

pytestmark = pytest.mark.browser


@pytest.fixture
def settings(tab, site):
    page = tab(width=1200)
    page.goto(f"{site.address}/settings")
    rest(page, ".stMain .st-key-key_bindings")
    yield page
    site.store.set_preference("ann", PREFERENCE, {})


def line(page, name):
    return page.locator(f".command[data-id='{name}']")


def keys(page, name):
    return [text.rstrip("×") for text in line(page, name).locator("kbd").all_inner_texts()]


def until_stored(page, store, wanted):
    for _ in range(600):
        if store.preference("ann", PREFERENCE, {}) == wanted:
            return
        page.wait_for_timeout(50)
    raise AssertionError(store.preference("ann", PREFERENCE, {}))


def test_a_key_is_pressed_conflicts_are_asked_about_and_everything_is_put_back(settings, site):
    page, store = settings, site.store
    line(page, "reject").get_by_role("button", name="Add a shortcut").click()
    expect(line(page, "reject").get_by_role("button", name="Press a key, or Esc")).to_be_focused()
    page.keyboard.press("Control+Shift+ArrowUp")
    until_stored(page, store, {"reject": ["x", "Control+Shift+ArrowUp"]})
    assert keys(page, "reject") == ["x", "Ctrl+Shift+↑"]

    line(page, "reject").get_by_role("button", name="Add a shortcut").click()
    page.keyboard.press("m")
    clash = line(page, "reject").locator(".clash")
    expect(clash).to_contain_text("m belongs to “Merge with the row below”.")
    assert keys(page, "merge-down") == ["m"]
    clash.get_by_role("button", name="Use it here").click()
    until_stored(page, store, {"reject": ["x", "Control+Shift+ArrowUp", "m"], "merge-down": []})
    assert keys(page, "merge-down") == []

    line(page, "merge-down").get_by_role("button", name="Reset").click()
    expect(line(page, "merge-down").locator(".clash")).to_contain_text("m belongs to “Reject")
    line(page, "merge-down").get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Reset all to defaults").click()
    until_stored(page, store, {})
    assert (keys(page, "reject"), keys(page, "merge-down")) == (["x"], ["m"])


def test_escape_a_click_elsewhere_and_a_reserved_key_change_nothing(settings, site):
    page, store = settings, site.store
    add = line(page, "accept").get_by_role("button", name="Add a shortcut")
    add.click()
    page.keyboard.press("Escape")
    expect(add).to_be_focused()
    add.click()
    page.get_by_role("heading", name="Shortcuts").click()
    page.keyboard.press("y")
    add.click()
    page.keyboard.press("F11")
    expect(line(page, "accept").locator(".clash")).to_have_text("F11: reserved by the browser")
    page.keyboard.press("Escape")
    assert keys(page, "accept") == ["a", "Ctrl+Enter"]
    assert store.preference("ann", PREFERENCE, {}) == {}


def test_what_was_set_works_in_the_review_and_is_listed_in_its_help(settings, site):
    page = settings
    line(page, "accept").get_by_role("button", name="Remove a from").click()
    until_stored(page, site.store, {"accept": ["Control+Enter"]})
    line(page, "accept").get_by_role("button", name="Add a shortcut").click()
    page.keyboard.press("y")
    until_stored(page, site.store, {"accept": ["Control+Enter", "y"]})
    site.store.save(briefing(name="bindings"), address="https://news.example/bindings")
    try:
        table = Table.on(page, site.address)
        table.open(briefing="bindings")
        table.do("a")
        assert site.store.history("bindings") == ()
        table.do("y")
        assert [one.decision.action for one in site.store.history("bindings")] == ["accept"]
        table.press("?")
        expect(page.locator(".keys-list")).to_contain_text("Ctrl+Enter y")
    finally:
        site.store.remove("bindings")
