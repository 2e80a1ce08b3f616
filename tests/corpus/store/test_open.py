"""Opening a corpus: other versions are refused, and what cannot be written is read."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from briefings import ADDRESS, BRIEFING, page
from corpus_places import own_database

from align.apps.cli import cli
from align.corpus.store import Decision, Store
from align.corpus.store.check import find_problems
from align.corpus.store.schema import METADATA
from align.errors import AlignError, StoreError

ROOT = Path(__file__).resolve().parents[3]


def fill(place: Path | str) -> None:
    with Store.open(place, create=True) as store:
        store.save(BRIEFING, address=ADDRESS, pages=[page(b"<p>a page</p>")])
        row = store.rows()[0]
        decision = Decision("op-1", "ann", "accept")
        store.decide(row.briefing, decision, [row], [replace(row, status="accepted")])


def set_revision(place: Path | str, revision: str) -> None:
    with Store.open(place) as store, store.writing() as connection:
        connection.execute(
            sa.text("UPDATE alembic_version SET version_num = :to"), {"to": revision}
        )


def test_a_new_corpus_is_stamped_as_alembic_does_it(tmp_path: Path):
    Store.open(tmp_path / "corpus", create=True).close()
    corpus = sa.create_engine(f"sqlite:///{tmp_path}/corpus/corpus.db")
    engine = sa.create_engine(f"sqlite:///{tmp_path}/stamped.db")
    config = Config()
    config.set_main_option("script_location", str(files("align.corpus") / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.stamp(config, "head")
    assert read_stamp(corpus) == read_stamp(engine)
    corpus.dispose()
    engine.dispose()


def read_stamp(engine: sa.Engine) -> tuple[str, str]:
    """Return how Alembic's table was made, and its revision."""
    with engine.connect() as connection:
        made = sa.text("SELECT sql FROM sqlite_master WHERE name = 'alembic_version'")
        revision = sa.text("SELECT version_num FROM alembic_version")
        table = "".join(connection.execute(made).scalar_one().split())
        return table, connection.execute(revision).scalar_one()


def test_a_corpus_of_the_first_schema_is_upgraded_when_it_is_opened(place: Path | str):
    with Store.open(place, create=True) as store, store.writing() as connection:
        connection.execute(sa.text("ALTER TABLE sentence DROP COLUMN table_row"))
        connection.execute(sa.text("DROP INDEX ix_verdict_action_briefing_id"))
        connection.execute(sa.text("DROP TABLE link_decision"))
        connection.execute(sa.text("DROP TABLE term_decision"))
        connection.execute(sa.text("DROP TABLE briefing_change"))
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0006'"))
    with Store.open(place) as store, store.reading() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, METADATA) == []


# -- other versions --------------------------------------------------------------------------------


@pytest.mark.parametrize("revision", ["0001", "0005", "9999"])
@pytest.mark.parametrize("create", [False, True])
def test_a_corpus_of_another_version_is_refused_with_the_way_to_carry_it_over(
    place: Path | str, revision: str, create: bool
):
    fill(place)
    set_revision(place, revision)
    with pytest.raises(StoreError) as caught:
        Store.open(place, create=create)
    assert f"made by another version of briefing-align (schema {revision})" in str(caught.value)
    assert "export it with that version (align export --format jsonl)" in str(caught.value)
    assert "import the file here (align import)" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("words", [["show"], ["doctor", "--rebuild"], ["import", "x.jsonl"]])
def test_every_command_refuses_a_corpus_of_another_version(tmp_path: Path, words: list[str]):
    fill(tmp_path / "corpus")
    set_revision(tmp_path / "corpus", "0004")
    (tmp_path / "x.jsonl").write_text("")
    words = [str(tmp_path / word) if word.endswith(".jsonl") else word for word in words]
    with pytest.raises(AlignError, match="made by another version"):
        cli([*words, "--corpus", str(tmp_path / "corpus")], standalone_mode=False)


# -- folders that cannot be written ----------------------------------------------------------------


@pytest.fixture
def readable() -> Iterator[Path]:
    """A folder that every user of the machine can reach, as a folder of tests is not."""
    if os.name != "posix":
        pytest.skip("Windows has other permissions")
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


def test_a_read_only_corpus_is_read_and_left_alone(readable: Path):
    fill(readable / "corpus")
    before = (readable / "corpus" / "corpus.db").read_bytes()
    with read_only(readable / "corpus"), Store.open(readable / "corpus") as store:
        assert store.briefing(BRIEFING.id).zh == BRIEFING.zh
        assert [entry.decision.op for entry in store.history()] == ["op-1"]
        assert len([*store.pairs()]) == len(BRIEFING.alignment.beads)
        assert find_problems(store) == ()
        with pytest.raises(StoreError, match="copy it to a folder that you can write"):
            store.add_pages([page(b"x")])
    assert (readable / "corpus" / "corpus.db").read_bytes() == before


def test_a_read_only_corpus_of_another_version_is_refused(readable: Path):
    fill(readable / "corpus")
    set_revision(readable / "corpus", "0004")
    with (
        read_only(readable / "corpus"),
        pytest.raises(StoreError, match="made by another version"),
    ):
        Store.open(readable / "corpus")


def test_nothing_is_begun_for_a_corpus_that_cannot_be_written(readable: Path):
    fill(readable / "corpus")
    with (
        read_only(readable / "corpus"),
        pytest.raises(StoreError, match="read-only; copy it to a folder"),
    ):
        Store.open(readable / "corpus", create=True)


LEAVE_A_LOG = """
import sys, os
from dataclasses import replace
from align.corpus.store import Decision, Store
store = Store.open(sys.argv[1])
row = store.rows()[1]
reading = store.reading()
reading.__enter__().exec_driver_sql("SELECT * FROM bead")  # keeps the log from being emptied
store.decide(row.briefing, Decision("op-2", "ann", "accept"), [row], [replace(row, note="late")])
print("done", flush=True)
sys.stdin.read()
"""


@pytest.mark.faults
@pytest.mark.parametrize("index", [True, False])
def test_what_was_decided_before_a_kill_is_read_on_a_read_only_disk(readable: Path, index: bool):
    """A killed program leaves what it confirmed in the log beside the database."""
    fill(readable / "corpus")
    words = [sys.executable, "-c", LEAVE_A_LOG, readable / "corpus"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(words, cwd=ROOT, **pipes) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"done\n"
        process.send_signal(signal.SIGKILL)
    assert (readable / "corpus" / "corpus.db-wal").stat().st_size
    if not index:
        (readable / "corpus" / "corpus.db-shm").unlink()
    with read_only(readable / "corpus"):
        if not index:
            with pytest.raises(StoreError, match="copy the folder to a writable place"):
                Store.open(readable / "corpus")
            return
        with Store.open(readable / "corpus") as store:
            assert [entry.decision.op for entry in store.history()] == ["op-1", "op-2"]
            assert "late" in {row.note for row in store.rows()}
            with pytest.raises(StoreError, match="read-only"):
                store.add_pages([page(b"x")])


# -- accounts on a server --------------------------------------------------------------------------


@contextmanager
def guest(url: str) -> Iterator[str]:
    """An account that may read the tables of a corpus."""
    name = f"guest_{os.getpid()}"
    owner = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        for line in (
            f"CREATE ROLE {name} LOGIN",
            f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}",
        ):
            connection.execute(sa.text(line))
    try:
        yield sa.make_url(url).set(username=name).render_as_string(hide_password=False)
    finally:
        with owner.connect() as connection:
            connection.execute(sa.text(f"DROP OWNED BY {name}"))
            connection.execute(sa.text(f"DROP ROLE {name}"))
        owner.dispose()


@pytest.mark.postgres
def test_who_may_only_read_a_server_is_told_so():
    with own_database() as url:
        fill(url)
        with guest(url) as mine, Store.open(mine) as store:
            assert len(store.briefings()) == 1
            with pytest.raises(StoreError, match="your account has no write access"):
                store.add_pages([page(b"x")])


@pytest.mark.postgres
def test_who_may_make_nothing_on_a_server_is_told_so():
    with (
        own_database() as url,
        guest(url) as mine,
        pytest.raises(StoreError, match="your account has no write access"),
    ):
        Store.open(mine, create=True)
