"""Parquet with the fields of JSON lines, typed, for the largest exports.

Beads are written and read in groups of ``GROUP``, so memory does not grow with their number.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped] # pyarrow ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped] # as above

from ....errors import N_, FormatError
from . import ExportHeader
from .columns import Columns, ColumnType, document_columns, record_columns
from .jsonl import project_bead, read_records, to_record
from .record import FileRecord

__all__ = ["project_bead", "read", "write"]

GROUP = 10_000  # beads in one row group: some 5 MB of text in memory
_READ = 64  # beads that are read at a time; they may share a text of 1,000,000 characters


_ARROW = {
    "string": pa.string(),
    "int32": pa.int32(),
    "float64": pa.float64(),
    "date32": pa.date32(),
    "timestamp[us, tz=UTC]": pa.timestamp("us", tz="UTC"),
}


def _arrow_type(kind: ColumnType) -> Any:  # noqa: ANN401 # pyarrow ships no types
    """Return a type of :mod:`.columns` as pyarrow has it."""
    if isinstance(kind, list):
        return pa.list_(_arrow_type(kind[0]))
    if isinstance(kind, dict):
        return pa.struct([(name, _arrow_type(inner)) for name, inner in kind.items()])
    return _ARROW[kind]


def _schema(columns: Columns) -> Any:  # noqa: ANN401 # likewise
    return pa.schema([(name, _arrow_type(kind)) for name, kind in columns.items()])


def write(beads: Iterable[FileRecord], path: Path, header: ExportHeader) -> None:
    """Write one row a bead."""
    _write((to_record(bead, header) for bead in beads), path, _schema(record_columns(header)))


def write_documents(records: Iterable[dict[str, Any]], path: Path) -> None:
    """Write one row a record of whole documents."""
    _write(records, path, _schema(document_columns()))


def _write(records: Iterable[dict[str, Any]], path: Path, columns: Any) -> None:  # noqa: ANN401 # likewise
    rest = iter(records)
    with pq.ParquetWriter(path, columns, compression="zstd") as file:
        while group := list(islice(rest, GROUP)):
            file.write_table(pa.Table.from_pylist(group, schema=columns))


def read(path: Path, columns: Mapping[str, str] | None = None) -> Iterator[FileRecord]:
    """Yield the bead of each row; columns as in JSON lines."""
    return read_records(read_objects(path), path, columns)


def read_objects(path: Path) -> Iterator[tuple[int, Any]]:
    """Yield the number of each row and its values."""
    number = 0
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(_READ):
                for values in batch.to_pylist():
                    number += 1
                    yield number, values
    except OSError as error:
        raise FormatError(
            N_("{path}: {strerror}"), path=path, strerror=error.strerror or error
        ) from error
    except (UnicodeDecodeError, pa.ArrowException) as error:
        raise FormatError(
            N_("{name}: not a Parquet file, or damaged ({error})"), name=path.name, error=error
        ) from error
