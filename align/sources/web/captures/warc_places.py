"""WARC records by offset: read an archive once in order, later single records.

If a crawler compresses every record separately, or not at all, a record can be read again by its
offset. An archive that is compressed as a whole can only be read from its beginning; its records
have no offset. Damage affects only the damaged records, not the rest of the archive.
"""

import io
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO

from ....errors import N_, FormatError, Message
from ....records import Page
from ...limits import LARGEST_PAGE, LONGEST_HEADER_LINE, MOST_HEADER_LINES
from .warc import parse_record

_MAGIC = b"\x1f\x8b\x08"
_VERSION = b"WARC/"
_BLOCK = 1 << 16
_HEADER = 1 << 20  # maximum bytes of a record besides the body of its page
_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class PlacedPage:
    """A page of an archive with the offset of its record, or the fault of a record without one.

    ``offset`` is -1 if the archive is compressed as a whole. ``revisited`` is the URL with the same
    content, for a revisit record.
    """

    offset: int
    page: Page | None = None
    revisited: str = ""
    fault: str = ""


def scan_warc(path: Path, *, start: int = 0, max_body: int = LARGEST_PAGE) -> Iterator[PlacedPage]:
    """Yield the pages of an archive in order, one in memory at a time.

    :param start: the offset of the record to start with, if records have offsets.
    :raises FormatError: if the file cannot be read or is not a WARC archive.
    """
    try:
        with path.open("rb") as file:
            beginning = file.read(len(_VERSION))
            file.seek(start)
            if beginning.startswith(_MAGIC):
                yield from _scan_compressed(path, file, max_body)
            elif beginning == _VERSION:
                yield from _scan_plain(path, file, max_body, placed=True)
            else:
                raise FormatError(
                    N_("{path}: not a WARC archive; it begins with {beginning}"),
                    path=path,
                    beginning=repr(beginning),
                )
    except OSError as error:
        raise FormatError(
            N_("{path}: the archive cannot be read ({strerror})"),
            path=path,
            strerror=error.strerror,
        ) from error


def read_record(path: Path, offset: int, *, max_body: int = LARGEST_PAGE) -> Page:
    """Return the page whose record begins at an offset.

    :raises FormatError: if there is no page, because the archive has changed.
    """
    found = next(scan_warc(path, start=offset, max_body=max_body), None)
    if found is None or found.page is None or found.offset != offset:
        raise FormatError(
            N_("{path}: no page at byte {offset:,}; the archive has changed"),
            path=path,
            offset=offset,
        )
    return found.page


def scan_stream(
    name: Path, stream: IO[bytes], *, max_body: int = LARGEST_PAGE
) -> Iterator[PlacedPage]:
    """Yield the pages of an archive that can only be read in order, such as a member of a ZIP."""
    start = stream.read(len(_MAGIC))
    rest = io.BufferedReader(_Prefixed(start, stream))
    plain = io.BufferedReader(_Unpacked(rest)) if start == _MAGIC else rest
    yield from _scan_plain(name, plain, max_body, placed=False)


class _Prefixed(io.RawIOBase):
    """A stream whose first bytes have already been read."""

    def __init__(self, start: bytes, stream: IO[bytes]) -> None:
        self._start = start
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 # any writable buffer
        size = len(buffer)
        piece = self._start[:size] or self._stream.read(size)
        self._start = self._start[size:]
        buffer[: len(piece)] = piece
        return len(piece)


class _Unpacked(io.RawIOBase):
    """A decompressed stream of gzip members; it ends at damaged data."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._unpacker = zlib.decompressobj(31)
        self._waiting = b""  # compressed
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 # any writable buffer
        while not self._ended:
            data = self._waiting or self._stream.read(_BLOCK)
            if not data:
                break
            try:
                piece = self._unpacker.decompress(data, len(buffer))
            except zlib.error:
                break
            self._waiting = self._unpacker.unconsumed_tail or self._unpacker.unused_data
            if self._unpacker.eof:
                self._unpacker = zlib.decompressobj(31)
            if piece:
                buffer[: len(piece)] = piece
                return len(piece)
        self._ended = True
        return 0


# -- records that are compressed one by one ------------------------------------------------------


def _scan_compressed(path: Path, file: BinaryIO, max_body: int) -> Iterator[PlacedPage]:
    while True:
        offset = file.tell()
        if not file.read(1):
            return
        file.seek(offset)
        try:
            data, length = _read_member(file, max_body + _HEADER)
        except (zlib.error, EOFError) as error:
            yield PlacedPage(
                offset,
                fault=Message(N_("a record is damaged or truncated ({error})"), error=error),
            )
            if not _find_member(file, offset + 1):
                return
            continue
        if offset == 0 and _has_more_records(data):
            file.seek(0)
            whole = io.BufferedReader(_Unpacked(file))
            yield from _scan_plain(path, whole, max_body, placed=False)
            return
        if length > len(data):
            yield PlacedPage(
                offset,
                fault=Message(N_("a record of {length:,} bytes is over the limit"), length=length),
            )
        elif data:
            yield _parse(path, data, offset, max_body)


def _read_member(file: BinaryIO, limit: int) -> tuple[bytes, int]:
    """Return the first bytes of a gzip member, up to a limit, and the length of all its bytes.

    The file is then after the member. If the first member contains a second record, the archive is
    compressed as a whole, and reading stops there.
    """
    unpacker = zlib.decompressobj(31)
    kept = bytearray()
    length = 0
    at_start = file.tell() == 0
    while not unpacker.eof:
        data = file.read(_BLOCK)
        if not data:
            raise EOFError(Message(N_("the file ends inside it")))
        piece = unpacker.decompress(data)
        length += len(piece)
        kept += piece[: max(0, limit - len(kept))]
        if at_start and _has_more_records(kept):
            return bytes(kept), len(kept)
    file.seek(-len(unpacker.unused_data), os.SEEK_CUR)
    return bytes(kept), length


def _has_more_records(data: bytes | bytearray) -> bool:
    """Return whether a second record follows the first one."""
    stream = io.BytesIO(data)
    if not stream.readline(LONGEST_HEADER_LINE).startswith(_VERSION):
        return False
    header = _read_header(stream)
    length = _content_length(header)
    behind = stream.tell() + length + len(_END)
    return data[behind : behind + len(_VERSION)] == _VERSION


def _find_member(file: BinaryIO, start: int) -> bool:
    """Move to the next gzip member that begins a record; return whether there is one."""
    file.seek(start)
    position, data = start, b""
    while block := file.read(_BLOCK):
        data += block
        while (found := data.find(_MAGIC)) >= 0:
            if _begins_record(data[found : found + 512]):
                file.seek(position + found)
                return True
            position, data = position + found + 1, data[found + 1 :]
        position, data = position + max(0, len(data) - 2), data[-2:]
    return False


def _begins_record(data: bytes) -> bool:
    try:
        return zlib.decompressobj(31).decompress(data, len(_VERSION)).startswith(_VERSION)
    except zlib.error:
        return False


# -- records in a stream of plain bytes ----------------------------------------------------------


def _scan_plain(
    path: Path, lines: BinaryIO | io.BufferedReader, max_body: int, *, placed: bool
) -> Iterator[PlacedPage]:
    lost = False
    while True:
        offset = lines.tell() if placed else -1
        line = lines.readline(LONGEST_HEADER_LINE)
        if not line:
            return
        if not line.startswith(_VERSION):
            if line.strip() and not lost:
                lost = True
                yield PlacedPage(
                    offset, fault=Message(N_("the length of a record differs from its header"))
                )
            continue
        lost = False
        header = _read_header(lines)
        length = _content_length(header)
        body = lines.read(min(length, max_body + _HEADER))
        if length > len(body) and not _skip(lines, length - len(body)):
            yield PlacedPage(
                offset,
                fault=Message(N_("a record is damaged or truncated (the file ends inside it)")),
            )
            return
        if length > len(body):
            yield PlacedPage(
                offset,
                fault=Message(N_("a record of {length:,} bytes is over the limit"), length=length),
            )
            continue
        yield _parse(path, line + header + body + _END, offset, max_body)


def _skip(stream: IO[bytes], count: int) -> bool:
    """Skip bytes of a stream; return whether it had enough of them."""
    while count > 0:
        piece = stream.read(min(count, _BLOCK))
        if not piece:
            return False
        count -= len(piece)
    return True


def _read_header(stream: IO[bytes]) -> bytes:
    lines = bytearray()
    for _ in range(MOST_HEADER_LINES):
        line = stream.readline(LONGEST_HEADER_LINE)
        lines += line
        if not line.strip():
            break
    return bytes(lines)


def _content_length(header: bytes) -> int:
    for line in header.splitlines():
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            return int(value[:20])
    return 0


def _parse(path: Path, data: bytes, offset: int, max_body: int) -> PlacedPage:
    try:
        page, revisited = parse_record(path, data, max_body)
    except FormatError as error:
        return PlacedPage(offset, fault=error.message.without_subject(path))
    return PlacedPage(offset, page, revisited)
