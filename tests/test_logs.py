"""Logs: quiet unless asked for, with run and briefing ids, and never a word of the corpus."""

import io
import json
import logging
import re
from pathlib import Path

import pytest

from align.aligner.evaluate import read_gold
from align.logs import show_records


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
    assert re.fullmatch(r"\d{8}T\d{6}-[0-9a-f]{6}", stored["run"])
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
    with show_records("lines", stream):
        fields = {"briefing": "b1", "seconds": {"match": 1.23456}}
        logging.getLogger("align.corpus.pipeline").info("briefing stored", extra=fields)
    assert re.search(
        r"info    briefing stored  run=\S+ briefing=b1 seconds=match:1\.235\n$", stream.getvalue()
    )


def test_records_of_other_libraries_are_not_shown():
    stream = io.StringIO()
    with show_records("json", stream):
        logging.getLogger("distributed").error("noise")
        logging.getLogger("align.corpus.store").debug("detail")
    assert stream.getvalue() == ""


def test_afterwards_logging_is_as_it_was():
    logger = logging.getLogger("align")
    before = (logger.level, logger.propagate, list(logger.handlers))
    with show_records("json", io.StringIO()):
        assert logger.level == logging.INFO
    assert (logger.level, logger.propagate, list(logger.handlers)) == before
