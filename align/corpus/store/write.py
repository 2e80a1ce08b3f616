"""Writing of records as rows; each function runs inside the caller's transaction."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, astuple, replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from ...errors import N_, Message, StoreError
from ...logs import Clock
from ...records import Bead, Briefing, Document, Language, Page, Sentence, join_text
from . import read
from .engine import advisory_lock
from .records import (
    NOTE_ACTIONS,
    REALIGN,
    BeadRow,
    Decision,
    HistoryEntry,
    describe_changes,
    document_digest,
    sentence_id,
)
from .schema import (
    ALIGNMENT,
    BEAD,
    BRIEFING,
    BRIEFING_CHANGE,
    CONFLICT,
    DOCUMENT,
    DOUBLE_REVIEW,
    PAGE,
    PARAGRAPH,
    PREFERENCE,
    PRIVATE_VERDICT,
    SENTENCE,
    TURN,
    VERDICT,
    VISIT,
)

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql


def now() -> dt.datetime:
    """Return the time in UTC, to the microsecond."""
    return dt.datetime.now(dt.UTC)


def lock(connection: sa.Connection, briefing_id: str) -> None:
    """Lock a briefing against other decisions and additions until this transaction ends."""
    advisory_lock(connection, briefing_id)
    mine = sa.select(BRIEFING.c.id).where(BRIEFING.c.id == briefing_id)
    connection.execute(mine.with_for_update())


def check_open(connection: sa.Connection, briefing_id: str) -> None:
    """Raise if two people review a briefing independently, so that its rows must not change."""
    closed = sa.select(DOUBLE_REVIEW).where(read.is_closed(briefing_id))
    for row in connection.execute(closed):
        raise StoreError(
            N_(
                "{first} and {second} review {briefing_id} independently; try again when both "
                "are done, or: align people open {briefing_id}"
            ),
            first=row.first,
            second=row.second,
            briefing_id=briefing_id,
        )


def check_storable(place: object, *texts: str | None) -> None:
    """Raise if a text contains a character that PostgreSQL cannot store, in any kind of store.

    :param place: the document, paragraph or row of the texts, for the message.
    """
    for text in texts:
        if text and "\0" in text:
            raise StoreError(
                N_("{place}: the text contains U+0000, which no corpus can store; remove it"),
                place=place,
            )


def insert(connection: sa.Connection, table: sa.Table) -> "postgresql.Insert | sqlite.Insert":
    """Return an insert statement that supports a clause for existing rows (``ON CONFLICT``)."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql  # takes 50 ms to import

        return postgresql.insert(table)
    return sqlite.insert(table)


def upsert(
    connection: sa.Connection, table: sa.Table, key: Mapping[str, object], **values: object
) -> None:
    """Store a row; it replaces an existing row with the same key.

    A lookup first is not enough: another program may insert the row a moment later.
    """
    row = insert(connection, table).values(**key, **values)
    connection.execute(row.on_conflict_do_update(index_elements=[*key], set_=values))


def put_pages(connection: sa.Connection, pages: Iterable[Page]) -> int:
    """Store each page that is not there with the same bytes; return how many were new."""
    new = 0
    for page in pages:
        row = insert(connection, PAGE).values(**fields_of(page), sha256=page.sha256)
        row = row.on_conflict_do_nothing(index_elements=["url", "sha256"])
        new += connection.execute(row.returning(PAGE.c.id)).first() is not None
    return new


def put_briefing(
    connection: sa.Connection,
    briefing: Briefing,
    address: str,
    clock: Clock | None,
    carried: Mapping[int, BeadRow],
    facts: Mapping[str, str],
    reviewer: str,
) -> None:
    """Store a briefing, or its new state, as :meth:`.Store.save` does; the clock is read last."""
    at = now()
    head = {"address": address, "changed_at": at}
    there = BRIEFING.update().where(BRIEFING.c.id == briefing.id)
    known = connection.execute(there.values(**head)).rowcount > 0
    if not known:
        connection.execute(BRIEFING.insert().values(id=briefing.id, added_at=at, **head))
    zh_id = _put_document(connection, briefing.id, briefing.zh, briefing.zh_sentences, at)
    en_id = _put_document(connection, briefing.id, briefing.en, briefing.en_sentences, at)
    put_facts(connection, briefing.id, facts, reviewer if known else None)
    mine = ALIGNMENT.c.briefing_id == briefing.id
    made = sa.select(sa.func.count()).select_from(ALIGNMENT).where(mine)
    made_before = connection.execute(made).scalar_one()
    rows = [
        _row(briefing, place, bead, carried.get(place), at, made_before)
        for place, bead in enumerate(briefing.alignment.beads)
    ]
    connection.execute(BEAD.delete().where(BEAD.c.briefing_id == briefing.id))
    rows = _with_free_ids(connection, rows)
    put_rows(connection, rows)
    last = sa.select(sa.func.max(VERDICT.c.seq)).where(VERDICT.c.briefing_id == briefing.id)
    connection.execute(ALIGNMENT.update().where(mine).values(current=False))
    connection.execute(
        ALIGNMENT.insert().values(
            briefing_id=briefing.id,
            zh_document_id=zh_id,
            en_document_id=en_id,
            signature=briefing.alignment.signature,
            beads=[row.to_stored() for row in rows],
            scores={},
            verdict_seq=connection.execute(last).scalar() or 0,
            seconds=clock.now() if clock else {},
            made_at=at,
            current=True,
        )
    )


def put_facts(
    connection: sa.Connection, briefing_id: str, facts: Mapping[str, str], reviewer: str | None
) -> None:
    """Merge the user's facts about a briefing into the stored ones; an empty value removes one.

    :param reviewer: who changes them, for the log; ``None`` for a new briefing, which has none.
    """
    check_storable(briefing_id, *facts.values())
    known = read.facts(connection, briefing_id)
    changed = {name: value for name, value in facts.items() if value != known.get(name, "")}
    if changed and reviewer is not None:
        before = {name: known.get(name, "") for name in changed}
        log_change(connection, briefing_id, reviewer, "describe", before, changed)
    merged = {name: value for name, value in {**known, **facts}.items() if value}
    mine = DOCUMENT.c.current & (DOCUMENT.c.briefing_id == briefing_id)
    printed = sa.select(DOCUMENT.c.date).where(mine, DOCUMENT.c.date.is_not(None))
    date = connection.execute(printed.order_by(DOCUMENT.c.language)).scalar()  # English first
    if said := merged.get("date"):
        date = dt.date.fromisoformat(said)
    values = {"facts": merged, "date": date, "changed_at": now()}
    connection.execute(BRIEFING.update().where(BRIEFING.c.id == briefing_id).values(**values))


def log_change(
    connection: sa.Connection,
    briefing_id: str,
    reviewer: str,
    action: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    """Log a change of a briefing apart from its rows (:mod:`.changes`)."""
    values = {"reviewer": reviewer, "action": action, "before": {**before}, "after": {**after}}
    row = BRIEFING_CHANGE.insert().values(briefing_id=briefing_id, at=now(), **values)
    connection.execute(row)


def _put_document(
    connection: sa.Connection,
    briefing_id: str,
    document: Document,
    sentences: Sequence[Sentence],
    at: dt.datetime,
) -> int:
    """Store a document as the current revision, unless its text is that of the current one."""
    labels = (turn.label for turn in document.turns)
    titles = (document.title, document.place, *labels)
    check_storable(document.url or briefing_id, *titles)
    for number, (_, text) in enumerate(document.paragraphs(), start=1):
        check_storable(f"{document.url or briefing_id}, paragraph {number}", text)
    mine = (DOCUMENT.c.briefing_id == briefing_id) & (DOCUMENT.c.language == document.language)
    newest = sa.select(DOCUMENT.c.id, DOCUMENT.c.digest).where(mine, DOCUMENT.c.current)
    current = connection.execute(newest).first()
    digest = document_digest(document)
    if current is not None and current.digest == digest:
        put_sentences(connection, current.id, sentences)
        return int(current.id)
    last = connection.execute(sa.select(sa.func.max(DOCUMENT.c.revision)).where(mine)).scalar()
    connection.execute(DOCUMENT.update().where(mine).values(current=False))
    people = [asdict(person) for person in document.participants]
    values = {**fields_of(document), "participants": people}
    del values["turns"], values["tables"]  # turns have a table of their own
    head = {"briefing_id": briefing_id, "revision": (last or 0) + 1, "current": True}
    row = DOCUMENT.insert().values(**head, digest=digest, added_at=at, **values)
    inserted = connection.execute(row)
    key = _new_id(inserted)
    turns = enumerate(document.turns)
    rows = [{"position": at, "label": turn.label, "role": turn.role} for at, turn in turns]
    _insert(connection, TURN, [{"document_id": key, **row} for row in rows])
    texts = enumerate(document.paragraphs())
    rows = [{"position": at, "turn": turn, "text": text} for at, (turn, text) in texts]
    _insert(connection, PARAGRAPH, [{"document_id": key, **row} for row in rows])
    put_sentences(connection, key, sentences)
    return key


def _new_id(inserted: sa.CursorResult[object]) -> int:
    return int(inserted.inserted_primary_key[0])  # type: ignore[index] # an insert has one


def put_sentences(
    connection: sa.Connection, document_id: int, sentences: Iterable[Sentence]
) -> None:
    """Store the sentences of a document that are not there yet."""
    rows = [
        {
            "document_id": document_id,
            "id": sentence_id(sentence),
            **fields_of(sentence),
            "table_row": sentence.table_row and astuple(sentence.table_row),
        }
        for sentence in sentences
    ]
    if rows:
        connection.execute(insert(connection, SENTENCE).on_conflict_do_nothing(), rows)


def _insert(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(table.insert(), rows)


def _row(
    briefing: Briefing,
    place: int,
    bead: Bead,
    carried: BeadRow | None,
    at: dt.datetime,
    made_before: int,
) -> BeadRow:
    """Return the row of a bead; a carried row keeps its id and its decisions.

    :param made_before: the number of earlier alignments of the briefing.
    """
    zh = [briefing.zh_sentences[index] for index in bead.zh]
    en = [briefing.en_sentences[index] for index in bead.en]
    row = BeadRow(
        id=_content_id(briefing.id, zh, en, made_before),
        briefing=briefing.id,
        position=float(place),
        zh=tuple(map(sentence_id, zh)),
        en=tuple(map(sentence_id, en)),
        zh_text=join_text(zh, "zh"),
        en_text=join_text(en, "en"),
        probability=bead.probability,
        status=bead.status,
        changed_at=at,
    )
    if carried is None:
        return row
    made = ("position", "zh", "en", "zh_text", "en_text", "probability", "changed_at")
    new = {name: getattr(row, name) for name in made}
    return replace(carried, revision=carried.revision + 1, **new)


def _content_id(
    briefing_id: str, zh: Sequence[Sentence], en: Sequence[Sentence], made_before: int
) -> str:
    """Return the id of a new row: the same input has the same ids in every build.

    It is a checksum of the briefing, and of the places and texts of the sentences. A later
    alignment counts as well, so that no row gets the id, and the history, of one that is gone.
    """
    parts = [briefing_id, str(made_before)]
    for side in (zh, en):
        parts += [f"{sentence_id(one)}\x00{one.text}" for one in side]
        parts.append("")
    text = "\x01".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(text).hexdigest()[:32]


def _with_free_ids(connection: sa.Connection, rows: list[BeadRow]) -> list[BeadRow]:
    """Return rows with new ids instead of those that another briefing has.

    An imported briefing may have the ids of another one.
    """
    rows = list(rows)
    while taken := read.rows_by_id(connection, [row.id for row in rows]):
        for place, row in enumerate(rows):
            if row.id in taken:
                new_id = hashlib.sha256(row.id.encode()).hexdigest()[:32]
                rows[place] = replace(row, id=new_id)
    return rows


def put_rows(connection: sa.Connection, rows: Iterable[BeadRow]) -> None:
    """Insert bead rows as they are."""
    values = [{**fields_of(row), "briefing_id": row.briefing, "kind": row.kind} for row in rows]
    for one in values:
        del one["briefing"]
    _insert(connection, BEAD, values)


def fields_of(record: Page | Document | Sentence | BeadRow) -> dict[str, object]:
    """Return the fields of a flat record; ``asdict`` copies them, half the time of an import."""
    return {name: getattr(record, name) for name in record.__slots__}


def put_probabilities(connection: sa.Connection, briefing_id: str, rows: Iterable[BeadRow]) -> None:
    """Store the probability of each row that has the same sentences as the stored row."""
    lock(connection, briefing_id)
    mine = (ALIGNMENT.c.briefing_id == briefing_id) & ALIGNMENT.c.current
    scores = dict(connection.execute(sa.select(ALIGNMENT.c.scores).where(mine)).scalar() or {})
    stored = {row.id: row for row in read.bead_rows(connection, BEAD.c.briefing_id == briefing_id)}
    for row in rows:
        there = stored.get(row.id)
        if there is not None and (there.zh, there.en) == (row.zh, row.en):
            scores[row.id] = (there.revision, row.probability)
            one = BEAD.update().where(BEAD.c.id == row.id)
            connection.execute(one.values(probability=row.probability))
    connection.execute(ALIGNMENT.update().where(mine).values(scores=scores))
    touch(connection, briefing_id, now())


def put_address(connection: sa.Connection, key: str, briefing_id: str) -> None:
    """Store to which briefing an address led."""
    values = {"at": now(), "briefing_id": briefing_id, "entries": []}
    upsert(connection, VISIT, {"address": key}, **values)


def put_list(connection: sa.Connection, key: str, values: Mapping[str, object]) -> None:
    """Store the entries of a list page; they replace those of an earlier run."""
    upsert(connection, VISIT, {"address": key}, at=now(), briefing_id=None, entries=dict(values))


def put_preference(connection: sa.Connection, reviewer: str, name: str, value: object) -> None:
    """Store a reviewer's setting; it replaces the stored one."""
    upsert(connection, PREFERENCE, {"reviewer": reviewer, "name": name}, value=value)


def put_decision(
    connection: sa.Connection,
    briefing_id: str,
    decision: Decision,
    before: Sequence[BeadRow],
    after: Sequence[BeadRow],
    sentences: Mapping[Language, Sequence[Sentence]] | None = None,
    *,
    private: bool = False,
) -> HistoryEntry:
    """Replace rows with others, log the decision, and return its entry.

    If the ``op`` is known, the decision was stored before: its entry is returned and nothing is
    written. The rows of ``after`` get the revision, time and reviewer of this decision; rows that a
    note, or the undo of a note, did not change get only the next revision.

    :param before: the rows as the reviewer saw them.
    :param sentences: sentences that a reviewer made by splitting or joining.
    :param private: only log the decision, for one of two independent reviewers.
    :raises StoreError: one of the rows was changed in the meantime.
    """
    table = PRIVATE_VERDICT if private else VERDICT
    said = (decision.reviewer, decision.reason, decision.note)
    edited = (text for row in after for text in (row.zh_edit, row.en_edit, row.note, row.reason))
    check_storable(briefing_id, *said, *edited)
    lock(connection, briefing_id)
    if known := read.entry_of(connection, decision.op, table):
        return known
    if private:
        stored = read.private_rows(connection, briefing_id, decision.reviewer)
    else:
        stored = read.rows_by_id(connection, [row.id for row in before])
    _check_unchanged(before, stored)
    at = now()
    for language, new in (sentences or {}).items():
        document_id = read.documents(connection, briefing_id)[language]
        put_sentences(connection, document_id, new)
    stamped = [_stamp(row, before, stored, decision, at) for row in after]
    rows = {
        "before": [row.to_json() for row in before],
        "after": [row.to_json() for row in stamped],
    }
    values = {**asdict(decision), "briefing_id": briefing_id, "at": at, **rows}
    inserted = connection.execute(table.insert().values(**values))
    if not private:
        connection.execute(BEAD.delete().where(BEAD.c.id.in_([row.id for row in before])))
        put_rows(connection, stamped)
        touch(connection, briefing_id, at)
    return HistoryEntry(_new_id(inserted), briefing_id, at, decision, tuple(before), tuple(stamped))


def _stamp(
    row: BeadRow,
    before: Sequence[BeadRow],
    stored: Mapping[str, BeadRow],
    decision: Decision,
    at: dt.datetime,
) -> BeadRow:
    """Return a row with its next revision, and with the reviewer and time of a decision."""
    revision = row.revision
    if row.id in stored:
        revision = max(revision, stored[row.id].revision)
    changed = replace(row, revision=revision + 1)
    about_note = decision.action in (*NOTE_ACTIONS, "undo", "redo")
    if about_note and row in before:
        return changed
    if decision.action == REALIGN:  # no person has decided about the row
        return replace(changed, changed_at=at)
    return replace(changed, reviewer=decision.reviewer, changed_at=at)


def _check_unchanged(before: Iterable[BeadRow], stored: Mapping[str, BeadRow]) -> None:
    for row in before:
        there = stored.get(row.id)
        if there is None:
            raise StoreError(
                N_("someone has merged, split or moved this row; check the rows again")
            )
        if there.revision != row.revision:
            raise StoreError(
                N_("changed by {who} at {when} UTC ({changes}); check the new version"),
                who=there.reviewer or Message(N_("someone")),
                when=f"{there.changed_at:%H:%M:%S}",
                changes=describe_changes(row, there),
            )


def put_conflicts(
    connection: sa.Connection, briefing_id: str, lost: Iterable[tuple[BeadRow, str]]
) -> None:
    """Store decisions that could not be transferred, each with the reason."""
    head = {"briefing_id": briefing_id, "at": now(), "settled": False}
    rows = [{**head, "bead": row.to_json(), "why": why} for row, why in lost]
    _insert(connection, CONFLICT, rows)


def touch(connection: sa.Connection, briefing_id: str, at: dt.datetime) -> None:
    """Set the time of the last change of a briefing."""
    connection.execute(BRIEFING.update().where(BRIEFING.c.id == briefing_id).values(changed_at=at))
