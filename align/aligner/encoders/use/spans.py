"""Composition of span vectors from the sums of their sentences.

:mod:`align.aligner.encoders.use` says why they equal those of the joined text.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ....records import Language
from ..base import join
from .forward import FEATURES, REACH, BatchPlan, TokenSums, UseNetwork
from .tokenizer import RunningText, Tokenizer

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

WIDTH = 512

_START, _END = np.array([1]), np.array([2])  # the vocabulary's marks

_EXCEPTIONS = 256
"""Joined texts encoded at a time."""


class SpanComposer:
    """Composes the spans of one text, block by block; blocks may be computed at the same time."""

    def __init__(
        self, network: UseNetwork, cutter: Tokenizer, sentences: Sequence[str], language: Language
    ) -> None:
        self._network = network
        self._cutter = cutter
        self._sentences = sentences
        self._language = language
        self.text = RunningText.of(sentences, cutter, language)

    def parts(self, block: range) -> "SpanParts":
        """Compute of each sentence the sum inside the text and the corrections at its ends."""
        plan, text = BatchPlan(), self.text
        offsets, stream = text.offsets, text.stream
        low = max(0, offsets[block.start] - REACH)
        heads = offsets[block.start : block.stop] + text.heads[block.start : block.stop]
        high = min(len(stream), max(offsets[block.stop], np.max(heads) + REACH))
        left = max(0, low - REACH)
        zero = plan.place(stream[left : high + REACH], low - left, high - left) - low
        for number, i in enumerate(block):
            plan.add(3 * number, zero + offsets[i], offsets[i + 1] - offsets[i])
            _plan_start(plan, text, i, 3 * number + 1, zero)
            _plan_end(plan, text, i, 3 * number + 2, zero)
        return SpanParts.of(self._network, self._network.sums(plan, 3 * len(block)))

    def vectors(self, longest: int, block: range, begins: "Begins", parts: "SpanParts") -> Floats:
        """Return the vectors of the spans that end in the block: (longest, len(block), 512).

        :param begins: of the sentences of the block and up to ``longest`` - 1 before it.
        """
        size, total = len(block), len(begins.sums)
        out = np.zeros((longest, size, WIDTH), dtype=np.float32)
        for back in range(min(longest, total)):
            skip = max(0, size + back - total)  # ends with fewer sentences before them
            start = slice(total - size + skip - back, total - back)
            sums = parts.ends[skip:] - begins.sums[start]
            tokens = parts.end_counts[skip:] - begins.counts[start]
            out[back, skip:] = self._network.vectors(sums, np.maximum(tokens, 1))
        self._encode_exceptions(block, out)
        return out

    def _encode_exceptions(self, block: range, out: Floats) -> None:
        """Encode the joined text of spans that cannot be composed, in place."""
        spans = [(back, i) for back in range(len(out)) for i in _exceptions(self.text, block, back)]
        for start in range(0, len(spans), _EXCEPTIONS):
            group = spans[start : start + _EXCEPTIONS]
            joined = [join(self._sentences[i - back : i + 1], self._language) for back, i in group]
            rows = whole(self._network, [self._cutter.ids(text) for text in joined])
            for (back, i), row in zip(group, rows, strict=True):
                out[back, i - block.start] = row


def whole(network: UseNetwork, texts: Sequence[Ints]) -> Floats:
    """Encode whole texts, given as ids with the marks for start and end."""
    plan = BatchPlan()
    for number, ids in enumerate(texts):
        plan.add(number, plan.place(ids, 0, len(ids)), len(ids))
    features, counts = network.sums(plan, len(texts))
    return network.vectors(network.enter(features), counts)


@dataclass(frozen=True, slots=True)
class Begins:
    """What lies before the begin of a span, one row a sentence, counted from the block's start.

    The sum of a span is its last sentence's end less its first sentence's begin, so each of the
    spans that a sentence is part of costs one subtraction.
    """

    sums: Floats
    counts: Floats

    @classmethod
    def none(cls, network: UseNetwork) -> "Begins":
        """Return the begins of no sentence."""
        sums = network.enter(np.zeros((0, FEATURES), np.float32))
        return cls(sums, np.zeros(0, np.float32))

    def followed_by(self, other: "Begins", count: int) -> "Begins":
        """Return the last ``count`` of these, and the others behind them."""
        low = max(0, len(self.sums) - count)
        return Begins(
            np.concatenate([self.sums[low:], other.sums]),
            np.concatenate([self.counts[low:], other.counts]),
        )

    def less(self, parts: "SpanParts") -> "Begins":
        """Return the same counted from the block's end, which is the next block's start."""
        return Begins(self.sums - parts.total, self.counts - parts.total_count)


@dataclass(frozen=True, slots=True)
class SpanParts:
    """Sums from a block's start to the begin and to the end of each span, and over the block."""

    begins: Begins
    ends: Floats
    end_counts: Floats
    total: Floats
    total_count: float

    @classmethod
    def of(cls, network: UseNetwork, sums: TokenSums) -> "SpanParts":
        """Accumulate three sums a sentence: inside, start correction, end correction."""
        features, counts = sums
        inside, start, end = (features[i::3] for i in range(3))
        inside_count, start_count, end_count = (counts[i::3] for i in range(3))
        behind, behind_count = np.cumsum(inside, axis=0), np.cumsum(inside_count)
        begins = behind - inside - start
        entered = network.enter(np.concatenate([begins, behind + end, behind[-1:]]))
        size = len(inside)
        return cls(
            begins=Begins(entered[:size], behind_count - inside_count - start_count),
            ends=entered[size : 2 * size],
            end_counts=behind_count + end_count,
            total=entered[-1],
            total_count=float(behind_count[-1]),
        )


def _plan_start(plan: BatchPlan, text: RunningText, i: int, target: int, zero: int) -> None:
    """Plan the difference of a span's first tokens to the same tokens inside the text."""
    cut, begin = text.cuts[i], text.offsets[i]
    rest = text.stream[begin + cut.head_inside :][: 2 * REACH]
    ids = np.concatenate([_START, cut.alone[: cut.head_alone], rest])
    changed = min(REACH, len(rest))
    count = len(ids) - len(rest) + changed
    plan.add(target, plan.place(ids, 0, count), count)
    plan.add(target, zero + begin, cut.head_inside + changed, -1)


def _plan_end(plan: BatchPlan, text: RunningText, i: int, target: int, zero: int) -> None:
    """Plan the difference of a span's last tokens to the same tokens inside the text."""
    end = text.offsets[i + 1]
    before = text.stream[max(0, end - 2 * REACH) : end]
    changed = min(REACH, len(before))
    ids = np.concatenate([before, _END])
    plan.add(target, plan.place(ids, len(before) - changed, len(ids)), changed + 1)
    plan.add(target, zero + end - changed, changed, -1)


def _exceptions(text: RunningText, block: range, back: int) -> list[int]:
    """Return the ends in the block whose spans are too short or cut otherwise than their parts."""
    ends = np.arange(max(block.start, back), block.stop)
    begins = ends - back
    length = text.offsets[ends + 1] - text.offsets[begins]
    short = length < text.heads[begins] + 2 * REACH
    broken = text.breaks[ends] > text.breaks[begins]
    return [int(end) for end in ends[short | broken]]
