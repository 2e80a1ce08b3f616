"""The briefings in a corpus, their states, and counts of the content."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ...records import LANGUAGES, STATUSES, Language, Status, web_address
from .read import BEAD_ROW, overlay_title, read_bead_rows, utc
from .records import (
    NOTE_ACTIONS,
    REALIGN,
    UNKNOWN_RISK,
    BeadRow,
    BriefingSummary,
    Decision,
    HistoryEntry,
)
from .schema import (
    ALIGNMENT,
    BEAD,
    BRIEFING,
    DOCUMENT,
    LINK_DECISION,
    PAGE,
    PRIVATE_VERDICT,
    TURN,
    VERDICT,
    VISIT,
)

BATCH = 1_000  # rows in memory at a time


def stamps(connection: sa.Connection, briefing_id: str | None = None) -> dict[str, str]:
    """Return for each briefing, or for one, a text that changes with every save and verdict."""
    name, at = BRIEFING.c.id, BRIEFING.c.changed_at
    save = sa.select(sa.func.max(ALIGNMENT.c.id)).where(ALIGNMENT.c.briefing_id == name)
    verdict = sa.select(sa.func.max(VERDICT.c.seq)).where(VERDICT.c.briefing_id == name)
    query = sa.select(name, at, save.scalar_subquery(), verdict.scalar_subquery())
    if briefing_id is not None:
        query = query.where(name == briefing_id)
    return {
        one: f"{saved or 0}/{decided or 0}/{utc(when).isoformat()}"
        for one, when, saved, decided in connection.execute(query)
    }


def version(connection: sa.Connection) -> str:
    """Return a text that changes with every save, verdict, removal and decision about words."""
    columns = (
        sa.func.max(ALIGNMENT.c.id),
        sa.func.max(VERDICT.c.seq),
        sa.func.count(BRIEFING.c.id),
        sa.func.max(BRIEFING.c.changed_at),
        sa.func.max(LINK_DECISION.c.id),
    )
    values = (sa.select(column).scalar_subquery() for column in columns)
    return "/".join(map(str, connection.execute(sa.select(*values)).one()))


def state(connection: sa.Connection, briefing_id: str) -> str:
    """Return a text that changes with every save and every verdict; empty without briefing.

    It is made of numbers, not times: a clock may be set back.
    """
    return stamps(connection, briefing_id).get(briefing_id, "").rpartition("/")[0]


def find_briefing(
    connection: sa.Connection, address: str, zh_digest: str = "", en_digest: str = ""
) -> str | None:
    """Return the id of the briefing with this address, or with these very texts."""
    by_address = sa.select(BRIEFING.c.id).where(BRIEFING.c.address == address)
    zh, en = DOCUMENT.alias(), DOCUMENT.alias()
    by_text = (
        sa.select(zh.c.briefing_id)
        .join(en, zh.c.briefing_id == en.c.briefing_id)
        .where(zh.c.language == "zh", zh.c.digest == zh_digest, zh.c.current)
        .where(en.c.language == "en", en.c.digest == en_digest, en.c.current)
    )
    known: str | None = connection.execute(by_address).scalar()
    return known or connection.execute(by_text).scalar()


def has_address(connection: sa.Connection, *addresses: str) -> bool:
    """Return whether an address is that of a briefing or a document, or led to a briefing."""
    led_there = VISIT.c.address.in_(addresses) & VISIT.c.briefing_id.is_not(None)
    queries = (
        sa.select(BRIEFING.c.id).where(BRIEFING.c.address.in_(addresses)),
        sa.select(DOCUMENT.c.id).where(DOCUMENT.c.url.in_(addresses)),
        sa.select(VISIT.c.address).where(led_there),
    )
    return any(connection.execute(query).first() for query in queries)


def kept_lists(connection: sa.Connection) -> dict[str, dict[str, Any]]:
    """Return the stored entries of each list page, by the key of its URL."""
    query = sa.select(VISIT.c.address, VISIT.c.entries).where(VISIT.c.briefing_id.is_(None))
    return {key: values for key, values in connection.execute(query) if isinstance(values, dict)}


def is_empty(connection: sa.Connection) -> bool:
    """Return whether the corpus has no briefings."""
    return connection.execute(sa.select(BRIEFING.c.id).limit(1)).first() is None


def has_page(connection: sa.Connection, url: str, checksum: str) -> bool:
    """Return whether this version of a page is stored."""
    query = sa.select(PAGE.c.id).where(PAGE.c.url == url, PAGE.c.sha256 == checksum)
    return connection.execute(query).first() is not None


def urls(
    connection: sa.Connection, briefing_ids: Collection[str]
) -> dict[tuple[str, Language], str]:
    """Return the web address of each document of some briefings, by briefing and language."""
    query = sa.select(DOCUMENT.c.briefing_id, DOCUMENT.c.language, DOCUMENT.c.url).where(
        DOCUMENT.c.current, DOCUMENT.c.briefing_id.in_(briefing_ids)
    )
    return {(name, side): web_address(url) for name, side, url in connection.execute(query)}


def summaries(
    connection: sa.Connection, briefing_ids: Collection[str] | None = None
) -> tuple[BriefingSummary, ...]:
    """Return the list of briefings, or of some of them, the newest event first."""
    wanted = sa.true() if briefing_ids is None else BRIEFING.c.id.in_(briefing_ids)
    counted = sa.true() if briefing_ids is None else BEAD.c.briefing_id.in_(briefing_ids)
    counts: dict[str, Counter[str]] = {}
    wrong: dict[str, float] = {}
    statuses = sa.select(
        BEAD.c.briefing_id, BEAD.c.status, sa.func.count(), sa.func.sum(1 - BEAD.c.probability)
    ).group_by(BEAD.c.briefing_id, BEAD.c.status)
    for briefing_id, status, count, doubts in connection.execute(statuses.where(counted)):
        counts.setdefault(briefing_id, Counter())[status] = count
        if status == "unreviewed":
            wrong[briefing_id] = round(doubts or 0.0, 3)
    zh, en = DOCUMENT.alias("zh"), DOCUMENT.alias("en")
    columns = [
        side.c[name].label(f"{side.name}_{name}") for name in ("title", "url") for side in (zh, en)
    ]
    query = (
        sa.select(BRIEFING, *columns)
        .join(zh, (zh.c.briefing_id == BRIEFING.c.id) & zh.c.current & (zh.c.language == "zh"))
        .join(en, (en.c.briefing_id == BRIEFING.c.id) & en.c.current & (en.c.language == "en"))
        .where(wanted)
        .order_by(BRIEFING.c.date.desc(), BRIEFING.c.added_at.desc())
    )
    found: list[BriefingSummary] = []
    for row in connection.execute(query):
        count = counts.get(row.id, Counter())
        values: dict[str, Any] = {**row._mapping, **{name: count[name] for name in STATUSES}}
        facts = values.pop("facts")
        for one in LANGUAGES:
            values[f"{one}_title"] = overlay_title(values[f"{one}_title"], one, facts)
        values |= {name: utc(values[name]) for name in ("added_at", "changed_at")}
        doubts = wrong.get(row.id, 0.0)
        found.append(BriefingSummary(**values, beads=count.total(), expected_wrong=doubts))
    return tuple(found)


def note_log(
    connection: sa.Connection, briefing_ids: Collection[str] | None = None
) -> tuple[HistoryEntry, ...]:
    """Return the verdicts about notes, and what was undone and redone beside them, without rows.

    :param briefing_ids: only these briefings, by default all.
    """
    noted = sa.select(VERDICT.c.briefing_id).where(VERDICT.c.action.in_(NOTE_ACTIONS))
    if briefing_ids is not None:
        noted = noted.where(VERDICT.c.briefing_id.in_(briefing_ids))
    names = ("seq", "briefing_id", "at", "op", "reviewer", "action", "reason", "note", "undoes")
    query = sa.select(*(VERDICT.c[name] for name in names))
    query = query.where(VERDICT.c.action.in_((*NOTE_ACTIONS, "undo", "redo")))
    query = query.where(VERDICT.c.briefing_id.in_(noted)).order_by(VERDICT.c.seq)
    return tuple(
        HistoryEntry(
            row.seq,
            row.briefing_id,
            utc(row.at),
            Decision(row.op, row.reviewer, row.action, row.reason, row.note, row.undoes),
            (),
            (),
        )
        for row in connection.execute(query)
    )


def find_speaker(connection: sa.Connection, name: str) -> frozenset[str]:
    """Return the briefings in which a turn's label contains a text, ignoring case."""
    query = (
        sa.select(DOCUMENT.c.briefing_id)
        .join(TURN, TURN.c.document_id == DOCUMENT.c.id)
        .where(DOCUMENT.c.current, TURN.c.label.icontains(name, autoescape=True))
        .distinct()
    )
    return frozenset(connection.scalars(query))


@dataclass(frozen=True, slots=True)
class BeadCount:
    """How many beads have a status, a kind and a probability from ``low`` up to ``low`` + .05.

    ``wrong`` is how many of them are expected to be wrong.
    """

    status: Status
    kind: str
    low: float | None
    count: int
    wrong: float


def count_corpus(connection: sa.Connection) -> dict[str, Any]:
    """Return the counts of a corpus, with the keys of ``align stats``.

    ``expected_errors`` is the sum of one minus the probability over the unreviewed beads. Only
    English texts are read, a few at a time.
    """
    size, date = sa.func.length(PAGE.c.body), BRIEFING.c.date
    pages, page_bytes = connection.execute(sa.select(sa.func.count(), sa.func.sum(size))).one()
    days = sa.select(sa.func.min(date), sa.func.max(date), sa.func.count()).select_from(BRIEFING)
    first, last, briefings = connection.execute(days).one()
    statuses = _count_by(connection, BEAD.c.status)
    by_people = VERDICT.c.action != REALIGN
    reviewers = _count_by(connection, VERDICT.c.reviewer, by_people)
    zh = sa.func.sum(sa.func.length(sa.func.coalesce(BEAD.c.zh_edit, BEAD.c.zh_text)))
    doubts = sa.select(sa.func.sum(1.0 - BEAD.c.probability))
    doubts = doubts.where(BEAD.c.status == "unreviewed")
    en = sa.select(sa.func.coalesce(BEAD.c.en_edit, BEAD.c.en_text))
    texts = connection.execute(en.execution_options(yield_per=BATCH)).scalars()
    return {
        "briefings": briefings,
        "pages": pages,
        "page_bytes": int(page_bytes or 0),
        "beads": sum(statuses.values()),
        "zh_characters": int(connection.execute(sa.select(zh)).scalar() or 0),
        "en_words": sum(len(text.split()) for text in texts),
        "statuses": statuses,
        "kinds": _count_by(connection, BEAD.c.kind),
        "verdicts": sum(reviewers.values()),
        "reviewers": reviewers,
        "first_date": str(first or ""),
        "last_date": str(last or ""),
        "expected_errors": float(connection.execute(doubts).scalar() or 0.0),
    }


def _count_by(
    connection: sa.Connection, column: sa.Column[str], *where: sa.ColumnElement[bool]
) -> dict[str, int]:
    """Count rows by the value of a column, the most frequent first."""
    number = sa.func.count()
    query = sa.select(column, number).where(*where).group_by(column).order_by(number.desc(), column)
    return {name: count for name, count in connection.execute(query)}


def count_beads(connection: sa.Connection) -> tuple[BeadCount, ...]:
    """Count the beads of a corpus by status, kind and probability."""
    bead, low = BEAD.c, sa.func.round(20 * BEAD.c.probability - 0.5)
    wrong = sa.func.sum(1 - bead.probability)
    query = sa.select(bead.status, bead.kind, low, sa.func.count(), wrong)
    rows = connection.execute(query.group_by(bead.status, bead.kind, low))
    return tuple(
        BeadCount(status, kind, None if low is None else max(low, 0) / 20, count, wrong or 0.0)
        for status, kind, low, count, wrong in rows
    )


def count_decisions(connection: sa.Connection, briefing_id: str) -> int:
    """Count the decisions about a briefing, also those of an independent review that is not open.

    Rows that came with a status from another corpus count as well.
    """
    logged = 0
    for table in (VERDICT, PRIVATE_VERDICT):
        query = sa.select(sa.func.count()).where(table.c.briefing_id == briefing_id)
        logged += connection.execute(query.select_from(table)).scalar_one()
    decided = (BEAD.c.briefing_id == briefing_id) & (BEAD.c.status != "unreviewed")
    query = sa.select(sa.func.count()).select_from(BEAD).where(decided)
    return max(logged, connection.execute(query).scalar_one())


def most_doubtful(connection: sa.Connection, limit: int) -> tuple[BeadRow, ...]:
    """Return unreviewed rows of the whole corpus, the most doubtful first."""
    doubt = sa.func.coalesce(1 - BEAD.c.probability, UNKNOWN_RISK)
    query = BEAD_ROW.where(BEAD.c.status == "unreviewed")
    query = query.order_by(doubt.desc(), BEAD.c.briefing_id, BEAD.c.position).limit(limit)
    return read_bead_rows(connection, query)
