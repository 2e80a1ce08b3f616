"""Read an edited table once and keep the lines that may ask for something: a table in, lines out.

Memory holds 20 bytes a row, and the lines that are kept.
"""

import hashlib
import re
from array import array
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from ...errors import FormatError
from ...store import BeadRow, Store
from ...store.lookup import MOST, rows_of
from ..formats.checksum import normalise_blanks
from .row_diff import SkippedRow, content
from .table import TAKEN, EditedTable, TableRow

_OURS = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class EditedRow:
    """A line that may ask for something, and the row that it is about, if the corpus has it."""

    line: TableRow
    row: BeadRow | None

    @property
    def briefing(self) -> str:
        """The briefing that the row belongs to, or that the file names."""
        return self.row.briefing if self.row else self.line.briefing

    @property
    def reviewer(self) -> str:
        """The name that was written into the line, where it is another one than that of the row."""
        name = self.line.reviewer
        known = self.row is not None and self.row.reviewer == name
        return "" if known and self.line.checksum is None else name

    def left(self, why: str) -> SkippedRow:
        """Say that this line is not taken."""
        return SkippedRow(self.line.number, self.briefing, self.line.id, "refused", why)


@dataclass(slots=True)
class ChangedRows:
    """What reading the file found. ``found`` counts by briefing the rows that the corpus has."""

    rows: int = 0
    edited: list[EditedRow] = field(default_factory=list)
    left: list[SkippedRow] = field(default_factory=list)
    found: Counter[str] = field(default_factory=Counter)
    redated: int = 0
    ids: "array[int]" = field(default_factory=lambda: array("Q"))  # quoted: generic from 3.12 on
    cells: "array[int]" = field(default_factory=lambda: array("Q"))
    numbers: "array[int]" = field(default_factory=lambda: array("I"))

    def add(self, lines: Sequence[TableRow], rows: Mapping[str, BeadRow]) -> None:
        """Look at some lines; ``rows`` are those that the corpus has of them, by id."""
        for line in lines:
            self.rows += 1
            one = EditedRow(line, rows.get(line.id))
            if line.wrong or not line.id:
                why = line.wrong or "it has no id: a row that was added is not taken"
                self.left.append(one.left(why))
                continue
            self.ids.append(_digest(line.id))
            self.cells.append(_digest(*(line.cell(name) for name in TAKEN)))
            self.numbers.append(line.number)
            self.redated += line.redated
            if one.row is not None:
                self.found[one.row.briefing] += 1
            if not line.clean and (line.moved or one.row is None or _differs(line, one.row)):
                self.edited.append(one)

    def single(self) -> None:
        """Leave out the lines whose id stands there twice: refused, or said once if alike."""
        twice = self._twice()
        kept: dict[str, EditedRow] = {}
        for one in self.edited:
            numbers = twice.get(_digest(one.line.id))
            if numbers is None:
                kept.setdefault(one.line.id, one)
            else:
                where = ", ".join(map(str, numbers[:4]))
                self.left.append(
                    one.left(f"its id stands in the lines {where} with different cells")
                )
        self.edited = list(kept.values())

    def _twice(self) -> dict[int, list[int]]:
        """Find ids that stand there twice with different cells: digest -> their lines."""
        ids = np.sort(np.frombuffer(self.ids, dtype=np.uint64)) if self.ids else np.zeros(0)
        doubled = {int(one) for one in ids[1:][ids[1:] == ids[:-1]]}
        lines: dict[int, list[int]] = {}
        cells: dict[int, set[int]] = {}
        for at, name in enumerate(self.ids if doubled else ()):
            if name in doubled:
                lines.setdefault(name, []).append(self.numbers[at])
                cells.setdefault(name, set()).add(self.cells[at])
        return {name: found for name, found in lines.items() if len(cells[name]) > 1}


def read_changed_rows(
    store: Store, table: EditedTable, read: Callable[[int], object]
) -> ChangedRows:
    """Read the file, and keep the lines that may ask for something.

    :param read: called with the number of rows read so far.
    :raises FormatError: when the file cannot be read, or holds no bead.
    """
    found = ChangedRows()
    lines = table.lines()
    while portion := list(islice(lines, MOST)):
        found.add(
            portion, rows_of(store, [line.id for line in portion if _OURS.fullmatch(line.id)])
        )
        read(found.rows)
    if not found.rows:
        raise FormatError(f"{table.path.name}: no bead in it")
    found.single()
    return found


def _differs(line: TableRow, row: BeadRow) -> bool:
    now = dict(zip(TAKEN, (*content(row), row.reviewer), strict=True))
    return any(
        normalise_blanks(line.text(name, text)) != normalise_blanks(text)
        for name, text in now.items()
        if name in line.raw
    )


def _digest(*texts: str) -> int:
    data = "\x1f".join(texts).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest())
