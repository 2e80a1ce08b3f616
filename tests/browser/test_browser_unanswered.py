"""Decisions whose answer is lost, or that never arrive: the tab sends them again, once stored."""

from dataclasses import dataclass, field

import pytest
from browser_page import PATIENCE, Table, serve
from review_cases import briefing, stored

from align.corpus.review import Request, ReviewSession

pytestmark = pytest.mark.browser


@dataclass
class Line:
    """The line between table and server, which can swallow questions or their answers."""

    deaf: bool = False
    mute: bool = False
    slow: bool = False
    asked: list = field(default_factory=list)
    held: list = field(default_factory=list)

    def route(self, route):
        if self.slow:  # one question is not answered for long
            self.slow = False
            self.held.append(route)
            return
        if self.mute:
            route.abort()
            return
        self.asked += [op["op"] for op in route.request.post_data_json.get("ops", ())]
        answer = route.fetch(max_retries=3)  # the server may close the line just then
        if self.deaf:
            route.abort()
        else:
            route.fulfill(response=answer)


@pytest.fixture
def line():
    return Line()


@pytest.fixture
def water(opened, line):
    kept, table = opened(briefing(), route=line.route)
    yield kept, table
    table.page.unroute_all(behavior="ignoreErrors")


def ops(kept) -> list[str]:
    return [entry.decision.op for entry in kept.log]


def until(table, true) -> None:
    for _ in range(PATIENCE // 100):
        if true():
            return
        table.page.wait_for_timeout(100)
    raise AssertionError("it did not come about")


def test_an_answer_that_is_lost_is_asked_for_again_and_the_decision_stored_once(water, line):
    kept, table = water
    line.deaf = True
    table.press("a")
    until(table, lambda: len(ops(kept)) == 1)
    until(table, lambda: len(line.asked) >= 3)
    table.wait("S.info.textContent.includes('Offline: 1 decision saved in this browser')")
    (op,) = table.state("S.pend.map(op => op.wire.op)")
    assert {*line.asked} == {op}
    line.deaf = False
    table.saved()
    assert ops(kept) == [op]
    assert table.page.locator(".review .info").inner_text().startswith("1 of 10 reviewed")
    assert table.errors == []


def test_what_never_arrived_is_sent_again_when_the_line_is_back(water, line):
    kept, table = water
    line.mute = True
    table.press("a", "x")
    sent = table.state("S.pend.map(op => op.wire.op)")
    line.mute = False
    table.saved()
    assert ops(kept) == sent
    assert [row.status for row in kept.rows][:2] == ["accepted", "rejected"]
    assert table.errors == []


def test_the_browser_asks_before_a_tab_is_closed_that_holds_decisions(water, line):
    kept, table = water
    asked = []

    def stay(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    table.page.on("dialog", stay)
    line.mute = True
    table.press("a")
    table.wait("S.unreachable")
    table.page.close(run_before_unload=True)
    until(table, lambda: asked)
    line.mute = False
    table.saved()
    table.page.remove_listener("dialog", stay)
    assert asked == ["beforeunload"]
    assert kept.rows[0].status == "accepted"


def test_a_decision_of_somebody_else_meanwhile_leaves_the_queue_whole(water, line):
    kept, table = water
    line.mute = True
    table.press("a")
    (sent,) = table.state("S.pend.map(op => op.wire.op)")
    bob = ReviewSession(kept.store, kept.id, "bob")
    bob.do(Request(f"{kept.id}-1", "accept", (bob.state.rows[5].id,)))
    line.mute = False
    table.wait("S.info.textContent.includes('1 decision by bob since your last visit')")
    table.saved()
    told = table.state("S.info.textContent")  # what was just done comes first: the end is cut off
    assert told.index("row 1 accepted; press u to undo") < told.index("1 decision by bob")
    until(table, lambda: ops(kept) == [f"{kept.id}-1", sent])
    assert table.errors == []


def test_a_text_whose_row_was_merged_when_it_arrives_is_kept(water, line):
    kept, table = water
    line.mute = True
    table.press("j", "e")
    table.page.keyboard.type(" Ann wrote this.")
    table.press("F2")
    bob = ReviewSession(kept.store, kept.id, "bob")
    bob.do(Request(f"{kept.id}-1", "merge", tuple(row.id for row in bob.state.rows[:2])))
    line.mute = False
    table.saved()
    assert sum("Ann wrote this." in row.en_final for row in kept.rows) == 1
    assert ops(kept)[0] == f"{kept.id}-1"
    assert len(ops(kept)) == 2
    assert table.errors == []


def test_what_never_arrived_is_sent_after_the_page_was_loaded_anew(water, line):
    kept, table = water
    line.mute = True
    table.press("a", "x")
    sent = table.state("S.pend.map(op => op.wire.op)")
    line.mute = False
    table.page.reload()
    table.ready()
    table.saved()
    assert ops(kept) == sent
    assert [row.status for row in kept.rows][:2] == ["accepted", "rejected"]
    table.do("u")
    assert [row.status for row in kept.rows][:2] == ["accepted", "unreviewed"]
    assert table.errors == []


@pytest.mark.parametrize("way", ["list", "address", "next"])
def test_what_waits_for_an_answer_is_sent_when_its_briefing_is_left(water, line, site, way):
    kept, table = water
    line.slow = True
    table.press("a")
    until(table, lambda: line.held)
    table.press("x")
    sent = table.state("S.pend.map(op => op.wire.op)")
    assert ops(kept) == []
    if way == "list":
        table.page.locator(".st-key-leave button").click()
    elif way == "address":
        table.page.goto(f"{site.address}/search")
    else:
        table.press("Shift+B")
    until(table, lambda: ops(kept) == sent)
    assert [row.status for row in kept.rows][:2] == ["accepted", "rejected"]
    assert table.errors == []


def test_a_corpus_that_is_moved_away_takes_no_decision_and_the_tab_keeps_it(tab, tmp_path):
    with (
        stored(tmp_path / "corpus") as store,
        serve(tmp_path / "corpus", tmp_path / "log.txt") as (address, _),
    ):
        table = Table.on(tab(), address)
        table.open(briefing="water")
        table.do("a")
        (tmp_path / "corpus").rename(tmp_path / "away")
        table.press("a", "x")
        told = "the corpus was moved or replaced while it was open"
        table.wait(f"S.info.textContent.includes('{told}')")
        table.wait("S.info.textContent.includes('2 decisions are saved in this browser')")
        table.wait("S.info.textContent.includes('2 unsaved')")
        assert table.state("S.pend.length") == 2
        (tmp_path / "away").rename(tmp_path / "corpus")
        table.saved()
        statuses = [row.status for row in store.rows("water")]
        assert statuses[:3] == ["accepted", "accepted", "rejected"]
        table.wait(f"!S.info.textContent.includes('{told}')")
        assert table.errors == []


def test_a_decision_of_somebody_else_is_told_and_moves_nothing(water):
    kept, table = water
    table.rest()
    table.page.evaluate(f"() => {{ window.__first = ({table.FIND})() }}")
    place = table.state("S.els.get(S.cur).getBoundingClientRect().top")
    bob = ReviewSession(kept.store, kept.id, "bob")
    bob.do(Request(f"{kept.id}-1", "accept", (bob.state.rows[5].id,)))
    table.wait("S.info.textContent.includes('1 decision by bob since your last visit')")
    assert table.state("S.els.get(S.cur).getBoundingClientRect().top") == place
    table.page.get_by_text("Worst first").click()  # the whole page is drawn anew
    table.wait("S.data.queue")
    assert table.page.evaluate(f"() => window.__first === ({table.FIND})()")


def test_who_reviews_is_asked_once_and_known_in_every_tab_of_the_browser(tab, tmp_path):
    with (
        stored(tmp_path / "corpus", briefing()) as store,
        serve(tmp_path / "corpus", tmp_path / "log.txt", reviewer="") as (address, _),
    ):
        row = store.rows("water")[3].id
        page = tab()
        page.goto(f"{address}/?briefing=water&row={row}")
        page.wait_for_function("() => document.activeElement.closest('.st-key-who_name')")
        page.keyboard.press("Enter")  # without a name nothing happens
        page.get_by_label("What is your name?").fill("陈 Cy")
        page.wait_for_function("() => document.title === 'Briefings'")
        page.get_by_role("button", name="Continue").click()
        table = Table.on(page, address)
        table.ready()
        assert table.state("S.cur") == row
        table.do("a")
        table.page.reload()
        table.ready()
        table.do("x")
        other = Table(page.context, address, briefing="water", row=store.rows("water")[6].id)
        other.do("a")
        log = store.history("water")
        assert [entry.decision.reviewer for entry in log] == ["陈 Cy"] * 3
        assert table.errors == other.errors == []
