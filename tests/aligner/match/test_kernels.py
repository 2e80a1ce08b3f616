import os
import subprocess
import sys

SUMS = (
    "import numpy as np; from align.aligner.match.kernels import forward; "
    "at = np.arange(2, dtype=np.int32); print(forward(at[:1], at[1:], np.ones(1), 2).tolist())"
)


def test_kernels_run_where_numba_may_write_nowhere():
    nowhere = {"NUMBA_CACHE_LOCATOR_CLASSES": "IPythonCacheLocator"}
    done = subprocess.run(
        [sys.executable, "-c", SUMS], env=os.environ | nowhere, capture_output=True, text=True
    )
    assert done.stdout == "[0.0, 1.0]\n"
    assert done.stderr == (
        "compiling a part of the aligner (about half a minute); set NUMBA_CACHE_DIR to a folder to "
        "do this only once\n"
    )
