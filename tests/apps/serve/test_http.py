"""The translation memory over HTTP: its protocol, whom it answers, and what it outlives."""

import base64
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from urllib.parse import quote

import pytest
from briefings import BRIEFING
from starlette.testclient import TestClient

from align.apps.serve import ServedCorpus
from align.apps.serve.http import make_app
from align.corpus.search import Concordance
from align.corpus.store import Decision, Store
from align.errors import StoreError
from align.settings import Settings

OUTPUT = "Output grew by 3% last year, which is good news."


@pytest.fixture
def client(corpus):
    return TestClient(make_app(corpus), base_url="http://127.0.0.1")


def ask(client, source, target, text, base="/tm"):
    """Ask as Weblate and Virtaal do: every part of the path is quoted, slashes too."""
    return client.get(f"{base}/{quote(source, '')}/{quote(target, '')}/unit/{quote(text, '')}")


@pytest.mark.parametrize("base", ["", "/tm", "/tmserver"])
@pytest.mark.parametrize(
    ("source", "target"), [("zh_hans", "en"), ("zh-CN", "en_US"), ("ZH", "eng")]
)
def test_a_text_is_answered_as_the_protocol_has_it(client, base, source, target):
    (best, *_) = ask(client, source, target, "谢谢主持人。", base).json()
    assert (best["source"], best["target"], best["quality"]) == ("谢谢主持人。", "Thank you.", 100)
    assert best["briefing"] == BRIEFING.id
    assert (best["date"], best["speaker"], best["status"]) == (
        "2031-05-14",
        "Zhou Mingyuan",
        "unreviewed",
    )
    assert best["probability"] == 0.9
    assert best["url"] == "http://site.example/en.html"


def test_the_folder_of_a_file_is_told_to_nobody(folder, client):
    with Store.open(folder) as store:
        of_file = replace(BRIEFING.en, url="file:///home/ann/en.txt")
        store.remove(BRIEFING.id)
        store.save(replace(BRIEFING, en=of_file), address="file:///home/ann/en.txt")
    (best, *_) = ask(client, "zh", "en", "谢谢主持人。").json()
    assert best["url"] == BRIEFING.zh.url == "http://site.example/zh.html"


def test_omegats_plugin_is_given_the_best_translation_with_its_numbers_put_right(client):
    def propose(text, target="ZH-CN"):
        return client.get("/mt", params={"source": "EN", "target": target, "text": text})

    put_right = "去年产量增长5%。这是好消息。"
    assert propose(OUTPUT.replace("3%", "5%")).json() == {"translation": put_right}
    assert propose("Nothing like it was ever said.").json() == {"translation": ""}
    assert propose(OUTPUT, "fr").status_code == 404
    assert propose("").status_code == 400


@pytest.mark.parametrize("base", ["", "/tm"])
def test_the_languages_are_told(client, base):
    languages = client.get(f"{base}/languages/").json()
    assert {*languages["sourceLanguages"]} == {*languages["targetLanguages"]} == {"zh", "en"}


def test_a_changed_number_is_put_right(client):
    (best,) = ask(client, "en", "zh", OUTPUT.replace("3%", "5%")).json()
    assert best["proposed"] == "去年产量增长5%。这是好消息。"
    assert best["numbers"] == [{"asked": "5%", "source": "3%", "target": "3%", "proposed": "5%"}]


@pytest.mark.parametrize("text", ["a/b?c#d%20e", "two\nlines", "../..", "😀 \u200b x", '"<script>'])
def test_any_text_in_the_path_gets_an_answer(client, text):
    answer = ask(client, "en", "zh", text)
    assert (answer.status_code, answer.json()) == (200, [])


def test_a_text_may_stand_in_the_query_too(client):
    answer = client.get("/tm/zh/en/unit/", params={"source": "谢谢主持人。", "max_candidates": 1})
    assert [one["target"] for one in answer.json()] == ["Thank you."]


@pytest.mark.parametrize(
    ("path", "status", "line"),
    [
        ("/tm/fr/en/unit/x", 404, "'fr': unknown language; use zh or en"),
        (
            "/tm/zh/zh_TW/unit/x",
            404,
            "zh to zh_TW: unsupported language pair; use zh to en, or en to zh",
        ),
        ("/tm/zh/en/unit/", 400, "the text is empty; give the text to translate"),
        ("/tm/zh/en/unit/" + "x" * 60_000, 400, "the text has 60,000 characters (limit 5,000)"),
        ("/tm/zh/en/unit/x?max_candidates=-1", 400, "max_candidates='-1': give a number from 0"),
        ("/tm/zh/en/unit/x?min_similarity=1e9", 400, "min_similarity='1e9'"),
        ("/concordance", 400, "the query is empty"),
        ("/concordance?q=%22", 400, "unmatched quotation mark at character 1"),
        ("/concordance?q=x&limit=201", 400, "limit='201': give a number from 0 to 200"),
        ("/concordance?q=x&since=may", 400, "since='may': give a date such as 2031-05-14"),
        ("/concordance?q=x&below=low", 400, "below='low': give a number from 0 to 1"),
        ("/concordance?q=x&status=good", 400, "status='good': use one of unreviewed, accepted"),
        ("/concordance?q=x&sort=best", 400, "'best': unknown order"),
        ("/concordance?q=x&meaning=1", 400, "the corpus has no vectors yet"),
        ("/elsewhere", 404, "Not Found"),
    ],
)
def test_what_cannot_be_answered_gets_its_status_and_a_line(client, path, status, line):
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.json()["error"].startswith(line)
    assert "\n" not in answer.json()["error"]


@pytest.mark.parametrize(
    ("path", "code", "values"),
    [
        ("/tm/fr/en/unit/x", "language.unknown", {"name": "fr"}),
        ("/concordance?q=OR", "usage.invalid", {}),
        ("/elsewhere", "request.not-found", {}),
    ],
)
def test_an_error_has_a_code_and_values(client, path, code, values):
    error = client.get(path).json()
    assert (error["code"], error["values"]) == (code, values)


def test_nothing_can_be_written(client):
    for method in ("POST", "PUT", "DELETE"):
        assert client.request(method, "/tm/zh/en/unit/x").status_code == 405


@pytest.mark.parametrize("query", ["谢谢", "grew -bad", "zh:好 en:news"])
def test_the_concordance_answers_as_the_library(client, folder, query):
    with Store.open(folder) as store:
        expected = asdict(Concordance(store).search(query, 20))
    assert client.get("/concordance", params={"q": query}).json() == json.loads(
        json.dumps(expected)
    )


def test_conditions_are_those_of_the_command(client):
    told = client.get("/concordance", params={"q": "好", "speaker": "zhou", "since": "2031-01-01"})
    assert told.json()["total"] == 1
    assert client.get("/concordance?q=好&status=accepted").json()["total"] == 0


def test_what_a_reviewer_rejects_is_gone_at_once(client, folder):
    assert ask(client, "zh", "en", "谢谢主持人。").json()
    with Store.open(folder) as store:
        (row,) = (row for row in store.rows() if row.zh_text == "谢谢主持人。")
        rejected = replace(row, status="rejected")
        store.decide(BRIEFING.id, Decision("1", "mei", "reject"), [row], [rejected])
    assert ask(client, "zh", "en", "谢谢主持人。").json() == []


def test_the_description_names_what_is_answered(client):
    told = client.get("/openapi.json").json()
    assert set(told["paths"]) == {
        "/tm/languages/", "/tm/{source}/{target}/unit/{text}", "/concordance", "/mt", "/health",
    }  # fmt: skip
    (best, *_) = ask(client, "zh", "en", "谢谢主持人。").json()
    assert set(best) == set(told["components"]["schemas"]["Match"]["properties"])


def test_a_page_of_another_site_cannot_ask_by_its_own_name(corpus):
    stranger = TestClient(make_app(corpus), base_url="http://rebound.example")
    assert stranger.get("/tm/languages/").status_code == 400


TOKEN = "Schlüssel-1"


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": b"Bearer " + TOKEN.encode()},
        {"Authorization": b"Basic " + base64.b64encode(f"any:{TOKEN}".encode())},
    ],
)
def test_the_token_opens_the_door(corpus, headers):
    client = TestClient(make_app(corpus, token=TOKEN), base_url="http://tm.example")
    assert client.get("/tm/languages/", headers=headers).status_code == 200
    assert client.get("/tm/languages/", params={"token": TOKEN}).status_code == 200


@pytest.mark.parametrize(
    "given",
    [b"", b"Bearer", b"Bearer x", b"Basic !!", b"Basic eA==", b"Bearer \xff\xfe", b"Digest x"],
)
def test_a_broken_token_does_not(corpus, given):
    client = TestClient(make_app(corpus, token=TOKEN), base_url="http://tm.example")
    answer = client.get("/tm/languages/", headers={"Authorization": given})
    assert (answer.status_code, answer.json()["code"]) == (401, "request.unauthorized")
    assert answer.json()["error"].startswith("the token is missing or wrong; ")
    assert client.get("/health").status_code == 200


def test_a_host_header_does_not_make_another_path(corpus):
    client = TestClient(make_app(corpus, token=TOKEN), base_url="http://tm.example")
    answer = client.get("/tm/languages/", headers={"Host": "tm.example/health?"})
    assert answer.status_code == 401


def test_who_asks_too_often_is_told_to_wait(corpus):
    now = [0.0]
    client = TestClient(make_app(corpus, rate=2, clock=lambda: now[0]), base_url="http://127.0.0.1")
    statuses = [client.get("/tm/languages/").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    now[0] += 60
    assert client.get("/tm/languages/").status_code == 200


def test_of_too_many_requests_at_once_each_gets_an_answer(corpus):
    client = TestClient(make_app(corpus, waiting=1), base_url="http://127.0.0.1")
    with client, ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda _: ask(client, "zh", "en", "谢谢主持人。"), range(60)))
    assert {answer.status_code for answer in answers} <= {200, 503}
    assert all(answer.json() for answer in answers)
    assert ask(client, "zh", "en", "谢谢主持人。").status_code == 200


def test_a_corpus_may_grow_while_it_is_served(client, folder):
    grown = replace(BRIEFING, id="2032-01-01-more")
    with Store.open(folder) as store:
        store.save(grown, address="site.example/more.html")
    told = client.get("/concordance?q=谢谢主持人").json()
    assert told["total"] == 2


def test_the_server_outlives_its_corpus(client, folder, tmp_path):
    away = tmp_path / "away"
    folder.rename(away)
    answer = ask(client, "zh", "en", "谢谢主持人。")
    assert answer.status_code == client.get("/health").status_code == 503
    assert str(folder) in answer.json()["error"]
    shutil.copytree(away, folder)  # another file: as a backup that is restored
    assert ask(client, "zh", "en", "谢谢主持人。").json()[0]["target"] == "Thank you."


def test_a_corpus_that_is_not_there_is_refused_at_the_start(tmp_path):
    with pytest.raises(StoreError, match="corpus not found"):
        ServedCorpus(Settings(corpus=str(tmp_path / "none")))
