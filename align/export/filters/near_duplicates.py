"""Near-duplicate beads by MinHash and banded locality-sensitive hashing.

The signature of a bead holds, for each of ``PERMUTATIONS`` hash functions, the smallest hash of
its shingles; two beads agree in as many places as their shingle sets overlap (Broder 1997). Beads
that share one band are candidates. datasketch takes twice the time and memory, all of it at once.
"""

import logging
import os
import re
import tempfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import DTypeLike, NDArray

from ...records import ExportedBead, Language
from ...text.strings import digest, keep_letters

logger = logging.getLogger(__name__)

PERMUTATIONS = 64
# Rows of a band: with 16 bands of 4, beads alike to .8 meet with probability .9998, to .5 .64.
BAND = 4
BANDS = PERMUTATIONS // BAND

SMALL = 1 << 24  # bytes up to which an array is not worth a file
_PRIME = np.uint64(4294967311)  # the first prime over 2 ** 32, so that 32-bit hashes stay apart
_FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F], np.uint64)  # odd, as good as any
_WORD = re.compile(r"[a-z0-9\u00c0-\u024f]+")
_EACH = np.arange(BANDS)[:, None]
_AHEAD = np.arange(6)  # slots that are looked at together: tables are at most half full
_BLOCK = 1 << 16
_ID = "S64"  # a store has room for 32 letters

Array: TypeAlias = NDArray[Any]
Signature = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class NearDuplicate:
    """An earlier bead that is like this one, and the estimated share of common shingles."""

    id: str
    likeness: float


def digest_letters(bead: ExportedBead) -> int:
    """Return one number for all beads whose texts differ only in blanks, case and punctuation."""
    return digest(f"{keep_letters(bead.zh)}\n{keep_letters(bead.en)}")


def list_side_shingles(text: str, language: Language) -> set[str]:
    """Return the pairs of neighbours: of characters in Chinese, of words in English."""
    units = filter(str.isalnum, text) if language == "zh" else _WORD.findall(text.casefold())
    return {f"{one}|{two}" for one, two in pairwise(["", *units, ""])}


class MinHasher:
    """Makes signatures; the hash functions are always the same."""

    def __init__(self) -> None:
        generator, top = np.random.default_rng(0), 2**32 - 1
        self._factor = generator.integers(1, top, (PERMUTATIONS, 1), dtype=np.uint64)
        self._shift = generator.integers(0, top, (PERMUTATIONS, 1), dtype=np.uint64)

    def signature(self, bead: ExportedBead) -> Signature:
        """Return the signature of the pairs of neighbours on both sides of a bead."""
        return self.sign(list_side_shingles(bead.zh, "zh") | list_side_shingles(bead.en, "en"))

    def sign(self, shingles: Iterable[str]) -> Signature:
        """Return the signature of shingles, of which there must be one."""
        hashes = np.array(
            [zlib.crc32(shingle.encode("utf-8", "surrogatepass")) for shingle in shingles],
            dtype=np.uint64,
        )
        mixed = (self._factor * hashes + self._shift) % _PRIME
        return np.asarray(mixed.min(axis=1), dtype=np.uint32)


class SignatureStore:
    """Beads that were seen, found again by what they look like: some 500 bytes each.

    Each band has a table of its own, hashed with open addressing, of numbers of signatures from 1.
    Beads count as near-duplicates from the likeness ``least``; arrays up to ``small`` bytes stay in
    memory.
    """

    def __init__(self, least: float = 0.8, small: int = SMALL) -> None:
        self._least, self._small = least, small
        self._hasher = MinHasher()
        self._signatures = GrowingArray(PERMUTATIONS, np.uint32, small)
        self._ids = GrowingArray(1, _ID, small)
        self._tables = allocate((BANDS, 1024), np.uint32, small)

    def find(self, bead: ExportedBead) -> NearDuplicate | None:
        """Return the seen bead that is most like this one, if any is like it enough."""
        signature = self._hasher.signature(bead)
        return self._most_alike(signature, self._look_up(signature)[1])

    def add(self, bead: ExportedBead) -> None:
        """Remember a bead."""
        signature = self._hasher.signature(bead)
        self._add(bead.id, signature, *self._look_up(signature))

    def add_if_new(self, bead: ExportedBead) -> NearDuplicate | None:
        """Remember a bead unless one like it was seen; return that one then."""
        signature = self._hasher.signature(bead)
        slots, seen = self._look_up(signature)
        duplicate = self._most_alike(signature, seen)
        if duplicate is None:
            self._add(bead.id, signature, slots, seen)
        return duplicate

    def _most_alike(self, signature: Signature, seen: Array) -> NearDuplicate | None:
        candidates = np.unique(seen[seen > 0]) - 1
        if not len(candidates):
            return None
        alike = (self._signatures.rows[candidates] == signature).mean(axis=1)
        best = int(alike.argmax())  # between equals the one that was seen first
        if alike[best] < self._least:
            return None
        name = bytes(self._ids.rows[candidates[best], 0]).decode("utf-8", "surrogatepass")
        return NearDuplicate(name, float(alike[best]))

    def _look_up(self, signature: Signature) -> tuple[Array, Array]:
        """Return the slot and the signature of each band; 0 where none has it yet."""
        bands = signature.view(np.uint64).reshape(BANDS, 2)
        known = split_bands(self._signatures.rows)
        starts = hash_bands(bands)[:, None]
        while True:  # nearly always once
            slots = (starts + _AHEAD) & (self._tables.shape[1] - 1)
            seen = self._tables[_EACH, slots].astype(np.int64)
            ends = seen == 0
            filled = np.nonzero(seen)
            ends[filled] = (known[seen[filled] - 1, filled[0]] == bands[filled[0]]).all(axis=1)
            steps = ends.argmax(axis=1)[:, None]
            if ends[_EACH, steps].all():
                return slots[_EACH, steps][:, 0], seen[_EACH, steps][:, 0]
            starts = starts + np.where(ends[_EACH, steps], 0, len(_AHEAD))

    def _add(self, bead_id: str, signature: Signature, slots: Array, seen: Array) -> None:
        self._signatures.add(signature[None])
        self._ids.add(np.array([[bead_id.encode("utf-8", "surrogatepass")]], _ID))
        new = np.flatnonzero(seen == 0)
        self._tables[new, slots[new]] = self._signatures.count
        if self._signatures.count * 2 > self._tables.shape[1]:
            self._grow()

    def _grow(self) -> None:
        larger = allocate((BANDS, 2 * self._tables.shape[1]), np.uint32, self._small)
        known = split_bands(self._signatures.rows)
        for band, (old, new) in enumerate(zip(self._tables, larger, strict=True)):
            numbers = np.sort(old[old > 0])
            for start in range(0, len(numbers), _BLOCK):
                some = numbers[start : start + _BLOCK]
                slots = hash_bands(known[some - 1, band]) & (len(new) - 1)
                while len(some):  # those whose slot is taken go to the next free one behind it
                    free = new[slots] == 0
                    new[slots[free]] = some[free]
                    placed = new[slots] == some
                    slots, some = (slots[~placed] + 1) & (len(new) - 1), some[~placed]
        self._tables = larger


def split_bands(signatures: Array) -> Array:
    """Return signatures as (signature, band, 2)."""
    halves: Any = signatures.view(np.uint64)
    return np.asarray(halves.reshape(-1, BANDS, 2))


def hash_bands(bands: Array) -> NDArray[np.int64]:
    """Return a number below 2 ** 32 for each band."""
    mixed = (bands * _FACTORS).sum(axis=-1, dtype=np.uint64)
    return np.asarray(mixed >> np.uint64(32), np.int64)


class GrowingArray:
    """An array that rows are added to."""

    def __init__(self, width: int, dtype: DTypeLike, small: int) -> None:
        self._small = small
        self._all = allocate((1024, width), dtype, small)
        self.count = 0

    @property
    def rows(self) -> Array:
        """What was added."""
        return self._all[: self.count]

    def add(self, rows: Array) -> None:
        """Add rows at the end."""
        end = self.count + len(rows)
        if end > len(self._all):
            shape = (max(end, 2 * len(self._all)), rows.shape[1])
            larger = allocate(shape, rows.dtype, self._small)
            larger[: self.count] = self.rows
            self._all = larger
        self._all[self.count : end] = rows
        self.count = end


def allocate(shape: tuple[int, int], dtype: DTypeLike, small: int = SMALL) -> Array:
    """Return an array of zeros, a large one in a nameless mapped file (``TMPDIR``).

    What is mapped is the system's to take back, so that a million beads do not need the memory of
    a million; where there is no room for it the numbers stay in memory.
    """
    size = shape[0] * shape[1] * np.dtype(dtype).itemsize
    if size > small and hasattr(os, "posix_fallocate"):
        try:
            with tempfile.TemporaryFile() as file:
                # a hole that cannot be filled later would end the process
                os.posix_fallocate(file.fileno(), 0, size)
                return np.asarray(np.memmap(file, dtype, "r+", shape=shape))
        except OSError as error:
            logger.info("%d MB stay in memory (%s)", size // 1_000_000, error)
    return np.zeros(shape, dtype)
