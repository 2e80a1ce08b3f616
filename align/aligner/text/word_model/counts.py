"""The counts of the word model, and the translation probabilities derived from them."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ...arrays import F32, F64, I64

Numbers = NDArray[np.uint64]
Places = I64

REACH = 40
"""The widest step between two tokens that has its own count; wider steps count as this one."""

LEAST = 0.01
"""Least expected count of a pair that a briefing keeps."""

SPARSE = 0.01
"""Concentration of the Dirichlet prior of each distribution; a low value keeps few pairs."""

UNSEEN = 1e-3
"""Probability of a pair without counts, for instance in a row that is newer than the counts."""

SERVED = 0.1
"""Least expected count, in the whole corpus, of a pair that a search loads."""

_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_STORED = np.dtype([("pair", "<u8"), ("count", "<f4", (2,)), ("prior", "<f4")])
_SERVED = np.dtype([("pair", "<u8"), ("chance", "<f4", (2,))])


def join_numbers(zh: NDArray[np.uint32], en: NDArray[np.uint32]) -> Numbers:
    """Return the keys of pairs of tokens: Chinese number, then English; 0 is the null word."""
    return (zh.astype(np.uint64) << _HALF) | en.astype(np.uint64)


@dataclass(frozen=True, eq=False)
class WordCounts:
    """Expected counts of pairs, of one briefing or of many.

    ``pair`` has keys in ascending order. ``count[0]`` is how often the English token generates the
    Chinese one, ``count[1]`` the reverse. A pair with token 0 counts the tokens without a
    translation. ``prior`` has the pseudo-counts of the dictionary, ``jumps`` the counts of step
    widths in both directions, and ``rows`` the number of rows.
    """

    pair: Numbers
    count: F64  # (2, pairs)
    prior: F64  # (pairs,)
    jumps: F64  # (2, 2 * REACH + 1)
    rows: int

    @classmethod
    def empty(cls) -> Self:
        """Return counts of zero rows."""
        widths = np.zeros((2, 2 * REACH + 1))
        return cls(np.zeros(0, np.uint64), np.zeros((2, 0)), np.zeros(0), widths, 0)

    def to_bytes(self) -> bytes:
        """Return the counts in stored form."""
        rows = np.empty(len(self.pair), _STORED)
        rows["pair"], rows["count"], rows["prior"] = self.pair, self.count.T, self.prior
        head = np.array([self.rows], "<i8").tobytes() + self.jumps.astype("<f8").tobytes()
        return zlib.compress(head + rows.tobytes(), 1)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the counts that :meth:`to_bytes` stored."""
        plain = zlib.decompress(data)
        size = 8 * 2 * (2 * REACH + 1)
        jumps = np.frombuffer(plain, "<f8", size // 8, 8).reshape(2, -1)
        rows = np.frombuffer(plain, _STORED, -1, 8 + size)
        count = rows["count"].T.astype(np.float64)
        number = int(np.frombuffer(plain, "<i8", 1)[0])
        return cls(rows["pair"].copy(), count, rows["prior"].astype(np.float64), jumps, number)

    def as_stored(self) -> Self:
        """Return the counts with the precision in which they are stored."""
        count = self.count.astype(np.float32).astype(np.float64)
        prior = self.prior.astype(np.float32).astype(np.float64)
        return replace(self, count=count, prior=prior)

    def look_up(self, pair: Numbers) -> tuple[F64, F64]:
        """Return the counts, (2, pairs), and priors of pairs; 0 for pairs without counts."""
        if not len(self.pair):
            return np.zeros((2, len(pair))), np.zeros(len(pair))
        at = np.minimum(np.searchsorted(self.pair, pair), len(self.pair) - 1)
        known = self.pair[at] == pair
        return self.count[:, at] * known, self.prior[at] * known

    def totals(self, *, english: bool, tokens: NDArray[np.uint32]) -> F64:
        """Return the sum of count, prior and concentration over the pairs of each token.

        :param english: sum ``count[0]`` over the pairs of English tokens, else ``count[1]`` over
            the pairs of Chinese tokens.
        :param tokens: token numbers in ascending order.
        """
        zh, en = self.pair >> _HALF, self.pair & _LOW
        if english:
            own, other, count = en, zh, self.count[0]
        else:
            own, other, count = zh, en, self.count[1]
        weight = count + self.prior + SPARSE
        at = np.minimum(np.searchsorted(tokens, own), len(tokens) - 1)
        real = (tokens[at] == own) & (other > 0) & (own > 0)
        return _sum_by(at[real], weight[real], len(tokens))


def add_counts(added: Sequence[WordCounts], removed: Sequence[WordCounts] = ()) -> WordCounts:
    """Return the sum of ``added`` minus ``removed``; the prior of a pair is its highest prior."""
    parts = [*added, *removed]
    if not parts:
        return WordCounts.empty()
    pair, at = np.unique(np.concatenate([part.pair for part in parts]), return_inverse=True)
    signed = [part.count for part in added] + [-part.count for part in removed]
    every = np.concatenate(signed, axis=1)
    count = np.stack([_sum_by(at, every[side], len(pair)) for side in (0, 1)])
    prior = np.zeros(len(pair))
    np.maximum.at(prior, at, np.concatenate([part.prior for part in parts]))
    jumps = np.sum([part.jumps for part in added], axis=0)
    jumps = jumps - np.sum([part.jumps for part in removed], axis=0)
    rows = sum(part.rows for part in added) - sum(part.rows for part in removed)
    kept = count.max(axis=0, initial=0.0) > LEAST / 2  # all other pairs were subtracted
    return WordCounts(
        pair[kept],
        np.maximum(count[:, kept], 0.0),
        prior[kept],
        np.maximum(jumps, 0.0),
        max(rows, 0),
    )


def _sum_by(group: Places, value: F64, groups: int) -> F64:
    """Return the sum of the values of each group."""
    return np.asarray(np.bincount(group, value, groups), np.float64)


def exp_digamma(x: F64) -> F64:
    """Return exp(psi(x)) of positive numbers, to 1e-9 (recurrence, then Stirling's series)."""
    y = x + 6.0
    series = np.log(y) - 1 / (2 * y) - 1 / (12 * y**2) + 1 / (120 * y**4) - 1 / (252 * y**6)
    for step in range(6):
        series = series - 1 / (x + step)
    return np.exp(series)


def sparse_share(weight: F64, total: F64, own: Places) -> F64:
    """Return exp(psi(weight)) / exp(psi(total[own])).

    It is 0 for a weight up to 0.05, where the true value is below e^-20 / exp(psi(total)).
    """
    share = np.zeros(len(weight))
    some = np.flatnonzero(weight > 0.05)
    share[some] = exp_digamma(weight[some]) / exp_digamma(total)[own[some]]
    return share


def jump_chances(jumps: F64) -> F32:
    """Return the probability of each step width in both directions, (2, widths).

    Each count starts at 0.5, and short steps start higher, so that short steps are more probable
    before any row has been counted.
    """
    width = np.abs(np.arange(-REACH, REACH + 1))
    smooth = jumps + 0.5 + 20.0 / (1.0 + width**2)
    return np.asarray(smooth / smooth.sum(axis=1, keepdims=True), np.float32)


@dataclass(frozen=True, eq=False)
class WordChances:
    """Translation probabilities derived from counts, small enough to load for a search.

    The fields correspond to those of :class:`WordCounts`.
    """

    pair: Numbers
    chance: F32  # (2, pairs)
    jumps: F32  # (2, 2 * REACH + 1)
    rows: int

    @classmethod
    def of(cls, counts: WordCounts) -> Self:
        """Return the probabilities of the pairs with a count above :data:`SERVED`."""
        low, high = counts.pair & _LOW, counts.pair >> _HALF
        chance = np.empty((2, len(counts.pair)))
        for side, own in enumerate((low, high)):
            tokens, at = np.unique(own, return_inverse=True)
            weight = counts.count[side] + counts.prior + SPARSE
            total = _sum_by(at, weight, len(tokens))
            chance[side] = sparse_share(weight, total, at)
            null = own == 0
            alone = counts.count[side][null]
            chance[side][null] = (alone + SPARSE) / (alone + SPARSE).sum()
        kept = (counts.count.max(axis=0, initial=0.0) > SERVED) | (low == 0) | (high == 0)
        jumps = jump_chances(counts.jumps)
        return cls(counts.pair[kept], np.asarray(chance[:, kept], np.float32), jumps, counts.rows)

    def to_bytes(self) -> bytes:
        """Return the probabilities in stored form."""
        rows = np.empty(len(self.pair), _SERVED)
        rows["pair"], rows["chance"] = self.pair, self.chance.T
        head = np.array([self.rows], "<i8").tobytes() + self.jumps.astype("<f4").tobytes()
        return zlib.compress(head + rows.tobytes(), 1)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the probabilities that :meth:`to_bytes` stored."""
        plain = zlib.decompress(data)
        size = 4 * 2 * (2 * REACH + 1)
        jumps = np.frombuffer(plain, "<f4", size // 4, 8).reshape(2, -1)
        rows = np.frombuffer(plain, _SERVED, -1, 8 + size)
        chance = np.ascontiguousarray(rows["chance"].T)
        return cls(rows["pair"].copy(), chance, jumps, int(np.frombuffer(plain, "<i8", 1)[0]))

    def look_up(self, pair: Numbers) -> F32:
        """Return the probabilities of pairs in both directions, (2, pairs); at least ``UNSEEN``."""
        if not len(self.pair):
            return np.full((2, len(pair)), UNSEEN, np.float32)
        at = np.minimum(np.searchsorted(self.pair, pair), len(self.pair) - 1)
        found = np.where(self.pair[at] == pair, self.chance[:, at], 0.0)
        return np.asarray(np.maximum(found, UNSEEN), np.float32)
