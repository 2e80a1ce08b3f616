"""Reading of rows as records; each function runs inside the caller's transaction."""

import datetime as dt
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import sqlalchemy as sa

from ...aligner.text.chinese import detect_language
from ...errors import N_, AbsentError, StoreError
from ...records import (
    Alignment,
    BeadRecord,
    Briefing,
    Document,
    Language,
    Page,
    Pair,
    Participant,
    Provenance,
    Sentence,
    Sides,
    TablePlace,
    Turn,
    Verdict,
    web_address,
)
from ...sources.extract.transcript.voices import bead_voice, find_voices
from .records import BeadRow, Decision, HistoryEntry, replay, sentence_ids
from .schema import (
    ALIGNMENT,
    BEAD,
    BRIEFING,
    DOCUMENT,
    DOUBLE_REVIEW,
    PAGE,
    PARAGRAPH,
    PRIVATE_VERDICT,
    SENTENCE,
    TURN,
    VERDICT,
)

IDS_AT_ONCE = 500  # ids in one query: databases limit how many there may be


def utc(at: dt.datetime) -> dt.datetime:
    """Return a time with its zone, which SQLite drops."""
    return at if at.tzinfo else at.replace(tzinfo=dt.UTC)


def read_pages(connection: sa.Connection, where: sa.ColumnElement[bool]) -> Generator[Page]:
    """Yield the stored pages that match, the oldest first; a few are in memory at a time."""
    query = sa.select(PAGE).where(where).order_by(PAGE.c.id).execution_options(yield_per=20)
    with connection.execute(query) as rows:  # closed also when the caller stops early
        for row in rows:
            headers = tuple((name, value) for name, value in row.headers)
            at, body = utc(row.fetched_at), bytes(row.body)
            yield Page(row.url, row.final_url, row.status, headers, at, body)


_COLUMNS = {"briefing": "briefing_id"}  # of fields with another name than their column

BEAD_ROW = sa.select(*(BEAD.c[_COLUMNS.get(one.name, one.name)] for one in fields(BeadRow)))
"""Query of the columns that a bead row consists of, in the order of its fields."""


def read_bead_rows(connection: sa.Connection, query: sa.Select[Any]) -> tuple[BeadRow, ...]:
    """Return the results of a query that extends ``BEAD_ROW`` as records."""
    rows: list[BeadRow] = []
    # By place and all at once: by name and one by one, a long briefing takes twice as long.
    for key, briefing_id, position, zh, en, *others, changed_at in connection.execute(query).all():
        values = [key, briefing_id, position, tuple(zh), tuple(en), *others, utc(changed_at)]
        rows.append(BeadRow(*values))
    return tuple(rows)


def bead_rows(connection: sa.Connection, where: sa.ColumnElement[bool]) -> tuple[BeadRow, ...]:
    """Read the bead rows that match, briefing by briefing, in order."""
    query = BEAD_ROW.where(where).order_by(BEAD.c.briefing_id, BEAD.c.position)
    return read_bead_rows(connection, query)


def rows_with_sentences(
    connection: sa.Connection, briefing_id: str
) -> tuple[tuple[BeadRow, ...], dict[Language, dict[str, Sentence]]]:
    """Read the rows of a briefing, and every sentence by id, also those a reviewer made."""
    ids = documents(connection, briefing_id).items()
    rows = bead_rows(connection, BEAD.c.briefing_id == briefing_id)
    return rows, {language: sentences(connection, key) for language, key in ids}


def rows_by_id(connection: sa.Connection, ids: Collection[str]) -> dict[str, BeadRow]:
    """Return the existing rows among some ids, by id, from any briefing of the corpus."""
    names = sorted(set(ids))
    rows: dict[str, BeadRow] = {}
    for start in range(0, len(names), IDS_AT_ONCE):
        chosen = BEAD.c.id.in_(names[start : start + IDS_AT_ONCE])
        rows.update((row.id, row) for row in bead_rows(connection, chosen))
    return rows


def documents(connection: sa.Connection, briefing_id: str) -> dict[Language, int]:
    """Return the ids of a briefing's current documents; raise if the briefing does not exist."""
    query = sa.select(DOCUMENT.c.language, DOCUMENT.c.id).where(
        DOCUMENT.c.briefing_id == briefing_id, DOCUMENT.c.current
    )
    ids: dict[Language, int] = {row.language: row.id for row in connection.execute(query)}
    if len(ids) != 2:
        raise AbsentError(
            N_("{briefing_id}: unknown briefing; run 'align show' for a list"),
            briefing_id=briefing_id,
        )
    return ids


def first_documents(connection: sa.Connection, briefing_id: str) -> dict[Language, Document]:
    """Return the first revision of the documents of a briefing.

    The user's facts about the briefing override theirs, as they do for the current documents.
    """
    mine = DOCUMENT.c.briefing_id == briefing_id
    query = sa.select(DOCUMENT.c.language, DOCUMENT.c.id).where(mine)
    newest_first = query.order_by(DOCUMENT.c.revision.desc())
    ids: dict[Language, int] = {row.language: row.id for row in connection.execute(newest_first)}
    said = facts(connection, briefing_id)
    return {language: _overlay(document(connection, key), said) for language, key in ids.items()}


def current_documents(connection: sa.Connection, briefing_id: str) -> dict[Language, Document]:
    """Return the documents of a briefing as they are now, with the user's facts."""
    ids, said = documents(connection, briefing_id), facts(connection, briefing_id)
    return {language: _overlay(document(connection, key), said) for language, key in ids.items()}


def document(connection: sa.Connection, document_id: int) -> Document:
    """Read one document with its turns."""
    head = connection.execute(sa.select(DOCUMENT).where(DOCUMENT.c.id == document_id)).one()
    texts: dict[int, list[str]] = {}
    paragraphs = sa.select(PARAGRAPH).where(PARAGRAPH.c.document_id == document_id)
    for row in connection.execute(paragraphs.order_by(PARAGRAPH.c.position)):
        texts.setdefault(row.turn, []).append(row.text)
    turns = sa.select(TURN).where(TURN.c.document_id == document_id).order_by(TURN.c.position)
    plain = ("language", "title", "date", "place", "url", "counterpart_url", "source")
    return Document(
        turns=tuple(
            Turn(row.label, tuple(texts.get(row.position, ())), row.role)
            for row in connection.execute(turns)
        ),
        participants=tuple(Participant(**person) for person in head.participants),
        captions=tuple(head.captions),
        notes=tuple(head.notes),
        **{name: getattr(head, name) for name in plain},
    )


def sentences(connection: sa.Connection, document_id: int) -> dict[str, Sentence]:
    """Read every sentence of a document by id, in the order of the text.

    A sentence that a reviewer split or joined is among them: the beads say which ones count.
    """
    query = _SENTENCE.where(SENTENCE.c.document_id == document_id)
    query = query.order_by(SENTENCE.c.paragraph, SENTENCE.c.start, SENTENCE.c.end)
    known: dict[str, Sentence] = {}
    for key, *others, table_row in connection.execute(query).all():
        values = [*others, TablePlace(*table_row) if table_row else None]
        known[key] = Sentence(*values)
    return known


_SENTENCE = sa.select(
    SENTENCE.c.id, *(SENTENCE.c[field.name] for field in fields(Sentence))
)  # the id, then the values of a record in order


def facts(connection: sa.Connection, briefing_id: str) -> dict[str, str]:
    """Return the facts about a briefing from the user, or from the imported file."""
    query = sa.select(BRIEFING.c.facts).where(BRIEFING.c.id == briefing_id)
    return dict(connection.execute(query).scalar() or {})


def _overlay(document: Document, facts: Mapping[str, str]) -> Document:
    """Return a document with the user's date and title, if given."""
    if date := facts.get("date"):
        document = replace(document, date=dt.date.fromisoformat(date))
    return replace(document, title=overlay_title(document.title, document.language, facts))


def overlay_title(title: str, language: Language, facts: Mapping[str, str]) -> str:
    """Return the title in one language; the user's title applies to the language it is written in.

    If the user gave a title, a document title in the wrong language is dropped: for a Chinese
    text it may be an English file name.
    """
    given = facts.get("title", "")
    if given and detect_language([given]) == language:
        return given
    return "" if given and detect_language([title]) != language else title


def briefing(connection: sa.Connection, briefing_id: str) -> Briefing:
    """Return a briefing in its current state, including the decisions of reviewers."""
    rows = bead_rows(connection, BEAD.c.briefing_id == briefing_id)
    return _join_rows(connection, briefing_id, rows, facts(connection, briefing_id))


def _join_rows(
    connection: sa.Connection, briefing_id: str, rows: Sequence[BeadRow], said: Mapping[str, str]
) -> Briefing:
    """Return the briefing of some rows; their sentences, and no others, are numbered."""
    ids = documents(connection, briefing_id)
    standing: dict[Language, dict[str, Sentence]] = {}
    numbers: dict[Language, dict[str, int]] = {}
    for language, document_id in ids.items():
        used = {name for row in rows for name in sentence_ids(row, language)}
        known = sentences(connection, document_id)
        standing[language] = {name: one for name, one in known.items() if name in used}
        numbers[language] = {name: number for number, name in enumerate(standing[language])}
    mine = (ALIGNMENT.c.briefing_id == briefing_id) & ALIGNMENT.c.current
    signature = connection.execute(sa.select(ALIGNMENT.c.signature).where(mine)).scalar_one()
    return Briefing(
        id=briefing_id,
        zh=_overlay(document(connection, ids["zh"]), said),
        en=_overlay(document(connection, ids["en"]), said),
        zh_sentences=tuple(standing["zh"].values()),
        en_sentences=tuple(standing["en"].values()),
        alignment=Alignment(
            tuple(row.to_bead(numbers["zh"], numbers["en"]) for row in rows), signature
        ),
    )


def pairs(connection: sa.Connection, briefing_id: str, licence: str) -> Iterator[BeadRecord]:
    """Yield the beads of a briefing as they are exported, in order."""
    rows = bead_rows(connection, BEAD.c.briefing_id == briefing_id)
    said = facts(connection, briefing_id)
    now = _join_rows(connection, briefing_id, rows, said)
    newest = sa.select(sa.func.max(PAGE.c.fetched_at)).where(
        PAGE.c.url.in_([now.zh.url, now.en.url])
    )
    fetched_at = connection.execute(newest).scalar()
    retrieved = utc(fetched_at) if fetched_at else None
    if retrieved is None and (stated := said.get("retrieved")):
        retrieved = dt.datetime.fromisoformat(stated)
    source = said.get("source")
    sources = Sides(
        source or web_address(now.zh.url) or said.get("file_zh", ""),
        source or web_address(now.en.url) or said.get("file_en", ""),
    )
    voices = find_voices(now)
    for row, bead in zip(rows, now.alignment.beads, strict=True):
        voice = bead_voice(now, voices, bead)
        yield BeadRecord(
            id=row.id,
            pair=Pair(
                texts=Sides(row.zh_final, row.en_final),
                raw=Sides(row.zh_text, row.en_text),
                index=Sides(bead.zh, bead.en),
                probability=row.probability,
            ),
            provenance=Provenance(
                briefing=briefing_id,
                date=now.en.date or now.zh.date,
                speaker=voice.name,
                role=voice.role,
                is_speaker_sure=voice.is_sure,
                sources=sources,
                retrieved=retrieved,
                licence=said.get("licence") or licence,
                signature=now.alignment.signature,
            ),
            verdict=Verdict(
                status=row.status,
                reviewer=row.reviewer,
                note=row.note,
                changed=row.changed_at if row.reviewer and row.revision else None,
            ),
        )


def entry(row: sa.Row[Any]) -> HistoryEntry:
    """Return a row of the table of verdicts as a record."""
    return HistoryEntry(
        seq=row.seq,
        briefing=row.briefing_id,
        at=utc(row.at),
        decision=Decision(row.op, row.reviewer, row.action, row.reason, row.note, row.undoes),
        before=tuple(map(BeadRow.from_json, row.before)),
        after=tuple(map(BeadRow.from_json, row.after)),
    )


def entry_of(connection: sa.Connection, op: str, table: sa.Table) -> HistoryEntry | None:
    """Return the verdict of this key, if it is stored."""
    row = connection.execute(sa.select(table).where(table.c.op == op)).first()
    return None if row is None else entry(row)


def history(
    connection: sa.Connection,
    briefing_id: str | None = None,
    since: int = 0,
    names: Collection[str] = (),
) -> tuple[HistoryEntry, ...]:
    """Read the verdicts after number ``since``, oldest first.

    :param names: people whose private verdicts are read instead.
    """
    table = PRIVATE_VERDICT if names else VERDICT
    query = sa.select(table).where(table.c.seq > since).order_by(table.c.seq)
    if briefing_id is not None:
        query = query.where(table.c.briefing_id == briefing_id)
    if names:
        query = query.where(table.c.reviewer.in_(names))
    return tuple(map(entry, connection.execute(query)))


def is_closed(briefing_id: str) -> sa.ColumnElement[bool]:
    """Return the condition on the double review of a briefing that it is not open yet."""
    return (DOUBLE_REVIEW.c.briefing_id == briefing_id) & DOUBLE_REVIEW.c.opened_at.is_(None)


def private_rows(connection: sa.Connection, briefing_id: str, reviewer: str) -> dict[str, BeadRow]:
    """Return the rows of one of two reviewers by id; raise if the double review is now open."""
    if connection.execute(sa.select(DOUBLE_REVIEW).where(is_closed(briefing_id))).first() is None:
        raise StoreError(N_("this briefing was opened a moment ago; reload the page"))
    rows = bead_rows(connection, BEAD.c.briefing_id == briefing_id)
    own = replay(rows, history(connection, briefing_id, names=(reviewer,)))
    return {row.id: row for row in own}
