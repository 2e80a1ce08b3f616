"""Simulated reviewers without a browser: a page and a time in, a tally of what they saw out."""

import argparse
import asyncio
import random
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial

import websockets

from benchmarks.load_site import ROWS, Server
from benchmarks.load_socket import Lost, Tab
from benchmarks.load_tally import Outcome, Shown, Tally

CONTESTED = 0.1
"""The share of decisions about the row that everybody wants."""
MOVES = 0.01
"""... of steps that lead to another briefing."""
SEARCHES = 0.02
"""... of steps that search: half within the briefing, half in the corpus."""
RELOADS = 0.01
"""... of steps that load the page anew."""
GRACE = 180.0
"""Seconds that the last steps may take when the time is over."""
FAILURES = (Lost, OSError, TimeoutError, websockets.WebSocketException, LookupError)
"""What a page that fails looks like from outside; a missing key is a page without its table."""
WORDS = ("工程", "finished", "zh:耗资 en:million", "section 7", "nowhere")


async def work(server: Server, briefings: int, options: argparse.Namespace) -> Tally:
    """Let all reviewers come one after the other and work until the time is over."""
    tally = Tally()
    people = [Reviewer(server, at, briefings, tally, options) for at in range(options.reviewers)]
    for person in people:
        await person.arrive()
    await asyncio.sleep(options.settle)
    tally.processor.append(server.processor)
    end = time.monotonic() + options.minutes * 60
    watching = asyncio.create_task(watch(server, tally))
    tasks = [asyncio.create_task(one.review(end)) for one in people]
    finished, waiting = await asyncio.wait(tasks, timeout=options.minutes * 60 + GRACE)
    tally.errors += [repr(one.exception()) for one in finished if one.exception()]
    tally.errors += [f"{len(waiting)} reviewers did not come to an end"] if waiting else []
    for one in (watching, *waiting):
        one.cancel()
    tally.sample(server.memory)
    tally.processor.append(server.processor)
    await compare(people, tally)
    for person in people:
        await person.tab.close()
    return tally


async def compare(people: Sequence["Reviewer"], tally: Tally) -> None:
    """Note what every tab shows, when all at a briefing have heard of its last decision."""
    there = [one for one in people if one.tab.ready]
    newest: dict[int, int] = {}
    for one in there:
        newest[one.briefing] = max(newest.get(one.briefing, 0), one.tab.data["seq"])
    for one in there:
        with suppress(Lost):  # then its rows say so
            await one.tab.until(partial(one.knows, newest[one.briefing]), "no news")
        rows = {
            row["id"]: (row["revision"], row["status"], row["zh_edit"], row["en_edit"])
            for row in one.tab.rows
        }
        tally.shown.append(Shown(f"reviewer {one.at}", f"load-{one.briefing}", rows))


async def watch(server: Server, tally: Tally) -> None:
    """Note the server's memory every five seconds."""
    while True:
        tally.sample(server.memory)
        await asyncio.sleep(5)


class Reviewer:
    """Somebody with a tab, a name, rows of their own and a dice."""

    def __init__(
        self,
        server: Server,
        at: int,
        briefings: int,
        tally: Tally,
        options: argparse.Namespace,
    ) -> None:
        self.at, self.briefings, self.tally, self.options = at, briefings, tally, options
        self.chance = random.Random(at)
        self.tab = Tab(server.address, tally)
        self.briefing = at % briefings
        self.own = [place for place in range(1, ROWS) if place % 5 == at // briefings % 5]
        self.turn = 0

    def knows(self, seq: int) -> bool:
        """Say whether the tab has heard of a verdict."""
        return bool(self.tab.data["seq"] >= seq)

    async def arrive(self) -> None:
        """Open the page, give a name, and go to the briefing by the page's own links."""
        await self.tab.open()
        await self._name()
        await self._open()

    async def _name(self) -> None:
        await self.tab.go("settings")
        await self.tab.type("reviewer_name", f"reviewer {self.at}")
        await self.tab.go("")

    async def _open(self) -> None:
        start = time.monotonic()
        await self.tab.go("", f"briefing=load-{self.briefing}")
        await self.tab.until(lambda: self.tab.ready, "the briefing did not open")
        self.tally.step("open a briefing", time.monotonic() - start)

    async def review(self, end: float) -> None:
        """Work until the end; somebody whose page fails loads it anew."""
        await asyncio.sleep(self.chance.random() * self.options.pause)
        failed = False
        while time.monotonic() < end and len(self.tally.outcomes) < self.options.decisions:
            try:
                await (self._reload() if failed else self._step())
            except FAILURES as error:
                self.tally.errors.append(f"{time.strftime('%X')} reviewer {self.at}: {error!r}")
            failed = bool(self.tab.errors) or not self.tab.ready
            self.tally.errors += [f"the page says: {one}" for one in self.tab.errors]
            self.tab.errors.clear()
            await asyncio.sleep(self.options.pause * (0.5 + self.chance.random()))

    async def _step(self) -> None:
        dice = self.chance.random()
        if dice < MOVES:
            await self._move()
        elif dice < MOVES + SEARCHES / 2:
            await self._filter()
        elif dice < MOVES + SEARCHES:
            await self._search()
        elif dice < MOVES + SEARCHES + RELOADS:
            await self._reload()
        else:
            self.tally.outcomes.append(await self._decide())

    async def _decide(self) -> Outcome:
        place = 0 if self.chance.random() < CONTESTED else self.own[self.turn % len(self.own)]
        self.turn += 1
        row = self.tab.rows[place]
        action = {"accepted": "reject", "rejected": "flag"}.get(row["status"], "accept")
        if self.chance.random() < 0.1:
            text = f"Section {place} was finished, says reviewer {self.at} in turn {self.turn}."
            return await self.tab.decide("edit", row["id"], self.options.patience, en_text=text)
        return await self.tab.decide(action, row["id"], self.options.patience)

    async def _move(self) -> None:
        self.briefing = (self.briefing + 1) % self.briefings
        await self.tab.press("leave")
        self.tab.turn_away()
        await self._open()

    async def _filter(self) -> None:
        start = time.monotonic()
        await self.tab.type("q", self.chance.choice(WORDS))
        self.tally.step("search a briefing", time.monotonic() - start)
        await asyncio.sleep(self.options.pause)
        await self.tab.type("q", "")

    async def _search(self) -> None:
        await self.tab.go("search")
        start = time.monotonic()
        await self.tab.type("words", self.chance.choice(WORDS))
        self.tally.step("search the corpus", time.monotonic() - start)
        await asyncio.sleep(self.options.pause)
        await self.tab.go("")
        await self._open()

    async def _reload(self) -> None:
        """Load the page with its address; the name was the old session's, so give it again."""
        start = time.monotonic()
        await self.tab.open(f"briefing=load-{self.briefing}")
        await self.tab.until(lambda: self.tab.ready, "the page did not come back")
        self.tally.step("reload", time.monotonic() - start)
        await self._name()
        await self._open()
