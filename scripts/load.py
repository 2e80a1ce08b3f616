#!/usr/bin/env python3
"""Let simulated reviewers work on one page in real browser tabs, and count what arrives.

    python scripts/load.py --reviewers 20 --minutes 5

Loopback only, with a corpus of its own that is removed at the end; bounded by ``--minutes`` and
``--decisions``. Every reviewer has a browser context, logs in under a name of their own, and
accepts or rejects rows by the keyboard, ``--pause`` seconds apart; one decision in ten is about
a row that all reviewers of the briefing fight for. Needs Chromium (``CHROMIUM``) and playwright.

Latency is what the tab measures: from the key press until Python has acknowledged that the
decision is in the store. Every operation that a tab counted as saved must be in the history, and
nothing else: the exit code is 1 where one is missing or too many.
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from align.records import Alignment, Bead, Briefing, Document, Language, Sentence, Turn
from align.store import Store

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
]
CONTESTED = 0.1
"""The share of decisions about the row that everybody wants."""
TABLE = """const find = () => {
    for (const node of document.querySelectorAll("*")) {
        const root = node.shadowRoot?.querySelector(".review");
        if (root) return root;
    }
};
const S = find()?.__state;"""
READY = f"() => {{ {TABLE} return S && S.order.length > 0 && Number(find().dataset.ready) > 0 }}"
POINT = f"""place => {{ {TABLE}
    const row = S.order[place];
    const node = S.root.querySelector(`.rows [data-id="${{row.id}}"]`);
    node.dispatchEvent(new MouseEvent("mousedown", {{ bubbles: true }}));
    window.__pressed = undefined;
    window.addEventListener("keydown", () => {{
        window.__pressed = performance.now();
        window.__ops = [];
        S.pend.push = (...ops) => {{
            window.__ops.push(...ops.map(one => one.wire.op));
            return Array.prototype.push.apply(S.pend, ops);
        }};
    }},
        {{ capture: true, once: true }});
    return row.s;
}}"""
OUTCOME = f"""async patience => {{ {TABLE}
    const ops = window.__ops;
    const start = window.__pressed;
    while (S.pend.length && performance.now() - start < patience)
        await new Promise(done => setTimeout(done, 4));
    return {{ ops, ms: performance.now() - start, late: S.pend.length, said: S.data.msg }};
}}"""


@dataclass
class Tally:
    """What the tabs saw."""

    saved: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)
    messages: dict[str, int] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)


def main() -> None:
    """Run the load and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reviewers", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--decisions", type=int, default=20_000, help="stop after as many")
    parser.add_argument("--pause", type=float, default=3.0, help="seconds to read a row")
    parser.add_argument("--settle", type=float, default=30.0, help="seconds to load the models in")
    parser.add_argument("--store", help="a PostgreSQL URL of an empty database; else SQLite")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="align-load-"))
    try:
        location = options.store or str(folder / "corpus")
        make_corpus(location, max(options.reviewers // 5, 1))
        with served(location, folder / "server.log") as (address, process):
            tally = asyncio.run(work(address, process, options))
            tally.memory.append((time.monotonic(), memory_of(process)))
        found = report(tally, location, options)
    finally:
        shutil.rmtree(folder)
    print(json.dumps(found, indent=1) if options.json else as_lines(found))
    sys.exit(0 if not found["missing"] and not found["unexpected"] else 1)


# -- the corpus and the server --------------------------------------------------------------------


def make_corpus(location: str, count: int) -> None:
    """Store briefings of 120 rows of invented text, one for five reviewers."""
    with Store.open(location, create=True) as store:
        for number in range(count):
            store.save(_briefing(number), address=f"https://press.example/{number}")


def _briefing(number: int) -> Briefing:
    zh = [f"第{number}号工程的第{at}段已经完工，耗资{at + 3}亿元。" for at in range(120)]
    en = [
        f"Section {at} of project {number} is finished at a cost of {at + 3}00 million yuan."
        for at in range(120)
    ]
    beads = tuple(Bead((at,), (at,), 0.5 + at / 240) for at in range(120))
    return Briefing(
        f"load-{number}",
        _document("zh", f"工程发布会{number}", zh),
        _document("en", f"Briefing on project {number}", en),
        _sentences(zh),
        _sentences(en),
        Alignment(beads, "load"),
    )


def _document(language: Language, title: str, said: list[str]) -> Document:
    return Document(language, title, tuple(Turn("", (text,)) for text in said))


def _sentences(said: list[str]) -> tuple[Sentence, ...]:
    return tuple(Sentence(text, at, at, 0, len(text)) for at, text in enumerate(said))


@contextmanager
def served(location: str, log: Path) -> Iterator[tuple[str, int]]:
    """Run ``align view``; give its address and the number of the process that serves."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "align", "view", "--no-browser", "--port", str(port)]
    with log.open("w") as out:
        server = subprocess.Popen(
            [*command, "--corpus", location], stdout=out, stderr=out, start_new_session=True
        )
        try:
            for _ in range(600):
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1)
                    break
                except OSError:
                    time.sleep(0.1)
            children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
            yield f"http://127.0.0.1:{port}", int(children[0])
        finally:
            os.killpg(server.pid, 15)
            server.wait(20)


def memory_of(process: int) -> float:
    """Give the resident memory of a process in MB."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 1e6


def processor_of(process: int) -> float:
    """Give the seconds of CPU that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# -- the reviewers --------------------------------------------------------------------------------


async def work(address: str, process: int, options: argparse.Namespace) -> Tally:
    """Open every tab, one after the other, and let all work until the time is over."""
    tally = Tally()
    async with async_playwright() as driver:
        chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = await driver.chromium.launch(executable_path=chromium, args=FLAGS)
        pages = [await opened(browser, address, at, tally) for at in range(options.reviewers)]
        await asyncio.sleep(options.settle)
        tally.processor = [processor_of(process)]
        end = time.monotonic() + options.minutes * 60
        watching = asyncio.create_task(watch(process, tally))
        await asyncio.gather(
            *(review(page, at, end, tally, options) for at, page in enumerate(pages))
        )
        watching.cancel()
        tally.processor.append(processor_of(process))
        await browser.close()
    return tally


async def watch(process: int, tally: Tally) -> None:
    """Note the server's memory every five seconds."""
    while True:
        tally.memory.append((time.monotonic(), memory_of(process)))
        await asyncio.sleep(5)


async def opened(browser: Browser, address: str, at: int, tally: Tally) -> Page:
    """Open a tab, give the reviewer a name, and go to the briefing by the page's own links."""
    context = await browser.new_context(viewport={"width": 1300, "height": 800})
    context.set_default_timeout(90_000)
    page = await context.new_page()
    page.on("pageerror", lambda error: tally.errors.append(str(error)))
    await page.goto(f"{address}/settings")
    name = page.get_by_role("textbox", name="Your name")
    await name.fill(f"reviewer {at}")
    await name.press("Enter")
    await page.wait_for_timeout(1500)  # the page takes the name with its next run
    await page.get_by_role("link", name="Briefings").first.click()
    await page.locator(f".st-key-open-load-{at // 5} button").click()
    await page.wait_for_function(READY)
    return page


async def review(
    page: Page, at: int, end: float, tally: Tally, options: argparse.Namespace
) -> None:
    """Decide about rows of one's own, now and then about the contested one, until the end."""
    chance = random.Random(at)
    own = [place for place in range(1, 120) if place % 5 == at % 5]
    await asyncio.sleep(chance.random() * options.pause)
    turn = 0
    while time.monotonic() < end and len(tally.milliseconds) < options.decisions:
        place = 0 if chance.random() < CONTESTED else own[turn % len(own)]
        turn += 1
        status = await page.evaluate(POINT, place)
        await page.keyboard.press("x" if status == "accepted" else "a")
        note(tally, await page.evaluate(OUTCOME, 60_000))
        await asyncio.sleep(options.pause * (0.5 + chance.random()))


def note(tally: Tally, seen: dict[str, Any]) -> None:
    """Count one decision as saved, refused or too late."""
    tally.milliseconds.append(seen["ms"])
    if seen["late"]:
        tally.late += seen["ops"]
    elif seen["said"]:
        tally.refused += seen["ops"]
        words = "".join(" " if one.isdigit() else one for one in seen["said"])[:60]
        tally.messages[words] = tally.messages.get(words, 0) + 1
    else:
        tally.saved += seen["ops"]


# -- the count ------------------------------------------------------------------------------------


def report(tally: Tally, location: str, options: argparse.Namespace) -> dict[str, Any]:
    """Compare what the tabs saw with the history."""
    with Store.open(location) as store:
        history = store.history()
    stored = [entry.decision.op for entry in history]
    names = {entry.decision.reviewer for entry in history}
    times = sorted(tally.milliseconds)
    start, used = tally.memory[0][0], [mb for _, mb in tally.memory]
    used_for = tally.memory[-1][0] - start
    later = [mb for at, mb in tally.memory if at - start > 60] or used[-1:]
    return {
        "reviewers": options.reviewers,
        "names in the history": len(names),
        "minutes": round((tally.memory[-1][0] - start) / 60, 1),
        "decisions": len(times),
        "saved": len(tally.saved),
        "refused": len(tally.refused),
        "late": len(tally.late),
        "in the history": len(stored),
        "missing": sorted(set(tally.saved) - set(stored)),
        "unexpected": sorted(set(stored) - {*tally.saved, *tally.late}),
        "stored twice": len(stored) - len(set(stored)),
        "median ms": round(statistics.median(times)),
        "p95 ms": round(times[int(len(times) * 0.95)]),
        "longest ms": round(times[-1]),
        "server MB at the start": round(used[0]),
        "server MB after a minute": round(later[0]),
        "server MB at the end": round(used[-1]),
        "server CPU share": round((tally.processor[1] - tally.processor[0]) / (used_for or 1), 2),
        "errors in the tabs": tally.errors[:5],
        "messages": tally.messages,
        "load of the machine": [round(one, 1) for one in os.getloadavg()],
    }


def as_lines(found: dict[str, Any]) -> str:
    """Give the report as lines."""
    return "\n".join(f"{name:26} {value}" for name, value in found.items())


if __name__ == "__main__":
    main()
