"""The command line as a program among others: what it loads, and where its output goes."""

import json
import os
import platform
import shlex
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from briefings import ADDRESS, BRIEFING
from systems import needs_linux

from align import __version__
from align.aligner.evaluate import read_gold
from align.apps.cli import COMMANDS, cli
from align.corpus.store import Store


@pytest.mark.parametrize("words", [["--help"], ["encoders", "--json"]])
def test_a_reader_that_has_enough_is_no_error(words: list[str]):
    reader, writer = os.pipe()
    os.close(reader)
    try:
        command = [sys.executable, "-m", "align", *words]
        done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False)
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


def test_an_error_is_an_object_for_a_program_too(tmp_path: Path):
    corpus = str(tmp_path / "no; corpus: here")
    command = [sys.executable, "-m", "align", "show", "--json", "--corpus", corpus]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    line = f"{corpus}: corpus not found; create one with 'align add SOURCE --corpus {corpus}'"
    values = {"folder": corpus, "problem": "corpus not found"}
    assert json.loads(done.stdout) == {"error": line, "code": "corpus.not-found", "values": values}
    assert (done.returncode, done.stderr) == (1, f"align: {line}\n")
    command.remove("--json")
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout) == (1, "")


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("show --json --nonsense", "No such option"),
        ("doctor --nonsense --json", "No such option"),
        ("add --json", "Missing argument 'SOURCE...'."),
        ("search x --json --limit few", "Invalid value for '--limit'"),
    ],
)
def test_wrong_usage_is_an_object_for_a_program_too(words: str, line: str):
    command = [sys.executable, "-m", "align", *words.split()]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    error = json.loads(done.stdout)
    assert error["error"].startswith(line)
    assert (error["code"], error["values"], done.returncode) == ("usage.invalid", {}, 2)
    assert done.stderr.startswith("Usage: align ")
    command.remove("--json")
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout) == (2, "")


@needs_linux
def test_output_that_cannot_be_written_is_told_in_one_line(tmp_path: Path):
    texts = tmp_path / "texts"
    texts.write_text("大家上午好。\tGood morning, everyone.\n", encoding="utf-8")
    command = [sys.executable, "-m", "align", "read", str(texts)]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    told = b"align: cannot write the output: No space left on device\n"
    assert (done.returncode, done.stderr) == (1, told)


def test_an_error_after_the_json_of_a_command_adds_no_second_value(tmp_path: Path):
    (tmp_path / "a.txt").write_text("大家好。", encoding="utf-8")
    command = [sys.executable, "-m", "align", "read", "--json", "a.txt", "gone.txt"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert [json.loads(line)["source"] for line in done.stdout.splitlines()] == [
        "a.txt",
        "gone.txt",
    ]
    assert done.stderr


@pytest.mark.parametrize(
    "words",
    [
        "add a.txt b.txt --zh c.txt",
        "add a.txt --zh b.txt --date yesterday",
        "add a.txt --zh b.txt --delay -1",
        "fetch http://a.example http://b.example --zh http://c.example",
        "describe one --date yesterday",
        "export --format tsv --filter nonsense",
        "export --format tsv --filter probability=7",
        "export --format tmx --documents turn",
        "export --format jsonl --context -1",
        "export --format jsonl --split --dev .8 --test .7",
        "export --format tmx --pinyin",
        "export --format tsv --for cat",
        "export --format tmx --for cat --split",
        "import a.tsv --columns nonsense",
        "people add ann --role nonsense",
        "people assign one --independent ann",
        "search 'zh:'",
        "search water -o hits.nonsense",
        "restore backup --corpus postgresql://align@localhost/align",
    ],
)
def test_what_no_file_can_put_right_is_wrong_usage(run, words: str, tmp_path: Path):
    with Store.open(tmp_path / "c", create=True) as store:
        store.save(replace(BRIEFING, id="one"), address=ADDRESS)
    corpus = () if "--corpus" in words else ("--corpus", "c")
    done = run(*shlex.split(words), *corpus)
    assert (done.code, done.out) == (2, ""), done.err
    assert run("export", "--format", "tsv", "--briefing", "none", "--corpus", "c").code == 1


def test_aligning_texts_loads_no_database_and_no_page(demo: Path, tmp_path: Path):
    gold = read_gold(demo / "gold2.json")
    for name, sentences in (("zh", gold.zh), ("en", gold.en)):
        (tmp_path / name).write_text("\n".join(sentences[:5]), encoding="utf-8")
    code = (
        "import sys\n"
        "from align.apps.cli import cli\n"
        "cli(['texts', 'zh', 'en'], standalone_mode=False)\n"
        "print(sorted({'sqlalchemy', 'streamlit', 'faiss', 'torch'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_an_unknown_command_gets_a_suggestion_where_one_is_near(run):
    near, far = run("addd", "x"), run("zzz")
    assert (near.code, far.code) == (2, 2)
    assert "did you mean 'add'?" in near.err.replace("\n", " ")
    assert "did you mean" not in far.err


def test_every_command_has_help_with_an_example(run):
    for name in COMMANDS:
        done = run(name, "--help")
        assert done.code == 0
        examples = done.out.split("Example")[1].splitlines()[1:]
        assert examples[0].startswith(f"    align {name}"), examples  # each on its own line


def test_the_version_is_that_of_the_package(run):
    first, python, models, packages = run("--version").out.splitlines()
    assert first == f"align, version {__version__}"
    assert platform.python_version() in python
    assert "lattice@" in models
    assert "numpy " in packages


def test_python_m_align_is_align():
    done = subprocess.run(
        [sys.executable, "-m", "align", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith(f"align, version {__version__}\n")


def test_the_changelog_knows_the_version():
    text = (Path(__file__).resolve().parents[3] / "CHANGELOG.md").read_text("utf-8")
    assert f"## {__version__}\n" in text


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        (("add", "x"), "; finished work is kept, rerun to resume"),
        (("--verbose", "import", "x"), "; finished work is kept, rerun to resume"),
        (("export", "--format", "tmx"), ""),
        (("show", "add"), ""),
    ],
)
def test_ctrl_c_says_whether_finished_work_is_kept(
    run, monkeypatch: pytest.MonkeyPatch, words, kept
):
    def interrupted(**_options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "invoke", lambda _context: interrupted())
    done = run(*words)
    assert (done.code, done.out, done.err) == (130, "", f"\nalign: stopped{kept}\n")


@pytest.mark.parametrize(
    "words",
    [
        ("terms", "--limit", "-1"),
        ("terms", "--least", "0"),
        ("search", "water", "--limit", "-1"),
        ("search", "water", "--below", "1.5"),
        ("view", "--port", "65536"),
    ],
)
def test_a_number_out_of_bounds_is_wrong_usage(run, words: tuple[str, ...]):
    assert run(*words).code == 2
