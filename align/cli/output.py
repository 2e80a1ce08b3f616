"""Write results: to stdout, or to a file that is there whole or not at all."""

from collections.abc import Iterable
from pathlib import Path

import click

from ..placing import beside, place


def write(lines: Iterable[str], output: Path | None) -> None:
    """Write lines to a file, or to stdout when there is none.

    :raises FormatError: when the file cannot be written; an older one is then untouched.
    """
    if output is None:
        for line in lines:
            click.echo(line)
        return
    with beside(output) as folder:
        file = folder / output.name
        with file.open("w", encoding="utf-8", newline="\n") as handle:
            handle.writelines(f"{line}\n" for line in lines)
        place([file], output.parent)
