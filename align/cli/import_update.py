"""The command ``align import --update``: an edited table comes back into its corpus."""

import getpass
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from ..errors import AlignError
from ..export.importing import ImportStep, Progress
from ..export.importing.table import SkippedRow, SkipReason
from ..export.importing.update import Editor, UpdateReport, undo_last_update, update
from ..text.strings import count_noun
from .options import load_settings, open_corpus
from .output import say
from .progress import Bar, show_bar

EXAMPLES = 10
"""Decisions that a dry run shows."""
MOST = 50
"""Skipped rows of each kind that are shown."""

_KINDS: dict[SkipReason, str] = {
    "conflict": "changed in the corpus after the export, left as before",
    "gone": "not in the corpus any more",
    "refused": "that cannot be taken",
}


def show_steps(shown: Bar, name: str) -> Progress:
    """Return a callback that moves the bar: beads read, of an unknown number, then beads stored."""
    last = ImportStep(0)

    def show(step: ImportStep) -> None:
        nonlocal last
        if step.total and not last.total:
            shown.restart(step.total)
            last = ImportStep(0, step.total)
        verb = "storing" if step.total else "reading"
        shown.step(f"{verb} {name}", done=step.done - last.done)
        last = step

    shown.restart()
    return show


def update_from_tables(
    files: Sequence[Path],
    corpus: str | None,
    form: str | None,
    reviewer: str | None,
    *,
    dry: bool,
    as_json: bool,
) -> None:
    """Make decisions of edited tables, one after the other.

    :raises AlignError: at the end, when rows were left.
    """
    editor = Editor(_name(reviewer))
    left = 0
    with open_corpus(corpus) as store, show_bar("reading") as shown:
        for path in files:
            progress = show_steps(shown, path.name)
            report = update(store, path, editor, form=form, dry=dry, progress=progress)
            left += len(report.left)
            (_print_json if as_json else _print_report)(report)
    _fail_for_skipped(left, "would be" if dry else "is")


def undo_updates(files: Sequence[Path], corpus: str | None) -> None:
    """Undo the last update from each file; the file itself need not be there any more.

    :raises AlignError: at the end, when rows stay because somebody changed them since.
    """
    stay = 0
    with open_corpus(corpus) as store:
        for path in files:
            count, left = undo_last_update(store, path.name)
            stay += len(left)
            click.echo(f"{path}: {count_noun(count, 'decision')} taken back")
            _print_skipped(left, "changed since, which stay")
    _fail_for_skipped(stay, "is")


def _fail_for_skipped(count: int, verb: str) -> None:
    if count:
        rows = count_noun(count, "row")
        raise AlignError(f"{rows} left as before; everything else {verb} done")


def _name(reviewer: str | None) -> str:
    try:
        name = " ".join((reviewer or load_settings().reviewer or getpass.getuser()).split())
    except (OSError, KeyError) as error:  # no account behind the process, as in a container
        raise AlignError("nobody's account runs this; say whose decisions: --reviewer") from error
    if not name or len(name) > 120 or not name.isprintable():
        raise AlignError(f"{reviewer!r}: no name; give 1 to 120 printable characters")
    return name


def _print_json(report: UpdateReport) -> None:
    counts: dict[str, object] = {kind: report.count(kind) for kind in _KINDS}
    values = asdict(report) | counts | {"same": report.same}
    click.echo(json.dumps(values, ensure_ascii=False, default=str))


def _print_report(report: UpdateReport) -> None:
    verb = "to be decided" if report.dry else "decided"
    click.echo(
        f"{report.file} ({report.format}): {count_noun(report.rows, 'row')}, "
        f"{len(report.made)} {verb}, {report.same} unchanged"
    )
    for row in report.made[:EXAMPLES] if report.dry else ():
        old = f" (now {row.row}, was {row.was})" if row.was else ""
        say(f"  line {row.line}: {row.briefing}, {row.action} by {row.reviewer}: {row.says}{old}")
    if report.dry and len(report.made) > EXAMPLES:
        click.echo(f"  and {len(report.made) - EXAMPLES} more")
    for kind, words in _KINDS.items():
        _print_skipped([row for row in report.left if row.kind == kind], words)
    for line in _remarks(report):
        say(f"  {line}", err=True)


def _print_skipped(rows: Sequence[SkippedRow], words: str) -> None:
    if rows:
        click.echo(f"{count_noun(len(rows), 'row')} {words}")
    for row in rows[:MOST]:
        asked = f"; the file has {row.asked}" if row.asked else ""
        say(f"  line {row.line}, {row.row or 'no id'}: {row.why}{asked}")
    if len(rows) > MOST:
        click.echo(f"  and {len(rows) - MOST} more; --json lists them all")


def _remarks(report: UpdateReport) -> Iterable[str]:
    """Yield what was seen in the file and not taken."""
    if report.missing:
        rows = count_noun(report.missing, "row")
        yield f"{rows} of these briefings not in the file; nothing happens to them"
    if report.redated:
        rows, names = count_noun(report.redated, "row"), ", ".join(report.passed_over)
        yield f"{rows} with changes in columns that are never taken: {names}"
    if report.unknown:
        yield f"columns of yours, passed over: {', '.join(report.unknown)}"
    if report.made and not report.dry:
        yield (
            f"the history says 'from {report.file.name}'; 'u' in the page takes a decision back, "
            "--update --undo all of them"
        )
