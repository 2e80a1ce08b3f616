"""``align read`` and ``fetch``: what is read from pages or files, and the pages alone."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import AlignError
from ..records import LANGUAGE_NAMES, Page
from ..text.strings import count_noun
from .options import (
    PATH,
    corpus_option,
    json_option,
    load_settings,
    open_page_source,
    page_source_options,
)
from .output import say, say_json, show_bar

if TYPE_CHECKING:
    from ..extract import PageReading
    from ..ingest.inputs import PageSource

FIRST = 60
"""Characters of a turn that are shown to people."""


@click.command("read")
@click.argument("source", nargs=-1, required=True)
@json_option
@page_source_options
def command(source: tuple[str, ...], as_json: bool, **page_options: Any) -> None:
    """Show what is read from pages or files, without aligning: who says what, what is left out.

    SOURCE is an address, a file or a folder of files. With --json each document is one line; a
    source that cannot be read is a line with "error". 'align doctor --site' names the rules.

    \b
    Examples:
      align read saved-page.html
      align read briefings/*.html --json
    """
    from ..ingest.documents import read_source
    from ..readers import list_files

    sources: list[str] = []
    for name in source:
        folder = Path(name)
        sources += map(str, list_files(folder)) if folder.is_dir() else [name]
    failed = 0
    with (
        show_bar("reading", total=len(sources)) as progress,
        open_page_source(progress.say, source, **page_options) as pages,
    ):
        limit = load_settings().max_bytes
        for name in sources:
            for reading in read_source(name, pages.get, max_bytes=limit, say=progress.say):
                failed += reading.document is None
                if as_json:
                    say_json(as_record(reading))
                    continue
                for line in _lines(reading):
                    say(line)
            progress.step()
    if failed == 1 == len(sources) and not as_json:
        raise SystemExit(1)
    if failed:
        raise AlignError(f"{failed} of {len(sources)} sources could not be read; see above")


def as_record(reading: "PageReading") -> dict[str, Any]:
    """Return a reading as plain values: the fields of ``align read --json``."""
    document = reading.document
    if document is None:
        return {"source": reading.source, "error": reading.refusal, "kind": reading.kind}
    fields = asdict(document)
    named = ("language", "title", "date", "place", "participants", "turns", "captions", "notes")
    return {
        "source": reading.source,
        "site": reading.site,
        "kind": reading.kind,
        **{name: fields[name] for name in named},
        "url": document.url,
        "counterpart_url": document.counterpart_url,
        "share": round(reading.share, 4),
        "left_out": reading.left_out,
    }


def _lines(reading: "PageReading") -> Iterator[str]:
    document = reading.document
    yield reading.source
    if document is None:
        yield f"  not read: {reading.refusal}"
        return
    about = (
        reading.site,
        reading.kind,
        LANGUAGE_NAMES[document.language],
        str(document.date or "no date"),
        document.place,
    )
    yield f"  {document.title or 'no title'}"
    yield f"  {', '.join(filter(None, about))}"
    for person in document.participants:
        yield f"  {person.role or 'named'}: {person.name}{', ' * bool(person.title)}{person.title}"
    for turn in document.turns:
        text = turn.paragraphs[0] if turn.paragraphs else ""
        more = f" (+{len(turn.paragraphs) - 1})" if len(turn.paragraphs) > 1 else ""
        start = f"{text[:FIRST]}{'…' * (len(text) > FIRST)}"
        yield f"  {turn.role or '-':8} {turn.label} {start}{more}"
    for part in reading.left_out:
        size = f"{part.lines} lines, {part.letters} letters"
        yield f"  left out, {part.reason}: {size}: {part.first[:FIRST]}"
    if reading.share < 1:
        yield f"  taken: {reading.share:.1%} of the letters of the body"
    for note in document.notes:
        yield f"  note: {note}"


@click.command("fetch")
@click.argument("url", nargs=-1, required=True)
@click.option("--zh", metavar="ADDRESS", help="The other language, where the page has no link.")
@corpus_option
@page_source_options
@click.option(
    "--warc",
    type=PATH,
    help="Also write the pages to this WARC file (.warc.gz), to be read with --from elsewhere.",
)
def fetch_command(
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
    from ..store import Store
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
            pages, why = _fetch(address, source, zh or "", progress.say)
            new = store.add_pages(pages)
            everything += pages
            failures += [why] if why else []
            progress.step()
            if pages:
                say(f"{address}: {count_noun(len(pages), 'page')}, {new} new")
            for page in pages:
                say(f"  {len(page.body):8} bytes  {page.sha256[:12]}  {page.url}")
    if warc is not None and everything:
        write_warc(everything, warc)
        click.echo(f"{warc}: {count_noun(len(everything), 'page')} written", err=True)
    _report_failures(failures, len(url))


def _fetch(
    address: str, source: "PageSource", counterpart: str, say: Callable[[str], None]
) -> tuple[tuple[Page, ...], str]:
    """Return the pages of a briefing, and why some are missing, or ''."""
    from ..ingest.documents import MissingCounterpartError, from_address

    try:
        return from_address(address, source.get, counterpart=counterpart, say=say).pages, ""
    except MissingCounterpartError as error:
        return error.pages, str(error)
    except AlignError as error:
        return (), str(error)


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
