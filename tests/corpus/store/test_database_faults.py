"""Real faults: killed processes, full and read-only disks, damaged bytes, a server that goes.

After each of them, what was confirmed is there, what was not is absent whole, and the next start
says what happened.
"""

import os
import shutil
import signal
import sqlite3
import subprocess
import threading
import time
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from briefings import ADDRESS, BRIEFING, page
from corpus_places import own_database
from database_faults import DECIDE, ROOT, accept, cut_connections, restart, started

from align.aligner import encoders
from align.aligner.evaluate import read_gold
from align.corpus.pipeline import add, plan_alignment, run_alignment, store_alignment
from align.corpus.store import ConflictError, ConnectionLostError, Store
from align.corpus.store.check import find_problems
from align.corpus.store.copy import backup
from align.errors import ReadOnlyError, StoreError
from align.sources.ingest.documents import DocumentPair
from align.sources.ingest.inputs import Job

pytestmark = pytest.mark.faults


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """Pairs of texts, in a folder."""
    folder = tmp_path / "texts"
    folder.mkdir()
    gold = read_gold(ROOT / "corpora" / "demo" / "gold2.json")
    for number in range(4):
        chosen = [(zh, en) for zh, en in gold.beads if zh and en][number * 5 : number * 5 + 5]
        zh = "".join("".join(gold.zh[i] for i in zh) + "\n" for zh, _ in chosen)
        en = "".join(" ".join(gold.en[i] for i in en) + "\n" for _, en in chosen)
        (folder / f"b{number}.zh.txt").write_text(zh, encoding="utf-8")
        (folder / f"b{number}.en.txt").write_text(en, encoding="utf-8")
    return folder


# -- kill -9 -------------------------------------------------------------------------------------


def test_a_killed_add_keeps_what_it_confirmed_and_the_next_run_completes_it(
    texts: Path, tmp_path: Path
):
    words = ("-m", "align", "add", texts, "--corpus", tmp_path / "corpus")
    with started(*words, folder=tmp_path) as process:
        assert process.stdout is not None
        confirmed = process.stdout.readline().split()[0]
        process.send_signal(signal.SIGKILL)
    with Store.open(tmp_path / "corpus") as store:
        assert confirmed in {summary.id for summary in store.briefings()}
        assert find_problems(store) == ()
    with started(*words, folder=tmp_path) as process:
        said, told = process.communicate()
    assert process.returncode == 0, told
    assert f"{confirmed}  unchanged" in said
    with Store.open(tmp_path / "corpus") as store:
        assert len(store.briefings()) == 4
        assert find_problems(store) == ()


def test_every_decision_that_was_confirmed_before_a_kill_is_there(
    place: Path | str, tmp_path: Path
):
    with Store.open(place, create=True) as store:
        store.save(BRIEFING, address=ADDRESS)
    with started("-c", DECIDE, place, folder=tmp_path) as process:
        assert process.stdout is not None
        confirmed = [int(process.stdout.readline()) for _ in range(20)]
        process.send_signal(signal.SIGKILL)
        confirmed += [int(line) for line in process.stdout.read().split()]
    with Store.open(place) as store:
        stored = [entry.decision.op for entry in store.history()]
        assert stored[: len(confirmed)] == [f"op-{number}" for number in confirmed]
        assert len(stored) <= len(confirmed) + 1  # stored, but killed before it could say so
        notes = {row.note for row in store.rows()}
        assert f"note {len(stored)}" in notes
        assert find_problems(store) == ()


# -- disks ---------------------------------------------------------------------------------------


@pytest.fixture
def disk(tmp_path: Path):
    """A disk of three megabytes of our own."""
    mount = shutil.which("mount")
    folder = tmp_path / "disk"
    folder.mkdir()
    if mount is None or os.geteuid():
        pytest.skip("only root can mount a small disk")
    done = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder], check=False, capture_output=True
    )
    if done.returncode:
        pytest.skip(f"no disk can be mounted here: {done.stderr.decode()}")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def test_on_a_full_disk_nothing_is_half_written_and_room_heals_it(disk: Path):
    with Store.open(disk / "corpus", create=True) as store:
        store.save(BRIEFING, address=ADDRESS)
        rows = store.rows()
        accept(store, rows[0])
        filler = disk / "filler"
        filler.write_bytes(b"x" * 1_000_000)

        def fill() -> None:
            for number in range(100):
                briefing = replace(BRIEFING, id=f"b{number}")
                body = bytes([number]) * 200_000
                store.save(briefing, address=f"b{number}", pages=[page(body)])

        with pytest.raises(StoreError, match="disk"):
            fill()
        stored = {summary.id for summary in store.briefings()}
        assert stored == {BRIEFING.id, *(f"b{at}" for at in range(len(stored) - 1))}
        assert len([*store.pages()]) == len(stored) - 1
        assert find_problems(store) == ()
        filler.unlink()
        accept(store, rows[1], "op-2")
        assert [entry.decision.op for entry in store.history()] == ["op-1", "op-2"]


def test_a_corpus_on_a_full_disk_is_read_exported_and_backed_up_to_another(
    disk: Path, tmp_path: Path
):
    with Store.open(disk / "corpus", create=True) as store:
        store.save(BRIEFING, address=ADDRESS)
        rows = store.rows()
        accept(store, rows[0])
    fill_up(disk)
    with Store.open(disk / "corpus") as store:
        assert "its disk is full" in store.reads_only
        assert [entry.decision.op for entry in store.history()] == ["op-1"]
        assert len([*store.pairs()]) == len(rows)
        assert find_problems(store) == ()
        with pytest.raises(ReadOnlyError, match="its disk is full or reports an error"):
            accept(store, rows[1], "op-2")
        backup(store, tmp_path / "backup")
    with pytest.raises(StoreError, match="disk"):
        Store.open(disk / "corpus", create=True)
    (disk / "filler").unlink()
    with Store.open(disk / "corpus") as store, Store.open(tmp_path / "backup") as saved:
        accept(store, rows[1], "op-2")
        assert [entry.decision.op for entry in saved.history()] == ["op-1"]


def test_a_full_disk_with_the_log_of_a_killed_program_says_what_to_do(disk: Path, tmp_path: Path):
    with Store.open(disk / "corpus", create=True) as store:
        store.save(BRIEFING, address=ADDRESS)
        with closing(sqlite3.connect(disk / "corpus" / "corpus.db")) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM verdict").fetchone()
            accept(store, store.rows()[0])
        shutil.copytree(disk / "corpus", disk / "killed", ignore=shutil.ignore_patterns("*-shm"))
    fill_up(disk)
    with pytest.raises(StoreError, match="copy the folder"):
        Store.open(disk / "killed")
    shutil.copytree(disk / "killed", tmp_path / "elsewhere")
    with Store.open(tmp_path / "elsewhere") as store:
        assert [entry.decision.op for entry in store.history()] == ["op-1"]


def fill_up(disk: Path) -> None:
    """Write until there is no room left."""
    with (disk / "filler").open("wb", buffering=0) as filler, suppress(OSError):
        while filler.write(b"x" * 1024):
            pass
    assert shutil.disk_usage(disk).free == 0


def test_a_disk_that_turns_read_only_is_said_and_can_still_be_read(disk: Path):
    with Store.open(disk / "corpus", create=True) as store:
        store.save(BRIEFING, address=ADDRESS)
        rows = store.rows()
        accept(store, rows[0])
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    with Store.open(disk / "corpus") as store:
        with pytest.raises(StoreError, match="read-only"):
            accept(store, rows[1], "op-2")
        assert [entry.decision.op for entry in store.history()] == ["op-1"]
        assert store.briefing(BRIEFING.id).alignment.beads[0].status == "accepted"


# -- damaged bytes -------------------------------------------------------------------------------


def test_a_damaged_page_is_named_and_the_decisions_stay(tmp_path: Path):
    place = tmp_path / "corpus"
    body = b"<html>" + b"seven seas " * 5_000
    with Store.open(place, create=True) as store:
        store.save(BRIEFING, address=ADDRESS, pages=[page(body)])
        accept(store, store.rows()[0])
    raw = (place / "corpus.db").read_bytes()
    at = raw.rindex(b"seven seas seven seas ")
    (place / "corpus.db").write_bytes(raw[:at] + b"SEVEN" + raw[at + 5 :])
    with Store.open(place) as store:
        (problem,) = find_problems(store)
        assert problem.where == page(b"").url
        assert "restore a backup" in problem.says
        assert len(store.history()) == 1


def test_a_damaged_database_is_said_in_one_line(tmp_path: Path):
    place = tmp_path / "corpus"
    with Store.open(place, create=True) as store:
        store.save(BRIEFING, address=ADDRESS, pages=[page(b"x" * 50_000)])
    raw = bytearray((place / "corpus.db").read_bytes())
    for start in range(4096, len(raw), 4096):
        raw[start : start + 64] = bytes(64)
    (place / "corpus.db").write_bytes(raw)
    with pytest.raises(StoreError, match="restore a backup"):
        Store.open(place)


# -- locks and clocks ----------------------------------------------------------------------------


def test_a_decision_waits_for_a_lock_and_is_stored(tmp_path: Path):
    with Store.open(tmp_path / "corpus", create=True) as store:
        store.save(BRIEFING, address=ADDRESS)
        row = store.rows()[0]
        other = sqlite3.connect(tmp_path / "corpus" / "corpus.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        thread = threading.Thread(target=accept, args=(store, row))
        thread.start()
        time.sleep(0.5)
        assert store.history() == ()
        assert thread.is_alive()
        other.execute("ROLLBACK")
        other.close()
        thread.join()
        assert [entry.decision.op for entry in store.history()] == ["op-1"]


def test_a_clock_that_was_set_back_changes_no_order(place: Path | str):
    with Store.open(place, create=True) as store:
        store.save(BRIEFING, address=ADDRESS)
        accept(store, store.rows()[0], "first")
        with store.writing() as connection:  # as if the clock had been a century ahead
            connection.execute(sa.text("UPDATE verdict SET at = '2131-01-01 00:00:00+00:00'"))
            connection.execute(sa.text("UPDATE bead SET changed_at = '2131-01-01 00:00:00+00:00'"))
        row = store.rows()[0]
        accept(store, row, "second", "bob")
        history = store.history()
        assert [entry.decision.op for entry in history] == ["first", "second"]
        assert history[0].at > history[1].at
        assert store.rows()[0].reviewer == "bob"
        with pytest.raises(StoreError, match="changed by bob"):
            accept(store, row, "third")


# -- two at once ---------------------------------------------------------------------------------


def read_pair(texts: Path) -> DocumentPair:
    job = Job((f"{texts}/b0.zh.txt", f"{texts}/b0.en.txt"), 10**6)
    return job.read({}.__getitem__, print)


def test_two_programs_that_add_one_briefing_both_succeed(place: Path | str, texts: Path):
    model = encoders.load()
    pair = read_pair(texts)
    pair = replace(pair, pages=(page(b"one page"),))
    with Store.open(place, create=True) as one, Store.open(place) as two:
        slow, fast = (plan_alignment(store, pair, realign=False) for store in (one, two))
        done = store_alignment(two, fast, run_alignment(fast, model), force=False)
        accepted = accept(two, two.rows()[0]).after[0]
        with pytest.raises(ConflictError, match="changed by another program meanwhile"):
            store_alignment(one, slow, run_alignment(slow, model), force=False)
        again = add(one, pair, model)
        assert (done.state, again.state, again.id) == ("added", "unchanged", done.id)
        assert one.rows_by_id([accepted.id])[accepted.id].status == "accepted"
        assert len(one.briefings()) == 1


def test_two_programs_that_add_one_briefing_in_the_same_moment_make_one(
    place: Path | str, texts: Path
):
    model = encoders.load()
    pair = read_pair(texts)
    pair = replace(pair, pages=(page(b"one page"),))
    states, ready = [], threading.Barrier(2)

    def work() -> None:
        with Store.open(place) as store:
            ready.wait()
            states.append(add(store, pair, model).state)

    Store.open(place, create=True).close()
    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(states) == ["added", "unchanged"]
    with Store.open(place) as store:
        assert len(store.briefings()) == len([*store.pages()]) == 1
        assert find_problems(store) == ()


def test_a_verdict_given_while_a_briefing_is_aligned_again_is_kept(place: Path | str, texts: Path):
    model = encoders.load()
    pair = read_pair(texts)
    with Store.open(place, create=True) as store:
        add(store, pair, model)
        work = plan_alignment(store, pair, realign=True)
        built = run_alignment(work, model)
        accept(store, store.rows()[0])
        with pytest.raises(ConflictError):
            store_alignment(store, work, built, force=False)
        assert add(store, pair, model, realign=True).kept == 1
        assert store.rows()[0].status == "accepted"


# -- the server goes -----------------------------------------------------------------------------


@pytest.mark.postgres
def test_decisions_go_on_after_the_server_cut_every_connection():
    with own_database() as url, Store.open(url, create=True) as store:
        store.save(BRIEFING, address=ADDRESS)
        rows = store.rows()
        accept(store, rows[0])
        cut_connections(url)
        entry = accept(store, rows[1], "op-2")
        assert accept(store, rows[1], "op-2") == entry
        assert [entry.decision.op for entry in store.history()] == ["op-1", "op-2"]


def run_limited(store: Store, limit: str, statement: str) -> None:
    with store.reading() as connection:
        connection.execute(sa.text(f"SET LOCAL {limit} = '1s'"))
        connection.execute(sa.text(statement))


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("limit", "statement", "line"),
    [
        ("lock_timeout", "SELECT count(*) FROM bead", "others kept the corpus locked"),
        ("statement_timeout", "SELECT pg_sleep(100)", "the database took too long"),
    ],
)
def test_nothing_waits_for_ever_in_a_table_that_others_lock(limit: str, statement: str, line: str):
    with own_database() as url, Store.open(url, create=True) as store:
        with store.reading() as connection:
            limits = [
                connection.execute(sa.text(f"SHOW {name}")).scalar()
                for name in ("lock_timeout", "statement_timeout")
            ]
        assert limits == ["30s", "10min"]
        other = sa.create_engine(url)
        with other.begin() as holder:
            holder.execute(sa.text("LOCK TABLE bead IN ACCESS EXCLUSIVE MODE"))
            with pytest.raises(ConnectionLostError, match=line):
                run_limited(store, limit, statement)
        other.dispose()
        assert store.rows() == ()


@pytest.mark.postgres
def test_a_decision_cut_off_in_the_middle_is_not_stored_and_can_be_sent_again():
    with own_database() as url, Store.open(url, create=True) as store:
        store.save(BRIEFING, address=ADDRESS)
        row = store.rows()[0]

        def cut_off() -> None:
            with store.writing() as connection:
                connection.execute(sa.text("UPDATE bead SET status = 'accepted'"))
                cut_connections(url)
                connection.execute(sa.text("SELECT 1"))

        with pytest.raises(StoreError, match="was lost"):
            cut_off()
        assert {row.status for row in store.rows()} == {"unreviewed"}
        first, second = accept(store, row), accept(store, row)
        assert first == second
        assert len(store.history()) == 1


@pytest.mark.postgres
def test_a_restarted_server_loses_no_decision(tmp_path_factory: pytest.TempPathFactory):
    script = ROOT / "scripts" / "postgres"
    if not os.environ.get("ALIGN_TEST_POSTGRES"):
        pytest.skip("ALIGN_TEST_POSTGRES names no server, so none can be started here")
    folder = Path("/tmp") / f"align-restart-{os.getpid()}"
    url = subprocess.run(
        [script, "start", folder], check=True, capture_output=True, text=True
    ).stdout.strip()
    try:
        with Store.open(url, create=True) as store:
            store.save(BRIEFING, address=ADDRESS)
            rows = store.rows()
            accept(store, rows[0])
            restart(folder, "stop")
            with pytest.raises(StoreError, match=r"went away|does not answer"):
                accept(store, rows[1], "op-2")
            restart(folder, "start")
            accept(store, rows[1], "op-2")
            accept(store, rows[1], "op-2")
            assert [entry.decision.op for entry in store.history()] == ["op-1", "op-2"]
            assert find_problems(store) == ()
    finally:
        subprocess.run([script, "stop", folder], check=True, capture_output=True)
