"""WARC archives: pages in and out, byte for byte, with address, time, status and headers.

WARC is the format of web archives (ISO 28500), so a page captured by any other tool can be read,
and what we fetched can be handed on. A :class:`Page` holds its body decompressed; headers that
would lie about that are written under the name that other archive tools use for it.
"""

import datetime as dt
import gzip
import http
import io
import logging
import os
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from warcio.archiveiterator import WARCIterator  # type: ignore[import-untyped] # it carries no types
from warcio.bufferedreaders import BufferedReader, ChunkedDataReader  # type: ignore[import-untyped] # it carries no types
from warcio.exceptions import ArchiveLoadFailed  # type: ignore[import-untyped] # it carries no types
from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped] # it carries no types
from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped] # it carries no types

from ...errors import FormatError
from ...records import Page
from ..decompress import DecompressError, Decompressor
from ..urls import is_web_address

log = logging.getLogger(__name__)

MAX_BODY = 32 * 1024 * 1024
"""How many bytes one page of an archive may have, decompressed."""
MAX_ARCHIVE = 2 * 1024**3
"""How many bytes an archive may unfold to."""
MAX_RECORDS = 200_000

_ORIGINAL = "X-Archive-Orig-"
_BODY_HEADERS = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_REQUESTED = "WARC-Requested-URI"  # ours, as the standard allows: the address before redirects
_MAX_LINE = 65_536
_MAX_HEADER = 1_048_576
_BLOCK = 1 << 16
# Bodies of other kinds are passed over unread: a capture of a page holds its pictures too.
_READABLE = ("text/", "html", "xml", "javascript", "json")


def write_warc(pages: Iterable[Page], path: Path) -> int:
    """Write pages to an archive, compressed when its name ends in ``.gz``; give their number.

    The file appears whole or not at all, in place of an older one.

    :raises FormatError: when it cannot be written.
    """
    part = path.with_name(path.name + ".part")
    count = 0
    try:
        with part.open("wb") as file:
            writer = WARCWriter(file, gzip=path.name.endswith(".gz"), warc_version="1.1")
            writer.write_record(writer.create_warcinfo_record(path.name, _about()))
            for page in pages:
                writer.write_record(_record(writer, page))
                count += 1
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise FormatError(f"{path}: the archive cannot be written ({error.strerror})") from error
    finally:
        part.unlink(missing_ok=True)
    return count


def _about() -> dict[str, str]:
    from ... import __version__

    return {"software": f"briefing-align/{__version__}", "format": "WARC File Format 1.1"}


def _record(writer: Any, page: Page) -> Any:  # noqa: ANN401 # warcio carries no types
    phrase = http.HTTPStatus(page.status).phrase if page.status in _STATUSES else "Unknown"
    headers = StatusAndHeaders(
        f"{page.status} {phrase}",
        [(_hidden(name), _one_line(value)) for name, value in page.headers],
        protocol="HTTP/1.1",
    )
    moment = page.fetched_at.astimezone(dt.UTC)
    return writer.create_warc_record(
        page.final_url,
        "response",
        payload=io.BytesIO(page.body),
        length=len(page.body),
        http_headers=headers,
        warc_headers_dict={
            "WARC-Date": moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            _REQUESTED: _one_line(page.url),
        },
    )


_STATUSES = frozenset(status.value for status in http.HTTPStatus)


def _hidden(name: str) -> str:
    """Rename a header that describes the bytes on the wire, which are not those written."""
    return f"{_ORIGINAL}{name}" if name.lower() in _BODY_HEADERS else _one_line(name)


def _one_line(value: str) -> str:
    return " ".join(value.splitlines()) if "\n" in value or "\r" in value else value


def read_warc(
    path: Path, *, max_body: int = MAX_BODY, max_archive: int = MAX_ARCHIVE
) -> Iterator[Page]:
    """Yield the web pages of an archive, in its order, redirects and error pages included.

    Pictures and other bodies that hold no text are left out. Only one page is in memory at a
    time.

    :raises FormatError: when it is no archive, breaks off, or unfolds to more than the limits.
    """
    try:
        with path.open("rb") as file:
            yield from _pages(path, file, max_body, max_archive)
    except OSError as error:
        raise FormatError(f"{path}: the archive cannot be read ({error.strerror})") from error


def _pages(path: Path, file: BinaryIO, max_body: int, max_archive: int) -> Iterator[Page]:
    unfolded = _Unfolded(file, max_archive)
    try:
        records = _Records(unfolded)
        for number, record in enumerate(records):
            if number >= MAX_RECORDS:
                raise FormatError(f"{path}: more than {MAX_RECORDS} records; split the archive")
            page = _page(path, record, max_body)
            if page is not None:
                yield page
        if records.err_count or not unfolded.ends_with_newline:
            raise EOFError("a record is longer or shorter than it says")
    except tuple(_BROKEN) as error:
        words = next(words for kind, words in _BROKEN.items() if isinstance(error, kind))
        detail = " ".join(str(error).split())[:200]
        raise FormatError(f"{path}: {words} ({detail})") from error


# How a broken archive shows itself in gzip and warcio; the first class that fits counts.
_BROKEN: dict[type[Exception], str] = {
    ArchiveLoadFailed: "not a WARC archive, or a damaged one",
    DecompressError: "the archive cannot be unfolded",
    EOFError: "the archive breaks off",
    ValueError: "the archive holds a broken record",
    AttributeError: "the archive holds a broken record",
    TypeError: "the archive holds a broken record",
    AssertionError: "the archive holds a broken record",
}


class _Lines(BufferedReader):  # type: ignore[misc] # warcio carries no types
    """Reads lines and headers that have an end."""

    _in_lines = 0

    def read(self, length: int | None = None) -> bytes:
        """Read bytes of a body."""
        self._in_lines = 0
        return cast(bytes, super().read(length))

    def readline(self, length: int | None = None) -> bytes:
        """Read a line of a header, or the start of one that is too long."""
        line = cast(bytes, super().readline(min(length or _MAX_LINE, _MAX_LINE)))
        self._in_lines += len(line)
        if self._in_lines > _MAX_HEADER:
            raise DecompressError(f"a record has a header of more than {_MAX_HEADER:,} bytes")
        return line


class _Records(WARCIterator):  # type: ignore[misc] # warcio carries no types
    """Goes through an archive that is unfolded already; standard error stays clean."""

    INC_RECORD = ""

    def __init__(self, unfolded: "_Unfolded") -> None:
        super().__init__(unfolded)
        self.reader = _Lines(unfolded, block_size=_BLOCK)


def _page(path: Path, record: Any, max_body: int) -> Page | None:  # noqa: ANN401 # untyped
    """Give the page of a record; ``None`` for one that holds none."""
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    if record.rec_type not in ("response", "resource") or not is_web_address(url):
        return None
    if record.rec_type == "response" and record.http_headers is None:
        return None
    headers = tuple(record.http_headers.headers) if record.http_headers else ()
    kind = _first(headers, "content-type") if headers else _own_type(record)
    if kind and not any(word in kind.lower() for word in _READABLE):
        log.info("%s: %s passed over, it is %s", path, url, kind)
        return None
    return Page(
        url=_requested(record) or url,
        final_url=url,
        status=_status(record),
        headers=tuple((name.removeprefix(_ORIGINAL), value) for name, value in headers),
        fetched_at=_moment(record.rec_headers.get_header("WARC-Date") or ""),
        body=_body(f"{path}: {url}", record, headers, max_body),
    )


def _requested(record: Any) -> str:  # noqa: ANN401 # warcio carries no types
    """Give the address that was asked for, where we wrote the archive; else nothing."""
    asked = str(record.rec_headers.get_header(_REQUESTED) or "")
    return asked if is_web_address(asked) else ""


def _own_type(record: Any) -> str:  # noqa: ANN401 # warcio carries no types
    """Give the type of a record that is the file itself; that of a response is in its headers."""
    return str(record.content_type or "") if record.rec_type == "resource" else ""


def _status(record: Any) -> int:  # noqa: ANN401 # warcio carries no types
    code = record.http_headers.get_statuscode() if record.http_headers else "200"
    return int(code) if code.isdecimal() else 0


def _moment(text: str) -> dt.datetime:
    """Read a WARC-Date; the beginning of time when it cannot be read."""
    try:
        moment = dt.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return dt.datetime.fromtimestamp(0, dt.UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _body(name: str, record: Any, headers: Iterable[tuple[str, str]], limit: int) -> bytes:  # noqa: ANN401 # warcio carries no types
    """Read a body as a browser would: chunks joined, decompressed, and never over the limit."""
    stream = record.raw_stream
    if _first(headers, "transfer-encoding").lower() == "chunked":
        stream = ChunkedDataReader(stream)
    pieces: list[bytes] = []
    try:
        inflater = Decompressor(_first(headers, "content-encoding"), limit=limit)
        while piece := stream.read(_BLOCK):
            if not pieces and not _looks_compressed(piece):
                inflater = Decompressor("", limit=limit)  # the archiver decompressed, header kept
            pieces.append(inflater.feed(piece))
        if pieces:
            inflater.finish()
    except DecompressError as error:
        raise FormatError(f"{name}: {error}") from error
    while record.raw_stream.read(_BLOCK):
        pass  # what follows the last chunk
    if getattr(record.raw_stream, "limit", 0) > 0:
        raise FormatError(f"{name}: the archive breaks off in the middle of this page")
    return b"".join(pieces)


def _looks_compressed(piece: bytes) -> bool:
    """Tell gzip by its two first bytes and zlib by its header, which is a multiple of 31."""
    zlib_header = piece[0] & 0x0F == 8 and int.from_bytes(piece[:2], "big") % 31 == 0
    return piece[:2] == b"\x1f\x8b" or zlib_header


def _first(headers: Iterable[tuple[str, str]], name: str) -> str:
    return next((value for key, value in headers if key.lower() == name), "")


class _Unfolded(io.RawIOBase):
    """An archive decompressed piece by piece, with a limit on the whole.

    warcio could decompress itself, but without a limit, and only archives whose records are
    compressed one by one.
    """

    def __init__(self, file: BinaryIO, limit: int) -> None:
        super().__init__()
        compressed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        self._source = cast("IO[bytes]", gzip.GzipFile(fileobj=file) if compressed else file)
        self._limit = limit
        self._read = 0
        self.ends_with_newline = True

    def read(self, size: int = -1) -> bytes:
        """Read the next bytes, at most ``size``."""
        try:
            data = self._source.read(_BLOCK if size < 0 else size)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            # warcio takes an EOFError for the end of the archive.
            raise DecompressError(f"it breaks off or is damaged ({error})") from error
        self._read += len(data)
        if data:
            self.ends_with_newline = data.endswith(b"\n")
        if self._read > self._limit:
            raise DecompressError(f"it unfolds to more than the limit of {self._limit:,} bytes")
        return data

    def tell(self) -> int:
        """Give the number of bytes read so far."""
        return self._read
