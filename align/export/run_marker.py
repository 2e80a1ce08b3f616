"""Runs that were stopped in the middle: a note on disk while a run lasts, read by the next one.

The note lies in the user's cache folder, not in the corpus, because only this machine knows
whether the process still runs. Nothing depends on it: a corpus is whole without it.
"""

import datetime as dt
import json
import logging
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

logger = logging.getLogger(__name__)

_PASSWORD = re.compile(r"(?<=[?&])password=[^&]*&?")

Step = Callable[[int], None]
"""Call it with how many sources are done."""


@dataclass(frozen=True, slots=True)
class RunMark:
    """A run: its id, its corpus, when it started, its process, and how far it came."""

    run: str
    corpus: str
    started: str
    process: int
    total: int
    done: int = 0

    @property
    def running(self) -> bool:
        """Say whether the process is there; on Windows it cannot be asked without harm."""
        if sys.platform == "win32":
            return False
        try:
            os.kill(self.process, 0)
        except ProcessLookupError:
            return False
        except PermissionError:  # somebody else's process has that number
            return True
        return not _dead(self.process)

    def says(self) -> str:
        """Tell a person about the run."""
        when = dt.datetime.fromisoformat(self.started)
        what = "is still running" if self.running else "was stopped in the middle"
        advice = "" if self.running else "; what was finished is kept: run it again to go on"
        return (
            f"the run of {when:%Y-%m-%d %H:%M:%S} UTC {what}, with {self.done} of {self.total} "
            f"sources done{advice}"
        )


def _dead(process: int) -> bool:
    """Say whether a process ended and only its number is left, which its parent has not taken in.

    Only Linux says so in a file; elsewhere it counts as alive.
    """
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] in ("Z", "X")


@contextmanager
def noted(cache: Path, run: str, corpus: str, total: int) -> Iterator[Step]:
    """Keep a note while the block runs; it stays behind only when the process is killed."""
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    note = RunMark(run, key(corpus), now, os.getpid(), total)
    path = cache / "runs" / f"{run}.json"

    def step(done: int) -> None:
        _write(path, replace(note, done=done))

    step(0)
    try:
        yield step
    finally:
        with suppress(OSError):  # there is none, or its folder is not ours
            path.unlink()


def notes(cache: Path, corpus: str) -> tuple[RunMark, ...]:
    """Read the notes about a corpus that are there, the oldest first."""
    found = []
    for path in sorted((cache / "runs").glob("*.json")):
        try:
            note = RunMark(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):  # half a note, or not ours
            logger.warning("%s is no note of a run", path)
            continue
        if note.corpus == key(corpus):
            found.append(note)
    return tuple(found)


def forget(cache: Path, note: RunMark) -> None:
    """Take a note away when the user has been told."""
    (cache / "runs" / f"{note.run}.json").unlink(missing_ok=True)


def key(corpus: str) -> str:
    """Name a corpus the same from every folder, and without a password."""
    if "://" not in corpus:
        return str(Path(corpus).resolve())
    scheme, _, rest = corpus.partition("://")
    return f"{scheme}://{_PASSWORD.sub('', rest).rpartition('@')[2]}"


def _write(path: Path, note: RunMark) -> None:
    """Write a note whole; one that cannot be written is missed by nobody."""
    half = path.with_suffix(".half")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        half.write_text(json.dumps(asdict(note)), encoding="utf-8")
        half.replace(path)
    except OSError as error:
        logger.warning("%s: no note of this run can be kept: %s", path, error.strerror)
