"""Pairs of a Chinese word and an English word that may be translations: features and scores.

Every sequence of Chinese characters that may be a word is compared with every English word: by the
dictionary (CC-CEDICT), by sound (names), by the posteriors of the word model if it has been
trained, and by the vectors of an encoder if there is one.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import lru_cache
from math import ceil

import numpy as np
from numpy.typing import NDArray

from ....records import CharSpan
from ...arrays import F32, F64
from ..chinese import HAN_CHARACTER
from ..dictionary import STOP_EN, Token, Words, senses, tokenize
from ..pinyin import latin_key, whole_spellings
from ..word_model.posteriors import RowPosteriors
from ..word_model.tokens import ModelToken, tokens_between
from ..word_vectors import WordVectors

Places = tuple[
    Sequence[CharSpan], Sequence[CharSpan]
]  # spans of the Chinese and of the English text

LONGEST = 5  # maximum characters of a Chinese word
SILENT = frozenset(["的", "the", "a", "an", "s"])  # words that are never linked

WEIGHTS = {
    "even": 4.08, "sense": 1.69, "mates": 0.56, "best of row": 7.93, "best of column": 2.35,
    "single": -0.18, "stop": -0.9, "entry": -2.93, "place": -7.62, "sound": 0.9, "posterior": 0.0,
}  # fmt: skip
"""Weights of a logistic regression, without the word model."""

MODEL_WEIGHTS = {
    "even": -1.44, "sense": 0.71, "mates": 0.35, "best of row": 0.0, "best of column": 0.0,
    "single": 0.47, "stop": -0.62, "entry": -0.09, "place": -3.4, "sound": 0.33, "posterior": 5.27,
}  # fmt: skip
"""Weights with the word model, fitted by ``python -m benchmarks.word_links --fit``.

The vectors of an encoder add nothing to its posteriors and are not computed.
"""

LENGTH = 1.2  # score of each further character of a word
ALIKE = 0.45  # least cosine of two words
FAMILY = 0.65  # share of the letters that two stems of one family have in common
LIKE_FAMILY = 0.6  # weight of a stem of the same family, where an equal stem has 1

FAINT = 0.1  # posteriors below this count as 0
TOGETHER = 0.5  # neighbours with posteriors from this on belong to the same link

TAKEN = -99.0  # score of a pair that can no longer be linked


class CandidateRow:
    """Two texts: the sequences of tokens that may be Chinese words, and the English tokens.

    ``near`` has the tokens of the given places: of the Chinese text or, if ``near[0]`` is empty, of
    the English one.
    """

    def __init__(self, zh: str, en: str, near: Places = ((), ())) -> None:
        self.zh = tokenize(zh)
        self.en = tokenize(en)
        if near[0]:
            tokens, spans = self.zh, near[0]
        else:
            tokens, spans = self.en, near[1]
        self.near = {at for span in spans for at in tokens_between(tokens, *span)}
        found = list(_find_words(self.zh, self.near if near[0] else {*range(len(self.zh))}))
        self.spans: list[CharSpan] = [span for span, _ in found]
        self.words = [word for _, word in found]
        self.mates: dict[CharSpan, tuple[int, ...]] = {}
        """English tokens that belong to the same sense, by Chinese word and English token."""
        self._places: dict[str, list[int]] = defaultdict(list)
        self._families: dict[str, set[str]] = defaultdict(set)
        for at, token in enumerate(self.en):
            if token.form not in SILENT and (near[0] or not spans or at in self.near):
                self._families[token.stem[:4]].add(token.stem)
                for form in {token.form, token.stem}:
                    self._places[form].append(at)
        self._beginnings = {form[:4] for form in self._places}

    def score(self, features: F32, weights: Sequence[float]) -> F32:
        """Return the score of each Chinese word with each English token, (words, tokens)."""
        named = dict(zip(WEIGHTS, features, strict=True))
        evidence = (named["sense"] > 0) | (named["sound"] > 0) | (named["posterior"] > 0)
        longer = np.array([min(end - start, 4) - 1 for start, end in self.spans])
        score = np.tensordot(np.asarray(weights, np.float32), features, 1)
        score += LENGTH * longer[:, None]
        score[~(evidence | self._alike)] = TAKEN
        score[:, [token.form in SILENT for token in self.en]] = TAKEN
        return np.asarray(score, np.float32)

    def describe(self, vectors: WordVectors | None, posteriors: RowPosteriors | None) -> F32:
        """Return the features of all pairs, in the order of the weights, (weights, words, tokens).

        Call this before :meth:`score`, which uses the cosines that it keeps.
        """
        shape = (len(self.words), len(self.en))
        sense, mates = self._compare_senses(shape)
        sound = self._compare_sounds(shape)
        posterior = self._expect(posteriors, shape)
        cosine = self._compare(vectors, shape)
        self._alike = cosine > ALIKE
        single = [[end - start == 1] for start, end in self.spans]
        stop = [token.form in STOP_EN for token in self.en]
        entry = [[bool(senses(word))] for word in self.words]
        features = (
            1,
            sense,
            mates,
            _lead(cosine, 1),
            _lead(cosine, 0),
            single,
            stop,
            entry,
            np.abs(self._distances()),
            sound,
            posterior,
        )
        return np.stack([np.broadcast_to(np.asarray(f, np.float32), shape) for f in features])

    def _compare_senses(self, shape: tuple[int, int]) -> tuple[F32, F32]:
        """Return the share of a dictionary sense of each pair, and how many more tokens have it."""
        sense = np.zeros(shape, np.float32)
        mates = np.zeros(shape, np.float32)
        for row, word in enumerate(self.words):
            for at, others, value in self._find_senses(word):
                if value > sense[row, at]:
                    sense[row, at] = value
                    mates[row, at] = len(others) - 1
                    self.mates[row, at] = others
        return sense, mates

    def _compare_sounds(self, shape: tuple[int, int]) -> F32:
        """Return 1 where a token is the pinyin of a word, 0.5 for a word of one character."""
        sound = np.zeros(shape, np.float32)
        keys = [latin_key(token.form) if token.form not in STOP_EN else "" for token in self.en]
        for row, word in enumerate(self.words):
            if len(word) >= LONGEST:
                continue
            spelt = whole_spellings(word) - {""}
            if spelt:
                sound[row, [key in spelt for key in keys]] = 1 if len(word) > 1 else 0.5
        return sound

    def _distances(self) -> F64:
        """Return how much later each word is in its text than each token, (words, tokens).

        A position is the middle of a word, as a share of the length of its text.
        """
        ours = [self.zh[start].start + self.zh[end - 1].end for start, end in self.spans]
        theirs = [token.start + token.end for token in self.en]
        our_shares = np.array(ours) / self.zh[-1].end / 2
        their_shares = np.array(theirs) / self.en[-1].end / 2
        distances: F64 = np.subtract.outer(our_shares, their_shares)
        return distances

    def _expect(self, posteriors: RowPosteriors | None, shape: tuple[int, int]) -> F32:
        """Return the posteriors of all pairs in the word model, 0 if they are faint."""
        expected = np.zeros(shape, np.float32)
        if posteriors is None:
            return expected
        ours = _find_places(self.zh, posteriors.zh)
        theirs = _find_places(self.en, posteriors.en)
        from_en = posteriors.from_en[np.ix_(ours, theirs)]
        from_zh = posteriors.from_zh[np.ix_(ours, theirs)]
        for row, (start, end) in enumerate(self.spans):
            share = np.minimum(from_zh[start:end].sum(axis=0), 1.0)
            expected[row] = (share + from_en[start:end].mean(axis=0)) / 2
        expected[expected < FAINT] = 0.0
        for row, at in np.argwhere(expected >= TOGETHER).tolist():
            self.mates.setdefault((row, at), _neighbours(expected[row] >= TOGETHER, at))
        return expected

    def _compare(self, vectors: WordVectors | None, shape: tuple[int, int]) -> F32:
        """Return the cosines of all pairs, 0 for numbers and for words outside the dictionary."""
        cosine = np.zeros(shape, np.float32)
        ours = [at for at, word in enumerate(self.words) if senses(word)]
        theirs = [at for at, token in enumerate(self.en) if not token.form[0].isdigit()]
        if vectors and ours and theirs:
            left = vectors.look_up([self.words[at] for at in ours])
            right = vectors.look_up([self.en[at].form for at in theirs])
            # einsum uses one thread, which is faster than several for a product this small
            cosine[np.ix_(np.array(ours), np.array(theirs))] = np.einsum("ik,jk->ij", left, right)
        return cosine

    def _find_senses(self, word: str) -> Iterator[tuple[int, tuple[int, ...], float]]:
        """Yield the English tokens of each dictionary sense of a Chinese word.

        :return: a token, all tokens near it that belong to the same sense, and the share of the
            sense that they cover.
        """
        if self._beginnings.isdisjoint(_beginnings(word)):
            return
        for sense in senses(word) or ((word,),):
            yield from self._find_sense(sense)

    def _find_sense(self, sense: Words) -> Iterator[tuple[int, tuple[int, ...], float]]:
        """Yield the English tokens of one sense, given as stems, as :meth:`_find_senses` does."""
        places: dict[str, list[tuple[int, float]]] = {}
        for part in sense:
            found = self._find(part)
            if found:
                places[part] = found
        if not places:
            return
        weights = _weigh_parts(sense)
        whole = sum(weights[part] for part in sense)
        for part, found in places.items():
            if weights[part] != 1:
                continue
            others = [(places[other], weights[other]) for other in places.keys() - {part}]
            for at, likeness in found:
                mates, value = _find_mates(at, likeness, others)
                yield at, mates, value / whole

    def _find(self, stem: str) -> list[tuple[int, float]]:
        """Return the English tokens of a stem with weight 1, else of its family with less."""
        if stem in self._places:
            return [(at, 1.0) for at in self._places[stem]]
        stems = self._families.get(stem[:4], ())
        family = (relative for relative in stems if _is_family(stem, relative))
        return [(at, LIKE_FAMILY) for relative in family for at in self._places[relative]]


def _find_mates(
    at: int, likeness: float, others: Iterable[tuple[Sequence[tuple[int, float]], float]]
) -> tuple[tuple[int, ...], float]:
    """Return an English token with the nearest tokens of the other parts of its sense.

    :param likeness: the likeness of the token, whose weight is 1.
    :param others: tokens with their likeness, and the weight, of each other part.
    :return: the tokens in order, and the sum of likeness times weight.
    """
    mates = {at}
    value = likeness
    for tokens, weight in others:
        near, alike = min(tokens, key=lambda token: abs(token[0] - at))
        if abs(near - at) <= 4 and near not in mates:
            mates.add(near)
            value += alike * weight
    return tuple(sorted(mates)), value


def _weigh_parts(sense: Words) -> dict[str, float]:
    """Return the weight of each stem of a sense: 0.1 for function words next to other words."""
    has_only_stop_words = STOP_EN.issuperset(sense)
    weights: dict[str, float] = {}
    for part in sense:
        is_light = part in STOP_EN and not has_only_stop_words
        weights[part] = 0.1 if is_light else 1.0
    return weights


def _find_places(tokens: Sequence[Token], model: Sequence[ModelToken]) -> list[int]:
    """Return the index of each token in the word model, where U.S. is one token, not two."""
    starts = [token.start for token in model]
    return [max(0, bisect_right(starts, token.start) - 1) for token in tokens]


def _neighbours(marked: NDArray[np.bool_], at: int) -> tuple[int, ...]:
    """Return the indices of the unbroken sequence of marks that includes ``at``."""
    first = at
    last = at
    while first > 0 and marked[first - 1]:
        first -= 1
    while last + 1 < len(marked) and marked[last + 1]:
        last += 1
    return tuple(range(first, last + 1))


@lru_cache(maxsize=1 << 16)
def _beginnings(word: str) -> frozenset[str]:
    return frozenset(part[:4] for sense in senses(word) or ((word,),) for part in sense)


def _find_words(tokens: Sequence[Token], near: Set[int]) -> Iterator[tuple[CharSpan, str]]:
    """Yield all sequences that may be one word: dictionary entries, and any two characters.

    :param near: token indices; each sequence includes at least one of them.
    """
    starts = {start for at in near for start in range(max(0, at - LONGEST + 1), at + 1)}
    for start in sorted(starts):
        for end in range(start + 1, min(start + LONGEST, len(tokens)) + 1):
            word = "".join(token.form for token in tokens[start:end])
            if tokens[end - 1].end - tokens[start].start != len(word) or word in SILENT:
                break
            if end - start > 1 and not HAN_CHARACTER.match(tokens[end - 1].form):
                break
            reaches = not near.isdisjoint(range(start, end))
            if (end - start < 3 or senses(word)) and reaches:
                yield (start, end), word


def _lead(cosine: F32, axis: int) -> F32:
    """Return the lead of each cosine over the best other cosine along an axis, -0.2 to 0.1."""
    if cosine.shape[axis] < 2:
        return np.zeros_like(cosine)
    best = np.sort(cosine, axis=axis).take([-2, -1], axis=axis)
    second, first = np.split(best, 2, axis=axis)
    return np.clip(cosine - np.where(cosine == first, second, first), -0.2, 0.1)


@lru_cache(maxsize=1 << 16)
def _is_family(one: str, other: str) -> bool:
    least = ceil(max(4, FAMILY * max(len(one), len(other))))
    return len(one) >= least and one[:least] == other[:least]
