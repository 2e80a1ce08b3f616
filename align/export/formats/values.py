"""The fields of a bead as plain JSON values, the same names in every format.

:func:`to_values` and :func:`from_values` are each other's inverse; :func:`from_texts` reads the
same fields where a format knows only text (TSV cells, XML properties).
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, get_args

from ...errors import FormatError
from ...records import LANGUAGES, STATUSES, ExportedBead, Role

FIELDS = (
    *("id", "briefing", "date", "speaker", "role", "zh_index", "en_index", "type", "probability"),
    *("status", "reviewer", "checks", "source_zh", "source_en", "retrieved", "licence"),
    *("signature", "note", "checksum"),
)
"""Everything that is known of a bead beside its text, in the order of the files."""

RAW = ("zh_raw", "en_raw")
"""The text as published, written only on request."""

HEAD = ("briefing", "date", "source_zh", "source_en", "retrieved", "licence", "signature")
"""What all beads of a briefing share, and stands once in a whole document."""

BEAD = tuple(name for name in FIELDS if name not in HEAD)
"""What each bead has for itself."""


def to_values(pair: ExportedBead) -> dict[str, Any]:
    """Return the fields of a bead, without its texts, in the order of ``FIELDS``."""
    return {name: _to_json(pair.kind if name == "type" else getattr(pair, name)) for name in FIELDS}


def _to_json(value: Any) -> Any:  # noqa: ANN401 # the value of any field
    if isinstance(value, dt.date):  # a datetime is one too
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def to_texts(pair: ExportedBead, *, raw: bool = False) -> dict[str, str]:
    """Return the fields of a bead as text, as :func:`to_text` does, and the published ones."""
    texts = {name: to_text(value) for name, value in to_values(pair).items()}
    return texts | {"zh_raw": pair.zh_raw, "en_raw": pair.en_raw} if raw else texts


def to_text(value: Any) -> str:  # noqa: ANN401 # likewise
    """Return a value as text: a list with a blank between its items, unknown as empty."""
    plain = _to_json(value)
    if isinstance(plain, list):
        return " ".join(map(str, plain))
    return "" if plain is None else str(plain)


def check_texts(
    names: Collection[str], there: Iterable[str], columns: Mapping[str, str] | None, where: str
) -> None:
    """Refuse a table or an object without a text in each language.

    :param names: what it has, by our names.
    :param there: what it has, by its own.
    :param columns: the names that the user gave, by ours.
    :raises FormatError: naming what it has.
    """
    for language in LANGUAGES:
        if language not in names:
            name = (columns or {}).get(language, language)
            raise FormatError(
                f"{where}: no column {name!r}; there are {', '.join(map(repr, there))}; "
                "say which is which: --columns zh=NAME,en=NAME"
            )


def from_texts(zh: str, en: str, texts: Mapping[str, Any], where: str) -> ExportedBead:
    """Make a bead of its texts and its fields, where they are text; those not there stay empty.

    :param where: file and line, for the message.
    :raises FormatError: when a field cannot be read.
    """
    values: dict[str, Any] = {
        name: text for name, text in texts.items() if text != "" or name in RAW
    }
    for name, parse in _PARSERS.items():
        if isinstance(values.get(name), str):
            try:
                values[name] = parse(values[name])
            except ValueError:
                raise FormatError(
                    f"{where}: {name} is {values[name]!r}, which is no number"
                ) from None
    return from_values(zh, en, values, where)


_PARSERS: dict[str, Callable[[str], Any]] = {
    "zh_index": lambda text: list(map(int, text.split())),
    "en_index": lambda text: list(map(int, text.split())),
    "probability": float,
    "checks": str.split,
}


def from_values(zh: str, en: str, values: Mapping[str, Any], where: str) -> ExportedBead:
    """Make a bead of its texts and its fields as JSON values; those not there stay empty.

    :param where: file and line, for the message.
    :raises FormatError: when a field has the wrong type or an unknown word, or a text holds half
        a character.
    """
    _check_characters(zh, f"{where}: the Chinese text")
    _check_characters(en, f"{where}: the English text")
    fields: dict[str, Any] = {"zh_raw": zh, "en_raw": en}
    for name, read in _READERS.items():
        if name not in RAW or name in values:
            fields[name] = read(values.get(name), f"{where}: {name}")
    return ExportedBead(zh=zh, en=en, **fields)


def _read_string(value: Any, where: str) -> str:  # noqa: ANN401 # any JSON value
    if value is None:
        return ""
    if isinstance(value, dt.date):  # readers of other tools make them
        return value.isoformat()
    if isinstance(value, (int, float)):  # an id, a year
        return str(value)
    if not isinstance(value, str):
        raise FormatError(f"{where} is {value!r}, which is no text")
    _check_characters(value, where)
    return value


def _check_characters(text: str, where: str) -> None:
    """Refuse a text with half a character."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        half = ord(text[error.start])
        raise FormatError(
            f"{where} holds half a character (U+{half:04X}), which no file can hold; take it out"
        ) from None


def _read_status(value: Any, where: str) -> str:  # noqa: ANN401 # any JSON value
    word = _read_string(value, where).strip().lower()  # "Accepted", typed in a spreadsheet
    return _check_word(word or "unreviewed", STATUSES, where)


def _read_role(value: Any, where: str) -> str:  # noqa: ANN401 # any JSON value
    return _check_word(_read_string(value, where), get_args(Role), where)


def _check_word(word: str, words: tuple[str, ...], where: str) -> str:
    if word not in words:
        raise FormatError(f"{where} is {word!r}; known are {', '.join(filter(None, words))}")
    return word


def _read_date(value: Any, where: str) -> dt.date | None:  # noqa: ANN401 # any JSON value
    text = _read_string(value, where)
    try:
        return dt.date.fromisoformat(text[:10]) if text else None
    except ValueError:
        raise FormatError(f"{where} is {text!r}; write it as 2026-01-31") from None


def _read_time(value: Any, where: str) -> dt.datetime | None:  # noqa: ANN401 # any JSON value
    text = _read_string(value, where)
    try:
        return to_utc(dt.datetime.fromisoformat(text)) if text else None
    except (ValueError, OverflowError):  # the second: a year before 1 or after 9999 in UTC
        raise FormatError(f"{where} is {text!r}; write it as 2026-01-31T08:00:00+00:00") from None


def to_utc(at: dt.datetime) -> dt.datetime:
    """Return a time in UTC; one without a zone is taken to be in UTC already."""
    return at.replace(tzinfo=dt.UTC) if at.tzinfo is None else at.astimezone(dt.UTC)


def _read_numbers(value: Any, where: str) -> tuple[int, ...]:  # noqa: ANN401 # any JSON value
    items = [] if value is None else value
    if not isinstance(items, list) or not all(
        isinstance(item, int) and item >= 0 for item in items
    ):
        raise FormatError(f"{where} is {items!r}; write sentence numbers from 0")
    return tuple(items)


def _read_checks(value: Any, where: str) -> tuple[str, ...]:  # noqa: ANN401 # any JSON value
    if value is not None and not isinstance(value, list):
        raise FormatError(f"{where} is {value!r}; write a list of words")
    return tuple(map(str, value or ()))


def _read_probability(value: Any, where: str) -> float | None:  # noqa: ANN401 # any JSON value
    if value is None:
        return None
    if not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise FormatError(f"{where} is {value!r}; it must be from 0 to 1")
    return float(value)


_READERS: dict[str, Callable[[Any, str], Any]] = {
    **{name: _read_string for name in (*FIELDS, *RAW) if name != "type"},
    "status": _read_status,
    "role": _read_role,
    "date": _read_date,
    "retrieved": _read_time,
    "zh_index": _read_numbers,
    "en_index": _read_numbers,
    "checks": _read_checks,
    "probability": _read_probability,
}
