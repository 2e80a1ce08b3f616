"""Measure the doors on made-up pages: ``python -m benchmarks.page_memory``.

Prints what docs/explanation/fetching.md quotes: decoding, WARC writing and reading, a capture,
fetching from a server on this machine.
"""

import datetime as dt
import resource
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from serve import serve

from align.records import Page
from align.sources.web.address_guard import FetchSettings
from align.sources.web.captures import Capture
from align.sources.web.captures.warc import read_warc, write_warc
from align.sources.web.charset import decode
from align.sources.web.fetcher import Fetcher

PAGES = 1000
PARAGRAPH = "<p>记者问：果园的产量是多少？答：今年的苹果产量为三万吨，比去年增长百分之{}。</p>\n"


def main() -> None:
    """Measure and print one line each."""
    print(f"{PAGES} pages of {len(_page(1).body) / 1000:.0f} kB")
    text = "".join(PARAGRAPH.format(n) for n in range(3000))
    for encoding in ("utf-8", "gb18030"):
        body = text.encode(encoding)[:300_000]
        print(f"decode 300 kB of {encoding}: {1000 * _seconds(partial(decode, body)):.1f} ms")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.warc.gz"
        before = _peak()
        seconds = _seconds(lambda: write_warc(map(_page, range(PAGES)), path))
        print(f"make and write: {PAGES / seconds:.0f} pages/s, {_peak() - before:.0f} MB more")
        before = _peak()
        seconds = _seconds(lambda: sum(1 for _ in read_warc(path)))
        print(f"read: {PAGES / seconds:.0f} pages/s, {_peak() - before:.0f} MB more")
        before = _peak()
        seconds = _seconds(lambda: Capture.open(path))
        print(f"open as a capture: {seconds:.2f} s, {_peak() - before:.0f} MB more")
    _fetch()


def _fetch() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for number in range(200):
            (Path(folder) / f"content_{number}.htm").write_bytes(_page(number).body)
        with serve(Path(folder)) as base, Fetcher(FetchSettings(allow_private=True)) as fetcher:
            fetcher.get(f"{base}/content_0.htm")

            def all_pages() -> None:
                for number in range(1, 200):
                    fetcher.get(f"{base}/content_{number}.htm")

            print(f"fetch from this machine: {199 / _seconds(all_pages):.0f} pages/s")


def _page(number: int) -> Page:
    text = "".join(PARAGRAPH.format(f"{number}之{n}") for n in range(700))
    url = f"http://press.example/content_{number}.htm"
    body = f"<html><body>{text}</body></html>".encode()
    return Page(url, url, 200, (("Content-Type", "text/html"),), dt.datetime.now(dt.UTC), body)


def _seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
