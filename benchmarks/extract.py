"""Extract 1,000 stored pages again: pages a second of processor time, and whether memory grows.

python -m benchmarks.extract [COUNT]
"""

import argparse
import datetime as dt
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from align.corpus.store import Store
from align.records import Page
from align.sources import extract
from align.sources.web.html import decode_page

FOLDER = Path(__file__).resolve().parent.parent / "corpora" / "demo" / "pages"


def made(count: int) -> Iterator[Page]:
    """Make pages of the demo's, each with bytes and an address of its own."""
    bodies = [path.read_bytes() for path in sorted(FOLDER.rglob("*_900*.htm*"))]
    at = dt.datetime.now(dt.UTC)
    for number in range(count):
        url = f"http://site.example/pressroom/2031-05/14/content_{number}.htm"
        body = bodies[number % len(bodies)] + f"<!-- {number} -->".encode()
        yield Page(url, url, 200, (), at, body)


def main() -> None:
    """Store, extract and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", nargs="?", type=int, default=1000, metavar="COUNT", help="pages")
    count = parser.parse_args().count
    with tempfile.TemporaryDirectory() as folder, Store.open(f"{folder}/c", create=True) as store:
        store.add_pages(made(count))
        size = sum(len(page.body) for page in store.pages()) / count
        peaks, turns, start = [], 0, time.process_time()
        for number, page in enumerate(store.pages(), 1):
            turns += len(extract.read_document([decode_page(page)]).turns)
            if number % max(1, count // 4) == 0:
                peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
        taken = time.process_time() - start
    print(
        f"{count} pages of {size / 1000:.0f} kB, {turns} turns: {count / taken:.0f} pages a second"
    )
    print(f"peak memory after each quarter, MB: {peaks}")


if __name__ == "__main__":
    main()
