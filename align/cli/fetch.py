"""The command ``align fetch``: fetch the pages of a briefing into the page store."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from ..errors import AlignError
from ..ingest.documents import MissingCounterpartError, from_address
from ..ingest.inputs import PageSource
from ..records import Page
from ..store import Store
from ..text.strings import count_noun
from .options import corpus_option, load_settings, open_page_source, page_source_options
from .output import say
from .progress import show_bar


@click.command("fetch")
@click.argument("url", nargs=-1, required=True)
@click.option("--zh", metavar="ADDRESS", help="The other language, where the page has no link.")
@corpus_option
@page_source_options
@click.option(
    "--warc",
    type=click.Path(path_type=Path),
    help="Also write the pages to this WARC file (.warc.gz), to be read with --from elsewhere.",
)
def command(
    url: tuple[str, ...], zh: str | None, corpus: str | None, warc: Path | None, **page_options: Any
) -> None:
    """Fetch only the pages of a briefing, both languages; 'align add' needs no network then.

    Pages are kept byte for byte with address, time and checksum; a page that changed is a new
    version, the old one stays. Of several addresses one that fails does not stop the others, and
    what was read of a page without a link to the other language is kept.

    \b
    Example:
      align fetch ADDRESS --warc briefing.warc.gz
    """
    from ..web.captures.warc import write_warc

    if zh and len(url) > 1:
        raise AlignError(f"--zh goes with one address, but there are {len(url)}")
    everything: list[Page] = []
    failures: list[str] = []
    with (
        Store.open(load_settings(corpus=corpus).corpus, create=True) as store,
        show_bar("fetching", total=len(url)) as progress,
        open_page_source(progress.say, (*url, zh or ""), **page_options) as source,
    ):
        for address in url:
            pages, why = _read(address, source, zh or "", progress.say)
            new = store.add_pages(pages)
            everything += pages
            failures += [why] if why else []
            progress.step()
            _print_pages(address, pages, new)
    if warc is not None and everything:
        write_warc(everything, warc)
        click.echo(f"{warc}: {count_noun(len(everything), 'page')} written", err=True)
    _report_failures(failures, len(url))


def _read(
    address: str, source: PageSource, counterpart: str, say: Callable[[str], None]
) -> tuple[tuple[Page, ...], str]:
    """Return the pages of a briefing, and why some are missing, or ''."""
    try:
        return from_address(address, source.get, counterpart=counterpart, say=say).pages, ""
    except MissingCounterpartError as error:
        return error.pages, str(error)
    except AlignError as error:
        return (), str(error)


def _print_pages(address: str, pages: Sequence[Page], new: int) -> None:
    if pages:
        say(f"{address}: {count_noun(len(pages), 'page')}, {new} new")
    for page in pages:
        say(f"  {len(page.body):8} bytes  {page.sha256[:12]}  {page.url}")


def _report_failures(failures: Sequence[str], total: int) -> None:
    """Print which addresses failed.

    :raises AlignError: when one did.
    """
    if failures and total == 1:
        raise AlignError(failures[0])
    for failure in failures:
        say(f"failed: {failure}", err=True)
    if failures:
        raise AlignError(f"{len(failures)} of {total} addresses failed; see above")
