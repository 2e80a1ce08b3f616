"""Logs: quiet unless asked for, with run and briefing ids, and never a word of the corpus."""

import io
import json
import logging
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest
from command_line import run

from align.evaluate import read_gold
from align.export import run_marker
from align.logs import new_run, recording, run_id

__all__ = ["run"]  # a fixture


@pytest.fixture
def pair(demo: Path, tmp_path: Path) -> tuple[Path, Path]:
    """A small pair of texts."""
    gold = read_gold(demo / "gold2.json")
    zh, en = tmp_path / "zh.txt", tmp_path / "en.txt"
    zh.write_text("\n".join(gold.zh[:6]), encoding="utf-8")
    en.write_text("\n".join(gold.en[:7]), encoding="utf-8")
    return zh, en


def test_nothing_is_logged_unless_asked_for(run, pair):
    done = run("add", *pair, "--corpus", "corpus", "--force")
    assert (done.code, done.err) == (0, "")


def test_json_lines_name_run_briefing_and_the_seconds_of_each_stage(run, pair):
    done = run("--log-json", "add", *pair, "--corpus", "corpus", "--force", "--json")
    lines = [json.loads(line) for line in done.err.splitlines()]
    (stored,) = [line for line in lines if line["event"] == "briefing stored"]
    assert stored["briefing"] == json.loads(done.out)["id"]
    assert sorted(stored["seconds"]) == ["encode", "extract", "match", "segment", "store"]
    assert stored["run"] == run_id()
    assert (stored["level"], stored["state"]) == ("info", "added")


@pytest.mark.parametrize("form", ["--log-json", "--verbose"])
def test_no_word_of_the_corpus_is_logged(run, pair, demo: Path, form: str):
    done = run(form, "add", *pair, "--corpus", "corpus", "--force")
    assert done.err
    gold = read_gold(demo / "gold2.json")
    for sentence in (*gold.zh[:6], *gold.en[:7]):
        assert sentence not in done.err
    assert not any("\u4e00" <= character <= "\u9fff" for character in done.err)


def test_lines_for_people_are_short():
    stream = io.StringIO()
    name = new_run()
    with recording("lines", stream):
        fields = {"briefing": "b1", "seconds": {"match": 1.23456}}
        logging.getLogger("align.pipeline").info("briefing stored", extra=fields)
    assert stream.getvalue().endswith(
        f"info    briefing stored  run={name} briefing=b1 seconds=match:1.235\n"
    )


def test_records_of_other_libraries_are_not_shown():
    stream = io.StringIO()
    with recording("json", stream):
        logging.getLogger("distributed").error("noise")
        logging.getLogger("align.store").debug("detail")
    assert stream.getvalue() == ""


def test_afterwards_logging_is_as_it_was():
    logger = logging.getLogger("align")
    before = (logger.level, logger.propagate, list(logger.handlers))
    with recording("json", io.StringIO()):
        assert logger.level == logging.INFO
    assert (logger.level, logger.propagate, list(logger.handlers)) == before


# -- notes of runs -------------------------------------------------------------------------------


def test_a_run_that_ends_leaves_no_note(tmp_path: Path):
    with run_marker.noted(tmp_path, "r1", "corpus", 7) as step:
        step(3)
        (note,) = run_marker.notes(tmp_path, "corpus")
        assert (note.done, note.total, note.running) == (3, 7, True)
        assert "is still running, with 3 of 7 sources done" in note.says()
    assert run_marker.notes(tmp_path, "corpus") == ()


def test_a_note_of_a_process_that_is_gone_says_so_until_it_is_forgotten(tmp_path: Path):
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        gone = process.pid
    note = run_marker.RunMark(
        "r1", run_marker.key("corpus"), "2031-05-14T08:00:00+00:00", gone, 7, 3
    )
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "r1.json").write_text(json.dumps(asdict(note)), encoding="utf-8")
    (found,) = run_marker.notes(tmp_path, "corpus")
    assert found == note
    assert "2031-05-14 08:00:00 UTC was stopped in the middle, with 3 of 7" in found.says()
    assert run_marker.notes(tmp_path, "another corpus") == ()
    run_marker.forget(tmp_path, found)
    assert run_marker.notes(tmp_path, "corpus") == ()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system has no /proc")
def test_a_process_that_ended_and_that_nobody_took_in_is_not_running():
    process = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # it ended, and stays a zombie
    note = run_marker.RunMark("r1", "corpus", "2031-05-14T08:00:00+00:00", process.pid, 7, 3)
    assert not note.running
    process.wait()
    assert not note.running


@pytest.mark.parametrize("text", ["", "{", "[]", '{"run": "x"}'])
def test_half_a_note_is_passed_over(tmp_path: Path, text: str):
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "r1.json").write_text(text, encoding="utf-8")
    assert run_marker.notes(tmp_path, "corpus") == ()


def test_where_no_note_can_be_kept_the_run_goes_on(tmp_path: Path):
    (tmp_path / "runs").write_text("a file where the folder should be")
    with run_marker.noted(tmp_path, "r1", "corpus", 1) as step:
        step(1)


@pytest.mark.parametrize(
    ("corpus", "key"),
    [
        ("postgresql://ann:geheim@host/db", "postgresql://host/db"),
        ("postgresql://ann@host/db?password=ge@heim", "postgresql://host/db?"),
        ("postgresql:///db?password=x&host=/run/pg", "postgresql:///db?host=/run/pg"),
    ],
)
def test_a_note_holds_no_password(corpus: str, key: str):
    assert run_marker.key(corpus) == key
