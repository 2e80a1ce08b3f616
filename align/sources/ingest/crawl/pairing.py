"""Pairing: which pages of a crawl are one briefing, with a probability and the reasons.

Evidence is weighed by logistic regression; then each page has one counterpart or none, so pairs
that exclude each other share their probability; the choice is an assignment.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from ....aligner.arrays import F32, I64
from ....records import LANGUAGES
from .assignment import assign
from .candidates import Candidate, CrawlPages, collect_pages, in_window
from .comparisons import Neighbours, Pairs, centre, find_neighbours, propose_pairs
from .evidence import EVIDENCE, KINDS, SERIES, PairView, TokenRarity, describe
from .index import CrawlIndex, PageId
from .series import SeriesCounts, series_of
from .sketch import read_sketch
from .versions import drop_older_versions
from .weights import PairWeights, load_weights, logit

JOINED = 0.9
"""Probability from which a pair is joined; below it is proposed."""

PROPOSED = 0.2
"""Probability from which a pair is proposed; below, both pages stay alone."""

_LEAST = 0.0005  # probability of a pair that is worth choosing from
_MOST_NEAREST = 3  # candidates that are named for a page that stays alone
_FEWEST_NEIGHBOURS = 4  # over which a margin is measured, however few there are
_LARGEST_LOGIT = 40.0  # beyond which odds are all the same
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
    """The result of pairing the pages of a crawl."""

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
    table = compare_pages(index, pages, weights)
    odds = weights.logits(table.values)
    judge = _Judge(table, share_odds(table.pairs, odds))
    return _decide(pages, judge, choose_pairs(table.pairs, odds), (since, until))


def choose_pairs(pairs: Pairs, logits: F32) -> I64:
    """Return the rows of the most probable pairs; no two of them share a page."""
    floor = logit(_LEAST)
    edges: dict[int, dict[int, float]] = defaultdict(dict)
    rows: dict[tuple[int, int], int] = {}
    for row in np.flatnonzero(logits > floor):
        zh, en = pairs[row].tolist()
        edges[zh][en] = float(logits[row]) - floor
        rows[zh, en] = int(row)
    return np.array([rows[pair] for pair in assign(edges).items()], np.int64)


# -- comparison ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EvidenceTable:
    """The pairs that were compared, by their places, and their evidence, (pairs, kinds)."""

    pairs: Pairs
    values: F32
    views: "ViewMaker"


def compare_pages(index: CrawlIndex, pages: CrawlPages, weights: PairWeights) -> EvidenceTable:
    """Return the evidence for every pair of pages that is worth comparing.

    :param weights: they tell which pairs are sure, from which the series are learned.
    """
    zh, en = (pages.of(language) for language in LANGUAGES)
    centred = (
        centre(pages.whole["zh"], weights.means["zh"]),
        centre(pages.whole["en"], weights.means["en"]),
    )
    neighbours = find_neighbours(*centred), find_neighbours(centred[1], centred[0])
    pairs = propose_pairs(zh, en, neighbours, centred)
    views = ViewMaker(index, zh, en, centred, neighbours)
    values = np.zeros((len(pairs), len(KINDS)), np.float32)
    for row, pair in enumerate(pairs.tolist()):
        view = views.view(*pair)
        values[row, : len(EVIDENCE)] = [weigh(view) for weigh in EVIDENCE.values()]
    table = EvidenceTable(pairs, values, views)
    values[:, KINDS.index(SERIES)] = compare_series(table, weights.logits(values))
    return table


def compare_series(table: EvidenceTable, logits: F32) -> F32:
    """Return the evidence of series, (pairs,), learned from the sure pairs."""
    zh, en = table.views.zh, table.views.en
    shares = share_odds(table.pairs, logits)
    sure = {row for row in choose_pairs(table.pairs, logits).tolist() if shares[row] >= JOINED}
    counts = SeriesCounts((zh[i], en[j]) for i, j in table.pairs[sorted(sure)].tolist())
    ours, theirs = [series_of(page) for page in zh], [series_of(page) for page in en]
    values = [
        counts.weigh(ours[i], theirs[j], counted=row in sure)
        for row, (i, j) in enumerate(table.pairs.tolist())
    ]
    return np.array(values, np.float32)


class ViewMaker:
    """Makes the input of the evidence functions; caches the sketches of a few pages."""

    def __init__(
        self,
        index: CrawlIndex,
        zh: Sequence[Candidate],
        en: Sequence[Candidate],
        centred: tuple[F32, F32],
        neighbours: tuple[Neighbours, Neighbours],
    ) -> None:
        self.zh = zh
        self.en = en
        self._index = index
        self._centred = centred
        self._nearest = [one.cosines[:, 1:] for one in neighbours]
        self._rarity = TokenRarity.of([*zh, *en])
        self._token_weights = [
            [self._rarity.sum(page.tokens) for page in side] for side in (zh, en)
        ]
        keys = {page.key for page in (*zh, *en)}
        self._linked = [[bool(keys.intersection(page.links)) for page in side] for side in (zh, en)]
        self._sketch = lru_cache(_MOST_SKETCHES)(self._read_sketch)

    def view(self, zh: int, en: int) -> PairView:
        """Return the view of two pages, given by their places."""
        cosine = float(self._centred[0][zh] @ self._centred[1][en])
        margin = (self._margin(0, zh, cosine) + self._margin(1, en, cosine)) / 2
        return PairView(
            self.zh[zh],
            self.en[en],
            self._sketch(self.zh[zh].id),
            self._sketch(self.en[en].id),
            cosine,
            margin,
            self._rarity,
            min(self._token_weights[0][zh], self._token_weights[1][en]),
            self._linked[0][zh] or self._linked[1][en],
        )

    def _margin(self, side: int, place: int, cosine: float) -> float:
        """Return by how much a cosine is above those of the nearest others; few others say less."""
        others = self._nearest[side][place]
        return float((cosine - others).sum()) / max(_FEWEST_NEIGHBOURS, len(others))

    def _read_sketch(self, page: PageId) -> F32:
        return read_sketch(next(iter(self._index.vectors([page]))))


_MOST_SKETCHES = 4000  # of 16 KB each


# -- decisions -----------------------------------------------------------------------------------


def share_odds(pairs: Pairs, logits: F32) -> F32:
    """Return the probability of each pair where a page has one counterpart or none, (pairs,).

    The odds of a pair are shared with those of all pairs that exclude it.
    """
    odds = np.exp(np.minimum(logits.astype(np.float64), _LARGEST_LOGIT))
    zh, en = pairs[:, 0], pairs[:, 1]
    excluded = np.bincount(zh, odds)[zh] + np.bincount(en, odds)[en] - odds
    return np.asarray(odds / (1 + excluded), dtype=np.float32)


def _decide(
    pages: CrawlPages,
    judge: "_Judge",
    chosen: I64,
    window: tuple[dt.date | None, dt.date | None],
) -> CrawlPairing:
    likely = [row for row in chosen.tolist() if judge.shares[row] >= PROPOSED]
    joined: list[PagePair] = []
    proposed: list[PagePair] = []
    for row in likely:
        pair = judge.describe(row, against=False)
        if in_window(pair.zh, *window) or in_window(pair.en, *window):
            kept = joined if pair.probability >= JOINED else proposed
            kept.append(pair)
    alone: list[LonePage] = []
    for side, candidates in enumerate((judge.views.zh, judge.views.en)):
        paired = judge.places(side, likely)
        for place, page in enumerate(candidates):
            if place not in paired and in_window(page, *window):
                alone.append(LonePage(page, judge.nearest(side, place)))
    return CrawlPairing(_sorted(joined), _sorted(proposed), tuple(alone), pages)


class _Judge:
    """The probability of pairs, and what speaks for and against them.

    A side is 0 for Chinese and 1 for English, the column of its places.
    """

    def __init__(self, table: EvidenceTable, shares: F32) -> None:
        self.shares = shares
        self.views = table.views
        self._table = table
        # The rows of each page of a side are next to each other in one of these orders.
        self._orders = [np.argsort(table.pairs[:, side], kind="stable") for side in (0, 1)]
        self._sorted = [table.pairs[order, side] for side, order in enumerate(self._orders)]

    def places(self, side: int, rows: Sequence[int]) -> set[int]:
        """Return the pages of a side that some pairs have."""
        return set(self._table.pairs[rows, side].tolist())

    def describe(self, row: int, *, against: bool) -> PagePair:
        view = self.views.view(*self._table.pairs[row].tolist())
        reasons = _reasons(view, self._table.values[row], against=against)
        return PagePair(view.zh, view.en, float(self.shares[row]), reasons)

    def nearest(self, side: int, place: int) -> tuple[PagePair, ...]:
        """Return the most probable counterparts of a page that has none."""
        start, end = np.searchsorted(self._sorted[side], [place, place + 1])
        rows = self._orders[side][start:end]
        best = rows[np.argsort(-self.shares[rows])][:_MOST_NEAREST]
        return tuple(self.describe(row, against=True) for row in best.tolist())


def _sorted(pairs: Iterable[PagePair]) -> tuple[PagePair, ...]:
    return tuple(sorted(pairs, key=lambda pair: (pair.zh.days[:1], pair.zh.name)))


def _reasons(view: PairView, values: F32, *, against: bool) -> tuple[str, ...]:
    """Return the evidence that counts most for a pair, or against it."""
    worth = load_weights().weights * values * (-1 if against else 1)
    reasons: list[str] = []
    for column in np.argsort(-worth):
        if worth[column] <= 0 or len(reasons) == _REASONS:
            break
        if words := describe(KINDS[column], float(values[column]), view):
            reasons.append(words)
    return tuple(dict.fromkeys(reasons))
