"""What the attacks of ``fuzz/`` would report: a lost decision, a half file, a wrong answer."""

import os
import shutil
import signal
from collections import Counter
from dataclasses import replace
from itertools import count
from random import Random

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from database_faults import accept
from review_cases import stored

from align.corpus.store import Store
from align.corpus.store.check import find_problems
from align.corpus.store.schema import METADATA
from fuzz.kill_corpora import FACTS, Content, age, digest_files, read_content
from fuzz.kills import Undisturbed, find_lost, run
from fuzz.page_kills import Work, faults
from fuzz.run import spliced
from fuzz.siege import FOREIGN, check_statuses

BEFORE = Content({"b": {0: "水|Water", 1: "清|Clear"}}, ["op-1", "op-2"], {"l"}, {"terms": ["t"]})
AFTER = replace(BEFORE, briefings={"b": {0: "水|Wave", 1: "清|Pure"}}, decisions=["op-1", "op-2"])
KNOWN = Undisturbed(1.0, BEFORE, AFTER, {}, {})


@pytest.mark.parametrize(
    ("found", "by_row", "says"),
    [
        (BEFORE, False, []),
        (AFTER, False, []),
        (replace(AFTER, briefings={}), False, ["briefing b is neither as before nor as after"]),
        (replace(AFTER, briefings={"b": {0: "水|Wave", 1: "清|Clear"}}), True, []),
        (
            replace(AFTER, briefings={"b": {0: "水|Wave", 1: "清|Clear"}}),
            False,
            ["briefing b is neither as before nor as after"],
        ),
        (
            replace(AFTER, briefings={"b": {0: "水|Wave", 1: ""}}),
            True,
            ["briefing b is neither as before nor as after"],
        ),
        (replace(BEFORE, decisions=["op-2"]), False, ["1 decisions are lost"]),
        (replace(BEFORE, links=set()), False, ["links between words are lost or new"]),
        (
            replace(BEFORE, rest={"terms": []}),
            False,
            ["table terms is neither as before nor as after"],
        ),
    ],
)
def test_what_a_kill_lost_is_named(found, by_row, says):
    assert [*find_lost(KNOWN, found, by_row=by_row)] == says


@pytest.mark.faults
def test_a_command_that_is_killed_ends_with_the_signal_and_one_that_is_not_with_its_code(tmp_path):
    with stored(tmp_path / "corpus"):
        pass
    log = tmp_path / "log.txt"
    words = ("describe", "water", "--licence", "CC0-1.0", "--corpus", tmp_path / "corpus")
    assert run(words, log, kill_after=0.0).code == -9
    before = read_content(tmp_path / "corpus")
    assert run(words, log).code == 0
    after = read_content(tmp_path / "corpus")
    assert (before.briefings["water"][FACTS], after.briefings["water"][FACTS]) == (
        "{}",
        "{'licence': 'CC0-1.0'}",
    )
    assert after.difference(before) == "briefing water"
    assert run(("show", "nowhere", "--corpus", tmp_path / "corpus"), log).code == 1


def test_a_corpus_of_an_earlier_schema_is_the_same_when_it_is_opened(tmp_path):
    with stored(tmp_path / "corpus") as store:
        accept(store, store.rows()[0])
    before = read_content(tmp_path / "corpus")
    age(tmp_path / "corpus", "0006")
    assert read_content(tmp_path / "corpus") == before


@pytest.mark.faults
@pytest.mark.parametrize("schema", ["0006", "0009", "0010"])
def test_an_upgrade_that_is_killed_at_any_statement_is_done_when_it_is_opened_again(
    tmp_path, schema
):
    with stored(tmp_path / "corpus") as store:
        accept(store, store.rows()[0])
    before = read_content(tmp_path / "corpus")
    age(tmp_path / "corpus", schema)
    for point in count():
        folder = tmp_path / f"{point}"
        shutil.copytree(tmp_path / "corpus", folder)
        child = os.fork()
        if not child:
            open_and_die(folder, point)
        _, status = os.waitpid(child, 0)
        assert read_content(folder) == before
        with Store.open(folder) as store, store.reading() as connection:
            assert find_problems(store) == ()
            assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        if status == 0:
            break
    assert point > 5


def open_and_die(folder, point):
    """Open a corpus, in a forked process, and kill it before the statement of this number."""
    steps = count()

    def step(*_statement):
        if next(steps) == point:
            os.kill(os.getpid(), signal.SIGKILL)

    sa.event.listen(sa.Engine, "before_cursor_execute", step)
    sa.event.listen(sa.Engine, "commit", step)
    try:
        Store.open(folder)
    finally:
        os._exit(0)


def test_files_of_an_export_are_compared_by_their_content(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.tmx").write_text("1", encoding="utf-8")
    first = digest_files(tmp_path)
    assert [*first] == ["a/x.tmx"]
    (tmp_path / "a" / "x.tmx").write_text("2", encoding="utf-8")
    assert digest_files(tmp_path) != first


def test_operations_that_the_page_acknowledged_and_lost_are_named(tmp_path):
    with stored(tmp_path / "corpus") as store:
        accept(store, store.rows()[0], "t-1")
        accept(store, store.rows()[1], "t-3")
    sent = {f"t-{at}": {"op": f"t-{at}", "action": "accept", "rows": ["r"]} for at in (1, 2, 3)}
    work = Work(Random(1), sent, {"t-1": "stored", "t-2": "stored", "t-3": "refused"})
    assert [*faults(str(tmp_path / "corpus"), work)] == [
        "accept t-2 was acknowledged and is not there",
        "accept t-3 was refused and is there",
    ]
    work = Work(Random(1), {"t-1": sent["t-1"]}, {"t-1": "stored"})
    assert [*faults(str(tmp_path / "corpus"), work)] == ["t-3 was never sent"]


def test_a_status_that_no_stranger_should_get_is_named():
    found = {"421": ["GET /"] * len(FOREIGN), "200": ["POST /review/operations"]}
    outcome = check_statuses("a host", found, ("421",))
    assert (outcome.holds, outcome.count) == (False, len(FOREIGN) + 1)
    assert "wrong: ['POST /review/operations']" in outcome.says
    assert check_statuses("a host", {"421": ["GET /"]}, ("421",)).holds


def test_a_part_of_another_input_is_put_between_two_marks():
    made = Counter(spliced(b"<a><b>", b"<c>", Random(at)) for at in range(200))
    assert {b"<a><c><b>", b"<a><b>", b"<c>"} <= made.keys()
