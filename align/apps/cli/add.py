"""``align add``: fetch or read briefings, align them and add them to the corpus."""

import datetime as dt
import logging
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...aligner.encoders import load_configured, require_installed
from ...corpus.pipeline import AddedBriefing, add
from ...corpus.store import FullDiskError, Store
from ...errors import N_, AlignError, ExtractError, Message, join_messages
from ...extras import require
from ...settings import Settings
from ...sources.extract.transcript.build import NO_DATE
from ...sources.ingest.documents import (
    FACTS,
    DocumentPair,
    MissingCounterpartError,
    check_facts,
)
from ...sources.ingest.inputs import CrawlMemory, Job, JobFinder
from ...sources.ingest.list_jobs import Days
from ...sources.ingest.page_sources import PageSource
from ...sources.ingest.same_briefing import propose_counterparts
from .crawls import CrawlReader, are_captures
from .shared import (
    DAY,
    PATH,
    Bar,
    corpus_option,
    count_new_words,
    encoder_option,
    facts_options,
    json_option,
    load_numba,
    load_settings,
    open_corpus,
    open_pages,
    page_source_options,
    say,
    say_either,
    say_json,
    show_bar,
)

if TYPE_CHECKING:
    from ...corpus.distributed import Outcome

logger = logging.getLogger(__name__)


@click.command("add")
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@click.option(
    "--zh", metavar="SOURCE", help="URL, list page or file of the other language version."
)
@corpus_option
@encoder_option
@page_source_options
@facts_options
@click.option("--id", metavar="ID", help="Id of a new briefing.  [default: date and checksum]")
@click.option("--force", is_flag=True, help="Add documents that do not look like one briefing.")
@click.option("--realign", is_flag=True, help="Realign existing briefings; keep decisions.")
@click.option("--since", type=DAY, help="From list pages, take only briefings from this day on.")
@click.option("--until", type=DAY, help="From list pages, take only briefings up to this day.")
@click.option("--recheck", is_flag=True, help="Refetch URLs that are already in the corpus.")
@click.option(
    "--cluster",
    metavar="WHERE",
    help="Align in parallel: local:N, or tcp://host:port of a Dask scheduler.",
)
@click.option(
    "--dry-run", is_flag=True, help="Show the briefings that would be added, without adding them."
)
@click.option(
    "--pairs",
    metavar="FILE",
    type=PATH,
    help="TSV file of the page pairs in a capture: written if it is missing, otherwise read.",
)
@json_option
def command(
    sources: tuple[str, ...],
    zh: str | None,
    corpus: str | None,
    encoder: str | None,
    since: dt.date | None,
    until: dt.date | None,
    recheck: bool,
    dry_run: bool,
    pairs: Path | None,
    cluster: str | None,
    force: bool,
    realign: bool,
    as_json: bool,
    **choices: Any,
) -> None:
    """Fetch or read briefings, align them and add them to the corpus.

    SOURCE is one of these: the URL of a briefing in either language (the other language version is
    found through its link or the site's list pages); the URL of a list page (--zh gives the list in
    the other language); a file with one URL per line; local files or folders (text, HTML, DOCX,
    PDF, EPUB, two-column tables), bilingual or one per language, which are paired automatically. A
    briefing.toml next to the files sets title, date, source, licence and id, for the folder or per
    file.

    A WARC or ZIP file, or a folder that contains one, is a capture: its pages are indexed once and
    paired across languages, and each pair is added. --dry-run shows the pairs with their
    probabilities and reasons; --pairs FILE writes them to a table, or reads the table that you
    have edited.

    Of several URLs, those already in the corpus are skipped, so an interrupted run resumes where it
    stopped; --recheck fetches them all.

    \b
    Examples:
      align add http://english.scio.gov.cn/pressroom/2023-06/09/content_85389213.htm
      align add en.docx --zh zh.docx --source "Press office of Linhai" --licence CC-BY-4.0
      align add briefings/ --dry-run
      align add URL --from capture.warc.gz
      align add LIST_EN --zh LIST_ZH --since 2031-03-01 --until 2031-03-31
      align add crawl.warc.gz --dry-run --pairs pairs.tsv
      align add list.txt --cluster local:4
    """
    chosen = load_settings(corpus=corpus, encoder=encoder)
    require_installed(chosen.encoder)
    if cluster:
        require("cluster", "--cluster")
    facts = check_facts({name: choices.pop(name) for name in FACTS})
    days = Days(since, until)
    with (
        show_bar("searching") as progress,
        open_pages(progress.say, (*sources, zh or ""), **choices) as pages,
        CrawlReader(chosen, progress, days, pairs, dry_run, as_json, cluster) as crawl,
    ):
        finder = _make_finder(chosen, pages, progress, days, zh=zh or "", facts=facts)
        finder.pair_rest = crawl.pair_rest
        in_crawl = pairs is not None or (not zh and are_captures(sources))

        def find() -> tuple[Job, ...]:
            return finder.describe(crawl.find(sources)) if in_crawl else finder.find(sources)

        if dry_run:
            jobs = find()
            if as_json or not in_crawl:  # a crawl prints its pairs itself
                _print_names(jobs, as_json)
            return
        with open_corpus(corpus, create=True) as store:
            finder.memory = CrawlMemory(store, recheck)
            read = partial(_read, pages=pages, store=store, finder=finder)
            adder = _Adder(store, read, chosen, progress, force=force, realign=realign)
            _add_open(find(), adder, finder, cluster, as_json)


def _make_finder(
    chosen: Settings, pages: PageSource, progress: Bar, days: Days, **given: Any
) -> JobFinder:
    """Return the finder of the briefings in sources.

    :param given: the values that the user gave: ``zh`` and ``facts``.
    """
    return JobFinder(
        pages.get,
        progress.say,
        progress.tell,
        since=days.since,
        until=days.until,
        max_bytes=chosen.max_bytes,
        known=pages.known,
        pace=pages.pace,
        check=pages.check,
        **given,
    )


def _add_open(
    jobs: Sequence[Job], adder: "_Adder", finder: JobFinder, cluster: str | None, as_json: bool
) -> None:
    """Add the briefings that are not in the corpus yet, and print the outcomes."""
    todo = _list_open(jobs, finder.memory, realign=adder.realign)
    finder.announce(todo)
    passed = len(jobs) - len(todo)
    with closing(adder.add(todo, cluster)) as outcomes:
        _report(outcomes, len(todo), passed, adder.progress, finder.memory, as_json)


def _list_open(jobs: Sequence[Job], memory: CrawlMemory, *, realign: bool) -> list[Job]:
    """Return the jobs to do: a single one, all when realigning, else those of new briefings."""
    if realign or len(jobs) == 1:
        return list(jobs)
    return [job for job in jobs if not memory.has_job(job)]


def _print_names(jobs: Iterable[Job], as_json: bool) -> None:
    for job in jobs:
        say_either({"sources": job.sources}, [job.name], as_json)


def _read(job: Job, *, pages: PageSource, store: Store, finder: JobFinder) -> DocumentPair:
    """Read a job; if its page has no link to the other language, propose pages in the error."""
    try:
        return job.read(pages.get, finder.say, finder.lists)
    except MissingCounterpartError as error:
        if job.group is not None:  # the error already names the nearest entry
            raise
        proposals = propose_counterparts(error.document, store.pages(), pages.known)
        likely = [Message(N_("probably {url}"), url=document.url) for document in proposals]
        raise ExtractError(join_messages([error.message, *likely])) from error


@dataclass(frozen=True, slots=True)
class _Adder:
    """Adds briefings to a corpus, and continues after errors."""

    store: Store
    read: Callable[[Job], DocumentPair]
    settings: Settings
    progress: Bar
    force: bool
    realign: bool

    def add(self, jobs: Sequence[Job], cluster: str | None) -> "Generator[Outcome]":
        """Add all briefings, on a cluster or in this process; then count their words."""
        yield from self._add_on_cluster(jobs, cluster) if cluster else self._add_here(jobs)
        count_new_words(self.store, len(jobs), self.progress)

    def _add_on_cluster(self, jobs: Sequence[Job], cluster: str) -> "Iterator[Outcome]":
        # Only a cluster needs this module, which loads asyncio.
        from ...corpus.distributed import ClusterOptions, add_many, connect

        options = ClusterOptions(self.settings.encoder, force=self.force, realign=self.realign)
        with connect(cluster) as connected:
            yield from add_many(jobs, self.read, self.store, connected, options)

    def _add_here(self, jobs: Sequence[Job]) -> "Iterator[Outcome]":
        encoder = load_configured(self.settings)
        load_numba()
        for job in jobs:
            try:
                pair = self.read(job)
                added = add(
                    self.store,
                    pair,
                    encoder,
                    force=self.force,
                    realign=self.realign,
                    say=self.progress.say,
                )
            except AlignError as error:
                yield job, error
            else:
                yield job, added


def _report(
    outcomes: "Iterable[Outcome]",
    total: int,
    passed: int,
    progress: Bar,
    memory: CrawlMemory,
    as_json: bool,
) -> None:
    """Print the outcome of each source, failures last; raise an error if any source failed.

    :param passed: number of sources skipped because they are already in the corpus.
    """
    start = time.monotonic()
    states = Counter[str]()
    failures: list[tuple[str, AlignError]] = []
    progress.at(0, total)
    try:
        for job, outcome in outcomes:
            if isinstance(outcome, FullDiskError) and total > 1:
                raise _full_disk(outcome, states, total)
            if isinstance(outcome, AlignError):
                failures.append((job.name, outcome))
                logger.warning("not added", extra={"source": job.name})
            else:
                states[outcome.state] += 1
                memory.keep_briefing(job, outcome.id)
                _print_added(outcome, job.name, as_json=as_json, alone=total + passed == 1)
            progress.step()
        if failures and total + passed == 1:
            raise failures.pop()[1]
    finally:
        for name, error in failures:
            say(f"failed: {name}", err=True)
            say(f"  {error}", err=True)
    if total + passed > 1:
        counts = {**states, "already in the corpus": passed, "failed": len(failures)}
        text = ", ".join(f"{count} {state}" for state, count in counts.items() if count)
        say(f"{text}; {time.monotonic() - start:.1f} s", err=True)
    if failures:
        raise AlignError(
            N_("{count} of {total} briefings were not added; see above"),
            count=len(failures),
            total=total,
        )


def _full_disk(error: FullDiskError, states: Mapping[str, int], total: int) -> AlignError:
    """Return the error that says how many briefings were added before the disk was full."""
    done = [
        Message(N_("{count} {state}"), count=count, state=Message(state))
        for state, count in states.items()
    ]
    return AlignError(
        N_("{error}; of {total} briefings: {done}; free some disk space and rerun to resume"),
        error=error,
        total=total,
        done=done or Message(N_("none added")),
    )


def _print_added(added: AddedBriefing, source: str, *, as_json: bool, alone: bool) -> None:
    """Print what became of a source, with its name unless it is the only one."""
    if as_json:
        say_json({**asdict(added), "source": source})
        return
    wrong = f"about {added.expected_errors:.0f} likely wrong"
    say(f"{added.id}  {added.state}: {added.beads} beads, {wrong}")
    if not alone:
        say(f"  from {source}")
    if added.kept or added.lost:
        say(f"  decisions kept: {added.kept}; could not be carried over: {added.lost}")
    for note in added.notes:
        hint = ""
        if note.endswith(NO_DATE):
            hint = f" Give it with --date, or with: align describe {added.id} --date DAY"
        say(f"  {note}{hint}")
