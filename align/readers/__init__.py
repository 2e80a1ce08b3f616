"""Local files, in; Documents, out. ``READERS`` says which reader takes which kind of file."""

from collections.abc import Callable
from pathlib import Path

from ..errors import TextError
from ..records import Document, Language
from ..transcript import Sides
from . import text
from .common import FileBlocks, both_of, document_of
from .load import LIMIT

Reader = Callable[[Path, int], FileBlocks]

READERS: dict[str, Reader] = {
    ".txt": text.read_blocks,
    ".md": text.read_blocks,
    "": text.read_blocks,
}
"""Suffix of a file name to what reads its blocks."""

__all__ = ["READERS", "read", "read_both"]


def read(path: Path, *, language: Language | None = None, max_bytes: int = LIMIT) -> Document:
    """Read a file as one document. Its language is found by its script when none is given.

    :raises TextError: missing, empty, binary, too large, undecodable, or of an unknown kind.
    :raises ExtractError: a page or file that holds no transcript or text.
    """
    path = Path(path)
    return document_of(_reader(path)(path, max_bytes), path, name=_name(path), language=language)


def read_both(path: Path, *, max_bytes: int = LIMIT) -> Sides:
    """Read a file that holds both languages: a table of two columns, or alternating paragraphs.

    :raises TextError: as :func:`read`, and when the file is in one language only.
    """
    path = Path(path)
    return both_of(_reader(path)(path, max_bytes), path, name=_name(path))


def _reader(path: Path) -> Reader:
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        kinds = ", ".join(sorted(suffix for suffix in READERS if suffix))
        raise TextError(f"{path}: '{path.suffix}' files cannot be read; those that can: {kinds}.")
    return reader


def _name(path: Path) -> str:
    return path.suffix.lower().lstrip(".") if path.suffix.lower() not in ("", ".txt") else "text"
