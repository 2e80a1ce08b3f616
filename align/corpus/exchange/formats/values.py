"""The fields of a bead as plain values, the same names in every format, and their checksum.

The checksum (31 characters) records the state of a bead when it was exported. When an edited file
is re-imported, the checksum shows which parts of a row were changed in the file, and whether the
bead was changed in the corpus meanwhile. It ignores spaces and line ends, since programs change
them.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, get_args

from ....aligner.text.strings import collapse_spaces
from ....errors import N_, FormatError, Message
from ....records import (
    LANGUAGES,
    STATUSES,
    BeadRecord,
    Pair,
    Provenance,
    Role,
    Sides,
    Status,
    Verdict,
)
from .record import FileRecord

FIELDS = (
    "id",
    "briefing",
    "date",
    "speaker",
    "role",
    "zh_index",
    "en_index",
    "type",
    "probability",
    "status",
    "reviewer",
    "checks",
    "source_zh",
    "source_en",
    "retrieved",
    "licence",
    "signature",
    "note",
    "checksum",
)
"""All fields of a bead except its text, in the order of the files."""

RAW = ("zh_raw", "en_raw")  # the text as published, written only on request
COLUMNS = ("id", "zh", "en", *FIELDS[1:])  # the columns of a table

KNOWN = frozenset({*COLUMNS, *RAW})

# Fields that all beads of a briefing share; a whole document has them once.
HEAD = ("briefing", "date", "source_zh", "source_en", "retrieved", "licence", "signature")
BEAD = tuple(name for name in FIELDS if name not in HEAD)  # the fields that differ by bead
DECIDED = ("zh", "en", "status", "note")  # the columns that a reviewer decides about

PARTS = {
    "decided": DECIDED,
    "reviewer": ("reviewer",),
    "place": ("briefing", "zh_index", "en_index"),
    "rest": tuple(sorted({*FIELDS} - {*DECIDED, "briefing", "zh_index", "en_index", "reviewer"}
                         - {"id", "checksum"})),
}  # fmt: skip
"""The columns that each part of a checksum covers."""

# A checksum begins with a letter, so that spreadsheets do not read it as a number.
_CHECKSUM = re.compile(
    "c(?P<decided>[0-9a-f]{12})(?P<reviewer>[0-9a-f]{6})(?P<place>[0-9a-f]{6})(?P<rest>[0-9a-f]{6})"
)


_HALF = re.compile("[\ud800-\udfff]")


def to_values(bead: BeadRecord) -> dict[str, Any]:
    """Return the fields of a bead by their names in files, those of :data:`FIELDS` in order."""
    pair, provenance, verdict = bead.pair, bead.provenance, bead.verdict
    return {
        "id": bead.id,
        "briefing": provenance.briefing,
        "date": provenance.date,
        "speaker": provenance.speaker,
        "role": provenance.role,
        "zh_index": pair.index.zh,
        "en_index": pair.index.en,
        "type": pair.type,
        "probability": pair.probability,
        "status": verdict.status,
        "reviewer": verdict.reviewer,
        "checks": verdict.checks,
        "source_zh": provenance.sources.zh,
        "source_en": provenance.sources.en,
        "retrieved": provenance.retrieved,
        "licence": provenance.licence,
        "signature": provenance.signature,
        "note": verdict.note,
        "checksum": bead.checksum if isinstance(bead, FileRecord) else None,
    }


def to_texts(bead: BeadRecord, *, raw: bool = False) -> dict[str, str]:
    """Return the fields of a bead as text (see :func:`to_text`).

    :param raw: include the original texts.
    """
    texts = {name: to_text(value) for name, value in to_values(bead).items()}
    if raw:
        published = bead.pair.published
        texts |= {"zh_raw": published.zh, "en_raw": published.en}
    return texts


NUMBERS = ("zh_index", "en_index", "probability")
"""The fields that are numbers in JSON."""


def to_json_fields(bead: BeadRecord) -> dict[str, object]:
    """Return the fields of a bead as text, except numbers, which stay numbers (or ``None``)."""
    values = to_values(bead)
    return {**to_texts(bead), **{name: values[name] for name in NUMBERS}}


def to_text(value: object) -> str:
    """Return a value as text: list items separated by spaces, ``None`` as an empty string."""
    if isinstance(value, dt.date):  # a datetime is one too
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return " ".join(map(str, value))
    return "" if value is None else str(value)


def to_cells(bead: BeadRecord) -> dict[str, str]:
    """Return the text of each column of a table."""
    return to_texts(bead, raw=True) | {"zh": bead.zh, "en": bead.en}


def check_texts(
    names: Collection[str], there: Iterable[str], columns: Mapping[str, str] | None, where: str
) -> None:
    """Raise :exc:`FormatError` if the text of a language is missing.

    :param names: the columns of the file, by our names.
    :param there: the columns as the file names them, for the message.
    """
    for language in LANGUAGES:
        if language not in names:
            name = (columns or {}).get(language, language)
            raise FormatError(
                N_(
                    "{where}: no column {name!r}, only {names}; name the columns with --columns "
                    "zh=NAME,en=NAME"
                ),
                where=where,
                name=name,
                names=map(repr, there),
            )


def from_values(zh: str, en: str, values: Mapping[str, Any], where: str) -> FileRecord:
    """Return a bead made from its texts and its fields (JSON values or text).

    :param where: file and line, for error messages.
    """
    fields = _read_fields(zh, en, values, where)
    texts = Sides(zh, en)
    published: Sides[str] | None = None
    if not values.keys().isdisjoint(RAW):
        published = Sides(
            fields.get("zh_raw", "") if "zh_raw" in values else zh,
            fields.get("en_raw", "") if "en_raw" in values else en,
        )
    index = Sides(fields.get("zh_index", ()), fields.get("en_index", ()))

    def known(*names: str) -> dict[str, Any]:
        return {name: fields[name] for name in names if name in fields}

    return FileRecord(
        id=fields.get("id"),
        pair=Pair(texts, published, index, fields.get("probability")),
        provenance=Provenance(
            sources=Sides(fields.get("source_zh", ""), fields.get("source_en", "")),
            **known("briefing", "date", "speaker", "role", "retrieved", "licence", "signature"),
        ),
        verdict=Verdict(**known("status", "reviewer", "note", "checks")),
        checksum=fields.get("checksum"),
    )


def _read_fields(zh: str, en: str, values: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return the parsed fields that have a value; raise if a value cannot be read or written."""
    fields: dict[str, Any] = {}
    for name, (read, hint) in _READERS.items():
        value = values.get(name)
        if value is not None and value != "":
            try:
                fields[name] = read(value)
            except (ValueError, TypeError, OverflowError):
                raise FormatError(
                    N_("{where}: {name} is {value!r}; {hint}"),
                    where=where,
                    name=name,
                    value=value,
                    hint=hint,
                ) from None
    for name, text in {"zh": zh, "en": en, **fields}.items():
        if isinstance(text, str) and (half := _HALF.search(text)):
            raise FormatError(
                N_(
                    "{where}: {name} contains an unpaired surrogate (U+{code:04X}), which "
                    "cannot be stored; remove it"
                ),
                where=where,
                name=name,
                code=ord(half[0]),
            )
    return fields


def _read_string(value: Any) -> str:  # noqa: ANN401 # any JSON value
    if isinstance(value, dt.date):  # readers of other tools make them
        return value.isoformat()
    if not isinstance(value, (str, int, float)):  # a number: an id, a year
        raise TypeError
    return str(value)


def to_utc(at: dt.datetime) -> dt.datetime:
    """Return a time in UTC; a time without a zone is assumed to be UTC."""
    return at.replace(tzinfo=dt.UTC) if at.tzinfo is None else at.astimezone(dt.UTC)


def _read_numbers(value: Any) -> tuple[int, ...]:  # noqa: ANN401 # any JSON value
    items = list(map(int, value.split())) if isinstance(value, str) else value
    if not isinstance(items, list) or not all(isinstance(one, int) and one >= 0 for one in items):
        raise ValueError
    return tuple(items)


def _read_checks(value: Any) -> tuple[str, ...]:  # noqa: ANN401 # any JSON value
    items = value.split() if isinstance(value, str) else value
    if not isinstance(items, list):
        raise TypeError
    return tuple(map(str, items))


def _read_probability(value: Any) -> float:  # noqa: ANN401 # any JSON value
    if not 0 <= (number := float(value)) <= 1:
        raise ValueError
    return number


def _read_status(value: object) -> Status:
    """Return a status; an empty cell means ``unreviewed``.

    :raises ValueError: the status is unknown.
    """
    word = _read_string(value).strip().lower()
    if not word:
        return STATUSES[0]
    return STATUSES[STATUSES.index(word)]


def _read_role(value: object) -> Role:
    """Return a role.

    :raises ValueError: the role is unknown.
    """
    roles: tuple[Role, ...] = get_args(Role)
    for role in roles:
        if role == value:
            return role
    raise ValueError


def _read_day(value: object) -> dt.date:
    return dt.date.fromisoformat(_read_string(value)[:10])


def _read_time(value: object) -> dt.datetime:
    return to_utc(dt.datetime.fromisoformat(_read_string(value)))


_NUMBERS = (_read_numbers, Message(N_("write sentence numbers, counted from 0")))
_READERS: dict[str, tuple[Callable[[Any], Any], Message]] = {
    **{
        name: (_read_string, Message(N_("it must be text")))
        for name in (*FIELDS, *RAW)
        if name != "type"
    },
    "status": (
        _read_status,
        Message(N_("use one of {names}"), names=STATUSES),
    ),
    "role": (
        _read_role,
        Message(N_("use one of {names}"), names=filter(None, get_args(Role))),
    ),
    "date": (
        _read_day,
        Message(N_("write it as 2026-01-31")),
    ),
    "retrieved": (
        _read_time,
        Message(N_("write it as 2026-01-31T08:00:00+00:00")),
    ),
    "zh_index": _NUMBERS,
    "en_index": _NUMBERS,
    "checks": (_read_checks, Message(N_("write a list of words"))),
    "probability": (_read_probability, Message(N_("it must be from 0 to 1"))),
}
"""The parser of each field, and the advice to show if it fails."""


def add_checksum(bead: FileRecord) -> FileRecord:
    """Return a bead as it is exported with its checksum."""
    return replace(bead, checksum=f"c{''.join(digest_parts(to_cells(bead)).values())}")


def read_checksum(text: str) -> dict[str, str] | None:
    """Return the parts of a checksum (see :func:`digest_parts`), or ``None`` if it is malformed."""
    match = _CHECKSUM.fullmatch(text.strip())
    return match.groupdict() if match else None


def digest_parts(cells: Mapping[str, str]) -> dict[str, str]:
    """Return the four parts of a bead's checksum, computed from its cells."""
    return {name: digest_part(name, cells) for name in PARTS}


def digest_part(name: str, cells: Mapping[str, str]) -> str:
    r"""Return one of the :data:`PARTS` of a checksum.

    >>> digest_part("decided", {"en": "Water  is\nwet. "}) == digest_part(
    ...     "decided", {"en": "Water is wet."})
    True
    """
    # A table may lack columns of the rest.
    there = (column for column in PARTS[name] if name != "rest" or column in cells)
    # The separator U+0000 occurs in no stored text; extra spaces next to it are collapsed.
    text = collapse_spaces(" \x00 ".join(cells.get(column, "") for column in there))
    data = text.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=6 if name == "decided" else 3).hexdigest()
