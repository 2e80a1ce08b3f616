"""Tables with a Chinese and an English column: CSV, TSV, XLSX."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from ..errors import TextError
from ..extract.transcript import Block, han_share, has_letters, normalise_space
from ..records import Language
from .documents import FileBlocks
from .load import check_office_file, load_text, refuse_damage

# A briefing has some hundreds; a translation memory of more goes through align import.
MOST_ROWS = 50_000
MOST_COLUMNS = 200
_HEADING = re.compile(
    r"zh(?:[-_]\w+)?|en(?:[-_]\w+)?|chinese|english|中文|英文|汉语|英语|原文|译文|source|target|src|tgt",
    re.I,
)


def read_delimited(path: Path, max_bytes: int) -> FileBlocks:
    """Read CSV or TSV; the delimiter is the one that puts the languages of most rows apart.

    :raises TextError: no column in Chinese or none in English.
    """
    loaded = load_text(path, max_bytes=max_bytes)
    best = max((parse_rows(loaded.text, delimiter) for delimiter in "\t,;|"), key=_bilingual_rows)
    return FileBlocks(read_columns(best, path), notes=loaded.notes)


def is_tabbed(text: str) -> bool:
    """Return whether a text is a table: most of its first lines have a cell in each language."""
    head = [line for line in text[:200_000].splitlines() if line.strip()][:200]
    return bool(head) and _bilingual_rows(parse_rows("\n".join(head), "\t")) > len(head) / 2


def _bilingual_rows(rows: Sequence[Sequence[str]]) -> int:
    """Count the first rows that have a Chinese cell and an English one."""
    shares = [[han_share([cell]) for cell in row if has_letters(cell)] for row in rows[:200]]
    return sum(1 for row in shares if row and max(row) > 0.9 and min(row) < 0.1)


def parse_rows(text: str, delimiter: str) -> list[list[str]]:
    """Cut a text into the cells of a table; none where it cannot be one."""
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))  # holds for the whole process
    source = io.StringIO(text, newline="")
    if delimiter == "\t":
        reader = csv.reader(source, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    else:
        reader = csv.reader(source, delimiter=delimiter)
    try:
        return [
            [normalise_space(cell) for cell in row]
            for _, row in zip(range(MOST_ROWS + 1), reader, strict=False)
        ]
    except csv.Error:
        return []


def read_workbook(path: Path, max_bytes: int) -> FileBlocks:
    """Read the first sheet of an XLSX file.

    :raises TextError: the file is damaged, or a language has no column.
    """
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    with refuse_damage(path, "XLSX file", InvalidFileException):
        check_office_file(path, max_bytes=max_bytes)
        with path.open("rb") as file:  # openpyxl leaves a file open that it cannot read
            book = load_workbook(file, read_only=True, data_only=True)
            rows = [
                [normalise_space(str(cell)) if cell is not None else "" for cell in row]
                for row in book.worksheets[0].iter_rows(values_only=True, max_row=MOST_ROWS + 1)
            ]
            book.close()
    return FileBlocks(read_columns(rows, path))


def read_columns(rows: Sequence[Sequence[str]], path: Path) -> tuple[Block, ...]:
    """Return the cells of the Chinese and of the English column, row by row, Chinese first.

    :raises TextError: when no column is mostly Chinese, or none English.
    """
    if len(rows) > MOST_ROWS:
        raise TextError(
            f"{path} has more than {MOST_ROWS:,} rows; that is no briefing: align import takes "
            "translation memories and other long tables"
        )
    width = max((len(row) for row in rows), default=0)
    if width > MOST_COLUMNS:
        raise TextError(f"{path} has {width:,} columns; a Chinese and an English one are needed")
    body = [row for number, row in enumerate(rows) if number or not _is_heading(row)]
    cells = [[row[column] if column < len(row) else "" for row in body] for column in range(width)]
    shares = [han_share(column) for column in cells]
    letters = [sum(map(len, column)) for column in cells]
    zh = _largest(letters, (share >= 0.5 for share in shares))
    en = _largest(letters, (share < 0.5 for share in shares))
    if zh is None or en is None:
        missing = "Chinese" if zh is None else "English"
        raise TextError(f"{path} has no column with {missing} text; two columns are needed")
    pairs: tuple[tuple[int, Language], ...] = ((zh, "zh"), (en, "en"))
    return tuple(
        Block(row[column], language=language)
        for row in body
        for column, language in pairs
        if column < len(row) and row[column]
    )


def _is_heading(row: Sequence[str]) -> bool:
    return bool(row) and any(_HEADING.fullmatch(cell) for cell in row)


def _largest(letters: Sequence[int], wanted: Iterable[bool]) -> int | None:
    """Return the index of the longest column of the wanted language, or None."""
    allowed = [n for n, want in enumerate(wanted) if want and letters[n]]
    return max(allowed, key=lambda n: letters[n], default=None)
