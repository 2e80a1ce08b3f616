"""Counts over a corpus, computed by its database.

Only the English texts are read, to count words, and not kept: a corpus may be larger than memory.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from . import Store
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
