"""A first visit: an empty corpus offers the practice, and its six steps are done without help."""

import os
import re

import pytest
from browser_page import Table, serve
from playwright.sync_api import expect

from align.apps.page.practice import BRIEFING, practice_folder
from align.corpus.store import Store

pytestmark = pytest.mark.browser


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """The page on a corpus that does not exist, with a cache of its own."""
    monkeypatch.setenv("ALIGN_CACHE", str(tmp_path / "cache"))
    with serve(tmp_path / "corpus", tmp_path / "log.txt") as (address, _):
        yield address


def done(page):
    """Return the locator of the steps that are ticked."""
    return page.locator(".st-key-practice li.done")


SAID = (
    "the least certain row",
    "Its first English sentence",
    "It is cut in two",
    "It says 310 in Chinese",
    "Accept a row that is right",
    "Take the last decision back",
)
"""A part of the text of each step."""


def test_the_six_steps_are_done_by_what_the_page_says(tab, empty, tmp_path):
    page = tab()
    page.goto(empty)
    page.locator(".st-key-practise button").click()
    table = Table.on(page, empty)
    table.ready()
    words = page.locator(".st-key-practice .step")
    for count, said in enumerate(SAID):
        expect(done(page)).to_have_count(count)
        expect(words).to_contain_text(said)  # it may be drawn after the mark of the step before
        key = words.locator("kbd").inner_text()
        if named := re.search(r"row (\d+)", words.inner_text()):
            number = int(named[1])
            page.locator(f".review .row >> nth={number - 1}").click()
            table.wait(f"S.place.get(S.cur) === {number - 1}")
        table.press(key.replace("Ctrl", "Control").replace("Up", "ArrowUp"))
        if key == "e":
            text = table.state("S.editing.cell.textContent")
            page.keyboard.press("Control+a")
            page.keyboard.type(text.replace("130", "310"))
            page.keyboard.press("Enter")
        table.saved()
    expect(done(page)).to_have_count(6)
    expect(words).to_contain_text("All six steps are done")
    assert os.environ["ALIGN_CACHE"] in str(practice_folder("ann"))
    with Store.open(practice_folder("ann")) as store:
        texts = {row.en_final for row in store.rows(BRIEFING)}
    assert any("310 artists" in text for text in texts)
    page.locator(".st-key-practice_leave button").click()
    expect(page.get_by_role("button", name="Practise again")).to_be_visible()
    assert not (tmp_path / "corpus").exists()
    page.goto(f"{empty}/settings")
    page.get_by_role("button", name="Practise again").click()
    expect(page.locator(".st-key-practice li")).to_have_count(6)
    expect(done(page)).to_have_count(0)


def test_a_wrong_move_is_led_back_and_a_finger_is_told_no_key(browser, empty):
    screen = {"width": 390, "height": 844}
    context = browser.new_context(viewport=screen, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{empty}/?practice=true&briefing={BRIEFING}")
    table = Table.on(page, empty)
    table.ready()
    words = page.locator(".st-key-practice .step")
    page.get_by_text("本届文化节以").tap()
    expect(words.get_by_text("Move first sentence up")).to_be_visible()
    expect(words.locator("kbd")).to_be_hidden()
    table.do("[")  # of the Chinese text, which was tapped
    expect(words).to_contain_text("The rows of this step were changed in another way. Undo that.")
    page.get_by_role("button", name="Undo").tap()
    expect(words).to_contain_text("Click it, then move it up.")
    context.close()


def test_a_practice_that_was_left_goes_on_and_can_begin_again(tab, empty):
    page = tab()
    page.goto(f"{empty}/?practice=true&briefing={BRIEFING}")
    table = Table.on(page, empty)
    table.ready()
    table.do("w", "[")
    expect(done(page)).to_have_count(2)
    page.reload()
    table.ready()
    expect(done(page)).to_have_count(2)
    page.locator(".st-key-practice_again button").click()
    expect(done(page)).to_have_count(0)
    table.wait("S.place.get(S.cur) === 0")
    page.wait_for_timeout(3000)  # the table tells the server where its cursor is
    expect(done(page)).to_have_count(0)
    table.do("w")
    expect(done(page)).to_have_count(1)


def test_keys_on_buttons_can_be_turned_off(tab, empty):
    page = tab()
    page.goto(f"{empty}/?practice=true&briefing={BRIEFING}")
    table = Table.on(page, empty)
    table.ready()
    hint = page.locator(".review .bar [data-command=accept] .hint")
    expect(hint).to_have_text("a")
    table.press("Control+k")
    page.keyboard.type("keys on buttons")
    page.keyboard.press("Enter")
    expect(hint).to_be_hidden()
    page.reload()
    table.ready()
    expect(hint).to_be_hidden()


def test_help_and_palette_open_on_every_page_of_an_empty_corpus(tab, empty):
    page = tab()
    for path in ("", "add", "search", "terms", "corpus", "people", "settings"):
        page.goto(f"{empty}/{path}")
        page.locator(".st-key-page_toolbar .bar button").first.wait_for()
        page.keyboard.press("?")
        expect(page.locator(".keys-list")).to_be_visible()
        page.keyboard.press("Escape")
        page.keyboard.press("Control+k")
        expect(page.locator(".palette")).to_be_visible()
