"""Damage archives and saved pages at random and read them: ``python -m fuzz.pages``.

Every file must give pages or one plain :class:`FormatError`. Whatever else is raised is printed
with the file that caused it, and the exit code is 1. ``--seconds`` and ``--seed`` repeat a run.
"""

import argparse
import gzip
import logging
import plistlib
import random
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from align.errors import FetchError, FormatError
from align.web.captures import Capture, read_saved
from align.web.charset import decode
from align.web.page_checks import check_page

URL = "http://press.example/content_1.htm"
HTML = (
    f"<html><head><!-- saved from url=(0034){URL} --><meta charset=gbk></head>"
    "<body><p>果园的苹果熟了。</p><script>var linkContent = '/a';</script></body></html>"
).encode("gbk")
TOKENS = (
    b"\r\n",
    b"\r\n\r\n",
    b"WARC/1.0\r\n",
    b"Content-Length: -1\r\n",
    b"Content-Length: 99999999\r\n",
    b"Content-Encoding: gzip\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Transfer-Encoding: x-uuencode\r\n",
    b"text/html; charset=\xff",
    b"=?utf-8?b?zzzz?=",
    b"multipart/mixed",
    b"boundary=",
    b"http://[",
    b"<meta charset=utf-16>",
    b"<?xml encoding='utf-7'?>",
    b"<script",
    b"\xff" * 9,
    b"\x00",
    b"\x1b[2J",
)


def main() -> None:
    """Run for a while and say how many files were read."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    chance = random.Random(options.seed)
    end = time.monotonic() + options.seconds
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() < end:
            name, whole = chance.choice(page_files())
            path = Path(folder) / name
            path.write_bytes(_damaged(whole, chance))
            _read(path)
            count += 1
    print(f"{count} damaged files: each gave pages or a plain error")


def _read(path: Path) -> None:
    """Read a file as every user of it does; stop the run at the first surprise."""
    try:
        with suppress(FormatError):
            for page in read_saved(path):
                decode(page.body, page.headers, page.url)
                with suppress(FetchError):
                    check_page(page)
            with suppress(FetchError):
                Capture.open(path).get(URL)
    except Exception:
        kept = Path(tempfile.gettempdir()) / f"fuzz-{path.name}"
        kept.write_bytes(path.read_bytes())
        print(f"{kept} causes:", file=sys.stderr)
        raise


def page_files() -> list[tuple[str, bytes]]:
    """Give one small file of each kind that holds pages, by name."""
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + HTML
    packed = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n"
    warc = _record(block) + _record(packed + gzip.compress(HTML))
    mail = (
        f"Snapshot-Content-Location: {URL}\r\nDate: Tue, 4 Mar 2025 12:30:15 -0000\r\n"
        'Content-Type: multipart/related; boundary="--b"\r\n\r\n----b\r\nContent-Type: text/html'
        f"\r\nContent-Location: {URL}\r\n\r\n"
    ).encode()
    main = {"WebResourceURL": URL, "WebResourceData": HTML, "WebResourceTextEncodingName": "gbk"}
    plist = {"WebMainResource": main}
    return [
        ("a.html", HTML),
        ("a.warc", warc),
        ("a.warc.gz", gzip.compress(warc)),
        ("a.mhtml", mail + HTML + b"\r\n----b--\r\n"),
        ("a.webarchive", plistlib.dumps(plist)),
        ("b.webarchive", plistlib.dumps(plist, fmt=plistlib.FMT_BINARY)),
    ]


def _record(block: bytes) -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {URL}\r\n"
        "WARC-Date: 2024-01-02T03:04:05Z\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def _damaged(whole: bytes, chance: random.Random) -> bytes:
    """Overwrite, cut out, repeat or insert, one to six times."""
    data = bytearray(whole)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(data) + 1)
        kind = chance.random()
        if kind < 0.4:
            data[place : place + chance.randint(0, 20)] = chance.choice(TOKENS)
        elif kind < 0.7:
            data[place : place + 1] = bytes([chance.randrange(256)])
        elif kind < 0.85:
            del data[place : place + chance.randint(1, 60)]
        else:
            start = chance.randrange(len(data) + 1)
            data[place:place] = data[start : start + chance.randint(1, 80)]
    return bytes(data)


if __name__ == "__main__":
    main()
