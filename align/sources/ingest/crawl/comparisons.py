"""Comparisons: which Chinese pages of a crawl are compared with which English ones."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ....aligner.arrays import F32, I32
from .address import bare_address
from .candidates import MOST_WITH_PASSAGE, Candidate, index_passages

Pairs = I32
"""Places of a Chinese and an English page, (pairs, 2), each pair once, in order."""

NEAREST = 8  # pages that are compared with one for their content
_PER_DAY = 12  # pages of a day, the nearest ones, that are compared with one
_ALIKE = 4  # pages with one address but for the language
_PRIOR = 20  # vectors that the mean of a language stands for
_BLOCK = 4_000_000  # numbers of a product of matrices


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The nearest pages in the other language by content: cosines and places, (pages, k)."""

    cosines: F32
    places: I32


def centre(vectors: NDArray[np.float16], mean: F32) -> F32:
    """Return vectors minus their common part, scaled to norm 1.

    :param mean: what texts of the language share, in place of ``_PRIOR`` vectors.
    """
    moved = vectors.astype(np.float32)
    if len(moved):
        moved -= (moved.sum(axis=0) + _PRIOR * mean) / (len(moved) + _PRIOR)
        moved /= np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-6)
    return moved


def find_neighbours(ours: F32, theirs: F32, count: int = NEAREST) -> Neighbours:
    """Return the pages of the other language with the largest cosines, the nearest first."""
    count = min(count, len(theirs))
    cosines = np.zeros((len(ours), count), np.float32)
    places = np.zeros((len(ours), count), np.int32)
    rows = max(1, _BLOCK // max(1, len(theirs)))
    for start in range(0, len(ours) if count else 0, rows):
        products = ours[start : start + rows] @ theirs.T
        nearest = np.argpartition(products, -count, axis=1)[:, -count:]
        values = np.take_along_axis(products, nearest, axis=1)
        order = np.argsort(-values, axis=1)
        places[start : start + rows] = np.take_along_axis(nearest, order, axis=1)
        cosines[start : start + rows] = np.take_along_axis(values, order, axis=1)
    return Neighbours(cosines, places)


def propose_pairs(
    zh: Sequence[Candidate],
    en: Sequence[Candidate],
    neighbours: tuple[Neighbours, Neighbours],
    centred: tuple[F32, F32],
) -> Pairs:
    """Return which pairs are compared: near by content, of one day, by link, by address."""
    from_zh, from_en = (side.places.astype(np.int64) for side in neighbours)
    near_zh = np.arange(len(zh))[:, None] * len(en) + from_zh
    near_en = from_en * len(en) + np.arange(len(en))[:, None]
    others = (
        np.fromiter((i * len(en) + j for i, j in pairs), np.int64)
        for pairs in (_pairs_of_days(zh, en, centred), _pairs_by_key(zh, en))
    )
    codes = np.unique(np.concatenate([near_zh.ravel(), near_en.ravel(), *others]))
    return np.stack(np.divmod(codes, max(1, len(en))), axis=1).astype(np.int32)


def _pairs_of_days(
    zh: Sequence[Candidate], en: Sequence[Candidate], centred: tuple[F32, F32]
) -> Iterator[tuple[int, int]]:
    by_day: dict[dt.date, list[int]] = defaultdict(list)
    for place, page in enumerate(en):
        for day in _own_days(page):
            by_day[day].append(place)
    for place, page in enumerate(zh):
        around = (day + dt.timedelta(step) for day in _own_days(page) for step in (-1, 0, 1))
        others = sorted({other for day in around for other in by_day.get(day, ())})
        if len(others) > _PER_DAY:
            products = centred[1][others] @ centred[0][place]
            others = [others[at] for at in np.argsort(-products)[:_PER_DAY]]
        yield from ((place, other) for other in others)


def _own_days(page: Candidate) -> set[dt.date]:
    return {*page.days, *((page.date,) if page.date else ())}


def _pairs_by_key(zh: Sequence[Candidate], en: Sequence[Candidate]) -> Iterator[tuple[int, int]]:
    """Yield pairs by link in either direction, by like addresses, and by untranslated passages."""
    zh_places = {page.key: place for place, page in enumerate(zh)}
    en_places = {page.key: place for place, page in enumerate(en)}
    by_passage = index_passages(zh, en)
    by_bare: dict[str, list[int]] = defaultdict(list)
    for place, page in enumerate(en):
        yield from ((zh_places[key], place) for key in page.links if key in zh_places)
        by_bare[bare_address(page.key)].append(place)
    for place, page in enumerate(zh):
        yield from ((place, en_places[key]) for key in page.links if key in en_places)
        yield from ((place, other) for other in by_bare.get(bare_address(page.key), ())[:_ALIKE])
        for passage in page.passages.tolist():
            if len(by_passage[passage]) <= MOST_WITH_PASSAGE:
                yield from ((place, other) for other in by_passage[passage])
