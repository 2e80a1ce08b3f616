"""Gold alignments without text, joined with the pages that they name."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ...aligner.gold_places import GoldPlaces, drop_lost, join_text, read_gold_places
from ...errors import N_, FormatError, Message
from ...records import LANGUAGES, Document, Language
from .documents import FetchPage, read_version


def document_text(document: Document) -> str:
    """Return the text in which the places of a gold file count: labels and paragraphs in order."""
    lines = []
    for turn in document.turns:
        lines += [turn.label, *turn.paragraphs]
    return "\n".join(lines)


# The most sentences that a page may lack, as a share; a page that lacks more is another text.
_MOST_LOST = 0.05


def join_gold_pages(
    path: Path,
    fetch: FetchPage,
    *,
    folder: Path | None,
    max_bytes: int,
    report: Callable[[Message], None],
) -> dict[str, Any]:
    """Return the fields of a complete gold file.

    :param fetch: fetches the page of a URL.
    :param folder: may contain a file ``ID.zh.*`` or ``ID.en.*``, which replaces the page.
    :param report: receives how many sentences a page lacks; their beads are dropped.
    :raises AlignError: if a page cannot be read, or lacks one sentence in twenty.
    """
    places = read_gold_places(path)
    fields, lost = dict(places.gold), dict[Language, list[int]]()
    for language in LANGUAGES:
        source = _find_source(places, language, folder)
        version = read_version(source, fetch, max_bytes=max_bytes, say=_ignore)
        text = document_text(version.document)
        fields[language], lost[language] = join_text(places.places[language], text, language)
        count = len(fields[language])
        if len(lost[language]) > _MOST_LOST * count:
            raise FormatError(
                N_(
                    "{source}: {lost} of {count} gold sentences are not in this text; use the "
                    "page as it was annotated"
                ),
                source=source,
                lost=len(lost[language]),
                count=count,
            )
        if lost[language]:
            report(
                Message(
                    N_(
                        "{id}: {lost} of {count} sentences are missing in {source}; their beads "
                        "are skipped"
                    ),
                    id=places.id,
                    lost=len(lost[language]),
                    count=count,
                    source=source,
                )
            )
    return drop_lost(fields, lost)


def _ignore(_progress: str) -> None:
    """Drop progress messages, because two pages are read."""


def _find_source(places: GoldPlaces, language: Language, folder: Path | None) -> str:
    """Return the file that stands in for a page, or else the URL of the page."""
    if folder is not None and folder.is_dir():
        own = sorted(folder.glob(f"{places.id}.{language}.*"))
        files = [path for path in own if path.suffix != ".url"]
        if files:
            return str(files[0])
    if not places.urls[language]:
        raise FormatError(
            N_("{id}: the URL of its {language} page is unknown; name a file {name} in --from"),
            id=places.id,
            language=language,
            name=f"{places.id}.{language}.html",
        )
    return places.urls[language]
