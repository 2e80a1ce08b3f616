"""Training of the word model on rows, by expectation maximisation.

A block of briefings is counted together, on top of the counts of the rest of the corpus. The first
rounds use IBM model 1 with the diagonal prior of fast_align (Dyer et al. 2013), the later rounds a
hidden Markov model (Vogel et al. 1996), both in both directions. The M step is variational Bayes
with a sparse Dirichlet prior (Riley and Gildea 2012), to which the dictionary adds pseudo-counts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...arrays import F32, F64, I32, I64
from .counts import (
    LEAST,
    SPARSE,
    Numbers,
    WordCounts,
    add_counts,
    join_numbers,
    jump_chances,
    sparse_share,
)
from .prior import Row, find_prior, strongest
from .tokens import cut_tokens, token_number

RowTexts = tuple[str, str]  # the Chinese and the English text of a row
"""The Chinese and the English text of a row."""

SKIP = 0.2
"""Probability that a token has no translation."""

SLANT = 4.0
"""Weight of the diagonal in the first rounds of a small corpus."""

SMALL = 2_000
"""Number of rows from which the first rounds do not use the diagonal."""

NEW = 1e-3
"""Least probability of a pair in the first round."""

FEW = 100
"""Number of rows below which all words count as new: the pairs of a word start with even shares."""

EVEN = 0.01
"""Highest even share of a pair in the first round."""

TINY = 1e-12
"""Least probability of a pair while it is counted."""

LONGEST = 400
"""Maximum number of tokens in each text of a row; longer rows are not counted."""

BLOCK = 2_500
"""Maximum number of rows that are counted together."""

CELLS = 6_000_000
"""Maximum number of token pairs in those rows, which need 150 to 400 MB."""

FIRST = 3
"""Rounds of the first model, IBM model 1."""

SECOND = 3
"""Rounds of the second model, the hidden Markov model."""


@dataclass(frozen=True, eq=False)
class RowBlock:
    """The tokens of all rows as numbers, and the pairs of tokens that share a row."""

    zh: I32
    zh_start: I64
    en: I32
    en_start: I64
    cell: I32
    cell_start: I64
    zh_tokens: NDArray[np.uint32]  # numbers in ascending order
    en_tokens: NDArray[np.uint32]
    zh_of: I64  # the Chinese token of each pair
    en_of: I64
    pair: Numbers  # keys in ascending order
    prior: F64

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(self.zh_start) - 1


def make_block(
    rows: Sequence[Row], prior: Mapping[tuple[str, str], float] | None = None
) -> RowBlock:
    """Return the block of rows: their tokens and the pairs of tokens that share a row.

    :param prior: the pseudo-count of pairs; by default that of the rows.
    """
    from .kernels import mark_pairs, number_cells

    zh_tokens, zh, zh_start = _number_side([[token.key for token in row[0]] for row in rows])
    en_tokens, en, en_start = _number_side([[token.key for token in row[1]] for row in rows])
    sizes = np.diff(zh_start) * np.diff(en_start)
    cell_start = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    seen = np.zeros((len(zh_tokens), len(en_tokens)), np.int32)
    mark_pairs(zh, zh_start, en, en_start, seen)
    zh_of, en_of = np.nonzero(seen)
    seen[zh_of, en_of] = np.arange(len(zh_of), dtype=np.int32)
    cell = number_cells(zh, zh_start, en, en_start, cell_start, seen)
    if prior is None:
        english = {token.key for _, en in rows for token in en}
        prior = strongest(find_prior(rows, english))
    weights = _weigh_pairs(prior, zh_tokens, en_tokens, seen, (zh_of, en_of))
    pair = join_numbers(zh_tokens[zh_of], en_tokens[en_of])
    return RowBlock(
        zh, zh_start, en, en_start, cell, cell_start,
        zh_tokens, en_tokens, zh_of, en_of, pair, weights,
    )  # fmt: skip


def _weigh_pairs(
    weighted: Mapping[tuple[str, str], float],
    zh_tokens: NDArray[np.uint32],
    en_tokens: NDArray[np.uint32],
    place: I32,
    there: tuple[I64, I64],
) -> F64:
    """Return the pseudo-count of each pair.

    :param weighted: pseudo-counts by keys of tokens.
    :param place: the index of each pair, (Chinese tokens, English tokens).
    :param there: the Chinese and the English token of each pair, by index.
    """
    prior = np.zeros(len(there[0]))
    known = np.zeros(place.shape, bool)
    known[there] = True
    zh_place = {int(number): at for at, number in enumerate(zh_tokens)}
    en_place = {int(number): at for at, number in enumerate(en_tokens)}
    for (zh, en), weight in weighted.items():
        left, right = zh_place.get(token_number(zh)), en_place.get(token_number(en))
        if left is not None and right is not None and known[left, right]:
            prior[place[left, right]] = weight
    return prior


def _number_side(
    texts: Sequence[Sequence[str]],
) -> tuple[NDArray[np.uint32], I32, I64]:
    """Return the sorted numbers of all tokens, the index of each token in them, and row starts."""
    numbers = np.fromiter((token_number(key) for text in texts for key in text), np.uint32)
    tokens, places = np.unique(numbers, return_inverse=True)
    starts = np.concatenate([[0], np.cumsum([len(text) for text in texts])]).astype(np.int64)
    return tokens, places.astype(np.int32), starts


class Rounds:
    """The rounds over one block: probabilities from counts, and counts from probabilities."""

    def __init__(self, block: RowBlock, base: WordCounts) -> None:
        self._block = block
        self._base_count, base_prior = base.look_up(block.pair)
        self.prior = np.maximum(block.prior, base_prior)
        self._outside = [
            base.totals(english=True, tokens=block.en_tokens)
            - np.bincount(block.en_of, self._known(0, base_prior), len(block.en_tokens)),
            base.totals(english=False, tokens=block.zh_tokens)
            - np.bincount(block.zh_of, self._known(1, base_prior), len(block.zh_tokens)),
        ]
        zh_null = join_numbers(block.zh_tokens, np.zeros(1, np.uint32))
        en_null = join_numbers(np.zeros(1, np.uint32), block.en_tokens)
        self._base_alone = base.look_up(zh_null)[0][0], base.look_up(en_null)[0][1]
        self._base_jumps = base.jumps
        rows = base.rows + block.rows
        self._few = rows < FEW
        self._slant = SLANT if rows < SMALL else 0.0
        self.clear()
        if not self._few:  # the null word starts with the frequencies of the tokens
            self.alone = (
                np.bincount(block.zh, minlength=len(block.zh_tokens)).astype(np.float64),
                np.bincount(block.en, minlength=len(block.en_tokens)).astype(np.float64),
            )

    def _known(self, side: int, base_prior: F64) -> F64:
        """Return the part of the base's totals that belongs to pairs of the block."""
        weight = self._base_count[side] + base_prior + SPARSE
        return np.where(self._base_count.max(axis=0) > 0, weight, 0.0)

    def clear(self) -> None:
        """Set the counts of the block to 0."""
        block = self._block
        self.count = np.zeros((2, len(block.pair)))
        self.alone = np.zeros(len(block.zh_tokens)), np.zeros(len(block.en_tokens))
        self.jumped = np.zeros_like(self._base_jumps)

    def chances(self, *, fresh: bool) -> F32:
        """Return the probability of each pair in both directions (M step), (2, pairs).

        :param fresh: whether the block has not been counted yet. The sparse M step would give new
            words no probability, so they start with a least probability or with even shares.
        """
        block = self._block
        out = np.empty(self.count.shape, np.float32)
        for side, own in enumerate((block.en_of, block.zh_of)):
            weight = self.count[side] + self._base_count[side] + self.prior + SPARSE
            total = np.bincount(own, weight, len(self._outside[side])) + self._outside[side]
            total = np.maximum(total, SPARSE)
            least = np.full(len(weight), NEW if fresh else TINY)
            if fresh and self._few:
                least = np.minimum(weight / total[own], EVEN)
            out[side] = np.maximum(sparse_share(weight, total, own), least)
        return out

    def nulls(self) -> tuple[F32, F32]:
        """Return the probability of each Chinese and English token under the null word."""
        zh = self.alone[0] + self._base_alone[0] + SPARSE
        en = self.alone[1] + self._base_alone[1] + SPARSE
        return (zh / zh.sum()).astype(np.float32), (en / en.sum()).astype(np.float32)

    def expect(self, rows: tuple[int, int], given: "RoundParameters") -> None:
        """Add the expected counts of some rows (E step)."""
        from .kernels import expect

        block = self._block
        expect(
            rows, block.zh, block.zh_start, block.en, block.en_start, block.cell, block.cell_start,
            given.chance, *given.null, given.jumps, given.slant, SKIP, self.count, *self.alone,
            self.jumped,
        )  # fmt: skip

    def given(self, *, first: bool, fresh: bool = False) -> "RoundParameters":
        """Return the parameters of the next round, from the current counts.

        :param first: whether the next round uses the first model.
        :param fresh: whether the block has not been counted yet.
        """
        jumps = jump_chances(self.jumped + self._base_jumps)
        slant = self._slant if first else -1.0
        return RoundParameters(self.chances(fresh=fresh), self.nulls(), jumps, slant)

    def run(self, rounds: tuple[int, int]) -> "RoundParameters":
        """Run all rounds but the last E step, and return the parameters of that one.

        :param rounds: numbers of rounds of the first and the second model.
        """
        given = self.given(first=rounds[0] > 0, fresh=True)
        kinds = [True] * rounds[0] + [False] * rounds[1]
        for following in kinds[1:]:
            self.clear()
            self.expect((0, self._block.rows), given)
            given = self.given(first=following)
        return given


@dataclass(frozen=True, eq=False)
class RoundParameters:
    """The parameters of one round; see :func:`~.kernels.expect`."""

    chance: F32
    null: tuple[F32, F32]
    jumps: F32
    slant: float


def count_words(
    briefings: Sequence[Iterable[RowTexts]],
    base: WordCounts | None = None,
    rounds: tuple[int, int] = (FIRST, SECOND),
) -> list[WordCounts]:
    """Return the counts of each briefing, learned from all of them together.

    :param briefings: the rows of each briefing.
    :param base: counts of the rest of the corpus, without these briefings.
    :param rounds: numbers of rounds of the first and the second model.
    """
    base = WordCounts.empty() if base is None else base
    cut = [[_cut_row(pair) for pair in briefing] for briefing in briefings]
    texts = [[row for row in rows if is_countable(row)] for rows in cut]
    rows = [row for briefing in texts for row in briefing]
    if not rows:
        return [WordCounts.empty() for _ in briefings]
    block = make_block(rows)
    learned = Rounds(block, base)
    given = learned.run(rounds)
    ends = np.cumsum([len(briefing) for briefing in texts]).tolist()
    found: list[WordCounts] = []
    for start, end in zip([0, *ends[:-1]], ends, strict=True):
        learned.clear()
        learned.expect((start, end), given)
        found.append(_collect(block, learned, end - start))
    return found


def count_text(
    rows: Iterable[RowTexts],
    base: WordCounts | None = None,
    rounds: tuple[int, int] = (FIRST, SECOND),
) -> WordCounts:
    """Return the counts of one text of any length; a long text is counted in parts.

    :param base: counts of the rest of the corpus, without this text.
    """
    base = WordCounts.empty() if base is None else base
    counted: list[WordCounts] = []
    for part in split_blocks(rows):
        counted += count_words([part], add_counts([base, *counted]), rounds)
    return counted[0] if len(counted) == 1 else add_counts(counted)


def fits_block(rows: Sequence[RowTexts]) -> bool:
    """Return whether rows can be counted together, in one block."""
    return len(rows) <= BLOCK and sum(map(_estimate_cells, rows)) <= CELLS


def split_blocks(rows: Iterable[RowTexts]) -> Iterator[list[RowTexts]]:
    """Yield successive rows that can be counted together."""
    part: list[RowTexts] = []
    cells = 0
    for row in rows:
        size = _estimate_cells(row)
        if part and (len(part) >= BLOCK or cells + size > CELLS):
            yield part
            part, cells = [], 0
        part.append(row)
        cells += size
    if part:
        yield part


def _estimate_cells(row: RowTexts) -> int:
    """Return the approximate number of token pairs of a row, for 5 characters per English token."""
    zh, en = row
    return len(zh) * (len(en) // 5 + 1)


def _cut_row(pair: RowTexts) -> Row:
    zh, en = pair
    return cut_tokens(zh), cut_tokens(en)


def is_countable(row: Row) -> bool:
    """Return whether each text of a row has tokens, and not too many."""
    return all(0 < len(tokens) <= LONGEST for tokens in row)


def _collect(block: RowBlock, learned: Rounds, rows: int) -> WordCounts:
    """Return the counts of the last round, without pairs whose count is up to :data:`LEAST`."""
    none = np.zeros(1, np.uint32)
    pairs = [block.pair, join_numbers(block.zh_tokens, none), join_numbers(none, block.en_tokens)]
    zh_alone, en_alone = learned.alone
    counts = [
        learned.count,
        np.stack([zh_alone, np.zeros_like(zh_alone)]),
        np.stack([np.zeros_like(en_alone), en_alone]),
    ]
    priors = [learned.prior, np.zeros(len(zh_alone)), np.zeros(len(en_alone))]
    kept = [np.flatnonzero((one[0] > LEAST) | (one[1] > LEAST)) for one in counts]
    pair = np.concatenate([one[at] for one, at in zip(pairs, kept, strict=True)])
    count = np.concatenate([one[:, at] for one, at in zip(counts, kept, strict=True)], axis=1)
    prior = np.concatenate([one[at] for one, at in zip(priors, kept, strict=True)])
    order = np.argsort(pair)
    stored = np.float32  # counts are subtracted later, so they must equal the stored numbers
    return WordCounts(
        pair[order], count[:, order].astype(stored).astype(float),
        prior[order].astype(stored).astype(float), learned.jumped.copy(), rows,
    )  # fmt: skip
