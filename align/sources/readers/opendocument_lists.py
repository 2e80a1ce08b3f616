"""List numbers of LibreOffice texts (ODT), which the file describes and does not contain."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ..limits import LONGEST_LABEL
from .list_numbers import chinese_number, end_label, letter_number, roman_number
from .office import OfficeElement, attribute_of, name_of

_LEVELS = 10
_PARAGRAPHS = ("p", "h")
_OUTLINE = "outline"  # the name of the style of numbered headings in our table of styles


def _upper_letter(number: int) -> str:
    return letter_number(number).upper()


def _upper_roman(number: int) -> str:
    return roman_number(number).upper()


def _circled(number: int) -> str:
    return chr(ord("①") + number - 1) if 1 <= number <= 20 else str(number)


_FORMATS: dict[str, Callable[[int], str]] = {
    "a": letter_number,
    "A": _upper_letter,
    "i": roman_number,
    "I": _upper_roman,
    "一": chinese_number,
    "①": _circled,
}
"""Functions that write a number, by the first character of the format; others use digits."""

_Counts = list[int | None]


@dataclass(frozen=True, slots=True)
class _Level:
    form: str
    text: str  # with %1% for the number of the first level
    start: int


@dataclass(frozen=True, slots=True)
class _List:
    style: str
    counts: _Counts
    level: int  # from 0


class ListNumbers:
    """The numbered lists and headings of a text; paragraphs are asked for in their order."""

    def __init__(self, roots: Iterable[OfficeElement | None]) -> None:
        self._styles: dict[str, dict[int, _Level]] = {}
        self._list_of_style: dict[str, str] = {}  # of paragraphs
        self._lists: dict[OfficeElement, _List] = {}
        self._latest: dict[str, _Counts] = {}  # of the last list of a style
        self._by_id: dict[str, _Counts] = {}
        self._headings: _Counts = [None] * _LEVELS
        for root in roots:
            styles = (
                root.iter("{*}list-style", "{*}outline-style", "{*}style")
                if root is not None
                else ()
            )
            for node in styles:
                self._add_style(node)

    def _add_style(self, node: OfficeElement) -> None:
        name = attribute_of(node, "name") or ""
        if name_of(node) == "style":
            self._list_of_style[name] = attribute_of(node, "list-style-name") or ""
            return
        name = name if name_of(node) == "list-style" else _OUTLINE
        levels = (child for child in node if attribute_of(child, "num-format"))
        self._styles[name] = {_number(child, "level") - 1: _read_level(child) for child in levels}

    def start_list(self, node: OfficeElement) -> None:
        """Enter a list before its items are asked for."""
        around = self._lists.get(_parent(_parent(node)))
        style = attribute_of(node, "style-name") or (around.style if around else "")
        style = style or self._style_of_first(node)
        if around is not None:
            around.counts[around.level + 1 :] = [None] * (_LEVELS - around.level - 1)
            counts, level = around.counts, around.level + 1
        else:
            counts, level = self._counts_of(node, style), 0
        self._lists[node] = _List(style, counts, level)
        self._latest[style] = counts
        self._by_id[attribute_of(node, "id") or ""] = counts

    def _style_of_first(self, node: OfficeElement) -> str:
        first = next(node.iter("{*}p", "{*}h"), None)
        style = attribute_of(first, "style-name") if first is not None else ""
        return self._list_of_style.get(style or "", "")

    def _counts_of(self, node: OfficeElement, style: str) -> _Counts:
        """Return the counts of an outermost list, which may continue another one."""
        continued = self._by_id.get(attribute_of(node, "continue-list") or "-")
        if continued is None and attribute_of(node, "continue-numbering") == "true":
            continued = self._latest.get(style)
        return continued if continued is not None else [None] * _LEVELS

    def next_number(self, paragraph: OfficeElement) -> str:
        """Return the number of a paragraph, a Latin one with a space; '' if it has none."""
        item = paragraph.getparent()
        found = self._lists.get(item.getparent())
        if found is not None and name_of(item) == "list-item":
            first = next(child for child in item if name_of(child) in _PARAGRAPHS)
            if first is not paragraph:
                return ""
            start = _number(item, "start-value")
            return self._count(found.style, found.counts, found.level, start)
        if name_of(paragraph) == "h" and attribute_of(paragraph, "is-list-header") != "true":
            level = _number(paragraph, "outline-level") - 1
            return self._count(_OUTLINE, self._headings, level, 0)
        return ""

    def _count(self, style: str, counts: _Counts, level: int, start: int) -> str:
        if not 0 <= level < _LEVELS:
            return ""
        levels = self._styles.get(style, {})
        first = levels[level].start if level in levels else 1
        before = counts[level]
        counts[level] = start or (first if before is None else before + 1)
        counts[level + 1 :] = [None] * (_LEVELS - level - 1)
        if level not in levels:
            return ""
        label = re.sub(
            r"%(\d\d?)%", lambda mark: _write(counts, levels, int(mark[1]) - 1), levels[level].text
        )
        return end_label(label) if label.strip() and len(label) <= LONGEST_LABEL else ""


def _write(counts: _Counts, levels: dict[int, _Level], level: int) -> str:
    if level not in levels or level >= _LEVELS:
        return ""
    count = counts[level]
    number = levels[level].start if count is None else count
    return _FORMATS.get(levels[level].form[:1], str)(number)[: LONGEST_LABEL + 1]


def _read_level(node: OfficeElement) -> _Level:
    level = _number(node, "level")
    shown = _number(node, "display-levels") or 1
    numbers = ".".join(f"%{one}%" for one in range(max(1, level - shown + 1), level + 1))
    prefix = attribute_of(node, "num-prefix") or ""
    suffix = attribute_of(node, "num-suffix") or ""
    text = attribute_of(node, "num-list-format") or f"{prefix}{numbers}{suffix}"
    return _Level(
        attribute_of(node, "num-format") or "",
        text if len(text) <= LONGEST_LABEL else "",
        _number(node, "start-value") or 1,
    )


def _number(node: OfficeElement, name: str) -> int:
    """Return an attribute as a number; 0 if it has none, or none below 100,000."""
    text = attribute_of(node, name) or ""
    return int(text) if text.isdecimal() and len(text) < 6 else 0


def _parent(node: OfficeElement | None) -> OfficeElement | None:
    return node.getparent() if node is not None else None
