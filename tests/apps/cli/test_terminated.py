"""Signals: a command that is told to end cleans up, and takes its page server with it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from align.corpus.store import Store

pytestmark = pytest.mark.faults

ROOT = Path(__file__).resolve().parents[3]

WRITES = """
import time
from pathlib import Path
import click
from align.apps import cli
from align.corpus.exchange.atomic_write import staging_folder

@click.command("export")
def slow():
    with staging_folder(Path("out.tmx")):
        try:
            print("writing", flush=True)
            time.sleep(60)
        finally:
            print("stopping", flush=True)
            input()

cli.cli.commands = {}
cli.cli.get_command = lambda context, name: slow
cli.main()
"""


def test_what_was_being_written_is_put_away(tmp_path):
    program = writer(tmp_path)
    program.send_signal(signal.SIGTERM)
    _, err = program.communicate("go on\n", timeout=60)
    assert program.returncode == 143
    assert "align: stopped" in err
    assert list(tmp_path.iterdir()) == []


def test_a_second_ctrl_c_disturbs_no_cleaning_up_and_a_third_ends_at_once(tmp_path):
    twice = writer(tmp_path)
    interrupt(twice)
    twice.send_signal(signal.SIGINT)
    _, err = twice.communicate("go on\n", timeout=60)
    assert (twice.returncode, err) == (130, "\nalign: stopped\n")
    assert list(tmp_path.iterdir()) == []
    thrice = writer(tmp_path)
    interrupt(thrice)
    while thrice.poll() is None:  # signals of one kind that are pending count as one
        thrice.send_signal(signal.SIGINT)
    _, err = thrice.communicate(timeout=60)
    assert (thrice.returncode, err) == (130, "")


LOSES = """
import os, signal, sys, time, weakref
import click
from align.apps import cli

class Watched:
    pass

def lose(_):
    os.kill(os.getpid(), int(sys.argv[2]))
    time.sleep(0)

@click.command("export")
@click.argument("number")
def slow(number):
    watched = Watched()
    kept = weakref.ref(watched, lose)
    del watched
    time.sleep(60)
    print("not stopped")

cli.cli.commands = {}
cli.cli.get_command = lambda context, name: slow
cli.main()
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_that_comes_in_the_middle_of_the_garbage_collector_is_not_lost(number, code):
    done = subprocess.run(
        [sys.executable, "-c", LOSES, "export", str(int(number))],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert (done.returncode, done.stdout, done.stderr) == (code, "", "\nalign: stopped\n")


def writer(folder: Path) -> subprocess.Popen[str]:
    """Start a command that has begun to write and waits; Ctrl-C reaches it as at a terminal."""
    program = subprocess.Popen(
        [sys.executable, "-c", WRITES, "export"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "writing\n"
    assert list(folder.iterdir())
    return program


def interrupt(program: subprocess.Popen[str]) -> None:
    """Press Ctrl-C, and wait until the command has begun to clean up."""
    program.send_signal(signal.SIGINT)
    assert program.stdout is not None
    assert program.stdout.readline() == "stopping\n"


def test_the_page_ends_with_its_command(tmp_path):
    Store.open(tmp_path / "corpus", create=True).close()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (tmp_path / "log").open("w") as log:
        command = [sys.executable, "-m", "align", "view", "--no-browser", "--port", str(port)]
        viewer = subprocess.Popen(
            [*command, "--corpus", str(tmp_path / "corpus")],
            cwd=ROOT,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        assert _answers(port, wanted=True)
        viewer.terminate()
        assert viewer.wait(timeout=60) == 143
        assert _answers(port, wanted=False)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(viewer.pid, signal.SIGKILL)


def _answers(port: int, *, wanted: bool) -> bool:
    """Wait until a port answers, or until it does so no more."""
    for _ in range(600):
        with socket.socket() as probe:
            if (probe.connect_ex(("127.0.0.1", port)) == 0) == wanted:
                return True
        time.sleep(0.1)
    return False
