"""``align read``: show the text extracted from pages or files, without aligning it."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from ...errors import N_, AlignError
from ...records import LANGUAGE_NAMES, Turn
from ...sources.extract import PageReading
from ...sources.ingest.documents import read_source
from ...sources.readers import leave_out_addresses, list_files
from .shared import (
    json_option,
    load_settings,
    open_pages,
    page_source_options,
    say,
    say_json,
    show_bar,
)

FIRST = 60  # maximum characters shown per turn, except in full and as JSON


@click.command("read")
@click.argument("source", nargs=-1, required=True)
@click.option("--full", is_flag=True, help="Show the whole text, not only the start of each turn.")
@json_option
@page_source_options
def command(source: tuple[str, ...], full: bool, as_json: bool, **page_options: Any) -> None:
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
    sources = _list_sources(source)
    failed = 0
    with (
        show_bar("reading", total=len(sources)) as progress,
        open_pages(progress.say, source, **page_options) as pages,
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
    if failed == 1 and len(sources) == 1 and not as_json:  # the reason is already printed
        raise SystemExit(1)
    if failed:
        raise AlignError(
            N_("{failed} of {count} sources could not be read; see above"),
            failed=failed,
            count=len(sources),
        )


_PRINTED = (
    "language",
    "title",
    "date",
    "place",
    "participants",
    "turns",
    "captions",
    "notes",
    "url",
    "counterpart_url",
)
"""The fields of a document that ``--json`` prints."""


def _list_sources(names: Iterable[str]) -> list[str]:
    """Return the sources that a user names, with the files of a folder instead of it."""
    sources: list[str] = []
    for name in names:
        folder = Path(name)
        if folder.is_dir():
            sources += map(str, list_files(folder))
        else:
            sources.append(name)
    return leave_out_addresses(sources)


def _print_reading_json(reading: PageReading) -> None:
    if reading.document is None:
        say_json({"source": reading.source, "error": reading.refusal, "kind": reading.kind})
        return
    fields = asdict(reading.document)
    head = {"source": reading.source, "site": reading.site, "kind": reading.kind}
    of_document = {name: fields[name] for name in _PRINTED}
    say_json({**head, **of_document, "left_out": reading.left_out})


def _print_reading(reading: PageReading, *, full: bool) -> None:
    say(reading.source)
    document = reading.document
    if document is None:
        say(f"  not read: {reading.refusal}")
        return
    date = str(document.date or "no date")
    language = LANGUAGE_NAMES[document.language]
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
