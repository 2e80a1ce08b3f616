"""``align view``: the server of the page, and places that are refused."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from io import FileIO
from pathlib import Path

import pytest
from systems import needs_posix


@needs_posix
@pytest.mark.parametrize("name", ["corpus", "new"])
def test_view_starts_a_server_that_answers(
    corpus: Path, name: str, tmp_path: Path, terminal: tuple[FileIO, FileIO]
):
    place = corpus.with_name(name)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "align", "view", "--corpus", str(place)]
    with (
        (tmp_path / "err").open("w") as printed,
        subprocess.Popen(
            [*command, "--port", str(port)],
            stdin=terminal[1],  # a first start asks nobody for an address
            stdout=subprocess.DEVNULL,
            stderr=printed,
            env={**os.environ, "HOME": str(tmp_path), "BROWSER": "true"},
            start_new_session=True,
        ) as server,
    ):
        try:
            answer = ""
            for _ in range(100):
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health") as page:
                        answer = page.read().decode()
                    break
                except OSError:
                    time.sleep(0.2)
        finally:
            os.killpg(server.pid, signal.SIGTERM)
    assert answer == "ok"
    expected = f"{place}: new corpus\n" if name == "new" else ""
    assert (tmp_path / "err").read_text("utf-8").partition("\nalign: stopped")[0] == expected
    assert not corpus.with_name("new").exists()


def test_view_refuses_a_corpus_below_folders_that_do_not_exist(run, tmp_path: Path):
    place = tmp_path / "none" / "of" / "these"
    done = run("view", "--no-browser", "--corpus", place)
    assert done.code == 1
    problem = f"{place.parent} does not exist; check the path, or create that folder"
    assert done.err == f"align: {place}: {problem}\n"


def test_view_refuses_a_folder_with_other_files(run, tmp_path: Path):
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    done = run("view", "--no-browser", "--corpus", tmp_path)
    assert (done.code, "not a corpus" in done.err) == (1, True)
