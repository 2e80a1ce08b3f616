"""The list of briefings: keys, address, many at once, hostile titles, a telephone."""

import re
from dataclasses import replace

import pytest
from browser_page import DESK, Table, find_line, serve
from playwright.sync_api import expect
from review_cases import briefing, stored

from align.corpus.store.people import assignments, put_person

pytestmark = pytest.mark.browser

HOSTILE = '<img src=x onerror="window.hit=1"> *bold* $x$ \u202egnp'


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Forty briefings, one with a hostile title, in a corpus with roles."""
    folder = tmp_path_factory.mktemp("desk")
    some = [briefing(name=f"water-{n:02}") for n in range(40)]
    some[7] = replace(some[7], en=replace(some[7].en, title=HOSTILE))
    with stored(folder / "corpus", *some) as store:
        for name, role in (("ann", "admin"), ("bo", "reviewer")):
            put_person(store, name, role)
        with serve(folder / "corpus", folder / "log.txt") as (address, _):
            yield store, address


@pytest.fixture
def desk(tab, many):
    """Return a function that opens the list in an empty tab."""
    store, address = many

    def start(query="", **looks):
        page = tab(**looks)
        page.goto(f"{address}/{query}")
        page.locator(DESK).wait_for()
        return page, store

    return start


def test_eighteen_briefings_are_seen_on_a_laptop(desk):
    page, _ = desk(width=1440, height=900)
    boxes = [one.bounding_box() for one in page.locator(".desk .line").all()]
    bottom = page.locator(".desk .grid").evaluate("node => node.getBoundingClientRect().bottom")
    assert sum(box["y"] + box["height"] <= bottom for box in boxes) >= 18


def test_keys_go_through_the_list_and_open_a_briefing(desk, many):
    page, _ = desk("?sort=en")
    ids = [one.get_attribute("data-id") for one in page.locator(".desk .line").all()]
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator(".desk .line.cur")).to_have_attribute("data-id", ids[1])
    page.keyboard.press("End")
    expect(page.locator(".desk .line.cur .c-date")).to_be_in_viewport()
    page.keyboard.press("/")
    page.keyboard.type("water-05")
    page.wait_for_url("**find=water-05&sort=en")
    expect(page.locator(".desk .line")).to_have_count(1)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.wait_for_url("**briefing=water-05**")
    Table.on(page, many[1]).ready()
    page.go_back()
    expect(page.locator(".desk .line")).to_have_count(1)


@pytest.fixture
def long_list(tmp_path):
    """Return the address of a list of a hundred briefings, of which no screen shows all."""
    some = [briefing(name=f"day-{n:03}") for n in range(100)]
    with (
        stored(tmp_path / "corpus", *some),
        serve(tmp_path / "corpus", tmp_path / "log.txt") as (address, _),
    ):
        yield address


def test_a_long_list_is_whole_before_all_its_lines_are_there(tab, long_list):
    page, held = tab(), []
    page.route("**/review/operations", lambda route: hold_whole_list(route, held))
    page.goto(f"{long_list}/")
    page.locator(DESK).wait_for()
    expect(page.locator(".desk .words")).to_contain_text("100 briefings")
    page.keyboard.press("End")
    page.keyboard.press("Control+a")
    expect(page.locator(".desk .acts")).to_contain_text("100 selected")
    expect(page.locator(".desk .line[data-id=day-000]")).to_have_count(0)
    for route in held:
        route.continue_()
    expect(page.locator(".desk .line.cur")).to_have_attribute("data-id", "day-000")
    expect(page.locator(".desk .line.cur")).to_be_in_viewport()


def hold_whole_list(route, held):
    """Hold back the requests of a list for its other lines."""
    if route.request.post_data_json.get("begins") is False:
        held.append(route)
    else:
        route.continue_()


def test_help_and_palette_know_what_the_list_can_do(desk):
    page, _ = desk()
    page.keyboard.press("?")
    expect(page.locator(".keys-list")).to_contain_text("Assign the selected briefings")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("select all")
    page.keyboard.press("Enter")
    expect(page.locator(".desk .acts")).to_contain_text("40 selected")


def test_a_column_sorts_and_says_so(desk):
    page, _ = desk()
    page.locator(".desk .c-wrong button").click()
    page.wait_for_url("**sort=-wrong")
    head = page.locator(".desk [role=columnheader].c-wrong")
    expect(head).to_have_attribute("aria-sort", "descending")
    page.reload()
    expect(head).to_have_attribute("aria-sort", "descending")


def test_a_hostile_title_is_only_text(desk):
    page, _ = desk("?find=onerror")
    expect(page.locator(".desk .c-en a")).to_have_text(HOSTILE.replace("\u202e", "\ufffd"))
    assert page.evaluate("window.hit") is None


def test_a_title_is_a_link_that_another_tab_can_open(desk, many):
    page, _ = desk()
    with page.context.expect_page() as opened:
        find_line(page, "water-39").click(modifiers=["Control"])
    Table.on(opened.value, many[1]).ready()
    assert "briefing=water-39" in opened.value.url


def test_many_are_assigned_at_once_and_it_is_undone(desk):
    page, store = desk("?find=water-1&sort=en")
    page.keyboard.press("Control+a")
    page.keyboard.press("s")
    page.locator(".st-key-desk_reviewers input").click()
    page.get_by_role("option", name="bo").click()
    page.get_by_text("10 briefings selected").click()  # closes the list of names
    page.locator(".st-key-desk_assign button").click()
    expect(page.locator(".desk .line .c-owners")).to_have_text(["bo"] * 10)
    assert len(assignments(store)) == 10
    page.keyboard.press("Escape")
    page.keyboard.press("Control+z")
    page.get_by_role("button", name="OK").click()
    expect(page.locator(".desk .line .c-owners").first).to_have_text("")
    assert assignments(store) == {}


def test_source_and_licence_are_set_for_some(desk):
    page, store = desk("?find=water-2&sort=en")
    ids = [one.get_attribute("data-id") for one in page.locator(".desk .line").all()]
    boxes = page.locator(".desk .line .choice input")
    boxes.nth(0).click()
    boxes.nth(2).click(modifiers=["Shift"])
    expect(page.locator(".desk .acts")).to_contain_text("3 selected")
    page.get_by_role("button", name="Source and licence …").click()
    page.locator(".st-key-desk_licence input").fill("CC-BY-4.0")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".st-key-page_toolbar .info")).to_contain_text("3 briefings changed")
    known = [store.facts(one).get("licence", "") for one in ids[:4]]
    assert known == [*["CC-BY-4.0"] * 3, ""]


def test_the_selected_ones_are_exported(desk):
    page, _ = desk("?find=water-3&sort=en")
    page.keyboard.press("Home")
    page.keyboard.press("x")
    page.keyboard.press("e")
    with page.expect_download() as download:
        page.locator(".st-key-desk_tsv button").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    assert len(re.findall(r"water-3\d", text)) == text.count("大家上午好。") * 10


def test_a_line_is_read_on_a_telephone(desk):
    page, _ = desk(width=390, height=844)
    line = page.locator(".desk .line").first.bounding_box()
    assert line["width"] <= 390
    assert line["height"] >= 44
    assert page.locator(".desk .choice input").nth(1).bounding_box()["width"] >= 20
