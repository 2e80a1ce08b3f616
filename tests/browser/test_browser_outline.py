"""The outline beside the rows in a real Chromium: what it draws, and where a click leads."""

import pytest
from browser_page import Table
from review_cases import briefing

pytestmark = pytest.mark.browser

ROWS = 200
COLOURS = """([top, bottom]) => {
    const canvas = (FIND)().__state.outline, sharp = canvas.width / canvas.clientWidth;
    const ink = canvas.getContext("2d");
    const from = Math.round(top * canvas.height), to = Math.round(bottom * canvas.height);
    const data = ink.getImageData(0, from, canvas.width, to - from).data;
    let drawn = 0;
    for (let at = 3; at < data.length; at += 4) if (data[at]) drawn++;
    return drawn / (data.length / 4);
}""".replace("FIND", Table.FIND)


@pytest.fixture
def long(opened):
    zh, en = (
        [("A:", *(f"第{n}句。" for n in range(ROWS)))],
        [("A:", *(f"Sentence {n}." for n in range(ROWS)))],
    )
    return opened(briefing(zh, en), width=1280, height=800)


def share_drawn(table: Table, top: float, bottom: float) -> float:
    """Return the share of the pixels of a part of the outline that are drawn."""
    table.page.wait_for_timeout(600)  # it is drawn a moment later
    return table.page.evaluate(COLOURS, [top, bottom])


def click_outline(table: Table, share: float) -> None:
    box = table.page.locator("canvas.outline").bounding_box()
    table.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] * share)


def test_a_click_goes_to_the_row_there(long):
    _, table = long
    for share, row in ((0.5, ROWS // 2), (0.999, ROWS - 1), (0.0, 0)):
        click_outline(table, share)
        table.wait(f"Math.abs(S.place.get(S.cur) - {row}) <= 1")
    assert table.errors == []


def test_accepted_rows_are_drawn_otherwise_than_doubtful_ones(long):
    _, table = long
    table.press("Home")
    before = share_drawn(table, 0.02, 0.1)
    table.press("End")
    for _ in range(3):
        table.do("x", "ArrowUp")
    after = share_drawn(table, 0.99, 1.0)
    assert after > before
    label = table.page.locator("canvas.outline").get_attribute("aria-label")
    assert label.startswith(f"Outline: {ROWS} rows")


def test_a_telephone_has_no_outline(opened):
    _, table = opened(briefing(), width=390, height=800)
    assert not table.page.locator("canvas.outline").is_visible()


def test_where_others_are_is_drawn_and_said(long):
    _, table = long
    before = share_drawn(table, 0.4, 0.6)
    table.state("(S.data.places = { bob: S.order[100].id }, S.data.people = ['bob'], S.mark(), 0)")
    assert share_drawn(table, 0.4, 0.6) > before
    label = table.page.locator("canvas.outline").get_attribute("aria-label")
    assert label.endswith("; bob (row 101)")
    table.state("(S.paintInfo(), 0)")
    assert "also here: bob (row 101)" in table.page.locator(".review .info").inner_text()
