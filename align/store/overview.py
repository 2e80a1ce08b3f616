"""Which briefings are in a corpus, by address, text or speaker, and the states they are in."""

from collections import Counter
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from ..records import STATUSES, Language
from ..text.chinese import detect_language
from .read import utc
from .records import BriefingSummary
from .schema import ALIGNMENT, BEAD, BRIEFING, DOCUMENT, TURN, VERDICT, VISIT


def stamps(connection: sa.Connection, briefing_id: str | None = None) -> dict[str, str]:
    """Return for each briefing, or for one, a text that changes with every save and verdict."""

    def read_rows(name: sa.Column[Any], value: sa.ColumnElement[Any]) -> dict[str, Any]:
        where = sa.true() if briefing_id is None else name == briefing_id
        query = sa.select(name, value).where(where).group_by(name)
        return {row[0]: row[1] for row in connection.execute(query)}

    saves = read_rows(ALIGNMENT.c.briefing_id, sa.func.max(ALIGNMENT.c.id))
    verdicts = read_rows(VERDICT.c.briefing_id, sa.func.max(VERDICT.c.seq))
    changed = read_rows(BRIEFING.c.id, BRIEFING.c.changed_at)
    return {
        name: f"{saves.get(name, 0)}/{verdicts.get(name, 0)}/{utc(at).isoformat()}"
        for name, at in changed.items()
    }


def version(connection: sa.Connection) -> str:
    """Return a text that changes with every save, verdict and removal in a corpus."""
    columns = (
        sa.func.max(ALIGNMENT.c.id),
        sa.func.max(VERDICT.c.seq),
        sa.func.count(BRIEFING.c.id),
        sa.func.max(BRIEFING.c.changed_at),
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
    briefing_id: str | None = connection.execute(by_address).scalar()
    if briefing_id is None and zh_digest and en_digest:
        zh, en = DOCUMENT.alias(), DOCUMENT.alias()
        by_text = (
            sa.select(zh.c.briefing_id)
            .join(en, zh.c.briefing_id == en.c.briefing_id)
            .where(zh.c.language == "zh", zh.c.digest == zh_digest, zh.c.current)
            .where(en.c.language == "en", en.c.digest == en_digest, en.c.current)
        )
        briefing_id = connection.execute(by_text).scalar()
    return briefing_id


def has_address(connection: sa.Connection, *addresses: str) -> bool:
    """Return whether an address is that of a briefing or a document, or led to a briefing."""
    led_there = VISIT.c.address.in_(addresses) & VISIT.c.briefing_id.is_not(None)
    queries = (
        sa.select(BRIEFING.c.id).where(BRIEFING.c.address.in_(addresses)),
        sa.select(DOCUMENT.c.id).where(DOCUMENT.c.url.in_(addresses)),
        sa.select(VISIT.c.address).where(led_there),
    )
    return any(connection.execute(query).first() for query in queries)


def urls(
    connection: sa.Connection, briefing_ids: Collection[str]
) -> dict[tuple[str, Language], str]:
    """Return the address of each document of some briefings, by briefing and language."""
    query = sa.select(DOCUMENT.c.briefing_id, DOCUMENT.c.language, DOCUMENT.c.url).where(
        DOCUMENT.c.current, DOCUMENT.c.briefing_id.in_(briefing_ids)
    )
    return {(name, language): url for name, language, url in connection.execute(query)}


def summaries(connection: sa.Connection) -> tuple[BriefingSummary, ...]:
    """Return the list of briefings, the newest event first."""
    counts: dict[str, Counter[str]] = {}
    wrong: dict[str, float] = {}
    statuses = sa.select(
        BEAD.c.briefing_id, BEAD.c.status, sa.func.count(), sa.func.sum(1 - BEAD.c.probability)
    ).group_by(BEAD.c.briefing_id, BEAD.c.status)
    for briefing_id, status, count, doubts in connection.execute(statuses):
        counts.setdefault(briefing_id, Counter())[status] = count
        if status == "unreviewed":
            wrong[briefing_id] = round(doubts or 0.0, 3)
    zh, en = DOCUMENT.alias("zh"), DOCUMENT.alias("en")
    query = (
        sa.select(
            BRIEFING,
            zh.c.title.label("zh_title"),
            en.c.title.label("en_title"),
            zh.c.url.label("zh_url"),
            en.c.url.label("en_url"),
        )
        .join(zh, (zh.c.briefing_id == BRIEFING.c.id) & zh.c.current & (zh.c.language == "zh"))
        .join(en, (en.c.briefing_id == BRIEFING.c.id) & en.c.current & (en.c.language == "en"))
        .order_by(BRIEFING.c.date.desc(), BRIEFING.c.added_at.desc())
    )
    found: list[BriefingSummary] = []
    for row in connection.execute(query):
        count = counts.get(row.id, Counter())
        values: dict[str, Any] = {**row._mapping, **{name: count[name] for name in STATUSES}}
        if title := values.pop("facts").get("title"):
            values[f"{detect_language([title])}_title"] = title
        values |= {name: utc(values[name]) for name in ("added_at", "changed_at")}
        doubts = wrong.get(row.id, 0.0)
        found.append(BriefingSummary(**values, beads=count.total(), expected_wrong=doubts))
    return tuple(found)


def find_speaker(connection: sa.Connection, name: str) -> frozenset[str]:
    """Return the briefings in which a label of a turn contains some letters, in any case."""
    query = (
        sa.select(DOCUMENT.c.briefing_id)
        .join(TURN, TURN.c.document_id == DOCUMENT.c.id)
        .where(DOCUMENT.c.current, TURN.c.label.icontains(name, autoescape=True))
        .distinct()
    )
    return frozenset(connection.scalars(query))
