"""Word files (DOCX): paragraphs and table cells in their order, tracked changes as accepted.

This module reads the XML elements itself. The libraries tested lose insertions, content controls or
simple fields, or the colours that mark labels.
"""

import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from lxml import etree  # type: ignore[import-untyped] # lxml ships no types

from ...aligner.text.strings import normalise_space
from ...errors import N_, NN_, TextError
from ...records import TablePlace
from ..extract.table_places import find_rows, place_of
from ..extract.transcript import Block
from ..extract.transcript.wrapped_lines import join_wrapped
from .account import Account, note_tracked
from .documents import FileBlocks, check_paragraph_count
from .office import (
    OfficeElement,
    attribute_of,
    child_of,
    count_pictures,
    cut_lines,
    name_of,
    open_package,
    parse_optional_part,
    parse_part,
    texts_below,
    title_of_package,
)
from .table_cells import find_other_cells
from .word_objects import find_linked, name_symbol, read_choice, read_symbol
from .word_styles import Numbering, Styles, is_on

_MAIN = "word/document.xml"
# What these hold is no text but says how text looks; the last one is the picture of a formula.
_PROPERTIES = frozenset(
    {"pPr", "rPr", "tblPr", "trPr", "tcPr", "sectPr", "sdtPr", "tblGrid", "ctrlPr", "docPr"}
)
_CHARACTERS = {
    "tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-",
}  # fmt: skip
_DELETED = {"del": "deletions", "moveFrom": "moved passages"}
# Why the text of another part is skipped, by the name of its root element.
_OTHER_PARTS = {
    "hdr": "headers and footers",
    "ftr": "headers and footers",
    "footnotes": "footnotes",
    "endnotes": "endnotes",
    "comments": "comments",
    "chartSpace": "charts",
    "dataModel": "diagrams",
    "drawing": "copies for old programs",  # a diagram as a picture
    "glossaryDocument": "building blocks",
}
_DATA = ("customXml/", "docProps/")  # parts that are not shown
_NOTED = {
    "footnotes": NN_("{count:,} footnote", "{count:,} footnotes"),
    "endnotes": NN_("{count:,} endnote", "{count:,} endnotes"),
    "hidden text": NN_("{count:,} passage of hidden text", "{count:,} passages of hidden text"),
    "charts": NN_("{count:,} chart text", "{count:,} chart texts"),
    "diagrams": NN_("{count:,} diagram text", "{count:,} diagram texts"),
    "embedded files": NN_("{count:,} embedded file", "{count:,} embedded files"),
    "other parts": NN_("{count:,} other part with text", "{count:,} other parts with text"),
    "damaged parts": NN_("{count:,} damaged part", "{count:,} damaged parts"),
}
_WITHIN_TITLE = 10  # paragraphs among which the title is looked for


def read_docx(path: Path, max_bytes: int) -> FileBlocks:
    """Read paragraphs; a bold or coloured beginning becomes the block's lead."""
    account = Account()
    with open_package(path, "Word file (DOCX)", max_bytes) as archive:
        name = _find_main_part(archive)
        root = parse_part(archive, name)
        if root is None:
            raise TextError(
                N_("{path} is not a valid Word file (DOCX): it has no document"),
                path=path,
            )
        check_paragraph_count(path, sum(1 for _ in root.iter("{*}p")))
        styles = Styles(parse_optional_part(archive, name.replace("document", "styles")))
        numbering = Numbering(parse_optional_part(archive, name.replace("document", "numbering")))
        story = _Story(styles, numbering, account)
        story.read(root)
        found = [texts_below(root, _is_text), *_read_other_parts(archive, name, account)]
        count_pictures(archive, account)
        linked = list(find_linked(archive, name, root))
        title = story.title() or title_of_package(archive)
    for target in linked:
        account.add_thing("embedded files", target)
    blocks = tuple(join_wrapped(list(story.blocks())))
    if linked and not blocks:
        raise TextError(
            N_(
                "{path} has its text in a file inside it ({name}); open it in Word and save it "
                "again as .docx"
            ),
            path=path,
            name=linked[0],
        )
    # Numbers of lists are read, but no text of the file.
    account.close([*found, *story.numbers()], (block.text for block in blocks))
    notes = (*story.notes(), *account.notes(_NOTED))
    return FileBlocks.of(blocks, title, notes, account.left_out())


def _is_text(node: OfficeElement) -> bool:
    name = name_of(node)
    if name == "pt":  # of a newer chart; in others it has its text in an element
        return len(node) == 0
    return name in ("t", "delText") or (name == "v" and name_of(node.getparent()) == "pt")


def _find_elements_with_text(root: OfficeElement) -> frozenset[OfficeElement]:
    """Return the elements around any text."""
    found: set[OfficeElement] = set()
    for text in root.iter("{*}t", "{*}delText"):
        for node in text.iterancestors():
            if node in found:
                break
            found.add(node)
    return frozenset(found)


def _find_main_part(archive: zipfile.ZipFile) -> str:
    """Return the name of the part with the document, which some programs call document2.xml."""
    links = parse_optional_part(archive, "_rels/.rels")
    for link in links if links is not None else ():
        if (link.get("Type") or "").endswith("/officeDocument"):
            target = (link.get("Target") or "").removeprefix("/")
            return target if target in archive.namelist() else _MAIN
    return _MAIN


def _read_other_parts(archive: zipfile.ZipFile, main: str, account: Account) -> Iterator[str]:
    """Yield all text of each part besides the document, and add it to the account."""
    for name in archive.namelist():
        if not name.endswith(".xml") or name == main or name.startswith(_DATA):
            continue
        root = parse_optional_part(archive, name)
        if root is None:
            account.add_thing("damaged parts", name)
            continue
        yield texts_below(root, _is_text)
        reason = _OTHER_PARTS.get(name_of(root))
        if reason is None:
            account.add("other parts", texts_below(root, _is_text))
            continue
        for node in root.iter("{*}p", "{*}pt"):
            if next(node.iterancestors("{*}p", "{*}pt"), None) is None:
                account.add(reason, texts_below(node, _is_text))


@dataclass(slots=True)
class _Paragraph:
    """The pieces of text of a paragraph, each with whether it is emphasised."""

    style: str = ""
    number: str = ""
    table: TablePlace | None = None
    pieces: list[tuple[str, bool]] = field(default_factory=list)

    def blocks(self) -> list[Block]:
        lead = ""
        for text, emphasised in self.pieces:
            if text.strip() and not emphasised:
                break
            lead += text
        text = "".join(text for text, _ in self.pieces)
        if not text.strip():
            return []
        lead = self.number + lead if lead.strip() else ""
        return cut_lines(self.number + text, lead, self.table)


def _goes_on(node: OfficeElement) -> bool:
    """Return whether the text of a paragraph goes on in the next one.

    Its end was deleted, or it has only the large first letter of the next one.
    """
    mark = child_of(node, "pPr", "rPr")
    if any(child_of(mark, name) is not None for name in _DELETED):
        return True
    frame = child_of(node, "pPr", "framePr")
    return frame is not None and attribute_of(frame, "dropCap") in ("drop", "margin")


class _Story:
    """The paragraphs of a document in the order in which they begin."""

    def __init__(self, styles: Styles, numbering: Numbering, account: Account) -> None:
        self._styles, self._numbering, self._account = styles, numbering, account
        self._paragraphs: list[_Paragraph] = []
        self._open: list[_Paragraph] = []
        self._continued: _Paragraph | None = None  # its paragraph mark was deleted
        self._emphasised = False
        self._fields: list[Literal["code", "result"]] = []
        self._has_sound_fields = True
        self._changes = Counter[str]()
        self._with_text = frozenset[OfficeElement]()
        self._drawn: dict[OfficeElement, OfficeElement | None] = {}
        self._rows: Mapping[OfficeElement, TablePlace] = {}
        self._other_cells: Mapping[OfficeElement, str] = {}
        self._checks: dict[str, Callable[[OfficeElement], str]] = {
            "Choice": self._check_alternative,
            "Fallback": self._check_alternative,
            "r": self._check_run,
            "sdt": self._check_control,
            "tr": self._check_row,
            "tc": self._check_cell,
        }

    def read(self, root: OfficeElement) -> None:
        """Read a part without recursion, so that no depth of elements overflows."""
        marks = Counter(attribute_of(mark, "fldCharType") for mark in root.iter("{*}fldChar"))
        self._has_sound_fields = marks["begin"] == marks["end"]
        self._with_text = _find_elements_with_text(root)
        self._rows = find_rows(root)
        self._other_cells = find_other_cells(self._rows, lambda cell: texts_below(cell, _is_text))
        steps = etree.iterwalk(root, events=("start", "end"))
        for event, node in steps:
            name = name_of(node)
            if event == "end":
                if name == "p" and self._open:
                    self._end_paragraph(node)
                continue
            if name in _PROPERTIES:
                steps.skip_subtree()
            elif reason := self._reason_to_leave_out(node, name):
                self._leave_out(reason, node)
                steps.skip_subtree()
            else:
                self._start(node, name)

    def _reason_to_leave_out(self, node: OfficeElement, name: str) -> str:
        if name in _DELETED:
            return _DELETED[name]
        if name == "rt":
            return "ruby readings"
        check = self._checks.get(name)
        return check(node) if check else ""

    def _check_alternative(self, node: OfficeElement) -> str:
        """Return a reason for all alternatives of an object but the first one with text."""
        alternatives = node.getparent()
        if alternatives not in self._drawn:
            with_text = (child for child in alternatives if child in self._with_text)
            self._drawn[alternatives] = next(with_text, None)
        drawn = self._drawn[alternatives]
        return "" if drawn is None or drawn is node else "copies for old programs"

    def _check_run(self, node: OfficeElement) -> str:
        return "hidden text" if self._is_hidden(node) else ""

    def _check_control(self, node: OfficeElement) -> str:
        if child_of(node, "sdtPr", "showingPlcHdr") is not None:
            return "placeholders"
        gallery = child_of(node, "sdtPr", "docPartObj", "docPartGallery")
        is_contents = gallery is not None and attribute_of(gallery, "val") == "Table of Contents"
        return "table of contents" if is_contents else ""

    def _check_row(self, node: OfficeElement) -> str:
        return "deletions" if child_of(node, "trPr", "del") is not None else ""

    def _check_cell(self, node: OfficeElement) -> str:
        if child_of(node, "tcPr", "cellDel") is not None:
            return "deletions"
        merged = child_of(node, "tcPr", "vMerge")
        covered = merged is not None and attribute_of(merged, "val") != "restart"
        return "hidden text" if covered else self._other_cells.get(node, "")

    def _leave_out(self, reason: str, node: OfficeElement) -> None:
        text = texts_below(node, _is_text)
        if text.strip() and reason in _DELETED.values():
            self._changes[reason] += 1
        self._account.add(reason, text)
        if name_of(node) == "tc" or reason in _DELETED.values():
            return
        # The marks of a field may be hidden themselves.
        for mark in node.iter("{*}fldChar"):
            self._mark_field(mark)

    def _is_hidden(self, node: OfficeElement) -> bool:
        own = is_on(child_of(node, "rPr", "vanish"))
        if own is not None:
            return own
        style = child_of(node, "rPr", "rStyle")
        names = [attribute_of(style, "val") if style is not None else None]
        names.append(self._open[-1].style if self._open else None)
        return any(self._styles.is_hidden(name) for name in names if name)

    def _start(self, node: OfficeElement, name: str) -> None:
        if name == "p":
            self._start_paragraph(node)
        elif name == "r":
            self._emphasised = self._is_emphasised(node)
        elif name == "fldChar":
            self._mark_field(node)
        elif name == "t":
            self._add(node.text or "")
        elif name in _CHARACTERS and name_of(node.getparent()) == "r":
            self._add(_CHARACTERS[name])
        elif name == "ins" and node in self._with_text:
            self._changes["insertions"] += 1
        else:
            self._add_object(node, name)

    def _add_object(self, node: OfficeElement, name: str) -> None:
        """Add the text of a symbol, or of WordArt as a paragraph of its own."""
        if name == "sym":
            symbol = read_symbol(node)
            self._add(symbol)
            if not symbol:
                self._account.add_thing("symbols", name_symbol(node))
        elif name == "textpath":
            self._paragraphs.append(_Paragraph(pieces=[(node.get("string") or "", False)]))

    def _mark_field(self, mark: OfficeElement) -> None:
        kind = attribute_of(mark, "fldCharType")
        if kind == "begin":
            self._add(read_choice(mark))
            self._fields.append("code")
        elif kind == "separate" and self._fields:
            self._fields[-1] = "result"
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _add(self, text: str) -> None:
        if self._has_sound_fields and "code" in self._fields:
            self._account.add("field codes", text)
        elif self._open:
            self._open[-1].pieces.append((text, self._emphasised))

    def _is_emphasised(self, node: OfficeElement) -> bool:
        paragraph_style = self._open[-1].style if self._open else ""
        return self._styles.is_emphasised(child_of(node, "rPr"), paragraph_style)

    def _start_paragraph(self, node: OfficeElement) -> None:
        properties = child_of(node, "pPr")
        style = child_of(properties, "pStyle")
        name = (attribute_of(style, "val") or "") if style is not None else ""
        listed = child_of(properties, "numPr")
        started = _Paragraph(name, table=place_of(node, self._rows))
        if node in self._with_text:  # an empty paragraph shows its number, but says nothing
            started.number = self._numbering.next_number(
                self._styles.list_of(name) if listed is None else listed
            )
        if self._continued is not None:
            started.pieces, self._continued.pieces = self._continued.pieces, []
            started.number = self._continued.number or started.number
            self._continued = None
        self._paragraphs.append(started)
        self._open.append(started)

    def _end_paragraph(self, node: OfficeElement) -> None:
        paragraph = self._open.pop()
        following = node.getnext()
        if _goes_on(node) and following is not None and name_of(following) == "p":
            self._continued = paragraph
        elif self._styles.is_contents(paragraph.style):
            self._account.add("table of contents", "".join(text for text, _ in paragraph.pieces))
            paragraph.pieces = []

    def title(self) -> str:
        """Return the first paragraph in the style of titles."""
        for paragraph in self._paragraphs[:_WITHIN_TITLE]:
            if self._styles.is_title(paragraph.style):
                return normalise_space("".join(text for text, _ in paragraph.pieces))
        return ""

    def numbers(self) -> Iterator[str]:
        """Yield the numbers of the paragraphs that are items of lists."""
        return (paragraph.number for paragraph in self._paragraphs if paragraph.pieces)

    def blocks(self) -> Iterator[Block]:
        """Yield the lines of all paragraphs."""
        for paragraph in self._paragraphs:
            yield from paragraph.blocks()

    def notes(self) -> Iterator[str]:
        """Yield a note where changes were tracked."""
        kinds = ("insertion", "deletion", "moved passage")
        return note_tracked({kind: self._changes[f"{kind}s"] for kind in kinds})
