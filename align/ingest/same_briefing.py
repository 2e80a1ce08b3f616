"""Two documents, in; whether they are one briefing and why, out. Also: which of many is the other.

A verdict is a sum of points, each with its sentence. The thresholds were read off the pairs of the
demo corpus, the shared excerpts and chapters, each side against every other (``docs/sites.md``).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..errors import TextError
from ..extract.speakers import SpeakerPair, join_speakers
from ..extract.transcript import Sides, count_letters, has_letters, spoken_language
from ..extract.transcript.person_names import is_han_name, is_pinyin_name
from ..records import LANGUAGE_NAMES, Document

__all__ = ["Judgement", "Proposal", "SpeakerPair", "join_speakers", "judge", "propose", "put_right"]

# English characters per Chinese one: 2.7 to 4.3 over 26 pairs of documents and excerpts.
LENGTHS = (1.2, 7.0)
# Share of the rarer side's figures that the other side has: .46 to .72 for translations, at most
# .23 for others that have any number of them.
FIGURES = (0.25, 0.4)
FEWEST_FIGURES = 5
# Mean probability of the joined beads: .59 to .99 for eleven translations, at most .32 for others,
# save the openings of two conferences (.45 to .89): their formulas are the same sentences.
ALIKE = (0.4, 0.7)
_FIGURE = re.compile(r"(?<![\d.,])\d[\d,]*(?:\.\d+)?%?")
_BLANK_VECTOR = 1e-12


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether two documents are one briefing, and the sentences that say why."""

    ok: bool
    reasons: tuple[str, ...]
    points: int = 0


@dataclass(frozen=True, slots=True)
class Proposal:
    """A document that may be the counterpart, with its similarity and the verdict on the pair."""

    document: Document
    similarity: float
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class _Evidence:
    points: int
    reason: str


def put_right(first: Document, second: Document) -> Sides:
    """Return the two sides by the language in which they are written, whatever their order.

    :raises TextError: both are in one language, or one is empty.
    """
    for side in (first, second):
        if not any(has_letters(text) for _, text in side.paragraphs()):
            raise TextError(f"{_where(side)} holds no text; a briefing needs both sides")
    one, two = spoken_language(first), spoken_language(second)
    if one == two:
        raise TextError(
            f"both sides are in {LANGUAGE_NAMES[one]}: {_where(first)} and {_where(second)}; "
            "give one Chinese and one English document"
        )
    zh, en = (first, second) if one == "zh" else (second, first)
    notes = (
        ("The two sides were given in the other order; they were swapped.",) if one == "en" else ()
    )
    return Sides(replace(zh, language="zh"), replace(en, language="en"), notes)


def judge(zh: Document, en: Document, similarity: float | None = None) -> Judgement:
    """Weigh date, speakers, figures, lengths and the similarity of the text (0 to 1, if known).

    :raises TextError: both documents are in one language, or one is empty.
    """
    sides = put_right(zh, en)
    evidence = [
        found
        for found in (
            _dates(sides),
            _speakers(sides),
            _figures(sides),
            _lengths(sides),
            _alike(similarity),
        )
        if found is not None
    ]
    points = sum(found.points for found in evidence)
    reasons = (*sides.notes, *(found.reason for found in evidence))
    return Judgement(points >= 0, reasons, points)


def _where(document: Document) -> str:
    return document.url or document.title or f"the {LANGUAGE_NAMES[document.language]} side"


def _dates(sides: Sides) -> _Evidence | None:
    zh, en = sides.zh.date, sides.en.date
    if zh is None or en is None:
        return None
    apart = abs((zh - en).days)
    if apart == 0:
        return _Evidence(2, f"both are of {zh:%Y-%m-%d}")
    if apart == 1:
        return _Evidence(0, f"their dates are a day apart ({zh:%Y-%m-%d}, {en:%Y-%m-%d})")
    return _Evidence(-2, f"their dates differ ({zh:%Y-%m-%d}, {en:%Y-%m-%d})")


def _speakers(sides: Sides) -> _Evidence | None:
    """Compare named people only: an office ("Secretary for Harbours") cannot be compared."""
    zh = [p for p in sides.zh.participants if p.role != "media" and is_han_name(p.name)]
    en = [p for p in sides.en.participants if p.role != "media" and is_pinyin_name(p.name)]
    fewer = min(len(zh), len(en))
    if not fewer:
        return None
    joined = [pair for pair in join_speakers(sides.zh, sides.en) if pair.by == "pinyin"]
    same = min(len(joined), fewer)
    points = 2 if 2 * same > fewer else 1 if same else -1
    return _Evidence(points, f"{same} of {fewer} speakers are the same")


def _figures(sides: Sides) -> _Evidence | None:
    zh, en = figures(sides.zh), figures(sides.en)
    fewer = min(len(zh), len(en))
    if fewer < FEWEST_FIGURES:
        return None
    share = len(zh & en) / fewer
    points = -2 if share < FIGURES[0] else 2 if share >= FIGURES[1] else 0
    return _Evidence(points, f"{share:.0%} of the figures are in both")


def figures(document: Document) -> frozenset[str]:
    """Return the figures that look alike in both languages: decimals, percentages, long numbers.

    Whole numbers below 100 are left out (any two texts share them), and so are those that the
    languages count differently (万 against million) whenever they differ in digits.
    """
    found = (
        match.replace(",", "").rstrip("%")
        for _, text in document.paragraphs()
        for match in _FIGURE.findall(text)
    )
    return frozenset(figure for figure in found if "." in figure or len(figure) > 2)


def _lengths(sides: Sides) -> _Evidence | None:
    zh, en = (
        sum(count_letters(text) for _, text in side.paragraphs()) for side in (sides.zh, sides.en)
    )
    ratio = en / zh
    if LENGTHS[0] <= ratio <= LENGTHS[1]:
        return _Evidence(0, f"{ratio:.1f} English characters for a Chinese one")
    return _Evidence(
        -2, f"their lengths do not fit: {ratio:.1f} English characters for a Chinese one"
    )


def _alike(similarity: float | None) -> _Evidence | None:
    if similarity is None:
        return None
    points = -3 if similarity < ALIKE[0] else 2 if similarity >= ALIKE[1] else 0
    return _Evidence(points, f"mean similarity {similarity:.2f}")


def propose(
    document: Document,
    candidates: Sequence[Document],
    vector: NDArray[np.float32],
    vectors: NDArray[np.float32],
    *,
    count: int = 3,
) -> tuple[Proposal, ...]:
    """Return the likeliest counterparts among documents of the other language, the best first.

    :param vector: of the document, shape ``(d,)``; the mean of its sentences' vectors will do.
    :param vectors: of the candidates, shape ``(n, d)``, one row each.
    """
    spoken = spoken_language(document)
    others = [index for index, other in enumerate(candidates) if spoken_language(other) != spoken]
    if not others:
        return ()
    nearest = _nearest(vector, vectors[others], min(4 * count, len(others)))
    proposals = [
        Proposal(candidates[others[row]], similarity, judge(document, candidates[others[row]]))
        for row, similarity in nearest
    ]
    proposals.sort(key=lambda found: (-found.judgement.points, -found.similarity))
    return tuple(proposals[:count])


def _nearest(
    vector: NDArray[np.float32], vectors: NDArray[np.float32], count: int
) -> list[tuple[int, float]]:
    import faiss  # heavy, and only this function needs it

    rows = _unit(np.atleast_2d(np.asarray(vectors, dtype=np.float32)))
    index = faiss.IndexFlatIP(rows.shape[1])
    index.add(rows)
    query = _unit(np.atleast_2d(np.asarray(vector, dtype=np.float32)))
    similarities, found = index.search(query, count)
    return [(int(row), float(s)) for row, s in zip(found[0], similarities[0], strict=True)]


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.ascontiguousarray(rows / np.maximum(norms, _BLANK_VECTOR), dtype=np.float32)
