"""The rows of an edited table as they stand in the file.

Only the columns that :mod:`.update` takes are interpreted: a date that a spreadsheet rewrote, or a
probability that became a percentage, stops nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from ...errors import FormatError
from ..formats import jsonl, parquet, tsv, xlsx
from ..formats.checksum import DECIDED, Checksum, normalise_blanks
from ..formats.values import RAW, to_text

DECISIONS = (*DECIDED, "reviewer")
"""The columns of which a change becomes a decision."""
FIXED = ("briefing", "zh_index", "en_index")
"""The columns of which a change is refused: they say which text a row holds."""

_KNOWN = {*tsv.COLUMNS, *RAW}
_PARTS = {"decided": DECIDED, "reviewer": ("reviewer",), "place": FIXED, "rest": tsv.COLUMNS}
"""The columns that each part of a checksum is made of."""
_UNESCAPE = {"tsv": tsv.unescape_cell, "csv": tsv.unescape_cell, "xlsx": xlsx.unescape_cell}
_FORMULA = tuple("=+-@＝＋－＠")


@dataclass(frozen=True)
class TableRow:
    """One row: its cells as they stand in the file, by column.

    ``fault`` says why the row cannot be read at all.
    """

    number: int
    form: str
    cells: Mapping[str, str]
    fault: str = ""

    @property
    def id(self) -> str:
        """The id of its bead; empty where somebody added the row."""
        return _printable(self.cells.get("id", "").strip())

    @property
    def briefing(self) -> str:
        """The briefing that the file names."""
        return _printable(normalise_blanks(self.cells.get("briefing", "")))

    @property
    def reviewer(self) -> str:
        """The name that was written into the file; empty where it is the exported one."""
        name = normalise_blanks(self.cells.get("reviewer", ""))
        return name if self.checksum is None or self.is_changed("reviewer") else ""

    @cached_property
    def checksum(self) -> Checksum | None:
        """What the bead was when the file was written, if the file says so."""
        return Checksum.parse(self.cells.get("checksum", ""))

    @cached_property
    def _current(self) -> Checksum:
        return Checksum.of({name: self.cell(name) for name in self.cells})

    def is_changed(self, part: str) -> bool:
        """Say whether a part of the checksum no longer fits the cells it was made of."""
        return (
            self.checksum is not None
            and self.cells.keys() >= {*_PARTS[part]}
            and getattr(self.checksum, part) != getattr(self._current, part)
        )

    @property
    def is_untouched(self) -> bool:
        """Whether the checksum shows that nothing was changed that matters here."""
        return (
            self.checksum is not None
            and self.cells.keys() >= {*DECISIONS, *FIXED}
            and not any(map(self.is_changed, ("decided", "reviewer", "place")))
        )

    def cell(self, name: str) -> str:
        """Return a cell without the escapes of the format."""
        return _UNESCAPE.get(self.form, str)(self.cells.get(name, ""))

    def text(self, name: str, current: str) -> str:
        """Return a cell, or the text of the corpus where both mean the same.

        A workbook or a CSV file may have been saved from another kind of table, and still have
        its escapes: backslashes, and the apostrophe that keeps a cell from being run as a formula.

        :param current: what the corpus has.
        """
        if name not in self.cells:
            return current
        raw, text = self.cells[name], self.cell(name)
        readings = [text]
        if self.form in ("csv", "xlsx"):
            readings += [raw, tsv.unescape_cell(raw)]
        if normalise_blanks(current) in map(normalise_blanks, readings):
            return current
        guarded = text.startswith("'") and text[1:].startswith(_FORMULA)
        if self.form in ("csv", "xlsx") and guarded and current.startswith(_FORMULA):
            return text[1:]
        return text


@dataclass
class EditedTable:
    """An edited table. Its columns are known once it was read; ``unknown`` are none of ours."""

    path: Path
    form: str
    columns: dict[str, None] = field(default_factory=dict)  # in their order; no values
    unknown: dict[str, None] = field(default_factory=dict)  # likewise

    @property
    def ignored(self) -> tuple[str, ...]:
        """The columns of ours that are there and never taken."""
        used = {*DECISIONS, *FIXED, "id", "checksum"}
        return tuple(name for name in self.columns if name not in used)

    def rows(self) -> Iterator[TableRow]:
        """Yield the rows, without blank ones.

        :raises FormatError: when the file cannot be read, has no ids, or no column to take.
        """
        yield from self._objects() if self.form in ("jsonl", "parquet") else self._lines()

    def _lines(self) -> Iterator[TableRow]:
        read = xlsx.read_cells if self.form == "xlsx" else tsv.read_rows
        lines = read(self.path)
        names = [tsv.column_name(name) for name in next(lines, (0, list[str]()))[1]]
        for name in names:
            if name in _KNOWN and names.count(name) > 1:
                raise FormatError(
                    f"{self.path.name}, line 1: the column {name!r} stands there twice"
                )
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
            if not self.columns and not _KNOWN.intersection(cells):
                raise FormatError(f"{self.path.name}, line {number}: no object with a bead")
            self._add_columns(cells)
            yield self._row(number, cells, "" if cells else "this is no object with a bead")

    def _row(self, number: int, cells: Mapping[str, str], fault: str) -> TableRow:
        known = {name: text for name, text in cells.items() if name in _KNOWN}
        return TableRow(number, self.form, known, fault)

    def _add_columns(self, names: Iterable[str]) -> None:
        for name in filter(None, names):
            (self.columns if name in _KNOWN else self.unknown)[_printable(name)] = None
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
        name: to_text(value)
        for name, value in fields.items()
        if name != "translation" and (value is not None or name not in DECISIONS)
    }
