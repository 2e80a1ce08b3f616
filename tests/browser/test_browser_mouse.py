"""Rows corrected with the mouse alone or a finger: drags, clicks, previews, and no accidents."""

import pytest
from browser_page import PATIENCE, Table
from playwright.sync_api import expect
from review_cases import ZH, briefing

from align.corpus.review import Request, ReviewSession
from align.records import Bead

pytestmark = pytest.mark.browser

WRONG = [
    Bead((0, 1), (0,), 0.5),  # the second Chinese sentence belongs to the next row
    Bead((2,), (1, 2), 0.5),
    Bead((3, 4), (3, 4), 0.5),  # two rows in one
    Bead((5,), (5,), 0.9),
    Bead((6,), (), 0.5),  # one row in two
    Bead((), (6,), 0.5),
    Bead((7, 8, 9), (7, 8, 9), 0.5),
]
KINDS = [f"{len(bead.zh)}-{len(bead.en)}" for bead in WRONG]
RIGHT = ["1-1"] * 10


class Mouse:
    """Pointer on the handles of a table."""

    def __init__(self, table: Table) -> None:
        self.table, self.page = table, table.page

    def row(self, place: int):
        return self.page.locator(".review .row").nth(place)

    def handle(self, place: int, kind: str, side: str = "zh", at: int = 0):
        """Point at a row and return one of its handles."""
        self.table.rest()
        self.row(place).locator(".m").hover()
        words = f"[data-kind={kind}][data-side={side}][data-at='{at}']"
        handle = self.row(place).locator(f".handles button{words}").last
        handle.wait_for()
        return handle

    def hold(self, handle, x: float, y: float) -> None:
        """Press the button on a handle and move to a point."""
        box = handle.bounding_box()
        self.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self.page.mouse.down()
        self.page.mouse.move(x, y, steps=4)

    def hold_over(self, handle, place: int) -> None:
        box = self.row(place).bounding_box()
        self.hold(handle, box["x"] + box["width"] / 3, box["y"] + box["height"] / 2)

    def drop(self) -> None:
        self.page.mouse.up()
        self.table.saved()

    @property
    def kinds(self) -> list[str]:
        return self.table.state("S.order.map(row => `${row.zh.length}-${row.en.length}`)")


@pytest.fixture
def wrong(opened):
    kept, table = opened(briefing(beads=WRONG))
    table.state("S.ui.realigning = false")  # the mouse alone corrects these rows
    return kept, table, Mouse(table)


def kinds(kept) -> list[str]:
    return [row.kind for row in kept.rows]


def test_each_wrong_row_is_corrected_by_one_drag_or_click_and_undone_by_one_key(wrong):
    kept, table, mouse = wrong
    mouse.hold_over(mouse.handle(0, "cut", "zh", 1), 1)
    mouse.drop()
    assert kinds(kept)[:2] == ["1-1", "2-2"]
    for place in (1, 3):
        mouse.handle(place, "cut", "en", 1).click()
        table.saved()
    mouse.hold_over(mouse.handle(6, "row"), 7)
    mouse.drop()
    for place in (7, 8):
        mouse.handle(place, "cut", "zh", 1).click()
        table.saved()
    assert kinds(kept) == RIGHT
    assert [row.zh_text for row in kept.rows] == [text for _, *said in ZH for text in said]
    actions = [entry.decision.action for entry in kept.log]
    assert actions == ["shift", "split", "split", "merge", "split", "split"]
    for _ in actions:
        table.do("u")
    assert kinds(kept) == KINDS
    assert table.errors == []


def test_a_border_that_is_dragged_moves_the_sentences_that_it_passes(wrong):
    kept, table, mouse = wrong
    table.rest()
    border = mouse.handle(0, "border", "en")
    second = mouse.row(1).locator(".en .s").nth(1).bounding_box()
    mouse.hold(border, second["x"] + 12, second["y"] + 8)
    assert mouse.row(1).locator(".s.moving").all_inner_texts() == [
        "Welcome to the press conference of Chenghu."
    ]
    mouse.drop()
    assert kinds(kept)[:2] == ["2-2", "1-1"]
    first = mouse.row(0).locator(".zh .s").first.bounding_box()
    mouse.hold(mouse.handle(0, "border", "zh"), first["x"] + 1, first["y"] + 8)
    assert mouse.row(0).locator(".zh .s.moving").count() == 2
    mouse.drop()
    assert kinds(kept)[:2] == ["0-2", "3-1"]
    assert kept.log[-1].decision.action == "shift"
    table.do("u", "u")
    assert kinds(kept) == KINDS


def test_what_would_happen_is_shown_before(wrong):
    kept, table, mouse = wrong
    tip = table.page.locator(".review .tip")
    mouse.handle(2, "cut", "zh", 1).hover()
    assert mouse.row(2).locator(".s.down").all_inner_texts() == [
        "湖水更清了。",
        "The lake is clearer.",
    ]
    mouse.row(3).locator(".m").hover()
    assert mouse.row(2).locator(".s.down").count() == 0
    mouse.hold_over(mouse.handle(2, "cut", "en", 1), 3)
    assert mouse.row(2).locator(".s.moving").all_inner_texts() == ["The lake is clearer."]
    expect(tip).to_have_text("move 1 sentence to row 4")
    assert mouse.row(3).locator(".cell.en.drop-start").count() == 1
    mouse.page.mouse.up()
    table.saved()
    assert mouse.row(2).locator(".s.moving").count() == 0
    table.do("u")
    mouse.hold_over(mouse.handle(2, "row"), 1)
    expect(tip).to_have_text("merge rows 2 and 3")
    assert table.page.locator(".review .row.joining").count() == 2
    table.press("Escape")
    expect(tip).to_be_hidden()
    mouse.page.mouse.up()
    assert kinds(kept) == KINDS


def test_a_drag_that_is_cancelled_or_dropped_elsewhere_does_nothing(wrong):
    kept, table, mouse = wrong
    said = table.page.locator(".review .info")
    mouse.hold_over(mouse.handle(2, "cut", "zh", 1), 3)
    table.press("m", "Escape")  # other keys wait for the end of the drag
    expect(said).to_contain_text("nothing was moved")
    mouse.page.mouse.up()
    for x, y in ((600, 5), (600, 890), (3, 300)):
        mouse.hold(mouse.handle(2, "cut", "zh", 1), x, y)
        mouse.page.mouse.up()
        assert not table.state("S.drag")
    for place in (2, 4, 6):  # the row itself, and rows that are no neighbours
        mouse.hold_over(mouse.handle(2, "sentence"), place)
        mouse.page.mouse.up()
    mouse.hold_over(mouse.handle(2, "sentence"), 3)
    table.page.evaluate("window.dispatchEvent(new Event('blur'))")
    mouse.page.mouse.up()
    table.saved()
    assert not kept.log
    assert table.errors == []


def test_a_drag_to_the_edge_of_the_table_scrolls_the_rows(opened):
    kept, table = opened(briefing(beads=WRONG), height=420)
    mouse = Mouse(table)
    handle = mouse.handle(0, "sentence")
    area = table.page.locator(".review .grid").bounding_box()
    x, bottom = area["x"] + area["width"] / 3, area["y"] + area["height"]
    mouse.hold(handle, x, bottom - 3)
    at_end = "S.grid.scrollTop + S.grid.clientHeight > S.grid.scrollHeight - 2"
    table.wait(at_end)
    assert table.state("S.grid.scrollTop") > 0
    table.page.mouse.move(x, area["y"] + 3, steps=4)
    table.wait("S.grid.scrollTop === 0")
    table.page.mouse.move(x, bottom + 200, steps=4)  # beyond the edge, too
    table.wait(at_end)
    table.press("Escape")
    table.page.mouse.up()
    table.page.mouse.move(x, area["y"] + 3, steps=4)
    assert table.state("S.grid.scrollTop") > 0  # nothing is dragged: nothing scrolls
    assert not kept.log
    assert table.errors == []


def test_a_sentence_is_dropped_on_a_row_that_was_out_of_sight(opened):
    kept, table = opened(briefing(beads=WRONG), height=420)
    mouse = Mouse(table)
    table.state("S.grid.scrollTop = S.order.length && 0")
    hidden = table.state(
        "S.order.findIndex(row => S.els.get(row.id).getBoundingClientRect().top >"
        " S.grid.getBoundingClientRect().bottom - 20)"
    )
    handle = mouse.handle(hidden - 1, "row")
    area = table.page.locator(".review .grid").bounding_box()
    mouse.hold(handle, area["x"] + area["width"] / 3, area["y"] + area["height"] - 3)
    table.wait("S.drag?.drop?.action === 'merge'")  # the next row has come under the mouse
    mouse.drop()
    assert kept.log[-1].decision.action == "merge"
    assert len(kept.rows) == len(WRONG) - 1


def test_words_are_still_selected_and_texts_edited_with_the_mouse(wrong):
    kept, table, mouse = wrong
    mouse.handle(2, "cut", "en", 1)
    table.page.evaluate("document.getSelection().removeAllRanges()")
    box = mouse.row(2).locator(".en .s").nth(1).bounding_box()
    table.page.mouse.move(box["x"] + 12, box["y"] + 8)
    table.page.mouse.down()
    table.page.mouse.move(box["x"] + box["width"] + 9, box["y"] + 8, steps=4)
    table.page.mouse.up()
    table.wait("S.picked?.spans.en")
    start, end = table.state("S.picked.spans.en")
    assert table.state("S.order[2].en.join(' ')")[start:end] == "The lake is clearer."
    mouse.row(2).locator(".en .s").first.dblclick(position={"x": 20, "y": 8})
    table.wait("S.editing?.side === 'en'")
    assert not mouse.row(2).locator(".handles button").first.is_visible()
    table.page.keyboard.type("!")
    mouse.handle(3, "sentence", "zh").click()  # saves, as a click on the row does
    table.saved()
    assert [entry.decision.action for entry in kept.log] == ["edit"]
    assert mouse.handle(2, "sentence", "en").is_visible()  # the edited text is one piece
    assert mouse.row(2).locator(".handles [data-kind=cut][data-side=en]").count() == 0


def test_a_hidden_row_is_shown_before_it_is_changed(wrong):
    kept, table, mouse = wrong
    table.page.get_by_label("Search both languages").fill("clearer")
    table.wait("S.shown?.size === 1")
    border = mouse.handle(2, "border", "en")
    first = mouse.row(2).locator(".en .s").first.bounding_box()
    mouse.hold(border, first["x"] + 3, first["y"] + 8)
    mouse.drop()
    assert not kept.log
    assert "now shown" in table.page.locator(".review .info").inner_text()
    assert mouse.row(3).is_visible()


def test_a_sentence_that_someone_else_moved_meanwhile_is_not_moved_again(wrong):
    kept, table, mouse = wrong
    bob = ReviewSession(kept.store, kept.id, "bob")
    row = bob.state.rows[2].id
    mouse.hold_over(mouse.handle(2, "cut", "zh", 1), 3)
    bob.do(Request("other-1", "shift", (row,), bob.seq, side="zh"))
    table.wait("!S.drag", timeout=PATIENCE)  # the table hears of it
    assert "the row changed" in table.page.locator(".review .info").inner_text()
    mouse.drop()
    assert [entry.decision.reviewer for entry in kept.log] == ["bob"]
    assert kinds(kept)[2:4] == ["1-2", "2-1"]


def test_two_people_who_drop_the_same_sentence_lose_nothing(wrong):
    kept, table, mouse = wrong
    bob = ReviewSession(kept.store, kept.id, "bob")
    row = bob.state.rows[2].id
    table.page.route("**/review/*", lambda route: route.abort())  # the table hears nothing
    mouse.hold_over(mouse.handle(2, "cut", "zh", 1), 3)
    bob.do(Request("other-1", "shift", (row,), bob.seq, side="zh"))
    table.page.mouse.up()
    table.page.unroute_all(behavior="ignoreErrors")
    table.saved()
    assert "bob" in table.page.locator(".review .info").inner_text()
    assert [entry.decision.reviewer for entry in kept.log] == ["bob"]
    assert sorted(text for one in kept.rows for text in one.zh_text.split("。")) == sorted(
        text for one in table.texts for text in one[0].split("。")
    )


def test_handles_have_names_and_are_no_stops_of_the_tab_key(wrong):
    _, table, mouse = wrong
    mouse.handle(2, "cut", "zh", 1)
    found = mouse.row(2).locator(".handles button")
    assert found.count() == 9  # the row, four sentences, four borders
    for handle in found.all():
        assert handle.get_attribute("aria-label")
        assert handle.get_attribute("tabindex") == "-1"
    table.press("t")
    expect(table.page.locator(".handles")).to_have_count(0, timeout=PATIENCE)


# -- a finger -------------------------------------------------------------------------------------
class Finger:
    """One finger on a touch screen."""

    def __init__(self, table: Table) -> None:
        self.table, self.page = table, table.page
        self._devtools = table.page.context.new_cdp_session(table.page)

    def send(self, kind: str, *points: tuple[float, float]) -> None:
        places = [{"x": x, "y": y} for x, y in points]
        self._devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    def swipe(self, start: tuple[float, float], end: tuple[float, float], pause: int) -> None:
        """Touch a point, wait, move to another point, and lift the finger."""
        self.send("touchStart", start)
        self.page.wait_for_timeout(pause)
        for part in range(1, 6):
            x, y = (a + (b - a) * part / 5 for a, b in zip(start, end, strict=True))
            self.send("touchMove", (x, y))
        self.page.wait_for_timeout(50)
        self.send("touchEnd")

    def middle(self, locator) -> tuple[float, float]:
        box = locator.bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.fixture
def telephone(browser, site, request):
    one = briefing(beads=WRONG, name=request.function.__name__[:40].replace("_", "-"))
    site.store.save(one, address=f"https://news.example/{one.id}")
    looks = {"width": 390, "height": 844}
    context = browser.new_context(viewport=looks, has_touch=True, is_mobile=True)
    table = Table(context, site.address, briefing=one.id)
    yield lambda: [row.kind for row in site.store.rows(one.id)], table, Finger(table)
    context.close()
    site.store.remove(one.id)


def test_a_finger_drags_after_a_long_press_and_scrolls_before(telephone):
    stored_kinds, table, finger = telephone
    row = table.page.locator(".review .row").nth(2)
    table.rest()
    row.locator(".zh").tap(position={"x": 200, "y": 10})
    table.wait("S.place.get(S.cur) === 2 && S.handles")
    table.rest()
    handle = row.locator(".handles [data-kind=cut][data-side=zh]")
    size = handle.evaluate("one => getComputedStyle(one, '::after').width")
    assert size == "44px"
    to = finger.middle(table.page.locator(".review .row").nth(3))
    finger.swipe(finger.middle(handle), to, 0)
    table.saved()
    assert stored_kinds() == KINDS
    table.rest()
    to = finger.middle(table.page.locator(".review .row").nth(3))
    finger.swipe(finger.middle(handle), to, 600)
    table.wait("!S.drag && S.order[3].zh.length === 2")
    table.saved()
    assert stored_kinds()[2:4] == ["1-2", "2-1"]
    assert table.errors == []


def test_a_tap_between_two_sentences_asks_before_it_splits(telephone):
    stored_kinds, table, finger = telephone
    row = table.page.locator(".review .row").nth(2)
    table.rest()
    row.locator(".zh").tap(position={"x": 200, "y": 10})
    table.wait("S.place.get(S.cur) === 2 && S.handles")
    table.rest()
    table.page.touchscreen.tap(*finger.middle(row.locator(".handles [data-kind=cut]").first))
    table.wait("S.splitting")
    assert row.locator(".s.down").count() == 2
    table.page.get_by_role("button", name="Split", exact=True).last.tap()
    table.saved()
    assert stored_kinds()[2:4] == ["1-1", "1-1"]
