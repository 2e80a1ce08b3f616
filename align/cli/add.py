"""The command ``align add``: put briefings into the corpus."""

import datetime as dt
import logging
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from functools import partial
from itertools import chain
from typing import Any

import click

from ..distributed import ClusterOptions, Outcome, add_many, connect
from ..encoders import load_configured
from ..errors import AlignError, ExtractError
from ..ingest.documents import DocumentPair, MissingCounterpartError
from ..ingest.facts import FACTS, check_facts
from ..ingest.inputs import CrawlMemory, Job, JobFinder, PageSource
from ..ingest.same_briefing import propose_counterparts
from ..pipeline import AddedBriefing, add
from ..settings import Settings
from ..store import Store
from .options import (
    DAY,
    corpus_option,
    encoder_option,
    facts_options,
    json_option,
    load_settings,
    open_corpus,
    open_page_source,
    page_source_options,
)
from .output import Bar, say, say_json, show_bar

logger = logging.getLogger(__name__)

Reader = Callable[[Job], DocumentPair]


@click.command("add")
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@click.option("--zh", metavar="SOURCE", help="The other language's address or file.")
@corpus_option
@encoder_option
@page_source_options
@facts_options
@click.option("--id", metavar="ID", help="The id of a new briefing.  [default: date and checksum]")
@click.option("--force", is_flag=True, help="Add two sides that do not look like one briefing.")
@click.option("--realign", is_flag=True, help="Align again what is there; verdicts are kept.")
@click.option(
    "--since", type=DAY, help="Of a list, with its further pages, take only what is not older."
)
@click.option("--recheck", is_flag=True, help="Fetch also addresses that are in the corpus.")
@click.option(
    "--cluster",
    metavar="WHERE",
    help="Align on many processors: local:N, or tcp://host:port of a Dask scheduler.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be added; add nothing.")
@json_option
def command(
    sources: tuple[str, ...],
    zh: str | None,
    corpus: str | None,
    encoder: str | None,
    force: bool,
    realign: bool,
    since: dt.datetime | None,
    recheck: bool,
    cluster: str | None,
    dry_run: bool,
    as_json: bool,
    **page_options: Any,
) -> None:
    """Put briefings into the corpus: fetch, extract, cut, align, store.

    SOURCE is the address of a briefing in either language (the other one is found by its link),
    the address of a list page, a file with one address a line, or local files (text, HTML, DOCX,
    PDF, a two-column table): one for each language, one in both, or many of them and folders;
    which of these are one briefing is found out and said. A briefing.toml beside files says title,
    date, source, licence and id once for a folder, or in a table for a file.

    Of several addresses, those in the corpus are passed over, so that a run that was stopped goes
    on where it was; --recheck fetches all of them.

    \b
    Examples:
      align add http://english.scio.gov.cn/pressroom/2023-06/09/content_85389213.htm
      align add en.docx --zh zh.docx --source "Press office of Linhai" --licence CC-BY-4.0
      align add briefings/ --dry-run
      align add ADDRESS --from capture.warc.gz
      align add list.txt --cluster local:4
    """
    chosen = load_settings(corpus=corpus, encoder=encoder)
    facts = check_facts({name: page_options.pop(name) for name in FACTS})
    options = ClusterOptions(chosen.encoder, force, realign)
    named = (*sources, zh or "")
    with (
        show_bar("looking") as progress,
        open_page_source(progress.say, named, **page_options) as pages,
    ):
        finder = JobFinder(
            pages.get,
            progress.say,
            progress.tell,
            zh=zh or "",
            since=since.date() if since else None,
            max_bytes=chosen.max_bytes,
            facts=facts,
        )
        if dry_run:
            for job in finder.find(sources):
                say(job.name)
            return
        with open_corpus(corpus, create=True) as store:
            memory = finder.memory = CrawlMemory(store, recheck)
            jobs = finder.find(sources)
            todo = jobs if realign or len(jobs) == 1 else memory.without_known(jobs)
            read = partial(_read, pages=pages, store=store, chosen=chosen, say=progress.say)
            if cluster:
                outcomes = _add_on_cluster(cluster, todo, read, store, options)
            else:
                outcomes = _add_here(todo, read, store, chosen, options, progress.say)
            with closing(outcomes):
                _report(outcomes, len(todo), len(jobs) - len(todo), progress, memory, as_json)


def _read(
    job: Job, *, pages: PageSource, store: Store, chosen: Settings, say: Callable[[str], None]
) -> DocumentPair:
    """Read a job; propose counterparts among the pages at hand where its page links none.

    At hand are the pages of the corpus and of the capture.
    """
    try:
        return job.read(pages.get, say)
    except MissingCounterpartError as error:
        at_hand = chain(store.pages(), map(pages.get, pages.addresses))
        proposals = propose_counterparts(error.document, at_hand, load_configured(chosen))
        likely = "".join(
            f"; likely: {document.url} (similarity {similarity:.2f})"
            for document, similarity in proposals
        )
        raise ExtractError(f"{error}{likely}") from error


def _add_on_cluster(
    where: str, jobs: Sequence[Job], read: Reader, store: Store, options: ClusterOptions
) -> Generator[Outcome, None, None]:
    with connect(where) as cluster:
        yield from add_many(jobs, read, store, cluster, options)


def _add_here(
    jobs: Sequence[Job],
    read: Reader,
    store: Store,
    chosen: Settings,
    options: ClusterOptions,
    say: Callable[[str], None],
) -> Generator[Outcome, None, None]:
    """Add one briefing after the other; one that fails does not stop the others."""
    encoder = load_configured(chosen)
    force, realign = options.force, options.realign
    for job in jobs:
        try:
            yield job, add(store, read(job), encoder, force=force, realign=realign, say=say)
        except AlignError as error:
            yield job, error


def _report(
    outcomes: Iterator[Outcome],
    total: int,
    passed: int,
    progress: Bar,
    memory: CrawlMemory,
    as_json: bool,
) -> None:
    """Print what became of each source, and at the end those that failed.

    :param passed: how many sources were passed over, because they are in the corpus.
    :raises AlignError: at the end, when one or more failed.
    """
    start, states = time.monotonic(), Counter[str]()
    failures: list[tuple[Job, AlignError]] = []
    progress.at(0, total)
    try:
        for job, outcome in outcomes:
            if isinstance(outcome, AlignError):
                failures.append((job, outcome))
                logger.warning("not added", extra={"source": job.name})
            else:
                states[outcome.state] += 1
                memory.keep_briefing(job, outcome.id)
                (say_json if as_json else _print_added)(outcome)
            progress.step()
        if failures and total + passed == 1:
            raise failures.pop()[1]
    finally:
        for job, error in failures:
            say(f"failed: {job.name}", err=True)
            say(f"  {error}", err=True)
    if total + passed > 1:
        counts = {**states, "in the corpus already, passed over": passed, "failed": len(failures)}
        click.echo(_summary(counts, total, time.monotonic() - start), err=True)
    if failures:
        raise AlignError(f"{len(failures)} of {total} briefings were not added; see above")


def _summary(counts: dict[str, int], total: int, seconds: float) -> str:
    """Return how many became what, and how fast it went.

    >>> _summary({"added": 2, "failed": 0}, 2, 75.4)
    '2 added; 75.4 s, 37.7 s a briefing'
    """
    text = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    if not total:
        return text
    rate = total / max(seconds, 0.1)
    each = f"{rate:.1f} briefings a second" if rate >= 1 else f"{1 / rate:.1f} s a briefing"
    return f"{text}; {seconds:.1f} s, {each}"


def _print_added(added: AddedBriefing) -> None:
    click.echo(
        f"{added.id}  {added.state}: {added.beads} beads, "
        f"about {added.expected_errors:.0f} of them expected wrong"
    )
    if added.kept or added.lost:
        click.echo(f"  verdicts kept: {added.kept}; could not be carried over: {added.lost}")
    for note in added.notes:
        say(f"  {note}")
