"""Pairing: which pages of a crawl are one briefing, with a probability and the reasons.

Evidence is weighed by logistic regression; then each page has one counterpart or none, so pairs
that exclude each other share their probability; the choice is an assignment.
"""

import datetime as dt
import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ...records import LANGUAGES, Language
from .assignment import assign
from .candidates import (
    Candidate,
    CrawlPages,
    Neighbours,
    centre,
    collect_pages,
    drop_older_versions,
    find_neighbours,
    in_window,
    propose_pairs,
)
from .evidence import EVIDENCE, PairView, describe, weigh_tokens
from .index import CrawlIndex
from .sketch import read_sketch
from .weights import load_weights, logit

Floats = NDArray[np.float32]

JOINED = 0.9
"""Probability from which a pair is joined; below it is proposed."""

PROPOSED = 0.2
"""Probability from which a pair is proposed; below, both pages stay alone."""

_LEAST = 0.0005  # probability of a pair that is worth choosing from
_MOST_NEAREST = 3  # candidates that are named for a page that stays alone
_FEWEST_NEIGHBOURS = 4  # over which a margin is measured, however few there are
_REASONS = 6  # pieces of evidence that are named


@dataclass(frozen=True, slots=True)
class PagePair:
    """A Chinese and an English page that may be one briefing."""

    zh: Candidate
    en: Candidate
    probability: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LonePage:
    """A page without counterpart, and its nearest candidates, each with the reasons against it."""

    page: Candidate
    nearest: tuple[PagePair, ...] = ()


@dataclass(frozen=True, slots=True)
class CrawlPairing:
    """What became of the pages of a crawl."""

    pairs: tuple[PagePair, ...]  # joined
    proposed: tuple[PagePair, ...]
    alone: tuple[LonePage, ...]
    pages: CrawlPages = field(repr=False)


def pair_pages(
    index: CrawlIndex,
    *,
    since: dt.date | None = None,
    until: dt.date | None = None,
    files: frozenset[str] | None = None,
) -> CrawlPairing:
    """Pair the pages of a crawl: all of them, or those of a window of days, or of some files."""
    pages = collect_pages(index, files)
    drop_older_versions(index, pages)
    weights = load_weights()
    table = compare_pages(index, pages, weights.means)
    edges = make_edges(table.pairs, weights.logits(table.values))
    return _decide(pages, table, edges, choose_pairs(edges), (since, until))


def make_edges(pairs: Sequence[tuple[int, int]], logits: Floats) -> dict[int, dict[int, float]]:
    """Return the log-odds of each pair, by its Chinese and its English page."""
    edges: dict[int, dict[int, float]] = defaultdict(dict)
    for (zh, en), odds in zip(pairs, logits, strict=True):
        edges[zh][en] = float(odds)
    return edges


def choose_pairs(edges: Mapping[int, Mapping[int, float]]) -> dict[int, int]:
    """Return the one-to-one choice of the most probable pairs."""
    floor = logit(_LEAST)
    above = {
        zh: {en: logit - floor for en, logit in others.items() if logit > floor}
        for zh, others in edges.items()
    }
    return assign(above)


# -- comparison ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EvidenceTable:
    """The pairs that were compared, by their places, and their evidence, (pairs, kinds)."""

    pairs: list[tuple[int, int]]
    values: Floats
    views: "ViewMaker"


def compare_pages(
    index: CrawlIndex, pages: CrawlPages, means: Mapping[Language, Floats]
) -> EvidenceTable:
    """Return the evidence for every pair of pages that is worth comparing."""
    zh, en = (pages.of(language) for language in LANGUAGES)
    centred = centre(pages.whole["zh"], means["zh"]), centre(pages.whole["en"], means["en"])
    from_zh, from_en = find_neighbours(*centred), find_neighbours(centred[1], centred[0])
    pairs = propose_pairs(zh, en, from_zh, from_en, centred)
    views = ViewMaker(index, zh, en, centred, (from_zh, from_en))
    values = np.zeros((len(pairs), len(EVIDENCE)), np.float32)
    for row, pair in enumerate(pairs):
        view = views.view(*pair)
        values[row] = [weigh(view) for weigh in EVIDENCE.values()]
    return EvidenceTable(pairs, values, views)


class ViewMaker:
    """Makes what the functions of evidence look at; keeps the sketches of a few pages."""

    def __init__(
        self,
        index: CrawlIndex,
        zh: Sequence[Candidate],
        en: Sequence[Candidate],
        centred: tuple[Floats, Floats],
        neighbours: tuple[Neighbours, Neighbours],
    ) -> None:
        self.zh = zh
        self.en = en
        self._index = index
        self._centred = centred
        self._nearest = [one.cosines[:, 1:] for one in neighbours]
        self._rarity = weigh_tokens([*zh, *en])
        keys = {page.key for page in (*zh, *en)}
        self._linked = [[bool(keys.intersection(page.links)) for page in side] for side in (zh, en)]
        self._sketches: dict[tuple[int, int], Floats] = {}

    def view(self, zh: int, en: int) -> PairView:
        """Return what is to be compared of two pages, by their places."""
        cosine = float(self._centred[0][zh] @ self._centred[1][en])
        margin = (self._margin(0, zh, cosine) + self._margin(1, en, cosine)) / 2
        return PairView(
            self.zh[zh],
            self.en[en],
            self._sketch(0, zh),
            self._sketch(1, en),
            cosine,
            margin,
            self._rarity,
            self._linked[0][zh] or self._linked[1][en],
        )

    def _margin(self, side: int, place: int, cosine: float) -> float:
        """Return by how much a cosine is above those of the nearest others; few others say less."""
        others = self._nearest[side][place]
        return float((cosine - others).sum()) / max(_FEWEST_NEIGHBOURS, len(others))

    def _sketch(self, side: int, place: int) -> Floats:
        known = self._sketches.get((side, place))
        if known is None:
            if len(self._sketches) > _MOST_SKETCHES:
                self._sketches.clear()
            page = self.en[place] if side else self.zh[place]
            known = read_sketch(next(iter(self._index.vectors([page.id]))))
            self._sketches[(side, place)] = known
        return known


_MOST_SKETCHES = 4000  # of 16 KB each


# -- decisions -----------------------------------------------------------------------------------

_Edges = Mapping[int, Mapping[int, float]]


def share_odds(edges: _Edges) -> dict[tuple[int, int], float]:
    """Return the probability of each pair where a page has one counterpart or none.

    The odds of a pair are shared with those of all pairs that exclude it.
    """
    odds = {
        (zh, en): math.exp(min(40.0, logit)) for zh, other in edges.items()
        for en, logit in other.items()
    }  # fmt: skip
    of_zh: dict[int, float] = defaultdict(float)
    of_en: dict[int, float] = defaultdict(float)
    for (zh, en), value in odds.items():
        of_zh[zh] += value
        of_en[en] += value
    return {
        pair: value / (1 + of_zh[pair[0]] + of_en[pair[1]] - value) for pair, value in odds.items()
    }


def _decide(
    pages: CrawlPages,
    table: EvidenceTable,
    edges: _Edges,
    chosen: Mapping[int, int],
    window: tuple[dt.date | None, dt.date | None],
) -> CrawlPairing:
    judge = _Judge(table, share_odds(edges))
    likely = [pair for pair in chosen.items() if judge.probability(*pair) >= PROPOSED]
    found = [judge.describe(zh, en, against=False) for zh, en in likely]
    found = [pair for pair in found if any(in_window(page, *window) for page in (pair.zh, pair.en))]
    paired = {"zh": {zh for zh, _ in likely}, "en": {en for _, en in likely}}
    alone = [
        LonePage(page, judge.nearest(language, place))
        for language, side in (("zh", table.views.zh), ("en", table.views.en))
        for place, page in enumerate(side)
        if place not in paired[language] and in_window(page, *window)
    ]
    return CrawlPairing(
        _sorted(pair for pair in found if pair.probability >= JOINED),
        _sorted(pair for pair in found if pair.probability < JOINED),
        tuple(alone),
        pages,
    )


class _Judge:
    """The probability of pairs, and what speaks for and against them."""

    def __init__(self, table: EvidenceTable, shares: Mapping[tuple[int, int], float]) -> None:
        self._table = table
        self._shares = shares
        self._rows = {pair: row for row, pair in enumerate(table.pairs)}
        self._others: dict[tuple[str, int], list[tuple[float, int, int]]] = defaultdict(list)
        for (zh, en), share in shares.items():
            self._others["zh", zh].append((share, zh, en))
            self._others["en", en].append((share, zh, en))

    def probability(self, zh: int, en: int) -> float:
        return self._shares[zh, en]

    def describe(self, zh: int, en: int, *, against: bool) -> PagePair:
        view = self._table.views.view(zh, en)
        reasons = _reasons(view, self._table.values[self._rows[zh, en]], against=against)
        return PagePair(view.zh, view.en, self.probability(zh, en), reasons)

    def nearest(self, language: str, place: int) -> tuple[PagePair, ...]:
        """Return the most probable counterparts of a page that has none."""
        best = heapq.nlargest(_MOST_NEAREST, self._others[language, place])
        return tuple(self.describe(zh, en, against=True) for _, zh, en in best)


def _sorted(pairs: Iterable[PagePair]) -> tuple[PagePair, ...]:
    return tuple(sorted(pairs, key=lambda pair: (str(pair.zh.days[:1]), pair.zh.name)))


def _reasons(view: PairView, values: Floats, *, against: bool) -> tuple[str, ...]:
    """Return the evidence that counts most for a pair, or against it."""
    worth = load_weights().weights * values * (-1 if against else 1)
    names = list(EVIDENCE)
    reasons: list[str] = []
    for column in np.argsort(-worth):
        if worth[column] <= 0 or len(reasons) == _REASONS:
            break
        if words := describe(names[column], float(values[column]), view):
            reasons.append(words)
    return tuple(dict.fromkeys(reasons))
