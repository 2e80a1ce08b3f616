"""How the pairing of a crawl grows: ``python -m benchmarks.crawl_growth CRAWL [PAGES ...]``.

The index of a real crawl is copied many times over, each time with other days, other numbers in the
addresses and other contents: the vectors of each pair are moved in a direction of their own, and
hashes of names and figures are changed. Printed are the pages, the pairs, the seconds of the
processor a page for the pairing, and the most memory. What reading and indexing a page takes does
not depend on how many there are; ``align add`` shows it.
"""

import argparse
import datetime as dt
import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from align.settings import Settings
from align.sources.ingest.crawl.index import CrawlIndex, index_capture
from align.sources.ingest.crawl.index_file import IndexFile, index_path, make_key
from align.sources.ingest.crawl.pairing import pair_pages
from align.sources.ingest.crawl.sketch import ROWS

PAGES = (1_000, 10_000)
DAYS = 700  # between two copies: more than a crawl has
NOISE = 0.5  # length of what is added to a vector of length 1


def grow(source: Path, target: Path, pages: int) -> None:
    """Write an index with copies of the pages of another one."""
    known = IndexFile(target)
    known.close()
    with sqlite3.connect(target) as connection:
        connection.execute("ATTACH ? AS source", (str(source),))
        rows = connection.execute(
            "SELECT file, place, url, final_url, fetched, checksum, facts, vectors FROM source.page"
        ).fetchall()
        done, copy = 0, 0
        while done < pages:
            for row in rows[: pages - done]:
                _copy_row(connection, row, copy)
            done += len(rows)
            copy += 1


def _copy_row(connection: sqlite3.Connection, row: tuple[Any, ...], copy: int) -> None:
    file, place, url, _, fetched, checksum, text, vectors = row
    facts = json.loads(text)
    day = facts.get("date", "")
    for name in ("title_days", "text_days"):
        facts[name] = [_later(one, copy) for one in facts.get(name, [])]
    if day:
        facts["date"] = _later(day, copy)
    facts["tokens"] = sorted(
        {(token ^ copy * 2654435761) % 2**32 for token in facts.get("tokens", [])}
    )
    facts["entries"] = []
    address = url.replace("/t", f"/{copy}/t")
    number = connection.execute(
        "INSERT INTO page (file, place, url, final_url, fetched, checksum, facts, vectors)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (file, f"{place}.{copy}", address, address, fetched, f"{checksum}{copy}",
         json.dumps(facts), _move(bytes(vectors), f"{day}{copy}")),
    ).lastrowid  # fmt: skip
    connection.execute("INSERT INTO address VALUES (?, ?)", (make_key(address), number))


def _later(day: str, copy: int) -> str:
    return (dt.date.fromisoformat(day) + dt.timedelta(DAYS * copy)).isoformat()


def _move(vectors: bytes, seed: str) -> bytes:
    """Add to every vector of a page what is the same for all pages of a day in one copy."""
    if not vectors:
        return vectors
    rows = np.frombuffer(vectors, np.int8).reshape(ROWS, -1).astype(np.float32)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    draw = np.random.default_rng(list(seed.encode()))
    noise = draw.standard_normal(rows.shape[1]).astype(np.float32)
    moved = rows + NOISE * noise / np.linalg.norm(noise)
    largest = np.abs(moved).max(axis=1, keepdims=True)
    return bytes(np.rint(moved * 127 / largest).astype(np.int8).data)


def measure(index: Path) -> None:
    """Pair the pages of an index and print what that took."""
    start = time.process_time()
    with CrawlIndex([IndexFile(index)], [index.name], max_bytes=1) as crawl:
        count = sum(1 for _ in crawl.pages())
        pairing = pair_pages(crawl)
    seconds = time.process_time() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    right = sum(pair.zh.days == pair.en.days for pair in pairing.pairs)
    print(
        f"{count:>8,} pages  {len(pairing.pairs):>7,} pairs ({right:,} of one day)"
        f"  {1000 * seconds / count:6.1f} ms a page  {memory:6.0f} MB",
        flush=True,
    )


def main() -> None:
    """Measure each size in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("crawl", type=Path, metavar="CRAWL", help="a capture (WARC)")
    parser.add_argument("pages", nargs="*", type=int, metavar="PAGES", help="sizes to measure")
    parser.add_argument("--measure", action="store_true", help="measure one grown index only")
    options = parser.parse_args()
    capture = options.crawl
    if options.measure:
        measure(capture)
        return
    index_capture([capture]).close()
    source = index_path(capture, Settings.from_environment())
    for size in options.pages or PAGES:
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / f"{size}.align-index"
            grow(source, target, size)
            command = [sys.executable, "-m", "benchmarks.crawl_growth", "--measure", str(target)]
            subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
