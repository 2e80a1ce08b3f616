"""Composition of span vectors from the sums of their sentences.

:mod:`align.aligner.encoders.use` explains why they equal the vectors of the joined text.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ....records import Language
from ...arrays import F32, I64
from ..base import join
from .forward import FEATURES, REACH, BatchPlan, TokenSums, UseNetwork
from .tokenizer import END, START, RunningText, Tokenizer

WIDTH = 512

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
        plan = BatchPlan()
        self.plan(plan, block, 0)
        sums = BlockSums.of(self._network.sums(plan, 3 * len(block)))
        return sums.enter(self._network.enter(sums.features))

    def plan(self, plan: BatchPlan, block: range, first: int) -> None:
        """Plan three sums for each sentence of a block: inside the text, at its start, at its end.

        The two others are corrections of a span that starts or ends with the sentence. The first
        sentence needs none at its start, the last none at its end.

        :param first: the number of the first of these sums.
        """
        text = self.text
        offsets, stream = text.offsets, text.stream
        low = max(0, offsets[block.start] - REACH)
        heads = offsets[block.start : block.stop] + text.heads[block.start : block.stop]
        high = min(len(stream), max(offsets[block.stop], np.max(heads) + REACH))
        left = max(0, low - REACH)
        zero = plan.place(stream[left : high + REACH], low - left, high - left) - low
        for number, i in enumerate(block):
            target = first + 3 * number
            plan.add(target, zero + offsets[i], offsets[i + 1] - offsets[i])
            if i > 0:
                _plan_start(plan, text, i, target + 1, zero)
            if i < len(text.cuts) - 1:
                _plan_end(plan, text, i, target + 2, zero)

    def vectors(self, longest: int, block: range, begins: "Begins", parts: "SpanParts") -> F32:
        """Return the vectors of the spans that end in a block, (longest, len(block), 512).

        :param begins: begins of the sentences of the block and of up to ``longest`` - 1 before it.
        :param parts: the sums of the block.
        """
        out = np.zeros((longest, len(block), WIDTH), dtype=np.float32)
        for back, sums, counts in parts.spans(begins, longest):
            out[back, len(block) - len(sums) :] = self._network.vectors(sums, counts)
        _encode_whole(self._network, self.exceptions(block, out))
        return out

    def exceptions(self, block: range, out: F32) -> list["WholeSpan"]:
        """Return the spans of a block that cannot be composed, with their rows of ``out``."""
        return [
            WholeSpan(self, back, end, out[back, end - block.start])
            for back in range(len(out))
            for end in _exceptions(self.text, block, back)
        ]

    def ids(self, back: int, end: int) -> I64:
        """Return the pieces of the joined text of ``back`` + 1 sentences, the last one ``end``."""
        return self._cutter.ids(join(self._sentences[end - back : end + 1], self._language))


@dataclass(frozen=True, slots=True)
class WholeSpan:
    """A span whose joined text is encoded: ``back`` sentences before ``end``, and its vector."""

    composer: SpanComposer
    back: int
    end: int
    vector: F32


def _encode_whole(network: UseNetwork, spans: Sequence[WholeSpan]) -> None:
    """Write the vectors of spans whose joined text is encoded."""
    for start in range(0, len(spans), _EXCEPTIONS):
        group = spans[start : start + _EXCEPTIONS]
        rows = whole(network, [span.composer.ids(span.back, span.end) for span in group])
        for span, row in zip(group, rows, strict=True):
            span.vector[:] = row


def compose_together(
    network: UseNetwork, composers: Sequence[SpanComposer], longest: int
) -> list[F32]:
    """Return the span vectors of several short texts, computed in one pass of the network.

    They differ from those of :meth:`SpanComposer.vectors` in the last bits, because a matrix
    product adds in an order that depends on the place of a row.
    """
    blocks = [range(len(composer.text.cuts)) for composer in composers]
    firsts = np.cumsum([0, *(3 * len(block) for block in blocks)]).tolist()
    plan = BatchPlan()
    for composer, block, first in zip(composers, blocks, firsts[:-1], strict=True):
        composer.plan(plan, block, first)
    features, counts = network.sums(plan, firsts[-1])
    sums = [BlockSums.of((features[a:b], counts[a:b])) for a, b in pairwise(firsts)]
    ends = np.cumsum([len(part.features) for part in sums])
    entered = network.enter(np.concatenate([part.features for part in sums]))
    out = [np.zeros((longest, len(block), WIDTH), np.float32) for block in blocks]
    places: list[F32] = []
    span_sums: list[F32] = []
    span_counts: list[F32] = []
    for vectors, part, rows in zip(out, sums, np.split(entered, ends[:-1]), strict=True):
        parts = part.enter(rows)
        for back, rest, tokens in parts.spans(parts.begins, longest):
            places.append(vectors[back, back:])
            span_sums.append(rest)
            span_counts.append(tokens)
    found = network.vectors(np.concatenate(span_sums), np.concatenate(span_counts))
    first = 0
    for place in places:
        place[:] = found[first : first + len(place)]
        first += len(place)
    whole_spans = [
        span
        for composer, block, vectors in zip(composers, blocks, out, strict=True)
        for span in composer.exceptions(block, vectors)
    ]
    _encode_whole(network, whole_spans)
    return out


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
class BlockSums:
    """Sums of features from the start of a block to the begin and the end of each of its spans.

    ``features`` has a row for each begin, one for each end, and one for the whole block.
    """

    features: F32
    begin_counts: F32
    end_counts: F32
    total_count: float

    @classmethod
    def of(cls, sums: TokenSums) -> "BlockSums":
        """Return the sums of a block from three sums per sentence.

        :param sums: in turn the sum inside the text, the correction at the start of a span, and the
            correction at its end.
        """
        features, counts = sums
        inside, start, end = features[0::3], features[1::3], features[2::3]
        inside_count, start_count, end_count = counts[0::3], counts[1::3], counts[2::3]
        behind, behind_count = np.cumsum(inside, axis=0), np.cumsum(inside_count)
        begins = behind - inside - start
        return cls(
            features=np.concatenate([begins, behind + end, behind[-1:]]),
            begin_counts=behind_count - inside_count - start_count,
            end_counts=behind_count + end_count,
            total_count=float(behind_count[-1]),
        )

    def enter(self, entered: F32) -> "SpanParts":
        """Return the parts of the spans, given ``features`` after the linear part of the head."""
        size = len(self.begin_counts)
        return SpanParts(
            begins=Begins(entered[:size], self.begin_counts),
            ends=entered[size : 2 * size],
            end_counts=self.end_counts,
            total=entered[-1],
            total_count=self.total_count,
        )


@dataclass(frozen=True, slots=True)
class SpanParts:
    """Sums from the start of a block to the begin and the end of each span, and over the block."""

    begins: Begins
    ends: F32
    end_counts: F32
    total: F32
    total_count: float

    def spans(self, begins: Begins, longest: int) -> Iterator[tuple[int, F32, F32]]:
        """Yield the sums and the numbers of tokens of all spans that end in the block, by length.

        The first number is that of the sentences before the last one. The last rows belong to the
        last sentences; an end with too few sentences before it has no row.

        :param begins: begins of the sentences of the block and of up to ``longest`` - 1 before it.
        """
        size, total = len(self.ends), len(begins.sums)
        for back in range(min(longest, total)):
            skip = max(0, size + back - total)  # number of ends with too few sentences before them
            start = slice(total - size + skip - back, total - back)
            tokens = self.end_counts[skip:] - begins.counts[start]
            yield back, self.ends[skip:] - begins.sums[start], np.maximum(tokens, 1)


def _plan_start(plan: BatchPlan, text: RunningText, i: int, target: int, zero: int) -> None:
    """Plan the difference between the first tokens of a span and those inside the text."""
    cut, begin = text.cuts[i], text.offsets[i]
    rest = text.stream[begin + cut.head_inside :][: 2 * REACH]
    ids = np.concatenate([START, cut.alone[: cut.head_alone], rest])
    changed = min(REACH, len(rest))
    count = len(ids) - len(rest) + changed
    plan.add(target, plan.place(ids, 0, count), count)
    plan.add(target, zero + begin, cut.head_inside + changed, -1)


def _plan_end(plan: BatchPlan, text: RunningText, i: int, target: int, zero: int) -> None:
    """Plan the difference between the last tokens of a span and those inside the text."""
    end = text.offsets[i + 1]
    before = text.stream[max(0, end - 2 * REACH) : end]
    changed = min(REACH, len(before))
    ids = np.concatenate([before, END])
    plan.add(target, plan.place(ids, len(before) - changed, len(ids)), changed + 1)
    plan.add(target, zero + end - changed, changed, -1)


def _exceptions(text: RunningText, block: range, back: int) -> list[int]:
    """Return the last sentences of the spans in a block that cannot be composed.

    These spans are empty, or the tokenizer splits them differently from their sentences, or they
    are inside the text and so short that the corrections at both ends overlap.
    """
    ends = np.arange(max(block.start, back), block.stop)
    begins = ends - back
    empty = text.written[ends + 1] == text.written[begins]
    broken = text.breaks[ends] > text.breaks[begins]
    length = text.offsets[ends + 1] - text.offsets[begins]
    inside = (begins > 0) & (ends < len(text.cuts) - 1)
    short = inside & (length < text.heads[begins] + 2 * REACH)
    return [int(end) for end in ends[empty | broken | short]]
