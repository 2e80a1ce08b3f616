"""EPUB books: the parts of the spine in reading order, without cover and table of contents.

The format is EPUB 3.3 (W3C), including the common subset of EPUB 2. A part is read like the body of
a web page.
"""

import datetime as dt
import posixpath
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from lxml import etree  # type: ignore[import-untyped] # lxml ships no types

from ...aligner.text.dates import find_dates
from ...aligner.text.strings import count_letters, normalise_space
from ...errors import N_, Message, TextError
from ...records import Language
from ..extract.html_blocks import blocks_of, list_unread
from ..extract.languages import count_paragraphs
from ..extract.table_places import join_parts
from ..extract.transcript import Block
from ..limits import MOST_PARTS, UNPACKED_TIMES
from ..local_files import decode_text, load_bytes
from ..web.html import HtmlElement, check_markup, parse
from .account import Account
from .documents import FileBlocks, check_paragraph_count, refuse_damage
from .office import check_part, count_pictures

_CONTAINER, _ENCRYPTION = "META-INF/container.xml", "META-INF/encryption.xml"
_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
# Types of parts that are not text of the book, by their markup or the guide of the book.
_NO_TEXT = frozenset({"cover", "toc", "landmarks", "index"})
# Maximum share of a part's letters in links; tables of contents have more.
_MOST_LINKED = 0.5
_LANGUAGES: dict[str, Language] = {
    "zh": "zh",
    "zho": "zh",
    "chi": "zh",
    "cmn": "zh",
    "en": "en",
    "eng": "en",
}
_LEAST_IN_LANGUAGE = 0.25  # least share of paragraphs in the language of the book's metadata
_NO_TITLES = ("Unknown Title", "Unknown", "Untitled")  # of LibreOffice, calibre, pandoc
_UNSEEN = ("head", "script", "style")
_Element = Any  # lxml ships no types


@dataclass(frozen=True, slots=True)
class _Part:
    """A file of the spine, by its name in the archive."""

    name: str
    is_text: bool = True  # not a cover or table of contents, according to the package


def read_epub(path: Path, max_bytes: int) -> FileBlocks:
    """Read the parts of a book in the order of its spine."""
    load_bytes(path, max_bytes=max_bytes)
    with refuse_damage(path, "EPUB book"), zipfile.ZipFile(path) as archive:
        package_name = _find_package(archive, path)
        package = _parse_xml(archive, package_name, path)
        parts = _list_parts(package, posixpath.dirname(package_name), archive, path)
        _check_parts(archive, parts, path, max_bytes)
        kept_parts: list[Sequence[Block]] = []
        left_out: list[Block] = []
        account = Account()
        found: list[str] = []
        for part in parts:
            root = _parse_part(archive, part.name, path)
            blocks = blocks_of(root)
            found += _all_text(root)
            for reason, block in list_unread(root):
                account.add(reason, block.text)
            if part.is_text and _is_text(root, blocks):
                kept_parts.append(blocks)
            else:
                left_out += blocks
            check_paragraph_count(path, sum(map(len, kept_parts)))
        count_pictures(archive, account)
    kept = join_parts(kept_parts)
    for block in left_out:
        account.add("cover, table of contents, index", block.text)
    account.close(found, (block.text for block in kept))
    texts = [block.text for block in kept]
    title = _metadata(package, "title")
    return FileBlocks(
        tuple(kept),
        "" if title in _NO_TITLES else title,
        (*_left_out_notes(left_out), *account.notes()),
        date=_find_date(package),
        language=_find_language(package, texts),
        left_out=account.left_out(),
    )


def _all_text(root: HtmlElement) -> Iterator[str]:
    """Yield every text of a part, except its head, scripts and styles."""
    steps = etree.iterwalk(root, events=("start", "end"))
    for event, node in steps:
        if event == "end":
            yield node.tail or ""
        elif node.tag in _UNSEEN:
            steps.skip_subtree()
        elif isinstance(node.tag, str):
            yield node.text or ""


def _find_package(archive: zipfile.ZipFile, path: Path) -> str:
    """Return the name of the package document, which lists the files of the book."""
    if any(entry.flag_bits & 1 for entry in archive.infolist()):
        raise TextError(N_("{path} has a password; save it without one"), path=path)
    if _CONTAINER not in archive.namelist():
        raise TextError(
            N_("{path} is not an EPUB book: it has no {container}; save it again"),
            path=path,
            container=_CONTAINER,
        )
    for file in _parse_xml(archive, _CONTAINER, path).iter("{*}rootfile"):
        name = _resolve("", file.get("full-path") or "")
        if name in archive.namelist():
            return name
    raise TextError(
        N_("{path} is not an EPUB book: its package document is missing; save it again"), path=path
    )


def _list_parts(
    package: _Element, folder: str, archive: zipfile.ZipFile, path: Path
) -> tuple[_Part, ...]:
    """Return the parts of the spine, without repetition."""
    items = {item.get("id"): item for item in package.iter("{*}item")}
    guide = {
        _resolve(folder, reference.get("href") or ""): reference.get("type") or ""
        for reference in package.iter("{*}reference")
    }
    parts: dict[str, _Part] = {}
    for entry in package.iter("{*}itemref"):
        item = items.get(entry.get("idref"))
        if item is None or item.get("media-type") not in _PAGES:
            continue
        name = _resolve(folder, item.get("href") or "")
        if name not in archive.namelist():
            raise TextError(
                N_("{path}: part {name} is missing; download the book again"),
                path=path,
                name=name[:80],
            )
        is_contents = "nav" in (item.get("properties") or "").split()
        is_cover = guide.get(name) == "cover"
        parts.setdefault(name, _Part(name, not (is_contents or is_cover)))
    if not parts:
        raise TextError(
            N_("{path} has no text: its spine is empty; save its chapters as HTML"), path=path
        )
    return tuple(parts.values())


def _resolve(folder: str, href: str) -> str:
    """Return the name in the archive of a reference; the archive has no names outside it."""
    return posixpath.normpath(posixpath.join(folder, unquote(href.partition("#")[0])))


def _check_parts(
    archive: zipfile.ZipFile, parts: Sequence[_Part], path: Path, max_bytes: int
) -> None:
    """Raise :exc:`TextError` if the parts are encrypted, too many, or too large when unpacked."""
    names = {part.name for part in parts}
    if _ENCRYPTION in archive.namelist():
        references = _parse_xml(archive, _ENCRYPTION, path).iter("{*}CipherReference")
        locked = {_resolve("", reference.get("URI") or "") for reference in references}
        if names & locked:  # encrypted fonts do not matter
            raise TextError(N_("{path} is encrypted (DRM); get a copy without it"), path=path)
    if len(names) > MOST_PARTS:
        raise TextError(
            N_("{path} has {count:,} parts, more than the limit of {most_parts}"),
            path=path,
            count=len(names),
            most_parts=MOST_PARTS,
        )
    size = sum(archive.getinfo(name).file_size for name in names)
    if size > UNPACKED_TIMES * max_bytes:
        raise TextError(
            N_("{path} unpacks to {size:.0f} MB, which is over the limit"),
            path=path,
            size=size / 1e6,
        )


def _parse_xml(archive: zipfile.ZipFile, name: str, path: Path) -> _Element:
    check_part(path, archive, name)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(archive.read(name), parser)


def _parse_part(archive: zipfile.ZipFile, name: str, path: Path) -> HtmlElement:
    text = decode_text(path, archive.read(name), (), name).text
    check_markup(path, text)
    return parse(text)


def _is_text(root: HtmlElement, blocks: Sequence[Block]) -> bool:
    """Return whether a part is text, and not a cover, an index or a list of links."""
    body = next(root.iter("body"), root)
    sections = [child for child in body if isinstance(child.tag, str)]
    whole = [body, *sections] if len(sections) == 1 else [body]
    types = {name for element in whole for name in (element.get("epub:type") or "").split()}
    linked = sum(count_letters(block.text) for block in blocks if block.linked)
    letters = sum(count_letters(block.text) for block in blocks)
    return not types & _NO_TEXT and linked <= _MOST_LINKED * letters


def _metadata(package: _Element, name: str) -> str:
    """Return the first value of a Dublin Core element, or ''."""
    values = (element.text or "" for element in package.iter(f"{{*}}{name}"))
    return normalise_space(next(values, ""))


def _find_date(package: _Element) -> dt.date | None:
    return next(iter(find_dates(_metadata(package, "date")[:10])), None)


def _find_language(package: _Element, texts: Sequence[str]) -> Language | None:
    """Return the language in the metadata, if enough of the text is in it."""
    language = _LANGUAGES.get(_metadata(package, "language").lower().partition("-")[0])
    counts = count_paragraphs(texts)
    enough = language and counts[language] >= _LEAST_IN_LANGUAGE * counts.total()
    return language if enough else None


def _left_out_notes(blocks: Sequence[Block]) -> Iterator[str]:
    """Yield a note on the skipped parts."""
    if blocks:
        yield Message(
            N_("Skipped: {count:,} lines of cover, table of contents and index."),
            count=len(blocks),
        )
