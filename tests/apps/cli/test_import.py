"""``align import``: exports of our own, ladders, alignments without text, and progress."""

import gzip
import subprocess
import sys
from contextlib import suppress
from io import FileIO
from pathlib import Path

from systems import needs_posix


def test_an_export_that_is_imported_is_exported_alike(run, corpus: Path, tmp_path: Path):
    first, second = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    run("export", "--format", "jsonl", "-o", first, "--corpus", corpus)
    brought = run("import", first, "--corpus", tmp_path / "other")
    assert brought.code == 0, brought.err
    run("export", "--format", "jsonl", "-o", second, "--corpus", tmp_path / "other")
    assert first.read_bytes() == second.read_bytes()
    again = run("import", first, "--corpus", tmp_path / "other")
    assert (again.code, "already in the corpus, unchanged" in again.err) == (0, True)


def test_a_ladder_is_imported_with_its_texts(run, tmp_path: Path):
    (tmp_path / "zh.txt").write_text("一句话。\n两句话。\n", encoding="utf-8")
    (tmp_path / "en.txt").write_text("One sentence.\nTwo of them.\n", encoding="utf-8")
    (tmp_path / "beads.txt").write_text("[0]:[0]:0.1\n[1]:[1]:0.2\n")
    done = run(*("import", "beads.txt", "--texts", "zh.txt", "en.txt", "--corpus", "corpus"))
    assert done.code == 0, done.err
    assert "2 beads in 1 briefing" in done.out
    assert run("import", "beads.txt", "--format", "ladder", "--corpus", "corpus").code == 2


def test_beads_without_text_are_restored_on_the_same_texts(run, corpus: Path, tmp_path: Path):
    assert run("export", "--format", "apart", "-o", "a.jsonl", "--corpus", corpus).code == 0
    assert "产量" not in (tmp_path / "a.jsonl").read_text("utf-8")
    done = run("import", "a.jsonl", "--format", "apart", "--corpus", corpus)
    default = run("export", "--format", "apart", "--corpus", corpus).out.strip()
    assert default.endswith(".apart.jsonl")
    assert run("import", default, "--corpus", corpus).out == done.out
    packed = tmp_path / "A.APART.jsonl.gz"
    packed.write_bytes(gzip.compress((tmp_path / "a.jsonl").read_bytes()))
    assert run("import", packed, "--corpus", corpus).out == done.out
    assert done.code == 0, done.err
    assert "4 beads restored in 1 briefing" in done.out


@needs_posix
def test_an_import_shows_the_progress_of_reading_and_of_indexing(
    tmp_path: Path, terminal: tuple[FileIO, FileIO]
):
    ours, theirs = terminal
    (tmp_path / "a.tsv").write_text("zh\ten\n水很清。\tThe water is clear.\n", encoding="utf-8")
    command = [sys.executable, "-m", "align", "import", tmp_path / "a.tsv", "--corpus"]
    done = subprocess.run([*command, tmp_path / "corpus"], stderr=theirs, stdout=subprocess.PIPE)
    theirs.close()
    drawn = b""
    with suppress(OSError):  # the end of it; a terminal gives 4 KB at a time
        while part := ours.read(1 << 16):
            drawn += part
    shown = drawn.decode()
    assert done.returncode == 0
    assert b"1 bead" in done.stdout
    assert "indexing a.tsv" in shown
    assert "1/1" in shown.rpartition("indexing")[2]
