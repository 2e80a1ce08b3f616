"""Tables with a column in each language, or in one language: CSV, TSV, sheets of workbooks."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice, zip_longest
from pathlib import Path

from ...aligner.text.chinese import count_han, han_share
from ...aligner.text.strings import has_letters, keep_letters, normalise_space
from ...errors import N_, Message, TextError
from ...records import LANGUAGE_NAMES, LANGUAGES, Language, TablePlace
from ..extract.languages import LENGTH_RATIO
from ..extract.transcript import Block
from ..extract.transcript.boilerplate import COLUMN_NAME
from ..limits import MOST_COLUMNS, MOST_ROWS
from ..local_files import load_text
from ..web.charset import Decoded
from .account import Account
from .documents import FileBlocks

_LAST_HEADER = 10  # the row of column names is one of the first
_QUALIFIED_NAME = re.compile(
    r"(?:(?:source|target|translation|text|original|原文|译文)\s*[(（\[]\s*|(?:简体|繁体|簡體|繁體))"
    r"(?P<name>[^()（）\[\]]+?)\s*[)）\]]?",
    re.IGNORECASE,
)
_LATIN = re.compile(r"[A-Za-z]")
_SURE = 3  # cells with a comma, all in quotation marks: Excel put them there


def read_delimited(path: Path, max_bytes: int) -> FileBlocks:
    """Read CSV or TSV with a column in each language, or all cells if there is only one language.

    The delimiter is the one that puts the languages of most rows apart, or else the most frequent.
    """
    loaded = load_text(path, max_bytes=max_bytes)
    tables = [parse_rows(loaded.text, delimiter) for delimiter in "\t,;|"]
    best = max(tables, key=count_bilingual_rows)
    _check_size(best, path)
    if not has_both_columns(best):
        best = max(tables, key=lambda rows: sum(map(len, rows)))
    return read_table(best, path, loaded)


def read_table(rows: Sequence[Sequence[str]], path: Path, loaded: Decoded) -> FileBlocks:
    """Return the cells of a text file that is a table.

    :param loaded: the text of the file, which must be in the cells or in the account.
    """
    account = Account()
    has_both = has_both_columns(rows)
    blocks = read_columns(rows, path, account) if has_both else read_cells(rows, path)
    # Compare letters only, without delimiters and the quotation marks of cells.
    account.close([loaded.text], (block.text for block in blocks), key=keep_letters)
    notes = (*loaded.notes, *account.notes())
    return FileBlocks(blocks, notes=notes, left_out=account.left_out())


def count_bilingual_rows(rows: Sequence[Sequence[str]]) -> int:
    """Return how many of the first rows have a cell in each language."""
    shares = [[han_share([cell]) for cell in row if has_letters(cell)] for row in rows[:200]]
    return sum(1 for row in shares if row and max(row) > 0.9 and min(row) < 0.1)


def parse_rows(text: str, delimiter: str) -> list[list[str]]:
    """Return the rows and cells of a table, up to one more of each than the limits allow."""
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))  # this is a process-wide setting
    # Between tabs, quotation marks are text, unless a spreadsheet wrote them around its cells.
    source = io.StringIO(text, newline="")
    if delimiter == "\t" and not _has_quoted_cells(text):
        rows = csv.reader(source, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    else:
        rows = csv.reader(source, delimiter=delimiter)
    return [
        [normalise_space(cell) for cell in row[: MOST_COLUMNS + 1]]
        for row in islice(rows, MOST_ROWS + 1)
    ]


def _has_quoted_cells(text: str) -> bool:
    """Return whether a spreadsheet put the quotation marks around the cells between tabs.

    It doubles those within a cell, and leaves no other cell with one. Excel puts them around all
    cells with a comma, too.
    """
    if '"' not in text:
        return False
    source = io.StringIO(text, newline="")
    try:
        rows = list(islice(csv.reader(source, delimiter="\t", strict=True), MOST_ROWS + 1))
    except csv.Error:  # a cell goes on behind its second quotation mark
        return False
    return _has_quotes_around(list(filter(None, chain.from_iterable(rows))), text.count('"'))


def _has_quotes_around(cells: Sequence[str], marks: int) -> bool:
    """Return whether quotation marks are around cells by one rule.

    :param cells: the cells without the marks around them, those within no longer doubled.
    :param marks: the number of marks in the text.
    """
    within = [cell.count('"') for cell in cells if '"' in cell]
    others = marks - sum(2 * count + 2 for count in within)
    if others < 0 or others % 2:  # some of these cells have no quotation marks around them
        return False
    if within:
        return True
    quoted = others // 2  # cells that have quotation marks only around them
    with_comma = sum(1 for cell in cells if "," in cell)
    return quoted == len(cells) or (quoted == with_comma and quoted >= _SURE)


def check_row_count(path: Path, count: int) -> None:
    """Raise :exc:`TextError` if a table has more rows than any briefing."""
    if count > MOST_ROWS:
        raise TextError(
            N_(
                "{path} has more than {most_rows:,} rows, too many for one briefing; use 'align "
                "import' for translation memories and other long tables"
            ),
            path=path,
            most_rows=MOST_ROWS,
        )


def read_columns(
    rows: Sequence[Sequence[str]], path: Path, account: Account, table: int = 0
) -> tuple[Block, ...]:
    """Return the cells of the Chinese and the English column, row by row, Chinese first.

    All other cells are added to the account.

    :param table: the number of the table in its file.
    :raises TextError: a language has no column.
    """
    _check_size(rows, path)
    head, rows = _split_head(rows)
    names = head[-1] if head else ()
    columns = [*zip_longest(*rows, fillvalue="")]
    chosen = _choose_columns(columns, names)
    for language in LANGUAGES:
        if language not in chosen:
            raise TextError(
                N_("{path} has no column with {missing} text; two columns are needed"),
                path=path,
                missing=Message(LANGUAGE_NAMES[language]),
            )
    others = (column for at, column in enumerate(columns) if at not in chosen.values())
    for reason, cells in (
        ("column names", names),
        ("header", chain.from_iterable(head[:-1])),
        ("other columns", chain.from_iterable(others)),
    ):
        for cell in filter(None, cells):
            account.add(reason, cell)
    rows_of_both = zip(columns[chosen["zh"]], columns[chosen["en"]], strict=True)
    blocks: list[Block] = []
    for number, (chinese, english) in enumerate(rows_of_both):
        place = TablePlace(table, number, len(rows), len(LANGUAGES))
        blocks += _row_blocks(chinese, english, place)
    return tuple(blocks)


def _row_blocks(chinese: str, english: str, place: TablePlace) -> Iterator[Block]:
    if chinese:
        yield Block(chinese, language="zh", table=place)
    if english:
        yield Block(english, language="en", table=place)


def has_both_columns(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether a table has a Chinese and an English column.

    If its header does not name them, the English must be as long as a translation: a column of
    units or of part numbers is shorter.
    """
    head, rows = _split_head(rows)
    columns = [*zip_longest(*rows, fillvalue="")]
    chosen = _choose_columns(columns, head[-1] if head else ())
    if len(chosen) < len(LANGUAGES):
        return False
    chinese = 0
    english = 0
    for zh_cell, en_cell in zip(columns[chosen["zh"]], columns[chosen["en"]], strict=True):
        if zh_cell and en_cell:
            chinese += count_han(zh_cell)
            english += len(_LATIN.findall(en_cell))
    return bool(head) or english >= LENGTH_RATIO[0] * chinese


def find_named_columns(rows: Sequence[Sequence[str]]) -> tuple[int, dict[Language, int]] | None:
    """Return the rows of the header, and the place of the column of each language.

    :return: ``None`` if the header does not name both columns.
    """
    head, body = _split_head(rows)
    names = head[-1] if head else ()
    chosen = _choose_columns([*zip_longest(*body, fillvalue="")], names)
    named = [at for at in chosen.values() if at < len(names) and _is_column_name(names[at])]
    return (len(head), chosen) if len(named) == len(LANGUAGES) else None


def find_unread_cells(rows: Sequence[Sequence[str]]) -> dict[tuple[int, int], str]:
    """Return why cells are skipped, by row and column, if the header names both languages.

    These are the header and the cells of other columns; without such a header there are none.
    """
    found = find_named_columns(rows)
    if found is None:
        return {}
    head, columns = found
    reasons: dict[tuple[int, int], str] = {}
    for number, row in enumerate(rows):
        for at in range(len(row)):
            if number < head:
                reasons[number, at] = "column names" if number == head - 1 else "header"
            elif at not in columns.values():
                reasons[number, at] = "other columns"
    return reasons


def read_cells(rows: Sequence[Sequence[str]], path: Path, table: int = 0) -> tuple[Block, ...]:
    """Return all cells of a table in one language, row by row.

    Rows above the first one with two cells are paragraphs, such as a heading.

    :param table: the number of the table in its file.
    """
    _check_size(rows, path)
    cells = [[cell for cell in row if cell] for row in rows]
    width = max(map(len, cells), default=0)
    first = next((at for at, row in enumerate(cells) if len(row) > 1), len(cells))
    blocks: list[Block] = []
    for number, row in enumerate(cells):
        place = TablePlace(table, number, len(cells), width) if number >= first else None
        blocks += (Block(cell, table=place) for cell in row)
    return tuple(blocks)


def _check_size(rows: Sequence[Sequence[str]], path: Path) -> None:
    check_row_count(path, len(rows))
    width = max((len(row) for row in rows), default=0)
    if width > MOST_COLUMNS:
        raise TextError(
            N_("{path} has over {most:,} columns; it needs a Chinese and an English one"),
            path=path,
            most=MOST_COLUMNS,
        )


def _split_head(
    rows: Sequence[Sequence[str]],
) -> tuple[Sequence[Sequence[str]], Sequence[Sequence[str]]]:
    """Return the rows up to the column names, and the rows below; there may be no names.

    In the first row one name of a language is enough. Further below, two must be in a row, and no
    row above may be in both languages: "中文" and "English" may be texts, too.
    """
    if rows and any(map(_is_column_name, rows[0])):
        return rows[:1], rows[1:]
    for at, row in enumerate(rows[:_LAST_HEADER]):
        if sum(map(_is_column_name, row)) >= 2 and not count_bilingual_rows(rows[:at]):
            return rows[: at + 1], rows[at + 1 :]
    return (), rows


def _is_column_name(cell: str) -> bool:
    """Return whether a cell names a language or side: "Chinese", "Source (EN)", "译文".

    >>> [_is_column_name(cell) for cell in ("Source (EN)", "Translation [zh-CN]", "简体中文")]
    [True, True, True]
    >>> [_is_column_name(cell) for cell in ("", "Notes", "Translation done", "English is fun")]
    [False, False, False, False]
    """
    if COLUMN_NAME.fullmatch(cell):
        return True
    around = _QUALIFIED_NAME.fullmatch(cell)
    return around is not None and COLUMN_NAME.fullmatch(around["name"]) is not None


def _choose_columns(columns: Sequence[Sequence[str]], names: Sequence[str]) -> dict[Language, int]:
    """Return the places of the longest Chinese and the longest English column, if there are any.

    A column that the header names as a language precedes a longer one, such as remarks.

    :param columns: the cells of each column.
    :param names: the header, which may be empty.
    """
    letters = [sum(map(len, column)) for column in columns]

    def rank(at: int) -> tuple[bool, int]:
        is_named = at < len(names) and _is_column_name(names[at])
        return not is_named, -letters[at]

    chosen: dict[Language, int] = {}
    for at in sorted(range(len(columns)), key=rank):
        if letters[at]:
            language: Language = "zh" if han_share(columns[at]) >= 0.5 else "en"
            chosen.setdefault(language, at)
    return chosen
