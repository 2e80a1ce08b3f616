"""Progress bar on stderr with rate and time left; nothing where stderr is no terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

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

from .output import to_line


class _Rate(ProgressColumn):
    """How many a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f}/s" if task.speed else "", style="dim")


@dataclass(frozen=True, slots=True)
class Bar:
    """A progress bar and its one task."""

    progress: Progress
    task: TaskID

    def total(self, count: int) -> None:
        """Set how many steps there are."""
        self.progress.update(self.task, total=count)

    def restart(self, count: int | None = None) -> None:
        """Start again from 0, with so many steps if that is known."""
        self.progress.reset(self.task, total=count)

    def step(self, text: str = "", *, done: int = 1) -> None:
        """Advance by ``done`` steps, and show a text if given."""
        if text:
            self.progress.update(self.task, description=text)
        self.progress.advance(self.task, done)

    def at(self, done: int, total: int) -> None:
        """Set how many steps are finished, of how many."""
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
