"""``align search``: search by words or by meaning, on the terminal."""

import datetime as dt
from pathlib import Path
from typing import get_args

import click
from rich.console import Console
from rich.text import Text

from ..encoders import load_configured
from ..export.atomic_write import staged_file
from ..export.formats import ExportHeader, find_format
from ..export.formats.values import add_checksum
from ..records import STATUSES, Role, Status
from ..search import (
    SORTS,
    Concordance,
    FacetCounts,
    Hit,
    Results,
    SemanticHit,
    SemanticSearch,
    Where,
)
from ..store import Store
from .options import (
    DAY,
    PATH,
    corpus_option,
    encoder_option,
    json_option,
    load_settings,
    open_corpus,
)
from .output import say, say_json, show_bar, to_line

LONG = 50
"""Briefings whose reading is worth a line."""


@click.command("search")
@click.argument("query")
@corpus_option
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=20,
    show_default=True,
    help="How many hits to print.",
)
@click.option("--sort", type=click.Choice(list(SORTS)), default="newest", show_default=True)
@click.option("--since", type=DAY, help="Only briefings from this day on.")
@click.option("--until", type=DAY, help="Only briefings up to this day.")
@click.option("--speaker", default="", help="Only this speaker; part of the name is enough.")
@click.option("--role", type=click.Choice(get_args(Role)), default="")
@click.option("--site", default="", help="Only this web site; part of the name is enough.")
@click.option("--status", multiple=True, type=click.Choice(STATUSES), help="May be repeated.")
@click.option(
    "--below", type=click.FloatRange(0, 1), help="Only beads with at most this probability."
)
@click.option(
    "--meaning", is_flag=True, help="Find passages that mean the same, in either language."
)
@encoder_option
@click.option("--counts", is_flag=True, help="Print hits by year and by speaker instead.")
@click.option(
    "-o", "--output", type=PATH, help="Write all hits to this file: .tsv, .jsonl, .tmx …."
)
@json_option
def command(
    query: str,
    corpus: str | None,
    limit: int,
    sort: str,
    since: dt.datetime | None,
    until: dt.datetime | None,
    speaker: str,
    role: str,
    site: str,
    status: tuple[Status, ...],
    below: float | None,
    meaning: bool,
    encoder: str | None,
    counts: bool,
    output: Path | None,
    as_json: bool,
) -> None:
    """Search both languages; the counterpart stands beside each hit, its matching words marked.

    Words, "phrases", word*, -without, zh:… and en:… for one side, OR.

    \b
    Examples:
      align search 高质量发展
      align search 'zh:海洋 -en:marine' --speaker Shen
      align search --meaning 'support for small firms'
    """
    where = Where(
        since=since.date() if since else None,
        until=until.date() if until else None,
        speaker=speaker,
        role=role,
        site=site,
        statuses=status,
        at_most=below,
    )
    with open_corpus(corpus) as store:
        concordance = Concordance(store)
        try:
            read_words(concordance)
            if meaning:
                semantic = SemanticSearch(
                    store, load_configured(load_settings(encoder=encoder)), concordance
                )
                with show_bar("Reading the meaning of texts") as progress:
                    semantic.refresh(progress.at)
                near = semantic.search(query, limit, where=where)
                (say_json if as_json else _print_nearest)(near)
            elif output is not None:
                _write(store, concordance.beads(query, where=where), output)
            elif counts:
                counted = concordance.counts(query, where=where)
                (say_json if as_json else _print_counts)(counted)
            else:
                results = concordance.search(query, limit, where=where, sort=sort)
                (say_json if as_json else _print_hits)(results)
        finally:
            concordance.close()


def read_words(concordance: Concordance) -> None:
    """Bring the index of words up to date, and say so where that takes long."""
    with show_bar("Reading the corpus for its words") as bar:

        def show(done: int, total: int) -> None:
            if done == 1 and total >= LONG:
                bar.tell(f"reading {total:,} briefings for their words, once")
            bar.at(done, total)

        concordance.refresh(show)


def _write(store: Store, beads: tuple[tuple[str, str], ...], output: Path) -> None:
    """Write the beads of all hits in the format that the file's ending names."""
    form = find_format(output.suffix.lstrip("."))
    wanted = {bead for bead, _ in beads}
    briefings = sorted({briefing for _, briefing in beads})
    pairs = (add_checksum(pair) for pair in store.pairs(briefings) if pair.id in wanted)
    with staged_file(output) as path:
        count = form.load().write(pairs, path, ExportHeader())
    click.echo(f"{output}: {count} beads")


def _print_nearest(near: tuple[SemanticHit, ...]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for one in near:
        often = f"  said {one.times:,} times" if one.times > 1 else ""
        line = f"{one.similarity:.2f}  {to_line(_describe(one.hit))}{often}"
        console.print(Text(line, style="dim"))
        for name, side in (("zh", one.hit.zh), ("en", one.hit.en)):
            compared = "bold" if name == one.side else ""
            console.print(Text("  ").append(to_line(side.text) or "—", style=compared))
    click.echo(f"{len(near)} nearest", err=True)


def _print_counts(counts: FacetCounts) -> None:
    for title, rows in (("by year", counts.years), ("by speaker", counts.speakers)):
        click.echo(title)
        most = max((row.hits for row in rows), default=1)
        for row in rows:
            say(f"  {row.name:24} {row.hits:6}  {'█' * round(30 * row.hits / most)}")


def _print_hits(results: Results) -> None:
    """Print hits with colour where the terminal has it."""
    console = Console(highlight=False, soft_wrap=True)
    for hit in results.hits:
        console.print(Text(to_line(_describe(hit)), style="dim"))
        for side in (hit.zh, hit.en):
            text = Text(to_line(side.text) or "—")
            for mark in side.counterparts:
                text.stylize("underline", mark.start, mark.end)
            for mark in side.marks:
                text.stylize("bold reverse", mark.start, mark.end)
            console.print(Text("  ").append_text(text))
    click.echo(f"{len(results.hits)} of {results.total} hits", err=True)


def _describe(hit: Hit) -> str:
    chance = "" if hit.probability is None else f"{hit.probability:.2f}"
    return "  ".join(filter(None, (hit.date, hit.speaker, chance, hit.status, hit.briefing)))
