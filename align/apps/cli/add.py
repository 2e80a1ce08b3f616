"""``align add``, ``fetch`` and ``read``: add briefings, only fetch pages, or show parsed text."""

import datetime as dt
import logging
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...aligner.encoders import load_configured, require_installed
from ...aligner.text.strings import count_noun
from ...corpus.pipeline import AddedBriefing, add
from ...corpus.store import FullDiskError, Store
from ...errors import N_, AlignError, ExtractError, Message, join_messages
from ...extras import require
from ...records import LANGUAGE_NAMES, Page, Turn
from ...settings import Settings
from ...sources.extract import PageReading
from ...sources.extract.transcript.build import NO_DATE
from ...sources.ingest.documents import (
    FACTS,
    DocumentPair,
    MissingCounterpartError,
    Say,
    check_facts,
    read_source,
)
from ...sources.ingest.inputs import CrawlMemory, Job, JobFinder
from ...sources.ingest.list_jobs import Days
from ...sources.ingest.page_sources import PageSource, open_page_source
from ...sources.ingest.same_briefing import propose_counterparts
from ...sources.readers import leave_out_addresses, list_files
from ...sources.web.captures.warc import write_warc
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
    page_source_options,
    say,
    say_either,
    say_json,
    show_bar,
)

if TYPE_CHECKING:
    from ...corpus.distributed import Outcome

logger = logging.getLogger(__name__)

FIRST = 60  # maximum characters shown per turn, except in full and as JSON


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
    since: dt.datetime | None,
    until: dt.datetime | None,
    recheck: bool,
    dry_run: bool,
    pairs: Path | None,
    cluster: str | None,
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
    how = {name: choices.pop(name) for name in ("force", "realign")}
    days = Days(_to_day(since), _to_day(until))
    with (
        show_bar("searching") as progress,
        _open_pages(progress.say, (*sources, zh or ""), **choices) as pages,
        CrawlReader(chosen, progress, days, pairs, dry_run, as_json, cluster) as crawl,
    ):
        finder = _make_finder(chosen, pages, progress, days, zh=zh or "", facts=facts)
        finder.pair_rest = crawl.pair_rest
        in_crawl = pairs is not None or (not zh and are_captures(sources))

        def find() -> tuple[Job, ...]:
            return finder.describe(crawl.find(sources)) if in_crawl else finder.find(sources)

        if dry_run:
            for job in find():
                if as_json or not in_crawl:  # a crawl prints its pairs itself
                    say_either({"sources": job.sources}, [job.name], as_json)
            return
        with open_corpus(corpus, create=True) as store:
            finder.memory = CrawlMemory(store, recheck)
            jobs = find()
            todo = _list_open(jobs, finder.memory, realign=how["realign"])
            finder.announce(todo)
            read = partial(_read, pages=pages, store=store, finder=finder)
            passed = len(jobs) - len(todo)
            with closing(_add(todo, read, store, chosen, cluster, progress, how)) as outcomes:
                _report(outcomes, len(todo), passed, progress, finder.memory, as_json)


def _make_finder(
    chosen: Settings, pages: PageSource, progress: Bar, days: Days, **given: Any
) -> JobFinder:
    """Return what finds the briefings in sources; ``given`` is what the user says of them."""
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


def _list_open(jobs: Sequence[Job], memory: CrawlMemory, *, realign: bool) -> list[Job]:
    """Return the jobs to do: a single one, all when realigning, else those of new briefings."""
    if realign or len(jobs) == 1:
        return list(jobs)
    return [job for job in jobs if not memory.has_job(job)]


def _to_day(time: dt.datetime | None) -> dt.date | None:
    return time.date() if time else None


def _open_pages(
    say: Say, sources: Iterable[str], *, capture: Path | None = None, **given: object
) -> AbstractContextManager[PageSource]:
    """Open the page source configured by :data:`page_source_options`.

    :param sources: sources named by the user; ``--allow-private`` allows the hosts of their URLs.
    """
    return open_page_source(load_settings(**given), say, sources, capture=capture)


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


def _add(
    jobs: Sequence[Job],
    read: Callable[[Job], DocumentPair],
    store: Store,
    chosen: Settings,
    cluster: str | None,
    progress: Bar,
    how: Mapping[str, bool],
) -> "Generator[Outcome]":
    """Add all briefings, on a cluster or locally, continuing after errors; then count words.

    :param how: values of ``force`` and ``realign``.
    """
    if cluster:
        # Only a cluster needs this module, which loads asyncio.
        from ...corpus.distributed import ClusterOptions, add_many, connect

        with connect(cluster) as connected:
            yield from add_many(jobs, read, store, connected, ClusterOptions(chosen.encoder, **how))
    else:
        encoder = load_configured(chosen)
        load_numba()
        for job in jobs:
            try:
                force, realign = how["force"], how["realign"]
                pair = read(job)
                added = add(store, pair, encoder, force=force, realign=realign, say=progress.say)
                yield job, added
            except AlignError as error:
                yield job, error
    count_new_words(store, len(jobs), progress)


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
    start, states = time.monotonic(), Counter[str]()
    failures: list[tuple[str, AlignError]] = []
    progress.at(0, total)
    try:
        for job, outcome in outcomes:
            if isinstance(outcome, FullDiskError) and total > 1:
                done = [
                    Message(N_("{count} {state}"), count=count, state=Message(state))
                    for state, count in states.items()
                ]
                raise AlignError(
                    N_(
                        "{error}; of {total} briefings: {done}; free some disk space and rerun "
                        "to resume"
                    ),
                    error=outcome,
                    total=total,
                    done=done or Message(N_("none added")),
                )
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
        text = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
        click.echo(f"{text}; {time.monotonic() - start:.1f} s", err=True)
    if failures:
        raise AlignError(
            N_("{count} of {total} briefings were not added; see above"),
            count=len(failures),
            total=total,
        )


def _print_added(added: AddedBriefing, source: str, *, as_json: bool, alone: bool) -> None:
    """Print what became of a source, with its name unless it is the only one."""
    if as_json:
        say_json({**asdict(added), "source": source})
        return
    wrong = f"about {added.expected_errors:.0f} likely wrong"
    click.echo(f"{added.id}  {added.state}: {added.beads} beads, {wrong}")
    if not alone:
        say(f"  from {source}")
    if added.kept or added.lost:
        click.echo(f"  decisions kept: {added.kept}; could not be carried over: {added.lost}")
    for note in added.notes:
        hint = ""
        if note.endswith(NO_DATE):
            hint = f" Give it with --date, or with: align describe {added.id} --date DAY"
        say(f"  {note}{hint}")


@click.command("read")
@click.argument("source", nargs=-1, required=True)
@click.option("--full", is_flag=True, help="Show the whole text, not only the start of each turn.")
@json_option
@page_source_options
def read_command(source: tuple[str, ...], full: bool, as_json: bool, **page_options: Any) -> None:
    """Show the text extracted from pages or files, without aligning.

    Shows who says what, and which text was skipped. SOURCE is a URL, a file or a folder of files.
    --json prints one line per document; a source that cannot be read is a line with "error".
    'align doctor --site FILE' shows which rules matched.

    \b
    Examples:
      align read saved-page.html
      align read contract.docx --full > contract.txt
      align read briefings/*.html --json
    """
    sources: list[str] = []
    for name in source:
        folder = Path(name)
        sources += map(str, list_files(folder)) if folder.is_dir() else [name]
    sources = leave_out_addresses(sources)
    failed = 0
    with (
        show_bar("reading", total=len(sources)) as progress,
        _open_pages(progress.say, source, **page_options) as pages,
    ):
        limit = load_settings().max_bytes
        for name in sources:
            for reading in read_source(name, pages.get, max_bytes=limit, say=progress.say):
                if reading.document is None:
                    failed += 1
                if as_json:
                    _print_reading_json(reading)
                else:
                    _print_reading(reading, full=full)
            progress.step()
    if failed == 1 == len(sources) and not as_json:
        raise SystemExit(1)
    if failed:
        raise AlignError(
            N_("{failed} of {count} sources could not be read; see above"),
            failed=failed,
            count=len(sources),
        )


def _print_reading_json(reading: PageReading) -> None:
    if reading.document is None:
        say_json({"source": reading.source, "error": reading.refusal, "kind": reading.kind})
        return
    fields = asdict(reading.document)
    named = ("language", "title", "date", "place", "participants", "turns", "captions", "notes")
    say_json(
        {name: getattr(reading, name) for name in ("source", "site", "kind")}
        | {name: fields[name] for name in (*named, "url", "counterpart_url")}
        | {"left_out": reading.left_out}
    )


def _print_reading(reading: PageReading, *, full: bool) -> None:
    say(reading.source)
    document = reading.document
    if document is None:
        say(f"  not read: {reading.refusal}")
        return
    date, language = str(document.date or "no date"), LANGUAGE_NAMES[document.language]
    about = (reading.site, reading.kind, language, date, document.place)
    say(f"  {document.title or 'no title'}")
    say(f"  {', '.join(filter(None, about))}")
    for person in document.participants:
        named = ", ".join(filter(None, (person.name, person.title)))
        say(f"  {person.role or 'named'}: {named}")
    for turn in document.turns:
        for line in _whole_lines(turn) if full else [_first_line(turn)]:
            say(line)
    for part in reading.left_out:
        size = f"{part.lines} lines, {part.letters} characters"
        say(f"  skipped, {part.reason}: {size}: {part.first[:FIRST]}")
    for note in document.notes:
        say(f"  note: {note}")


def _first_line(turn: Turn) -> str:
    """Return the role, the label and the beginning of a turn, and how many paragraphs follow."""
    text = turn.paragraphs[0] if turn.paragraphs else ""
    more = f" (+{len(turn.paragraphs) - 1})" if len(turn.paragraphs) > 1 else ""
    start = f"{text[:FIRST]}…" if len(text) > FIRST else text
    return f"  {turn.role or '-':8} {turn.label} {start}{more}"


def _whole_lines(turn: Turn) -> Iterator[str]:
    """Yield the role and the label of a turn with its first paragraph, then the others."""
    first, *others = turn.paragraphs or ("",)
    yield f"  {turn.role or '-':8} {turn.label} {first}"
    for paragraph in others:
        yield f"{'':11}{paragraph}"


@click.command("fetch")
@click.argument("url", nargs=-1, required=True)
@click.option("--zh", metavar="URL", help="Other language version, if the page has no link to it.")
@corpus_option
@page_source_options
@click.option(
    "--warc",
    type=PATH,
    help="Also write the pages to this WARC file (.warc.gz), which --from can read.",
)
def fetch_command(
    url: tuple[str, ...], zh: str | None, corpus: str | None, warc: Path | None, **page_options: Any
) -> None:
    """Download both language versions without aligning them.

    'align add' then needs no network. Pages are stored byte for byte with URL, time and checksum. A
    page that has changed is stored as a new version next to the old one. If one of several URLs
    fails, the others are still fetched. A page without a link to its other language version is
    stored too.

    \b
    Example:
      align fetch URL --warc briefing.warc.gz
    """
    if zh and len(url) > 1:
        raise click.UsageError(f"--zh needs exactly one URL, but {len(url)} are given")
    everything: list[Page] = []
    failures: list[AlignError] = []
    limit = load_settings().max_bytes
    with (
        open_corpus(corpus, create=True) as store,
        show_bar("fetching", total=len(url)) as progress,
        _open_pages(progress.say, (*url, zh or ""), **page_options) as source,
    ):
        for address in url:
            pages: tuple[Page, ...] = ()
            try:
                job = Job((address, zh) if zh else (address,), limit)
                pages = job.read(source.get, progress.say).pages
            except AlignError as error:
                pages = error.pages if isinstance(error, MissingCounterpartError) else ()
                failures.append(error)
            new = store.add_pages(pages)
            everything += pages
            progress.step()
            if pages:
                say(f"{address}: {count_noun(len(pages), 'page')}, {new} new")
            for page in pages:
                say(f"  {len(page.body):8} bytes  {page.sha256[:12]}  {page.url}")
    if warc is not None and everything:
        write_warc(everything, warc)
        click.echo(f"{warc}: {count_noun(len(everything), 'page')} written", err=True)
    _raise_failures(failures, len(url))


def _raise_failures(failures: Sequence[AlignError], total: int) -> None:
    for failure in failures:
        if total == 1:
            raise failure
        say(f"failed: {failure}", err=True)
    if failures:
        raise AlignError(
            N_("{count} of {total} URLs failed; see above"), count=len(failures), total=total
        )
