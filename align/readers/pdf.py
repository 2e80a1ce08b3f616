"""A PDF with a text layer, in; its blocks, out: lines joined to paragraphs, page furniture gone."""

import io
import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import ExtractError, TextError
from ..transcript import Block, tidy
from .common import FileBlocks
from .load import load_bytes

if TYPE_CHECKING:
    from pypdf import PageObject

MOST_PAGES = 2000
# Lines this close to the top or bottom that come back on half the pages are head and foot lines.
_EDGE = 2
_REPEATED = 0.5
# A line shorter than this share of a full line ends its paragraph when it ends a sentence.
_SHORT = 0.85
_NUMBER = re.compile(r"^[-–—\s]*(?:Page|第)?\s*\d{1,4}\s*(?:页|頁|of \d+|/\s*\d+)?[-–—\s]*$", re.I)
_SENTENCE_END = re.compile(r"[.!?。！？:：…][\"'”’）)]*$")
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
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "ft", "ﬆ": "st"}
)
_SET_APART = re.compile(
    r" +(?=[，。、；：！？）》】])|(?<=[（《【，。、；：！？]) +(?=[\u3400-\u9fff])|"
    r"(?<=[“‘]) +(?=[\u3400-\u9fff])|(?<=[\u3400-\u9fff]) +(?=[”’])"
)
_CJK_END = re.compile(r"[\u3000-\u9fff\uff00-\uffef]$")


def read_blocks(path: Path, max_bytes: int) -> FileBlocks:
    """Read the paragraphs of a PDF.

    :raises TextError: no PDF, damaged, or locked by a password.
    :raises ExtractError: a PDF of pictures, without text.
    """
    layer = _layer(path, load_bytes(path, max_bytes=max_bytes))
    pages = layer.pages
    text = "".join(line for page in pages for line in page)
    letters = sum(map(str.isalnum, text))
    if not letters or (layer.pictured > len(pages) / 2 and letters < _SCANNED * len(pages)):
        raise ExtractError(
            f"{path} has no text layer: it is a scan. Run text recognition on it first."
        )
    lost = len(_UNREADABLE.findall(text))
    if lost > _MOST_UNREADABLE * (letters + lost):
        raise ExtractError(
            f"{path}: the text layer cannot be read: {lost} of {letters + lost} characters have "
            "no meaning outside its fonts. Run text recognition on it, or use another file."
        )
    notes = (f"{lost} characters of the PDF could not be read",) if lost else ()
    lines = [_tidied(line) for page in without_edges(pages) for line in page]
    return FileBlocks(tuple(map(Block, paragraphs(lines))), layer.title, notes)


def _tidied(line: str) -> str:
    """Take out what the setting of the page put in: ligatures, and blanks beside Chinese marks.

    >>> _tidied("the ﬁrst ofﬁce"), _tidied("达到87% ，“ 增值” ，")
    ('the first office', '达到87%，“增值”，')
    """
    return _SET_APART.sub("", line.translate(_LIGATURES))


@dataclass(frozen=True, slots=True)
class _Layer:
    """The lines of each page, the title that the file names, and how many pages hold pictures."""

    pages: list[list[str]]
    title: str
    pictured: int


def _layer(path: Path, body: bytes) -> _Layer:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(body))
        if reader.is_encrypted and not reader.decrypt(""):
            raise TextError(f"{path} is locked by a password. Save it without one.")
        pages = [page.extract_text().splitlines() for page in reader.pages[:MOST_PAGES]]
        pictured = sum(1 for page in reader.pages[:MOST_PAGES] if _has_picture(page))
        title = tidy(str(reader.metadata.title or "")) if reader.metadata else ""
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        RecursionError,
        OSError,
    ) as error:
        raise TextError(f"{path} is no PDF, or it is damaged: {error}") from error
    return _Layer(pages, "" if _NO_TITLE.search(title) else title, pictured)


def _has_picture(page: "PageObject") -> bool:
    objects = page.get("/Resources", {}).get("/XObject", {})
    return any(entry.get_object().get("/Subtype") == "/Image" for entry in objects.values())


def without_edges(pages: Sequence[Sequence[str]]) -> list[list[str]]:
    """Drop page numbers, and head and foot lines that come back on half of the pages."""
    kept = [[line for line in page if line.strip()] for page in pages]
    edges = Counter(key for page in kept for key in {_key(line) for line in _edges(page)})
    repeated = {key for key, times in edges.items() if times > max(1, _REPEATED * len(kept))}
    return [
        [
            line
            for line, at_edge in zip(page, _is_edge(page), strict=True)
            if not _NUMBER.match(line) and not (at_edge and _key(line) in repeated)
        ]
        for page in kept
    ]


def _edges(page: Sequence[str]) -> list[str]:
    return [line for line, at_edge in zip(page, _is_edge(page), strict=True) if at_edge]


def _is_edge(page: Sequence[str]) -> list[bool]:
    """Say of each line whether it stands at an edge of its page; a label never does."""
    depth = _EDGE if len(page) > 4 * _EDGE else 1
    return [
        (number < depth or number >= len(page) - depth) and line.strip()[-1:] not in ":："
        for number, line in enumerate(page)
    ]


def _key(line: str) -> str:
    """Return a line without digits, by which head lines with page numbers are equal."""
    return re.sub(r"[\d\s]+", " ", line).strip()


def paragraphs(lines: Sequence[str]) -> list[str]:
    """Join lines to paragraphs and undo hyphenation.

    >>> paragraphs(["All along the coast every light-", "house was lit.", "It is new."])
    ['All along the coast every lighthouse was lit.', 'It is new.']
    """
    full = _full_width(lines)
    joined: list[str] = []
    before = ""
    for line in lines:
        indented = line[:1] in (" ", "\u3000", "\t") and line.strip() != ""
        text = tidy(line)
        if not joined or (indented and _SENTENCE_END.search(before)) or _ends(before, full, text):
            joined.append(text)
        else:
            joined[-1] = _join(joined[-1], text)
        before = text
    return [text for text in joined if text]


def _full_width(lines: Sequence[str]) -> float:
    widths = sorted(len(tidy(line)) for line in lines if line.strip())
    return statistics.median(widths[len(widths) // 2 :]) if widths else 0.0


def _ends(line: str, full: float, following: str) -> bool:
    """Say whether a paragraph ends with this line."""
    if re.search(r"[:：]$", line) and len(line) < 0.7 * full:
        return True
    if re.search(r"^[^.。]{2,60}[:：]$", following) and _SENTENCE_END.search(line):
        return True
    return len(line) < _SHORT * full and (
        bool(_SENTENCE_END.search(line)) or len(line) < 0.5 * full
    )


def _join(text: str, line: str) -> str:
    if re.search(r"[a-z]-$", text) and line[:1].islower():
        return text[:-1] + line
    return text + ("" if _CJK_END.search(text) else " ") + line
