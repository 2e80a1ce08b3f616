"""Composition of span vectors from the sums of their sentences.

:mod:`align.aligner.encoders.use` explains why they equal the vectors of the joined text.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ....records import Language
from ...arrays import F32, I64
from ..base import join
from .forward import FEATURES, REACH, BatchPlan, TokenSums, UseNetwork
from .tokenizer import RunningText, Tokenizer

WIDTH = 512

_START, _END = np.array([1]), np.array([2])  # ids of the start and end marks

_EXCEPTIONS = 256
"""Number of joined texts that are encoded at a time."""


class SpanComposer:
    """Composes the span vectors of one text by blocks, which may run in parallel."""

    def __init__(
        self, network: UseNetwork, cutter: Tokenizer, sentences: Sequence[str], language: Language
    ) -> None:
        self._network = network
        self._cutter = cutter
        self._sentences = sentences
        self._language = language
        self.text = RunningText.of(sentences, cutter, language)

    def parts(self, block: range) -> "SpanParts":
        """Return the sums of a block's sentences inside the text, with corrections at the ends."""
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

    def vectors(self, longest: int, block: range, begins: "Begins", parts: "SpanParts") -> F32:
        """Return the vectors of the spans that end in a block, (longest, len(block), 512).

        :param begins: begins of the sentences of the block and of up to ``longest`` - 1 before it.
        :param parts: the sums of the block.
        """
        size, total = len(block), len(begins.sums)
        out = np.zeros((longest, size, WIDTH), dtype=np.float32)
        for back in range(min(longest, total)):
            skip = max(0, size + back - total)  # number of ends with too few sentences before them
            start = slice(total - size + skip - back, total - back)
            sums = parts.ends[skip:] - begins.sums[start]
            tokens = parts.end_counts[skip:] - begins.counts[start]
            out[back, skip:] = self._network.vectors(sums, np.maximum(tokens, 1))
        self._encode_exceptions(block, out)
        return out

    def _encode_exceptions(self, block: range, out: F32) -> None:
        """Encode the joined text of the spans that cannot be composed, in place."""
        spans = [(back, i) for back in range(len(out)) for i in _exceptions(self.text, block, back)]
        for start in range(0, len(spans), _EXCEPTIONS):
            group = spans[start : start + _EXCEPTIONS]
            joined = [join(self._sentences[i - back : i + 1], self._language) for back, i in group]
            rows = whole(self._network, [self._cutter.ids(text) for text in joined])
            for (back, i), row in zip(group, rows, strict=True):
                out[back, i - block.start] = row


def whole(network: UseNetwork, texts: Sequence[I64]) -> F32:
    """Return the vectors of whole texts, given as ids with start and end marks, (texts, 512)."""
    plan = BatchPlan()
    for number, ids in enumerate(texts):
        plan.add(number, plan.place(ids, 0, len(ids)), len(ids))
    features, counts = network.sums(plan, len(texts))
    return network.vectors(network.enter(features), counts)


@dataclass(frozen=True, slots=True)
class Begins:
    """Sums from the start of a block to the begin of each sentence, one row per sentence.

    The sum of a span is the sum at the end of its last sentence minus the sum at the begin of its
    first one, so each span costs one subtraction.
    """

    sums: F32
    counts: F32

    @classmethod
    def none(cls, network: UseNetwork) -> "Begins":
        """Return the begins of zero sentences."""
        sums = network.enter(np.zeros((0, FEATURES), np.float32))
        return cls(sums, np.zeros(0, np.float32))

    def followed_by(self, other: "Begins", count: int) -> "Begins":
        """Return the last ``count`` of these begins, followed by the others."""
        low = max(0, len(self.sums) - count)
        return Begins(
            np.concatenate([self.sums[low:], other.sums]),
            np.concatenate([self.counts[low:], other.counts]),
        )

    def less(self, parts: "SpanParts") -> "Begins":
        """Return the begins relative to the end of the block, which is the start of the next."""
        return Begins(self.sums - parts.total, self.counts - parts.total_count)


@dataclass(frozen=True, slots=True)
class SpanParts:
    """Sums from the start of a block to the begin and the end of each span, and over the block."""

    begins: Begins
    ends: F32
    end_counts: F32
    total: F32
    total_count: float

    @classmethod
    def of(cls, network: UseNetwork, sums: TokenSums) -> "SpanParts":
        """Return the parts of a block from three sums per sentence.

        :param sums: in turn the sum inside the text, the correction at the start of a span, and the
            correction at its end.
        """
        features, counts = sums
        inside, start, end = features[0::3], features[1::3], features[2::3]
        inside_count, start_count, end_count = counts[0::3], counts[1::3], counts[2::3]
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
    """Plan the difference between the first tokens of a span and those inside the text."""
    cut, begin = text.cuts[i], text.offsets[i]
    rest = text.stream[begin + cut.head_inside :][: 2 * REACH]
    ids = np.concatenate([_START, cut.alone[: cut.head_alone], rest])
    changed = min(REACH, len(rest))
    count = len(ids) - len(rest) + changed
    plan.add(target, plan.place(ids, 0, count), count)
    plan.add(target, zero + begin, cut.head_inside + changed, -1)


def _plan_end(plan: BatchPlan, text: RunningText, i: int, target: int, zero: int) -> None:
    """Plan the difference between the last tokens of a span and those inside the text."""
    end = text.offsets[i + 1]
    before = text.stream[max(0, end - 2 * REACH) : end]
    changed = min(REACH, len(before))
    ids = np.concatenate([before, _END])
    plan.add(target, plan.place(ids, len(before) - changed, len(ids)), changed + 1)
    plan.add(target, zero + end - changed, changed, -1)


def _exceptions(text: RunningText, block: range, back: int) -> list[int]:
    """Return the last sentences of the spans in a block that cannot be composed.

    These spans are too short, or the tokenizer splits them differently from their sentences.
    """
    ends = np.arange(max(block.start, back), block.stop)
    begins = ends - back
    length = text.offsets[ends + 1] - text.offsets[begins]
    short = length < text.heads[begins] + 2 * REACH
    broken = text.breaks[ends] > text.breaks[begins]
    return [int(end) for end in ends[short | broken]]
