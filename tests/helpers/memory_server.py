"""The translation memory server as a program of its own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def serve_corpus(folder: Path) -> Iterator[str]:
    """Run ``align serve`` on a corpus during the block; yield its address."""
    words = [sys.executable, "-m", "align", "serve", "--corpus", str(folder), "--port", "0"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().split()[-1]
        server.terminate()
