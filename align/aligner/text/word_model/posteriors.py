"""Posteriors of one row: the probability that a Chinese and an English token are translations.

This module uses numpy only, because loading the compiled loops takes longer than linking a page of
search hits.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ....records import CharSpan
from ...arrays import F32, F64
from ..dictionary import STOP_ZH
from .counts import REACH, WordChances, join_numbers
from .tokens import ModelToken, cut_tokens, token_number, tokens_between
from .training import LONGEST, SKIP

SURE = 0.505
"""Least weight of a marked word; up to 0.5 only one direction supports it."""

WORD_COST = 0.4
"""Weight that an English word needs to widen a mark."""

STOP_COST = 0.08
"""Weight that an English stop word needs to widen a mark."""

CHARACTER_COST = 0.35
"""Weight that a Chinese character needs to widen a mark."""

WIDEST = 12
"""Maximum number of English words in a mark."""

WIDEST_CHINESE = 16
"""Maximum number of Chinese characters in a mark."""


@dataclass(frozen=True, eq=False)
class RowPosteriors:
    """The tokens of a row, and two posteriors of each pair of tokens.

    ``from_en``, (Chinese tokens, English tokens), is the probability that the English token
    generates the Chinese one; each row sums to at most 1. ``from_zh``, of the same shape, is the
    reverse; each column sums to at most 1.
    """

    zh: Sequence[ModelToken]
    en: Sequence[ModelToken]
    from_en: F32
    from_zh: F32

    def weigh_english(self, chosen: Collection[int]) -> F32:
        """Return the weight of each English token as a translation of some Chinese tokens."""
        places = sorted(chosen)
        share = np.minimum(self.from_zh[places].sum(axis=0), 1.0)
        some = 1.0 - np.prod(1.0 - self.from_en[places], axis=0)
        return np.asarray((share + some) / 2, np.float32)

    def weigh_chinese(self, chosen: Collection[int]) -> F32:
        """Return the weight of each Chinese token as a translation of some English tokens."""
        places = sorted(chosen)
        share = np.minimum(self.from_en[:, places].sum(axis=1), 1.0)
        some = 1.0 - np.prod(1.0 - self.from_zh[:, places], axis=1)
        return np.asarray((share + some) / 2, np.float32)

    def without(self, wrong: Iterable[tuple[CharSpan, CharSpan]]) -> "RowPosteriors":
        """Return the posteriors with 0 for some pairs of spans, which are not translations."""
        from_en, from_zh = self.from_en.copy(), self.from_zh.copy()
        for ours, theirs in wrong:
            cells = np.ix_(tokens_between(self.zh, *ours), tokens_between(self.en, *theirs))
            from_en[cells] = 0.0
            from_zh[cells] = 0.0
        return replace(self, from_en=from_en, from_zh=from_zh)

    def find_english(
        self, start: int, end: int, least: float = SURE
    ) -> tuple[CharSpan, float] | None:
        """Return the translation of Chinese characters: its character span and its best weight.

        :param least: least weight of its best token.
        :return: ``None`` if there is none.
        """
        chosen = tokens_between(self.zh, start, end)
        if not chosen:
            return None
        weight = self.weigh_english(chosen)
        stops = [token.stop for token in self.en]
        cost = np.where(stops, STOP_COST, WORD_COST)
        return _best_span(self.en, weight, cost, stops, WIDEST, least)

    def find_chinese(
        self, start: int, end: int, least: float = SURE
    ) -> tuple[CharSpan, float] | None:
        """Return the translation of English characters: its character span and its best weight.

        :param least: least weight of its best token.
        :return: ``None`` if there is none.
        """
        chosen = tokens_between(self.en, start, end)
        if not chosen:
            return None
        weight = self.weigh_chinese(chosen)
        stops = [token.key in STOP_ZH for token in self.zh]
        cost = np.full(len(weight), CHARACTER_COST)
        return _best_span(self.zh, weight, cost, stops, WIDEST_CHINESE, least)


@dataclass(frozen=True, eq=False)
class RowChances:
    """The tokens of a row, with the probabilities of their pairs and of the null word."""

    zh: Sequence[ModelToken]
    en: Sequence[ModelToken]
    emission: F32  # (2, Chinese tokens, English tokens)
    zh_null: F32
    en_null: F32


def look_up_row(zh: str, en: str, chances: WordChances) -> RowChances | None:
    """Return the probabilities of a row, or ``None`` if a text has no tokens or too many."""
    ours, theirs = cut_tokens(zh), cut_tokens(en)
    if not (0 < len(ours) <= LONGEST and 0 < len(theirs) <= LONGEST):
        return None
    left = np.array([token_number(token.key) for token in ours], np.uint32)
    right = np.array([token_number(token.key) for token in theirs], np.uint32)
    none = np.zeros(1, np.uint32)
    cells = chances.look_up(join_numbers(left[:, None], right[None, :]).ravel())
    return RowChances(
        ours,
        theirs,
        cells.reshape(2, len(left), len(right)),
        chances.look_up(join_numbers(left, none))[0],
        chances.look_up(join_numbers(none, right))[1],
    )


def link_row(zh: str, en: str, chances: WordChances) -> RowPosteriors | None:
    """Return the posteriors of a row, or ``None`` if a text has no tokens or too many."""
    row = look_up_row(zh, en, chances)
    if row is None:
        return None
    from_en = _find_posteriors(row.emission[0], row.zh_null, chances.jumps[0])
    from_zh = _find_posteriors(row.emission[1].T, row.en_null, chances.jumps[1]).T
    return RowPosteriors(row.zh, row.en, from_en, from_zh)


def _find_posteriors(emission: F32, null: F32, jumps: F32) -> F32:
    """Return the posterior of each state at each token: ``kernels.walk`` in numpy."""
    tokens, states = emission.shape
    places = np.arange(states)
    step = jumps[np.clip(places - places[:, None], -REACH, REACH) + REACH]
    step = step / step.sum(axis=1, keepdims=True)
    kept, lost = (1 - SKIP) * emission, (SKIP * null).tolist()
    into = np.empty_like(emission)
    later = np.ones_like(emission)
    scale = [1.0] * tokens
    before = np.full(states, 1 / states, np.float32)
    into[0] = before
    for at in range(tokens):
        if at:
            into[at] = before @ step
        mass = kept[at] * into[at] + lost[at] * before
        scale[at] = float(mass.sum())
        before = mass / scale[at]
    for at in range(tokens - 1, 0, -1):
        after = later[at]
        later[at - 1] = (step @ (kept[at] * after) + lost[at] * after) / scale[at]
    return kept * into * later / np.array(scale, np.float32)[:, None]


def _best_span(
    tokens: Sequence[ModelToken],
    weight: F32,
    cost: F64,
    stops: Sequence[bool],
    widest: int,
    least: float,
) -> tuple[CharSpan, float] | None:
    """Return the span whose weights exceed their costs most, trimmed of stop words at its ends."""
    worth = weight - cost
    best, value = None, 0.0
    for start in np.flatnonzero(weight >= least).tolist():
        for first, last in _runs_around(start, len(tokens), widest):
            total = float(worth[first : last + 1].sum())
            if total > value + 1e-6:
                best, value = (first, last), total
    if best is None:
        return None
    inside = [at for at in range(best[0], best[1] + 1) if not stops[at]]
    if not inside:
        return None
    sure = float(np.max(weight[best[0] : best[1] + 1]))
    return (tokens[inside[0]].start, tokens[inside[-1]].end), sure


def _runs_around(place: int, count: int, widest: int) -> Iterator[CharSpan]:
    """Yield first and last token of every span that includes ``place``."""
    for first in range(max(0, place - widest + 1), place + 1):
        for last in range(place, min(first + widest, count)):
            yield first, last
