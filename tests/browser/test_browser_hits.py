"""The concordance in a real Chromium: many lines at once, worked by keys, an address to send."""

import re

import pytest
from browser_page import Table, rest, serve
from playwright.sync_api import expect
from review_cases import briefing, stored

from align.corpus.review import Request, ReviewSession

pytestmark = pytest.mark.browser

LONG_ZH = [("甲：", f"{'今年的水价没有变，' * 3}湖面和<b>港口</b>今年完成。")]
LONG_EN = [("A:", "Prices " + "stay, " * 9 + "the lake and <b>port</b> are completed.")]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Twenty-five briefings with a lake in them, and one with a port."""
    folder = tmp_path_factory.mktemp("hits")
    some = [briefing(name=f"water-{n}") for n in range(25)]
    with (
        stored(folder / "corpus", *some, briefing(LONG_ZH, LONG_EN, name="port")) as store,
        serve(folder / "corpus", folder / "log.txt") as (address, _),
    ):
        yield store, address


def test_hits_are_read_accepted_mended_and_opened_by_keys(tab, site):
    store, address = site
    page = tab(width=1440)
    page.goto(f"{address}/search?words=%E6%B9%96%E6%B0%B4&order=oldest&status=unreviewed")
    expect(page.locator(".hit")).to_have_count(25)
    rest(page, ".stMain .st-key-hits_table")
    inside = [box["y"] + box["height"] for box in map(_box, page.locator(".hit").all())]
    assert sum(bottom < 900 for bottom in inside) >= 20

    first = page.locator(".hit").first
    name = first.get_attribute("data-id")
    first.focus()
    page.keyboard.press("e")
    page.keyboard.press("Control+a")
    page.keyboard.type("The lake is <b>clean</b>.")
    page.keyboard.press("Enter")
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
    kept_words = {"order=oldest", "status=unreviewed"}
    page.wait_for_url(lambda url: kept_words <= {*url.partition("?")[2].split("&")})


PLACE = """([part, word]) => {
    for (const host of document.querySelectorAll("*")) {
        const node = host.shadowRoot?.querySelector(part);
        if (!node) continue;
        const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT), range = new Range();
        let text = walker.nextNode();
        while (!text.data.includes(word)) text = walker.nextNode();
        range.setStart(text, text.data.indexOf(word));
        range.setEnd(text, text.data.indexOf(word) + word.length);
        const box = range.getBoundingClientRect();
        return [box.left + box.width / 2, box.top + box.height / 2];
    }
}"""


def test_the_counterpart_of_a_word_is_marked_and_a_draft_outlives_the_page(tab, site):
    _, address = site
    page = tab(width=1440)
    page.goto(f"{address}/search?words=%E6%B8%AF%E5%8F%A3")
    expect(page.locator(".hit")).to_have_count(1)
    for part, word, counterpart in (
        (".after", "完成", "completed"),
        (".other", "port", "港口"),
        (".before", "湖", "lake"),
    ):
        rest(page, ".stMain .st-key-hits_table")
        x, y = page.evaluate(PLACE, [part, word])
        page.mouse.move(x - 1, y)
        page.mouse.move(x, y)
        page.wait_for_function(
            "word => [...(CSS.highlights.get('review-counterpart') ?? [])]"
            ".map(range => range.toString()).join('|') === word",
            arg=counterpart,
        )
    page.locator(".hit").focus()
    page.keyboard.press("e")
    page.keyboard.press("Control+a")
    page.evaluate("dispatchEvent(new Event('align-texts'))")  # the lines are drawn anew
    page.keyboard.type("Half a <b>sen")
    page.reload()
    expect(page.locator(".hit textarea").last).to_have_value("Half a <b>sen")


def test_a_text_that_is_mended_is_seen_whole_on_a_telephone(tab, site):
    _, address = site
    page = tab(width=420)
    page.goto(f"{address}/search?words=%E6%B8%AF%E5%8F%A3")
    page.locator(".hit").focus()
    page.keyboard.press("e")
    area = page.locator(".hit textarea").last
    area.fill("The port is completed, and so is the lake. " * 6)
    height, room = area.evaluate("area => [area.scrollHeight, area.clientHeight]")
    assert height <= room


class Line:
    """The line to the server, which can be cut."""

    cut = False

    def route(self, route):
        if self.cut:
            route.abort()
        else:
            route.continue_()


@pytest.fixture
def lake(tab, site):
    """The hits of one briefing alone, the line to the server, and how to save a correction."""
    store, address = site
    page, line = tab(width=1440), Line()
    page.route("**/review/*", line.route)
    page.goto(f"{address}/search?words=%E6%B9%96%E6%B0%B4&order=oldest")
    expect(page.locator(".hit")).to_have_count(25)
    rest(page, ".stMain .st-key-hits_table")
    yield Lake(store, address, page, line)
    page.unroute_all(behavior="ignoreErrors")


class Lake:
    def __init__(self, store, address, page, line):
        self.store, self.address, self.page, self.line = store, address, page, line

    def hit(self, number):
        """Return the hit and its row, which no earlier test has touched."""
        rows = {row.id: row for row in self.store.rows()}
        hits = self.page.locator(".hit").all()
        names = [one.get_attribute("data-id") for one in hits]
        free = [name for name in names if not rows[name].reviewer]
        return self.page.locator(f".hit[data-id='{free[number]}']"), free[number]

    def correct(self, hit, text):
        hit.focus()
        self.page.keyboard.press("e")
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")

    def until(self, name, wanted):
        row = None
        for _ in range(600):
            row = next(row for row in self.store.rows() if row.id == name)
            if (row.status, row.en_final) == wanted:
                return
            self.page.wait_for_timeout(100)
        raise AssertionError((row.status, row.en_final))


CLOCK_BACK = "{ const now = Date.now; Date.now = () => now() - 600000; }"


def test_a_decision_is_stored_though_the_clock_of_the_browser_was_set_back(lake):
    first, name = lake.hit(0)
    first.focus()
    lake.page.keyboard.press("a")
    lake.until(
        name, ("accepted", next(row.en_final for row in lake.store.rows() if row.id == name))
    )
    lake.page.evaluate(CLOCK_BACK)
    lake.page.get_by_role("link", name="Settings").first.click()
    lake.page.get_by_role("heading", name="Settings").wait_for()
    lake.page.get_by_role("link", name="Search").first.click()
    expect(lake.page.locator(".hit")).to_have_count(25)
    rest(lake.page, ".stMain .st-key-hits_table")
    second, name = lake.hit(0)
    third, other = lake.hit(1)
    lake.correct(second, "The lake is blue.")
    lake.until(name, ("unreviewed", "The lake is blue."))
    third.focus()
    lake.page.keyboard.press("a")
    row = next(row for row in lake.store.rows() if row.id == other)
    lake.until(other, ("accepted", row.en_final))


@pytest.mark.parametrize("tab_is_closed", [False, True])
def test_what_is_decided_while_the_server_is_away_is_sent_after_a_reload(lake, tab_is_closed):
    hit, name = lake.hit(0)
    lake.line.cut = True
    lake.correct(hit, "The lake is green.")
    expect(hit).to_contain_text("Not saved yet")
    hit.focus()
    lake.page.keyboard.press("a")
    lake.page.get_by_text("Offline: 2 decisions saved in this browser").wait_for()
    assert next(row.status for row in lake.store.rows() if row.id == name) == "unreviewed"
    lake.line.cut = False
    if tab_is_closed:
        second = lake.page.context.new_page()
        lake.page.route("**/review/*", lambda route: route.abort())
        second.goto(lake.page.url)
    else:
        lake.page.reload()
    lake.until(name, ("accepted", "The lake is green."))


def test_a_correction_that_is_refused_stays_as_a_draft(lake):
    hit, name = lake.hit(0)
    row = next(row for row in lake.store.rows() if row.id == name)
    session = ReviewSession(lake.store, row.briefing, "bob")
    session.do(Request("b-1", "edit", (name,), seen=session.seq, en_text="Bob was faster."))
    lake.correct(hit, "Ann wrote this.")
    hit.get_by_text("someone changed this row after the search").wait_for()
    expect(hit.locator("textarea[lang=en]")).to_have_value("Ann wrote this.")
    expect(hit).to_contain_text("Bob was faster.")
    lake.page.reload()
    expect(hit.locator("textarea[lang=en]")).to_have_value("Ann wrote this.")
    hit.locator("textarea[lang=en]").press("Enter")
    lake.until(name, ("unreviewed", "Ann wrote this."))


def _box(line):
    return line.bounding_box()
