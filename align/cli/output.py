"""Output of results and messages: to the terminal, or atomically to a file."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

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
