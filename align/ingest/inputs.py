"""What the user asks to add, taken apart: one job for each briefing.

A job can be named without reading it (``--dry-run``) and read later, one by one. What was found
out about addresses is kept in the corpus (:class:`CrawlMemory`), so that a run that was stopped
goes on without asking the sites again.
"""

import datetime as dt
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from .. import extract, readers
from ..errors import FetchError, TextError
from ..records import Document, Page
from ..store import Store
from ..store.crawl_cache import ListEntry, forget_lists, led_to, list_read, was_list
from ..timing import Clock
from ..web.html import DecodedPage
from .documents import (
    DocumentPair,
    FetchPage,
    Say,
    decoded,
    from_address,
    from_files,
    is_address,
    list_of,
    mixed,
)
from .pair_files import PairedFiles, gather, look

HELD = 100
"""Pages that are kept between the look at what they are and the reading: about 10 MB."""

MOST_LISTS = 60
"""Pages of a list that are read for one day: about two years of conferences."""

# Addresses that may be lists; the page is fetched to see. A node of SCIO may be either.
_LIST = re.compile(r"(?:/|node_\d+(?:_\d+)?\.s?html?|index(?:_\d+)?\.s?html?)$")


@dataclass(frozen=True, slots=True)
class InputRules:
    """How sources are understood."""

    zh: str = ""
    since: dt.date | None = None
    max_bytes: int = 20_000_000


@dataclass(frozen=True, slots=True)
class Job:
    """One briefing to add: its name for the user, and how its documents are read."""

    name: str
    source: Callable[[FetchPage, Say], DocumentPair]

    def read(self, door: FetchPage, say: Say) -> DocumentPair:
        """Read the documents; the pair says how long fetching them took, and making sense of them.

        :raises FetchError: a page cannot be read.
        :raises ExtractError: a page or file holds no transcript.
        :raises TextError: a file cannot be read as text.
        """
        clock = Clock()
        with clock.stage("extract"):
            pair = self.source(clock.timed("fetch", door), say)
        return replace(pair, seconds=clock.seconds)


@dataclass(slots=True)
class CrawlMemory:
    """What earlier runs found out about addresses; without a store nothing is known or kept.

    ``again`` asks to fetch all the same; what is found then is kept nevertheless.
    """

    store: Store | None = None
    again: bool = False
    lists: list[str] = field(default_factory=list)
    held: int = 0

    def holds(self, address: str) -> bool:
        """Say whether an address led to a briefing that is in the corpus."""
        if self.store is None or self.again:
            return False
        return self.store.holds(extract.page_key(address), address)

    def entries(self, address: str) -> tuple[ListEntry, ...] | None:
        """Give the entries of a list page that a run read which was stopped, else ``None``."""
        if self.store is None or self.again:
            return None
        key = extract.page_key(address)
        found = list_read(self.store, key)
        if found is not None:
            self.lists.append(key)
        return found

    def was_list(self, address: str, entries: tuple[ListEntry, ...]) -> None:
        """Keep the entries of a list page until the run is over."""
        key = extract.page_key(address)
        self.lists.append(key)
        if self.store is not None:
            was_list(self.store, key, entries)

    def led_to(self, name: str, briefing_id: str) -> None:
        """Keep to which briefing a source led, if it has an address that the briefing lacks."""
        if self.store is None or not is_address(name) or " " in name:
            return
        key = extract.page_key(name)
        if not self.store.holds(key, name):
            led_to(self.store, key, briefing_id)

    def over(self) -> None:
        """Forget the list pages at the end of a run: the next one shall see what is new."""
        if self.store is not None:
            forget_lists(self.store, self.lists)


def jobs_of(
    sources: Sequence[str],
    rules: InputRules,
    door: FetchPage,
    say: Say,
    memory: CrawlMemory | None = None,
    *,
    tell: Say = lambda _text: None,
) -> tuple[Job, ...]:
    """Say what there is to add.

    :param memory: what is known of addresses from earlier runs; nothing when left out.
    :param tell: is given what was left out, which the user must not miss.
    :raises TextError: when files cannot be understood as briefings.
    :raises FetchError: when a list page cannot be read.
    """
    looking = _Looking(rules, door, say, tell, memory or CrawlMemory())
    if rules.zh:
        return _with_counterpart(sources, looking)
    jobs: list[Job] = []
    files: list[Path] = []
    for source in sources:
        if is_address(source):
            jobs += looking.web(source)
        elif _is_list(Path(source)):
            jobs += [job for address in list_of(Path(source)) for job in looking.web(address)]
        else:
            files.append(Path(source))
    jobs += looking.local(files)
    return tuple({job.name: job for job in jobs}.values())


def _with_counterpart(sources: Sequence[str], looking: "_Looking") -> tuple[Job, ...]:
    rules = looking.rules
    if len(sources) != 1:
        raise TextError(f"--zh goes with one source, but there are {len(sources)}")
    source = sources[0]
    if is_address(source) and is_address(rules.zh):
        return (
            Job(
                f"{source} {rules.zh}",
                lambda door, say: from_address(source, door, counterpart=rules.zh, say=say),
            ),
        )
    if is_address(source) or is_address(rules.zh):
        return (
            Job(
                f"{source} {rules.zh}",
                lambda door, say: mixed(source, rules.zh, door, max_bytes=rules.max_bytes, say=say),
            ),
        )
    if Path(source).is_dir() and Path(rules.zh).is_dir():
        return tuple(looking.local((Path(source), Path(rules.zh))))
    return (_files((Path(source), Path(rules.zh)), rules),)


def _files(paths: Sequence[Path], rules: InputRules, documents: Sequence[Document] = ()) -> Job:
    return Job(
        " ".join(map(str, paths)),
        lambda _door, _say: from_files(paths, max_bytes=rules.max_bytes, documents=documents),
    )


def _refused(path: Path, reason: str) -> Job:
    """Give the job of a file that was named but has no counterpart: it fails with the reason."""

    def read(_door: FetchPage, _say: Say) -> DocumentPair:
        raise TextError(reason)

    return Job(str(path), read)


@dataclass(frozen=True, slots=True)
class _Looking:
    """A look at sources: what is asked for, and where pages come from."""

    rules: InputRules
    door: FetchPage
    say: Say
    tell: Say
    memory: CrawlMemory

    def web(self, address: str) -> list[Job]:
        """Take an address for a briefing, unless its page turns out to be a list of them."""
        since = self.rules.since
        if (since is None and not _LIST.search(address)) or self.memory.holds(address):
            return [_address(address)]
        listed = f"{address} since {since}" if since else address
        entries = self.memory.entries(listed)
        if entries is None:
            page = self.door(address)
            text = decoded(page)
            if extract.classify_page(text).kind != "list":
                return [_address(address, self._kept(page))]
            entries = self._entries(address, text)
            self.memory.was_list(listed, entries)
        kept = [one for one in entries if self._is_wanted(one.date)]
        self.say(f"{address}: {len(kept)} of {len(entries)} entries")
        return [_address(entry.url) for entry in kept]

    def _entries(self, address: str, first: DecodedPage) -> tuple[ListEntry, ...]:
        """Give the entries of a list: of its page alone, or of all pages since a day.

        Past their end some servers send the last page again: a page with nothing new is the last.
        """
        found = {extract.page_key(item.url): item for item in extract.read_list_items(first)}
        newest, page = list(found.values()), first
        for _ in range(MOST_LISTS):
            url = extract.next_list_page(page)
            past = self.rules.since and not any(self._is_wanted(item.date) for item in newest)
            if not url or not newest or past:
                break
            if self.rules.since is None:
                if extract.further_list_pages(page):
                    self.tell(f"{address} has further pages; --since DAY reads on to that day")
                break
            self.say(f"the list goes on: {url}")
            try:
                page = decoded(self.door(url))
            except FetchError as error:
                if extract.further_list_pages(page):
                    self.tell(f"the list was read up to here: {error}")
                break
            newest = [
                i for i in extract.read_list_items(page) if extract.page_key(i.url) not in found
            ]
            found |= {extract.page_key(item.url): item for item in newest}
        return tuple(ListEntry(item.url, item.date) for item in found.values())

    def _is_wanted(self, day: dt.date | None) -> bool:
        return self.rules.since is None or day is None or day >= self.rules.since

    def _kept(self, page: Page) -> Page | None:
        """Keep a page for its job, so that it is not asked for twice; not too many."""
        self.memory.held += 1
        return page if self.memory.held <= HELD else None

    def local(self, sources: Sequence[Path]) -> list[Job]:
        """Take files and folders for briefings: one file, two of them, or many in pairs.

        :raises TextError: when a folder holds no briefing.
        """
        folders = [path for path in sources if path.is_dir()]
        if not folders and len(sources) <= 2:
            return self._few(sources)
        paths = [file for path in sources for file in self._within(path)]
        named = {path for path in sources if path not in folders}
        root = _above([path if path in folders else path.parent for path in sources])
        return self._gathered(tuple(dict.fromkeys(paths)), root, named, folders)

    def _within(self, path: Path) -> tuple[Path, ...]:
        return readers.files_in(path) if path.is_dir() else (path,)

    def _few(self, paths: Sequence[Path]) -> list[Job]:
        """Take one file for a bilingual one, two for the sides of a briefing unless they are."""
        if len(paths) < 2:
            return [_files((path,), self.rules) for path in paths]
        looks = [look(path, max_bytes=self.rules.max_bytes) for path in paths]
        if any(len(found.documents) > 1 for found in looks):
            return self._gathered(paths, _above([path.parent for path in paths]), set(paths))
        whole = all(found.documents for found in looks)
        documents = [found.documents[0] for found in looks] if whole else []
        return [_files(paths, self.rules, documents)]

    def _gathered(
        self, paths: Sequence[Path], root: Path, named: set[Path], folders: Sequence[Path] = ()
    ) -> list[Job]:
        """Take many files for briefings.

        :param named: files that the user named; what is left out of these fails.
        """
        folder = " ".join(map(str, folders))
        if not paths:
            kinds = ", ".join(filter(None, readers.READERS))
            raise TextError(f"{folder} holds no file that can be read. Those that can: {kinds}.")
        gathered = gather(paths, root, max_bytes=self.rules.max_bytes, say=self.say)
        refused = [_refused(path, why) for path, why in gathered.left_out if path in named]
        if not gathered.found and not refused:
            reasons = "".join(f"\n  {why}" for _, why in gathered.left_out[:5])
            raise TextError(_NO_PAIR.format(folder, reasons))
        for text in _told(gathered, named):
            self.tell(text)
        return [_files(one.paths, self.rules, one.documents) for one in gathered.found] + refused


_NO_PAIR = (
    "{} holds no pair of files and none in both languages. Name them alike but for the language: "
    "june.zh.txt and june.en.txt, or zh/june.txt and en/june.txt.{}"
)


def _above(folders: Sequence[Path]) -> Path:
    """Give the folder that holds all of them."""
    try:
        return Path(os.path.commonpath([folder.absolute() for folder in folders]))
    except ValueError:  # on two drives of Windows
        return Path.cwd()


def _told(gathered: PairedFiles, named: set[Path]) -> tuple[str, ...]:
    """Say what a user wants to know: not what was left out of files that will fail."""
    left = tuple((path, why) for path, why in gathered.left_out if path not in named)
    return tuple(replace(gathered, left_out=left).told())


def _address(address: str, page: Page | None = None) -> Job:
    """Give the job of an address; its page is not fetched where it is at hand."""

    def read(door: FetchPage, say: Say) -> DocumentPair:
        def at_hand(url: str) -> Page:
            return page if page is not None and url == address else door(url)

        return from_address(address, at_hand, say=say)

    return Job(address, read)


def _is_list(path: Path) -> bool:
    """Say whether a text file holds addresses: its first line that says something is one."""
    if path.suffix.lower() not in (".txt", ".lst", "") or not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            start = file.read(4096).decode("utf-8", "replace").lstrip("\ufeff")
    except OSError:  # whoever reads it says why it cannot be read
        return False
    lines = [line.strip() for line in start.splitlines()]
    first = next((line for line in lines if line and not line.startswith("#")), "")
    return is_address(first)
