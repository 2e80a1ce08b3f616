"""Parquet with the fields of JSON lines, typed, for the largest exports.

Beads are written and read in groups of ``GROUP``, so memory does not grow with their number.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from ...errors import FormatError
from ...records import ExportedBead
from . import ExportHeader
from .jsonl import from_record, project_bead, to_record

__all__ = ["project_bead", "read", "write"]

GROUP = 10_000
"""Beads in one row group: some 5 MB of text in memory."""


def schema(*, raw: bool) -> Any:  # noqa: ANN401 # pyarrow ships no types
    """Return the columns: those of :func:`.jsonl.to_record`, in its order."""
    import pyarrow as pa  # type: ignore[import-untyped] # ... and says so nowhere

    numbers = pa.list_(pa.int32())
    typed = {
        "translation": pa.struct([("zh", pa.string()), ("en", pa.string())]),
        "zh_index": numbers,
        "en_index": numbers,
        "date": pa.date32(),
        "retrieved": pa.timestamp("us", tz="UTC"),
        "probability": pa.float64(),
        "checks": pa.list_(pa.string()),
    }
    names = to_record(ExportedBead("", "", "", ""), ExportHeader(raw=raw))
    return pa.schema([(name, typed.get(name, pa.string())) for name in names])


def write(pairs: Iterable[ExportedBead], path: Path, header: ExportHeader) -> int:
    """Write one row a bead."""
    import pyarrow as pa
    import pyarrow.parquet as pq  # type: ignore[import-untyped] # ... likewise

    columns = schema(raw=header.raw)
    count = 0
    rest = iter(pairs)
    with pq.ParquetWriter(path, columns, compression="zstd") as file:
        while group := [
            to_record(pair, header) | {"date": pair.date, "retrieved": pair.retrieved}
            for pair in islice(rest, GROUP)
        ]:
            file.write_table(pa.Table.from_pylist(group, schema=columns))
            count += len(group)
    return count


def read(path: Path) -> Iterator[ExportedBead]:
    """Yield the bead of each row.

    :raises FormatError: when it is no Parquet file, or a row is no bead.
    """
    for number, values in read_objects(path):
        yield from_record(values, f"{path.name}, row {number}")


def read_objects(path: Path) -> Iterator[tuple[int, Any]]:
    """Yield the number of each row and its values.

    :raises FormatError: when it is no Parquet file.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    number = 0
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(GROUP):
                for values in batch.to_pylist():
                    number += 1
                    yield number, values
    except OSError as error:
        raise FormatError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise FormatError(f"{path.name}: its texts are not UTF-8 ({error})") from error
    except pa.ArrowException as error:
        raise FormatError(f"{path.name}: no Parquet file ({error})") from error
