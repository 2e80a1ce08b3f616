"""``align fetch``: download both language versions of briefings without aligning them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from ...aligner.text.strings import count_noun
from ...errors import N_, AlignError
from ...records import Page
from ...sources.ingest.documents import MissingCounterpartError
from ...sources.ingest.inputs import Job
from ...sources.web.captures.warc import write_warc
from .shared import (
    PATH,
    corpus_option,
    load_settings,
    open_corpus,
    open_pages,
    page_source_options,
    say,
    show_bar,
)


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
def command(
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
        open_pages(progress.say, (*url, zh or ""), **page_options) as source,
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
        say(f"{warc}: {count_noun(len(everything), 'page')} written", err=True)
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
