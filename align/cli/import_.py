"""``align import``: alignments made with other tools become briefings."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from shutil import rmtree

import click

from ..export.importing import ImportReport, ImportStep, Progress, import_file, import_ladder
from ..export.importing.file_kind import READERS
from ..export.standoff import StandoffReport, apply_standoff
from ..store import Store
from ..text.wording import count_noun
from .options import corpus_option, json_option, settings
from .output import say
from .progress import Bar, bar


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
@click.option(
    "--update",
    is_flag=True,
    help="Make decisions of what was changed in a table that was exported from this corpus.",
)
@click.option("--dry-run", is_flag=True, help="With --update: only say what would be done.")
@click.option(
    "--undo",
    is_flag=True,
    help="With --update: take back what the last update from a file of this name decided.",
)
@click.option(
    "--reviewer",
    metavar="NAME",
    help="With --update: whose decisions these are, where the file names nobody else.  "
    "[default: $ALIGN_REVIEWER or your account]",
)
@json_option
def command(
    file: tuple[Path, ...],
    corpus: str | None,
    form: str | None,
    texts: tuple[Path, Path] | None,
    replace: bool,
    update: bool,
    dry_run: bool,
    undo: bool,
    reviewer: str | None,
    as_json: bool,
) -> None:
    """Take in alignments made with other tools; they can be reviewed and aligned again.

    TMX, XLIFF, InterText, LF Aligner's tab files, spreadsheets (CSV, XLSX), ladders of Vecalign,
    Bertalign and Hunalign with their texts, and our own exports. One that was stopped goes on
    where it was when it is started again. With --update an edited table (XLSX, CSV, TSV, JSON
    lines, Parquet) comes back into its own corpus; exit code 1 says that rows were left.

    \b
    Examples:
      align import memory.tmx
      align import beads.txt --texts zh.txt en.txt
      align import corpus.apart.jsonl                    # onto the same pages, added before
      align import corrected.xlsx --update --dry-run     # what was changed since the export
    """
    _check_usage(update, [replace, texts, form == "ladder"], [dry_run or reviewer, undo])
    if update:
        from . import import_update

        if undo:
            import_update.take_back(file, corpus)
        else:
            import_update.take(file, corpus, form, reviewer, dry=dry_run, as_json=as_json)
        return
    if form == "ladder" and texts is None:
        raise click.UsageError("a ladder needs its two texts: --texts FIRST SECOND")
    with _opened(settings(corpus=corpus).corpus) as store, bar("reading") as shown:
        for path in file:
            if form == "apart" or (form is None and path.name.endswith(".apart.jsonl")):
                _tell_standoff(apply_standoff(store, path), as_json)
                continue
            watch = watching(shown, path.name)
            if texts:
                brought = import_ladder(store, path, *texts, replace=replace, progress=watch)
            else:
                brought = import_file(store, path, form=form, replace=replace, progress=watch)
            _tell(brought, as_json)


def _check_usage(update: bool, without: Sequence[object], within: Sequence[object]) -> None:
    """Refuse options that do not go together.

    :param without: what only an import knows.
    :param within: what only an update knows, of which one thing at a time.
    """
    if update and any(without):
        raise click.UsageError("--update takes no --replace, no --texts and no ladder")
    if update and all(within):
        raise click.UsageError("--undo takes no --dry-run and no --reviewer")
    if not update and any(within):
        raise click.UsageError("--dry-run, --undo and --reviewer go with --update")


@contextmanager
def _opened(location: str) -> Iterator[Store]:
    """Open a corpus, or make one: it is taken away again when nothing came into it."""
    unused, new = False, "://" not in location and not Path(location).exists()
    try:
        with Store.open(location, create=True) as store:
            try:
                yield store
            finally:
                unused = new and not store.briefings()
    except BaseException:
        if new and unused:
            rmtree(location)
        raise


def watching(shown: Bar, name: str) -> Progress:
    """Move the bar: beads read, of which nobody knows how many, then beads stored."""
    last = ImportStep(0)

    def watch(step: ImportStep) -> None:
        nonlocal last
        if step.total and not last.total:
            shown.restart(step.total)
            last = ImportStep(0, step.total)
        done = step.done - last.done
        shown.step(f"{'storing' if step.total else 'reading'} {name}", done=done)
        last = step

    shown.restart()
    return watch


def _tell_standoff(done: StandoffReport, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(done), ensure_ascii=False))
        return
    there = count_noun(len(done.briefings), "briefing")
    click.echo(f"{count_noun(done.beads, 'bead')} put back in {there}")
    if done.moved:
        click.echo(f"  {done.moved} sentences stand at another place now")
    for near in done.near:
        say(
            f"  {near.briefing}: {near.language} sentence {near.sentence} has other blanks or "
            f"signs now: {near.now[:60]}"
        )
    for new in done.new:
        say(
            f"  {new.briefing}: {new.sentences} {new.language} sentences that no bead covers, "
            f"the first: {new.first[:60]}"
        )
    for lost in done.lost:
        say(
            f"  {lost.briefing}: {lost.language} sentence {lost.sentence} no longer matches "
            f"({lost.why})"
        )
    for address in done.absent:
        say(f"  not in the corpus: {address} ('align add' it first)")


def _tell(brought: ImportReport, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(brought), ensure_ascii=False, default=str))
        return
    say(
        f"{brought.file} ({brought.format}): {count_noun(brought.beads, 'bead')} in "
        f"{count_noun(len(brought.briefings), 'briefing')}"
    )
    for name in brought.briefings[:20]:
        say(f"  {name}")
    for line in _remarks(brought):
        say(f"  {line}", err=True)


def _remarks(brought: ImportReport) -> list[str]:
    """Say what became of beads otherwise than one might think."""
    counted = (
        (brought.kept, "briefings were there already as the file has them"),
        (brought.renumbered, "briefings had gaps and were numbered anew"),
        (brought.new_ids, "beads got new ids"),
        (brought.altered, "beads held U+0000, which no database holds; it is U+FFFD now"),
        (brought.shortened, "briefings with names over 40 characters got shorter ones"),
    )
    missing = f"the file does not say: {', '.join(brought.missing)}" if brought.missing else ""
    return [*filter(None, [missing]), *(f"{count} {what}" for count, what in counted if count)]
