"""The cache of vectors: what it keeps, what it lets go, and two processes at once."""

import sqlite3
import subprocess
import sys
from contextlib import closing

import numpy as np
import pytest

from align.aligner.encoders import load_configured
from align.aligner.encoders.vector_cache import VectorCache
from align.errors import EncoderError
from align.settings import Settings


def rows(*values, width=4):
    return np.array([[value] * width for value in values], dtype=np.float32)


@pytest.fixture
def cache(tmp_path):
    return VectorCache(tmp_path / "vectors.sqlite")


def missing(cache, signature, texts):
    """Return the texts that are computed; the others are cached."""
    asked = []

    def compute(wanted):
        asked.extend(wanted)
        return rows(*(0 for _ in wanted))

    cache.encode(signature, texts, compute)
    return asked


def test_only_unknown_texts_are_computed_and_each_once(cache):
    asked = []

    def compute(texts):
        asked.append(list(texts))
        return rows(*(len(text) for text in texts))

    first = cache.encode("a@1", ["ccc", "a", "ccc", "bb"], compute)
    second = cache.encode("a@1", ["a", "dddd", "ccc"], compute)
    assert first.tolist() == rows(3, 1, 3, 2).tolist()
    assert second.tolist() == rows(1, 4, 3).tolist()
    assert asked == [["a", "bb", "ccc"], ["dddd"]]
    assert missing(cache, "a@2", ["a"]) == ["a"]


def test_a_file_that_has_grown_past_its_bound_is_emptied(tmp_path):
    cache = VectorCache(tmp_path / "vectors.sqlite", megabytes=0.5)
    for text in map(str, range(100)):
        cache.encode("a@1", [text], lambda _: rows(1, width=4096))
        assert cache.path.stat().st_size < 600_000
    with closing(sqlite3.connect(cache.path)) as file:
        (kept,) = file.execute("SELECT count(*) FROM vectors").fetchone()
    assert 0 < kept < 31
    assert missing(cache, "a@1", ["99"]) == []


def test_a_file_that_is_no_cache_is_refused_with_its_name(tmp_path):
    path = tmp_path / "vectors.sqlite"
    path.write_text("not a database, but long enough to be looked at as one" * 10)
    with pytest.raises(EncoderError, match=r"vectors\.sqlite: cannot be used .*delete the file"):
        VectorCache(path).encode("a@1", ["好。"], rows)


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
        "from align.aligner.encoders.vector_cache import VectorCache\n"
        "cache = VectorCache(Path(sys.argv[1]))\n"
        "for i in range(30):\n"
        "    cache.encode('a@1', [f'{sys.argv[2]} {i}'], lambda _: np.ones((1, 4), np.float32))\n"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", program, str(path), name]) for name in ("x", "y")
    ]
    assert [process.wait() for process in running] == [0, 0]
    texts = [f"{name} {i}" for name in ("x", "y") for i in range(30)]
    assert missing(VectorCache(path), "a@1", texts) == []
