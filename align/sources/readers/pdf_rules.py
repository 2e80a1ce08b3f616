"""The vertical rules of a PDF page, which separate the cells of a table."""

import bisect
from collections import defaultdict
from typing import Any

_WIDEST = 2.0  # points: a wider path is a box
_SHORTEST = 4.0  # points: a shorter one is not the border of a cell
_LEAST_HEIGHT = 24.0  # points of all rules at one place: two rows of a table
_MOST_PATHS = 20_000  # of one page; the others are not looked at


class VerticalRules:
    """The places of the vertical rules of a page, and the heights that they reach over."""

    def __init__(self, page: Any) -> None:  # noqa: ANN401 # PDFium has no types
        import pypdfium2.raw as pdfium  # type: ignore[import-untyped] # ships no types

        reaches: dict[int, list[tuple[float, float]]] = defaultdict(list)
        paths = page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=1)
        for _, path in zip(range(_MOST_PATHS), paths, strict=False):
            left, bottom, right, top = path.get_bounds()
            if right - left <= _WIDEST and top - bottom >= _SHORTEST:
                reaches[round((left + right) / 2)].append((bottom, top))
        self._reaches = {
            place: found
            for place, found in reaches.items()
            if max(top for _, top in found) - min(low for low, _ in found) >= _LEAST_HEIGHT
        }
        self._places = sorted(self._reaches)

    def separate(self, left: float, right: float, y: float) -> bool:
        """Return whether a rule is between two points at a height of the page, in points."""
        first = bisect.bisect_left(self._places, round(left))
        last = bisect.bisect_right(self._places, round(right))
        return any(
            bottom <= y <= top
            for place in self._places[first:last]
            for bottom, top in self._reaches[place]
        )
