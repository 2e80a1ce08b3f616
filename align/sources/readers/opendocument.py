"""Texts of LibreOffice (ODT): paragraphs and table cells in their order, changes as accepted."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

from lxml import etree  # type: ignore[import-untyped] # lxml ships no types

from ...aligner.text.strings import normalise_space
from ...errors import N_, NN_, TextError
from ..extract.table_places import find_rows, place_of
from ..extract.transcript import Block
from ..extract.transcript.wrapped_lines import join_wrapped
from .account import Account, note_tracked
from .documents import FileBlocks, check_paragraph_count
from .office import (
    OfficeElement,
    count_pictures,
    cut_lines,
    name_of,
    open_package,
    parse_optional_part,
    parse_part,
)
from .opendocument_lists import ListNumbers
from .table_cells import find_other_cells

_OFFICE, _TEXT, _STYLE, _FO, _SVG = (
    f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}"
    for name in ("office", "text", "style", "xsl-fo-compatible", "svg-compatible")
)
_PARAGRAPHS = (f"{_TEXT}p", f"{_TEXT}h")
_LEFT_OUT = {
    f"{_TEXT}note": "footnotes",
    f"{_OFFICE}annotation": "comments",
    f"{_TEXT}tracked-changes": "deletions",
    f"{_TEXT}ruby-text": "ruby readings",
    f"{_TEXT}table-of-content": "table of contents",
    f"{_SVG}title": "descriptions of pictures",
    f"{_SVG}desc": "descriptions of pictures",
    f"{_TEXT}hidden-text": "hidden text",
    f"{_TEXT}hidden-paragraph": "hidden text",
}
_NOTED = {
    "footnotes": NN_("{count:,} footnote", "{count:,} footnotes"),
    "hidden text": NN_("{count:,} passage of hidden text", "{count:,} passages of hidden text"),
    "embedded files": NN_("{count:,} embedded file", "{count:,} embedded files"),
    "damaged parts": NN_("{count:,} damaged part", "{count:,} damaged parts"),
}
_BLANKS = {f"{_TEXT}s": " ", f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n"}


def read_odt(path: Path, max_bytes: int) -> FileBlocks:
    """Read paragraphs; a bold beginning becomes the block's lead."""
    account = Account()
    with open_package(path, "ODT file", max_bytes) as archive:
        root = _read_content(archive, path)
        styles = parse_optional_part(archive, "styles.xml")
        if styles is None and "styles.xml" in archive.namelist():
            account.add_thing("damaged parts", "styles.xml")
        text = _Text(root, ListNumbers([styles, root]))
        for node in text.outermost_left_out():
            account.add(text.reason(node), "".join(node.itertext()))
        headers = tuple(_read_headers(styles))
        for header in headers:
            account.add("headers and footers", header)
        count_pictures(archive, account)
    nodes = text.paragraphs()
    check_paragraph_count(path, len(nodes))
    titles = (text.text_of(node) for node in nodes if node.get(f"{_TEXT}style-name") == "Title")
    title = normalise_space(next(titles, ""))
    blocks = tuple(join_wrapped([block for node in nodes for block in text.blocks(node)]))
    body = next(root.iter(f"{_OFFICE}body"), root)
    # Numbers of lists are read, but no text of the file.
    found = [*body.itertext(), *headers, *text.numbers()]
    account.close(found, (block.text for block in blocks))
    notes = (*_note_changes(root), *account.notes(_NOTED))
    return FileBlocks.of(blocks, title, notes, account.left_out())


def _read_content(archive: zipfile.ZipFile, path: Path) -> OfficeElement:
    manifest = parse_optional_part(archive, "META-INF/manifest.xml")
    if manifest is not None and next(manifest.iter("{*}encryption-data"), None) is not None:
        raise TextError(N_("{path} has a password; save it without one"), path=path)
    root = parse_part(archive, "content.xml")
    if root is None:
        raise TextError(N_("{path} is not a valid ODT file: it has no content.xml"), path=path)
    return root


def _read_headers(styles: OfficeElement | None) -> Iterator[str]:
    for page in styles.iter(f"{_STYLE}master-page") if styles is not None else ():
        for node in page.iter(*_PARAGRAPHS):
            yield "".join(node.itertext())


def _note_changes(root: OfficeElement) -> Iterator[str]:
    counts = {
        kind: sum(1 for _ in root.iter(f"{_TEXT}{kind}")) for kind in ("insertion", "deletion")
    }
    yield from note_tracked(counts)


class _Text:
    """The content of a text, and the styles in which it is bold or hidden."""

    def __init__(self, root: OfficeElement, lists: ListNumbers) -> None:
        self._root, self._lists = root, lists
        self._numbers: dict[OfficeElement, str] = {}
        self._rows = find_rows(root)
        self._other_cells = find_other_cells(self._rows, lambda cell: "".join(cell.itertext()))
        self._bold: set[str] = set()
        self._hidden: set[str] = set()
        for style in root.iter(f"{_STYLE}style"):
            name = style.get(f"{_STYLE}name", "")
            for properties in style.iter(f"{_STYLE}text-properties"):
                if properties.get(f"{_FO}font-weight") == "bold":
                    self._bold.add(name)
                if properties.get(f"{_TEXT}display") == "none":
                    self._hidden.add(name)

    def reason(self, node: OfficeElement) -> str:
        """Return why an element is skipped, or ''."""
        if node.get(f"{_TEXT}style-name") in self._hidden:
            return "hidden text"
        return _LEFT_OUT.get(node.tag) or self._other_cells.get(node, "")

    def outermost_left_out(self) -> Iterator[OfficeElement]:
        """Yield the skipped elements that are not inside another skipped element."""
        body = next(self._root.iter(f"{_OFFICE}body"), self._root)
        for node, reason in self._walk(body):
            if reason:
                yield node

    def paragraphs(self) -> list[OfficeElement]:
        """Return the paragraphs that are read, and count those in lists."""
        found = []
        for node, reason in self._walk(self._root):
            if reason:
                continue
            if node.tag == f"{_TEXT}list":
                self._lists.start_list(node)
            elif node.tag in _PARAGRAPHS:
                self._numbers[node] = self._lists.next_number(node)
                found.append(node)
        return found

    def numbers(self) -> Iterator[str]:
        """Yield the numbers of the paragraphs that have text."""
        return (number for node, number in self._numbers.items() if self.text_of(node).strip())

    def _walk(self, root: OfficeElement) -> Iterator[tuple[OfficeElement, str]]:
        """Yield the elements below one, each with why it is skipped, and none inside those."""
        steps = etree.iterwalk(root, events=("start",))
        for _, node in steps:
            reason = self.reason(node)
            if reason:
                steps.skip_subtree()
            yield node, reason

    def blocks(self, node: OfficeElement) -> list[Block]:
        """Return the lines of a paragraph."""
        lead = ""
        if not (node.text or "").strip():
            for part in node:
                if part.get(f"{_TEXT}style-name") not in self._bold:
                    break
                lead += self.text_of(part)
                if (part.tail or "").strip():
                    break
        if node.get(f"{_TEXT}style-name") in self._bold:
            lead = self.text_of(node)
        text = self.text_of(node)
        if not text.strip():
            return []
        number = self._numbers[node]
        lead = number + lead if lead.strip() else ""
        return cut_lines(number + text, lead, place_of(node, self._rows))

    def text_of(self, node: OfficeElement) -> str:
        """Return the text of a paragraph or part of one, without its notes and inner paragraphs."""
        parts = [node.text or ""]
        for part in node:
            if part.tag in _BLANKS:
                parts.append(_BLANKS[part.tag])
            elif name_of(part) and part.tag not in _PARAGRAPHS and not self.reason(part):
                parts.append(self.text_of(part))
            parts.append(part.tail or "")
        return "".join(parts)
