"""Requests of a table that no table sends: each gets an answer, and none acknowledges too much."""

import json

import pytest
from review_cases import stored
from starlette.applications import Starlette
from starlette.testclient import TestClient

from align.apps.page.background_words import BackgroundWords
from align.apps.page.server import ROUTES
from align.apps.page.session_state import BriefingView
from align.corpus.review import Request, ReviewSession
from align.corpus.store.check import find_problems
from align.corpus.store.term_base import read_terms


@pytest.fixture
def table(tmp_path):
    with stored(tmp_path / "corpus") as store:
        session = ReviewSession(store, "water", "ann")
        view = BriefingView(session, store.current_documents("water"), BackgroundWords(store))
        client = TestClient(Starlette(routes=[*ROUTES]))

        def post(content):
            headers = {"X-Align-View": view.key}
            return client.post("/review/operations", content=content, headers=headers)

        yield store, post, [row.id for row in session.state.rows]
        assert find_problems(store) == ()


@pytest.mark.parametrize(
    "body",
    [b"[" * 100_000, b'{"ops": ' + b"[" * 100_000, b'{"n": ' + b"9" * 5_000 + b"}"],
    ids=["brackets", "brackets in an object", "a number of 5,000 digits"],
)
def test_json_without_end_is_no_request(table, body):
    _store, post, _rows = table
    assert post(body).status_code == 400


def test_half_a_character_is_refused_and_not_sent_for_ever(table):
    store, post, rows = table
    body = json.dumps({"ops": [{"seq": 1, "op": "t-1", "action": "\ud83d", "rows": rows[:1]}]})
    answer = post(body)
    assert answer.status_code == 200
    assert (answer.json()["ack"], answer.json()["refused"]) == (1, [1])
    assert store.history() == ()


@pytest.mark.parametrize("number", [10**4000, 2**53, 1e300, -1, 0, True, "1", None])
def test_a_number_that_no_browser_counts_to_acknowledges_nothing(table, number):
    store, post, rows = table
    # Python writes more digits than it reads without being asked.
    digits = "1" + "0" * 4000 if number == 10**4000 else json.dumps(number)
    op = f'{{"seq": {digits}, "op": "t-1", "action": "accept", "rows": ["{rows[0]}"]}}'
    answer = post(f'{{"ops": [{op}]}}')
    assert answer.status_code == 200
    assert answer.json()["ack"] == 0
    assert store.history() == ()
    later = {"seq": 1, "op": "t-2", "action": "accept", "rows": rows[:1]}
    assert post(json.dumps({"ops": [later]})).json()["ack"] == 1
    assert [entry.decision.op for entry in store.history()] == ["t-2"]


@pytest.mark.parametrize(
    ("fields", "most"),
    [
        ({"action": "annotate", "note": "n" * 2_001}, "2,000"),
        ({"action": "flag", "reason": "r" * 201}, "200"),
        ({"action": "edit", "zh_text": "水" * 100_001}, "100,000"),
    ],
    ids=["note", "reason", "text"],
)
def test_a_text_that_is_too_long_is_refused_and_not_cut(table, fields, most):
    store, post, rows = table
    answer = post(json.dumps({"ops": [{"seq": 1, "op": "t-1", "rows": rows[:1], **fields}]})).json()
    assert (answer["ack"], answer["refused"]) == (1, [1])
    assert answer["msg"] == f"the text is longer than {most} characters; shorten it"
    assert store.history() == ()


def test_an_edit_of_no_row_is_refused_after_a_decision_of_someone_else(table):
    store, post, rows = table
    ReviewSession(store, "water", "ben").do(Request("b-1", "accept", tuple(rows[:1])))
    op = {"seq": 1, "op": "t-1", "action": "edit", "rows": [], "seen": 0, "zh_text": "水。"}
    answer = post(json.dumps({"ops": [op]}))
    assert answer.status_code == 200
    assert (answer.json()["ack"], answer.json()["refused"]) == (1, [1])


WORDS = {"zh": "大家", "en": "everyone"}


@pytest.mark.parametrize(
    "fields",
    [
        {"rows": 5},
        {"rows": ["no such row"]},
        {"rows": []},
        {"words": None},
        {"words": {"zh": "大家", "en": 7}},
        {"words": {"zh": "大家", "en": "e" * 1_000}},
        {"words": {"zh": "\ud83d", "en": "everyone"}},
        {"words": {"zh": "大\0家", "en": "everyone"}, "option": "approved"},
        {"words": {"zh": "\ud83d", "en": "everyone"}, "option": "approved"},
        {"starts": {"zh": 10**400, "en": -5}, "words": {"zh": "没有", "en": "none"}},
        {"option": ["right"]},
        {"option": "delete"},
    ],
    ids=str,
)
def test_words_that_no_table_sends_teach_nothing(table, fields):
    store, post, rows = table
    usual = {"words": WORDS, "starts": {"zh": 0, "en": 14}, "option": "right", "rows": rows[:1]}
    op = {"seq": 1, "op": "t-1", "action": "teach"} | usual | fields
    answer = post(json.dumps({"ops": [op]}))
    assert answer.status_code == 200
    assert (answer.json()["ack"], answer.json()["refused"]) == (1, [1])
    assert (store.link_decisions(), read_terms(store)) == ((), ())
