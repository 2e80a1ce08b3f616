"""``align --version``, ``align doctor --report``, shell completion, and the man page."""

import getpass
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from briefings import ADDRESS, BRIEFING

from align.apps.cli.report import hide_private
from align.corpus.store import Store

ROOT = Path(__file__).resolve().parents[3]


def test_a_report_names_no_path_url_or_person(run, tmp_path: Path, monkeypatch):
    folder = tmp_path / "secret-project" / "corpus"
    with Store.open(folder, create=True) as store:
        store.save(BRIEFING, address=ADDRESS)
    monkeypatch.setenv("ALIGN_CONTACT", "ann@example.org")
    monkeypatch.setenv("ALIGN_RETRIES", "7")
    done = run("doctor", "--corpus", folder, "--report")
    assert done.code == 0
    for private in ("secret-project", str(tmp_path), "ann@example.org"):
        assert private not in done.out
    assert "contact is set" in done.out
    assert "retries=7" in done.out
    assert "<path>: 1 briefing, no problems found" in done.out


def test_a_report_tells_what_is_wrong(run, tmp_path: Path):
    folder = tmp_path / "corpus"
    with Store.open(folder, create=True) as store:
        store.save(BRIEFING, address=ADDRESS)
    (folder / "corpus.db.align-1234").touch()
    findings = json.loads(run("doctor", "--corpus", folder, "--json").out.split("\n{")[0])
    done = run("doctor", "--corpus", folder, "--report")
    assert done.code == 0
    assert done.out.count("!!  ") == sum(not one["ok"] for one in findings)


@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        ("/home/ann/corpora/main: locked", "<path>: locked"),
        (r"C:\Users\ann\corpus: locked", "<path>: locked"),
        ("~/corpora/main: locked", "<path>: locked"),
        ("corpora/main: locked", "<path>: locked"),
        ("postgresql+psycopg://ann:pass@db.example/main: locked", "<postgresql>: locked"),
        ("https://press.example/secret.htm: 404", "<https>: 404"),
        ("decided by " + getpass.getuser(), "decided by <name>"),
        ("2 of 11 checks failed", "2 of 11 checks failed"),
    ],
)
def test_private_parts_of_a_line_are_hidden(line: str, hidden: str):
    assert hide_private(line) == hidden


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("align ex", ["plain,export"]),
        ("align export --form", ["plain,--format"]),
        ("align export --format parq", ["plain,parquet"]),
    ],
)
def test_a_shell_completes_commands_options_and_values(words: str, expected: list[str]):
    environment = {
        **os.environ,
        "_ALIGN_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(words.count(" ")),
        "PYTHONPATH": str(ROOT),
    }
    program = "from align.apps.cli import cli; cli(prog_name='align')"
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True
    )
    assert done.stdout.splitlines() == expected


def test_the_man_page_is_well_formed():
    if shutil.which("groff") is None:
        pytest.skip("groff is not installed")
    done = subprocess.run(
        ["groff", "-man", "-Tutf8", "-ww", "-z", str(ROOT / "deploy" / "align.1")],
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
