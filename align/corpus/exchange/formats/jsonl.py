"""JSON lines as Hugging Face translation: ``{"translation": {"zh": …, "en": …}, "id": …}``.

Unknown is ``null`` (date, probability, retrieved) or the empty text; an empty side of a bead is
the empty text.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

from ....errors import N_, FormatError, Message
from ....records import LANGUAGES, Sides
from . import ExportHeader
from .header import SAMPLE, column_name, find_header, note_by_text
from .record import FileRecord
from .text import read_lines
from .values import KNOWN, add_checksum, check_texts, from_values, to_text, to_values

_CONVERSATIONS = ("messages", "conversations")  # of records to fine-tune language models on
# JSON allows these inside a string, but many programs take them for the end of a line.
_ENDS = {ord(char): f"\\u{ord(char):04x}" for char in "\x85\u2028\u2029"}


def project_bead(bead: FileRecord, header: ExportHeader) -> FileRecord | None:
    """Keep everything, the published text only on request."""
    return add_checksum(bead.with_raw() if header.raw else bead.without_raw())


def write(beads: Iterable[FileRecord], path: Path, header: ExportHeader) -> None:
    """Write one object a line."""
    write_documents((to_record(bead, header) for bead in beads), path)


def write_documents(records: Iterable[dict[str, Any]], path: Path) -> None:
    """Write one JSON object per line; line separators within texts are escaped."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for record in records:
            line = json.dumps(record, ensure_ascii=False, default=to_text)  # dates and times
            file.write(line.translate(_ENDS) + "\n")


def to_record(bead: FileRecord, header: ExportHeader) -> dict[str, Any]:
    """Return the object of a bead, here and in Parquet."""
    values = {"translation": {"zh": bead.zh, "en": bead.en}, **to_values(bead)}
    if header.raw:
        published = bead.pair.published
        values |= {"zh_raw": published.zh, "en_raw": published.en}
    if header.context:
        values["context"] = [{"zh": texts.zh, "en": texts.en} for texts in bead.context]
    return values


def read(path: Path, columns: Mapping[str, str] | None = None) -> Iterator[FileRecord]:
    """Yield the bead of each line; ``columns`` are the names of fields in the file, by ours."""
    return read_records(read_objects(path), path, columns)


def read_objects(path: Path) -> Iterator[tuple[int, Any]]:
    """Yield the number of each line and its JSON value."""
    for number, line in read_lines(path):
        try:
            yield number, json.loads(line)
        except (ValueError, RecursionError) as error:
            raise FormatError(
                N_("{name}, line {number}: not a JSON object ({error})"),
                name=path.name,
                number=number,
                error=error,
            ) from None


def read_records(
    records: Iterable[tuple[int, Any]], path: Path, columns: Mapping[str, str] | None
) -> Iterator[FileRecord]:
    """Yield the bead of each numbered object, flat or nested; unknown fields are preserved."""
    records = iter(records)
    named = columns or {}
    first = list(islice(records, SAMPLE))
    found = {} if named else _find_texts(record for _, record in first)
    for number, record in chain(first, records):
        where = Message(N_("{name}, line {number}"), name=path.name, number=number)
        _check_record(record, where)
        values = _rename_fields(record, named)
        texts = values.get("translation")
        if isinstance(texts, dict) and not named.keys() & {*LANGUAGES}:
            texts = _rename_fields(texts, found)
        else:
            values = _rename_fields(values, found)
            texts = values
        names = [name for name, text in texts.items() if isinstance(text, str)]
        check_texts(names, record, columns, where)
        context = _read_context(values, where)
        aside = {name: values[name] for name in values.keys() - KNOWN - {"translation", "context"}}
        bead = from_values(texts["zh"], texts["en"], values, where)
        yield replace(bead, context=context, aside=aside)


def note_header(path: Path, columns: Mapping[str, str] | None = None) -> str:
    """Return what the user should know of how the fields with the texts were found, or ''."""
    found = {} if columns else _find_texts(value for _, value in islice(read_objects(path), SAMPLE))
    are_named = all(column_name(name) == language for language, name in found.items())
    return "" if are_named else note_by_text(found["zh"], found["en"])


def _find_texts(records: Iterable[object]) -> dict[str, str]:
    """Return the names of the fields with the texts, by language; empty if they are ours.

    They are found as columns of a table: by their names, or else by their texts.
    """
    samples: list[Mapping[str, str]] = []
    for record in records:
        fields = record if isinstance(record, dict) else {}
        nested = fields.get("translation")
        texts = nested if isinstance(nested, dict) else fields
        samples.append({name: text for name, text in texts.items() if isinstance(text, str)})
    names = list(dict.fromkeys(name for texts in samples for name in texts))
    if {*LANGUAGES} <= {*names}:
        return {}
    header = find_header([names, *([one.get(name, "") for name in names] for one in samples)], None)
    if not header.has_texts:
        return {}
    return {language: names[header.names.index(language)] for language in LANGUAGES}


def _check_record(record: object, where: str) -> None:
    if not isinstance(record, dict):
        raise FormatError(
            N_("{where}: {text!r} is not an object; write one JSON object per line"),
            where=where,
            text=str(record)[:40],
        )
    if isinstance(record.get("beads"), list):
        raise FormatError(
            N_("{where}: a whole document, not a bead; export without --documents"), where=where
        )
    for name in _CONVERSATIONS:
        if isinstance(record.get(name), list):
            raise FormatError(
                N_(
                    "{where}: a conversation ({name!r}), not a bead; write its two texts as fields "
                    "'zh' and 'en', or export the corpus again as jsonl"
                ),
                where=where,
                name=name,
            )


def _rename_fields(record: Mapping[str, Any], named: Mapping[str, str]) -> dict[str, Any]:
    """Return the values of a record by our names.

    :param named: the names of fields in the file, by ours.
    """
    values = {name: value for name, value in record.items() if name not in named.values()}
    for mine, name in named.items():
        if name in record:
            values[mine] = record[name]
    return values


def _read_context(values: Mapping[str, Any], where: str) -> tuple[Sides[str], ...]:
    """Return the texts of the adjacent beads; a file may have none."""
    try:
        return tuple(Sides(texts["zh"], texts["en"]) for texts in values.get("context") or ())
    except (TypeError, KeyError):
        raise FormatError(
            N_("{where}: 'context' is not a list of texts 'zh' and 'en'"), where=where
        ) from None
