"""Cosines of spans on a scale that is measured per text, and the features computed from them.

A small pair uses the scale of the encoder, which is measured on a few plain pairs of sentences once
per process.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...arrays import F32, I32
from ...encoders.base import Encoder
from ..candidates import Chain
from ..lattice import LONGEST, Edges
from ..long_beads import NO_SPANS, LongSpans
from ..spans import SpanVectors
from .columns import Columns

Spans = tuple[I32, I32, I32, I32]

SCALE_PAIRS = Path(__file__).parent.with_name("encoder_scale.json")
"""File of plain sentences and their translations, written for this project."""

GAP = 0.02
"""Least difference between the cosine of translations and the mean cosine of all pairs."""

PAIRS = 30
"""Number of sentence pairs that weigh as much as the level of the encoder's scale."""

ANCHORS = 5
"""Number of anchors that weigh as much as the encoder's value for translations."""

FREE, FREEST = 0.8, 0.55
"""Usual and least similarity of translations, on the encoder's scale of plain sentences.

Anchors below the least value join unrelated sentences.
"""

OUTSIDE = -0.2
"""Similarity to a sentence before the first or after the last one."""

MOST = 3.0
"""Maximum similarity; a monolingual encoder rates equal words far above its anchors."""

UNKNOWN = -9.0
"""Marks a span that no bead can have."""


@dataclass(frozen=True)
class EncoderScale:
    """Cosines of an encoder: ``level`` is the mean of all pairs, ``good`` of translations."""

    level: float
    good: float

    @staticmethod
    def of(zh: F32, en: F32) -> "EncoderScale":
        """Measure the scale on the vectors of sentences and translations, one row each."""
        level = float(zh.mean(0) @ en.mean(0))
        good = float(np.median(np.einsum("ij,ij->i", zh, en)))
        return EncoderScale(level, max(good, level + GAP))


_measured: dict[str, "EncoderScale"] = {}
"""Scale by encoder signature. Two threads that write the same entry write equal values."""


def measure_scale(encoder: Encoder) -> EncoderScale:
    """Return the scale of an encoder."""
    scale = _measured.get(encoder.signature)
    if scale is None:
        zh, en = zip(*json.loads(SCALE_PAIRS.read_text(encoding="utf-8")), strict=True)
        scale = EncoderScale.of(encoder.encode(zh), encoder.encode(en))
        _measured[encoder.signature] = scale
    return scale


@dataclass(frozen=True, eq=False)
class Similarity:
    """Similarity of spans: 0 for the mean of all pairs of sentences, 1 for translations.

    ``level`` is the mean cosine of all pairs of sentences, ``good`` the median of the anchors. The
    features are therefore comparable between encoders with different ranges of cosines.
    ``anchors`` is the better half of the anchors, ``None`` in a small pair.
    """

    zh: SpanVectors
    en: SpanVectors
    level: float
    good: float
    long_zh: LongSpans = NO_SPANS
    long_en: LongSpans = NO_SPANS
    anchors: Chain | None = None

    @staticmethod
    def of(
        zh: SpanVectors, en: SpanVectors, chain: Chain, scale: EncoderScale | None = None
    ) -> "Similarity":
        """Measure the scale of two texts.

        :param chain: the anchors.
        :param scale: the scale of the encoder, for a small pair.
        """
        if not len(zh) or not len(en):
            return Similarity(zh, en, 0.0, GAP)
        ours, theirs = zh.sentences(), en.sentences()
        level = float(ours.mean(0) @ theirs.mean(0))
        pairs = np.einsum("ij,ij->i", ours[chain[:, 0]], theirs[chain[:, 1]])
        best = float(np.median(pairs)) if len(pairs) else 0.0
        if scale is None:
            anchors = chain[pairs >= best]
            return Similarity(zh, en, level, max(best, level + GAP), anchors=anchors)
        count = len(zh) * len(en)
        level = (count * level + PAIRS * scale.level) / (count + PAIRS)
        reach = scale.good - scale.level
        usual = level + FREE * reach
        good = (len(pairs) * best + ANCHORS * usual) / (len(pairs) + ANCHORS)
        return Similarity(zh, en, level, max(good, level + FREEST * reach))

    def scaled(self, cosine: F32) -> F32:
        """Return the similarities of cosines, at most :data:`MOST`."""
        scaled: F32 = (cosine - np.float32(self.level)) / np.float32(self.good - self.level)
        return np.minimum(scaled, np.float32(MOST))

    def of_edges(self, edges: Edges) -> F32:
        """Return the similarity of the two spans of each edge, 0 if one is empty."""
        return self.between(*edges.parts)

    def between(self, a: I32, b: I32, c: I32, d: I32, missing: float = 0.0) -> F32:
        """Return the similarity of zh spans [a, b) and en spans [c, d).

        :param missing: the value for a span that is empty, too long, or outside the text.
        """
        from ..kernels import similarities

        level, reach = np.float32(self.level), np.float32(self.good - self.level)
        zh, en = (self.zh.different, self.zh.rows), (self.en.different, self.en.rows)
        out: F32 = similarities(
            *zh, *en, a, b, c, d, level, reach, np.float32(MOST), np.float32(missing)
        )
        if len(self.long_zh.keys) or len(self.long_en.keys):
            self._add_long(out, (a, b, c, d))
        return out

    def _add_long(self, out: F32, spans: Spans) -> None:
        """Write the similarity of the known spans longer than :data:`LONGEST` into ``out``."""
        a, b, c, d = spans
        for long, others, one, many in (
            (self.long_en, self.zh, (a, b), (c, d)),
            (self.long_zh, self.en, (c, d), (a, b)),
        ):
            if not len(long.keys):
                continue
            start, end = one
            size = end - start
            inside = (start >= 0) & (end <= len(others)) & (size > 0) & (size <= LONGEST)
            inside &= many[1] - many[0] > LONGEST
            place = np.flatnonzero(inside)
            row = long.find(many[0][place], many[1][place])
            place, row = place[row >= 0], row[row >= 0]
            short = others.spans(size[place], end[place])
            out[place] = self.scaled(np.einsum("ij,ij->i", short, long.vectors[row]))


def cosine_features(similarity: Similarity, edges: Edges) -> Columns:
    """Return the similarity of the two spans, by size and on three slopes."""
    zh_size, en_size, full = edges.zh_size, edges.en_size, edges.full
    z = similarity.of_edges(edges)
    return {
        "similarity": z,
        "similarity by size": by_size(z, edges),
        "similarity below .4": np.minimum(z - 0.4, 0) * full,
        "similarity below .7": np.minimum(z - 0.7, 0) * full,
        "similarity above 1": np.maximum(z - 1, 0) * full,
        "similarity of several": z * ((zh_size > 1) | (en_size > 1)),
    }


def long_features(similarity: Similarity, edges: Edges) -> Columns:
    """Return whether a bead is long, by how many sentences, and its similarity if it is long."""
    size = np.maximum(edges.zh_size, edges.en_size)
    long = edges.full & (size > LONGEST)
    z = np.where(long, similarity.of_edges(edges), np.float32(0))
    return {
        "long": long.astype(np.float32),
        "long, sentences": ((size - LONGEST) * long).astype(np.float32),
        "long, similarity": z,
        "long, similarity by size": by_size(z, edges),
    }


def small_text_features(similarity: Similarity, edges: Edges) -> Columns:
    """Return the similarity divided by the number of sentences of the shorter text.

    The fewer sentences are around a bead, the more its similarity counts.
    """
    count = min(len(similarity.zh), len(similarity.en))
    full = edges.full * np.float32(1 / max(count, 1))
    z = similarity.of_edges(edges)
    return {
        "small": full,
        "small, several": (edges.zh_size + edges.en_size - 2) * full,
        "small, similarity": z * full,
        "small, similarity below .4": np.minimum(z - 0.4, 0) * full,
        "small, similarity above .7": np.maximum(z - 0.7, 0) * full,
    }


def by_size(values: F32, edges: Edges) -> F32:
    """Return values times half the sentences of each edge; 0 for edges with an empty side."""
    size = np.where(edges.full, edges.zh_size + edges.en_size, 0)
    sized: F32 = np.multiply(values, size * np.float32(0.5), dtype=np.float32)
    return sized


def margin_features(similarity: Similarity, edges: Edges) -> Columns:
    """Return by how much the spans are more similar than with neighbours of the same size."""
    a, b, c, d = edges.parts
    full = edges.full
    z = similarity.of_edges(edges)
    zh_size, en_size = np.minimum(edges.zh_size, LONGEST), np.minimum(edges.en_size, LONGEST)
    before_en = similarity.between(a, b, c - en_size, c, OUTSIDE)
    after_en = similarity.between(a, b, d, d + en_size, OUTSIDE)
    before_zh = similarity.between(a - zh_size, a, c, d, OUTSIDE)
    after_zh = similarity.between(b, b + zh_size, c, d, OUTSIDE)
    others: F32 = (before_en + after_en + before_zh + after_zh) / np.float32(4)
    mean: F32 = np.where(full, z - others, np.float32(0))
    return {
        "margin en": (z - np.maximum(before_en, after_en)) * full,
        "margin zh": (z - np.maximum(before_zh, after_zh)) * full,
        "margin": mean,
        "margin by size": by_size(mean, edges),
    }


def gain_features(similarity: Similarity, edges: Edges) -> Columns:
    """Return the gain in similarity from the first and the last sentence of each span."""
    a, b, c, d = edges.parts
    z = similarity.of_edges(edges)
    several_zh, several_en = (edges.zh_size > 1) & edges.full, (edges.en_size > 1) & edges.full
    columns: Columns = {}
    for name, several, without in (
        ("gain of an en end", several_en, ((a, b, c + 1, d), (a, b, c, d - 1))),
        ("gain of a zh end", several_zh, ((a + 1, b, c, d), (a, b - 1, c, d))),
    ):
        more = [(z - similarity.between(*spans)) * several for spans in without]
        columns |= _both(name, more, np.minimum)
    return columns


def loss_features(similarity: Similarity, edges: Edges) -> Columns:
    """Return the gain in similarity from one more sentence at either end of each span."""
    a, b, c, d = edges.parts
    z = similarity.of_edges(edges)
    columns: Columns = {}
    for name, grown in (
        ("loss of en beside", ((a, b, c - 1, d), (a, b, c, d + 1))),
        ("loss of zh beside", ((a - 1, b, c, d), (a, b + 1, c, d))),
    ):
        others = [similarity.between(*spans, missing=UNKNOWN) for spans in grown]
        more = [
            np.where(other > UNKNOWN / 2, other - z, np.float32(-0.3)) * edges.full
            for other in others
        ]
        columns |= _both(name, more, np.maximum)
    return columns


def fit_features(similarity: Similarity, edges: Edges) -> Columns:
    """Return whether sentences at the ends are more similar to this bead or to the next bead."""
    a, b, c, d = edges.parts
    full = edges.full
    several_zh, several_en = (edges.zh_size > 1) & full, (edges.en_size > 1) & full
    ahead, behind = (b, b + 1, d, d + 1), (a - 1, a, c - 1, c)
    inside_en, outside_en = (a, b, d - 1, d), (b, b + 1, d - 1, d)
    first_en, before_en = (a, b, c, c + 1), (a - 1, a, c, c + 1)
    inside_zh, outside_zh = (b - 1, b, c, d), (b - 1, b, d, d + 1)
    first_zh, before_zh = (a, a + 1, c, d), (a, a + 1, c - 1, c)

    def better(one: Spans, two: Spans) -> F32:
        return similarity.between(*one, OUTSIDE) - similarity.between(*two, OUTSIDE)

    columns: Columns = {}
    for name, where, last, first in (
        ("fit of an en end", several_en, (inside_en, outside_en), (first_en, before_en)),
        ("fit of a zh end", several_zh, (inside_zh, outside_zh), (first_zh, before_zh)),
        ("fit of en beside", full, (ahead, (a, b, d, d + 1)), (behind, (a, b, c - 1, c))),
        ("fit of zh beside", full, (ahead, (b, b + 1, c, d)), (behind, (a - 1, a, c, d))),
    ):
        columns |= _both(name, [better(*last) * where, better(*first) * where], np.minimum)
    return columns


def _both(name: str, ends: list[F32], bound: np.ufunc) -> Columns:
    """Return the sum over both ends, and the sum after clipping both at 0 by ``bound``.

    Both ends share a weight: fewer weights, with equal scores on held-out texts.
    """
    return {name: ends[0] + ends[1], f"{name}, bound": bound(ends[0], 0) + bound(ends[1], 0)}


def omission_features(similarity: Similarity, edges: Edges) -> Columns:
    """Return the best similarity of an omitted or added sentence to sentences near it."""
    a, b, c, d = edges.parts
    omitted, added = edges.en_size == 0, edges.zh_size == 0
    near_en = [similarity.between(a, b, c + k, c + k + 1, UNKNOWN) for k in range(-3, 3)]
    near_zh = [similarity.between(a + k, a + k + 1, c, d, UNKNOWN) for k in range(-3, 3)]

    def best(values: list[F32], where: NDArray[np.bool_]) -> F32:
        nearest: F32 = np.maximum(np.max(values, axis=0), np.float32(-0.5))
        return nearest * where

    return {
        "omitted, near": best(near_en, omitted),
        "omitted, next": best(near_en[2:4], omitted),
        "added, near": best(near_zh, added),
        "added, next": best(near_zh[2:4], added),
    }
