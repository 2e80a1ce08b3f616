"""Segments of XLIFF 1.2, and the text of an element of either XLIFF: elements in, text out."""

from dataclasses import dataclass

from .xml_text import Element, local_name

# Codes of the native format; their content is no text of the sentence.
_CODES = {"ph", "sc", "ec", "x", "bx", "ex", "bpt", "ept", "it"}
_REPLACEMENT = 0xFFFD


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: its two texts, what else is known, and how far its translation is."""

    source: str
    target: str
    fields: dict[str, str]
    state: str = ""
    sub_state: str = ""


def read_segments(unit: Element) -> list[Segment]:
    """Give the segments of a ``trans-unit``: those that ``mrk`` elements mark, or the whole."""
    source, target = unit.find("{*}source"), unit.find("{*}target")
    state = "" if target is None else target.get("state") or ""
    marked = _marked(unit.find("{*}seg-source"))
    if not marked:
        if unit.get("approved") == "yes":
            state = state or "final"
        return [Segment(read_text(source), read_text(target), {"id": unit.get("id", "")}, state)]
    others = _marked(target)
    states = {
        found.get("id"): found.get("conf") or ""  # Trados says how far each segment is
        for found in unit.iterfind(".//{*}seg-defs/{*}seg")
    }
    return [
        Segment(read_text(mark), read_text(others.get(name)), {}, states.get(name, state))
        for name, mark in marked.items()
    ]


def _marked(element: Element | None) -> dict[str, Element]:
    """Give the segments in a source or target by their number."""
    if element is None:
        return {}
    return {
        mark.get("mid") or str(at): mark
        for at, mark in enumerate(element.iter("{*}mrk"))
        if mark.get("mtype") == "seg"
    }


def read_text(element: Element | None) -> str:
    """Give the text of a source or target; inline codes go, what they enclose stays."""
    if element is None:
        return ""
    parts = [element.text or ""]
    for child in element:
        if local_name(child) == "cp":
            parts.append(_character(child.get("hex") or ""))
        elif local_name(child) not in _CODES:
            parts.append(read_text(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _character(digits: str) -> str:
    """Give the character of a ``cp`` element; one that does not exist is U+FFFD."""
    try:
        code = int(digits, 16)
        return chr(_REPLACEMENT if 0xD800 <= code < 0xE000 else code)
    except (ValueError, OverflowError):
        return chr(_REPLACEMENT)
