"""Kill the page, or its database, among decisions: ``python -m fuzz.page_kills --kills 12``.

A tab without a browser (:mod:`benchmarks.load_socket`) decides as the page's table does: several
operations wait for an answer at once, and what is unanswered is sent again with the same name. At a
random moment ``align view`` gets SIGKILL and is started again; the tab loads the page anew, as a
browser does, and still has its unanswered operations. With ``--database`` the corpus is in a
PostgreSQL server of its own, and this one crashes and comes back while the page goes on.

In the end every operation that was acknowledged and not refused must be in the history exactly
once, also those that were sent again; links between words must be there, and the corpus must be
sound. The exit code is 1 where this is not so.
"""

import argparse
import asyncio
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from align.corpus.store import Store
from align.corpus.store.check import find_problems
from benchmarks.load_site import find_free_port, make_corpus, wait_for_page
from benchmarks.load_socket import Tab
from benchmarks.load_tally import Tally

ROOT = Path(__file__).resolve().parent.parent
POSTGRES = ROOT / "scripts" / "postgres"
BRIEFINGS = 4
MOST_WAITING = 6
"""Operations that wait for an answer at once."""
FEWEST, MOST = 15, 70
"""Answers before a kill, which comes within LATE seconds after the last of them."""
LATE = 0.3
DOWN = 3.0
"""Seconds that the database is away."""
PATIENCE = 90.0
"""Seconds to wait until what was sent is answered."""


class Page:
    """``align view`` of a corpus at one port, which can be killed and started again."""

    def __init__(self, location: str, log: Path) -> None:
        self.port = find_free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._log = log
        words = ["view", "--no-browser", "--no-token", "--port", str(self.port)]
        self._command = [sys.executable, "-m", "align", *words, "--corpus", location]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with self._log.open("ab") as out:
            self._process = subprocess.Popen(self._command, stdout=out, stderr=out)
        wait_for_page(self.port)

    def kill(self) -> None:
        """Kill it, as the system does when memory is short."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()


@dataclass
class Work:
    """What a tab sent, and which of it the page acknowledged."""

    chance: random.Random
    sent: dict[str, dict[str, object]] = field(default_factory=dict)
    done: dict[str, str] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    places: Counter[str] = field(default_factory=Counter)
    resent: int = 0


class Decider:
    """A tab that decides, and keeps what is unanswered as a browser does."""

    def __init__(self, address: str, work: Work) -> None:
        self.tab = Tab(address, Tally(), again=1.0)
        self.work = work
        self.briefing = 0

    async def load(self) -> None:
        """Load the page; what was unanswered before is sent again."""
        waiting, seq = self.tab.pend, self.tab.seq
        await self.tab.open(f"briefing=load-{self.briefing}")
        await self.tab.until(lambda: self.tab.ready, "the briefing did not open")
        self.tab.pend, self.tab.seq = waiting, max(seq, self.tab.seq)
        self.work.resent += len(waiting)
        await self.drain()

    async def drain(self) -> None:
        """Wait until nothing waits for an answer."""
        await self.tab.until(lambda: not self._note_answers(), "not answered", PATIENCE)

    def _note_answers(self) -> int:
        """Note what was answered; return how much still waits."""
        waiting = {op["op"] for op in self.tab.pend}
        refused = {*self.tab.data.get("refused", ())}
        for name, op in self.work.sent.items():
            if name in waiting or name in self.work.done:
                continue
            was_refused = op["seq"] in refused
            self.work.done[name] = "refused" if was_refused else "stored"
            if was_refused:
                self.work.refused[f"{op['action']}: {self.tab.data['msg']}"] += 1
        return len(waiting)

    async def decide(self) -> None:
        """Decide about row after row until this task is cancelled."""
        while True:
            if self._note_answers() < MOST_WAITING:
                self._decide()
            self.tab.ask()
            await asyncio.sleep(self.work.chance.uniform(0, 0.1))

    async def wait_for_answers(self, count: int) -> None:
        """Wait until so many more operations are answered."""
        wanted = len(self.work.done) + count
        await self.tab.until(lambda: len(self.work.done) >= wanted, "no answers", PATIENCE)

    def _decide(self) -> None:
        """Send one operation on the next row of the briefing."""
        rows, work = self.tab.rows, self.work
        place = work.places[f"load-{self.briefing}"]
        work.places[f"load-{self.briefing}"] += 1
        row, number = rows[place % len(rows)], len(work.sent)
        actions = ("edit", "annotate", "accept", "annotate", "undo", "teach")
        action = work.chance.choice(actions)
        if action == "accept" and place >= len(rows):  # it may be accepted, and nothing to change
            action = "edit"
        all_fields: dict[str, dict[str, object]] = {
            "edit": {"en_text": f"Decision {number} is about row {place}."},
            "annotate": {"note": f"Note {number}."},
            "teach": {
                "words": {"zh": _first(row, "zh", 2), "en": _first(row, "en", 3)},
                "starts": {"zh": 0, "en": 0},
                "option": work.chance.choice(("right", "wrong")),
            },
        }
        self.tab.seq += 1
        name = f"{self.tab.name}-{self.tab.seq}"
        op = {"seq": self.tab.seq, "op": name, "action": action, "seen": self.tab.data["seq"],
              "rows": [row["id"]], **all_fields.get(action, {})}  # fmt: skip
        work.sent[name] = op
        self.tab.pend.append(op)


def _first(row: dict[str, object], language: str, size: int) -> str:
    """Return the first characters of the final text of a row."""
    edited, sentences = row[f"{language}_edit"], cast("list[str]", row[language])
    return str(edited or sentences[0])[:size]


def faults(location: str, work: Work) -> Iterator[str]:
    """Yield what was acknowledged and is not in the corpus, or is there twice."""
    with Store.open(location) as store:
        stored = Counter(entry.decision.op for entry in store.history())
        links = {one.bead for one in store.link_decisions()}
        yield from (str(problem) for problem in find_problems(store))
    for name, how in work.done.items():
        op = work.sent[name]
        taught = op["action"] == "teach"
        there = op["rows"][0] in links if taught else stored[name]  # type: ignore[index]
        if how == "stored" and not there:
            yield f"{op['action']} {name} was acknowledged and is not there"
        if how == "refused" and there and not taught:
            yield f"{op['action']} {name} was refused and is there"
    yield from (f"{name} is there {count} times" for name, count in stored.items() if count > 1)
    yield from (f"{name} was never sent" for name in stored.keys() - work.sent.keys())


@contextmanager
def durable_server(folder: Path) -> Iterator[str]:
    """Run a PostgreSQL server whose commits wait for the disk; yield its URL."""
    command = [str(POSTGRES), "durable", str(folder)]
    url = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    try:
        yield url
    finally:
        subprocess.run([POSTGRES, "stop", folder], check=False)


async def attack(page: Page, work: Work, kills: int, database: Path | None) -> None:
    """Decide and kill, so often; in the end wait until everything is answered."""
    decider = Decider(page.address, work)
    page.start()
    await decider.load()
    for number in range(kills):
        deciding = asyncio.create_task(decider.decide())
        await decider.wait_for_answers(work.chance.randint(FEWEST, MOST))
        await asyncio.sleep(work.chance.uniform(0, LATE))
        if database is None:
            page.kill()
            deciding.cancel()
            decider.briefing = (
                (number + 1) % BRIEFINGS if not decider.tab.pend else decider.briefing
            )
            page.start()
            await decider.load()
            if number % 3 == 2:  # everything is answered now: go to another briefing
                decider.briefing = (decider.briefing + 1) % BRIEFINGS
                await decider.load()
        else:
            subprocess.run([POSTGRES, "crash", database], check=True)
            await asyncio.sleep(DOWN)
            deciding.cancel()
            subprocess.run([POSTGRES, "resume", database], check=True)
            await decider.drain()
        print(f"{number + 1}: {len(work.done)} answered, {work.resent} sent again", flush=True)
    await decider.tab.close()


def main() -> None:
    """Run, and say what was lost; the exit code is 1 where anything was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", action="store_true", help="crash PostgreSQL, not the page")
    options = parser.parse_args()
    os.environ |= {"OMP_NUM_THREADS": "1", "ALIGN_REVIEWER": "ann"}
    folder = Path(tempfile.mkdtemp(prefix="align-kills-"))
    folder.chmod(0o755)
    work = Work(random.Random(options.seed))
    try:
        if options.database:
            with durable_server(folder / "server") as location:
                wrong = _run(location, folder, work, options.kills, folder / "server")
        else:
            wrong = _run(str(folder / "corpus"), folder, work, options.kills, None)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for line in wrong[:20]:
        print(line)
    stored = [*work.done.values()].count("stored")
    print(
        f"{options.kills} kills among {stored} acknowledged operations ({work.resent} sent again, "
        f"{work.refused.total()} refused): {len(wrong)} lost, doubled or damaged"
    )
    for words, count in work.refused.most_common(5):
        print(f"{count} refused: {words}")
    sys.exit(1 if wrong else 0)


def _run(location: str, folder: Path, work: Work, kills: int, database: Path | None) -> list[str]:
    make_corpus(location, BRIEFINGS)
    page = Page(location, folder / "page.txt")
    try:
        asyncio.run(attack(page, work, kills, database))
    finally:
        page.kill()
    return [*faults(location, work)]


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # nothing must outlive us
    main()
