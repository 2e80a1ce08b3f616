"""``align search`` and ``terms``: search by words or meaning, recurring terms, glossaries."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Literal, get_args

import click
from rich.console import Console
from rich.text import Text

from ...aligner.encoders import load_configured
from ...aligner.text.strings import count_noun
from ...corpus.exchange.atomic_write import staged_file
from ...corpus.exchange.filters import Rule
from ...corpus.exchange.run import ExportPlan, export
from ...corpus.search import SORTS, Concordance, FacetCounts, Hit, Results, Where
from ...corpus.search.semantic import SemanticHit, SemanticSearch
from ...corpus.search.terms import (
    LEAST_ROWS,
    TERM_LISTS,
    KeptTerms,
    MissingRendering,
    Term,
    TermList,
    find_missing_renderings,
    read_glossary,
    write_missing,
    write_tbx,
    write_tsv,
    write_xlsx,
)
from ...corpus.store import Store
from ...corpus.store.term_base import TermStatus
from ...records import STATUSES, Role
from .shared import (
    DAY,
    PATH,
    corpus_option,
    emit,
    encoder_option,
    json_option,
    load_settings,
    open_corpus,
    say,
    say_json,
    show_bar,
    to_line,
)
from .term_base import add_terms, check_terms, show_terms

LONG = 50  # minimum briefings to index for which a line is printed


@click.command("search")
@click.argument("query")
@corpus_option
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=20,
    show_default=True,
    help="Maximum number of hits to print.",
)
@click.option("--sort", type=click.Choice(list(SORTS)), default="newest", show_default=True)
@click.option("--since", type=DAY, help="Only briefings from this day on.")
@click.option("--until", type=DAY, help="Only briefings up to this day.")
@click.option("--speaker", default="", help="Only this speaker; part of the name is enough.")
@click.option("--role", type=click.Choice(get_args(Role)), default="")
@click.option("--site", default="", help="Only this web site; part of the name is enough.")
@click.option(
    "--status", "statuses", multiple=True, type=click.Choice(STATUSES), help="May be repeated."
)
@click.option(
    "--below",
    "at_most",
    type=click.FloatRange(0, 1),
    help="Only beads with at most this probability.",
)
@click.option(
    "--meaning", is_flag=True, help="Find passages with a similar meaning, in either language."
)
@encoder_option
@click.option("--counts", is_flag=True, help="Count hits by year and by speaker instead.")
@click.option(
    "-o", "--output", type=PATH, help="Write all hits to this file: .tsv, .jsonl, .tmx …."
)
@json_option
def command(
    query: str,
    corpus: str | None,
    limit: int,
    sort: str,
    meaning: bool,
    encoder: str | None,
    counts: bool,
    output: Path | None,
    as_json: bool,
    **conditions: Any,
) -> None:
    """Search both languages; show each hit with its translation.

    The query may contain words, "phrases", word*, -excluded, zh:… and en:… for one language, and
    OR. The words of the translation that match are underlined.

    \b
    Examples:
      align search 高质量发展
      align search 'zh:海洋 -en:marine' --speaker Shen
      align search --meaning 'support for small firms'
    """
    where = Where(**conditions)
    with open_corpus(corpus) as store, closing(Concordance(store)) as concordance:
        _read_words(concordance)
        if meaning:
            model = load_configured(load_settings(encoder=encoder))
            semantic = SemanticSearch(concordance, model)
            with show_bar("encoding texts") as progress:
                semantic.refresh(progress.at)
            near = semantic.search(query, limit, where=where)
            emit(near, as_json, _print_nearest)
        elif output is not None:
            _write(store, concordance.beads(query, where=where), output)
        elif counts:
            counted = concordance.counts(query, where=where)
            emit(counted, as_json, _print_counts)
        else:
            results = concordance.search(query, limit, where=where, sort=sort)
            emit(results, as_json, _print_hits)


def _read_words(concordance: Concordance) -> None:
    """Update the word index; print a line if that takes long."""
    with show_bar("indexing") as bar:

        def show(done: int, total: int) -> None:
            if done == 1 and total >= LONG:
                bar.tell(f"indexing {total:,} briefings (first time only)")
            bar.at(done, total)

        concordance.refresh(show)


def _write(store: Store, beads: tuple[tuple[str, str], ...], output: Path) -> None:
    if not output.suffix:
        raise click.UsageError(
            f"{output}: no file extension, which sets the format; use {output}.tsv for a table"
        )
    wanted = dict(beads)
    rule = Rule.of("selection", lambda bead: bead.id in wanted)
    briefings = sorted(set(wanted.values()))
    plan = ExportPlan(output.suffix.lstrip("."), output, filters=[rule], briefings=briefings)
    say(f"{output}: {count_noun(export(store, plan).pairs, 'bead')}")


def _print_nearest(near: tuple[SemanticHit, ...]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for one in near:
        often = f"  occurs {one.times:,} times" if one.times > 1 else ""
        line = f"{one.similarity:.2f}  {to_line(_describe(one.hit))}{often}"
        console.print(Text(line, style="dim"))
        for name, side in (("zh", one.hit.zh), ("en", one.hit.en)):
            compared = "bold" if name == one.side else ""
            console.print(Text("  ").append(to_line(side.text) or "—", style=compared))
    say(f"{len(near)} closest matches", err=True)


def _print_counts(counts: FacetCounts) -> None:
    for title, rows in (("by year", counts.years), ("by speaker", counts.speakers)):
        say(title)
        most = max((row.hits for row in rows), default=1)
        for row in rows:
            say(f"  {row.name:24} {row.hits:6}  {'█' * round(30 * row.hits / most)}")


def _print_hits(results: Results) -> None:
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
    say(f"{len(results.hits)} of {results.total} hits", err=True)


def _describe(hit: Hit) -> str:
    chance = "" if hit.probability is None else f"{hit.probability:.2f}"
    return "  ".join(filter(None, (hit.date, hit.speaker, chance, hit.status, hit.briefing)))


_WRITERS = {".tsv": write_tsv, ".tbx": write_tbx, ".xlsx": write_xlsx}


@click.command("terms")
@corpus_option
@click.option(
    "--least",
    type=click.IntRange(min=1),
    default=LEAST_ROWS,
    show_default=True,
    help="Minimum number of beads per term.",
)
@click.option(
    "--list",
    "chosen",
    type=click.Choice([*TERM_LISTS, "all"]),
    default="certain",
    show_default=True,
    help="Terms with one usual rendering, several, none found, or ceremonial phrases.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=40,
    show_default=True,
    help="Maximum number of terms to print.",
)
@click.option(
    "--glossary",
    type=PATH,
    help="Find missing required renderings; one per line: Chinese, a tab, English; English ….",
)
@click.option("--base", is_flag=True, help="The term base instead: required renderings.")
@click.option(
    "--add",
    "added",
    type=PATH,
    help="Add the terms of a file to the term base: .tsv, .csv, .xlsx, .tbx.",
)
@click.option(
    "--status",
    type=click.Choice(get_args(TermStatus)),
    default="approved",
    show_default=True,
    help="With --add: status of terms for which the file says none.",
)
@click.option(
    "--replace", "replaces", is_flag=True, help="With --add: remove terms that the file lacks."
)
@click.option(
    "--check", "checks", is_flag=True, help="Find rows that contradict the term base; then exit 1."
)
@click.option(
    "-o",
    "--output",
    type=PATH,
    help="Write all lists, or the term base: .tsv, .tbx, .xlsx; results of a check: .tsv.",
)
@json_option
def terms_command(
    corpus: str | None,
    least: int,
    chosen: TermList | Literal["all"],
    limit: int,
    glossary: Path | None,
    base: bool,
    added: Path | None,
    status: TermStatus,
    replaces: bool,
    checks: bool,
    output: Path | None,
    as_json: bool,
) -> None:
    """List recurring terms and their renderings; check a glossary.

    The term base belongs to the corpus: renderings that are approved, forbidden or proposed. The
    review page checks rows against it, too.

    \b
    Examples:
      align terms --least 5
      align terms --list varied
      align terms -o terms.tbx
      align terms --glossary house-terms.tsv
      align terms --glossary house-terms.tsv -o missing.tsv
      align terms --add house-terms.xlsx
      align terms --check
      align terms --base -o term-base.tbx
    """
    _check_ways({"--glossary": glossary, "--base": base, "--add": added, "--check": checks})
    suffixes = (".tsv",) if glossary or checks else tuple(_WRITERS)
    if output is not None and output.suffix.lower() not in suffixes:
        raise click.UsageError(f"{output}: unsupported extension; use {' or '.join(suffixes)}")
    with open_corpus(corpus) as store:
        if added is not None:
            add_terms(store, added, status, replaces=replaces)
        elif base:
            show_terms(store, output, as_json=as_json)
        elif checks:
            check_terms(store, output, as_json=as_json)
        elif glossary is not None:
            without = list(find_missing_renderings(read_glossary(glossary), store.pairs()))
            _print_missing(without, output, as_json)
        else:
            _list_terms(store, least, chosen, limit, output, as_json)


def _check_ways(ways: Mapping[str, object]) -> None:
    """Refuse options that ask for different things."""
    given = [name for name, value in ways.items() if value]
    if len(given) > 1:
        raise click.UsageError(f"{' and '.join(given)}: use one of them at a time")


def _list_terms(
    store: Store,
    least: int,
    chosen: TermList | Literal["all"],
    limit: int,
    output: Path | None,
    as_json: bool,
) -> None:
    """Count what recurs, if the corpus has changed, and print or write the lists."""
    with closing(Concordance(store)) as concordance:
        terms = KeptTerms(concordance.index, least)
        _read_words(concordance)
        if not terms.current:
            with show_bar("Counting what recurs") as bar:
                terms.count_again(bar.at)
        if output is not None:
            with staged_file(output) as file:
                _WRITERS[output.suffix.lower()](terms.find(), file)
            say(f"{output}: {count_noun(terms.size(), 'term')}")
        elif as_json:
            say_json(terms.find())
        else:
            lists = TERM_LISTS if chosen == "all" else (chosen,)
            _print_terms(terms.find(lists=lists, limit=limit))
            _print_sizes(terms)


def _print_terms(terms: Sequence[Term]) -> None:
    for term in terms:
        certainty = f"{term.agreement:.0%} consistent, certainty {term.sure:.2f}"
        say(f"{term.zh}  ({term.count} beads, {certainty})")
        for rendering in term.renderings:
            variants = f"  ({'; '.join(rendering.variants)})" if rendering.variants else ""
            say(f"  {rendering.count:4}  {rendering.en or '(none found)'}{variants}")


def _print_sizes(terms: KeptTerms) -> None:
    """Print the number of terms in each list."""
    sizes = ", ".join(f"{name} {terms.size(lists=[name]):,}" for name in TERM_LISTS)
    say(f"{count_noun(terms.size(), 'term')}; --list: {sizes}", err=True)


def _print_missing(found: Sequence[MissingRendering], output: Path | None, as_json: bool) -> None:
    if output is not None:
        with staged_file(output) as file:
            write_missing(found, file)
        say(f"{output}: {len(found)} beads without the required rendering")
    elif as_json:
        say_json([{"term": one.term, "bead": one.bead.id} for one in found])
    else:
        for one in found:
            required = " or ".join(one.term.en)
            say(f"{one.term.zh}: expected {required}  [{one.bead.provenance.briefing}]")
            say(f"  {one.bead.zh}")
            say(f"  {one.bead.en}")
        say(f"{len(found)} beads without the required rendering", err=True)
