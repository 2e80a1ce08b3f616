"""Who writes a corpus in SQLite next: whoever asked first; and what is said who waits too long."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from review_cases import briefing

from align.corpus.store import ConnectionLostError, Decision, Store
from align.corpus.store.engine import WriteQueue, make_engine, write_queue_of

LONG = 60.0
"""Seconds that no test waits for."""


def wait_for_length(writers: WriteQueue, count: int) -> None:
    """Wait until so many are in the queue, the one who writes among them."""
    for _ in range(60_000):
        if writers.length >= count:
            return
        time.sleep(0.001)
    raise TimeoutError(f"the queue never held {count}")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "corpus", create=True) as opened:
        opened.save(briefing(), address="https://news.example/water")
        yield opened


def test_the_turn_goes_to_whoever_asked_first():
    writers, order = WriteQueue(), []

    def write(name: int) -> None:
        with writers.turn(LONG) as came:
            order.append((name, came))

    threads = [threading.Thread(target=write, args=(name,)) for name in range(8)]
    with writers.turn(LONG):
        for number, thread in enumerate(threads):
            thread.start()
            wait_for_length(writers, 2 + number)
        assert order == []
    for thread in threads:
        thread.join()
    assert order == [(name, True) for name in range(8)]


def test_one_writes_at_a_time():
    writers, inside, most = WriteQueue(), [], []

    def write() -> None:
        for _ in range(50):
            with writers.turn(LONG):
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (max(most), len(most)) == (1, 300)


def test_whoever_gives_up_leaves_the_queue_and_the_others_have_their_turns():
    writers, order = WriteQueue(), []

    def write(name: str, seconds: float) -> None:
        with writers.turn(seconds) as came:
            order.append((name, came))

    with writers.turn(LONG):
        patient = threading.Thread(target=write, args=("patient", LONG))
        patient.start()
        wait_for_length(writers, 2)
        write("hasty", 0.01)
        assert order == [("hasty", False)]
        assert writers.length == 2
    patient.join()
    assert order == [("hasty", False), ("patient", True)]


def test_a_turn_passes_over_whoever_gave_up_before_it():
    writers, order = WriteQueue(), []

    def write() -> None:
        with writers.turn(LONG) as came:
            order.append(came)

    with writers.turn(LONG):
        with writers.turn(0):  # first in the queue, and gone before its turn comes
            patient = threading.Thread(target=write)
            patient.start()
            wait_for_length(writers, 3)
        assert order == []
    patient.join()
    assert order == [True]


def test_an_error_within_a_turn_ends_it():
    writers = WriteQueue()
    with pytest.raises(ValueError, match="broken"), writers.turn(LONG):
        raise ValueError("broken")
    with writers.turn(0) as came:
        assert came


def test_who_writes_and_asks_to_write_is_not_kept_waiting_for_ever_and_keeps_the_turn():
    writers = WriteQueue()
    with writers.turn(LONG):
        with writers.turn(0.01) as came:
            assert not came
        with writers.turn(0.01) as other:
            assert not other
    with writers.turn(0) as came:
        assert came


def test_all_who_open_a_file_share_its_line_and_a_server_has_none(store: Store, tmp_path: Path):
    database = make_engine(sa.URL.create("sqlite", database=str(tmp_path / "other.db")))
    with Store.open(tmp_path / "corpus") as again, Store(database, "other") as other:
        assert again._writers is store._writers is not None
        assert other._writers is not store._writers
    assert write_queue_of(sa.make_url("postgresql+psycopg://ann@host/corpus")) is None


def test_writers_who_wait_leave_the_connections_to_those_who_read(store: Store):
    row = store.rows()[0]

    def decide(number: int) -> None:
        changed = replace(row, note=str(number))
        with pytest.raises(Exception, match="changed by"):
            store.decide("water", Decision(f"t-{number}", "ann", "edit"), [row], [changed])

    with store.writing() as connection:
        threads = [threading.Thread(target=decide, args=(number,)) for number in range(20)]
        for number, thread in enumerate(threads):
            thread.start()
            wait_for_length(store._writers, 2 + number)
        assert store.rows()[0] == row  # a pool has 15 connections
        connection.execute(sa.text("UPDATE bead SET revision = 7"))
    for thread in threads:
        thread.join()
    assert store.history() == ()


def test_who_waited_too_long_is_told_that_nothing_was_written(store: Store):
    store.patience = 0.01
    with (
        store.writing(),
        pytest.raises(ConnectionLostError, match="nothing was written"),
    ):
        store.set_preference("ann", "keys", 1)
    store.set_preference("ann", "keys", 2)
    assert store.preference("ann", "keys") == 2


def test_where_every_connection_is_in_use_it_is_told_as_well(store: Store):
    url = store.engine.url
    engine = sa.create_engine(url, pool_size=1, max_overflow=0, pool_timeout=0.01)
    with (
        Store(engine, "corpus") as small,
        small.reading(),
        pytest.raises(ConnectionLostError, match="corpus: another program kept the corpus locked"),
    ):
        small.briefings()
