"""A word table of one text: which tokens explain each other, learned from its own alignment.

The rows of the table are the beads of a first alignment. Each row's own counts are kept, so that a
bead can be judged by what the other beads teach. Pairs of tokens that share no bead have the
pseudo-counts of the dictionary.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ....records import Bead
from ...arrays import F32, F64, I32, I64
from .counts import WordCounts
from .prior import Row, find_prior, strongest
from .tokens import ModelToken, cut_tokens, token_number
from .training import (
    BLOCK,
    CELLS,
    FIRST,
    SECOND,
    SKIP,
    Rounds,
    is_countable,
    make_block,
)

Tokens = Sequence[tuple[ModelToken, ...]]

FEWEST = 1e-3
"""Least expected count of a pair that the table keeps."""


@dataclass(frozen=True, eq=False)
class SideTokens:
    """The tokens of one text as indices into ``types``, the sorted numbers of its tokens.

    The tokens of sentence i are ``token[start[i]:start[i + 1]]``.
    """

    types: NDArray[np.uint32]
    token: I32
    start: I64

    @staticmethod
    def of(sentences: Tokens) -> "SideTokens":
        """Return the numbered tokens of all sentences."""
        numbers = [token_number(token.key) for text in sentences for token in text]
        types, places = np.unique(np.array(numbers, np.uint32), return_inverse=True)
        sizes = [len(text) for text in sentences]
        start = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]).astype(np.int64)
        return SideTokens(types, places.astype(np.int32), start)


@dataclass(frozen=True, eq=False)
class TableRows:
    """The tokens of the rows, and how often each pair of tokens of a row is linked.

    ``zh`` and ``en`` are indices as in :class:`SideTokens`. ``own[0, cell_start[row] + j * m + i]``
    is the posterior that the i-th of m English tokens generates the j-th Chinese one; ``own[1]`` is
    the reverse. ``zh_row`` and ``en_row`` are the row of each sentence, -1 for none.
    """

    zh: I32
    zh_start: I64
    en: I32
    en_start: I64
    cell_start: I64
    own: F32
    zh_row: I32
    en_row: I32


@dataclass(frozen=True, eq=False)
class PairTable:
    """The pairs of tokens of a part of a text, with their counts and pseudo-counts.

    ``count[0]`` is how often the English token generates the Chinese one, plus the pseudo-count;
    ``count[1]`` is the reverse. The part is the sentences that ``rows`` has a row for, and the
    unaligned ones next to them: ``zh_inside`` and ``en_inside``.
    """

    zh_of: I64
    en_of: I64
    count: F64  # (2, pairs)
    rows: TableRows
    zh_inside: range
    en_inside: range


def learn_tables(
    zh: Sequence[str], en: Sequence[str], beads: Sequence[Bead], most: int = BLOCK
) -> tuple[SideTokens, SideTokens, list[PairTable]]:
    """Return the tokens of two texts, and the tables that their beads teach.

    A text has one table, unless it is longer than a block of the word model.

    :param beads: an alignment of all sentences, in order.
    :param most: maximum number of beads that are counted together.
    """
    ours, theirs = [cut_tokens(text) for text in zh], [cut_tokens(text) for text in en]
    sides = SideTokens.of(ours), SideTokens.of(theirs)
    tables = [_learn_part(ours, theirs, sides, part) for part in _parts(ours, theirs, beads, most)]
    return (*sides, tables)


def _parts(zh: Tokens, en: Tokens, beads: Sequence[Bead], most: int) -> Iterator[Sequence[Bead]]:
    """Yield successive beads that fit into one block."""
    start, cells = 0, 0
    for at, bead in enumerate(beads):
        size = sum(len(zh[i]) for i in bead.zh) * sum(len(en[j]) for j in bead.en)
        if at - start >= most or (cells + size > CELLS and at > start):
            yield beads[start:at]
            start, cells = at, 0
        cells += size
    if start < len(beads):
        yield beads[start:]


def _join(zh: Tokens, en: Tokens, bead: Bead) -> Row:
    """Return the tokens of a bead as one row."""
    ours = tuple(token for i in bead.zh for token in zh[i])
    return ours, tuple(token for j in bead.en for token in en[j])


def _learn_part(
    zh: Tokens, en: Tokens, sides: tuple[SideTokens, SideTokens], beads: Sequence[Bead]
) -> PairTable:
    """Return the table of successive beads."""
    from .kernels import link_rows

    known = [(bead, _join(zh, en, bead)) for bead in beads]
    english = {token.key for tokens in en for token in tokens}
    prior = strongest(find_prior((row for _, row in known), english))
    rows = [(bead, row) for bead, row in known if is_countable(row)]
    block = make_block([row for _, row in rows], prior)
    if rows:
        given = Rounds(block, WordCounts.empty()).run((FIRST, SECOND))
        own = link_rows(
            block.zh, block.zh_start, block.en, block.en_start, block.cell, block.cell_start,
            given.chance, *given.null, given.jumps, SKIP,
        )  # fmt: skip
    else:
        own = np.zeros((2, 0), np.float32)
    zh_type = np.searchsorted(sides[0].types, block.zh_tokens).astype(np.int64)
    en_type = np.searchsorted(sides[1].types, block.en_tokens).astype(np.int64)
    pairs = zh_type[block.zh_of], en_type[block.en_of]
    counted = np.zeros((2, len(block.pair)))
    for side, posteriors in enumerate(own):
        counted[side] = np.bincount(block.cell, posteriors, len(block.pair))
    zh_of, en_of, count = _with_prior(sides, pairs, counted, prior)
    table_rows = TableRows(
        zh_type[block.zh].astype(np.int32),
        block.zh_start,
        en_type[block.en].astype(np.int32),
        block.en_start,
        block.cell_start,
        own,
        _rows_of(len(zh), [bead.zh for bead, _ in rows]),
        _rows_of(len(en), [bead.en for bead, _ in rows]),
    )
    inside = _span([i for bead in beads for i in bead.zh]), _span([j for b in beads for j in b.en])
    return PairTable(zh_of, en_of, count, table_rows, *inside)


def _span(sentences: Sequence[int]) -> range:
    return range(min(sentences), max(sentences) + 1) if sentences else range(0)


def _rows_of(count: int, spans: Sequence[Sequence[int]]) -> I32:
    """Return the row of each sentence, -1 for none."""
    rows = np.full(count, -1, np.int32)
    for row, span in enumerate(spans):
        rows[list(span)] = row
    return rows


def _with_prior(
    sides: tuple[SideTokens, SideTokens],
    pairs: tuple[I64, I64],
    counted: F64,
    prior: Mapping[tuple[str, str], float],
) -> tuple[I64, I64, F64]:
    """Return pairs of tokens, and their counts plus pseudo-counts, in the order of their keys."""
    width = max(len(sides[1].types), 1)
    places = [{int(number): at for at, number in enumerate(side.types)} for side in sides]
    extra: list[int] = []
    weight: list[float] = []
    for (zh, en), value in prior.items():
        left, right = places[0].get(token_number(zh)), places[1].get(token_number(en))
        if left is not None and right is not None:
            extra.append(left * width + right)
            weight.append(value)
    kept = counted.max(axis=0, initial=0.0) > FEWEST
    keys = pairs[0][kept] * width + pairs[1][kept]
    every, at = np.unique(np.concatenate([keys, np.array(extra, np.int64)]), return_inverse=True)
    total = np.zeros((2, len(every)))
    for side, one in enumerate(counted):
        total[side] = np.bincount(at, np.concatenate([one[kept], weight]), len(every))
    return every // width, every % width, total
