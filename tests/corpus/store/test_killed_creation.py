"""``kill -9`` at every step of the making of a corpus, a backup, a copy and an export."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.faults

KILLS = """
import os, shutil, signal, sys
from itertools import count
from pathlib import Path
from align.apps.cli.doctor import _check_corpus
from align.errors import AbsentError
from align.corpus.exchange.run import ExportPlan, export
from align.corpus.store import Store
from align.corpus.store.copy import backup, copy_to
sys.path.append(sys.argv[2])
from briefings import ADDRESS, BRIEFING

STEPS = ("open", "os.", "shutil.", "fcntl.", "sqlite3.", "tempfile.")


def is_killed(work, point):
    "Return whether a child was killed at its step of this number, or had finished before."
    child = os.fork()
    if not child:
        steps = count()

        def kill(event, _arguments):
            if event.startswith(STEPS) and next(steps) == point:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(kill)
        try:
            work()
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def word(folder):
    try:
        *left, finding = _check_corpus(str(folder), named=True, rebuilds=False)
    except AbsentError as error:
        return str(error)
    if any("left over from a stopped copy or backup" not in one.says for one in left):
        return "damaged"
    return finding.says if finding.ok else "damaged"


top = Path(sys.argv[1])
with Store.open(top / "full", create=True) as full:
    full.save(BRIEFING, address=ADDRESS)


def make(folder):
    Store.open(folder, create=True).close()


def save(folder):
    with Store.open(top / "full") as store:
        backup(store, folder)


def carry(folder):
    with Store.open(top / "full") as store:
        copy_to(store, str(folder))


def write(folder):
    with Store.open(top / "full") as store:
        export(store, ExportPlan("tei", folder))


write(top / "earlier")
for work in (make, save, carry, write):
    for point in count():
        folder = top / f"{work.__name__}{point}" / "made"
        if work is write:
            shutil.copytree(top / "earlier", folder)
        killed = is_killed(lambda: work(folder), point)
        if work is not write:
            print(work.__name__, point, word(folder), sep="|")
        if killed:
            if work in (save, carry) and (folder / "corpus.db").exists():
                shutil.rmtree(folder)
            work(folder)
        names = sorted(path.name for path in folder.parent.rglob("*"))
        print(work.__name__, point, "left", *names, sep="|")
        if not killed:
            break
"""


def test_what_a_kill_leaves_is_described_rightly_and_completed_by_the_next_run(tmp_path: Path):
    helpers = Path(__file__).parents[2] / "helpers"
    done = subprocess.run(
        [sys.executable, "-c", KILLS, tmp_path, helpers],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "ALIGN_CACHE": str(tmp_path / "cache")},
    )
    assert done.returncode == 0, done.stderr
    lines = [line.split("|") for line in done.stdout.splitlines()]
    said = [work for work, _, *words in lines if words[0] != "left"]
    assert min(said.count(work) for work in ("make", "save", "carry")) > 20
    for work, _, *words_of in lines:
        words = words_of[0]
        if words == "left":
            continue
        if work == "make":
            words = words.replace("0 briefings, no problems", "1 briefing, no problems")
        assert any(
            right in words
            for right in (
                "corpus not found",
                "contains no corpus yet",
                "no corpus yet",
                "1 briefing, no problems",
            )
        ), words
    left = {(work, *names) for work, _, mark, *names in lines if mark == "left"}
    corpus = ("corpus.db", "corpus.toml", "made")
    tei = next(names for work, *names in left if work == "write")
    assert left == {("make", *corpus), ("save", *corpus), ("carry", *corpus), ("write", *tei)}
