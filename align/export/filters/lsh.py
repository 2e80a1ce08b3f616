"""Which signatures share a band with another: signatures in, the first one with each band out.

Each band has a table of its own, hashed with open addressing. A table holds numbers of signatures
only; whether one has the band is looked up in the signature itself, so nothing is mistaken.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .mapped_arrays import SMALL, Array, GrowingArray, room

PERMUTATIONS = 64
BAND = 4
"""Rows of a band: with 16 bands of 4, beads alike to .8 meet with probability .9998, to .5 .64."""

Signature = NDArray[np.uint32]

_BANDS = PERMUTATIONS // BAND
_EACH = np.arange(_BANDS)[:, None]
_AHEAD = np.arange(6)
"""Slots that are looked at together: tables are at most half full."""
_FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F], np.uint64)  # odd, as good as any
_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class BandPlaces:
    """Where the bands of a signature stand: slots of the tables, and numbers of beads from 1.

    ``beads`` is 0 where no signature has the band; its slot is the one to put it into.
    """

    slots: NDArray[np.int64]
    beads: NDArray[np.int64]


class Bands:
    """Signatures by their bands."""

    def __init__(self, small: int = SMALL) -> None:
        self._small = small
        self._signatures = GrowingArray(PERMUTATIONS, np.uint32, small)
        self._tables = room((_BANDS, 1024), np.uint32, small)

    @property
    def signatures(self) -> Array:
        """Every signature, in the order in which they were added."""
        return self._signatures.rows

    def places(self, signature: Signature) -> BandPlaces:
        """Look the bands of a signature up. What is given holds until the next is added."""
        bands = signature.view(np.uint64).reshape(_BANDS, 2)
        known = _cut(self.signatures)
        last = self._tables.shape[1] - 1
        starts = _hashed(bands)[:, None]
        while True:  # nearly always once
            slots = (starts + _AHEAD) & last
            beads = self._tables[_EACH, slots].astype(np.int64)
            ends = beads == 0
            filled = np.nonzero(beads)
            ends[filled] = (known[beads[filled] - 1, filled[0]] == bands[filled[0]]).all(axis=1)
            steps = ends.argmax(axis=1)[:, None]
            if ends[_EACH, steps].all():
                return BandPlaces(slots[_EACH, steps][:, 0], beads[_EACH, steps][:, 0])
            starts = starts + np.where(ends[_EACH, steps], 0, len(_AHEAD))

    def add(self, signature: Signature, places: BandPlaces) -> None:
        """Take a signature in.

        :param places: what was found for it just before.
        """
        self._signatures.add(signature[None])
        new = np.flatnonzero(places.beads == 0)
        self._tables[new, places.slots[new]] = self._signatures.count
        if self._signatures.count * 2 > self._tables.shape[1]:
            self._grow()

    def _grow(self) -> None:
        """Make the tables twice as large."""
        larger = room((_BANDS, 2 * self._tables.shape[1]), np.uint32, self._small)
        known = _cut(self.signatures)
        for band, (old, new) in enumerate(zip(self._tables, larger, strict=True)):
            beads = np.sort(old[old > 0])
            for start in range(0, len(beads), _BLOCK):
                some = beads[start : start + _BLOCK]
                _put(new, _hashed(known[some - 1, band]) & (len(new) - 1), some)
        self._tables = larger


def _cut(signatures: Array) -> Array:
    """Give signatures as (signature, band, 2)."""
    cut: Any = signatures.view(np.uint64)
    return np.asarray(cut.reshape(-1, _BANDS, 2))


def _hashed(bands: Array) -> NDArray[np.int64]:
    """Give a number below 2 ** 32 for each band."""
    mixed = (bands * _FACTORS).sum(axis=1, dtype=np.uint64)
    return np.asarray(mixed >> np.uint64(32), np.int64)


def _put(table: Array, slots: NDArray[np.int64], beads: Array) -> None:
    """Put numbers into a table, each at its slot or at the next free one behind it."""
    while len(beads):
        free = table[slots] == 0
        table[slots[free]] = beads[free]
        placed = table[slots] == beads
        slots, beads = (slots[~placed] + 1) & (len(table) - 1), beads[~placed]
