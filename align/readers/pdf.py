"""PDFs with a text layer: lines joined to paragraphs, without head lines and page numbers.

What ends a paragraph: a space above the next line, an indent, another size of letters, a label, a
bullet; and a line that ends although the next word would have fitted on it.
"""

import io
import logging
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import ExtractError, TextError
from ..extract.transcript import Block
from ..text.chinese import CJK, HAN, count_han
from ..text.strings import normalise_space
from .documents import FileBlocks, load_bytes, refuse_damage

if TYPE_CHECKING:
    from pypdf import PageObject

# Lines this close to the top or bottom that come back on half the pages are head and foot lines.
_EDGE = 2
_REPEATED = 0.5
_NUMBER = re.compile(
    r"^[-–—\s]*(?:Page|第)?\s*\d{1,4}\s*(?:页|頁|of \d+|/\s*\d+|共\s*\d+\s*页)?[-–—\s]*$",
    re.IGNORECASE,
)
# What browsers print above and below a page: the hour and the title, the address and the number.
_PRINTED = re.compile(
    r"^\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4},? +\d{1,2}:\d\d(?: ?[AP]M)?(?:\s|$)"
    r"|^(?:https?|file)://\S+(?: +\d+/\d+)?$"
)
_HYPHENATED = re.compile(r"(?<=[a-z])[-\u2010]$")
_SENTENCE_END = re.compile(r"[.!?。！？:：…][\"'”’）)]*$")
_LABEL = re.compile(r"^[^.。]{2,60}[:：]$")
_BULLET = re.compile(
    r"^(?:[•●▪■◆○·*–—]\s*|[(（]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[.、)）]\s?)(?=\S)"
)
_DOT = re.compile(r"[•●▪■◆○]\s*(?=\S)")  # nothing else begins a line with it

# Distances, in the size of the letters or the usual distance of two lines. Chosen on 96 PDFs of the
# demo's texts, set by four programs in up to eight ways (docs/sites.md).
_SPACE_ABOVE = 1.25
_INDENT = 0.8
_OTHER_SIZE = 0.12
# A line with room for the next word is the last one of its paragraph; the width of letters is
# only estimated, so it must have room to spare.
_ROOM = 0.97
_MUCH_ROOM = 0.88
_HALF = 0.45
_LABEL_WIDTH = 0.7  # of a line that ends with a colon, at the most
_FEW = 3  # lines that make a column; gaps or indents that are the rule in a document
_PLAIN = 4  # words or Chinese characters of a line that is in one language


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line: its text, the left end and the base of its letters, their size, its page."""

    text: str
    x: float = 0.0
    y: float = 0.0
    size: float = 0.0  # 0 where the places are not known
    page: int = 0


def drop_page_edges(pages: Sequence[Sequence[TextLine]]) -> list[list[TextLine]]:
    """Drop page numbers, and head and foot lines that come back on half of the pages."""
    pages = [[line for line in page if line.text.strip()] for page in pages]
    edges = [_edges(page) for page in pages]
    times = Counter(key for page in edges for key in {_key(line) for line in page})
    repeated = {key for key, count in times.items() if count > max(1, _REPEATED * len(pages))}

    def is_furniture(line: TextLine) -> bool:
        numbered = _NUMBER.match(line.text) or _PRINTED.match(line.text.strip())
        return bool(numbered) or _key(line) in repeated

    return [
        [line for line in page if line not in edge or not is_furniture(line)]
        for page, edge in zip(pages, edges, strict=True)
    ]


def _edges(page: Sequence[TextLine]) -> set[TextLine]:
    """Return the lines at the top and bottom of a page; a label never is one of them."""
    placed = all(line.size for line in page)
    order = sorted(page, key=lambda line: -line.y) if placed else page
    depth = _EDGE if len(page) > 4 * _EDGE else 1
    return {
        line for line in (*order[:depth], *order[-depth:]) if line.text.strip()[-1] not in ":："
    }


def _key(line: TextLine) -> str:
    """Return a line without digits, by which head lines with page numbers are equal."""
    return re.sub(r"[\d\s]+", " ", line.text).strip()


def join_paragraphs(lines: Sequence[TextLine]) -> list[str]:
    """Join lines to paragraphs and undo hyphenation.

    >>> lines = ["All along the coast every light-", "house was lit.", "New."]
    >>> join_paragraphs([TextLine(line) for line in lines])
    ['All along the coast every lighthouse was lit.', 'New.']
    """
    lines = [line for line in lines if normalise_space(line.text)]
    setting, text = _measure_setting(lines), "\n".join(line.text for line in lines)
    # A word with a hyphen that stands within a line has it at its end too.
    compounds = frozenset(map(str.lower, re.findall(r"\b[A-Za-z]+-[a-z]+\b", text)))
    joined: list[str] = []
    for before, line in pairwise([None, *lines]):
        text = _text(line) if line else ""
        if before is None or line is None or _ends_paragraph(before, line, setting):
            joined.append(text)
        else:
            joined[-1] = _join(joined[-1], text, compounds)
    return joined


def _text(line: TextLine) -> str:
    """Return the text of a line; a soft hyphen at its end is a visible one."""
    text = line.text.rstrip()
    return normalise_space(f"{text[:-1]}\u2010" if text.endswith("\u00ad") else text)


def _join(text: str, line: str, compounds: frozenset[str]) -> str:
    hyphen = _HYPHENATED.search(text)
    if hyphen and line[:1].islower():
        halves = text.rpartition(" ")[2], re.split(r"[^A-Za-z-]", line, maxsplit=1)[0]
        whole = "".join(halves).lower() in compounds
        return (text if whole else text[:-1]) + line
    return text + ("" if re.search(f"[{CJK}]$", text) else " ") + line


@dataclass(frozen=True, slots=True)
class _Setting:
    """The setting of a document: its margins, and whether paragraphs are set apart."""

    full: float  # width of a full line
    leading: float  # usual distance of lines
    margins: tuple[float, ...]
    spaced: bool
    indented: bool

    def is_indented(self, line: TextLine) -> bool:
        """Return whether a line begins to the right of its column's margin."""
        if not line.size:
            return line.text[:1] in (" ", "\u3000", "\t")
        margin = max((x for x in self.margins if x <= line.x + 1), default=line.x)
        return line.x - margin > _INDENT * line.size


def _measure_setting(lines: Sequence[TextLine]) -> _Setting:
    widths = sorted(_width(line) for line in lines)
    full = widths[int(0.9 * len(widths))] if widths else 0.0
    gaps = [gap for one, two in pairwise(lines) if (gap := _gap(one, two)) is not None]
    leading = sorted(gaps)[len(gaps) // 4] if gaps else 0.0
    wide = sum(1 for gap in gaps if gap > _SPACE_ABOVE * leading)
    columns: list[list[TextLine]] = [[]]  # of lines that stand one below the other
    for line in lines:
        if columns[-1] and _gap(columns[-1][-1], line) is None:
            columns.append([])
        columns[-1].append(line)
    long = (column for column in columns if len(column) >= _FEW and column[0].size)
    margins = tuple(min(line.x for line in column) for column in long)
    setting = _Setting(full, leading, margins, wide >= _FEW, indented=False)
    indents = sum(map(setting.is_indented, lines))
    return replace(setting, indented=indents >= _FEW)


def _gap(one: TextLine, two: TextLine) -> float | None:
    """Return the distance of two lines of a column; None where a new page or column begins."""
    if not one.size or not two.size or one.page != two.page or two.y >= one.y:
        return None
    return one.y - two.y


def _width(line: TextLine) -> float:
    return sum(map(_letter, normalise_space(line.text))) * (line.size or 1.0)


def _letter(letter: str) -> float:
    return 1.0 if letter >= "\u2e80" else 0.5


def _ends_paragraph(line: TextLine, following: TextLine, setting: _Setting) -> bool:
    text, after = _text(line), _text(following)
    if _HYPHENATED.search(text) and after[:1].islower():
        return False
    over = bool(_SENTENCE_END.search(text))
    room = setting.full - _width(line) - _first_width(after) * (line.size or 1.0)
    ended = room > (1 - _ROOM) * setting.full
    if text[-1] in ":：" and _width(line) < _LABEL_WIDTH * setting.full:
        return True
    if _DOT.match(after) or (over and (_LABEL.match(after) or _BULLET.match(after))):
        return True
    gap = _gap(line, following)
    resized = following.size and line.size and abs(line.size / following.size - 1) > _OTHER_SIZE
    if resized or (gap is not None and gap > _SPACE_ABOVE * setting.leading):
        return True
    if {_plain_language(text), _plain_language(after)} == {"zh", "en"} and (
        over or ended or gap is None
    ):
        return True
    indented = setting.is_indented(following)
    if indented and (over or ended or not (setting.is_indented(line) or _BULLET.match(text))):
        return True
    short = room > (1 - _MUCH_ROOM) * setting.full
    if (setting.spaced and gap is not None) or (setting.indented and not indented):
        return short and (over or room > _HALF * setting.full)
    return ended and (over or short)


def _plain_language(text: str) -> str:
    han, words = count_han(text), len(re.findall("[A-Za-z]{2,}", text))
    if han >= _PLAIN and 4 * words <= han:
        return "zh"
    return "en" if words >= _PLAIN and not han else ""


def _first_width(text: str) -> float:
    """Return the width of a blank and the first word, or of two Chinese characters."""
    if re.match(f"[{CJK}]", text):
        return 2.0
    return sum(map(_letter, " " + text.split(" ", 1)[0]))


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
# Chinese marks, and digits and quotation marks where they have another font than the characters.
_SET_APART = re.compile(
    rf" +(?=[，。、；：！？）》】])|(?<=[（《【，。、；：！？]) +(?=[{HAN}\d“‘])|"
    rf"(?<=[“‘”’·\d%]) +(?=[{HAN}])|(?<=[{HAN}]) +(?=[“‘”’·\d])"
)

# A PDF names glyphs, not letters: ligatures, and in Chinese the radicals that share a glyph with a
# common character. Chromium writes these for every 行, 人, 月 and 民 that it prints in a Noto font.
_RADICALS = dict(
    zip(
        # Unicode calls other radicals equal to a character; these have one glyph with it in the
        # Noto CJK fonts, read off their tables, ⼾ in mainland fonts, ⻄ in those of Japan.
        "⼾⺒⺓⺠⺰⻁⻄⻅⻆⻈⻉⻋⻐⻑⻓⻔⻘⻙⻚⻛⻜⻝⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻯⻰⻱⻲⺟⻳",
        "户巳幺民纟虎西见角讠贝车钅長长门青韦页风飞食饣马骨鬼鱼鸟卤麦黄黾齐齿竜龙龜亀母龟",
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

    >>> _tidy(TextLine("the ﬁrst ofﬁce")).text, _tidy(TextLine("8 月增长 7% ， “ 增值” ，")).text
    ('the first office', '8月增长7%，“增值”，')
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
        for number, page in enumerate(read, 1):  # one that would take hours to draw
            contents = page.get_contents()
            size = len(contents.get_data()) if contents is not None else 0
            if size > MOST_DRAWN:
                raise TextError(
                    f"{path}: page {number} is drawn by {size / 1e6:.0f} MB; the limit is "
                    f"{MOST_DRAWN / 1e6:.0f} MB; print its text as a new PDF"
                )
        pages = [_read_lines(page, number) for number, page in enumerate(read)]
        drawn = [page.get("/Resources", {}).get("/XObject", {}) for page in read]
        pictured = sum(
            any(entry.get_object().get("/Subtype") == "/Image" for entry in objects.values())
            for objects in drawn
        )
        title = normalise_space(str(reader.metadata.title or "")) if reader.metadata else ""
        return pages, "" if _NO_TITLE.search(title) else title, pictured


def _read_lines(page: "PageObject", number: int) -> list[TextLine]:
    lines: list[list[TextLine]] = [[]]

    def take(
        text: str, outer: Sequence[float], inner: Sequence[float], _font: object, size: float
    ) -> None:
        # Both are transformations [a, b, c, d, e, f], of the page and of the text on it.
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
    """Join the pieces of a line: it starts at the leftmost and has the size of the largest."""
    text = "".join(piece.text for piece in pieces)
    placed = [piece for piece in pieces if piece.text.strip() and piece.size]
    if not placed:
        return TextLine(text, page=pieces[0].page if pieces else 0)
    x, size = min(piece.x for piece in placed), max(piece.size for piece in placed)
    return replace(placed[0], text=text, x=x, size=size)
