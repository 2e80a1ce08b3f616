"""Passages that recur in Chinese texts, and their English renderings in each bead.

What a passage is, and what is evidence for a rendering, says docs/search.md ("Consistency"). The
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
from ...text.chinese import HAN_RUN, simplify
from ...text.dictionary import STOP_EN, STOP_ZH, Token, content_words, tokenize, translations
from ...text.pinyin import spellings
from ...text.strings import digest

# Characters of a passage: titles, institutions and slogans; shorter ones are plain words.
SHORTEST, LONGEST = 3, 14
MOST_WORDS = 6
# First letters of jieba's tags: particles, conjunctions, prepositions, adverbs, numbers, measures,
# pronouns, interjections, directions, sounds and modal words.
_NOT_FIRST = frozenset("ucpdmqrefoyhk")
_NOT_LAST = frozenset("ucpdmqrefoyh")
NAME = "nz"  # jieba's tag of a name: a word that it does not know is taken for one

Run = tuple[str, ...]
Stretches = Sequence[Sequence[str]]  # the words of each stretch of Chinese characters of a text
Cutter = Callable[[str], Stretches]
Places = NDArray[np.int32]


class _Corpus:
    """The words of all texts in one array of numbers; 0 stands between two stretches."""

    def __init__(self, texts: Iterable[Stretches]) -> None:
        known = {"": 0}
        line, starts = array("i", [0]), array("i")
        for stretches in texts:
            starts.append(len(line))
            for words in stretches:
                line.extend(known.setdefault(word, len(known)) for word in words)
                line.append(0)
        line.append(0)
        import jieba  # type: ignore[import-untyped] # has no types

        with jieba.get_dict_file() as file:
            rows = (line.decode().split() for line in file)
            self._tags = {word: tag for word, _, tag in rows if word in known}
        self.words = list(known)
        self.line: Places = np.frombuffer(line, np.int32)
        self._starts: Places = np.frombuffer(starts, np.int32)

    def texts(self, places: Places) -> Places:
        """Return the text of each place."""
        return np.asarray(np.searchsorted(self._starts, places, "right") - 1, np.int32)

    def run(self, place: int, size: int) -> Run:
        """Return the words from a place on."""
        return tuple(self.words[number] for number in self.line[place : place + size])

    def is_term(self, run: Run) -> bool:
        """Return whether a run is of the right length and begins and ends as a term does."""
        if not SHORTEST <= sum(map(len, run)) <= LONGEST:
            return False
        first, last = self._tags.get(run[0], NAME), self._tags.get(run[-1], NAME)
        plain = {run[0], run[-1]} & STOP_ZH
        return not plain and first[0] not in _NOT_FIRST and last[0] not in _NOT_LAST


def find_recurring(texts: Iterable[Stretches], least: int) -> dict[str, Sequence[int]]:
    """Return the texts of each passage that stands in at least ``least`` of them, ascending.

    Passages are in simplified characters; one that always stands inside a longer one is left out.
    """
    corpus = _Corpus(texts)
    found: dict[str, Sequence[int]] = {}
    for size, places in _frequent(corpus, least):
        run = corpus.run(int(places[0]), size)
        if corpus.is_term(run) and _varied(places, size, corpus.line):
            found["".join(run)] = array("I", np.unique(corpus.texts(places)).tobytes())
    inner = {
        part
        for passage in found
        for start in range(len(passage))
        for end in range(start + SHORTEST, len(passage) + 1)
        if (part := passage[start:end]) != passage
        and part in found
        and len(found[part]) <= len(found[passage])
    }
    return {passage: where for passage, where in found.items() if passage not in inner}


def _frequent(corpus: _Corpus, least: int) -> Iterator[tuple[int, Places]]:
    """Yield the size and the places of every run of words in at least ``least`` texts (Apriori).

    A run of n words recurs only where its first n - 1 do, so each level looks only there.
    """
    places = np.flatnonzero(corpus.line).astype(np.int32)
    groups = np.zeros(len(places), np.int32)
    for size in range(1, MOST_WORDS + 1):
        nexts = corpus.line[places + size - 1]
        places, groups = places[nexts > 0], groups[nexts > 0]
        # Each pair of a run and its next word gets a number, in the order of their first places.
        pairs = groups.astype(np.int64) * len(corpus.words) + nexts[nexts > 0]
        _, first, found = np.unique(pairs, return_index=True, return_inverse=True)
        ranks = np.empty(len(first), np.int32)
        ranks[np.argsort(first)] = np.arange(len(first), dtype=np.int32)
        order = np.argsort(ranks[found], kind="stable")
        places, groups = places[order], ranks[found][order]
        texts = corpus.texts(places)  # places of a group stand together, sorted by their texts
        new = (np.diff(groups, prepend=-1) != 0) | (np.diff(texts, prepend=-1) != 0)
        kept = np.bincount(groups[new])[groups] >= least
        places, groups = places[kept], groups[kept]
        ends = np.flatnonzero(np.diff(groups, append=-1)) + 1
        for start, end in zip([0, *ends[:-1].tolist()], ends.tolist(), strict=False):
            yield size, places[start:end]


def _varied(places: Places, size: int, line: Places) -> bool:
    """Return whether a run has two neighbours on either side (Feng et al. 2004)."""
    enough = min(2, len(places))
    beside = (line[places - 1], line[places + size])
    return all(int((n == 0).sum()) + len(np.unique(n[n > 0])) >= enough for n in beside)


def make_cutter() -> Cutter:
    """Return a function that cuts into words; what it has loaded, 80 MB, goes when it goes."""
    import jieba

    jieba.setLogLevel(60)  # its notices would go to the terminal of whoever asked
    tokenizer = jieba.Tokenizer()

    @lru_cache(maxsize=1 << 14)  # greetings and transitions recur
    def cut(stretch: str) -> Run:
        return tuple(tokenizer.cut(stretch))

    return lambda text: [cut(stretch) for stretch in HAN_RUN.findall(simplify(text))]


GAP = 2  # how many English words without a counterpart may stand inside a rendering (of, and the)
# The least Dice coefficient of an English word and a passage that counts as association.
ASSOCIATED = 0.6
# What a word without a counterpart costs inside a rendering: between two equal runs the shorter
# one wins, and a foreign content word is not worth a weak association.
STOP_COST, WORD_COST = 0.02, 0.3
# What the translation of a single character is worth: enough for the word next door (县, county),
# not for one further away, as many a character of a name has several (青 is a province too).
LONE = 0.25
REPEATED = 0.05  # what a counterpart is worth the second time: "year on year" is one rendering
EXAMPLES = 3


class KeptTerms(TermTable):
    """The terms of an index that is up to date, counted once for each state of its texts."""

    def count_again(
        self,
        progress: Callable[[int, int], object] = lambda *_: None,
        cutter: Callable[[], Cutter] = make_cutter,
    ) -> None:
        """Count and keep the terms of the texts as they are now; ``progress`` gets counts.

        Words and renderings that nothing has touched are those of the last time.

        :param cutter: returns what cuts Chinese into words; asked only when there are new texts.
        """
        state = self.texts_state()
        places = self.places()
        self.add_words(places, lambda: _cut_bead(cutter()))
        recurring = find_recurring((words.zh for words in self.words(places)), self.least)
        texts = lru_cache(4096)(self.texts)  # passages of a bead come together
        finder = RenderingFinder(lambda at: texts(int(places[at])), self.words(places))
        self.put(state, _count_terms(recurring, finder, self.kept(), progress))


def _cut_bead(cut: Cutter) -> Callable[[BeadTexts], BeadWords]:
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
    """English words beside Chinese passages, counted over the beads of a corpus, by position."""

    def __init__(self, beads: Callable[[int], BeadTexts], words: Iterable[BeadWords]) -> None:
        self._beads = beads
        known: dict[str, int] = {}
        self._stems: list[NDArray[np.int32]] = []
        self._digests: list[str] = []
        self._places: dict[str, array[int]] = defaultdict(lambda: array("I"))
        self._dice: dict[str, dict[str, float]] = {}
        for at, bead in enumerate(words):
            numbers = [known.setdefault(stem, len(known)) for stem in bead.stems]
            self._stems.append(np.array(numbers, dtype=np.int32))
            self._digests.append(bead.digest)
            for word in bead.content:
                self._places[word].append(at)
        self._everywhere = np.bincount(self._join(range(len(self._stems))))
        self._stem_of = list(known)

    def weigh(self, zh: str, where: Sequence[int]) -> tuple[dict[str, float], dict[str, float]]:
        """Return the evidence for a passage: English stems that are known, and associated."""
        known: dict[str, float] = {}
        associated = self._associated(where)
        for word in content_words(zh, "zh"):
            value = LONE if len(word) == 1 else 1.0
            for stem in translations(word) | {word}:
                known[stem] = max(known.get(stem, 0.0), value)
            if word not in self._dice:
                self._dice[word] = self._associated(self._places[word])
            associated = self._dice[word] | associated
        known |= dict.fromkeys(spellings(zh), 1.0)
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
        """Return the renderings of a passage in the beads ``where``, the most frequent first."""
        forms: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
        named: dict[tuple[str, ...], list[RenderingExample]] = defaultdict(list)
        for at in where:
            pair = self._beads(at)
            rest = content_words(pair.zh.replace(zh, "\n"), "zh") if associated else ()
            claimed = frozenset().union(*map(translations, rest))  # they translate something else
            weights = {stem: associated[stem] for stem in associated if stem not in claimed}
            weights |= known
            run = _best_run(tokenize(pair.en), weights)
            key = tuple(token.stem for token in run)
            forms[key][pair.en[run[0].start : run[-1].end].lower() if run else ""] += 1
            named[key].append(RenderingExample(pair.bead, pair.briefing))
        renderings = [
            Rendering(forms[key].most_common(1)[0][0], len(examples), tuple(examples[:EXAMPLES]))
            for key, examples in named.items()
        ]
        return tuple(sorted(renderings, key=lambda found: (not found.en, -found.count, found.en)))

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


def _best_run(tokens: Sequence[Token], weights: Mapping[str, float]) -> Sequence[Token]:
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
            worth -= sum(STOP_COST if word.form in STOP_EN else WORD_COST for word in between)
            seen.add(stem)
            previous = end
            if worth > value + 1e-9:
                best, value = (start, end + 1), worth
    return tokens[best[0] : best[1]]
