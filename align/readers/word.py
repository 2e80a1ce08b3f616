"""Word and OpenDocument texts (DOCX, ODT): paragraphs and table cells in the order they stand."""

import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lxml import etree  # type: ignore[import-untyped] # lxml ships no types

from ..errors import TextError
from ..extract.transcript import Block
from ..text.strings import normalise_space
from .documents import FileBlocks, check_office_file, check_paragraph_count, refuse_damage

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph


def read_docx(path: Path, max_bytes: int) -> FileBlocks:
    """Read paragraphs; a bold or coloured beginning becomes the block's lead."""
    import docx
    from docx.text.paragraph import Paragraph

    with refuse_damage(path, "Word file (DOCX)"):
        check_office_file(path, max_bytes=max_bytes)
        document = docx.Document(str(path))
        check_paragraph_count(path, sum(1 for _ in document.element.iter("{*}p")))
        opening = islice(document.iter_inner_content(), 10)
        titles = (
            item.text
            for item in opening
            if isinstance(item, Paragraph) and item.style and item.style.name == "Title"
        )
        title = normalise_space(next(titles, document.core_properties.title or ""))
        blocks = tuple(block for part in _blocks(document) for block in part)
    return FileBlocks.of(blocks, title)


def _blocks(part: "WordDocument | _Cell") -> Iterator[list[Block]]:
    from docx.table import Table

    for item in part.iter_inner_content():
        if isinstance(item, Table):
            yield from _cells(item)
        else:
            yield _paragraph(item)


def _cells(table: "Table") -> Iterator[list[Block]]:
    """Yield the blocks of each cell once; a merged cell is listed by every row it covers."""
    seen: set[object] = set()
    for row in table.rows:
        for cell in row.cells:
            if cell._tc not in seen:
                seen.add(cell._tc)
                yield from _blocks(cell)


def _paragraph(paragraph: "Paragraph") -> list[Block]:
    lead = ""
    for run in paragraph.runs:
        coloured = run.font.color is not None and run.font.color.rgb is not None
        if run.text.strip() and not (run.bold or coloured):
            break
        lead += run.text
    return _cut_lines(paragraph.text, lead)


def _cut_lines(text: str, lead: str) -> list[Block]:
    """Return the lines of a paragraph as blocks; the first one has the emphasised lead."""
    first, *lines = map(normalise_space, text.split("\n"))
    blocks = [Block(first, normalise_space(lead.split("\n")[0])), *map(Block, lines)]
    return [block for block in blocks if block.text]


_OFFICE, _TEXT, _STYLE, _FO = (
    f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}"
    for name in ("office", "text", "style", "xsl-fo-compatible")
)
_PARAGRAPHS = (f"{_TEXT}p", f"{_TEXT}h")
# Notes, comments, and what was taken out while changes are followed.
_LEFT_OUT = (f"{_TEXT}note", f"{_OFFICE}annotation", f"{_TEXT}tracked-changes", f"{_TEXT}ruby-text")
_BLANKS = {f"{_TEXT}s": " ", f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n"}
_Element = Any  # lxml ships no types; the name says what is meant


def read_odt(path: Path, max_bytes: int) -> FileBlocks:
    """Read paragraphs; a bold beginning becomes the block's lead."""
    with refuse_damage(path, "ODT file"):
        check_office_file(path, max_bytes=max_bytes)
        root = _content(path)
    paragraphs = root.iter(*_PARAGRAPHS)
    nodes = [node for node in paragraphs if next(node.iterancestors(*_LEFT_OUT), None) is None]
    check_paragraph_count(path, len(nodes))
    bold = {
        style.get(f"{_STYLE}name", "")
        for style in root.iter(f"{_STYLE}style")
        for properties in style.iter(f"{_STYLE}text-properties")
        if properties.get(f"{_FO}font-weight") == "bold"
    }
    titles = (_text_of(node) for node in nodes if node.get(f"{_TEXT}style-name") == "Title")
    title = normalise_space(next(titles, ""))
    blocks = tuple(block for node in nodes for block in _odt_blocks(node, bold))
    return FileBlocks.of(blocks, title)


def _content(path: Path) -> _Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    with zipfile.ZipFile(path) as archive:
        if "encrypted" in archive.read("META-INF/manifest.xml").decode("utf-8", "replace"):
            raise TextError(f"{path} is locked by a password; save it without one")
        return etree.fromstring(archive.read("content.xml"), parser)


def _odt_blocks(node: _Element, bold: set[str]) -> list[Block]:
    lead = ""
    if not (node.text or "").strip():
        for part in node:
            if part.get(f"{_TEXT}style-name") not in bold:
                break
            lead += _text_of(part)
            if (part.tail or "").strip():
                break
    if node.get(f"{_TEXT}style-name") in bold:
        lead = _text_of(node)
    return _cut_lines(_text_of(node), lead)


def _text_of(node: _Element) -> str:
    """Return the text of a paragraph or part of one, without its notes and inner paragraphs."""
    parts = [node.text or ""]
    for part in node:
        if part.tag in _BLANKS:
            parts.append(_BLANKS[part.tag])
        elif isinstance(part.tag, str) and part.tag not in _LEFT_OUT:
            inner = next(part.iter(*_PARAGRAPHS), None)
            parts.append(_text_of(part) if inner is None else "")
        parts.append(part.tail or "")
    return "".join(parts)
