"""The places of paragraphs in tables, by the elements of HTML, Word and OpenDocument."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ...records import TablePlace
from .transcript import Block

MarkupElement = Any  # lxml ships no types

_TABLES = ("{*}table", "{*}tbl")
_ROWS = ("{*}tr", "{*}table-row")
_CELLS = ("{*}td", "{*}th", "{*}tc", "{*}table-cell", "{*}covered-table-cell")


def find_rows(root: MarkupElement) -> Mapping[MarkupElement, TablePlace]:
    """Return the place of each row element of the tables with at least two rows and columns.

    A table that contains another one is the layout of a page, and has no places.
    """
    by_table: dict[MarkupElement, list[MarkupElement]] = {}
    for row in root.iter(*_ROWS):
        table = next(row.iterancestors(*_TABLES), None)
        if table is not None:
            by_table.setdefault(table, []).append(row)
    places: dict[MarkupElement, TablePlace] = {}
    for number, (table, rows) in enumerate(by_table.items()):
        columns = max(_count_cells(row) for row in rows)
        is_layout = next(table.iterdescendants(*_TABLES), None) is not None
        if is_layout or len(rows) < 2 or columns < 2:
            continue
        for at, row in enumerate(rows):
            places[row] = TablePlace(number, at, len(rows), columns)
    return places


def cells_of(row: MarkupElement) -> Iterator[MarkupElement]:
    """Yield the cells of a row from left to right."""
    yield from row.iterchildren(*_CELLS)


def _count_cells(row: MarkupElement) -> int:
    return sum(1 for _ in cells_of(row))


def place_of(node: MarkupElement, places: Mapping[MarkupElement, TablePlace]) -> TablePlace | None:
    """Return the place of an element inside a row."""
    if not places:
        return None
    row = next(node.iterancestors(*_ROWS), None)
    return places.get(row)


def join_parts(parts: Iterable[Iterable[Block]]) -> list[Block]:
    """Return the blocks of the parts of one document, with its tables counted through all parts."""
    joined: list[Block] = []
    tables = 0
    for part in parts:
        before = tables
        for block in part:
            table = block.table
            if table is not None:
                tables = max(tables, before + table.table + 1)
                block = replace(block, table=replace(table, table=before + table.table))
            joined.append(block)
    return joined
