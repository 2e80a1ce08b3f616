"""Reading and writing of XML: untrusted files an element at a time, and text that XML allows.

Nothing is ever resolved: no entity, no DTD, no network.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from lxml import etree  # type: ignore[import-untyped] # lxml ships no types

from ....errors import N_, FormatError
from ....sources.limits import LONGEST_LINE
from .record import FileRecord

if TYPE_CHECKING:
    from jinja2 import Environment

LANG = "{http://www.w3.org/XML/1998/namespace}lang"

# Everything outside the production Char of XML 1.0 (section 2.2).
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEX = re.compile("[0-9A-Fa-f]{1,6}")
_TEXT = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord("\r"): "&#13;"}
_VALUE = {**_TEXT, ord('"'): "&quot;", ord("\n"): "&#10;", ord("\t"): "&#9;"}

Element = Any  # lxml's own stubs give no public name for an element


def replace_forbidden(text: str) -> str:
    r"""Return a text with the characters that XML forbids replaced by U+FFFD.

    >>> replace_forbidden("a\x00b\tc")
    'a\ufffdb\tc'
    """
    return FORBIDDEN.sub("\ufffd", text)


def clean_texts(bead: FileRecord, clean: Callable[[str], str] = replace_forbidden) -> FileRecord:
    """Return a bead with each of its fields that is free text cleaned."""
    pair, provenance, verdict = bead.pair, bead.provenance, bead.verdict
    return replace(
        bead,
        id=clean(bead.id) if bead.id else bead.id,
        pair=replace(
            pair, texts=pair.texts.map(clean), raw=pair.raw.map(clean) if pair.raw else None
        ),
        provenance=replace(
            provenance,
            briefing=clean(provenance.briefing),
            speaker=clean(provenance.speaker),
            sources=provenance.sources.map(clean),
            licence=clean(provenance.licence),
            signature=clean(provenance.signature),
        ),
        verdict=replace(verdict, reviewer=clean(verdict.reviewer), note=clean(verdict.note)),
    )


def escape_text(text: str) -> str:
    """Escape text between tags; a carriage return is kept as a reference."""
    return text.translate(_TEXT)


def quote_attribute(text: str) -> str:
    """Escape and quote an attribute value."""
    return f'"{text.translate(_VALUE)}"'


def format_attributes(values: Mapping[str, str]) -> str:
    """Return the attributes of an element that have a value, each preceded by a space."""
    return "".join(f" {key}={quote_attribute(value)}" for key, value in values.items() if value)


@cache
def _load_templates() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined  # for those who write XML alone

    templates = Environment(  # nothing is escaped but by the filters
        loader=PackageLoader("align.corpus.exchange", "formats"), undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    templates.filters |= {
        "allowed": replace_forbidden, "text": escape_text, "quote": quote_attribute,
        "attributes": format_attributes,
    }  # fmt: skip
    return templates


def render(name: str, **values: object) -> Iterator[str]:
    """Yield the output of a template in this folder piece by piece, since its loops may be long."""
    return _load_templates().get_template(name).generate(values)


def write_template(path: Path, name: str, **values: object) -> None:
    """Write a file by a template of this folder."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(render(name, **values))


def iterate_elements(path: Path, names: tuple[str, ...]) -> Iterator[Element]:
    """Yield each element with one of these local names once it is complete, in bounded memory.

    An element is emptied after it was yielded; read it before you request the next one.
    """
    try:
        with path.open("rb") as file:
            yield from _iterate(file, names, path)
    except OSError as error:
        raise FormatError(
            N_("{path}: {strerror}"), path=path, strerror=error.strerror or error
        ) from error
    except etree.XMLSyntaxError as error:
        reason = " ".join((error.msg or "nothing in it").split())  # some have two lines
        if any(word in reason.lower() for word in ("encoding", "utf-8", "invalid bytes")):
            reason += "; the file is not in the encoding that its first line declares"
        line = error.lineno or 1
        raise FormatError(
            N_(
                "{name}, line {line}: not well-formed XML ({reason}); export it again from the "
                "program that wrote it"
            ),
            name=path.name,
            line=line,
            reason=reason,
        ) from error


def _iterate(file: IO[bytes], names: tuple[str, ...], path: Path) -> Iterator[Element]:
    limited = _LimitedUnits(file, path)
    events = etree.iterparse(
        limited,
        events=("start", "end"),
        tag=[f"{{*}}{name}" for name in names],  # half the time of looking at every element
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    first = True
    for event, element in events:
        if first:
            _refuse_entities(element, path)
            first = False
        if event == "end":
            for node in element.iter(etree.Entity):  # declared in a file that is not read
                raise FormatError(
                    N_(
                        "{name}, line {sourceline}: the entity {text} is not declared; replace "
                        "it with its text"
                    ),
                    name=path.name,
                    sourceline=element.sourceline,
                    text=node.text,
                )
            yield element
            limited.start_unit()
            element.clear(keep_tail=False)
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]
    if first:
        _refuse_entities(events.root, path)


class _LimitedUnits:
    """A file in which the parts between two units, and the units, have a limited length."""

    def __init__(self, file: IO[bytes], path: Path) -> None:
        self._file, self._path, self._since = file, path, 0

    def start_unit(self) -> None:
        """Count from here, since the parser has forgotten what came before."""
        self._since = 0

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        if self._since > LONGEST_LINE:
            raise FormatError(
                N_("{name}: a unit, or what is before it, has over {most:,} bytes; split it"),
                name=self._path.name,
                most=LONGEST_LINE,
            )
        data = self._file.read(size)
        self._since += len(data)
        return data


def _refuse_entities(root: Element, path: Path) -> None:
    dtd = root.getroottree().docinfo.internalDTD
    for entity in dtd.iterentities() if dtd is not None else ():
        raise FormatError(
            N_(
                "{name}: declares the entity {entity!r}, and files with entities are not "
                "supported; remove the entities from the DOCTYPE"
            ),
            name=path.name,
            entity=entity.name,
        )


def text_without_codes(element: Element | None, codes: Collection[str]) -> str:
    """Return the text of a segment without the content of inline elements named in ``codes``.

    ``cp`` elements, which XLIFF has for characters that XML forbids, become these characters.
    """
    if element is None:
        return ""
    parts = [element.text or ""]
    for child in element:
        name = local_name(child)
        if name == "cp":
            digits = child.get("hex") or ""
            code = int(digits, 16) if _HEX.fullmatch(digits) else 0xFFFD
            parts.append(chr(code) if code < 0xD800 or 0xDFFF < code < 0x110000 else "\ufffd")
        elif name not in codes:
            parts.append(text_without_codes(child, codes))
        parts.append(child.tail or "")
    return "".join(parts)


def local_name(element: Element) -> str:
    """Return the name of an element without its namespace, and nothing for a comment."""
    tag = element.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""
