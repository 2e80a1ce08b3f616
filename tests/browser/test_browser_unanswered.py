"""Decisions whose answer is lost, or that never arrive: the tab sends them again, once stored."""

import re
from dataclasses import dataclass, field

import pytest
from browser_page import Table, serve
from review_cases import briefing, stored

from align.review import Request, ReviewSession

pytestmark = pytest.mark.browser


@dataclass
class Line:
    """The line between page and server, which can swallow what goes over it."""

    deaf: bool = False
    mute: bool = False
    open: list = field(default_factory=list)
    asked: list = field(default_factory=list)

    def route(self, page):
        server = page.connect_to_server()
        page.on_message(lambda message: self._there(server, message))
        server.on_message(lambda message: self.deaf or page.send(message))
        self.open.append((page, server))

    def _there(self, server, message):
        if self.mute:
            return
        self.asked += set(re.findall(rb'"op":\s*"([\w-]+)"', message))
        server.send(message)

    def drop(self):
        page, server = self.open.pop()
        page.close()
        server.close()


@pytest.fixture
def line():
    return Line()


@pytest.fixture
def water(browser, tmp_path, line):
    with (
        stored(tmp_path / "corpus", briefing()) as store,
        serve(tmp_path / "corpus", tmp_path / "log.txt") as (address, _),
        browser.new_context() as context,
    ):
        context.route_web_socket(re.compile("_stcore/stream"), line.route)
        yield store, Table(context, address, briefing="water")


def ops(store) -> list[str]:
    return [entry.decision.op for entry in store.history("water")]


def until(table, true) -> None:
    for _ in range(300):
        if true():
            return
        table.page.wait_for_timeout(100)
    raise AssertionError("it did not come about in 30 seconds")


def test_an_answer_that_is_lost_is_asked_for_again_and_the_decision_stored_once(water, line):
    store, table = water
    line.deaf = True
    table.press("a")
    until(table, lambda: len(ops(store)) == 1)
    until(table, lambda: len(line.asked) >= 3)
    (op,) = table.state("S.pend.map(op => op.wire.op)")
    assert {*line.asked} == {op.encode()}
    line.deaf = False
    table.saved()
    assert ops(store) == [op]
    assert table.page.locator(".review .info").inner_text().startswith("1 of 10 reviewed")
    assert table.errors == []


def test_what_never_arrived_is_sent_again_over_the_next_line(water, line):
    store, table = water
    line.mute = True
    table.press("a", "x")
    sent = table.state("S.pend.map(op => op.wire.op)")
    line.drop()
    line.mute = False
    table.saved()
    assert ops(store) == sent
    assert [row.status for row in store.rows("water")][:2] == ["accepted", "rejected"]
    assert table.errors == []


def test_a_line_that_drops_after_somebody_else_decided_leaves_the_queue_whole(water, line):
    """The tab's own notice of the other's decision comes with the new line, above the table."""
    store, table = water
    line.mute = True
    table.press("a")
    (sent,) = table.state("S.pend.map(op => op.wire.op)")
    bob = ReviewSession(store, "water", "bob")
    bob.do(Request("t2-1", "accept", (bob.state.rows[5].id,)))
    line.drop()
    line.mute = False
    table.page.get_by_text("1 decision by bob").wait_for()
    table.saved()
    until(table, lambda: ops(store) == ["t2-1", sent])
    assert table.errors == []


def test_a_text_whose_row_is_gone_when_it_arrives_is_shown(water, line):
    store, table = water
    line.mute = True
    table.press("j", "e")
    table.page.keyboard.type(" Ann wrote this.")
    table.press("F2")
    bob = ReviewSession(store, "water", "bob")
    bob.do(Request("t2-1", "merge", tuple(row.id for row in bob.state.rows[:2])))
    line.mute = False
    table.saved()
    box = table.page.locator(".review .conflict")
    assert "Ann wrote this." in box.inner_text()
    assert "The row is gone" in box.inner_text()
    box.get_by_role("button", name="Close").click()
    assert ops(store) == ["t2-1"]
    assert table.errors == []


def test_what_never_arrived_is_sent_after_the_page_was_loaded_anew(water, line):
    store, table = water
    line.mute = True
    table.press("a", "x")
    sent = table.state("S.pend.map(op => op.wire.op)")
    line.mute = False
    table.page.reload()
    table.ready()
    table.saved()
    assert ops(store) == sent
    assert [row.status for row in store.rows("water")][:2] == ["accepted", "rejected"]
    table.do("u")
    assert [row.status for row in store.rows("water")][:2] == ["accepted", "unreviewed"]
    assert table.errors == []


def test_a_corpus_that_is_moved_away_takes_no_decision_and_the_tab_keeps_it(water, tmp_path):
    store, table = water
    table.do("a")
    (tmp_path / "corpus").rename(tmp_path / "away")
    table.press("a", "x")
    told = "the corpus was moved or replaced while it was open"
    table.wait(f"S.info.textContent.includes('{told}')")
    table.wait("S.info.textContent.includes('2 decisions are kept here')")
    table.wait("S.info.textContent.includes('not saved yet: 2')")
    assert table.state("S.pend.length") == 2
    (tmp_path / "away").rename(tmp_path / "corpus")
    table.saved()
    assert [row.status for row in store.rows("water")][:3] == ["accepted", "accepted", "rejected"]
    table.wait(f"!S.info.textContent.includes('{told}')")
    assert table.errors == []


def test_the_table_stays_the_same_when_a_notice_appears_above_it(water):
    store, table = water
    table.page.evaluate(f"() => {{ window.__first = ({table.FIND})() }}")
    bob = ReviewSession(store, "water", "bob")
    bob.do(Request("t2-1", "accept", (bob.state.rows[5].id,)))
    table.wait("S.data.news.length === 1")
    table.page.get_by_text("Worst first").click()  # the whole page is drawn anew
    table.page.get_by_text("1 decision by bob").wait_for()
    assert table.page.evaluate(f"() => window.__first === ({table.FIND})()")


def test_who_reviews_is_asked_once_and_known_in_every_tab_of_the_browser(browser, tmp_path):
    with (
        stored(tmp_path / "corpus", briefing()) as store,
        serve(tmp_path / "corpus", tmp_path / "log.txt", reviewer="") as (address, _),
        browser.new_context() as context,
    ):
        row = store.rows("water")[3].id
        page = context.new_page()
        page.goto(f"{address}/?briefing=water&row={row}")
        page.get_by_label("Who are you?").fill("陈 Cy")
        page.wait_for_function("() => document.title === 'Briefings'")
        page.get_by_role("button", name="Go on").click()
        table = Table.on(page, address)
        table.ready()
        assert table.state("S.cur") == row
        table.do("a")
        table.page.reload()
        table.ready()
        table.do("x")
        other = Table(context, address, briefing="water", row=store.rows("water")[6].id)
        other.do("a")
        log = store.history("water")
        assert [entry.decision.reviewer for entry in log] == ["陈 Cy"] * 3
        assert table.errors == other.errors == []
