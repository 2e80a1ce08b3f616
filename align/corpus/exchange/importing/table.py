"""The rows of an edited export as written in the file, and whether they may request a change.

Only the columns that :mod:`.update` uses are interpreted. A date that a spreadsheet rewrote, or a
probability that became a percentage, does not stop the import.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from ....aligner.text.strings import collapse_spaces
from ....errors import N_, FormatError
from ....sources.processes import Ask
from ...store import BeadRow
from ..formats import FORMATS, tsv, xlsx
from ..formats import values as bead_values
from ..formats.header import column_name

DECISIONS = (*bead_values.DECIDED, "reviewer")  # columns whose changes become decisions

# The row changed in the corpus, its bead is missing, or the change is not possible.
SkipReason = Literal["conflict", "gone", "refused"]

_UNESCAPE = {"tsv": tsv.unescape_cell, "csv": tsv.unescape_cell, "xlsx": xlsx.unescape_cell}
_FORMULA = tuple("=+-@＝＋－＠")


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A skipped row, and why; ``asked`` is the change that it requested (``--json``)."""

    line: int
    briefing: str
    row: str
    kind: SkipReason
    why: str
    asked: str = ""


@dataclass
class TableRow:
    """One row: its cells as written in the file, by column."""

    number: int
    form: str
    cells: Mapping[str, str]
    fault: str = ""  # why the row cannot be read at all
    briefing: str = ""  # of the row in the corpus, or else the one that the file names

    @property
    def id(self) -> str:
        """The id of its bead; empty if the row was added by hand."""
        return self.cells.get("id", "").strip()

    @property
    def reviewer(self) -> str:
        """The name that was written into the file; empty where it is the exported one."""
        name = collapse_spaces(self.cells.get("reviewer", ""))
        return name if self.is_changed("reviewer") else ""

    @cached_property
    def checksum(self) -> dict[str, str]:
        """The parts of the bead's checksum from when the file was written, if the file has it."""
        return bead_values.read_checksum(self.cells.get("checksum", "")) or {}

    @cached_property
    def _changed(self) -> dict[str, bool]:
        """The parts of the checksum whose cells are all present, and whether each was changed."""
        current = bead_values.digest_parts({name: self.cell(name) for name in self.cells})
        return {
            part: was != current[part]
            for part, was in self.checksum.items()
            if self.cells.keys() >= {*bead_values.PARTS[part]}
        }

    def is_changed(self, part: str) -> bool:
        """Say whether a part of the checksum no longer fits the cells it was made of."""
        return self._changed.get(part, False)

    def may_ask(self) -> bool:
        """Say whether anything that matters here is not, or may not be, as it was exported."""
        return any(self._changed.get(part, True) for part in ("decided", "place"))

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
        if collapse_spaces(current) in map(collapse_spaces, readings):
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


def read_rows(path: Path, form: str) -> Iterator[TableRow]:
    """Yield the rows of a table without checking their cells; raise if it is not our export."""
    first = True
    for number, cells, fault in _READERS.get(form, _read_lines)(path, form):
        if first and "id" not in cells:
            raise FormatError(
                N_(
                    "{name}: no column 'id', which identifies the bead of each row; export "
                    "again and keep it"
                ),
                name=path.name,
            )
        if first and not cells.keys() & {*DECISIONS}:
            raise FormatError(
                N_("{name}: has none of the columns {names}"), name=path.name, names=DECISIONS
            )
        first = False
        known = {name: text for name, text in cells.items() if name in bead_values.KNOWN}
        for name in known.keys() & {"id", "briefing"}:  # terminals reject lone surrogates
            known[name] = known[name].encode("utf-8", "replace").decode()
        briefing = collapse_spaces(known.get("briefing", ""))
        yield TableRow(number, form, known, fault, briefing)
    if first:
        raise FormatError(N_("{name}: contains no beads"), name=path.name)


def read_rows_apart(_ask: Ask, path: Path, form: str) -> list[TableRow]:
    """Return the rows of a table, in a process of its own (:mod:`align.sources.processes`)."""
    return list(read_rows(path, form))


_Cells = tuple[int, Mapping[str, str], str]  # number of the line, cells by column, fault


def _read_lines(path: Path, form: str) -> Iterator[_Cells]:
    lines = xlsx.read_cells(path) if form == "xlsx" else tsv.read_rows(path)
    names = [column_name(name) for name in next(lines, (0, list[str]()))[1]]
    tsv.check_repeated(names, path)
    for number, cells in lines:
        if any(cells):
            extra = any(cells[len(names) :])
            fault = f"{len(cells)} cells, but the header has {len(names)}" if extra else ""
            yield number, dict.fromkeys(names, "") | dict(zip(names, cells, strict=False)), fault


def _read_objects(path: Path, form: str) -> Iterator[_Cells]:
    module: Any = FORMATS[form].load()  # that of Parquet loads pyarrow
    for number, values in module.read_objects(path):
        cells = flatten(values) if isinstance(values, dict) else {}
        yield number, cells, "" if cells else "not an object that describes a bead"


def _read_beads(path: Path, form: str) -> Iterator[_Cells]:
    """Yield the units of a file from a translation tool as the cells of a table."""
    for number, bead in enumerate(FORMATS[form].load().read(path), 1):
        cells = bead_values.to_cells(bead)
        was = bead_values.read_checksum(bead.checksum or "") or {}
        same = was.get("decided") == bead_values.digest_part("decided", cells)
        # So reads a verdict that the tool dropped.
        if bead.verdict.status == "unreviewed" and not same:
            del cells["status"]
        yield number, cells, ""


_READERS = {
    "jsonl": _read_objects,
    "parquet": _read_objects,
    "tmx": _read_beads,
    "xliff": _read_beads,
}


def flatten(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the fields of an object as cells; the texts may be nested in ``translation``."""
    texts = values.get("translation")
    fields = {**(texts if isinstance(texts, dict) else {}), **values}
    return {
        name: bead_values.to_text(value)
        for name, value in fields.items()
        if name != "translation" and (value is not None or name not in DECISIONS)
    }
