"""The vectors of texts, stored in the file of the index and compared in memory by faiss."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np

from ....aligner.arrays import F32, I64
from . import text_key
from .full_text import FullTextIndex

_CHUNK = 10_000  # rows in memory at a time

Keys = I64
Vectors = F32


def has_vectors(index: FullTextIndex) -> bool:
    """Return whether vectors of the texts exist, from any encoder."""
    return bool(index.select("SELECT 1 FROM vector LIMIT 1"))


class VectorTable:
    """The vectors that one encoder made, by the keys of their texts, with 16 bits a number.

    A query is compared with each of them. Not safe for several threads.
    """

    def __init__(self, index: FullTextIndex, encoder: str, width: int) -> None:
        self._index = index
        self._encoder = text_key(encoder)
        self._faiss: Any = import_module("faiss")  # takes a second, and has no types
        kind, metric = self._faiss.ScalarQuantizer.QT_fp16, self._faiss.METRIC_INNER_PRODUCT
        self._flat = self._faiss.IndexIDMap(self._faiss.IndexScalarQuantizer(width, kind, metric))
        self._last = 0  # the place of the last vector that was read
        self.load()

    def __len__(self) -> int:
        return int(self._flat.ntotal)

    def missing(self) -> list[int]:
        """Return the keys of the texts that have no vector yet.

        Where there are some, vectors of texts that are gone make room for theirs.
        """
        known = "SELECT key FROM vector WHERE encoder = ?"
        query = f"SELECT DISTINCT key FROM text WHERE key NOT IN ({known}) ORDER BY key"
        keys = [key for (key,) in self._index.select(query, self._encoder)]
        if keys:
            with self._index.writing() as connection:
                connection.execute("DELETE FROM vector WHERE key NOT IN (SELECT key FROM text)")
        return keys

    def add(self, keys: Sequence[int], vectors: Vectors) -> None:
        """Store vectors of length 1; one that another program stored meanwhile stays."""
        stored = (row.tobytes() for row in vectors.astype(np.float16))
        rows = [(self._encoder, key, row) for key, row in zip(keys, stored, strict=True)]
        insert = "INSERT OR IGNORE INTO vector (encoder, key, numbers) VALUES (?, ?, ?)"
        with self._index.writing() as connection:
            connection.executemany(insert, rows)

    def load(self) -> None:
        """Read the vectors that were stored since, by this program or by another."""
        query = (
            "SELECT place, key, numbers FROM vector WHERE encoder = ? AND place > ? "
            "ORDER BY place LIMIT ?"
        )
        while rows := self._index.select(query, self._encoder, self._last, _CHUNK):
            places, keys, numbers = zip(*rows, strict=True)
            vectors = np.frombuffer(b"".join(numbers), np.float16).reshape(len(rows), -1)
            self._flat.add_with_ids(vectors.astype(np.float32), np.array(keys))
            self._last = places[-1]

    def nearest(self, vector: Vectors, size: int, among: Keys | None = None) -> dict[int, float]:
        """Return the keys of the vectors nearest to one, (1, width), with the inner products.

        :param among: search these keys only.
        """
        options = self._faiss.SearchParameters()
        if among is not None:
            selector = self._faiss.IDSelectorBatch(among)  # the options do not keep it alive
            options.sel = selector
        scores, keys = self._flat.search(vector, size, params=options)
        found = keys[0] >= 0
        return dict(zip(keys[0][found].tolist(), scores[0][found].tolist(), strict=True))
