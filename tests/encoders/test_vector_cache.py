"""The cache of vectors: what it keeps, what it lets go, and two processes at once."""

import logging
import sqlite3
import subprocess
import sys
from contextlib import closing

import numpy as np
import pytest

from align.encoders import load_configured
from align.encoders.vector_cache import VectorCache
from align.errors import EncoderError
from align.settings import Settings


def rows(*values, width=4):
    return np.array([[value] * width for value in values], dtype=np.float32)


@pytest.fixture
def cache(tmp_path):
    return VectorCache(tmp_path / "vectors.sqlite")


def test_a_kept_vector_is_found_under_its_signature_and_text_only(cache):
    cache.keep("a@1", ["好。", "早。"], rows(1, 2))
    found = cache.find("a@1", 4, ["早。", "晚。", "好。", "早。"])
    assert found.missing == (1,)
    assert found.vectors.tolist() == rows(2, 0, 1, 2).tolist()
    assert cache.find("a@2", 4, ["好。"]).missing == (0,)


def test_only_unknown_texts_are_computed_and_each_once(cache):
    asked = []

    def compute(texts):
        asked.append(list(texts))
        return rows(*(len(text) for text in texts))

    first = cache.encode("a@1", 4, ["ccc", "a", "ccc", "bb"], compute)
    second = cache.encode("a@1", 4, ["a", "dddd", "ccc"], compute)
    assert first.tolist() == rows(3, 1, 3, 2).tolist()
    assert second.tolist() == rows(1, 4, 3).tolist()
    assert asked == [["a", "bb", "ccc"], ["dddd"]]


def test_a_vector_of_another_width_is_computed_again_and_said_so(cache, caplog):
    cache.keep("a@1", ["好。"], rows(1, width=3))
    with caplog.at_level(logging.WARNING):
        vectors = cache.encode("a@1", 4, ["好。"], lambda texts: rows(7))
    assert vectors.tolist() == rows(7).tolist()
    assert "of another width than 4" in caplog.text
    assert cache.find("a@1", 4, ["好。"]).missing == ()


@pytest.mark.parametrize(
    "vectors", [rows(1), np.zeros(4, dtype=np.float32), rows(1, np.nan)], ids=str
)
def test_vectors_that_do_not_fit_the_texts_are_refused(cache, vectors):
    with pytest.raises(EncoderError, match=r"2 texts came with vectors of shape"):
        cache.keep("a@1", ["x", "y"], vectors)
    assert cache.find("a@1", 4, ["x"]).missing == (0,)


def test_the_file_stays_within_its_bound_and_the_longest_unused_go_first(tmp_path):
    cache = VectorCache(tmp_path / "vectors.sqlite", megabytes=0.5)
    texts = [f"text {i}" for i in range(40)]
    for text in texts:
        cache.find("a@1", 4096, ["text 0"])  # in use all along
        cache.keep("a@1", [text], rows(1, width=4096))
    missing = cache.find("a@1", 4096, texts).missing
    assert 0 not in missing
    assert 39 not in missing
    assert list(missing) == list(range(1, 1 + len(missing)))
    assert 8 < len(missing) < 30
    assert cache.path.stat().st_size < 700_000


def test_a_file_that_is_no_cache_is_refused_with_its_name(tmp_path):
    path = tmp_path / "vectors.sqlite"
    path.write_text("not a database, but long enough to be looked at as one" * 10)
    with pytest.raises(EncoderError, match=r"vectors\.sqlite cannot be used .* delete the file"):
        VectorCache(path).find("a@1", 4, ["好。"])


def test_the_file_of_another_version_is_left_as_it_is(tmp_path):
    other = Settings(cache=str(tmp_path)).cache_folder() / "vectors.sqlite"
    other.parent.mkdir()
    with closing(sqlite3.connect(other)) as file:
        file.execute("CREATE TABLE vectors (all_else)")
    before = other.read_bytes()
    assert len(load_configured(Settings(cache=str(tmp_path))).encode(["好。"])) == 1
    assert other.read_bytes() == before


def test_two_processes_can_write_at_once(tmp_path):
    path = tmp_path / "vectors.sqlite"
    program = (
        "import sys, numpy as np; from pathlib import Path\n"
        "from align.encoders.vector_cache import VectorCache\n"
        "cache = VectorCache(Path(sys.argv[1]))\n"
        "for i in range(30):\n"
        "    cache.keep('a@1', [f'{sys.argv[2]} {i}'], np.ones((1, 4), dtype=np.float32))\n"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", program, str(path), name]) for name in ("x", "y")
    ]
    assert [process.wait() for process in running] == [0, 0]
    texts = [f"{name} {i}" for name in ("x", "y") for i in range(30)]
    assert VectorCache(path).find("a@1", 4, texts).missing == ()
