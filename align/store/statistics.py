"""Counts over a corpus, made by its database: in an open store, out :class:`FacetCounts`.

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
    """How much there is of everything; ``statuses``, ``kinds`` and ``reviewers`` by name.

    ``expected_errors`` adds up what the probabilities of beads that nobody reviewed leave to one.
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
    """Count what is in a corpus, in one view of it."""
    with store.snapshot() as connection:
        pages = connection.execute(
            sa.select(sa.func.count(), sa.func.sum(sa.func.length(PAGE.c.body)))
        ).one()
        days = sa.select(sa.func.min(BRIEFING.c.date), sa.func.max(BRIEFING.c.date))
        dates = connection.execute(days.add_columns(sa.func.count())).one()
        statuses = _by(connection, BEAD.c.status)
        reviewers = _by(connection, VERDICT.c.reviewer)
        zh = sa.func.sum(sa.func.length(sa.func.coalesce(BEAD.c.zh_edit, BEAD.c.zh_text)))
        return CorpusCounts(
            briefings=dates[2],
            pages=pages[0],
            page_bytes=int(pages[1] or 0),
            beads=sum(statuses.values()),
            zh_characters=int(connection.execute(sa.select(zh)).scalar() or 0),
            en_words=_words(connection),
            statuses=statuses,
            kinds=_by(connection, BEAD.c.kind),
            verdicts=sum(reviewers.values()),
            reviewers=reviewers,
            first_date=str(dates[0] or ""),
            last_date=str(dates[1] or ""),
            expected_errors=_expected(connection),
        )


def _by(connection: sa.Connection, column: sa.Column[str]) -> dict[str, int]:
    """Count rows by what stands in a column, the most frequent first."""
    number = sa.func.count()
    query = sa.select(column, number).group_by(column).order_by(number.desc(), column)
    return {name: count for name, count in connection.execute(query)}


def _words(connection: sa.Connection) -> int:
    text = sa.select(sa.func.coalesce(BEAD.c.en_edit, BEAD.c.en_text))
    found = connection.execute(text.execution_options(yield_per=BATCH)).scalars()
    return sum(len(one.split()) for one in found)


def _expected(connection: sa.Connection) -> float:
    query = sa.select(sa.func.sum(1.0 - BEAD.c.probability)).where(BEAD.c.status == "unreviewed")
    return float(connection.execute(query).scalar() or 0.0)
