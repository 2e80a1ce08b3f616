"""Put many synthetic briefings through a cluster, kill workers meanwhile, compare the results.

    python -m benchmarks.scale 1000 --cluster local:2 --kills 2
    python -m benchmarks.scale 1000 --cluster tcp:2 --kills 1
    python -m benchmarks.scale 60 --cluster tcp://scheduler:8786

``local:N`` starts N workers inside this process' reach, ``tcp:N`` a scheduler and N workers with
``dask scheduler`` and ``dask worker``, as on a cluster, joined over TCP on loopback.

Each briefing is about a dozen translated passages of the demo corpus (fictional), drawn anew, as
two plain texts. They are added twice, into two corpora: once in peace and, with ``--kills``, once
while that many worker processes are killed with SIGKILL. The checksums over all beads must agree.
benchmarks/README.md holds what this printed.
"""

import argparse
import hashlib
import json
import os
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from align.aligner.evaluate import read_gold
from align.corpus.distributed import Cluster, ClusterOptions, Outcome, add_many, connect
from align.corpus.store import Store
from align.errors import AlignError
from align.logs import sum_by_stage
from align.records import Page
from align.sources.ingest.inputs import JobFinder
from benchmarks.dask_processes import SECONDS, cluster

ROOT = Path(__file__).resolve().parent.parent
PASSAGES = 12  # of one briefing; 15 sentences a side, so that 1,000 take minutes on two processors
SEED = 7


@dataclass(frozen=True)
class Passage:
    """Sentences that are translations of each other."""

    zh: str
    en: str


def passages() -> list[Passage]:
    """Read what the demo corpus' gold beads join: both sides, so that each has a counterpart."""
    found = []
    for path in sorted((ROOT / "corpora" / "demo").glob("gold*.json")):
        gold = read_gold(path)
        found += [
            Passage("".join(gold.zh[i] for i in zh), " ".join(gold.en[i] for i in en))
            for zh, en in gold.beads
            if zh and en
        ]
    return found


def write_texts(folder: Path, count: int) -> None:
    """Write ``count`` pairs of texts; the same ones each time."""
    known, chance = passages(), np.random.default_rng(SEED)
    for number in range(count):
        drawn = [known[i] for i in chance.choice(len(known), PASSAGES, replace=False)]
        for language in ("zh", "en"):
            text = "".join(f"{getattr(passage, language)}\n" for passage in drawn)
            (folder / f"b{number:06d}.{language}.txt").write_text(text, encoding="utf-8")


def no_network(address: str) -> Page:
    """Stand for the network: synthetic briefings need none."""
    raise AssertionError(f"{address}: asked for, but every source is a file")


@dataclass(frozen=True)
class Measured:
    """One run over all briefings."""

    briefings: int
    failed: int
    killed: int
    seconds: float
    beads: int
    checksum: str
    stage_seconds: dict[str, float]
    corpus_bytes: int
    client_megabytes: float


def measure(texts: Path, corpus: Path, where: str, kills: int) -> Measured:
    """Add every pair of texts into a new corpus."""
    jobs = JobFinder(no_network).find([str(texts)])
    start, failed, killed = time.perf_counter(), 0, 0
    with Store.open(corpus, create=True) as store, joined(where, corpus) as crew:
        outcomes = add_many(
            jobs, lambda job: job.read(no_network, print), store, crew, ClusterOptions()
        )
        for done, (_, outcome) in enumerate(report(outcomes, len(jobs)), 1):
            failed += isinstance(outcome, AlignError)
            if killed < kills and done > len(jobs) * (killed + 1) / (kills + 1):
                kill_a_worker(crew)
                killed += 1
        seconds = time.perf_counter() - start
        beads, mark = len(store.rows()), checksum(store)
        taken = {time.stage: time.total for time in sum_by_stage(store.stage_seconds())}
    return Measured(
        briefings=len(jobs) - failed,
        failed=failed,
        killed=killed,
        seconds=round(seconds, 1),
        beads=beads,
        checksum=mark,
        stage_seconds={stage: round(value, 1) for stage, value in taken.items()},
        corpus_bytes=(corpus / "corpus.db").stat().st_size,
        client_megabytes=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    )


@contextmanager
def joined(where: str, corpus: Path) -> Iterator[Cluster]:
    """Open a cluster, starting its processes where they are ours to start."""
    if not where.startswith("tcp:") or where.startswith("tcp://"):
        with connect(where) as crew:
            yield crew
        return
    workers = int(where.removeprefix("tcp:"))
    folder = corpus.with_name(f"{corpus.name}-dask")
    with (
        cluster(folder, workers=workers, nanny=True) as made,
        connect(made.address, wait=SECONDS) as crew,
    ):
        crew.client.wait_for_workers(workers, timeout=SECONDS)
        yield replace(crew, threads=workers)


def report(outcomes: Iterator[Outcome], total: int) -> Iterator[Outcome]:
    """Print every now and then how far it is, and every failure."""
    start = time.perf_counter()
    for done, (job, outcome) in enumerate(outcomes, 1):
        if isinstance(outcome, AlignError):
            print(f"failed: {job.name}: {outcome}", file=sys.stderr)
        if done % max(1, total // 10) == 0:
            rate = done / (time.perf_counter() - start)
            print(f"{done} of {total}, {rate:.1f} a second", file=sys.stderr)
        yield job, outcome


def kill_a_worker(crew: Cluster) -> None:
    """Kill one worker process the hard way; its tasks are in the middle of work."""
    process = next(iter(crew.client.run(os.getpid).values()))
    print(f"kill -9 {process}", file=sys.stderr)
    os.kill(process, signal.SIGKILL)


def checksum(store: Store) -> str:
    """Compute one number over all beads of a corpus: sentences and probabilities, in order."""
    sha = hashlib.sha256()
    for summary in sorted(store.briefings(), key=lambda summary: summary.address):
        for row in store.rows(summary.id):
            line = [summary.address, row.zh, row.en, row.zh_text, row.en_text, row.probability]
            sha.update(json.dumps(line, ensure_ascii=False).encode())
    return sha.hexdigest()


def main() -> None:
    """Run it once in peace and once with kills."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("briefings", type=int)
    parser.add_argument("--cluster", default="local:2")
    parser.add_argument("--kills", type=int, default=0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        texts = Path(name) / "texts"
        texts.mkdir()
        write_texts(texts, arguments.briefings)
        runs = []
        for kills in dict.fromkeys([0, arguments.kills]):
            corpus = Path(name) / f"corpus-{kills}"
            runs.append(measure(texts, corpus, arguments.cluster, kills))
            print(json.dumps(vars(runs[-1]), ensure_ascii=False), flush=True)
    same = len({run.checksum for run in runs}) == 1
    if len(runs) > 1:
        print("the same beads" if same else "the beads differ")
    sys.exit(0 if same and not any(run.failed for run in runs) else 1)


if __name__ == "__main__":
    main()
