"""The toolbar of search and terms: the keys, words and places of the review."""

import pytest
from browser_page import rest, serve
from playwright.sync_api import expect
from review_cases import briefing, stored

from align.corpus.store.term_base import read_terms

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("toolbar")
    with (
        stored(folder / "corpus", *(briefing(name=f"water-{n}") for n in range(4))) as store,
        serve(folder / "corpus", folder / "log.txt") as (address, _),
    ):
        yield store, address


@pytest.fixture
def search(tab, site):
    """The hits of the lake, one in each briefing."""
    store, address = site
    page = tab(width=1440)
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{address}/search?words=%E6%B9%96%E6%B0%B4&order=oldest")
    expect(page.locator(".hit")).to_have_count(4)
    rest(page, ".stMain .st-key-hits_table")
    yield store, page
    assert errors == []


def row_of(store, name):
    return next(row for row in store.rows() if row.id == name)


def test_hits_are_undone_and_redone_by_the_keys_of_the_review(search):
    store, page = search
    hit, info = page.locator(".hit").nth(1), page.locator(".toolbar .info")
    name = hit.get_attribute("data-id")
    page.keyboard.press("j")  # from the page to the first hit
    expect(page.locator(".hit").first).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("e")
    page.keyboard.press("Control+a")
    page.keyboard.type("The lake is blue.")
    page.keyboard.press("Enter")
    expect(info).to_have_text("1 row edited; press u to undo")
    page.keyboard.press("a")
    expect(info).to_have_text("1 row accepted; press u to undo")
    expect(page.locator(".hit").nth(2)).to_be_focused()
    expect(page.locator(f".hit[data-id='{name}'].accepted")).to_contain_text("blue")
    for key, says, is_blue, status in (
        ("u", "undone: accepted", True, "unreviewed"),
        ("Control+z", "undone: edited", False, "unreviewed"),
        ("Shift+Z", "redone: edited", True, "unreviewed"),
        ("Control+y", "redone: accepted", True, "accepted"),
    ):
        page.keyboard.press(key)
        expect(info).to_have_text(says)
        row = row_of(store, name)
        assert ("blue" in row.en_final, row.status) == (is_blue, status)
    page.locator(".toolbar").get_by_role("button", name="Undo").click()
    expect(info).to_have_text("undone: accepted")
    page.keyboard.press("u")
    expect(info).to_have_text("undone: edited")
    page.keyboard.press("u")
    expect(info).to_have_text("nothing to undo")
    assert page.locator(".toolbar .layer").count() == 0


def test_help_and_palette_are_those_of_the_review(search):
    _, page = search
    page.locator(".hit").first.focus()
    page.keyboard.press("?")
    box = page.locator(".toolbar .keys-list")
    expect(box.locator("h2").first).to_have_text("Keyboard shortcuts")
    names = (box.locator(part).all_inner_texts() for part in ("dt", "dd"))
    listed = dict(zip(*names, strict=True))
    assert listed["u Ctrl+z"] == "Undo"
    assert listed["a Ctrl+Enter"] == "Accept and continue"
    assert listed["Enter"] == "Open in its briefing"
    page.keyboard.press("Escape")
    expect(page.locator(".hit").first).to_be_focused()
    page.keyboard.press("Control+k")
    page.keyboard.type("last row")
    page.keyboard.press("Enter")
    expect(page.locator(".hit").last).to_be_focused()


def test_tab_goes_between_the_texts_and_escape_asks_before_it_discards(search):
    store, page = search
    hit = page.locator(".hit").first
    before = row_of(store, hit.get_attribute("data-id"))
    hit.focus()
    page.keyboard.press("e")
    expect(hit.locator("textarea[lang=en]")).to_be_focused()
    page.keyboard.press("Tab")
    expect(hit.locator("textarea[lang=zh-Hans]")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type("好")
    page.keyboard.press("Shift+Tab")
    expect(hit.locator("textarea[lang=en]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".toolbar .info")).to_contain_text("press Esc again to discard them")
    page.keyboard.press("Escape")
    expect(hit.locator("textarea")).to_have_count(0)
    assert row_of(store, before.id) == before


def test_terms_have_undo_help_and_palette_too(tab, site):
    store, address = site
    page = tab(width=1440)
    page.goto(f"{address}/terms")
    rest(page, ".stMain .st-key-page_toolbar")
    info = page.locator(".toolbar .info")
    page.get_by_role("button", name="Add to the term base").click()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(info).to_have_text("term base: 1 added, 0 changed, 0 removed; press u to undo")
    assert len(read_terms(store)) == 1
    page.keyboard.press("Escape")
    page.locator(".stMain h1").first.focus()
    page.mouse.click(5, 400)
    page.keyboard.press("u")
    expect(info).to_have_text("undone: terms changed")
    assert read_terms(store) == ()
    page.keyboard.press("?")
    page.locator(".toolbar .keys-list").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("redo")
    page.keyboard.press("Enter")
    expect(info).to_have_text("redone: terms changed")
    page.keyboard.press("u")
    expect(info).to_have_text("undone: terms changed")
    page.keyboard.press("/")
    expect(page.locator(".st-key-terms_part input")).to_be_focused()
