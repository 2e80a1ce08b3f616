"""Paragraphs from the lines of a PDF, without page headers and page numbers.

A paragraph ends before a larger gap, an indent, another font size, a label or a bullet, and after a
line with enough room for the next word.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise, takewhile
from operator import attrgetter, itemgetter
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
_ROMAN = "(?=[ivxl])(?:xl|l?x{0,3})(?:i[xv]|v?i{0,3})"  # to 89: pages before the text
_NUMBER = re.compile(
    rf"^[-–—\s]*(?:Page|第)?\s*(?:\d{{1,4}}|{_ROMAN})\s*"
    r"(?:页|頁|of \d+|/\s*\d+|共\s*\d+\s*页)?[-–—\s]*$",
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

# The dots of a table of contents, and the page number after them.
_LEADERS = re.compile(r"(?:\s?[.·]){4,}\s*(?:\d{1,4}|[ivxl]{1,6})?\s*$|\s*…{2,}\s*\d{1,4}\s*$")
_LAST_NUMBER = re.compile(rf"\s+(?:\d{{1,4}}|{_ROMAN})\s*$")
_CONTENTS = 0.3  # of the lines of a page have dots: it is a table of contents
_MARK = re.compile(r"\s*(?:\[?\d{1,3}\]?|[*†‡§]|[①-⑳])")  # of a footnote
_SMALL = 0.93  # of the usual size of letters, at most, in a footnote

# Distances, in the size of the letters or the usual distance of two lines. Chosen on 96 PDFs of the
# demo's texts, set by four programs in up to eight ways (docs/reference/sites.md).
_SPACE_ABOVE = 1.25
_INDENT = 0.8
_OTHER_SIZE = 0.12
# A line with room for the next word is the last one of its paragraph; the width of letters is
# only estimated, so it must have room to spare.
_ROOM = 0.97
_WITHIN = 0.95  # of the lines of a column end within its right edge
_JUSTIFIED = 0.25  # of the lines that begin at one place end at one
_SPACE = 0.25  # of the size of letters: a space
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

    ``bold`` says whether it begins in bold letters, as labels and headings do. ``right`` is the
    right end of its letters and ``first`` the width of the part at its start that cannot be
    divided, such as a word; both are 0 if unknown, and then estimated.
    """

    text: str
    x: float = 0.0
    y: float = 0.0
    size: float = 0.0  # 0 where the places are not known
    page: int = 0
    bold: bool = False
    right: float = 0.0
    first: float = 0.0


def drop_page_edges(pages: Sequence[Sequence[TextLine]]) -> list[list[TextLine]]:
    """Drop page numbers, and head and foot lines that come back on half of the pages."""
    pages = [[line for line in page if line.text.strip()] for page in pages]
    edges = [_edges(page) for page in pages]
    times = Counter(key for page in edges for key in {_key(line) for line in page})
    repeated = {key for key, count in times.items() if count > max(1, _REPEATED * len(pages))}

    heads = _find_head_places(pages)

    def is_furniture(line: TextLine) -> bool:
        numbered = _NUMBER.match(line.text) or _PRINTED.match(line.text.strip())
        return (
            bool(numbered) or _key(line) in repeated or (bool(line.size) and round(line.y) in heads)
        )

    return [
        [line for line in page if line not in edge or not is_furniture(line)]
        for page, edge in zip(pages, edges, strict=True)
    ]


def _find_head_places(pages: Sequence[Sequence[TextLine]]) -> set[int]:
    """Return the heights of head lines, which are set apart from the text below, in points.

    In a book its words change with the chapters, its height does not.
    """
    apart, near = Counter[int](), Counter[int]()
    for page in pages:
        heights = sorted({line.y for line in page if line.size}, reverse=True)
        gaps = [upper - lower for upper, lower in pairwise(heights)]
        if len(gaps) < _FEW:
            continue
        places = apart if gaps[0] > _HEAD_GAP * median(gaps) else near
        places[round(heights[0])] += 1
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


def find_leaders(page: Sequence[TextLine]) -> dict[TextLine, str]:
    """Return the dots and page numbers at the ends of a page's lines, by line.

    On a page of a table of contents, entries without dots have their numbers at the same edge.
    """
    ends = {line: found[0] for line in page if (found := _LEADERS.search(line.text))}
    if len(ends) < max(_FEW, _CONTENTS * len(page)):
        return ends
    edges = {round(line.right) for line in ends}
    for line in page:
        number = _LAST_NUMBER.search(line.text)
        if number and line not in ends and line.right and round(line.right) in edges:
            ends[line] = number[0]
    return ends


def join_paragraphs(lines: Sequence[TextLine]) -> list[str]:
    """Join lines to paragraphs and undo hyphenation.

    The footnotes of a page follow the last paragraph that begins on it.

    >>> lines = ["All along the coast every light-", "house was lit.", "New."]
    >>> join_paragraphs([TextLine(line) for line in lines])
    ['All along the coast every lighthouse was lit.', 'New.']
    """
    lines = [line for line in lines if normalise_space(line.text)]
    setting, text = _measure_setting(lines), "\n".join(line.text for line in lines)
    # A hyphenated word that occurs within a line keeps its hyphen at a line end, too.
    compounds = frozenset(map(str.lower, re.findall(r"\b[A-Za-z]+-[a-z]+\b", text)))
    hyphenates = _is_hyphenated(lines)
    footnotes = _find_footnotes(lines)
    body = [line for line in lines if line not in footnotes]
    joined: list[tuple[int, str]] = []  # the page on which a paragraph begins, and its text
    for story in (body, [line for line in lines if line in footnotes]):
        for paragraph in _split_paragraphs(story, setting):
            text = _text(paragraph[0])
            for line in paragraph[1:]:
                text = _join(text, _text(line), compounds, hyphenates=hyphenates)
            joined.append((paragraph[0].page, text))
    return [text for _, text in sorted(joined, key=itemgetter(0))]


def _split_paragraphs(lines: Sequence[TextLine], setting: "_Setting") -> list[list[TextLine]]:
    paragraphs: list[list[TextLine]] = []
    for line in lines:
        if not paragraphs or _ends_paragraph(paragraphs[-1][-1], line, setting):
            paragraphs.append([])
        paragraphs[-1].append(line)
    return paragraphs


def _find_footnotes(lines: Sequence[TextLine]) -> frozenset[TextLine]:
    """Return the lines of footnotes: small ones at the foot of a page, from a mark on."""
    letters = Counter[float]()
    for line in lines:
        letters[line.size] += len(line.text)
    usual = max(letters, key=letters.__getitem__, default=0.0)
    footnotes: set[TextLine] = set()
    for _, page in groupby(lines, key=attrgetter("page")):
        order = sorted(page, key=attrgetter("y"))
        small = list(takewhile(lambda line: 0 < line.size < _SMALL * usual, order))
        marked = [at for at, line in enumerate(small) if _MARK.match(line.text)]
        if marked and len(small) < len(order):
            footnotes.update(small[: marked[-1] + 1])
    return frozenset(footnotes)


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
    edges: Mapping[int, float]  # right edge of lines, by their left end
    spaced: bool
    indented: bool

    def room(self, line: TextLine, following: TextLine) -> float:
        """Return the width that is left on a line behind the first word of the next one."""
        edge = self.edges.get(round(line.x)) or self.edges.get(round(self.margin(line)))
        if not line.right or edge is None:
            return self.full - _width(line) - _first_width(_text(following)) * (line.size or 1.0)
        is_chinese = re.match(f"[{CJK}]", _text(following))
        space = 0.0 if is_chinese else _SPACE * line.size
        return edge - line.right - space - following.first

    def margin(self, line: TextLine) -> float:
        """Return the left margin of the column of a line."""
        return max((x for x in self.margins if x <= line.x + 1), default=line.x)

    def is_indented(self, line: TextLine) -> bool:
        """Return whether a line begins to the right of its column's margin."""
        if not line.size:
            return line.text[:1] in (" ", "\u3000", "\t")
        return line.x - self.margin(line) > _INDENT * line.size


def _measure_setting(lines: Sequence[TextLine]) -> _Setting:
    widths = sorted(_width(line) for line in lines)
    full = widths[int(0.9 * len(widths))] if widths else 0.0
    distances = (_gap(one, two) for one, two in pairwise(lines))
    gaps = [gap for gap in distances if gap is not None]
    leading = sorted(gaps)[len(gaps) // 4] if gaps else 0.0
    wide = sum(gap > _SPACE_ABOVE * leading for gap in gaps)
    columns = _find_columns(lines)
    margins = tuple(min(line.x for line in column) for column in columns)
    edges = _find_edges(columns, margins, full)
    setting = _Setting(full, leading, margins, edges, wide >= _FEW, indented=False)
    indents = sum(map(setting.is_indented, lines))
    return replace(setting, indented=indents >= _FEW)


def _find_columns(lines: Sequence[TextLine]) -> list[list[TextLine]]:
    """Return the columns that are long enough to show their margins."""
    columns: list[list[TextLine]] = [[]]  # the lines of each column, from top to bottom
    for line in lines:
        if columns[-1] and _gap(columns[-1][-1], line) is None:
            columns.append([])
        columns[-1].append(line)
    return [column for column in columns if len(column) >= _FEW and column[0].size]


def _find_edges(
    columns: Sequence[Sequence[TextLine]], margins: Sequence[float], full: float
) -> dict[int, float]:
    """Return the right edges of a document, by the left end of lines in points.

    The edge of a column is its right end, which some lines go beyond. If many lines that begin at
    one place also end at one, such as those of a quotation, that is their edge.
    """
    in_columns: dict[int, list[float]] = defaultdict(list)
    by_start: dict[int, list[float]] = defaultdict(list)
    for column, margin in zip(columns, margins, strict=True):
        for line in column:
            in_columns[round(margin)].append(line.right)
            by_start[round(line.x)].append(line.right)
    edges = {
        margin: sorted(rights)[int(_WITHIN * len(rights))] for margin, rights in in_columns.items()
    }
    for start, rights in by_start.items():
        ((place, count),) = Counter(map(round, rights)).most_common(1)
        is_wide = place - start > _HALF * full
        if is_wide and count >= max(_FEW, _JUSTIFIED * len(rights)):
            edges[start] = place
    return edges


def _gap(one: TextLine, two: TextLine) -> float | None:
    """Return the distance of two lines of a column, or ``None`` if a page or column begins."""
    if not one.size or not two.size or one.page != two.page or two.y >= one.y:
        return None
    return one.y - two.y


def _width(line: TextLine) -> float:
    if line.right:
        return line.right - line.x
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
    room = setting.room(line, following)
    least = 0.0 if line.right else (1 - _ROOM) * setting.full  # estimated widths need tolerance
    ended = room > least  # the next word would have fitted
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
    if line.right:  # its measured width tells
        return ended
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
