"""``align serve``: where it listens, and that a server outlives what is asked of it."""

import json
import socket
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
from briefings import ADDRESS, BRIEFING
from memory_server import serve_corpus

from align.corpus.store import Store


@pytest.fixture
def folder(tmp_path):
    with Store.open(tmp_path / "corpus", create=True) as store:
        store.save(BRIEFING, address=ADDRESS)
    return tmp_path / "corpus"


def test_beyond_this_machine_a_token_is_asked_for(run, folder):
    done = run("serve", "--corpus", folder, "--host", "0.0.0.0")
    assert done.code == 2
    assert "--host is not local: give a --token" in done.err


def test_a_corpus_that_is_not_there_is_told(run, tmp_path):
    done = run("serve", "--corpus", tmp_path / "none")
    assert done.code == 1
    assert "corpus not found" in done.err


def test_a_port_that_is_taken_is_told(run, folder):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run("serve", "--corpus", folder, "--port", taken.getsockname()[1])
    assert done.code == 1
    assert "cannot listen on it (Address already in use); use another --port" in done.err


@pytest.mark.parametrize("words", [("serve", "--token", "key"), ("view", "--no-browser")])
def test_a_host_that_is_not_of_this_machine_is_told(run, folder, words):
    done = run(*words, "--corpus", folder, "--host", "192.0.2.1")
    assert done.code == 1
    assert "cannot listen on it (Cannot assign requested address); use another" in done.err


@pytest.fixture
def address(folder):
    with serve_corpus(folder) as address:
        yield address


def get(address):
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refusal:
        return refusal.code, json.load(refusal)


def test_a_server_outlives_long_texts_and_many_requests(address):
    text = f"{address}/zh/en/unit/{quote('谢谢主持人。', '')}"
    assert get(text)[1][0]["target"] == "Thank you."
    status, answer = get(f"{address}/zh/en/unit/{quote('谢' * 100_000)}")
    assert status == 400
    assert "100,000 characters" in answer["error"]
    with ThreadPoolExecutor(100) as threads:
        statuses = {status for status, _ in threads.map(get, [text] * 300)}
    assert statuses <= {200, 503}
    assert get(text)[0] == 200
