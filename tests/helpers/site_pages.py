"""The replicas of ``tests/pages`` as decoded pages: what a test of a site needs."""

import csv
from pathlib import Path

from align.records import Document
from align.sources.web.charset import decode
from align.sources.web.html import DecodedPage

FOLDER = Path(__file__).parent.parent / "pages"
with (FOLDER / "index.tsv").open(encoding="utf-8", newline="") as index:
    ADDRESSES = {row["file"]: row["address"] for row in csv.DictReader(index, delimiter="\t")}


def page(name: str, url: str = "") -> DecodedPage:
    """Return a replica, decoded as the pipeline does it, under its address or another one."""
    address = url or ADDRESSES[name]
    return DecodedPage(address, decode((FOLDER / name).read_bytes(), (), address).text)


def turns(document: Document) -> list[tuple[str, str, int]]:
    """Return label, role and number of paragraphs of each turn, which is what a test compares."""
    return [(turn.label, turn.role, len(turn.paragraphs)) for turn in document.turns]
