"""PDFs with a text layer: lines joined to paragraphs, without head lines and page numbers."""

import io
import logging
import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import ExtractError, TextError
from ..extract.transcript.blocks import Block
from ..text.chinese import HAN
from ..text.strings import normalise_space
from .documents import FileBlocks
from .load import load_bytes, refuse_damage
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
    rf" +(?=[，。、；：！？）》】])|(?<=[（《【，。、；：！？]) +(?=[{HAN}])|"
    rf"(?<=[“‘]) +(?=[{HAN}])|(?<=[{HAN}]) +(?=[”’])"
)

# A PDF names glyphs, not letters: ligatures, and in Chinese the radicals that share a glyph with a
# common character. Chromium writes these for every 行, 人, 月 and 民 that it prints in a Noto font.
_RADICALS = dict(
    zip(
        # Unicode calls other radicals equal to a character; these have one glyph with it in the
        # Noto CJK fonts, read off their tables, ⼾ in mainland fonts.
        "⼾⺒⺓⺠⺰⻁⻅⻆⻈⻉⻋⻐⻑⻓⻔⻘⻙⻚⻛⻜⻝⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻯⻰⻱⻲⺟⻳",
        "户巳幺民纟虎见角讠贝车钅長长门青韦页风飞食饣马骨鬼鱼鸟卤麦黄黾齐齿竜龙龜亀母龟",
        strict=True,
    )
)
_GLYPHS = re.compile("[\u2e80-\u2fd5\ufb00-\ufb06]")


def read_blocks(path: Path, max_bytes: int) -> FileBlocks:
    """Read the paragraphs of a PDF."""
    pages, title, pictured = _read_layer(path, load_bytes(path, max_bytes=max_bytes))
    text = "".join(line.text for page in pages for line in page)
    letters = sum(map(str.isalnum, text))
    if not letters or (pictured > len(pages) / 2 and letters < _SCANNED * len(pages)):
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
    lines = [_tidy(line) for page in drop_page_edges(pages) for line in page]
    return FileBlocks(tuple(map(Block, join_paragraphs(lines))), title, notes)


def normalise_characters(text: str) -> str:
    """Put letters in the place of ligatures, and characters in that of radicals.

    >>> normalise_characters("the ﬁrst oﬀice"), normalise_characters("5⽉14⽇，⼈⺠政府")
    ('the first office', '5月14日，人民政府')
    """
    return _GLYPHS.sub(
        lambda glyph: _RADICALS.get(glyph[0]) or unicodedata.normalize("NFKC", glyph[0]), text
    )


def _tidy(line: TextLine) -> TextLine:
    """Take out what the setting of the page put in: ligatures, and blanks beside Chinese marks.

    >>> _tidy(TextLine("the ﬁrst ofﬁce")).text, _tidy(TextLine("达到87% ，“ 增值” ，")).text
    ('the first office', '达到87%，“增值”，')
    """
    return replace(line, text=_SET_APART.sub("", normalise_characters(line.text)))


def _read_layer(path: Path, body: bytes) -> tuple[list[list[TextLine]], str, int]:
    """Return the lines of each page, the title in the file, how many pages hold pictures."""
    from pypdf import PdfReader

    logging.getLogger("pypdf").addHandler(logging.NullHandler())  # our message says it in one line
    with refuse_damage(path, "PDF"):
        reader = PdfReader(io.BytesIO(body))
        if reader.is_encrypted and not reader.decrypt(""):
            raise TextError(f"{path} is locked by a password; save it without one")
        read = reader.pages[:MOST_PAGES]
        pages = [_read_lines(_check_page(page, path), number) for number, page in enumerate(read)]
        pictured = sum(map(_has_picture, read))
        title = normalise_space(str(reader.metadata.title or "")) if reader.metadata else ""
        return pages, "" if _NO_TITLE.search(title) else title, pictured


def _check_page(page: "PageObject", path: Path) -> "PageObject":
    """Return a page, or raise when drawing it would take hours."""
    drawn = page.get_contents()
    size = len(drawn.get_data()) if drawn is not None else 0
    if size > MOST_DRAWN:
        raise TextError(
            f"{path}: page {(page.page_number or 0) + 1} is drawn by {size / 1e6:.0f} MB; "
            f"the limit is {MOST_DRAWN / 1e6:.0f} MB; print its text as a new PDF"
        )
    return page


def _read_lines(page: "PageObject", number: int) -> list[TextLine]:
    """Read the lines of a page with their places."""
    lines: list[list[TextLine]] = [[]]

    def take(
        text: str, outer: Sequence[float], inner: Sequence[float], _font: object, size: float
    ) -> None:
        x = inner[4] * outer[0] + inner[5] * outer[2] + outer[4]
        y = inner[4] * outer[1] + inner[5] * outer[3] + outer[5]
        height = size * math.hypot(inner[2], inner[3]) * math.hypot(outer[2], outer[3])
        for at, part in enumerate(text.split("\n")):
            if at:
                lines.append([])
            lines[-1].append(TextLine(part, x, y, height, number))

    page.extract_text(visitor_text=take)
    return list(map(_join_pieces, lines))


def _join_pieces(pieces: Sequence[TextLine]) -> TextLine:
    """Return the line of some pieces: it is where its first one is, as large as its largest."""
    text = "".join(piece.text for piece in pieces)
    placed = [piece for piece in pieces if piece.text.strip() and piece.size]
    if not placed:
        return TextLine(text, page=pieces[0].page if pieces else 0)
    x, size = min(piece.x for piece in placed), max(piece.size for piece in placed)
    return replace(placed[0], text=text, x=x, size=size)


def _has_picture(page: "PageObject") -> bool:
    objects = page.get("/Resources", {}).get("/XObject", {})
    return any(entry.get_object().get("/Subtype") == "/Image" for entry in objects.values())
