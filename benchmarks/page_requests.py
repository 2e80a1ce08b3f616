"""Count what a browser loads for the list of briefings, beside Streamlit's own minimum.

    python -m benchmarks.page_requests

Three pages on this machine, each opened by a browser that knows nothing of it, and then once more:
one line of text; the widgets of the list and nothing else; the list with 25 briefings.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .page import shelf

LINE = "import streamlit as st\nst.write('a line')\n"
WIDGETS = """\
import streamlit as st

def first():
    st.header("a")
    st.progress(0.5)
    st.expander("b").file_uploader("c")
    st.text_input("d")
    st.segmented_control("e", ["f", "g"])
    st.selectbox("h", ["i", "j"])
    st.button("k")
    st.popover("l")

st.navigation([st.Page(first, title="m"), st.Page("n.py")], position="top").run()
"""


@contextmanager
def bare(script: str, folder: Path) -> Iterator[str]:
    """Serve a page of Streamlit alone; give its address."""
    from browser_page import await_page, free_port  # type: ignore[import-not-found] # of the tests

    (folder / "n.py").touch()
    (folder / "page.py").write_text(script, encoding="utf-8")
    port = free_port()
    options = [f"--server.port={port}", "--server.headless=true", "--server.fileWatcherType=none"]
    command = [sys.executable, "-m", "streamlit", "run", "page.py", *options]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    try:
        await_page(f"http://127.0.0.1:{port}/_stcore/health", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def loaded(browser: Any, address: str, shown: str) -> tuple[int, int, int]:  # noqa: ANN401 # Playwright's
    """Give the requests and bytes of a first visit, and the bytes of a second one."""
    with browser.new_context() as context:
        page = context.new_page()
        network = context.new_cdp_session(page)
        network.send("Network.enable")
        sizes: list[int] = []
        network.on("Network.loadingFinished", lambda one: sizes.append(one["encodedDataLength"]))
        page.goto(address)
        page.locator(shown).first.wait_for()
        page.wait_for_timeout(5000)
        first = len(sizes), int(sum(sizes))
        sizes.clear()
        page.reload()
        page.locator(shown).first.wait_for()
        page.wait_for_timeout(5000)
        return *first, int(sum(sizes))


def main() -> None:
    """Print one line per page."""
    from browser_page import ARGUMENTS, chromium, serve
    from playwright.sync_api import sync_playwright

    print("| page | requests | bytes | bytes again |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        folder = Path(name)
        for title, script in (("one line of text", LINE), ("the widgets alone", WIDGETS)):
            with bare(script, folder) as address:
                found = loaded(browser, address, "[data-testid=stMainBlockContainer] p")
            print(f"| {title} | {found[0]} | {found[1]:,} | {found[2]:,} |")
        shelf(folder / "corpus", 25)
        with serve(folder / "corpus", folder / "log.txt") as (address, _):
            found = loaded(browser, address, ".desk[data-ready='1']")
        print(f"| the list of briefings | {found[0]} | {found[1]:,} | {found[2]:,} |")
        browser.close()


if __name__ == "__main__":
    main()
