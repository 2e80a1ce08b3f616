"""Code shared by commands: options, opening the corpus, output and progress on the terminal."""

import datetime as dt
import getpass
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, is_dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from rich import progress as bars
from rich.console import Console
from rich.text import Text

from ...errors import AlignError, UsageError
from ...settings import Settings

if TYPE_CHECKING:
    from ...corpus.store import Store
    from ...corpus.store.copy import TableSum
    from ...sources.ingest.page_sources import PageSource

PATH = click.Path(path_type=Path)
FOLDER = click.Path(path_type=Path, file_okay=False)


class _Day(click.DateTime):
    """Parameter type for a day such as 2031-05-14, which becomes a date."""

    def convert(  # type: ignore[override] # only our commands read the value
        self, value: object, parameter: click.Parameter | None, context: click.Context | None
    ) -> dt.date:
        """Return the date that a user gave."""
        return super().convert(value, parameter, context).date()


DAY = _Day(["%Y-%m-%d"])

Report = TypeVar("Report")


corpus_option = click.option(
    "--corpus",
    "--store",
    "corpus",
    metavar="DIR",
    help="Corpus: a folder or a PostgreSQL URL.  [default: $ALIGN_CORPUS or corpora/main]",
)
encoder_option = click.option(
    "--encoder",
    metavar="NAME",
    help="Encoder: a name from 'align encoders', or a sentence-transformers model.",
)
JSON_WANTED = "align.json"
"""Key in the metadata of a command's context: whether ``--json`` was given."""

JSON_PRINTED = "align.json-printed"
"""Key in the metadata of a command's context: whether JSON was printed."""


def _remember_json(context: click.Context, _option: click.Parameter, wanted: bool) -> bool:
    context.meta[JSON_WANTED] = wanted
    return wanted


json_option = click.option(
    "--json",
    "as_json",
    is_flag=True,
    callback=_remember_json,
    help="Print JSON.",
)


Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def join_options(*options: Decorator) -> Decorator:
    """Return a decorator that adds several options, in the order of the help text."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


facts_options = join_options(
    click.option("--title", metavar="TEXT", help="Title, in either language."),
    click.option("--date", metavar="DAY", help="Date of the briefing: 2031-05-14."),
    click.option("--source", metavar="TEXT", help="Publisher or URL."),
    click.option("--licence", metavar="TEXT", help="Licence of the texts: CC-BY-4.0 …"),
)
page_source_options = join_options(
    click.option(
        "--allow-private",
        is_flag=True,
        default=None,
        help="Allow the hosts of the given URLs to be in your own network.",
    ),
    click.option("--contact", metavar="TEXT", help="Contact address to send in the User-Agent."),
    click.option(
        "--delay", type=click.FloatRange(0, 3600), help="Seconds between two requests to one host."
    ),
    click.option(
        "--from",
        "capture",
        type=PATH,
        help="Read pages from a WARC file or a folder of saved pages instead of the network.",
    ),
)


def load_settings(**given: object) -> Settings:
    """Return the settings of the environment, overridden by the command line."""
    known = {name: value for name, value in given.items() if value is not None}
    return replace(Settings.from_environment(), **known)  # type: ignore[arg-type] # by field name


def open_corpus(corpus: str | None, *, create: bool = False) -> "Store":
    """Open the corpus named on the command line, or else the one in the settings."""
    from ...corpus.store import Store  # SQLAlchemy is slow to import

    store = Store.open(load_settings(corpus=corpus).corpus, create=create)
    if store.card_doubts:
        say(f"align: {store.card_doubts}", err=True)
    return store


def open_pages(
    say: Callable[[str], None],
    sources: Iterable[str],
    *,
    capture: Path | None = None,
    **given: object,
) -> AbstractContextManager["PageSource"]:
    """Open the page source configured by :data:`page_source_options`.

    :param sources: sources named by the user; ``--allow-private`` allows the hosts of their URLs.
    """
    from ...sources.ingest.page_sources import open_page_source  # the HTTP client is slow to import

    return open_page_source(load_settings(**given), say, sources, capture=capture)


def find_reviewer() -> str:
    """Return the name that changes carry: that of the settings, or of the account."""
    try:
        return load_settings().reviewer or getpass.getuser()
    except (OSError, KeyError, ImportError):  # no account of this number
        return ""


_CONTROL = {code: 0xFFFD for code in (*range(32), *range(127, 160)) if code != 9}
_CONTROL |= dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), 0xFFFD)

# What JSON may contain as it is, but a terminal would obey.
_RAW_CONTROL = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def to_line(text: str) -> str:
    r"""Return a text on one line, with control and bidirectional characters as U+FFFD.

    >>> to_line("a\x1b[2Jb\tc\nd")
    'a\ufffd[2Jb\tc d'
    """
    return " ".join(text.splitlines()).translate(_CONTROL)


def say(text: str, *, err: bool = False) -> None:
    """Print text from a page or file on one line, without control characters."""
    click.echo(to_line(text), err=err)


def say_json(value: object, indent: int | None = None) -> None:
    """Print a value as JSON: dataclasses as objects, dates and paths as strings."""
    context = click.get_current_context(silent=True)
    if context is not None:
        context.meta[JSON_PRINTED] = True
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=_to_plain)
    click.echo(_RAW_CONTROL.sub(lambda one: f"\\u{ord(one[0]):04x}", text))


def say_error(error: AlignError, *, as_json: bool) -> None:
    """Print an error on one line of stderr; with ``as_json``, also as a JSON object on stdout."""
    if as_json:
        say_json({"error": str(error), "code": error.code, "values": dict(error.values)})
    say(f"align: {error}", err=True)


def say_click_error(error: click.ClickException, *, as_json: bool) -> None:
    """Print an error of click on stderr; with ``as_json``, also as a JSON object on stdout."""
    if as_json:
        say_json({"error": error.format_message(), "code": UsageError.code, "values": {}})
    error.show()


def say_either(value: object, lines: Iterable[str], as_json: bool) -> None:
    """Print a value as JSON, or the lines that describe it to people."""
    if as_json:
        say_json(value)
    else:
        for line in lines:
            say(line)


def emit(report: Report, as_json: bool, print_report: Callable[[Report], object]) -> None:
    """Print a report as JSON, or for people with ``print_report``."""
    if as_json:
        say_json(report)
    else:
        print_report(report)


def _to_plain(value: object) -> object:
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)


def say_tables(tables: Iterable["TableSum"]) -> None:
    """Print the number of rows and the start of the checksum of each table."""
    for table in tables:
        click.echo(f"{table.table:12} {table.rows:9} rows  {table.checksum[:16]}")


def write(lines: Iterable[str], output: Path | None) -> None:
    """Write lines to a file, which is replaced when all are written, or to stdout (None or -)."""
    if output is None or str(output) == "-":
        for line in lines:
            click.echo(line)
        return
    from ...corpus.exchange.atomic_write import staged_file  # slow: it imports every format

    with staged_file(output) as path, path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in lines)


class _Rate(bars.ProgressColumn):
    """Column with the number of steps per second."""

    def render(self, task: bars.Task) -> Text:
        return Text(f"{task.speed:.1f}/s" if task.speed else "", style="dim")


@dataclass(frozen=True, slots=True)
class Bar:
    """A progress bar and its one task."""

    progress: bars.Progress
    task: bars.TaskID

    def step(self, text: str = "", *, done: int = 1) -> None:
        """Advance by ``done`` steps, and show a text unless it is empty."""
        if text:
            self.progress.update(self.task, description=text)
        self.progress.advance(self.task, done)

    def at(self, done: int, total: int | None) -> None:
        """Set the number of finished steps and the total, which may be unknown."""
        self.progress.update(self.task, completed=done, total=total)

    def say(self, text: str) -> None:
        """Set the text of the bar; without effect if the bar is hidden."""
        self.step(text, done=0)

    def tell(self, text: str) -> None:
        """Print a permanent line, above the bar if it is visible."""
        self.progress.console.print(to_line(text), markup=False, highlight=False, soft_wrap=True)


@contextmanager
def show_bar(text: str, total: int | None = None) -> Iterator[Bar]:
    """Show a bar on stderr while the block runs, if stderr is a terminal."""
    with bars.Progress(
        bars.SpinnerColumn(),
        bars.TextColumn("{task.description}", markup=False),
        bars.BarColumn(),
        bars.MofNCompleteColumn(),
        _Rate(),
        bars.TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    ) as progress:
        yield Bar(progress, progress.add_task(text, total=total))


def load_numba() -> None:
    """Load numba as if scipy were not installed, since numba needs it only for matrix products.

    Only for the command line: in programs that import align, their own compiled matrix products
    would fail.
    """
    if "scipy" not in sys.modules:
        sys.modules["scipy"] = None  # type: ignore[assignment] # None makes its import fail
        try:
            import_module("numba.np.arraymath")
        finally:
            del sys.modules["scipy"]


def count_new_words(store: "Store", added: int, bar: Bar) -> None:
    """Count word translations and terms if many briefings are new, and show progress."""
    from ...corpus.pipeline import count_words

    bar.say("counting words and terms")
    count_words(store, added, bar.at)
