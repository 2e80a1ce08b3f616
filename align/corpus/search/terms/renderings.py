"""Recurring Chinese passages with their English renderings, found by the word model in each row."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import numpy as np

from ....aligner.text.chinese import HAN_CHARACTER
from ....aligner.text.word_model.counts import WordChances
from ....aligner.text.word_model.posteriors import STOP_COST, SURE, WIDEST, WORD_COST, RowPosteriors
from ....aligner.text.word_model.tokens import ModelToken
from ...store.index import BeadTexts, BeadWords, Rendering, RenderingExample, Term, TermList
from ...store.index.terms import TermTable
from ..word_counts import WordCounter
from .candidates import SHORTEST, Cutter, TermCandidate, find_candidates, make_cutter

EXAMPLES = 3
"""Number of example rows stored with each rendering."""

USUAL = 0.5
"""Share of its rows in which the first rendering of a term that is certain occurs."""

JOINED = 0.9
"""Share of its rows in which a passage is part of a longer one that replaces it."""

SENTENCE_START = 0.01
"""What a form counts that begins a sentence: its capital may be that of the sentence."""


class KeptTerms(TermTable):
    """The terms of an index that is up to date, counted once for each state of its texts."""

    def count_again(
        self,
        progress: Callable[[int, int], object] = lambda *_: None,
        cutter: Callable[[], Cutter] = make_cutter,
    ) -> None:
        """Count and keep the terms of the texts as they are now; ``progress`` gets counts.

        The words of the corpus are counted first, if they are not.

        :param cutter: returns what cuts Chinese into words; asked only when there are new texts.
        """
        state = self.texts_state()
        words = WordCounter(self.index)
        words.refresh(lambda done, known: progress(done, 3 * known))
        places = self.places()
        self.add_words(places, lambda: _cut_bead(cutter()))
        candidates = find_candidates((one.zh for one in self.words(places)), self.least)
        chances = words.chances()
        found: Iterable[Term] = ()
        if chances is not None:
            beads = (self.texts(int(place)) for place in places)
            counted = count_renderings(candidates, beads, chances, len(places), progress)
            found = join_doubles(counted)
        self.put(state, found)


def _cut_bead(cut: Cutter) -> Callable[[BeadTexts], BeadWords]:
    return lambda pair: BeadWords(cut(pair.zh))


@dataclass(slots=True)
class _Forms:
    """One rendering of a passage: how it is written, and where."""

    written: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    rows: list[int] = field(default_factory=list)
    examples: list[RenderingExample] = field(default_factory=list)
    sure: float = 0.0

    @property
    def best(self) -> str:
        """The form that is written most often."""
        return max(self.written, key=lambda form: (self.written[form], form))


@dataclass(frozen=True, slots=True)
class CountedTerm:
    """A candidate with its renderings by their content stems, () for rows without any."""

    candidate: TermCandidate
    forms: Mapping[tuple[str, ...], _Forms]


def count_renderings(
    candidates: Sequence[TermCandidate],
    beads: Iterable[BeadTexts],
    chances: WordChances,
    count: int,
    progress: Callable[[int, int], object] = lambda *_: None,
) -> list[CountedTerm]:
    """Return the renderings of all candidates; each bead is linked once.

    :param beads: the texts by their numbers in the candidates; there are ``count`` of them.
    """
    of_bead: dict[int, list[int]] = defaultdict(list)
    for number, candidate in enumerate(candidates):
        for at in candidate.texts:
            of_bead[at].append(number)
    found: list[dict[tuple[str, ...], _Forms]] = [defaultdict(_Forms) for _ in candidates]
    for at, bead in enumerate(beads):
        if at in of_bead:
            passages = [candidates[number].zh for number in of_bead[at]]
            runs = find_runs(bead.zh, bead.en, passages, chances)
            for number, run in zip(of_bead[at], runs, strict=True):
                _add_run(found[number], run, bead, at)
        if at % 500 == 0 or at + 1 == count:
            progress(count // 2 + at + 1, count // 2 + count)
    return [CountedTerm(*one) for one in zip(candidates, found, strict=True)]


@dataclass(frozen=True, slots=True)
class _Run:
    """The English of a passage: its tokens, and how sure it is."""

    tokens: Sequence[ModelToken]
    sure: float


_NO_RUN = _Run((), 0.0)


def find_runs(zh: str, en: str, passages: Sequence[str], chances: WordChances) -> list[_Run]:
    """Return the English of the first occurrence of each passage of a row."""
    from ....aligner.text.word_model.bulk import link_row_compiled
    from ....aligner.text.word_model.kernels import find_spans

    posteriors = link_row_compiled(zh, en, chances)
    if posteriors is None:
        return [_NO_RUN] * len(passages)
    spans = _locate(posteriors, passages)
    stop = np.array([token.stop for token in posteriors.en])
    cost = np.where(stop, STOP_COST, WORD_COST).astype(np.float32)
    runs, sure = find_spans(posteriors.from_en, posteriors.from_zh, spans, cost, stop, WIDEST, SURE)
    return [
        _Run(posteriors.en[first : last + 1], float(certain)) if first >= 0 else _NO_RUN
        for (first, last), certain in zip(runs.tolist(), sure, strict=True)
    ]


def _locate(posteriors: RowPosteriors, passages: Sequence[str]) -> "np.typing.NDArray[np.int32]":
    """Return the first token of each passage and the one after its last; 0 and 0 if it is absent.

    The text that is searched has one character for each token, so that places are numbers of
    tokens. Characters with punctuation between them are no passage.
    """
    text = "".join(
        token.key if len(token.key) == 1 and HAN_CHARACTER.match(token.key) else "\n"
        for token in posteriors.zh
    )
    spans = np.zeros((len(passages), 2), np.int32)
    for number, passage in enumerate(passages):
        at, size = text.find(passage), len(passage)
        while at >= 0 and posteriors.zh[at + size - 1].end - posteriors.zh[at].start != size:
            at = text.find(passage, at + 1)
        if at >= 0:
            spans[number] = at, at + size
    return spans


def _add_run(found: dict[tuple[str, ...], _Forms], run: _Run, bead: BeadTexts, at: int) -> None:
    key = tuple(token.key for token in run.tokens if not token.stop)
    forms = found[key]
    forms.rows.append(at)
    forms.sure += run.sure
    if len(forms.examples) < EXAMPLES:
        forms.examples.append(RenderingExample(bead.bead, bead.briefing))
    if run.tokens:
        start, end = run.tokens[0].start, run.tokens[-1].end
        before = bead.en[:start].rstrip(" \"'“‘(")
        begins = not before or before[-1] in ".!?:\n"
        forms.written[bead.en[start:end]] += SENTENCE_START if begins else 1.0


def join_doubles(counted: Sequence[CountedTerm]) -> Iterator[Term]:
    """Yield the terms without duplicates.

    A passage that is nearly always part of a longer one is dropped. If a passage and its part have
    the same rendering, the one that explains the English less is dropped: 加征关税 (kept: 关税)
    for *tariffs*, 半岛 (kept: 朝鲜半岛) for *Korean Peninsula*.
    """
    known = {one.candidate.zh: one for one in counted}
    terms = {zh: make_term(one) for zh, one in known.items()}
    first = {zh: _first_key(one) for zh, one in known.items()}
    doubles: set[str] = set()
    for zh, term in terms.items():
        for part in _parts(zh) & known.keys():
            if term.count >= JOINED * terms[part].count:
                doubles.add(part)
            elif first[zh] and first[zh] == first[part]:
                doubles.add(part if term.sure >= terms[part].sure else zh)
    yield from (term for zh, term in terms.items() if zh not in doubles)


def _parts(zh: str) -> set[str]:
    """Return all shorter passages in one that may be candidates."""
    return {
        zh[start:end]
        for start in range(len(zh))
        for end in range(start + SHORTEST, len(zh) + 1)
        if end - start < len(zh)
    }


def _first_key(one: CountedTerm) -> tuple[str, ...]:
    """Return the content stems of the most frequent rendering."""
    return max(one.forms, key=lambda key: (bool(key), len(one.forms[key].rows), key), default=())


def make_term(one: CountedTerm) -> Term:
    """Return a counted candidate as a term, its renderings in order, acronyms with long forms."""
    renderings = [
        Rendering(forms.best, len(forms.rows), tuple(forms.examples), sure=_mean_sure(forms))
        for key, forms in one.forms.items()
        if key
    ]
    renderings.sort(key=lambda found: (-found.count, found.en))
    renderings = join_acronyms(renderings)
    missing = one.forms.get(())
    if missing is not None:
        renderings.append(Rendering("", len(missing.rows), tuple(missing.examples)))
    count = len(one.candidate.texts)
    score, sure = 0.0, 0.0
    if renderings[0].en:
        sure = renderings[0].sure
        score = one.candidate.weight * renderings[0].count / count * sure
    kind = choose_list(one.candidate.zh, renderings, count)
    return Term(one.candidate.zh, count, tuple(renderings), sure, score, kind)


def _mean_sure(forms: _Forms) -> float:
    return round(forms.sure / len(forms.rows), 3)


def choose_list(zh: str, renderings: Sequence[Rendering], count: int) -> TermList:
    """Return the list in which a term is shown."""
    if any(phrase in zh for phrase in _ceremony()):
        return "ceremony"
    lost = sum(one.count for one in renderings if not one.en)
    if not renderings[0].en or 2 * lost > count:
        return "missing"
    return "certain" if renderings[0].count >= USUAL * count else "varied"


@cache
def _ceremony() -> tuple[str, ...]:
    """Return words of phrases of ceremony: greetings, thanks, who speaks next."""
    text = (files(__package__) / "ceremony.txt").read_text("utf-8")
    return tuple(text.split())


def join_acronyms(renderings: Sequence[Rendering]) -> list[Rendering]:
    """Return renderings with each acronym and its long form as one, the rarer of them a variant."""
    joined: list[Rendering] = []
    for one in renderings:
        for at, other in enumerate(joined):
            if is_acronym(one.en, other.en) or is_acronym(other.en, one.en):
                joined[at] = _merge(other, one)
                break
        else:
            joined.append(one)
    return sorted(joined, key=lambda found: (-found.count, found.en))


def _merge(kept: Rendering, variant: Rendering) -> Rendering:
    """Return a rendering that counts another one as its variant."""
    count = kept.count + variant.count
    examples = [*kept.examples, *variant.examples]
    sure = (kept.sure * kept.count + variant.sure * variant.count) / count
    return Rendering(
        kept.en,
        count,
        tuple(examples[:EXAMPLES]),
        (*kept.variants, variant.en),
        round(sure, 3),
    )


def is_acronym(short: str, long: str) -> bool:
    """Return whether a rendering abbreviates another one.

    >>> is_acronym("WHO", "World Health Organization"), is_acronym("US", "United Nations")
    (True, False)
    """
    letters = short.replace(".", "")
    if not (2 <= len(letters) <= 6 and letters.isupper() and " " in long):
        return False
    words = long.replace("-", " ").split()
    every = "".join(word[0] for word in words).upper()
    capital = "".join(word[0] for word in words if word[0].isupper())
    return letters in (every, capital)
