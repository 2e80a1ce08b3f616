"""Paragraphs from the lines of a PDF, without page headers and page numbers.

A paragraph ends before a larger gap, an indent, another font size, a label or a bullet, and after a
line with enough room for the next word.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from ...aligner.text.chinese import CJK, count_han
from ...aligner.text.strings import normalise_space

# Lines this close to the top or bottom that come back on half the pages are head and foot lines.
_EDGE = 2
_REPEATED = 0.5
# A head line is this many times the usual distance above the text, on this share of the pages and
# this many times as often as a line of that height is near the next one.
_HEAD_GAP = 1.5
_HEADED = 0.3
_HEAD_SURE = 9
_NUMBER = re.compile(
    r"^[-–—\s]*(?:Page|第)?\s*\d{1,4}\s*(?:页|頁|of \d+|/\s*\d+|共\s*\d+\s*页)?[-–—\s]*$",
    re.IGNORECASE,
)
# Page headers and footers of browsers: time and title, URL and page number.
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
# demo's texts, set by four programs in up to eight ways (docs/reference/sites.md).
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
_DIVIDED = 0.05  # of the lines of a hyphenated text end with a hyphen
_KNOWN = 0.3  # of the divided words of such a text stand whole elsewhere in it
_PLAIN = 4  # words or Chinese characters of a line that is in one language


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line: its text, the left end and the base of its letters, their size, its page.

    ``bold`` says whether it begins in bold letters, as labels and headings do.
    """

    text: str
    x: float = 0.0
    y: float = 0.0
    size: float = 0.0  # 0 where the places are not known
    page: int = 0
    bold: bool = False


def drop_page_edges(pages: Sequence[Sequence[TextLine]]) -> list[list[TextLine]]:
    """Drop page numbers, and head and foot lines that come back on half of the pages."""
    pages = [[line for line in page if line.text.strip()] for page in pages]
    edges = [_edges(page) for page in pages]
    times = Counter(key for page in edges for key in {_key(line) for line in page})
    repeated = {key for key, count in times.items() if count > max(1, _REPEATED * len(pages))}

    heads = _find_head_places(pages)

    def is_furniture(line: TextLine) -> bool:
        numbered = _NUMBER.match(line.text) or _PRINTED.match(line.text.strip())
        return bool(numbered) or _key(line) in repeated or (bool(line.size) and line.y in heads)

    return [
        [line for line in page if line not in edge or not is_furniture(line)]
        for page, edge in zip(pages, edges, strict=True)
    ]


def _find_head_places(pages: Sequence[Sequence[TextLine]]) -> set[float]:
    """Return the heights at which pages have a head line, set apart from the text below it.

    In a book its words change with the chapters, its height does not.
    """
    apart, near = Counter[float](), Counter[float]()
    for page in pages:
        heights = sorted({line.y for line in page if line.size}, reverse=True)
        gaps = [upper - lower for upper, lower in pairwise(heights)]
        if len(gaps) < _FEW:
            continue
        places = apart if gaps[0] > _HEAD_GAP * median(gaps) else near
        places[heights[0]] += 1
    least = max(_FEW, _HEADED * len(pages))
    return {y for y, count in apart.items() if count >= least and count >= _HEAD_SURE * near[y]}


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
    # A hyphenated word that occurs within a line keeps its hyphen at a line end, too.
    compounds = frozenset(map(str.lower, re.findall(r"\b[A-Za-z]+-[a-z]+\b", text)))
    hyphenates = _is_hyphenated(lines)
    joined: list[str] = []
    for before, line in pairwise([None, *lines]):
        text = _text(line) if line else ""
        if before is None or line is None or _ends_paragraph(before, line, setting):
            joined.append(text)
        else:
            joined[-1] = _join(joined[-1], text, compounds, hyphenates=hyphenates)
    return joined


def _is_hyphenated(lines: Sequence[TextLine]) -> bool:
    """Return whether words were divided, not only compounds at the hyphens that they have."""
    words = {word for line in lines for word in re.findall(r"\b[a-z]+\b", line.text)}
    halves = [
        (_text(line), following.text.strip())
        for line, following in pairwise(lines)
        if _HYPHENATED.search(_text(line)) and following.text.strip()[:1].islower()
    ]
    divided = (
        re.split(r"[^A-Za-z]", left[:-1])[-1] + re.split(r"[^A-Za-z]", right, maxsplit=1)[0]
        for left, right in halves
    )
    known = sum(word in words for word in divided)
    return len(halves) >= _DIVIDED * len(lines) or (known >= 2 and known >= _KNOWN * len(halves))


def _text(line: TextLine) -> str:
    """Return the text of a line; a soft hyphen at its end is a visible one."""
    text = line.text.rstrip()
    return normalise_space(f"{text[:-1]}\u2010" if text.endswith("\u00ad") else text)


def _join(text: str, line: str, compounds: frozenset[str], *, hyphenates: bool) -> str:
    hyphen = _HYPHENATED.search(text)
    if hyphen and line[:1].islower():
        halves = text.rpartition(" ")[2], re.split(r"[^A-Za-z-]", line, maxsplit=1)[0]
        whole = "".join(halves).lower() in compounds or (hyphen[0] == "-" and not hyphenates)
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
    distances = (_gap(one, two) for one, two in pairwise(lines))
    gaps = [gap for gap in distances if gap is not None]
    leading = sorted(gaps)[len(gaps) // 4] if gaps else 0.0
    wide = sum(gap > _SPACE_ABOVE * leading for gap in gaps)
    setting = _Setting(full, leading, _find_margins(lines), wide >= _FEW, indented=False)
    indents = sum(map(setting.is_indented, lines))
    return replace(setting, indented=indents >= _FEW)


def _find_margins(lines: Sequence[TextLine]) -> tuple[float, ...]:
    """Return the left end of each column that is long enough to show it."""
    columns: list[list[TextLine]] = [[]]  # the lines of each column, from top to bottom
    for line in lines:
        if columns[-1] and _gap(columns[-1][-1], line) is None:
            columns.append([])
        columns[-1].append(line)
    long = (column for column in columns if len(column) >= _FEW and column[0].size)
    return tuple(min(line.x for line in column) for column in long)


def _gap(one: TextLine, two: TextLine) -> float | None:
    """Return the distance of two lines of a column, or ``None`` if a page or column begins."""
    if not one.size or not two.size or one.page != two.page or two.y >= one.y:
        return None
    return one.y - two.y


def _width(line: TextLine) -> float:
    return sum(map(_letter, normalise_space(line.text))) * (line.size or 1.0)


def _letter(letter: str) -> float:
    return 1.0 if letter >= "\u2e80" else 0.5


def _ends_paragraph(line: TextLine, following: TextLine, setting: _Setting) -> bool:
    """Return whether a paragraph ends with a line, given the next line."""
    text, after = _text(line), _text(following)
    if _HYPHENATED.search(text) and after[:1].islower():
        return False
    over = bool(_SENTENCE_END.search(text))
    if _is_label(line, setting) or _begins_item(line, following, over=over):
        return True
    if _is_set_apart(line, following, setting):
        return True
    room = setting.full - _width(line) - _first_width(after) * (line.size or 1.0)
    ended = room > (1 - _ROOM) * setting.full  # the next word would have fitted
    may_end = over or ended
    if _changes_language(line, following, ended=may_end):
        return True
    if _begins_indented(line, following, setting, ended=may_end):
        return True
    is_short = room > (1 - _MUCH_ROOM) * setting.full
    if _would_be_marked(line, following, setting):
        return is_short and (over or room > _HALF * setting.full)
    return ended and (over or is_short)


def _changes_language(line: TextLine, following: TextLine, *, ended: bool) -> bool:
    """Return whether a paragraph in the other language begins with the next line.

    :param ended: whether the line ends a sentence, or has room for the next word.
    """
    languages = {_plain_language(_text(line)), _plain_language(_text(following))}
    return languages == {"zh", "en"} and (ended or _gap(line, following) is None)


def _is_label(line: TextLine, setting: _Setting) -> bool:
    return _text(line)[-1] in ":：" and _width(line) < _LABEL_WIDTH * setting.full


def _begins_indented(
    line: TextLine, following: TextLine, setting: _Setting, *, ended: bool
) -> bool:
    """Return whether the next line is indented because a paragraph begins.

    :param ended: whether the line ends a sentence, or has room for the next word.
    """
    if not setting.is_indented(following):
        return False
    continues_indent = setting.is_indented(line) or _BULLET.match(_text(line))
    return ended or not continues_indent


def _would_be_marked(line: TextLine, following: TextLine, setting: _Setting) -> bool:
    """Return whether a new paragraph would have a gap above it, or an indent, and has none."""
    if setting.spaced and _gap(line, following) is not None:
        return True
    return setting.indented and not setting.is_indented(following)


def _begins_item(line: TextLine, following: TextLine, *, over: bool) -> bool:
    """Return whether the next line begins an item, a label or bold text.

    :param over: whether a sentence ends with the line.
    """
    after = _text(following)
    if _DOT.match(after):
        return True
    emphasised = following.bold and not line.bold
    return over and bool(emphasised or _LABEL.match(after) or _BULLET.match(after))


def _is_set_apart(line: TextLine, following: TextLine, setting: _Setting) -> bool:
    """Return whether the next line has another font size, or a larger gap above it."""
    if following.size and line.size and abs(line.size / following.size - 1) > _OTHER_SIZE:
        return True
    gap = _gap(line, following)
    return gap is not None and gap > _SPACE_ABOVE * setting.leading


def _plain_language(text: str) -> str:
    han, words = count_han(text), len(re.findall("[A-Za-z]{2,}", text))
    if han >= _PLAIN and 4 * words <= han:
        return "zh"
    return "en" if words >= _PLAIN and not han else ""


def _first_width(text: str) -> float:
    """Return the width of a space and the first word, or of two Chinese characters."""
    if re.match(f"[{CJK}]", text):
        return 2.0
    return sum(map(_letter, " " + text.split(" ", 1)[0]))
