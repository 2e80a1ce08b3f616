"""The cells of a bilingual table in Word or LibreOffice that are in neither of its two columns."""

from collections.abc import Callable, Mapping
from contextlib import suppress

from ...aligner.text.strings import normalise_space
from ...records import TablePlace
from ..extract.table_places import cells_of
from ..limits import MOST_COLUMNS
from .office import OfficeElement, attribute_of, child_of
from .tables import find_unread_cells


def find_other_cells(
    places: Mapping[OfficeElement, TablePlace], text_of: Callable[[OfficeElement], str]
) -> Mapping[OfficeElement, str]:
    """Return why cells are skipped, such as remarks and the names of the columns.

    A table is read by its columns only if its head names a Chinese and an English one.

    :param places: the rows of the tables of a file.
    :param text_of: returns the text of a cell.
    """
    tables: dict[int, list[OfficeElement]] = {}
    for row, place in places.items():
        tables.setdefault(place.table, []).append(row)
    reasons: dict[OfficeElement, str] = {}
    for rows in tables.values():
        texts: list[list[str]] = []
        cells: dict[tuple[int, int], OfficeElement] = {}
        for number, row in enumerate(rows):
            texts.append([])
            for cell in cells_of(row):
                cells[number, len(texts[-1])] = cell
                covered = [""] * (_columns_of(cell) - 1)
                texts[-1] += (normalise_space(text_of(cell)), *covered)
        for at, reason in find_unread_cells(texts).items():
            if at in cells:
                reasons[cells[at]] = reason
    return reasons


def _columns_of(cell: OfficeElement) -> int:
    """Return how many columns a merged or repeated cell is in."""
    span = child_of(cell, "tcPr", "gridSpan")
    count = (
        attribute_of(cell, "number-columns-repeated") if span is None else attribute_of(span, "val")
    )
    with suppress(ValueError):
        return min(max(1, int(count or 1)), MOST_COLUMNS)
    return 1
