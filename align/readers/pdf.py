"""A PDF with a text layer, in; its blocks, out: lines joined to paragraphs, page furniture gone."""

import io
import re
import statistics
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from ..errors import ExtractError, TextError
from ..transcript import Block, tidy
from .common import FileBlocks
from .load import load_bytes

MOST_PAGES = 2000
# Lines this close to the top or bottom that come back on half the pages are head and foot lines.
_EDGE = 2
_REPEATED = 0.5
# A line shorter than this share of a full line ends its paragraph when it ends a sentence.
_SHORT = 0.85
_NUMBER = re.compile(r"^[-–—\s]*(?:Page|第)?\s*\d{1,4}\s*(?:页|頁|of \d+|/\s*\d+)?[-–—\s]*$", re.I)
_SENTENCE_END = re.compile(r"[.!?。！？:：…][\"'”’）)]*$")
_CJK_END = re.compile(r"[\u3000-\u9fff\uff00-\uffef]$")


def read_blocks(path: Path, max_bytes: int) -> FileBlocks:
    """Read the paragraphs of a PDF.

    :raises TextError: no PDF, damaged, or locked by a password.
    :raises ExtractError: a PDF of pictures, without text.
    """
    pages, title = _pages(path, load_bytes(path, max_bytes=max_bytes))
    lines = [line for page in without_edges(pages) for line in page]
    if not any(map(str.isalnum, "".join(lines))):
        raise ExtractError(
            f"{path} has no text layer: it is a scan. Run text recognition on it first."
        )
    return FileBlocks(tuple(map(Block, paragraphs(lines))), title)


def _pages(path: Path, body: bytes) -> tuple[list[list[str]], str]:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(body))
        if reader.is_encrypted and not reader.decrypt(""):
            raise TextError(f"{path} is locked by a password. Save it without one.")
        pages = [page.extract_text().splitlines() for page in reader.pages[:MOST_PAGES]]
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
    return pages, title


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
