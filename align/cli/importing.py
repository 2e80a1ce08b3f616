"""``align import``: alignments made with other tools become briefings."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from ..apart import PutBack, put_back
from ..importing import READERS, Imported, import_, import_ladder
from ..store import Store
from .options import corpus_option, json_option, settings
from .progress import bar


@click.command("import")
@click.argument("file", nargs=-1, required=True, type=click.Path(path_type=Path))
@corpus_option
@click.option(
    "--format",
    "form",
    type=click.Choice([*READERS, "ladder", "apart"]),
    help="The format.  [default: by name and first line]",
)
@click.option(
    "--texts",
    nargs=2,
    type=click.Path(path_type=Path),
    help="The two texts of a ladder, one sentence a line, in the ladder's order.",
)
@click.option("--replace", is_flag=True, help="Let a briefing take the place of the one there.")
@json_option
def command(
    file: tuple[Path, ...],
    corpus: str | None,
    form: str | None,
    texts: tuple[Path, Path] | None,
    replace: bool,
    as_json: bool,
) -> None:
    r"""Take in alignments made with other tools; they can be reviewed and aligned again.

    TMX, XLIFF, InterText, LF Aligner's tab files, ladders of Vecalign and Bertalign with their
    texts, and our own exports.

    \b
    Examples:
      align import memory.tmx
      align import beads.txt --texts zh.txt en.txt
      align import corpus.apart.jsonl --format apart     # onto the same pages, added before
    """
    with Store.open(settings(corpus=corpus).corpus, create=True) as store, bar("reading") as shown:
        shown.total(len(file))
        for path in file:
            if form == "apart":
                _tell_put_back(put_back(store, path), as_json)
                shown.step()
                continue
            if texts or form == "ladder":
                first, second = texts or _no_texts()
                brought = import_ladder(store, path, first, second, replace=replace)
            else:
                brought = import_(store, path, form=form, replace=replace)
            shown.step()
            _tell(brought, as_json)


def _no_texts() -> tuple[Path, Path]:
    raise click.UsageError("a ladder needs its two texts: --texts FIRST SECOND")


def _tell_put_back(done: PutBack, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(done), ensure_ascii=False))
        return
    click.echo(f"{done.beads} beads put back in {len(done.briefings)} briefings")
    if done.moved:
        click.echo(f"  {done.moved} sentences stand in another paragraph now")
    for lost in done.lost:
        click.echo(f"  {lost.briefing}: {lost.language} sentence {lost.sentence} no longer matches")
    for address in done.absent:
        click.echo(f"  not in the corpus: {address} ('align add' it first)")


def _tell(brought: Imported, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(brought), ensure_ascii=False, default=str))
        return
    click.echo(
        f"{brought.file} ({brought.format}): {brought.beads} beads in "
        f"{len(brought.briefings)} briefings"
    )
    for name in brought.briefings[:20]:
        click.echo(f"  {name}")
    if brought.missing:
        click.echo(f"  the file does not say: {', '.join(brought.missing)}", err=True)
    if brought.renumbered:
        click.echo(f"  {brought.renumbered} briefings had gaps and were numbered anew", err=True)
    if brought.new_ids:
        click.echo(f"  {brought.new_ids} beads got new ids", err=True)
