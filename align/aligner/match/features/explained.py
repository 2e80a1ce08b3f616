"""Features of a word table: how well the words of one span explain those of the other.

The table is learned from the beads of an earlier pass (:mod:`...text.word_model.tables`). A token
is explained by a span if it is more probable there than in the text as a whole. A bead's own counts
are not used to judge it: they would confirm the earlier pass, right or wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ....records import Bead
from ...arrays import F32, I32, I64
from ...text.word_model.tables import PairTable, SideTokens, learn_tables
from ..lattice import Edges
from ..results import Side
from .columns import Columns, to_floats

SMOOTH = 0.5
"""Count that is added to the total of every token."""

NOISE = 0.2
"""Probability that a token is independent of the other text; 0.05 to 0.5 differ little."""

SCALE = 0.1
"""Factor that brings the sums of a bead near 1."""


Chances = tuple[I64, I32, F32, F32]
"""Where the pairs of each token start; the other token and the count of each pair; the total count
of each other token."""


@dataclass(frozen=True, eq=False)
class Explained:
    """The tokens of both texts, and their tables.

    ``by_zh`` and ``by_en`` have the pairs of each table, by Chinese and by English token.
    """

    zh: SideTokens
    en: SideTokens
    tables: Sequence[PairTable]
    by_zh: Sequence[Chances]
    by_en: Sequence[Chances]

    @staticmethod
    def of(zh: Side, en: Side, beads: Sequence[Bead]) -> "Explained":
        """Learn the tables from the beads of an earlier pass, which have all sentences."""
        ours, theirs, tables = learn_tables(zh.sentences, en.sentences, beads)
        by_zh = [_chances(table, ours, theirs, chinese=True) for table in tables]
        by_en = [_chances(table, theirs, ours, chinese=False) for table in tables]
        return Explained(ours, theirs, tables, by_zh, by_en)

    def columns(self, edges: Edges) -> Columns:
        """Return the log ratios of each edge in both directions, and its number of tokens.

        All are 0 for an edge with an empty side. The number of tokens is the price of a sentence
        that is left unaligned.
        """
        a, b, c, d = edges.parts
        zh = self._sum(self.zh, self.en, (a, b, c, d), chinese=True)
        en = self._sum(self.en, self.zh, (c, d, a, b), chinese=False)
        tokens = self.zh.start[b] - self.zh.start[a] + self.en.start[d] - self.en.start[c]
        return {
            "explained zh": to_floats(SCALE * zh * edges.full),
            "explained en": to_floats(SCALE * en * edges.full),
            "explained tokens": to_floats(SCALE * tokens * edges.full),
        }

    def _sum(
        self, side: SideTokens, other: SideTokens, spans: tuple[I32, ...], *, chinese: bool
    ) -> F32:
        """Return how well the other spans explain the spans of one text, (edges,)."""
        from ..kernels import explain_sentences, sum_spans

        start, end, first, last = spans
        longest = max(int(np.max(last - first, initial=0)), 1)
        low, width = _near(len(side.start) - 1, len(other.start) - 1, spans)
        sizes = width.astype(np.int64) * longest
        base = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        values = np.zeros(base[-1], np.float32)
        frequency = np.bincount(side.token, minlength=len(side.types))
        rare = to_floats(len(side.token) / np.maximum(frequency, 1))
        by_side = self.by_zh if chinese else self.by_en
        for table, chances in zip(self.tables, by_side, strict=True):
            inside, own = table.zh_inside, table.rows.own[0]
            if not chinese:
                inside, own = table.en_inside, table.rows.own[1]
            here = np.zeros_like(width)
            here[inside.start : inside.stop] = width[inside.start : inside.stop]
            rows = table.rows
            our_rows = rows.zh_row, rows.zh, rows.zh_start, rows.en, rows.en_start
            if not chinese:
                our_rows = rows.en_row, rows.en, rows.en_start, rows.zh, rows.zh_start
            explain_sentences(
                side.token, side.start, other.token, other.start, chances, rare, our_rows,
                own, rows.cell_start, not chinese,
                (low, here, base), longest, SMOOTH, NOISE, values,
            )  # fmt: skip
        found: F32 = sum_spans(values, (low, width, base), longest, start, end, first, last)
        return found


def _near(count: int, others: int, spans: tuple[I32, ...]) -> tuple[I32, I32]:
    """Return the first of the other sentences that share an edge with each sentence, and how many.

    :param count: number of sentences; ``others`` is that of the other text.
    """
    start, end, first, last = spans
    low, high = np.full(count, others, np.int32), np.zeros(count, np.int32)
    for ahead in range(int(np.max(end - start, initial=0))):
        inside = start + ahead < end
        np.minimum.at(low, start[inside] + ahead, first[inside])
        np.maximum.at(high, start[inside] + ahead, last[inside])
    return low, np.maximum(high - low, 0).astype(np.int32)


def _chances(table: PairTable, side: SideTokens, other: SideTokens, *, chinese: bool) -> Chances:
    """Return the pairs of each token of one text."""
    own, theirs, count = table.zh_of, table.en_of, table.count[0]
    if not chinese:
        own, theirs, count = table.en_of, table.zh_of, table.count[1]
    order = np.lexsort((theirs, own))
    starts = np.concatenate([[0], np.cumsum(np.bincount(own, minlength=len(side.types)))])
    total = np.bincount(theirs, count, len(other.types))
    return (
        starts.astype(np.int64),
        theirs[order].astype(np.int32),
        to_floats(count[order]),
        to_floats(total),
    )
