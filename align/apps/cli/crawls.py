"""Captures on the command line: find, show and correct the pairs of pages in them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from ...aligner.text.strings import count_noun
from ...corpus.distributed import connect, map_on_cluster
from ...errors import N_, UsageError
from ...settings import Settings
from ...sources.ingest.crawl.captured_pages import CapturedPage, is_archive
from ...sources.ingest.crawl.index import CrawlIndex, index_capture
from ...sources.ingest.crawl.jobs import make_jobs
from ...sources.ingest.crawl.page_facts import PageFacts
from ...sources.ingest.crawl.pair_table import describe_nearest, read_pairs, write_pairs
from ...sources.ingest.crawl.pairing import CrawlPairing, PagePair, pair_pages
from ...sources.ingest.crawl.workers import MapItems, map_on_processors
from ...sources.ingest.inputs import Job, RestJobs
from ...sources.ingest.list_jobs import Days
from ...sources.readers import is_document
from ...sources.web.captures import walk_files
from .shared import Bar, say

_NAMED = 20  # maximum faults listed
_MOST_ALONE = 20  # maximum unpaired pages shown by a dry run


def are_captures(sources: Sequence[str]) -> bool:
    """Return whether any source is a capture: a WARC or ZIP file, or a folder containing one."""
    paths = [Path(source) for source in sources]
    found = [is_archive(path) or _has_archive(path) for path in paths]
    if any(found) and not all(path.exists() for path in paths):
        missing = next(path for path in paths if not path.exists())
        raise UsageError(
            N_(
                "{missing}: a capture cannot be added together with other sources; add only "
                "captures, or add one of its pages by URL with --from"
            ),
            missing=missing,
        )
    return any(found)


def _has_archive(path: Path) -> bool:
    return path.is_dir() and any(is_archive(file) for file in walk_files(path))


def _explain_archive(folder: Path) -> str:
    """Return why the documents of a folder are not paired by their names, or ''."""
    files = sorted(walk_files(folder)) if folder.is_dir() else []
    archive = next((file for file in files if is_archive(file)), None)
    if archive is None or not any(is_document(file.name) for file in files):
        return ""
    return (
        f"{folder}: contains {archive.name}, so all files are paired by content, as pages of a "
        "crawl; move it elsewhere to pair them by name"
    )


@dataclass(slots=True)
class CrawlReader:
    """Context manager that finds the jobs of captures and keeps their indexes open."""

    settings: Settings
    progress: Bar
    days: Days = field(default_factory=Days)
    table: Path | None = None
    dry_run: bool = False
    as_json: bool = False  # a dry run does not print the pairs
    cluster: str | None = None
    _open: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> "CrawlReader":
        return self

    def __exit__(self, *_error: object) -> None:
        self._open.close()

    def find(self, sources: Sequence[str]) -> tuple[Job, ...]:
        """Return a job for each briefing of captures; in a dry run, print the pairs instead."""
        paths = [Path(source) for source in sources]
        for line in filter(None, map(_explain_archive, paths)):
            self.progress.tell(line)
        index = self._index(paths)
        self.progress.say("pairing")
        pairing = pair_pages(index, since=self.days.since, until=self.days.until)
        for line in describe_pairing(pairing):
            self.progress.tell(line)
        pairs = pairing.pairs
        if self.table is not None:
            if self.table.exists() and not self.dry_run:
                pairs = self._read_table(self.table, pairing)
            else:
                write_pairs(pairing, self.table)
                self.progress.tell(f"{self.table}: written; edit it, then rerun to add the pairs")
        if self.dry_run and not self.as_json:
            _print_pairing(pairing)
        return tuple(make_jobs(index, pairs, pairing.pages.bilingual))

    def _read_table(self, table: Path, pairing: CrawlPairing) -> tuple[PagePair, ...]:
        """Return the pairs of an edited table, and show its faults."""
        taken = read_pairs(table, pairing.pages.candidates)
        for fault in taken.faults:
            self.progress.tell(f"{table}: {fault}")
        self.progress.tell(f"{table}: {count_noun(len(taken.pairs), 'pair')} read from it")
        return taken.pairs

    def pair_rest(self, folders: Sequence[Path], left: Sequence[Path]) -> RestJobs:
        """Pair the remaining files of folders by content."""
        index = self._index(folders)
        pairing = pair_pages(
            index, since=self.days.since, until=self.days.until, files=frozenset(map(str, left))
        )
        used = {Path(page.file) for pair in pairing.pairs for page in (pair.zh, pair.en)}
        lines = [
            f"{pair.zh.name} + {pair.en.name}: one briefing, by content "
            f"({pair.probability:.2f}: {'; '.join(pair.reasons)})"
            for pair in pairing.pairs
        ]
        return RestJobs(tuple(make_jobs(index, pairing.pairs)), frozenset(used), tuple(lines))

    def _index(self, paths: Sequence[Path]) -> CrawlIndex:
        self.progress.say("reading pages")
        with ExitStack() as stack:
            map_items: MapItems[CapturedPage, PageFacts] = map_on_processors
            if self.cluster:
                map_items = partial(map_on_cluster, stack.enter_context(connect(self.cluster)))
            index = index_capture(
                paths, settings=self.settings, progress=self.progress.at, map_items=map_items
            )
        return self._open.enter_context(index)


def describe_pairing(pairing: CrawlPairing) -> Iterator[str]:
    """Yield lines with the number of pages or pairs of each kind."""
    pages = pairing.pages
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(pages.kinds.items()) if count)
    yield f"{count_noun(sum(pages.kinds.values()), 'page')}: {kinds}"
    alone = Counter(lone.page.language for lone in pairing.alone)
    parts = [count_noun(len(pairing.pairs), "pair")]
    if pages.bilingual:
        parts.append(
            count_noun(len(pages.bilingual), "page in both languages", "pages in both languages")
        )
    if pairing.proposed:
        parts.append(f"{len(pairing.proposed):,} proposed but not paired")
    parts.append(f"{alone['zh']:,} Chinese and {alone['en']:,} English pages unpaired")
    yield ", ".join(parts)
    if pages.older:
        yield f"{count_noun(len(pages.older), 'page')} skipped: a later version of each exists"
    if pages.faults:
        yield f"{count_noun(len(pages.faults), 'page')} could not be read:"
        for fault in pages.faults[:_NAMED]:
            yield f"  {fault}"
        if len(pages.faults) > _NAMED:
            yield f"  and {len(pages.faults) - _NAMED:,} more"


def _print_pairing(pairing: CrawlPairing) -> None:
    for name, pairs in (("join", pairing.pairs), ("propose", pairing.proposed)):
        for pair in pairs:
            say(f"{name:8} {pair.probability:.3f}  {pair.zh.name}  {pair.en.name}")
            say(f"         {'; '.join(pair.reasons)}")
    for lone in pairing.alone[:_MOST_ALONE]:
        say(f"alone    {lone.page.name}  {lone.page.title}")
        for line in describe_nearest(lone):
            say(f"         {line}")
    if len(pairing.alone) > _MOST_ALONE:
        more = len(pairing.alone) - _MOST_ALONE
        say(f"... and {more:,} more unpaired pages; --pairs FILE lists them all")
