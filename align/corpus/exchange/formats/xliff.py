"""XLIFF 2.1 and 1.2: one ``file`` a briefing, one unit a bead, its verdict as state.

In 2.1 the exact verdict is in ``subState``, everything else in the unit's metadata. In 1.2, the
variant for older tools, states of ours begin with ``x-``, and everything else is in a context
group. A bead without English has no ``target``, one without Chinese an empty ``source``. A
character that XML forbids is a ``cp`` element inside a text of 2.1 and becomes U+FFFD elsewhere.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import groupby
from pathlib import Path

from ....errors import N_, FormatError, Message
from ....records import LANGUAGES, STATUSES, Language
from . import ExportHeader
from . import xml_text as xml
from .record import FileRecord
from .text import language_of
from .values import KNOWN, RAW, add_checksum, from_values, to_texts

_STATES = {"accepted": "final", "rejected": "initial"}  # the others: translated
_STATES_12 = {
    "accepted": "final", "unreviewed": "translated", "rejected": "x-rejected",
    "flagged": "x-flagged",
}  # fmt: skip
# XLIFF 2; XLIFF 1.2; Trados
_ACCEPTED = {"final", "signed-off", "ApprovedTranslation", "ApprovedSignOff"}
_PREFIX = "align"
_OUR_META = "{*}metadata/{*}metaGroup[@category='briefing-align']/{*}meta"
_OUR_CONTEXT = "{*}context-group[@name='briefing-align']/{*}context"
_KNOWN = KNOWN - {"status"}

# Codes of the native format; their content is no text of the sentence.
_CODES = {"ph", "sc", "ec", "x", "bx", "ex", "bpt", "ept", "it"}

V12 = "1.2"
"""The variant for tools that do not read XLIFF 2."""

_NOTHING = "nothing"  # the unit of a file without beads: XLIFF wants at least one


def project_bead(bead: FileRecord, header: ExportHeader) -> FileRecord | None:
    """Keep everything but characters that XML forbids outside the texts."""
    clean = xml.clean_texts(bead.with_raw() if header.raw else bead.without_raw())
    if header.variant == V12:
        return add_checksum(clean)
    return add_checksum(replace(clean, pair=replace(clean.pair, texts=bead.pair.texts)))


def write(beads: Iterable[FileRecord], path: Path, header: ExportHeader) -> None:
    """Write one unit a pair, the beads of a briefing in one file element."""
    xml.write_template(
        path,
        "xliff12.xml.j2" if header.variant == V12 else "xliff.xml.j2",
        header=header,
        files=groupby(
            enumerate(beads, 1), key=lambda numbered: numbered[1].provenance.briefing
        ),
        to_texts=to_texts,
        write_forbidden=partial(xml.FORBIDDEN.sub, lambda one: f'<cp hex="{ord(one[0]):04X}"/>'),
        known=_KNOWN, raw=RAW, states=_STATES, states_12=_STATES_12, prefix=_PREFIX,
        nothing=_NOTHING,
    )  # fmt: skip


def read(path: Path) -> Iterator[FileRecord]:
    """Yield one pair for each segment, of XLIFF 2, or of 1.2 as Trados and memoQ cut it."""
    languages: list[Language] = []
    for unit in xml.iterate_elements(path, ("unit", "trans-unit")):
        if unit.get("id") == _NOTHING or unit.get("translate") == "no":
            continue
        languages = languages or _languages(unit, path)
        segments = _read_segments if xml.local_name(unit) == "unit" else _read_marked
        for source, target, fields in segments(unit):
            texts = [xml.text_without_codes(one, _CODES) for one in (source, target)]
            zh, en = texts if languages[0] == "zh" else texts[::-1]
            yield from_values(zh, en, fields, f"{path.name}, line {unit.sourceline}")


def _languages(unit: xml.Element, path: Path) -> list[Language]:
    root = unit.getroottree().getroot()
    file = next(unit.iterancestors("{*}file"), root)
    codes = [
        root.get("srcLang") or file.get("source-language") or "",
        root.get("trgLang") or file.get("target-language") or "",
    ]
    sides = [side for side in map(language_of, codes) if side is not None]
    if {*sides} == {*LANGUAGES}:
        return sides
    source, target = (code or Message(N_("nothing")) for code in codes)
    raise FormatError(
        N_(
            "{name}: translates from {source} into {target}; the languages must be Chinese "
            "and English"
        ),
        name=path.name,
        source=source,
        target=target,
    )


# A segment: source, target, and what else is known.
_Segment = tuple[xml.Element, xml.Element | None, dict[str, str]]


def _read_segments(unit: xml.Element) -> Iterator[_Segment]:
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


def _read_marked(unit: xml.Element) -> Iterator[_Segment]:
    source, target = unit.find("{*}source"), unit.find("{*}target")
    state = None if target is None else target.get("state")
    marked, others = _marked(unit.find("{*}seg-source")), _marked(target)
    if not marked:
        state = state or (unit.get("approved") == "yes" and "final")
        fields = _contexts(unit) or {"id": unit.get("id", "")}
        if target is not None or "status" not in fields:
            fields["status"] = _status(state)
        yield source, target, fields
    states = {  # Trados: state by segment id
        found.get("id"): found.get("conf") for found in unit.iterfind(".//{*}seg-defs/{*}seg")
    }
    for name, mark in marked.items():
        yield mark, others.get(name), {"status": _status(states.get(name, state))}


def _contexts(unit: xml.Element) -> dict[str, str]:
    """Return our fields of a unit of XLIFF 1.2; the state of the target replaces the status."""
    contexts = {
        (context.get("context-type") or "").removeprefix("x-"): context.text or ""
        for context in unit.iterfind(_OUR_CONTEXT)
    }
    return {name: value for name, value in contexts.items() if name in KNOWN}


def _status(state: object) -> str:
    own = state.removeprefix("x-") if isinstance(state, str) else ""
    if own != state and own in STATUSES:
        return own
    return "accepted" if state in _ACCEPTED else "unreviewed"


def _marked(element: xml.Element | None) -> dict[str, xml.Element]:
    marks = enumerate(() if element is None else element.iter("{*}mrk"))
    return {mark.get("mid") or str(at): mark for at, mark in marks if mark.get("mtype") == "seg"}
