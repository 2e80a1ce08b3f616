"""The table in its window, the keyboard alone, and the way from a page to a row and back."""

import re
import unicodedata

import pypdf
import pytest
from browser_page import DESK, Table, serve
from playwright.sync_api import expect
from review_cases import briefing, stored

from align.records import Bead

pytestmark = pytest.mark.browser

LONG_ZH = tuple(f"第{n}句话很长，" + "说的是水，" * (n * 7 % 40) for n in range(60))
LONG_EN = tuple(f"Sentence {n} is long" + " and about water" * (n * 7 % 40) for n in range(60))
DOUBT = [Bead((n,), (n,), 0.01 if n == 47 else 0.05 if n == 5 else 0.99) for n in range(60)]

# As long as the sentences of a conference: 31 characters and 107 on average, five to a speaker.
SAID_ZH = [
    (
        f"发言人{t}：",
        *(f"第{n}句说的是澄湖的水" + "，水库和森林比去年好" * (n % 5) for n in range(5)),
    )
    for t in range(12)
]
SAID_EN = [
    (
        f"Speaker {t}:",
        *(
            f"Sentence {n} is on Chenghu" + ", and its lakes and woods are doing well" * (n % 5)
            for n in range(5)
        ),
    )
    for t in range(12)
]


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("room")
    long = briefing((("甲：", *LONG_ZH),), (("A:", *LONG_EN),), DOUBT, "long")
    with (
        stored(folder / "corpus", long, briefing(), briefing(SAID_ZH, SAID_EN, name="talk")),
        serve(folder / "corpus", folder / "log.txt") as (address, _),
    ):
        yield address


@pytest.fixture
def opened(tab, address):
    def start(name="water", width=1280, height=800, scheme="light"):
        table = Table.on(tab(width=width, height=height, scheme=scheme), address)
        table.open(briefing=name)
        return table

    return start


def ends(table, what):
    return table.state(f"(box => [box.top, box.bottom])({what}.getBoundingClientRect())")


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1280, 720), (900, 900)])
def test_the_table_and_what_it_says_fit_the_window(opened, width, height):
    table = opened("long", width, height)
    table.wait(f"S.room && S.grid.getBoundingClientRect().bottom < {height}")
    table.rest()
    assert ends(table, "S.info")[1] <= ends(table, "S.grid")[0]
    assert ends(table, "S.grid")[1] > height - 40
    main = table.page.locator("[data-testid=stMain]")
    assert main.evaluate("node => node.scrollHeight - node.clientHeight") <= 1


WHOLE = """(() => {
    const area = S.grid.getBoundingClientRect(), low = Math.min(area.bottom, innerHeight) + 1;
    return [...S.box.querySelectorAll(".row")]
        .map(row => row.getBoundingClientRect())
        .filter(box => box.height > 8 && box.top >= area.top && box.bottom <= low).length;
})()"""
"""The number of rows that are seen from top to bottom."""


CROSSED = """(() => {
    const all = ".st-key-review_head > *, [data-testid=stTopNavLink], .st-key-language_switch";
    const boxes = [...document.querySelectorAll(`${all}, [data-testid=stMainMenu], .review .grid`)]
        .map(node => node.getBoundingClientRect()).filter(box => box.width);
    return boxes.filter((one, at) => boxes.some((two, after) => after > at
        && one.left < two.right && two.left < one.right
        && one.top < two.bottom && two.top < one.bottom)).map(box => [box.left, box.top]);
})()"""
"""Where two things of the head, or one and the rows, lie over each other."""


@pytest.mark.parametrize(
    ("width", "height", "rows"), [(1440, 900, 12), (1024, 768, 6), (390, 844, 4), (720, 450, 3)]
)
def test_rows_of_a_conference_that_are_seen_on_opening(opened, width, height, rows):
    table = opened("talk", width, height)
    table.wait(f"S.room && {WHOLE} >= {rows}")
    table.rest()
    labels = table.page.locator(".review .bar .label:visible").all_inner_texts()
    assert (len(labels) == 5) == (width == 390)
    assert table.page.evaluate("document.documentElement.scrollWidth") <= width
    assert table.page.locator(".st-key-review_title h1").bounding_box()["width"] > 100
    assert table.page.evaluate(CROSSED) == []
    for name in ("stMainMenu", "stExpandSidebarButton", "stTopNavLink"):
        for found in table.page.get_by_test_id(name).all():
            if found.is_visible():
                found.click(trial=True)


@pytest.mark.parametrize(
    ("width", "words"),
    [
        (1440, ["Accept", "Merge down", "Split", "Edit", "Undo", "More"]),
        (1280, []),
        (390, ["Accept", "Merge down", "Split", "Undo", "More"]),
    ],
)
def test_the_moves_that_are_needed_most_have_words_where_there_is_room(opened, width, words):
    table = opened("talk", width, 844)
    table.rest()
    labels = table.page.locator(".review .bar .label").all()
    assert [one.inner_text() for one in labels if one.is_visible()] == words


def test_a_finger_hits_every_control_of_a_telephone(opened):
    table = opened("talk", 390, 844)
    table.rest()
    buttons = table.page.locator(".st-key-review_head button, .review .bar button").all()
    sizes = [one.bounding_box() for one in buttons if one.is_visible()]
    assert min(min(size["width"], size["height"]) for size in sizes if size["width"] > 1) >= 44


def test_the_list_gives_titles_the_width_of_a_telephone(tab, address):
    page = tab(width=390, height=844)
    page.goto(address)
    page.locator(DESK).wait_for()
    line = page.locator(".desk .line").first
    title, figures = (line.locator(name).first.bounding_box() for name in (".title", ".c-done"))
    assert figures["y"] >= title["y"] + title["height"]
    assert title["width"] > 280


@pytest.mark.parametrize("width", [1440, 1280, 1024])
def test_the_rows_stay_where_they_are_when_something_is_said(opened, width):
    table = opened("talk", width, 900)
    top = "S.grid.getBoundingClientRect().top"
    table.rest()
    before = table.state(top)
    table.press("c")
    table.page.get_by_text("move the split point").wait_for()
    assert table.state(top) == before


def test_a_link_shows_its_row_on_a_telephone(opened):
    table = opened("long", 420)
    row = table.state("S.order[47].id")
    table.open(briefing="long", row=row)
    table.wait(
        "S.settled && S.cur === S.order[47].id && (box => box.top > 0 && box.bottom <= innerHeight)"
        "(S.els.get(S.cur).getBoundingClientRect())"
    )


@pytest.mark.parametrize("width", [1280, 420])
def test_the_most_doubtful_row_comes_into_view(opened, width):
    table = opened("long", width)
    table.wait("S.settled")
    risk = "(row => S.data.risks[row.id] ?? row.risk)"
    unreviewed = "S.order.filter(row => row.status === 'unreviewed')"
    doubtful = f"{unreviewed}.sort((a, b) => {risk}(b) - {risk}(a)).map(row => row.id)"
    following = f"(ids => ids[S.walked === S.cur ? ids.indexOf(S.cur) + 1 : 0])({doubtful})"
    seen = set()
    for _ in range(3):
        expected = table.state(following)  # now: checks that arrive in the background change it
        table.press("w")
        table.wait(f"S.cur === '{expected}'")
        seen.add(expected)
    assert len(seen) == 3
    table.press("Home", "w")
    table.rest()
    top, bottom = ends(table, "S.els.get(S.cur)")
    grid_top, grid_bottom = ends(table, "S.grid")
    assert grid_top <= top < bottom <= grid_bottom <= 800


def test_a_focused_button_answers_to_its_own_keys(opened):
    table = opened()
    start = table.texts
    table.page.locator(".review [data-command=details]").focus()
    table.press("Enter")
    table.wait("S.ui.panel")
    table.press("Space")
    table.wait("!S.ui.panel")
    assert table.texts == start
    table.press("ArrowRight")
    focus = "S.root.getRootNode().activeElement.dataset.command"
    assert table.state(focus) == "menu"
    table.press("Tab")
    assert table.state("S.root.getRootNode().activeElement === S.grid")
    table.press("Shift+Tab")
    assert table.state(focus) == "menu"
    table.press("Home")
    assert table.state(focus) == "accept"
    table.state("S.grid.focus()")
    table.press("Tab")
    assert table.state("S.root.getRootNode().activeElement !== S.grid")
    assert table.errors == []


def test_tab_stays_in_a_question_and_in_the_menu(opened):
    table = opened()
    table.press("f", "Tab", "Tab", "Tab")
    assert table.state("S.root.getRootNode().activeElement.textContent") == "Cancel"
    table.press("Tab")
    assert table.state("S.root.getRootNode().activeElement.name") == "reason"
    table.press("Escape", ".", "End")
    assert table.state("S.root.getRootNode().activeElement.textContent").startswith("Next briefing")
    table.press("Home")
    assert table.state("S.root.getRootNode().activeElement.textContent").startswith("Accept")
    table.press("Escape")
    assert table.state("S.root.getRootNode().activeElement === S.grid")


def test_worst_first_begins_with_the_worst_and_takes_keys_at_once(opened):
    table = opened("long")
    table.page.get_by_text("Worst first", exact=True).click()
    table.wait("S.data.queue && S.place.get(S.cur) === 47")
    info = table.page.locator(".review .info")
    assert "errors left, 84% of them in the next 20 rows" in info.inner_text()
    table.do("a")
    table.wait("S.place.get(S.cur) === 5")
    assert "row 48 accepted; press u to undo" in info.inner_text()
    table.do("u")
    table.wait("S.info.textContent.includes('undone: accepted')")
    table.do("Shift+Z")
    table.wait("S.info.textContent.includes('redone: accepted')")
    table.do("u")
    table.wait("S.order[47].status === 'unreviewed'")


def test_when_the_search_is_cleared_the_row_is_seen_among_those_around_it(opened):
    table = opened("long")
    field = table.page.get_by_label("Search both languages")
    field.fill("第47句")
    table.wait("S.shown?.size === 1")
    field.press("Enter")
    table.wait("S.place.get(S.cur) === 47")
    field.fill("")
    table.wait("!S.shown")
    table.rest()
    tops = "[S.els.get(S.cur), S.grid].map(one => one.getBoundingClientRect().top)"
    at, top = table.state(tops)
    assert top <= at < top + table.state("S.grid.clientHeight")


def test_from_a_search_to_a_row_and_back(opened):
    table = opened()
    page = table.page
    page.goto(f"{table.address}/search?words=%E6%B9%96%E6%B0%B4")
    page.get_by_role("button", name="Filters").click()
    page.get_by_label("Speaker").fill("Gao")
    page.get_by_label("Speaker").press("Enter")
    page.get_by_text("1 match").wait_for()
    expect(page.locator(".hit")).to_have_count(1)  # the words come before the lines
    page.locator(".hit").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("briefing=water"))
    table.ready()
    page.locator(".st-key-leave button").filter(has_text="Search").click()
    page.wait_for_url(re.compile("/search"))
    page.get_by_text("1 match").wait_for()
    expect(page.get_by_role("searchbox", name="Search the corpus")).to_have_value("湖水")
    page.wait_for_url(re.compile("speaker=Gao"))


def test_back_in_the_browser_leads_from_a_row_to_the_search(opened):
    table = opened()
    page = table.page
    search = f"{table.address}/search?words=%E6%B9%96%E6%B0%B4"
    page.goto(search)
    page.locator(".hit").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/.briefing=water&row="))
    table.ready()
    page.go_back()
    page.wait_for_url(search)
    page.locator(".hit").first.wait_for()
    page.go_forward()
    table.ready()
    assert "briefing=water&row=" in page.url


def test_a_key_for_everything(opened):
    table = opened("long")
    at = "S.place.get(S.cur)"
    table.wait("S.settled")
    table.press("Shift+N")
    assert table.state(at) == 5
    table.press("Shift+N")
    assert table.state(at) == 47
    table.press("Shift+P")
    assert table.state(at) == 5
    table.press("Shift+G")
    table.page.keyboard.type("30")
    table.press("Enter")
    assert table.state(at) == 29
    table.press("Home", "PageDown")
    low = table.state(at)
    assert low > 1
    table.press("PageUp")
    assert table.state(at) < low
    table.press("/")
    table.page.keyboard.type("Sentence 47 ")
    table.press("Enter")
    table.wait(f"S.shown?.size === 1 && {at} === 47")
    assert table.state("S.root.getRootNode().activeElement === S.grid")
    table.press("/", "Control+a", "Delete")
    table.wait("!S.shown")
    table.press("Escape")
    assert table.state("S.root.getRootNode().activeElement === S.grid")
    table.press("Shift+W")
    table.wait(f"S.data.queue && {at} === 47")
    table.press("Control+k")
    table.page.keyboard.type("first row")
    table.press("Enter")
    assert table.state(at) == 0
    table.do("a")
    table.wait("S.info.textContent.includes('accepted; press u to undo')")
    table.press("Shift+B")
    table.wait("S.briefing !== 'long' && S.order.length")
    # the message was about a row of the other briefing
    table.wait("!S.info.textContent.includes('press u to undo')")
    assert table.errors == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_row_is_printed(opened, tmp_path, scheme):
    table = opened("long", height=720, scheme=scheme)
    table.page.pdf(path=tmp_path / "print.pdf", format="A4")
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(tmp_path / "print.pdf").pages)
    printed = [int(number) for number in re.findall(r"Sentence\s+(\d+)\s+is\s+long", text)]
    assert printed == list(range(60))
    head, _, _rest = unicodedata.normalize("NFKC", text).partition("Sentence")
    assert head.startswith("Press conference on Chenghu's water")
    assert head.count("中文") == 1  # above the Chinese texts, and not the switch of the language


def test_what_is_refused_is_said_above_its_row_too(opened):
    table = opened()
    table.press("End")
    table.do("s")  # one sentence on each side
    said = table.page.locator(".said.refused")
    expect(said).to_have_attribute("data-words", re.compile("only one sentence"))
    table.rest()
    row, words = (one.bounding_box() for one in (table.page.locator(".review .row.cur"), said))
    assert abs(words["y"] + words["height"] - row["y"]) < 3
    assert words["y"] >= 0
    table.page.locator(".review .row").first.click()
    expect(said).to_have_count(0)
    assert table.errors == []
