"""Rows under review, derived from the stored alignment and the log of verdicts.

An alignment keeps the rows that were stored with it, without the texts of their sentences. A
verdict keeps the rows that it replaced and those that replaced them. A probability that was
computed later is kept for the revision of the row that it was computed for.
"""

from collections.abc import Mapping
from dataclasses import MISSING, fields, replace
from typing import Any

import sqlalchemy as sa

from ..errors import StoreError
from ..records import Language, Sentence, join_text
from . import read
from .records import BeadRow, replay
from .schema import ALIGNMENT

UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, sa.exc.InvalidRequestError)
"""What reading a damaged value raises: it is missing, no JSON, or JSON of another form."""

_DEFAULTS = {
    field.name: field.default
    for field in fields(BeadRow)
    if field.default is not MISSING and field.name != "changed_at"
}


def to_stored(row: BeadRow) -> dict[str, Any]:
    """Return a row as its alignment keeps it: without texts, position and default values."""
    values = ((name, getattr(row, name), default) for name, default in _DEFAULTS.items())
    said = {name: value for name, value, default in values if value != default}
    return {"id": row.id, "zh": list(row.zh), "en": list(row.en), **said}


def derive_rows(connection: sa.Connection, briefing_id: str) -> tuple[BeadRow, ...]:
    """Return the rows of a briefing as its alignment and its verdicts determine them, in order.

    :raises StoreError: when alignment, sentences or verdicts are missing or cannot be read.
    """
    try:
        return _derive_rows(connection, briefing_id)
    except UNREADABLE as error:
        raise StoreError(
            f"{briefing_id}: its alignment or its verdicts cannot be read; restore a backup"
        ) from error


def _derive_rows(connection: sa.Connection, briefing_id: str) -> tuple[BeadRow, ...]:
    mine = (ALIGNMENT.c.briefing_id == briefing_id) & ALIGNMENT.c.current
    alignment = connection.execute(sa.select(ALIGNMENT).where(mine)).one()
    sentences: Mapping[Language, Mapping[str, Sentence]] = {
        "zh": read.sentences(connection, alignment.zh_document_id),
        "en": read.sentences(connection, alignment.en_document_id),
    }
    stored = (
        _from_stored(alignment, place, values, sentences)
        for place, values in enumerate(alignment.beads)
    )
    entries = read.history(connection, briefing_id, alignment.verdict_seq)
    return tuple(_with_score(row, alignment.scores) for row in replay(stored, entries))


def _from_stored(
    alignment: sa.Row[Any],
    place: int,
    values: dict[str, Any],
    sentences: Mapping[Language, Mapping[str, Sentence]],
) -> BeadRow:
    zh, en = tuple(values["zh"]), tuple(values["en"])
    made: dict[str, Any] = {
        **values,
        "zh": zh,
        "en": en,
        "zh_text": join_text((sentences["zh"][name] for name in zh), "zh"),
        "en_text": join_text((sentences["en"][name] for name in en), "en"),
    }
    return BeadRow(
        briefing=alignment.briefing_id,
        position=float(place),
        changed_at=read.utc(alignment.made_at),
        **made,
    )


def _with_score(row: BeadRow, scores: Mapping[str, tuple[int, float]]) -> BeadRow:
    revision, probability = scores.get(row.id, (None, None))
    return replace(row, probability=probability) if revision == row.revision else row
