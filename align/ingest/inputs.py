"""Jobs: what the user asks to add, one job for each briefing, named first and read later.

What is learnt about addresses is kept in the corpus, so that a stopped run goes on.
"""

import datetime as dt
import functools
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain, cycle
from pathlib import Path
from typing import TYPE_CHECKING

from .. import extract, readers
from ..errors import FetchError, TextError, UsageError
from ..extract.page_links import further_list_pages, next_list_page, page_key, read_list_items
from ..extract.site import ListItem
from ..logs import Clock
from ..readers.documents import load_text
from ..records import LANGUAGE_NAMES, Document, Page
from ..settings import Settings
from ..store import Store
from ..web.html import DecodedPage, decode_page
from .documents import FILE as FACTS_FILE
from .documents import (
    DocumentPair,
    FetchPage,
    LanguageVersion,
    Say,
    facts_of_files,
    from_address,
    is_address,
    pair_versions,
    read_version,
)
from .pair_files import PairedFiles, find_pairs, parse_file_name, read_documents

if TYPE_CHECKING:
    from ..web.fetcher import Fetcher

# Pages that are kept between finding out what they are and reading them: about 20 MB.
MOST_KEPT_PAGES = 100
MOST_UNNAMED = 200  # files whose texts are all in memory while they are paired
MOST_LISTS = 60  # pages of a list that are read for one day: about two years of conferences
# Addresses that may be lists; the page is fetched to see. A node of SCIO may be either.
_MAYBE_LIST = re.compile(r"(?:/|node_\d+(?:_\d+)?\.s?html?|(?:index|default)(?:_\d+)?\.s?html?)$")

_NO_PAIR = (
    "{} holds no pair of files and none in both languages. Name them alike but for the language: "
    "june.zh.txt and june.en.txt, or zh/june.txt and en/june.txt. {}"
)


@dataclass(frozen=True, slots=True)
class KnownAs:
    """How the corpus knows the pages of a job: each address with the checksum of its page.

    The checksum is empty for a file that is no page.
    """

    pages: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Job:
    """One briefing to add: one or two addresses or files, as the user named them."""

    sources: tuple[str, ...]
    max_bytes: int
    page: DecodedPage | None = None  # what was read already
    documents: tuple[Document, ...] = ()  # likewise
    refusal: str = ""  # why it cannot be added
    facts: Mapping[str, str] = field(default_factory=dict, hash=False)  # what the user says of it
    read_pair: Callable[[Say], DocumentPair] | None = field(default=None, compare=False)
    known_as: "KnownAs | None" = field(default=None, compare=False)

    @property
    def name(self) -> str:
        """The sources, as they are shown to the user."""
        return " ".join(self.sources)

    def read(self, fetch: FetchPage, say: Say) -> DocumentPair:
        """Read the documents; the pair says how long fetching and extracting took."""
        clock = Clock()
        with clock.stage("extract"):
            pair = self._read(clock.stage("fetch")(fetch), say)
            files = [Path(source) for source in self.sources if not is_address(source)]
            said = {**(facts_of_files(files) if files else {}), **self.facts}
        return replace(pair, seconds=clock.seconds, facts={**pair.facts, **said})

    def _read(self, fetch: FetchPage, say: Say) -> DocumentPair:
        if self.refusal:
            raise TextError(self.refusal)
        if self.read_pair is not None:
            return self.read_pair(say)
        first, documents = self.sources[0], self.documents
        if len(self.sources) == 1:
            if is_address(first):
                return from_address(first, fetch, page=self.page, say=say)
            documents = documents or readers.read_documents(Path(first), max_bytes=self.max_bytes)
            if len(documents) == 1:
                raise TextError(
                    f"{first} is in {LANGUAGE_NAMES[documents[0].language]} only; "
                    "add it together with the other language's file"
                )
        # The documents of one file in both languages, or of a file each.
        read = zip(documents, cycle(self.sources), strict=False)
        one, two = [LanguageVersion(text, file=Path(file).name) for text, file in read] or [
            read_version(source, fetch, max_bytes=self.max_bytes, say=say)
            for source in self.sources
        ]
        uris = (s if is_address(s) else Path(s).resolve().as_uri() for s in self.sources)
        return pair_versions(one, two, " ".join(uris), self.name)


@dataclass(slots=True)
class CrawlMemory:
    """Which addresses led to briefings; without a store, or with ``recheck``, none is known."""

    store: Store | None = None
    recheck: bool = False

    def has_job(self, job: Job) -> bool:
        """Return whether the briefing of a job is in the corpus, from these very pages."""
        if job.known_as is None:
            return self.has_briefing(job.name)
        if self.store is None or self.recheck:
            return False
        for address, checksum in job.known_as.pages:
            if not self.store.has_address(page_key(address), address):
                return False
            if checksum and not self.store.has_page(address, checksum):
                return False
        return True

    def has_briefing(self, address: str) -> bool:
        """Return whether an address led to a briefing that is in the corpus."""
        if self.store is None or self.recheck:
            return False
        return is_address(address) and self.store.has_address(page_key(address), address)

    def keep_briefing(self, job: Job, briefing_id: str) -> None:
        """Keep to which briefing an address led, unless it is an address of its documents."""
        if self.store is None or job.known_as or len(job.sources) > 1 or not is_address(job.name):
            return
        key = page_key(job.name)
        if not self.store.has_address(key, job.name):
            self.store.add_address(key, briefing_id)


@dataclass(frozen=True, slots=True)
class RestJobs:
    """Jobs of files that no name joins, the files that they use, and lines for the user."""

    jobs: tuple[Job, ...]
    paths: frozenset[Path]
    lines: tuple[str, ...]


@dataclass(slots=True)
class JobFinder:
    """Finds the briefings in what the user names."""

    fetch: FetchPage
    say: Say = lambda _text: None
    tell: Say = lambda _text: None  # what was left out, which the user must not miss
    zh: str = ""  # the source of the other language
    since: dt.date | None = None  # older entries of a list are left out
    max_bytes: int = 20_000_000
    facts: Mapping[str, str] = field(default_factory=dict)  # what the user says of all of them
    memory: CrawlMemory = field(default_factory=CrawlMemory)
    # Pairs by content the files of folders that nothing else joins.
    pair_rest: Callable[[Sequence[Path], Sequence[Path]], RestJobs] | None = None
    kept_pages: int = 0

    def find(self, sources: Sequence[str]) -> tuple[Job, ...]:
        """Return a job for each briefing."""
        jobs = self._find_with_counterpart(sources) if self.zh else self._find_all(sources)
        if len(jobs) > 1 and (own := {"title", "id"} & set(self.facts)):
            raise TextError(
                f"one {min(own)} is given to {len(jobs)} briefings; give it to one, or in a "
                f"{FACTS_FILE} beside the files"
            )
        return tuple(replace(job, facts=self.facts) for job in jobs)

    def _find_all(self, sources: Sequence[str]) -> tuple[Job, ...]:
        jobs: list[Job] = []
        files: list[str] = []
        for source in sources:
            addresses = list_addresses(source, self.max_bytes)
            for address in addresses:
                jobs += self._find_on_web(address)
            if not addresses:
                files.append(source)
        jobs += self._find_in_files([*map(Path, readers.leave_out_addresses(files))])
        return tuple({job.name: job for job in jobs}.values())

    def _find_with_counterpart(self, sources: Sequence[str]) -> tuple[Job, ...]:
        if len(sources) != 1:
            raise UsageError(f"--zh goes with one source, but there are {len(sources)}")
        both = (sources[0], self.zh)
        if any(map(is_address, both)):
            return (Job(both, self.max_bytes),)
        paths = tuple(map(Path, both))
        if all(path.is_dir() for path in paths):
            return tuple(self._find_in_files(paths))
        return (self._job_of_files(paths),)

    def _find_on_web(self, address: str) -> list[Job]:
        maybe_list = self.since is not None or _MAYBE_LIST.search(address)
        if not maybe_list or self.memory.has_briefing(address):
            return [Job((address,), self.max_bytes)]
        page = decode_page(self.fetch(address))
        if extract.classify_page(page).kind != "list":
            self.kept_pages += 1
            kept = page if self.kept_pages <= MOST_KEPT_PAGES else None
            return [Job((address,), self.max_bytes, kept)]
        entries = self._read_list(address, page)
        wanted = [entry for entry in entries if self._is_wanted(entry.date)]
        self.say(f"{address}: {len(wanted)} of {len(entries)} entries")
        return [Job((entry.url,), self.max_bytes) for entry in wanted]

    def _read_list(self, address: str, page: DecodedPage) -> tuple[ListItem, ...]:
        """Return the entries of a list, or of its pages until a day or nothing new."""
        newest = entries = _list_entries(page)
        for _ in range(MOST_LISTS):
            url = next_list_page(page)
            past = self.since and not any(self._is_wanted(entry.date) for entry in newest.values())
            if not url or not newest or past:
                break
            if self.since is None:
                if further_list_pages(page):
                    self.tell(f"{address} has further pages; --since DAY reads on to that day")
                break
            self.say(f"the list goes on: {url}")
            try:
                page = decode_page(self.fetch(url))
            except FetchError as error:
                if further_list_pages(page):
                    self.tell(f"the list was read up to here: {error}")
                break
            newest = {
                key: entry for key, entry in _list_entries(page).items() if key not in entries
            }
            entries = entries | newest
        return tuple(entries.values())

    def _is_wanted(self, day: dt.date | None) -> bool:
        return self.since is None or day is None or day >= self.since

    def _find_in_files(self, sources: Sequence[Path]) -> list[Job]:
        folders = [path for path in sources if path.is_dir()]
        if not folders and len(sources) < 2:
            return [self._job_of_files(sources)] if sources else []
        if not folders and len(sources) == 2:
            looks = [read_documents(path, self.max_bytes)[0] for path in sources]
            if all(len(documents) < 2 for documents in looks):  # none is a briefing by itself
                sides = [documents[0] for documents in looks] if all(looks) else ()
                return [self._job_of_files(sources, sides)]  # where one is missing it says why
        paths = [
            file
            for path in sources
            for file in (readers.list_files(path) if path in folders else [path])
        ]
        if not paths:
            kinds = ", ".join(filter(None, readers.READERS))
            names = " ".join(map(str, folders))
            raise TextError(f"{names} holds no file that can be read. Those that can: {kinds}.")
        tops = [(path if path in folders else path.parent).absolute() for path in sources]
        root = Path(os.path.commonpath(tops))
        named, rest = self._set_apart(tuple(dict.fromkeys(paths)), root, bool(folders))
        paired = find_pairs(named, root, max_bytes=self.max_bytes, say=self.say)
        given = {path for path in sources if path not in folders}
        left = [*rest, *(path for path, _ in paired.left_out if path not in given)]
        found = RestJobs((), frozenset(), ())
        if self.pair_rest and folders and len(left) > 1:
            found = self.pair_rest(folders, left)
            others = tuple(item for item in paired.left_out if item[0] not in found.paths)
            paired = replace(paired, left_out=others)
        return [*self._jobs_of_pairs(paired, sources, folders, found), *found.jobs]

    def _set_apart(
        self, paths: Sequence[Path], root: Path, in_folder: bool
    ) -> tuple[Sequence[Path], list[Path]]:
        """Return the files that are paired by name first, and those of many that have no name."""
        unnamed = [
            path
            for path in paths
            if not parse_file_name(path.absolute().relative_to(root)).language
        ]
        if self.pair_rest is None or not in_folder or len(unnamed) <= MOST_UNNAMED:
            return paths, []
        rest = set(unnamed)
        return [path for path in paths if path not in rest], unnamed

    def _jobs_of_pairs(
        self,
        paired: PairedFiles,
        sources: Sequence[Path],
        folders: Sequence[Path],
        found: RestJobs,
    ) -> list[Job]:
        named = {path for path in sources if path not in folders}
        refused = [
            Job((str(path),), self.max_bytes, refusal=why)
            for path, why in paired.left_out
            if path in named
        ]
        if not paired.pairs and not refused and not found.jobs:
            reasons = "; ".join(why for _, why in paired.left_out[:5])
            raise TextError(_NO_PAIR.format(" ".join(map(str, folders)), reasons).rstrip())
        others = tuple((path, why) for path, why in paired.left_out if path not in named)
        for line in replace(paired, left_out=others).describe():
            self.tell(line)
        for line in found.lines:
            self.tell(line)
        return [
            *(self._job_of_files(pair.paths, pair.documents) for pair in paired.pairs),
            *refused,
        ]

    def _job_of_files(self, paths: Sequence[Path], documents: Sequence[Document] = ()) -> Job:
        return Job(tuple(map(str, paths)), self.max_bytes, documents=tuple(documents))


def _list_entries(page: DecodedPage) -> dict[str, ListItem]:
    return {page_key(item.url): item for item in read_list_items(page)}


def list_addresses(source: str, max_bytes: int) -> tuple[str, ...]:
    """Return an address, the addresses in a list of them, or none for any other source.

    A list is a file that begins with an address: one a line, beside blank lines and ``#`` comments.
    """
    if is_address(source):
        return (source,)
    path = Path(source)
    if path.suffix.lower() not in (".txt", ".lst", "") or not path.is_file():
        return ()
    try:
        text = load_text(path, max_bytes=max_bytes).text
    except TextError:  # whoever reads it says why it cannot be read
        return ()
    numbered = enumerate(map(str.strip, text.splitlines()), 1)
    lines = {number: line for number, line in numbered if line and not line.startswith("#")}
    addresses = tuple(lines.values())
    if not addresses or not is_address(addresses[0]):
        return ()
    for number, line in lines.items():
        if not is_address(line):
            raise TextError(
                f"{path}, line {number}: {line[:80]!r} is no address; begin it with http:// or "
                "https://, or with # to leave it out"
            )
    return addresses


@dataclass(frozen=True, slots=True)
class PageSource:
    """A function that fetches a page, and the addresses of a capture."""

    get: Callable[[str], Page]
    addresses: tuple[str, ...] = ()


@contextmanager
def open_page_source(
    settings: Settings,
    say: Callable[[str], None],
    sources: Iterable[str],
    *,
    capture: Path | None = None,
) -> Iterator[PageSource]:
    """Open a capture, or the network; its client is loaded at the first page."""
    if capture is not None:
        from ..web.captures import Capture

        pages = Capture.open(capture)
        yield PageSource(pages.get, tuple(pages.addresses()))
        return
    from ..web.address_guard import FetchSettings

    named = chain.from_iterable(list_addresses(name, settings.max_bytes) for name in sources)
    limits = FetchSettings.from_settings(settings, named if settings.allow_private else ())
    with ExitStack() as stack:

        @functools.cache
        def fetcher() -> "Fetcher":
            from ..web.fetcher import Fetcher

            return stack.enter_context(Fetcher(limits, progress=say))

        yield PageSource(lambda url: fetcher().get(url))
