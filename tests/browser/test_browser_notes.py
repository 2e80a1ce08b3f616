"""Notes by keys: written, answered by somebody else, resolved, found, taken back."""

import pytest
from review_cases import briefing

from align.corpus.review import Request, ReviewSession

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=window.hacked=1> 真的?"


def test_a_note_is_written_answered_resolved_and_taken_back(opened):
    kept, table = opened(briefing(), width=1280, height=720)
    chip, threads = (table.page.locator(f".review {one}") for one in (".chip.notes", ".thread"))
    table.press("j", "q")
    table.page.keyboard.type(HOSTILE)
    table.page.reload()
    table.ready()
    assert table.state("S.layer.querySelector('[name=note]').value") == HOSTILE
    table.do("Enter")
    assert "row 2 note added; press u to undo" in table.state("S.info.textContent")
    assert (chip.inner_text(), table.state("S.place.get(S.cur)")) == ("1 note", 1)
    assert [row.status for row in kept.rows] == ["unreviewed"] * 10

    bob = ReviewSession(kept.store, kept.id, "bob")
    ((row, (thread,)),) = bob.notes.items()
    bob.do(Request(f"{kept.id}-1", "reply", (row,), reason=thread.key, note="yes"))
    table.wait(f"S.data.notes['{row}']?.[0].said.length === 2")
    chip.click()  # opens the help, as d does
    lines = threads.locator("li").all_inner_texts()
    assert [line.split(" · ", 1)[1].split(" · ", 1)[1] for line in lines] == [HOSTILE, "yes"]
    assert " · bob · " in lines[1]

    table.do("Shift+D")
    assert (chip.count(), "resolved" in threads.inner_text()) == (0, True)
    table.press("Shift+Q")
    table.page.keyboard.type("not quite")
    table.do("Enter")
    table.page.get_by_role("button", name="Filters").click()
    table.page.get_by_role("button", name="with open notes").click()
    table.wait("S.shown?.size === 1")
    table.page.keyboard.press("Escape")
    assert (chip.inner_text(), threads.locator("li").count()) == ("1 note", 3)
    table.state("S.grid.focus()")
    table.do("u")
    table.do("u")
    assert threads.locator("li").count() == 2
    table.do("u")
    assert threads.locator("li").all_inner_texts()[0].endswith(" · bob · yes")
    table.press("m")  # the row below is hidden by the filter: it is shown first
    table.do("m")
    assert "written about: 欢迎" in threads.inner_text()
    assert not table.page.evaluate("window.hacked")
    assert table.errors == []
