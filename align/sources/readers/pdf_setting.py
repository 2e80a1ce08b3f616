"""The setting of a PDF's text: its lines with their places, its margins, edges and distances."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from ...aligner.text.chinese import CJK
from ...aligner.text.strings import normalise_space

# Distances, in the size of the letters or the usual distance of two lines. Chosen on 96 PDFs of the
# demo's texts, set by four programs in up to eight ways.
_SPACE_ABOVE = 1.25
INDENT = 0.8
_SPACE = 0.25  # of the size of letters: a space
_PADDING = 0.5  # of the size of letters: the least space between the columns of a table
_SAME_HEIGHT = 0.4  # of the size of letters: the base lines of two languages in one row differ
HALF = 0.45
_WITHIN = 0.95  # of the lines of a column end within its right edge
_JUSTIFIED = 0.25  # of the lines that begin at one place end at one
FEW = 3  # lines that make a column; gaps or indents that are the rule in a document


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line: its text, the left end and the base of its letters, their size, its page.

    ``bold`` says whether it begins in bold letters, as labels and headings do. ``right`` is the
    right end of its letters and ``first`` the width of the part at its start that cannot be
    divided, such as a word; both are 0 if unknown, and then estimated. ``is_cell`` says whether a
    gap separates it from another text on its left, as in a table. ``marks`` has the offsets of
    small raised numbers and signs, which may be marks of notes.
    """

    text: str
    x: float = 0.0
    y: float = 0.0
    size: float = 0.0  # 0 where the places are not known
    page: int = 0
    bold: bool = False
    right: float = 0.0
    first: float = 0.0
    is_cell: bool = False
    marks: tuple[tuple[int, int], ...] = ()


class Leading(NamedTuple):
    """The usual distance of two lines, and the usual size of their letters."""

    distance: float
    size: float


@dataclass(frozen=True, slots=True)
class Setting:
    """The setting of a document: its margins, and whether paragraphs are set apart."""

    full: float  # width of a full line
    leading: Mapping[bool, Leading]  # of lines, by whether they are Chinese
    margins: tuple[float, ...]
    edges: Mapping[int, float]  # right edge of lines, by their left end
    spaced: bool
    indented: bool
    cells: Mapping[int, frozenset[int]]  # left ends of the cells of tables, by page
    limits: Mapping[TextLine, float]  # right ends of lines that have others on their right

    def is_in_table(self, line: TextLine) -> bool:
        """Return whether a line begins where cells of a table begin on its page."""
        return round(line.x) in self.cells.get(line.page, ())

    def room(self, line: TextLine, following: TextLine) -> float:
        """Return the width that is left on a line behind the first word of the next one."""
        edge = self._edge(line)
        if not line.right or edge is None or line.right > edge + line.size:
            first = _first_width(text_of(following)) * (line.size or 1.0)
            return self.full - width_of(line) - first
        is_chinese = re.match(f"[{CJK}]", text_of(following))
        space = 0.0 if is_chinese else _SPACE * line.size
        return edge - line.right - space - following.first

    def _edge(self, line: TextLine) -> float | None:
        """Return the right edge for a line: that of its column, or where its cell ends."""
        of_column = self.edges.get(round(line.x)) or self.edges.get(round(self.margin(line)))
        places = [place for place in (of_column, self.limits.get(line)) if place]
        return min(places, default=None)

    def margin(self, line: TextLine) -> float:
        """Return the left margin of the column of a line, on the page or in a table."""
        places = (*self.margins, *self.cells.get(line.page, ()))
        return max((x for x in places if x <= line.x + 1), default=line.x)

    def is_indented(self, line: TextLine) -> bool:
        """Return whether a line begins to the right of its column's margin."""
        if not line.size:
            return line.text[:1] in (" ", "\u3000", "\t")
        return line.x - self.margin(line) > INDENT * line.size


def measure_setting(lines: Sequence[TextLine]) -> Setting:
    """Return the setting of a document, measured on all of its lines."""
    widths = sorted(width_of(line) for line in lines)
    full = widths[int(0.9 * len(widths))] if widths else 0.0
    leading = _measure_leading(lines)
    wide = sum(is_wide_gap(one, two, leading) for one, two in pairwise(lines))
    columns = _find_columns(lines)
    margins = tuple(min(line.x for line in column) for column in columns)
    cells = _find_cells(lines)
    edges = {**_find_cell_edges(lines, cells), **_find_edges(columns, margins, full)}
    setting = Setting(
        full,
        leading,
        margins,
        edges,
        wide >= FEW,
        indented=False,
        cells=cells,
        limits=_find_limits(lines, leading),
    )
    indents = sum(map(setting.is_indented, lines))
    return replace(setting, indented=indents >= FEW)


def _measure_leading(lines: Sequence[TextLine]) -> dict[bool, Leading]:
    """Return the usual leading, by whether lines are Chinese."""
    pairs: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
    for one, two in pairwise(lines):
        gap = gap_between(one, two)
        if gap is not None:
            are_chinese = _is_chinese(one) and _is_chinese(two)
            pairs[are_chinese].append((gap, one.size))
    everything = [*pairs[True], *pairs[False]]
    leading = {}
    for chinese, own in pairs.items():
        chosen = own if len(own) >= FEW else everything
        sizes = [size for _, size in chosen]
        leading[chinese] = Leading(
            _lower_quartile([gap for gap, _ in chosen]), median(sizes) if sizes else 0.0
        )
    return leading


def _lower_quartile(numbers: Collection[float]) -> float:
    return sorted(numbers)[len(numbers) // 4] if numbers else 0.0


def is_wide_gap(one: TextLine, two: TextLine, leading: Mapping[bool, Leading]) -> bool:
    """Return whether two lines of a column are further apart than lines of a paragraph.

    Lines of larger letters, such as those of a title, are further apart.
    """
    gap = gap_between(one, two)
    are_chinese = _is_chinese(one) and _is_chinese(two)
    usual = leading[are_chinese]
    larger = max(1.0, one.size / usual.size) if usual.size else 1.0
    return gap is not None and gap > _SPACE_ABOVE * larger * usual.distance


def _is_chinese(line: TextLine) -> bool:
    return bool(re.search(f"[{CJK}]", line.text))


def _find_columns(lines: Sequence[TextLine]) -> list[list[TextLine]]:
    """Return the columns that are long enough to show their margins."""
    columns: list[list[TextLine]] = [[]]  # the lines of each column, from top to bottom
    for line in lines:
        if columns[-1] and gap_between(columns[-1][-1], line) is None:
            columns.append([])
        columns[-1].append(line)
    return [column for column in columns if len(column) >= FEW and column[0].size]


def _find_cells(lines: Iterable[TextLine]) -> dict[int, frozenset[int]]:
    """Return the left ends of the cells of each page, in points; its first column has none."""
    starts: dict[int, set[int]] = defaultdict(set)
    for line in lines:
        if line.is_cell:
            starts[line.page].add(round(line.x))
    return {page: frozenset(places) for page, places in starts.items()}


def _find_cell_edges(
    lines: Iterable[TextLine], cells: Mapping[int, frozenset[int]]
) -> dict[int, float]:
    """Return the right end of the longest line of each column of cells, by its left end."""
    edges: dict[int, float] = defaultdict(float)
    for line in lines:
        start = round(line.x)
        if start in cells.get(line.page, ()):
            edges[start] = max(edges[start], line.right)
    return edges


def _find_limits(
    lines: Sequence[TextLine], leading: Mapping[bool, Leading]
) -> dict[TextLine, float]:
    """Return where lines end that have another line on their right, such as in a cell of a table.

    The lines below in the same paragraph end there as well, even if the cell on the right is
    shorter.

    :param leading: the usual leading, by whether lines are Chinese.
    """
    starts: dict[tuple[int, int], list[float]] = defaultdict(list)  # by page and height
    for line in lines:
        starts[line.page, round(line.y)].append(line.x)
    limits: dict[TextLine, float] = {}
    above: TextLine | None = None
    for line in lines:
        reach = round(_SAME_HEIGHT * line.size)
        heights = range(round(line.y) - reach, round(line.y) + reach + 1)
        near = (starts.get((line.page, height), ()) for height in heights)
        on_right = [x for places in near for x in places if line.right and x > line.right]
        if on_right:
            limits[line] = min(on_right) - _PADDING * line.size
        elif above in limits and _is_below(line, above, leading):
            limits[line] = limits[above]
        above = line
    return limits


def _is_below(line: TextLine, above: TextLine, leading: Mapping[bool, Leading]) -> bool:
    """Return whether a line is the next one below another, and begins at the same place."""
    in_column = gap_between(above, line) is not None and abs(line.x - above.x) < 1
    return in_column and not is_wide_gap(above, line, leading)


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
        is_wide = place - start > HALF * full
        if is_wide and count >= max(FEW, _JUSTIFIED * len(rights)):
            edges[start] = place
    return edges


def gap_between(one: TextLine, two: TextLine) -> float | None:
    """Return the distance of two lines of a column, or ``None`` if a page or column begins."""
    if not one.size or not two.size or one.page != two.page or two.y >= one.y:
        return None
    return one.y - two.y


def width_of(line: TextLine) -> float:
    """Return the width of a line in points, or in letters where no places are known."""
    if line.right:
        return line.right - line.x
    return sum(map(_letter, normalise_space(line.text))) * (line.size or 1.0)


def _letter(letter: str) -> float:
    return 1.0 if letter >= "\u2e80" else 0.5


def text_of(line: TextLine) -> str:
    """Return the text of a line; a soft hyphen at its end is a visible one."""
    text = line.text.rstrip()
    return normalise_space(f"{text[:-1]}\u2010" if text.endswith("\u00ad") else text)


def _first_width(text: str) -> float:
    """Return the width of a space and the first word, or of two Chinese characters."""
    if re.match(f"[{CJK}]", text):
        return 2.0
    return sum(map(_letter, " " + text.split(" ", 1)[0]))
