"""Optional packages: the base works without them, and what needs one names the line to install."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from command_line import Run

import align
from align.errors import AlignError
from align.extras import EXTRAS, require_package

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

# The packages of modules that are called otherwise.
PACKAGES = {"sentence_transformers": "sentence-transformers", "authlib": "streamlit[auth]"}

BROUGHT = {
    *(module for extra in EXTRAS.values() for module in extra.modules),
    *("dask", "datasets", "tornado", "transformers", "scipy", "pydeck", "PIL"),
}
"""Modules that only an extra brings, directly or behind another."""

# What a person does with the base; a line for each command.
BASE = """
import sys
sys.modules |= dict.fromkeys(sys.argv[1].split(","))  # importing them fails from here on
from align.apps.cli import cli
zh, en, folder = sys.argv[2:]
corpus = ["--corpus", f"{folder}/corpus"]
written = {
    "tmx": ".tmx", "xliff": ".xlf", "jsonl": ".jsonl", "xlsx": ".xlsx", "tsv": ".tsv",
    "epub": ".epub", "html": ".html", "chat": ".chat.jsonl",
}
commands = [
    ["texts", zh, en, "-o", f"{folder}/beads.txt"],
    ["add", en, "--zh", zh, *corpus],
    ["show", "2031-05-14", "--json", *corpus],
    ["search", "zh:海洋", *corpus],
    ["terms", *corpus],
    ["stats", *corpus],
    ["doctor", *corpus],
    ["encoders"],
    *(["export", "--format", name, "-o", f"{folder}/out{ending}", *corpus]
      for name, ending in written.items()),
    ["export", "--format", "jsonl", "--split", "-o", f"{folder}/dataset", *corpus],
    ["import", f"{folder}/out.xlsx", "--update", *corpus],
    ["backup", f"{folder}/copy", *corpus],
]
for words in commands:
    cli(words, standalone_mode=False)
"""

NEEDS = {
    "page": ["view"],
    "serve": ["serve"],
    "mcp": ["mcp"],
    "parquet": ["export", "--format", "parquet"],
    "cluster": ["add", "list.txt", "--cluster", "local:2"],
    "postgres": ["stats", "--corpus", "postgresql://align@127.0.0.1:9/align"],
    "transformers": ["texts", "zh.txt", "en.txt", "--encoder", "labse"],
    "peers": ["evaluate", "gold.json", "--engine", "galechurch"],
}
"""A command that needs the extra; its files are not there, for it is refused before it reads."""


def remove(monkeypatch: pytest.MonkeyPatch, *modules: str) -> None:
    """Make modules look as if they were not installed."""
    for module in modules:
        monkeypatch.setitem(sys.modules, module, None)


def test_the_base_works_without_any_extra(tmp_path: Path, demo: Path):
    texts = demo / "texts"
    command = [
        *(sys.executable, "-c", BASE, ",".join(sorted(BROUGHT))),
        *(texts / "zh.txt", texts / "en.txt", tmp_path),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "features:" in (tmp_path / "dataset" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("extra", NEEDS)
def test_a_command_names_the_line_that_installs_its_extra(
    extra: str,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    demo: Path,
):
    remove(monkeypatch, *EXTRAS[extra].modules)
    words = [str(demo / "gold.json") if word == "gold.json" else word for word in NEEDS[extra]]
    done = run(*words)
    assert done.code == 1
    assert done.out == ""
    assert ": missing " in done.err
    assert done.err.endswith(f'; run pip install "briefing-align[{extra}]"\n')
    assert done.err.count("\n") == 1


def test_a_parquet_file_is_not_imported_without_its_extra(
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
):
    (tmp_path / "beads.parquet").write_bytes(b"PAR1")
    remove(monkeypatch, "pyarrow")
    done = run("import", "beads.parquet", "--corpus", "corpus")
    assert done.code == 1
    assert 'missing pyarrow; run pip install "briefing-align[parquet]"' in done.err


def test_a_data_frame_names_the_line_that_installs_pandas(monkeypatch: pytest.MonkeyPatch):
    result = align.align(["大家上午好。"], ["Good morning, everyone."])
    remove(monkeypatch, "pandas", "datasets")
    right = 'to_pandas(): missing pandas; run pip install "briefing-align[parquet]"'
    with pytest.raises(AlignError, match=re.escape(right)):
        result.to_pandas()
    with pytest.raises(
        AlignError, match=r"to_dataset\(\): missing datasets; run pip install datasets"
    ):
        result.to_dataset()


def test_a_package_that_is_here_is_not_asked_for():
    require_package("numpy", "a test")


@pytest.mark.parametrize("name", EXTRAS)
def test_every_extra_of_the_table_is_declared(name: str):
    declared = " ".join(PROJECT["optional-dependencies"][name])
    for module in EXTRAS[name].modules:
        assert PACKAGES.get(module, module) in declared.replace("[page]", "streamlit")


def test_all_brings_every_extra_but_the_large_ones():
    (line,) = PROJECT["optional-dependencies"]["all"]
    brought = set(re.findall(r"\w+", line)) - {"briefing", "align"}
    assert brought == set(EXTRAS) - {"transformers", "bertalign", "peers"}
