"""Captured pages: those of WARC and ZIP files and of folders of saved pages, one at a time.

A page is named by its locator, with which it is read again. Nothing is ever unpacked to a place
that an archive names, and everything that is unpacked has a budget.
"""

import datetime as dt
import logging
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from ....errors import N_, AlignError, FormatError, Message
from ....files import clean_name
from ....records import Document, Page
from ... import readers
from ...limits import MOST_MEMBERS, archive_budget
from ...web.captures import HTML, find_address, read_saved, walk_files
from ...web.captures.warc_places import PlacedPage, read_record, scan_stream, scan_warc

log = logging.getLogger(__name__)

_WARC = (".warc", ".warc.gz")
_OF_MACOS = "__MACOSX/"  # folder of metadata in archives made by macOS
_LOCK = "~$"  # how the name of a lock file of Word begins
_IS_UTF8 = 0x800  # flag of a member whose name is UTF-8
_LONGEST_STEM = 60  # characters, at most 240 bytes of the 255 of a file name


@dataclass(frozen=True, slots=True)
class Locator:
    """The location of a page: a file, and a place in it.

    The place is empty for a file that is one page, ``@`` and the offset of a WARC record, the name
    of a ZIP member, or ``#`` and a number for a page that can only be read in order.
    """

    file: str
    place: str = ""

    @property
    def is_sequential(self) -> bool:
        """Whether the page can be found again only by reading everything before it."""
        return self.place.startswith("#")

    def __str__(self) -> str:
        if not self.place:
            return self.file
        return f"{self.file}, {self.place.lstrip('@#')}"


@dataclass(frozen=True, slots=True)
class CapturedPage:
    """The content of one place: a page, documents of another kind of file, or a fault."""

    locator: Locator
    page: Page | None = None
    documents: tuple[Document, ...] = ()
    revisited: str = ""  # the address whose content this one has, too
    fault: str = ""


def is_archive(path: Path) -> bool:
    """Return whether a file contains many pages: a WARC or a ZIP file."""
    return path.name.lower().endswith((*_WARC, ".zip"))


def list_capture_files(path: Path) -> tuple[Path, ...]:
    """Return the files of a capture: itself, or those below a folder that can be read, sorted.

    :raises FormatError: if the file or folder does not exist.
    """
    if not path.exists():
        raise FormatError(N_("{path}: file or folder not found; check the name"), path=path)
    if not path.is_dir():
        return (path,)
    files = (file for file in walk_files(path) if not file.is_symlink())
    return tuple(sorted(file for file in files if is_archive(file) or _is_readable(file)))


def _is_readable(file: Path) -> bool:
    if not file.suffix:
        return readers.is_saved_page(file)
    return readers.is_document(file.name)


def count_pages(path: Path) -> int | None:
    """Return how many pages :func:`read_captured` yields, or ``None`` if only reading tells."""
    name = path.name.lower()
    if name.endswith(_WARC):
        return None
    if not name.endswith(".zip"):
        return 1
    try:
        with zipfile.ZipFile(path) as archive:
            return sum(map(_is_wanted, archive.infolist()))
    except (OSError, zipfile.BadZipFile, NotImplementedError):
        return 1  # the fault


def read_captured(path: Path, *, max_bytes: int, start: int = 0) -> Iterator[CapturedPage]:
    """Yield the pages of a file in order; faults are yielded, not raised.

    :param start: the offset of a WARC record from which to continue.
    """
    name = path.name.lower()
    try:
        if name.endswith(_WARC):
            yield from _from_warc(str(path), scan_warc(path, start=start, max_body=max_bytes))
        elif name.endswith(".zip"):
            yield from _read_zip(path, max_bytes)
        else:
            yield _read_file(path, Locator(str(path)), max_bytes)
    except AlignError as error:
        yield CapturedPage(Locator(str(path)), fault=error.message.without_subject(path))


def read_again(locator: Locator, *, max_bytes: int) -> CapturedPage:
    """Return the content of a place, in milliseconds; a sequential place cannot be read again.

    :raises FormatError: if the file no longer exists or has changed.
    """
    path = Path(locator.file)
    if locator.place.startswith("@"):
        return CapturedPage(locator, read_record(path, int(locator.place[1:]), max_body=max_bytes))
    if locator.is_sequential:
        raise FormatError(N_("{locator}: this page can only be read in order"), locator=locator)
    if not locator.place:
        return _read_file(path, locator, max_bytes)
    try:
        with zipfile.ZipFile(path) as archive, _temporary_folder() as folder:
            member = _find_member(archive, locator)
            return _read_member(archive, member, locator, max_bytes, Path(folder))
    except (OSError, KeyError, zipfile.BadZipFile, zlib.error) as error:
        raise FormatError(
            N_("{locator}: the page cannot be read ({error})"), locator=locator, error=error
        ) from error


def _from_warc(
    file: str, records: Iterator[PlacedPage], member: str = ""
) -> Iterator[CapturedPage]:
    for number, record in enumerate(records):
        placed = record.offset >= 0 and not member
        place = f"@{record.offset}" if placed else f"#{member}{'/' if member else ''}{number}"
        locator = Locator(file, place)
        if record.page or record.revisited or record.fault:
            yield CapturedPage(locator, record.page, (), record.revisited, record.fault)


# -- single files --------------------------------------------------------------------------------


def _read_file(path: Path, locator: Locator, max_bytes: int) -> CapturedPage:
    try:
        if path.stat().st_size > 4 * max_bytes:
            raise FormatError(
                N_("{path}: larger than the limit of {max_bytes:,} bytes"),
                path=path,
                max_bytes=max_bytes,
            )
        if readers.is_saved_page(path):
            address = path.absolute().as_uri()
            page = next(iter(read_saved(path, address=address, max_body=max_bytes)))
            return CapturedPage(locator, page)
        address = path.absolute().as_uri()  # a file without one is known by its place
        documents = readers.read_documents(path, max_bytes=max_bytes)
        named = tuple(replace(one, url=one.url or address) for one in documents)
        return CapturedPage(locator, documents=named)
    except AlignError as error:
        return CapturedPage(locator, fault=error.message.without_subject(path))
    except OSError as error:
        return CapturedPage(
            locator,
            fault=Message(N_("the file cannot be read ({strerror})"), strerror=error.strerror),
        )


# -- members of a ZIP ----------------------------------------------------------------------------


def _read_zip(path: Path, max_bytes: int) -> Iterator[CapturedPage]:
    try:
        with zipfile.ZipFile(path) as archive, _temporary_folder() as folder:
            members = archive.infolist()
            if len(members) > MOST_MEMBERS:
                raise FormatError(
                    N_("{path}: more than {most_members:,} files; split it"),
                    path=path,
                    most_members=MOST_MEMBERS,
                )
            budget = archive_budget(path.stat().st_size)
            for member in members:
                if _is_wanted(member):
                    budget -= member.file_size
                    if budget < 0:
                        raise FormatError(
                            N_("{path}: unpacks to many times its size; split it"), path=path
                        )
                    yield from _read_any_member(archive, member, path, max_bytes, Path(folder))
    except (OSError, zipfile.BadZipFile, NotImplementedError) as error:
        raise FormatError(
            N_("{path}: not a ZIP file, or damaged ({error})"), path=path, error=error
        ) from error


def decode_name(member: zipfile.ZipInfo) -> str:
    """Return the name of a member; if the archive does not declare UTF-8, guess UTF-8 or GB18030.

    Programs for macOS and Linux write UTF-8, Windows in Chinese GBK, both without declaring it;
    :mod:`zipfile` then decodes the bytes as code page 437.
    """
    if member.flag_bits & _IS_UTF8 or member.filename.isascii():
        return member.filename
    try:
        raw = member.filename.encode("cp437")
    except UnicodeEncodeError:  # not decoded from that code page
        return member.filename
    for encoding in ("utf-8", "gb18030"):
        with suppress(UnicodeDecodeError):
            return raw.decode(encoding)
    return member.filename


def _find_member(archive: zipfile.ZipFile, locator: Locator) -> zipfile.ZipInfo:
    """Return the member of a locator; raise :exc:`KeyError` if the archive has none."""
    for member in archive.infolist():
        if decode_name(member) == locator.place:
            return member
    raise KeyError(locator.place)


def _is_wanted(member: zipfile.ZipInfo) -> bool:
    name = decode_name(member)
    parts = PurePosixPath(name).parts
    hidden = name.startswith(_OF_MACOS) or any(
        part.startswith((".", _LOCK)) for part in parts if part != ".."
    )
    wanted = readers.is_document(name) or name.lower().endswith(_WARC)
    return wanted and not (member.is_dir() or hidden)


def _temporary_folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="align-")


def _read_any_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path, max_bytes: int, folder: Path
) -> Iterator[CapturedPage]:
    name = decode_name(member)
    locator = Locator(str(path), name)
    try:
        if name.lower().endswith(_WARC):
            with archive.open(member) as stream:
                records = scan_stream(path / name, stream, max_body=max_bytes)
                yield from _from_warc(str(path), records, name)
        else:
            yield _read_member(archive, member, locator, max_bytes, folder)
    except FormatError as error:
        yield CapturedPage(locator, fault=error.message.without_subject(path))
    except (RuntimeError, zipfile.BadZipFile, zlib.error, OSError, EOFError) as error:
        yield CapturedPage(
            locator, fault=Message(N_("it cannot be unpacked ({error})"), error=error)
        )


def _read_member(
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    locator: Locator,
    max_bytes: int,
    folder: Path,
) -> CapturedPage:
    """Read a web page, or another member through a file in a folder, which is empty afterwards."""
    with archive.open(member) as stream:
        body = stream.read(max_bytes + 1)
    if len(body) > max_bytes:
        return CapturedPage(
            locator,
            fault=Message(N_("larger than the limit of {max_bytes:,} bytes"), max_bytes=max_bytes),
        )
    at = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)
    with suppress(ValueError):  # of a member with a month 0
        at = dt.datetime(*member.date_time, tzinfo=dt.UTC)
    if locator.place.lower().endswith(HTML):
        address = find_address(body) or member_address(locator)
        return CapturedPage(locator, Page(address, address, 200, (), at, body))
    path = folder / name_member(locator.place)
    try:
        path.write_bytes(body)
        found = _read_file(path, locator, max_bytes)
    finally:
        path.unlink(missing_ok=True)
    return _named_by_member(found, path.absolute().as_uri(), locator, at)


def name_member(member: str) -> str:
    """Return a safe file name for a member of an archive; a text without a title is named by it.

    >>> name_member("deliver/合同_最终版(2).DOCX"), name_member("../aux.txt")
    ('合同_最终版(2).docx', '_aux.txt')
    """
    name = PurePosixPath(clean_name(PurePosixPath(member).name))
    return f"{name.stem[:_LONGEST_STEM]}{name.suffix.lower()}"


def _named_by_member(
    found: CapturedPage, temporary: str, locator: Locator, at: dt.datetime
) -> CapturedPage:
    """Replace the name of a temporary file by the place in the archive."""
    address = member_address(locator)
    page = found.page
    if page is not None:
        urls = (address if url == temporary else url for url in (page.url, page.final_url))
        page = replace(page, url=next(urls), final_url=next(urls), fetched_at=at)
    documents = tuple(
        replace(document, url=address if document.url == temporary else document.url)
        for document in found.documents
    )
    return replace(found, page=page, documents=documents)


def member_address(locator: Locator) -> str:
    """Return the address of a file, or of a member of an archive below its file."""
    parts = [part for part in PurePosixPath(locator.place).parts if part not in ("..", "/")]
    return Path(locator.file).absolute().joinpath(*parts).as_uri()


def unpack(body: bytes) -> bytes:
    """Return a body that :func:`pack` compressed."""
    return zlib.decompress(body)


def pack(body: bytes) -> bytes:
    """Return a body compressed, to be kept in the index."""
    return zlib.compress(body, 6)
