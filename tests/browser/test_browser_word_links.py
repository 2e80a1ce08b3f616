"""Word links in a real Chromium: shown, confirmed, rejected, and made terms of the term base."""

import pytest
from browser_page import Table
from review_cases import briefing

from align.corpus.store.term_base import TermEntry, put_terms, read_terms
from align.records import Sides

pytestmark = pytest.mark.browser

SAID = (
    ("港口<b>水厂</b>今年完成。", "The <b>waterworks</b> of the port were completed this year."),
    ("去年的港口。", "The port last year."),
)
MARKED = """["review-word", "review-counterpart"].map(name =>
    [...(CSS.highlights.get(name) ?? [])].map(range => range.toString()).join("|"))"""


def ports():
    zh, en = ([("A:", *(pair[side] for pair in SAID))] for side in (0, 1))
    return briefing(zh, en)


@pytest.fixture
def table(opened):
    _, table = opened(ports(), width=1280, height=800)
    return table


PLACE = """([row, side, word]) => {
    const S = (FIND)().__state, id = S.order[row].id;
    const cell = S.els.get(id)?.querySelector(`.cell.${side}`);
    const node = S.ui.prose ? S.columns[side].querySelector(`[data-id="${id}"]`) : cell;
    const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT), range = new Range();
    const text = walker.nextNode(), at = text.data.indexOf(word);
    range.setStart(text, at);
    range.setEnd(text, at + word.length);
    const box = range.getBoundingClientRect();
    return [box.left + box.width / 2, box.top + box.height / 2];
}""".replace("FIND", Table.FIND)


def point_at(table: Table, row: int, side: str, word: str) -> tuple[float, float]:
    """Rest the pointer on the middle of a word, where it will stay."""
    table.rest()
    x, y = table.page.evaluate(PLACE, [row, side, word])
    table.page.mouse.move(x - 1, y)
    table.page.mouse.move(x, y)
    return x, y


def wait_marked(table: Table, word: str, counterpart: str) -> None:
    table.wait(f"JSON.stringify({MARKED}) === JSON.stringify(['{word}', '{counterpart}'])")


def test_the_counterpart_of_the_word_under_the_pointer_is_marked(table):
    point_at(table, 0, "zh", "完成")
    wait_marked(table, "完成", "completed")
    point_at(table, 0, "en", "port")
    wait_marked(table, "port", "港口")
    table.page.mouse.move(5, 5)
    wait_marked(table, "", "")
    assert table.texts == [list(pair) for pair in SAID]
    assert table.errors == []


def test_words_that_were_linked_before_the_aligner_was_ready_are_linked_again(opened):
    early = {"ready": False, "links": []}

    def answer(route):
        kept = route.fetch(max_retries=3)  # the server may close the line just then
        told = kept.json()
        told["help"] = {row: one | early for row, one in told["help"].items()}
        route.fulfill(response=kept, json=told)

    _, table = opened(ports(), route=answer, width=1280, height=800)
    for row, word in enumerate(("完成", "港口")):
        point_at(table, row, "zh", word)
        table.wait(f"S.help.has(S.order[{row}].id)")
        assert table.page.evaluate(f"() => {MARKED}") == ["", ""]
    early.clear()
    wait_marked(table, "港口", "port")
    point_at(table, 0, "zh", "完成")
    wait_marked(table, "完成", "completed")
    table.wait("!S.look")
    assert table.errors == []


def test_after_an_edit_the_new_text_is_linked(table):
    point_at(table, 1, "zh", "港口")
    wait_marked(table, "港口", "port")
    table.page.mouse.click(*point_at(table, 1, "en", "port"))
    table.press("e", "Control+A")
    table.page.keyboard.type("Last year, the <i>harbor</i>.")
    table.do("Control+Enter")
    point_at(table, 1, "zh", "港口")
    wait_marked(table, "港口", "harbor")


def test_the_word_at_the_caret_is_linked_while_one_types(table):
    table.page.mouse.dblclick(*point_at(table, 0, "en", "port"))
    table.press("Home")
    table.page.keyboard.type("All ")
    for _ in range(len("The <b>waterworks</b> of the po")):
        table.press("ArrowRight")
    wait_marked(table, "", "港口")  # what is typed in is not marked itself
    assert table.state("S.editing.cell.textContent").startswith("All The <b>")


def test_in_running_text_words_are_linked_too(table):
    table.press("t")
    point_at(table, 1, "en", "port")
    wait_marked(table, "port", "港口")


# -- what a reviewer says about words --------------------------------------------------------------

ZH, EN = "湖区联盟今年开会。", "The Lake League met this year."


@pytest.fixture
def lakes(opened):
    kept, table = opened(briefing([("A:", ZH)], [("A:", EN)]), width=1280, height=800)
    return kept, table


DRAG = """([side, word]) => {
    const S = (FIND)().__state, cell = S.els.get(S.order[0].id).querySelector(`.cell.${side}`);
    const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), range = new Range();
    const text = walker.nextNode(), at = text.data.indexOf(word);
    range.setStart(text, at);
    range.setEnd(text, at + word.length);
    const box = range.getBoundingClientRect();
    return [box.left, box.right, box.top + box.height / 2];
}""".replace("FIND", Table.FIND)


def mark_words(table: Table, side: str, word: str) -> None:
    """Select a word of the first row with the mouse."""
    left, right, middle = table.page.evaluate(DRAG, [side, word])
    table.page.mouse.move(left + 1, middle)
    table.page.mouse.down()
    table.page.mouse.move(right, middle, steps=4)
    table.page.mouse.up()


def answer(table: Table, option: str) -> None:
    table.page.get_by_label("They are").select_option(option)
    table.page.get_by_role("button", name="OK").click()
    table.saved()


def test_words_marked_on_both_sides_are_linked(lakes):
    kept, table = lakes
    mark_words(table, "zh", "湖区联盟")
    mark_words(table, "en", "Lake League")
    table.do("i")
    assert table.page.get_by_label("Chinese words").input_value() == "湖区联盟"
    assert table.page.get_by_label("English words").input_value() == "Lake League"
    answer(table, "translations of each other")
    (one,) = kept.store.link_decisions([kept.id])
    assert (one.verdict, one.words) == ("right", Sides("湖区联盟", "Lake League"))
    point_at(table, 0, "zh", "联盟")
    wait_marked(table, "湖区联盟", "Lake League")
    assert table.errors == []


def test_the_link_under_the_pointer_is_taken_away_and_given_back(lakes):
    kept, table = lakes
    point_at(table, 0, "zh", "今年")
    wait_marked(table, "今年", "this year")
    table.do("i")
    answer(table, "not translations of each other")
    (one,) = kept.store.link_decisions([kept.id])
    assert (one.verdict, one.words) == ("wrong", Sides("今年", "this year"))
    point_at(table, 0, "zh", "今年")
    table.wait("S.help.get(S.order[0].id)?.ready")
    point_at(table, 0, "zh", "今年")
    assert table.page.evaluate(f"() => {MARKED}")[1] != "this year"
    table.do("i")
    table.page.get_by_label("Chinese words").fill("今年")
    table.page.get_by_label("English words").fill("this year")
    answer(table, "as the program sees them")
    assert kept.store.link_decisions([kept.id]) == ()


def test_words_that_are_not_in_the_row_are_refused(lakes):
    kept, table = lakes
    table.do("i")
    table.page.get_by_label("Chinese words").fill("港口")
    for nothing in ("", " "):  # what was typed stays
        table.page.get_by_label("English words").fill(nothing)
        table.page.get_by_role("button", name="OK").click()
        assert table.page.get_by_label("Chinese words").input_value() == "港口"
    table.page.get_by_label("English words").fill("port")
    answer(table, "translations of each other")
    table.page.get_by_text("港口: not in this row").wait_for()
    assert kept.store.link_decisions([kept.id]) == ()


def test_marked_words_become_a_term_that_the_rows_show(lakes):
    kept, table = lakes
    mark_words(table, "zh", "湖区联盟")
    mark_words(table, "en", "Lake League")
    table.do("i")
    answer(table, "an approved term")
    assert read_terms(kept.store) == (TermEntry("湖区联盟", "Lake League"),)
    table.wait(
        "JSON.stringify([...(CSS.highlights.get('review-term') ?? [])].map(one => one.toString()))"
        " === JSON.stringify(['湖区联盟', 'Lake League'])"
    )
    put_terms(kept.store, [], "ann", removed=[("湖区联盟", "Lake League")])
