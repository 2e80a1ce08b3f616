"""Output of results, messages and progress: to the terminal, or atomically to a file."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from ..export.atomic_write import staged_file

if TYPE_CHECKING:
    from ..store.copy import TableSum

_CONTROL = {code: 0xFFFD for code in (*range(32), *range(127, 160)) if code != 9}
_CONTROL |= dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), 0xFFFD)


def to_line(text: str) -> str:
    r"""Return a text on one line; what would steer the terminal or reverse the text is U+FFFD.

    >>> to_line("a\x1b[2Jb\tc\nd")
    'a\ufffd[2Jb\tc d'
    """
    return " ".join(text.splitlines()).translate(_CONTROL)


def say(text: str, *, err: bool = False) -> None:
    """Print words of a page or a file as one line, without control characters."""
    click.echo(to_line(text), err=err)


def say_json(value: object, indent: int | None = None) -> None:
    """Print a value as JSON: records as objects, dates and paths as texts."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=indent, default=_to_plain))


def _to_plain(value: object) -> object:
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)


def say_tables(tables: Iterable["TableSum"]) -> None:
    """Print how many rows each table has, and the beginning of its checksum."""
    for table in tables:
        click.echo(f"{table.table:12} {table.rows:9} rows  {table.checksum[:16]}")


def write(lines: Iterable[str], output: Path | None) -> None:
    """Write lines to a file, or to stdout when there is none.

    :raises FormatError: when the file cannot be written; an older one is then untouched.
    """
    if output is None:
        for line in lines:
            click.echo(line)
        return
    with staged_file(output) as path, path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in lines)


class _Rate(ProgressColumn):
    """How many a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f}/s" if task.speed else "", style="dim")


@dataclass(frozen=True, slots=True)
class Bar:
    """A progress bar and its one task."""

    progress: Progress
    task: TaskID

    def step(self, text: str = "", *, done: int = 1) -> None:
        """Advance by ``done`` steps, and show a text if given."""
        if text:
            self.progress.update(self.task, description=text)
        self.progress.advance(self.task, done)

    def at(self, done: int, total: int | None) -> None:
        """Set how many steps are finished, of how many if that is known."""
        self.progress.update(self.task, completed=done, total=total)

    def say(self, text: str) -> None:
        """Show what is going on; nothing where there is no bar."""
        self.step(text, done=0)

    def tell(self, text: str) -> None:
        """Print a line that stays, above the bar if there is one."""
        self.progress.console.print(to_line(text), markup=False, highlight=False, soft_wrap=True)


@contextmanager
def show_bar(text: str, total: int | None = None) -> Iterator[Bar]:
    """Show a bar on stderr while the block runs, if stderr is a terminal."""
    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
    )
    with Progress(
        *columns, console=console, transient=True, disable=not sys.stderr.isatty()
    ) as progress:
        yield Bar(progress, progress.add_task(text, total=total))
