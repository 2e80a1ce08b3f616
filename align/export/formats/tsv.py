r"""Tab-separated columns with a header row, as spreadsheets and pandas read them.

One bead a line, always: tabs, line ends and other control characters are written as backslash
escapes. A cell that a spreadsheet would run as a formula gets an apostrophe in front. Both are
taken back on reading. Cells with a quotation mark are quoted as in CSV.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from ...errors import FormatError
from ...records import ExportedBead
from . import ExportHeader
from .tables import column_name, read_rows
from .values import FIELDS, RAW, from_texts, to_texts

COLUMNS = ("id", "zh", "en", *FIELDS[1:])

_ESCAPED = re.compile("[\\\\\x00-\x1f\x7f\x85\u2028\u2029]")
_ESCAPE = re.compile(r"\\(?:u([0-9a-f]{4})|(.))")
_LETTERS = {"\\": "\\", "\t": "t", "\n": "n", "\r": "r"}
_CHARACTERS = {letter: char for char, letter in _LETTERS.items()}
# What makes a spreadsheet take a cell for a formula, with the full-width forms of East Asian
# versions, and the apostrophe itself, so that reading can take one off again.
_FORMULA = tuple("=+-@'＝＋－＠")


def project_bead(pair: ExportedBead, header: ExportHeader) -> ExportedBead | None:
    """Keep everything, the published text only on request."""
    return pair if header.raw else replace(pair, zh_raw=pair.zh, en_raw=pair.en)


def write(pairs: Iterable[ExportedBead], path: Path, header: ExportHeader) -> int:
    """Write a header row and one line a pair."""
    columns = (*COLUMNS, *RAW) if header.raw else COLUMNS
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, delimiter="\t", lineterminator="\n")
        table.writerow(columns)
        for pair in pairs:
            texts = to_texts(pair) | {"zh": pair.zh, "en": pair.en}
            texts |= {"zh_raw": pair.zh_raw, "en_raw": pair.en_raw}
            table.writerow([escape_cell(texts[name]) for name in columns])
            count += 1
    return count


def escape_cell(text: str) -> str:
    r"""Write a text so that it stays one line and no spreadsheet runs it.

    >>> print(escape_cell("=1+1"), escape_cell("one\ntwo"))
    '=1+1 one\ntwo
    """
    text = _ESCAPED.sub(_escape, text)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _escape(found: re.Match[str]) -> str:
    char = found[0]
    letter = _LETTERS.get(char)
    return f"\\{letter}" if letter else f"\\u{ord(char):04x}"


def unescape_cell(text: str) -> str:
    """Give the text that :func:`cell` wrote; a cell of another tool stays as it is."""
    if text.startswith("'") and text[1:].startswith(_FORMULA):
        text = text[1:]
    return _ESCAPE.sub(_unescape, text)


def _unescape(found: re.Match[str]) -> str:
    if found[1]:
        return chr(int(found[1], 16))
    return _CHARACTERS.get(found[2], found[0])


def read(path: Path) -> Iterator[ExportedBead]:
    """Yield the pair of each row; columns may be left out and stand in any order.

    :raises FormatError: when there is no column for a language, a column is unknown or a row
        has more or fewer cells than the header.
    """
    found = read_rows(path)
    columns = list(map(column_name, next(found, (0, []))[1]))
    check_columns(columns, path)
    for number, row in found:
        where = f"{path.name}, line {number}"
        if len(row) != len(columns):
            raise FormatError(f"{where}: {len(row)} cells where the header has {len(columns)}")
        texts = {name: unescape_cell(text) for name, text in zip(columns, row, strict=True)}
        yield from_texts(texts.pop("zh"), texts.pop("en"), texts, where)


def check_columns(columns: list[str], path: Path) -> None:
    """Refuse a header without both texts, or with a column that is unknown or stands twice.

    :raises FormatError: naming the column.
    """
    if not any(columns):
        raise FormatError(f"{path.name}, line 1: no header; it must name the columns zh and en")
    known = {*COLUMNS, *RAW}
    for name in ("zh", "en"):
        if name not in columns:
            raise FormatError(f"{path.name}, line 1: no column {name!r} in {columns}")
    for name in columns:
        if name not in known or columns.count(name) > 1:
            what = "unknown" if name not in known else "repeated"
            raise FormatError(
                f"{path.name}, line 1: {what} column {name!r}; known are {sorted(known)}"
            )
