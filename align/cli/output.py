"""Write results: to stdout, or to a file that is there whole or not at all."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

import click

from ..errors import FormatError


def write(lines: Iterable[str], output: Path | None) -> None:
    """Write lines to a file, or to stdout when there is none.

    :raises FormatError: when the file cannot be written; an older one is then untouched.
    """
    if output is None:
        for line in lines:
            click.echo(line)
        return
    try:
        handle, name = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.")
    except OSError as error:
        raise FormatError(f"{output}: cannot be written: {error.strerror}") from error
    half = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{line}\n" for line in lines)
        half.replace(output)
    except OSError as error:
        raise FormatError(f"{output}: cannot be written: {error.strerror}") from error
    finally:
        half.unlink(missing_ok=True)
