"""Integrity check of a corpus, and the rebuilding of rows under review.

Rows are derived from the stored alignment, which keeps those that were stored with it without the
texts of their sentences, and from the log of verdicts.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import sqlalchemy as sa

from ...errors import N_, AbsentError, Message, StoreError, count_message
from ...records import LANGUAGES, Language, Sentence, join_text
from . import Store
from .read import bead_rows, document, documents, history, read_pages, sentences, utc
from .records import BeadRow, document_digest, replay, text_coverage
from .schema import ALIGNMENT, BEAD, BRIEFING, DOCUMENT, PAGE
from .write import lock, now, put_rows, touch

RESTORE = Message(N_("restore a backup"))

UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, sa.exc.InvalidRequestError)
"""Exceptions from reading a damaged value: missing, not JSON, or JSON of another form."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem in a corpus and its place; ``rebuild`` is true if :func:`rebuild` fixes it."""

    where: str
    says: str
    rebuild: bool = False


def find_problems(store: Store) -> tuple[Problem, ...]:
    """Check the database, its pages, and the rows of every briefing; change nothing."""
    with store.reading() as connection:
        names = connection.scalars(sa.select(BRIEFING.c.id).order_by(BRIEFING.c.id)).all()
        briefings = (problem for name in names for problem in _briefing(connection, name))
        return (*_stored(connection), *briefings)


def rebuild(store: Store, briefing_id: str) -> int:
    """Derive the rows of a briefing again from its alignment and verdicts; return how many changed.

    Nothing is changed where alignment, texts or verdicts are damaged.
    """
    with store.writing() as connection:
        lock(connection, briefing_id)
        rows = _checked_rows(connection, briefing_id)
        different = _different(connection, briefing_id, rows)
        if different:
            connection.execute(BEAD.delete().where(BEAD.c.briefing_id == briefing_id))
            put_rows(connection, rows)
            touch(connection, briefing_id, now())
    return different


def _stored(connection: sa.Connection) -> Iterator[Problem]:
    """Find damage of the file, and pages that cannot be read or do not fit their checksum."""
    if connection.dialect.name == "sqlite":  # PostgreSQL has pg_amcheck, for its administrator
        for (answer,) in connection.exec_driver_sql("PRAGMA quick_check(5)"):
            if answer != "ok":
                says = Message(N_("damaged ({answer}); {restore}"), answer=answer, restore=RESTORE)
                yield Problem("corpus.db", says)
    for row in connection.execute(sa.select(PAGE.c.id, PAGE.c.url, PAGE.c.sha256)).all():
        try:
            (page,) = read_pages(connection, PAGE.c.id == row.id)
            whole = hashlib.sha256(page.body).hexdigest() == row.sha256
        except UNREADABLE:
            whole = False
        if not whole:
            says = Message(N_("its stored bytes are damaged; {restore}"), restore=RESTORE)
            yield Problem(row.url or f"page {row.id}", says)


def _briefing(connection: sa.Connection, briefing_id: str) -> Iterator[Problem]:
    try:
        rows = _checked_rows(connection, briefing_id)
    except StoreError as error:
        yield Problem(briefing_id, error.message.without_subject(briefing_id))
        return
    if different := _different(connection, briefing_id, rows):
        says = count_message(
            "{count:,} row differs from its alignment and decisions; run 'align doctor --rebuild'",
            "{count:,} rows differ from its alignment and decisions; run 'align doctor --rebuild'",
            different,
        )
        yield Problem(briefing_id, says, rebuild=True)


def _checked_rows(connection: sa.Connection, briefing_id: str) -> tuple[BeadRow, ...]:
    """Return the rows that follow from alignment and verdicts; they cover the text exactly once."""
    damaged = Message(N_("its alignment or its decisions cannot be read"))
    try:
        rows = _derive_rows(connection, briefing_id)
        damaged = Message(N_("its texts are damaged"))
        ids = documents(connection, briefing_id)
        texts = {language: _text(connection, ids[language]) for language in LANGUAGES}
        gap = next(_gaps(rows, texts), Message(""))
    except (AbsentError, *UNREADABLE) as error:
        raise StoreError(
            N_("{briefing_id}: {damaged}; {restore}"),
            briefing_id=briefing_id,
            damaged=damaged,
            restore=RESTORE,
        ) from error
    if gap:
        raise StoreError(
            N_("{briefing_id}: {gap}; add it again with --realign, or {restore}"),
            briefing_id=briefing_id,
            gap=gap,
            restore=RESTORE,
        )
    return rows


def _derive_rows(connection: sa.Connection, briefing_id: str) -> tuple[BeadRow, ...]:
    """Return the rows of a briefing as its alignment and its verdicts determine them, in order."""
    mine = (ALIGNMENT.c.briefing_id == briefing_id) & ALIGNMENT.c.current
    alignment = connection.execute(sa.select(ALIGNMENT).where(mine)).one()
    zh = sentences(connection, alignment.zh_document_id)
    en = sentences(connection, alignment.en_document_id)
    stored = (
        BeadRow(
            briefing=briefing_id,
            position=float(place),
            changed_at=utc(alignment.made_at),
            zh_text=join_text((zh[name] for name in values["zh"]), "zh"),
            en_text=join_text((en[name] for name in values["en"]), "en"),
            **{**values, "zh": tuple(values["zh"]), "en": tuple(values["en"])},
        )
        for place, values in enumerate(alignment.beads)
    )
    entries = history(connection, briefing_id, alignment.verdict_seq)
    scores = {(name, revision): later for name, (revision, later) in alignment.scores.items()}
    return tuple(
        replace(row, probability=scores.get((row.id, row.revision), row.probability))
        for row in replay(stored, entries)
    )


_Text = tuple[list[str], dict[str, Sentence]]  # the paragraphs and the sentences of one side


def _text(connection: sa.Connection, document_id: int) -> _Text:
    """Read a text; raise ``ValueError`` where it is not the one that was stored."""
    stored = sa.select(DOCUMENT.c.digest).where(DOCUMENT.c.id == document_id)
    whole = document(connection, document_id)
    paragraphs = [paragraph for _, paragraph in whole.paragraphs()]
    known = sentences(connection, document_id)
    fits = all(one.text == paragraphs[one.paragraph][one.start : one.end] for one in known.values())
    if not fits or document_digest(whole) != connection.execute(stored).scalar():
        raise ValueError("not the text that was stored")
    return paragraphs, known


def _gaps(rows: Iterable[BeadRow], texts: Mapping[Language, _Text]) -> Iterator[Message]:
    """Yield the parts of the texts that the rows miss or repeat."""
    ranges = text_coverage(rows, lambda language: texts[language][1])
    for language, (paragraphs, _) in texts.items():
        for number, paragraph in enumerate(paragraphs):
            parts = ranges.get((language, number), [])
            if paragraph.strip() and parts != [range(len(paragraph))]:
                twice = any(two.start < one.stop for one, two in pairwise(parts))
                beads = Message(N_("two beads") if twice else N_("no bead"))
                yield Message(
                    N_("text of {language} paragraph {number} is in {beads}"),
                    language=language,
                    number=number + 1,
                    beads=beads,
                )


def _different(connection: sa.Connection, briefing_id: str, rows: Iterable[BeadRow]) -> int:
    """Count the stored rows that differ from some, and those that are missing."""
    mine = BEAD.c.briefing_id == briefing_id
    kinds = connection.execute(sa.select(BEAD.c.id, BEAD.c.kind).where(mine)).all()
    try:
        stored = {row.id: row for row in bead_rows(connection, mine)}
    except UNREADABLE:
        stored = {}
    there = {name: (stored.get(name), kind) for name, kind in kinds}
    derived = {row.id: (row, row.kind) for row in rows}
    names = there.keys() | derived.keys()  # a damaged row may contain unhashable values
    return sum(there.get(name) != derived.get(name) for name in names)
