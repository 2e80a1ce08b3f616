"""The rows of an edited table that may ask for something; memory holds them and 8 bytes a row."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice

from ...errors import FormatError
from ...store import BeadRow, Store
from ...text.strings import digest
from .build import is_storable_id
from .row_diff import SkippedRow, SkipReason, decided_cells
from .table import DECISIONS, EditedTable, TableRow
from .validate import repeated_digests


@dataclass(frozen=True, slots=True)
class EditedRow:
    """A row that may ask for something.

    ``briefing`` is that of the row in the corpus, or else the one that the file names;
    ``reviewer`` is the name that was written into the row.
    """

    line: TableRow
    briefing: str
    reviewer: str

    @classmethod
    def of(cls, line: TableRow, row: BeadRow | None) -> "EditedRow":
        """Combine a row of the table with the one of the corpus."""
        known = line.checksum is None and row is not None and row.reviewer == line.reviewer
        return cls(line, row.briefing if row else line.briefing, "" if known else line.reviewer)

    def skip(self, kind: SkipReason, why: str, asked: str = "") -> SkippedRow:
        """Return the report of this row, when it is not taken."""
        return SkippedRow(self.line.number, self.briefing, self.line.id, kind, why, asked)


@dataclass(slots=True)
class ChangedRows:
    """The result of reading a table.

    ``present`` counts by briefing the rows that the corpus has, ``redated`` the rows with changes
    in columns that are never taken.
    """

    rows: int = 0
    edited: list[EditedRow] = field(default_factory=list)
    skipped: list[SkippedRow] = field(default_factory=list)
    present: Counter[str] = field(default_factory=Counter)
    redated: int = 0
    _ids: "array[int]" = field(default_factory=lambda: array("Q"))  # quoted: generic from 3.12 on

    def add(self, line: TableRow, row: BeadRow | None) -> None:
        """Look at a row of the table; ``row`` is the one that the corpus has, if it has one."""
        self.rows += 1
        if line.fault or not line.id:
            why = line.fault or "it has no id: a row that was added is not taken"
            self.skipped.append(EditedRow.of(line, row).skip("refused", why))
            return
        self._ids.append(digest(line.id))
        self.redated += line.is_changed("rest")
        if row is not None:
            self.present[row.briefing] += 1
        if not line.is_untouched and (
            row is None or line.is_changed("place") or _differs(line, row)
        ):
            self.edited.append(EditedRow.of(line, row))

    def leave_out_repeated(self, table: EditedTable) -> None:
        """Leave out rows whose id stands there twice: all of them, or but the first if alike."""
        ambiguous = _ambiguous_ids(table, repeated_digests(self._ids))
        first: dict[str, EditedRow] = {}
        for edited in self.edited:
            if lines := ambiguous.get(edited.line.id):
                why = f"its id stands in the lines {lines} with different cells"
                self.skipped.append(edited.skip("refused", why))
            else:
                first.setdefault(edited.line.id, edited)
        self.edited = list(first.values())


def _differs(line: TableRow, row: BeadRow) -> bool:
    current = decided_cells(row) | {"reviewer": row.reviewer}
    return any(line.text(name, text) != text for name, text in current.items())


def _ambiguous_ids(table: EditedTable, repeated: set[int]) -> dict[str, str]:
    """Return the lines of ids that stand there with different cells, by reading once more."""
    cells: defaultdict[str, dict[int, tuple[str, ...]]] = defaultdict(dict)
    for line in table.rows() if repeated else ():
        if not line.fault and digest(line.id) in repeated:
            cells[line.id][line.number] = tuple(map(line.cell, DECISIONS))
    return {
        name: ", ".join(map(str, islice(lines, 4)))
        for name, lines in cells.items()
        if len({*lines.values()}) > 1
    }


def read_changed_rows(
    store: Store, table: EditedTable, report: Callable[[int], object]
) -> ChangedRows:
    """Read a table, and keep the rows that may ask for something.

    :param report: called with the number of rows read so far.
    :raises FormatError: when the file cannot be read, or holds no bead.
    """
    found = ChangedRows()
    lines = table.rows()
    while portion := list(islice(lines, 500)):
        rows = store.rows_by_id([line.id for line in portion if is_storable_id(line.id)])
        for line in portion:
            found.add(line, rows.get(line.id))
        report(found.rows)
    if not found.rows:
        raise FormatError(f"{table.path.name}: no bead in it")
    found.leave_out_repeated(table)
    return found
