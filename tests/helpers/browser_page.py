"""Server on a free port and Chromium, both real, for tests of the page."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120_000
"""Timeout in milliseconds, long enough for a busy machine; tests do not measure time."""
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Two pages of the browser itself, for its address bar, would be drawn with each of ours.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup",
]


def chromium() -> str | None:
    """Return the path of an installed Chromium, if any."""
    named = os.environ.get("CHROMIUM")
    found = [named, "/usr/bin/chromium", *map(shutil.which, ("chromium", "google-chrome"))]
    return next((path for path in found if path and Path(path).exists()), None)


FIRST_PORT = 12_000
PORTS_EACH = 200
PORTS = count(FIRST_PORT + os.getpid() % 90 * PORTS_EACH)
"""Ports for this process: below those that the system gives to connections, and rarely those of
another test process, so that a port that is free stays free until the server listens on it."""


def free_port() -> int:
    """Return a port of 127.0.0.1 that nothing listens on and that is not returned again."""
    while True:
        port = next(PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@contextmanager
def serve(corpus: Path, log: Path, port: int = 0, reviewer: str = "ann"):
    """Run the page on a corpus; yield its URL and the process.

    If no reviewer is given, the page asks for a name. At the end, the log must contain no errors.
    """
    port = port or free_port()
    environment = {**os.environ, "ALIGN_CORPUS": str(corpus), "ALIGN_REVIEWER": reviewer}
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py")]
    options = {
        "server.port": port,
        "server.address": "127.0.0.1",
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
    }
    for name, value in options.items():
        command += [f"--{name}", str(value)]
    with log.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
        try:
            await_page(f"http://127.0.0.1:{port}/_stcore/health", process)
            yield f"http://127.0.0.1:{port}", process
        finally:
            process.terminate()
            process.wait(120)
    assert list_faults(log) == []


def list_faults(log: Path) -> list[str]:
    """Return the tracebacks in a log, without one that Streamlit's own threads may cause.

    Streamlit clears the state of a session that ends while a run of its script may still look
    through it.
    """
    faults = log.read_text(encoding="utf-8").split("Traceback")[1:]
    race = ("in _remove_stale_widgets", "dictionary changed size during iteration")
    return [fault for fault in faults if not all(line in fault for line in race)]


def await_page(address: str, process: subprocess.Popen) -> None:
    for _ in range(1_200):
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except (urllib.error.URLError, OSError):
            if process.poll() is not None:
                raise RuntimeError("the page did not start") from None
            time.sleep(0.1)
    raise RuntimeError("the page did not answer in two minutes")


UNDRAWN = "[data-testid=stSkeleton], [data-testid=stSpinner], [data-stale=true]"
DRAWN = (
    "(document.querySelector('[data-test-script-state=notRunning]')"
    f" && !document.querySelector('{UNDRAWN}'))"
)
"""JavaScript expression: whether Streamlit has finished drawing."""

FAIL = """
    const error = document.querySelector("[data-testid=stException]")?.innerText;
    if (error) throw new Error(error);
"""
"""JavaScript statements that throw an error if Streamlit shows an exception."""


RESTING = f"""(() => {{
    const current = [S.els.get(S.cur), ...S.prose.querySelectorAll(".cur")];
    const lay = S.settled && {DRAWN} && JSON.stringify(
        [S.bar, S.grid, ...current].map(one => one?.getBoundingClientRect()));
    S.still = lay && S.lay === lay ? S.still + 1 : 0;
    S.lay = lay;
    return S.still > 3;
}})()"""
"""JavaScript expression to poll: whether the page is drawn and its layout no longer changes."""


def rest(page, shown: str) -> None:
    """Wait until the page is drawn and the element ``shown`` no longer moves."""
    page.wait_for_function(
        f"""shown => {{
            const box = {DRAWN} && document.querySelector(shown)?.getBoundingClientRect();
            const still = box && window.__lay === JSON.stringify(box);
            window.__lay = box && JSON.stringify(box);
            window.__still = still ? window.__still + 1 : 0;
            return window.__still > 2;
        }}""",
        arg=shown,
    )


DESK = ".desk[data-ready='1']"
"""Locator of the list of briefings, once it has its lines."""


def find_line(page, briefing: str):
    """Return the locator of a briefing's link in the list."""
    return page.locator(f".desk .line[data-id='{briefing}'] .title a").first


class Table:
    """Review table in one browser tab, controlled by keyboard and pointer."""

    FIND = """() => {
        for (const node of document.querySelectorAll("*")) {
            const root = node.shadowRoot?.querySelector(".review");
            if (root?.__state?.rows) return root;  // the toolbar of other pages has none
        }
        return null;
    }"""

    def __init__(self, context, address: str, **query: str) -> None:
        self._watch(context.new_page(), address)
        self.open(**query)

    @classmethod
    def on(cls, page, address: str) -> "Table":
        """Return the table in a tab that is already open."""
        table = cls.__new__(cls)
        table._watch(page, address)
        return table

    def _watch(self, page, address: str) -> None:
        self.page, self.address = page, address
        page.set_default_timeout(PATIENCE)
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open(self, **query: str) -> None:
        words = "&".join(f"{name}={value}" for name, value in query.items())
        self.page.goto(f"{self.address}/?{words}")
        self.ready()

    def ready(self, timeout: float = PATIENCE) -> None:
        """Wait for the rows, and for the input fields, which Streamlit loads later."""
        self.page.wait_for_function(
            f"() => {{ {FAIL} return Number(({self.FIND})()?.dataset.ready) > 0"
            " && !document.querySelector('[data-testid=stSkeleton]') }",
            timeout=timeout,
        )

    def rest(self) -> None:
        """Wait until the page is drawn and its layout no longer changes."""
        self.wait(RESTING)

    def state(self, words: str):
        """Return the value of a JavaScript expression in which S is the table's state."""
        return self.page.evaluate(f"() => {{ const S = ({self.FIND})().__state; return {words} }}")

    def wait(self, words: str, timeout: float = PATIENCE) -> None:
        """Wait until an expression on the table's state S is true; fail on an error of the page."""
        self.page.wait_for_function(
            f"() => {{ {FAIL} const S = ({self.FIND})()?.__state; return S && ({words}) }}",
            timeout=timeout,
            polling=20,
        )

    def saved(self) -> None:
        """Wait until the server has acknowledged all operations."""
        self.wait("!S.pend.length && !S.keysWaiting.length")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def do(self, *keys: str) -> None:
        self.press(*keys)
        self.saved()

    @property
    def texts(self) -> list[list[str]]:
        return self.state(
            "S.order.map(r => [r.zh_edit ?? r.zh.join(''), r.en_edit ?? r.en.join(' ')])"
        )
