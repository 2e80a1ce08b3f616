import os
import subprocess
import sys

CHAIN = (
    "import numpy as np; from align.match.kernels import heaviest_chain; "
    "row = np.arange(2, dtype=np.int32); print(heaviest_chain(row, row, np.ones(2), 2)[0].tolist())"
)


def test_kernels_run_where_numba_may_write_nowhere():
    nowhere = {"NUMBA_CACHE_LOCATOR_CLASSES": "IPythonCacheLocator"}
    done = subprocess.run(
        [sys.executable, "-c", CHAIN], env=os.environ | nowhere, capture_output=True, text=True
    )
    assert (done.stdout, done.stderr) == ("[-1, 0]\n", "")
