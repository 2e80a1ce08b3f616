"""The command ``align import``: alignments made with other tools become briefings."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from ..export.importing import ImportReport, check_file, import_file
from ..export.importing.files import READERS, parse_columns
from ..export.standoff import StandoffReport, apply_standoff
from ..store import Store
from ..text.strings import count_noun
from .import_update import show_steps, undo_updates, update_from_tables
from .options import corpus_option, json_option, load_settings
from .output import say
from .progress import show_bar


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
@click.option(
    "--columns",
    metavar="LIST",
    help="The names of columns in a table of another tool: zh=src,en=tgt.",
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
    columns: str | None,
    replace: bool,
    update: bool,
    dry_run: bool,
    undo: bool,
    reviewer: str | None,
    as_json: bool,
) -> None:
    """Take in alignments made with other tools; they can be reviewed and aligned again.

    TMX, XLIFF, InterText, LF Aligner's tab files, spreadsheets (CSV, XLSX), ladders of Vecalign,
    Bertalign and Hunalign with their texts, Moses pairs (also zips of OPUS), JSON lines, and our
    own exports; each also as .gz. One that was stopped goes on when it is started again. With
    --update an edited table (XLSX, CSV, TSV, JSON lines, Parquet) comes back into its own corpus;
    exit code 1 says that rows were left.

    \b
    Examples:
      align import memory.tmx
      align import beads.txt --texts zh.txt en.txt
      align import corpus.apart.jsonl                    # onto the same pages, added before
      align import corrected.xlsx --update --dry-run     # what was changed since the export
    """
    _check_usage(update, [replace, texts, columns, form == "ladder"], [dry_run or reviewer, undo])
    if update:
        if undo:
            undo_updates(file, corpus)
        else:
            update_from_tables(file, corpus, form, reviewer, dry=dry_run, as_json=as_json)
        return
    if form == "ladder" and texts is None:
        raise click.UsageError("a ladder needs its two texts: --texts FIRST SECOND")
    named = parse_columns(columns) if columns else None
    location = load_settings(corpus=corpus).corpus
    with show_bar("reading") as shown:
        if "://" not in location and not Path(location).exists():
            _check(file, form, texts, named)
        with Store.open(location, create=True) as store:
            for path in file:
                if _is_standoff(path, form):
                    _print_standoff(apply_standoff(store, path), as_json)
                    continue
                steps = show_steps(shown, path.name)
                report = import_file(
                    store, path,
                    form=form, texts=texts, columns=named, replace=replace, progress=steps,
                )  # fmt: skip
                _print_report(report, as_json)


def _check(
    files: Sequence[Path],
    form: str | None,
    texts: tuple[Path, Path] | None,
    columns: Mapping[str, str] | None,
) -> None:
    """Refuse what is wrong with files before a corpus is made for them."""
    for path in files:
        if not _is_standoff(path, form):
            check_file(path, form=form, texts=texts, columns=columns)


def _is_standoff(path: Path, form: str | None) -> bool:
    return form == "apart" or (form is None and path.name.endswith(".apart.jsonl"))


def _check_usage(update: bool, without: Sequence[object], within: Sequence[object]) -> None:
    """Refuse options that do not go together.

    :param without: options of an import alone.
    :param within: options of an update alone, of which one at a time.
    """
    if update and any(without):
        raise click.UsageError(
            "--update takes no --replace, no --texts, no --columns and no ladder"
        )
    if update and all(within):
        raise click.UsageError("--undo takes no --dry-run and no --reviewer")
    if not update and any(within):
        raise click.UsageError("--dry-run, --undo and --reviewer go with --update")


def _print_standoff(report: StandoffReport, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(report), ensure_ascii=False))
        return
    briefings = count_noun(len(report.briefings), "briefing")
    click.echo(f"{count_noun(report.beads, 'bead')} put back in {briefings}")
    if report.moved:
        click.echo(f"  {report.moved} sentences stand at another place now")
    for near in report.near:
        say(
            f"  {near.briefing}: {near.language} sentence {near.sentence} has other blanks or "
            f"signs now: {near.now[:60]}"
        )
    for new in report.new:
        say(
            f"  {new.briefing}: {new.sentences} {new.language} sentences that no bead covers, "
            f"the first: {new.first[:60]}"
        )
    for lost in report.lost:
        say(
            f"  {lost.briefing}: {lost.language} sentence {lost.sentence} no longer matches "
            f"({lost.why})"
        )
    for address in report.absent:
        say(f"  not in the corpus: {address} ('align add' it first)")


def _print_report(report: ImportReport, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(report), ensure_ascii=False, default=str))
        return
    say(
        f"{report.file} ({report.format}): {count_noun(report.beads, 'bead')} in "
        f"{count_noun(len(report.briefings), 'briefing')}"
    )
    for name in report.briefings[:20]:
        say(f"  {name}")
    for line in _remarks(report):
        say(f"  {line}", err=True)


def _remarks(report: ImportReport) -> list[str]:
    """Return what an import did otherwise than one might think."""
    counts = (
        (report.kept, "briefings were there already as the file has them"),
        (report.renumbered, "briefings had gaps and were numbered anew"),
        (report.new_ids, "beads got new ids"),
        (report.altered, "beads held U+0000, which no database holds; it is U+FFFD now"),
        (report.shortened, "briefings with names over 40 characters got shorter ones"),
    )
    missing = f"the file does not say: {', '.join(report.missing)}" if report.missing else ""
    return [*filter(None, [missing]), *(f"{count} {what}" for count, what in counts if count)]
