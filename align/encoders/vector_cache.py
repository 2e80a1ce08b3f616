"""A bounded cache of vectors on disk, by encoder signature and text.

One SQLite file, so that two processes can share it. Every call opens the file, does its work in
one transaction and closes it; nothing is held between calls, so threads can share a cache too.
What was used longest ago goes first when the file would grow past its bound.
"""

import hashlib
import logging
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import EncoderError

Floats = NDArray[np.float32]

_log = logging.getLogger(__name__)

CACHE_FILE = "vectors-1.sqlite"
"""Its number rises with every change of the schema: two versions of the program have two files."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS vectors
    (key BLOB PRIMARY KEY, used INTEGER NOT NULL, vector BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS vectors_used ON vectors (used);
"""
_BATCH = 500
"""Keys in one question to SQLite, which allows 999 in its oldest form."""

_PORTION = 256
"""Texts encoded before their vectors are kept, so that stopped work is not lost."""


@dataclass(frozen=True, slots=True)
class CachedVectors:
    """Vectors in the order of the texts, zero where unknown, and the positions unknown."""

    vectors: Floats
    missing: tuple[int, ...]


class VectorCache:
    """Vectors in the file ``path``, which never takes more than about ``megabytes``."""

    def __init__(self, path: Path, *, megabytes: float = 512.0) -> None:
        self.path = path
        self._limit = int(megabytes * 1_000_000)

    def find(self, signature: str, width: int, texts: Sequence[str]) -> CachedVectors:
        """Return the cached vectors of the texts; one of another width counts as unknown.

        :raises EncoderError: the file cannot be used.
        """
        keys = [_key(signature, text) for text in texts]
        kept = self._read(sorted(set(keys)))
        vectors = np.zeros((len(texts), width), dtype=np.float32)
        missing = []
        for i, key in enumerate(keys):
            row = np.frombuffer(kept.get(key, b""), dtype=np.float32)
            if len(row) == width:
                vectors[i] = row
            else:
                missing.append(i)
        if any(len(blob) != width * 4 for blob in kept.values()):
            _log.warning(
                "%s holds vectors of %s of another width than %d; they are computed again.",
                self.path, signature, width,
            )  # fmt: skip
        return CachedVectors(vectors, tuple(missing))

    def keep(self, signature: str, texts: Sequence[str], vectors: Floats) -> None:
        """Store one vector per text; the least recently used are evicted.

        :raises EncoderError: the vectors do not fit the texts, or the file cannot be used.
        """
        if vectors.ndim != 2 or len(vectors) != len(texts) or not np.isfinite(vectors).all():
            raise EncoderError(
                f"{len(texts)} texts came with vectors of shape {vectors.shape} from {signature}; "
                "one row of numbers a text is needed, so none was kept"
            )
        rows = np.ascontiguousarray(vectors, dtype="<f4")
        with self._open() as connection:
            now = _next(connection)
            connection.executemany(
                "INSERT OR REPLACE INTO vectors (key, used, vector) VALUES (?, ?, ?)",
                [
                    (_key(signature, text), now, row.tobytes())
                    for text, row in zip(texts, rows, strict=True)
                ],
            )
            self._make_room(connection)

    def encode(
        self,
        signature: str,
        width: int,
        texts: Sequence[str],
        compute: Callable[[Sequence[str]], Floats],
    ) -> Floats:
        """Return the vectors of the texts; ``compute`` is called for those not cached."""
        found = self.find(signature, width, texts)
        wanted = list(dict.fromkeys(texts[i] for i in found.missing))
        wanted.sort(key=len)  # texts of one length waste no padding
        fresh: dict[str, Floats] = {}
        for start in range(0, len(wanted), _PORTION):
            portion = wanted[start : start + _PORTION]
            vectors = compute(portion)
            self.keep(signature, portion, vectors)
            fresh.update(zip(portion, vectors, strict=True))
        for i in found.missing:
            found.vectors[i] = fresh[texts[i]]
        return found.vectors

    def _read(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        kept: dict[bytes, bytes] = {}
        with self._open() as connection:
            now = _next(connection)
            for start in range(0, len(keys), _BATCH):
                batch = keys[start : start + _BATCH]
                where = f"WHERE key IN ({','.join('?' * len(batch))})"
                kept.update(connection.execute(f"SELECT key, vector FROM vectors {where}", batch))
                connection.execute(f"UPDATE vectors SET used = ? {where}", [now, *batch])
        return kept

    def _make_room(self, connection: sqlite3.Connection) -> None:
        while (size := _size(connection)) > self._limit:
            (count,) = connection.execute("SELECT count(*) FROM vectors").fetchone()
            if not count:
                return
            # A tenth more than needed, so that the next call need not make room again.
            gone = min(count, int(count * (1 - self._limit / size) + count / 10) + 1)
            connection.execute(
                "DELETE FROM vectors WHERE key IN "
                "(SELECT key FROM vectors ORDER BY used, key LIMIT ?)",
                [gone],
            )

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Open the file for one transaction."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(
                sqlite3.connect(self.path, timeout=60, isolation_level=None)
            ) as connection:
                connection.execute("PRAGMA synchronous = NORMAL")
                connection.execute("BEGIN IMMEDIATE")
                for statement in _SCHEMA.split(";"):
                    connection.execute(statement)
                yield connection
                connection.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            raise EncoderError(
                f"the cache of vectors {self.path} cannot be used ({error}); delete the file or "
                "choose another folder with ALIGN_CACHE."
            ) from error


def _key(signature: str, text: str) -> bytes:
    return hashlib.sha256(f"{signature}\0{text}".encode()).digest()


def _next(connection: sqlite3.Connection) -> int:
    (last,) = connection.execute("SELECT max(used) FROM vectors").fetchone()
    return int(last or 0) + 1


def _size(connection: sqlite3.Connection) -> int:
    """Return the bytes of the pages in use, those of this transaction included."""
    pages, free, bytes_ = (
        int(connection.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("page_count", "freelist_count", "page_size")
    )
    return (pages - free) * bytes_
