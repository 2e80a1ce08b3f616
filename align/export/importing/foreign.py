"""Files of other tools made readable: packed ones, and tables with columns of their own."""

import gzip
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from ...errors import FormatError
from ...records import LANGUAGES, ExportedBead
from ..formats import jsonl, parquet, tsv, xlsx
from ..formats.text import language_of
from ..formats.values import RAW, from_texts
from .table import flatten

_KNOWN = {*tsv.COLUMNS, *RAW}
_OBJECTS = ("jsonl", "parquet")

LARGEST = 4 << 30
"""Bytes of an unpacked file: a small archive can hold far more than a disk does."""


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """Yield a file; of a ``.gz``, its Moses partner too, or an OPUS ``.zip``, a copy unpacked.

    :raises FormatError: when it is damaged, or a ``.zip`` without a Chinese and an English text.
    """
    suffix = path.suffix.lower()
    if suffix not in (".gz", ".zip") or not path.is_file():
        yield path
        return
    with TemporaryDirectory() as folder:
        try:
            name = (_gunzip if suffix == ".gz" else _unzip)(path, Path(folder))
        except (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError) as error:
            raise FormatError(f"{path.name}: cannot be unpacked ({error})") from error
        yield Path(folder, name)


def _gunzip(path: Path, folder: Path) -> str:
    inner = Path(path.stem)
    languages = LANGUAGES if inner.suffix in (".zh", ".en") else ()
    partners = [path.with_name(f"{inner.stem}.{language}.gz") for language in languages]
    for file in {path, *filter(Path.is_file, partners)}:
        with gzip.open(file) as packed:
            _copy(packed, folder / file.stem)
    return path.stem


def _unzip(path: Path, folder: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        texts = {
            language: name
            for name in archive.namelist()
            if (language := language_of(name.rpartition(".")[2])) and not name.endswith("/")
        }
        if len(texts) < len(LANGUAGES):
            there = ", ".join(archive.namelist()[:5])
            raise FormatError(f"{path.name}: no Chinese and English text in it; there are {there}")
        for language, name in texts.items():
            with archive.open(name) as packed:
                _copy(packed, folder / f"{path.stem}.{language}")
    return f"{path.stem}.zh"


def _copy(packed: IO[bytes] | gzip.GzipFile, target: Path) -> None:
    with target.open("wb") as file:
        while block := packed.read(1 << 20):
            file.write(block)
            if file.tell() > LARGEST:
                raise FormatError(f"{target.name}: over {LARGEST >> 30} GB unpacked; divide it")


def parse_columns(text: str) -> dict[str, str]:
    """Return the columns that a user names, by our names.

    >>> parse_columns("zh=src,en=tgt")
    {'zh': 'src', 'en': 'tgt'}

    :raises FormatError: when that is no such list.
    """
    named = dict(part.strip().partition("=")[::2] for part in text.split(","))
    unknown = sorted(named.keys() - _KNOWN)
    if unknown or not all(named.values()):
        raise FormatError(f"columns {text!r}: write zh=NAME,en=NAME; others are {sorted(_KNOWN)}")
    return named


def is_foreign(path: Path, form: str) -> bool:
    """Say whether a table has a column, or an object a form, that is none of ours."""
    names = next((set(cells) for _, cells in _read_cells(path, form)), set[str]())
    ours = _KNOWN - {"zh", "en"} | {"translation", "context"} if form in _OBJECTS else _KNOWN
    return not names <= ours


def read_foreign(path: Path, form: str, columns: Mapping[str, str]) -> Iterator[ExportedBead]:
    """Yield the bead of each row of a table; columns that we have not are kept aside.

    :param columns: the names of columns in the file, by ours.
    :raises FormatError: when there is no column for a language, or a cell cannot be read.
    """
    ours = {name: mine for mine, name in columns.items()}
    for number, row in _read_cells(path, form, ours):
        where = f"{path.name}, line {number}"
        cells = flatten(row)
        for language in LANGUAGES:
            if language not in cells:
                there = ", ".join(repr(columns.get(name, name)) for name in row)
                raise FormatError(
                    f"{where}: no column {columns.get(language, language)!r}; there are {there}; "
                    "say which is which: --columns zh=NAME,en=NAME"
                )
        if form not in _OBJECTS and "checksum" in cells:  # ours, with a column that was added
            cells = {name: tsv.unescape_cell(text) for name, text in cells.items()}
        zh, en = cells.pop("zh"), cells.pop("en")
        aside = {name: row[name] for name in cells.keys() - _KNOWN}
        known = {name: text for name, text in cells.items() if name in _KNOWN}
        yield replace(from_texts(zh, en, known, where), aside=aside)


def _read_cells(
    path: Path, form: str, ours: Mapping[str, str] | None = None
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield rows by our names of their columns, or theirs where we have none."""
    names = ours or {}
    if form in _OBJECTS:
        for number, values in (jsonl if form == "jsonl" else parquet).read_objects(path):
            if not isinstance(values, dict):
                raise FormatError(f"{path.name}, line {number}: {str(values)[:40]!r} is no object")
            yield number, {names.get(name, name): value for name, value in values.items()}
        return
    lines = (xlsx.read_cells if form == "xlsx" else tsv.read_rows)(path)
    header = [names.get(name) or tsv.column_name(name) for name in next(lines, (0, [""]))[1]]
    for number, cells in lines:
        if len(cells) > len(header) or (len(cells) < len(header) and form != "xlsx"):
            what = f"{len(cells)} cells where the header has {len(header)}"
            raise FormatError(f"{path.name}, line {number}: {what}")
        yield number, dict.fromkeys(header, "") | dict(zip(header, cells, strict=False))
