"""Nothing typed is lost: the rows are renewed under an open editor, in every way there is."""

import pytest
from browser_page import Table, free_port, serve
from review_cases import briefing, stored

from align.corpus.review import Request, ReviewSession

pytestmark = pytest.mark.browser

MANY = 170


def about_water(many):
    """Make a briefing of one turn in which each row is about water."""
    zh = (("甲：", *(f"第{n}句说的是水。" for n in range(many))),)
    en = (("A:", *(f"Sentence {n} is about water." for n in range(many))),)
    return briefing(zh, en)


@pytest.fixture(params=["ann", "Cy"])
def written(opened, request):
    """Open an editor on row 4 of a new briefing, as the account or under a typed name."""
    kept, table = opened(about_water(MANY))
    if request.param != "ann":
        take_name(table, request.param)
        table.open(briefing=kept.id)
    table.press(*["ArrowDown"] * 4)
    begin(table)
    return kept.store, table, ReviewSession(kept.store, kept.id, "bob")


def take_name(table, name):
    table.page.get_by_role("link", name="Settings").first.click()
    field = table.page.get_by_role("textbox", name="Your name")
    field.fill(name)
    field.press("Enter")
    table.page.wait_for_function("document.cookie.includes('align_reviewer')")


def begin(table):
    table.press("e", "Home")
    table.page.keyboard.type("One, ")


def finish(table, store, name):
    """Type on without a click, save, and see that every letter is there."""
    table.page.keyboard.type("two, ")
    assert table.state("S.editing.cell.textContent") == "One, two, Sentence 4 is about water."
    table.do("F2")
    (row,) = (row for row in store.rows(name) if "第4句" in row.zh_text)
    assert row.en_edit == "One, two, Sentence 4 is about water."
    assert table.errors == []


def test_a_hundred_and_sixty_decisions_of_a_colleague(written):
    store, table, bob = written
    for number, row in enumerate(bob.state.rows[5:165]):
        bob.do(Request(f"{bob.briefing}-{number}", "accept", (row.id,)))
    table.wait("S.order[164].status === 'accepted'")
    finish(table, store, bob.briefing)


def test_all_rows_anew(written):
    store, table, bob = written
    before = table.state("S.data.k")
    table.page.get_by_role("button", name="Filters").click()
    table.page.get_by_text("traditional", exact=True).click()
    table.wait(f"S.data.k !== '{before}' && S.order[3].zh[0].includes('說')")
    table.page.keyboard.press("Escape")
    table.page.locator("[data-testid=stHeader]").click(position={"x": 3, "y": 3})
    finish(table, store, bob.briefing)


def test_a_key_that_was_refused(written):
    store, table, bob = written
    bob.do(Request(f"{bob.briefing}-1", "accept", (bob.state.rows[9].id,)))
    table.page.evaluate(
        f"""() => {{ const S = ({table.FIND})().__state;
            S.act("reject", {{ rows: [S.order[9].id], seen: 0 }}, row => row); }}"""
    )
    table.wait("S.order[9].status === 'accepted' && S.data.refused.length && !S.pend.length")
    finish(table, store, bob.briefing)


def test_a_page_that_is_loaded_again(written):
    store, table, bob = written
    who = table.state("S.data.reviewer")
    table.page.reload()
    table.ready()
    table.wait(f"S.editing && S.data.reviewer === '{who}'")
    table.rest()  # whatever Streamlit draws again
    finish(table, store, bob.briefing)
    assert store.history(bob.briefing)[-1].decision.reviewer == who


def test_rows_above_that_somebody_merged(written):
    store, table, bob = written
    bob.do(Request(f"{bob.briefing}-1", "merge", (bob.state.rows[0].id, bob.state.rows[1].id)))
    table.wait("S.order[0].zh.length === 2")
    finish(table, store, bob.briefing)


def test_a_row_that_somebody_merged_with_the_one_above_keeps_the_text_that_is_typed(written):
    store, table, bob = written
    bob.do(Request(f"{bob.briefing}-1", "merge", (bob.state.rows[3].id, bob.state.rows[4].id)))
    table.wait("S.order[3].zh.length === 2 && S.editing?.id === S.order[3].id")
    table.page.keyboard.type("two, ")
    assert table.state("S.editing.cell.textContent") == "One, two, Sentence 4 is about water."
    table.do("F2")
    assert store.rows(bob.briefing)[3].en_edit == (
        "Sentence 3 is about water. One, two, Sentence 4 is about water."
    )
    assert "combined with the change by bob" in table.page.locator(".review .info").inner_text()


def test_a_click_beside_the_cell_and_a_word_in_the_search(written):
    store, table, bob = written
    table.page.locator("[data-testid=stHeader]").click(position={"x": 3, "y": 3})
    search = table.page.get_by_label("Search both languages")
    search.press_sequentially("sentence 4")
    table.wait("S.data.q === 'sentence 4' && S.shown.size === 11")
    search.press("Control+a")
    search.press("Delete")
    table.wait("!S.shown")
    table.page.locator("[data-testid=stHeader]").click(position={"x": 3, "y": 3})
    finish(table, store, bob.briefing)


def test_a_server_that_is_started_again(tab, tmp_path):
    port = free_port()
    with stored(tmp_path / "corpus", about_water(9)) as store:
        with serve(tmp_path / "corpus", tmp_path / "log.txt", port) as (address, _):
            table = Table.on(tab(), address)
            table.open(briefing="water")
            table.press(*["ArrowDown"] * 4)
            begin(table)
            before = table.state("S.data.k")
        with serve(tmp_path / "corpus", tmp_path / "log.txt", port):
            table.wait(f"S.data.k !== '{before}' && S.editing")
            finish(table, store, "water")


def test_damaged_values_in_the_browser_do_not_keep_the_table_from_starting(opened):
    kept, table = opened(about_water(5))
    table.press("ArrowDown", "a")
    table.rest()
    table.page.evaluate(
        """() => {
            localStorage.setItem("review-ui", "{panel: tr");
            for (const key of Object.keys(sessionStorage)) sessionStorage.setItem(key, "{");
        }"""
    )
    table.page.reload()
    table.ready()
    assert table.state("S.order.length") == 5
    table.do("a")
    assert [row.status for row in kept.store.rows(kept.id)].count("accepted") == 2
    assert table.errors == []
