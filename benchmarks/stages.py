"""Say what each stage of a briefing costs, by the processor: where the first bottleneck is.

    OMP_NUM_THREADS=1 python -m benchmarks.stages
    OMP_NUM_THREADS=1 python -m benchmarks.stages --place postgresql+psycopg://…/empty

The demo's first briefing is fetched from a server on loopback, so that fetching costs its share
of the processor and no waiting; short and long ones are drawn from the demo's passages as
benchmarks/scale.py does. Each is added several times, anew; a first time, for dictionaries and
numba, is not counted. Processor seconds are those of all threads of this process, so that a busy
machine changes them little. The figures of benchmarks/README.md are what this printed.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from serve import serve

from align import logs
from align.aligner import encoders
from align.aligner.encoders import Encoder
from align.corpus.pipeline import add
from align.corpus.store import Store
from align.logs import STAGES
from align.records import Page
from align.sources.ingest.inputs import Job, JobFinder
from align.sources.web.address_guard import FetchSettings
from align.sources.web.fetcher import Fetcher
from benchmarks.scale import ROOT, SEED, no_network, passages

ADDRESS = "/pressroom/2031-05/14/content_900001.htm"
LONG = (12, 200, 1_000)


@dataclass(frozen=True)
class Case:
    """A briefing to measure, and where its pages come from."""

    name: str
    job: Job
    door: Callable[[str], Page]


@dataclass(frozen=True)
class Row:
    """What one briefing took: processor seconds by stage, the median over the times."""

    name: str
    beads: int
    seconds: dict[str, float]


def drawn(folder: Path, size: int) -> Case:
    """Make a briefing of so many passages of the demo corpus."""
    known, chance = passages(), np.random.default_rng(SEED)
    chosen = [known[at] for at in chance.choice(len(known), size, replace=size > len(known))]
    paths = []
    for language in ("zh", "en"):
        paths.append(folder / f"{size}.{language}.txt")
        text = "".join(f"{getattr(passage, language)}\n" for passage in chosen)
        paths[-1].write_text(text, encoding="utf-8")
    (job,) = JobFinder(no_network).find([str(path) for path in paths])
    return Case(f"{size} passages, texts", job, no_network)


def measure(case: Case, encoder: Encoder, place: str, times: int) -> Row:
    """Add a briefing several times, each time as if it were not there."""
    found: dict[str, list[float]] = {stage: [] for stage in STAGES}
    beads = 0
    with Store.open(place, create=True) as store:
        for _ in range(times):
            added = add(store, case.job.read(case.door, lambda _text: None), encoder, force=True)
            beads = added.beads
            for stage, seconds in store.stage_seconds()[added.id].items():
                found[stage].append(seconds)
            store.remove(added.id)
    medians = {stage: statistics.median(values) for stage, values in found.items() if values}
    return Row(case.name, beads, medians)


def table(rows: Sequence[Row]) -> str:
    """Lay the rows out as Markdown: milliseconds."""
    lines = [
        f"| briefing | beads | {' | '.join(STAGES)} | all |",
        f"|---|---:|{'---:|' * (len(STAGES) + 1)}",
    ]
    for row in rows:
        cells = [f"{1000 * row.seconds[s]:,.0f}" if s in row.seconds else "" for s in STAGES]
        total = 1000 * sum(row.seconds.values())
        lines.append(f"| {row.name} | {row.beads:,} | {' | '.join(cells)} | {total:,.0f} |")
    return "\n".join(lines)


def main() -> None:
    """Measure each briefing and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--place", default="", help="a PostgreSQL URL instead of a folder")
    options = parser.parse_args()
    encoder = encoders.load()
    manners = FetchSettings(delay=0, allow_private=True)
    with (
        tempfile.TemporaryDirectory() as name,
        serve(ROOT / "corpora" / "demo" / "pages") as address,
        Fetcher(manners) as fetcher,
    ):
        folder, rows = Path(name), []
        (job,) = JobFinder(fetcher.get).find([address + ADDRESS])
        cases = [Case("demo, 4 pages", job, fetcher.get), *(drawn(folder, size) for size in LONG)]
        place = options.place or str(folder / "corpus")
        measure(cases[0], encoder, place, 1)
        logs.tick = time.process_time
        for case in cases:
            rows.append(measure(case, encoder, place, options.times))
            print(f"{case.name}: measured", file=sys.stderr)
    print(table(rows))


if __name__ == "__main__":
    main()
