"""Long texts: more than ten thousand sentences, aligned in blocks between certain anchors.

The vectors of all sentences are compared once. Where many similar pairs follow each other in both
texts, the texts certainly correspond, and can be divided. Each block is aligned like a text of its
own, with some sentences of its neighbours, and two blocks are joined at a border of beads that both
have. Memory grows only with the vectors of sentences, one for each.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from ...records import Alignment, Bead
from ..arrays import F32, I64
from ..encoders.base import Encoder, OneAtATime, check_texts
from ..text.chinese import simplify_sentences
from . import candidates
from .lattice import LONGEST
from .repeats import find_repeats, list_single
from .results import Alternative, Crossing, Matching, Side

Report = Callable[[str, int, int], object]
"""Called with what is done to sentences ("encoded", "aligned"), how many are done, and of how many.
"""

MatchBlock = Callable[[Side, Side, Encoder], Matching]

LONG = 12_000
"""Sentences of the longer text from which texts are divided."""

BLOCK = 2_000
"""Chinese sentences of a block, if the anchors allow it."""

OVERLAP = 40
"""Sentences of each neighbour that a block has in addition, in both texts."""

THREADS = 2
"""Blocks that are aligned at the same time: one is often encoded while another is scored."""

_EVERY_SECONDS = 5.0  # between two reports while a block is aligned
_ENCODED = 2_000  # sentences in one call of the encoder
_ROWS, _COLUMNS = 1_024, 8_192  # sentences that are compared at a time: 32 MB
_NEAR = 8  # anchors on either side that must agree with a certain one
_AGREEING = 0.75  # least share of them
_DRIFT, _DRIFT_SHARE = 3, 0.3  # largest difference between the distances in both texts
_DENSE = 4  # sentences per anchor, at most, around a certain one

Position = tuple[int, int]
"""The numbers of the zh and en sentences before a border."""


def is_long(zh: Side, en: Side) -> bool:
    """Return whether the texts are divided into blocks."""
    return max(len(zh.sentences), len(en.sentences)) > LONG


def match_long(
    zh: Side,
    en: Side,
    encoder: Encoder,
    match_block: MatchBlock,
    report: Report | None = None,
    *,
    block_size: int = BLOCK,
    seconds: float = _EVERY_SECONDS,
) -> Matching:
    """Return the most probable alignment of two long texts.

    A part without certain anchors is one block, however long it is.

    :param match_block: aligns a block.
    :param report: is called every few seconds while the texts are encoded, compared and aligned.
    :param block_size: Chinese sentences of a block.
    :param seconds: time between two reports while a block is aligned.
    """
    told: Report = report or (lambda _stage, _done, _total: None)
    shared = OneAtATime(encoder)
    chain = find_anchors(zh, en, shared, told)
    borders = find_borders(chain, len(zh.sentences), len(en.sentences), block_size)
    blocks = [_widen(start, stop, borders[-1]) for start, stop in pairwise(borders)]
    total = len(zh.sentences) + len(en.sentences)

    def run(block: "TextBlock") -> Matching:
        return block.shift(match_block(*block.cut(zh, en), shared))

    joined = _Joined()
    with ThreadPoolExecutor(THREADS) as pool:
        try:
            running = [pool.submit(run, block) for block in blocks]
            for block, future in zip(blocks, running, strict=True):
                while wait([future], seconds).not_done:
                    told("aligned", sum(joined.block.stop), total)
                found = future.result()
                if not joined.add(block, found):  # no common border: align both as one
                    both = TextBlock(joined.begin, block.stop, joined.begin)
                    joined.replace(both, run(both))
                told("aligned", sum(block.stop), total)
        finally:
            pool.shutdown(cancel_futures=True)
    return joined.finish()


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A part of both texts, from ``start`` to ``stop``; ``border`` is where it should begin."""

    start: Position
    stop: Position
    border: Position

    def cut(self, zh: Side, en: Side) -> tuple[Side, Side]:
        """Return the sentences of the block."""
        (zh_start, en_start), (zh_stop, en_stop) = self.start, self.stop
        return _slice(zh, zh_start, zh_stop), _slice(en, en_start, en_stop)

    def shift(self, found: Matching) -> Matching:
        """Return the result of the block, counted in the whole texts."""
        alternatives = tuple(
            tuple(replace(one, beads=tuple(map(self._shift_bead, one.beads))) for one in group)
            for group in found.alternatives
        )
        crossings = tuple(
            replace(one, zh=_shift(one.zh, self.start[0]), en=_shift(one.en, self.start[1]))
            for one in found.crossings
        )
        beads = tuple(map(self._shift_bead, found.alignment.beads))
        return Matching(Alignment(beads, found.alignment.signature), alternatives, crossings)

    def _shift_bead(self, bead: Bead) -> Bead:
        return replace(bead, zh=_shift(bead.zh, self.start[0]), en=_shift(bead.en, self.start[1]))


def _shift(span: tuple[int, ...], by: int) -> tuple[int, ...]:
    return tuple(index + by for index in span)


def _slice(side: Side, start: int, stop: int) -> Side:
    return Side(
        side.sentences[start:stop],
        side.paragraphs[start:stop],
        side.turns[start:stop],
        side.roles[start:stop],
        side.tables[start:stop],
    )


def _widen(start: Position, stop: Position, end: Position) -> TextBlock:
    """Return the block between two borders, with sentences of its neighbours."""
    first = max(0, start[0] - OVERLAP), max(0, start[1] - OVERLAP)
    last = min(end[0], stop[0] + OVERLAP), min(end[1], stop[1] + OVERLAP)
    return TextBlock(first, last, start)


class _Joined:
    """The results of blocks, joined as far as they are known."""

    def __init__(self) -> None:
        self._beads: list[Bead] = []
        self._alternatives: list[tuple[Alternative, ...]] = []
        self._crossings: list[Crossing] = []
        self.begin: Position = (0, 0)
        self._last: Matching | None = None
        self.block = TextBlock((0, 0), (0, 0), (0, 0))

    def add(self, block: TextBlock, found: Matching) -> bool:
        """Add the next block; return ``False`` if it has no border in common with the last one."""
        if self._last is not None:
            border = _common_border(self._last, found, self.block, block)
            if border is None:
                return False
            self._take(self._last, border)
            self.begin = border
        self.block, self._last = block, found
        return True

    def replace(self, block: TextBlock, found: Matching) -> None:
        """Replace the last block by one that includes the next."""
        self.block, self._last = block, found

    def finish(self) -> Matching:
        """Return the alignment of the whole texts."""
        assert self._last is not None
        self._take(self._last, self.block.stop)
        alignment = Alignment(tuple(self._beads), self._last.alignment.signature)
        return Matching(alignment, tuple(self._alternatives), tuple(self._crossings))

    def _take(self, found: Matching, end: Position) -> None:
        """Keep what a block found up to a border."""

        def inside(zh: Sequence[int], en: Sequence[int]) -> bool:
            begin = self.begin
            return all(begin[0] <= index < end[0] for index in zh) and all(
                begin[1] <= index < end[1] for index in en
            )

        borders = _list_borders(found.alignment.beads, self.block.start)
        first = borders.index(self.begin)
        last = borders.index(end)
        self._beads += found.alignment.beads[first:last]
        for group in found.alternatives:
            if all(inside(bead.zh, bead.en) for one in group for bead in one.beads):
                self._alternatives.append(group)
        self._crossings += [one for one in found.crossings if inside(one.zh, one.en)]


def _list_borders(beads: Sequence[Bead], start: Position) -> list[Position]:
    """Return the border before each bead, and the one after the last."""
    zh, en = start
    borders = [start]
    for bead in beads:
        zh, en = zh + len(bead.zh), en + len(bead.en)
        borders.append((zh, en))
    return borders


def _common_border(
    left: Matching, right: Matching, left_block: TextBlock, right_block: TextBlock
) -> Position | None:
    """Return the border that both results have, the nearest to where the second should begin."""
    ours = _list_borders(left.alignment.beads, left_block.start)
    theirs = _list_borders(right.alignment.beads, right_block.start)
    common = {*ours} & {*theirs}
    wanted = right_block.border

    def distance(border: Position) -> int:
        return abs(border[0] - wanted[0]) + abs(border[1] - wanted[1])

    return min(common, key=lambda border: (distance(border), border), default=None)


# --- certain anchors ------------------------------------------------------------------------------


def find_anchors(zh: Side, en: Side, encoder: Encoder, report: Report) -> I64:
    """Return a monotone chain of pairs that are each other's most similar sentence, (n, 2)."""
    zh_vectors, en_vectors = _encode_all(zh, en, encoder, report)
    repeats = find_repeats(zh.sentences, LONGEST), find_repeats(en.sentences, LONGEST)
    if repeats == (None, None):
        return _find_mutual_chain(zh_vectors, en_vectors, report)
    zh_rows = list_single(len(zh_vectors), repeats[0])
    en_rows = list_single(len(en_vectors), repeats[1])
    chain = _find_mutual_chain(zh_vectors[zh_rows], en_vectors[en_rows], report)
    return np.stack([zh_rows[chain[:, 0]], en_rows[chain[:, 1]]], 1)


def find_borders(chain: I64, zh_count: int, en_count: int, block_size: int) -> list[Position]:
    """Return the borders of blocks, with the begin and the end of both texts.

    Where the chain has no certain anchor near the end of a block, the block is longer.
    """
    certain = chain[_is_certain(chain, en_count / max(1, zh_count))]
    borders = [(0, 0)]
    for target in range(block_size, zh_count - block_size // 2, block_size):
        near = certain[np.abs(certain[:, 0] - target) <= block_size // 4]
        if len(near):
            zh, en = near[np.argmin(np.abs(near[:, 0] - target))].tolist()
            borders.append((zh, en))
    return [*borders, (zh_count, en_count)]


def _encode_all(zh: Side, en: Side, encoder: Encoder, report: Report) -> tuple[F32, F32]:
    """Return the vector of each sentence of both texts; those that recur are encoded once."""
    total = len(zh.sentences) + len(en.sentences)
    out = []
    done = 0
    check_texts(zh.sentences)
    for sentences in (simplify_sentences(zh.sentences), en.sentences):
        vectors = np.empty((len(sentences), encoder.width), np.float32)
        for start in range(0, len(sentences), _ENCODED):
            part = sentences[start : start + _ENCODED]
            places = {text: place for place, text in enumerate(dict.fromkeys(part))}
            found = encoder.encode(list(places))
            vectors[start : start + len(part)] = found[[places[text] for text in part]]
            done += len(part)
            report("encoded", done, total)
        out.append(vectors)
    return out[0], out[1]


def _find_mutual_chain(zh: F32, en: F32, report: Report) -> I64:
    """Return the heaviest monotone chain of pairs that are each other's most similar sentence."""
    best_en = np.full(len(zh), -1, np.int64)
    best_zh = np.full(len(en), -1, np.int64)
    ahead = np.full(len(zh), -np.inf, np.float32)
    back = np.full(len(en), -np.inf, np.float32)
    for start in range(0, len(zh), _ROWS):
        rows = slice(start, min(start + _ROWS, len(zh)))
        for first in range(0, len(en), _COLUMNS):
            columns = slice(first, min(first + _COLUMNS, len(en)))
            cosine = zh[rows] @ en[columns].T
            _keep_best(cosine, first, ahead[rows], best_en[rows])
            _keep_best(cosine.T, start, back[columns], best_zh[columns])
        report("compared", rows.stop, len(zh))
    if not len(zh) or not len(en):
        return np.empty((0, 2), np.int64)
    mutual = np.flatnonzero(best_zh[best_en] == np.arange(len(zh)))
    weights = ahead[mutual].astype(float).tolist()
    chosen = candidates.find_heaviest_chain(best_en[mutual].tolist(), weights)
    return np.stack([mutual[chosen], best_en[mutual[chosen]]], 1)


def _keep_best(cosine: F32, first: int, best: F32, index: I64) -> None:
    """Note where a row of a part of the cosines is higher than all before it, in place.

    :param first: the number of the first column.
    """
    highest = cosine.max(axis=1)
    better = np.flatnonzero(highest > best)
    best[better] = highest[better]
    index[better] = first + cosine[better].argmax(axis=1)


def _is_certain(chain: I64, slope: float) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Return whether the anchors around each one follow each other closely in both texts.

    :param slope: English sentences per Chinese sentence.
    """
    count = len(chain)
    agreeing = np.zeros(count, np.int64)
    for away in (*range(-_NEAR, 0), *range(1, _NEAR + 1)):
        other = np.arange(count) + away
        inside = np.flatnonzero((other >= 0) & (other < count))
        distance = chain[other[inside]] - chain[inside]
        drift = np.abs(distance[:, 1] - slope * distance[:, 0])
        close = np.abs(distance[:, 0]) <= _DENSE * _NEAR
        agreeing[inside] += close & (drift <= _DRIFT + _DRIFT_SHARE * np.abs(distance[:, 0]))
    certain: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] = agreeing >= 2 * _NEAR * _AGREEING
    return certain
