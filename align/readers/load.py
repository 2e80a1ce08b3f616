"""Bytes and text of local files, within limits; what cannot be used is refused in one line."""

import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ..errors import AlignError, TextError
from ..extract.transcript.blocks import MOST_PARAGRAPHS
from ..web.charset import Decoded, decode

LIMIT = 20_000_000
# Bytes that no text file holds, but for UTF-16, which has many zeros.
_MARKS = (b"\xff\xfe", b"\xfe\xff")
_BINARY = bytes(set(range(32)) - {7, 8, 9, 10, 11, 12, 13, 27})
# More than one control byte in fifty is no damage but another kind of file.
_CONTROL_SHARE = 0.02
# Of a text read in the right encoding nothing is unreadable; one in a hundred is a wrong encoding.
_UNREADABLE = 0.01
# A file that unpacks to more than this many times the limit is a trap, not a transcript: XML takes
# ten times its size in memory.
_UNPACKED = 3
# How the files of old Office programs begin, and those that are locked by a password.
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def load_bytes(path: Path, *, max_bytes: int = LIMIT) -> bytes:
    """Return the bytes of a file.

    :raises TextError: missing, a folder, empty, unreadable, or larger than ``max_bytes``.
    """
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise TextError(f"{path} is a folder; name the files in it, or add it as a folder")
        if size > max_bytes:
            raise TextError(
                f"{path} is too large: {size / 1e6:.1f} MB, the limit is {max_bytes / 1e6:.1f} MB "
                "(ALIGN_MAX_MB)"
            )
        body = path.read_bytes()
    except FileNotFoundError as error:
        raise TextError(f"{path} does not exist; check the name") from error
    except (OSError, ValueError) as error:
        raise TextError(f"{path} cannot be read: {error}") from error
    if not body.strip():
        raise TextError(f"{path} is empty")
    return body


def check_office_file(path: Path, *, max_bytes: int = LIMIT) -> None:
    """Raise when a file is no new Office file, is locked, or unpacks to many times the limit."""
    if load_bytes(path, max_bytes=max_bytes).startswith(_COMPOUND):
        raise TextError(
            f"{path} is locked by a password, or a file of an old Office program under a new name; "
            f"save it as {path.suffix.lower()} without a password"
        )
    with zipfile.ZipFile(path) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
    if size > _UNPACKED * max_bytes:
        raise TextError(f"{path} unpacks to {size / 1e6:.0f} MB; that is over the limit")


def check_paragraph_count(path: Path, count: int) -> None:
    """Raise :exc:`TextError` for a file of more paragraphs than any briefing has."""
    if count > MOST_PARAGRAPHS:
        raise TextError(f"{path} has {count:,} paragraphs; that is no briefing; divide it")


@contextmanager
def refuse_damage(path: Path, kind: str) -> Iterator[None]:
    """Raise :exc:`TextError` for what a library raises on a damaged file."""
    try:
        yield
    except AlignError:
        raise
    except Exception as error:  # libraries raise nearly every kind
        detail = " ".join(str(error).split())  # some of libxml2's have two lines
        raise TextError(f"{path} is no {kind}, or it is damaged: {detail}") from error


def load_text(path: Path, *, max_bytes: int = LIMIT) -> Decoded:
    """Return the text of a file in whatever encoding it is."""
    return decode_text(path, load_bytes(path, max_bytes=max_bytes))


def decode_text(
    path: Path, body: bytes, headers: Iterable[tuple[str, str]] = (), url: str = ""
) -> Decoded:
    """Read the bytes of a file, or of a page in it, in whatever encoding they are."""
    if _is_binary(body):
        raise TextError(
            f"{path} is a binary file, not a text. Save it as text (UTF-8), HTML or DOCX."
        )
    decoded = decode(body, headers, url)
    if decoded.text.count("\ufffd") > max(1, _UNREADABLE * len(decoded.text)):
        raise TextError(
            f"{path} cannot be decoded (tried {decoded.encoding}). Save it again as UTF-8."
        )
    if not any(map(str.isalnum, decoded.text)):
        raise TextError(f"{path} holds no text")
    return replace(decoded, notes=tuple(f"{n[:1].upper()}{n[1:]}." for n in decoded.notes))


def _is_binary(body: bytes) -> bool:
    sample = body[:65536]
    if sample.startswith(_MARKS):
        return False
    controls = len(sample) - len(sample.translate(None, _BINARY))
    return b"\0" in sample or controls > _CONTROL_SHARE * len(sample)
