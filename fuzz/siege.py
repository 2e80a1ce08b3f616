"""Besiege the servers on loopback: ``python -m fuzz.siege --requests 5000``.

* *lock*: another program holds the database of a corpus for 60 seconds, as a writer and then as
  its only user; the list and a briefing are opened meanwhile, and a decision is sent again until
  it is stored.
* *half*: so many connections send half of a request to ``align view`` and to ``align serve``, in
  four ways, and stay open; whole requests are sent between them.
* *host*, *token*, *login*: requests of a foreign host, without the token, and without a login where
  one is configured, at every path that the servers know, websockets included.

Prints a table; the exit code is 1 where an answer was wrong or came too late.
"""

import argparse
import asyncio
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from align.corpus.store import Store
from benchmarks.load_site import find_free_port, make_corpus
from benchmarks.load_socket import Tab
from benchmarks.load_tally import Tally

OPEN_SECONDS = 2.0
"""Seconds in which a page must be there while the corpus is locked."""
WHOLE_SECONDS = 5.0
"""Seconds in which a whole request must be answered among half ones."""
BATCH = 250
"""Half requests between two whole ones."""
HALVES = (
    b"",
    b"GET / HTTP/1.1\r\nHost: 127",
    b"POST /review/operations HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900\r\n\r\n{",
    b"GET /_stcore/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websoc",
)
PATHS = (
    "/",
    "/search",
    "/_stcore/stream",
    "/_stcore/host-config",
    "/_stcore/metrics",
    "/_stcore/upload_file/a/b",
    "/media/x",
    "/static/x",
    "/review/operations",
    "/x/review/operations",
    "/scripts/1/table.js",
    "/component/x",
    "/oauth2callback",
)
SERVE_PATHS = (
    "/concordance?q=a",
    "/mt?q=a",
    "/health",
    "/openapi.json",
    "/tmserver/languages/",
    "/tmserver/zh/en/unit/a",
)
SECRETS = """[auth]
redirect_uri = "http://localhost:{port}/oauth2callback"
cookie_secret = "0f3c2a9d5b7e4c1f8a6d3b2e9c7f5a1d"
client_id = "align"
client_secret = "only a test"
server_metadata_url = "http://127.0.0.1:9/.well-known/openid-configuration"
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One line of the table: what was tried, how often, what came of it, and whether that holds."""

    what: str
    count: int
    says: str
    holds: bool


@contextmanager
def served(command: str, corpus: Path, *options: str, folder: Path) -> Iterator[int]:
    """Run ``align view`` or ``align serve`` in a folder while the block runs; yield its port."""
    port = find_free_port()
    words = [sys.executable, "-m", "align", command, "--port", str(port), "--corpus", str(corpus)]
    words += ["--no-browser"] if command == "view" else []
    folder.mkdir(parents=True, exist_ok=True)
    if "login" in folder.name:
        (folder / ".streamlit").mkdir(exist_ok=True)
        (folder / ".streamlit" / "secrets.toml").write_text(SECRETS.format(port=port), "utf-8")
    with (folder / "log.txt").open("w", encoding="utf-8") as out:
        process = subprocess.Popen([*words, *options], stdout=out, stderr=out, cwd=folder)
        try:
            _wait(port, folder / "log.txt")
            yield port
        finally:
            process.terminate()
            process.wait(30)


def _wait(port: int, log: Path) -> None:
    for _ in range(900):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"fuzz/siege.py: the server did not start: {log.read_text('utf-8')}")


def ask(port: int, path: str, *heads: str, method: str = "GET", host: str = "") -> str:
    """Send one request; return the status of the answer, or why there was none."""
    named = host or f"127.0.0.1:{port}"
    lines = [f"{method} {path} HTTP/1.1", f"Host: {named}", "Connection: close", *heads]
    body = "{}" if method == "POST" else ""
    lines += [f"Content-Length: {len(body)}"] if body else []
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
            client.sendall(("\r\n".join(lines) + "\r\n\r\n" + body).encode())
            answer = client.recv(4096).decode("latin-1")
    except OSError as error:
        return type(error).__name__
    return answer.split(" ")[1] if answer.startswith("HTTP/") else "nothing"


# -- locks -----------------------------------------------------------------------------------------


@contextmanager
def locked(corpus: Path, how: str) -> Iterator[None]:
    """Hold the database of a corpus, as another program does, while the block runs."""
    other = sqlite3.connect(corpus / "corpus.db", isolation_level=None)
    other.execute(how)
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


async def open_while_locked(corpus: Path, port: int, how: str, seconds: float) -> list[Outcome]:
    """Open the list and a briefing while the corpus is locked; decide, and wait for the answer."""
    tab = Tab(f"http://127.0.0.1:{port}", Tally(), again=2.0)
    await _open(tab, "briefing=load-0")  # models and lists are loaded once for a server
    took: dict[str, float] = {}
    with locked(corpus, how):
        end = time.monotonic() + seconds
        took["the list"] = await _open(tab, "")
        took["a briefing"] = await _open(tab, "briefing=load-1")
        deciding = asyncio.create_task(
            tab.decide("edit", tab.rows[5]["id"], seconds + 60, en_text=f"Locked by {how}.")
        )
        took["a briefing, a decision waiting"] = await _open(
            other := Tab(tab.address, Tally()), "briefing=load-2"
        )
        await asyncio.sleep(max(0.0, end - time.monotonic()))
        early = deciding.done()
    outcome = await deciding
    await tab.close()
    await other.close()
    with Store.open(corpus) as store:
        times = [one.decision.op for one in store.history()].count(outcome.ops[0])
    lines = [
        Outcome(f"{how}: {what} opens", 1, f"{value:.1f} s", value <= OPEN_SECONDS)
        for what, value in took.items()
    ]
    says = f"acknowledged {'too early' if early else 'after the lock'}, stored {times} times"
    lines.append(Outcome(f"{how}: a decision", 1, says, times == 1 and not early))
    return lines


async def _open(tab: Tab, query: str) -> float:
    """Open a page; return the seconds until it is there."""
    began = time.monotonic()
    await tab.open(query)
    if query:
        await tab.until(lambda: tab.ready, "the briefing did not open")
    else:
        await tab.until(lambda: tab.finished, "the list did not come")
    return time.monotonic() - began


# -- half requests ---------------------------------------------------------------------------------


def besiege(port: int, path: str, count: int) -> tuple[float, int]:
    """Send half requests and keep them; return the slowest whole request, and how many failed."""
    held: list[socket.socket] = []
    slowest, failed = 0.0, 0
    for number in range(count):
        with suppress(OSError):
            held.append(socket.create_connection(("127.0.0.1", port), timeout=10))
            held[-1].sendall(HALVES[number % len(HALVES)])
        if number % BATCH == BATCH - 1:
            began = time.monotonic()
            failed += ask(port, path) != "200"
            slowest = max(slowest, time.monotonic() - began)
    for one in held:
        one.close()
    return slowest, failed


# -- who may ask -----------------------------------------------------------------------------------


UPGRADE = (
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
)


def ask_everything(
    port: int, paths: Sequence[str], *heads: str, host: str = ""
) -> dict[str, list[str]]:
    """Send a request of each method to each path; return which had each answer."""
    found: dict[str, list[str]] = {}
    for path in paths:
        methods = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")
        for method in methods:
            upgrade = UPGRADE if path.endswith("stream") and method == "GET" else ()
            status = ask(port, path, *heads, *upgrade, method=method, host=host)
            found.setdefault(status, []).append(f"{method} {path}")
    return found


def _writing(found: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return the requests that may write, by their answer."""
    writes = ("POST", "PUT", "DELETE")
    chosen = {
        status: [one for one in requests if one.startswith(writes)]
        for status, requests in found.items()
    }
    return {status: requests for status, requests in chosen.items() if requests}


def check_statuses(what: str, found: dict[str, list[str]], right: Sequence[str]) -> Outcome:
    """Return whether every answer has a right status."""
    wrong = [one for status, requests in found.items() if status not in right for one in requests]
    counts = ", ".join(f"{status} {len(requests)}" for status, requests in sorted(found.items()))
    says = f"{counts}; wrong: {wrong}" if wrong else counts
    return Outcome(what, sum(map(len, found.values())), says, not wrong)


FOREIGN = ("press.example", "127.0.0.1.press.example", "localhost.press.example:8501", "[::2]", "")


def ask_as_stranger(folder: Path, corpus: Path) -> Iterator[Outcome]:
    """Ask with foreign hosts, without the token, with a wrong one, and without a login."""
    with served("view", corpus, "--no-token", folder=folder / "view") as port:
        for host in FOREIGN:
            found = ask_everything(port, PATHS, host=host or " ")
            yield check_statuses(f"view, host {host!r}", found, ("421",))
        found = ask_everything(port, PATHS, "Origin: http://press.example")
        yield check_statuses("view, a foreign origin writes", _writing(found), ("403", "404"))
    with served("view", corpus, folder=folder / "token") as port:
        for heads in ((), ("Cookie: align_token=x",), (f"Cookie: align_token_{port}=x",)):
            found = ask_everything(port, PATHS, *heads)
            yield check_statuses(f"view, no token, {heads}", found, ("403", "404"))
    with served("view", corpus, folder=folder / "login") as port:
        for head in ("", "Cookie: _streamlit_user=x", "X-Align-View: x"):
            found = ask_everything(port, PATHS, head, host=f"localhost:{port}")
            yield check_statuses(
                f"view, no login writes, {head!r}", _writing(found), ("403", "404", "405")
            )
    with served("serve", corpus, folder=folder / "serve") as port:
        for host in FOREIGN:
            found = ask_everything(port, SERVE_PATHS, host=host or " ")
            yield check_statuses(f"serve, host {host!r}", found, ("421", "400", "405"))


def run(folder: Path, count: int, seconds: float, only: str) -> Iterator[Outcome]:
    """Do everything; yield a line for each."""
    corpus = folder / "corpus"
    make_corpus(str(corpus), 3)
    if only in ("", "lock"):
        with served("view", corpus, "--no-token", folder=folder / "view") as port:
            for how in ("BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"):
                yield from asyncio.run(open_while_locked(corpus, port, how, seconds))
    if only in ("", "half"):
        for command, path in (("view", "/_stcore/health"), ("serve", "/health")):
            options = ("--no-token",) if command == "view" else ()
            with served(command, corpus, *options, folder=folder / command) as port:
                slowest, failed = besiege(port, path, count)
                says = f"whole ones within {slowest:.1f} s, {failed} failed"
                holds = slowest < WHOLE_SECONDS and not failed
                yield Outcome(f"{command}: half requests", count, says, holds)
    if only in ("", "who"):
        yield from ask_as_stranger(folder, corpus)


def main() -> None:
    """Run, and print the table; the exit code is 1 where something does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=5000)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long the corpus is locked")
    parser.add_argument("--only", choices=["", "lock", "half", "who"], default="")
    options = parser.parse_args()
    os.environ |= {"OMP_NUM_THREADS": "1", "ALIGN_REVIEWER": "ann"}
    folder = Path(tempfile.mkdtemp(prefix="align-siege-"))
    held = True
    try:
        for one in run(folder, options.requests, options.seconds, options.only):
            held = held and one.holds
            mark = "ok" if one.holds else "!!"
            print(f"{mark}  {one.what:48} {one.count:5}  {one.says}", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(not held)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # nothing must outlive us
    main()
