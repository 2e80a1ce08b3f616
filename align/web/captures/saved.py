"""Saved pages: ``.html``, ``.mhtml``, ``.webarchive``, a folder of them, or a WARC in, pages out.

A page is worth most with its real address. It is taken from a file ``NAME.url`` beside it, from
what the browser wrote into the file, or from the address that the page names as its own.
"""

import datetime as dt
import email.policy
import email.utils
import logging
import plistlib
import re
import xml.parsers.expat
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesParser
from pathlib import Path

from ...errors import FormatError
from ...records import Page
from ..urls import is_web_address
from .warc import MAX_BODY, read_warc

log = logging.getLogger(__name__)

MAX_FILES = 20_000

_HTML = (".html", ".htm", ".shtml", ".xhtml")
_MHTML = (".mhtml", ".mht")
_WEBARCHIVE = ".webarchive"
_HEAD = 65_536
# In the order in which they are believed. The first is written by Chrome, Edge and the old
# Internet Explorer: <!-- saved from url=(0026)http://press.example/a.htm -->
_ADDRESSES = (
    re.compile(rb"<!--\s*saved from url=\(\d+\)(\S+)\s*-->", re.I),
    re.compile(rb"<!--\s*Page saved with SingleFile\s+url:\s*(\S+)", re.I),
    re.compile(rb"""<link[^>]{0,300}?rel=["']?canonical["']?[^>]{0,300}?href=["']([^"']+)""", re.I),
    re.compile(rb"""<link[^>]{0,300}?href=["']([^"']+)["'][^>]{0,300}?rel=["']?canonical""", re.I),
    re.compile(
        rb"""<meta[^>]{0,300}?property=["']og:url["'][^>]{0,300}?content=["']([^"']+)""", re.I
    ),
)


def read_saved(path: Path, *, address: str = "", max_body: int = MAX_BODY) -> Iterator[Page]:
    """Yield the pages of a file or folder.

    :param address: that of a single file which does not name one itself.
    :raises FormatError: when nothing can be read, or a file breaks its format or the limits.
    """
    if path.is_dir():
        yield from _read_folder(path, max_body)
    elif _is_warc(path):
        yield from read_warc(path, max_body=max_body)
    elif path.suffix.lower() in _MHTML:
        yield from _read_mhtml(path, address, max_body)
    elif path.suffix.lower() == _WEBARCHIVE:
        yield _read_webarchive(path, max_body)
    else:
        yield _read_html(path, address, max_body)


def find_saved_address(path: Path) -> str:
    """Give the address that a saved page says it came from, or nothing; only its head is read.

    :raises FormatError: when the file cannot be read.
    """
    if path.suffix.lower() == _WEBARCHIVE:
        return _sidecar(path)
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise FormatError(f"{path}: the file cannot be read ({error.strerror})") from error
    if path.suffix.lower() in _MHTML:
        message = BytesParser(policy=email.policy.compat32).parsebytes(head, headersonly=True)
        return _sidecar(path) or _locations(message, message)
    return _sidecar(path) or _named_address(head)


def _is_warc(path: Path) -> bool:
    return path.name.lower().endswith((".warc", ".warc.gz"))


def _read_folder(folder: Path, max_body: int) -> Iterator[Page]:
    """Read every page file below a folder; files without an address are named and left out."""
    lost = []
    count = 0
    for path in _page_files(folder):
        try:
            for page in read_saved(path, max_body=max_body):
                count += 1
                yield page
        except NoAddressError as error:
            log.warning("%s", error)
            lost.append(path.name)
    if not count:
        files = f": {', '.join(lost[:5])} name no address of their own" if lost else ""
        raise FormatError(f"{folder}: no saved page with an address in this folder{files}. {_HELP}")


_HELP = "Write the address of a page into a text file NAME.url beside it (a.html: a.html.url)"


def _page_files(folder: Path) -> list[Path]:
    """List page files in order; links and the ``_files`` folders of browsers are left out."""
    found: list[Path] = []
    folders = [folder]
    while folders:
        for path in sorted(_entries(folders.pop())):
            if path.is_symlink():
                continue
            if path.is_dir():
                if not path.name.endswith(("_files", ".files")):
                    folders.append(path)
            elif _is_page_file(path):
                found.append(path)
        if len(found) > MAX_FILES:
            raise FormatError(f"{folder}: more than {MAX_FILES} page files; name a smaller folder")
    return sorted(found)


def _is_page_file(path: Path) -> bool:
    """Tell whether a file is read: by its ending, or because its address lies beside it."""
    return (
        path.suffix.lower() in (*_HTML, *_MHTML, _WEBARCHIVE)
        or _is_warc(path)
        or path.with_name(path.name + ".url").is_file()
    )


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError as error:
        raise FormatError(f"{folder}: the folder cannot be read ({error.strerror})") from error


class NoAddressError(FormatError):
    """A single saved page does not say where it came from."""


def _read_html(path: Path, address: str, max_body: int) -> Page:
    body = _read(path, max_body)
    found = _sidecar(path) or _named_address(body) or address
    if not found:
        raise NoAddressError(
            f"{path}: the saved page does not say which address it came from. {_HELP}"
        )
    return Page(
        url=found,
        final_url=found,
        status=200,
        headers=(),
        fetched_at=dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC),
        body=body,
    )


def _read(path: Path, limit: int) -> bytes:
    try:
        with path.open("rb") as file:
            body = file.read(limit + 1)
    except OSError as error:
        raise FormatError(f"{path}: the file cannot be read ({error.strerror})") from error
    if len(body) > limit:
        raise FormatError(f"{path}: more than the limit of {limit:,} bytes")
    return body


def _sidecar(path: Path) -> str:
    """Read ``a.html.url`` or ``a.url``: a line with the address, or a Windows shortcut."""
    for beside in (path.with_name(path.name + ".url"), path.with_suffix(".url")):
        if beside.is_file():
            text = _read(beside, _HEAD).decode("utf-8-sig", "replace")
            for line in text.splitlines():
                found = _web_address(line.strip().removeprefix("URL="))
                if found:
                    return found
    return ""


def _named_address(body: bytes) -> str:
    head = body[:_HEAD]
    for pattern in _ADDRESSES:
        match = pattern.search(head)
        found = _web_address(match[1].decode("utf-8", "replace")) if match else ""
        if found:
            return found
    return ""


def _web_address(text: str) -> str:
    """Give the text when it is an http or https address, else an empty string."""
    found = text.strip().replace("&amp;", "&")
    return found if is_web_address(found) else ""


def _read_mhtml(path: Path, address: str, max_body: int) -> Iterator[Page]:
    """Read the page of an MHTML file, and the frames in it that are pages of their own."""
    # The pictures of a page are in the file too; they are dropped, but have to be parsed.
    data = _read(path, 4 * max_body)
    try:
        message = BytesParser(policy=email.policy.compat32).parsebytes(data)
        parts = [part for part in message.walk() if part.get_content_type() in _PAGE_TYPES]
        bodies = [part.get_payload(decode=True) for part in parts]
    except (RecursionError, LookupError, ValueError, TypeError) as error:
        raise FormatError(f"{path}: not a well-formed MHTML file ({error})") from error
    if not parts:
        raise FormatError(f"{path}: no web page in this MHTML file; save it again in the browser")
    # The first page is the one that was saved; frames count when they have a web address.
    first = _sidecar(path) or _locations(parts[0], message) or address
    if not first:
        raise NoAddressError(
            f"{path}: the MHTML file does not say which address it came from. {_HELP}"
        )
    saved_at = _saved_at(path, message)
    for number, (part, body) in enumerate(zip(parts, bodies, strict=True)):
        url = _locations(part) if number else first
        if not url or not isinstance(body, bytes):
            continue
        if len(body) > max_body:
            raise FormatError(f"{path}: a page in it has more than the limit of {max_body:,} bytes")
        yield _part_page(url, part, body, saved_at)


_PAGE_TYPES = ("text/html", "application/xhtml+xml")


def _locations(part: Message, message: Message | None = None) -> str:
    """Give the address of a page in the file, or of the whole file."""
    own = _web_address(_text(part, "Content-Location"))
    return own or (_web_address(_text(message, "Snapshot-Content-Location")) if message else "")


def _part_page(url: str, part: Message, body: bytes, saved_at: dt.datetime) -> Page:
    return Page(
        url=url,
        final_url=url,
        status=200,
        headers=tuple((name, _text(part, name)) for name in dict.fromkeys(part.keys())),
        fetched_at=saved_at,
        body=body,
    )


def _read_webarchive(path: Path, max_body: int) -> Page:
    """Read the main page of a Safari web archive, which is a property list."""
    try:
        main = plistlib.loads(_read(path, 4 * max_body))["WebMainResource"]
        url = _web_address(main["WebResourceURL"])
        body = main["WebResourceData"]
        encoding = str(main.get("WebResourceTextEncodingName", ""))
    except _BROKEN_PLIST as error:
        raise FormatError(f"{path}: not a well-formed Safari web archive ({error!r})") from error
    if not url or not isinstance(body, bytes):
        raise FormatError(f"{path}: no web page with an address in this Safari web archive")
    if len(body) > max_body:
        raise FormatError(f"{path}: more than the limit of {max_body:,} bytes")
    kind = f"text/html; charset={encoding}" if encoding.isascii() and encoding else "text/html"
    saved_at = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
    return Page(url, url, 200, (("Content-Type", kind),), saved_at, body)


# What plistlib meets damaged files with, and what a property list of another form causes.
_BROKEN_PLIST = (
    plistlib.InvalidFileException,
    xml.parsers.expat.ExpatError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    OverflowError,
    RecursionError,
    MemoryError,
)


def _text(message: Message, name: str) -> str:
    """Give a header on one line; long addresses are folded."""
    return re.sub(r"\r?\n[ \t]+", "", str(message.get(name, ""))).strip()


def _saved_at(path: Path, message: Message) -> dt.datetime:
    try:
        moment = email.utils.parsedate_to_datetime(_text(message, "Date"))
    except ValueError:
        return dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
    return moment.astimezone(dt.UTC) if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
