"""The benchmarks and the training can be run as their docstrings say, from the checkout."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IMPORT_ALL = """
import importlib.util, pathlib
for folder in ("benchmarks", "training"):
    for path in sorted(pathlib.Path(folder).glob("*.py")):
        if importlib.util.find_spec("torch") or "import torch" not in path.read_text("utf-8"):
            importlib.import_module(f"{folder}.{path.stem}".removesuffix(".__init__"))
"""


def test_each_finds_what_it_imports_without_the_paths_of_the_tests():
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
