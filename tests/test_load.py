"""The load test: what its simulated tab sends and understands; its count finds what is wrong."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import pytest
import websockets
from load_site import make_corpus
from load_socket import Lost, Tab
from load_tally import Outcome, Tally, as_table, report
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from align.review import Desk, Request
from align.store import Store

FRAGMENT = "f1"


class Page:
    """A page as the protocol has it: one table of two rows, and what happens to the answers."""

    def __init__(self) -> None:
        self.asked: list[BackMsg] = []
        self.acknowledged = 0
        self.swallow = 0
        self.lines = 0

    async def serve(self, line):
        self.lines += 1
        async for message in line:
            asked = BackMsg.FromString(message)
            self.asked.append(asked)
            for one in asked.rerun_script.widget_states.widgets:
                if one.json_value:
                    await self._ops(json.loads(one.json_value)["ops"]["list"])
            for answer in self._answers(asked.rerun_script.fragment_id):
                await line.send(answer.SerializeToString())

    async def _ops(self, ops) -> None:
        if ops and self.swallow:
            self.swallow -= 1
        elif ops:
            self.acknowledged = ops[-1]["seq"]

    def _answers(self, fragment: str) -> list[ForwardMsg]:
        begin, base, table, end = ForwardMsg(), ForwardMsg(), ForwardMsg(), ForwardMsg()
        begin.new_session.initialize.session_id = "s1"
        begin.new_session.page_script_hash = "main"
        begin.metadata.run.fragment_ids.extend([fragment] if fragment else [])
        rows = [{"id": "b", "pos": 2, "s": "unreviewed"}, {"id": "a", "pos": 1, "s": "unreviewed"}]
        data = {"k": "k1", "patch": {"b": None}, "seq": 7, "ack": self.acknowledged, "msg": ""}
        for message, key, value in (
            (base, "review_base", {"k": "k1", "rows": rows}),
            (table, "review_table", data),
        ):
            message.delta.fragment_id = FRAGMENT
            message.delta.new_element.bidi_component.id = f"$$ID-abc-{key}"
            message.delta.new_element.bidi_component.json = json.dumps(value)
        end.script_finished = ForwardMsg.FINISHED_SUCCESSFULLY
        return [begin, base, table, end]

    @property
    def ops(self) -> list[list[str]]:
        """The operations of each request that had some."""
        found = []
        for asked in self.asked:
            for one in asked.rerun_script.widget_states.widgets:
                listed = json.loads(one.json_value)["ops"]["list"]
                found += [[op["op"] for op in listed]] if listed else []
        return found


@asynccontextmanager
async def opened(page: Page, tally: Tally, again: float = 60.0):
    async with websockets.serve(
        page.serve, "127.0.0.1", 0, subprotocols=[websockets.Subprotocol("streamlit")]
    ) as server:
        port = server.sockets[0].getsockname()[1]
        tab = Tab(f"http://127.0.0.1:{port}", tally, again)
        await tab.open("briefing=x")
        await tab.until(lambda: tab.ready, "no table")
        yield tab
        await tab.close()


def in_a_loop(go):
    """Run a coroutine in a thread of its own: Playwright's loop runs on in that of the tests."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, go()).result()


def test_a_decision_is_sent_as_the_page_sends_it_and_counts_when_it_is_acknowledged():
    page = Page()

    async def go():
        async with opened(page, Tally()) as tab:
            assert [row["id"] for row in tab.rows] == ["a"]
            return await tab.decide("accept", "a", 5)

    outcome = in_a_loop(go)
    assert outcome.answered
    assert page.ops[0] == list(outcome.ops)
    asked = page.asked[1].rerun_script
    assert (asked.fragment_id, asked.page_script_hash) == (FRAGMENT, "main")
    assert page.asked[0].rerun_script.query_string == "briefing=x"


def test_a_decision_whose_answer_is_swallowed_is_sent_again_with_the_same_key():
    page, tally = Page(), Tally()
    page.swallow = 2  # the decision, and the word of where the cursor rests, which carries it too

    async def go():
        async with opened(page, tally, again=0.0) as tab:
            return await tab.decide("accept", "a", 10)

    outcome = in_a_loop(go)
    assert outcome.answered
    assert tally.resent >= 1
    assert {*map(tuple, page.ops)} == {outcome.ops}


def test_what_is_never_acknowledged_is_said_so_and_a_page_that_does_not_come_is_an_error():
    page = Page()
    page.swallow = 1000

    async def go():
        async with opened(page, Tally()) as tab:
            with pytest.raises(Lost, match="nothing is not there"):
                await tab.until(lambda: False, "nothing is not there", 0.05)
            return await tab.decide("accept", "a", 0.1)

    assert not in_a_loop(go).answered


# -- the count -------------------------------------------------------------------------------------


@pytest.fixture
def corpus(tmp_path):
    make_corpus(str(tmp_path / "corpus"), 1)
    with Store.open(tmp_path / "corpus") as store:
        desk = Desk(store, "load-0", "reviewer 0")
        for number in range(3):
            desk.do(Request(f"t-{number}", "accept", (desk.sheet.rows[number].id,)))
    return str(tmp_path / "corpus")


def tally(*outcomes: Outcome) -> Tally:
    return Tally(list(outcomes), memory=[(0.0, 100.0), (60.0, 110.0)], processor=[1.0, 7.0])


def test_all_is_well_when_the_history_holds_what_was_acknowledged(corpus):
    found = report(tally(*(Outcome((f"t-{n}",), 10.0 * n) for n in range(3))), corpus, 1)
    assert (found["lost"], found["doubled"], found["stored without being saved"]) == ([], 0, [])
    assert (found["saved"], found["decision: median ms"], found["decision: longest ms"]) == (
        3,
        10,
        20,
    )
    assert (found["server MB at the end"], found["server's share of a core"]) == (110, 0.1)
    assert "| saved | 3 |" in as_table(found)


def test_what_was_acknowledged_and_is_not_in_the_history_is_lost(corpus):
    outcomes = [*(Outcome((f"t-{n}",), 1.0) for n in range(3)), Outcome(("t-9",), 1.0)]
    assert report(tally(*outcomes), corpus, 1)["lost"] == ["t-9"]


def test_what_is_in_the_history_and_was_refused_or_unknown_is_too_many(corpus):
    outcomes = [Outcome(("t-0",), 1.0), Outcome(("t-1",), 1.0, "bob changed this row")]
    found = report(tally(*outcomes), corpus, 1)
    assert found["stored without being saved"] == ["t-1", "t-2"]
    assert found["refused in words"] == 1


def test_late_and_unanswered_decisions_are_counted_apart(corpus):
    outcomes = [
        Outcome(("t-0",), 1.0),
        Outcome(("t-1",), 61_000.0),
        Outcome(("t-2",), 120_000.0, answered=False),
    ]
    found = report(tally(*outcomes), corpus, 1)
    assert (found["answered later than 60 s"], found["never answered"]) == (1, 1)
    assert found["stored without being saved"] == []
