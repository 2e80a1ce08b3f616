r"""Tables as text: our TSV, the form in which a spreadsheet saves it, and LF Aligner's tab files.

A table always has one bead per line. Tabs, line ends and other control characters are written as
backslash escapes, so a line can be split at its tabs. The variant for spreadsheets is quoted as in
CSV, and a cell that a spreadsheet would run as a formula is prefixed with an apostrophe. Reading
reverses all of this.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice, zip_longest
from pathlib import Path

from ....aligner.text.chinese import detect_language, han_share
from ....errors import N_, FormatError, Message
from ....records import GAP, Language, Pair, Provenance, Sides
from ....sources.limits import LONGEST_TEXT
from . import ExportHeader
from .header import SAMPLE, are_names, find_header, may_be_names, names_languages
from .jsonl import project_bead
from .record import FileRecord
from .text import language_of, read_lines
from .values import COLUMNS, KNOWN, RAW, check_texts, from_values, to_cells

__all__ = ["project_bead", "read", "read_lfaligner", "write"]

_ESCAPED = re.compile("[\\\\\x00-\x1f\x7f-\x9f\u2028\u2029]")
_ESCAPE = re.compile(r"\\(?:u([0-9a-f]{4})|(.))")
_LETTERS = {"\\": "\\", "\t": "t", "\n": "n", "\r": "r"}
_CHARACTERS = {letter: char for char, letter in _LETTERS.items()} | {'"': '"', "'": "'"}
# A quoted cell with a quotation mark in it. No cell of a plain table is one, so that it tells.
_QUOTED = re.compile('"(?=.*"".*")(?:[^"]|"")*"')
# What makes a spreadsheet take a cell for a formula, with the full-width forms of East Asian
# versions; after an apostrophe it does not, and what looks so by itself gets one more.
_FORMULA = re.compile("'*[=+@＝＋－＠-]")
_HEADER = {"source", "target", "src", "tgt", "trg", "原文", "译文"}  # which is which, is found out
_MERGED = re.compile(r"\s*~~~\s*")  # LF Aligner's mark between sentences that it merged
_ADDRESS = re.compile(r"https?://\S+$")
_DELIMITERS = "\t;,"
_AROUND = '\ufeff" \r'  # around a name of a column in a line of a file
_LAST_HEAD = 10  # the header is one of the first lines
_SAMPLE = 200  # lines that are looked at to find out which column is Chinese


def write(beads: Iterable[FileRecord], path: Path, header: ExportHeader) -> None:
    """Write a header row and one line a pair."""
    columns = (*COLUMNS, *RAW) if header.raw else COLUMNS
    safe = header.variant == "spreadsheet"
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, delimiter="\t", lineterminator="\n")
        file.write("\t".join(f'"{name}"' if safe else name for name in columns) + "\n")
        for cells in map(to_cells, beads):
            if safe:
                table.writerow([guard_cell(cells[name]) for name in columns])
            else:
                file.write("\t".join(escape_cell(cells[name]) for name in columns) + "\n")


def escape_cell(text: str) -> str:
    r"""Return a text escaped so that it stays one cell.

    A text that looks like a quoted or guarded cell (this is rare) gets a backslash.

    >>> print(escape_cell('"=1+1"'), escape_cell("one\ntwo"), escape_cell("'=1"))
    "=1+1" one\ntwo \'=1
    """
    text = _ESCAPED.sub(_escape, text)
    taken = _QUOTED.fullmatch(text) or (text.startswith("'") and _FORMULA.match(text))
    return f"\\{text}" if taken else text


def guard_cell(text: str) -> str:
    """Return a text escaped so that it stays one line and no spreadsheet runs it.

    >>> guard_cell("=1+1")
    "'=1+1"
    """
    text = _ESCAPED.sub(_escape, text)
    return f"'{text}" if _FORMULA.match(text) else text


def _escape(match: re.Match[str]) -> str:
    letter = _LETTERS.get(match[0])
    return f"\\{letter}" if letter else f"\\u{ord(match[0]):04x}"


def unescape_cell(text: str) -> str:
    """Return the text that was escaped or guarded; a cell of another tool stays as it is."""
    if text.startswith("'") and _FORMULA.match(text):
        text = text[1:]
    return _ESCAPE.sub(
        lambda one: chr(int(one[1], 16)) if one[1] else _CHARACTERS.get(one[2], one[0]), text
    )


def read(path: Path, columns: Mapping[str, str] | None = None) -> Iterator[FileRecord]:
    """Yield the bead of each row; columns may be missing, renamed, and in any order."""
    return read_table(read_rows(path), path, columns)


def read_table(
    rows: Iterator[tuple[int, list[str]]],
    path: Path,
    columns: Mapping[str, str] | None,
    unescape: Callable[[str], str] | None = None,
    *,
    is_ragged: bool = False,
) -> Iterator[FileRecord]:
    """Yield the bead of each numbered row, unescaped; unknown columns are preserved.

    :param is_ragged: whether empty cells at the end of a row may be missing.
    """
    first = list(islice(rows, SAMPLE))
    found = find_header([row for _, row in first], columns)
    header = found.names
    line = first[max(found.rows, 1) - 1][0] if first else 1
    where = Message(N_("{name}, line {number}"), name=path.name, number=line)
    if first and not columns and not found.has_texts:
        raise FormatError(
            N_(
                "{where}: no header names the languages, and the text of the columns does not tell "
                "them apart; name them with --columns zh=NAME,en=NAME, or by number: zh=1,en=2"
            ),
            where=where,
        )
    check_texts(header, found.written, columns, where)
    check_repeated(header, path)
    is_ours = "checksum" in header or KNOWN.issuperset(header)
    unescape = unescape or (unescape_cell if is_ours else str)
    for number, cells_of_row in chain(first[found.rows :], rows):
        where = Message(N_("{name}, line {number}"), name=path.name, number=number)
        row = cells_of_row
        if is_ragged:
            row = [*row, *[""] * (len(header) - len(row))]
        if len(row) != len(header):
            raise FormatError(
                N_("{where}: {count} cells, but the header has {total}"),
                where=where,
                count=len(row),
                total=len(header),
            )
        cells = dict(zip(header, map(unescape, row), strict=True))
        aside = {name: cells.pop(name) for name in cells.keys() - KNOWN}
        yield replace(from_values(cells.pop("zh"), cells.pop("en"), cells, where), aside=aside)


def note_header(path: Path, columns: Mapping[str, str] | None = None) -> str:
    """Return what the user should know of how the header of a table was found, or ''."""
    rows = [row for _, row in islice(read_rows(path), SAMPLE)]
    return find_header(rows, columns).note


def check_repeated(header: Sequence[str], path: Path) -> None:
    """Raise :exc:`FormatError` if a known column occurs twice in a table."""
    for name in header:
        if name in KNOWN and header.count(name) > 1:
            raise FormatError(
                N_("{name}, line 1: repeated column {column!r}"), name=path.name, column=name
            )


def read_rows(path: Path, delimiter: str = "") -> Iterator[tuple[int, list[str]]]:
    """Yield the number of each row's last line, and its cells; empty rows are skipped.

    :param delimiter: by default it is detected in the header: a tab, or the comma or semicolon of a
        spreadsheet.

    If :func:`_is_plain` returns true, quotation marks belong to the text.
    """
    csv.field_size_limit(LONGEST_TEXT)  # a quotation that nothing closes would be one cell
    head = _find_head(path)
    if delimiter in ("", "\t") and _is_plain(path, head):
        for number, line in read_lines(path):
            if line.strip("\t"):
                yield number, line.split("\t")
        return
    lines = (f"{line}\n" for _, line in read_lines(path))
    rows = csv.reader(lines, delimiter=delimiter or guess_delimiter(head), strict=True)
    try:
        for row in rows:
            if any(row):
                yield rows.line_num, row
    except csv.Error as error:  # such as a carriage return inside a cell
        raise FormatError(
            N_("{name}, line {line_num}: {error}; look for an unmatched quotation mark"),
            name=path.name,
            line_num=rows.line_num,
            error=error,
        ) from error


def _find_head(path: Path) -> str:
    """Return the line of a table that names the languages, or else the first with a delimiter."""
    lines = [line for _, line in islice(read_lines(path), _LAST_HEAD)]
    if named := find_named_line(lines, _DELIMITERS):
        return named
    divided = (line for line in lines if any(sign in line for sign in _DELIMITERS))
    return next(divided, lines[0] if lines else "")


def find_named_line(lines: Sequence[str], delimiters: str) -> str:
    """Return the first of ten lines that names both languages between delimiters, or ''."""
    for line in lines[:_LAST_HEAD]:
        for sign in delimiters:
            if names_languages([cell.strip(_AROUND) for cell in line.split(sign)]):
                return line
    return ""


def _is_plain(path: Path, head: str) -> bool:
    """Return whether cells are not quoted as in CSV.

    Quoted ones show by another delimiter, line ends or an encoding that we do not write, a quoted
    header, a mark that is doubled inside a quoted cell, a cell that goes on below.
    """
    with path.open("rb") as file:
        foreign = re.search(rb"^(\xff\xfe|\xfe\xff)|\r\n$", file.readline())
    if foreign or '"' in head or guess_delimiter(head) != "\t":
        return False
    tabs = head.count("\t")
    for _, line in read_lines(path):
        if '"' in line and (
            any(map(_QUOTED.fullmatch, line.split("\t")))
            or (line.count("\t") < tabs and line.count('"') % 2)
        ):
            return False
    return True


def guess_delimiter(head: str) -> str:
    r"""Return the sign that divides the cells of a table with this first line.

    >>> [guess_delimiter(line) for line in ("zh\ten", "zh;en", "zh,en", "zh")]
    ['\t', ';', ',', '\t']
    """
    return max(_DELIMITERS, key=head.count)


def _is_header(cell: str) -> bool:
    """Return whether a cell is the name of a column: of its language, or of its part."""
    name = cell.strip('\ufeff" ').lower()
    return name in _HEADER or language_of(name) is not None


def read_lfaligner(path: Path) -> Iterator[FileRecord]:
    """Yield the bead of each line of an LF Aligner tab file: two texts, optionally notes.

    The Chinese column is detected by its characters; the adjacent column with more letters is
    English. Ids may precede them, or, in files of Bitextor, the URLs of both pages.
    """
    columns = _find_text_columns(path)
    for number, line in read_lines(path):
        if not line.strip():
            continue
        cells = line.split("\t")
        if len(cells) <= max(columns):
            raise FormatError(
                N_("{name}, line {number}: only one column; two texts are needed"),
                name=path.name,
                number=number,
            )
        names = columns.map(cells.__getitem__)
        if number == 1 and (all(map(_is_header, names)) or are_names(names)):
            continue
        zh = _MERGED.sub(GAP["zh"], cells[columns.zh].strip())
        en = _MERGED.sub(GAP["en"], cells[columns.en].strip())
        if zh or en:
            sources = _read_addresses(cells, columns)
            yield FileRecord(None, Pair(Sides(zh, en)), Provenance(sources=sources))


def note_first_line(path: Path) -> str:
    """Return what the user should know of the first line of an LF Aligner tab file, or ''."""
    columns = _find_text_columns(path)
    sample = [line.split("\t") for _, line in islice(read_lines(path), _SAMPLE)]
    rows = [columns.map(cells.__getitem__) for cells in sample if len(cells) > max(columns)]
    if not rows or all(map(_is_header, rows[0])):
        return ""
    zh, en = rows[0]
    if are_names(rows[0]):
        return Message(
            N_(
                'line 1 names the columns ("{zh}", "{en}") and is not imported; if it is a text, '
                "use --columns zh={zh_number},en={en_number}"
            ),
            zh=zh,
            en=en,
            zh_number=columns.zh + 1,
            en_number=columns.en + 1,
        )
    if may_be_names(rows[0], rows[1:]):
        return Message(
            N_(
                'line 1 is imported as a bead ("{zh}", "{en}"); if it names the columns, use '
                '--columns "zh={zh},en={en}"'
            ),
            zh=zh,
            en=en,
        )
    return ""


def _find_text_columns(path: Path) -> Sides[int]:
    """Return the places of the Chinese column and of an English one next to it."""
    sample = [line.split("\t") for _, line in islice(read_lines(path), _SAMPLE)]
    columns: list[list[str]] = []  # the cells of each column that are text
    for column in zip_longest(*sample, fillvalue=""):
        columns.append([cell for cell in column if _is_text(cell)])
    if columns:  # a file may contain a byte order mark only
        chinese = max(range(len(columns)), key=lambda at: han_share(columns[at]))
        adjacent = [at for at in (chinese - 1, chinese + 1) if 0 <= at < len(columns)]
        english = max(adjacent, key=lambda at: sum(map(len, columns[at])), default=chinese)
        if _is_in(columns[chinese], "zh") and _is_in(columns[english], "en"):
            return Sides(chinese, english)
    raise FormatError(
        N_(
            "{name}: no Chinese column next to an English one; name the columns of a header with "
            "--columns zh=NAME,en=NAME, or number them: zh=1,en=2"
        ),
        name=path.name,
    )


def _is_text(cell: str) -> bool:
    """Return whether a cell has a letter and is not a URL."""
    return any(map(str.isalpha, cell)) and not _ADDRESS.match(cell)


def _is_in(cells: Sequence[str], language: Language) -> bool:
    return len(cells) > 0 and detect_language(cells) == language


def _read_addresses(cells: Sequence[str], columns: Sides[int]) -> Sides[str]:
    """Return the URLs before both texts, which are in the same order as the texts."""
    addresses = (cell for cell in cells[: min(columns)] if _ADDRESS.match(cell))
    first, second = next(addresses, ""), next(addresses, "")
    return Sides(first, second) if columns.zh < columns.en else Sides(second, first)
