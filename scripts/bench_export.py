"""Measure export and import on generated beads: time, memory, size, and that all of it comes back.

    python scripts/bench_export.py --beads 100000
    python scripts/bench_export.py --beads 1000000 --format jsonl

Each format runs in a process of its own, so that the peak of memory is its own.
"""

import argparse
import datetime as dt
import resource
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from align.export import export
from align.formats import FORMATS
from align.records import Pair

HOSTILE = ("=1+1", '"quoted" <b>&amp;</b>', "tab\tand\nline", "\u2028", "𠮷😀", "'", "a\\nb")
PER_BRIEFING = 300


class Generated:
    """A store of made-up beads, the same for the same number."""

    card = {"name": "generated", "licence": "CC0-1.0"}  # noqa: RUF012 # never changed

    def __init__(self, beads: int) -> None:
        self._beads = beads

    def pairs(self, briefing_ids: Iterable[str] | None = None) -> Iterator[Pair]:
        """Make beads one at a time."""
        generator = np.random.default_rng(0)
        day = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        for at in range(self._beads):
            place = at % PER_BRIEFING
            hostile = HOSTILE[at % len(HOSTILE)] if at % 97 == 0 else ""
            zh = f"{hostile}第{at}批货物去年通过港口运往各地，总量达到{at * 7 % 1000}万吨。"
            en = f"{hostile}Consignment {at} left the port last year, {at * 7 % 1000}0,000 tonnes."
            yield Pair(
                id=f"{at:032x}",
                briefing=f"b{at // PER_BRIEFING:06d}",
                zh=zh,
                en=en,
                zh_raw=zh,
                en_raw=en,
                date=day.date(),
                speaker="Lin Hai",
                role="speaker",
                zh_index=(place,),
                en_index=(place,),
                probability=round(float(generator.random()), 4),
                status=("unreviewed", "accepted")[at % 2],
                source_zh="https://example.org/zh",
                source_en="https://example.org/en",
                retrieved=day,
                licence="CC0-1.0",
                signature="generated",
            )


def measure(name: str, beads: int) -> None:
    """Export in one format, which reads every bead back, and print one line."""
    with TemporaryDirectory() as folder:
        started, cpu = time.perf_counter(), time.process_time()
        done = export(Generated(beads), name, Path(folder) / f"out{FORMATS[name].suffix}")
        wall, cpu = time.perf_counter() - started, time.process_time() - cpu
        size = sum(
            file.stat().st_size
            for path in done.files
            for file in ([path] if path.is_file() else path.iterdir())
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(
        f"{name:8} {done.pairs:>9,} written and read back, {done.left_out} left out, "
        f"{cpu:6.1f} processor s ({wall:.1f} s), {size / 1e6:7.1f} MB, peak memory {peak:.0f} MB"
    )


def main() -> int:
    """Run each format in its own process."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--beads", type=int, default=100_000)
    options.add_argument("--format", choices=list(FORMATS))
    options.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.here:
        measure(chosen.format, chosen.beads)
        return 0
    for name in [chosen.format] if chosen.format else FORMATS:
        command = [sys.executable, __file__, "--here", "--format", name]
        subprocess.run([*command, "--beads", str(chosen.beads)], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
