"""English renderings of a Chinese passage in each bead, and their counts.

A word of a bead's English is evidence for a passage when the dictionary (CC-CEDICT) gives it for a
word of the passage, when it spells some of its characters in pinyin (names), or when it stands
beside the passage far more often than elsewhere and translates nothing else in the bead. The
rendering is the run of words with the most evidence.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ...store.index import BeadTexts, BeadWords, Rendering, RenderingExample, Term
from ...store.index.terms import TermTable
from ...text.dictionary import STOP_EN, Token, content_words, tokenize, translations
from ...text.pinyin import spellings
from ...text.strings import digest
from .passages import find_recurring, make_cutter

GAP = 2
"""How many English words without a counterpart may stand inside a rendering (of, and the)."""

ASSOCIATED = 0.6
"""The least Dice coefficient of an English word and a passage that counts as association."""

STOP_COST, WORD_COST = 0.02, 0.3
"""What a word without a counterpart costs inside a rendering: between two equal runs the shorter
one wins, and a foreign content word is not worth a weak association."""

LONE = 0.25
"""What the translation of a single character is worth: enough for the word next door (县, county),
not for one further away, as many a character of a name has several (青 is a province too)."""

REPEATED = 0.05
"""What a counterpart is worth the second time: "year on year" is one rendering."""

EXAMPLES = 3


class KeptTerms(TermTable):
    """The terms of an index that is up to date, counted once for each state of its texts."""

    def count_again(self, progress: Callable[[int, int], object] | None = None) -> None:
        """Count and keep the terms of the texts as they are now.

        Words of beads and renderings of passages that nothing has touched are those of the last
        time; other texts are read one at a time, not kept in memory.

        :param progress: called with the number of passages counted so far, and of all.
        :raises AbsentError: when a bead is changed meanwhile.
        """
        state = self.texts_state()
        places = self.places()
        self.add_words(places, _cut_bead)
        recurring = find_recurring((words.zh for words in self.words(places)), self.least)
        texts = lru_cache(4096)(self.texts)  # passages of a bead come together
        finder = RenderingFinder(lambda at: texts(int(places[at])), self.words(places))
        self.put(state, _count_terms(recurring, finder, self.kept(), progress or (lambda *_: None)))


def _cut_bead() -> Callable[[BeadTexts], BeadWords]:
    """Return a function that finds what terms need of a bead."""
    cut = make_cutter()

    def find(pair: BeadTexts) -> BeadWords:
        stems = {token.stem for token in tokenize(pair.en)} - STOP_EN
        content = set(content_words(pair.zh, "zh"))
        return BeadWords(cut(pair.zh), sorted(stems), sorted(content), f"{digest(repr(pair)):x}")

    return find


def _count_terms(
    recurring: Mapping[str, Sequence[int]],
    finder: "RenderingFinder",
    kept: Mapping[str, tuple[str, Term]],
    progress: Callable[[int, int], object],
) -> Iterator[tuple[str, Term]]:
    """Yield each term, with a digest of all that its renderings depend on before it."""
    for done, (zh, where) in enumerate(recurring.items(), start=1):
        known, associated = finder.weigh(zh, where)
        basis = finder.describe(where, associated)
        old, term = kept.get(zh, ("", None))
        if term is None or old != basis:
            term = Term(zh, len(where), finder.renderings(zh, where, known, associated))
        yield basis, term
        if done % 100 == 0 or done == len(recurring):
            progress(done, len(recurring))


class RenderingFinder:
    """English words beside Chinese passages, counted over a corpus.

    :param beads: returns a bead by its position, by which those of a passage are given.
    :param words: the words of each of them.
    """

    def __init__(self, beads: Callable[[int], BeadTexts], words: Iterable[BeadWords]) -> None:
        self._beads = beads
        known: dict[str, int] = {}
        self._stems: list[NDArray[np.int32]] = []
        self._digests: list[str] = []
        self._places: dict[str, array[int]] = defaultdict(lambda: array("I"))
        self._dice: dict[str, dict[str, float]] = {}
        for at, one in enumerate(words):
            numbers = [known.setdefault(stem, len(known)) for stem in one.stems]
            self._stems.append(np.array(numbers, dtype=np.int32))
            self._digests.append(one.digest)
            for word in one.content:
                self._places[word].append(at)
        self._everywhere = np.bincount(self._join(range(len(self._stems))))
        self._stem_of = list(known)

    def weigh(self, zh: str, where: Sequence[int]) -> tuple[dict[str, float], dict[str, float]]:
        """Return the evidence for a passage: English stems that are known, and associated."""
        known = _known_stems(zh)
        associated = self._associated(where)
        for word in content_words(zh, "zh"):
            if word not in self._dice:
                self._dice[word] = self._associated(self._places[word])
            associated = self._dice[word] | associated
        return known, {stem: associated[stem] for stem in associated.keys() - known.keys()}

    def describe(self, where: Sequence[int], associated: Mapping[str, float]) -> str:
        """Return a digest of beads and of the evidence that the corpus gives."""
        beads = "".join(self._digests[at] for at in where)
        return f"{digest(f'{beads}{sorted(associated.items())}'):x}"

    def renderings(
        self,
        zh: str,
        where: Sequence[int],
        known: Mapping[str, float],
        associated: Mapping[str, float],
    ) -> tuple[Rendering, ...]:
        """Return the renderings of a passage, the most frequent first, an empty one last.

        :param where: positions of the beads whose Chinese holds the passage.
        """
        forms: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
        named: dict[tuple[str, ...], list[RenderingExample]] = defaultdict(list)
        for at in where:
            pair = self._beads(at)
            weights = _without_claimed(pair, zh, associated) | dict(known)
            run = _best_run(tokenize(pair.en), weights)
            key = tuple(token.stem for token in run)
            forms[key][pair.en[run[0].start : run[-1].end].lower() if run else ""] += 1
            named[key].append(RenderingExample(pair.bead, pair.briefing))
        renderings = [
            Rendering(forms[key].most_common(1)[0][0], len(examples), tuple(examples[:EXAMPLES]))
            for key, examples in named.items()
        ]
        return tuple(sorted(renderings, key=lambda one: (not one.en, -one.count, one.en)))

    def _join(self, where: Iterable[int]) -> NDArray[np.int32]:
        return np.concatenate([np.zeros(0, np.int32), *(self._stems[at] for at in where)])

    def _associated(self, where: Sequence[int]) -> dict[str, float]:
        """Return the Dice coefficients of the English words often found in some beads."""
        stems, counts = np.unique(self._join(where), return_counts=True)
        dice = 2 * counts / (len(where) + self._everywhere[stems])
        often = (counts > 1) & (dice >= ASSOCIATED)
        return {
            self._stem_of[stem]: float(value)
            for stem, value in zip(stems[often], dice[often], strict=True)
            if not self._stem_of[stem][0].isdigit()
        }


def _known_stems(zh: str) -> dict[str, float]:
    """Return the English stems that the dictionary or pinyin gives for a passage, with weights."""
    worth: dict[str, float] = {}
    for word in content_words(zh, "zh"):
        value = LONE if len(word) == 1 else 1.0
        for stem in translations(word) | {word}:
            worth[stem] = max(worth.get(stem, 0.0), value)
    return worth | dict.fromkeys(spellings(zh), 1.0)


def _without_claimed(pair: BeadTexts, zh: str, associated: Mapping[str, float]) -> dict[str, float]:
    """Return the associated words that translate nothing else in the bead."""
    if not associated:
        return {}
    rest = content_words(pair.zh.replace(zh, "\n"), "zh")
    claimed = frozenset().union(*(translations(word) for word in rest))
    return {stem: value for stem, value in associated.items() if stem not in claimed}


def _best_run(tokens: Sequence[Token], weights: Mapping[str, float]) -> Sequence[Token]:
    """Return the run of words with the most evidence, the first one of equals."""
    marked = [at for at, token in enumerate(tokens) if token.stem in weights]
    best, value = (0, 0), 0.0
    for first, start in enumerate(marked):
        worth, seen, previous = 0.0, set[str](), start
        for end in marked[first:]:
            if end - previous > GAP + 1:
                break
            stem = tokens[end].stem
            worth += REPEATED if stem in seen else weights[stem]
            between = tokens[previous + 1 : end]
            worth -= sum(STOP_COST if one.form in STOP_EN else WORD_COST for one in between)
            seen.add(stem)
            previous = end
            if worth > value + 1e-9:
                best, value = (start, end + 1), worth
    return tokens[best[0] : best[1]]
