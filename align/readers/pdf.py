"""A PDF with a text layer, in; its blocks, out: lines joined to paragraphs, page boilerplate gone."""

import io
import logging
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import AlignError, ExtractError, TextError
from ..extract.transcript import Block, normalise_space
from .documents import FileBlocks
from .load import load_bytes
from .normalise import normalise_characters
from .pdf_layout import TextLine, drop_page_edges, join_paragraphs

if TYPE_CHECKING:
    from pypdf import PageObject

MOST_PAGES = 2000
# What draws a page of text takes some ten kilobytes; pypdf looks at each letter of it.
MOST_DRAWN = 8_000_000
# Of a page set in type there are hundreds of letters; of a picture the printer's own foot line.
_SCANNED = 80
# What a font that hides its letters leaves: nothing, no character, or one of its own.
_UNREADABLE = re.compile(r"[\x00-\x08\ufffd\ue000-\uf8ff]")
_MOST_UNREADABLE = 0.05
# What programs write into the title of a file: its name, their own, or next to nothing.
_NO_TITLE = re.compile(
    r"^.{0,3}$|\.(?:docx?|wps|html?|pdf|txt|indd|pptx?)$|^(?:Microsoft|untitled|无标题|未命名|文档\d)",
    re.I,
)
_SET_APART = re.compile(
    r" +(?=[，。、；：！？）》】])|(?<=[（《【，。、；：！？]) +(?=[\u3400-\u9fff])|"
    r"(?<=[“‘]) +(?=[\u3400-\u9fff])|(?<=[\u3400-\u9fff]) +(?=[”’])"
)


def read_blocks(path: Path, max_bytes: int) -> FileBlocks:
    """Read the paragraphs of a PDF.

    :raises TextError: no PDF, damaged, or locked by a password.
    :raises ExtractError: a PDF of pictures, without text.
    """
    layer = _layer(path, load_bytes(path, max_bytes=max_bytes))
    pages = layer.pages
    text = "".join(line.text for page in pages for line in page)
    letters = sum(map(str.isalnum, text))
    if not letters or (layer.pictured > len(pages) / 2 and letters < _SCANNED * len(pages)):
        raise ExtractError(
            f"{path} has no text layer: it is a scan; run text recognition on it first"
        )
    lost = len(_UNREADABLE.findall(text))
    if lost > _MOST_UNREADABLE * (letters + lost):
        raise ExtractError(
            f"{path}: the text layer cannot be read: {lost} of {letters + lost} characters have "
            "no meaning outside its fonts; run text recognition on it, or use another file"
        )
    notes = (f"{lost} characters of the PDF could not be read",) if lost else ()
    lines = [_tidied(line) for page in drop_page_edges(pages) for line in page]
    return FileBlocks(tuple(map(Block, join_paragraphs(lines))), layer.title, notes)


def _tidied(line: TextLine) -> TextLine:
    """Take out what the setting of the page put in: ligatures, and blanks beside Chinese marks.

    >>> _tidied(TextLine("the ﬁrst ofﬁce")).text, _tidied(TextLine("达到87% ，“ 增值” ，")).text
    ('the first office', '达到87%，“增值”，')
    """
    return replace(line, text=_SET_APART.sub("", normalise_characters(line.text)))


@dataclass(frozen=True, slots=True)
class _Layer:
    """The lines of each page, the title that the file names, and how many pages hold pictures."""

    pages: list[list[TextLine]]
    title: str
    pictured: int


def _layer(path: Path, body: bytes) -> _Layer:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").addHandler(logging.NullHandler())  # our message says it in one line
    try:
        reader = PdfReader(io.BytesIO(body))
        if reader.is_encrypted and not reader.decrypt(""):
            raise TextError(f"{path} is locked by a password; save it without one")
        pages = [
            _lines(_checked(page, path), number)
            for number, page in enumerate(reader.pages[:MOST_PAGES])
        ]
        pictured = sum(1 for page in reader.pages[:MOST_PAGES] if _has_picture(page))
        title = normalise_space(str(reader.metadata.title or "")) if reader.metadata else ""
    except AlignError:
        raise
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        ArithmeticError,
        AssertionError,
        RuntimeError,  # filters that pypdf does not know, and nesting without end
        OSError,
    ) as error:
        raise TextError(f"{path} is no PDF, or it is damaged: {error}") from error
    return _Layer(pages, "" if _NO_TITLE.search(title) else title, pictured)


def _checked(page: "PageObject", path: Path) -> "PageObject":
    """Refuse a page that would take hours."""
    drawn = page.get_contents()
    size = len(drawn.get_data()) if drawn is not None else 0
    if size > MOST_DRAWN:
        raise TextError(
            f"{path}: page {(page.page_number or 0) + 1} is drawn by {size / 1e6:.0f} MB; "
            f"the limit is {MOST_DRAWN / 1e6:.0f} MB; print its text as a new PDF"
        )
    return page


def _lines(page: "PageObject", number: int) -> list[TextLine]:
    """Read the lines of a page with their places."""
    done: list[TextLine] = []
    line = _Open()

    def take(
        text: str, outer: Sequence[float], inner: Sequence[float], _font: object, size: float
    ) -> None:
        nonlocal line
        x = inner[4] * outer[0] + inner[5] * outer[2] + outer[4]
        y = inner[4] * outer[1] + inner[5] * outer[3] + outer[5]
        height = size * math.hypot(inner[2], inner[3]) * math.hypot(outer[2], outer[3])
        for at, part in enumerate(text.split("\n")):
            if at:
                done.append(line.closed(number))
                line = _Open()
            line.add(part, x, y, height)

    page.extract_text(visitor_text=take)
    return [*done, line.closed(number)]


@dataclass(slots=True)
class _Open:
    """A line while its pieces come: it is where its first one is, as large as its largest."""

    pieces: list[str] = field(default_factory=list)
    x: float = math.inf
    y: float = 0.0
    size: float = 0.0

    def add(self, text: str, x: float, y: float, size: float) -> None:
        self.pieces.append(text)
        if text.strip():
            self.y = self.y if self.size else y
            self.x, self.size = min(x, self.x), max(size, self.size)

    def closed(self, page: int) -> TextLine:
        return TextLine("".join(self.pieces), self.x if self.size else 0.0, self.y, self.size, page)


def _has_picture(page: "PageObject") -> bool:
    objects = page.get("/Resources", {}).get("/XObject", {})
    return any(entry.get_object().get("/Subtype") == "/Image" for entry in objects.values())
