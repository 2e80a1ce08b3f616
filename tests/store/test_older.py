"""A corpus of an older version where nothing can be changed: it is read, and said to be old."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from briefings import ADDRESS, BRIEFING, page
from corpus_places import own_database

from align.cli import cli
from align.errors import StoreError
from align.export.run import export
from align.review.permissions import give_role
from align.store import Decision, Store
from align.store import people as stored_people
from align.store.check import find_problems
from align.store.copy import copy
from align.store.engine import make_engine
from align.store.migrate import _known, revision
from align.store.older import hide_gaps

ROOT = Path(__file__).resolve().parents[2]
OLDER = _known()[:-1]


def fill(place: Path | str) -> None:
    with Store.open(place, create=True) as store:
        store.save(BRIEFING, address=ADDRESS, pages=[page(b"<p>a page</p>")])
        row = store.rows()[0]
        decision = Decision("op-1", "ann", "accept")
        store.decide(row.briefing, decision, [row], [replace(row, status="accepted")])


def take_back(url: sa.URL | str, to: str) -> None:
    """Give a corpus the schema that an older version made."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "align" / "migrations"))
    engine = make_engine(sa.make_url(url))
    with engine.connect().execution_options(write=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        command.downgrade(config, to)
    engine.dispose()


def take_folder_back(folder: Path, to: str) -> None:
    take_back(sa.URL.create("sqlite", database=str(folder / "corpus.db")), to)


@pytest.fixture
def shelf() -> Iterator[Path]:
    """A folder that every user of the machine can reach, as a folder of tests is not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        for path in folder.rglob("*"):
            path.chmod(0o755)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Nobody may write there; root can everywhere, so be nobody for a while."""
    for path in (*folder.iterdir(), folder):
        path.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def check_all_can_be_read(store: Store, tmp: Path) -> None:
    assert store.briefing(BRIEFING.id).zh == BRIEFING.zh
    assert [entry.decision.op for entry in store.history()] == ["op-1"]
    assert store.page(page(b"").url) is not None
    assert find_problems(store) == ()
    assert len([*store.pairs()]) == len(BRIEFING.alignment.beads)
    assert stored_people.people(store) == ()
    assert stored_people.person_access(store, "ann", BRIEFING.id).assigned == ()
    done = export(store, "jsonl", tmp / "out.jsonl")
    assert done.parts[0].files[0].read_text(encoding="utf-8").count("\n") == 4


# -- in a folder ---------------------------------------------------------------------------------


@pytest.mark.parametrize("old", OLDER)
def test_an_old_corpus_on_a_read_only_disk_is_read_and_left_alone(shelf: Path, old: str):
    fill(shelf / "corpus")
    take_folder_back(shelf / "corpus", old)
    before = (shelf / "corpus" / "corpus.db").read_bytes()
    with read_only(shelf / "corpus"):
        out = Path(tempfile.mkdtemp())
        with Store.open(shelf / "corpus") as store:
            assert "older version" in store.note
            check_all_can_be_read(store, out)
            kept = Path(str(store.engine.url.database).removeprefix("file://")).parent
            assert kept.is_dir()
            with pytest.raises(StoreError, match="copy the corpus to a folder that you can write"):
                store.add_pages([page(b"x")])
        assert not kept.exists()
        shutil.rmtree(out)
    assert (shelf / "corpus" / "corpus.db").read_bytes() == before


@pytest.mark.parametrize("old", OLDER)
def test_an_old_corpus_that_can_be_written_is_brought_up_to_date(tmp_path: Path, old: str):
    fill(tmp_path / "corpus")
    take_folder_back(tmp_path / "corpus", old)
    with Store.open(tmp_path / "corpus") as store:
        assert (store.note, store.reads_only) == ("", "")
        assert revision(store.engine) == _known()[-1]
        check_all_can_be_read(store, tmp_path)
        give_role(store, "ann", "admin")


def test_nothing_is_begun_for_a_corpus_that_cannot_be_written(shelf: Path):
    fill(shelf / "corpus")
    with (
        read_only(shelf / "corpus"),
        pytest.raises(StoreError, match="read-only; copy it to a folder"),
    ):
        Store.open(shelf / "corpus", create=True)


@pytest.mark.parametrize(
    "words", ["show", "search 产量", "export --format jsonl -o {out}", "stats"]
)
def test_commands_read_an_old_corpus_and_say_so(
    shelf: Path, words: str, capfd, monkeypatch: pytest.MonkeyPatch
):
    out = shelf / "out"
    out.mkdir()
    out.chmod(0o777)
    monkeypatch.setenv("ALIGN_CACHE", f"{out}/cache")
    given = words.format(out=f"{out}/a.jsonl").split()
    fill(shelf / "corpus")
    cli([*given, "--corpus", str(shelf / "corpus")], standalone_mode=False)
    shutil.rmtree(out / "cache", ignore_errors=True)
    expected, _ = capfd.readouterr()
    take_folder_back(shelf / "corpus", OLDER[0])
    with read_only(shelf / "corpus"):  # modules are loaded by now: nobody may not read them here
        if (out / "a.jsonl").exists():
            given[-1] = str(out / "b.jsonl")
        cli([*given, "--corpus", str(shelf / "corpus")], standalone_mode=False)
    said, told = capfd.readouterr()
    assert said.replace("b.jsonl", "a.jsonl") == expected
    assert "of an older version" in told
    assert "copy the corpus to a folder that you can write" in told


LEAVE_A_LOG = """
import sys, os
from dataclasses import replace
from align.store import Decision, Store
store = Store.open(sys.argv[1])
row = store.rows()[1]
store.decide(row.briefing, Decision("op-2", "ann", "accept"), [row], [replace(row, note="late")])
print("done", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("index", [True, False])
def test_what_was_decided_before_a_kill_is_read_on_a_read_only_disk(shelf: Path, index: bool):
    """A killed program leaves what it confirmed in the log beside the database."""
    fill(shelf / "corpus")
    words = [sys.executable, "-c", LEAVE_A_LOG, shelf / "corpus"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(words, cwd=ROOT, **pipes) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"done\n"
        process.send_signal(signal.SIGKILL)
    assert (shelf / "corpus" / "corpus.db-wal").stat().st_size
    if not index:
        (shelf / "corpus" / "corpus.db-shm").unlink()
    with read_only(shelf / "corpus"), Store.open(shelf / "corpus") as store:
        assert [entry.decision.op for entry in store.history()] == ["op-1", "op-2"]
        assert "late" in {row.note for row in store.rows()}
        with pytest.raises(StoreError, match="read-only"):
            store.add_pages([page(b"x")])


# -- on a server ---------------------------------------------------------------------------------


@contextmanager
def guest(url: str, rights: str) -> Iterator[str]:
    """An account that has these rights on the tables and may change none of them."""
    name = f"guest_{os.getpid()}"
    owner = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    given = sa.make_url(url)
    with owner.connect() as connection:
        for line in (
            f"CREATE ROLE {name} LOGIN",
            f"REVOKE TEMPORARY ON DATABASE {given.database} FROM PUBLIC",
            f"GRANT {rights} ON ALL TABLES IN SCHEMA public TO {name}",
        ):
            connection.execute(sa.text(line))
    try:
        yield given.set(username=name).render_as_string(hide_password=False)
    finally:
        with owner.connect() as connection:
            connection.execute(sa.text(f"DROP OWNED BY {name}"))
            connection.execute(sa.text(f"DROP ROLE {name}"))
        owner.dispose()


@pytest.mark.postgres
@pytest.mark.parametrize("old", OLDER)
@pytest.mark.parametrize("rights", ["SELECT", "SELECT, INSERT, UPDATE, DELETE"])
def test_an_old_corpus_on_a_server_is_read_by_who_may_not_change_it(
    old: str, rights: str, tmp_path: Path
):
    with own_database() as url:
        fill(url)
        take_back(url, old)
        with guest(url, rights) as mine, Store.open(mine) as store:
            assert "whoever owns the database brings them up to date" in store.note
            check_all_can_be_read(store, tmp_path)
            with pytest.raises(StoreError, match="'align stats'"):
                store.add_pages([page(b"x")])
            with Store.open(tmp_path / "copy", create=True) as made:
                copy(store, made)
            with pytest.raises(StoreError, match="'align stats'"):
                Store.open(mine, create=True)
        with Store.open(url) as store:
            assert store.note == ""
            assert revision(store.engine) == _known()[-1]


@pytest.mark.postgres
def test_who_may_only_read_a_server_is_told_so():
    with own_database() as url:
        fill(url)
        with guest(url, "SELECT") as mine, Store.open(mine) as store:
            assert len(store.briefings()) == 1
            with pytest.raises(StoreError, match="your account may not write here"):
                store.add_pages([page(b"x")])


@pytest.mark.postgres
def test_who_may_make_nothing_on_a_server_is_told_so():
    with (
        own_database() as url,
        guest(url, "SELECT") as mine,
        pytest.raises(StoreError, match="your account may not write here"),
    ):
        Store.open(mine, create=True)


def test_a_table_that_readers_need_is_not_made_up(tmp_path: Path):
    fill(tmp_path / "corpus")
    engine = make_engine(sa.URL.create("sqlite", database=str(tmp_path / "corpus" / "corpus.db")))
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE bead"))
    with pytest.raises(StoreError, match="too old"):
        hide_gaps(engine, "too old")
    engine.dispose()


@pytest.mark.postgres
def test_a_column_that_is_not_there_yet_is_read_as_nothing(tmp_path: Path):
    with own_database() as url:
        fill(url)
        with Store.open(url) as store:
            with store.writing() as connection:
                connection.execute(sa.text("ALTER TABLE bead DROP COLUMN en_edit"))
            hide_gaps(store.engine, "too old")
            assert store.rows()[0].en_edit is None
            assert store.rows()[0].en_text == "Good morning."
            with store.writing() as connection:
                connection.execute(sa.text("ALTER TABLE bead DROP COLUMN en_text"))
            with pytest.raises(StoreError, match="too old"):
                hide_gaps(store.engine, "too old")
