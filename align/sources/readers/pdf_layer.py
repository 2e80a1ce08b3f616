"""The text layer of a PDF as PDFium reads it: lines with the places of their letters."""

import ctypes
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ...aligner.text.chinese import CJK
from .pdf_rules import VerticalRules
from .pdf_setting import TextLine

_BOLD = re.compile("bold|black|heavy", re.I)  # in the name of a font
# The signs of marks of notes, their size and height, in the size of the line's letters.
_NOTE_SIGNS = re.compile(r"(?<=[^\s\d])(?:\d{1,3}|[*†‡§])(?!\d)")
_MARK_SIZE = 0.8
_MARK_RAISED = 0.15
_CONTINUED = 0.1  # of the size of letters: a piece this near to a line continues it
_FIXED_WIDTH = re.compile("mono|courier|consol|typewriter", re.I)
_HYPHENS = "\x02\ufffe"  # what PDFium returns for a hyphen at a line end, and the line end
_GAP = re.compile(f"[{CJK}] [{CJK}]")
# A code of a symbol font, such as Symbol or Wingdings, that begins a line: the mark of a list item.
_SYMBOL_BULLET = re.compile(r"^[\uf020-\uf0ff](?=\s)", re.MULTILINE)
_START_OF_WORD = re.compile(r"(?<=\s)\S")
_LONGEST_NAME = 200  # bytes of the name of a font
# A gap this many times the size of the letters separates the cells of a table: in general, between
# two languages, and behind a number, which may be the number of a heading or an item.
_CELL_GAP = 1.5
_LANGUAGE_GAP = 1.0
_LEAST_GAP = 4.0  # in points: smaller ones are not measured
_NUMBER_GAP = 4.0
_ITEM = re.compile(
    r"\s*(?:[•●▪■◆○·*–—]|[(（]?(?:[A-Z]|[A-Z]?\d{1,2}(?:\.\d{1,2})*|[a-z]|[ivx]+|[一二三四五六七八九十]{1,3})"
    r"[.、)）]?|(?:Chapter|Section|Article|Part) [\dA-Z.]+|第\S{1,5}[章节節条條部篇])\s*"
)
# The part of a line that cannot be divided: a word, or a Chinese character with its punctuation.
_FIRST = re.compile(
    rf"[“‘（《〈【「『]*[{CJK}][，。、；：！？）》〉】」』”’…]*|[^\s{CJK}]+[，。、；：！？）》”’]*"
)


def read_lines(body: bytes, most_pages: int) -> list[list[TextLine]]:
    """Return the lines of each page, in the order in which the file draws them.

    :raises pypdfium2.PdfiumError: if PDFium cannot open the file.
    """
    import pypdfium2  # type: ignore[import-untyped] # ships no types

    with pypdfium2.PdfDocument(body) as document:
        count = min(most_pages, len(document))
        return [list(_read_page(document[number], number)) for number in range(count)]


def _read_page(page: Any, number: int) -> Iterator[TextLine]:  # noqa: ANN401 # PDFium has no types
    text_page = page.get_textpage()
    letters, rules = _Letters(text_page), VerticalRules(page)
    for line in _join_pieces(letters, _split_lines(letters)):
        first, *others = _split_cells(letters, line, rules)
        yield from _make_line(letters, first, number)
        for cell in others:
            yield from _make_line(letters, cell, number, is_cell=True)
    text_page.close()
    page.close()


def _split_lines(letters: "_Letters") -> Iterator[list[int]]:
    """Yield the numbers of the letters of each line."""
    line: list[int] = []
    for at in range(letters.count):
        if letters.text(at) not in "\r\n" and not letters.is_gap_in_chinese(at):
            line.append(at)
        if letters.ends_line(at):
            yield line
            line = []
    yield line


def _join_pieces(letters: "_Letters", pieces: Iterable[list[int]]) -> Iterator[list[int]]:
    """Yield the lines with those joined that PDFium ends behind a raised letter."""
    line: list[int] = []
    for piece in pieces:
        if line and not _continues(letters, line, piece):
            yield line
            line = []
        line = [*line, *piece]
    yield line


def _continues(letters: "_Letters", line: Sequence[int], piece: Sequence[int]) -> bool:
    """Return whether a piece begins where a line ends, on the same base line."""
    drawn = [at for at in line if not letters.text(at).isspace()]
    if not drawn or not piece or letters.text(piece[0]).isspace():
        return False
    (x, y), size = letters.origin(piece[0]), letters.size(piece[0])
    is_near = abs(x - letters.right(drawn[-1])) < _CONTINUED * size
    return is_near and abs(y - letters.origin(drawn[0])[1]) < _CONTINUED * size


def _split_cells(letters: "_Letters", line: Sequence[int], rules: VerticalRules) -> list[list[int]]:
    """Return the letters of each cell of a line; a line outside tables is one cell.

    In program code, with letters of one width, gaps are spaces.
    """
    cells: list[list[int]] = [[]]
    for at in line:
        if (
            cells[-1]
            and at in letters.starts_of_words
            and _begins_cell(letters, cells[-1], at, rules)
        ):
            cells.append([])
        cells[-1].append(at)
    return cells


def _begins_cell(letters: "_Letters", cell: Sequence[int], at: int, rules: VerticalRules) -> bool:
    """Return whether a rule or a gap separates a letter from the cell before it."""
    before = at - 1  # becomes the last letter that the file draws, such as a space
    while before > cell[0] and letters.text(before).isspace() and letters.is_generated(before):
        before -= 1
    (x, y), end = letters.origin(at), letters.right(before)
    if rules.separate(end, x, y):
        return True
    gap = x - end
    if gap < _LEAST_GAP:
        return False
    return gap > _least_gap(letters, cell, at) and not letters.has_fixed_width(at)


def _least_gap(letters: "_Letters", cell: Sequence[int], at: int) -> float:
    """Return the gap in points that separates a cell from a letter behind it."""
    text = "".join(map(letters.text, cell))
    times = _CELL_GAP
    if _ITEM.fullmatch(text):
        times = _NUMBER_GAP
    elif bool(re.search(f"[{CJK}]", text)) != bool(re.match(f"[{CJK}]", letters.text(at))):
        times = _LANGUAGE_GAP
    return times * letters.size(at)


def _make_line(
    letters: "_Letters", line: Sequence[int], number: int, *, is_cell: bool = False
) -> Iterator[TextLine]:
    """Yield the line of these letters; none if it has no visible one."""
    text = _join_surrogates("".join(map(letters.text, line)))
    visible = [at for at in line if not letters.text(at).isspace()]
    if not visible:
        return
    x, y = letters.origin(visible[0])
    # The letters of a word have one size, so the first ones of all words have all sizes.
    starts = [at for at in visible if at == line[0] or letters.text(at - 1).isspace()]
    first = _FIRST.match(text.strip())
    width = len(first[0]) if first else 1
    last = min(width, len(visible)) - 1
    size = max(map(letters.size, starts or visible))
    yield TextLine(
        text,
        x,
        y,
        size,
        number,
        bool(_BOLD.search(letters.font(visible[0]))),
        right=letters.right(visible[-1]),
        first=max(0.0, letters.right(visible[last]) - x),
        is_cell=is_cell,
        marks=_find_marks(letters, line, size, y) if len(text) == len(line) else (),
    )


def _find_marks(
    letters: "_Letters", line: Sequence[int], size: float, base: float
) -> tuple[tuple[int, int], ...]:
    """Return the offsets of small raised numbers and signs within a line.

    :param size: the size of the line's letters.
    :param base: the height of its base line.
    """
    marks = []
    for signs in _NOTE_SIGNS.finditer("".join(map(letters.text, line))):
        at = line[signs.start()]
        is_small = letters.size(at) < _MARK_SIZE * size
        if is_small and letters.origin(at)[1] > base + _MARK_RAISED * size:
            marks.append(signs.span())
    return tuple(marks)


def _join_surrogates(text: str) -> str:
    """Return a text with one character for each pair of UTF-16, and U+FFFD for half a pair."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


class _Letters:
    """The letters of a page, by their number."""

    def __init__(self, page: Any) -> None:  # noqa: ANN401 # PDFium has no types
        import pypdfium2.raw as pdfium  # type: ignore[import-untyped] # ships no types

        self._pdfium, self._page = pdfium, page
        self.count = int(pdfium.FPDFText_CountChars(page))
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self._box, self._matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
        self._name = ctypes.create_string_buffer(_LONGEST_NAME)
        letters = "".join(self._read_letter(at) for at in range(self.count))
        self._texts = _SYMBOL_BULLET.sub("•", letters)
        self.starts_of_words = {start.start() for start in _START_OF_WORD.finditer(letters)}

    def _read_letter(self, at: int) -> str:
        """Return a letter, or U+FFFD if its font maps it to no Unicode character.

        PDFium then returns the number of the glyph, which reads as some other character. Only in
        Type 3 fonts, which have no name, the numbers usually are the letters.
        """
        is_unmapped = self._pdfium.FPDFText_HasUnicodeMapError(self._page, at) == 1
        if is_unmapped and self.font(at):
            return "\ufffd"
        return chr(self._pdfium.FPDFText_GetUnicode(self._page, at))

    def text(self, at: int) -> str:
        """Return a letter, or a hyphen at a line end."""
        letter = self._texts[at]
        return "-" if letter in _HYPHENS else letter

    def ends_line(self, at: int) -> bool:
        """Return whether a letter is a line feed, or a hyphen at a line end."""
        return self._texts[at] == "\n" or self._texts[at] in _HYPHENS

    def is_gap_in_chinese(self, at: int) -> bool:
        """Return whether a space is no letter, but a gap that justifies a line of Chinese."""
        around = self._texts[max(0, at - 1) : at + 2]
        return bool(_GAP.fullmatch(around)) and self.is_generated(at)

    def is_generated(self, at: int) -> bool:
        """Return whether PDFium inserted a letter, such as a space for a gap."""
        return bool(self._pdfium.FPDFText_IsGenerated(self._page, at) == 1)

    def origin(self, at: int) -> tuple[float, float]:
        """Return the left end of a letter and the base of its line, in points."""
        self._pdfium.FPDFText_GetCharOrigin(self._page, at, self._x, self._y)
        return self._x.value, self._y.value

    def right(self, at: int) -> float:
        """Return the right end of a letter, with the space that belongs to it."""
        self._pdfium.FPDFText_GetLooseCharBox(self._page, at, self._box)
        return float(self._box.right)

    def size(self, at: int) -> float:
        """Return the size of a letter as it is shown: that of its font times its scale."""
        self._pdfium.FPDFText_GetMatrix(self._page, at, self._matrix)
        scale = math.hypot(self._matrix.c, self._matrix.d)
        return float(self._pdfium.FPDFText_GetFontSize(self._page, at)) * scale

    def font(self, at: int) -> str:
        """Return the name of the font of a letter."""
        return self._read_font(at)[0]

    def has_fixed_width(self, at: int) -> bool:
        """Return whether all letters of a letter's font have one width."""
        name, flags = self._read_font(at)
        return bool(flags & 1 or _FIXED_WIDTH.search(name))

    def _read_font(self, at: int) -> tuple[str, int]:
        """Return the name of the font of a letter, and its flags as PDF defines them."""
        flags = ctypes.c_int()
        self._pdfium.FPDFText_GetFontInfo(
            self._page, at, self._name, ctypes.sizeof(self._name), flags
        )
        return self._name.value.decode("utf-8", "replace"), flags.value
