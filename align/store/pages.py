"""Stored pages: every version of every address; functions run inside the caller's transaction."""

from collections.abc import Generator, Iterable

import sqlalchemy as sa

from ..records import Page
from .read import utc
from .records import PageInfo
from .schema import PAGE
from .write import insert


def put_pages(connection: sa.Connection, pages: Iterable[Page]) -> int:
    """Store each page that is not there with the same bytes; return how many were new."""
    new = 0
    for page in pages:
        stored = connection.execute(
            insert(connection, PAGE)
            .values(
                url=page.url,
                final_url=page.final_url,
                status=page.status,
                headers=[list(header) for header in page.headers],
                fetched_at=page.fetched_at,
                sha256=page.sha256,
                body=page.body,
            )
            .on_conflict_do_nothing(index_elements=["url", "sha256"])
            .returning(PAGE.c.id)
        )
        new += stored.first() is not None
    return new


def read_pages(
    connection: sa.Connection, where: sa.ColumnElement[bool]
) -> Generator[Page, None, None]:
    """Yield the stored pages that match, the oldest first; a few are in memory at a time."""
    query = sa.select(PAGE).where(where).order_by(PAGE.c.id).execution_options(yield_per=20)
    with connection.execute(query) as rows:  # closed also when the caller stops early
        for row in rows:
            yield Page(
                url=row.url,
                final_url=row.final_url,
                status=row.status,
                headers=tuple((name, value) for name, value in row.headers),
                fetched_at=utc(row.fetched_at),
                body=bytes(row.body),
            )


def page_infos(connection: sa.Connection) -> tuple[PageInfo, ...]:
    """Return every stored page without its bytes, the oldest first."""
    size = sa.func.length(PAGE.c.body).label("size")
    query = sa.select(
        PAGE.c.url, PAGE.c.final_url, PAGE.c.status, PAGE.c.fetched_at, PAGE.c.sha256, size
    ).order_by(PAGE.c.id)
    return tuple(
        PageInfo(row.url, row.final_url, row.status, utc(row.fetched_at), row.sha256, row.size)
        for row in connection.execute(query)
    )
