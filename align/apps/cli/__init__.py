"""The command line. Results go to stdout, everything else to stderr.

Exit codes: 0 success, 1 an error (one plain line), 2 wrong usage, 130 stopped by Ctrl-C,
143 stopped by SIGTERM. Incomplete files are always removed.
A command's module is imported when the command runs, so that ``align --help`` loads no model.
"""

import atexit
import errno
import gc
import io
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from importlib import import_module
from typing import cast

import click
from click.shell_completion import CompletionItem

from ...errors import AlignError, UsageError
from ...extras import Table, require_type

# command: (module, help line), in the order of a typical workflow. The function of a command is
# named NAME_command, or command if the module contains only this command.
_OWN = {
    "add": ("add", "Fetch or read briefings, align them and add them to the corpus."),
    "fetch": ("fetch", "Download both language versions without aligning them."),
    "read": ("read", "Show the text extracted from pages or files, without aligning."),
    "texts": ("texts", "Align two plain texts, Chinese first; needs no corpus."),
    "show": ("corpora", "List the briefings in a corpus, or show one with its beads."),
    "changes": ("corpora", "Show what the publisher has changed, and the affected rows."),
    "describe": ("corpora", "Show or set a briefing's title, date, source and licence."),
    "view": ("serve", "Start the review page and open it in a browser."),
    "search": ("search", "Search both languages; show each hit with its translation."),
    "terms": ("search", "List recurring terms and their renderings; check a glossary."),
    "serve": ("serve", "Serve the corpus as a translation memory over HTTP."),
    "mcp": ("serve", "Give language models read-only access to the corpus (MCP)."),
    "export": ("export", "Export the corpus as TMX, XLIFF, JSON Lines, Parquet and more."),
    "overlap": ("export", "Report which lines of test sets occur in the corpus."),
    "import": ("import_", "Import alignments from other tools, or re-import an edited export."),
    "remove": ("corpora", "Delete a briefing with its beads and history."),
    "evaluate": ("evaluate", "Score the aligner, or existing alignments, against gold files."),
    "stats": ("corpora", "Show corpus statistics: counts, bead types, statuses, timings."),
    "encoders": ("doctor", "List the encoders and what they need, or describe one."),
    "backup": ("corpora", "Back up a corpus to a new folder and verify the copy."),
    "restore": ("corpora", "Restore a backup into a new or empty folder."),
    "copy": ("corpora", "Copy a corpus between a folder and PostgreSQL, and verify it."),
    "people": ("people", "Manage roles and review assignments."),
    "doctor": ("doctor", "Check the installation, a corpus, or how a page is parsed."),
}


def _find_fault(_name: str, row: object) -> str:
    """Return why a plug-in's object is not a valid command, or an empty string."""
    return require_type(row, click.Command)


COMMANDS: Table[tuple[str, str] | click.Command] = Table("commands", {**_OWN}, _find_fault)
"""Commands by name; plug-ins register click command objects."""

RESUMABLE = ("add", "fetch", "import")
"""Commands that keep completed work if they are stopped; the others write all or nothing."""

_MOST_NEW_OBJECTS = 50_000
"""Objects after which Python looks for unused cycles.

With Python's 700, every command spent a tenth of its time on this while it imported modules.
"""


class _Commands(click.Group):
    """Command group that imports a command when it is used."""

    def list_commands(self, _context: click.Context) -> list[str]:
        return [*_OWN, *COMMANDS.offers()]

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        row = COMMANDS.get(name)
        if row is None or isinstance(row, click.Command):
            return row
        module = import_module(f".{row[0]}", __name__)
        return cast("click.Command", getattr(module, f"{name}_command", None) or module.command)

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(context, args)
        except click.UsageError as error:
            near = get_close_matches(args[0], self.list_commands(context), 1)
            if not near or self.get_command(context, args[0]) is not None:
                raise
            hint = f"{error.message.rstrip('.')}; did you mean '{near[0]}'?"
            raise click.UsageError(hint, context) from error

    def shell_complete(self, context: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete names of commands from the table, without importing each of them."""
        known = {name: about for name, (_, about) in _OWN.items()}
        known |= {name: f"From {package}." for name, package in COMMANDS.offers().items()}
        items = [
            CompletionItem(name, help=about)
            for name, about in known.items()
            if name.startswith(incomplete)
        ]
        return [*items, *click.Command.shell_complete(self, context, incomplete)]

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in _OWN.items()])
        plugins = COMMANDS.offers()
        if plugins:
            with formatter.section("Commands of plug-ins"):
                formatter.write_dl([(name, f"From {plugins[name]}.") for name in plugins])


def _print_versions(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from .report import list_versions

        for line in list_versions():
            click.echo(line)
        context.exit()


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_versions,
    help="Show the versions that matter for a report, and exit.",
)
@click.option("--verbose", is_flag=True, help="Log progress to stderr.")
@click.option("--log-json", is_flag=True, help="Log to stderr as JSON, one object per line.")
@click.pass_context
def cli(context: click.Context, verbose: bool, log_json: bool) -> None:
    """Turn press briefings in Chinese and English into a reviewed parallel corpus.

    Settings come from ALIGN_* environment variables; 'docs/reference/settings.md' lists them.
    """
    from ...logs import Form, show_records

    form: Form = "quiet"
    if log_json:
        form = "json"
    elif verbose:
        form = "lines"
    context.with_resource(show_records(form))


class _Terminated(KeyboardInterrupt):
    """Exception for SIGTERM, after which commands clean up as after Ctrl-C."""


def _terminate(_number: int, _frame: object) -> None:
    raise _Terminated


def _interrupt(_number: int, _frame: object) -> None:
    """Stop the command at the first Ctrl-C, let it clean up at the second, exit at the third."""
    signal.signal(signal.SIGINT, _ignore_once)
    raise KeyboardInterrupt


def _ignore_once(_number: int, _frame: object) -> None:
    """Ignore the second Ctrl-C, and exit at the next one."""
    signal.signal(signal.SIGINT, _exit_at_once)


def _exit_at_once(_number: int, _frame: object) -> None:
    os._exit(130)


def _raise_again(lost: "sys.UnraisableHookArgs") -> None:
    """Resend a signal that arrived where exceptions are ignored, such as in a weakref callback.

    Python drops exceptions that a signal handler raises there, and the garbage collector can run
    such callbacks at any time.
    """
    if not isinstance(lost.exc_value, KeyboardInterrupt):
        sys.__unraisablehook__(lost)
        return
    number = signal.SIGTERM if isinstance(lost.exc_value, _Terminated) else signal.SIGINT
    if number == signal.SIGINT:
        signal.signal(number, _interrupt)  # it counts as the first one again
    threading.Timer(0.05, _send_signal, (number,)).start()


def _send_signal(number: int) -> None:
    if sys.platform == "win32":  # os.kill would end the process without cleanup
        signal.raise_signal(number)
    else:
        os.kill(os.getpid(), number)


@contextmanager
def _handling_signals() -> Iterator[None]:
    """Raise SIGTERM and SIGINT as exceptions inside the block; only works in the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ends = [signal.SIGTERM]
    if sys.platform == "win32":  # Ctrl-Break, the only signal other programs can send
        ends.append(signal.SIGBREAK)
    before = {number: signal.signal(number, _terminate) for number in ends}
    interrupt = signal.getsignal(signal.SIGINT)
    if interrupt is signal.default_int_handler:  # it may be ignored on purpose
        signal.signal(signal.SIGINT, _interrupt)
    hook, sys.unraisablehook = sys.unraisablehook, _raise_again
    try:
        yield
    finally:
        sys.unraisablehook = hook
        for number, handler in before.items():
            signal.signal(number, handler)
        if signal.getsignal(signal.SIGINT) is _interrupt:  # if not, the process is exiting
            signal.signal(signal.SIGINT, interrupt)


def _prepare_output() -> None:
    """Use UTF-8 for files and pipes on Windows, and escape characters that cannot be encoded.

    A Windows terminal accepts any text. For files and pipes, Python would use the system code page,
    which may lack Chinese. PYTHONIOENCODING takes precedence.
    """
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, io.TextIOWrapper):  # None without a console
            continue
        if sys.platform == "win32" and "PYTHONIOENCODING" not in os.environ:
            stream.reconfigure(encoding="utf-8")
        if stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")


def _is_closed_pipe(error: OSError) -> bool:
    """Return whether the reader of the output is gone; Windows reports "invalid argument"."""
    gone = (errno.EPIPE, errno.EINVAL) if sys.platform == "win32" else (errno.EPIPE,)
    return error.errno in gone


def main() -> None:
    """Run the command line and exit with its code."""
    gc.set_threshold(_MOST_NEW_OBJECTS)
    # At its end, Python would look for cycles among all objects: 0.3 s after long texts.
    atexit.register(gc.freeze)
    _prepare_output()
    context: click.Context | None = None
    try:
        # Replaces click's main, which exits with 1 if the reader of the output closes the pipe.
        with _handling_signals(), cli.make_context("align", sys.argv[1:]) as context:
            cli.invoke(context)
            sys.stdout.flush()
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as wrong:
        from .shared import say_click_error

        say_click_error(wrong, as_json="--json" in sys.argv[1:])
        sys.exit(2)
    except AlignError as error:
        from .shared import JSON_PRINTED, JSON_WANTED, say_error

        meta = {} if context is None else context.meta
        # A printed result already reports the failure; a second JSON value would not parse.
        say_error(error, as_json=meta.get(JSON_WANTED, False) and JSON_PRINTED not in meta)
        sys.exit(2 if isinstance(error, UsageError) else 1)
    except KeyboardInterrupt as stop:
        _say_stopped()
        sys.exit(143 if isinstance(stop, _Terminated) else 130)
    except OSError as error:  # commands report errors of named files themselves
        if not (_is_closed_pipe(error) or error.errno == errno.ENOSPC):
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if _is_closed_pipe(error):
            sys.exit(0)
        click.echo(f"align: cannot write the output: {error.strerror}", err=True)
        sys.exit(1)


def _say_stopped() -> None:
    command = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    kept = "; finished work is kept, rerun to resume" if command in RESUMABLE else ""
    click.echo(f"\nalign: stopped{kept}", err=True)
