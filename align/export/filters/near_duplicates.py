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

from ...records import ExportedBead
from .lsh import PERMUTATIONS, BandPlaces, Bands, Signature
from .mapped_arrays import SMALL, GrowingArray

_PRIME = np.uint64(4294967311)  # the first prime over 2 ** 32, so that 32-bit hashes stay apart
_WORD = re.compile(r"[a-z0-9\u00c0-\u024f]+")


@dataclass(frozen=True, slots=True)
class NearDuplicate:
    """An earlier bead that is like this one, and the estimated share of common shingles."""

    id: str
    likeness: float


def key(pair: ExportedBead) -> int:
    """Give one number for all beads whose texts differ in nothing but blanks, case and signs."""
    text = "\n".join("".join(filter(str.isalnum, side.casefold())) for side in (pair.zh, pair.en))
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8)
    return int.from_bytes(digest.digest())


def shingles(pair: ExportedBead) -> set[str]:
    """Give the pairs of neighbours: of characters in Chinese, of words in English."""
    zh = ["", *filter(str.isalnum, pair.zh), ""]
    en = ["", *_WORD.findall(pair.en.casefold()), ""]
    return {f"{one}|{two}" for side in (zh, en) for one, two in pairwise(side)}


class MinHasher:
    """Makes signatures; the hash functions come from the generator that is handed over."""

    def __init__(self, generator: np.random.Generator | None = None) -> None:
        generator = np.random.default_rng(0) if generator is None else generator
        top = 2**32 - 1
        self._factor = generator.integers(1, top, (PERMUTATIONS, 1), dtype=np.uint64)
        self._shift = generator.integers(0, top, (PERMUTATIONS, 1), dtype=np.uint64)

    def signature(self, pair: ExportedBead) -> Signature:
        """Give the signature of a bead: ``PERMUTATIONS`` numbers."""
        hashes = np.array(
            [zlib.crc32(shingle.encode("utf-8", "surrogatepass")) for shingle in shingles(pair)],
            dtype=np.uint64,
        )
        mixed = (self._factor * hashes + self._shift) % _PRIME
        return np.asarray(mixed.min(axis=1), dtype=np.uint32)


class SignatureStore:
    """Beads that were seen, found again by what they look like.

    A bead takes some 500 bytes: 256 of signature, the rest of places by band and of its name. They
    stand in mapped files (:mod:`.rooms`).

    :param small: bytes up to which an array stays in memory.
    """

    def __init__(
        self,
        least: float = 0.8,
        generator: np.random.Generator | None = None,
        small: int = SMALL,
    ) -> None:
        self._least = least
        self._hasher = MinHasher(generator)
        self._bands = Bands(small)
        self._names = GrowingArray(1, np.uint8, small)
        self._ends = GrowingArray(1, np.uint64, small)

    def find(self, pair: ExportedBead) -> NearDuplicate | None:
        """Give the seen bead that is most like this one, if any is like it enough."""
        signature = self._hasher.signature(pair)
        return self._twin(signature, self._bands.places(signature))

    def add(self, pair: ExportedBead) -> None:
        """Remember a bead."""
        signature = self._hasher.signature(pair)
        self._add(pair.id, signature, self._bands.places(signature))

    def add_if_new(self, pair: ExportedBead) -> NearDuplicate | None:
        """Remember a bead unless one like it was seen; give that one then."""
        signature = self._hasher.signature(pair)
        places = self._bands.places(signature)
        twin = self._twin(signature, places)
        if twin is None:
            self._add(pair.id, signature, places)
        return twin

    def _twin(self, signature: Signature, places: BandPlaces) -> NearDuplicate | None:
        candidates = np.unique(places.beads[places.beads > 0]) - 1
        if not len(candidates):
            return None
        alike = (self._bands.signatures[candidates] == signature).mean(axis=1)
        best = int(alike.argmax())  # between equals the one that was seen first
        if alike[best] < self._least:
            return None
        return NearDuplicate(self._name(int(candidates[best])), float(alike[best]))

    def _add(self, name: str, signature: Signature, places: BandPlaces) -> None:
        self._bands.add(signature, places)
        letters = np.frombuffer(name.encode("utf-8", "surrogatepass"), np.uint8)
        self._names.add(letters[:, None])
        self._ends.add(np.array([[self._names.count]], np.uint64))

    def _name(self, at: int) -> str:
        start = int(self._ends.rows[at - 1, 0]) if at else 0
        letters = self._names.rows[start : int(self._ends.rows[at, 0]), 0]
        return letters.tobytes().decode("utf-8", "surrogatepass")
