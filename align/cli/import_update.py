"""``align import --update``: an edited table comes back, and what became of it is told."""

import getpass
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from ..errors import AlignError
from ..export.importing.row_diff import SkippedRow, SkipReason
from ..export.importing.update import (
    Editor,
    TableDecision,
    UpdateReport,
    undo_last_update,
    update,
)
from ..text.wording import count_noun
from .import_ import watching
from .options import open_corpus, settings
from .output import say
from .progress import bar

EXAMPLES = 10
"""Decisions that a dry run shows."""
MOST = 50
"""Rows that were left are shown up to this number of each kind."""

_KINDS: dict[SkipReason, str] = {
    "conflict": "changed in the corpus after the export, left as before",
    "gone": "not in the corpus any more",
    "refused": "that cannot be taken",
}


def take(
    files: Sequence[Path],
    corpus: str | None,
    form: str | None,
    reviewer: str | None,
    *,
    dry: bool,
    as_json: bool,
) -> None:
    """Take edited tables back, one after the other.

    :raises AlignError: at the end, when rows were left.
    """
    editor = Editor(_name(reviewer))
    left = 0
    with open_corpus(corpus) as store, bar("reading") as shown:
        for path in files:
            watch = watching(shown, path.name)
            done = update(store, path, editor, form=form, dry=dry, progress=watch)
            left += len(done.left)
            (_print_json if as_json else _tell)(done)
    if left:
        verb = "would be" if dry else "is"
        raise AlignError(f"{_rows(left)} left as before; everything else {verb} done")


def take_back(files: Sequence[Path], corpus: str | None) -> None:
    """Undo the last update from each file; the file itself need not be there any more.

    :raises AlignError: at the end, when rows stay because somebody changed them since.
    """
    stay = 0
    with open_corpus(corpus) as store:
        for path in files:
            count, left = undo_last_update(store, path.name)
            stay += len(left)
            click.echo(f"{path}: {count_noun(count, 'decision')} taken back")
            _tell_left(left, "changed since, which stay")
    if stay:
        raise AlignError(f"{_rows(stay)} left as before; everything else is done")


def _name(reviewer: str | None) -> str:
    try:
        name = " ".join((reviewer or settings().reviewer or getpass.getuser()).split())
    except (OSError, KeyError) as error:  # no account behind the process, as in a container
        raise AlignError("nobody's account runs this; say whose decisions: --reviewer") from error
    if not name or len(name) > 120 or not name.isprintable():
        raise AlignError(f"{reviewer!r}: no name; give 1 to 120 printable characters")
    return name


def _print_json(done: UpdateReport) -> None:
    counts: dict[str, object] = {kind: done.count(kind) for kind in _KINDS}
    said = asdict(done) | counts | {"same": done.same}
    click.echo(json.dumps(said, ensure_ascii=False, default=str))


def _tell(done: UpdateReport) -> None:
    verb = "to be decided" if done.dry else "decided"
    click.echo(
        f"{done.file} ({done.format}): {_rows(done.rows)}, {len(done.made)} {verb}, "
        f"{done.same} unchanged"
    )
    for one in done.made[:EXAMPLES] if done.dry else ():
        say(f"  line {one.line}: {_about(one)}")
    if done.dry and len(done.made) > EXAMPLES:
        click.echo(f"  and {len(done.made) - EXAMPLES} more")
    for kind, words in _KINDS.items():
        _tell_left([one for one in done.left if one.kind == kind], words)
    for line in _remarks(done):
        say(f"  {line}", err=True)


def _about(one: TableDecision) -> str:
    carried = f" (now {one.row}, was {one.was})" if one.was else ""
    return f"{one.briefing}, {one.action} by {one.reviewer}: {one.says}{carried}"


def _tell_left(left: Sequence[SkippedRow], words: str) -> None:
    if not left:
        return
    click.echo(f"{_rows(len(left))} {words}")
    for one in left[:MOST]:
        asked = f"; the file has {one.asked}" if one.asked else ""
        say(f"  line {one.line}, {one.row or 'no id'}: {one.why}{asked}")
    if len(left) > MOST:
        click.echo(f"  and {len(left) - MOST} more; --json lists them all")


def _rows(count: int) -> str:
    return count_noun(count, "row")


def _remarks(done: UpdateReport) -> Iterable[str]:
    """Say what was seen in the file and not taken."""
    if done.missing:
        yield f"{_rows(done.missing)} of these briefings not in the file; nothing happens to them"
    if done.redated:
        names = ", ".join(done.passed_over)
        yield f"{_rows(done.redated)} with changes in columns that are never taken: {names}"
    if done.unknown:
        yield f"columns of yours, passed over: {', '.join(done.unknown)}"
    if done.made and not done.dry:
        yield (
            f"the history says 'from {done.file.name}'; 'u' in the page takes a decision back, "
            "--update --undo all of them"
        )
