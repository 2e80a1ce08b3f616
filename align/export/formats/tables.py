"""Rows of a table as other programs save it: a path in, its rows with their line numbers out.

The first line tells which sign divides cells: a tab (ours), or the comma or semicolon that a
spreadsheet writes. A byte order mark, UTF-16 as of Excel's "Unicode Text" and cells of several
lines are read.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from ...errors import FormatError
from .language_codes import language_of
from .lines import read_lines

_TEXT = {"中文": "zh", "英文": "en"}
_LONGEST = 2**31 - 1  # the default of the csv module, 131,072, is less than a long turn may have


def read_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of each row's last line, and its cells; a blank row is passed over.

    :raises FormatError: when the file cannot be read, or its quotation marks do not match.
    """
    csv.field_size_limit(_LONGEST)
    head = next(read_lines(path), (0, ""))[1]
    found = csv.reader(_again(path), delimiter=guess_delimiter(head), strict=True)
    try:
        for row in found:
            if any(row):
                yield found.line_num, row
    except csv.Error as error:  # such as a carriage return inside a cell
        raise FormatError(
            f"{path.name}, line {found.line_num}: {error}; look for a quotation mark without its "
            "other half"
        ) from error


def _again(path: Path) -> Iterator[str]:
    for _, line in read_lines(path):
        yield f"{line}\n"


def guess_delimiter(head: str) -> str:
    r"""Say which sign divides the cells of a table with this first line.

    >>> [guess_delimiter(line) for line in ("zh\ten", "zh;en", "zh,en", "zh")]
    ['\t', ';', ',', '\t']
    """
    return max("\t;,", key=head.count)


def column_name(name: str) -> str:
    """Give the name of a column as we write it; a language code names a text.

    >>> [column_name(name) for name in ("zh-CN", " EN ", "Speaker", "zh_index")]
    ['zh', 'en', 'speaker', 'zh_index']
    """
    plain = name.strip().lower()
    language = language_of(plain) if "_index" not in plain and "_raw" not in plain else None
    return language or _TEXT.get(plain, plain)
