"""``align terms``: recurring Chinese passages, their English renderings, and glossaries."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import click

from ..export.atomic_write import staged_file
from ..search import Concordance
from ..search.terms import (
    KeptTerms,
    MissingRendering,
    Term,
    find_missing_renderings,
    read_glossary,
    write_missing,
    write_tbx,
    write_tsv,
)
from .options import PATH, corpus_option, json_option, open_corpus
from .output import say, say_json, show_bar
from .search import read_words

_WRITERS = {".tsv": write_tsv, ".tbx": write_tbx}


@click.command("terms")
@corpus_option
@click.option(
    "--least",
    type=click.IntRange(min=1),
    default=3,
    show_default=True,
    help="In how many beads a passage recurs.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=40,
    show_default=True,
    help="How many passages to print.",
)
@click.option(
    "--glossary",
    type=PATH,
    help="Say where a required rendering is missing: Chinese, a tab, English; English ….",
)
@click.option(
    "-o",
    "--output",
    type=PATH,
    help="Write all to this file: .tsv or .tbx; with a glossary what is missing, as .tsv.",
)
@json_option
def command(
    corpus: str | None,
    least: int,
    limit: int,
    glossary: Path | None,
    output: Path | None,
    as_json: bool,
) -> None:
    """List recurring Chinese passages with their English renderings, inconsistent ones first.

    \b
    Examples:
      align terms --least 5
      align terms -o terms.tbx
      align terms --glossary house-terms.tsv
      align terms --glossary house-terms.tsv -o missing.tsv
    """
    suffixes = (".tsv",) if glossary else tuple(_WRITERS)
    if output is not None and output.suffix.lower() not in suffixes:
        raise click.UsageError(f"{output}: name a {' or a '.join(suffixes)} file")
    with open_corpus(corpus) as store:
        if glossary is not None:
            without = list(find_missing_renderings(read_glossary(glossary), store.pairs()))
            _print_missing(without, output, as_json)
            return
        with closing(Concordance(store)) as concordance:
            terms = KeptTerms(concordance.index, least)
            _count(concordance, terms)
            if output is not None:
                with staged_file(output) as file:
                    _WRITERS[output.suffix.lower()](terms.find(), file)
                click.echo(f"{output}: {terms.size()} passages")
            elif as_json:
                say_json(terms.find())
            else:
                _print_terms(terms.find(limit=limit), terms.size())


def _count(concordance: Concordance, terms: KeptTerms) -> None:
    """Count what recurs, where that was not done for the texts as they are now."""
    read_words(concordance)
    if not terms.current:
        with show_bar("Counting what recurs") as bar:
            terms.count_again(bar.at)


def _print_terms(terms: Sequence[Term], size: int) -> None:
    for term in terms:
        say(f"{term.zh}  ({term.count} beads, {term.agreement:.0%} alike)")
        for rendering in term.renderings:
            say(f"  {rendering.count:4}  {rendering.en or '(none found)'}")
    click.echo(f"{len(terms)} of {size} passages", err=True)


def _print_missing(found: Sequence[MissingRendering], output: Path | None, as_json: bool) -> None:
    if output is not None:
        with staged_file(output) as file:
            write_missing(found, file)
        click.echo(f"{output}: {len(found)} beads without the required rendering")
    elif as_json:
        say_json([{"term": one.term, "bead": one.pair.id} for one in found])
    else:
        for one in found:
            say(f"{one.term.zh} should be {' or '.join(one.term.en)}  [{one.pair.briefing}]")
            say(f"  {one.pair.zh}")
            say(f"  {one.pair.en}")
        click.echo(f"{len(found)} beads without the required rendering", err=True)
