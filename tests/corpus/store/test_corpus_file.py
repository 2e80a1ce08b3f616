"""A corpus that is moved, removed, replaced or truncated while it is open takes no decision."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from briefings import ADDRESS, BRIEFING, page

from align.corpus.store import CorpusReplacedError, Decision, Store
from align.corpus.store.copy import backup, restore
from align.errors import StoreError


def accept(store: Store, op: str):
    row = store.rows()[0]
    decision = Decision(op, "ann", "accept")
    return store.decide(row.briefing, decision, [row], [replace(row, status="accepted")])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "corpus"


@pytest.fixture
def store(folder: Path):
    with Store.open(folder, create=True) as opened:
        opened.save(BRIEFING, address=ADDRESS)
        accept(opened, "op-1")
        yield opened


def other(folder: Path) -> Path:
    """Make another corpus; return its file."""
    with Store.open(folder, create=True) as made:
        made.save(BRIEFING, address=ADDRESS)
    return folder / "corpus.db"


def remove(folder: Path) -> None:
    for path in folder.glob("corpus.db*"):
        path.unlink()


def move_and_restore(folder: Path) -> None:
    with Store.open(folder) as opened:
        backup(opened, folder.parent / "backup")
    folder.rename(folder.parent / "old")
    shutil.copytree(folder.parent / "backup", folder)


def put_over(folder: Path) -> None:
    other(folder.parent / "newer").replace(folder / "corpus.db")


def copy_over(folder: Path) -> None:
    shutil.copyfile(other(folder.parent / "newer"), folder / "corpus.db")


def copy_an_older_one_over(folder: Path) -> None:
    """The file as it was before the last decision: the same corpus, with the same number."""
    shutil.copyfile(folder.parent / "older.db", folder / "corpus.db")


def truncate(folder: Path) -> None:
    os.truncate(folder / "corpus.db", 8192)


def empty(folder: Path) -> None:
    os.truncate(folder / "corpus.db", 0)


WAYS = [remove, move_and_restore, put_over, copy_over, copy_an_older_one_over, truncate, empty]


@pytest.mark.parametrize("change", WAYS)
def test_nothing_counts_as_stored_that_is_not_in_the_corpus_at_its_path(
    store: Store, folder: Path, change
):
    row = store.rows()[0]
    shutil.copyfile(folder / "corpus.db", folder.parent / "older.db")
    accept(store, "op-2")
    change(folder)
    there = (folder / "corpus.db").read_bytes() if (folder / "corpus.db").exists() else b""
    for number in (3, 4):
        with pytest.raises(CorpusReplacedError, match=r"moved or replaced .* move it back"):
            store.decide(row.briefing, Decision(f"op-{number}", "ann", "flag"), [], [])
    with pytest.raises(CorpusReplacedError):
        store.history()
    store.close()
    if there:  # the log of the old one has changed nothing in the new one
        assert (folder / "corpus.db").read_bytes() == there
        log = folder / "corpus.db-wal"
        assert not log.exists() or log.stat().st_size == 0


def test_a_corpus_that_is_put_back_takes_decisions_again(store: Store, folder: Path):
    away = folder.with_name("away")
    folder.rename(away)
    with pytest.raises(CorpusReplacedError):
        accept(store, "op-2")
    away.rename(folder)
    entry = accept(store, "op-2")
    with Store.open(folder) as again:
        assert again.history()[-1] == entry


def test_what_other_programs_write_is_no_other_corpus(store: Store, folder: Path):
    """Each write empties the log into the file, and the file is another one each time."""
    for number in range(2, 5):
        with Store.open(folder) as second:
            accept(second, f"other-{number}")
            second.add_pages([page(b"x" * number * 10_000)])
        with closing(sqlite3.connect(folder / "corpus.db")) as raw:
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        accept(store, f"op-{number}")
    assert len(store.history()) == 7


def test_a_briefing_that_another_program_removes_takes_its_decisions_along(
    store: Store, folder: Path
):
    with Store.open(folder) as second:
        second.remove(BRIEFING.id)
    store.save(BRIEFING, address=ADDRESS)
    assert accept(store, "op-2").decision.op == "op-2"


def test_a_copy_is_told_from_its_original(store: Store, tmp_path: Path):
    backup(store, tmp_path / "copy")
    numbers = []
    for folder in (tmp_path / "corpus", tmp_path / "copy"):
        Store.open(folder).close()
        with closing(sqlite3.connect(folder / "corpus.db")) as raw:
            numbers += raw.execute("PRAGMA user_version").fetchone()
    assert 0 not in numbers
    assert numbers[0] != numbers[1]


HOLD = """
import sys
from align.corpus.store import Store
store = Store.open(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
"""


def test_no_backup_is_restored_where_another_program_has_a_corpus_open(tmp_path: Path):
    with Store.open(tmp_path / "corpus", create=True) as store:
        backup(store, tmp_path / "backup")
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path / "corpus"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with holder:
        assert holder.stdout.readline() == b"open\n"
        (tmp_path / "corpus").rename(tmp_path / "old")
        with pytest.raises(StoreError, match="another program has the corpus at this path open"):
            restore(tmp_path / "backup", tmp_path / "corpus")
        assert not (tmp_path / "corpus").exists()
        restore(tmp_path / "backup", tmp_path / "elsewhere")
        holder.stdin.close()
        holder.wait(60)
    restore(tmp_path / "backup", tmp_path / "corpus")
