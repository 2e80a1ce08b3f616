"""The rows of tables that both texts have: the alignment passes the border of each row.

Two tables correspond if both texts have the same number of tables, and these two have the same
place among them, rows and columns. No bead then joins sentences of different rows.
"""

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from ...records import TablePlace
from ..arrays import I64
from .constraints import Gaps
from .results import Side

Places = Sequence[TablePlace | None]


def find_row_borders(zh: Side, en: Side) -> I64:
    """Return the positions between the rows of tables that both texts have, in order, (n, 2)."""
    zh_tables, en_tables = _spans_of_tables(zh.tables), _spans_of_tables(en.tables)
    borders: list[tuple[int, int]] = []
    if max(zh_tables, default=0) != max(en_tables, default=0):
        zh_tables = {}
    for number, zh_span in zh_tables.items():
        en_span = en_tables.get(number)
        if en_span is None or _size(zh.tables, zh_span) != _size(en.tables, en_span):
            continue
        rows, _ = _size(zh.tables, zh_span)
        starts = _row_starts(zh.tables, zh_span, rows), _row_starts(en.tables, en_span, rows)
        borders += zip(*starts, strict=True)
    return np.array(list(dict.fromkeys(borders)), np.int64).reshape(-1, 2)


def _spans_of_tables(places: Places) -> dict[int, range]:
    """Return the sentences of each table."""
    spans: dict[int, range] = {}
    for index, place in enumerate(places):
        if place is not None:
            first = spans.get(place.table, range(index, index)).start
            spans[place.table] = range(first, index + 1)
    return spans


def _size(places: Places, span: range) -> tuple[int, int]:
    place = places[span.start]
    assert place is not None
    return place.rows, place.columns


def _row_starts(places: Places, span: range, rows: int) -> list[int]:
    """Return the sentence before which each row begins, and the one after the table."""
    row_of_each: list[int] = []
    for place in places[span.start : span.stop]:
        row_of_each.append(place.row if place is not None else row_of_each[-1])
    return [span.start + bisect_left(row_of_each, row) for row in range(rows + 1)]


def gaps_at(borders: I64, zh_count: int, en_count: int) -> Gaps:
    """Return the parts of both texts between borders, which no bead may leave."""
    begin, end = np.zeros((1, 2), np.int64), np.array([[zh_count, en_count]], np.int64)
    return Gaps(np.concatenate([begin, borders]), np.concatenate([borders, end]))
