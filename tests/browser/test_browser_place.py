"""Where a person stopped: the filter of the list and the row of a briefing are there again."""

import pytest
from browser_page import DESK, Table, serve
from playwright.sync_api import expect
from review_cases import briefing, stored

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def eight(tmp_path_factory):
    """Eight briefings."""
    folder = tmp_path_factory.mktemp("place")
    with (
        stored(folder / "corpus", *(briefing(name=f"water-{n}") for n in range(8))),
        serve(folder / "corpus", folder / "log.txt") as (address, _),
    ):
        yield address


def test_the_filter_of_the_list_stays_through_a_reload_and_a_briefing(tab, eight):
    page = tab()
    page.goto(eight)
    page.locator(DESK).first.wait_for()
    field, part = page.locator(".desk .find"), page.locator(".desk .part")
    field.fill("Chenghu")
    part.select_option("to review")
    page.wait_for_url("**find=Chenghu&part=to+review&sort=-wrong")
    page.reload()
    expect(field).to_have_value("Chenghu")
    expect(part).to_have_value("to review")
    page.locator(DESK).wait_for()
    page.locator(".desk .title a").nth(2).click()
    table = Table.on(page, eight)
    table.ready()
    assert "find=" not in page.url
    page.reload()
    table.ready()
    page.locator(".st-key-leave button").click()
    expect(field).to_have_value("Chenghu")
    expect(part).to_have_value("to review")
    assert page.locator("[data-testid=stAlert]").count() == 0


def test_a_bare_address_opens_at_the_row_where_one_stopped(tab, eight):
    table = Table.on(tab(), eight)
    table.open(briefing="water-3")
    table.press("End", "ArrowUp")
    table.page.wait_for_url("**row=*")
    table.rest()
    table.open(briefing="water-3")
    assert table.state("S.place.get(S.cur)") == 8
