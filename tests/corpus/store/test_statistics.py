"""What a database counts is what its rows say, on both databases."""

from collections import Counter
from dataclasses import replace

import pytest
from briefings import ADDRESS, BRIEFING, page

from align.corpus.review import worst_first
from align.corpus.store import Decision, Store


@pytest.fixture
def store(place):
    with Store.open(place, create=True) as opened:
        yield opened


def test_an_empty_corpus_counts_nothing(store):
    found = store.count()
    assert (found["briefings"], found["beads"], found["pages"], found["page_bytes"]) == (0, 0, 0, 0)
    assert (
        found["statuses"],
        found["reviewers"],
        found["first_date"],
        found["expected_errors"],
    ) == (
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
    rows, found = store.rows(), store.count()
    assert found["beads"] == len(rows) == 4
    assert found["statuses"] == Counter(row.status for row in rows)
    assert found["kinds"] == Counter(row.kind for row in rows)
    assert found["zh_characters"] == sum(len(row.zh_final) for row in rows)
    assert found["en_words"] == sum(len(row.en_final.split()) for row in rows)
    assert (found["verdicts"], found["reviewers"]) == (1, {"ann": 1})
    assert (found["briefings"], found["first_date"], found["last_date"]) == (
        1,
        "2031-05-14",
        "2031-05-14",
    )
    assert (found["pages"], found["page_bytes"]) == (1, 10)
    open_rows = [row for row in rows if row.status == "unreviewed"]
    assert found["expected_errors"] == pytest.approx(sum(1 - row.probability for row in open_rows))


def test_beads_are_counted_by_status_kind_and_probability(store):
    store.save(BRIEFING, address=ADDRESS)
    first = store.rows()[0]
    store.set_probabilities(first.briefing, [replace(first, probability=None)])
    rows, found = store.rows(), store.count_beads()
    assert Counter(one.status for one in found for _ in range(one.count)) == Counter(
        row.status for row in rows
    )
    assert Counter(one.kind for one in found for _ in range(one.count)) == Counter(
        row.kind for row in rows
    )
    assert [one.count for one in found if one.low is None] == [1]
    known = [row.probability for row in rows if row.probability is not None]
    assert sum(one.wrong for one in found) == pytest.approx(sum(1 - p for p in known))
    lows = sorted(one.low for one in found if one.low is not None for _ in range(one.count))
    assert all(low <= p <= low + 0.05 for low, p in zip(lows, sorted(known), strict=True))


def test_the_most_doubtful_rows_are_those_of_the_queue(store):
    store.save(BRIEFING, address=ADDRESS)
    rows = store.rows()
    store.set_probabilities(rows[0].briefing, [replace(rows[0], probability=None)])
    assert store.most_doubtful(3) == worst_first(store.rows())[:3]


def test_the_version_of_a_corpus_changes_with_all_that_lists_show(store):
    store.save(BRIEFING, address=ADDRESS)
    versions = [store.version()]
    row = store.rows()[0]
    store.set_probabilities(row.briefing, [replace(row, probability=0.25)])
    versions.append(store.version())
    row = store.rows()[0]
    store.decide(
        row.briefing, Decision("op", "ann", "accept"), [row], [replace(row, status="accepted")]
    )
    versions.append(store.version())
    store.remove(row.briefing)
    versions.append(store.version())
    assert len(set(versions)) == 4
