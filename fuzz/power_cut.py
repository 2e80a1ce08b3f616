"""Cut the power at every moment of a review: ``python -m fuzz.power_cut --decisions 40``.

A program decides, and ``strace`` records what it writes, what it waits for (fsync) and when it says
"stored". Then the disk is built as it could look after a power cut before each of these steps:

* only what was waited for is there;
* everything is there, the last write torn in half;
* what was waited for, and of the rest whatever chance leaves, in sectors.

SQLite opens each of them: the database must be sound and hold every decision that was said to be
stored, and at most one more. ``--careless`` does the same with a database that waits for nothing
(``synchronous=OFF``), where decisions must be lost: it shows that this script would see it. Needs
strace; touches nothing but a folder of its own.
"""

import argparse
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from align.corpus.store import Store
from align.corpus.store.check import find_problems

ROOT = Path(__file__).resolve().parent.parent
SECTOR = 512
CALLS = "openat,pwrite64,write,fsync,fdatasync,ftruncate,unlink"

DECIDE = """
import sys
from dataclasses import replace
import sqlalchemy as sa
from align.corpus.store import Decision, Store
number = 0
while number < int(sys.argv[2]):
    with Store.open(sys.argv[1]) as store:  # closing writes the log back into the database
        def often(connection, record):
            connection.execute("PRAGMA wal_autocheckpoint=12")
            if sys.argv[3] == "careless":
                connection.execute("PRAGMA synchronous=OFF")
        store.close()
        if sys.argv[3] == "careless":
            store._file = None  # emptying the log waits for the disk
        sa.event.listen(store.engine, "connect", often)
        for row in store.rows()[:4]:
            number += 1
            after = replace(row, note=f"note {number}")
            store.decide(row.briefing, Decision(f"op-{number}", "ann", "note"), [row], [after])
            sys.stdout.write(f"stored {number}\\n")
            sys.stdout.flush()
"""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that the program did to a file, or (``name`` empty) what it said."""

    what: str
    name: str = ""
    at: int = 0
    data: bytes = b""


@dataclass
class File:
    """What is on the disk for sure, and what was written since."""

    safe: bytes = b""
    since: list[Step] = field(default_factory=list)

    def now(self, kept: Sequence[Step]) -> bytes:
        """Return the content with some of the writes that nobody waited for."""
        body = bytearray(self.safe)
        for step in kept:
            if step.what == "truncate":
                del body[step.at :]
                body.extend(bytes(max(step.at - len(body), 0)))
            else:
                body.extend(bytes(max(step.at - len(body), 0)))
                body[step.at : step.at + len(step.data)] = step.data
        return bytes(body)


@dataclass
class Disk:
    """A folder: its names as they are, and as they are for sure."""

    names: dict[str, File]
    safe: dict[str, File]

    def take(self, step: Step) -> None:
        """Do a step."""
        if step.what == "create":
            self.names.setdefault(step.name, File())
        elif step.what == "unlink":
            self.names.pop(step.name, None)
        elif step.what == "sync" and step.name == "":
            self.safe = dict(self.names)
        elif step.what == "sync":
            file = self.names[step.name]
            file.safe, file.since = file.now(file.since), []
        elif step.name in self.names:
            self.names[step.name].since.append(step)

    def after_a_cut(self, chance: random.Random) -> Iterator[dict[str, bytes]]:
        """Yield the folder as it may be found, the three ways above."""
        yield {name: file.safe for name, file in self.safe.items()}
        yield {name: file.now(_torn(file.since)) for name, file in self.names.items()}
        names = chance.choice((self.names, self.safe))
        yield {name: file.now(_some(file.since, chance)) for name, file in names.items()}


def _torn(steps: Sequence[Step]) -> list[Step]:
    """Leave half of the last write."""
    if not steps or steps[-1].what != "write":
        return [*steps]
    last = steps[-1]
    return [*steps[:-1], Step("write", last.name, last.at, last.data[: len(last.data) // 2])]


def _some(steps: Sequence[Step], chance: random.Random) -> list[Step]:
    """Leave some sectors of some writes."""
    kept: list[Step] = []
    for step in steps:
        if step.what == "truncate":
            kept += [step] if chance.random() < 0.5 else []
            continue
        for start in range(0, len(step.data), SECTOR):
            if chance.random() < 0.5:
                part = step.data[start : start + SECTOR]
                kept.append(Step("write", step.name, step.at + start, part))
    return kept


def record(corpus: Path, decisions: int, *, careless: bool) -> list[Step]:
    """Let a program decide about a corpus, and return what it did, in order."""
    log = corpus.parent / "strace.log"
    manner = "careless" if careless else "careful"
    worker = [sys.executable, "-c", DECIDE, str(corpus), str(decisions), manner]
    trace = ["strace", "-qq", "-y", "-xx", "-s", "2000000", "-e", f"trace={CALLS}", "-o", str(log)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    subprocess.run([*trace, *worker], check=True, env=environment, stdout=subprocess.DEVNULL)
    with log.open(encoding="ascii", errors="replace") as lines:
        return [step for line in lines if (step := _step(line, corpus.resolve())) is not None]


_CALL = re.compile(r"(\w+)\((.*)\)\s+= (-?\d+)")
_TEXT = re.compile(r"[<\"]((?:\\x[0-9a-f]{2})*)[>\"]")


def _step(line: str, folder: Path) -> Step | None:
    """Read one line of strace; what is not about the folder is passed over."""
    found = _CALL.match(line)
    if found is None or int(found[3]) < 0:
        return None
    call, words = found[1], found[2]
    texts = [bytes.fromhex(text.replace("\\x", "")) for text in _TEXT.findall(words)]
    if call == "write":
        return Step("said", data=texts[-1]) if words.startswith("1<") else None
    path = Path(os.fsdecode(texts[1] if call == "openat" and len(texts) > 1 else texts[0]))
    if path == folder and call in ("fsync", "fdatasync"):
        return Step("sync")
    if path.parent != folder or path.name.endswith("-shm"):  # an index in memory
        return None
    if call == "openat":
        return Step("create", path.name) if "O_CREAT" in words else None
    if call == "pwrite64":
        return Step("write", path.name, int(words.rsplit(",", 1)[1]), texts[1])
    if call == "ftruncate":
        return Step("truncate", path.name, int(words.rsplit(",", 1)[1]))
    return Step("unlink" if call == "unlink" else "sync", path.name)


@dataclass(frozen=True, slots=True)
class Cuts:
    """How often the power was cut, and what was wrong afterwards."""

    steps: int
    cuts: int
    decisions: int
    wrong: tuple[str, ...]


def replay(before: Mapping[str, bytes], steps: Sequence[Step], *, seed: int, every: int) -> Cuts:
    """Cut the power before each step and after the last, and look at what is left.

    :param every: the doctor looks at every so-manieth disk; SQLite's own check at each.
    """
    chance = random.Random(seed)
    files = {name: File(body) for name, body in before.items()}
    disk, said, cuts = Disk(files, dict(files)), 0, 0
    wrong: list[str] = []
    for number, step in enumerate([*steps, Step("end")]):
        for way, found in enumerate(disk.after_a_cut(chance)):
            cuts += 1
            if fault := _fault(found, said, doctor=cuts % every == 0):
                wrong.append(f"before step {number} ({step.what} {step.name}), way {way}: {fault}")
        if step.what == "said":
            said += step.data.count(b"\n")
        else:
            disk.take(step)
    return Cuts(len(steps), cuts, said, tuple(wrong))


def _fault(found: Mapping[str, bytes], said: int, *, doctor: bool) -> str:
    """Open a corpus as the cut left it; say what is wrong, or nothing."""
    with tempfile.TemporaryDirectory(dir=_memory()) as name:
        for file, body in found.items():
            (Path(name) / file).write_bytes(body)
        try:
            with closing(sqlite3.connect(Path(name) / "corpus.db")) as opened:
                (check,) = opened.execute("PRAGMA quick_check(1)").fetchone()
                ops = [op for (op,) in opened.execute("SELECT op FROM verdict ORDER BY seq")]
        except sqlite3.Error as error:
            return str(error)
        expected = [f"op-{number}" for number in range(1, len(ops) + 1)]
        if check != "ok" or ops != expected or not said <= len(ops) <= said + 1:
            return f"{check}; {len(ops)} decisions of {said} that were stored"
        if doctor:
            with Store.open(Path(name)) as store:
                return "; ".join(problem.says for problem in find_problems(store))
    return ""


def _memory() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def run(decisions: int, *, seed: int = 1, every: int = 20, careless: bool = False) -> Cuts:
    """Make a corpus, record a review of it, and cut the power at every step."""
    from fuzz.entry_points import small_briefing

    with tempfile.TemporaryDirectory() as name:
        corpus = Path(name) / "corpus"
        with Store.open(corpus, create=True) as store:
            store.save(small_briefing(), address="b")
        before = {path.name: path.read_bytes() for path in corpus.iterdir()}
        steps = record(corpus, decisions, careless=careless)
        return replay(before, steps, seed=seed, every=every)


def main() -> None:
    """Run, and say what was found; the exit code is 1 where something was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--decisions", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--careless", action="store_true", help="wait for nothing: must lose")
    options = parser.parse_args()
    if shutil.which("strace") is None:
        sys.exit("fuzz/power_cut.py: strace is not here; apt install strace")
    cuts = run(options.decisions, seed=options.seed, careless=options.careless)
    for line in cuts.wrong[:20]:
        print(line)
    print(
        f"{cuts.decisions} decisions, {cuts.steps} steps, {cuts.cuts} power cuts: "
        f"{len(cuts.wrong)} with something lost or damaged"
    )
    sys.exit(1 if cuts.wrong else 0)


if __name__ == "__main__":
    main()
