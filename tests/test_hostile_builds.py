"""Hostile files within 1 GB and the time limit of the page: read, or refused in one line."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hostile_builds import BUILDS

from align.errors import AlignError
from align.sources import limits
from align.sources.ingest.apart import read_files
from align.sources.processes import TooCostlyError, run_apart

ROOT = Path(__file__).resolve().parent.parent
MEMORY = 1_000_000_000
pytest.importorskip("resource", reason="no limits of memory on this system")


# The peak of a process counts what its starter had, so a small process starts the command.
START = """
import json, resource, subprocess, sys
memory, *command = sys.argv[1:]
resource.setrlimit(resource.RLIMIT_DATA, (int(memory), int(memory)))
done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps([done.returncode, done.stderr, peak]))
"""

READ = [name for name in BUILDS if not name.startswith("export_")]
if not os.environ.get("ALIGN_TEST_HOSTILE"):  # those that were the worst before there were limits
    READ = [
        "word_labels",
        "odt_repeats",
        "book_shared_import",
        "book_many_rows_import",
        "page_deep_tables",
        "charset_punycode",
        "pdf_forms",
    ]


@pytest.mark.parametrize("name", READ)
def test_a_hostile_file_takes_no_more_memory_than_allowed(name, tmp_path):
    words = BUILDS[name](tmp_path)
    align = [sys.executable, "-m", "align", *map(str, words)]
    started = subprocess.run(
        [sys.executable, "-c", START, str(2 * MEMORY), *align],  # modules and models take some
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "ALIGN_CACHE": str(tmp_path / "cache")},
        capture_output=True,
        text=True,
        check=True,
    )
    code, said, most = json.loads(started.stdout)
    assert code in (0, 1), said
    assert "Traceback" not in said
    assert "MemoryError" not in said
    peak = most * (1 if sys.platform == "darwin" else 1024)
    assert peak < MEMORY, f"{peak / 1e6:.0f} MB: {said}"


# The builds that make the parser itself, not its limits, slow or large.
APART = ["word_grid_span", "word_labels", "pdf_forms", "book_shared_read", "charset_punycode"]


@pytest.mark.parametrize("name", APART)
def test_the_page_reads_or_refuses_a_hostile_file_in_one_line(name, tmp_path):
    _command, path = BUILDS[name](tmp_path)
    with pytest.raises(AlignError, match=r"\A[^\n]+\Z"):  # the harmless ones are in one language
        run_apart(read_files, (path,), 20_000_000, {}, name=name)


def hang(_ask):
    while True:
        pass


def fill(_ask):
    return len(bytearray(3 * limits.APART_MEMORY))


def crash(_ask):
    os._exit(7)


def refuse(_ask):
    raise AlignError("{name}: no", name="a")


def question(ask, number):
    return ask("double", number) + 1


@pytest.mark.parametrize(
    ("function", "seconds", "line"),
    [
        (hang, 1, "a.docx: reading takes over 1 s; split it, or save it as text"),
        (fill, 60, "a.docx: reading takes over 1000 MB; split it, or save it as text"),
        (crash, 60, "a.docx: reading it broke off; save its text in another format and add that"),
    ],
)
def test_a_process_that_hangs_fills_the_memory_or_crashes_is_one_line(function, seconds, line):
    with pytest.raises(TooCostlyError) as caught:
        run_apart(function, name="a.docx", seconds=seconds)
    assert str(caught.value) == line


def test_errors_answers_and_results_cross_between_processes():
    with pytest.raises(AlignError, match="a: no"):
        run_apart(refuse, name="a")
    services = {"double": lambda number: 2 * number}
    assert run_apart(question, 20, name="a", services=services) == 41


def smuggle(_ask):
    return Path.unlink


def test_a_process_can_send_nothing_but_records():
    import pickle

    with pytest.raises(pickle.UnpicklingError):
        run_apart(smuggle, name="a")
