"""Counts over a corpus, computed by its database.

Only the English texts are read, to count words, and not kept: a corpus may be larger than memory.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from ..records import Status
from . import BeadRow, Store
from .records import UNKNOWN_RISK
from .schema import BEAD, BRIEFING, PAGE, VERDICT

BATCH = 1_000
"""Rows in memory at a time."""


@dataclass(frozen=True, slots=True)
class CorpusCounts:
    """How much a corpus holds; ``statuses``, ``kinds`` and ``reviewers`` by name.

    ``expected_errors`` is the sum of one minus the probability over the unreviewed beads.
    """

    briefings: int
    pages: int
    page_bytes: int
    beads: int
    zh_characters: int
    en_words: int
    statuses: dict[str, int]
    kinds: dict[str, int]
    verdicts: int
    reviewers: dict[str, int]
    first_date: str
    last_date: str
    expected_errors: float


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


def count_corpus(store: Store) -> CorpusCounts:
    """Count what a corpus holds, in one view of it."""
    with store.snapshot() as connection:
        pages = connection.execute(
            sa.select(sa.func.count(), sa.func.sum(sa.func.length(PAGE.c.body)))
        ).one()
        days = sa.select(sa.func.min(BRIEFING.c.date), sa.func.max(BRIEFING.c.date))
        dates = connection.execute(days.add_columns(sa.func.count())).one()
        statuses = _count_by(connection, BEAD.c.status)
        reviewers = _count_by(connection, VERDICT.c.reviewer)
        zh = sa.func.sum(sa.func.length(sa.func.coalesce(BEAD.c.zh_edit, BEAD.c.zh_text)))
        doubts = sa.select(sa.func.sum(1.0 - BEAD.c.probability))
        doubts = doubts.where(BEAD.c.status == "unreviewed")
        en = sa.select(sa.func.coalesce(BEAD.c.en_edit, BEAD.c.en_text))
        texts = connection.execute(en.execution_options(yield_per=BATCH)).scalars()
        en_words = sum(len(text.split()) for text in texts)
        return CorpusCounts(
            briefings=dates[2],
            pages=pages[0],
            page_bytes=int(pages[1] or 0),
            beads=sum(statuses.values()),
            zh_characters=int(connection.execute(sa.select(zh)).scalar() or 0),
            en_words=en_words,
            statuses=statuses,
            kinds=_count_by(connection, BEAD.c.kind),
            verdicts=sum(reviewers.values()),
            reviewers=reviewers,
            first_date=str(dates[0] or ""),
            last_date=str(dates[1] or ""),
            expected_errors=float(connection.execute(doubts).scalar() or 0.0),
        )


def _count_by(connection: sa.Connection, column: sa.Column[str]) -> dict[str, int]:
    """Count rows by the value of a column, the most frequent first."""
    number = sa.func.count()
    query = sa.select(column, number).group_by(column).order_by(number.desc(), column)
    return {name: count for name, count in connection.execute(query)}


def count_beads(store: Store) -> tuple[BeadCount, ...]:
    """Count the beads of a corpus by status, kind and probability."""
    bead, low = BEAD.c, sa.func.round(20 * BEAD.c.probability - 0.5)
    wrong = sa.func.sum(1 - bead.probability)
    query = sa.select(bead.status, bead.kind, low, sa.func.count(), wrong)
    with store.reading() as connection:
        rows = connection.execute(query.group_by(bead.status, bead.kind, low)).all()
    return tuple(
        BeadCount(status, kind, None if low is None else max(low, 0) / 20, count, wrong or 0.0)
        for status, kind, low, count, wrong in rows
    )


def most_doubtful(store: Store, limit: int) -> tuple[BeadRow, ...]:
    """Return unreviewed rows of the whole corpus, the most doubtful first."""
    doubt = sa.func.coalesce(1 - BEAD.c.probability, UNKNOWN_RISK)
    query = sa.select(BEAD.c.id).where(BEAD.c.status == "unreviewed")
    query = query.order_by(doubt.desc(), BEAD.c.briefing_id, BEAD.c.position).limit(limit)
    with store.reading() as connection:
        ids = tuple(connection.scalars(query))
    rows = store.rows_by_id(ids)
    return tuple(rows[name] for name in ids if name in rows)
