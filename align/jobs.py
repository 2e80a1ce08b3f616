"""What the user asks to add, taken apart: one job for each briefing.

A job can be named without reading it (``--dry-run``) and read later, one by one.
"""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from . import readers, sites
from .errors import TextError
from .sources import Door, Pair, Say, decoded, from_address, from_files, is_address, list_of, mixed
from .timing import Clock

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


def jobs_of(sources: Sequence[str], rules: Rules, door: Door, say: Say) -> tuple[Job, ...]:
    """Say what there is to add.

    :raises TextError: when files cannot be understood as briefings.
    :raises FetchError: when a list page cannot be read.
    """
    if rules.zh:
        return (_with_counterpart(sources, rules),)
    files = [source for source in sources if not is_address(source)]
    if len(sources) == 2 and len(files) == 2 and not any(map(_is_several, map(Path, files))):
        return (_files((Path(files[0]), Path(files[1])), rules),)
    jobs: list[Job] = []
    for source in sources:
        jobs += (
            _web(source, rules, door, say)
            if is_address(source)
            else _local(source, rules, door, say)
        )
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


def _address(address: str) -> Job:
    return Job(address, lambda door, say: from_address(address, door, say=say))


def _web(address: str, rules: Rules, door: Door, say: Say) -> list[Job]:
    """Take an address for a briefing, unless its page turns out to be a list of them."""
    if rules.since is None and not _LIST.search(address):
        return [_address(address)]
    page = decoded(door(address))
    if sites.kind(page).kind != "list":
        return [_address(address)]
    items = sites.list_items(page)
    kept = [
        item for item in items if rules.since is None or not item.date or item.date >= rules.since
    ]
    say(f"{address}: {len(kept)} of {len(items)} entries")
    return [_address(item.url) for item in kept]


def _is_several(path: Path) -> bool:
    """Say whether a file or folder stands for several briefings."""
    return path.is_dir() or _is_list(path)


def _is_list(path: Path) -> bool:
    """Say whether a text file holds addresses: its first line that says something is one."""
    if path.suffix.lower() not in (".txt", ".lst", "") or not path.is_file():
        return False
    with path.open("rb") as file:
        start = file.read(4096).decode("utf-8", "replace").lstrip("\ufeff")
    lines = [line.strip() for line in start.splitlines()]
    first = next((line for line in lines if line and not line.startswith("#")), "")
    return is_address(first)


def _local(source: str, rules: Rules, door: Door, say: Say) -> list[Job]:
    path = Path(source)
    if path.is_dir():
        return [_files((pair.zh, pair.en), rules) for pair in readers.pairs_in(path)]
    if _is_list(path):
        return [job for address in list_of(path) for job in _web(address, rules, door, say)]
    return [_files((path,), rules)]
