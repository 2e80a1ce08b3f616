"""``align fetch``: the pages of a briefing, both languages, into the page store."""

from pathlib import Path
from typing import Any

import click

from ..errors import AlignError
from ..records import Page
from ..sources import from_address
from ..store import Store
from .doors import door_options, open_doors
from .options import corpus_option, settings
from .progress import bar


@click.command("fetch")
@click.argument("url", nargs=-1, required=True)
@click.option("--zh", metavar="ADDRESS", help="The other language, where the page has no link.")
@corpus_option
@door_options
@click.option(
    "--warc",
    type=click.Path(path_type=Path),
    help="Also write the pages to this WARC file (.warc.gz), to be read with --from elsewhere.",
)
def command(
    url: tuple[str, ...], zh: str | None, corpus: str | None, warc: Path | None, **door: Any
) -> None:
    """Fetch only the pages of a briefing, both languages; 'align add' needs no network then.

    Pages are kept byte for byte with address, time and checksum; a page that changed is a new
    version, the old one stays.

    \b
    Example:
      align fetch ADDRESS --warc briefing.warc.gz
    """
    from ..pages import write_warc

    if zh and len(url) > 1:
        raise AlignError(f"--zh goes with one address, but there are {len(url)}")
    everything: list[Page] = []
    with (
        Store.open(settings(corpus=corpus).corpus, create=True) as store,
        bar("fetching", total=len(url)) as progress,
        open_doors(progress.say, **door) as doors,
    ):
        for address in url:
            pages = from_address(address, doors.get, counterpart=zh or "", say=progress.say).pages
            new = store.add_pages(pages)
            everything += pages
            progress.step()
            click.echo(f"{address}: {len(pages)} pages, {new} new")
            for page in pages:
                click.echo(f"  {len(page.body):8} bytes  {page.sha256[:12]}  {page.url}")
    if warc is not None:
        write_warc(everything, warc)
        click.echo(f"{warc}: {len(everything)} pages written", err=True)
