"""JSON lines as Hugging Face translation: ``{"translation": {"zh": …, "en": …}, "id": …}``.

Unknown is ``null`` (date, probability, retrieved) or the empty text; an empty side of a bead is
the empty text.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...errors import FormatError
from ...records import LANGUAGES, ExportedBead
from . import ExportHeader
from .text import read_lines
from .values import FIELDS, RAW, from_values, to_values

# JSON allows these inside a string, but many programs take them for the end of a line.
_ENDS = {ord(char): f"\\u{ord(char):04x}" for char in "\x85\u2028\u2029"}
_KNOWN = {"translation", "context", *FIELDS, *RAW}


def project_bead(pair: ExportedBead, header: ExportHeader) -> ExportedBead | None:
    """Keep everything, the published text only on request."""
    return pair if header.raw else replace(pair, zh_raw=pair.zh, en_raw=pair.en)


def write(pairs: Iterable[ExportedBead], path: Path, header: ExportHeader) -> int:
    """Write one object a line."""
    return write_documents((to_record(pair, header) for pair in pairs), path)


def write_documents(records: Iterable[dict[str, Any]], path: Path) -> int:
    """Write one object a line, whatever it holds."""
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for record in records:
            file.write(json.dumps(record, ensure_ascii=False).translate(_ENDS) + "\n")
            count += 1
    return count


def to_record(pair: ExportedBead, header: ExportHeader) -> dict[str, Any]:
    """Return the object of a bead, here and in Parquet."""
    values = {"translation": {"zh": pair.zh, "en": pair.en}, **to_values(pair)}
    if header.raw:
        values.update(zh_raw=pair.zh_raw, en_raw=pair.en_raw)
    if header.context:
        values["context"] = [{"zh": zh, "en": en} for zh, en in pair.context]
    return values


def read(path: Path) -> Iterator[ExportedBead]:
    """Yield the bead of each line.

    :raises FormatError: when a line is no object with a translation into both languages, or has
        a field that this format does not know.
    """
    for number, values in read_objects(path):
        yield from_record(values, f"{path.name}, line {number}")


def read_objects(path: Path) -> Iterator[tuple[int, Any]]:
    """Yield the number of each line and the value that it holds.

    :raises FormatError: when a line is no JSON.
    """
    for number, line in read_lines(path):
        try:
            yield number, json.loads(line)
        except (ValueError, RecursionError) as error:
            raise FormatError(f"{path.name}, line {number}: no JSON object ({error})") from None


def from_record(values: Any, where: str) -> ExportedBead:  # noqa: ANN401 # whatever the file holds
    """Make a bead of its object.

    :raises FormatError: when it is no such object.
    """
    if not isinstance(values, dict):
        raise FormatError(f"{where}: {str(values)[:40]!r} is no JSON object")
    unknown = sorted(set(values) - _KNOWN)
    if unknown:
        raise FormatError(f"{where}: unknown field {unknown[0]!r}; known are {sorted(_KNOWN)}")
    translation = values.get("translation")
    if not isinstance(translation, dict):
        raise FormatError(f"{where}: 'translation' is missing; it holds the texts 'zh' and 'en'")
    for language in LANGUAGES:
        if not isinstance(translation.get(language), str):
            raise FormatError(f"{where}: 'translation' has no text {language!r}")
    try:
        context = tuple((one["zh"], one["en"]) for one in values.get("context") or ())
    except (TypeError, KeyError):
        raise FormatError(f"{where}: 'context' is no list of texts 'zh' and 'en'") from None
    bead = from_values(translation["zh"], translation["en"], values, where)
    return replace(bead, context=context)
