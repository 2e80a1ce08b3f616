"""Links between the words of two texts that translate each other.

Every run of Chinese characters that may be a word is compared with every English word: by the
dictionary (CC-CEDICT), by sound (names), by the posteriors of the word model if it has counted
other rows, and by the vectors of an encoder if there is one. Numbers and dates are linked first,
then the best pair, whose neighbours gain by it, and so on while a pair is likely enough.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from math import ceil

import numpy as np
from numpy.typing import NDArray

from .chinese import HAN_CHARACTER
from .dictionary import STOP_EN, Token, senses, tokenize
from .facts import RELATIVE, compare_facts, find_facts
from .pinyin import latin_key, whole_spellings
from .word_model.posteriors import RowPosteriors
from .word_model.tokens import ModelToken

Floats = NDArray[np.float32]
Span = tuple[int, int]
Places = tuple[Sequence[Span], Sequence[Span]]  # of the Chinese and of the English

LONGEST = 5  # characters of the longest Chinese word that is looked up
# Characters of both texts that are linked at most: every word is compared with every one.
MOST_CHARACTERS = 4000
SILENT = frozenset(["的", "the", "a", "an", "s"])  # words that are never linked

WEIGHTS = {
    "even": 4.08, "sense": 1.69, "mates": 0.56, "best of row": 7.93, "best of column": 2.35,
    "single": -0.18, "stop": -0.9, "entry": -2.93, "place": -7.62, "sound": 0.9, "posterior": 0.0,
}  # fmt: skip
"""Weights of a logistic regression if the word model has counted nothing yet."""

MODEL_WEIGHTS = {
    "even": -1.44, "sense": 0.71, "mates": 0.35, "best of row": 0.0, "best of column": 0.0,
    "single": 0.47, "stop": -0.62, "entry": -0.09, "place": -3.4, "sound": 0.33, "posterior": 5.27,
}  # fmt: skip
"""Weights if it has, fitted on the rows for tuning: ``python -m benchmarks.word_links --fit``.

The vectors of an encoder add nothing to the posteriors and are not asked for then.
"""

# What each further character of a word and a linked neighbour add, and what a link needs, without
# posteriors and with them.
LENGTH, NEIGHBOUR, LEAST, LEAST_WITH_MODEL = 1.2, 0.6, 1.0, 1.75
# The least cosine of two words, the share of letters that stems of one family have in common, and
# how much of a sense such a stem says.
ALIKE, FAMILY, LIKE_FAMILY = 0.45, 0.65, 0.6

# Posteriors below this speak for nothing; a neighbour over the second one belongs to the same link.
FAINT, TOGETHER = 0.1, 0.5

TAKEN = -99.0  # the score of a pair that cannot be linked any more

_Pair = tuple[list[int], list[int]]  # tokens of both texts

_POINT = re.compile(
    "(?<![^，。；：！？])([一二三四五六七八九十])是"
)  # 一是 is "first" where a clause begins


@dataclass(frozen=True, slots=True)
class WordLink:
    """Passages of both texts that translate each other, as places of characters."""

    zh: tuple[Span, ...]
    en: tuple[Span, ...]


class WordVectors:
    """The vectors of words, kept until there are too many."""

    def __init__(self, encode: Callable[[Sequence[str]], Floats], most: int = 8192) -> None:
        self._encode, self._most = encode, most
        self._known: dict[str, Floats] = {}

    def look_up(self, words: Sequence[str]) -> Floats:
        """Return one row a word."""
        known = self._known  # another session may begin anew meanwhile
        new = [word for word in dict.fromkeys(words) if word not in known]
        if len(known) + len(new) > self._most:
            self._known = known = {}
            new = list(dict.fromkeys(words))
        if new:
            known |= zip(new, self._encode(new), strict=True)
        return np.stack([known[word] for word in words])


def link_words(
    zh: str,
    en: str,
    vectors: WordVectors | None = None,
    posteriors: RowPosteriors | None = None,
    near: Places = ((), ()),
) -> tuple[WordLink, ...]:
    """Return the links between two texts, in the order of the Chinese; none in very long ones.

    :param vectors: used if there are no posteriors.
    :param posteriors: those of these two texts, if the word model has counted a corpus.
    :param near: look only for what is linked to these places of the Chinese or, where there are
        none of it, of the English: an eighth of the time.

    >>> link_words("港口增长3%。", "Ports grew 3%.")[0]
    WordLink(zh=((0, 2),), en=((0, 5),))
    """
    if len(zh) + len(en) > MOST_CHARACTERS:
        return ()
    row = CandidateRow(zh, en, near)
    asked = "".join(zh[slice(*at)] for at in near[0]) or "".join(en[slice(*at)] for at in near[1])
    figures = not asked or any(map(str.isnumeric, asked))
    if not row.words or not row.en:
        return ()
    weights, least = WEIGHTS, LEAST
    if posteriors is not None:
        weights, least, vectors = MODEL_WEIGHTS, LEAST_WITH_MODEL, None
    score = row.score(row.describe(vectors, posteriors), [*weights.values()])
    links = _choose(row, score, _link_facts(zh, en, row) if figures else (), least)
    return tuple(
        WordLink(_join(row.zh, ours), _join(row.en, theirs))
        for ours, theirs in sorted(links)
        if not asked or row.near & ({*ours} if near[0] else {*theirs})
    )


class CandidateRow:
    """Two texts: the runs of tokens that may be Chinese words, and the English tokens."""

    def __init__(self, zh: str, en: str, near: Places = ((), ())) -> None:
        self.zh, self.en = tokenize(zh), tokenize(en)
        side, spans = (self.zh, near[0]) if near[0] else (self.en, near[1])
        self.near = {at for span in spans for at in _tokens_in(side, *span)}
        found = list(_find_words(self.zh, self.near if near[0] else {*range(len(self.zh))}))
        self.spans: list[Span] = [span for span, _ in found]
        self.words = [word for _, word in found]
        self.mates: dict[Span, tuple[int, ...]] = {}
        """English tokens that say the same sense, by word and token."""
        self._places: dict[str, list[int]] = defaultdict(list)
        self._families: dict[str, set[str]] = defaultdict(set)
        for at, token in enumerate(self.en):
            if token.form not in SILENT and (near[0] or not spans or at in self.near):
                self._families[token.stem[:4]].add(token.stem)
                for form in {token.form, token.stem}:
                    self._places[form].append(at)
        self._beginnings = {form[:4] for form in self._places}

    def score(self, features: Floats, weights: Sequence[float]) -> Floats:
        """Return how likely each word and English token belong together, (words, tokens)."""
        named = dict(zip(WEIGHTS, features, strict=True))
        evidence = (named["sense"] > 0) | (named["sound"] > 0) | (named["posterior"] > 0)
        longer = np.array([min(end - start, 4) - 1 for start, end in self.spans])
        score = np.tensordot(np.asarray(weights, np.float32), features, 1)
        score += LENGTH * longer[:, None]
        score[~(evidence | self._alike)] = TAKEN
        score[:, [token.form in SILENT for token in self.en]] = TAKEN
        return np.asarray(score, np.float32)

    def describe(self, vectors: WordVectors | None, posteriors: RowPosteriors | None) -> Floats:
        """Return the features of all pairs, in the order of the weights."""
        shape = (len(self.words), len(self.en))
        sense, mates, sound = (np.zeros(shape, np.float32) for _ in range(3))
        keys = [latin_key(token.form) if token.form not in STOP_EN else "" for token in self.en]
        for row, word in enumerate(self.words):
            for at, others, value in self._find_senses(word):
                if value > sense[row, at]:
                    sense[row, at], mates[row, at] = value, len(others) - 1
                    self.mates[row, at] = others
            spelt = whole_spellings(word) - {""} if len(word) < LONGEST else ()
            if spelt:
                sound[row, [key in spelt for key in keys]] = 1 if len(word) > 1 else 0.5
        posterior = self._expect(posteriors, shape)
        cosine = self._compare(vectors, shape)
        self._alike = cosine > ALIKE
        single = [[end - start == 1] for start, end in self.spans]
        stop = [token.form in STOP_EN for token in self.en]
        entry = [[bool(senses(word))] for word in self.words]
        ours = [self.zh[a].start + self.zh[b - 1].end for a, b in self.spans]
        theirs = [token.start + token.end for token in self.en]
        far = np.subtract.outer(
            np.array(ours) / self.zh[-1].end / 2, np.array(theirs) / self.en[-1].end / 2
        )
        features = (
            1, sense, mates, _lead(cosine, 1), _lead(cosine, 0), single, stop, entry, np.abs(far),
            sound, posterior,
        )  # fmt: skip
        return np.stack([np.broadcast_to(np.asarray(f, np.float32), shape) for f in features])

    def _expect(self, posteriors: RowPosteriors | None, shape: tuple[int, int]) -> Floats:
        """Return the weights of all pairs by the word model, 0 for faint ones."""
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

    def _compare(self, vectors: WordVectors | None, shape: tuple[int, int]) -> Floats:
        """Return the cosines of all pairs, 0 for numbers and for words that no dictionary has."""
        cosine = np.zeros(shape, np.float32)
        ours = [at for at, word in enumerate(self.words) if senses(word)]
        theirs = [at for at, token in enumerate(self.en) if not token.form[0].isdigit()]
        if vectors and ours and theirs:
            left = vectors.look_up([self.words[at] for at in ours])
            right = vectors.look_up([self.en[at].form for at in theirs])
            # einsum: the threads of a product this small would only wait for each other
            cosine[np.ix_(np.array(ours), np.array(theirs))] = np.einsum("ik,jk->ij", left, right)
        return cosine

    def _find_senses(self, word: str) -> Iterator[tuple[int, tuple[int, ...], float]]:
        """Yield an English token, all that say the same sense with it, and how much of it."""
        if self._beginnings.isdisjoint(_beginnings(word)):
            return
        for sense in senses(word) or ((word,),):
            places = {part: found for part in sense if (found := self._find(part))}
            if not places:
                continue
            silent = STOP_EN.issuperset(sense)
            weight = {part: 1.0 if silent or part not in STOP_EN else 0.1 for part in sense}
            for part, found in places.items():
                for at, likeness in found if weight[part] == 1 else ():
                    mates, value = {at}, likeness
                    for other in places.keys() - {part}:
                        near, alike = min(places[other], key=lambda place: abs(place[0] - at))
                        if abs(near - at) <= 4 and near not in mates:
                            mates.add(near)
                            value += alike * weight[other]
                    yield at, tuple(sorted(mates)), value / sum(weight[part] for part in sense)

    def _find(self, stem: str) -> list[tuple[int, float]]:
        if stem in self._places:
            return [(at, 1.0) for at in self._places[stem]]
        stems = self._families.get(stem[:4], ())
        family = (relative for relative in stems if _is_family(stem, relative))
        return [(at, LIKE_FAMILY) for relative in family for at in self._places[relative]]


def _find_places(tokens: Sequence[Token], model: Sequence[ModelToken]) -> list[int]:
    """Return the place in the word model of each token: U.S. is two tokens here and one there."""
    starts = [token.start for token in model]
    return [max(0, bisect_right(starts, token.start) - 1) for token in tokens]


def _neighbours(marked: NDArray[np.bool_], at: int) -> tuple[int, ...]:
    """Return the places of the unbroken run of marks around one."""
    first = last = at
    while first > 0 and marked[first - 1]:
        first -= 1
    while last + 1 < len(marked) and marked[last + 1]:
        last += 1
    return tuple(range(first, last + 1))


@lru_cache(maxsize=1 << 16)
def _beginnings(word: str) -> frozenset[str]:
    return frozenset(part[:4] for sense in senses(word) or ((word,),) for part in sense)


def _find_words(tokens: Sequence[Token], near: Set[int]) -> Iterator[tuple[Span, str]]:
    """Yield all runs that may be one word: entries of the dictionary, and any two characters.

    :param near: the tokens of which a run has at least one.
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


def _lead(cosine: Floats, axis: int) -> Floats:
    """Return by how much each pair is nearer than the best other one of its word."""
    if cosine.shape[axis] < 2:
        return np.zeros_like(cosine)
    best = np.sort(cosine, axis=axis).take([-2, -1], axis=axis)
    second, first = np.split(best, 2, axis=axis)
    return np.clip(cosine - np.where(cosine == first, second, first), -0.2, 0.1)


@lru_cache(maxsize=1 << 16)
def _is_family(one: str, other: str) -> bool:
    least = ceil(max(4, FAMILY * max(len(one), len(other))))
    return len(one) >= least and one[:least] == other[:least]


def pair_facts(zh: str, en: str) -> Iterator[tuple[Span, Span]]:
    """Yield the numbers and dates that both texts have, as places of characters."""
    ours, theirs = find_facts(_POINT.sub(r"第\1", zh), "zh"), find_facts(en, "en")
    for left, right in compare_facts(ours, theirs).matched:
        if RELATIVE not in (left.value, right.value):
            end = left.end - 2 * (left.kind == "quarter")  # 季度: English has no word of it here
            yield (left.start, end), (right.start, right.end)


def _link_facts(zh: str, en: str, row: CandidateRow) -> Iterator[_Pair]:
    for ours, theirs in pair_facts(zh, en):
        yield _tokens_in(row.zh, *ours), _tokens_in(row.en, *theirs)


def _tokens_in(tokens: Sequence[Token], start: int, end: int) -> list[int]:
    return [at for at, token in enumerate(tokens) if token.start < end and token.end > start]


def _choose(row: CandidateRow, score: Floats, first: Iterable[_Pair], least: float) -> list[_Pair]:
    """Link the pairs that come first, then the best one again and again; ``score`` is changed."""
    starts, ends = np.array(row.spans).T
    links: list[_Pair] = []
    near = np.zeros(score.shape, bool)
    free = np.ones(len(row.en), bool)

    def take(ours: list[int], theirs: list[int]) -> None:
        links.append((ours, theirs))
        start, end = ours[0], ours[-1] + 1
        score[(starts < end) & (ends > start)] = TAKEN
        score[:, theirs] = TAKEN
        free[theirs] = False
        beside = ((starts >= end) & (starts <= end + 1)) | ((ends <= start) & (ends >= start - 1))
        columns = {at + step for at in theirs for step in range(-2, 3)} & {*range(len(row.en))}
        gain = np.ix_(np.flatnonzero(beside), np.array(sorted(columns)))
        score[gain] += NEIGHBOUR * ~near[gain]
        near[gain] = True

    for ours, theirs in first:
        if ours and theirs and free[theirs].all():
            take(ours, theirs)
    while True:
        place, at = divmod(int(np.argmax(score)), len(row.en))
        if score[place, at] < least:
            return links
        mates = row.mates.get((place, at), (at,))
        take([*range(*row.spans[place])], [mate for mate in mates if free[mate]])


def _join(tokens: Sequence[Token], chosen: Sequence[int]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for number, at in enumerate(chosen):
        token = tokens[at]
        if number and chosen[number - 1] == at - 1:
            spans[-1] = (spans[-1][0], token.end)
        else:
            spans.append((token.start, token.end))
    return tuple(spans)
