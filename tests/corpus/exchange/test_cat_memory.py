"""One memory for a CAT tool: accepted rows, no doubles, newest first; read by OmegaT itself."""

import datetime as dt
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from bead_strategy import make_bead

from align.corpus.exchange.formats.tmx import read
from align.corpus.exchange.plan import plan_memory
from align.corpus.exchange.run import ExportPlan, export
from align.errors import UsageError

OMEGAT = shutil.which("omegat")
FIRST = dt.datetime(2031, 5, 14, 8, tzinfo=dt.UTC)

PROJECT = """\
<?xml version="1.0" encoding="UTF-8"?>
<omegat><project version="1.0">
<source_dir>__DEFAULT__</source_dir><target_dir>__DEFAULT__</target_dir><tm_dir>__DEFAULT__</tm_dir>
<glossary_dir>__DEFAULT__</glossary_dir><dictionary_dir>__DEFAULT__</dictionary_dir>
<source_lang>ZH-CN</source_lang><target_lang>EN-US</target_lang>
<sentence_seg>false</sentence_seg>
</project></omegat>
"""


class Shelf:
    """A store of beads in memory."""

    def __init__(self, *beads):
        self.card = {"name": "harbour"}
        self.reads_only = ""
        self.beads = beads

    def pairs(self, briefing_ids=None):
        return iter(self.beads)


def row(number, zh, en, *, day=None, status="accepted"):
    """Make a bead that was decided on a day after the first, or never."""
    made = make_bead(id=f"b{number}", briefing="day-1", zh=zh, en=en, status=status, reviewer="mei")
    changed = None if day is None else FIRST + dt.timedelta(days=day)
    return replace(made, verdict=replace(made.verdict, changed=changed))


def write(folder, *rows):
    """Write a memory; return its path and the result of the export."""
    path = folder / "corpus.tmx"
    return path, export(Shelf(*rows), plan_memory(ExportPlan("tmx", path)))


def test_accepted_rows_come_newest_first_and_once(tmp_path):
    path, done = write(
        tmp_path,
        row(1, "水位上涨。", "Water rose.", day=0),
        row(2, "水位上涨。", "The water level rose.", day=2),
        row(3, "谢谢。", "Thank you.", day=1),
        row(4, "谢谢。", "Thank  you.", day=3),
        row(5, "好。", "Good."),
        row(6, "不会。", "No.", day=4, status="flagged"),
        row(7, "", "Left out in Chinese.", day=5),
    )
    assert [(one.zh, one.en) for one in read(path)] == [
        ("谢谢。", "Thank  you."),
        ("水位上涨。", "The water level rose."),
        ("好。", "Good."),
    ]
    older = "older wording of the same Chinese text"
    counts = {"status=accepted": 1, "complete": 1, older: 2}
    assert dict(done.dropped) == counts
    text = path.read_text(encoding="utf-8")
    assert 'changedate="20310517T080000Z" changeid="mei"' in text
    assert 'xml:lang="zh-CN"' in text
    assert 'xml:lang="en-US"' in text


def test_codes_that_were_chosen_stay(tmp_path):
    plan = plan_memory(ExportPlan("tmx", tmp_path / "a.tmx", zh="zh-Hans"))
    assert (plan.zh, plan.en) == ("zh-Hans", "en-US")


def test_another_format_is_refused(tmp_path):
    plan = plan_memory(ExportPlan("tsv", tmp_path / "a.tsv"))
    with pytest.raises(UsageError, match="needs the format tmx in one file"):
        export(Shelf(row(1, "好。", "Good.")), plan)


def test_a_folder_gets_a_card_that_counts_what_was_written(tmp_path):
    twice = row(1, "好。", "Good.", day=1), row(2, "好。", "Good.", day=2)
    done = export(Shelf(*twice), plan_memory(ExportPlan("tmx", tmp_path)))
    assert done.pairs == 1
    assert done.card is not None


@pytest.mark.skipif(OMEGAT is None, reason="omegat is not installed")
def test_omegat_translates_every_sentence_and_prefers_the_newest_wording(tmp_path: Path):
    sentences = [f"第{number}座水厂今年供水{number}万吨 & <更多>。" for number in range(50)]
    newest = [f"Waterworks {number} supplies {number},000 tons & <more>." for number in range(50)]
    project = tmp_path / "project"
    for name in ("source", "target", "tm/auto", "omegat", "glossary", "dictionary"):
        (project / name).mkdir(parents=True)
    (project / "omegat.project").write_text(PROJECT, encoding="utf-8")
    # OmegaT reads and writes plain text in the encoding that the ending .utf8 names.
    (project / "source" / "talk.utf8").write_text("\n\n".join(sentences), encoding="utf-8")
    old = [row(n, zh, f"Old {n}.", day=n) for n, zh in enumerate(sentences)]
    new = [
        row(100 + n, zh, en, day=100 + n)
        for n, (zh, en) in enumerate(zip(sentences, newest, strict=True))
    ]
    write(project / "tm" / "auto", *old, *new)
    home = {**os.environ, "HOME": str(tmp_path), "JAVA_TOOL_OPTIONS": f"-Duser.home={tmp_path}"}
    command = [OMEGAT, str(project), "--mode=console-translate"]
    done = subprocess.run(command, env=home, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    translated = (project / "target" / "talk.utf8").read_text(encoding="utf-8").split("\n\n")
    assert translated == newest
