"""A PostgreSQL server that is killed, whose disk is full, and programs that all want one briefing.

The server waits for the disk at each commit, as one in use does.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from briefings import ADDRESS, BRIEFING, page
from database_faults import DECIDE, ROOT, accept, restart, started

from align.corpus.store import Store
from align.corpus.store.check import find_problems
from align.errors import StoreError

pytestmark = pytest.mark.faults


@contextmanager
def durable(folder: Path) -> Iterator[str]:
    """A server of our own in a folder; gives its URL."""
    if not os.environ.get("ALIGN_TEST_POSTGRES"):
        pytest.skip("ALIGN_TEST_POSTGRES names no server, so none can be started here")
    script = ROOT / "scripts" / "postgres"
    made = subprocess.run(
        [script, "durable", folder], check=True, stdout=subprocess.PIPE, text=True
    )
    try:
        yield made.stdout.strip()
    finally:
        subprocess.run([script, "stop", folder], check=False, capture_output=True)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the account of the server can reach."""
    with tempfile.TemporaryDirectory(prefix="align-server-") as name:
        Path(name).chmod(0o755)
        yield Path(name) / "pg"


def processes(folder: Path) -> list[int]:
    """The server and everything it started, itself first."""
    first = int((folder / "data" / "postmaster.pid").read_text().split()[0])
    said = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(first)], check=False, capture_output=True, text=True
    )
    return [first, *map(int, said.stdout.split())]


def kill_server(folder: Path, *, all_of_it: bool) -> None:
    """``kill -9``: the first process alone, or everything at once as when a machine stops."""
    mine = processes(folder)
    (folder / "options").write_text(
        (folder / "data" / "postmaster.opts").read_text().split(maxsplit=1)[1]
    )
    for number in mine if all_of_it else mine[:1]:
        os.kill(number, signal.SIGKILL)
    for number in mine:  # children end by themselves when the first one is gone
        for _ in range(600):
            if not Path(f"/proc/{number}").exists():
                break
            signal.sigtimedwait([], 0.1)


@pytest.mark.postgres
@pytest.mark.parametrize("all_of_it", [False, True])
def test_a_killed_server_loses_no_decision_that_was_confirmed(
    folder: Path, tmp_path: Path, all_of_it: bool
):
    with durable(folder) as url:
        with Store.open(url, create=True) as store:
            store.save(BRIEFING, address=ADDRESS)
        with started("-c", DECIDE, url, folder=tmp_path) as process:
            assert process.stdout is not None
            confirmed = [int(process.stdout.readline()) for _ in range(25)]
            kill_server(folder, all_of_it=all_of_it)
            confirmed += [int(line) for line in process.stdout.read().split()]
            told = process.stderr.read() if process.stderr else ""
        assert "was lost" in told or "does not respond" in told
        with pytest.raises(StoreError, match="does not respond"):
            Store.open(url)
        restart(folder, "start")
        with Store.open(url) as store:
            stored = [entry.decision.op for entry in store.history()]
            assert stored[: len(confirmed)] == [f"op-{number}" for number in confirmed]
            assert len(stored) <= len(confirmed) + 1
            assert find_problems(store) == ()
            accept(store, store.rows()[0], "afterwards")


@pytest.mark.postgres
def test_a_server_whose_disk_is_full_says_so_and_goes_on_when_there_is_room(folder: Path):
    mount = shutil.which("mount")
    if mount is None or os.geteuid():
        pytest.skip("only root can mount a small disk")
    folder.mkdir()
    small = [mount, "-t", "tmpfs", "-o", "size=90m", "tmpfs", folder]
    if subprocess.run(small, check=False, capture_output=True).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        _fill_and_go_on(folder)
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def _fill_and_go_on(folder: Path) -> None:
    with durable(folder) as url, Store.open(url, create=True) as store:
        store.save(BRIEFING, address=ADDRESS)
        accept(store, store.rows()[0])
        filler = folder / "filler"
        room = shutil.disk_usage(folder).free
        filler.write_bytes(bytes(room - 3_000_000))
        stored, said = 0, ""
        for number in range(60):
            try:
                body = os.urandom(300_000)
                store.add_pages([page(body, f"http://site.example/{number}.html")])
                stored += 1
            except StoreError as error:
                said = str(error)
                break
        assert "the disk is full" in said or "was lost" in said or "does not respond" in said
        filler.unlink()
        if "disk is full" not in said:  # no room for its log: the server stopped itself
            restart(folder, "start")
        accept(store, store.rows()[1], "op-2")
        assert [entry.decision.op for entry in store.history()] == ["op-1", "op-2"]
        assert len([*store.pages()]) == stored
        assert find_problems(store) == ()


def test_programs_that_add_one_briefing_at_once_make_one(place: Path | str, tmp_path: Path):
    """Three processes, while a fourth decides about another briefing as fast as it can."""
    zh, en = tmp_path / "b.zh.txt", tmp_path / "b.en.txt"
    zh.write_text("大家好。\n去年果园的产量是三千吨。\n谢谢。\n", encoding="utf-8")
    en.write_text(
        "Hello, everyone.\nThe orchard's output was 3,000 tonnes last year.\nThank you.\n",
        encoding="utf-8",
    )
    with Store.open(place, create=True) as store:
        store.save(BRIEFING, address=ADDRESS)
    words = [sys.executable, "-m", "align", "add", en, "--zh", zh, "--corpus", place]
    own = {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "ALIGN_CACHE": str(tmp_path / "cache")}
    with started("-c", DECIDE, place, folder=tmp_path) as busy:
        many = [
            subprocess.Popen(
                list(map(str, words)),
                env={**os.environ, **own},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(3)
        ]
        said = [process.communicate() for process in many]
        busy.kill()
        confirmed = len((busy.stdout.read() if busy.stdout else "").split())
    assert [process.returncode for process in many] == [0, 0, 0], said
    states = sorted("added" if "added" in out else "unchanged" for out, _ in said)
    assert states == ["added", "unchanged", "unchanged"], said
    with Store.open(place) as store:
        assert len(store.briefings()) == 2
        assert confirmed <= len(store.history()) <= confirmed + 1
        assert find_problems(store) == ()
