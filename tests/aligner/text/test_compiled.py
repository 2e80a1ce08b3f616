"""The compiled loops, and the notice that they are being compiled."""

import os
import subprocess
import sys
from pathlib import Path

from plugins import ROOT

PROGRAM = """
import numpy as np
from align.aligner.match.kernels import dot_products, forward
from align.logs import show_records

with show_records("quiet"):
    rows, vectors = np.zeros(1, np.int32), np.ones((1, 2), np.float32)
    print(dot_products(vectors, rows, vectors, rows)[0])
    print(forward(rows, rows, np.zeros(1), 1)[0])
"""


def compile_loops(cache: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "PYTHONPATH": str(ROOT), "NUMBA_CACHE_DIR": str(cache)},
        capture_output=True,
        text=True,
        check=True,
    )


def test_the_first_run_on_a_machine_names_what_takes_long(tmp_path: Path):
    first, second = compile_loops(tmp_path), compile_loops(tmp_path)
    assert (
        first.stderr == "compiling a part of the aligner, once per machine (about half a minute)\n"
    )
    assert second.stderr == ""
    assert first.stdout == second.stdout != ""
