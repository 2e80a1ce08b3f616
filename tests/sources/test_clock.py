"""What this process reads is stopped when its processor time is up."""

import signal
import sys
import threading
from contextlib import suppress

import pytest

from align.sources import processes, readers
from align.sources.clock import limit_reading
from align.sources.processes import TooCostlyError
from align.sources.readers.documents import make_reader

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no timer of processor time")
LINE = "a.slow: reading takes over 0 s of processor time; split it, or save it as text"


@pytest.fixture
def hurry(monkeypatch):
    """A fifth of a second instead of ten, so that the tests are quick."""
    monkeypatch.setattr(processes, "APART_SECONDS", 0.2)


def turn_for_ever():
    while True:
        with suppress(Exception):  # as some readers do with any error
            sum(range(1_000))


def test_a_reader_that_turns_for_ever_is_one_line(hurry):
    before = signal.getsignal(signal.SIGPROF)
    with pytest.raises(TooCostlyError) as caught, limit_reading("a.slow", 1):
        turn_for_ever()
    assert str(caught.value) == LINE
    assert signal.getsignal(signal.SIGPROF) == before
    assert signal.getitimer(signal.ITIMER_PROF)[0] == 0


def test_the_readers_of_files_have_the_limit(hurry, tmp_path, monkeypatch):
    def read(path, max_bytes):
        turn_for_ever()

    monkeypatch.setitem(readers._OWN, ".slow", make_reader("slow", read))
    path = tmp_path / "a.slow"
    path.write_text("今天上午好。")
    for function in (readers.read, readers.read_documents, readers.read_parts):
        with pytest.raises(TooCostlyError) as caught:
            function(path)
        assert str(caught.value) == LINE


def test_ctrl_c_ends_a_reader_as_before(hurry):
    with pytest.raises(KeyboardInterrupt), limit_reading("a.slow", 1):
        raise KeyboardInterrupt
    assert signal.getitimer(signal.ITIMER_PROF)[0] == 0


def test_a_limit_inside_another_changes_nothing(hurry):
    def read_two():
        with limit_reading("inner", 1):
            pass
        turn_for_ever()

    with pytest.raises(TooCostlyError, match=r"outer"), limit_reading("outer", 1):
        read_two()


def test_other_threads_have_no_limit(hurry):
    done = []

    def read():
        with limit_reading("a.slow", 1):
            done.append(signal.getitimer(signal.ITIMER_PROF)[0])

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    assert done == [0.0]
