"""Types of the columns of records: written into the data card, and the schema of Parquet.

A type is the name that Arrow and ``datasets`` share (``string``, ``int32`` ...), a list with the
type of its items, or a dictionary with the fields of a structure. No package is needed for it.
"""

from collections.abc import Iterable

from ....records import LANGUAGES, Pair, Sides
from . import ExportHeader
from .jsonl import to_record
from .record import FileRecord
from .values import BEAD, HEAD

ColumnType = str | list["ColumnType"] | dict[str, "ColumnType"]
Columns = dict[str, ColumnType]

_NUMBERS: ColumnType = ["int32"]
_TEXTS: ColumnType = {"zh": "string", "en": "string"}
_TYPES: Columns = {
    "translation": _TEXTS,
    "context": [_TEXTS],
    "zh_index": _NUMBERS,
    "en_index": _NUMBERS,
    "date": "date32",
    "retrieved": "timestamp[us, tz=UTC]",
    "probability": "float64",
    "checks": ["string"],
}


def record_columns(header: ExportHeader) -> Columns:
    """Return the columns of :func:`.jsonl.to_record`, in its order."""
    return _typed(to_record(FileRecord(None, Pair(Sides("", ""))), header))


def document_columns() -> Columns:
    """Return the columns of whole documents (:mod:`align.corpus.exchange.documents`)."""
    spans: ColumnType = [["int32"]]
    bead = _typed(BEAD)
    bead |= dict.fromkeys(LANGUAGES, spans)
    bead |= _typed(f"{side}_corrected" for side in LANGUAGES)
    turn: ColumnType = {"label": "string", "role": "string", "start": "int32"}
    columns = _typed(["id", *HEAD, "translation"])
    columns |= _typed(f"title_{side}" for side in LANGUAGES)
    columns |= {f"turns_{side}": [turn] for side in LANGUAGES}
    columns["beads"] = [bead]
    return columns


def _typed(names: Iterable[str]) -> Columns:
    return {name: _TYPES.get(name, "string") for name in names}
