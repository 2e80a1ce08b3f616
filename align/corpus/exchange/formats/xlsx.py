"""A workbook that a spreadsheet opens by double click: one sheet, a header row, one bead per row.

Every cell is text, so no text runs as a formula and no id becomes a number. Sheets that a
spreadsheet program saved again can be read. A bead with a text over ``LONGEST`` characters cannot
be written.
"""

import datetime as dt
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.resources import files
from io import TextIOWrapper
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

from ....errors import N_, AlignError, FormatError
from ....sources.limits import MOST_SHARED, SHEET_ROWS, archive_budget, sheet_budget
from ....sources.readers.sheets import measure_sheets
from . import ExportHeader
from .header import SAMPLE, find_header
from .record import FileRecord
from .tsv import read_table
from .values import COLUMNS, RAW, add_checksum, to_cells, to_text
from .xml_text import clean_texts, render, replace_forbidden

LONGEST = 32_767  # characters that a spreadsheet keeps in a cell
ROWS = 1_048_575  # beads that fit on a sheet below its header
_LOOKED_AT = 1000  # rows of a further sheet in which a value is looked for
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")  # of the format itself: _x000D_
_LINE_END = re.compile("\r\n?")
_WIDTHS = {"zh": 50, "en": 70, "zh_raw": 50, "en_raw": 70, "id": 12}
_FILES = {
    "[Content_Types].xml": "content_types.xml", "_rels/.rels": "rels.xml",
    "xl/workbook.xml": "workbook.xml", "xl/_rels/workbook.xml.rels": "workbook_rels.xml",
    "xl/styles.xml": "styles.xml",  # style 0: text, wrapped, at the top of its cell; 1: the header
}  # fmt: skip


def project_bead(bead: FileRecord, header: ExportHeader) -> FileRecord | None:
    """Keep everything, the published text only on request, unless a text is too long."""
    kept = bead.with_raw() if header.raw else bead.without_raw()
    kept = clean_texts(kept, lambda text: _LINE_END.sub("\n", replace_forbidden(text)))
    texts = (*kept.pair.texts, *kept.pair.published)
    if any(len(escape_cell(text)) > LONGEST for text in texts):
        return None
    return add_checksum(kept)


def write(beads: Iterable[FileRecord], path: Path, header: ExportHeader) -> None:
    """Write the workbook, its rows one at a time.

    The columns that people read and edit come first. The others are hidden: a re-import needs them.
    """
    read = ("zh", "en", *(RAW if header.raw else ()), "status", "note")
    columns = (*read, *(name for name in COLUMNS if name not in read))
    widths = [_WIDTHS.get(name, 14) for name in columns]
    cells = chain([columns], _rows_of_cells(beads, columns, path))
    write_sheet(cells, widths, path, shown=len(read))


def write_sheet(
    rows: Iterable[Sequence[str]], widths: Sequence[int], path: Path, *, shown: int | None = None
) -> None:
    """Write a workbook of one sheet.

    :param rows: the cells of each row, the header first; escaped by :func:`escape_cell`.
    :param widths: of the columns, in characters.
    :param shown: the number of columns that are not hidden; by default, all.
    """
    visible = len(widths) if shown is None else shown
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, file in _FILES.items():
            text = files(__package__).joinpath("workbook", file).read_bytes()
            book.writestr(_entry(name), text)
        with (
            book.open(_entry("xl/worksheets/sheet1.xml"), "w", force_zip64=True) as raw,
            TextIOWrapper(raw, encoding="utf-8", newline="\n") as sheet,
        ):
            sheet.writelines(
                render("workbook/sheet.xml.j2", widths=widths, rows=rows, shown=visible)
            )


def _rows_of_cells(
    beads: Iterable[FileRecord], columns: tuple[str, ...], path: Path
) -> Iterator[list[str]]:
    for number, cells in enumerate(map(to_cells, beads), 1):
        if number > ROWS:
            raise FormatError(
                N_(
                    "{name}: more than the {rows:,} rows of a sheet; export fewer briefings "
                    "with --briefing, or use tsv or parquet"
                ),
                name=path.name,
                rows=ROWS + 1,
            )
        yield [escape_cell(cells[name]) for name in columns]


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)  # of 1980: the same each run
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def escape_cell(text: str) -> str:
    """Return a text in which sequences that look like escapes of the format are escaped.

    >>> escape_cell("_x000D_")
    '_x005F_x000D_'
    """
    return _ESCAPE.sub(lambda found: f"_x005F{found[0]}", text)


def unescape_cell(text: str) -> str:
    """Return the text of a cell."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)


def read(path: Path, columns: Mapping[str, str] | None = None) -> Iterator[FileRecord]:
    """Yield the pair of each row of the first sheet; columns as in TSV."""
    rows = (row for row in read_cells(path) if any(row[1]))
    return read_table(rows, path, columns, unescape_cell, is_ragged=True)


def note_header(path: Path, columns: Mapping[str, str] | None = None) -> str:
    """Return what the user should know of how the header of the sheet was found, or ''."""
    rows = (row for _, row in read_cells(path) if any(row))
    return find_header(list(islice(rows, SAMPLE)), columns).note


def read_cells(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of each row of the first sheet and its cells, as many as its header has.

    A row that has more filled ones goes on to the last of them.
    """
    size = path.stat().st_size if path.is_file() else 0  # opening a missing file is refused below
    width, left = 0, archive_budget(size)
    for number, row in enumerate(_rows(path), start=1):
        is_empty = row.count(None) == len(row)  # most rows of a sheet with large row numbers
        texts = [] if is_empty else list(map(_plain, row))
        left -= sum(map(len, texts))
        if left < 0:  # cells can share one text
            raise FormatError(
                N_("{name}: its sheets are too large; save it as CSV (UTF-8)"), name=path.name
            )
        while len(texts) > width and not texts[-1]:
            texts.pop()
        width = width or len(texts)
        yield number, texts + [""] * (width - len(texts))


def _plain(value: object) -> str:
    """Return the text of a cell that a spreadsheet may have made a number or a date."""
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        value = value.date()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return to_text(value)


def list_other_sheets(path: Path) -> tuple[str, ...]:
    """Return the titles of the non-empty sheets after the first one; these are not read."""
    with _open_book(path) as (book, width):
        area = {"max_row": _LOOKED_AT, "max_col": width}
        return tuple(
            sheet.title
            for sheet in book.worksheets[1:]
            if any(map(any, sheet.iter_rows(values_only=True, **area)))
        )


def _rows(path: Path) -> Iterator[tuple[Any, ...]]:
    with _open_book(path) as (book, width):
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # other programs write wrong ones
        yield from sheet.iter_rows(values_only=True, max_row=SHEET_ROWS, max_col=width)


@contextmanager
def _open_book(path: Path) -> Iterator[tuple[Any, int]]:
    """Open a workbook; yield it and the columns of its widest sheet.

    Errors of its reader, also later ones, get a one-line message.
    """
    from openpyxl import load_workbook

    try:
        with path.open("rb") as file:
            width = _check_size(path, file)
            file.seek(0)
            with warnings.catch_warnings():  # of styles and extensions that we do not look at
                warnings.simplefilter("ignore")
                book: Any = load_workbook(file, read_only=True, data_only=True)
            yield book, width
            book.close()
    except AlignError:
        raise
    except OSError as error:
        raise FormatError(
            N_("{path}: {strerror}"), path=path, strerror=error.strerror or error
        ) from error
    except Exception as error:  # openpyxl and its dependencies raise many types
        raise FormatError(
            N_("{name}: not a workbook, or damaged ({error})"), name=path.name, error=error
        ) from error


def _check_size(path: Path, file: IO[bytes]) -> int:
    """Return the columns of the widest sheet; raise for a workbook over a limit."""
    with zipfile.ZipFile(file) as packed:
        sizes = {entry.filename: entry.file_size for entry in packed.infolist()}
        size = path.stat().st_size
        # openpyxl holds the shared texts, and streams the rest
        shared = sizes.get("xl/sharedStrings.xml", 0)
        if shared > MOST_SHARED or sum(sizes.values()) > archive_budget(size):
            raise FormatError(
                N_("{name}: its sheets are too large; save it as CSV (UTF-8)"), name=path.name
            )
        measured = measure_sheets(path, packed, sheet_budget(size))
    return max((sheet.width for sheet in measured.values()), default=0) or 1
