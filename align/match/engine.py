"""From sentences to beads: encode, find candidates, score them, solve.

In: two sides and an encoder. Out: a :class:`~align.match.results.Matching`, or a
:class:`~align.match.prepared.Prepared` to solve again under other constraints.
"""

from collections.abc import Callable

import numpy as np

from ..errors import EncoderError, MatchError
from ..records import Language
from . import candidates, moved
from .lattice import LONGEST, Edges, Lattice, edges_between
from .prepared import Floats, Prepared
from .results import Constraints, Encoder, Matching, Side, Vectors

Progress = Callable[[str, int, int], None]
"""Called with the name of a step, how much of it is done and how much there is."""


def match(
    zh: Side,
    en: Side,
    encoder: Encoder,
    *,
    constraints: Constraints | None = None,
    progress: Progress | None = None,
) -> Matching:
    """Align two sides.

    :raises EncoderError: when the encoder's vectors are unusable; the sentence is named.
    :raises MatchError: when the constraints contradict each other.
    """
    return prepare(zh, en, encoder, progress=progress).solve(constraints)


def prepare(zh: Side, en: Side, encoder: Encoder, *, progress: Progress | None = None) -> Prepared:
    """Encode two sides and score their candidate beads, for one or many ``solve``.

    :raises EncoderError: when the encoder's vectors are unusable; the sentence is named.
    :raises MatchError: when paragraphs or turns do not fit the sentences.
    """
    _check_side(zh, "zh")
    _check_side(en, "en")
    tell = progress or _quiet
    tell("encode", 0, 2)
    zh_spans = _vectors(zh, "zh", encoder)
    tell("encode", 1, 2)
    en_spans = _vectors(en, "en", encoder)
    tell("encode", 2, 2)
    counts = len(zh.sentences), len(en.sentences)
    width = counts[1] + 1
    edges = edges_between(candidates.cells(zh_spans[0], en_spans[0]), width)
    scorer = _first_form(zh_spans, en_spans)
    lattice = Lattice.build(edges, scorer(edges), width, counts)
    signature = f"lattice-first|{encoder.signature}"
    return Prepared(
        zh,
        en,
        signature,
        lattice,
        scorer,
        lambda beads: moved.crossings(zh_spans, en_spans, beads),
    )


def _quiet(step: str, done: int, total: int) -> None:
    """Say nothing."""


def _check_side(side: Side, name: Language) -> None:
    for what, marks in (("paragraphs", side.paragraphs), ("turns", side.turns)):
        if marks and len(marks) != len(side.sentences):
            raise MatchError(
                f"The {name} side has {len(side.sentences)} sentences but {len(marks)} {what}; "
                f"give one per sentence or none."
            )


def _vectors(side: Side, language: Language, encoder: Encoder) -> Vectors:
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


def _first_form(zh: Vectors, en: Vectors) -> Callable[[Edges], Floats]:
    """Score by the cosine above the mean of all sentences, until the trained model is here."""
    level = float(zh[0].mean(0) @ en[0].mean(0)) if zh.shape[1] and en.shape[1] else 0.0

    def score(edges: Edges) -> Floats:
        from .kernels import dots

        tall, broad = edges.zh_end - edges.zh_start, edges.en_end - edges.en_start
        full = (tall > 0) & (broad > 0)
        out = np.full(len(edges), -3.0)
        rows = (tall - 1) * zh.shape[1] + edges.zh_end - 1
        columns = (broad - 1) * en.shape[1] + edges.en_end - 1
        flat = zh.reshape(-1, zh.shape[2]), en.reshape(-1, en.shape[2])
        cosine = dots(flat[0], rows[full], flat[1], columns[full])
        size = (tall + broad)[full]
        out[full] = 15 * (cosine - level) - 2.5 * size
        return out

    return score
