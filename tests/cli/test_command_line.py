"""The command line as a program among others: what it loads, and where its output goes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from align.evaluate import read_gold


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


def test_aligning_texts_loads_no_database_and_no_page(demo: Path, tmp_path: Path):
    gold = read_gold(demo / "gold2.json")
    for name, sentences in (("zh", gold.zh), ("en", gold.en)):
        (tmp_path / name).write_text("\n".join(sentences[:5]), encoding="utf-8")
    code = (
        "import sys\n"
        "from align.cli import cli\n"
        "cli(['texts', 'zh', 'en'], standalone_mode=False)\n"
        "print(sorted({'sqlalchemy', 'streamlit', 'faiss', 'torch'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
