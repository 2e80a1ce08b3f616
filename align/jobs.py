"""What the user asks to add, taken apart: one job for each briefing.

A job can be named without reading it (``--dry-run``) and read later, one by one. What was found
out about addresses is kept in the corpus (:class:`Memory`), so that a run that was stopped goes on
without asking the sites again.
"""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from . import readers, sites
from .errors import TextError
from .records import Page
from .sources import Door, Pair, Say, decoded, from_address, from_files, is_address, list_of, mixed
from .store import Store
from .store.visits import Listed, forget_lists, led_to, list_read, was_list
from .timing import Clock

HELD = 100
"""Pages that are kept between the look at what they are and the reading: about 10 MB."""

# Addresses that may be lists; the page is fetched to see. A node of SCIO may be either.
_LIST = re.compile(r"(?:/|node_\d+(?:_\d+)?\.s?html?|index(?:_\d+)?\.s?html?)$")


@dataclass(frozen=True, slots=True)
class Rules:
    """How sources are understood."""

    zh: str = ""
    since: dt.date | None = None
    max_bytes: int = 20_000_000


@dataclass(frozen=True, slots=True)
class Job:
    """One briefing to add: its name for the user, and how its documents are read."""

    name: str
    source: Callable[[Door, Say], Pair]

    def read(self, door: Door, say: Say) -> Pair:
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
class Memory:
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
        return self.store.holds(sites.page_key(address), address)

    def entries(self, address: str) -> tuple[Listed, ...] | None:
        """Give the entries of a list page that a run read which was stopped, else ``None``."""
        if self.store is None or self.again:
            return None
        key = sites.page_key(address)
        found = list_read(self.store, key)
        if found is not None:
            self.lists.append(key)
        return found

    def was_list(self, address: str, entries: tuple[Listed, ...]) -> None:
        """Keep the entries of a list page until the run is over."""
        key = sites.page_key(address)
        self.lists.append(key)
        if self.store is not None:
            was_list(self.store, key, entries)

    def led_to(self, name: str, briefing_id: str) -> None:
        """Keep to which briefing a source led, if it has an address that the briefing lacks."""
        if self.store is None or not is_address(name) or " " in name:
            return
        key = sites.page_key(name)
        if not self.store.holds(key, name):
            led_to(self.store, key, briefing_id)

    def over(self) -> None:
        """Forget the list pages at the end of a run: the next one shall see what is new."""
        if self.store is not None:
            forget_lists(self.store, self.lists)


def jobs_of(
    sources: Sequence[str],
    rules: Rules,
    door: Door,
    say: Say,
    memory: Memory | None = None,
    *,
    tell: Say = lambda _text: None,
) -> tuple[Job, ...]:
    """Say what there is to add.

    :param memory: what is known of addresses from earlier runs; nothing when left out.
    :param tell: is given what was left out, which the user must not miss.
    :raises TextError: when files cannot be understood as briefings.
    :raises FetchError: when a list page cannot be read.
    """
    if rules.zh:
        return (_with_counterpart(sources, rules),)
    files = [source for source in sources if not is_address(source)]
    if len(sources) == 2 and len(files) == 2 and not any(map(_is_several, map(Path, files))):
        return (_files((Path(files[0]), Path(files[1])), rules),)
    looking = _Looking(rules, door, say, tell, memory or Memory())
    jobs: list[Job] = []
    for source in sources:
        jobs += looking.web(source) if is_address(source) else looking.local(source)
    return tuple({job.name: job for job in jobs}.values())


def _with_counterpart(sources: Sequence[str], rules: Rules) -> Job:
    if len(sources) != 1:
        raise TextError(f"--zh goes with one source, but there are {len(sources)}")
    source = sources[0]
    if is_address(source) and is_address(rules.zh):
        return Job(
            f"{source} {rules.zh}",
            lambda door, say: from_address(source, door, counterpart=rules.zh, say=say),
        )
    if is_address(source) or is_address(rules.zh):
        return Job(
            f"{source} {rules.zh}",
            lambda door, say: mixed(source, rules.zh, door, max_bytes=rules.max_bytes, say=say),
        )
    return _files((Path(source), Path(rules.zh)), rules)


def _files(paths: Sequence[Path], rules: Rules) -> Job:
    return Job(
        " ".join(map(str, paths)),
        lambda _door, _say: from_files(paths, max_bytes=rules.max_bytes),
    )


@dataclass(frozen=True, slots=True)
class _Looking:
    """A look at sources: what is asked for, and where pages come from."""

    rules: Rules
    door: Door
    say: Say
    tell: Say
    memory: Memory

    def web(self, address: str) -> list[Job]:
        """Take an address for a briefing, unless its page turns out to be a list of them."""
        since = self.rules.since
        if (since is None and not _LIST.search(address)) or self.memory.holds(address):
            return [_address(address)]
        entries = self.memory.entries(address)
        if entries is None:
            page = self.door(address)
            text = decoded(page)
            if sites.kind(text).kind != "list":
                return [_address(address, self._kept(page))]
            entries = tuple(Listed(item.url, item.date) for item in sites.list_items(text))
            self.memory.was_list(address, entries)
        kept = [one for one in entries if since is None or not one.date or one.date >= since]
        self.say(f"{address}: {len(kept)} of {len(entries)} entries")
        return [_address(entry.url) for entry in kept]

    def _kept(self, page: Page) -> Page | None:
        """Keep a page for its job, so that it is not asked for twice; not too many."""
        self.memory.held += 1
        return page if self.memory.held <= HELD else None

    def local(self, source: str) -> list[Job]:
        path = Path(source)
        if path.is_dir():
            folder = readers.pairs_in(path)
            for text in folder.left_out:
                self.tell(f"left out: {text}")
            return [_files((pair.zh, pair.en), self.rules) for pair in folder.pairs]
        if _is_list(path):
            return [job for address in list_of(path) for job in self.web(address)]
        return [_files((path,), self.rules)]


def _address(address: str, page: Page | None = None) -> Job:
    """Give the job of an address; its page is not fetched where it is at hand."""

    def read(door: Door, say: Say) -> Pair:
        def at_hand(url: str) -> Page:
            return page if page is not None and url == address else door(url)

        return from_address(address, at_hand, say=say)

    return Job(address, read)


def _is_several(path: Path) -> bool:
    """Say whether a file or folder stands for several briefings."""
    return path.is_dir() or _is_list(path)


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
