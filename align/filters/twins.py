"""Near-duplicate beads by MinHash: a bead in, an earlier one that says nearly the same out.

The signature of a bead holds, for each of ``PERMUTATIONS`` hash functions, the smallest hash of
its shingles; two beads agree in as many places as their shingle sets overlap (Broder 1997). Beads
that share one whole band of a signature are candidates, and then compared in full.
"""

import hashlib
import re
import zlib
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..records import Pair

PERMUTATIONS = 64
BAND = 4
"""Rows of a band: with 16 bands of 4, beads alike to .8 meet with probability .9998, to .5 .64."""

_PRIME = np.uint64(4294967311)  # the first prime over 2 ** 32, so that 32-bit hashes stay apart
_WORD = re.compile(r"[a-z0-9\u00c0-\u024f]+")

Signature = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Twin:
    """An earlier bead that is like this one, and the estimated share of common shingles."""

    id: str
    likeness: float


def key(pair: Pair) -> int:
    """Give one number for all beads whose texts differ in nothing but blanks, case and signs."""
    text = "\n".join("".join(filter(str.isalnum, side.casefold())) for side in (pair.zh, pair.en))
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8)
    return int.from_bytes(digest.digest())


def shingles(pair: Pair) -> set[str]:
    """Give the pairs of neighbours: of characters in Chinese, of words in English."""
    zh = ["", *filter(str.isalnum, pair.zh), ""]
    en = ["", *_WORD.findall(pair.en.casefold()), ""]
    return {f"{one}|{two}" for side in (zh, en) for one, two in pairwise(side)}


class Hasher:
    """Makes signatures; the hash functions come from the generator that is handed over."""

    def __init__(self, generator: np.random.Generator | None = None) -> None:
        generator = np.random.default_rng(0) if generator is None else generator
        top = 2**32 - 1
        self._factor = generator.integers(1, top, (PERMUTATIONS, 1), dtype=np.uint64)
        self._shift = generator.integers(0, top, (PERMUTATIONS, 1), dtype=np.uint64)

    def signature(self, pair: Pair) -> Signature:
        """Give the signature of a bead: ``PERMUTATIONS`` numbers."""
        hashes = np.array(
            [zlib.crc32(shingle.encode("utf-8", "surrogatepass")) for shingle in shingles(pair)],
            dtype=np.uint64,
        )
        mixed = (self._factor * hashes + self._shift) % _PRIME
        return np.asarray(mixed.min(axis=1), dtype=np.uint32)


class Shelf:
    """Beads that were seen, found again by what they look like.

    A bead takes 256 bytes of signature and 16 entries in the bands: about 2 KB in all.
    """

    def __init__(self, least: float = 0.8, generator: np.random.Generator | None = None) -> None:
        self._least = least
        self._hasher = Hasher(generator)
        self._signatures: list[Signature] = []
        self._ids: list[str] = []
        self._bands: dict[bytes, int] = {}

    def find(self, pair: Pair) -> Twin | None:
        """Give the seen bead that is most like this one, if any is like it enough."""
        return self._find(self._hasher.signature(pair))

    def add(self, pair: Pair) -> None:
        """Remember a bead."""
        self._add(pair.id, self._hasher.signature(pair))

    def add_if_new(self, pair: Pair) -> Twin | None:
        """Remember a bead unless one like it was seen; give that one then."""
        signature = self._hasher.signature(pair)
        twin = self._find(signature)
        if twin is None:
            self._add(pair.id, signature)
        return twin

    def _find(self, signature: Signature) -> Twin | None:
        candidates = {self._bands[band] for band in _bands(signature) if band in self._bands}
        best: Twin | None = None
        for at in sorted(candidates):
            likeness = float(np.mean(self._signatures[at] == signature))
            if likeness >= self._least and (best is None or likeness > best.likeness):
                best = Twin(self._ids[at], likeness)
        return best

    def _add(self, name: str, signature: Signature) -> None:
        for band in _bands(signature):
            self._bands.setdefault(band, len(self._ids))
        self._ids.append(name)
        self._signatures.append(signature)


def _bands(signature: Signature) -> list[bytes]:
    return [
        bytes([start // BAND]) + signature[start : start + BAND].tobytes()
        for start in range(0, PERMUTATIONS, BAND)
    ]
