"""``align read``: what is read from pages or files, without aligning."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import AlignError
from ..records import LANGUAGE_NAMES, Document
from .options import json_option, load_settings, open_page_source, page_source_options
from .output import say
from .progress import show_bar

if TYPE_CHECKING:
    from ..extract import PageReading

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

    sources = _expand(source)
    failed = 0
    with (
        show_bar("reading", total=len(sources)) as progress,
        open_page_source(progress.say, source, **page_options) as pages,
    ):
        limit = load_settings().max_bytes
        for name in sources:
            for reading in read_source(name, pages.get, max_bytes=limit, say=progress.say):
                failed += reading.document is None
                _print(reading, as_json)
            progress.step()
    if failed == 1 == len(sources) and not as_json:
        raise SystemExit(1)
    if failed:
        raise AlignError(f"{failed} of {len(sources)} sources could not be read; see above")


def _expand(sources: Sequence[str]) -> list[str]:
    """Return the sources, and the files of a folder in its place."""
    from ..readers import list_files

    expanded: list[str] = []
    for source in sources:
        folder = Path(source)
        expanded += map(str, list_files(folder)) if folder.is_dir() else [source]
    return expanded


def _print(reading: "PageReading", as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(as_record(reading), ensure_ascii=False, default=str))
        return
    for line in _lines(reading):
        say(line)


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
        "left_out": [asdict(part) for part in reading.left_out],
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
    yield from _turn_lines(document)
    for part in reading.left_out:
        size = f"{part.lines} lines, {part.letters} letters"
        yield f"  left out, {part.reason}: {size}: {part.first[:FIRST]}"
    if reading.share < 1:
        yield f"  taken: {reading.share:.1%} of the letters of the body"
    for note in document.notes:
        yield f"  note: {note}"


def _turn_lines(document: Document) -> Iterator[str]:
    for turn in document.turns:
        text = turn.paragraphs[0] if turn.paragraphs else ""
        more = f" (+{len(turn.paragraphs) - 1})" if len(turn.paragraphs) > 1 else ""
        yield f"  {turn.role or '-':8} {turn.label} {text[:FIRST]}{'…' * (len(text) > FIRST)}{more}"
