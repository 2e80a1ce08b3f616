"""Hidden folders: whose they are, what is left of a killed program, and who clears it away."""

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from systems import needs_posix

from align.files import clear_left_overs, hidden_folder, place_new

KILLED = """
import os, signal, sys
from pathlib import Path
from align.files import hidden_folder
with hidden_folder(Path(sys.argv[1]), "out.tmx") as folder:
    (folder / "out.tmx").write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_hidden_folder_is_gone_afterwards_and_what_was_made_for_it(tmp_path):
    parent = tmp_path / "new" / "folder"
    with suppress(KeyError), hidden_folder(parent, "out.tmx") as folder:
        assert folder.parent == parent
        (folder / "a").write_text("x")
        raise KeyError
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "empty").mkdir()
    with hidden_folder(tmp_path / "empty", "out.tmx"):
        pass
    assert list(tmp_path.iterdir()) == [tmp_path / "empty"]  # it was there before
    with hidden_folder(parent, "out.tmx") as folder:
        (folder / "a").write_text("x")
        (folder / "a").rename(parent / "a")
    assert list(parent.iterdir()) == [parent / "a"]


@needs_posix
def test_a_device_or_a_pipe_is_not_replaced_by_a_file(tmp_path):
    os.mkfifo(tmp_path / "out.tmx")
    with pytest.raises(OSError, match="a device or a pipe"), hidden_folder(tmp_path, "out.tmx"):
        pass
    assert [path.is_fifo() for path in tmp_path.iterdir()] == [True]


@pytest.mark.faults
def test_what_a_killed_program_left_is_deleted_by_the_next_one(tmp_path):
    done = subprocess.run([sys.executable, "-c", KILLED, tmp_path], check=False)
    assert done.returncode == -signal.SIGKILL
    left = list(tmp_path.iterdir())
    assert len(left) == 2  # the folder, and its lock
    with hidden_folder(tmp_path, "other.tsv") as folder:
        assert folder.is_dir()
        assert not [path for path in left if path.exists()]


@pytest.mark.parametrize("stopped", [True, False])
def test_a_folder_that_gave_way_is_put_back_unless_its_new_state_is_there(tmp_path, stopped):
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).write_text(name)
    with suppress(KeyboardInterrupt), hidden_folder(tmp_path, "old") as folder:
        (tmp_path / "old").rename(folder / "old.aside")
        if stopped:
            raise KeyboardInterrupt
        (tmp_path / "new").rename(tmp_path / "old")
    assert (tmp_path / "old" / ("old" if stopped else "new")).is_file()
    assert (tmp_path / "new").exists() == stopped


def test_the_folder_of_a_program_that_works_is_left_alone(tmp_path):
    with hidden_folder(tmp_path, "a") as one, hidden_folder(tmp_path, "a") as two:
        assert one != two
        clear_left_overs(tmp_path)
        assert sorted(filter(Path.is_dir, tmp_path.iterdir())) == sorted((one, two))
    assert list(tmp_path.iterdir()) == []


def test_of_many_that_begin_at_once_none_loses_its_folder(tmp_path):
    there, start = [], threading.Barrier(8)

    def work():
        start.wait(60)
        for _ in range(25):
            with hidden_folder(tmp_path, "a") as folder:
                there.append(folder.is_dir())

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert there == [True] * 200
    assert list(tmp_path.iterdir()) == []


def test_what_others_hid_is_left_alone(tmp_path):
    (tmp_path / ".out.tmx.old").mkdir()
    (tmp_path / "a.unfinished").mkdir()
    with hidden_folder(tmp_path, "out.tmx"):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == [".out.tmx.old", "a.unfinished"]


@pytest.mark.parametrize("links", [True, False])
def test_a_name_that_is_taken_is_not_taken_away(tmp_path, monkeypatch, links):
    def no_links(*_names):
        raise PermissionError("this disk has no links")

    if not links:
        monkeypatch.setattr(os, "link", no_links)
    for text in ("first", "second"):
        (tmp_path / text).write_text(text)
    place_new(tmp_path / "first", tmp_path / "there")
    with pytest.raises(FileExistsError):
        place_new(tmp_path / "second", tmp_path / "there")
    assert (tmp_path / "there").read_text() == "first"
