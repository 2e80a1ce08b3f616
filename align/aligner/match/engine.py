"""The stages of the matcher: encode two texts, find candidate beads, score them, solve."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import numpy as np

from ...errors import N_, EncoderError, MatchError
from ...logs import Clock
from ...records import Bead, Language
from ..arrays import F64
from ..encoders.base import Encoder, check_texts
from ..text.chinese import simplify_sentences
from . import candidates
from .constraints import Gaps
from .crossings import find_crossings
from .features import ANEW, FIRST, OMISSIONS, SECOND, SMALL, Columns, Features, TextFeatures
from .features.similarity import Similarity, measure_scale
from .features.surface import USUAL_LETTERS
from .lattice import LONGEST, Edges, Lattice
from .long_beads import compose_long, find_long, long_edges
from .long_texts import Report, is_long, match_long
from .model import Model, OmissionPrior, Weights, default_model
from .problem import AlignmentProblem, Scorer
from .repeats import Repeats, find_repeats, list_single
from .results import Matching, Side, Vectors
from .spans import SpanVectors
from .tables import find_row_borders, gaps_at

LookUp = Callable[[Side, Side], Callable[[], TextFeatures]]
"""Begins to compute :meth:`TextFeatures.of` elsewhere; returns a function that waits for it."""

First = TypeVar("First")
Second = TypeVar("Second")

SMALL_TEXT = 8
"""Maximum sentences of the shorter text of a small pair.

A small pair is too short to measure a scale of similarity or a ratio of lengths, or to learn words.
"""

BLOCK = 4_000
"""Number of edges that are described at a time, which limits the features to a few MB.

With 20,000 the peak at 10,000 sentences was 120 MB higher, in the same time.
"""

MOST_SENTENCES = 20_000
"""Maximum sentences of a text; two of this size take about 2 GB. A novel has 5,000 to 15,000."""

AT_ONCE = 500
"""Sentences of both texts from which a second thread looks up their words while edges are pruned.

Pruning is compiled and does not need the interpreter, unlike the search for anchors: together with
that, both took as long as one after the other.
"""


def match(
    zh: Side,
    en: Side,
    encoder: Encoder,
    report: Report | None = None,
    look_up: LookUp | None = None,
) -> Matching:
    """Return the most probable alignment of two texts; see :func:`prepare` for the errors.

    :param report: for long texts, see :mod:`align.aligner.match.long_texts`.
    :param look_up: looks up the words of texts that are not divided; by default, this process does.
    """
    if is_long(zh, en):
        return match_long(zh, en, encoder, _match_block, report)
    return prepare(zh, en, encoder, look_up=look_up).solve()


def _match_block(zh: Side, en: Side, encoder: Encoder) -> Matching:
    return prepare(zh, en, encoder).solve()


def prepare(
    zh: Side,
    en: Side,
    encoder: Encoder,
    *,
    model: Model | None = None,
    clock: Clock | None = None,
    look_up: LookUp | None = None,
) -> AlignmentProblem:
    """Encode two texts and score their candidate beads; the problem can be solved repeatedly.

    :param model: the weights; by default those of the package.
    :param clock: measures the encoding as stage ``encode``.
    :param look_up: looks up the words of both texts; by default, this process does.
    :raises EncoderError: if a vector is unusable; the message names the sentence.
    """
    chosen = model or default_model()
    features, edges = describe(zh, en, encoder, clock=clock, look_up=look_up)
    scored = _scored_small if is_small(zh, en) else _scored
    counts = len(zh.sentences), len(en.sentences)
    lattice, scorer, expect_omissions = scored(features, edges, chosen, counts)
    return AlignmentProblem(
        zh,
        en,
        f"{chosen.signature}|{encoder.signature}",
        lattice,
        scorer,
        expect_omissions,
        lambda beads: find_crossings(features.similarity, beads),
    )


def is_small(zh: Side, en: Side) -> bool:
    """Return whether the shorter text has at most :data:`SMALL_TEXT` sentences."""
    return min(len(zh.sentences), len(en.sentences)) <= SMALL_TEXT


def _scored_small(
    features: Features, edges: Edges, model: Model, counts: tuple[int, int]
) -> tuple[Lattice, Scorer, Scorer]:
    """Score a small pair in one pass; return the lattice, and a scorer of other edges, twice."""

    def scorer(more: Edges) -> F64:
        return _score(features, more, SMALL, (model.small,))[0]

    return Lattice.build(edges, scorer(edges), counts[1] + 1, counts), scorer, scorer


def _scored(
    features: Features, edges: Edges, model: Model, counts: tuple[int, int]
) -> tuple[Lattice, Scorer, Scorer]:
    """Score in two passes, and near omissions in a third; return the lattice, and two scorers.

    The second one has the weights for texts with omissions everywhere.
    """
    informed, omissions, lattice = second_pass(features, edges, model, counts)
    table = WordPass.of(informed, lattice, counts)

    def scorer(more: Edges) -> F64:
        scores = _score(informed, more, FIRST + SECOND, (model.second, model.gappy))
        return omissions.mix(more, *scores) + table.score(more, model.explained)

    def expect_omissions(more: Edges) -> F64:
        scores = _score(informed, more, FIRST + SECOND, (model.gappy,))[0]
        return scores + table.score(more, model.explained)

    added = table.score(lattice.edges, model.explained)
    return replace(lattice, score=lattice.score + added), scorer, expect_omissions


@dataclass(frozen=True, eq=False)
class WordPass:
    """The third pass: a word table, learned from the second pass, that counts near omissions.

    ``omissions`` is measured on the second pass. Without omissions there is no table.
    """

    features: Features
    omissions: OmissionPrior

    @staticmethod
    def of(features: Features, lattice: Lattice, counts: tuple[int, int]) -> "WordPass":
        """Learn the table from the lattice of the second pass, if it has omissions."""
        omissions = OmissionPrior.of(lattice, *counts)
        if omissions.trust_table(lattice.edges).any():
            features = features.with_table(best_beads(lattice))
        return WordPass(features, omissions)

    def columns(self, edges: Edges) -> Columns:
        """Return the columns of the table, times how much it counts at each edge."""
        trust = self.omissions.trust_table(edges).astype(np.float32)
        return {name: trust * column for name, column in self.features.of(edges, OMISSIONS).items()}

    def score(self, edges: Edges, weights: Weights) -> F64:
        """Return what the table adds to the score of each edge."""
        scores = np.zeros(len(edges))
        near = np.flatnonzero(self.omissions.trust_table(edges))
        if self.features.explained is None:
            return scores
        for start in range(0, len(near), BLOCK):
            block = near[start : start + BLOCK]
            scores[block] = weights.score(self.columns(edges.take(block)))
        return scores


def second_pass(
    features: Features, edges: Edges, model: Model, counts: tuple[int, int]
) -> tuple[Features, OmissionPrior, Lattice]:
    """Score in two passes; return the features of the second, the omission prior and the lattice.

    The lattice is built once, and gets the scores of each pass.
    """
    lattice = Lattice.build(edges, np.zeros(len(edges)), counts[1] + 1, counts)
    edges = lattice.edges
    weights = model.second, model.gappy
    same = tuple(group for group in FIRST if group not in ANEW)
    first, usual, gappy = _score(features, edges, same, (model.first, *weights))
    first = first + _score(features, edges, ("lengths",), (model.first,))[0]
    informed = features.with_pairs(best_beads(replace(lattice, score=first)))
    anew = _score(informed, edges, ANEW, weights)
    usual, gappy = usual + anew[0], gappy + anew[1]
    omissions = OmissionPrior.of(replace(lattice, score=gappy), *counts)
    return informed, omissions, replace(lattice, score=omissions.mix(edges, usual, gappy))


def best_beads(lattice: Lattice) -> tuple[Bead, ...]:
    """Return the beads of the best path, from which the next pass learns words."""
    edges = lattice.edges
    return tuple(edges.bead(int(edge)) for edge in lattice.best_path())


def _score(
    features: Features, edges: Edges, groups: tuple[str, ...], weights: tuple[Weights, ...]
) -> list[F64]:
    """Return the scores of the edges for each set of weights, computed by blocks."""
    scores = [np.zeros(len(edges)) for _ in weights]
    for start in range(0, len(edges), BLOCK):
        block = np.arange(start, min(start + BLOCK, len(edges)))
        columns = features.of(edges.take(block), groups)
        for score, weight in zip(scores, weights, strict=True):
            score[block] = weight.score(columns)
    return scores


def describe(
    zh: Side,
    en: Side,
    encoder: Encoder,
    *,
    small: bool | None = None,
    clock: Clock | None = None,
    look_up: LookUp | None = None,
) -> tuple[Features, Edges]:
    """Encode two texts and choose the candidate beads; training and matching share this.

    Chinese is converted to simplified characters first. A text in traditional characters therefore
    gets the same beads, and its vectors are cached under the simplified text.

    :param small: whether to describe a small pair; by default depends on the sizes.
    :param clock: measures the encoding as stage ``encode``.
    :param look_up: looks up the words of a pair that is not small; by default, this process does.
    :raises EncoderError: if a vector is unusable; the message names the sentence.
    :raises MatchError: if a text has more than :data:`MOST_SENTENCES`.
    """
    _check_size(zh, en)
    check_texts(zh.sentences)
    zh = replace(zh, sentences=simplify_sentences(zh.sentences))
    small = is_small(zh, en) if small is None else small
    looked_up = look_up(zh, en) if look_up and not small else None
    repeats = find_repeats(zh.sentences, LONGEST), find_repeats(en.sentences, LONGEST)
    with (clock or Clock()).stage("encode"):
        zh_spans = _spans(zh, "zh", encoder, repeats[0])
        en_spans = _spans(en, "en", encoder, repeats[1])
    chain = _find_anchors(zh_spans.sentences(), en_spans.sentences(), repeats)
    scale = measure_scale(encoder) if small else None
    similarity = Similarity.of(zh_spans, en_spans, chain, scale)
    bounds = candidates.USUAL if repeats == (None, None) else candidates.REPEATED
    gaps = gaps_at(find_row_borders(zh, en), len(zh.sentences), len(en.sentences))
    cells = candidates.lattice_cells(chain, gaps, bounds)
    known, edges = _run_both(
        looked_up or partial(TextFeatures.of, zh, en, small=small),
        partial(candidates.prune_edges, cells, zh_spans, en_spans, similarity.level, gaps, bounds),
        at_once=len(zh.sentences) + len(en.sentences) >= AT_ONCE,
    )
    features = Features.prepare(zh, en, similarity, known)
    return _with_long(features, edges, chain, gaps)


def _run_both(
    first: Callable[[], First], second: Callable[[], Second], *, at_once: bool
) -> tuple[First, Second]:
    """Return the results of two functions, of which the first has a thread of its own if asked."""
    if not at_once:
        return first(), second()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(first)
        result = second()
        return running.result(), result


def _with_long(
    features: Features, edges: Edges, chain: candidates.Chain, gaps: Gaps
) -> tuple[Features, Edges]:
    """Return features and edges that include the long beads, if there are any."""
    surface, known = features.surface, features.similarity
    letters = np.diff(surface.zh.letters), np.diff(surface.en.letters)
    ratio = max(surface.ratio(surface.en.letters, USUAL_LETTERS), 1e-3)
    zh_long = find_long(letters[0], letters[1], chain, ratio)
    en_long = find_long(letters[1], letters[0], chain[:, ::-1], 1 / ratio)
    if not len(zh_long) and not len(en_long):
        return features, edges
    similarity = replace(
        known,
        long_zh=compose_long(en_long, known.zh, letters[0]),
        long_en=compose_long(zh_long, known.en, letters[1]),
    )
    long = long_edges(zh_long, en_long)
    edges = Edges.join([edges, long.take(gaps.hold(long))])
    return replace(features, similarity=similarity), edges


def _check_size(zh: Side, en: Side) -> None:
    """Refuse a text of more than :data:`MOST_SENTENCES`, before memory is taken."""
    count = max(len(zh.sentences), len(en.sentences))
    if count > MOST_SENTENCES:
        raise MatchError(
            N_(
                "a text has {count:,} sentences, more than {most:,}; "
                "split both texts, such as by chapter"
            ),
            count=count,
            most=MOST_SENTENCES,
        )


def _find_anchors(
    zh: Vectors, en: Vectors, repeats: tuple[Repeats | None, Repeats | None]
) -> candidates.Chain:
    """Return the anchors; of a text that repeats itself, only sentences that occur once."""
    if repeats == (None, None):
        return candidates.find_anchors(zh, en)
    zh_rows, en_rows = list_single(len(zh), repeats[0]), list_single(len(en), repeats[1])
    chain = candidates.find_anchors(zh[zh_rows], en[en_rows])
    return np.stack([zh_rows[chain[:, 0]], en_rows[chain[:, 1]]], 1)


def _spans(
    side: Side, language: Language, encoder: Encoder, repeats: Repeats | None
) -> SpanVectors:
    """Return the vectors of all spans, checked for unusable values."""
    if not side.sentences:
        return SpanVectors.of(np.zeros((LONGEST, 0, encoder.width), np.float32))
    sentences = side.beginnings
    if repeats is None:
        spans = SpanVectors.of(encoder.encode_spans(sentences, LONGEST, language))
    else:
        kept = [sentences[n] for n in repeats.kept]
        spans = SpanVectors.of(encoder.encode_spans(kept, LONGEST, language), repeats.place)
    bad_rows = np.flatnonzero(~np.isfinite(spans.different).all(axis=(0, 2)))
    bad = np.flatnonzero(np.isin(spans.rows, bad_rows))
    if len(bad):
        raise EncoderError(
            N_(
                "{signature} returned no usable vector for {language} sentence {number}: "
                "{text!r}; change the sentence or the encoder"
            ),
            signature=encoder.signature,
            language=language,
            number=bad[0],
            text=side.sentences[bad[0]][:60],
        )
    return spans
