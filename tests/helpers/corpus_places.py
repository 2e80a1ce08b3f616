"""Locations for corpora in tests: a folder, or a separate database on the test server."""

import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from align.corpus.store import Store


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest, tmp_path: Path):
    """Yield a corpus location; tests run twice, with a folder and with a separate database."""
    if request.param == "sqlite":
        yield tmp_path / "corpus"
    else:
        with own_database() as url:
            yield url


def until_somebody_waits(store: Store) -> None:
    """Return once another thread waits for the write transaction of this thread.

    :raises TimeoutError: if no thread waits within a minute.
    """
    for _ in range(6_000):
        if _somebody_waits(store):
            return
        time.sleep(0.01)
    raise TimeoutError("nobody waits")


def _somebody_waits(store: Store) -> bool:
    if store.engine.dialect.name == "sqlite":
        return store._writers.length > 1
    waiting = sa.text(
        "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = "
        "current_database()"
    )
    with store.reading() as connection:
        return connection.execute(waiting).first() is not None


@contextmanager
def own_database() -> Iterator[str]:
    """Create a database on the test server, and drop it at the end."""
    server = os.environ.get("ALIGN_TEST_POSTGRES")
    if not server:
        pytest.skip("ALIGN_TEST_POSTGRES names no server; .ci/run starts one")
    name = f"test_{uuid.uuid4().hex}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
        yield server.rsplit("/", 1)[0] + f"/{name}"
        with engine.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    finally:
        engine.dispose()
