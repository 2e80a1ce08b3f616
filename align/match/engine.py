"""From sentences to beads: encode, find candidates, score them, solve.

In: two sides and an encoder. Out: a :class:`~align.match.results.Matching`, or a
:class:`~align.match.prepared.Prepared` to solve again under other constraints.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..errors import EncoderError, MatchError
from ..records import Language
from . import candidates, coarse, moved
from . import model as models
from .features import Features
from .lattice import LONGEST, Edges, Lattice
from .model import Model
from .prepared import Floats, Prepared
from .results import Constraints, Encoder, Matching, Side, Vectors

Progress = Callable[[str, int, int], None]
"""Called with the name of a step, how much of it is done and how much there is."""

BLOCK = 20_000
"""Edges described at a time: bounds the memory of the features to some 15 MB."""


def match(
    zh: Side,
    en: Side,
    encoder: Encoder,
    *,
    constraints: Constraints | None = None,
    model: Model | None = None,
    progress: Progress | None = None,
) -> Matching:
    """Align two sides.

    :raises EncoderError: when the encoder's vectors are unusable; the sentence is named.
    :raises MatchError: when the constraints contradict each other.
    """
    return prepare(zh, en, encoder, model=model, progress=progress).solve(constraints)


def prepare(
    zh: Side,
    en: Side,
    encoder: Encoder,
    *,
    model: Model | None = None,
    progress: Progress | None = None,
) -> Prepared:
    """Encode two sides and score their candidate beads, for one or many ``solve``.

    :raises EncoderError: when the encoder's vectors are unusable; the sentence is named.
    :raises MatchError: when paragraphs or turns do not fit the sentences.
    """
    chosen = model or models.default()
    described = describe(zh, en, encoder, progress=progress)

    def score(edges: Edges) -> Floats:
        parts = [np.empty(0)]
        for start in range(0, len(edges), BLOCK):
            block = edges.take(np.arange(start, min(start + BLOCK, len(edges))))
            parts.append(chosen.score(described.features.of(block)))
        return np.concatenate(parts)

    counts = len(zh.sentences), len(en.sentences)
    edges = described.edges
    spans = described.features.similarity
    return Prepared(
        zh,
        en,
        f"{chosen.signature}|{encoder.signature}",
        Lattice.build(edges, score(edges), counts[1] + 1, counts),
        score,
        lambda beads: moved.crossings(spans.zh, spans.en, beads),
    )


@dataclass(frozen=True, eq=False)
class Described:
    """Two texts ready for scoring: their features and the candidate beads."""

    features: Features
    edges: Edges


def describe(
    zh: Side, en: Side, encoder: Encoder, *, progress: Progress | None = None
) -> Described:
    """Encode two sides and choose the candidate beads; training and matching share it.

    :raises EncoderError: when the encoder's vectors are unusable; the sentence is named.
    :raises MatchError: when paragraphs or turns do not fit the sentences.
    """
    _check_side(zh, "zh")
    _check_side(en, "en")
    tell = progress or _quiet
    tell("encode", 0, 3)
    zh_spans = _spans(zh, "zh", encoder)
    tell("encode", 1, 3)
    en_spans = _spans(en, "en", encoder)
    tell("encode", 2, 3)
    features = Features.prepare(zh, en, zh_spans, en_spans, encoder)
    tell("encode", 3, 3)
    cells = candidates.cells(zh_spans[0], en_spans[0])
    edges = coarse.hopeful(cells, zh_spans, en_spans, features.similarity.level)
    return Described(features, edges)


def _quiet(step: str, done: int, total: int) -> None:
    """Say nothing."""


def _check_side(side: Side, name: Language) -> None:
    for what, marks in (("paragraphs", side.paragraphs), ("turns", side.turns)):
        if marks and len(marks) != len(side.sentences):
            raise MatchError(
                f"The {name} side has {len(side.sentences)} sentences but {len(marks)} {what}; "
                f"give one per sentence or none."
            )


def _spans(side: Side, language: Language, encoder: Encoder) -> Vectors:
    """Return the vectors of all spans, checked."""
    count = len(side.sentences)
    if not count:
        return np.zeros((LONGEST, 0, encoder.width), np.float32)
    spans = encoder.encode_spans(list(side.sentences), LONGEST, language)
    if spans.shape != (LONGEST, count, encoder.width):
        raise EncoderError(
            f"{encoder.signature} gave vectors of shape {spans.shape} for {count} {language} "
            f"sentences, not {(LONGEST, count, encoder.width)}; empty the vector cache."
        )
    bad = np.flatnonzero(~np.isfinite(spans).all(axis=(0, 2)))
    if len(bad):
        raise EncoderError(
            f"{encoder.signature} gave no usable vector for {language} sentence {bad[0]}: "
            f"{side.sentences[bad[0]][:60]!r}; change the sentence or the encoder."
        )
    return np.ascontiguousarray(spans, np.float32)
