"""The rows of an edited table as they stand in the file, and those that may ask for something.

Only the columns that :mod:`.update` takes are interpreted: a date that a spreadsheet rewrote, or a
probability that became a percentage, stops nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from ...errors import FormatError
from ...store import BeadRow, Store
from ...text.strings import digest
from ..formats import jsonl, parquet, tsv, xlsx
from ..formats import values as bead_values
from .build import is_storable_id

DECISIONS = (*bead_values.DECIDED, "reviewer")  # the columns of which a change becomes a decision

# The corpus changed under the row, its bead is not there, or it cannot be done.
SkipReason = Literal["conflict", "gone", "refused"]

_UNESCAPE = {"tsv": tsv.unescape_cell, "csv": tsv.unescape_cell, "xlsx": xlsx.unescape_cell}
_FORMULA = tuple("=+-@＝＋－＠")


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row that was not taken, and why; ``asked`` is what it would become (``--json``)."""

    line: int
    briefing: str
    row: str
    kind: SkipReason
    why: str
    asked: str = ""


@dataclass
class TableRow:
    """One row: its cells as they stand in the file, by column."""

    number: int
    form: str
    cells: Mapping[str, str]
    fault: str = ""  # why the row cannot be read at all
    briefing: str = ""  # of the row in the corpus, or else the one that the file names
    own_reviewer: str = ""
    """The reviewer of a row without checksum in the corpus: the same name there is not written."""

    @property
    def id(self) -> str:
        """The id of its bead; empty where somebody added the row."""
        return self.cells.get("id", "").strip()

    @property
    def reviewer(self) -> str:
        """The name that was written into the file; empty where it is the exported one."""
        name = bead_values.normalise_blanks(self.cells.get("reviewer", ""))
        written = (
            name != self.own_reviewer if self.checksum is None else self.is_changed("reviewer")
        )
        return name if written else ""

    @cached_property
    def checksum(self) -> dict[str, str] | None:
        """The parts of what the bead was when the file was written, if the file says so."""
        return bead_values.read_checksum(self.cells.get("checksum", ""))

    @cached_property
    def _changed(self) -> dict[str, bool]:
        """The parts of the checksum of which all cells are there, and whether they still fit."""
        current = bead_values.digest_parts({name: self.cell(name) for name in self.cells})
        return {
            part: was != current[part]
            for part, was in (self.checksum or {}).items()
            if self.cells.keys() >= {*bead_values.PARTS[part]}
        }

    def is_changed(self, part: str) -> bool:
        """Say whether a part of the checksum no longer fits the cells it was made of."""
        return self._changed.get(part, False)

    def differs(self, row: BeadRow | None) -> bool:
        """Say whether anything that matters here is not as it was exported, or as the corpus is."""
        parts = [self._changed.get(part, True) for part in ("decided", "reviewer", "place")]
        if not any(parts):
            return False
        if row is None or self.is_changed("place"):
            return True
        current = decided_cells(row) | {"reviewer": row.reviewer}
        return any(self.text(name, text) != text for name, text in current.items())

    def cell(self, name: str) -> str:
        """Return a cell without the escapes of the format."""
        return _UNESCAPE.get(self.form, str)(self.cells.get(name, ""))

    def text(self, name: str, current: str) -> str:
        """Return a cell, or the ``current`` text of the corpus where both mean the same.

        A workbook or a CSV file may have been saved from another kind of table, and still have
        its escapes: backslashes, and the apostrophe that keeps a cell from being run as a formula.
        """
        if name not in self.cells:
            return current
        text, saved = self.cell(name), self.form in ("csv", "xlsx")
        raw = self.cells[name]
        readings = [text, raw, tsv.unescape_cell(raw)] if saved else [text]
        if bead_values.normalise_blanks(current) in map(bead_values.normalise_blanks, readings):
            return current
        guarded = text.startswith("'") and text[1:].startswith(_FORMULA)
        return text[1:] if saved and guarded and current.startswith(_FORMULA) else text

    def skip(self, kind: SkipReason, why: str, asked: str = "") -> SkippedRow:
        """Return the report of this row, when it is not taken."""
        return SkippedRow(self.number, self.briefing, self.id, kind, why, asked)


def decided_cells(row: BeadRow) -> dict[str, str]:
    """Return the cells of a row that a reviewer decides about, by column."""
    return dict(
        zip(bead_values.DECIDED, (row.zh_final, row.en_final, row.status, row.note), strict=True)
    )


@dataclass
class EditedTable:
    """An edited table, and what :meth:`read` finds in it."""

    path: Path
    form: str
    columns: dict[str, None] = field(default_factory=dict)  # ours, in their order
    unknown: dict[str, None] = field(default_factory=dict)  # the others
    count: int = 0
    edited: list[TableRow] = field(default_factory=list)  # may ask for something
    skipped: list[SkippedRow] = field(default_factory=list)
    present: Counter[str] = field(default_factory=Counter)  # rows that the corpus has, by briefing
    redated: int = 0  # rows with changes in columns that are never taken

    @property
    def ignored(self) -> tuple[str, ...]:
        """The columns of ours that are there and never taken."""
        used = {*DECISIONS, *bead_values.PARTS["place"], "id", "checksum"}
        return tuple(name for name in self.columns if name not in used)

    def read(self, store: Store, report: Callable[[int], object]) -> None:
        """Read the table and keep the rows that may ask for something; ``report`` gets counts."""
        lines = self._objects() if self.form in ("jsonl", "parquet") else self._lines()
        seen: defaultdict[str, dict[int, int]] = defaultdict(dict)  # digests of cells by line
        while portion := list(islice(lines, 500)):
            rows = store.rows_by_id([line.id for line in portion if is_storable_id(line.id)])
            for line in portion:
                self._add(line, rows.get(line.id))
                if line.id and not line.fault:
                    seen[line.id][line.number] = digest("\0".join(map(line.cell, DECISIONS)))
            report(self.count)
        if not self.count:
            raise FormatError(f"{self.path.name}: no bead in it")
        first: dict[str, TableRow] = {}
        for line in self.edited:
            if len({*seen[line.id].values()}) > 1:
                lines_of = ", ".join(map(str, islice(seen[line.id], 4)))
                why = f"its id stands in the lines {lines_of} with different cells"
                self.skipped.append(line.skip("refused", why))
            else:
                first.setdefault(line.id, line)
        self.edited = list(first.values())

    def _add(self, line: TableRow, row: BeadRow | None) -> None:
        self.count += 1
        line.briefing = bead_values.normalise_blanks(line.cells.get("briefing", ""))
        if row is not None:
            line.briefing, line.own_reviewer = row.briefing, row.reviewer
        if line.fault or not line.id:
            why = line.fault or "it has no id: a row that was added is not taken"
            self.skipped.append(line.skip("refused", why))
            return
        self.redated += line.is_changed("rest")
        if row is not None:
            self.present[row.briefing] += 1
        if line.differs(row):
            self.edited.append(line)

    def _lines(self) -> Iterator[TableRow]:
        lines = (xlsx.read_cells if self.form == "xlsx" else tsv.read_rows)(self.path)
        names = [tsv.column_name(name) for name in next(lines, (0, list[str]()))[1]]
        tsv.check_repeated(names, self.path)
        self._add_columns(names)
        for number, cells in lines:
            if any(cells):
                extra = any(cells[len(names) :])
                fault = f"{len(cells)} cells where the header has {len(names)}" if extra else ""
                known = dict.fromkeys(names, "") | dict(zip(names, cells, strict=False))
                yield self._row(number, known, fault)

    def _objects(self) -> Iterator[TableRow]:
        read = jsonl.read_objects if self.form == "jsonl" else parquet.read_objects
        for number, values in read(self.path):
            cells = flatten(values) if isinstance(values, dict) else {}
            if not self.columns and not bead_values.KNOWN.intersection(cells):
                raise FormatError(f"{self.path.name}, line {number}: no object with a bead")
            self._add_columns(cells)
            yield self._row(number, cells, "" if cells else "this is no object with a bead")

    def _row(self, number: int, cells: Mapping[str, str], fault: str) -> TableRow:
        known = {name: text for name, text in cells.items() if name in bead_values.KNOWN}
        for name in known.keys() & {"id", "briefing"}:
            known[name] = _printable(known[name])
        return TableRow(number, self.form, known, fault)

    def _add_columns(self, names: Iterable[str]) -> None:
        for name in filter(None, names):
            (self.columns if name in bead_values.KNOWN else self.unknown)[_printable(name)] = None
        if "id" not in self.columns:
            raise FormatError(
                f"{self.path.name}: no column 'id'; it says which bead a row is, so export once "
                "more and keep it"
            )
        if not self.columns.keys() & {*DECISIONS}:
            raise FormatError(f"{self.path.name}: none of the columns {', '.join(DECISIONS)}")


def _printable(text: str) -> str:
    """Replace half characters, which no terminal and no database takes."""
    return text.encode("utf-8", "replace").decode()


def flatten(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the fields of an object as cells; the texts stand within ``translation``."""
    texts = values.get("translation")
    fields = {**(texts if isinstance(texts, dict) else {}), **values}
    return {
        name: bead_values.to_text(value)
        for name, value in fields.items()
        if name != "translation" and (value is not None or name not in DECISIONS)
    }
