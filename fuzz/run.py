"""Fuzz what reads foreign input: ``python -m fuzz.run [TARGET...] --seconds 120``.

With atheris (``pip install atheris``, CPython up to 3.13) half of the time goes to mutations that
follow the branches which an input of up to 50 kB reaches. The other half, or all of it without
atheris, goes to random damage of seeds of up to 1 MB. Every target of ``fuzz/targets.py`` runs in a
process of its own. A finding is printed once with the place it came from, its input is kept in
``--keep DIR``, and the exit code is 1. ``--replay FILE TARGET`` runs one input again. ``--inputs``
ends a target after so many inputs, and ``--pages DIR`` takes the pages of a folder as seeds. Each
target says how long its slowest input took, and how much memory it needed.
"""

import argparse
import importlib.util
import logging
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path

from align.sources.processes import limit_memory
from fuzz.seeds import PAGES, TOKENS, large_seeds, seeds, seeds_of_folder
from fuzz.targets import LONGEST, TARGETS

SLOW = 10.0
"""Seconds of CPU for one input of at most 1 MB; a page of 300 kB is read in 0.03."""

MOST_SECONDS = 20
"""Seconds of CPU after which an input is given up; it is a finding."""

LONGEST_FOLLOWED = 50_000
"""Bytes of an input whose branches are followed, which makes it ten times as slow."""

SPLICED = 0.3
"""Share of the inputs that get a part of another one."""

_MARK = re.compile(rb"[<{\[\n\t,]")

MOST_MEMORY = 2_000_000_000
"""Bytes of memory that a target may take besides the modules that are loaded."""


def main() -> None:
    """Run the targets one after the other, and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", choices=[*TARGETS, []], metavar="TARGET")
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--inputs", type=int, default=0, help="at most, for each target")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pages", type=Path, help=f"folder of pages as seeds: {', '.join(PAGES)}")
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "align-fuzz")
    parser.add_argument("--engine", choices=["atheris", "random"], help="only one")
    parser.add_argument("--replay", type=Path)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    names = options.targets or list(TARGETS)
    if options.replay:
        TARGETS[names[0]](options.replay.read_bytes())
    elif options.here:
        _limit()
        run = _follow if options.engine == "atheris" else _mutate
        run(names[0], options)
    else:
        sys.exit(_all(names, options))


def _engines(only: str | None) -> tuple[str, ...]:
    if only is not None:
        return (only,)
    return ("atheris", "random") if importlib.util.find_spec("atheris") else ("random",)


def _all(names: list[str], options: argparse.Namespace) -> int:
    engines = _engines(options.engine)
    seconds = max(1, options.seconds // len(engines))
    found = [_run_target(name, engine, seconds, options) for name in names for engine in engines]
    return 1 if any(found) else 0


def _run_target(name: str, engine: str, seconds: int, options: argparse.Namespace) -> int:
    """Run one target in a process of its own; return the number of findings."""
    keep = options.keep / name
    keep.mkdir(parents=True, exist_ok=True)
    before = len([*keep.glob("found-*")])
    began = time.monotonic()
    command = [sys.executable, "-m", "fuzz.run", name, "--here", "--engine", engine]
    command += ["--seconds", str(seconds), "--seed", str(options.seed), "--keep", str(options.keep)]
    command += ["--inputs", str(options.inputs)]
    command += ["--pages", str(options.pages)] if options.pages else []
    log = keep / "log.txt"
    with log.open("w", encoding="utf-8") as errors:
        done = subprocess.run(
            command, check=False, stdout=subprocess.PIPE, stderr=errors, text=True
        )
    print(done.stdout, end="")
    new = len([*keep.glob("found-*")]) - before
    figures = (keep / "figures").read_text() if (keep / "figures").exists() else "no input"
    took = time.monotonic() - began
    print(f"{name}: {figures}; {took:.0f} s ({engine}), {new} findings", flush=True)
    if done.returncode != 0:
        print(f"  ended with {done.returncode}; its input: {keep / 'running'}, its log: {log}")
    return new + (done.returncode != 0)


class Guard:
    """A target that keeps what it found and goes on."""

    def __init__(self, name: str, keep: Path) -> None:
        self.target: Callable[[bytes], None] = TARGETS[name]
        self.keep = keep / name
        self.known: set[str] = set()
        self.count = 0
        self.slowest = 0.0
        self._memory = _most_memory()

    def __call__(self, data: bytes) -> None:
        """Run one input."""
        data = data[:LONGEST]
        self.count += 1
        if self.count % 10 == 0:
            self.write_figures()
        began = time.process_time()
        (self.keep / "running").write_bytes(data)
        _set_alarm(MOST_SECONDS)
        try:
            self.target(data)
        except Exception as error:  # noqa: BLE001 # whatever comes out is what we look for
            trace = traceback.extract_tb(error.__traceback__)
            ours = [frame for frame in trace if "/align/" in frame.filename] or trace
            where = f"{ours[-1].filename}:{ours[-1].lineno}"
            self._found(f"{type(error).__name__} at {where}: {str(error)[:200]!r}", where, data)
        _set_alarm(0)
        took = time.process_time() - began
        self.slowest = max(self.slowest, took)
        if took > SLOW:
            self._found(f"{took:.1f} s for {len(data)} bytes", "slow", data)

    def write_figures(self) -> None:
        """Write how many inputs there were, the slowest, and the memory that they took in all."""
        memory = (_most_memory() - self._memory) / 1e6
        says = f"{self.count:,} inputs, slowest {self.slowest:.2f} s, {memory:.0f} MB more"
        (self.keep / "figures").write_text(says)

    def _found(self, says: str, key: str, data: bytes) -> None:
        if key in self.known:
            return
        self.known.add(key)
        path = self.keep / f"found-{len(self.known)}-{abs(hash(data)) % 10**8}"
        path.write_bytes(data)
        print(f"  {says}\n    {path}", flush=True)


def _most_memory() -> float:
    """Return the most bytes that this process has had in memory; 0 except on Linux."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="utf-8").splitlines() if status.exists() else []
    return sum(float(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


class TooSlowError(Exception):
    """An input took over :data:`MOST_SECONDS`."""


def _set_alarm(seconds: int) -> None:
    """Raise :exc:`TooSlowError` after some seconds of CPU, on systems that can; 0 for never."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _limit() -> None:
    """Limit the memory of this process, and let the alarm raise."""

    def stop(_number: int, _frame: object) -> None:
        raise TooSlowError

    if hasattr(signal, "SIGPROF"):
        signal.signal(signal.SIGPROF, stop)
    limit_memory(MOST_MEMORY)


def _mutate(name: str, options: argparse.Namespace) -> None:
    guard, chance = Guard(name, options.keep), random.Random(options.seed)
    known = [*seeds(name), *large_seeds(name)]
    if options.pages:
        known = seeds_of_folder(options.pages, name)
    end = time.monotonic() + options.seconds
    while time.monotonic() < end and not 0 < options.inputs <= guard.count:
        whole = mutated(chance.choice(known), chance, LONGEST)
        guard(spliced(whole, chance.choice(known), chance) if chance.random() < SPLICED else whole)
    guard.write_figures()


def spliced(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """Put a part of another input into one, between two marks of its language."""
    start, end = sorted(chance.choices(_marks(other), k=2))
    first, last = sorted(chance.choices(_marks(data), k=2))
    return data[:first] + other[start:end] + data[last:]


def _marks(data: bytes) -> list[int]:
    """Return where a tag, a line, a cell or an object may begin."""
    return [0, *(found.start() for found in _MARK.finditer(data)), len(data)]


def mutated(data: bytes, chance: random.Random, longest: int = 100_000) -> bytes:
    """Damage an input in a few places: cut, double, overwrite, put something in."""
    out = bytearray(data)
    for _ in range(chance.choice((0, 1, 1, 2, 4, 9))):
        at = chance.randrange(len(out) + 1)
        size = int(min(chance.paretovariate(0.6), longest))
        kind = chance.randrange(5)
        if kind == 0:
            del out[at : at + size]
        elif kind == 1:
            out[at:at] = out[at : at + min(size, 5000)] * chance.choice((1, 2, 30, 1000))
        elif kind == 2:
            out[at:at] = chance.choice(TOKENS) * chance.choice((1, 1, 3, 200, 50_000))
        elif kind == 3:
            out[at : at + 3] = chance.randbytes(3)
        elif out:
            out[0] = chance.randrange(256)
    return bytes(out[:longest])


def _follow(name: str, options: argparse.Namespace) -> None:
    """Let atheris choose the inputs by the branches that they reach in our own code."""
    import atheris  # type: ignore[import-untyped] # it has no stubs

    keep = options.keep
    for module in [module for path, module in sys.modules.items() if path.startswith("align.")]:
        for value in vars(module).values():
            if callable(value) and getattr(value, "__module__", "") == module.__name__:
                with_code = getattr(value, "__code__", None)
                if with_code is not None:
                    value.__code__ = atheris.patch_code(with_code, True)
    folder = keep / name / "seeds"
    folder.mkdir(parents=True, exist_ok=True)
    small = [one for one in seeds(name) if len(one) <= LONGEST_FOLLOWED]
    for at, one in enumerate(small):
        (folder / str(at)).write_bytes(one)
    words = keep / name / "words"
    words.write_text("".join(f'"{_quoted(one)}"\n' for one in TOKENS))
    flags = [
        f"-max_total_time={options.seconds}",
        f"-seed={options.seed}",
        f"-max_len={LONGEST_FOLLOWED}",
        f"-dict={words}",
        f"-artifact_prefix={keep / name}/",
        "-timeout=600",  # the alarm above comes first
        "-rss_limit_mb=2500",
        "-verbosity=0",
    ]
    atheris.Setup([sys.argv[0], str(folder), *flags], Guard(name, keep))
    atheris.Fuzz()


def _quoted(token: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in token[:60])


if __name__ == "__main__":
    main()
