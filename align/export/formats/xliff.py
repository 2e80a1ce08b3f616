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
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from ...errors import FormatError
from ...records import STATUSES, ExportedBead, Language, Status
from . import ExportHeader
from .text import language_of
from .values import FIELDS, RAW, from_texts, to_texts
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
_PREFIX = "align:"
_OUR_META = "{*}metadata/{*}metaGroup[@category='briefing-align']/{*}meta"
_META = (
    *("id", "briefing", "speaker", "reviewer", "source_zh", "source_en", "licence", "signature"),
    *("note", "checksum"),
)
_KNOWN = {*FIELDS, *RAW} - {"status"}

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


@dataclass(frozen=True, slots=True)
class _Segment:
    """One segment: its two texts, what else is known, and how far its translation is."""

    source: str
    target: str
    fields: dict[str, str]
    state: str = ""
    sub_state: str = ""


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
      <segment state="{state}" subState="{_PREFIX}{pair.status}">
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
    languages: dict[str, Language] = {}
    for unit in iterate_elements(path, ("unit", "trans-unit")):
        if unit.get("id") == _NOTHING or unit.get("translate") == "no":
            continue
        where = f"{path.name}, line {line_of(unit)}"
        languages = languages or _languages(unit, path)
        if local_name(unit) == "unit":
            fields = _meta(unit) or {"id": unit.get("id", "")}
            found = [_segment(segment, fields) for segment in unit.iterfind("{*}segment")]
        else:
            found = _read_segments(unit)
        for segment in found:
            texts = {languages["source"]: segment.source, languages["target"]: segment.target}
            fields = segment.fields | {"status": _status(segment.state, segment.sub_state)}
            yield from_texts(texts["zh"], texts["en"], fields, where)


def _segment(segment: Element, fields: dict[str, str]) -> _Segment:
    return _Segment(
        text_without_codes(segment.find("{*}source"), _CODES),
        text_without_codes(segment.find("{*}target"), _CODES),
        fields,
        segment.get("state") or "",
        segment.get("subState") or "",
    )


def _languages(unit: Element, path: Path) -> dict[str, Language]:
    """Return the languages of source and target."""
    root = unit.getroottree().getroot()
    file = next(unit.iterancestors("{*}file"), root)
    codes = {
        "source": root.get("srcLang") or file.get("source-language") or "",
        "target": root.get("trgLang") or file.get("target-language") or "",
    }
    sides = {
        name: found for name, code in codes.items() if (found := language_of(code)) is not None
    }
    if set(sides.values()) != {"zh", "en"}:
        raise FormatError(
            f"{path.name}: translates from {codes['source'] or 'nothing'} into "
            f"{codes['target'] or 'nothing'}; it must be Chinese and English"
        )
    return sides


def _meta(unit: Element) -> dict[str, str]:
    return {
        meta.get("type"): meta.text or ""
        for meta in unit.iterfind(_OUR_META)
        if meta.get("type") in _KNOWN
    }


def _status(state: str, sub_state: str) -> str:
    own = sub_state.removeprefix(_PREFIX)
    if own in STATUSES and own != sub_state:
        return own
    return "accepted" if state in _ACCEPTED else "unreviewed"


def _read_segments(unit: Element) -> list[_Segment]:
    """Return the segments of a ``trans-unit``: those that ``mrk`` elements mark, or the whole."""
    source, target = unit.find("{*}source"), unit.find("{*}target")
    state = "" if target is None else target.get("state") or ""
    marked = _marked(unit.find("{*}seg-source"))
    if not marked:
        if unit.get("approved") == "yes":
            state = state or "final"
        return [
            _Segment(
                text_without_codes(source, _CODES),
                text_without_codes(target, _CODES),
                {"id": unit.get("id", "")},
                state,
            )
        ]
    others = _marked(target)
    states = {
        found.get("id"): found.get("conf") or ""  # Trados says how far each segment is
        for found in unit.iterfind(".//{*}seg-defs/{*}seg")
    }
    return [
        _Segment(
            text_without_codes(mark, _CODES),
            text_without_codes(others.get(name), _CODES),
            {},
            states.get(name, state),
        )
        for name, mark in marked.items()
    ]


def _marked(element: Element | None) -> dict[str, Element]:
    """Return the segments in a source or target by their number."""
    if element is None:
        return {}
    return {
        mark.get("mid") or str(at): mark
        for at, mark in enumerate(element.iter("{*}mrk"))
        if mark.get("mtype") == "seg"
    }
