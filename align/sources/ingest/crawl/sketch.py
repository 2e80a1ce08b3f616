"""Sketch of a text: the vectors of its title, of the whole, and of its parts in their order.

Translations have like vectors in the same order; two texts of one series, which say like things in
another order, do not. See Thompson and Koehn, "Exploiting Sentence Order in Document Alignment"
(EMNLP 2020).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ....aligner.arrays import F32
from ....aligner.encoders import Encoder
from ....aligner.text.strings import count_letters

PARTS = 6
"""Parts of a text, as equal in letters as its sentences allow."""

ROWS = PARTS + 2
"""Rows of a sketch: the whole, the title, the parts."""

WHOLE, TITLE, FIRST_PART = 0, 1, 2

_MOST_SENTENCES = 120  # of a text that are encoded, evenly spread
_MOST_LETTERS = 400  # of a sentence that are encoded
_LONGEST = 200  # letters from which on a sentence counts no more


def sketch_text(title: str, sentences: Sequence[str], encoder: Encoder) -> bytes:
    """Return the sketch of a text as :func:`read_sketch` reads it; a text without words has none.

    :return: ``ROWS`` vectors of 8-bit integers, each scaled so that its largest number is 127.
    """
    chosen = _spread(sentences)
    if not chosen:
        return b""
    texts = [sentence[:_MOST_LETTERS] for sentence in chosen]
    vectors = encoder.encode([title[:_MOST_LETTERS] or texts[0], *texts])
    lengths = np.minimum([count_letters(text) for text in texts], _LONGEST).astype(np.float32) + 1
    weighted = vectors[1:] * lengths[:, None]
    middles = np.cumsum(lengths) - lengths / 2
    part_of = np.minimum(PARTS * middles / lengths.sum(), PARTS - 1).astype(int)
    parts = np.zeros((PARTS, vectors.shape[1]), np.float32)
    np.add.at(parts, part_of, weighted)
    rows = np.concatenate([weighted.sum(axis=0, keepdims=True), vectors[:1], parts])
    return _quantise(rows).tobytes()


def _spread(sentences: Sequence[str]) -> list[str]:
    if len(sentences) <= _MOST_SENTENCES:
        return list(sentences)
    step = len(sentences) / _MOST_SENTENCES
    return [sentences[int(place * step)] for place in range(_MOST_SENTENCES)]


def _quantise(rows: F32) -> NDArray[np.int8]:
    largest = np.abs(rows).max(axis=1, keepdims=True)
    scaled = rows * (127 / np.maximum(largest, 1e-12))
    return np.asarray(np.rint(scaled), dtype=np.int8)


def read_sketch(data: bytes) -> F32:
    """Return the vectors of a sketch, shape (``ROWS``, width), of length 1.

    An empty part, of a text with few sentences, is the whole.
    """
    rows = np.frombuffer(data, np.int8).reshape(ROWS, -1).astype(np.float32)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    rows[~rows.any(axis=1)] = rows[WHOLE]
    return rows


def part_cosines(one: F32, two: F32) -> F32:
    """Return the cosines of the parts of two sketches, (``PARTS``, ``PARTS``)."""
    return np.asarray(one[FIRST_PART:] @ two[FIRST_PART:].T)


def part_similarity(one: F32, two: F32) -> float:
    """Return the mean cosine of the parts of two texts, each with that at the same place."""
    return float(np.mean(np.diag(part_cosines(one, two))))
