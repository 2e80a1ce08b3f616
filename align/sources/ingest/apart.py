"""What the page reads in a process of its own: files, addresses, pages of captures, pair tables.

Each function here is called by :func:`align.sources.processes.run_apart`, and asks its starter for
the network, for what the corpus knows, and to take what was read.
"""

import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from ...errors import AlignError
from ...records import Document
from ...settings import Settings
from ..processes import Ask, Services
from .crawl.captured_pages import CapturedPage, Locator, decode_name
from .crawl.index import index_capture
from .crawl.jobs import make_jobs, read_page_pair
from .crawl.page_facts import PageFacts
from .crawl.pair_table import TableRow, read_rows
from .crawl.pairing import PagePair
from .crawl.workers import FindKnown, map_on_processors
from .documents import DocumentPair, FetchPage, Say
from .inputs import AddressBook, CrawlMemory, Job, JobFinder

_BOOK = ("has_address", "has_page", "add_address", "kept_lists", "keep_list")
CAPTURE_MEMORY = 2_000_000_000
"""Bytes that reading a capture may take; the encoder that compares its pages is part of it."""


def read_files(
    ask: Ask, sources: tuple[str, ...], max_bytes: int, facts: Mapping[str, str]
) -> DocumentPair:
    """Read one file in both languages, or two files."""
    job = Job(sources, max_bytes, facts=facts)
    return job.read(partial(ask, "fetch"), lambda _text: None)


def read_addresses(
    ask: Ask, addresses: tuple[str, ...], max_bytes: int, facts: Mapping[str, str]
) -> None:
    """Read the briefings of an address, or of one in each language; each is taken once read."""
    fetch, say = partial(ask, "fetch"), partial(ask, "say")
    first, *others = addresses
    zh = "".join(others[:1])
    finder = JobFinder(fetch, say, zh=zh, max_bytes=max_bytes, facts=facts)
    finder.memory = CrawlMemory(_AskedBook(ask))
    for job in finder.find([first]):
        ask("take", job.read(fetch, say, finder.lists))


def serve_addresses(
    fetch: FetchPage, say: Say, book: AddressBook, take: Callable[[DocumentPair], object]
) -> Services:
    """Return the services that :func:`read_addresses` asks for."""
    known = {name: getattr(book, name) for name in _BOOK}
    return {"fetch": fetch, "say": say, "take": take, **known}


class _AskedBook:
    """The facts about addresses in a corpus of the starter."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def has_address(self, *addresses: str) -> bool:
        """Return whether one of the addresses led to a briefing."""
        return bool(self._ask("has_address", *addresses))

    def has_page(self, url: str, checksum: str, /) -> bool:
        """Return whether this version of a page is stored."""
        return bool(self._ask("has_page", url, checksum))

    def add_address(self, key: str, briefing_id: str, /) -> None:
        """Keep to which briefing an address led."""
        self._ask("add_address", key, briefing_id)

    def kept_lists(self) -> Mapping[str, Mapping[str, Any]]:
        """Return what is kept of each list, by its key."""
        found: Mapping[str, Mapping[str, Any]] = self._ask("kept_lists")
        return found

    def keep_list(self, key: str, values: Mapping[str, Any], /) -> None:
        """Keep what was learnt of a list."""
        self._ask("keep_list", key, values)


def index_files(ask: Ask, paths: Sequence[Path], settings: Settings) -> None:
    """Index captures in the files next to them.

    ``passed`` gets the share of the bytes that precede each page, ``counted`` the pages so far.
    """
    scale = CaptureScale(paths)

    def watch(
        function: Callable[[CapturedPage], PageFacts],
        items: Iterable[CapturedPage],
        find_known: FindKnown[CapturedPage, PageFacts],
    ) -> Iterator[tuple[CapturedPage, PageFacts]]:
        for captured, facts in map_on_processors(function, items, find_known):
            ask("passed", scale.share(captured.locator))
            yield captured, facts

    def count(done: int, _total: int | None) -> None:
        ask("counted", done)

    with index_capture(paths, settings=settings, progress=count, map_items=watch):
        pass


class CaptureScale:
    """Scale that maps a page to its position in the captures, from 0 to 1."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._before: dict[str, int] = {}
        self._members: dict[tuple[str, str], int] = {}
        self._total = 0
        for path in paths:
            self._before[str(path)] = self._total
            self._total += path.stat().st_size
            if path.suffix == ".zip":
                with suppress(zipfile.BadZipFile, OSError), zipfile.ZipFile(path) as archive:
                    for member in archive.infolist():
                        self._members[str(path), decode_name(member)] = member.header_offset

    def share(self, locator: Locator) -> float:
        """Return the share of the captures' bytes that precede a page."""
        place = locator.place.removeprefix("#")
        if place.startswith("@"):
            offset = int(place[1:])
        else:
            member = place if not locator.is_sequential else place.rpartition("/")[0]
            offset = self._members.get((locator.file, member), 0)
        return (self._before.get(locator.file, 0) + offset) / max(1, self._total)


def read_pairs(
    ask: Ask, paths: Sequence[Path], settings: Settings, pairs: Sequence[PagePair]
) -> None:
    """Read the documents of pairs of captured pages, or of bilingual pages paired with themselves.

    ``next`` is asked before each pair, by its number, ``take`` gets its documents, ``refuse`` the
    error that it has instead.
    """
    with index_capture(paths, settings=settings) as index:
        for number, pair in enumerate(pairs):
            ask("next", number)
            both = [pair.zh] if pair.zh == pair.en else []
            (job,) = make_jobs(index, () if both else (pair,), both)
            try:
                read = job.read(index.get, lambda _text: None)
            except AlignError as error:
                ask("refuse", number, error)
                continue
            ask("take", number, read)


def read_pair_rows(_ask: Ask, path: Path) -> list[TableRow]:
    """Return the rows of an edited table of pairs."""
    return list(read_rows(path))


def read_two_pages(
    _ask: Ask, paths: Sequence[Path], settings: Settings, pair: PagePair
) -> tuple[Document, Document]:
    """Return the documents of a pair of captured pages."""
    with index_capture(paths, settings=settings) as index:
        read = read_page_pair(index, pair, lambda _text: None)
    return read.zh, read.en
