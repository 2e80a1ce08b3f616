"""The corpus and the server of a load test: invented briefings in, an address that serves them out.

What is measured of the server lies here too: its resident memory and its processor time.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from align.corpus.store import Store
from align.records import Alignment, Bead, Briefing, Document, Language, Sentence, Turn

ROWS = 120
"""Rows of each briefing."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running page: its address, and the number of the process that serves it."""

    address: str
    process: int

    @property
    def memory(self) -> float:
        """Its resident memory in MB."""
        pages = int(Path(f"/proc/{self.process}/statm").read_text(encoding="utf-8").split()[1])
        return pages * os.sysconf("SC_PAGESIZE") / 1e6

    @property
    def processor(self) -> float:
        """The seconds of processor that it has used."""
        state = Path(f"/proc/{self.process}/stat").read_text(encoding="utf-8")
        fields = state.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def make_corpus(location: str, count: int) -> None:
    """Store so many briefings of invented text, named ``load-0``, ``load-1`` and so on."""
    with Store.open(location, create=True) as store:
        for number in range(count):
            store.save(_briefing(number), address=f"https://press.example/{number}")


def _briefing(number: int) -> Briefing:
    zh = [f"第{number}号工程的第{at}段已经完工，耗资{at + 3}亿元。" for at in range(ROWS)]
    en = [
        f"Section {at} of project {number} is finished at a cost of {at + 3}00 million yuan."
        for at in range(ROWS)
    ]
    beads = tuple(Bead((at,), (at,), 0.5 + at / (2 * ROWS)) for at in range(ROWS))
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
def served(location: str, log: Path) -> Iterator[Server]:
    """Run ``align view`` on a free loopback port while the block runs."""
    port = find_free_port()
    command = [sys.executable, "-m", "align", "view", "--no-browser", "--no-token"]
    with log.open("w", encoding="utf-8") as out:
        started = subprocess.Popen(
            [*command, "--port", str(port), "--corpus", location],
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
        try:
            wait_for_page(port)
            yield Server(f"http://127.0.0.1:{port}", started.pid)
        finally:
            os.killpg(started.pid, 15)
            started.wait(20)


def find_free_port() -> int:
    """Return a loopback port that is free at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_page(port: int) -> None:
    """Wait until a page answers at a loopback port; end the program after a minute."""
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"load: the page did not answer on port {port} within a minute")
