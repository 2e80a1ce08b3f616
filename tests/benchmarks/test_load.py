"""The load test: what its simulated tab sends and understands; its count finds what is wrong."""

import asyncio
import json
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, nullcontext
from dataclasses import replace

import pytest
import uvicorn
from browser_page import free_port
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from align.corpus.review import Request, ReviewSession
from align.corpus.store import Store
from benchmarks.load import main
from benchmarks.load_site import Server, make_corpus
from benchmarks.load_socket import Lost, Tab
from benchmarks.load_tally import Outcome, Shown, Tally, as_table, counted, faults, report

pytestmark = pytest.mark.faults

KEY = "view-1"


class Page:
    """A page as the protocols have it: one table of two rows, and what happens to the answers."""

    def __init__(self) -> None:
        self.asked: list[BackMsg] = []
        self.told: list[dict] = []
        self.swallow = 0

    async def draw(self, line) -> None:
        await line.accept("streamlit")
        async for message in line.iter_bytes():
            self.asked.append(BackMsg.FromString(message))
            for drawn in self._drawn():
                await line.send_bytes(drawn.SerializeToString())

    def _drawn(self) -> list[ForwardMsg]:
        begin, table, end = ForwardMsg(), ForwardMsg(), ForwardMsg()
        begin.new_session.initialize.session_id = "s1"
        begin.new_session.page_script_hash = "main"
        component = table.delta.new_element.bidi_component
        component.id = "$$ID-abc-review_table"
        component.json = json.dumps({"view": KEY, "briefing": "x", "reviewer": "ann"})
        end.script_finished = ForwardMsg.FINISHED_SUCCESSFULLY
        return [begin, table, end]

    async def answer(self, request) -> Response:
        told = await request.json()
        self.told.append(told)
        if told["ops"] and self.swallow:
            self.swallow -= 1
            return Response(status_code=502)
        rows = [{"id": "b", "position": 2}, {"id": "a", "position": 1}]
        changed = {"patch": {"b": None}} if told.get("key") else {"rows": rows}
        done = max((op["seq"] for op in told["ops"]), default=0)
        return JSONResponse(
            {"key": "k1", "version": 3, "seq": 7, "ack": done, "msg": "", **changed}
        )

    @property
    def ops(self) -> list[list[str]]:
        """The operations of each question that had some."""
        return [[op["op"] for op in told["ops"]] for told in self.told if told["ops"]]


@asynccontextmanager
async def opened(page: Page, tally: Tally, again: float = 60.0):
    routes = [
        WebSocketRoute("/_stcore/stream", page.draw),
        Route("/review/operations", page.answer, methods=["POST"]),
    ]
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(Starlette(routes=routes), port=port, log_level="critical")
    )
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    tab = Tab(f"http://127.0.0.1:{port}", tally, again)
    await tab.open("briefing=x")
    await tab.until(lambda: tab.ready, "no table")
    yield tab
    await tab.close()
    server.should_exit = True
    await serving


def in_a_loop(go):
    """Run a coroutine in a thread of its own: Playwright's loop runs on in that of the tests."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, go()).result()


def test_a_decision_is_sent_as_the_page_sends_it_and_counts_when_it_is_acknowledged():
    page = Page()

    async def go():
        async with opened(page, Tally()) as tab:
            assert [row["id"] for row in tab.rows] == ["a", "b"]
            outcome = await tab.decide("accept", "a", 5)
            assert [row["id"] for row in tab.rows] == ["a"]
            return outcome

    outcome = in_a_loop(go)
    assert outcome.answered
    assert page.ops[0] == list(outcome.ops)
    assert page.asked[0].rerun_script.query_string == "briefing=x"
    (sent,) = (told for told in page.told if told["ops"])
    assert (sent["key"], sent["version"]) == ("k1", 3)
    assert {"seen": 7, "rows": ["a"], "action": "accept"}.items() <= sent["ops"][0].items()


def test_a_decision_whose_answer_is_swallowed_is_sent_again_with_the_same_key():
    page, tally = Page(), Tally()
    page.swallow = 2

    async def go():
        async with opened(page, tally, again=0.0) as tab:
            return await tab.decide("accept", "a", 10)

    outcome = in_a_loop(go)
    assert outcome.answered
    assert tally.resent == 2
    assert [*map(tuple, page.ops)] == [outcome.ops] * 3


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
        session = ReviewSession(store, "load-0", "reviewer 0")
        for number in range(3):
            session.do(Request(f"t-{number}", "accept", (session.state.rows[number].id,)))
    return str(tmp_path / "corpus")


def tally(*outcomes: Outcome) -> Tally:
    return Tally(
        list(outcomes), memory=[(0.0, 100.0), (60.0, 110.0)], processor=[1.0, 7.0], load=[1.0]
    )


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
        Outcome(("t-0",), 59_000.0),
        Outcome(("t-1",), 61_000.0),
        Outcome(("t-2",), 120_000.0, answered=False),
    ]
    found = report(tally(*outcomes), corpus, 1)
    assert (found["answered later than 60 s"], found["never answered"]) == (1, 1)
    assert found["stored without being saved"] == []


def test_percentiles_count_the_slow_ones_in(corpus):
    found = report(tally(*(Outcome((f"n-{n}",), float(n)) for n in range(1, 101))), corpus, 1)
    times = [found[f"decision: {name} ms"] for name in ("median", "p95", "p99", "longest")]
    assert times == [50, 96, 100, 100]
    assert found["decision: count"] == 100


def test_memory_is_followed_from_the_tenth_minute_of_a_long_run(corpus):
    seen = tally(Outcome(("t-0",), 1.0))
    seen.memory = [(5.0 * at, 100.0 + (at >= 120) * 50 + at / 36) for at in range(721)]
    seen.load = [3.0, 9.0, 4.0]
    found = report(seen, corpus, 1)
    assert found["minutes"] == 60.0
    assert (found["server MB after 10 minutes"], found["server MB at the end"]) == (153, 170)
    assert found["growth per hour, from minute 10 on, MB"] == 20
    assert found["server MB every 5 minutes"][:4] == [100, 102, 153, 155]
    assert len(found["server MB every 5 minutes"]) == 13
    assert found["load of the machine, median"] == 4.0
    assert found["load of the machine, highest"] == 9.0


def read(corpus):
    with Store.open(corpus) as store:
        return store.history(), store.rows()


GOOD = [Outcome((f"t-{n}",), 1.0) for n in range(3)]


def test_a_decision_that_is_stored_twice_is_doubled(corpus):
    history, rows = read(corpus)
    found = counted(tally(*GOOD), (*history, history[1]), rows, 1)
    assert found["doubled"] == 1
    assert "doubled" in faults(found)


def test_a_decision_that_did_not_begin_where_the_last_one_ended_has_overwritten_it(corpus):
    with Store.open(corpus) as store:
        session = ReviewSession(store, "load-0", "reviewer 1")
        session.do(Request("t-3", "reject", (session.state.rows[0].id,), seen=session.seq))
    history, rows = read(corpus)
    seen = tally(*GOOD, Outcome(("t-3",), 1.0))
    assert counted(seen, history, rows, 1)["overwritten"] == []
    blind = replace(history[3], before=history[0].before)
    found = counted(seen, (*history[:3], blind), rows, 1)
    assert found["overwritten"] == ["t-3"]
    assert faults(found) == ["overwritten"]
    other = (replace(rows[0], status="flagged"), *rows[1:])
    assert counted(seen, history, other, 1)["overwritten"] == [rows[0].id]


def test_a_row_that_a_tab_shows_otherwise_than_it_is_stored_is_named(corpus):
    history, rows = read(corpus)
    seen = tally(*GOOD)
    shown = {row.id: (row.revision, row.status, row.zh_edit, row.en_edit) for row in rows}
    seen.shown = [Shown("reviewer 0", "load-0", shown)]
    assert faults(counted(seen, history, rows, 1)) == []
    stale = {**shown, rows[0].id: (0, "unreviewed", None, None)}
    del stale[rows[5].id]
    seen.shown.append(Shown("reviewer 1", "load-0", stale))
    found = counted(seen, history, rows, 1)
    assert found["tabs compared with the store in the end"] == 2
    wrong = sorted(f"reviewer 1 at load-0: {row.id}" for row in (rows[0], rows[5]))
    assert found["rows shown otherwise than stored"] == wrong
    assert faults(found) == ["rows shown otherwise than stored"]


def test_a_run_in_which_nothing_was_saved_has_failed(corpus):
    history, rows = read(corpus)
    assert faults(counted(tally(), history[:0], rows, 1)) == ["saved"]


@pytest.mark.parametrize(
    ("ops", "code", "said"),
    [
        (("t-0", "t-1"), 0, ""),
        (("t-0", "t-1", "t-9"), 1, "load: failed: lost: ['t-9']"),
        (("t-0",), 1, "load: failed: stored without being saved: ['t-1']"),
        ((), 1, "load: failed: saved: 0"),
    ],
)
def test_the_exit_code_says_whether_anything_is_lost_or_too_many(tmp_path, capsys, ops, code, said):
    store = tmp_path / "corpus"

    async def work(server, briefings, options):
        with Store.open(store) as opened:
            session = ReviewSession(opened, "load-0", "reviewer 0")
            for number in range(2 if ops else 0):
                session.do(Request(f"t-{number}", "accept", (session.state.rows[number].id,)))
        seen = tally(*(Outcome((op,), 1.0) for op in ops))
        seen.sample(server.memory)
        return seen

    figures = tmp_path / "figures.json"
    arguments = ["--briefings", "1", "--store", str(store), "--json", str(figures)]
    here = nullcontext(Server("http://127.0.0.1:1", os.getpid()))
    with ThreadPoolExecutor(1) as thread:
        run = thread.submit(main, arguments, work, lambda *_: here)
        assert run.result(60) == code
    shown = capsys.readouterr()
    assert "| decisions |" in shown.out
    assert said in shown.err
    assert json.loads(figures.read_text("utf-8"))["decisions"] == len(ops)
