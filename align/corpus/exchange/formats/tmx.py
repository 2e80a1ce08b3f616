"""TMX 1.4b: one ``tu`` a bead, its texts as ``tuv``, everything else as ``prop``.

An empty-sided bead is a ``tu`` with one ``tuv``; one without any text is left out.
Characters that XML forbids become U+FFFD.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from .... import __version__
from ....errors import N_, FormatError
from ....records import Language
from . import ExportHeader
from . import xml_text as xml
from .record import FileRecord
from .text import language_of
from .values import KNOWN, RAW, add_checksum, from_values, to_texts

TOOL = "briefing-align"
# Codes of the native format inside a segment; their content is no text of the sentence.
_CODES = {"bpt", "ept", "it", "ph", "ut"}
_KIND = re.compile(r"\d+-\d+")


def project_bead(bead: FileRecord, header: ExportHeader) -> FileRecord | None:
    """Keep everything but characters that XML forbids; the published text on request."""
    if not (any(bead.pair.texts) or any(bead.pair.index)):
        return None
    return add_checksum(xml.clean_texts(bead.with_raw() if header.raw else bead.without_raw()))


def write(beads: Iterable[FileRecord], path: Path, header: ExportHeader) -> None:
    """Write one translation unit a pair."""
    known = {"tool": TOOL, "version": __version__, "raw": RAW, "to_texts": to_texts}
    xml.write_template(path, "tmx.xml.j2", beads=beads, header=header, **known)


def read(path: Path) -> Iterator[FileRecord]:
    """Yield one pair for each unit; a unit without one of the languages has an empty side.

    Fields are read from ``prop`` elements that look like ours; those of other tools have their
    own meanings. Of two texts in one language (zh-CN and zh-TW), the first in the unit counts.
    """
    codes: set[str] = set()
    sides: set[Language] = set()
    for unit in xml.iterate_elements(path, ("header", "tu")):
        if xml.local_name(unit) == "header":
            if unit.get("creationtool") == TOOL:
                sides.update(("zh", "en"))  # our own file may contain only additions
            continue
        where = f"{path.name}, line {unit.sourceline}"
        texts = _texts(unit, codes, where)
        sides.update(texts)
        props = _props(unit)
        if any(texts.values()) or (texts and "type" in props):
            yield from_values(texts.get("zh", ""), texts.get("en", ""), props, where)
    for language, word in (("zh", "Chinese"), ("en", "English")):
        if codes and language not in sides:
            raise FormatError(
                N_("{name}: contains no {word}; its languages are {known}"),
                name=path.name,
                word=word,
                known=str(sorted(codes)),
            )


def _texts(unit: xml.Element, codes: set[str], where: str) -> dict[Language, str]:
    """Return the first text of each language in a unit; ``codes`` get those of its texts."""
    there: set[str] = set()
    texts: dict[Language, str] = {}
    for variant in unit.iterfind("{*}tuv"):
        code = variant.get(xml.LANG) or variant.get("lang") or ""
        if not code:
            raise FormatError(N_("{where}: a tuv has no xml:lang"), where=where)
        if code in there:
            raise FormatError(
                N_("{where}: two texts in {code!r}; split the unit"), where=where, code=code
            )
        there.add(code)
        language = language_of(code)
        if language is not None:
            texts.setdefault(language, xml.text_without_codes(variant.find("{*}seg"), _CODES))
    codes |= there
    return texts


def _props(unit: xml.Element) -> dict[str, str]:
    props: dict[str, str] = {}
    for prop in unit.iterfind("{*}prop"):
        name = (prop.get("type") or "").removeprefix("x-")
        if name in KNOWN:
            props[name] = prop.text or ""
    if _KIND.fullmatch(props.get("type", "")) is None:  # each unit of ours has it
        props = {}
    return props | {"id": unit.get("tuid") or ""}
