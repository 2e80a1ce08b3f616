"""The fields of a pair as plain JSON values, the same names in every format.

``to_values`` and ``from_values`` are each other's inverse; ``from_texts`` reads the same fields
where a format knows only text (TSV cells, XML properties).
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any, get_args

from ...errors import FormatError
from ...records import STATUSES, ExportedBead, Role

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
"""Everything that is said about a pair beside its text, in the order of the files."""

RAW = ("zh_raw", "en_raw")
"""The text as published, written only on request."""

TYPES = {"zh_index": "int", "en_index": "int", "probability": "float", "checks": "list"}
ROLES = get_args(Role)


def to_values(pair: ExportedBead) -> dict[str, Any]:
    """Return the fields of a pair, without its texts, in the order of ``FIELDS``."""
    return {
        "id": pair.id,
        "briefing": pair.briefing,
        "date": pair.date.isoformat() if pair.date else None,
        "speaker": pair.speaker,
        "role": pair.role,
        "zh_index": list(pair.zh_index),
        "en_index": list(pair.en_index),
        "type": pair.kind,
        "probability": pair.probability,
        "status": pair.status,
        "reviewer": pair.reviewer,
        "checks": list(pair.checks),
        "source_zh": pair.source_zh,
        "source_en": pair.source_en,
        "retrieved": pair.retrieved.isoformat() if pair.retrieved else None,
        "licence": pair.licence,
        "signature": pair.signature,
        "note": pair.note,
        "checksum": pair.checksum,
    }


def to_texts(pair: ExportedBead) -> dict[str, str]:
    """Return the fields of a pair as text: lists with a blank between items, unknown as empty."""
    return {name: _text(value) for name, value in to_values(pair).items()}


def _text(value: Any) -> str:  # noqa: ANN401 # any JSON value
    if isinstance(value, list):
        return " ".join(map(str, value))
    return "" if value is None else str(value)


def from_texts(zh: str, en: str, texts: Mapping[str, str], where: str) -> ExportedBead:
    """Make a pair of its texts and its fields as text; fields that are not there stay empty.

    :param where: file and line, for the message.
    :raises FormatError: when a field cannot be read.
    """
    values: dict[str, Any] = {name: text for name, text in texts.items() if text or name in RAW}
    for name, kind in TYPES.items():
        if name in values:
            values[name] = _parsed(kind, values[name], f"{where}: {name}")
    return from_values(zh, en, values, where)


def _parsed(kind: str, text: str, where: str) -> float | list[int] | list[str]:
    parts = text.split()
    if kind == "list":
        return parts
    try:
        return float(text) if kind == "float" else [int(part) for part in parts]
    except ValueError:
        raise FormatError(f"{where} is {text!r}, which is no number") from None


def from_values(zh: str, en: str, values: Mapping[str, Any], where: str) -> ExportedBead:
    """Make a pair of its texts and its fields as JSON values; those not there stay empty.

    :param where: file and line, for the message.
    :raises FormatError: when a field has the wrong type or an unknown word, or a text holds half
        a character.
    """
    _whole(zh, f"{where}: the Chinese text")
    _whole(en, f"{where}: the English text")
    text = {name: _string(values, name, where) for name in _STRINGS}
    status = text["status"].strip().lower() or "unreviewed"  # "Accepted", typed in a spreadsheet
    _known(status, STATUSES, f"{where}: status")
    _known(text["role"], ROLES, f"{where}: role")
    return ExportedBead(
        zh=zh,
        en=en,
        zh_raw=text["zh_raw"] if "zh_raw" in values else zh,
        en_raw=text["en_raw"] if "en_raw" in values else en,
        id=text["id"],
        briefing=text["briefing"],
        date=_date(text["date"], where),
        speaker=text["speaker"],
        role=text["role"],  # type: ignore[arg-type] # _known has just looked at it
        zh_index=_index(values, "zh_index", where),
        en_index=_index(values, "en_index", where),
        probability=_probability(values.get("probability"), where),
        status=status,  # type: ignore[arg-type] # as for the role
        reviewer=text["reviewer"],
        checks=_checks(values.get("checks"), where),
        source_zh=text["source_zh"],
        source_en=text["source_en"],
        retrieved=_time(text["retrieved"], where),
        licence=text["licence"],
        signature=text["signature"],
        note=text["note"],
        checksum=text["checksum"],
    )


_STRINGS = (*(name for name in FIELDS if name not in TYPES and name != "type"), *RAW)


def _string(values: Mapping[str, Any], name: str, where: str) -> str:
    value = values.get(name)
    if value is None:
        return ""
    if isinstance(value, dt.date):  # a datetime is one too; readers of other tools make them
        return value.isoformat()
    if not isinstance(value, str):
        raise FormatError(f"{where}: {name} is {value!r}, which is no text")
    _whole(value, f"{where}: {name}")
    return value


def _whole(text: str, where: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        half = ord(text[error.start])
        raise FormatError(
            f"{where} holds half a character (U+{half:04X}), which no file can hold; take it out"
        ) from None


def _known(word: str, words: tuple[str, ...], where: str) -> None:
    if word not in words:
        known = ", ".join(filter(None, words))
        raise FormatError(f"{where} is {word!r}; known are {known}")


def _date(text: str, where: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text[:10]) if text else None
    except ValueError:
        raise FormatError(f"{where}: date is {text!r}; write it as 2026-01-31") from None


def _time(text: str, where: str) -> dt.datetime | None:
    try:
        return to_utc(dt.datetime.fromisoformat(text)) if text else None
    except (ValueError, OverflowError):  # the second: a year before 1 or after 9999 in UTC
        raise FormatError(
            f"{where}: retrieved is {text!r}; write it as 2026-01-31T08:00:00+00:00"
        ) from None


def to_utc(at: dt.datetime) -> dt.datetime:
    """Give a time in UTC; one without a zone is taken to be in UTC already."""
    return at.replace(tzinfo=dt.UTC) if at.tzinfo is None else at.astimezone(dt.UTC)


def _index(values: Mapping[str, Any], name: str, where: str) -> tuple[int, ...]:
    items = values.get(name)
    if items is None:
        return ()
    if not isinstance(items, list) or not all(
        isinstance(item, int) and item >= 0 for item in items
    ):
        raise FormatError(f"{where}: {name} is {items!r}; write sentence numbers from 0")
    return tuple(items)


def _checks(items: Any, where: str) -> tuple[str, ...]:  # noqa: ANN401 # any JSON value
    if items is not None and not isinstance(items, list):
        raise FormatError(f"{where}: checks is {items!r}; write a list of words")
    return tuple(map(str, items or ()))


def _probability(value: Any, where: str) -> float | None:  # noqa: ANN401 # any JSON value
    if value is None:
        return None
    if not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise FormatError(f"{where}: probability is {value!r}; it must be from 0 to 1")
    return float(value)
