"""Work goes on after a closed lid and in a tab that the browser has discarded."""

import pytest
from review_cases import briefing

pytestmark = pytest.mark.browser

WATCH = """() => {
    window.lost = window.gap = 0;
    let last = performance.now();
    document.addEventListener("focusout", () => { window.lost += 1; }, true);
    setInterval(() => {
        window.gap = Math.max(window.gap, performance.now() - last);
        last = performance.now();
    }, 50);
}"""
ASLEEP = 4_000  # milliseconds
TEXT = "S.editing.cell.textContent"


@pytest.fixture
def typing(opened):
    """An editor in which some words are typed, the caret before the last one."""
    kept, table = opened(briefing())
    table.press("ArrowDown", "e", "Control+a", "Delete")
    table.page.keyboard.type("Prices stay as are")
    table.press(*["ArrowLeft"] * len("are"))
    yield kept, table
    table.page.context.set_offline(False)
    assert table.errors == []


def test_a_lid_that_closes_and_opens_again_leaves_text_focus_and_caret(typing):
    kept, table = typing
    page = table.page
    page.evaluate(WATCH)
    lid = page.context.new_cdp_session(page)
    page.context.set_offline(True)  # the socket is gone
    lid.send("Debugger.enable")
    lid.send("Debugger.pause")  # as in a page that sleeps, no script and no timer runs
    page.wait_for_timeout(ASLEEP)
    lid.send("Debugger.resume")
    lid.send("Debugger.disable")
    page.wait_for_function("asleep => window.gap > asleep * 0.9", arg=ASLEEP)
    page.keyboard.type("they ")
    table.wait("S.unreachable")
    page.keyboard.type("al")
    page.context.set_offline(False)
    page.keyboard.type("ways ")
    table.wait("!S.unreachable")
    assert table.state(TEXT) == "Prices stay as they always are"
    assert table.state("S.root.getRootNode().activeElement === S.editing.cell")
    assert page.evaluate("window.lost") == 0
    table.do("Enter")
    assert kept.rows[1].en_edit == "Prices stay as they always are"


DISCARDED = """() => {
    const stop = event => event.stopImmediatePropagation();
    for (const name of ["pagehide", "beforeunload", "visibilitychange", "freeze"])
        window.addEventListener(name, stop, true);
}"""
"""A discarded tab is told nothing: no event fires before it goes."""


def test_a_discarded_tab_comes_back_with_its_unsent_decisions_and_its_open_text(opened):
    kept, table = opened(briefing())
    page = table.page
    page.evaluate(DISCARDED)
    page.route("**/review/operations", lambda route: route.abort())
    table.press("a", "a", "e", "End")
    page.keyboard.type(" Half a sen")
    table.press(*["ArrowLeft"] * len("sen"))
    assert kept.log == ()
    place, text = table.state("S.place.get(S.cur)"), table.state(TEXT)
    page.unroute_all(behavior="ignoreErrors")
    page.reload()  # as the browser does once the tab is looked at again
    table.ready()
    table.wait("S.editing && !S.pend.length")
    assert table.state(TEXT) == text
    page.keyboard.type("long ")
    assert table.state(TEXT) == text.replace(" sen", " long sen")
    assert table.state("S.place.get(S.cur)") == place
    table.do("Enter")
    assert [entry.decision.action for entry in kept.log] == ["accept", "accept", "edit"]
    assert kept.rows[2].en_edit.endswith("Half a long sen")
    assert table.errors == []


def test_letters_typed_before_a_move_is_answered_are_no_commands(opened):
    kept, table = opened(briefing())
    table.page.route("**/review/operations", lambda route: route.abort())
    table.press("m", "e", "a", "x", "u", "Enter", "a")
    assert table.state("S.keysWaiting") == ["edit"]
    assert "type once the text is open" in table.page.locator(".review .info").inner_text()
    table.page.unroute_all(behavior="ignoreErrors")
    table.wait("S.editing")
    table.do("Escape")
    assert [entry.decision.action for entry in kept.log] == ["merge"]
    assert table.errors == []
