"""WARC archives (ISO 28500): pages written and read byte for byte, with URL, time and headers.

The body of a :class:`Page` is decompressed. Headers that contradict this are written with the
prefix that other archive tools use.
"""

import datetime as dt
import gzip
import http.client
import io
import logging
import os
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped] # it has no types
from warcio.exceptions import ArchiveLoadFailed  # type: ignore[import-untyped] # the same
from warcio.statusandheaders import (  # type: ignore[import-untyped] # the same
    StatusAndHeaders,
    StatusAndHeadersParser,
)
from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped] # the same

from ....errors import N_, FormatError, Message
from ....files import hidden_folder, replace_file, sync
from ....records import Page
from ...limits import LARGEST_PAGE, LONGEST_HEADER_LINE, MOST_HEADER_LINES
from ..page_checks import find_header
from ..urls import is_web_address

log = logging.getLogger(__name__)

_ORIGINAL = "X-Archive-Orig-"
_BODY_HEADERS = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_REQUESTED = "WARC-Requested-URI"  # our extension, as the standard allows: URL before redirects
_LINE_ENDS = re.compile(r"[\r\n]+")
_BLOCK = 1 << 16
# Content types that are read; others, such as pictures, are skipped.
_READABLE = ("text/", "html", "xml", "javascript", "json")
# Errors that warcio raises for a damaged archive.
_DAMAGE = (
    ArchiveLoadFailed, EOFError, zlib.error, gzip.BadGzipFile,
    ValueError, AttributeError, TypeError, AssertionError,
)  # fmt: skip


def write_warc(pages: Iterable[Page], path: Path) -> None:
    """Write pages to an archive, compressed if its name ends in ``.gz``."""
    from .... import __version__

    about = {"software": f"briefing-align/{__version__}", "format": "WARC File Format 1.1"}
    try:
        with hidden_folder(path.parent, path.name) as folder:
            made = folder / path.name
            with made.open("wb") as file:
                writer = WARCWriter(file, gzip=path.name.endswith(".gz"), warc_version="1.1")
                writer.write_record(writer.create_warcinfo_record(path.name, about))
                for page in pages:
                    writer.write_record(_make_record(writer, page))
            sync(made)
            replace_file(made, path)
    except OSError as error:
        raise FormatError(
            N_("{path}: the archive cannot be written ({strerror})"),
            path=path,
            strerror=error.strerror,
        ) from error


def _make_record(writer: Any, page: Page) -> Any:  # noqa: ANN401 # warcio has no types
    status = f"{page.status} {http.client.responses.get(page.status, 'Unknown')}"
    named: list[tuple[str, str]] = []
    for name, value in page.headers:
        prefix = _ORIGINAL if name.lower() in _BODY_HEADERS else ""
        named.append((prefix + name, _LINE_ENDS.sub(" ", value)))
    at = f"{page.fetched_at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
    return writer.create_warc_record(
        page.final_url,
        "response",
        payload=io.BytesIO(page.body),
        length=len(page.body),
        http_headers=StatusAndHeaders(status, named, protocol="HTTP/1.1"),
        warc_headers_dict={"WARC-Date": at, _REQUESTED: page.url},
    )


def read_warc(path: Path, *, max_body: int = LARGEST_PAGE) -> Iterator[Page]:
    """Yield the web pages of an archive, one in memory at a time, without pictures."""
    try:
        with path.open("rb") as file:
            compressed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            # warcio itself decompresses only archives whose records are compressed one by one.
            stream = gzip.GzipFile(fileobj=file) if compressed else file
            records = _open_records(stream)
            records.INC_RECORD = ""  # warcio would print this; err_count has the same information
            for record in records:
                page = _read_page(path, record, max_body)
                while record.raw_stream.read(_BLOCK):
                    pass
                if record.length is not None and record.raw_stream.tell() < record.length:
                    raise EOFError(Message(N_("it ends in the middle of a page")))
                if page is not None:
                    yield page
            stream.read(1)  # raises if the compressed data are truncated
            file.seek(-1, os.SEEK_END)
            if records.err_count or not (compressed or file.read() == b"\n"):
                raise EOFError(Message(N_("the length of a record differs from its header")))
    except _DAMAGE as error:
        detail = _explain_damage(error)
        raise FormatError(
            N_("{path}: not a WARC archive, or damaged ({detail})"), path=path, detail=detail
        ) from error
    except OSError as error:
        raise FormatError(
            N_("{path}: the archive cannot be read ({strerror})"),
            path=path,
            strerror=error.strerror,
        ) from error


def _open_records(stream: IO[bytes] | gzip.GzipFile) -> Any:  # noqa: ANN401 # warcio has no types
    """Return the records of an archive; warcio itself has no limits for lines and headers."""
    records = ArchiveIterator(stream)
    records.reader.readline = _limit_lines(records.reader.readline)
    for name in ("warc_parser", "http_parser", "http_req_parser"):
        parser = getattr(records.loader, name)
        setattr(records.loader, name, _HeaderParser(parser.statuslist, parser.verify))
    return records


def _limit_lines(read_line: Callable[[int], bytes]) -> Callable[[int | None], bytes]:
    """Return a function that reads a line of limited length.

    :param read_line: the function of warcio, which may return only a part of a long line.
    """

    def read(length: int | None = None) -> bytes:
        most = min(length or LONGEST_HEADER_LINE + 1, LONGEST_HEADER_LINE + 1)
        line = read_line(most)
        part = line
        while part and len(line) < most and not line.endswith(b"\n"):
            part = read_line(most - len(line))
            line += part
        if len(line) > LONGEST_HEADER_LINE:
            raise ValueError(
                Message(N_("a header line of over {most:,} bytes"), most=LONGEST_HEADER_LINE)
            )
        return line

    return read


class _HeaderParser(StatusAndHeadersParser):  # type: ignore[misc] # warcio has no types
    """The parser of headers, which ends at a limit."""

    def parse(self, stream: Any, full_statusline: Any = None) -> Any:  # noqa: ANN401 # likewise
        """Read the headers of a record, or of the answer in it."""
        return super().parse(_HeaderLines(stream), full_statusline)


class _HeaderLines:
    """The lines of a header, up to a limit."""

    def __init__(self, stream: Any) -> None:  # noqa: ANN401 # likewise
        self._stream = stream
        self._count = 0

    def readline(self) -> bytes:
        """Return the next line."""
        self._count += 1
        if self._count > MOST_HEADER_LINES:
            raise ValueError(Message(N_("a header of over {most:,} lines"), most=MOST_HEADER_LINES))
        line: bytes = self._stream.readline()
        return line


def _explain_damage(error: Exception) -> str:
    """Return the message of an error; that of a library on one line, and not all of a long one."""
    if error.args and isinstance(error.args[0], Message):
        return error.args[0]
    return " ".join(str(error).split())[:200]


def parse_record(path: Path, data: bytes, max_body: int) -> tuple[Page | None, str]:
    """Return the page of one complete, uncompressed record, or the URL that it revisits.

    :raises FormatError: if the record is damaged or the page exceeds the limit.
    """
    try:
        for record in _open_records(io.BytesIO(data)):
            if record.rec_type == "revisit":
                return None, record.rec_headers.get_header("WARC-Refers-To-Target-URI") or ""
            return _read_page(path, record, max_body), ""
    except _DAMAGE as error:
        detail = _explain_damage(error)
        raise FormatError(
            N_("{path}: a record is damaged ({detail})"), path=path, detail=detail
        ) from error
    return None, ""


def _read_page(path: Path, record: Any, max_body: int) -> Page | None:  # noqa: ANN401 # untyped
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    if not is_web_address(url):
        return None
    answer = _read_answer(record)
    if answer is None:
        return None
    code, kind, headers = answer
    if kind and not any(word in kind.lower() for word in _READABLE):
        log.info("%s: %s skipped, it is %s", path, url, kind)
        return None
    asked = record.rec_headers.get_header(_REQUESTED) or ""
    at = dt.datetime.fromisoformat(record.rec_headers.get_header("WARC-Date"))
    return Page(
        url=asked if is_web_address(asked) else url,
        final_url=url,
        status=int(code) if code.isdecimal() else 0,
        headers=tuple((name.removeprefix(_ORIGINAL), value) for name, value in headers),
        fetched_at=at.replace(tzinfo=at.tzinfo or dt.UTC),
        body=_read_body(f"{path}: {url}", record, max_body),
    )


def _read_answer(
    record: Any,  # noqa: ANN401 # warcio has no types
) -> tuple[str, str, tuple[tuple[str, str], ...]] | None:
    """Return the status, the content type and the headers of a server's answer.

    A resource is a file without headers, as if a server had sent it; other records are ``None``.
    """
    if record.rec_type == "resource":
        headers = tuple(record.http_headers.headers) if record.http_headers else ()
        return "200", record.content_type or "", headers
    if record.rec_type != "response" or record.http_headers is None:
        return None
    headers = tuple(record.http_headers.headers)
    return record.http_headers.get_statuscode(), find_header(headers, "content-type"), headers


def _read_body(name: str, record: Any, limit: int) -> bytes:  # noqa: ANN401 # warcio has no types
    too_large = FormatError(
        N_("{name}: more than the limit of {limit:,} bytes"), name=name, limit=limit
    )
    if record.payload_length > limit:  # warcio reads a whole chunk into memory
        raise too_large
    stream, body = record.content_stream(), bytearray()
    while piece := stream.read(_BLOCK):
        body += piece
        if len(body) > limit:
            raise too_large
    return bytes(body)
