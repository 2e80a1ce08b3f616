r"""Measure search by meaning on a corpus of made beads: time, memory, and upkeep.

    python -m benchmarks.semantic_search GOLD.json... --beads 100000

The vectors are made: they have the mean and the covariance of USE's vectors of the sentences of
the gold files, each vector between two of many centres and with noise added. Only the encoder is
replaced by them. One thread.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import faiss
import numpy as np

from align.aligner.encoders import load
from align.corpus.search import Concordance, Where
from align.corpus.search.semantic import SemanticSearch
from align.corpus.store import Store
from align.corpus.store.index import IndexedBead, IndexUpdate, text_key
from align.corpus.store.index.vectors import Vectors

BRIEFING = 250
"""Beads of one made briefing."""

T = TypeVar("T")


def main() -> int:
    """Run the measurements and print a line for each."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("gold", nargs="+", type=Path)
    options.add_argument("--beads", type=int, default=100_000)
    options.add_argument("--work", type=Path, help="Where gigabytes may lie for a while.")
    chosen = options.parse_args()
    faiss.omp_set_num_threads(1)
    with tempfile.TemporaryDirectory(dir=chosen.work) as work:
        whole(Path(work), encoded(chosen.gold), chosen.beads)
    return 0


def encoded(paths: list[Path]) -> Vectors:
    """Encode the sentences of gold files, both languages."""
    texts: list[str] = []
    for path in paths:
        gold = json.loads(path.read_text("utf-8"))
        texts += gold["zh"] + gold["en"]
    texts = [text for text in dict.fromkeys(texts) if text.strip()]
    started = time.process_time()
    vectors = load("use").encode(texts)
    took = time.process_time() - started
    print(f"{len(texts):,} real texts, encoded at {len(texts) / took:.0f} a processor second")
    return vectors


class Made:
    """Vectors like the real ones, as many as asked for."""

    def __init__(self, real: Vectors, count: int, seed: int = 0) -> None:
        self._generator = np.random.default_rng(seed)
        middle = real.mean(axis=0)
        _, sizes, axes = np.linalg.svd(real - middle, full_matrices=False)
        spread = (sizes[:, None] * axes / len(real) ** 0.5).astype(np.float32)
        normal = self._generator.standard_normal
        draws = normal((count, len(spread)), np.float32)
        self._centres = on_sphere(draws @ spread + middle)

    def __call__(self, count: int) -> Vectors:
        """Draw vectors of length 1."""
        pick = self._generator.integers
        one, two = (self._centres[pick(0, len(self._centres), count)] for _ in range(2))
        weight = self._generator.uniform(0.6, 1, (count, 1)).astype(np.float32)
        mixed = on_sphere(weight * one + (1 - weight) * two)
        noise = self._generator.standard_normal(mixed.shape, np.float32)
        noise *= np.float32(0.5 / mixed.shape[1] ** 0.5)  # half as long as the vector
        return on_sphere(mixed + noise)


def on_sphere(vectors: Vectors) -> Vectors:
    """Give rows the length 1."""
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def timed(task: Callable[[], T]) -> tuple[T, float]:
    """Run something and give its processor seconds."""
    started = time.process_time()
    done = task()
    return done, time.process_time() - started


def memory() -> str:
    """Say what memory this process held at most, and what of it now is mapped files."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="utf-8").splitlines() if status.exists() else []
    now = {line.split(":")[0]: int(line.split()[1]) / 1000 for line in lines if "kB" in line}
    own, mapped, peak = (now.get(key, 0) for key in ("RssAnon", "RssFile", "VmHWM"))
    return f"memory: {own:.0f} MB of its own, {mapped:.0f} MB of mapped files, {peak:.0f} MB peak"


class Topics:
    """An encoder that draws a vector for whatever it is given, and counts."""

    signature, width = "made@1", 512

    def __init__(self, made: Made) -> None:
        self._made, self.texts = made, 0

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Give one row per text."""
        self.texts += len(texts)
        return self._made(len(texts))

    def encode_spans(self, sentences: Sequence[str], longest: int, language: str) -> Vectors:
        """Fail: search by meaning asks for no spans."""
        raise NotImplementedError


class MadeStore(Store):
    """A store whose briefings the index of words already holds."""

    def __init__(self, folder: Path, beads: int) -> None:
        self.states = {name(at): "1" for at in range(beads // BRIEFING)}
        self._folder = folder

    def stamps(self, briefing: str | None = None) -> dict[str, str]:
        """Return the state of each briefing, whichever is asked for."""
        return self.states

    def index_folder(self) -> Path:
        """Say where the indices are."""
        return self._folder

    def pairs(self, briefing_ids: Any = None) -> Any:  # noqa: ANN401 # never called
        """Nothing is read anew."""
        raise NotImplementedError


def name(at: int) -> str:
    """Name a made briefing."""
    return f"briefing-{at:05}"


def row(briefing: int, at: int, *, version: int = 1) -> IndexedBead:
    """Make a bead without words, which only the concordance needs."""
    said = f"{briefing} {at} {version}"
    return IndexedBead(
        id=f"{briefing}-{at}",
        briefing=name(briefing),
        position=at,
        digest=text_key(said).to_bytes(8),
        date=f"20{10 + briefing % 20}-05-14",
        speaker=f"Speaker {briefing % 997}",
        role="speaker",
        site="example.org",
        status="unreviewed",
        probability=0.9,
        zh=f"第{said}句。",
        en=f"Sentence {said}.",
    )


def whole(folder: Path, real: Vectors, beads: int) -> None:
    """Build, open and keep up the whole search of a corpus; print what each step took."""
    made = Made(real, 50_000)  # more centres would take the memory
    store = MadeStore(folder, beads)
    concordance = Concordance(store)

    def fill() -> None:
        for at in range(beads // BRIEFING):
            rows = tuple(row(at, number) for number in range(BRIEFING))
            concordance.index.update(IndexUpdate(name(at), "", "1", (), rows))

    tell("index of words, without words", timed(fill)[1])
    encoder = Topics(made)
    meaning = SemanticSearch(concordance, encoder)
    count, took = timed(meaning.refresh)
    tell(f"{count:,} vectors of {beads:,} beads, with making them", took)
    meaning, took = timed(lambda: SemanticSearch(concordance, encoder))
    tell("opened", took)
    search(meaning, "a query", Where())
    search(meaning, "a query among one speaker's", Where(speaker="Speaker 7"))
    search(meaning, "a query with a condition that all fit", Where(role="speaker"))
    encoder.texts = 0
    change(concordance, store, 7)
    _, took = timed(meaning.refresh)
    tell(f"a briefing whose {BRIEFING} beads all changed ({encoder.texts} texts)", took)
    verdict(concordance, store, 8)
    tell("a verdict", timed(meaning.refresh)[1])
    concordance.index.remove_briefing(name(9))
    del store.states[name(9)]
    tell("a briefing removed", timed(meaning.refresh)[1])
    search(meaning, "a query then", Where())


def search(meaning: SemanticSearch, label: str, where: Where) -> None:
    """Ask some made queries."""
    meaning.search("warm")
    _, took = timed(lambda: [meaning.search("?", where=where) for _ in range(50)])
    tell(f"{label}", took / 50)


def change(concordance: Concordance, store: MadeStore, at: int) -> None:
    """Put other beads in the place of those of a briefing."""
    rows = tuple(row(at, number, version=2) for number in range(BRIEFING))
    gone = tuple(one.id for one in rows)
    concordance.index.update(IndexUpdate(name(at), "1", "2", gone, rows))
    store.states[name(at)] = "2"


def verdict(concordance: Concordance, store: MadeStore, at: int) -> None:
    """Write one bead of a briefing anew, with the same texts."""
    one = row(at, 0)
    concordance.index.update(IndexUpdate(name(at), "1", "2", (one.id,), (one,)))
    store.states[name(at)] = "2"


def tell(what: str, took: float) -> None:
    """Print what a step took."""
    print(f"{what}: {took:.3f} s; {memory()}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
