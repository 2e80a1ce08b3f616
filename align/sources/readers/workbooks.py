"""Workbooks (XLSX): the Chinese and English columns of every sheet that has both, or all cells.

openpyxl reads the cells. The XML of each sheet is scanned first for invalid row numbers, for facts
that openpyxl does not report (hidden rows, merged cells, formulas without a value), and for all
texts, with which the account is compared.
"""

import datetime as dt
import posixpath
import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree  # type: ignore[import-untyped] # lxml ships no types

from ...aligner.text.strings import normalise_space
from ...errors import N_, NN_, Message, TextError, count_message
from ..extract.transcript import Block
from ..limits import MOST_CELLS, MOST_CHARACTERS, MOST_ROWS, SHEET_ELEMENTS_LEAST
from .account import Account
from .documents import FileBlocks
from .number_formats import CHINESE_DATES, show_value
from .office import (
    OfficeElement,
    attribute_of,
    count_pictures,
    name_of,
    open_package,
    parse_optional_part,
    parse_part,
    title_of_package,
)
from .sheets import column_number, measure_sheets
from .tables import check_row_count, has_both_columns, read_cells, read_columns

_REFERENCE = re.compile(r"([A-Z]{1,3})(\d+)")
_OTHER_PARTS = {
    "xl/comments": "comments",
    "xl/threadedcomments": "comments",
    "xl/drawings/": "text boxes",
    "xl/charts/": "charts",
}
_NOTED = {
    "text boxes": NN_("{count:,} text box", "{count:,} text boxes"),
    "charts": NN_("{count:,} chart text", "{count:,} chart texts"),
    "damaged parts": NN_("{count:,} damaged part", "{count:,} damaged parts"),
}


@dataclass(slots=True)
class _Scan:
    """The facts in the XML of a sheet."""

    texts: list[str] = field(default_factory=list)  # of cells; numbers are none
    headers: list[str] = field(default_factory=list)  # head and foot lines for printing
    width: int = 0  # columns up to the last cell that has a value
    hidden_rows: int = 0
    hidden_columns: int = 0
    merged: int = 0
    without_value: int = 0  # formulas whose value was never stored


def read_workbook(path: Path, max_bytes: int) -> FileBlocks:
    """Read the sheets of an XLSX file that contain both languages, or all sheets if none does."""
    from openpyxl import load_workbook

    account = Account()
    with open_package(path, "XLSX file", max_bytes) as archive:
        measure_sheets(path, archive, SHEET_ELEMENTS_LEAST)
        shared = _read_shared_texts(archive, account)
        budget = _Budget(path)
        scans = {
            title: _scan_sheet(archive, part, shared, account, budget)
            for title, part in _find_sheets(archive)
        }
        width = max((scan.width for scan in scans.values()), default=0)
        others = list(_read_other_parts(archive, account))
        count_pictures(archive, account)
        title = title_of_package(archive)
        with path.open("rb") as file:  # openpyxl leaves a file open that it cannot read
            with warnings.catch_warnings():  # of styles and extensions that we do not look at
                warnings.simplefilter("ignore")
                book = load_workbook(file, read_only=True, data_only=True)
            sheets = [
                _Sheet(sheet.title, sheet.sheet_state != "visible", _read_rows(sheet, width))
                for sheet in book.worksheets
            ]
            book.close()
    blocks, notes = _read_sheets(path, sheets, scans, account)
    for scan in scans.values():
        for header in scan.headers:
            account.add("headers and footers", header)
    found = [text for scan in scans.values() for text in (*scan.texts, *scan.headers)]
    account.close([*found, *others], (block.text for block in blocks))
    notes += account.notes(_NOTED)
    return FileBlocks(blocks, title, tuple(notes), left_out=account.left_out())


@dataclass(slots=True)
class _Budget:
    """The cells of a workbook that were read so far; texts that cells share count for each."""

    path: Path
    cells: int = 0
    characters: int = 0

    def take(self, text: str) -> None:
        """Count the text of a cell; raise :exc:`TextError` if it is over a limit."""
        self.cells += 1
        self.characters += len(text)
        if self.cells > MOST_CELLS or self.characters > MOST_CHARACTERS:
            raise TextError(
                N_(
                    "{path} has over {cells:,} cells or {characters:,} characters; that is no "
                    "briefing: align import takes translation memories and other long tables"
                ),
                path=self.path,
                cells=MOST_CELLS,
                characters=MOST_CHARACTERS,
            )


def _find_sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Yield the title of each sheet and the name of its part, which no other sheet has."""
    links = parse_part(archive, "xl/_rels/workbook.xml.rels")
    targets = {
        link.get("Id"): posixpath.normpath(posixpath.join("/xl", link.get("Target") or ""))[1:]
        for link in (links if links is not None else ())
    }
    root = parse_part(archive, "xl/workbook.xml")
    left = set(archive.namelist())
    for node in root.iter("{*}sheet") if root is not None else ():
        part = targets.get(attribute_of(node, "id"), "")
        if part in left:
            left.remove(part)
            yield node.get("name") or "", part


def _read_shared_texts(archive: zipfile.ZipFile, account: Account) -> list[str]:
    root = parse_part(archive, "xl/sharedStrings.xml")
    texts = []
    for node in root.iter("{*}si") if root is not None else ():
        texts.append(_text_of(node, account))
    return texts


def _text_of(node: OfficeElement, account: Account) -> str:
    """Return the text of a shared or inline string, its parts in several fonts joined."""
    for reading in node.iter("{*}rPh"):
        account.add("ruby readings", "".join(reading.itertext()))
    return "".join(
        part.text or ""
        for part in node.iter("{*}t")
        if next(part.iterancestors("{*}rPh"), None) is None
    )


def _scan_sheet(
    archive: zipfile.ZipFile, part: str, shared: list[str], account: Account, budget: _Budget
) -> _Scan:
    scan = _Scan()
    at = 0
    with archive.open(part) as file:
        steps = etree.iterparse(
            file, events=("end",), resolve_entities=False, no_network=True, load_dtd=False
        )
        for _, node in steps:
            name = name_of(node)
            if name == "c":
                at = _column_of(node) or at + 1
                if len(node):
                    budget.take(_scan_cell(node, at, shared, scan, account))
            elif name == "row":
                at = 0
                scan.hidden_rows += node.get("hidden") in ("1", "true") and len(node) > 0
                node.clear()
                while node.getprevious() is not None:
                    del node.getparent()[0]
            else:
                _scan_layout(node, name, scan)
    return scan


def _scan_layout(node: OfficeElement, name: str, scan: _Scan) -> None:
    if name == "col":
        scan.hidden_columns += node.get("hidden") in ("1", "true")
    elif name == "mergeCell":
        scan.merged += 1
    elif name in ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader"):
        scan.headers.append(node.text or "")


def _column_of(cell: OfficeElement) -> int:
    """Return the column number in a cell's reference, from 1; 0 if it has none."""
    match = _REFERENCE.fullmatch(cell.get("r") or "")
    return column_number(match[1].encode()) if match else 0


def _scan_cell(
    cell: OfficeElement, column: int, shared: list[str], scan: _Scan, account: Account
) -> str:
    """Enter a cell into the scan and return its text."""
    children = {name_of(child): child for child in cell}
    value = getattr(children.get("v"), "text", "") or ""
    kind = cell.get("t")
    if "f" in children and not value:
        scan.without_value += 1
    text = ""
    if kind == "s" and value.isdecimal() and int(value) < len(shared):
        text = shared[int(value)]
    elif kind == "inlineStr" and "is" in children:
        text = _text_of(children["is"], account)
    elif kind == "str":
        text = value
    if text or value:
        scan.width = max(scan.width, column)
    if text:
        scan.texts.append(text)
    return text


def _read_other_parts(archive: zipfile.ZipFile, account: Account) -> Iterator[str]:
    """Enter the texts outside the cells into the account, and yield them."""
    for name in archive.namelist():
        reason = _reason_of_part(name)
        if not reason or not name.endswith(".xml"):
            continue
        root = parse_optional_part(archive, name)
        if root is None:
            account.add_thing("damaged parts", name)
            continue
        for node in root.iter("{*}t", "{*}text"):
            account.add(reason, node.text or "")
            yield node.text or ""


def _reason_of_part(name: str) -> str:
    """Return what the texts of a part are, if they are outside the cells, or nothing."""
    for start, reason in _OTHER_PARTS.items():
        if name.lower().startswith(start):
            return reason
    return ""


@dataclass(frozen=True, slots=True)
class _Sheet:
    title: str
    hidden: bool
    rows: list[list[str]]


def _read_rows(sheet: Any, width: int) -> list[list[str]]:  # noqa: ANN401 # openpyxl has no types
    sheet.reset_dimensions()  # other programs write wrong ones
    rows = []
    for row in sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=max(1, width)):
        cells = [normalise_space(_show_cell(cell, sheet.parent.epoch)) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        rows.append(cells)
    return rows


def _show_cell(cell: Any, epoch: dt.datetime) -> str:  # noqa: ANN401 # openpyxl has no types
    """Return the value of a cell as a spreadsheet shows it.

    :param epoch: the day from which the workbook counts its dates.
    """
    from openpyxl.utils.datetime import from_excel

    value = cell.value
    if value is None or isinstance(value, str):
        return value or ""
    try:
        form = cell.number_format
        chinese = CHINESE_DATES.get(cell.style_array.numFmtId)
    except IndexError:  # the file has no such style
        return show_value(value, "General")
    if chinese and isinstance(value, (int, float)):
        with suppress(OverflowError, ValueError):  # no day that a date can have
            return show_value(from_excel(value, epoch), chinese)
    return show_value(value, form or "General")


def _read_sheets(
    path: Path, sheets: list[_Sheet], scans: dict[str, _Scan], account: Account
) -> tuple[tuple[Block, ...], list[str]]:
    """Return the blocks of the sheets with both languages, and notes on all of them.

    If no sheet has both, return all cells of the sheets.
    """
    blocks: list[Block] = []
    notes: list[str] = []
    refusals: list[TextError] = []
    shown = [sheet for sheet in sheets if not sheet.hidden]
    in_both = any(has_both_columns(sheet.rows) for sheet in shown)
    for number, sheet in enumerate(sheets):
        scan = scans.get(sheet.title, _Scan())
        check_row_count(path, len(sheet.rows))
        try:
            _check_shown(path, sheet)
            if in_both:
                blocks += read_columns(sheet.rows, path, account, number) if any(sheet.rows) else ()
            else:
                blocks += read_cells(sheet.rows, path, number)
            notes += _note_layout(sheet.title, scan)
        except TextError as error:
            refusals.append(error)
            notes.append(
                Message(
                    N_('Sheet "{title}" was skipped: {reason}.'),
                    title=sheet.title,
                    reason=error.message.without_subject(path),
                )
            )
            for cell in (cell for row in sheet.rows for cell in row):
                account.add(f'sheet "{sheet.title}"', cell)
        notes += _note_formulas(sheet.title, scan)
    if not blocks:
        nothing = TextError(
            N_("{path} has no text in its cells; two columns are needed"), path=path
        )
        raise next(iter(refusals), nothing)
    return tuple(blocks), notes


def _check_shown(path: Path, sheet: _Sheet) -> None:
    if sheet.hidden and any(sheet.rows):
        raise TextError(
            N_("{path}: the sheet is hidden; unhide it in a spreadsheet to include it"), path=path
        )


def _note_formulas(title: str, scan: _Scan) -> Iterator[str]:
    if scan.without_value:
        yield count_message(
            'Sheet "{title}": {count:,} formula without a stored value, read as empty; open the '
            "file in a spreadsheet and save it again.",
            'Sheet "{title}": {count:,} formulas without a stored value, read as empty; open the '
            "file in a spreadsheet and save it again.",
            scan.without_value,
            title=title,
        )


def _note_layout(title: str, scan: _Scan) -> Iterator[str]:
    rows = count_message("{count:,} hidden row", "{count:,} hidden rows", scan.hidden_rows)
    columns = count_message(
        "{count:,} hidden column", "{count:,} hidden columns", scan.hidden_columns
    )
    hidden = Message(N_("{rows} and {columns}"), rows=rows, columns=columns)
    if not scan.hidden_columns:
        hidden = rows
    elif not scan.hidden_rows:
        hidden = columns
    if scan.hidden_rows or scan.hidden_columns:
        yield Message(
            N_('Sheet "{title}": {hidden} read like the others.'), title=title, hidden=hidden
        )
    if scan.merged:
        yield count_message(
            'Sheet "{title}": {count:,} merged cell; the text of each counts for its first row '
            "only.",
            'Sheet "{title}": {count:,} merged cells; the text of each counts for its first row '
            "only.",
            scan.merged,
            title=title,
        )
