"""An export to standard output: written to a temporary folder first, as a file is."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from ...corpus.exchange.formats import WRITTEN
from ...errors import N_, FormatError

NAME = "-"  # of standard output, as the value of --output
_HEAD = 4096  # bytes among which a binary file has a zero
_ONE_FILE = {"apart": ".apart.jsonl", "srt": ".srt"}  # formats with writers of their own


def check_one_file(form: str, *, split: bool) -> None:
    """Raise :exc:`FormatError` if an export is more than one file."""
    suffixes = WRITTEN[form].suffixes if form in WRITTEN else (_ONE_FILE[form],)
    if split or suffixes == ("",):
        raise FormatError(N_("-: this export is a folder; name one with -o"))
    if len(suffixes) > 1:
        raise FormatError(
            N_("-: {form} is {count} files; name one of them with -o"),
            form=form,
            count=len(suffixes),
        )


@contextmanager
def copied_file(form: str) -> Iterator[Path]:
    """Yield a path to write to; afterwards, copy the file to standard output.

    :raises FormatError: the file is binary and standard output is a terminal.
    """
    suffix = WRITTEN[form].suffix if form in WRITTEN else _ONE_FILE[form]
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        path = Path(folder, f"corpus{suffix}")
        yield path
        with path.open("rb") as file:
            is_binary = b"\0" in file.read(_HEAD)
            if is_binary and sys.stdout.isatty():
                raise FormatError(
                    N_(
                        "-: {form} is binary, and standard output is a terminal; name a file "
                        "with -o, or pipe it to a program"
                    ),
                    form=form,
                )
            file.seek(0)
            shutil.copyfileobj(file, sys.stdout.buffer)
