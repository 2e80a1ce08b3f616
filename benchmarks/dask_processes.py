"""A Dask scheduler and workers as processes of their own on loopback, as on a real cluster.

``benchmarks/scale.py --cluster tcp:N`` and the tests of ``align/corpus/distributed.py`` use it.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

Process = subprocess.Popen[bytes]

DASK = (sys.executable, "-m", "dask")
SECONDS = 60.0
"""How long they may take to start: a worker imports numba, and the machine may be busy."""


@dataclass
class Cluster:
    """A scheduler and the workers that were started for it; their messages are in ``folder``."""

    address: str
    scheduler: Process
    folder: Path
    stack: ExitStack
    workers: list[Process] = field(default_factory=list)

    def worker(self, *words: object, nanny: bool = False) -> Process:
        """Start a worker with one thread.

        :param nanny: another process starts it again when it dies, as ``dask worker`` does.
        """
        options = ("--nthreads", 1, "--no-dashboard", "--host", "127.0.0.1")
        place = ("--local-directory", self.folder, "--nanny" if nanny else "--no-nanny")
        started = self.stack.enter_context(
            _process(self.folder, "worker", self.address, *options, *place, *words)
        )
        self.workers.append(started)
        return started


@contextmanager
def cluster(folder: Path, *, workers: int = 2, nanny: bool = False) -> Iterator[Cluster]:
    """Run a scheduler and workers while the block runs.

    :raises RuntimeError: the scheduler does not start.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with ExitStack() as stack:
        words = ("--host", "127.0.0.1", "--port", port, "--no-dashboard")
        scheduler = stack.enter_context(_process(folder, "scheduler", *words))
        made = Cluster(f"tcp://127.0.0.1:{port}", scheduler, folder, stack)
        for _ in range(workers):
            made.worker(nanny=nanny)
        _await(port, scheduler)
        yield made


@contextmanager
def _process(folder: Path, *words: object) -> Iterator[Process]:
    """Run ``dask`` with all that it starts."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{words[0]}.txt").open("ab") as log:
        command = [*DASK, *map(str, words)]
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):  # it and its children are gone already
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(20)


def _await(port: int, process: Process) -> None:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the Dask scheduler did not start")
