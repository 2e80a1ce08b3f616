"""Alignment by length alone, through the wheel ``galechurch``: sentences in, pairs of spans out."""

from collections.abc import Sequence

import galechurch

from ..errors import TextError
from . import Pair, Vectoriser

_CELLS = 400_000_000
"""Largest table, one byte a cell: 20,000 by 20,000 sentences in 400 MB."""


def pairs(zh: Sequence[str], en: Sequence[str], encoder: Vectoriser | None) -> list[Pair]:
    """Align by length; the encoder is not used.

    The ratio of lengths is that of the two texts. The wheel's default of 1 is that of European
    languages; a Chinese character stands for some three English ones.

    :raises TextError: the texts are too long for a table of all pairs.
    """
    ratio = max(1, _length(en)) / max(1, _length(zh))
    try:
        block = galechurch.align(zh, en, mean_xy=ratio, max_block_size=_CELLS)
    except ValueError as error:
        raise TextError(
            f"{len(zh)} by {len(en)} sentences are too many for engine 'galechurch' ({error}); "
            "use our own engine, or cut the texts at a chapter."
        ) from error
    return [
        Pair(
            tuple(range(bead.source_start, bead.source_end)),
            tuple(range(bead.target_start, bead.target_end)),
        )
        for bead in block.beads
    ]


def _length(sentences: Sequence[str]) -> int:
    return sum(len(sentence.replace(" ", "")) for sentence in sentences)
