"""Parquet with the fields of JSON lines, typed, for the largest exports.

Beads are written and read in groups of ``GROUP``, so memory does not grow with their number.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped] # pyarrow ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped] # likewise

from ...errors import FormatError
from ...records import LANGUAGES, ExportedBead
from . import ExportHeader
from .jsonl import project_bead, read_records, to_record
from .values import BEAD, HEAD

__all__ = ["project_bead", "read", "write"]

GROUP = 10_000  # beads in one row group: some 5 MB of text in memory


def schema(header: ExportHeader) -> Any:  # noqa: ANN401 # has no type
    """Return the columns: those of :func:`.jsonl.to_record`, in its order."""
    return pa.schema(_fields(to_record(ExportedBead("", "", "", ""), header)))


def document_schema() -> Any:  # noqa: ANN401 # likewise
    """Return the columns of whole documents (:mod:`align.export.documents`)."""
    spans = pa.list_(pa.list_(pa.int32()))
    corrected = [f"{side}_corrected" for side in LANGUAGES]
    bead = pa.struct([*_fields(BEAD), *((side, spans) for side in LANGUAGES), *_fields(corrected)])
    turns = pa.list_(pa.struct([*_fields(["label", "role"]), ("start", pa.int32())]))
    sides = [(f"turns_{side}", turns) for side in LANGUAGES]
    titles = [f"title_{side}" for side in LANGUAGES]
    names = ["id", *HEAD, "translation", *titles]
    return pa.schema([*_fields(names), *sides, ("beads", pa.list_(bead))])


def _fields(names: Iterable[str]) -> list[tuple[str, Any]]:
    numbers, pair = pa.list_(pa.int32()), pa.struct([("zh", pa.string()), ("en", pa.string())])
    typed = {
        "translation": pair,
        "context": pa.list_(pair),
        "zh_index": numbers,
        "en_index": numbers,
        "date": pa.date32(),
        "retrieved": pa.timestamp("us", tz="UTC"),
        "probability": pa.float64(),
        "checks": pa.list_(pa.string()),
    }
    return [(name, typed.get(name, pa.string())) for name in names]


def write(pairs: Iterable[ExportedBead], path: Path, header: ExportHeader) -> None:
    """Write one row a bead."""
    _write((to_record(pair, header) for pair in pairs), path, schema(header))


def write_documents(records: Iterable[dict[str, Any]], path: Path) -> None:
    """Write one row a record of whole documents."""
    _write(records, path, document_schema())


def _write(records: Iterable[dict[str, Any]], path: Path, columns: Any) -> None:  # noqa: ANN401 # likewise
    rest = iter(records)
    with pq.ParquetWriter(path, columns, compression="zstd") as file:
        while group := list(islice(rest, GROUP)):
            file.write_table(pa.Table.from_pylist(group, schema=columns))


def read(path: Path, columns: Mapping[str, str] | None = None) -> Iterator[ExportedBead]:
    """Yield the bead of each row; columns as in JSON lines."""
    return read_records(read_objects(path), path, columns)


def read_objects(path: Path) -> Iterator[tuple[int, Any]]:
    """Yield the number of each row and its values."""
    number = 0
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(GROUP):
                for values in batch.to_pylist():
                    number += 1
                    yield number, values
    except OSError as error:
        raise FormatError(f"{path}: {error.strerror or error}") from error
    except (UnicodeDecodeError, pa.ArrowException) as error:
        raise FormatError(f"{path.name}: no Parquet file, or a damaged one ({error})") from error
