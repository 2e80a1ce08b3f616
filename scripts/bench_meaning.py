"""Measure the kinds of index for search by meaning: recall against comparing all, time, memory.

    python scripts/bench_meaning.py GOLD.json... --vectors 100000

The vectors are those of the sentences of gold files, each with noise added until there are as many
as asked for: near neighbours, as recurring phrases are. One thread.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from align.encoders import load
from align.search.meaning import SAMPLE, description, probes

NOISE = 0.5  # as long as half the vector: cosine about .89 with the sentence it came from
QUERIES = 300
NEAREST = 10

Vectors = NDArray[np.float32]


def main() -> int:
    """Run the measurement and print a line for each kind."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("gold", nargs="+", type=Path)
    options.add_argument("--vectors", type=int, default=100_000)
    chosen = options.parse_args()
    faiss.omp_set_num_threads(1)
    generator = np.random.default_rng(0)
    vectors = spread(encoded(chosen.gold), chosen.vectors, generator)
    queries = spread(vectors[:: len(vectors) // QUERIES][:QUERIES], QUERIES, generator)
    exact = faiss.IndexFlatIP(vectors.shape[1])
    exact.add(vectors)
    _, right = exact.search(queries, NEAREST)
    for kind in ("Flat", description(chosen.vectors), "HNSW32", "IVF512,PQ64"):
        measure(kind, vectors, queries, right)
    return 0


def encoded(paths: list[Path]) -> Vectors:
    """Encode the sentences of gold files, both languages."""
    texts: list[str] = []
    for path in paths:
        gold = json.loads(path.read_text("utf-8"))
        texts += gold["zh"] + gold["en"]
    texts = [text for text in dict.fromkeys(texts) if text.strip()]
    return load("use").encode(texts)


def spread(vectors: Vectors, count: int, generator: np.random.Generator) -> Vectors:
    """Draw ``count`` of the vectors, with noise, on the unit sphere again."""
    drawn = vectors[generator.integers(0, len(vectors), count)]
    noise = generator.standard_normal(drawn.shape, dtype=np.float32)
    noise *= NOISE / np.sqrt(drawn.shape[1])
    made = drawn + noise
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), dtype=np.float32)


def measure(kind: str, vectors: Vectors, queries: Vectors, right: NDArray[np.int64]) -> None:
    """Build one kind of index, ask it, and print what it gave."""
    started = time.process_time()
    index = faiss.index_factory(vectors.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
    if not index.is_trained:
        cells = faiss.extract_index_ivf(index)
        index.train(vectors[: SAMPLE * cells.nlist])
        cells.nprobe = probes(cells.nlist)
    index.add(vectors)
    built = time.process_time() - started
    started = time.process_time()
    _, found = index.search(queries, NEAREST)
    asked = (time.process_time() - started) / len(queries)
    recall = np.mean(
        [len(set(one) & set(two)) / NEAREST for one, two in zip(found, right, strict=True)]
    )
    size = faiss.serialize_index(index).nbytes / 1e6
    print(
        f"{kind:13} {len(vectors):,} vectors: recall@{NEAREST} {recall:.3f}, "
        f"{1000 * asked:.2f} ms a query, built in {built:.0f} s, {size:.0f} MB"
    )


if __name__ == "__main__":
    sys.exit(main())
