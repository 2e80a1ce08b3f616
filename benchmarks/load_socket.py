"""One browser tab as the server sees it: the protocols of Streamlit and of the table, no browser.

It sends the same messages as the page (:file:`align/apps/page/static/exchange.js`) and holds what
that would show. A reload is a new session, a line that drops is taken up again with the old one,
unanswered operations are sent every two seconds, and each fragment's timer is kept, all as in the
browser.
"""

import asyncio
import contextlib
import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import httpx
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from benchmarks.load_tally import Outcome, Tally

AGAIN = 2.0
"""Seconds after which the table sends what was not answered again."""
POLL = 3.0
"""Seconds after which the table asks what others did."""
GONE = 60.0
"""Seconds to wait for a page before the visit counts as failed."""
KEPT_RUNS = 2
"""Runs for which the browser keeps a large message that it did not see again."""


class Lost(Exception):
    """The page did not show what it should have."""


class Tab:
    """A tab with its session, its widgets and the table of the review page."""

    def __init__(self, address: str, tally: Tally, again: float = AGAIN) -> None:
        self.address = address
        self.stream = address.replace("http://", "ws://") + "/_stcore/stream"
        self.tally, self.again = tally, again
        self.tasks: dict[str, asyncio.Task[None]] = {}
        self.changed = asyncio.Event()
        self.line: websockets.ClientConnection | None = None
        self.closing = False
        self.clear()

    def clear(self) -> None:
        """Forget everything, as a reload does."""
        self.name = uuid.uuid4().hex[:8]
        self.session = ""
        self.query = ""
        self.page = ""
        self.pages: dict[str, str] = {}
        self.finished = 0
        self.widgets: dict[str, WidgetState] = {}
        self.elements: dict[str, str] = {}
        self.fragments: dict[str, str] = {}
        self.drawn: set[str] = set()
        self.away = False
        self.cache: dict[str, tuple[int, ForwardMsg]] = {}
        self.errors: list[str] = []
        self.table: dict[str, Any] = {}
        self.data: dict[str, Any] = {}
        self.known: dict[str, dict[str, Any]] = {}
        self.seq = int(time.time() * 1e6)
        self.pend: list[dict[str, Any]] = []
        self.sent = 0.0
        self.asking = asyncio.Lock()

    # -- the line ----------------------------------------------------------------------------

    async def open(self, query: str = "") -> None:
        """Load the page anew, as with an address or F5."""
        await self.close()
        self.clear()
        self.query = query
        await self._connect()
        self.web = httpx.AsyncClient(base_url=self.address, timeout=GONE)
        self._task("answer", self._listen())
        self._task("again", self._ask_again())
        await self.rerun()

    async def close(self) -> None:
        """Close the tab."""
        self.closing = True
        for name in [*self.tasks]:
            self._stop(name)
        if self.line is not None:
            await self.line.close()
            await self.web.aclose()
        self.closing = False

    async def _connect(self) -> None:
        protocols = ["streamlit", *(["none", self.session] if self.session else [])]
        self.line = await websockets.connect(
            self.stream,
            subprotocols=[websockets.Subprotocol(one) for one in protocols],
            max_size=None,
            open_timeout=GONE,
        )

    async def _listen(self) -> None:
        while not self.closing:
            try:
                assert self.line is not None  # opened by the caller
                async for message in self.line:
                    self._heard(ForwardMsg.FromString(message))
            except websockets.ConnectionClosed:
                pass
            if self.closing:
                return
            self.tally.reconnected += 1
            await asyncio.sleep(0.5)
            with contextlib.suppress(OSError, websockets.InvalidHandshake, TimeoutError):
                await self._connect()
                await self.rerun()

    def _task(self, name: str, work: Any) -> None:  # noqa: ANN401 # any coroutine
        self._stop(name)
        self.tasks[name] = asyncio.create_task(work)

    def _stop(self, name: str) -> None:
        task = self.tasks.pop(name, None)
        if task is not None and task is not asyncio.current_task():
            task.cancel()

    # -- what the page is told ---------------------------------------------------------------

    def _heard(self, message: ForwardMsg) -> None:
        try:
            self._take(message)
        except LookupError as error:  # the server names a message that the browser has forgotten
            self.tally.errors.append(f"{self.name}: {error!r}")

    def _take(self, message: ForwardMsg) -> None:
        message = self._known(message)
        kind = message.WhichOneof("type")
        if kind == "delta":
            self._draw(message.delta)
        elif kind == "new_session":
            self._begin(message)
        elif kind == "script_finished":
            self._end(message.script_finished)
        elif kind == "navigation":
            self.pages = {
                one.url_pathname: one.page_script_hash for one in message.navigation.app_pages
            }
            self.page = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        else:
            self._keep_time(message)
        self.changed.set()

    def _keep_time(self, message: ForwardMsg) -> None:
        """Start and stop the timers of fragments."""
        if message.WhichOneof("type") == "auto_rerun":
            auto = message.auto_rerun
            self._task(f"timer {auto.fragment_id}", self._poll(auto.fragment_id, auto.interval))
        for fragment in message.stop_auto_rerun.fragment_ids:
            self._stop(f"timer {fragment}")

    def _known(self, message: ForwardMsg) -> ForwardMsg:
        """Keep what may be referred to later, and look up what is referred to."""
        if message.WhichOneof("type") == "ref_hash":
            _, kept = self.cache[message.ref_hash]
            self.cache[message.ref_hash] = (self.finished, kept)
            return kept
        if message.metadata.cacheable:
            self.cache[message.hash] = (self.finished, message)
        return message

    def _expire(self) -> None:
        old = [one for one, (at, _) in self.cache.items() if self.finished - at > KEPT_RUNS]
        for one in old:
            del self.cache[one]

    def _begin(self, message: ForwardMsg) -> None:
        if message.new_session.initialize.session_id:
            self.session = message.new_session.initialize.session_id
        self.page = message.new_session.page_script_hash
        if not message.metadata.run.fragment_ids:
            self.drawn.clear()
            self.away = False
            for name in [one for one in self.tasks if one.startswith("timer")]:
                self._stop(name)

    def _end(self, how: int) -> None:
        """Take away what a whole run did not draw again, as the browser does."""
        if how == ForwardMsg.FINISHED_SUCCESSFULLY:
            self.elements = {key: self.elements[key] for key in self.elements if key in self.drawn}
        self.finished += how != ForwardMsg.FINISHED_EARLY_FOR_RERUN
        self._expire()

    def _draw(self, delta: Delta) -> None:
        element = delta.new_element
        kind = element.WhichOneof("type")
        if kind is None:
            return
        if kind == "exception":
            self.errors.append(element.exception.message)
        one = getattr(element, kind)
        named = getattr(one, "id", "")
        if isinstance(named, str) and named.count("-") > 1:
            key = named.split("-", 2)[2]
            self.elements[key], self.fragments[key] = named, delta.fragment_id
            self.drawn.add(key)
            if self.away:
                return
            if key == "review_table":
                self.table = json.loads(one.json)
                self._task("ask", self._ask())

    # -- what the page asks ------------------------------------------------------------------

    async def rerun(self, fragment: str = "", *, auto: bool = False, press: str = "") -> None:
        """Ask the server for a run of the script, or of one fragment."""
        asked = BackMsg()
        state = asked.rerun_script
        state.query_string, state.page_script_hash = self.query, self.page
        state.fragment_id, state.is_auto_rerun = fragment, auto
        state.cached_message_hashes.extend(self.cache)
        state.widget_states.widgets.extend(self.widgets.values())
        if press:
            state.widget_states.widgets.add(id=press, trigger_value=True)
        state.context_info.url = self.stream
        assert self.line is not None  # only an open tab asks
        with contextlib.suppress(websockets.ConnectionClosed):
            await self.line.send(asked.SerializeToString())

    async def _poll(self, fragment: str, seconds: float) -> None:
        while True:
            await asyncio.sleep(seconds)
            await self.rerun(fragment, auto=True)

    async def until(self, true: Callable[[], object], what: str, seconds: float = GONE) -> None:
        """Wait until the page shows something.

        :raises Lost: when it does not in time.
        """
        try:
            async with asyncio.timeout(seconds):
                while not true():
                    self.changed.clear()
                    await self.changed.wait()
        except TimeoutError:
            raise Lost(f"{what}; {self.errors[-1:]}") from None

    async def shown(self, key: str) -> None:
        """Wait until a widget is on the page."""
        await self.until(lambda: key in self.elements, f"{key} is not there")

    async def press(self, key: str) -> None:
        """Press a button."""
        await self.shown(key)
        await self.rerun(self.fragments[key], press=self.elements[key])

    async def type(self, key: str, text: str) -> None:
        """Write into a text field, and wait for the run that it causes."""
        await self.shown(key)
        self.widgets[key] = WidgetState(id=self.elements[key], string_value=text)
        before = self.finished
        await self.rerun(self.fragments[key])
        await self.until(lambda: self.finished > before, f"{key} was not read")

    def turn_away(self) -> None:
        """Leave the table: what is still on its way to it is shown to nobody."""
        self.table, self.data, self.pend, self.away = {}, {}, [], True

    async def go(self, path: str, query: str = "") -> None:
        """Follow a link to a page, and wait for it."""
        await self.until(lambda: self.pages, "no navigation")
        self.query, self.page = query, self.pages[path]
        self.widgets = {}
        self.turn_away()
        before = self.finished
        await self.rerun()
        await self.until(lambda: self.finished > before, f"/{path} did not come")

    # -- the table ---------------------------------------------------------------------------

    @property
    def ready(self) -> bool:
        """Whether the table has its rows."""
        return bool(self.table) and self.data.get("view") == self.table["view"]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows that the table shows, in order."""
        return sorted(self.known.values(), key=lambda row: row["position"])

    async def decide(self, action: str, row: str, patience: float, **fields: str) -> Outcome:
        """Do something to a row, and wait until the page says that it is stored."""
        self.seq += 1
        op = {"seq": self.seq, "op": f"{self.name}-{self.seq}", "action": action,
              "seen": self.data["seq"], "rows": [row], **fields}  # fmt: skip
        self.pend.append(op)
        start = time.monotonic()
        self._task("ask", self._ask())
        try:
            await self.until(lambda: op not in self.pend, "not answered", patience)
        except Lost:
            return Outcome((op["op"],), (time.monotonic() - start) * 1000, answered=False)
        return Outcome((op["op"],), (time.monotonic() - start) * 1000, self.data["msg"])

    def ask(self) -> None:
        """Send what waits, unless an answer is still to come; it is one question at a time."""
        if not self.asking.locked():
            self._task("ask", self._ask())

    async def _ask(self) -> None:
        """Tell what is unanswered, and take in what changed."""
        async with self.asking:
            self.sent, table = time.monotonic(), self.table
            if not table:
                return
            same = self.data.get("view") == table["view"]
            asked = {"key": self.data["key"], "version": self.data["version"]} if same else {}
            with contextlib.suppress(httpx.TransportError):
                answer = await self.web.post(
                    "/review/operations",
                    json={**asked, "ops": self.pend},
                    headers={"X-Align-View": table["view"]},
                )
                if answer.is_success and self.table.get("view") == table["view"]:
                    self._take_answer(table, answer.json())

    def _take_answer(self, table: dict[str, Any], told: dict[str, Any]) -> None:
        if "rows" in told:
            self.known = {row["id"]: row for row in told.pop("rows")}
        patched = self.known | told.pop("patch", {})
        self.known = {name: row for name, row in patched.items() if row}
        self.data |= table | told
        self.pend = [op for op in self.pend if op["seq"] > told["ack"]]
        self.changed.set()

    async def _ask_again(self) -> None:
        while True:
            await asyncio.sleep(1)
            if time.monotonic() - self.sent > (self.again if self.pend else POLL):
                self.tally.resent += bool(self.pend)
                await self._ask()
