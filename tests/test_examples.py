"""The programs in examples run from the checkout. The tutorial runs the one that trains a model."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_sentences_are_aligned_with_an_encoder_of_ones_own():
    done = subprocess.run(
        [sys.executable, str(ROOT / "examples" / "align_lists.py")],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["1-1", "1-1", "1-2"]


def test_every_example_is_in_its_readme():
    text = (ROOT / "examples" / "README.md").read_text("utf-8")
    names = {path.name for path in (ROOT / "examples").iterdir()} - {"README.md", "__pycache__"}
    assert not {name for name in names if name not in text}
