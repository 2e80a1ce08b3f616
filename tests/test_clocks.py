"""Clocks that jump: processes of ours under libfaketime, a century ahead and years back.

Nothing depends on a clock that goes forward: the order of verdicts is that of their numbers.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from briefings import ADDRESS, BRIEFING

from align.corpus.store import Store
from align.corpus.store.check import find_problems

ROOT = Path(__file__).resolve().parent.parent
AHEAD, BACK = "2131-01-01 00:00:00", "2003-02-01 12:00:00"

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(shutil.which("faketime") is None, reason="no faketime here"),
]


def run_at(clock: str, *words: object, folder: Path, check: bool = True):
    """Run a program of ours under another clock; give it when it has ended."""
    done = subprocess.run(
        ["faketime", *clock.split("|"), sys.executable, *map(str, words)],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    assert not check or done.returncode == 0, done.stderr
    return done


def environment(folder: Path) -> dict[str, str]:
    own = {"PYTHONPATH": str(ROOT), "ALIGN_CACHE": str(folder / "cache"), "OMP_NUM_THREADS": "1"}
    return {**os.environ, **own, "PYTHONUNBUFFERED": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


DECIDE = """
import sys
from dataclasses import replace
from align.corpus.review import Request, ReviewSession
from align.corpus.store import Store
with Store.open(sys.argv[1]) as store:
    name = store.briefings()[0].id
    session = ReviewSession(store, name, sys.argv[3])
    for number, action in enumerate(sys.argv[4:]):
        row = session.state.rows[number].id
        done = session.do(Request(f"{sys.argv[2]}-{number}", action, (row,), seen=session.seq))
        print(done.entry.seq, done.entry.at.year)
"""


def test_decisions_under_clocks_that_jump_keep_their_order(place: Path | str, tmp_path: Path):
    with Store.open(place, create=True) as store:
        store.save(BRIEFING, address=ADDRESS)
    said = [
        run_at(clock, "-c", DECIDE, place, tab, who, *moves, folder=tmp_path).stdout.split()
        for clock, tab, who, moves in (
            (AHEAD, "a", "ann", ("accept", "accept")),
            (BACK, "b", "bob", ("reject", "flag")),
            (BACK, "c", "cy", ("accept",)),
        )
    ]
    assert [words[1] for words in said[:2]] == ["2131", "2003"]
    with Store.open(place) as store:
        history = store.history()
        actions = [entry.decision.action for entry in history]
        assert actions == ["accept", "accept", "reject", "flag", "accept"]
        assert [entry.seq for entry in history] == sorted(entry.seq for entry in history)
        assert history[0].at > history[2].at
        assert find_problems(store) == ()


def texts(folder: Path) -> list[Path]:
    zh, en = folder / "b.zh.txt", folder / "b.en.txt"
    zh.write_text("大家好。\n去年果园的产量是三千吨。\n谢谢。\n", encoding="utf-8")
    en.write_text(
        "Hello, everyone.\nThe orchard's output was 3,000 tonnes last year.\nThank you.\n",
        encoding="utf-8",
    )
    return [zh, en]


def test_a_briefing_added_and_exported_under_jumping_clocks_is_the_same(tmp_path: Path):
    """What is cached under a clock ahead is used under one behind: nothing expires by time."""
    zh, en = texts(tmp_path)
    add = ("-m", "align", "add", en, "--zh", zh, "--corpus", "corpus")
    for clock, state in ((AHEAD, "added"), (BACK, "unchanged"), (AHEAD, "unchanged")):
        assert state in run_at(clock, *add, folder=tmp_path).stdout
    again = run_at(BACK, *add, "--realign", folder=tmp_path).stdout
    assert "changed" in again or "realigned" in again or "aligned" in again
    written = [
        run_at(clock, "-m", "align", "search", "产量", "--corpus", "corpus", folder=tmp_path).stdout
        for clock in (BACK, AHEAD)
    ]
    assert written[0] == written[1] != ""
    with Store.open(tmp_path / "corpus") as store:
        assert len(store.briefings()) == 1
        assert find_problems(store) == ()
