"""The parts of Office files (DOCX, ODT): XML in a ZIP archive, parsed within limits."""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lxml import etree  # type: ignore[import-untyped] # lxml ships no types

from ...aligner.text.strings import normalise_space
from ...errors import N_, TextError
from ...records import TablePlace
from ..extract.transcript import Block
from ..limits import LARGEST_XML_PART, MOST_PARTS, MOST_XML_ELEMENTS
from .account import Account
from .documents import check_office_file, refuse_damage

OfficeElement = Any  # lxml ships no types
_CHUNK = 1 << 20
_XML = (".xml", ".rels", ".vml")
_DEEPEST = 256  # elements inside each other that libxml2 reads
_SHEETS = "xl/worksheets/"
_CONTROL = re.compile(r"\w+/activeX/activeX\d*\.xml")  # a field of a form, with its own text
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf", ".svg", ".tif", ".tiff", ".bmp")


@contextmanager
def open_package(path: Path, kind: str, max_bytes: int) -> Iterator[zipfile.ZipFile]:
    """Open an Office file; errors for damage become a :exc:`TextError` of one line."""
    with refuse_damage(path, kind):
        check_office_file(path, max_bytes=max_bytes)
        with zipfile.ZipFile(path) as archive:
            check_parts(path, archive)
            yield archive


def check_parts(path: Path, archive: zipfile.ZipFile) -> None:
    """Raise :exc:`TextError` for too many parts, or a part of too many XML elements.

    The sheets of a workbook are not checked; they are read one row at a time.
    """
    if len(archive.namelist()) > MOST_PARTS:
        raise TextError(
            N_("{path} has over {most:,} parts; save its text in a new file"),
            path=path,
            most=MOST_PARTS,
        )
    for name in archive.namelist():
        if name.lower().endswith(_XML) and not name.startswith(_SHEETS):
            check_part(path, archive, name)


def check_part(path: Path, archive: zipfile.ZipFile, name: str) -> None:
    """Raise :exc:`TextError` for a part of XML that is too large, or has too many elements."""
    if archive.getinfo(name).file_size > LARGEST_XML_PART:
        raise TextError(
            N_("{path}: its part {name} is over {most:,} bytes; save its text as .txt"),
            path=path,
            name=name[:80],
            most=LARGEST_XML_PART,
        )
    if _count_elements(archive, name) > MOST_XML_ELEMENTS:
        raise TextError(
            N_("{path}: its part {name} has over {most:,} elements; save its text as .txt"),
            path=path,
            name=name[:80],
            most=MOST_XML_ELEMENTS,
        )


def _count_elements(archive: zipfile.ZipFile, name: str) -> int:
    """Return about how many elements a part has, or a number over the limit once reached."""
    count = 0
    with archive.open(name) as part:
        while count <= MOST_XML_ELEMENTS and (chunk := part.read(_CHUNK)):
            count += chunk.count(b"<") - chunk.count(b"</")
    return count


def parse_part(archive: zipfile.ZipFile, name: str) -> OfficeElement | None:
    """Return the root element of a part, or ``None`` if the file does not have the part.

    Entities are not expanded, and nothing outside the file is read.
    """
    if name not in archive.namelist():
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(archive.read(name), parser)
    except etree.XMLSyntaxError as error:
        if "Excessive depth" not in str(error):
            raise
        raise TextError(
            N_("{path}: elements of its part {name} are nested over {most} deep; save it as .txt"),
            path=archive.filename,
            name=name[:80],
            most=_DEEPEST,
        ) from error


def parse_optional_part(archive: zipfile.ZipFile, name: str) -> OfficeElement | None:
    """Return the root element of a part, or ``None`` if it is missing or damaged."""
    try:
        return parse_part(archive, name)
    except (etree.XMLSyntaxError, TextError, zipfile.BadZipFile, zlib.error):
        return None


def name_of(node: OfficeElement) -> str:
    """Return the name of an element without its namespace; '' for a comment or instruction.

    Strict and transitional files differ only in their namespaces.
    """
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def attribute_of(node: OfficeElement, name: str) -> str | None:
    """Return the value of an attribute in any namespace, or ``None``."""
    own = (value for key, value in node.attrib.items() if key.rpartition("}")[2] == name)
    return next(own, None)


def child_of(node: OfficeElement | None, *path: str) -> OfficeElement | None:
    """Return the first child with a name, then its first child with the next name, and so on."""
    for name in path:
        if node is None:
            return None
        node = next((child for child in node if name_of(child) == name), None)
    return node


def count_pictures(archive: zipfile.ZipFile, account: Account) -> None:
    """Add the pictures, embedded files and macros of a package to an account."""
    for name in archive.namelist():
        # The thumbnail is a picture of the file itself.
        if name.lower().endswith(_PICTURES) and "thumbnail" not in name.lower():
            account.add_thing("pictures", name)
        elif "/embeddings/" in name or name.startswith("Object ") or _CONTROL.fullmatch(name):
            account.add_thing("embedded files", name)
        elif name.endswith("/vbaProject.bin") or name.startswith("Basic/"):
            account.add_thing("macros", name)


def cut_lines(text: str, lead: str, table: TablePlace | None = None) -> list[Block]:
    """Return the lines of a paragraph as blocks; the first one has the emphasised lead."""
    first, *lines = map(normalise_space, text.split("\n"))
    blocks = [Block(first, normalise_space(lead.split("\n")[0]), table=table)]
    blocks += (Block(line, table=table) for line in lines)
    return [block for block in blocks if block.text]


def texts_below(node: OfficeElement, is_text: Callable[[OfficeElement], bool]) -> str:
    """Return the text of all elements below an element that contain text."""
    return "".join(part.text or "" for part in node.iter() if is_text(part))


def title_of_package(archive: zipfile.ZipFile) -> str:
    """Return the title in the properties of a Word file or a workbook, or ''."""
    root = parse_optional_part(archive, "docProps/core.xml")
    return normalise_space(getattr(child_of(root, "title"), "text", "") or "")
