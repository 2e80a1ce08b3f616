"""Typing goes on while the server dies, is away and returns: no letter and no focus is lost."""

import os

import pytest
from browser_page import Table, free_port, serve
from firefox_page import firefox, open_firefox
from review_cases import briefing, stored

pytestmark = pytest.mark.browser

WORDS = (
    "Water prices stay as they are for the next five years, "
    "and two more waterworks will be built soon"
)
LOST = """() => {
    window.lost = 0;
    document.addEventListener("focusout", () => { window.lost += 1; }, true);
}"""


def test_every_letter_stays_while_the_server_dies_and_returns(tab, tmp_path):
    assert len(WORDS) == 97
    port = free_port()
    with stored(tmp_path / "corpus", briefing()) as store:
        with serve(tmp_path / "corpus", tmp_path / "log.txt", port) as (address, process):
            table = Table.on(tab(), address)
            table.open(briefing="water")
            table.wait("performance.now() - S.opened > 1000")
            table.press("e", "Control+a", "Delete")
            table.page.evaluate(LOST)
            for number, letter in enumerate(WORDS):
                if number == 20:
                    process.kill()
                table.page.keyboard.type(letter, delay=60)
        text = "S.editing.cell.textContent"
        assert table.state(text) == WORDS
        assert table.page.evaluate("window.lost") == 0
        table.wait("S.unreachable")
        table.page.keyboard.type(" Yes.")
        with serve(tmp_path / "corpus", tmp_path / "log.txt", port):
            table.wait("!S.unreachable")
            table.page.keyboard.type(" No.")
            assert table.state(text) == f"{WORDS} Yes. No."
            table.do("Enter")
            assert store.rows("water")[0].en_edit == f"{WORDS} Yes. No."
    assert table.page.locator("[role=dialog]").count() == 0


def test_every_letter_stays_in_firefox_while_the_server_dies(tmp_path):
    if not firefox() and not os.environ.get("CI"):
        pytest.skip("no Firefox found")
    profile = tmp_path / "profile"
    profile.mkdir()
    with (
        stored(tmp_path / "corpus", briefing()),
        serve(tmp_path / "corpus", tmp_path / "log.txt") as (address, process),
        open_firefox(profile) as tab,
    ):
        tab.open(f"{address}/?briefing=water")
        tab.wait("performance.now() - S.opened > 1000")
        tab.press("e", " ", *WORDS[:20])
        process.kill()
        tab.press(*WORDS[20:])
        tab.wait("S.unreachable")
        tab.press(*" Yes.")
        assert tab.state("S.editing.cell.textContent") == f"Good morning, everyone. {WORDS} Yes."
