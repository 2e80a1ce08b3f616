"""Simulated reviewers in real Chromium tabs: a page and a time in, a tally of what they saw out."""

import argparse
import asyncio
import os
import random
import time

from playwright.async_api import Browser, Page, async_playwright

from benchmarks.load_people import CONTESTED, watch
from benchmarks.load_site import ROWS, Server
from benchmarks.load_tally import Outcome, Tally

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
    return row.status;
}}"""
OUTCOME = f"""async patience => {{ {TABLE}
    const ops = window.__ops;
    const start = window.__pressed;
    const late = () => (find()?.__state ?? S).pend.some(one => ops.includes(one.wire.op));
    while (late() && performance.now() - start < patience)
        await new Promise(done => setTimeout(done, 4));
    const now = find()?.__state ?? S;
    return {{ ops, ms: performance.now() - start, late: late(), said: now.data.msg }};
}}"""


async def work(server: Server, briefings: int, options: argparse.Namespace) -> Tally:
    """Open every tab, one after the other, and let all work until the time is over."""
    tally = Tally()
    async with async_playwright() as driver:
        chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = await driver.chromium.launch(executable_path=chromium, args=FLAGS)
        numbers = range(options.reviewers)
        pages = [await _opened(browser, server, at, briefings, tally) for at in numbers]
        await asyncio.sleep(options.settle)
        tally.processor.append(server.processor)
        end = time.monotonic() + options.minutes * 60
        watching = asyncio.create_task(watch(server, tally))
        await asyncio.gather(
            *(_review(page, at, end, tally, options) for at, page in enumerate(pages))
        )
        watching.cancel()
        tally.sample(server.memory)
        tally.processor.append(server.processor)
        await browser.close()
    return tally


async def _opened(browser: Browser, server: Server, at: int, briefings: int, tally: Tally) -> Page:
    """Open a tab, give the reviewer a name, and go to the briefing by the page's own links."""
    context = await browser.new_context(viewport={"width": 1300, "height": 800})
    context.set_default_timeout(90_000)
    page = await context.new_page()
    page.on("pageerror", lambda error: tally.errors.append(str(error)))
    await page.goto(f"{server.address}/settings")
    name = page.get_by_role("textbox", name="Your name")
    await name.fill(f"reviewer {at}")
    await name.press("Enter")
    await page.wait_for_timeout(1500)  # the page takes the name with its next run
    await page.get_by_role("link", name="Briefings").first.click()
    line = f".desk .line[data-id='load-{at % briefings}']"
    await page.locator(f"{line} .title a").first.click()
    await page.wait_for_function(READY)
    return page


async def _review(
    page: Page, at: int, end: float, tally: Tally, options: argparse.Namespace
) -> None:
    """Decide about rows of one's own, now and then about the contested one, until the end."""
    chance = random.Random(at)
    own = [place for place in range(1, ROWS) if place % 5 == at % 5]
    await asyncio.sleep(chance.random() * options.pause)
    turn = 0
    while time.monotonic() < end and len(tally.outcomes) < options.decisions:
        place = 0 if chance.random() < CONTESTED else own[turn % len(own)]
        turn += 1
        status = await page.evaluate(POINT, place)
        await page.keyboard.press("x" if status == "accepted" else "a")
        seen = await page.evaluate(OUTCOME, options.patience * 1000)
        tally.outcomes.append(
            Outcome(tuple(seen["ops"]), seen["ms"], seen["said"], answered=not seen["late"])
        )
        await asyncio.sleep(options.pause * (0.5 + chance.random()))
