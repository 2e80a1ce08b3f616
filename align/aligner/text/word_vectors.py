"""Vectors of single words, which an encoder computes once."""

from collections.abc import Callable, Sequence

import numpy as np

from ..arrays import F32


class WordVectors:
    """Cache of word vectors, which is emptied when it is full."""

    def __init__(self, encode: Callable[[Sequence[str]], F32], most: int = 8192) -> None:
        self._encode, self._most = encode, most
        self._known: dict[str, F32] = {}

    def look_up(self, words: Sequence[str]) -> F32:
        """Return the vectors of words, (words, width)."""
        known = self._known  # a local name: another thread may replace the cache
        new = [word for word in dict.fromkeys(words) if word not in known]
        if len(known) + len(new) > self._most:
            known = {}
            self._known = known
            new = list(dict.fromkeys(words))
        if new:
            known |= zip(new, self._encode(new), strict=True)
        return np.stack([known[word] for word in words])
