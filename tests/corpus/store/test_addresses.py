"""Addresses that led to briefings, on both databases, and that addresses are found by an index."""

import pytest
import sqlalchemy as sa
from briefings import ADDRESS, BRIEFING

from align.corpus.store import Store
from align.corpus.store.check import find_problems


@pytest.fixture
def store(place):
    with Store.open(place, create=True) as opened:
        opened.save(BRIEFING, address=ADDRESS, seconds={"match": 1.0})
        yield opened


def test_an_address_that_led_to_a_briefing_counts_as_held_and_goes_with_it(store):
    assert not store.has_address("site.example/hub.html")
    store.add_address("site.example/hub.html", BRIEFING.id)
    store.add_address("site.example/hub.html", BRIEFING.id)
    assert store.has_address("site.example/hub.html")
    assert find_problems(store) == ()
    store.remove(BRIEFING.id)
    assert not store.has_address("site.example/hub.html")


def test_the_seconds_of_each_briefing_hold_the_time_of_writing_it(store):
    ((briefing, seconds),) = store.stage_seconds().items()
    assert briefing == BRIEFING.id
    assert seconds["match"] == 1.0
    assert 0 < seconds["store"] < 60


def test_documents_are_found_by_their_address_through_an_index(store):
    """The database says how it would look; a small table is otherwise read whole."""
    asked: list[str] = []

    def explain(connection, _cursor, statement, parameters, *_):
        if statement.startswith("SELECT") and "document.url IN" in statement:
            asked.append(statement)
            values.append(parameters)

    values: list[object] = []
    sa.event.listen(store.engine, "before_cursor_execute", explain)
    assert not store.has_address("http://site.example/none.html")
    sa.event.remove(store.engine, "before_cursor_execute", explain)
    ((statement, parameters),) = zip(asked, values, strict=True)
    with store.reading() as connection:
        lite = connection.dialect.name == "sqlite"
        if not lite:
            connection.execute(sa.text("SET LOCAL enable_seqscan = off"))
        how = "EXPLAIN QUERY PLAN" if lite else "EXPLAIN"
        plan = connection.exec_driver_sql(f"{how} {statement}", parameters).all()
    assert "ix_document_url" in " ".join(str(line) for line in plan)
