"""Near-duplicate beads by MinHash and banded locality-sensitive hashing.

The signature of a bead contains, for each of ``PERMUTATIONS`` hash functions, the smallest hash of
its shingles; two beads agree in as many places as their shingle sets overlap (Broder 1997). Beads
that share one band are candidates. datasketch takes twice the time and memory, all of it at once.
"""

import re
import zlib
from collections.abc import Iterable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ....aligner.text.strings import digest, keep_letters
from ....records import BeadRecord, Language

PERMUTATIONS = 64
# Rows of a band: with 16 bands of 4, beads alike to .8 meet with probability .9998, to .5 .64.
BAND = 4
BANDS = PERMUTATIONS // BAND

PORTION = 1 << 19  # values of bands in a dictionary, some 100 bytes each, before they are sorted
_PRIME = np.uint64(4294967311)  # the first prime over 2 ** 32, so that 32-bit hashes stay apart
_FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F], np.uint64)  # odd, as good as any
_EACH = np.arange(BANDS, dtype=np.uint64) * np.uint64(0xD6E8FEB86659FD93)
_GENERATOR = np.random.default_rng(0)  # the hash functions are always the same
_FACTOR, _SHIFT = (
    _GENERATOR.integers(least, 2**32 - 1, (PERMUTATIONS, 1), dtype=np.uint64) for least in (1, 0)
)
_WORD = re.compile(r"[a-z0-9\u00c0-\u024f]+")

Signature = NDArray[np.uint32]
Keys = NDArray[np.uint64]


def digest_letters(bead: BeadRecord) -> int:
    """Return a digest that is equal for texts that differ only in spaces, case and punctuation."""
    return digest(f"{keep_letters(bead.zh)}\n{keep_letters(bead.en)}")


def list_side_shingles(text: str, language: Language) -> set[str]:
    """Return the pairs of neighbours: of characters in Chinese, of words in English."""
    units = filter(str.isalnum, text) if language == "zh" else _WORD.findall(text.casefold())
    return {f"{one}|{two}" for one, two in pairwise(["", *units, ""])}


def sign_bead(bead: BeadRecord) -> Signature:
    """Return the signature of the pairs of neighbours on both sides of a bead."""
    return sign(list_side_shingles(bead.zh, "zh") | list_side_shingles(bead.en, "en"))


def sign(shingles: Iterable[str]) -> Signature:
    """Return the signature of at least one shingle."""
    hashes = np.array(
        [zlib.crc32(shingle.encode("utf-8", "surrogatepass")) for shingle in shingles],
        dtype=np.uint64,
    )
    mixed = (_FACTOR * hashes + _SHIFT) % _PRIME
    return np.asarray(mixed.min(axis=1), dtype=np.uint32)


class SignatureStore:
    """Index of the beads seen so far, searchable by similarity: about 600 bytes per bead.

    It knows the first bead with each value of a band. New values are in a dictionary; a ``portion``
    of them is sorted into an array, which takes an eighth of the memory. Beads count as
    near-duplicates from the likeness ``least``.
    """

    def __init__(self, least: float = 0.8, portion: int = PORTION) -> None:
        self._least, self._portion = least, portion
        self._signatures = bytearray()
        self._new: dict[int, int] = {}
        self._keys: Keys = np.array([np.iinfo(np.uint64).max])  # there is always one behind
        self._firsts = np.array([-1], np.int32)

    def __contains__(self, signature: Signature) -> bool:
        seen = [*{*self._look_up(signature).values()} - {-1}]
        alike = (unpack(self._signatures)[seen] == signature).mean(axis=1)
        return bool((alike >= self._least).any())

    def add(self, signature: Signature) -> None:
        """Remember the signature of a bead."""
        number = len(self._signatures) // signature.nbytes
        firsts = self._look_up(signature)
        self._new |= {key: number for key, first in firsts.items() if first < 0}
        self._signatures += signature.tobytes()
        if len(self._new) >= self._portion:
            keys = np.concatenate([self._keys, np.fromiter(self._new, np.uint64)])
            numbers = np.concatenate([self._firsts, np.fromiter(self._new.values(), np.int32)])
            order = np.argsort(keys)
            self._keys, self._firsts = keys[order], numbers[order]
            self._new.clear()

    def _look_up(self, signature: Signature) -> dict[int, int]:
        """Return the number of the first bead with the key of each band, or -1 if it is new."""
        keys = hash_bands(signature[None])[0]
        at = np.searchsorted(self._keys, keys)
        firsts = np.where(self._keys[at] == keys, self._firsts[at], -1)
        pairs = zip(keys.tolist(), firsts.tolist(), strict=True)
        return {key: self._new.get(key, first) for key, first in pairs}


def unpack(signatures: bytearray) -> Signature:
    """Return signatures, one behind the other, as rows."""
    return np.frombuffer(signatures, np.uint32).reshape(-1, PERMUTATIONS)


def hash_bands(signatures: Signature) -> Keys:
    """Return for each signature a number for each band and its value (64 bits)."""
    bands = signatures.view(np.uint64).reshape(-1, BANDS, 2)
    return np.asarray((bands * _FACTORS).sum(axis=-1, dtype=np.uint64) + _EACH)
