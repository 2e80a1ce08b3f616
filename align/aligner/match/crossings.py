"""Crossings: proposed cross-links between similar spans that are out of order."""

from collections.abc import Iterable, Iterator

import numpy as np

from ...records import Bead
from .features.similarity import Similarity
from .results import Crossing, Vectors

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
    zh_over = _left_over([(bead.zh, bead.en) for bead in beads])
    en_over = _left_over([(bead.en, bead.zh) for bead in beads])
    if not zh_over and not en_over:
        return ()
    doubtful = [bead for bead in beads if (bead.probability or 0.0) < SETTLED]
    zh_spans = [*_runs(zh_over, len(similarity.zh)), *_single(b.zh for b in doubtful if b.en)]
    en_spans = [*_runs(en_over, len(similarity.en)), *_single(b.en for b in doubtful if b.zh)]
    if not zh_spans or not en_spans:
        return ()
    zh_beads = _bead_of_each([bead.zh for bead in beads])
    en_beads = _bead_of_each([bead.en for bead in beads])
    found: list[Crossing] = []
    used: tuple[set[int], set[int]] = (set(), set())
    for link in sorted(_alike(similarity, zh_spans, en_spans), key=lambda link: -link.similarity):
        free = zh_over.issuperset(link.zh) or en_over.issuperset(link.en)
        apart = abs(zh_beads[link.zh[0]] - en_beads[link.en[0]]) > 1
        if free and apart and used[0].isdisjoint(link.zh) and used[1].isdisjoint(link.en):
            found.append(link)
            used[0].update(link.zh)
            used[1].update(link.en)
    return tuple(found)


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


def _alike(similarity: Similarity, zh: list[Span], en: list[Span]) -> Iterator[Crossing]:
    """Yield all pairs of spans that are similar enough, in blocks that bound the memory."""
    en_vectors = _vectors(similarity.en, en)
    for start in range(0, len(zh), BLOCK):
        block = zh[start : start + BLOCK]
        cosine = _vectors(similarity.zh, block) @ en_vectors.T
        for row, column in np.argwhere(similarity.scaled(cosine) >= ALIKE):
            yield Crossing(block[row], en[column], float(cosine[row, column]))


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


def _vectors(vectors: Vectors, spans: list[Span]) -> Vectors:
    return np.stack([vectors[len(span) - 1, span[-1]] for span in spans])
