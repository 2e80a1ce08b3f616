"""Styles and list numbers of Word files."""

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from ..limits import LONGEST_LABEL
from .list_numbers import (
    chinese_number,
    circled_number,
    end_label,
    letter_number,
    roman_number,
    stem_number,
)
from .office import OfficeElement, attribute_of, child_of, name_of

# Colours that a reader takes for black: each of red, green and blue is below 0x50.
_BLACK = re.compile(r"auto|(?:[0-4][0-9A-Fa-f]){3}")
_MOST_BASES = 20  # styles that a style is based on, one after the other
_LEVELS = 9


def is_on(node: OfficeElement | None) -> bool | None:
    """Return whether a property is on; ``None`` where nothing says so."""
    if node is None:
        return None
    return (attribute_of(node, "val") or "true").lower() not in ("0", "false", "off", "none")


def _value(node: OfficeElement | None, *path: str) -> str:
    found = child_of(node, *path)
    return (attribute_of(found, "val") or "") if found is not None else ""


class Styles:
    """The styles of a document, by their ids; a property may come from the style of a style."""

    def __init__(self, root: OfficeElement | None) -> None:
        self._styles: dict[str, OfficeElement] = {}
        self._known: dict[tuple[str, str], bool] = {}
        for style in root if root is not None else ():
            if name_of(style) == "style":
                self._styles[attribute_of(style, "styleId") or ""] = style

    def _find(self, style: str, *path: str) -> OfficeElement | None:
        for _ in range(_MOST_BASES):
            node = self._styles.get(style)
            if node is None:
                return None
            if (found := child_of(node, *path)) is not None:
                return found
            style = _value(node, "basedOn")
        return None

    def _is_on(self, style: str, name: str) -> bool:
        key = style, name
        if key not in self._known:
            self._known[key] = bool(is_on(self._find(style, "rPr", name)))
        return self._known[key]

    def _name(self, style: str) -> str:
        return _value(self._styles.get(style), "name").lower()

    def is_title(self, style: str) -> bool:
        """Return whether this is the style of titles."""
        return self._name(style) == "title"

    def is_contents(self, style: str) -> bool:
        """Return whether paragraphs of this style are entries of a table of contents."""
        return bool(re.fullmatch(r"toc \d|table of figures", self._name(style)))

    def is_hidden(self, style: str) -> bool:
        """Return whether text of this style is hidden."""
        return self._is_on(style, "vanish")

    def is_emphasised(self, properties: OfficeElement | None, paragraph_style: str) -> bool:
        """Return whether a run is bold or coloured, directly or by its styles."""
        colour = _value(properties, "color")
        if colour and not _BLACK.fullmatch(colour):
            return True
        bold = is_on(child_of(properties, "b"))
        if bold is not None:
            return bold
        return self._is_on(_value(properties, "rStyle"), "b") or self._is_on(paragraph_style, "b")

    def list_of(self, style: str) -> OfficeElement | None:
        """Return the list that paragraphs of this style belong to."""
        return self._find(style, "pPr", "numPr")


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimalZero": "{:02}".format,
    "lowerLetter": letter_number,
    "upperLetter": lambda number: letter_number(number).upper(),
    "lowerRoman": roman_number,
    "upperRoman": lambda number: roman_number(number).upper(),
    "chineseCounting": chinese_number,
    "chineseCountingThousand": chinese_number,
    "japaneseCounting": chinese_number,
    "ideographDigital": chinese_number,
    "ideographTraditional": stem_number,
    "decimalEnclosedCircle": circled_number,
    "decimalEnclosedCircleChinese": circled_number,
}
"""Functions that write the numbers of a list, by format; other formats use digits."""


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    form: str
    text: str  # with %1 for the number of the first level


class Numbering:
    """The numbered lists of a document, with their current numbers."""

    def __init__(self, root: OfficeElement | None) -> None:
        levels: dict[str, list[_Level]] = {}
        self._lists: dict[str, tuple[str, list[_Level]]] = {}  # counted together by the first
        self._counts: dict[str, list[int | None]] = defaultdict(lambda: [None] * _LEVELS)
        for node in root if root is not None else ():
            if name_of(node) == "abstractNum":
                own = [_read_level(child) for child in node if name_of(child) == "lvl"]
                levels[attribute_of(node, "abstractNumId") or ""] = own[:_LEVELS]
            elif name_of(node) == "num":
                abstract, name = _value(node, "abstractNumId"), attribute_of(node, "numId") or ""
                restarted = child_of(node, "lvlOverride", "startOverride") is not None
                self._lists[name] = (name if restarted else abstract, levels.get(abstract, []))

    def next_number(self, listed: OfficeElement | None) -> str:
        """Return the next number of a list, a Latin one with a space; '' for a bullet."""
        counted, levels = self._lists.get(_value(listed, "numId"), ("", []))
        depth = _value(listed, "ilvl")
        at = int(depth) if depth.isdecimal() else 0
        if at >= len(levels):
            return ""
        counts = self._counts[counted]
        before = counts[at]
        counts[at] = levels[at].start if before is None else before + 1
        counts[at + 1 :] = [None] * (_LEVELS - at - 1)
        if levels[at].form in ("bullet", "none"):
            return ""
        label = re.sub(
            r"%([1-9])", lambda mark: self._write(counts, levels, int(mark[1])), levels[at].text
        )
        if not label.strip() or len(label) > LONGEST_LABEL:
            return ""
        return end_label(label)

    @staticmethod
    def _write(counts: list[int | None], levels: list[_Level], number: int) -> str:
        if number > len(levels):
            return ""
        level, count = levels[number - 1], counts[number - 1]
        written = _FORMATS.get(level.form, str)(level.start if count is None else count)
        return written[: LONGEST_LABEL + 1]


def _read_level(node: OfficeElement) -> _Level:
    start, text = _value(node, "start"), _value(node, "lvlText")
    return _Level(
        int(start) if start.isdecimal() and len(start) < 6 else 1,
        _value(node, "numFmt"),
        text if len(text) <= LONGEST_LABEL else "",
    )
