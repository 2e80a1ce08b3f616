"""``push_to_hub``, against a server on this machine that speaks as much as an upload needs."""

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from huggingface_hub import HfApi

import align

NAME = "mei/briefings"


class Hub(ThreadingHTTPServer):
    """A hub with one data set, which notes who asked for what."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.private = True
        self.exists = False
        self.refuses = False
        self.tokens: set[str | None] = set()
        self.files: dict[str, bytes] = {}

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answers(BaseHTTPRequestHandler):
    server: Hub

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing."""

    def do_GET(self) -> None:
        self._answer({"id": NAME, "private": self.server.private, "sha": "0" * 40, "siblings": []})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.server.tokens.add(self.headers["Authorization"])
        if self.server.refuses:
            self._answer({"error": "Invalid username or password."}, 401)
        elif self.path == "/api/repos/create":
            if self.server.exists:
                self._answer({"url": f"{self.server.address}/datasets/{NAME}"}, 409)
            else:
                asked = json.loads(body)  # "private" in version 1 of huggingface_hub
                self.server.private = asked.get("private", asked.get("visibility") == "private")
                self._answer({"url": f"{self.server.address}/datasets/{NAME}"})
        elif self.path.endswith("/preupload/main"):
            paths = [file["path"] for file in json.loads(body)["files"]]
            self._answer(
                {
                    "files": [
                        {"path": path, "uploadMode": "regular", "shouldIgnore": False}
                        for path in paths
                    ]
                }
            )
        elif "/commit/" in self.path:
            for line in map(json.loads, body.splitlines()):
                if line["key"] == "file":
                    content = base64.b64decode(line["value"]["content"])
                    self.server.files[line["value"]["path"]] = content
            self._answer(
                {
                    "commitUrl": f"{self.server.address}/datasets/{NAME}/commit/{'1' * 40}",
                    "commitOid": "1" * 40,
                }
            )
        else:
            self._answer({})

    def _answer(self, value: object, status: int = 200) -> None:
        content = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture
def hub() -> Iterator[Hub]:
    server = Hub()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def api(hub: Hub) -> HfApi:
    return HfApi(endpoint=hub.address, token="hf_secret")


@pytest.fixture(scope="module")
def corpus(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[align.Corpus]:
    folder = tmp_path_factory.mktemp("hub") / "corpus"
    with align.open(folder, create=True) as opened:
        texts = demo / "texts"
        opened.add(texts / "en.txt", zh=texts / "zh.txt", licence="CC0-1.0")
        yield opened


def test_an_export_is_uploaded_to_a_private_repository(corpus: align.Corpus, hub: Hub, api: HfApi):
    corpus.push_to_hub(NAME, api=api)
    assert hub.private
    assert hub.tokens == {"Bearer hf_secret"}
    assert {"README.md", "croissant.json", "train.parquet"} <= hub.files.keys()
    assert b"license:" in hub.files["README.md"]


def test_one_part_has_a_data_card_too(corpus: align.Corpus, hub: Hub, api: HfApi):
    corpus.push_to_hub(NAME, format="jsonl", split=False, private=False, api=api)
    assert not hub.private
    assert {"README.md", "corpus.jsonl"} <= hub.files.keys()


def test_a_public_repository_is_not_used_for_a_private_upload(
    corpus: align.Corpus, hub: Hub, api: HfApi
):
    hub.exists, hub.private = True, False
    with pytest.raises(align.AlignError, match="public on the hub"):
        corpus.push_to_hub(NAME, api=api)
    assert hub.files == {}


def test_a_hub_that_rejects_the_token_is_one_plain_line(corpus: align.Corpus, hub: Hub, api: HfApi):
    hub.refuses = True
    with pytest.raises(align.AlignError, match="mei/briefings: upload to the hub failed") as error:
        corpus.push_to_hub(NAME, api=api)
    assert "\n" not in str(error.value)
    assert "hf_secret" not in str(error.value)


def test_nothing_is_sent_if_the_licence_of_a_briefing_is_unknown(
    tmp_path: Path, demo: Path, hub: Hub, api: HfApi
):
    texts = demo / "texts"
    with align.open(tmp_path / "corpus", create=True) as corpus:
        corpus.add(texts / "en.txt", zh=texts / "zh.txt")
        with pytest.raises(align.AlignError, match="no licence is known of 1 briefing"):
            corpus.push_to_hub(NAME, api=api)
    assert hub.tokens == set()
