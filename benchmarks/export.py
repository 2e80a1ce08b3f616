"""Measure export and import on generated beads: time, memory, size, and that all of it comes back.

    python -m benchmarks.export --beads 100000
    python -m benchmarks.export --beads 100000 --import
    python -m benchmarks.export --beads 1000000 --format jsonl

Each format runs in a process of its own, so that the peak of memory is its own. ``--import``
brings the file into a fresh corpus, exports that one and compares the two files; the peaks after
each step are those since the start.
"""

import argparse
import datetime as dt
import filecmp
import resource
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from align.corpus.exchange.formats import FORMATS
from align.corpus.exchange.importing import import_file
from align.corpus.exchange.run import ExportPlan, export
from align.corpus.store import Store
from align.records import BeadRecord, Pair, Provenance, Sides, Verdict

HOSTILE = ("=1+1", '"quoted" <b>&amp;</b>', "tab\tand\nline", "\u2028", "𠮷😀", "'", "a\\nb", "]]>")
PER_BRIEFING = 300


class Generated(Store):
    """A store of made-up beads, the same for the same number: 1-1, 1-2, 2-1, 1-0 and 0-1."""

    card = {"name": "generated", "licence": "CC0-1.0"}  # noqa: RUF012 # never changed

    def __init__(self, beads: int) -> None:
        self._beads = beads

    def pairs(self, briefing_ids: Iterable[str] | None = None) -> Iterator[BeadRecord]:
        """Make beads one at a time."""
        generator = np.random.default_rng(0)
        zh_next = en_next = 0
        for at in range(self._beads):
            if at % PER_BRIEFING == 0:
                zh_next = en_next = 0
            zh, en = _sides(at)
            yield _pair(at, zh, en, zh_next, en_next, round(float(generator.random()), 4))
            zh_next, en_next = zh_next + len(zh), en_next + len(en)


def _sides(at: int) -> tuple[list[str], list[str]]:
    """Return the sentences of both sides of a bead."""
    hostile = HOSTILE[at % len(HOSTILE)] if at % 97 == 0 else ""
    zh = [f"{hostile}第{at}批货物去年通过港口运往各地，总量达到{at * 7 % 1000}万吨。"]
    en = [f"{hostile}Consignment {at} left the port last year, {at * 7 % 1000}0,000 tonnes."]
    if at % 13 == 0:
        en.append("It was the largest so far.")
    if at % 29 == 0:
        zh.append("今年还会更多。")
    if at % 41 == 0:
        return zh, []
    return ([], en) if at % 43 == 0 else (zh, en)


def _pair(
    at: int, zh: list[str], en: list[str], zh_at: int, en_at: int, likely: float
) -> BeadRecord:
    day = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    accepted = at % 2 == 1
    texts = Sides("".join(zh), " ".join(en))
    index = Sides(
        tuple(range(zh_at, zh_at + len(zh))),
        tuple(range(en_at, en_at + len(en))),
    )
    return BeadRecord(
        id=f"{at:032x}",
        pair=Pair(texts, texts, index, likely),
        provenance=Provenance(
            briefing=f"b{at // PER_BRIEFING:06d}",
            date=day.date(),
            speaker="Lin Hai",
            role="speaker",
            sources=Sides("https://example.org/zh", "https://example.org/en"),
            retrieved=day,
            licence="CC0-1.0",
            signature="generated",
        ),
        verdict=Verdict("accepted", "mei") if accepted else Verdict(),
    )


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print how long a step took, and the peak of memory since the start."""
    started, cpu = time.perf_counter(), time.process_time()
    yield
    wall, cpu = time.perf_counter() - started, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(f"  {what:8} {cpu:7.1f} processor s ({wall:7.1f} s), peak memory {peak:5.0f} MB")


def measure(name: str, beads: int, *, back: bool) -> None:
    """Export in one format, which reads every bead back; import it again when asked to."""
    with TemporaryDirectory() as folder:
        first = Path(folder) / f"first{FORMATS[name].suffix}"
        print(name)
        with timed("export"):
            done = export(Generated(beads), ExportPlan(name, first))
        files = _files(done.files)
        size = sum(file.stat().st_size for file in files) / 1e6
        print(f"  {done.pairs:,} written and read back, {done.left_out} left out, {size:.1f} MB")
        if back:
            _and_back(name, first, files, Path(folder))


def _and_back(name: str, first: Path, files: list[Path], folder: Path) -> None:
    """Import a file into a fresh corpus, export that, and compare the bytes."""
    given = first.with_suffix("") if len(FORMATS[name].suffixes) > 1 else first
    with Store.open(folder / "corpus", create=True) as store:
        with timed("import"):
            brought = import_file(store, given)
        second = folder / f"second{FORMATS[name].suffix}"
        with timed("again"):
            again = export(store, ExportPlan(name, second))
    same = all(
        filecmp.cmp(one, two, shallow=False)
        for one, two in zip(files, _files(again.files), strict=True)
    )
    size = sum(file.stat().st_size for file in (folder / "corpus").iterdir()) / 1e6
    print(f"  {brought.beads:,} imported as {len(brought.briefings)} briefings, {size:.0f} MB")
    print(f"  {'the same bytes' if same else 'OTHER BYTES'} when exported again")
    if not same:
        sys.exit(1)


def _files(paths: Iterable[Path]) -> list[Path]:
    return [
        file for path in paths for file in ([path] if path.is_file() else sorted(path.iterdir()))
    ]


def main() -> int:
    """Run each format in its own process."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--beads", type=int, default=100_000)
    options.add_argument("--format", choices=list(FORMATS))
    options.add_argument("--import", dest="back", action="store_true", help="bring it in again")
    options.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.here:
        measure(chosen.format, chosen.beads, back=chosen.back)
        return 0
    for name in [chosen.format] if chosen.format else FORMATS:
        command = [sys.executable, "-m", "benchmarks.export", "--here", "--format", name]
        command += ["--import"] if chosen.back else []
        subprocess.run([*command, "--beads", str(chosen.beads)], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
