"""Hostile files within 1 GB and the time limit of the page: read, or refused in one line."""

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
resource = pytest.importorskip("resource", reason="no limits of memory on this system")


def limit_memory() -> None:
    """Limit the memory of a command; its modules and models take some of it."""
    resource.setrlimit(resource.RLIMIT_DATA, (2 * MEMORY, 2 * MEMORY))


READ = [name for name in BUILDS if not name.startswith(("texts_", "export_"))]


@pytest.mark.parametrize("name", READ)
def test_a_hostile_file_takes_no_more_memory_than_allowed(name, tmp_path):
    words = BUILDS[name](tmp_path)
    process = subprocess.Popen(
        [sys.executable, "-m", "align", *words],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "ALIGN_CACHE": str(tmp_path / "cache")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        preexec_fn=limit_memory,
        text=True,
    )
    with process.stderr as lines:
        said = lines.read()
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in (0, 1), said
    assert "Traceback" not in said
    assert "MemoryError" not in said
    peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
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
