"""A real server on a free port and a real Chromium, for the tests of the page."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    """Find a Chromium of this machine."""
    named = os.environ.get("CHROMIUM")
    found = [named, "/usr/bin/chromium", *map(shutil.which, ("chromium", "google-chrome"))]
    return next((path for path in found if path and Path(path).exists()), None)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serve(corpus: Path, log: Path):
    """Run the page on a corpus; give its address and the process."""
    port = free_port()
    environment = {**os.environ, "ALIGN_CORPUS": str(corpus), "ALIGN_REVIEWER": "ann"}
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
    with log.open("w") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
        try:
            _await(f"http://127.0.0.1:{port}/_stcore/health", process)
            yield f"http://127.0.0.1:{port}", process
        finally:
            process.terminate()
            process.wait(20)


def _await(address: str, process: subprocess.Popen) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except (urllib.error.URLError, OSError):
            if process.poll() is not None:
                raise RuntimeError("the page did not start") from None
            time.sleep(0.1)
    raise RuntimeError("the page did not answer in 30 s")
