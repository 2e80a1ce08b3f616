"""Many rows accepted at once, mending that counts as accepting, and rows that a filter hides."""

import pytest
from playwright.sync_api import expect
from review_cases import briefing

from align.records import Bead

pytestmark = pytest.mark.browser

BEADS = [Bead((n,), (n,), 0.6 if n == 3 else 0.75 if n == 7 else 0.99) for n in range(10)]


@pytest.fixture
def water(opened):
    kept, table = opened(briefing(beads=BEADS))
    yield kept, table
    assert table.errors == []


def statuses(kept) -> str:
    """Give the first letter of every row's status."""
    return "".join(row.status[0] for row in kept.rows)


def narrow(table, words: str, rows: int) -> None:
    """Search, so that only some rows are shown, and return to the rows."""
    table.press("/")
    table.page.keyboard.type(words)
    table.wait(f"S.data.q === '{words}' && S.shown.size === {rows}")
    table.press("Enter")


def test_rows_over_a_probability_are_accepted_at_once_and_undone_at_once(water):
    kept, table = water
    table.press("Shift+Enter")
    hint = table.page.locator(".review .ask [role=status]")
    assert hint.inner_text() == "8 rows, about 0.1 likely wrong"
    table.page.keyboard.type("0")
    assert hint.inner_text() == "10 rows, about 0.7 likely wrong"
    table.page.keyboard.type(".7")
    assert hint.inner_text() == "9 rows, about 0.3 likely wrong"
    table.do("Enter")
    assert statuses(kept) == "aaauaaaaaa"
    assert "9 rows accepted; press u to undo" in table.state("S.info.textContent")
    table.press("Control+z")
    expect(table.page.get_by_role("button", name="Change 9 rows")).to_be_focused()
    table.do("Enter")
    assert statuses(kept) == "u" * 10
    assert [entry.decision.action for entry in kept.log] == ["accept-many", "undo"]


def test_what_a_search_shows_is_accepted_and_nothing_else(water):
    kept, table = water
    narrow(table, "水", 4)
    table.press("Shift+Enter")
    assert table.page.locator(".review .ask h2").inner_text() == "Accept the rows shown"
    table.do("Enter")
    shown = ["水" in row.zh_final for row in kept.rows]
    assert [row.status == "accepted" for row in kept.rows] == shown


def test_a_selection_of_what_is_shown_leaves_hidden_rows_between_alone(water):
    kept, table = water
    narrow(table, "水", 4)
    table.do("Home", "Shift+ArrowDown", "Shift+ArrowDown", "a")
    shown = ["水" in row.zh_final for row in kept.rows]
    assert [row.status == "accepted" for row in kept.rows].count(True) == 3
    assert all(fits for row, fits in zip(kept.rows, shown, strict=True) if row.reviewer)


@pytest.mark.parametrize("key", ["m", "]"])
def test_a_hidden_row_is_shown_before_a_move_takes_it_in(water, key):
    kept, table = water
    narrow(table, "waterworks", 1)
    table.press("j", key)
    table.wait("S.shown.size > 1")
    assert "hidden" in table.state("S.info.textContent")
    assert kept.log == ()
    table.do(key)
    assert len(kept.log) == 1


def test_mending_counts_as_accepting_where_one_wants_it(water):
    kept, table = water
    table.do("m")
    assert statuses(kept)[0] == "u"
    table.do("u")
    table.press("Control+k")
    table.page.keyboard.type("accept rows when edited")
    table.press("Enter")
    table.wait("S.ui.mending && !S.layer")
    table.do("m")
    assert statuses(kept)[:2] == "au"
    table.do("s")
    assert statuses(kept)[:3] == "aau"


HELP = """(() => {
    const [one, two] = S.order, rows = [[one.zh[0] + two.zh[0], one.en[0] + " " + two.en[0]]];
    const crossed = [[one.zh[0], two.en[0]], [two.zh[0], one.en[0]]];
    const ids = [one.id, two.id];
    const option = (name, probability, rows) => ({ name, probability, rows, ids });
    const options = [option("joined", 0.3, rows), option("crossed", 0.1, crossed)];
    const { revision } = one, lists = { words: [], numbers: [], history: [] };
    S.help.set(one.id, { revision, whole: true, ...lists, options });
    S.act = S.actNear = (...given) => { S.taken = given; };
    S.paint();
})()"""


def test_alternatives_stand_below_the_row_with_their_difference_marked(water):
    _, table = water
    table.press("j", "2")  # not on the row of the example: Python would answer for it
    assert "press again" in table.state("S.info.textContent")
    table.press("k")
    table.state(HELP)
    below = table.page.locator(".review .row.cur .options button")
    assert below.locator("kbd").all_inner_texts() == ["1", "2"]
    assert below.locator(".odds").all_inner_texts() == ["30%", "10%"]
    assert [text for text in below.first.locator("mark").all_inner_texts() if text] == [
        "欢迎来到澄湖市新闻发布会。",
        " Welcome to the press conference of Chenghu.",
    ]
    assert [text for text in below.nth(1).locator("mark").all_inner_texts() if text] == [
        "Welcome to the press conference of Chenghu",
        "欢迎来到澄湖市新闻发布会",
    ]
    assert table.page.evaluate(f"() => ({table.FIND})().__state.run('take-2')") is None
    assert table.state("S.taken[1].option") == "crossed"
    table.press("1")
    assert table.state("[S.taken[0], S.taken[1].option]") == ["choose", "joined"]
    table.press("3")
    assert "no such alternative" in table.state("S.info.textContent")


def test_alternatives_that_arrive_below_the_window_come_into_it(water):
    _, table = water
    table.page.set_viewport_size({"width": 1200, "height": 420})
    table.press("Home", *["j"] * 6)
    table.wait("S.settled")
    long = HELP.replace("S.order,", "S.order.slice(6),").replace('" "', '" long".repeat(90)')
    table.state(long)
    below = "S.options.getBoundingClientRect().bottom - S.grid.getBoundingClientRect().bottom"
    table.wait(f"S.options?.isConnected && {below} <= 0")


def test_an_alternative_of_rows_that_are_hidden_shows_them_first(water):
    _, table = water
    table.press("/")
    table.page.keyboard.type("Good")
    table.wait("S.data.q === 'Good' && S.shown.size === 1")
    table.press("Enter")
    table.state(HELP)
    table.press("1")
    assert table.state("[S.shown.size, S.taken ?? null]") == [2, None]
    table.press("1")
    assert table.state("S.taken[1].option") == "joined"


def test_the_rows_around_the_cursor_come_first_and_a_key_waits_for_all(opened):
    zh = [[f"第{n}句话说供水增长了。" for n in range(600)]]
    en = [[f"Sentence {n} says that supply grew." for n in range(600)]]
    kept, table = opened(briefing(zh, en))
    built = "S.box.querySelectorAll('.row').length"
    press = "document.dispatchEvent(new KeyboardEvent('keydown', {key: 'End', bubbles: true}))"
    begin = "S.briefing = '', S.begin(), S.show()"
    first, rest = table.state(f"({begin}, [{built}, ({press}, {built})])")
    assert 0 < first < rest == len(kept.rows)
    table.do("a")
    assert [row.status for row in kept.rows][-2:] == ["unreviewed", "accepted"]
    assert table.errors == []
