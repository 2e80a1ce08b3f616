"""Crawl index: the pages of one or several captures, found by URL without reading all of them."""

import datetime as dt
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from ....errors import N_, AlignError, FetchError, FormatError, Message
from ....records import Page
from ....settings import Settings
from ...web import urls
from ...web.captures import follow_redirects
from .captured_pages import CapturedPage, Locator, list_capture_files, read_again, read_captured
from .equal_pages import EqualPages
from .index_file import IndexedPage, IndexFile, index_path, mark_of
from .page_facts import PageFacts, read_document_facts, read_page_facts
from .page_total import PageTotal
from .workers import MapItems, map_on_processors

log = logging.getLogger(__name__)

# pages read so far, and of how many: counted or estimated, if possible
Progress = Callable[[int, int | None], None]

_MOST_REVISITS = 5
_COMMIT_EVERY = 200  # pages; an interrupted run commits, a killed one reads them again
_LISTED = 5  # addresses that a message names


def index_capture(
    paths: Sequence[Path],
    *,
    settings: Settings | None = None,
    progress: Progress = lambda _done, _total: None,
    map_items: MapItems[CapturedPage, PageFacts] = map_on_processors,
) -> "CrawlIndex":
    """Index captures, each in a file next to it, and return all of their pages.

    Indexed pages are not read again, and an interrupted run resumes where it stopped.

    :param paths: WARC or ZIP files, saved pages, and folders of them.
    :param map_items: applies a function to pages: on all processors here, or on a cluster.
    :raises FormatError: a capture does not exist, or an index cannot be written.
    """
    chosen = settings or Settings.from_environment()
    with ExitStack() as stack:
        files = []
        for path in paths:
            names = list_capture_files(path)
            index = IndexFile(index_path(path, chosen))
            stack.callback(index.close)
            index.keep_files({str(name): mark_of(name) for name in names})
            total = PageTotal.of(index, names)
            _read_unfinished(index, chosen.max_bytes, total, progress, map_items)
            files.append(index)
        stack.pop_all()
    return CrawlIndex(files, [str(path) for path in paths], max_bytes=chosen.max_bytes)


def open_indexed(path: Path, settings: Settings) -> "CrawlIndex | None":
    """Return the index of a capture, if the whole capture was indexed and has not changed since."""
    place = index_path(path, settings)
    if not place.exists():
        return None
    index = IndexFile(place)
    if not index.is_complete({str(name): mark_of(name) for name in list_capture_files(path)}):
        index.close()
        return None
    return CrawlIndex([index], [str(path)], max_bytes=settings.max_bytes)


def _read_unfinished(
    index: IndexFile,
    max_bytes: int,
    total: PageTotal,
    progress: Progress,
    map_items: MapItems[CapturedPage, PageFacts],
) -> None:
    equal = EqualPages()
    for captured, facts in map_items(read_facts, _unread(index, max_bytes), equal.find):
        if captured.locator.place != _END:
            equal.keep(captured, facts)
            index.add(captured, facts)
            total.add(captured.locator)
            progress(total.done, total.estimate())
            if total.done % _COMMIT_EVERY == 0:
                index.commit()
        else:
            index.finish_file(captured.locator.file)
            total.finish(captured.locator.file)


_END = "end"  # place of the marker for the end of a file in the stream of pages


def _unread(index: IndexFile, max_bytes: int) -> Iterator[CapturedPage]:
    """Yield the pages that are not in the index, and the end of each file."""
    for file in index.unfinished_files():
        known = index.places(file)
        offsets = [int(place[1:]) for place in known if place.startswith("@")]
        start = max(offsets, default=0)
        for captured in read_captured(Path(file), max_bytes=max_bytes, start=start):
            if captured.locator.place not in known:
                yield captured
        yield CapturedPage(Locator(file, _END))


def read_facts(captured: CapturedPage) -> PageFacts:
    """Return the page facts of a captured page or document."""
    if captured.page is not None:
        return read_page_facts(captured.page)
    if captured.documents:
        try:
            return read_document_facts(captured.documents, "document")
        except AlignError as error:
            return PageFacts("unreadable", error.message)
    if captured.revisited:
        return PageFacts("revisit", target=captured.revisited)
    return PageFacts("unreadable", captured.fault)


@dataclass(frozen=True, slots=True)
class PageId:
    """Which page of a crawl: the number of its capture, and its number there."""

    capture: int
    number: int


class CrawlIndex:
    """The pages of captures; a context manager.

    Of two captures of one address the later whole one counts.
    """

    def __init__(self, files: Sequence[IndexFile], names: Sequence[str], *, max_bytes: int) -> None:
        self._files = tuple(files)
        self.names = tuple(names)
        self._max_bytes = max_bytes

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the index files."""
        for file in self._files:
            file.close()

    @property
    def name(self) -> str:
        """The captures, as they are shown to the user."""
        return " ".join(self.names)

    def pages(self, *, vectors: bool = False) -> Iterator[tuple[PageId, IndexedPage]]:
        """Yield every page that was read, in the order of the captures."""
        for capture, file in enumerate(self._files):
            for page in file.pages(vectors=vectors):
                yield PageId(capture, page.id), page

    def vectors(self, ids: Iterable[PageId]) -> Iterator[bytes]:
        """Yield the vectors of some pages."""
        for page in ids:
            yield from self._files[page.capture].vectors([page.number])

    def pages_of_kind(self, kind: str) -> Iterator[IndexedPage]:
        """Yield the pages of a kind."""
        for file in self._files:
            yield from file.pages_of_kind(kind)

    def pages_of_day(self, language: str, day: dt.date) -> Iterator[IndexedPage]:
        """Yield the pages in a language that are dated a day."""
        for file in self._files:
            yield from file.pages_of_day(language, day)

    def find(self, address: str) -> tuple[PageId, IndexedPage] | None:
        """Return the page that counts for an address, redirects and revisits not followed."""
        best: tuple[PageId, IndexedPage] | None = None
        for variant in filter(None, (address, urls.swap_extension(address))):
            for capture, file in enumerate(self._files):
                for page in file.find(variant):
                    if best is None or _counts_more(page, best[1]):
                        best = PageId(capture, page.id), page
        return best

    def read(self, page: PageId) -> CapturedPage:
        """Read a page from its capture again.

        :raises FormatError: the capture has changed.
        """
        file = self._files[page.capture]
        row = file.page(page.number)
        kept = file.kept_page(page.number)
        if kept is not None:
            return CapturedPage(row.locator, kept)
        return read_again(row.locator, max_bytes=self._max_bytes)

    def get(self, url: str) -> Page:
        """Return a page as if it had been fetched; ``url`` of the page is the address asked for.

        :raises FetchError: the captures do not have it, or it leads nowhere.
        """
        return follow_redirects(url, self._page, self.name)

    def _page(self, url: str) -> Page:
        """Return the page of a URL, or the one that a revisit record names."""
        found = self._find_content(url)
        if found is None:
            raise FetchError(
                N_("{url}: not in {name}; {description}"),
                url=url,
                name=self.name,
                description=self._describe(url),
            )
        try:
            page = self.read(found).page
        except FormatError as error:
            raise FetchError(error.message) from error
        if page is None:
            raise FetchError(N_("{url}: {name} has no page with this URL"), url=url, name=self.name)
        return page

    def _find_content(self, address: str) -> PageId | None:
        """Return the page that has the content of an address; revisit records have none."""
        for _ in range(_MOST_REVISITS):
            found = self.find(address)
            if found is None or found[1].facts.kind != "revisit":
                return found and found[0]
            address = found[1].facts.target
        return None

    def _describe(self, url: str) -> Message:
        host, known = urls.host_of(url), list[str]()
        for _, page in self.pages():
            if page.url and urls.host_of(page.url) == host:
                known.append(page.url)
            if len(known) > _LISTED:
                break
        if not known:
            return Message(N_("it has no page from this host; capture the missing page too"))
        more = " ..." if len(known) > _LISTED else ""
        return Message(
            N_("it has {addresses}{more}; capture the missing page too"),
            addresses=known[:_LISTED],
            more=more,
        )


def _counts_more(page: IndexedPage, other: IndexedPage) -> bool:
    """Return whether a later capture of an address counts instead of an earlier one."""
    whole, other_whole = (one.facts.kind not in _NOT_WHOLE for one in (page, other))
    if whole != other_whole:
        return whole
    return page.fetched >= other.fetched


_NOT_WHOLE = ("error", "unreadable", "redirect", "revisit")
