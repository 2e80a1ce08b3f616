r"""Measure search by meaning: recall against comparing all, time, memory, and upkeep.

    python -m benchmarks.semantic_search GOLD.json... --vectors 1000000 \
        --kinds ours IVF2048,SQ8 HNSW32
    python -m benchmarks.semantic_search GOLD.json... --beads 1000000

The vectors are made: they have the mean and the covariance of USE's vectors of the sentences of
the gold files, half as many centres as vectors, each vector between two centres and with noise
added. Cells find the neighbours of such vectors less well than those of the real ones, which
``--vectors 0`` shows. With ``--beads`` the whole search runs on a corpus of made beads, two texts
each, and only the encoder is replaced by such vectors. Each measurement has a process of its own,
so that its memory is its own. One thread.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import faiss
import numpy as np
from numpy.typing import NDArray

from align.encoders import load
from align.search import Concordance, Where
from align.search.semantic import SemanticSearch
from align.store import Store
from align.store.index import IndexedBead, IndexUpdate, text_key
from align.store.index.vectors import Keys, VectorIndex, Vectors

QUERIES = 200
NEAREST = 10
BLOCK = 50_000
SHARES = (16, 8, 4)
"""One cell in so many is looked into."""
BRIEFING = 250
"""Beads of one made briefing."""

T = TypeVar("T")


def main() -> int:
    """Run the measurements and print a line for each."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("gold", nargs="*", type=Path)
    options.add_argument("--vectors", type=int, default=100_000)
    options.add_argument("--kinds", nargs="+", default=["ours"])
    options.add_argument("--beads", type=int, default=0)
    options.add_argument("--work", type=Path, help="Where gigabytes may lie for a while.")
    options.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    faiss.omp_set_num_threads(1)
    if chosen.inside is not None:
        one_kind(chosen.inside, chosen.vectors, chosen.kinds[0])
        return 0
    with tempfile.TemporaryDirectory(dir=chosen.work) as work:
        folder = Path(work)
        np.save(folder / "real.npy", encoded(chosen.gold))
        if chosen.beads:
            whole(folder, chosen.beads)
        elif not chosen.vectors:
            likeness(np.load(folder / "real.npy"))
        else:
            kinds(folder, chosen.vectors, chosen.kinds)
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
        self._centres = np.concatenate(
            [
                on_sphere(normal((some, len(spread)), np.float32) @ spread + middle)
                for some in blocks(max(count // 2, 1))
            ]
        )

    def __call__(self, count: int) -> Vectors:
        """Draw vectors of length 1."""
        pick = self._generator.integers
        one, two = (self._centres[pick(0, len(self._centres), count)] for _ in range(2))
        weight = self._generator.uniform(0.6, 1, (count, 1)).astype(np.float32)
        mixed = on_sphere(weight * one + (1 - weight) * two)
        noise = self._generator.standard_normal(mixed.shape, np.float32)
        noise *= np.float32(0.5 / mixed.shape[1] ** 0.5)  # half as long as the vector
        return on_sphere(mixed + noise)


def blocks(count: int) -> Iterator[int]:
    """Return the sizes of blocks that make up a number."""
    for start in range(0, count, BLOCK):
        yield min(BLOCK, count - start)


def on_sphere(vectors: Vectors) -> Vectors:
    """Give rows the length 1."""
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def likeness(real: Vectors) -> None:
    """Compare real and made vectors: how near the nearest are, and what cells find of them."""
    order = np.random.default_rng(0).permutation(len(real))
    asked, rest = real[order[:QUERIES]], real[order[QUERIES:]]
    made = Made(rest, len(rest))
    both = (("real", rest, asked), ("made", made(len(rest)), made(QUERIES)))
    for label, vectors, queries in both:
        exact = faiss.IndexFlatIP(vectors.shape[1])
        exact.add(vectors)
        scores, right = exact.search(queries, NEAREST)
        index: Any = faiss.index_factory(512, "IVF128,Flat", faiss.METRIC_INNER_PRODUCT)
        index.cp.min_points_per_centroid = 1
        index.train(vectors)
        index.add(vectors)
        found = []
        for index.nprobe in (4, 16, 32):
            found.append(f"{recall(index.search(queries, NEAREST)[1], right):.3f}")
        print(
            f"{label}: cosine of the nearest {scores[:, 0].mean():.2f}, of the tenth "
            f"{scores[:, -1].mean():.2f}; 4, 16, 32 of 128 cells find {', '.join(found)}"
        )


def recall(found: NDArray[np.int64], right: NDArray[np.int64]) -> float:
    """Return the share of the nearest that were found."""
    shares = [len(set(one) & set(two)) / NEAREST for one, two in zip(found, right, strict=True)]
    return float(np.mean(shares))


def kinds(folder: Path, count: int, names: Sequence[str]) -> None:
    """Find the truth by comparing all, then measure each kind in a process of its own."""
    made = Made(np.load(folder / "real.npy"), count)
    queries = made(QUERIES)
    scores = np.zeros((QUERIES, 0), np.float32)
    keys = np.zeros((QUERIES, 0), np.int64)
    start = 0
    with (folder / "vectors").open("wb") as stored:
        for size in blocks(count):
            block = made(size)
            block.tofile(stored)
            numbers = np.tile(np.arange(start, start + size), (QUERIES, 1))
            scores = np.concatenate([scores, queries @ block.T], axis=1)
            keys = np.concatenate([keys, numbers], axis=1)
            best = np.argsort(-scores, axis=1)[:, :NEAREST]
            scores = np.take_along_axis(scores, best, 1)
            keys = np.take_along_axis(keys, best, 1)
            start += size
    np.save(folder / "queries.npy", queries)
    np.save(folder / "right.npy", keys)
    for kind in names:
        command = [
            sys.executable,
            "-m",
            "benchmarks.semantic_search",
            "--inside",
            str(folder),
            "--kinds",
            kind,
        ]
        subprocess.run([*command, "--vectors", str(count)], check=True)


def one_kind(folder: Path, count: int, kind: str) -> None:
    """Build one kind of index, ask it, and print what it gave."""
    queries, right = np.load(folder / "queries.npy"), np.load(folder / "right.npy")
    if kind == "ours":
        ours(folder, count, queries, right)
        return
    index, built = timed(lambda: factory(kind, folder, count))
    print(f"{kind}, {count:,} vectors: built in {built:.0f} s; {memory()}")
    graph = kind.startswith("HNSW")
    shares = [index.nlist // share for share in SHARES] if "IVF" in kind else [0]
    for looked in (64, 128, 256) if graph else shares:
        if graph:
            index.hnsw.efSearch = looked
        elif looked:
            index.nprobe = looked
        found, took = timed(lambda: [index.search(query[None], NEAREST)[1][0] for query in queries])
        told = f"recall@{NEAREST} {recall(np.array(found), right):.3f}"
        print(f"  {looked}: {told}, {1000 * took / QUERIES:.2f} ms a query", flush=True)


def read(folder: Path, count: int, size: int = BLOCK) -> Iterator[Vectors]:
    """Yield the vectors in blocks, without mapping the file."""
    with (folder / "vectors").open("rb") as stored:
        for _ in range(0, count, size):
            yield np.fromfile(stored, np.float32, size * 512).reshape(-1, 512)


def factory(kind: str, folder: Path, count: int) -> Any:  # noqa: ANN401 # faiss has no types
    """Build an index of faiss as its name says, trained on the first block as ours is."""
    index = faiss.index_factory(512, kind, faiss.METRIC_INNER_PRODUCT)
    for block in read(folder, count):
        if not index.is_trained:
            if "IVF" in kind:
                cells = faiss.extract_index_ivf(index)
                cells.cp.min_points_per_centroid, cells.cp.niter = 1, 10
            index.train(block)  # of a graph's 8 bits: the range of each number
        index.add(block)
    return index


def ours(folder: Path, count: int, queries: Vectors, right: NDArray[np.int64]) -> None:
    """Build the index of the package in blocks, as a corpus does, and open it again."""
    keys: Keys = np.arange(count)
    index = VectorIndex(folder / "ours", 512, lambda: keys)

    def build() -> None:
        for number, block in enumerate(read(folder, count, 512)):
            start = 512 * number
            index.add(keys[start : start + len(block)], block, expected=count)
            if number % 20 == 19:
                index.save()
        index.save({})

    _, built = timed(build)
    size = sum(path.stat().st_size for path in (folder / "ours").iterdir()) / 1e6
    told = f"built in {built:.0f} s, {size:.0f} MB on disk; {memory()}"
    print(f"ours, {index.kind}, {count:,} vectors: {told}")
    again, opened = timed(lambda: VectorIndex(folder / "ours", 512, lambda: keys))
    found, took = timed(lambda: [[*again.nearest(query[None], NEAREST)] for query in queries])
    print(
        f"  opened in {opened:.2f} s; recall@{NEAREST} {recall(np.array(found), right):.3f}, "
        f"{1000 * took / QUERIES:.2f} ms a query; {memory()}",
        flush=True,
    )


def timed(task: Callable[[], T]) -> tuple[T, float]:
    """Run something and give its processor seconds."""
    started = time.process_time()
    done = task()
    return done, time.process_time() - started


def memory() -> str:
    """Say what memory this process held at most, and what of it now is mapped files."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
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


def whole(folder: Path, beads: int) -> None:
    """Build, open and keep up the whole search of a corpus; print what each step took."""
    made = Made(np.load(folder / "real.npy"), 100_000)  # more centres would take the memory
    store = MadeStore(folder, beads)
    concordance = Concordance(store)

    def fill() -> None:
        for at in range(beads // BRIEFING):
            rows = tuple(row(at, number) for number in range(BRIEFING))
            concordance.index.update(IndexUpdate(name(at), "", "1", (), rows))

    tell("index of words, without words", timed(fill)[1])
    encoder = Topics(made)
    meaning = SemanticSearch(store, encoder, concordance)
    count, took = timed(meaning.refresh)
    tell(f"{count:,} vectors of {beads:,} beads, with making them", took)
    meaning, took = timed(lambda: SemanticSearch(store, encoder, concordance))
    tell("opened", took)
    search(meaning, "a query", None)
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
    search(meaning, "a query then", None)


def search(meaning: SemanticSearch, label: str, where: Where | None) -> None:
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
