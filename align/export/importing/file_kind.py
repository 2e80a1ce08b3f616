"""The format of a file to import, told by its name and its first bytes."""

import re
from pathlib import Path

from ...errors import FormatError
from ..formats import FORMATS, Format

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
    """Return the name of the format that a file seems to have, or nothing."""
    if path.is_dir():
        return "tei"
    if not path.exists():
        return "moses"
    suffix = path.suffix.lower()
    head = _read_head(path)
    if suffix in TABS:
        return _guess_by_line(path, head.split("\n", 1)[0])
    if suffix == ".xml":
        return next((name for name in ("tmx", "xliff") if f"<{name}" in head), "tei")
    return _SUFFIXES.get(suffix, "")


def _guess_by_line(path: Path, line: str) -> str:
    """Tell our own tables, LF Aligner's tab files and ladders from each other."""
    if _LADDER.match(line):
        raise FormatError(f"{path}: a ladder; give its two texts with --texts FIRST SECOND")
    if {"zh", "en"} <= {cell.strip() for cell in line.split("\t")}:
        return "tsv"
    return "lfaligner" if path.suffix else ""


def _read_head(path: Path) -> str:
    """Return the first characters of a file, as far as they can be read."""
    try:
        with path.open("rb") as file:
            data = file.read(2000)
    except OSError as error:
        raise FormatError(f"{path}: {error.strerror or error}") from error
    return data.removeprefix(b"\xef\xbb\xbf").replace(b"\x00", b"").decode("utf-8", "replace")
