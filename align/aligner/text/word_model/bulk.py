"""Posteriors of many rows by compiled loops. Imports numba, so import this module in functions."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from .counts import WordChances, join_numbers
from .kernels import link_rows
from .posteriors import RowPosteriors
from .tokens import cut_tokens
from .training import SKIP, RowTexts, is_countable, make_block, split_blocks


def link_together(rows: Iterable[RowTexts], chances: WordChances) -> list[RowPosteriors | None]:
    """Return what :func:`~.posteriors.link_row` returns for each row, several times faster.

    Each pair of words is looked up once, however many rows have it.
    """
    found: list[RowPosteriors | None] = []
    for part in split_blocks(rows):
        found += _link_block(part, chances)
    return found


def _link_block(pairs: Sequence[RowTexts], chances: WordChances) -> list[RowPosteriors | None]:
    cut = [(cut_tokens(zh), cut_tokens(en)) for zh, en in pairs]
    rows = [row for row in cut if is_countable(row)]
    if not rows:
        return [None] * len(pairs)
    block = make_block(rows, {})
    none = np.zeros(1, np.uint32)
    posteriors = link_rows(
        block.zh, block.zh_start, block.en, block.en_start, block.cell, block.cell_start,
        chances.look_up(block.pair),
        chances.look_up(join_numbers(block.zh_tokens, none))[0],
        chances.look_up(join_numbers(none, block.en_tokens))[1],
        chances.jumps, SKIP,
    )  # fmt: skip
    cells = pairwise(block.cell_start.tolist())
    linked: list[RowPosteriors | None] = []
    for zh, en in cut:
        if not is_countable((zh, en)):
            linked.append(None)
            continue
        start, end = next(cells)
        from_en, from_zh = posteriors[:, start:end].reshape(2, len(zh), len(en))
        linked.append(RowPosteriors(zh, en, from_en, from_zh))
    return linked
