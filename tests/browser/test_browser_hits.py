"""The concordance in a real Chromium: many lines at once, worked by keys, an address to send."""

import re

import pytest
from browser_page import PATIENCE, Table, serve
from review_cases import briefing, stored

pytestmark = pytest.mark.browser


def test_hits_are_read_accepted_mended_and_opened_by_keys(browser, tmp_path):
    some = [briefing(name=f"water-{n}") for n in range(25)]
    with (
        stored(tmp_path / "corpus", *some) as store,
        serve(tmp_path / "corpus", tmp_path / "log.txt") as (address, _),
        browser.new_context(viewport={"width": 1440, "height": 900}) as context,
    ):
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(f"{address}/search?words=%E6%B9%96%E6%B0%B4&order=oldest&status=unreviewed")
        page.locator(".hit").nth(24).wait_for()
        assert page.locator(".hit").count() == 25
        inside = [box["y"] + box["height"] for box in map(_box, page.locator(".hit").all())]
        assert sum(bottom < 900 for bottom in inside) >= 20

        first = page.locator(".hit").first
        name = first.get_attribute("data-id")
        first.focus()
        page.keyboard.press("e")
        page.keyboard.press("Control+a")
        page.keyboard.type("The lake is <b>clean</b>.")
        page.keyboard.press("Control+Enter")
        page.locator(".other", has_text="The lake is <b>clean</b>.").wait_for()
        page.locator(f".hit[data-id='{name}']").focus()
        page.keyboard.press("a")
        page.locator(".hit").nth(24).wait_for(state="detached")  # the address asks for others
        kept = next(row for row in store.rows() if row.id == name)
        assert (kept.en_final, kept.status) == ("The lake is <b>clean</b>.", "accepted")

        page.locator(".hit").first.focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("briefing="))
        Table.on(page, address).ready()
        page.get_by_role("button", name="Search").last.click()
        page.locator(".hit").nth(23).wait_for()
        assert {"order=oldest", "status=unreviewed"} <= set(page.url.partition("?")[2].split("&"))


def _box(line):
    return line.bounding_box()
