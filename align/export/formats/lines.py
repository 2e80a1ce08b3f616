"""Read text files line by line: a path in, numbered lines out, bad bytes named by their line."""

import codecs
from collections.abc import Iterator
from pathlib import Path

from ...errors import FormatError


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (number from 1, line without its end) of a text file, one at a time.

    Only a line feed ends a line (with a carriage return before it or not), so that U+2028 and
    its like stay inside theirs. A byte order mark at the start is dropped; without one the file
    must be UTF-8.

    :raises FormatError: when the file cannot be read, or a line is not in its encoding.
    """
    try:
        with path.open("rb") as file:
            if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
                yield from _utf_16(path)
                return
            file.seek(0)
            for number, data in enumerate(file, start=1):
                yield number, _decoded(data, number, path)
    except OSError as error:
        raise FormatError(f"{path}: {error.strerror or error}") from error


def _utf_16(path: Path) -> Iterator[tuple[int, str]]:
    number = 0
    try:
        with path.open(encoding="utf-16", newline="\n") as file:
            for number, line in enumerate(file, start=1):
                yield number, line.removesuffix("\n").removesuffix("\r")
    except UnicodeError as error:
        raise FormatError(
            f"{path.name}, after line {number}: not UTF-16, as its first bytes say; save the file "
            "again as UTF-8"
        ) from error


def _decoded(data: bytes, number: int, path: Path) -> str:
    data = data.removesuffix(b"\n").removesuffix(b"\r")
    if number == 1:
        data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise FormatError(
            f"{path.name}, line {number}: not UTF-8; save the file again as UTF-8"
        ) from None
