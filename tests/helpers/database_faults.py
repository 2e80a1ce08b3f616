"""Killed processes and stopped servers, for tests of faults."""

import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from align.corpus.store import BeadRow, Decision, Store

ROOT = Path(__file__).resolve().parents[2]


def accept(store: Store, row: BeadRow, op: str = "op-1", reviewer: str = "ann"):
    decision = Decision(op, reviewer, "accept")
    return store.decide(row.briefing, decision, [row], [replace(row, status="accepted")])


@contextmanager
def started(*words: object, folder: Path):
    """Start a Python process that prints lines; kill it at the end if it is still running."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [sys.executable, *map(str, words)],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


DECIDE = """
import sys
from dataclasses import replace
from align.corpus.store import Decision, Store
with Store.open(sys.argv[1]) as store:
    number = 0
    while True:
        for row in store.rows():
            number += 1
            after = replace(row, note=f"note {number}")
            store.decide(row.briefing, Decision(f"op-{number}", "ann", "note"), [row], [after])
            print(number)
"""


def cut_connections(url: str) -> None:
    """Terminate all connections to a database, as a restart of the server does."""
    server, name = url.rsplit("/", 1)
    engine = sa.create_engine(f"{server}/postgres")
    with engine.connect() as connection:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
        connection.execute(sa.text(others), {"name": name})
    engine.dispose()


def restart(folder: Path, what: str) -> None:
    """Stop a server immediately, as in a crash, or restart it with the same options."""
    binary = max(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    options = (folder / "data" / "postmaster.opts").read_text().split(maxsplit=1)
    words = [*user, binary, "--pgdata", folder / "data", "--wait", "--silent"]
    if what == "stop":
        kept = folder / "options"
        kept.write_text(options[1])
        subprocess.run([*words, "--mode=immediate", "stop"], check=True, capture_output=True)
    else:
        given = (folder / "options").read_text().replace('"', "").strip()
        log = f"--log={folder / 'server.log'}"
        subprocess.run(
            [*words, log, f"--options={given}", "start"],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
