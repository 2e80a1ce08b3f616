"""Paragraphs from the lines of a PDF, without page headers and page numbers.

A paragraph ends before a larger gap, an indent, another font size, a label or a bullet, and after a
line with enough room for the next word.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import chain, groupby, pairwise, takewhile
from operator import attrgetter, itemgetter
from statistics import median

from ...aligner.text.chinese import CJK, count_han
from ...aligner.text.strings import normalise_space
from .pdf_setting import (
    FEW,
    HALF,
    INDENT,
    Setting,
    TextLine,
    gap_between,
    is_wide_gap,
    measure_setting,
    text_of,
    width_of,
)

# Lines this close to the top or bottom are head and foot lines if half of the pages repeat them.
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
_PAGE_NUMBER = re.compile(rf"\s*(?:\d{{1,4}}|{_ROMAN})\s*$")
_CONTENTS = 0.3  # of the lines of a page have dots: it is a table of contents
_MARK = re.compile(r"\s*(?:\[?\d{1,3}\]?(?![\d.,%])|[*†‡§]|[①-⑳])")  # of a footnote
_SMALL = 0.93  # of the usual size of letters, at most, in a footnote

_OTHER_SIZE = 0.12
# A line with room for the next word is the last one of its paragraph; the width of letters is
# only estimated, so it must have room to spare.
_ROOM = 0.97
_MUCH_ROOM = 0.88
_LABEL_WIDTH = 0.7  # of a line that ends with a colon, at the most
_DIVIDED = 0.05  # of the lines of a hyphenated text end with a hyphen
_KNOWN = 0.3  # of the divided words of such a text stand whole elsewhere in it
_PLAIN = 4  # words or Chinese characters of a line that is in one language


def drop_page_edges(pages: Sequence[Sequence[TextLine]]) -> list[list[TextLine]]:
    """Drop page numbers, and head and foot lines that are repeated on half of the pages."""
    pages = [[line for line in page if line.text.strip()] for page in pages]
    edges = [_edges(page) for page in pages]
    repeated = _find_repeated(edges)
    heads = _find_head_places(pages)
    kept: list[list[TextLine]] = []
    for page, rows in zip(pages, edges, strict=True):
        furniture = [row for row in rows if _is_furniture(row, heads, repeated)]
        dropped = set(chain.from_iterable(furniture))
        kept.append([line for line in page if line not in dropped])
    return kept


def _find_repeated(edges: Sequence[Sequence[Sequence[TextLine]]]) -> set[str]:
    """Return the keys of the lines that are at the edges of half of the pages."""
    times = Counter[str]()
    for rows in edges:
        times.update({_key(line) for row in rows for line in row})
    return {key for key, count in times.items() if count > max(1, _REPEATED * len(edges))}


def _is_furniture(row: Sequence[TextLine], heads: set[int], repeated: set[str]) -> bool:
    """Return whether a row at the edge of a page is a head or foot line, or a page number.

    :param heads: the heights of head lines.
    :param repeated: the keys of lines that are repeated on other pages.
    """
    if any(_PRINTED.match(line.text.strip()) for line in row):
        return True
    if row[0].size and round(row[0].y) in heads:
        return True
    # A number next to a text of the page is the cell of a table.
    return all(_NUMBER.match(line.text) or _key(line) in repeated for line in row)


def _find_head_places(pages: Sequence[Sequence[TextLine]]) -> set[int]:
    """Return the heights of head lines, which are set apart from the text below, in points.

    In a book its words change with the chapters, its height does not.
    """
    apart, near = Counter[int](), Counter[int]()
    for page in pages:
        heights = sorted({line.y for line in page if line.size}, reverse=True)
        gaps = [upper - lower for upper, lower in pairwise(heights)]
        if len(gaps) < FEW:
            continue
        places = apart if gaps[0] > _HEAD_GAP * median(gaps) else near
        places[round(heights[0])] += 1
    least = max(FEW, _HEADED * len(pages))
    return {y for y, count in apart.items() if count >= least and count >= _HEAD_SURE * near[y]}


def _edges(page: Sequence[TextLine]) -> list[list[TextLine]]:
    """Return the rows at the top and bottom of a page; one with a label never is one of them."""
    rows: list[list[TextLine]] = []
    for line in page:
        if not line.is_cell or not rows:
            rows.append([])
        rows[-1].append(line)
    if all(line.size for line in page):
        rows.sort(key=lambda row: -row[0].y)
    depth = _EDGE if len(rows) > 4 * _EDGE else 1
    edges = rows if len(rows) <= 2 * depth else [*rows[:depth], *rows[-depth:]]
    return [row for row in edges if not any(line.text.strip()[-1] in ":：" for line in row)]


def _key(line: TextLine) -> str:
    """Return a line without digits, by which head lines with page numbers are equal."""
    return re.sub(r"[\d\s]+", " ", line.text).strip()


def find_leaders(page: Sequence[TextLine]) -> dict[TextLine, str]:
    """Return the dots and page numbers at the ends of a page's lines, by line.

    On a page of a table of contents, entries without dots have their numbers at the same edge.
    """
    ends: dict[TextLine, str] = {}
    for line in page:
        if dots := _LEADERS.search(line.text):
            ends[line] = dots[0]
    entries = sum(not line.is_cell for line in page)
    if len(ends) < max(FEW, _CONTENTS * entries):
        return ends
    numbers = {line: line.text for line in page if line.is_cell and _PAGE_NUMBER.match(line.text)}
    edges = {round(line.right) for line in (*ends, *numbers)}
    ends |= numbers
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
    setting = measure_setting(lines)
    text = "\n".join(line.text for line in lines)
    # A hyphenated word that occurs within a line keeps its hyphen at a line end, too.
    compounds = frozenset(map(str.lower, re.findall(r"\b[A-Za-z]+-[a-z]+\b", text)))
    hyphenates = _is_hyphenated(lines)
    footnotes = _find_footnotes(lines)
    body = [line for line in lines if line not in footnotes]
    joined: list[tuple[int, str]] = []  # the page on which a paragraph begins, and its text
    for story in (body, [line for line in lines if line in footnotes]):
        for paragraph in _split_paragraphs(story, setting, are_notes=story is not body):
            text = text_of(paragraph[0])
            for line in paragraph[1:]:
                text = _join(text, text_of(line), compounds, hyphenates=hyphenates)
            joined.append((paragraph[0].page, text))
    return [text for _, text in sorted(joined, key=itemgetter(0))]


def _split_paragraphs(
    lines: Sequence[TextLine], setting: Setting, *, are_notes: bool
) -> list[list[TextLine]]:
    paragraphs: list[list[TextLine]] = []
    for line in lines:
        is_new_note = are_notes and bool(_MARK.match(line.text))
        if is_new_note or not paragraphs or _ends_paragraph(paragraphs[-1][-1], line, setting):
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


def find_note_marks(lines: Sequence[TextLine]) -> dict[TextLine, list[tuple[int, int]]]:
    """Return the offsets of the marks of footnotes in the text, by line.

    A small raised number is one if a footnote of its page begins with it; others are exponents.
    """
    footnotes = _find_footnotes(lines)
    begun: dict[int, set[str]] = defaultdict(set)
    for line in footnotes:
        if mark := _MARK.match(line.text):
            begun[line.page].add(mark[0].strip(" []"))
    marks: dict[TextLine, list[tuple[int, int]]] = {}
    for line in lines:
        own = [(at, end) for at, end in line.marks if line.text[at:end] in begun[line.page]]
        if own and line not in footnotes:
            marks[line] = own
    return marks


def _is_hyphenated(lines: Sequence[TextLine]) -> bool:
    """Return whether words were divided, not only compounds at the hyphens that they have."""
    words = {word for line in lines for word in re.findall(r"\b[a-z]+\b", line.text)}
    halves = [
        (text_of(line), following.text.strip())
        for line, following in pairwise(lines)
        if _HYPHENATED.search(text_of(line)) and following.text.strip()[:1].islower()
    ]
    divided = (
        re.split(r"[^A-Za-z]", left[:-1])[-1] + re.split(r"[^A-Za-z]", right, maxsplit=1)[0]
        for left, right in halves
    )
    known = sum(word in words for word in divided)
    return len(halves) >= _DIVIDED * len(lines) or (known >= 2 and known >= _KNOWN * len(halves))


def _join(text: str, line: str, compounds: frozenset[str], *, hyphenates: bool) -> str:
    """Return a text with the next line of its paragraph.

    :param compounds: the words of the text that have a hyphen within a line, in lower case.
    :param hyphenates: whether the text divides words at the ends of lines.
    """
    hyphen = _HYPHENATED.search(text)
    if hyphen and line[:1].islower():
        first = text.rpartition(" ")[2]
        second = re.split(r"[^A-Za-z-]", line, maxsplit=1)[0]
        is_compound = (first + second).lower() in compounds
        keeps_hyphen = is_compound or (hyphen[0] == "-" and not hyphenates)
        return text + line if keeps_hyphen else text[:-1] + line
    if re.search(f"[{CJK}]$", text):
        return text + line
    return f"{text} {line}"


def _ends_paragraph(line: TextLine, following: TextLine, setting: Setting) -> bool:
    """Return whether a paragraph ends with a line, given the next line."""
    text, after = text_of(line), text_of(following)
    if _begins_cell(line, following, setting):
        return True
    if _HYPHENATED.search(text) and after[:1].islower():
        return False
    ends_sentence = bool(_SENTENCE_END.search(text))
    if _is_label(line, setting):
        return True
    if _begins_item(line, following, setting, ends_sentence=ends_sentence):
        return True
    if _is_set_apart(line, following, setting):
        return True
    return _ends_by_room(line, following, setting, ends_sentence=ends_sentence)


def _ends_by_room(
    line: TextLine, following: TextLine, setting: Setting, *, ends_sentence: bool
) -> bool:
    """Return whether a paragraph ends with a line, by the room that is left on it.

    :param ends_sentence: whether a sentence ends with the line.
    """
    room = setting.room(line, following)
    least = 0.0 if line.right else (1 - _ROOM) * setting.full  # estimated widths need tolerance
    has_room = room > least  # the next word would have fitted
    may_end = ends_sentence or has_room
    if _changes_language(line, following, ended=may_end):
        return True
    if _begins_indented(line, following, setting, ended=may_end):
        return True
    is_short = room > (1 - _MUCH_ROOM) * setting.full
    if _would_be_marked(line, following, setting):
        return is_short and (ends_sentence or room > HALF * setting.full)
    return has_room and (ends_sentence or is_short)


def _begins_cell(line: TextLine, following: TextLine, setting: Setting) -> bool:
    """Return whether the next line begins another cell of a table, or follows a table."""
    return following.is_cell or (
        setting.is_in_table(line)
        and line.page == following.page
        and abs(line.x - following.x) > INDENT * line.size
    )


def _changes_language(line: TextLine, following: TextLine, *, ended: bool) -> bool:
    """Return whether a paragraph in the other language begins with the next line.

    :param ended: whether the line ends a sentence, or has room for the next word.
    """
    languages = {_plain_language(text_of(line)), _plain_language(text_of(following))}
    return languages == {"zh", "en"} and (ended or gap_between(line, following) is None)


def _is_label(line: TextLine, setting: Setting) -> bool:
    return text_of(line)[-1] in ":：" and width_of(line) < _LABEL_WIDTH * setting.full


def _begins_indented(line: TextLine, following: TextLine, setting: Setting, *, ended: bool) -> bool:
    """Return whether the next line is indented because a paragraph begins.

    :param ended: whether the line ends a sentence, or has room for the next word.
    """
    if not setting.is_indented(following):
        return False
    if line.right:  # its measured width tells
        return ended
    continues_indent = setting.is_indented(line) or _BULLET.match(text_of(line))
    return ended or not continues_indent


def _would_be_marked(line: TextLine, following: TextLine, setting: Setting) -> bool:
    """Return whether a new paragraph would have a gap above it, or an indent, and has none."""
    if setting.spaced and gap_between(line, following) is not None:
        return True
    return setting.indented and not setting.is_indented(following)


def _begins_item(
    line: TextLine, following: TextLine, setting: Setting, *, ends_sentence: bool
) -> bool:
    """Return whether the next line begins an item, a label or bold text.

    :param ends_sentence: whether a sentence ends with the line.
    """
    after = text_of(following)
    if _DOT.match(after):
        return True
    if not ends_sentence:
        return False
    is_emphasised = following.bold and not line.bold
    # A label is a paragraph of its own; a line such as "There are three reasons:" may not be one.
    is_label = _LABEL.match(after) and not _would_be_marked(line, following, setting)
    return bool(is_emphasised or is_label or _BULLET.match(after))


def _is_set_apart(line: TextLine, following: TextLine, setting: Setting) -> bool:
    """Return whether the next line has another font size, or a larger gap above it."""
    if following.size and line.size and abs(line.size / following.size - 1) > _OTHER_SIZE:
        return True
    return is_wide_gap(line, following, setting.leading)


def _plain_language(text: str) -> str:
    """Return the language of a line that has enough of one and none of the other, or nothing."""
    han = count_han(text)
    words = len(re.findall("[A-Za-z]{2,}", text))
    if han >= _PLAIN and 4 * words <= han:
        return "zh"
    return "en" if words >= _PLAIN and not han else ""
