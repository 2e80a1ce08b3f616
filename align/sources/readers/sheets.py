"""The sizes of the sheets of a workbook, measured in their XML before anything parses it.

A parser takes memory for each cell of a row, for each row up to the last number, and for each
column up to the last cell, so few bytes can ask for a lot. Reading the marks takes none.
"""

import posixpath
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ...errors import N_, Message, TextError
from ..limits import (
    LONGEST_LINE,
    MOST_COLUMNS,
    MOST_XML_ELEMENTS,
    SHEET_COLUMNS,
    SHEET_ROWS,
)

SHEETS = "xl/worksheets/"
_CHUNK = 1 << 20
_FOREIGN = re.compile(
    rb"\s*(?:\xff\xfe|\xfe\xff|<\?xml[^>]{0,200}encoding=[\"'](?!utf-8[\"']))", re.I
)
# The start or end of a row, and the start of a cell.
_MARK = re.compile(
    rb"<(?:\w+:)?(?P<name>row|c)(?=[\s/>])(?P<words>[^>]*)>(?P<empty></)?|(?P<end></(?:\w+:)?row>)"
)
_ROW = re.compile(rb"\sr=[\"'](\d+)[\"']")
_COLUMN = re.compile(rb"\sr=[\"']([A-Z]{1,4})\d+[\"']")


@dataclass(slots=True)
class SheetSize:
    """The size of a sheet, or of the part of it that was measured."""

    rows: int = 0  # marks of rows
    last_row: int = 0  # the largest number of a row
    width: int = 0  # columns up to the last cell that is not empty
    elements: int = 0
    row_elements: int = 0  # the most elements from the start of a row to the next
    row_bytes: int = 0  # the most bytes from the start of a row to the next


def measure_sheets(
    path: Path, archive: zipfile.ZipFile, most_elements: int
) -> Mapping[str, SheetSize]:
    """Return the size of each sheet of a workbook, by the name of its part.

    :param most_elements: the most XML elements of all sheets together.
    :raises TextError: if a sheet is over a limit of :mod:`align.sources.limits`.
    """
    sizes: dict[str, SheetSize] = {}
    left = most_elements
    for name in archive.namelist():
        if name.startswith(SHEETS) and name.endswith(".xml"):
            with archive.open(name) as part:
                sizes[name] = _Scan(left).read(part)
            left -= sizes[name].elements
            fault = _find_fault(sizes[name], left)
            if fault:
                raise TextError(
                    N_("{path}: {part} has {fault}; save the rows that you need as CSV (UTF-8)"),
                    path=path,
                    part=posixpath.basename(name),
                    fault=fault,
                )
    return sizes


def _find_fault(size: SheetSize, left: int) -> str:
    """Return in words which limit a sheet exceeds, or nothing."""
    if size.width > MOST_COLUMNS:
        return Message(N_("over {most:,} columns"), most=MOST_COLUMNS)
    if max(size.rows, size.last_row) > SHEET_ROWS:
        return Message(N_("over {most:,} rows"), most=SHEET_ROWS)
    if size.row_elements > MOST_XML_ELEMENTS:
        return Message(N_("a row of over {most:,} cells"), most=SHEET_COLUMNS)
    if size.row_bytes > LONGEST_LINE:
        return Message(N_("a row of over {most:,} bytes"), most=LONGEST_LINE)
    if left < 0:
        return Message(N_("too many empty cells"))
    if size.elements < 0:
        return Message(N_("another encoding than UTF-8"))
    return ""


class _Scan:
    """The measurement of one sheet, which stops as soon as a limit is exceeded."""

    def __init__(self, most_elements: int) -> None:
        self._most = most_elements
        self._size = SheetSize()
        self._row_elements = 0
        self._row_bytes = 0
        self._column = 0

    def read(self, part: IO[bytes]) -> SheetSize:
        """Return the size of a sheet, or of its beginning if that is over a limit already."""
        size = self._size
        rest = b""
        while chunk := part.read(_CHUNK):
            text = rest + chunk
            if size.elements == 0 and _FOREIGN.match(text):
                size.elements = -1
                return size
            # The last mark may be cut in two; a text between two marks may be longer than a chunk.
            last_mark = text.rfind(b"<") if len(chunk) == _CHUNK else -1
            end = last_mark if last_mark > 0 else len(text)
            self._take(text, end)
            rest = text[end:]
            if size.elements > self._most or _find_fault(size, self._most - size.elements):
                return size
        return size

    def _take(self, text: bytes, end: int) -> None:
        at = 0
        for mark in _MARK.finditer(text, 0, end):
            self._pass(text, at, mark.start())
            at = mark.start()
            if mark["name"] == b"c":
                self._take_cell(mark["words"], is_empty=mark["empty"] is not None)
            else:
                self._take_row(mark["words"] or b"", is_end=mark["end"] is not None)
        self._pass(text, at, end)

    def _take_cell(self, words: bytes, *, is_empty: bool) -> None:
        named = _COLUMN.search(words)
        self._column = column_number(named[1]) if named else self._column + 1
        if not (is_empty or words.endswith(b"/")):
            self._size.width = max(self._size.width, self._column)

    def _take_row(self, words: bytes, *, is_end: bool) -> None:
        self._column = 0
        self._row_elements = 0
        self._row_bytes = 0
        if is_end:
            return
        self._size.rows += 1
        if number := _ROW.search(words):
            self._size.last_row = max(self._size.last_row, int(number[1][:10]))

    def _pass(self, text: bytes, start: int, end: int) -> None:
        """Count the elements and bytes of a piece."""
        elements = text.count(b"<", start, end) - text.count(b"</", start, end)
        self._size.elements += elements
        self._row_elements += elements
        self._row_bytes += end - start
        self._size.row_elements = max(self._size.row_elements, self._row_elements)
        self._size.row_bytes = max(self._size.row_bytes, self._row_bytes)


def column_number(letters: bytes) -> int:
    """Return the number of a column, from 1, by its letters.

    >>> column_number(b"A"), column_number(b"AB")
    (1, 28)
    """
    number = 0
    for letter in letters:
        number = 26 * number + letter - ord("A") + 1
    return number
