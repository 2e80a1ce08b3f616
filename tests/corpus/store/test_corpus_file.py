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
import sqlalchemy as sa
from briefings import ADDRESS, BRIEFING, page

from align.apps.cli.doctor import _check_corpus
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


def test_a_briefing_that_another_program_removes_and_adds_again_is_no_other_corpus(
    store: Store, folder: Path
):
    accept(store, "op-2")
    with Store.open(folder) as second:
        second.remove(BRIEFING.id)
        second.save(BRIEFING, address=ADDRESS)
    assert store.history() == ()
    accept(store, "op-3")
    assert [entry.decision.op for entry in store.history()] == ["op-3"]


def test_a_copy_is_told_from_its_original(store: Store, tmp_path: Path):
    backup(store, tmp_path / "copy")
    numbers = []
    for folder in (tmp_path / "corpus", tmp_path / "copy"):
        Store.open(folder).close()
        with closing(sqlite3.connect(folder / "corpus.db")) as raw:
            numbers += raw.execute("PRAGMA user_version").fetchone()
    assert 0 not in numbers
    assert numbers[0] != numbers[1]


LOGS = [("corpus.db-wal", "corpus.db-shm"), ("corpus.db-wal",), ("corpus.db-shm",)]


@pytest.mark.parametrize("names", LOGS)
def test_a_corpus_whose_log_is_deleted_takes_no_decision_and_loses_none(
    store: Store, folder: Path, names
):
    with closing(sqlite3.connect(folder / "corpus.db")) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM verdict").fetchone()
        accept(store, "op-2")  # stays in the log while somebody reads
    for name in names:
        (folder / name).unlink()
    row = BRIEFING.id
    for number in (3, 4):
        with pytest.raises(CorpusReplacedError, match=r"log of its database was deleted"):
            store.decide(row, Decision(f"op-{number}", "ann", "flag"), [], [])
    with Store.open(folder) as second:
        assert [entry.decision.op for entry in second.history()] == ["op-1", "op-2"]
    store.close()
    with Store.open(folder) as second:
        assert [entry.decision.op for entry in second.history()] == ["op-1", "op-2"]


def test_a_deleted_log_is_not_moved_into_a_file_that_others_have_written(
    store: Store, folder: Path
):
    with closing(sqlite3.connect(folder / "corpus.db")) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM verdict").fetchone()
        accept(store, "op-2")
    for name in LOGS[0]:
        (folder / name).unlink()
    subprocess.run([sys.executable, "-c", OTHER, folder], check=True)
    with pytest.raises(CorpusReplacedError):
        store.history()
    store.close()
    with closing(sqlite3.connect(f"file:{folder}/corpus.db?immutable=1", uri=True)) as raw:
        assert [op for (op,) in raw.execute("SELECT op FROM verdict")] == ["op-1", "op-9"]
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)


OTHER = """
import sys
from align.corpus.store import Decision, Store
with Store.open(sys.argv[1]) as store:
    store.decide(store.briefings()[0].id, Decision("op-9", "bob", "flag"), [], [])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_a_link_that_is_set_elsewhere_while_the_corpus_is_open_is_told(tmp_path: Path):
    for name in ("first", "second"):
        other(tmp_path / name)
    link = tmp_path / "corpus"
    link.symlink_to(tmp_path / "first")
    with Store.open(link) as store:
        accept(store, "op-1")
        link.unlink()
        link.symlink_to(tmp_path / "second")
        for number in (2, 3):
            with pytest.raises(CorpusReplacedError, match=r"moved or replaced .* move it"):
                accept(store, f"op-{number}")
        link.unlink()
        link.symlink_to(tmp_path / "first")
        accept(store, "op-4")
    with Store.open(tmp_path / "first") as first, Store.open(tmp_path / "second") as second:
        assert [entry.decision.op for entry in first.history()] == ["op-1", "op-4"]
        assert second.history() == ()


@pytest.mark.parametrize(
    "spoil",
    [
        "DELETE FROM verdict WHERE op = 'op-2'",
        "UPDATE verdict SET reviewer = 'bob' WHERE op = 'op-2'",
        "UPDATE verdict SET after = '[]' WHERE op = 'op-2'",
    ],
)
def test_a_decision_counts_only_when_it_is_read_back_as_it_was_written(
    store: Store, folder: Path, spoil
):
    """A connection that returns to the pool has committed; then another hand spoils the row."""

    def spoil_it(*_: object) -> None:
        with closing(sqlite3.connect(folder / "corpus.db")) as raw:
            raw.execute(spoil)
            raw.commit()

    sa.event.listen(store.engine, "checkin", spoil_it)
    row = store.rows()[0]
    with pytest.raises(CorpusReplacedError, match="cannot be read back"):
        store.decide(row.briefing, Decision("op-2", "ann", "flag"), [row], [row])


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


def test_the_doctor_finds_a_program_whose_log_was_deleted_and_what_a_kill_left(tmp_path: Path):
    other(tmp_path / "corpus")
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path / "corpus"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    left = tmp_path / "corpus" / ".corpus.db.0123abcd.unfinished"
    with holder:
        assert holder.stdout.readline() == b"open\n"
        assert [one.ok for one in doctor(tmp_path / "corpus")] == [True]
        for name in LOGS[0]:
            (tmp_path / "corpus" / name).unlink()
        left.mkdir()
        log, folder, corpus = doctor(tmp_path / "corpus")
        assert "the log was deleted while another program has the corpus open" in log.says
        assert folder.says.startswith(f"{left}: left over from a stopped copy or backup")
        assert (log.ok, folder.ok, corpus.ok) == (False, False, True)
        holder.stdin.close()
        holder.wait(60)
    left.rmdir()
    assert [one.ok for one in doctor(tmp_path / "corpus")] == [True]


def doctor(folder: Path):
    return _check_corpus(str(folder), named=True, rebuilds=False)
