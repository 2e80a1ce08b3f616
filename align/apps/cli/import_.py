"""``align import``: alignments from other tools, and re-import of edited exports."""

import getpass
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from ...aligner.text.strings import count_noun
from ...corpus.exchange.formats import READ
from ...corpus.exchange.formats.values import PARTS
from ...corpus.exchange.importing import (
    ImportReport,
    Progress,
    Reading,
    check_file,
    import_file,
    parse_columns,
)
from ...corpus.exchange.importing.table import SkippedRow, SkipReason
from ...corpus.exchange.importing.update import Editor, UpdateReport, undo_last_update
from ...corpus.exchange.importing.update import update as update_rows
from ...corpus.exchange.standoff import StandoffReport, apply_standoff
from ...corpus.pipeline import grow_index
from ...corpus.review.permissions import tidy_name
from ...corpus.store import Store
from ...corpus.store.engine import FullDiskError, has_corpus
from ...errors import N_, AlignError, Message, count_message
from .shared import (
    PATH,
    Bar,
    corpus_option,
    count_new_words,
    emit,
    json_option,
    load_settings,
    open_corpus,
    say,
    say_json,
    show_bar,
)

EXAMPLES = 10  # maximum decisions shown by a dry run
MOST = 50  # maximum skipped rows shown per kind

_KINDS: dict[SkipReason, str] = {
    "conflict": "skipped: changed in the corpus after the export",
    "gone": "skipped: no longer in the corpus",
    "refused": "skipped: cannot be applied",
}


@click.command("import")
@click.argument("file", nargs=-1, required=True, type=PATH)
@corpus_option
@click.option(
    "--format",
    "form",
    type=click.Choice([*READ, "ladder", "apart"]),
    help="Format.  [default: detected from the name and first line]",
)
@click.option(
    "--texts",
    nargs=2,
    type=PATH,
    help="The two texts of a ladder, one sentence per line, in the order of the ladder.",
)
@click.option(
    "--columns",
    metavar="LIST",
    help="Column names in a table from another tool: zh=src,en=tgt; or numbers: zh=2,en=3.",
)
@click.option("--replace", is_flag=True, help="Replace briefings that already exist.")
@click.option(
    "--update",
    is_flag=True,
    help="Apply the changes in an edited export of this corpus as decisions.",
)
@click.option(
    "--dry-run", is_flag=True, help="With --update: show the changes without applying them."
)
@click.option(
    "--undo",
    is_flag=True,
    help="With --update: undo the last update from a file of this name.",
)
@click.option(
    "--reviewer",
    metavar="NAME",
    help="With --update: the reviewer, for rows where the file names no other.  "
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
    """Import alignments from other tools, or re-import an edited export.

    Formats: TMX, XLIFF, InterText, LF Aligner tab files, spreadsheets (CSV, XLSX), ladders of
    Vecalign, Bertalign and Hunalign with their texts, Moses pairs (also OPUS zips), JSON Lines, and
    our own exports; each also as .gz. Imported alignments can be reviewed and realigned. Rerun an
    interrupted import to resume it. --update applies an edited export (XLSX, CSV, TSV, JSON Lines,
    Parquet, XLIFF, TMX) to its own corpus; exit code 1 means that rows were skipped.

    \b
    Examples:
      align import memory.tmx
      align import beads.txt --texts zh.txt en.txt
      align import corpus.apart.jsonl                    # onto the same pages, added before
      align import edited.xlsx --update --dry-run        # changes since the export
    """
    is_ladder = form == "ladder"
    if update:
        if replace or texts or columns or is_ladder:
            raise click.UsageError("--update excludes --replace, --texts, --columns and ladders")
        if undo and (dry_run or reviewer):
            raise click.UsageError("--undo excludes --dry-run and --reviewer")
        if undo:
            skipped = _undo(file, corpus)
        else:
            skipped = _update(file, corpus, reviewer, form, dry_run=dry_run, as_json=as_json)
        if skipped:
            raise _count_skipped(skipped, dry_run=dry_run)
        return
    if is_ladder and not texts:
        raise click.UsageError("a ladder needs its two texts: --texts FIRST SECOND")
    if undo or dry_run or reviewer:
        raise click.UsageError("--dry-run, --undo and --reviewer need --update")
    named = parse_columns(columns) if columns else None
    reading: Reading = {"form": form, "texts": texts, "columns": named}
    _import_files(file, load_settings(corpus=corpus).corpus, reading, replace, as_json)


def _count_skipped(count: int, *, dry_run: bool) -> AlignError:
    """Return the error of an update that skipped rows."""
    rest = Message(N_("all other changes were applied"))
    if dry_run:
        rest = Message(N_("all other changes would be applied"))
    return AlignError(
        count_message(
            "{count:,} row skipped; {rest}", "{count:,} rows skipped; {rest}", count, rest=rest
        )
    )


def _import_files(
    files: Sequence[Path], location: str, reading: Reading, replace: bool, as_json: bool
) -> None:
    """Import files in turn into a corpus, which is created if it does not exist.

    A file that fails does not stop the others; the corpus is created only for a file that is sound.
    """
    form = reading.get("form")
    standoff = {path for path in files if _is_standoff(path, form)}
    failures: dict[Path, AlignError] = {}
    with show_bar("reading") as shown:
        if "://" not in location and not has_corpus(Path(location)):
            for path in dict.fromkeys(files):
                with _keep_failure(path, failures):
                    if path not in standoff:
                        check_file(path, **reading)
        sound = [path for path in files if path not in failures]
        if sound:
            with Store.open(location, create=True) as store:
                importer = _Importer(store, shown, standoff, replace, as_json)
                for path in sound:
                    with _keep_failure(path, failures):
                        importer.import_file(path, reading)
                count_new_words(store, importer.added, shown)
    _raise_failures(failures, len(files))


@contextmanager
def _keep_failure(path: Path, failures: dict[Path, AlignError]) -> Iterator[None]:
    """Keep the error of a file; a full disk stops the import, because no other file would fit."""
    try:
        yield
    except FullDiskError:
        raise
    except AlignError as error:
        failures[path] = error


def _raise_failures(failures: Mapping[Path, AlignError], total: int) -> None:
    """Raise the error of the only file, or print all errors and raise their number."""
    if failures and total == 1:
        raise next(iter(failures.values()))
    for path, error in failures.items():
        say(f"failed: {path}", err=True)
        say(f"  {error}", err=True)
    if failures:
        raise AlignError(
            N_("{count} of {total} files were not imported; see above"),
            count=len(failures),
            total=total,
        )


@dataclass(slots=True)
class _Importer:
    """Imports files into an open corpus and counts the briefings that it adds."""

    store: Store
    shown: Bar
    standoff: Collection[Path]
    replace: bool
    as_json: bool
    added: int = 0

    def import_file(self, path: Path, reading: Reading) -> None:
        """Import a file, print its report, and index its words."""
        if path in self.standoff:
            emit(apply_standoff(self.store, path), self.as_json, _print_standoff)
            return
        steps = _show_steps(self.shown, path.name)
        report = import_file(self.store, path, replace=self.replace, progress=steps, **reading)
        emit(report, self.as_json, _print_report)
        self.added += len(report.briefings)
        self.shown.say(f"indexing {path.name}")
        track = self.shown.progress.track(report.briefings, task_id=self.shown.task)
        grow_index(self.store, track)


def _is_standoff(path: Path, form: str | None) -> bool:
    ours = path.name.lower().removesuffix(".gz").endswith(".apart.jsonl")
    return form == "apart" or (form is None and ours)


def _print_standoff(report: StandoffReport) -> None:
    briefings = count_noun(len(report.briefings), "briefing")
    say(f"{count_noun(report.beads, 'bead')} restored in {briefings}")
    if report.moved:
        say(f"  sentences at a new position: {report.moved}")
    if report.kept or report.unkept:
        say(f"  decisions kept: {report.kept}; could not be carried over: {report.unkept}")
    if report.links or report.lost_links:
        lost = report.lost_links
        say(f"  links between words restored: {report.links}; words not found: {lost}")
    for line in (*report.new, *report.lost):
        say(f"  {line}")
    for address in report.absent:
        say(f"  not in the corpus: {address}; add it with 'align add' first")


def _print_report(report: ImportReport) -> None:
    there = count_noun(len(report.briefings), "briefing")
    say(f"{report.file} ({report.format}): {count_noun(report.beads, 'bead')} in {there}")
    for name in report.briefings[:20]:
        say(f"  {name}")
    if report.note:
        say(f"  {report.note}", err=True)
    if report.missing:
        say(f"  missing in the file: {', '.join(report.missing)}", err=True)
    if report.left_out:
        say(f"  only the first sheet was read, not {', '.join(report.left_out)}", err=True)
    if report.untranslated:
        say(f"  in one language only: {count_noun(report.untranslated, 'bead')}", err=True)
    if report.kept:
        say(f"  {count_noun(report.kept, 'briefing')} already in the corpus, unchanged", err=True)
    if report.new_ids:
        say(f"  new ids for {count_noun(report.new_ids, 'bead')}", err=True)


def _show_steps(shown: Bar, name: str) -> Progress:
    """Return a progress callback: beads read, with unknown total, then beads stored."""

    def show(done: int, total: int) -> None:
        shown.say(f"{'storing' if total else 'reading'} {name}")
        shown.at(done, total or None)

    return show


def _update(
    files: Sequence[Path],
    corpus: str | None,
    reviewer: str | None,
    form: str | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Apply edited tables in turn as decisions; return how many rows were skipped."""
    try:
        name = tidy_name(reviewer or load_settings().reviewer or getpass.getuser())
    except (OSError, KeyError, ImportError) as error:  # no account, for example in a container
        raise AlignError(
            N_("the account that runs this has no name; name the reviewer with --reviewer")
        ) from error
    skipped = 0
    with open_corpus(corpus) as store, show_bar("reading") as shown:
        for path in files:
            steps = _show_steps(shown, path.name)
            report = update_rows(store, path, Editor(name), form=form, dry=dry_run, progress=steps)
            skipped += len(report.left)
            if as_json:
                _print_json(report)
            else:
                _print_update(report)
    return skipped


def _undo(files: Sequence[Path], corpus: str | None) -> int:
    """Undo the last update from each file, by name; return how many rows were not undone."""
    skipped = 0
    with open_corpus(corpus) as store:
        for path in files:
            count, left = undo_last_update(store, path.name)
            skipped += len(left)
            say(f"{path}: {count_noun(count, 'decision')} undone")
            _print_skipped(left, "not undone: changed since")
    return skipped


def _print_json(report: UpdateReport) -> None:
    kinds = [row.kind for row in report.left]
    counts: dict[str, int] = {kind: kinds.count(kind) for kind in _KINDS}
    say_json({**asdict(report), **counts, "same": report.same})


def _print_update(report: UpdateReport) -> None:
    verb = "to apply" if report.dry else "applied"
    say(
        f"{report.file} ({report.format}): {count_noun(report.rows, 'row')}, "
        f"{len(report.made)} {verb}, {report.same} unchanged"
    )
    if report.dry:
        for row in report.made[:EXAMPLES]:
            say(f"  line {row.line}: {row.briefing}, {row.action} by {row.reviewer}: {row.says}")
        if len(report.made) > EXAMPLES:
            say(f"  and {len(report.made) - EXAMPLES} more")
    for kind, words in _KINDS.items():
        _print_skipped([row for row in report.left if row.kind == kind], words)
    if report.redated:
        rows, names = count_noun(report.redated, "row"), ", ".join(PARTS["rest"])
        say(f"  {rows} edited in read-only columns ({names})", err=True)
    if report.made and not report.dry:
        back = "press u on the page to undo one, or run --update --undo to undo all"
        say(f"  the history shows them as 'from {report.file.name}'; {back}", err=True)


def _print_skipped(rows: Sequence[SkippedRow], words: str) -> None:
    if rows:
        say(f"{count_noun(len(rows), 'row')} {words}")
    for row in rows[:MOST]:
        asked = f"; requested change: {row.asked}" if row.asked else ""
        say(f"  line {row.line}, {row.row or 'no id'}: {row.why}{asked}")
    if len(rows) > MOST:
        say(f"  and {len(rows) - MOST} more; --json lists them all")
