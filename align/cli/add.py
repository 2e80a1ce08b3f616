"""``align add``: sources in, briefings in the corpus."""

import datetime as dt
import json
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from itertools import chain
from typing import Any

import click

from .. import extract, logs
from ..errors import AlignError, ExtractError
from ..export import run_marker
from ..ingest.documents import DocumentPair, MissingCounterpartError, is_address
from ..ingest.inputs import CrawlMemory, InputRules, Job, jobs_of
from ..pipeline import AddedBriefing, AddOutcome, add
from ..settings import Settings
from ..store import Store
from .options import corpus_option, encoder_option, json_option, load_encoder, settings
from .output import say
from .page_source import PageSource, door_options, open_doors
from .progress import Bar, bar

logger = logging.getLogger(__name__)


@click.command("add")
@click.argument("source", nargs=-1, required=True)
@click.option("--zh", metavar="SOURCE", help="The other language's address or file.")
@corpus_option
@encoder_option
@door_options
@click.option("--force", is_flag=True, help="Add two sides that do not look like one briefing.")
@click.option("--realign", is_flag=True, help="Align again what is there; verdicts are kept.")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Of a list, with its further pages, take only what is not older.",
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
    source: tuple[str, ...],
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
    **door: Any,
) -> None:
    """Put briefings into the corpus: fetch, extract, cut, align, store.

    SOURCE is the address of a briefing in either language (the other one is found by its link),
    the address of a list page, a file with one address a line, or local files (text, HTML, DOCX,
    PDF, a two-column table): one for each language, one in both, or many of them and folders;
    which of these are one briefing is found out and said.

    Of several addresses, those in the corpus are passed over, so that a run that was stopped goes
    on where it was, for a day without reading list pages again; --recheck fetches all of them.

    \b
    Examples:
      align add http://english.scio.gov.cn/pressroom/2023-06/09/content_85389213.htm
      align add en.html --zh zh.html
      align add briefings/ --dry-run
      align add ADDRESS --from capture.warc.gz
      align add list.txt --cluster local:4
    """
    chosen = settings(corpus=corpus, encoder=encoder)
    rules = InputRules(
        zh=zh or "", since=since.date() if since else None, max_bytes=chosen.max_bytes
    )
    with bar("looking") as progress, open_doors(progress.say, **door) as doors:
        if dry_run:
            for job in jobs_of(source, rules, doors.get, progress.say, tell=progress.tell):
                say(job.name)
            return
        with Store.open(chosen.corpus, create=True) as store, ExitStack() as stack:
            _tell_of_stopped_runs(chosen)
            memory = CrawlMemory(store, again=recheck)
            jobs = jobs_of(source, rules, doors.get, progress.say, memory, tell=progress.tell)
            todo = jobs if recheck or realign or len(jobs) == 1 else _not_held(jobs, store)
            read = _reader(doors, store, chosen, progress.say)
            if cluster:
                from ..distributed import ClusterOptions, add_many, connect

                options = ClusterOptions(chosen.encoder, force, realign)
                client = stack.enter_context(connect(cluster))
                outcomes = add_many(todo, read, store, client, options)
            else:
                outcomes = _one_by_one(
                    todo, read, store, chosen, force=force, realign=realign, say=progress.say
                )
            step = stack.enter_context(
                run_marker.noted(chosen.cache_folder(), logs.run_id(), chosen.corpus, len(todo))
            )
            kept = _remembered(outcomes, memory)
            _take(kept, len(todo), len(jobs) - len(todo), progress, step, as_json)


def _reader(
    doors: PageSource, store: Store, chosen: Settings, say: Callable[[str], None]
) -> Callable[[Job], DocumentPair]:
    """Give what reads a job, and proposes a counterpart where none is linked."""

    def read(job: Job) -> DocumentPair:
        try:
            return job.read(doors.get, say)
        except MissingCounterpartError as error:
            raise ExtractError(f"{error}{_likely(error, doors, store, chosen)}") from error

    return read


def _likely(
    error: MissingCounterpartError, doors: PageSource, store: Store, chosen: Settings
) -> str:
    """Name the pages at hand that may be the counterpart: those of the corpus and the capture."""
    from ..ingest.suggest import proposals

    at_hand = chain(store.pages(), map(doors.get, doors.addresses))
    found = proposals(error.document, at_hand, load_encoder(chosen))
    return "".join(
        f"; likely: {proposal.document.url} (similarity {proposal.similarity:.2f})"
        for proposal in found
    )


def _not_held(jobs: Sequence[Job], store: Store) -> tuple[Job, ...]:
    """Leave out the addresses that are in the corpus already."""
    return tuple(
        job
        for job in jobs
        if not is_address(job.name) or not store.holds(extract.page_key(job.name), job.name)
    )


def _remembered(outcomes: Iterator[AddOutcome], memory: CrawlMemory) -> Iterator[AddOutcome]:
    """Keep what was found out about each source; forget the list pages when all are done."""
    for outcome in outcomes:
        if outcome.added is not None:
            memory.led_to(outcome.name, outcome.added.id)
        yield outcome
    memory.over()


def _tell_of_stopped_runs(chosen: Settings) -> None:
    """Say what happened to earlier runs that did not come to their end."""
    for note in run_marker.notes(chosen.cache_folder(), chosen.corpus):
        say(note.says(), err=True)
        if not note.running:
            run_marker.forget(chosen.cache_folder(), note)


def _one_by_one(
    jobs: Sequence[Job],
    read: Callable[[Job], DocumentPair],
    store: Store,
    chosen: Settings,
    *,
    force: bool,
    realign: bool,
    say: Callable[[str], None],
) -> Iterator[AddOutcome]:
    """Add one briefing after the other; one that fails does not stop the others."""
    model = load_encoder(chosen)
    for job in jobs:
        try:
            added = add(store, read(job), model, force=force, realign=realign, say=say)
        except AlignError as error:
            yield AddOutcome(job.name, why=str(error))
        else:
            yield AddOutcome(job.name, added)


def _take(
    outcomes: Iterator[AddOutcome],
    total: int,
    passed: int,
    progress: Bar,
    step: run_marker.Step,
    as_json: bool,
) -> None:
    """Tell what became of each source, and at the end of those that failed.

    :param passed: how many sources were passed over, because they are in the corpus.
    :raises AlignError: at the end, when one or more failed.
    """
    start, states, failures = time.monotonic(), Counter[str](), []
    progress.total(total)
    try:
        for done, outcome in enumerate(outcomes, 1):
            if outcome.added is None:
                failures.append(outcome)
                logger.warning("not added", extra={"source": outcome.name})
            else:
                states[outcome.added.state] += 1
                _tell(outcome.added, as_json)
            progress.step()
            step(done)
        if failures and total + passed == 1:
            raise AlignError(failures.pop().why)
    finally:
        for failure in failures:
            say(f"failed: {failure.name}\n  {failure.why}", err=True)
    if total + passed > 1:
        counts = {**states, "in the corpus already, passed over": passed, "failed": len(failures)}
        click.echo(_summary(counts, total, time.monotonic() - start), err=True)
    if failures:
        raise AlignError(f"{len(failures)} of {total} briefings were not added; see above")


def _summary(counts: dict[str, int], total: int, seconds: float) -> str:
    """Say how many became what, and how fast it went.

    >>> _summary({"added": 2, "failed": 0}, 2, 75.4)
    '2 added; 75.4 s, 37.7 s a briefing'
    """
    said = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    if not total:
        return said
    rate = total / max(seconds, 0.1)
    each = f"{rate:.1f} briefings a second" if rate >= 1 else f"{1 / rate:.1f} s a briefing"
    return f"{said}; {seconds:.1f} s, {each}"


def _tell(added: AddedBriefing, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(added), ensure_ascii=False))
        return
    click.echo(
        f"{added.id}  {added.state}: {added.beads} beads, "
        f"about {added.expected_errors:.0f} of them expected wrong"
    )
    if added.kept or added.lost:
        click.echo(f"  verdicts kept: {added.kept}; could not be carried over: {added.lost}")
    for note in added.notes:
        say(f"  {note}")
