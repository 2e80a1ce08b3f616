"""``align export``: files, folders and standard output, and options that are refused."""

import json
import subprocess
import sys
from io import FileIO
from pathlib import Path

import pytest
from systems import needs_posix


@pytest.mark.parametrize("form", ["tmx", "tsv", "jsonl"])
def test_an_export_reports_how_many_beads_it_wrote(run, corpus: Path, tmp_path: Path, form: str):
    done = run("export", "--format", form, "-o", tmp_path / "out", "--corpus", corpus)
    assert done.code == 0, done.err
    assert (tmp_path / "out").stat().st_size > 500
    assert "4 of 4 beads written and read back" in done.err


def test_the_suffix_of_the_output_gives_the_format(run, corpus: Path, tmp_path: Path):
    done = run("export", "--corpus", corpus, "-o", tmp_path / "x.tmx")
    assert done.code == 0
    assert "<tmx" in (tmp_path / "x.tmx").read_text("utf-8")
    assert run("export", "--corpus", corpus, "--format", "chat", "-o", "x.jsonl").code == 0


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--format", "jsonl", "-o", "x.tmx"), "x.tmx: the suffix is that of tmx, but --format is"),
        (("-o", "folder"), "give a --format, or an --output whose suffix names it"),
        ((), "give a --format, or an --output whose suffix names it"),
    ],
)
def test_an_export_without_a_clear_format_is_refused(run, corpus: Path, words, problem: str):
    done = run("export", "--corpus", corpus, *words)
    assert (done.code, problem in done.err) == (2, True)
    assert not Path("x.tmx").exists()


def test_parts_that_an_export_removes_are_named(run, corpus: Path, tmp_path: Path):
    folder = tmp_path / "out"
    run("export", "--corpus", corpus, "--format", "jsonl", "--split", "-o", folder)
    done = run("export", "--corpus", corpus, "--format", "jsonl", "-o", folder)
    assert done.err.endswith("read back; removed from the earlier export: train.jsonl\n")
    assert sorted(path.name for path in folder.iterdir()) == [
        "README.md", "corpus.jsonl", "croissant.json",
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["tmx", "tsv", "jsonl", "html", "apart", "xlsx"])
def test_an_export_to_standard_output_is_the_file(run, corpus: Path, tmp_path: Path, form: str):
    """As bytes, through a pipe, with the summary on stderr."""
    words = ["export", "--format", form, "--corpus", str(corpus), "-o"]
    piped = subprocess.run([sys.executable, "-m", "align", *words, "-"], capture_output=True)
    assert piped.returncode == 0, piped.stderr
    assert b"4 beads of" in piped.stderr or b"4 of 4 beads" in piped.stderr
    suffix = "apart.jsonl" if form == "apart" else form
    assert run(*words, tmp_path / f"corpus.{suffix}").code == 0
    if form not in ("html", "tmx"):  # these have the time or the name in them
        assert piped.stdout == (tmp_path / f"corpus.{suffix}").read_bytes()
    assert len(piped.stdout) > 500


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--format", "tei"), "this export is a folder"),
        (("--format", "moses"), "moses is 3 files"),
        (("--format", "tsv", "--split"), "this export is a folder"),
        (("--format", "tsv", "--json"), "both write to standard output"),
        ((), "give a --format"),
    ],
)
def test_an_export_of_several_files_needs_a_name(run, corpus: Path, words, problem: str):
    done = run("export", *words, "-o", "-", "--corpus", corpus)
    assert done.code != 0
    assert problem in done.err


@needs_posix
def test_a_binary_export_is_not_written_to_a_terminal(
    corpus: Path, terminal: tuple[FileIO, FileIO]
):
    words = ["export", "--format", "xlsx", "--corpus", str(corpus), "-o", "-"]
    done = subprocess.run(
        [sys.executable, "-m", "align", *words],
        stdout=terminal[1],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "xlsx is binary, and standard output is a terminal" in done.stderr


def test_an_export_of_one_briefing_names_the_empty_parts(run, corpus, tmp_path):
    split = ("export", "--format", "jsonl", "--split", "--corpus", corpus)
    done = run(*split, "-o", tmp_path / "out")
    assert done.code == 0
    assert "no dev and no test set: too few briefings, and none is split" in done.err
    assert "no dev" not in run(*split, "--dev", "0", "-o", tmp_path / "out").err


DAY = "--by-date 2031-05-01"


@pytest.mark.parametrize(
    "asked", ["--test 0.2", "--dev 0.2", "--reviewed-test", DAY, f"--split --test 0.2 {DAY}"]
)
def test_options_of_a_split_without_a_split_are_wrong_usage(run, corpus, tmp_path, asked):
    out = tmp_path / "out"
    done = run("export", "--format", "tsv", *asked.split(), "-o", out, "--corpus", corpus)
    assert (done.code, out.exists()) == (2, False)
    assert ("need --split" in done.err) != ("remove --test" in done.err)


def test_a_rule_about_an_unknown_check_is_refused(run, corpus, tmp_path):
    out = tmp_path / "out.tsv"
    rule = ("--filter", "checks=numbr")
    done = run("export", "--format", "tsv", *rule, "-o", out, "--corpus", corpus)
    assert (done.code, out.exists()) == (2, False)
    assert "numbr is not a check; the checks are number, percent" in done.err


def test_an_unknown_cleaning_rule_is_refused(run, corpus: Path):
    done = run("export", "--format", "tsv", "--filter", "nice", "--corpus", corpus)
    assert (done.code, "unknown cleaning rule" in done.err) == (2, True)


def test_explain_reports_what_rules_drop_without_exporting(run, corpus: Path, tmp_path: Path):
    rules = ("--filter", "probability=0.7", "--filter", "complete")
    done = run("export", "--format", "tsv", *rules, "--explain", "--corpus", corpus)
    assert done.code == 0, done.err
    assert "4 beads: 3 kept, 1 dropped (25.0%)" in done.out
    assert "去年产量增长3%。这是好消息。" in done.out
    assert not list(tmp_path.glob("*.tsv"))


def test_a_folder_gets_a_card(run, corpus: Path, tmp_path: Path):
    done = run("export", "--format", "jsonl", "-o", tmp_path / "data", "--corpus", corpus)
    assert done.code == 0, done.err
    assert "license" in (tmp_path / "data" / "README.md").read_text("utf-8").lower()


def test_apart_contains_only_the_named_briefings(run, tmp_path: Path):
    rows = ["briefing\tzh\ten", "lake\t湖水清了。\tThe lake is clear.", "port\t港口。\tA port."]
    (tmp_path / "b.tsv").write_text("\n".join(rows) + "\n", "utf-8")
    assert run("import", "b.tsv", "--corpus", "two").code == 0
    named = ("--briefing", "port", "-o", "port.apart.jsonl")
    assert run("export", "--format", "apart", *named, "--corpus", "two").code == 0
    (line,) = (tmp_path / "port.apart.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line)["address"] == "import:port"
