"""Measure the review page in a real Chromium: first paint, and from a key to the screen.

    python -m benchmarks.page [ROWS ...]
    python -m benchmarks.page --list [BRIEFINGS ...]

With --list: the list of briefings, until its first lines are painted, until it is sorted, searched
or narrowed to what is to be reviewed, and the memory of browser and server after it.

"Cold" opens the briefing in a browser that has kept nothing, "open" again in the same one.
Medians of 5 openings and 15 keys, on a server and browser that share this machine. The first of two
figures of an opening is when the rows around the cursor are painted, the second when all rows are
there. "Painted" is the next frame after the row shows its new state; "saved" is when Python has
stored it; "thread" and "server" are what 30 accepts take of the browser's main thread and of the
server's processor, each.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests" / "helpers"), str(ROOT)]

OPENINGS, KEYS, ACCEPTS = 5, 15, 30


def sized(rows: int) -> Any:  # noqa: ANN401 # a briefing of the tests
    """Make a briefing of so many rows."""
    from review_cases import briefing  # type: ignore[import-not-found] # of the tests

    turns = [range(at, min(at + 20, rows)) for at in range(0, rows, 20)]
    zh = tuple(
        (f"发言人{turn}：", *(f"第{n}句话说今年的供水增长了{n}吨。" for n in part))
        for turn, part in enumerate(turns)
    )
    en = tuple(
        (f"Speaker {turn}:", *(f"Sentence {n} says that supply grew by {n} tons." for n in part))
        for turn, part in enumerate(turns)
    )
    return briefing(zh, en, name=f"rows-{rows}")


FIRST_ROWS = "find => !!eval(find)()?.querySelector('.row.cur')"
"""Whether the table has the row at the cursor, and so those around it."""


def opening(table: Any, address: str, name: str) -> tuple[float, float]:  # noqa: ANN401 # tests' Table
    """Open the briefing anew; give the seconds until its first rows are painted, and until all."""
    start = time.perf_counter()
    table.page.goto(f"{address}/?briefing={name}")
    table.page.wait_for_function(FIRST_ROWS, arg=table.FIND)
    first = time.perf_counter() - start
    table.ready()
    return first, time.perf_counter() - start


def cold(browser: Any, address: str, name: str) -> tuple[float, float]:  # noqa: ANN401 # Playwright's
    """Open the briefing in a browser that kept nothing; the same as :func:`opening`."""
    from browser_page import Table  # type: ignore[import-not-found] # of the tests

    context = browser.new_context(viewport={"width": 1440, "height": 900})
    taken = opening(Table.on(context.new_page(), address), address, name)
    context.close()
    return taken


PAINTED = """([find, key, done]) => new Promise(resolve => {
    const S = eval(find)().__state, start = performance.now(), row = S.cur, count = S.order.length;
    document.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    const look = () => {
        const ready = done === "status"
            ? S.els.get(row).dataset.status !== "unreviewed" : S.order.length !== count;
        if (ready) requestAnimationFrame(() => resolve(performance.now() - start));
        else requestAnimationFrame(look);
    };
    look();
})"""


def key(table: Any, name: str, done: str) -> tuple[float, float]:  # noqa: ANN401 # tests' Table
    """Press a key; give milliseconds until painted and until saved."""
    start = time.perf_counter()
    painted = table.page.evaluate(PAINTED, [table.FIND, name, done])
    table.saved()
    return float(painted), (time.perf_counter() - start) * 1000


def spent_by(process: Any) -> float:  # noqa: ANN401 # a process
    """Give the milliseconds of processor that a process has used."""
    times = Path(f"/proc/{process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2]
    return sum(map(int, times.split()[11:13])) * 1000 / os.sysconf("SC_CLK_TCK")


def work(table: Any, process: Any) -> tuple[float, float]:  # noqa: ANN401 # tests' Table
    """Give milliseconds of processor for an accept: of the browser's main thread, of the server.

    The server has checked the rows and prepared the aligner before.
    """
    before = -1.0
    while spent_by(process) - before > 50:
        before = spent_by(process)
        table.page.wait_for_timeout(1500)
    devtools = table.page.context.new_cdp_session(table.page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})

    def spent() -> tuple[float, float]:
        metrics = devtools.send("Performance.getMetrics")["metrics"]
        thread = next(one["value"] for one in metrics if one["name"] == "TaskDuration")
        return thread * 1000, spent_by(process)

    start = spent()
    for _ in range(ACCEPTS):
        table.do("a")
        table.page.wait_for_timeout(150)
    thread, server = (later - sooner for later, sooner in zip(spent(), start, strict=True))
    return thread / ACCEPTS, server / ACCEPTS


def measure(
    browser: Any,  # noqa: ANN401 # Playwright's
    address: str,
    process: Any,  # noqa: ANN401 # a process
    name: str,
) -> list[float]:
    """Give the medians of one briefing: cold and open (s), two each; the others (ms)."""
    from browser_page import Table

    context = browser.new_context(viewport={"width": 1400, "height": 900})
    table = Table(context, address, briefing=name)
    table.page.wait_for_timeout(4000)
    first = [cold(browser, address, name) for _ in range(OPENINGS)]
    opened = [opening(table, address, name) for _ in range(OPENINGS)]
    table.press("Home")
    accepts = [key(table, "a", "status") for _ in range(KEYS)]
    merges = [key(table, "m", "order") for _ in range(KEYS)]
    undone = [key(table, "u", "order") for _ in range(KEYS)]
    thread, server = work(table, process)
    context.close()
    return [
        *map(statistics.median, zip(*first, strict=True)),
        *map(statistics.median, zip(*opened, strict=True)),
        statistics.median(painted for painted, _ in accepts),
        statistics.median(saved for _, saved in accepts),
        statistics.median(painted for painted, _ in merges),
        statistics.median(painted for painted, _ in undone),
        thread,
        server,
    ]


def shelf(folder: Path, count: int) -> None:
    """Make a corpus of so many briefings of 60 rows each, every fourth of them reviewed."""
    from dataclasses import replace

    from review_cases import stored

    from .cloned_corpus import clone

    one = replace(sized(60), id="day-00000")
    stored(folder, one).close()
    clone(folder, one.id, count)


ANSWERED = """([find, words]) => {
    const root = [...document.querySelectorAll("*")].map(
        node => node.shadowRoot?.querySelector(".desk")).find(Boolean);
    return root?.querySelector(find)?.textContent.includes(words);
}"""
"""Whether an element of the list contains some words."""


def listing(browser: Any, address: str, process: Any, count: int) -> list[float]:  # noqa: ANN401 # Playwright's
    """Return medians in seconds of opening, sorting, searching and narrowing, and memory in MB."""
    opened, ordered, found, narrowed, heap = [], [], [], [], 0.0
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()

    def until(find: str, words: str) -> float:
        start = time.perf_counter()
        page.wait_for_function(ANSWERED, arg=[find, words], polling=10)
        return time.perf_counter() - start

    for _ in range(OPENINGS + 1):  # the first one fills the caches of browser and server
        page.goto("about:blank")
        start = time.perf_counter()
        page.goto(address)
        page.locator(".desk .line").first.wait_for()
        opened.append(time.perf_counter() - start)
        page.wait_for_timeout(1000)
        page.locator(".desk .columns .c-date button").click()
        ordered.append(until(".space", "2000-01-02"))
        page.locator(".desk .find").fill("2000-01-08")
        found.append(until(".words", "1 of "))
        page.locator(".desk .find").fill("")
        until(".words", f"{count:,} briefings")
        page.locator(".desk .part").select_option("to review")
        narrowed.append(until(".words", f" of {count:,} briefings"))
        heap = page.evaluate("performance.memory.usedJSHeapSize / 1e6")
        page.evaluate("sessionStorage.clear()")
    context.close()
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    memory = int(status.split("VmRSS:")[1].split()[0]) / 1000
    warm = (times[1:] for times in (opened, ordered, found, narrowed))
    return [opened[0], *map(statistics.median, warm), heap, memory]


def lists(sizes: list[int]) -> None:
    """Print one line per size of the list of briefings."""
    from browser_page import ARGUMENTS, chromium, serve
    from playwright.sync_api import sync_playwright

    print(
        "| briefings | first open, s | open, s | sort, s | search, s | to review, s "
        "| browser, MB | server, MB |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for size in sizes:
        with tempfile.TemporaryDirectory() as name, sync_playwright() as driver:
            shelf(Path(name) / "corpus", size)
            with serve(Path(name) / "corpus", Path(name) / "log.txt") as (address, process):
                browser = driver.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
                found = listing(browser, address, process, size)
                browser.close()
        print(
            f"| {size:,} | "
            + " | ".join(f"{x:.2f}" for x in found[:5])
            + f" | {found[5]:.0f} | {found[6]:.0f} |"
        )


def main() -> None:
    """Print one line per size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sizes", nargs="*", type=int, metavar="SIZE", help="rows, or briefings")
    parser.add_argument("--list", action="store_true", help="measure the list of briefings")
    options = parser.parse_args()
    if options.list:
        return lists(options.sizes or [25, 500])
    return tables(options.sizes or [100, 400, 2000])


def tables(sizes: list[int]) -> None:
    """Print one line per size of the table of rows."""
    from browser_page import ARGUMENTS, chromium, serve
    from playwright.sync_api import sync_playwright
    from review_cases import stored

    with tempfile.TemporaryDirectory() as name, sync_playwright() as driver:
        folder = Path(name)
        stored(folder / "corpus", *map(sized, sizes)).close()
        with serve(folder / "corpus", folder / "log.txt") as (address, process):
            browser = driver.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
            print(
                "| rows | cold, s | open, s | accept: painted, ms | accept: saved, ms "
                "| merge: painted, ms | undo of a merge: painted, ms | accept: thread, ms "
                "| accept: server, ms |"
            )
            print("|---|---|---|---|---|---|---|---|---|")
            for size in sizes:
                found = measure(browser, address, process, f"rows-{size}")
                opened = [f"{found[at]:.2f}, {found[at + 1]:.2f}" for at in (0, 2)]
                others = [f"{figure:.0f}" for figure in found[4:]]
                print("| " + " | ".join([f"{size:,}", *opened, *others]) + " |")
            browser.close()


if __name__ == "__main__":
    main()
