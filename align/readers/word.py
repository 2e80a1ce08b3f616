"""Word files (DOCX): paragraphs and table cells in the order they stand."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import TextError
from ..extract.transcript import Block, normalise_space
from .documents import FileBlocks
from .load import check_office_file, check_paragraph_count, refuse_damage

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph


def read_blocks(path: Path, max_bytes: int) -> FileBlocks:
    """Read paragraphs; a bold or coloured beginning becomes the block's lead.

    :raises TextError: no Word file, damaged, or larger inside than the limit allows.
    """
    from docx.opc.exceptions import PackageNotFoundError
    from lxml.etree import LxmlError  # type: ignore[import-untyped] # lxml ships no types

    with refuse_damage(path, "Word file (DOCX)", PackageNotFoundError, LxmlError):
        check_office_file(path, max_bytes=max_bytes)
        document = _open(path)
        titles = list(_titles(document))
        title = normalise_space(titles[0] if titles else document.core_properties.title or "")
        blocks = tuple(block for part in _blocks(document) for block in part)
    if not any(any(map(str.isalnum, block.text)) for block in blocks):
        raise TextError(f"{path} holds no text")
    return FileBlocks(tuple(b for b in blocks if b.text != title), title)


def _open(path: Path) -> "WordDocument":
    import docx

    document = docx.Document(str(path))
    check_paragraph_count(path, sum(1 for _ in document.element.iter("{*}p")))
    return document


def _titles(document: "WordDocument") -> Iterator[str]:
    """Yield the paragraphs near the beginning that are set as the title."""
    from docx.text.paragraph import Paragraph

    for item in islice(document.iter_inner_content(), 10):
        if isinstance(item, Paragraph) and item.style and item.style.name == "Title":
            yield item.text


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
    """Return the lines of a paragraph as blocks; the first one has the emphasised lead."""
    lead = ""
    for run in paragraph.runs:
        coloured = run.font.color is not None and run.font.color.rgb is not None
        if run.text.strip() and not (run.bold or coloured):
            break
        lead += run.text
    lines = [normalise_space(line) for line in paragraph.text.split("\n")]
    return [
        Block(line, normalise_space(lead.split("\n")[0]) if number == 0 else "")
        for number, line in enumerate(lines)
        if line
    ]
