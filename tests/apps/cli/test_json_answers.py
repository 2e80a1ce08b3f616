"""``--json`` of commands on briefings and corpora: one object or list that a program can read."""

import json
from pathlib import Path

import pytest
from briefings import ADDRESS, BRIEFING

from align.corpus.store import Store


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    with Store.open(folder, create=True) as store:
        store.save(BRIEFING, address=ADDRESS)
    return folder


def test_describe_answers_in_json(run, corpus: Path):
    done = run("describe", "2031-05-14", "--licence", "CC0-1.0", "--json", "--corpus", corpus)
    facts = json.loads(done.out)
    assert (facts["date"], facts["licence"]) == ("2031-05-14", "CC0-1.0")
    (change,) = facts["changes"]
    assert (change["before"], change["after"]) == ({"licence": ""}, {"licence": "CC0-1.0"})


def test_a_backup_and_its_restore_answer_with_the_same_tables(run, corpus: Path, tmp_path: Path):
    made = run("backup", tmp_path / "saved", "--json", "--corpus", corpus)
    again = run("restore", tmp_path / "saved", "--json", "--corpus", tmp_path / "again")
    copied = run("copy", corpus, tmp_path / "copy", "--json")
    tables = {table["table"]: table["rows"] for table in json.loads(made.out)}
    assert tables["briefing"] == 1
    assert json.loads(again.out) == json.loads(made.out)
    assert {table["table"]: table["rows"] for table in json.loads(copied.out)} == tables


def test_remove_answers_with_the_full_id(run, corpus: Path):
    (briefing,) = json.loads(run("show", "--json", "--corpus", corpus).out)
    done = run("remove", "2031", "--json", "--corpus", corpus)
    assert json.loads(done.out) == {"id": briefing["id"], "decisions": 0}


def test_a_folder_that_is_no_backup_is_told_from_one_that_is_missing(run, tmp_path: Path):
    (tmp_path / "a.zip").write_text("x", "utf-8")
    (tmp_path / "folder").mkdir()
    for name, problem in (
        ("none", "folder not found"),
        ("a.zip", "unpack it first"),
        ("folder", "not a backup (no corpus.db)"),
    ):
        done = run("restore", tmp_path / name, "--corpus", tmp_path / "again")
        assert (done.code, problem in done.err) == (1, True), done.err
