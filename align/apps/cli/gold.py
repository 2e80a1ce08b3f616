"""Gold files of ``align evaluate``: folders of them, and those without text, joined with pages."""

import functools
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

from ...aligner.evaluate import Gold, parse_gold, read_gold
from ...aligner.gold_places import is_gold_places
from ...aligner.text.strings import count_noun
from ...corpus.exchange.gold import read_reviewed
from ...corpus.store.engine import has_corpus
from ...errors import N_, AlignError, FormatError, Message
from ...settings import Settings
from ...sources.ingest.gold_pages import join_gold_pages
from ...sources.ingest.page_sources import PageSource, open_page_source
from .shared import say, write

EXAMPLE = Path(__file__).with_name("gold_example.json")
"""A small gold file, which ``align evaluate --example`` prints."""


def load_golds(names: Iterable[Path], settings: Settings, capture: Path | None) -> dict[Path, Gold]:
    """Read gold files; a folder stands for its JSON files, or the briefings of its corpus.

    A file without text is joined with its pages. One whose pages are missing is named and skipped.

    :param capture: where the pages are; ``None`` fetches them.
    :raises AlignError: if a file is not gold, or none is left.
    """
    reviewed: dict[Path, Gold] = {}
    paths: list[Path] = []
    for name in names:
        if has_corpus(name):
            reviewed |= _read_corpus(name)
        else:
            paths += _list_files(name)
    places = [path for path in paths if is_gold_places(path)]
    golds = {path: read_gold(path) for path in paths if path not in places}
    if places:
        golds |= _join(places, settings, capture)
    if not golds and not reviewed:
        raise FormatError(N_("no gold file can be used; see the lines above"))
    return {path: golds[path] for path in paths if path in golds} | reviewed


def _read_corpus(folder: Path) -> dict[Path, Gold]:
    """Return the reviewed briefings of a corpus, each under the name of a gold file."""
    golds, others = read_reviewed(folder)
    if others:
        say(
            f"align: {folder}: {count_noun(others, 'briefing')} skipped: "
            "not all rows are accepted or rejected",
            err=True,
        )
    return {folder / f"{gold.id}.json": gold for gold in golds}


def _list_files(name: Path) -> Iterator[Path]:
    if not name.is_dir():
        yield name
        return
    files = sorted(name.glob("*.json"))
    if not files:
        raise FormatError(N_("{folder}: contains no gold file (*.json) and no corpus"), folder=name)
    yield from files


def _join(paths: Iterable[Path], settings: Settings, capture: Path | None) -> dict[Path, Gold]:
    golds = {}
    with ExitStack() as stack:

        @functools.cache  # opened for the first page, since files may replace all of them
        def source() -> PageSource:
            return stack.enter_context(
                open_page_source(settings, _say_progress, (), capture=capture)
            )

        for path in paths:
            try:
                fields = join_gold_pages(
                    path,
                    lambda url: source().get(url),
                    folder=capture,
                    max_bytes=settings.max_bytes,
                    report=_report,
                )
            except AlignError as error:
                say(f"align: {path.name}: skipped: {error}", err=True)
                continue
            golds[path] = parse_gold(fields, path)
    return golds


def _say_progress(text: str) -> None:
    say(text, err=True)


def _report(losses: Message) -> None:
    say(f"align: {losses}", err=True)


def write_texts(folder: Path, golds: Mapping[Path, Gold]) -> None:
    """Write the sentences of gold files for another aligner, one per line: ``NAME.zh``, ``.en``."""
    for path, gold in golds.items():
        write(iter(gold.zh), folder / f"{path.stem}.zh")
        write(iter(gold.en), folder / f"{path.stem}.en")
    say(f"{folder}: sentences of {count_noun(len(golds), 'text')}", err=True)
