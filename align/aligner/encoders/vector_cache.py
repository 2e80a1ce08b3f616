"""A cache of vectors on disk, with a size limit, by encoder signature and text.

The cache is one SQLite file, so several processes can share it. Every access opens the file, runs
one transaction and closes it, so threads can share a cache as well. A file that has grown past its
limit is emptied.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np

from ...errors import N_, EncoderError
from ..arrays import F32

CACHE_FILE = "vectors-2.sqlite"
"""Increase the number with every change of the schema, so each program version has its own file."""

_SCHEMA = "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL)"
# Bytes of the pages in use, including those of the current transaction.
_SIZE = (
    "SELECT (page_count - freelist_count) * page_size"
    " FROM pragma_page_count, pragma_freelist_count, pragma_page_size"
)
_PORTION = 256
"""Number of texts after which vectors are written, so an interrupted run keeps them."""


class VectorCache:
    """Cache of vectors in the file ``path``, limited to about ``megabytes``."""

    def __init__(self, path: Path, *, megabytes: float = 512.0) -> None:
        self.path = path
        self._limit = int(megabytes * 1_000_000)

    def encode(
        self, signature: str, texts: Sequence[str], compute: Callable[[Sequence[str]], F32]
    ) -> F32:
        """Return one row per text; call ``compute`` for the texts that are not cached.

        :raises EncoderError: if the file cannot be used.
        """
        keys = {text: hashlib.sha256(f"{signature}\0{text}".encode()).digest() for text in texts}
        cached = self._read(keys.values())
        # Texts of similar length are encoded together, which saves padding.
        missing = sorted((text for text, key in keys.items() if key not in cached), key=len)
        for start in range(0, len(missing), _PORTION):
            portion = missing[start : start + _PORTION]
            vectors = np.ascontiguousarray(compute(portion), dtype="<f4")
            new = {keys[text]: row.tobytes() for text, row in zip(portion, vectors, strict=True)}
            self._write(new)
            cached |= new
        return np.stack([np.frombuffer(cached[keys[text]], np.float32) for text in texts])

    def _read(self, keys: Iterable[bytes]) -> dict[bytes, bytes]:
        with self._open() as connection:
            connection.execute("CREATE TEMP TABLE wanted (key BLOB PRIMARY KEY)")
            connection.executemany("INSERT INTO wanted VALUES (?)", [(key,) for key in keys])
            return dict(connection.execute("SELECT key, vector FROM vectors NATURAL JOIN wanted"))

    def _write(self, vectors: Mapping[bytes, bytes]) -> None:
        with self._open() as connection:
            if connection.execute(_SIZE).fetchone()[0] > self._limit:
                connection.execute("DELETE FROM vectors")
            connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", vectors.items())

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Open the file for one transaction."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self.path, timeout=60, isolation_level=None)
            with closing(connection):
                connection.execute("PRAGMA synchronous = NORMAL")
                connection.execute("BEGIN IMMEDIATE")
                connection.execute(_SCHEMA)
                yield connection
                connection.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            raise EncoderError(
                N_(
                    "vector cache {path}: cannot be used ({error}); delete the file or set "
                    "ALIGN_CACHE to another folder"
                ),
                path=self.path,
                error=error,
            ) from error
