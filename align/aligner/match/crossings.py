"""Crossings: proposed cross-links between similar spans that are out of order."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from ...records import Bead, Sides
from .features.similarity import Similarity
from .results import Crossing, Vectors
from .spans import SpanVectors

ALIKE = 0.9
"""Least similarity of a proposal, where 0 is the mean of all pairs and 1 the median anchor."""

RELATED = 0.1
"""Least distance of the median anchor from the mean pair; below it the texts are unrelated."""

SURE = 0.5
"""Least median probability of the beads without an empty side; below it texts are unrelated."""

SETTLED = 0.9
"""A bead below this probability may hold the counterpart of a sentence that is left over."""

BLOCK = 256
"""Number of spans that are compared at a time with all spans of the other text."""

Span = tuple[int, ...]


def find_crossings(similarity: Similarity, beads: tuple[Bead, ...]) -> tuple[Crossing, ...]:
    """Return cross-links between spans, at least one of them without a translation, best first.

    No two of them share a sentence, and none links spans that the alignment could link in order.
    """
    if not _are_related(similarity, beads):
        return ()
    untranslated = Sides(
        _left_over((bead.zh, bead.en) for bead in beads),
        _left_over((bead.en, bead.zh) for bead in beads),
    )
    if not any(untranslated):
        return ()
    spans = _candidate_spans(similarity, beads, untranslated)
    if not all(spans):
        return ()
    numbers = Sides(
        _bead_of_each(bead.zh for bead in beads), _bead_of_each(bead.en for bead in beads)
    )
    possible: list[Crossing] = []
    for link in _alike(similarity, spans, untranslated):
        distance = abs(numbers.zh[link.zh[0]] - numbers.en[link.en[0]])
        if distance > 1:
            possible.append(link)
    return _choose_disjoint(possible)


def _candidate_spans(
    similarity: Similarity, beads: Sequence[Bead], untranslated: Sides[set[int]]
) -> Sides[list[Span]]:
    """Return the untranslated spans, and the sentences of uncertain beads, which may match them."""
    uncertain = [bead for bead in beads if (bead.probability or 0.0) < SETTLED]
    zh = [*_runs(untranslated.zh, similarity.zh.longest)]
    zh += _single(bead.zh for bead in uncertain if bead.en)
    en = [*_runs(untranslated.en, similarity.en.longest)]
    en += _single(bead.en for bead in uncertain if bead.zh)
    return Sides(zh, en)


def _choose_disjoint(links: Iterable[Crossing]) -> tuple[Crossing, ...]:
    """Return the best links, of which no two share a sentence."""
    chosen: list[Crossing] = []
    used = Sides(set[int](), set[int]())
    for link in sorted(links, key=lambda link: -link.similarity):
        if used.zh.isdisjoint(link.zh) and used.en.isdisjoint(link.en):
            chosen.append(link)
            used.zh.update(link.zh)
            used.en.update(link.en)
    return tuple(chosen)


def _are_related(similarity: Similarity, beads: Iterable[Bead]) -> bool:
    """Return whether the texts are translations of each other, by vectors and probabilities."""
    if similarity.good - similarity.level < RELATED:
        return False
    probabilities = [bead.probability or 0.0 for bead in beads if bead.zh and bead.en]
    return bool(np.median(probabilities or [0.0]) >= SURE)


def _left_over(spans: Iterable[tuple[Span, Span]]) -> set[int]:
    """Return the sentences of each first span whose second span is empty."""
    return {index for span, other in spans if not other for index in span}


def _bead_of_each(spans: Iterable[Span]) -> dict[int, int]:
    """Return the number of the bead that contains each sentence."""
    return {index: number for number, span in enumerate(spans) for index in span}


def _alike(
    similarity: Similarity, spans: Sides[list[Span]], untranslated: Sides[set[int]]
) -> Iterator[Crossing]:
    """Yield the pairs of similar spans of which one is untranslated, in blocks, to save memory."""
    en_vectors = _vectors(similarity.en, spans.en)
    en_missing = np.array([untranslated.en.issuperset(span) for span in spans.en])
    for start in range(0, len(spans.zh), BLOCK):
        block = spans.zh[start : start + BLOCK]
        zh_missing = np.array([untranslated.zh.issuperset(span) for span in block])
        cosine = _vectors(similarity.zh, block) @ en_vectors.T
        alike = similarity.scaled(cosine) >= ALIKE
        alike &= zh_missing[:, None] | en_missing
        for row, column in np.argwhere(alike):
            yield Crossing(block[row], spans.en[column], float(cosine[row, column]))


def _single(spans: Iterable[Span]) -> Iterator[Span]:
    return ((index,) for span in spans for index in span)


def _runs(indices: set[int], longest: int) -> Iterator[Span]:
    """Yield all spans of up to ``longest`` sentences among the indices."""
    for start in sorted(indices):
        for length in range(1, longest + 1):
            span = tuple(range(start, start + length))
            if span[-1] not in indices:
                break
            yield span


def _vectors(vectors: SpanVectors, spans: list[Span]) -> Vectors:
    return np.stack([vectors.span(span[0], span[-1] + 1) for span in spans])
