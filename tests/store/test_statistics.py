"""What a database counts is what its rows say, on both databases."""

from collections import Counter
from dataclasses import replace

import pytest
from briefings import ADDRESS, BRIEFING, page
from corpus_places import place  # a fixture

from align.store import Decision, Store
from align.store.statistics import count_corpus

__all__ = ["place"]


@pytest.fixture
def store(place):
    with Store.open(place, create=True) as opened:
        yield opened


def test_an_empty_corpus_counts_nothing(store):
    found = count_corpus(store)
    assert (found.briefings, found.beads, found.pages, found.page_bytes) == (0, 0, 0, 0)
    assert (found.statuses, found.reviewers, found.first_date, found.expected_errors) == (
        {},
        {},
        "",
        0.0,
    )


def test_counts_are_those_of_the_rows(store):
    store.save(BRIEFING, address=ADDRESS, pages=[page("<p>灯</p>".encode())])
    row = store.rows()[1]
    changed = replace(row, status="accepted", zh_edit="欢迎！", en_edit="You  are\nwelcome.")
    store.decide(row.briefing, Decision("op-1", "ann", "edit"), [row], [changed])
    rows, found = store.rows(), count_corpus(store)
    assert found.beads == len(rows) == 4
    assert found.statuses == Counter(row.status for row in rows)
    assert found.kinds == Counter(row.kind for row in rows)
    assert found.zh_characters == sum(len(row.zh_final) for row in rows)
    assert found.en_words == sum(len(row.en_final.split()) for row in rows)
    assert (found.verdicts, found.reviewers) == (1, {"ann": 1})
    assert (found.briefings, found.first_date, found.last_date) == (1, "2031-05-14", "2031-05-14")
    assert (found.pages, found.page_bytes) == (1, 10)
    open_rows = [row for row in rows if row.status == "unreviewed"]
    assert found.expected_errors == pytest.approx(sum(1 - row.probability for row in open_rows))
