"""The rows of an edited table as they stand in the file: a path in, lines out.

Only what :mod:`.update` takes is looked at: a date that a spreadsheet wrote anew, or a
probability that became a percentage, stops nothing.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from ...errors import FormatError
from ..formats import jsonl, parquet, tables, tsv, xlsx
from ..formats.checksum import DECIDED, Checksum, normalise_blanks
from ..formats.tables import column_name
from ..formats.tsv import COLUMNS
from ..formats.values import RAW

TAKEN = (*DECIDED, "reviewer")
"""The columns of which a change becomes a decision."""
FIXED = ("briefing", "zh_index", "en_index")
"""The columns of which a change is refused: they say which text a row holds."""
_SIGNS = tuple("=+-@＝＋－＠")


@dataclass(frozen=True)
class TableRow:
    """One row of the file. ``raw`` are its cells as they stand there, by column.

    ``wrong`` says why it cannot be read at all.
    """

    number: int
    form: str
    raw: Mapping[str, str]
    wrong: str = ""

    @property
    def id(self) -> str:
        """The id of its bead; empty where somebody added the row."""
        return _shown(self.raw.get("id", "").strip())

    @property
    def briefing(self) -> str:
        """The briefing that the file names."""
        return _shown(normalise_blanks(self.raw.get("briefing", "")))

    @cached_property
    def checksum(self) -> Checksum | None:
        """What the bead was when the file was written, if the file says so."""
        return Checksum.parse(self.raw.get("checksum", ""))

    @cached_property
    def own(self) -> Checksum:
        """The checksum of the cells as they are in the file."""
        return Checksum.of({name: self.cell(name) for name in self.raw})

    @property
    def clean(self) -> bool:
        """Whether nothing that counts was changed in the file."""
        then = self.checksum
        return (
            then is not None
            and {*TAKEN, *FIXED} <= {*self.raw}
            and (then.decided, then.reviewer, then.place)
            == (self.own.decided, self.own.reviewer, self.own.place)
        )

    @property
    def moved(self) -> bool:
        """Whether the file says of other sentences than it was written with."""
        then = self.checksum
        return then is not None and {*FIXED} <= {*self.raw} and then.place != self.own.place

    @property
    def reviewer(self) -> str:
        """The name that was written into the file; empty where it stands as it stood."""
        name = normalise_blanks(self.raw.get("reviewer", ""))
        then = self.checksum
        return "" if then is not None and then.reviewer == self.own.reviewer else name

    @property
    def redated(self) -> bool:
        """Whether a column was changed that is never taken."""
        then = self.checksum
        return then is not None and {*COLUMNS} <= {*self.raw} and then.rest != self.own.rest

    def cell(self, name: str) -> str:
        """Give a cell as this format writes it."""
        return _DECODED[self.form](self.raw.get(name, ""))

    def text(self, name: str, now: str) -> str:
        """Give a cell, or the text of the corpus where both say the same.

        A workbook or a CSV may have been another table before a program saved it so, with the
        signs of that one in its cells: backslashes, and the apostrophe that keeps a cell from
        being run as a formula.

        :param now: what the corpus says.
        """
        if name not in self.raw:
            return now
        own = self.cell(name)
        if normalise_blanks(own) == normalise_blanks(now):
            return now
        if self.form not in ("csv", "xlsx"):
            return own
        raw = self.raw[name]
        if normalise_blanks(now) in map(
            normalise_blanks, (raw, tsv.unescape_cell(raw), xlsx.unescape_cell(raw))
        ):
            return now
        guarded = own.startswith("'") and own[1:].startswith(_SIGNS) and now.startswith(_SIGNS)
        return own[1:] if guarded else own


_DECODED: dict[str, Callable[[str], str]] = {
    "tsv": tsv.unescape_cell,
    "csv": tsv.unescape_cell,
    "xlsx": xlsx.unescape_cell,
    "jsonl": str,
    "parquet": str,
}


@dataclass
class EditedTable:
    """An edited table. ``unknown`` are columns that are none of ours, found while it is read."""

    path: Path
    form: str
    unknown: dict[str, None] = field(default_factory=dict)  # in their order; no values
    columns: dict[str, None] = field(default_factory=dict)  # likewise

    @property
    def passed_over(self) -> tuple[str, ...]:
        """The columns of ours that are there and never taken."""
        known = {*TAKEN, *FIXED, "id", "checksum"}
        return tuple(name for name in self.columns if name not in known)

    def lines(self) -> Iterator[TableRow]:
        """Yield the rows, blank ones left out.

        :raises FormatError: when the file cannot be read, has no ids, or no column to take.
        """
        yield from self._objects() if self.form in ("jsonl", "parquet") else self._rows()

    def _rows(self) -> Iterator[TableRow]:
        found = xlsx.read_cells(self.path) if self.form == "xlsx" else tables.read_rows(self.path)
        names = list(map(column_name, next(found, (0, list[str]()))[1]))
        self._head(names)
        for number, cells in found:
            if not any(cells):
                continue
            extra = any(cells[len(names) :])
            raw = dict.fromkeys(names, "") | dict(zip(names, cells, strict=False))
            wrong = f"{len(cells)} cells where the header has {len(names)}" if extra else ""
            yield TableRow(number, self.form, {name: raw[name] for name in self.columns}, wrong)

    def _head(self, names: list[str]) -> None:
        for name in names:
            if name in _KNOWN and name in self.columns:
                raise FormatError(
                    f"{self.path.name}, line 1: the column {name!r} stands there twice"
                )
            self._add(name)
        self._check()

    def _objects(self) -> Iterator[TableRow]:
        read = jsonl.read_objects if self.form == "jsonl" else parquet.read_objects
        for number, values in read(self.path):
            raw = _flat(values) if isinstance(values, dict) else {}
            for name in raw:
                self._add(name)
            if not self.columns:
                raise FormatError(f"{self.path.name}, line {number}: no object with a bead")
            self._check()
            known = {name: text for name, text in raw.items() if name in _KNOWN}
            yield TableRow(number, self.form, known, "" if raw else "this is no object with a bead")

    def _add(self, name: str) -> None:
        if name in _KNOWN:
            self.columns[name] = None
        elif name:
            self.unknown[_shown(name)] = None

    def _check(self) -> None:
        if "id" not in self.columns:
            raise FormatError(
                f"{self.path.name}: no column 'id'; it says which bead a row is, so export once "
                "more and keep it"
            )
        if not self.columns.keys() & {*TAKEN}:
            raise FormatError(f"{self.path.name}: none of the columns {', '.join(TAKEN)}")


_KNOWN = {*COLUMNS, *RAW}


def _shown(text: str) -> str:
    """Give a text that can be printed: half a character becomes a question mark."""
    return text.encode("utf-8", "replace").decode()


def _flat(values: Mapping[str, Any]) -> dict[str, str]:
    """Give the fields of an object as cells; the texts stand within ``translation``."""
    texts = values.get("translation")
    inner = texts if isinstance(texts, dict) else {}
    outer = {name: value for name, value in values.items() if name != "translation"}
    return {
        name: _text(value)
        for name, value in {**inner, **outer}.items()
        if value is not None or name not in TAKEN
    }


def _text(value: Any) -> str:  # noqa: ANN401 # any JSON value
    if isinstance(value, dt.date):  # a datetime is one too
        return value.isoformat()
    if isinstance(value, Iterable) and not isinstance(value, str):
        return " ".join(map(str, value))
    return "" if value is None else str(value)
