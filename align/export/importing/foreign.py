"""Files of other tools made readable: packed ones, and the names of columns of their own."""

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from ...errors import FormatError
from ...records import LANGUAGES
from ..formats.text import language_of
from ..formats.tsv import COLUMNS
from ..formats.values import RAW

_KNOWN = {*COLUMNS, *RAW}

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
    unknown = sorted(named.keys() - _KNOWN)
    if unknown or not all(named.values()):
        raise FormatError(f"columns {text!r}: write zh=NAME,en=NAME; others are {sorted(_KNOWN)}")
    return named
