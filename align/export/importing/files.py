"""Files to import: their format, told by name and first bytes; packed ones; foreign columns."""

import gzip
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from ...errors import FormatError
from ...records import LANGUAGES
from ..formats import FORMATS, Format
from ..formats.text import language_of
from ..formats.values import KNOWN

READERS: dict[str, Format] = {
    **FORMATS,
    "csv": Format("csv", ".tsv", (".csv",), "a table with commas or semicolons"),
    "lfaligner": Format(
        "lfaligner", ".tsv", (".tab",), "LF Aligner's tab files", reader="read_lfaligner"
    ),
}
"""The formats that can be read, by name."""

TABLES = frozenset({"tsv", "csv", "xlsx", "jsonl", "parquet"})
"""Formats whose ``id`` names one bead: in those of other tools an id may stand there twice."""

_SUFFIXES = {
    **{suffix: row.name for row in READERS.values() for suffix in row.suffixes},
    **dict.fromkeys((".xliff", ".sdlxliff", ".mqxliff"), "xliff"),
    ".json": "jsonl",
}
LARGEST = 4 << 30
"""Bytes of an unpacked file: a small archive can hold far more than a disk does."""

TABS = (".tsv", ".tab", ".txt", "")
_LADDER = re.compile(r"\s*\[[\d,\s]*\]\s*:\s*\[|\d+\t\d+\t-?[\d.]+\s*$")


def find_format(path: Path, form: str | None) -> Format:
    """Return the format of a file.

    :param form: its name, where the user gave it.
    :raises FormatError: when there is no such file, or its format cannot be told.
    """
    if not path.exists() and not Path(f"{path}.zh").is_file():
        raise FormatError(f"{path}: no such file")
    if path.exists() and not path.is_dir():
        if not path.is_file():
            raise FormatError(f"{path}: no file that can be read twice; save it first")
        if not path.stat().st_size:
            raise FormatError(f"{path}: the file is empty")
    row = READERS.get(form or guess_format(path))
    if row is None:
        raise FormatError(
            f"{path}: cannot tell its format; say --format with one of {', '.join(READERS)}"
        )
    return row


def guess_format(path: Path) -> str:
    """Return the name of the format that a file seems to have, or nothing.

    :raises FormatError: when it is a ladder, whose two texts are needed.
    """
    if path.is_dir():
        return "tei"
    if not path.exists():
        return "moses"
    suffix = path.suffix.lower()
    if suffix not in (*TABS, ".xml"):
        return _SUFFIXES.get(suffix, "")
    try:
        with path.open("rb") as file:
            data = file.read(2000)
    except OSError as error:
        raise FormatError(f"{path}: {error.strerror or error}") from error
    head = data.removeprefix(b"\xef\xbb\xbf").replace(b"\x00", b"").decode("utf-8", "replace")
    if suffix == ".xml":
        return next((name for name in ("tmx", "xliff") if f"<{name}" in head), "tei")
    line = head.partition("\n")[0]
    if _LADDER.match(line):
        raise FormatError(f"{path}: a ladder; give its two texts with --texts FIRST SECOND")
    if {"zh", "en"} <= {cell.strip() for cell in line.split("\t")}:
        return "tsv"
    return "lfaligner" if suffix else ""


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
        texts = [
            (language, name)
            for name in archive.namelist()
            if (language := language_of(name.rpartition(".")[2])) and not name.endswith("/")
        ]
        if {language for language, _ in texts} != set(LANGUAGES):
            there = ", ".join(archive.namelist()[:5])
            raise FormatError(f"{path.name}: no Chinese and English text in it; there are {there}")
        if len(texts) > len(LANGUAGES):
            there = ", ".join(name for _, name in texts[:5])
            raise FormatError(
                f"{path.name}: {len(texts)} texts in it where two make a pair: {there}; unpack it "
                "and import each pair"
            )
        for language, name in texts:
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
    unknown = sorted(named.keys() - KNOWN)
    if unknown or not all(named.values()):
        raise FormatError(f"columns {text!r}: write zh=NAME,en=NAME; others are {sorted(KNOWN)}")
    return named
