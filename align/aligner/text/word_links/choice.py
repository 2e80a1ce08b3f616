"""The choice of links: the pair with the best score is linked, and its neighbours gain."""

from collections.abc import Iterable, Sequence

import numpy as np

from ....records import CharSpan
from ...arrays import F32
from ..word_model.tokens import tokens_between
from .pairs import TAKEN, CandidateRow

NEIGHBOUR = 0.6  # score of a linked neighbour
REACH = 2  # English tokens to either side of a link that are its neighbours

TokenPair = tuple[list[int], list[int]]
"""Indices of Chinese and of English tokens."""


def pair_tokens(row: CandidateRow, zh: CharSpan, en: CharSpan) -> TokenPair:
    """Return the tokens that overlap two spans of characters."""
    return tokens_between(row.zh, *zh), tokens_between(row.en, *en)


def drop_overlapping(pairs: Iterable[TokenPair], wrong: Sequence[TokenPair]) -> list[TokenPair]:
    """Return the pairs that overlap none of those that people rejected."""
    return [pair for pair in pairs if not any(_overlap(pair, one) for one in wrong)]


def choose_links(
    row: CandidateRow,
    score: F32,
    first: Iterable[TokenPair],
    least: float,
    wrong: Sequence[TokenPair] = (),
) -> list[TokenPair]:
    """Return the links: the given pairs first, then the pair with the best score, repeatedly.

    :param score: the score of each Chinese word with each English token; it is modified.
    :param first: pairs that are linked before all others, if their English tokens are free.
    :param least: least score of a link.
    :param wrong: pairs whose tokens are not linked with each other.
    """
    choice = _Choice(row, score)
    for zh, en in wrong:
        if zh:
            choice.forbid(zh, en)
    for zh, en in first:
        if zh and en and choice.free[en].all():
            choice.link(zh, en)
    while True:
        word, token = divmod(int(np.argmax(score)), len(row.en))
        if score[word, token] < least:
            return choice.links
        zh = [*range(*row.spans[word])]
        mates = row.mates.get((word, token), (token,))
        en = [mate for mate in mates if choice.free[mate] and not _is_wrong(zh, mate, wrong)]
        choice.link(zh, en)


class _Choice:
    """The links chosen up to now, and the scores that they leave for the others."""

    def __init__(self, row: CandidateRow, score: F32) -> None:
        self.links: list[TokenPair] = []
        self.free = np.ones(len(row.en), bool)
        """Which English tokens are not linked, (tokens,)."""
        self._score = score
        self._starts, self._ends = np.array(row.spans).T
        self._gained = np.zeros(score.shape, bool)
        """Which pairs have gained from a linked neighbour; each gains once."""

    def forbid(self, zh: Sequence[int], en: Sequence[int]) -> None:
        """Never link words that include these Chinese tokens with these English ones."""
        overlapping = (self._starts <= zh[-1]) & (self._ends > zh[0])
        self._score[np.ix_(overlapping, np.asarray(en, np.intp))] = TAKEN

    def link(self, zh: Sequence[int], en: Sequence[int]) -> None:
        """Link consecutive Chinese tokens with English ones; neither can be linked again."""
        self.links.append(([*zh], [*en]))
        start = zh[0]
        end = zh[-1] + 1
        self._score[(self._starts < end) & (self._ends > start)] = TAKEN
        self._score[:, en] = TAKEN
        self.free[en] = False
        self._raise_neighbours(start, end, en)

    def _raise_neighbours(self, start: int, end: int, en: Sequence[int]) -> None:
        """Add to the scores of the pairs near a new link that have not gained yet."""
        follows = (self._starts >= end) & (self._starts <= end + 1)
        precedes = (self._ends <= start) & (self._ends >= start - 1)
        words = np.flatnonzero(follows | precedes)
        near = np.zeros(len(self.free), bool)
        for token in en:
            near[max(0, token - REACH) : token + REACH + 1] = True
        pairs = np.ix_(words, np.flatnonzero(near))
        self._score[pairs] += NEIGHBOUR * ~self._gained[pairs]
        self._gained[pairs] = True


def _overlap(one: TokenPair, other: TokenPair) -> bool:
    """Return whether two pairs have tokens of both texts in common."""
    return all(not set(mine).isdisjoint(theirs) for mine, theirs in zip(one, other, strict=True))


def _is_wrong(zh: Sequence[int], token: int, wrong: Iterable[TokenPair]) -> bool:
    """Return whether an English token was rejected as a translation of some Chinese tokens."""
    return any(_overlap(([*zh], [token]), one) for one in wrong)
