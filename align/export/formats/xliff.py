"""XLIFF 2.1: one ``file`` a briefing, one ``unit`` a bead, its verdict as the segment's state.

========== =========== ==========================================================
status     state       subState
========== =========== ==========================================================
unreviewed translated  align:unreviewed (``initial`` where there is no target)
accepted   final       align:accepted   (the same)
rejected   initial     align:rejected
flagged    translated  align:flagged    (the same)
========== =========== ==========================================================

Everything else is in the unit's metadata. A bead without English has no ``target``, one without
Chinese has an empty ``source``. A character that XML forbids is a ``cp`` element inside a text
and becomes U+FFFD elsewhere. XLIFF 1.2 is read as well.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from ...errors import FormatError
from ...records import LANGUAGES, STATUSES, ExportedBead, Language, Status
from . import ExportHeader
from .text import language_of
from .values import KNOWN, RAW, from_values, to_texts
from .xml_text import (
    FORBIDDEN,
    Element,
    escape_text,
    iterate_elements,
    line_of,
    local_name,
    quote_attribute,
    replace_forbidden,
    text_without_codes,
)

_STATES: dict[Status, str] = {
    "unreviewed": "translated",
    "accepted": "final",
    "rejected": "initial",
    "flagged": "translated",
}
# XLIFF 2; XLIFF 1.2; Trados
_ACCEPTED = {"final", "signed-off", "ApprovedTranslation", "ApprovedSignOff"}
_PREFIX = "align"
_OUR_META = "{*}metadata/{*}metaGroup[@category='briefing-align']/{*}meta"
_META = (
    *("id", "briefing", "speaker", "reviewer", "source_zh", "source_en", "licence", "signature"),
    *("note", "checksum"),
)
_KNOWN = KNOWN - {"status"}

# Codes of the native format; their content is no text of the sentence.
_CODES = {"ph", "sc", "ec", "x", "bx", "ex", "bpt", "ept", "it"}

_HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" \
xmlns:mda="urn:oasis:names:tc:xliff:metadata:2.0" version="2.1" srcLang={zh} trgLang={en}>
"""
# XLIFF wants at least one file with one unit.
_NOTHING = "nothing"
_EMPTY = f'  <file id="f1"><unit id="{_NOTHING}"><segment><source/></segment></unit></file>\n'
_FOOT = "</xliff>\n"


def project_bead(pair: ExportedBead, header: ExportHeader) -> ExportedBead | None:
    """Keep everything but characters that XML forbids outside the texts."""
    clean = {name: replace_forbidden(getattr(pair, name)) for name in (*_META, *RAW)}
    if not header.raw:
        clean |= {"zh_raw": pair.zh, "en_raw": pair.en}
    return replace(pair, **clean)  # type: ignore[arg-type] # all of these fields are text


def write(pairs: Iterable[ExportedBead], path: Path, header: ExportHeader) -> int:
    """Write one unit a pair, the beads of a briefing in one file element."""
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(_HEAD.format(zh=quote_attribute(header.zh), en=quote_attribute(header.en)))
        for number, (briefing, group) in enumerate(
            groupby(pairs, key=attrgetter("briefing")), start=1
        ):
            original = quote_attribute(briefing)
            file.write(f'  <file id="f{number}" original={original} xml:space="preserve">\n')
            for pair in group:
                count += 1
                file.write(_unit(pair, count, header))
            file.write("  </file>\n")
        if not count:
            file.write(_EMPTY)
        file.write(_FOOT)
    return count


def _unit(pair: ExportedBead, number: int, header: ExportHeader) -> str:
    texts = to_texts(pair, raw=header.raw)
    meta = "".join(
        f"\n          <mda:meta type={quote_attribute(name)}>{escape_text(value)}</mda:meta>"
        for name, value in texts.items()
        if name in _KNOWN and (value or name in RAW)
    )
    target = f"\n        <target>{_text(pair.en)}</target>" if pair.en or pair.en_index else ""
    state = _STATES[pair.status] if target else "initial"
    return f"""\
    <unit id="u{number}">
      <mda:metadata>
        <mda:metaGroup category="briefing-align">{meta}
        </mda:metaGroup>
      </mda:metadata>
      <segment state="{state}" subState="{_PREFIX}:{pair.status}">
        <source>{_text(pair.zh)}</source>{target}
      </segment>
    </unit>
"""


def _text(text: str) -> str:
    return FORBIDDEN.sub(lambda match: f'<cp hex="{ord(match[0]):04X}"/>', escape_text(text))


def read(path: Path) -> Iterator[ExportedBead]:
    """Yield one pair for each segment, of XLIFF 2 or 1.2.

    XLIFF 1.2 is cut where ``seg-source`` cuts it, as Trados and memoQ do.

    :raises FormatError: when the languages of the file are not Chinese and English.
    """
    languages: list[Language] = []
    for unit in iterate_elements(path, ("unit", "trans-unit")):
        if unit.get("id") == _NOTHING or unit.get("translate") == "no":
            continue
        languages = languages or _languages(unit, path)
        segments = _read_segments if local_name(unit) == "unit" else _read_marked
        for source, target, fields in segments(unit):
            texts = [text_without_codes(one, _CODES) for one in (source, target)]
            zh, en = texts if languages[0] == "zh" else texts[::-1]
            yield from_values(zh, en, fields, f"{path.name}, line {line_of(unit)}")


def _languages(unit: Element, path: Path) -> list[Language]:
    """Return the languages of source and target."""
    root = unit.getroottree().getroot()
    file = next(unit.iterancestors("{*}file"), root)
    codes = [
        root.get("srcLang") or file.get("source-language") or "",
        root.get("trgLang") or file.get("target-language") or "",
    ]
    sides = [language for code in codes if (language := language_of(code))]
    if {*sides} != {*LANGUAGES}:
        source, target = (code or "nothing" for code in codes)
        raise FormatError(
            f"{path.name}: translates from {source} into {target}; it must be Chinese and English"
        )
    return sides


_Segment = tuple[Element, Element | None, dict[str, str]]
"""A segment: source, target, and what else is known."""


def _read_segments(unit: Element) -> Iterator[_Segment]:
    """Yield the segments of a ``unit`` of XLIFF 2."""
    fields = {
        meta.get("type"): meta.text or ""
        for meta in unit.iterfind(_OUR_META)
        if meta.get("type") in _KNOWN
    }
    fields = fields or {"id": unit.get("id", "")}
    for segment in unit.iterfind("{*}segment"):
        prefix, _, own = (segment.get("subState") or "").rpartition(":")
        ours = prefix == _PREFIX and own in STATUSES
        status = own if ours else _status(segment.get("state"))
        yield segment.find("{*}source"), segment.find("{*}target"), fields | {"status": status}


def _read_marked(unit: Element) -> Iterator[_Segment]:
    """Yield the segments of a ``trans-unit``: those that ``mrk`` elements mark, or the whole."""
    source, target = unit.find("{*}source"), unit.find("{*}target")
    state = None if target is None else target.get("state")
    marked, others = _marked(unit.find("{*}seg-source")), _marked(target)
    if not marked:
        state = state or (unit.get("approved") == "yes" and "final")
        yield source, target, {"id": unit.get("id", ""), "status": _status(state)}
    states = {  # Trados says how far each segment is
        found.get("id"): found.get("conf") for found in unit.iterfind(".//{*}seg-defs/{*}seg")
    }
    for name, mark in marked.items():
        yield mark, others.get(name), {"status": _status(states.get(name, state))}


def _status(state: object) -> str:
    return "accepted" if state in _ACCEPTED else "unreviewed"


def _marked(element: Element | None) -> dict[str, Element]:
    """Return the segments in a source or target by their number."""
    marks = enumerate(() if element is None else element.iter("{*}mrk"))
    return {mark.get("mid") or str(at): mark for at, mark in marks if mark.get("mtype") == "seg"}
